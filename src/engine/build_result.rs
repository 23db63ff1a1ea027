//! What a build leaves for a deploy: the files of the output folder with their digests, the site, and the lock that
//! keeps other builds out. No output is read if the state vouches for it, and the site is loaded only on demand.

use std::path::Path;
use std::sync::Arc;

use super::diff;
use super::load::{self, FoundInputs};
use super::output_folder;
use super::process::{BuildWork, ProcessedOutput};
use super::site::{LoadOptions, Site};
use super::state::{OutputDigests, OutputRecord, State, StoredCards};
use super::store::{self, LastBuild};
use super::write;
use crate::base::digest::Digest;
use crate::outputs::job::Output;
use crate::system::disk::{DiskResult, Stat};
use crate::system::lock::Lock;

/// A file of the output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputFile<'b> {
    pub path: &'b str,
    /// The digest of its bytes; `None` if they must be read.
    pub digest: Option<Digest>,
    /// Size in bytes; 0 without a digest.
    pub size: u64,
    /// Its position in the order of uploads (`Job::rank`).
    pub rank: u8,
    /// Whether its name changes whenever its content does (`Output::lasts`).
    pub lasts: bool,
}

/// A built site.
pub struct BuildResult {
    outputs: Outputs,
    /// What is needed to load the site, until somebody asks for it.
    source: Option<OutputsFrom>,
    site: Option<Box<Site>>,
    /// Keeps other builds out of the output folder; `None` if they may change it meanwhile.
    lock: Option<Lock>,
}

/// How the files of the output folder are known.
enum Outputs {
    /// No input has changed, and all outputs of the last build exist.
    Recorded(Arc<State>),
    /// Every output of the plan was processed.
    #[expect(clippy::vec_box, reason = "the workers return boxes, and unboxing them would copy up to a million")]
    Made(Arc<BuildWork>, Vec<Box<ProcessedOutput>>),
    /// An earlier build ended: its files, with digests if its state still vouches for them.
    Listed(Vec<ListedOutput>),
}

struct ListedOutput {
    path: String,
    digest: Option<Digest>,
    size: u64,
    rank: u8,
    lasts: bool,
}

enum OutputsFrom {
    Found(Box<FoundInputs>),
    Folder(Box<(LoadOptions, Option<Arc<State>>, StoredCards)>),
}

impl BuildResult {
    /// Wraps a site without any change.
    pub fn unchanged(state: Arc<State>, found: FoundInputs, lock: Lock) -> BuildResult {
        let source = Some(OutputsFrom::Found(Box::new(found)));
        BuildResult { outputs: Outputs::Recorded(state), source, site: None, lock: Some(lock) }
    }

    pub fn made(work: Arc<BuildWork>, done: Vec<Box<ProcessedOutput>>, lock: Option<Lock>) -> BuildResult {
        BuildResult { outputs: Outputs::Made(work, done), source: None, site: None, lock }
    }

    /// Loads what an earlier build left in an output folder. The inner `Err` says in words why there is nothing.
    pub fn left(
        options: &LoadOptions,
        folder: &Path,
        lock: Option<Lock>,
    ) -> DiskResult<Result<BuildResult, &'static str>> {
        let paths = match write::listed(folder)? {
            Ok(paths) => paths,
            Err(why) => return Ok(Err(why)),
        };
        let LastBuild { state, cards, interrupted, .. } =
            store::peek(&options.root, &output_folder::place(folder)?, options.cache.as_deref());
        let state = state.map(Arc::new);
        let source = Some(OutputsFrom::Folder(Box::new((options.clone(), state.clone(), cards))));
        let mut built = BuildResult { outputs: Outputs::Listed(Vec::new()), source, site: None, lock };
        let records = state.as_ref().map(|state| state.outputs()).unwrap_or_default();
        let there = output_folder::peek(folder, options.root.path()).filter(|_| interrupted.is_empty());
        let mut all = Vec::with_capacity(paths.len());
        for path in paths {
            let mut listed = ListedOutput { path, digest: None, size: 0, rank: 1, lasts: false };
            if let Ok(at) = records.binary_search_by(|record| record.path.cmp(&listed.path)) {
                let stands = there.as_ref().and_then(|root| root.glance(&listed.path).ok().flatten());
                let trusted = stands.zip(state.as_ref());
                let trusted = trusted.filter(|(stat, state)| diff::is_trusted(*stat, &records[at].made, state));
                if let Some((stat, _)) = trusted {
                    (listed.digest, listed.size) = (Some(records[at].made.bytes), stat.size);
                }
                (listed.rank, listed.lasts) = (records[at].rank, records[at].lasts);
            } else if let Some(site) = built.site()?
                && let Some(output) = site.plan.find(&listed.path)
            {
                (listed.rank, listed.lasts) = (output.job.rank(), output.lasts(&site.statics));
            }
            all.push(listed);
        }
        built.outputs = Outputs::Listed(all);
        Ok(Ok(built))
    }

    /// Returns every file of the output folder, sorted by path.
    pub fn files<'b>(&'b self) -> Vec<OutputFile<'b>> {
        match &self.outputs {
            Outputs::Recorded(state) => {
                let file = |record: OutputRecord<'b>| OutputFile {
                    path: record.path,
                    digest: Some(record.made.bytes),
                    size: record.made.stat.size,
                    rank: record.rank,
                    lasts: record.lasts,
                };
                state.outputs().into_iter().map(file).collect()
            }
            Outputs::Made(work, done) => {
                let statics = &work.site.statics;
                let file = |(output, done): (&'b Output, &'b ProcessedOutput)| {
                    let OutputDigests { bytes, stat, .. } = done.record;
                    // If the system did not report a stat after writing, the size is not known.
                    let known = stat != Stat::default();
                    OutputFile {
                        path: &output.path,
                        digest: known.then_some(bytes),
                        size: stat.size,
                        rank: output.job.rank(),
                        lasts: output.lasts(statics),
                    }
                };
                work.site.plan.outputs.iter().zip(done.iter().map(Box::as_ref)).map(file).collect()
            }
            Outputs::Listed(all) => {
                let file = |listed: &'b ListedOutput| {
                    let ListedOutput { path, digest, size, rank, lasts } = listed;
                    OutputFile { path, digest: *digest, size: *size, rank: *rank, lasts: *lasts }
                };
                all.iter().map(file).collect()
            }
        }
    }

    /// Returns the site, loading it if necessary; `None` if it has errors by now.
    pub fn site(&mut self) -> DiskResult<Option<&Site>> {
        let found = match self.source.take() {
            Some(OutputsFrom::Found(found)) => Some(*found),
            Some(OutputsFrom::Folder(folder)) => {
                let (options, state, cards) = *folder;
                load::find(&options, state, cards)?.ok()
            }
            None => None,
        };
        if let Some(found) = found {
            self.site = found.load(None, None)?.made.map(|(site, _)| Box::new(site));
        }
        Ok(match &self.outputs {
            Outputs::Made(work, _) => Some(&work.site),
            _ => self.site.as_deref(),
        })
    }

    /// Returns the lock on the output folder, for a caller that still reads its files.
    pub fn into_lock(self) -> Option<Lock> {
        self.lock
    }

    /// Releases the lock, without freeing memory: the process is about to end, and freeing a hundred thousand
    /// articles one by one takes time.
    pub fn leave(mut self) {
        drop(self.lock.take());
        std::mem::forget(self);
    }
}
