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
    /// Those of whoever had a file there before Recto did: `--adopt`.
    Known,
    /// Anybody's: `--force`.
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
            let coming = manifest.coming.get(&file.path);
            let stands = known.is_some_and(|known| known.digest == digest && known.headers == file.headers.digest());
            // Where an interrupted deploy may have put something else, nobody knows what stands there.
            if stands && coming.is_none() {
                delta.unchanged += 1;
                continue;
            }
            // What was to go may have come back.
            let over = match (care, known.or_else(|| manifest.leaving.get(&file.path))) {
                (Care::None, _) | (Care::Known, None) => Over::Anything,
                (_, Some(known)) => Over::Known { version: known.version.clone(), digest: known.digest.clone() },
                (Care::All, None) => Over::Nothing,
            };
            delta.new += usize::from(known.is_none());
            groups.entry((known.is_some(), file.rank)).or_default().push(Upload {
                file,
                new: known.is_none(),
                over,
                coming,
            });
        }
        delta.uploads = groups.into_values().collect();
        delta.removals = removals(wanted, manifest, &delta);
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

/// Files that are there and not wanted: those of the last deploy, those that were to go before it, and those that an interrupted
/// one may have brought.
fn removals(wanted: &[Wanted], manifest: &Manifest, delta: &Delta) -> Vec<Removal> {
    let stays: BTreeSet<&str> = wanted.iter().map(|file| file.path.as_str()).collect();
    let above: BTreeSet<&str> = delta.all_uploads().flat_map(|upload| folders(&upload.file.path)).collect();
    let files: BTreeSet<&str> = delta.all_uploads().map(|upload| upload.file.path.as_str()).collect();
    let folded: BTreeSet<String> = files.iter().map(|path| path.to_lowercase()).collect();
    let in_the_way = |path: &str| {
        above.contains(path)
            || folders(path).any(|folder| files.contains(folder))
            || folded.contains(&path.to_lowercase())
    };
    let mut going: BTreeMap<&str, Removal> = BTreeMap::new();
    let known = manifest.leaving.iter().chain(&manifest.files);
    let known = known.map(|(path, entry)| (path, entry.version.as_ref(), &entry.digest));
    let coming = manifest.coming.iter().flat_map(|(path, all)| all.iter().map(move |digest| (path, None, digest)));
    for (path, version, digest) in known.chain(coming).filter(|(path, ..)| !stays.contains(path.as_str())) {
        let one = going.entry(path).or_insert_with(|| Removal {
            path: path.clone(),
            version: None,
            digests: BTreeSet::new(),
            in_the_way: in_the_way(path),
        });
        one.digests.insert(digest.clone());
        if version.is_some() {
            one.version = version.cloned();
        }
    }
    going.into_values().collect()
}
