//! What lies between a site and a target: what is to be put there, in which order, and what is to go.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::Manifest;
use super::target::{Over, Removal, Upload};
use super::wanted::Wanted;

/// Whose changes may be written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Nobody else's.
    All,
    /// Anybody's: `--force`, or a target that is adopted.
    None,
}

/// Folders of a path, from the top.
pub fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// What is to be done.
#[derive(Debug, Default)]
pub struct Delta<'a> {
    /// Groups of files, each of which is to stand there before the next begins.
    pub uploads: Vec<Vec<Upload<'a>>>,
    pub removals: Vec<Removal>,
    /// How many of the uploads are new files.
    pub new: usize,
    pub unchanged: usize,
}

impl<'a> Delta<'a> {
    /// `wanted` has every path once.
    ///
    /// A page that stands there may be read at any moment, so what is new comes first: no page of the old site links it. Then
    /// changed pages, which link what is new or what has been there; of either, what is shown before what shows it.
    pub fn new(wanted: &'a [Wanted], manifest: &'a Manifest, care: Care) -> Delta<'a> {
        let mut delta = Delta::default();
        let mut groups: BTreeMap<(bool, u8), Vec<Upload>> = BTreeMap::new();
        for file in wanted {
            let known = manifest.files.get(&file.path);
            let digest = file.digest.long();
            if known.is_some_and(|known| known.digest == digest && known.headers == file.headers.digest()) {
                delta.unchanged += 1;
                continue;
            }
            let over = match (care, known) {
                (Care::None, _) => Over::Anything,
                (Care::All, Some(known)) => {
                    Over::Known { version: known.version.clone(), digest: known.digest.clone() }
                }
                (Care::All, None) => match manifest.leaving.get(&file.path) {
                    // It was to go and has come back.
                    Some(_) => Over::Anything,
                    None => Over::Nothing,
                },
            };
            delta.new += usize::from(known.is_none());
            let coming = manifest.coming.get(&file.path).map(String::as_str);
            groups.entry((known.is_some(), file.rank)).or_default().push(Upload {
                file,
                new: known.is_none(),
                over,
                coming,
            });
        }
        delta.uploads = groups.into_values().collect();
        let stays: BTreeSet<&str> = wanted.iter().map(|file| file.path.as_str()).collect();
        let known = manifest.files.iter().chain(&manifest.leaving);
        let known = known.map(|(path, entry)| (path, entry.version.clone(), &entry.digest));
        // What an interrupted deploy brought, perhaps, and nobody wants any more.
        let brought = manifest.coming.iter().filter(|(path, _)| !manifest.files.contains_key(*path));
        let brought = brought.map(|(path, digest)| (path, None, digest));
        let mut going: BTreeMap<&str, Removal> = BTreeMap::new();
        let folders: BTreeSet<&str> = delta.all_uploads().flat_map(|upload| folders(&upload.file.path)).collect();
        let files: BTreeSet<&str> = delta.all_uploads().map(|upload| upload.file.path.as_str()).collect();
        for (path, version, digest) in known.chain(brought).filter(|(path, ..)| !stays.contains(path.as_str())) {
            let in_the_way = folders.contains(path.as_str()) || self::folders(path).any(|above| files.contains(above));
            let digest = Some(digest.clone());
            going.entry(path).or_insert(Removal { path: path.clone(), version, digest, in_the_way });
        }
        delta.removals = going.into_values().collect();
        delta
    }

    pub fn is_empty(&self) -> bool {
        self.uploads.is_empty() && self.removals.is_empty()
    }

    pub fn all_uploads(&self) -> impl Iterator<Item = &Upload<'a>> {
        self.uploads.iter().flatten()
    }

    /// Files to send.
    pub fn files(&self) -> usize {
        self.uploads.iter().map(Vec::len).sum()
    }

    /// Bytes to send.
    pub fn bytes(&self) -> u64 {
        self.all_uploads().map(|upload| upload.file.size).sum()
    }
}
