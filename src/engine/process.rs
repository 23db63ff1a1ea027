//! Processes one output: judges it and, if it is stale, renders and stages it. Workers run this. It must not know
//! the order of outputs.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::diff::{Diff, StaleReason, Verdict};
use super::ledger::Ledger;
use super::site::Site;
use super::site_files;
use super::state::{OutputDigests, State, decode_one, decode_start, encode_one};
use super::write::{OutputRefusal, OutputWriter, StagedOutput};
use crate::base::diag::{self, Diagnostics};
use crate::base::digest::Digest;
use crate::base::problem;
use crate::base::severity::{Purpose, Severities};
use crate::check::links::Demands;
use crate::outputs::anchors::KeptAnchors;
use crate::outputs::job::Output;
use crate::outputs::kept_rows::{KeptRows, RowCache};
use crate::outputs::output_content::OutputContent;
use crate::system::disk::Stat;
use crate::system::pool::{self, ItemLimit, Outcome, TIME_LIMIT};

/// Everything that the workers share.
pub struct BuildWork {
    pub purpose: Purpose,
    pub site: Site,
    pub ledger: Ledger,
    /// `None` if nothing is to be written: there are errors already, or the site is only checked.
    pub target: Option<OutputWriter>,
    pub diff: Diff,
    /// The ids that links expect on pages.
    pub demands: Demands,
    /// The file system's time before anything was read; 0 if it is not known.
    pub read_at: i64,
    /// If requested, the size of every output in bytes. All outputs are then made, even if nothing is written.
    pub sizes: Option<Box<[AtomicU64]>>,
}

/// The result of an output. Small, since up to a million of them are kept until the end.
#[derive(Default)]
pub struct ProcessedOutput {
    /// Why it was rendered; `None` if it was fresh.
    pub reason: Option<StaleReason>,
    /// Whether its file did not hold these bytes already.
    pub changed: bool,
    /// Whether its file has other permissions than new files get.
    pub askew: bool,
    /// The record for the next state.
    pub record: OutputDigests,
    /// Whether the record is certain.
    pub known: bool,
    /// What is kept of its rendering (`KeptRendering`), encoded.
    pub kept: Option<Box<[u8]>>,
    /// Whether its texts were aligned.
    pub aligned: bool,
    /// Whether links expect ids on it and it has all of them.
    pub answered: bool,
}

/// What the state keeps of the rendering of an output, if there is anything. The problems are first, since a fresh
/// output needs only those.
#[derive(Default, Serialize, Deserialize)]
struct KeptRendering {
    problems: Diagnostics,
    rows: Option<KeptRows>,
    anchors: Option<KeptAnchors>,
}

impl KeptRendering {
    fn encode(&self) -> Option<Box<[u8]>> {
        let empty = self.problems.is_empty() && self.rows.is_none() && self.anchors.is_none();
        (!empty).then(|| encode_one(self).into_boxed_slice())
    }
}

/// Returns the problems of a build's outputs that it did not report. They are only in the records of its outputs.
pub fn unreported(state: &State, severities: &Severities) -> Diagnostics {
    let mut all = Diagnostics::new();
    for record in state.outputs() {
        let problems: Diagnostics = decode_start(record.kept).unwrap_or_default();
        all.extend(problems.into_iter().filter(|found| !severities.reports(Purpose::Publish, found)));
    }
    all
}

/// Whether a page has the ids that links expect.
#[derive(Default)]
struct IdAnswer {
    has_all: bool,
    /// Not kept with the page, since another text may change its links.
    problems: Diagnostics,
}

