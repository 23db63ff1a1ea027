//! Runs a build: find, load, process, commit, remember. It must not know the command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::build_result::BuildResult;
use super::diff::{self, Diff, OutputScan, StaleReason};
use super::ledger::{Ledger, numbers};
use super::load::{self, FoundInputs};
use super::manifest::SiteIdentity;
use super::output_folder;
use super::parse::BuildDraft;
use super::process::{self, BuildWork, ProcessedOutput};
use super::site::{LoadOptions, Site};
use super::state::{self, InputPlaces, InputRecord, OutputRecord, State, StateMeta};
use super::store::{LastBuild, OpenResult, StateStore};
use super::write::{
    self, CommitResult, FolderClaim, OutputChange, OutputChanges, OutputRefusal, OutputWriter, WriteCounts,
};
use crate::archive::archive::SkipReason;
use crate::base::config;
use crate::base::diag::{self, Diagnostic, Diagnostics, Severity, Span};
use crate::base::digest::Digest;
use crate::base::ignored_files::IgnoredFile;
use crate::base::join::{self, Background};
use crate::base::problem;
use crate::base::severity::Purpose;
use crate::check::subject::Subject;
use crate::check::{path_case, rules};
use crate::outputs::index_files::FOLDER;
use crate::outputs::job::Output;
use crate::system::clock::Clock;
use crate::system::disk::{DiskError, DiskResult};
use crate::system::lock::Lock;
use crate::system::pool::{self, ItemLimit, Outcome};

/// The result of a build.
#[derive(Debug, Default)]
pub struct BuildSummary {
    /// Number of published articles.
    pub articles: usize,
    /// Number of outputs by kind.
    pub outputs: BTreeMap<String, usize>,
    /// Outputs that were rendered. The others were fresh.
    pub rendered: usize,
    /// Pages whose texts were aligned. The others have no original, or kept their rows.
    pub aligned: usize,
    pub written: WriteCounts,
    /// What was left out: paths below `content/` without the extension, each with its reason, and the files of
    /// siblings without an article.
    pub skipped: Vec<(String, SkipReason)>,
    pub orphans: Vec<String>,
    /// Files that are not published.
    pub left_out: Box<[IgnoredFile]>,
    /// Stages in their order, for `--timings`.
    pub timings: Vec<(&'static str, Duration)>,
    /// With `explain`: every output that was written or removed, sorted by path.
    pub changes: OutputChanges,
    /// With `explain`: every output that was rendered, sorted by path.
    pub reasons: Reasons,
    /// With `verify`: the result.
    pub verified: Option<Box<VerifyResult>>,
    /// Why an existing state of the last build could not be used.
    pub note: Option<&'static str>,
    /// Folders on which the system has no locks, so that a lock file is used instead.
    pub without_locks: Vec<PathBuf>,
}

/// The result of comparing outputs with a second rendering.
#[derive(Debug)]
pub struct VerifyResult {
    /// Number of outputs that were compared.
    pub outputs: usize,
    /// Outputs whose second rendering differs.
    pub differing: Vec<String>,
}

/// Outputs that were rendered, by path.
pub type Reasons = Vec<(String, StaleReason)>;

/// What to build, and how strictly.
pub struct Build {
    pub output: PathBuf,
    /// Treat warnings as errors.
    pub strict: bool,
    /// Render everything again and compare it with the files.
    pub verify: bool,
    /// List every output that was rendered, written or removed.
    pub explain: bool,
    /// Take over the folder of another site.
    pub adopt: bool,
}

/// How a build ended.
pub enum BuildEnd {
    Built(BuildSummary),
    /// There are errors in content, configuration or templates. Nothing was written.
    Errors {
        configuration: bool,
    },
    Refused(OutputRefusal),
}

/// The result of a build: every problem, and how it ended.
pub struct BuildReport {
    pub problems: Diagnostics,
    pub end: BuildEnd,
    /// What was built, for a deploy.
    pub built: Option<BuildResult>,
}

impl BuildReport {
    fn errors(problems: Diagnostics) -> BuildReport {
        let configuration = in_configuration(&problems);
        BuildReport { problems, end: BuildEnd::Errors { configuration }, built: None }
    }

