//! Finds all problems of a site without writing anything. Findings of the last build come from its state.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::diff::Diff;
use super::ledger::Ledger;
use super::load::{self, LoadResult};
use super::process::{self, BuildWork};
use super::site::{LoadOptions, Site};
use super::state::{State, decode_one};
use super::store::{self, LastBuild};
use super::write::{self, OutputRefusal};
use crate::archive::archive::SkipReason;
use crate::base::config::Config;
use crate::base::diag::Diagnostics;
use crate::base::ignored_files::IgnoredFile;
use crate::base::severity::Purpose;
use crate::system::disk::DiskResult;

/// A site that is to be examined.
pub enum OpenedSite {
    /// The last build was made from exactly these files; its state has all problems.
    AsBuilt(Box<StateSummary>),
    /// The site was loaded. With the state of the last build, if there is one.
    Loaded(Box<LoadResult>, Option<Arc<State>>),
}

/// What a state records about its site.
pub struct StateSummary {
    pub config: Arc<Config>,
    pub problems: Diagnostics,
    pub articles: usize,
    pub skipped: Vec<(String, SkipReason)>,
    pub orphans: Vec<String>,
    pub left_out: Vec<IgnoredFile>,
}

/// Opens the site whose last build went to `output`. The site is not loaded if that build has found all problems
/// and `enough` says that this configuration needs nothing more.
pub fn open(options: &LoadOptions, output: &Path, enough: &dyn Fn(&Config) -> bool) -> DiskResult<OpenedSite> {
    let mut last = store::peek(&options.root, &write::place(output)?, options.cache.as_deref());
    let state = last.state.take().map(Arc::new);
    let found = match load::find(options, state.clone(), std::mem::take(&mut last.cards))? {
        Ok(found) => found,
        Err(problems) => return Ok(OpenedSite::Loaded(Box::new(LoadResult::refused(problems)), None)),
    };
    let built = state.as_ref().filter(|_| found.is_as_built() && enough(&found.config));
    let problems = built.and_then(|state| decode_one::<Diagnostics>(&state.meta.problems));
    match built.zip(problems) {
        Some((state, problems)) => {
            let meta = &state.meta;
            let unreported = process::unreported(state, &found.config.check);
            Ok(OpenedSite::AsBuilt(Box::new(StateSummary {
                config: found.config,
                problems: problems.into_iter().chain(unreported).chain(meta.advice.iter().cloned()).collect(),
                articles: meta.articles,
                skipped: meta.skipped.clone(),
                orphans: meta.orphans.clone(),
                left_out: found.inputs.ignored,
            })))
        }
        _ => Ok(OpenedSite::Loaded(Box::new(found.load(None, None)?), state)),
    }
}

/// Renders every output of a site that has changed since its last build. With `weigh`, records the sizes of all
/// outputs.
pub fn examine(
    (site, mut ledger): (Site, Ledger),
    state: Option<Arc<State>>,
    threads: usize,
    weigh: bool,
    problems: &mut Diagnostics,
) -> Result<Arc<BuildWork>, OutputRefusal> {
    let diff = Diff::new(&site, state, LastBuild::default(), None, None);
    let sizes = weigh.then(|| site.plan.outputs.iter().map(|_| AtomicU64::new(0)).collect());
    let demands = process::demands(&site, &mut ledger, &|_| true);
    let purpose = Purpose::Check;
    let all = Arc::new(BuildWork { purpose, site, ledger, target: None, diff, demands, read_at: 0, sizes });
    process::process_all(&all, threads, problems)?;
    Ok(all)
}