/// Processes every output. The problems are sorted; an output that failed is missing from the result.
pub fn process_all(
    work: &Arc<BuildWork>,
    threads: usize,
    problems: &mut Diagnostics,
) -> Result<Vec<Box<ProcessedOutput>>, OutputRefusal> {
    let outputs = &work.site.plan.outputs;
    let text = |at: usize| outputs[at].job.is_text();
    // If a template is too slow, it will be for all of its pages.
    let late = |at: usize| {
        if let Some(template) = outputs[at].job.template() {
            let found = problem::too_slow(work.site.place_of(&outputs[at]), TIME_LIMIT.as_secs());
            work.site.theme.give_up(template.name, vec![found]);
        }
    };
    let limit = ItemLimit { time: TIME_LIMIT, applies: &text, late: &late };
    let mut done = Vec::with_capacity(outputs.len());
    let mut refused = None;
    let shared = work.clone();
    for (at, outcome) in pool::run(outputs.len(), threads, limit, move |at| shared.process(at)).enumerate() {
        let place = || work.site.place_of(&outputs[at]);
        match outcome {
            Outcome::Done((result, found)) => {
                problems.extend(found);
                match result {
                    Ok(one) => done.push(one),
                    Err(why) => refused = refused.or(Some(*why)),
                }
            }
            Outcome::Panicked(why) => problems.push(problem::internal(place(), &why)),
            Outcome::TooSlow => problems.push(problem::too_slow(place(), TIME_LIMIT.as_secs())),
        }
    }
    problems.extend(work.site.leaves.take_problems());
    diag::sort(problems);
    match refused {
        Some(why) => Err(why),
        None => Ok(done),
    }
}

/// Collects the ids that links of these texts expect on pages. Takes the links out of the ledger.
pub fn demands(site: &Site, ledger: &mut Ledger, wanted: &dyn Fn(&str) -> bool) -> Demands {
    Demands::new(&site.config, &site.archive, &site.plan, std::mem::take(&mut ledger.links), wanted)
}

impl BuildWork {
    /// Returns the outputs by path, with their recorded sizes in bytes. If nobody has made the search index, its files
    /// are those of the last build.
    pub fn weighed(&self) -> impl Iterator<Item = (&str, u64)> {
        let sizes = self.sizes.iter().flatten().map(|size| size.load(Ordering::Relaxed));
        let planned = self.site.plan.outputs.iter().map(|output| &*output.path).zip(sizes);
        let index = &self.site.index.files;
        let is_unmade = !index.is_made && !index.files.is_empty();
        planned.chain(self.diff.only_built().filter(move |_| is_unmade))
    }

    fn weigh(&self, at: usize, size: u64) {
        if let Some(sizes) = &self.sizes {
            sizes[at].store(size, Ordering::Relaxed);
        }
    }

    /// Returns whether a fresh page has the ids that links expect. If that is not known, renders it once more.
    fn still_answers(&self, at: usize, problems: &mut Diagnostics) -> bool {
        let Some(asked) = self.demands.asked(&self.site.plan, at) else { return false };
        self.diff.has_answered(asked) || {
            let rendered = self.site.render(&self.site.plan.outputs[at]);
            rendered.bytes.is_some_and(|bytes| self.demands.judge(at, &bytes, problems))
        }
    }

    /// Takes over what the last build recorded of a fresh output.
    fn keep(&self, at: usize, judged: &Verdict) -> (ProcessedOutput, Diagnostics) {
        let kept = self.diff.kept(at);
        let mut problems: Diagnostics = decode_start(kept).unwrap_or_default();
        self.drop_unreported(&mut problems);
        let answered = self.still_answers(at, &mut problems);
        self.weigh(at, self.diff.size(at));
        let record = OutputDigests {
            view: judged.view,
            files: judged.files.unwrap_or_default(),
            bytes: judged.standing.unwrap_or_default(),
            stat: judged.there.unwrap_or_default(),
        };
        let fresh = ProcessedOutput {
            reason: None,
            changed: false,
            askew: judged.askew,
            record,
            known: true,
            kept: (!kept.is_empty()).then(|| kept.into()),
            aligned: false,
            answered,
        };
        (fresh, problems)
    }

    /// Drops what this run does not report, which may be thousands of findings about numbers. The record of the output
    /// has them.
    fn drop_unreported(&self, problems: &mut Diagnostics) {
        problems.retain(|found| self.site.config.check.reports(self.purpose, found));
        // They wait for all other outputs.
        problems.shrink_to_fit();
    }