    fn refused(problems: Diagnostics, why: OutputRefusal) -> BuildReport {
        BuildReport { problems, end: BuildEnd::Refused(why), built: None }
    }
}

/// Returns whether all errors are in `site.toml`.
pub fn in_configuration(problems: &[Diagnostic]) -> bool {
    let mut errors = problems.iter().filter(|d| d.severity == Severity::Error).peekable();
    errors.peek().is_some() && errors.all(|d| d.at.as_ref().is_some_and(|at| &*at.file == config::FILE))
}

/// Builds the site. Problems of the site are part of the report; only a failing disk is an error.
pub fn build(options: &LoadOptions, build: &Build) -> Result<BuildReport, DiskError> {
    let store = match StateStore::open(&options.root, &write::place(&build.output)?, options.cache.as_deref())? {
        OpenResult::Store(store) => Some(store),
        OpenResult::Nowhere => None,
        OpenResult::Held(holder) => {
            return Ok(BuildReport::refused(Vec::new(), OutputRefusal::Busy(build.output.clone(), holder)));
        }
    };
    let read_at = store.as_ref().map_or(0, StateStore::time);
    let mut last = store.as_ref().map(StateStore::load).unwrap_or_default();
    let state = last.state.take().map(Arc::new);
    let found = match load::find(options, state.clone(), std::mem::take(&mut last.cards))? {
        Ok(found) => found,
        Err(problems) => return Ok(BuildReport::errors(problems)),
    };
    let claim = FolderClaim {
        maker: found.maker.clone(),
        last: state.as_ref().map(|state| SiteIdentity::parse(&state.meta.maker)),
        interrupted: !last.interrupted.is_empty(),
        adopt: build.adopt,
    };
    let mut run = BuildRun { build, options, claim, store, state, read_at, note: last.note, looking: None, lock: None };
    if let Some(report) = run.untouched(&found, &last)? {
        let built = run.state.zip(run.lock).map(|(state, lock)| BuildResult::unchanged(state, found, lock));
        return Ok(BuildReport { built, ..report });
    }
    // One core reads the outputs' stats while the other sorts the archive.
    let there = output_folder::peek(&build.output, options.root.path());
    run.looking = run.state.clone().zip(there).map(|(state, there)| diff::look(state, there));
    let mut draft = run.draft(&found)?;
    let config = found.config.clone();
    let output = output_folder::peek(&build.output, options.root.path());
    let mut loaded = found.load(Some(&mut draft), output.as_ref())?;
    config.check.settle(Purpose::Publish, &mut loaded.problems);
    let Some(made) = loaded.made else { return Ok(BuildReport::errors(loaded.problems)) };
    run.render(made, last, draft, (loaded.problems, loaded.left_out), loaded.clock)
}

/// A build in progress.
struct BuildRun<'a> {
    build: &'a Build,
    options: &'a LoadOptions,
    /// The site's claim to the output folder.
    claim: FolderClaim,
    store: Option<StateStore>,
    state: Option<Arc<State>>,
    /// The file system's time before anything was read.
    read_at: i64,
    note: Option<&'static str>,
    looking: Option<OutputScan>,
    /// The lock on the output folder, if nothing had to be rendered.
    lock: Option<Lock>,
}

