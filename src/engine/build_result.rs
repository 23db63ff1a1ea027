//! What a build leaves to whoever goes on with it, as a deploy does: the files of the output folder with their digests, the site,
//! and the lock that keeps other builds out. No output is read that the state vouches for, and the site is put together only
//! when somebody asks for it.

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
    /// Of its bytes; `None` where they have to be read.
    pub digest: Option<Digest>,
    /// Bytes; 0 without a digest.
    pub size: u64,
    /// Its place in the order of uploads (`Job::rank`).
    pub rank: u8,
    /// Whether it gets another name whenever it changes (`Output::lasts`).
    pub lasts: bool,
}

/// A site that is built.
pub struct Built {
    outputs: Outputs,
    /// What the site can be put together from, until somebody asks for it.
    source: Option<OutputsFrom>,
    site: Option<Box<Site>>,
    /// Keeps other builds out of the output folder; `None` where they may work in it meanwhile.
    lock: Option<Lock>,
}

/// By what the files of the output folder are known.
enum Outputs {
    /// No input has changed, and all outputs of the last build stand.
    Recorded(Arc<State>),
    /// What became of every output of the plan.
    #[expect(clippy::vec_box, reason = "as the workers left them: a million of them are not moved")]
    Made(Arc<BuildWork>, Vec<Box<ProcessedOutput>>),
    /// A build ended earlier: its files, as far as its state still vouches for them.
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

impl Built {
    /// A site of which nothing has changed.
    pub fn unchanged(state: Arc<State>, found: FoundInputs, lock: Lock) -> Built {
        let source = Some(OutputsFrom::Found(Box::new(found)));
        Built { outputs: Outputs::Recorded(state), source, site: None, lock: Some(lock) }
    }

    pub fn made(work: Arc<BuildWork>, done: Vec<Box<ProcessedOutput>>, lock: Option<Lock>) -> Built {
        Built { outputs: Outputs::Made(work, done), source: None, site: None, lock }
    }

    /// What an earlier build left in an output folder; says in words why there is nothing.
    pub fn left(options: &LoadOptions, folder: &Path, lock: Option<Lock>) -> DiskResult<Result<Built, &'static str>> {
        let paths = match write::listed(folder)? {
            Ok(paths) => paths,
            Err(why) => return Ok(Err(why)),
        };
        let LastBuild { state, cards, interrupted, .. } =
            store::peek(&options.root, &output_folder::place(folder)?, options.cache.as_deref());
        let state = state.map(Arc::new);
        let source = Some(OutputsFrom::Folder(Box::new((options.clone(), state.clone(), cards))));
        let mut built = Built { outputs: Outputs::Listed(Vec::new()), source, site: None, lock };
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

    /// Every file of the output folder, sorted by path.
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
                    // Where the system did not say what it wrote, the size is not known.
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

    /// The site, put together if need be; `None` where it has errors by now.
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
            self.site = found.load(None)?.made.map(|(site, _)| Box::new(site));
        }
        Ok(match &self.outputs {
            Outputs::Made(work, _) => Some(&work.site),
            _ => self.site.as_deref(),
        })
    }

    /// The lock on the output folder, for whoever still reads its files.
    pub fn into_lock(self) -> Option<Lock> {
        self.lock
    }

    /// Lets other builds begin. A program that ends here need not take a hundred thousand articles apart one by one.
    pub fn leave(mut self) {
        drop(self.lock.take());
        std::mem::forget(self);
    }
}