    fn process(&self, at: usize) -> (Result<Box<ProcessedOutput>, Box<OutputRefusal>>, Diagnostics) {
        let (site, target) = (&self.site, self.target.as_ref());
        let output = &site.plan.outputs[at];
        if output.job.is_of_index() && !site.index.files.is_made {
            return (Ok(Box::default()), Diagnostics::new());
        }
        let world = site.world();
        let judged = match self.diff.judge(site, &self.ledger, &world, at, target) {
            Ok(judged) => judged,
            Err(error) => return (Err(Box::new(error.into())), Diagnostics::new()),
        };
        let Some(reason) = judged.reason else {
            let (fresh, problems) = self.keep(at, &judged);
            return (Ok(Box::new(fresh)), problems);
        };
        let mut problems = Diagnostics::new();
        let (prepared, view) = match judged.prepared {
            Some(prepared) => (prepared, judged.view),
            // The recorded digest of the view is right only for a build like this one; a digest of the view itself
            // is right for all.
            None => {
                let prepared = output.job.prepare(&world);
                let view = prepared.digest();
                (prepared, view)
            }
        };
        // Set if a text has changed since it was parsed, so that the page would contradict the archive.
        let moved = Cell::new(false);
        let read = |file: &str, problems: &mut Diagnostics| {
            let is_named = || output.job.reads_any(&world, |named| **named == *file);
            debug_assert!(is_named(), "{} reads {file}, but its job does not list it", output.path);
            let (bytes, stat) = site_files::read_with_stat(&site.root, file, problems)?;
            moved.set(moved.get() || !self.is_as_parsed(file, &bytes, stat));
            site_files::text(file, bytes, problems)
        };
        let last: KeptRendering = decode_one(self.diff.kept(at)).unwrap_or_default();
        let mut rows = RowCache::new(last.rows, last.problems, last.anchors);
        let made = prepared.make(&read, &mut rows, &mut problems);
        let anchors = rows.take_anchors();
        let (rows, aligned) = rows.finish();
        let mut answer = IdAnswer::default();
        let put = made
            .and_then(|made| self.put(at, made, (judged.there, judged.standing), &moved, &mut answer, &mut problems));
        let rendering = KeptRendering { problems, rows, anchors };
        let kept = rendering.encode();
        let KeptRendering { mut problems, .. } = rendering;
        let (changed, askew, record, known) = match put {
            Some(Ok((staged, bytes))) => {
                let files = judged.files.filter(|_| !moved.get());
                let stat = staged.stat.unwrap_or_default();
                let record = OutputDigests { view, files: files.unwrap_or_default(), bytes, stat };
                (staged.changed, staged.askew, record, files.is_some())
            }
            Some(Err(refused)) => return (Err(Box::new(refused)), problems),
            None => (false, false, OutputDigests::default(), false),
        };
        if known || self.target.is_none() {
            self.drop_unreported(&mut problems);
        }
        problems.extend(answer.problems);
        let (reason, answered) = (Some(reason), answer.has_all);
        (Ok(Box::new(ProcessedOutput { reason, changed, askew, record, known, kept, aligned, answered })), problems)
    }

    /// Returns whether these are the bytes that were parsed. If the stat is unchanged, older than this build, and
    /// taken after reading, nobody has written to the file in between. Otherwise the digests are compared.
    fn is_as_parsed(&self, file: &str, bytes: &[u8], stat: Stat) -> bool {
        let Some((input, Some(digest))) = self.ledger.input(file) else { return false };
        (stat == input.stat && stat.before(self.read_at)) || digest == Digest::of(bytes)
    }