impl BuildRun<'_> {
    /// Starts the next state, and opens the log of terms.
    fn draft(&self, found: &FoundInputs) -> DiskResult<BuildDraft> {
        let Some(store) = &self.store else { return Ok(BuildDraft::default()) };
        let terms = || store.terms(self.state.as_deref(), found.keeps_cards());
        let terms = found.config.search.enable.then(terms).transpose()?;
        Ok(BuildDraft { state: Some(store.draft()?), terms, index: Vec::new() })
    }

    /// Checks whether the last build is still valid. If no input has changed, no view has, so it is enough to check
    /// the outputs on the disk.
    fn untouched(&mut self, found: &FoundInputs, last: &LastBuild) -> DiskResult<Option<BuildReport>> {
        let Some(state) = &self.state else { return Ok(None) };
        let meta = &state.meta;
        let same = found.is_as_built() && !self.build.verify && last.interrupted.is_empty();
        if !same {
            return Ok(None);
        }
        let Some(mut problems) = state::decode_one::<Diagnostics>(&meta.problems) else { return Ok(None) };
        found.config.check.settle(Purpose::Publish, &mut problems);
        if diag::count_errors(&problems, self.build.strict) > 0 {
            return Ok(None);
        }
        let (target, lock) = match OutputWriter::open(&self.build.output, self.options.root.path(), &self.claim) {
            Ok(opened) => opened,
            Err(refused) => return Ok(Some(BuildReport::refused(problems, refused.before_writing()))),
        };
        let target = Arc::new(target);
        let Some(standing) = diff::all_stand(state, &target, self.options.threads) else { return Ok(None) };
        if let Some(store) = self.store.as_ref().filter(|_| found.compared.read_again || standing.read_again) {
            let meta = StateMeta { read_at: self.read_at, written_at: target.time()?, ..meta.clone() };
            let mut draft = store.draft()?;
            let mut inputs = Vec::new();
            for input in found.inputs() {
                let kept = match &input.known {
                    Some(known) => InputPlaces {
                        card: draft.card(found.cards.get(&known.kept.card))?,
                        extract: draft.extract(&found.cards.raw_extract(&known.kept.extract))?,
                        terms: known.kept.terms.clone(),
                    },
                    None => InputPlaces::default(),
                };
                let digest = input.digest.unwrap_or_default();
                inputs.push(InputRecord { file: &input.file, stat: input.stat, digest, kept });
            }
            let mut outputs = state.outputs();
            outputs.iter_mut().zip(standing.stats).for_each(|(output, stat)| output.made.stat = stat);
            let (inputs, outputs) = ((inputs.len(), inputs.into_iter()), (outputs.len(), outputs.into_iter()));
            draft.finish(&meta, inputs, outputs, &state.answers(), state.search())?;
            store.keep(meta.terms)?;
        }
        let mut timings = found.clock.laps.clone();
        timings.push(("look", found.clock.since()));
        let outputs: usize = meta.outputs.values().sum();
        let summary = BuildSummary {
            articles: meta.articles,
            outputs: meta.outputs.clone(),
            written: WriteCounts { written: 0, unchanged: outputs, removed: 0 },
            skipped: meta.skipped.clone(),
            orphans: meta.orphans.clone(),
            left_out: found.inputs.ignored.clone().into(),
            timings,
            without_locks: self.without_locks(Some(&lock)),
            ..BuildSummary::default()
        };
        self.lock = Some(lock);
        Ok(Some(BuildReport { problems, end: BuildEnd::Built(summary), built: None }))
    }

    /// Judges every output and renders the stale ones. Puts them in place when all have rendered.
    fn render(
        &mut self,
        (mut site, mut ledger): (Site, Ledger),
        last: LastBuild,
        draft: BuildDraft,
        (mut problems, left_out): (Diagnostics, Vec<IgnoredFile>),
        mut clock: Clock,
    ) -> Result<BuildReport, DiskError> {
        let (strict, threads) = (self.build.strict, self.options.threads);
        let found = state::encode_one(&ledger.found);
        if let Some(store) = &self.store {
            site.pictures.keep(store.home());
        }
        // If there are errors already, the rest is still rendered to report all of them, but nothing is written.
        let good = diag::count_errors(&problems, strict) == 0;
        let (target, lock) = match good.then(|| self.begin(&site)).transpose() {
            Ok(begun) => begun.unzip(),
            Err(refused) => return Ok(BuildReport::refused(problems, refused.before_writing())),
        };
        if let Some(target) = &target {
            twins(&site, target, &mut problems);
        }
        let diff = Diff::new(&site, self.state.clone(), last, self.looking.take(), target.as_ref());
        let demands = process::demands(&site, &mut ledger, &|_| true);
        let (purpose, read_at) = (Purpose::Publish, self.read_at);
        let work = Arc::new(BuildWork { purpose, site, ledger, target, diff, demands, read_at, sizes: None });
        let rules = rules(&work, self.state.clone());
        let done = process::process_all(&work, threads, &mut problems);
        let fault = |_| (vec![problem::internal(Span::file(config::FILE), "rules")], Diagnostics::new());
        let (links, advice) = rules.join().unwrap_or_else(fault);
        problems.extend(links);
        diag::sort(&mut problems);
        // A check of this state settles them for its own purpose.
        let all_problems = state::encode_one(&problems);
        work.site.config.check.settle(Purpose::Publish, &mut problems);
        clock.lap("render, write");
        let mut done = match (done, &work.target) {
            (Ok(done), Some(_)) if diag::count_errors(&problems, strict) == 0 => done,
            (done, target) => {
                if let Some(target) = target {
                    target.abandon(work.site.plan.outputs.iter().map(|o| &*o.path))?;
                }
                return Ok(match done {
                    Err(refused) => BuildReport::refused(problems, refused.before_writing()),
                    Ok(_) => BuildReport::errors(problems),
                });
            }
        };
        let Some(target) = &work.target else { return Ok(BuildReport::errors(problems)) };
        let committed = match self.commit(&work, target, &mut done) {
            Ok(committed) => committed,
            Err(refused) => return Ok(BuildReport::refused(problems, refused)),
        };
        clock.lap("commit");
        self.remember(&work, target, draft, &done, (all_problems, advice), found)?;
        work.site.pictures.sweep(work.site.archive.pictures.iter().map(|(_, picture)| &**picture));
        clock.lap("remember");
        let verified = self.build.verify.then(|| Box::new(verify(&work, threads, &mut clock)));
        let count = |what: &dyn Fn(&ProcessedOutput) -> bool| done.iter().filter(|done| what(done)).count();
        let (reasons, changes) = match self.build.explain {
            true => self.explain(&work, target, &done, committed.removed),
            false => Default::default(),
        };
        let summary = BuildSummary {
            articles: work.site.archive.articles.len(),
            outputs: work.site.plan.counts(),
            rendered: count(&|done| done.reason.is_some()),
            aligned: count(&|done| done.aligned),
            written: committed.written,
            skipped: work.site.archive.left_out(),
            orphans: work.site.archive.orphans(),
            left_out: left_out.into(),
            timings: clock.laps,
            changes,
            reasons,
            verified,
            note: self.note,
            without_locks: self.without_locks(lock.as_ref()),
        };
        Ok(BuildReport { problems, end: BuildEnd::Built(summary), built: Some(BuildResult::made(work, done, lock)) })
    }

    /// Opens the output folder and starts writing.
    fn begin(&self, site: &Site) -> Result<(OutputWriter, Lock), OutputRefusal> {
        let (target, lock) = OutputWriter::open(&self.build.output, self.options.root.path(), &self.claim)?;
        target.begin(site.plan.outputs.iter().map(|output| &*output.path))?;
        Ok((target, lock))
    }

    /// Puts all outputs in place: assets before the pages that show them, and articles before the listings that
    /// link to them.
    fn commit(
        &self,
        work: &BuildWork,
        target: &OutputWriter,
        done: &mut [Box<ProcessedOutput>],
    ) -> Result<CommitResult, OutputRefusal> {
        let plan = &work.site.plan.outputs;
        let paths: Vec<&str> = plan.iter().map(|output| &*output.path).collect();
        let mut staged: Vec<(usize, &str)> =
            (0..plan.len()).filter(|&at| done[at].changed).map(|at| (at, paths[at])).collect();
        staged.sort_by_key(|(at, _)| plan[*at].job.rank());
        if let Some(store) = self.store.as_ref().filter(|_| !staged.is_empty()) {
            store.intend(staged.iter().map(|(_, path)| *path))?;
        }
        let committed = target.commit(&paths, &staged)?;
        for ((at, _), stat) in staged.iter().zip(&committed.stats) {
            done[*at].record.stat = stat.unwrap_or_default();
        }
        for (at, done) in done.iter_mut().enumerate().filter(|(_, done)| done.askew) {
            done.record.stat = target.straighten(paths[at]).unwrap_or(done.record.stat);
        }
        target.straighten_folders(&paths, |at| done[at].askew || done[at].changed);
        Ok(committed)
    }

    /// Returns the folders on which the system has no locks.
    fn without_locks(&self, lock: Option<&Lock>) -> Vec<PathBuf> {
        let locks = self.store.iter().map(StateStore::lock).chain(lock);
        locks.filter_map(|lock| lock.without().map(Path::to_owned)).collect()
    }

    /// Lists what was rendered, written and removed, with reasons.
    fn explain(
        &self,
        work: &BuildWork,
        target: &OutputWriter,
        done: &[Box<ProcessedOutput>],
        removed: Vec<String>,
    ) -> (Reasons, OutputChanges) {
        let outputs = work.site.plan.outputs.iter().zip(done);
        let path = |output: &Output| output.path.to_string();
        let reasons = outputs.clone().filter_map(|(output, done)| Some((path(output), done.reason?))).collect();
        let changed = outputs.filter(|(_, done)| done.changed).map(|(o, _)| (path(o), target.change(&o.path)));
        let mut changes: OutputChanges =
            changed.chain(removed.into_iter().map(|path| (path, OutputChange::Removed))).collect();
        changes.sort_by(|a, b| a.0.cmp(&b.0));
        (reasons, changes)
    }

    /// Writes the state.
    fn remember(
        &self,
        work: &BuildWork,
        target: &OutputWriter,
        draft: BuildDraft,
        done: &[Box<ProcessedOutput>],
        (problems, advice): (Vec<u8>, Diagnostics),
        found: Vec<u8>,
    ) -> DiskResult<()> {
        let BuildDraft { state, terms, index } = draft;
        let (Some(store), Some(draft)) = (&self.store, state) else { return Ok(()) };
        let terms = terms.map(|log| log.mark()).unwrap_or_default();
        let (site, marks) = (&work.site, &work.ledger.marks);
        let meta = StateMeta {
            options: marks.options,
            parsing: marks.parsing,
            maker: self.claim.maker.line(),
            window: numbers(site.archive.window),
            site: marks.site,
            templates: marks.templates.iter().map(|(name, digest)| ((*name).to_owned(), *digest)).collect(),
            read_at: self.read_at,
            written_at: target.time()?,
            articles: site.archive.articles.len(),
            outputs: site.plan.counts(),
            skipped: site.archive.left_out(),
            orphans: site.archive.orphans(),
            found,
            problems,
            advice,
            terms,
        };
        let known = done.iter().filter(|done| done.known).count();
        let outputs = site.plan.outputs.iter().zip(done).filter(|(_, done)| done.known).map(|(output, done)| {
            let kept = done.kept.as_deref().unwrap_or_default();
            let (rank, lasts) = (output.job.rank(), output.lasts(&site.statics));
            OutputRecord { path: &output.path, made: done.record, rank, lasts, kept }
        });
        let inputs = work.ledger.input_records();
        let answered = done.iter().enumerate().filter(|(_, done)| done.answered && done.known);
        let mut answers: Vec<Digest> = answered.filter_map(|(at, _)| work.demands.asked(&work.site.plan, at)).collect();
        answers.sort_unstable();
        draft.finish(&meta, (inputs.len(), inputs), (known, outputs), &answers, &index)?;
        store.keep(terms)
    }
}

