//! Names deploy runs: one run at a time goes from a folder to a target. Killed runs are remembered, so that nobody
//! waits for their leases to expire.

use super::target::DeployError;
use crate::base::digest::Digest;
use crate::base::target_address::TargetAddress;
use crate::system::lock::{self, Lock};
use crate::system::root::Root;

/// The most unfinished runs to remember.
const RUNS: usize = 100;

/// The folder that keeps the names of runs, relative to the site.
const FOLDER: &str = ".recto/deploy";

/// Returns the file that keeps the names of unfinished runs to a target.
pub fn place(address: &TargetAddress) -> String {
    format!("{FOLDER}/{}", Digest::of_debug(address).short())
}

/// The name of a run, and the names of ended runs from here to the same target: this run holds their lock.
pub struct RunName {
    pub name: String,
    pub ended: Vec<String>,
    pub lock: Option<Lock>,
}

impl RunName {
    /// Names a run that only reads and leaves nothing behind. `unique` must be a new name.
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
        // Earlier runs have ended, since they held this lock. A copy of the site elsewhere has another lock, and
        // does not know these runs.
        let here = Digest::of_debug(&(root.place(&locked), root.stat(&locked)?.map(|stat| stat.inode))).short();
        let known = known.strip_prefix(&here).unwrap_or_default();
        let mut ended: Vec<String> = known.split_whitespace().map(str::to_owned).collect();
        // The lease of an older run has expired.
        ended.drain(..ended.len().saturating_sub(RUNS));
        root.write(&file, format!("{here} {} {name}\n", ended.join(" ")).as_bytes())?;
        Ok(RunName { name, ended, lock: Some(lock) })
    }

    /// Ends the run, so that no lease of it or of the runs before it counts any more.
    pub fn end(self, root: &Root, address: &TargetAddress) -> Result<(), DeployError> {
        Ok(root.remove_file(&place(address))?)
    }
}
