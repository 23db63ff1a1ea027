//! The result of `deploy --verify`: how the files at a target compare with its manifest. It must not reach the target
//! itself.

use std::collections::BTreeSet;

use super::manifest::{self, TargetManifest};

/// How a file is that the manifest has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// As it was put.
    Same,
    Missing,
    /// A file of other bytes.
    Changed,
    /// No file stands there: a folder, a link, or something in the place of a folder above.
    Blocked,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetStatus {
    /// Files of the manifest that were looked at.
    pub looked: usize,
    pub missing: BTreeSet<String>,
    pub changed: BTreeSet<String>,
    pub blocked: BTreeSet<String>,
    /// Files that Recto did not put there.
    pub extra: BTreeSet<String>,
}

impl TargetStatus {
    /// The files that are not known to the manifest, among all that stand there.
    pub fn of<'p>(manifest: &TargetManifest, there: impl IntoIterator<Item = &'p str>) -> TargetStatus {
        let known = |path: &str| {
            manifest.files.contains_key(path)
                || manifest.coming.contains_key(path)
                || manifest.leaving.contains_key(path)
                || manifest::is_own(path)
        };
        let extra = there.into_iter().filter(|path| !known(path)).map(str::to_owned).collect();
        TargetStatus { extra, ..TargetStatus::default() }
    }

    /// Takes note of a file of the manifest.
    pub fn add(&mut self, path: &str, stand: FileStatus) {
        self.looked += 1;
        let list = match stand {
            FileStatus::Same => return,
            FileStatus::Missing => &mut self.missing,
            FileStatus::Changed => &mut self.changed,
            FileStatus::Blocked => &mut self.blocked,
        };
        list.insert(path.to_owned());
    }

    /// Whether a file is to be sent, whatever the manifest says of it.
    pub fn wants(&self, path: &str) -> bool {
        self.missing.contains(path) || self.changed.contains(path) || self.blocked.contains(path)
    }
}

/// The files of a manifest of which it is known what should stand there; what an interrupted deploy was about to put is not.
pub fn settled(manifest: &TargetManifest) -> impl Iterator<Item = (&String, &manifest::ManifestEntry)> {
    manifest.files.iter().filter(|(path, _)| !manifest.coming.contains_key(*path))
}