/// Reports outputs whose paths are the same file on some systems. An error if the output folder is on such a
/// system.
fn twins(site: &Site, target: &OutputWriter, problems: &mut Diagnostics) {
    let paths: Vec<&str> = site.plan.outputs.iter().map(|output| &*output.path).collect();
    for (first, path) in path_case::pairs(&paths) {
        let place = site.plan.find(path).map_or_else(|| Span::file(config::FILE), |output| output.place(&site.archive));
        problems.push(match target.are_one(first, path) {
            true => problem::folded_twins(place, first, path),
            false => problem::case_twins(place, first, path),
        });
    }
}

/// Applies the other rules while pages are rendered. Returns problems of links that need no rendered page, and the
/// findings that only `check` reports.
fn rules(work: &Arc<BuildWork>, last: Option<Arc<State>>) -> Background<(Diagnostics, Diagnostics)> {
    let work = work.clone();
    join::start(move || {
        let Site { config, archive, plan, theme, .. } = &work.site;
        let read = |file: &str, problems: &mut Diagnostics| work.site.read(file, problems);
        let (strings, wanted) = (&*theme.strings, &|_: &str| true);
        let subject = Subject { config, archive, plan, strings, theme, read: &read, wanted };
        let (mut links, mut advice) = (Diagnostics::new(), Diagnostics::new());
        work.demands.rest(&subject, &mut links);
        match last.filter(|last| work.ledger.keeps(&last.meta.advice)) {
            Some(last) => advice.clone_from(&last.meta.advice),
            None => rules::advise(&subject, &mut advice),
        }
        (links, advice)
    })
}

/// Returns the outputs whose second rendering differs from the file in the folder.
fn verify(work: &Arc<BuildWork>, threads: usize, clock: &mut Clock) -> VerifyResult {
    let shared = work.clone();
    let again = move |at: usize| {
        let output = &shared.site.plan.outputs[at];
        let bytes = match output.path.strip_prefix(FOLDER).filter(|_| output.job.is_of_index()) {
            Some(path) => shared.site.index_file_anew(path).map(|bytes| bytes.to_vec()),
            None => shared.site.render(output).bytes,
        };
        bytes.zip(shared.target.as_ref()).is_some_and(|(bytes, target)| target.holds(&output.path, &bytes))
    };
    let limit = ItemLimit { applies: &|_| false, ..ItemLimit::ALL };
    let outputs = &work.site.plan.outputs;
    let outcomes = pool::run(outputs.len(), threads, limit, again);
    let same = outcomes.zip(outputs).filter(|(outcome, _)| !matches!(outcome, Outcome::Done(true)));
    let differing = same.map(|(_, output)| output.path.to_string()).collect();
    clock.lap("verify");
    VerifyResult { outputs: outputs.len(), differing }
}
