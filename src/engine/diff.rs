//! Decides which outputs are stale, and why. It compares them with the state and the disk, and changes neither.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::ledger::{Ledger, SiteDigests};
use super::site::Site;
use super::state::{OutputDigests, State};
use super::store::LastBuild;
use super::write::OutputWriter;
use crate::base::digest::Digest;
use crate::base::join::{self, Background};
use crate::outputs::index_files;
use crate::outputs::job::Output;
use crate::outputs::recipe::BoxedRecipe;
use crate::system::disk::{DiskResult, Stat};
use crate::system::pool::{self, ItemLimit, Outcome};
use crate::system::root::Root;

/// Why an output is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StaleReason {
    /// There is no state of this output folder.
    NoState,
    /// The last build did not have the output.
    New,
    /// A build was killed while it was writing the output.
    Interrupted,
    /// What all pages share has changed: configuration, interface strings, topic bar.
    Site,
    /// Its template has changed, or one that this includes.
    Template,
    /// What it shows of other articles and of terms has changed.
    View,
    /// The texts that it finds have changed.
    Terms,
    /// A file that it is made from has changed.
    File,
    /// The file does not exist.
    Missing,
    /// Somebody else has changed the file.
    Altered,
}

impl std::fmt::Display for StaleReason {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(match self {
            StaleReason::NoState => "no earlier build left a state",
            StaleReason::New => "it is new",
            StaleReason::Interrupted => "an earlier build was interrupted while writing it",
            StaleReason::Site => "the configuration, the topic bar or an interface string changed",
            StaleReason::Template => "its template changed, or one that its template uses",
            StaleReason::View => "an article or a term that it shows changed",
            StaleReason::Terms => "a text that a search finds changed",
            StaleReason::File => "one of its input files changed",
            StaleReason::Missing => "it was missing from the output folder",
            StaleReason::Altered => "it was modified after the last build",
        })
    }
}

/// Reads the stats of the last build's outputs in the background, in the order of the state. The outer `None` means
/// that a stat could not be read.
pub type OutputScan = Background<Vec<Option<Option<Stat>>>>;

/// Starts to read the stats.
pub fn look(state: Arc<State>, output: Root) -> OutputScan {
    join::start(move || state.outputs().iter().map(|record| output.glance(record.path).ok()).collect())
}

/// What the last build recorded about an output.
#[derive(Clone, Debug)]
struct RecordedOutput {
    made: OutputDigests,
    /// Range of what is kept of its rendering in the state.
    kept: Range<usize>,
    /// Stat of the file on the disk, if it has been read.
    there: Option<Option<Stat>>,
}

/// What the last build recorded about the outputs of a plan.
pub struct Diff {
    state: Option<Arc<State>>,
    /// One record for every output of the plan, in its order. Empty without a state.
    known: Vec<Option<RecordedOutput>>,
    /// Outputs that a killed build was about to change. What their files contain is unknown.
    interrupted: BTreeSet<String>,
    /// Whether all outputs are interrupted, since the first build did not end.
    all_interrupted: bool,
}

/// The verdict on an output.
pub struct Verdict<'w> {
    pub reason: Option<StaleReason>,
    /// The prepared recipe, if the verdict needed it.
    pub prepared: Option<BoxedRecipe<'w>>,
    pub view: Digest,
    pub files: Option<Digest>,
    /// The stat of the present file.
    pub there: Option<Stat>,
    /// The digest of the present file, if it is known without reading.
    pub standing: Option<Digest>,
    /// Whether its permissions differ from those of a new file. Checked only if the file looks touched.
    pub askew: bool,
}

