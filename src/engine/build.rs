//! The conductor: load, render, write.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::disk::DiskError;
use super::pool::{self, Limit, Outcome, TIME_LIMIT};
use super::site::{self, Options, Site};
use super::write::{self, Change, Refused, Target, Written};
use crate::archive::archive::Skip;
use crate::base::diag::{self, Diagnostic, Diagnostics, Severity};
use crate::base::{config, problem};
use crate::outputs::plan::Job;

/// What a build did.
#[derive(Debug, Default)]
pub struct Summary {
    /// Published articles.
    pub articles: usize,
    /// Outputs by kind.
    pub outputs: BTreeMap<&'static str, usize>,
    pub written: Written,
    /// What was left out, by its path below `content/` without the extension, with the reason; and siblings without an
    /// article.
    pub skipped: Vec<(String, Skip)>,
    pub orphans: usize,
    /// Stages in their order, for `--timings`.
    pub timings: Vec<(&'static str, Duration)>,
    /// Every output that was written or removed, in the order of paths.
    pub changes: Vec<(String, Change)>,
    /// With `verify`: outputs that a second rendering makes otherwise.
    pub differing: Vec<String>,
}

/// What to build, and how strictly.
pub struct Build {
    pub output: PathBuf,
    /// Warnings count as errors.
    pub strict: bool,
    /// Render everything again and compare it with the files.
    pub verify: bool,
}

/// How a build ended.
pub enum End {
    Built(Summary),
    /// Errors in content, configuration or templates: nothing was written.
    Errors {
        configuration: bool,
    },
    Refused(Refused),
}

/// The result of a build: every problem, and the end.
pub struct Report {
    pub problems: Diagnostics,
    pub end: End,
}

/// Builds the site.
pub fn build(options: &Options, build: &Build) -> Result<Report, DiskError> {
    let strict = build.strict;
    let loaded = site::load(options)?;
    let mut clock = loaded.clock;
    let mut problems = loaded.problems;
    let Some(site) = loaded.site else {
        let end = End::Errors { configuration: in_configuration(&problems) };
        return Ok(Report { problems, end });
    };
    let site = Arc::new(site);
    // With errors already, the rest is still rendered, so that one run names all of them; but nothing is put down.
    let (target, _lock) = match diag::count_errors(&problems, strict) {
        0 => match Target::open(&build.output, &options.root) {
            Ok((target, lock)) => (Some(Arc::new(target)), Some(lock)),
            Err(refused) => return Ok(Report { problems, end: End::Refused(refused) }),
        },
        _ => (None, None),
    };
    if let Some(target) = &target {
        target.begin(site.plan.outputs.iter().map(|o| &*o.path))?;
    }
    let rendered = render_all(&site, target.clone(), options.threads, &mut problems);
    clock.lap("render, write");
    let paths: Vec<&str> = site.plan.outputs.iter().map(|o| &*o.path).collect();
    let (staged, target) = match (rendered, target) {
        (Ok(staged), Some(target)) if diag::count_errors(&problems, strict) == 0 => (staged, target),
        (rendered, target) => {
            if let Some(target) = target {
                target.abandon(paths.iter().copied())?;
            }
            let errors = End::Errors { configuration: in_configuration(&problems) };
            return Ok(Report { problems, end: rendered.err().map_or(errors, End::Refused) });
        }
    };
    let mut order: Vec<usize> = (0..paths.len()).collect();
    order.sort_by_key(|&at| site.plan.outputs[at].job.rank());
    let ordered: Vec<(&str, &write::Staged)> = order.into_iter().map(|at| (paths[at], &staged[at])).collect();
    let (written, changes) = target.commit(&ordered)?;
    clock.lap("commit");
    let mut differing = Vec::new();
    if build.verify {
        differing = verify(&site, &target, options.threads);
        clock.lap("verify");
    }
    let summary = Summary {
        articles: site.archive.articles.len(),
        outputs: site.plan.counts(),
        written,
        skipped: site.archive.left_out(),
        orphans: site.archive.orphans,
        timings: clock.laps,
        changes,
        differing,
    };
    Ok(Report { problems, end: End::Built(summary) })
}

/// Whether all that is wrong is wrong with `site.toml`.
pub fn in_configuration(problems: &[Diagnostic]) -> bool {
    let mut errors = problems.iter().filter(|d| d.severity == Severity::Error).peekable();
    errors.peek().is_some() && errors.all(|d| d.at.as_ref().is_some_and(|at| &*at.file == config::FILE))
}

type Staged = Vec<write::Staged>;

/// Renders every output and hands the bytes to the target, if there is one. The problems are sorted.
pub fn render_all(
    site: &Arc<Site>,
    target: Option<Arc<Target>>,
    threads: usize,
    problems: &mut Diagnostics,
) -> Result<Staged, Refused> {
    let (shared, put) = (site.clone(), target.clone());
    let work = move |at: usize| {
        let output = &shared.plan.outputs[at];
        let rendered = shared.render(output);
        let staged = match (&put, &rendered.bytes) {
            (Some(target), Some(bytes)) => Some(target.put(at, &output.path, bytes)),
            _ => None,
        };
        (staged, rendered.problems)
    };
    let text = |at: usize| !matches!(site.plan.outputs[at].job, Job::Asset(_) | Job::Static(_));
    let limit = Limit { time: TIME_LIMIT, applies: &text };
    let mut staged = Staged::with_capacity(site.plan.outputs.len());
    let mut refused = None;
    for (at, outcome) in pool::run(site.plan.outputs.len(), threads, limit, work).into_iter().enumerate() {
        let place = || site.place_of(&site.plan.outputs[at]);
        match outcome {
            Outcome::Done((result, found)) => {
                problems.extend(found);
                match result {
                    Some(Ok(one)) => staged.push(one),
                    Some(Err(why)) => refused = refused.or(Some(why)),
                    None => {}
                }
            }
            Outcome::Panicked(why) => problems.push(problem::internal(place(), &why)),
            Outcome::TooSlow => problems.push(problem::too_slow(place(), TIME_LIMIT.as_secs())),
        }
    }
    diag::sort(problems);
    match refused {
        Some(why) => Err(why),
        None => Ok(staged),
    }
}

/// The outputs whose second rendering is not what stands in the folder.
fn verify(site: &Arc<Site>, target: &Arc<Target>, threads: usize) -> Vec<String> {
    let (shared, target) = (site.clone(), target.clone());
    let work = move |at: usize| {
        let output = &shared.plan.outputs[at];
        let bytes = shared.render(output).bytes;
        bytes.is_some_and(|bytes| target.holds(&output.path, &bytes))
    };
    let limit = Limit { time: TIME_LIMIT, applies: &|_| false };
    let outcomes = pool::run(site.plan.outputs.len(), threads, limit, work).into_iter();
    let same = outcomes.zip(&site.plan.outputs).filter(|(outcome, _)| !matches!(outcome, Outcome::Done(true)));
    same.map(|(_, output)| output.path.to_string()).collect()
}
