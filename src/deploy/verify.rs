//! The result of `deploy --verify`: how the files at a target compare with its manifest. This file must not access
//! the target.

use std::collections::BTreeSet;

use super::manifest::{self, TargetManifest};

/// How a file compares with its manifest entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// Unchanged.
    Same,
    Missing,
    /// The file has other bytes.
    Changed,
    /// There is no file: a folder, a link, or a file in place of a parent folder is in the way.
    Blocked,
}

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetStatus {
    /// Number of manifest files that were checked.
    pub looked: usize,
    pub missing: BTreeSet<String>,
    pub changed: BTreeSet<String>,
    pub blocked: BTreeSet<String>,
    /// Files that Recto did not put there.
    pub extra: BTreeSet<String>,
}

impl TargetStatus {
    /// Starts a comparison with the files at the target that the manifest does not list.
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

    /// Records the status of a file of the manifest.
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

    /// Returns whether a file must be sent again, although the manifest lists it.
    pub fn wants(&self, path: &str) -> bool {
        self.missing.contains(path) || self.changed.contains(path) || self.blocked.contains(path)
    }
}

/// Returns the manifest's files whose expected content is known. Files that an interrupted deploy was about to
/// upload are left out.
pub fn settled(manifest: &TargetManifest) -> impl Iterator<Item = (&String, &manifest::ManifestEntry)> {
    manifest.files.iter().filter(|(path, _)| !manifest.coming.contains_key(*path))
}