impl Diff {
    /// Compares a plan with that of the last build. Both are sorted by path, so records are dropped one by one as
    /// the paths go by.
    pub fn new(
        site: &Site,
        state: Option<Arc<State>>,
        last: LastBuild,
        looking: Option<OutputScan>,
        target: Option<&OutputWriter>,
    ) -> Diff {
        let mut known = Vec::new();
        if let Some(state) = &state {
            known.resize(site.plan.outputs.len(), None);
            let looked = looking.and_then(|looking| looking.join().ok()).unwrap_or_default();
            let looked = looked.into_iter().map(|there| there.filter(|_| target.is_some_and(|t| !t.is_fresh())));
            let mut records = state.outputs().into_iter().zip(looked.chain(std::iter::repeat(None))).peekable();
            for (output, known) in site.plan.outputs.iter().zip(&mut known) {
                while records.next_if(|(record, _)| record.path < &*output.path).is_some() {}
                if let Some((record, there)) = records.next_if(|(record, _)| record.path == &*output.path) {
                    *known = Some(RecordedOutput { made: record.made, kept: state.range_of(record.kept), there });
                }
            }
        }
        let all_interrupted = target.is_some_and(OutputWriter::is_incomplete);
        Diff { state, known, interrupted: last.interrupted.into_iter().collect(), all_interrupted }
    }

    /// Returns what the last build kept of the rendering of an output, encoded.
    pub fn kept(&self, at: usize) -> &[u8] {
        match (&self.state, self.known.get(at)) {
            (Some(state), Some(Some(known))) => state.part(&known.kept),
            _ => &[],
        }
    }

    /// Returns the size of a fresh output in bytes, as the last build made it.
    pub fn size(&self, at: usize) -> u64 {
        self.known.get(at).and_then(Option::as_ref).map_or(0, |known| known.made.stat.size)
    }

    /// Returns the files of the search index that only a build plans, as the last one left them, with their sizes.
    pub fn only_built(&self) -> impl Iterator<Item = (&str, u64)> {
        let records = self.state.iter().flat_map(|state| state.outputs());
        let built = records.filter(|record| index_files::is_only_built(record.path));
        built.map(|record| (record.path, record.made.stat.size))
    }

    /// Returns whether the last build found all requested ids on the page of a fresh output. `asked` is the digest
    /// of page and ids.
    pub fn has_answered(&self, asked: Digest) -> bool {
        self.state.as_ref().is_some_and(|state| state.has_answered(asked))
    }

    /// Judges output number `at`.
    pub fn judge<'w>(
        &self,
        site: &'w Site,
        ledger: &Ledger,
        world: &'w crate::outputs::world::World<'w>,
        at: usize,
        target: Option<&OutputWriter>,
    ) -> DiskResult<Verdict<'w>> {
        let output = &site.plan.outputs[at];
        let known = self.known.get(at).and_then(Option::as_ref);
        let there = match known.and_then(|known| known.there) {
            Some(looked) => looked,
            None => target.map(|target| target.stat(&output.path)).transpose()?.flatten(),
        };
        let mut judged = Verdict {
            reason: None,
            prepared: None,
            view: Digest::default(),
            files: None,
            there,
            standing: None,
            askew: false,
        };
        let known = known.map(|known| &known.made);
        // What a file of the index is made from is no view, so its own digest says whether it has changed.
        let same = |_: &&OutputDigests| ledger.marks.same_views && !output.job.is_of_index();
        judged.files = match known.filter(same).filter(|_| !ledger.reads_changed(site, output)) {
            Some(known) => Some(known.files),
            None => ledger.files(site, output),
        };
        if let Some(known) = known.filter(same) {
            judged.view = known.view;
        } else {
            let prepared = output.job.prepare(world);
            judged.view = prepared.digest();
            judged.prepared = Some(prepared);
        }
        let interrupted = self.all_interrupted || self.interrupted.contains(&*output.path);
        judged.reason = match (known, &self.state) {
            (_, None) => Some(StaleReason::NoState),
            (None, _) => Some(StaleReason::New),
            (Some(known), Some(state)) => {
                if !interrupted && there.is_some_and(|there| is_trusted(there, known, state)) {
                    judged.standing = Some(known.bytes);
                }
                let made = || self.made_otherwise(&ledger.marks, output, state, known, &judged);
                if interrupted { Some(StaleReason::Interrupted) } else { made() }
            }
        };
        if judged.reason.is_none()
            && let (Some(target), Some(known)) = (target, known)
        {
            judged.reason = stands(target, output, known, &mut judged, there);
        }
        Ok(judged)
    }

    /// Returns why an output would be rendered differently than before, if so.
    fn made_otherwise(
        &self,
        marks: &SiteDigests,
        output: &Output,
        state: &State,
        known: &OutputDigests,
        judged: &Verdict,
    ) -> Option<StaleReason> {
        if let Some(template) = output.job.template() {
            if marks.site != state.meta.site {
                return Some(StaleReason::Site);
            }
            if marks.templates.get(template.name) != state.meta.templates.get(template.name) {
                return Some(StaleReason::Template);
            }
        }
        if judged.view != known.view {
            return Some(if output.job.is_of_index() { StaleReason::Terms } else { StaleReason::View });
        }
        (judged.files != Some(known.files)).then_some(StaleReason::File)
    }
}

