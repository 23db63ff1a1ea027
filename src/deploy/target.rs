//! The trait that every target implements. A target holds files by path, and one manifest. This file must not know
//! any kind of target.

use std::collections::BTreeSet;
use std::path::Path;

use super::desired_files::DesiredFile;
use super::manifest::{self, TargetManifest};
use super::verify::TargetStatus;
use crate::base::limits::MANIFEST_BYTES;
use crate::system::disk::DiskError;
use crate::system::lock::Lock;

/// Why a deploy failed.
#[derive(Debug)]
pub enum DeployError {
    /// The target could not be reached, or answered with an error. Finished uploads stay. The text contains no
    /// secrets.
    Network(String),
    /// Another deploy is in progress, or was first.
    Busy(String),
    /// Files at the target that somebody else has changed, or has put where the site has files.
    Foreign(Vec<String>),
    /// The deploy was not begun, for a reason that a flag or a setting can change.
    Refused(String),
    /// A local disk, or the disk of a target folder, failed before anything was sent.
    Disk(DiskError),
    /// A disk failed during a deploy.
    Stopped(DiskError),
}

impl DeployError {
    /// Returns the error for a manifest that is too long to be read.
    pub fn long_manifest(address: &str) -> DeployError {
        DeployError::Refused(format!(
            "the manifest at {address} has more than {MANIFEST_BYTES} bytes; nothing was done\n\
             help: remove {} there, and deploy again with --adopt",
            manifest::PATH
        ))
    }
}

impl From<DiskError> for DeployError {
    fn from(error: DiskError) -> DeployError {
        DeployError::Disk(error)
    }
}

/// The condition under which an upload may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing exists at the path.
    Nothing,
    /// The path holds this version of the file or, if the version has no name, a file with this digest.
    Known { version: Option<String>, digest: String },
    /// Whatever the path holds.
    Anything,
}

/// A file to upload.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    pub file: &'a DesiredFile,
    /// Whether the last deploy had no such file.
    pub new: bool,
    pub over: Precondition,
    /// Digests of files that interrupted deploys may have uploaded. They are ours, too.
    pub coming: Option<&'a BTreeSet<String>>,
}

/// What to do when the path is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutDecision {
    /// Upload the file.
    Put,
    /// Nothing: the file is there already.
    Stands,
    Foreign,
}

/// What is needed to decide about a path that is not empty.
#[derive(Clone, Debug)]
pub struct OverwriteRule {
    /// The digest of the file to upload.
    own: String,
    pub over: Precondition,
    coming: BTreeSet<String>,
}

impl OverwriteRule {
    /// Returns whether an interrupted deploy may have written something here.
    pub fn may_have_come(&self) -> bool {
        !self.coming.is_empty()
    }

    /// Decides what to do if the path holds a file with this hexadecimal digest (`None`: no file).
    pub fn judge(&self, there: Option<&str>) -> PutDecision {
        let Some(there) = there else { return PutDecision::Put };
        let expected = match &self.over {
            Precondition::Anything => return PutDecision::Put,
            Precondition::Nothing => None,
            Precondition::Known { digest, .. } => Some(digest.as_str()),
        };
        if there == self.own {
            PutDecision::Stands
        } else if Some(there) == expected || self.coming.contains(there) {
            PutDecision::Put
        } else {
            PutDecision::Foreign
        }
    }
}

impl Upload<'_> {
    pub fn claim(&self) -> OverwriteRule {
        let (own, coming) = (self.file.digest.long(), self.coming.cloned().unwrap_or_default());
        OverwriteRule { own, over: self.over.clone(), coming }
    }

    /// Calls [`OverwriteRule::judge`].
    pub fn judge(&self, there: Option<&str>) -> PutDecision {
        self.claim().judge(there)
    }
}

/// The result of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    /// The target holds the file, in this version. `sent` says whether its bytes were sent.
    Done { version: Option<String>, sent: bool },
    /// The path holds something unexpected, which was left alone.
    Foreign,
}

/// A file to remove.
#[derive(Clone, Debug)]
pub struct Removal {
    pub path: String,
    /// The version that the path held when it was last read, if it is known.
    pub version: Option<String>,
    /// Digests of what Recto put or may have put there. Any other file is not ours.
    pub digests: BTreeSet<String>,
    /// Whether an upload needs the path: for a folder, for a file that replaces the folder it is in, or for a name
    /// that some file systems treat as the same.
    pub in_the_way: bool,
}

/// The text of the manifest, and the target's name for this version of it.
pub struct ManifestText {
    pub bytes: Vec<u8>,
    pub version: Option<String>,
    /// When it was written, in seconds since 1970 by the target's clock, if the target reports that.
    pub written: Option<i64>,
}

/// Receives each upload or removal as it ends: its position in the list, and its result.
pub type OnItem<'t, T> = &'t (dyn Fn(usize, T) + Sync);

/// Which paths can exist side by side at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathRules {
    /// Any paths.
    Free,
    /// There are folders: no path may lie below a file.
    Folders,
    /// There are folders, and names that differ only in case are the same.
    Folded,
}

/// A place for a site. Calls come from one thread; an implementation may send in parallel.
pub trait Target {
    /// Returns the address for messages, without user, password and query.
    fn address(&self) -> String;

    /// Reads the manifest; `None` if there is none.
    fn manifest(&self) -> Result<Option<ManifestText>, DeployError>;

    /// Writes the manifest over the version that was read or written last (`None`: there was none), and returns the
    /// new version. Fails with [`DeployError::Busy`] if the target holds another version by now.
    fn put_manifest(&self, bytes: &[u8], over: Option<&ManifestText>) -> Result<ManifestText, DeployError>;

    /// Returns whether the target holds anything besides a manifest.
    fn occupied(&self) -> Result<bool, DeployError>;

    /// Uploads files in any order; `output` is the output folder. Stops at the first error, after reporting the
    /// finished uploads to `told`.
    fn upload(&self, uploads: &[Upload], output: &Path, told: OnItem<PutOutcome>) -> Result<(), DeployError>;

    /// Removes files in any order. A file that is already gone counts as removed. Without `force`, a file that
    /// somebody else has changed stays, and is reported as `false`.
    fn remove(&self, files: &[&Removal], force: bool, told: OnItem<bool>) -> Result<(), DeployError>;

    /// Compares the target with the manifest that was read last: lists it, and reads what a list does not show.
    /// `wanted` are the site's present files in `output`.
    fn audit(
        &self,
        _manifest: &TargetManifest,
        _wanted: &[DesiredFile],
        _output: &Path,
    ) -> Result<TargetStatus, DeployError> {
        Err(DeployError::Refused(format!("{} cannot be verified; nothing was done", self.address())))
    }

    fn names(&self) -> PathRules {
        PathRules::Folders
    }

    /// Returns whether uploads and removals stay invisible until the manifest is written, and then appear all at
    /// once.
    fn at_once(&self) -> bool {
        false
    }

    /// Returns the lock against other deploys from this machine, if one is held.
    fn lock(&self) -> Option<&Lock> {
        None
    }

    /// Returns the number of requests of each kind, if the target counts them.
    fn requests(&self) -> Vec<(&'static str, usize)> {
        Vec::new()
    }
}
