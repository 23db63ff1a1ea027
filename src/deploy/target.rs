//! The trait that every target implements: a place that holds files by path, and one manifest. It must not know any
//! kind of target.

use std::collections::BTreeSet;
use std::path::Path;

use super::desired_files::DesiredFile;
use super::manifest::{self, TargetManifest};
use super::verify::TargetStatus;
use crate::base::limits::MANIFEST_BYTES;
use crate::system::disk::DiskError;
use crate::system::lock::Lock;

/// Why a deploy did not come to its end.
#[derive(Debug)]
pub enum DeployError {
    /// The target could not be reached, or answered with an error; what went through stays. Without secrets.
    Network(String),
    /// Another deploy is at work, or was quicker.
    Busy(String),
    /// Files at the target that somebody else has changed, or put where the site has some of its own.
    Foreign(Vec<String>),
    /// It was not begun, for a reason that a flag or a setting can change.
    Refused(String),
    /// A disk failed, or that of a folder that is the target, before anything was sent.
    Disk(DiskError),
    /// The same in the course of a deploy.
    Stopped(DiskError),
}

impl DeployError {
    /// That a manifest is longer than anybody reads.
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

/// What a file may be put over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing stands there.
    Nothing,
    /// This state of the file stands there; without a name for it, that of the given digest.
    Known { version: Option<String>, digest: String },
    /// Whatever stands there.
    Anything,
}

/// A file on its way.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    pub file: &'a DesiredFile,
    /// Whether the site had no such file when it was last deployed.
    pub new: bool,
    pub over: Precondition,
    /// Digests that interrupted deploys may have put there: they are ours, too.
    pub coming: Option<&'a BTreeSet<String>>,
}

/// What is to be done where something stands already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutDecision {
    /// The file is to be put.
    Put,
    /// It stands there already.
    Stands,
    Foreign,
}

/// By what it is known what to do where something stands already.
#[derive(Clone, Debug)]
pub struct OverwriteRule {
    /// The file's digest.
    own: String,
    pub over: Precondition,
    coming: BTreeSet<String>,
}

impl OverwriteRule {
    /// Whether an interrupted deploy may have put something there.
    pub fn may_have_come(&self) -> bool {
        !self.coming.is_empty()
    }

    /// What to do where a file of this digest (hexadecimal; `None`: no file) stands.
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

    /// [`OverwriteRule::judge`].
    pub fn judge(&self, there: Option<&str>) -> PutDecision {
        self.claim().judge(there)
    }
}

/// What became of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    /// It stands there, in a state that the target calls so; `sent` says whether its bytes were sent.
    Done { version: Option<String>, sent: bool },
    /// Something else stands there than was expected. It was left alone.
    Foreign,
}

/// A file that is to go.
#[derive(Clone, Debug)]
pub struct Removal {
    pub path: String,
    /// What stood there when it was last looked at, as far as that is known.
    pub version: Option<String>,
    /// Digests of what Recto put there, or may have put there: anything else is not ours.
    pub digests: BTreeSet<String>,
    /// Whether an upload needs its place: for a folder, for the file that replaces the one it is in, or under a name that some
    /// systems take for the same.
    pub in_the_way: bool,
}

/// The text about the files, and what the target calls this state of it.
pub struct ManifestText {
    pub bytes: Vec<u8>,
    pub version: Option<String>,
    /// When it was written, in seconds since 1970 by the target's own clock, where it was read and the target says so.
    pub written: Option<i64>,
}

/// Hears of every upload or removal as it ends: its place in the list, and what became of it.
pub type OnItem<'t, T> = &'t (dyn Fn(usize, T) + Sync);

/// Which paths can stand at a target beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathRules {
    /// Any.
    Free,
    /// There are folders: a path that is a file leads to no other.
    Folders,
    /// There are folders, and capital letters are taken for small ones.
    Folded,
}

/// A place for a site. Calls come from one thread; an implementation sends in parallel as it likes.
pub trait Target {
    /// Where it is, for people: without user, password and query.
    fn address(&self) -> String;

    /// The manifest, if there is one.
    fn manifest(&self) -> Result<Option<ManifestText>, DeployError>;

    /// Writes the manifest over the state of it that was read or written last (`None`: there was none), and gives the name
    /// of the new state. [`DeployError::Busy`] where another state stands there by now.
    fn put_manifest(&self, bytes: &[u8], over: Option<&ManifestText>) -> Result<ManifestText, DeployError>;

    /// Whether anything stands there besides a manifest.
    fn occupied(&self) -> Result<bool, DeployError>;

    /// Puts files, in any order; `output` is the output folder. Ends at the first error; what went through was told.
    fn upload(&self, uploads: &[Upload], output: &Path, told: OnItem<PutOutcome>) -> Result<(), DeployError>;

    /// Removes files, in any order; one that is gone already is removed. Without `force`, one that somebody else has changed
    /// stays: `false` is told.
    fn remove(&self, files: &[&Removal], force: bool, told: OnItem<bool>) -> Result<(), DeployError>;

    /// Compares what stands there with the manifest that was read last: by a list of it, and by reading what a list does not
    /// tell. `wanted` are the files of the site now, which lie in `output`.
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

    /// Whether nothing is to be seen of uploads and removals until the manifest is put, and then all at once.
    fn at_once(&self) -> bool {
        false
    }

    /// The lock that keeps other deploys from this machine away, where one is held.
    fn lock(&self) -> Option<&Lock> {
        None
    }

    /// How many requests of each kind were sent, where the target counts them.
    fn requests(&self) -> Vec<(&'static str, usize)> {
        Vec::new()
    }
}
