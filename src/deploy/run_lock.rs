//! Whose run a deploy is: one at a time goes from a folder to a target, and those that were killed are remembered, so that nobody
//! waits for the end of their leases.

use super::target::DeployError;
use crate::base::digest::Digest;
use crate::base::target_address::TargetAddress;
use crate::system::lock::{self, Lock};
use crate::system::root::Root;

/// Runs that have not come to their end, as many as are remembered.
const RUNS: usize = 100;

/// The folder of what is known of runs, in that of the site.
const FOLDER: &str = ".recto/deploy";

/// Where the names of runs to a target are kept until one has come to its end.
pub fn place(address: &TargetAddress) -> String {
    format!("{FOLDER}/{}", Digest::of_debug(address).short())
}

/// A run, and the last ones from here to the same target, which have ended: this one holds the lock.
pub struct RunName {
    pub name: String,
    pub ended: Vec<String>,
    pub lock: Option<Lock>,
}

impl RunName {
    /// One that only looks, and leaves nothing behind. `unique` is like that of no other run.
    pub fn of_look(unique: &str) -> RunName {
        RunName { name: Digest::of(unique.as_bytes()).short(), ended: Vec::new(), lock: None }
    }

    /// Begins a run from the site at `root`.
    pub fn begin(root: &Root, address: &TargetAddress, unique: &str) -> Result<RunName, DeployError> {
        let RunName { name, .. } = RunName::of_look(unique);
        let file = place(address);
        root.make_folder(FOLDER)?;
        let locked = format!("{file}.lock");
        let Some(lock) = lock::file(root, &locked)? else {
            return Err(DeployError::Busy(
                "another deploy of this site to this target is running; nothing was done".to_owned(),
            ));
        };
        let known = root.read_if_there(&file)?.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        // They are over since they held this lock; a copy of the site elsewhere has another, and knows nothing of these.
        let here = Digest::of_debug(&(root.place(&locked), root.stat(&locked)?.map(|stat| stat.inode))).short();
        let known = known.strip_prefix(&here).unwrap_or_default();
        let mut ended: Vec<String> = known.split_whitespace().map(str::to_owned).collect();
        // A lease of an older one is over by itself.
        ended.drain(..ended.len().saturating_sub(RUNS));
        root.write(&file, format!("{here} {} {name}\n", ended.join(" ")).as_bytes())?;
        Ok(RunName { name, ended, lock: Some(lock) })
    }

    /// The run has come to its end, so that nobody believes a lease of it or of those before it any more.
    pub fn end(self, root: &Root, address: &TargetAddress) -> Result<(), DeployError> {
        Ok(root.remove_file(&place(address))?)
    }
}