/// Checks that the rendered file is on the disk. A file that looks touched is read; it counts if its bytes are
/// unchanged.
fn stands(
    target: &OutputWriter,
    output: &Output,
    known: &OutputDigests,
    judged: &mut Verdict,
    there: Option<Stat>,
) -> Option<StaleReason> {
    let Some(there) = there else { return Some(StaleReason::Missing) };
    if judged.standing.is_some() {
        return None;
    }
    if !holds(target, &output.path, there, known) {
        return Some(StaleReason::Altered);
    }
    judged.standing = Some(known.bytes);
    judged.askew = target.is_askew(&output.path);
    None
}

/// Returns whether the stat alone shows that a file is as the last build left it.
pub fn is_trusted(there: Stat, known: &OutputDigests, state: &State) -> bool {
    there == known.stat && there.before(state.meta.written_at)
}

/// Reads a file and returns whether it has the bytes that the last build wrote.
fn holds(target: &OutputWriter, path: &str, there: Stat, known: &OutputDigests) -> bool {
    there.size == known.stat.size && target.digest(path) == Some(known.bytes)
}

/// The outputs of an unchanged site on the disk.
pub struct OutputStats {
    /// Their stats, in the order of the state.
    pub stats: Vec<Stat>,
    /// Whether a file had to be read.
    pub read_again: bool,
}

/// Checks that all outputs of the last build are on the disk; `None` if one is not.
pub fn all_stand(state: &Arc<State>, target: &Arc<OutputWriter>, threads: usize) -> Option<OutputStats> {
    let records = state.outputs();
    if !target.is_of(records.iter().map(|record| record.path)) {
        return None;
    }
    let known: Vec<(Range<usize>, OutputDigests)> =
        records.iter().map(|record| (state.range_of(record.path.as_bytes()), record.made)).collect();
    let (of, output) = (state.clone(), target.clone());
    let count = known.len();
    let outcomes = pool::run(count, threads, ItemLimit { applies: &|_| false, ..ItemLimit::ALL }, move |at| {
        let (path, made) = &known[at];
        let path = std::str::from_utf8(of.part(path)).ok()?;
        let there = output.glance(path).ok()??;
        let trusted = is_trusted(there, made, &of);
        let stands = trusted || (holds(&output, path, there, made) && !output.is_askew(path));
        stands.then_some((there, !trusted))
    });
    let mut standing = OutputStats { stats: Vec::with_capacity(count), read_again: false };
    for outcome in outcomes {
        let Outcome::Done(Some((stat, read))) = outcome else { return None };
        standing.stats.push(stat);
        standing.read_again |= read;
    }
    let paths: Vec<&str> = records.iter().map(|record| record.path).collect();
    target.straighten_folders(&paths, |_| standing.read_again);
    Some(standing)
}
