//! Determines the digest of every input: from the state if the file's stat is unchanged, otherwise by reading. It
//! must not parse a file.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::discover::{Input, Inputs, RecordedInput};
use super::site_files;
use super::state::State;
use super::symlinks;
use crate::base::digest::Digest;
use crate::content::content_path::is_asset;
use crate::system::pool::{self, ItemLimit, Outcome};
use crate::system::root::Root;

/// How the inputs compare with those of the last build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InputComparison {
    /// Whether they are the same files with the same bytes.
    pub unchanged: bool,
    /// Whether they have the same paths.
    pub same_files: bool,
    /// Whether the state should be written again, so that the next build need not read the same files.
    pub read_again: bool,
}

/// Fills in the digests. Without a state, texts get theirs when they are parsed. A file that cannot be read has
/// none; whoever needs it reports that.
pub fn identify(root: &Arc<Root>, inputs: &mut Inputs, state: Option<&State>, threads: usize) -> InputComparison {
    let mut compared = InputComparison::default();
    let mut left = 0;
    if let Some(state) = state {
        let records = state.inputs();
        left = records.len();
        let known: HashMap<&str, usize, RandomState> = records.iter().enumerate().map(|(at, r)| (r.file, at)).collect();
        for input in inputs.all_mut() {
            let Some(record) = known.get(&*input.file).map(|&at| &records[at]) else { continue };
            input.known = Some(Box::new(RecordedInput { digest: record.digest, kept: record.kept.clone() }));
            if record.stat == input.stat && record.stat.before(state.meta.read_at) {
                input.digest = Some(record.digest);
            }
        }
    }
    compared.read_again = read_rest(root, inputs, state.is_some(), threads);
    let known = inputs.all().filter(|input| input.known.is_some()).count();
    compared.same_files = state.is_some() && known == left && known == inputs.all().count();
    compared.unchanged = compared.same_files && inputs.all().all(|input| input.is_unchanged());
    compared
}

/// Reads the inputs whose stat has changed; texts only if `texts` is set. Returns whether there were any.
fn read_rest(root: &Arc<Root>, inputs: &mut Inputs, texts: bool, threads: usize) -> bool {
    // A text that is too large is rejected without reading it.
    let later = |input: &Input| {
        input.file.starts_with("content/") && !texts && !is_asset(input.path()) || site_files::oversize(input).is_some()
    };
    let unknown: Vec<Arc<str>> =
        inputs.all().filter(|i| i.digest.is_none() && !later(i)).map(|i| i.file.clone()).collect();
    let any = !unknown.is_empty();
    let mut digests = digests(root, unknown, threads);
    for input in inputs.all_mut() {
        if input.digest.is_none() && !later(input) {
            input.digest = digests.next().flatten();
        }
    }
    any
}

/// Returns the digests of files in their order; `None` for a file that cannot be read.
pub fn digests(root: &Arc<Root>, files: Vec<Arc<str>>, threads: usize) -> impl Iterator<Item = Option<Digest>> + use<> {
    let limit = ItemLimit { applies: &|_| false, ..ItemLimit::ALL };
    let root = root.clone();
    pool::run(files.len(), threads, limit, move |at| symlinks::digest(&root, &files[at]).ok()).map(|outcome| {
        match outcome {
            Outcome::Done(digest) => digest,
            Outcome::Panicked(_) | Outcome::TooSlow => None,
        }
    })
}