    /// Renders an output and writes it, unless its file is up to date. `None` if that failed, or if nothing is to
    /// be written.
    fn put(
        &self,
        at: usize,
        made: OutputContent,
        (there, standing): (Option<Stat>, Option<Digest>),
        moved: &Cell<bool>,
        answer: &mut IdAnswer,
        problems: &mut Diagnostics,
    ) -> Option<Result<(StagedOutput, Digest), OutputRefusal>> {
        let output: &Output = &self.site.plan.outputs[at];
        if let OutputContent::Copy(from) = &made {
            self.weigh(at, self.ledger.input(from).map_or(0, |(input, _)| input.stat.size));
            let known = match self.ledger.digest(from) {
                Some(known) => known,
                // The file could not be read before. If it still cannot, report that; otherwise copy it.
                None => Digest::of(&site_files::read_bytes(&self.site.root, from, problems)?),
            };
            let target = self.target.as_ref()?;
            if standing == Some(known) {
                return Some(Ok((StagedOutput::unchanged(there), known)));
            }
            return Some(target.put_copy(at, &output.path, &self.site.root, from, known, there));
        }
        let bytes = match made {
            // If nothing is written, only check that the picture can be decoded.
            OutputContent::Image(picture, width)
                if self.target.is_none() && self.sizes.is_none() && picture.widths().first() != Some(&width) =>
            {
                return None;
            }
            OutputContent::Image(picture, width) => {
                let variant = self.site.variant(&picture, width, output, problems)?;
                moved.set(!variant.as_known);
                variant.bytes
            }
            made => {
                let bytes = self.site.bytes(made, output, problems)?;
                answer.has_all = self.demands.are_of(at) && self.demands.judge(at, &bytes, &mut answer.problems);
                bytes
            }
        };
        self.weigh(at, bytes.len() as u64);
        let target = self.target.as_ref()?;
        let digest = Digest::of(&bytes);
        if standing == Some(digest) {
            return Some(Ok((StagedOutput::unchanged(there), digest)));
        }
        Some(target.put(at, &output.path, &bytes, there).map(|staged| (staged, digest)))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::base::date;
    use crate::engine::load;
    use crate::engine::site::LoadOptions;
    use crate::engine::store::LastBuild;
    use crate::search::shape::Shape;
    use crate::system::disk;
    use crate::system::root::Root;

    fn process_all(root: &Path, read_at: i64) -> BuildWork {
        let options = LoadOptions {
            root: Root::shared(root).unwrap(),
            base_url: None,
            drafts: false,
            future: false,
            expired: false,
            now: date::parse("2026-01-01").unwrap(),
            threads: 1,
            cache: None,
            shape: Shape::default(),
        };
        let (site, ledger) = load::load(&options).unwrap().made.unwrap();
        let diff = Diff::new(&site, None, LastBuild::default(), None, None);
        BuildWork {
            purpose: Purpose::Publish,
            site,
            ledger,
            target: None,
            diff,
            demands: Demands::default(),
            read_at,
            sizes: None,
        }
    }

    #[test]
    fn a_text_that_changes_after_it_was_parsed_is_noticed() {
        let file = "content/pages/about.md";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file);
        let texts = ["+++\ntitle = \"About\"\n+++\nOne.\n", "+++\ntitle = \"About\"\n+++\nTwo.\n"];
        disk::write(&folder.path().join("site.toml"), b"title = \"Site\"\n").unwrap();
        // At time 0 no stat is old enough to be trusted; at the latest time, every stat is.
        for read_at in [0, i64::MAX] {
            disk::write(&path, texts[0].as_bytes()).unwrap();
            let work = process_all(folder.path(), read_at);
            let as_parsed = |work: &BuildWork| {
                let (bytes, stat) = work.site.root.read(file).unwrap();
                work.is_as_parsed(file, &bytes, stat)
            };
            assert!(as_parsed(&work));
            let before = std::fs::metadata(&path).unwrap().modified().unwrap();
            disk::write(&path, texts[1].as_bytes()).unwrap();
            let changed = work.site.root.read(file).unwrap();
            assert!(!work.is_as_parsed(file, &changed.0, changed.1));
            // The same length, and the time from before: the system still has the time of the change.
            std::fs::File::options().append(true).open(&path).unwrap().set_modified(before).unwrap();
            assert_eq!(as_parsed(&work), cfg!(windows) && read_at > 0);
            assert!(!work.is_as_parsed("content/pages/other.md", texts[0].as_bytes(), Stat::default()));
        }
    }
}
