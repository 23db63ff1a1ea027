//! The difference between a site and a target: what to upload, in which order, and what to remove. A pure function.

use std::collections::{BTreeMap, BTreeSet};

use super::desired_files::DesiredFile;
use super::manifest::TargetManifest;
use super::target::{PathRules, Precondition, Removal, Upload};
use super::verify::TargetStatus;

/// Whose changes a deploy must not overwrite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtectedChanges {
    /// Everybody's: the default.
    All,
    /// Changes to files that Recto put there. Files that were there before may be overwritten (`--adopt`).
    Known,
    /// Nobody's (`--force`).
    None,
}

/// Returns the folders of a path, outermost first.
pub fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// What readers can notice of an upload. Variants are in the order of the uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// No page at the target links to the file yet.
    New,
    /// The file takes the place of something that has to be removed first.
    Replacing,
    Changed,
}

/// Files that may be uploaded in any order.
#[derive(Debug)]
pub struct UploadGroup<'a> {
    pub phase: Phase,
    pub uploads: Vec<Upload<'a>>,
}

/// What a deploy has to do.
#[derive(Debug, Default)]
pub struct Delta<'a> {
    /// The groups of uploads. Each must be complete before the next begins.
    pub groups: Vec<UploadGroup<'a>>,
    pub removals: Vec<Removal>,
    /// The number of uploads that are new files.
    pub new: usize,
    pub unchanged: usize,
}

impl<'a> Delta<'a> {
    /// Compares the wanted files with the manifest of a target. `wanted` contains every path once.
    ///
    /// Readers may open any page at any moment, so new files are uploaded first: no page of the old site links to
    /// them. Changed pages follow, which link to new files or to files that were there before. In both groups,
    /// files come before the pages that show them. A file that an interrupted deploy may have uploaded counts as
    /// new until the manifest lists it: until then, that deploy has changed no page.
    ///
    /// Files that `--verify` found missing or changed (`standing`) are uploaded again, over whatever is in their
    /// place.
    pub fn new(
        wanted: &'a [DesiredFile],
        manifest: &'a TargetManifest,
        standing: &TargetStatus,
        care: ProtectedChanges,
        names: PathRules,
    ) -> Delta<'a> {
        let mut delta = Delta::default();
        let mut groups: BTreeMap<(Phase, u8), Vec<Upload>> = BTreeMap::new();
        let mut going = going(wanted, manifest);
        let places = OccupiedPaths::of(&going, names);
        for file in wanted {
            let known = manifest.files.get(&file.path);
            let digest = file.digest.long();
            let coming = manifest.coming.get(&file.path);
            let stands = known.is_some_and(|known| known.digest == digest && known.headers == file.marks());
            // An interrupted deploy may have written something else here.
            if stands && coming.is_none() && !standing.wants(&file.path) {
                delta.unchanged += 1;
                continue;
            }
            // A file that was due for removal may be part of the site again.
            let over = match (care, known.or_else(|| manifest.leaving.get(&file.path))) {
                _ if standing.changed.contains(&file.path) => Precondition::Anything,
                (ProtectedChanges::None, _) | (ProtectedChanges::Known, None) => Precondition::Anything,
                (_, Some(known)) => {
                    Precondition::Known { version: known.version.clone(), digest: known.digest.clone() }
                }
                (ProtectedChanges::All, None) => Precondition::Nothing,
            };
            delta.new += usize::from(known.is_none());
            let phase = match places.takes(&file.path) {
                true => Phase::Replacing,
                false if known.is_some() => Phase::Changed,
                false => Phase::New,
            };
            groups.entry((phase, file.rank)).or_default().push(Upload { file, new: known.is_none(), over, coming });
        }
        delta.groups = groups.into_iter().map(|((phase, _), uploads)| UploadGroup { phase, uploads }).collect();
        let uploads = delta.all_uploads().map(|upload| upload.file.path.as_str()).collect();
        let uploads = OccupiedPaths::new(uploads, names);
        going.iter_mut().for_each(|removal| removal.in_the_way = uploads.takes(&removal.path));
        delta.removals = going;
        delta
    }

    /// Returns whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.removals.is_empty()
    }

    /// Returns the uploads of all groups, in order.
    pub fn all_uploads(&self) -> impl Iterator<Item = &Upload<'a>> {
        self.groups.iter().flat_map(|group| &group.uploads)
    }

    /// Returns the number of files to upload.
    pub fn files(&self) -> usize {
        self.groups.iter().map(|group| group.uploads.len()).sum()
    }

    /// Returns the number of bytes to upload.
    pub fn bytes(&self) -> u64 {
        self.all_uploads().map(|upload| upload.file.size).sum()
    }
}

/// Lists the files at the target that the site no longer has: those of the last deploy, those that were still to be
/// removed before it, and those that an interrupted deploy may have uploaded.
fn going(wanted: &[DesiredFile], manifest: &TargetManifest) -> Vec<Removal> {
    let stays: BTreeSet<&str> = wanted.iter().map(|file| file.path.as_str()).collect();
    let mut going: BTreeMap<&str, Removal> = BTreeMap::new();
    let known = manifest.leaving.iter().chain(&manifest.files);
    let known = known.map(|(path, entry)| (path, entry.version.as_ref(), &entry.digest));
    let coming = manifest.coming.iter().flat_map(|(path, all)| all.iter().map(move |digest| (path, None, digest)));
    for (path, version, digest) in known.chain(coming).filter(|(path, ..)| !stays.contains(path.as_str())) {
        let one = going.entry(path).or_insert_with(|| Removal {
            path: path.clone(),
            version: None,
            digests: BTreeSet::new(),
            in_the_way: false,
        });
        one.digests.insert(digest.clone());
        if version.is_some() {
            one.version = version.cloned();
        }
    }
    going.into_values().collect()
}

/// Paths, and the folders that they need.
struct OccupiedPaths<'p> {
    names: PathRules,
    paths: BTreeSet<&'p str>,
    folders: BTreeSet<&'p str>,
    folded: BTreeSet<String>,
}

impl<'p> OccupiedPaths<'p> {
    fn of(removals: &'p [Removal], names: PathRules) -> OccupiedPaths<'p> {
        OccupiedPaths::new(removals.iter().map(|removal| removal.path.as_str()).collect(), names)
    }

    fn new(paths: BTreeSet<&'p str>, names: PathRules) -> OccupiedPaths<'p> {
        let above = paths.iter().filter(|_| names != PathRules::Free).flat_map(|path| folders(path)).collect();
        let folded = paths.iter().filter(|_| names == PathRules::Folded).map(|path| path.to_lowercase()).collect();
        OccupiedPaths { names, paths, folders: above, folded }
    }

    /// Returns whether a path replaces one of these, or lies below one of them.
    fn takes(&self, path: &str) -> bool {
        self.names != PathRules::Free
            && (self.folders.contains(path)
                || folders(path).any(|above| self.paths.contains(above))
                || (self.names == PathRules::Folded && self.folded.contains(&path.to_lowercase())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_place_is_found() {
        let takes = |names, path| OccupiedPaths::new(["a", "b/c/d", "Logo.txt"].into(), names).takes(path);
        for (path, expected) in [
            ("a/x", [false, true, true]),
            ("a/x/y", [false, true, true]),
            ("b", [false, true, true]),
            ("b/c", [false, true, true]),
            ("b/x", [false; 3]),
            ("ab", [false; 3]),
            ("logo.txt", [false, false, true]),
        ] {
            assert_eq!(
                [PathRules::Free, PathRules::Folders, PathRules::Folded].map(|names| takes(names, path)),
                expected,
                "{path}"
            );
        }
    }
}
