//! Checks every place of an output folder before the first file in it changes: whether it can be written, and
//! whether the present file is Recto's. It changes nothing.

use std::collections::BTreeSet;

use super::manifest::OutputManifest;
use super::output_folder::in_words;
use super::write_errors::OutputRefusal;
use crate::system::beneath::{self, EntryKind};
use crate::system::disk::DiskResult;
use crate::system::root::Root;

/// What the check needs to know.
pub struct ObstacleCheck<'a> {
    pub root: &'a Root,
    pub known: &'a OutputManifest,
    /// Paths that will be removed, sorted.
    pub gone: &'a [&'a str],
    /// Whether two spellings of a path are the same file there. Called only if that matters.
    pub is_twin: &'a dyn Fn(&str, &str) -> bool,
}

impl ObstacleCheck<'_> {
    /// Checks the places of outputs that will be written or removed.
    pub fn at<'p>(&self, put: impl Iterator<Item = &'p str>) -> Result<(), OutputRefusal> {
        let device = self.root.device()?;
        let mut seen = BTreeSet::new();
        for path in put {
            self.at_one(path, device, &mut seen)?;
        }
        for path in self.gone {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            match self.root.folder(folder) {
                Ok(above) if above.kind(name)? == Some(EntryKind::File) => check(&above, device)?,
                Ok(_) => {}
                Err(error) if beneath::is_absence(&error.source) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn at_one<'p>(&self, path: &'p str, device: i128, seen: &mut BTreeSet<&'p str>) -> Result<(), OutputRefusal> {
        let (mut folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(above) = self.open(folder)? {
            if let Some(kind) = above.kind(name)? {
                self.judge(path, kind)?;
            }
            return if seen.insert(folder) { check(&above, device) } else { Ok(()) };
        }
        // Find the nearest existing parent: a folder in which others can be made, or a file that will be removed.
        while !folder.is_empty() {
            let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
            if let Some(opened) = self.open(above)? {
                if let Some(kind) = opened.kind(name)?
                    && !(kind == EntryKind::File && self.goes(folder))
                {
                    return Err(self.in_the_way(folder, kind));
                }
                return if seen.insert(above) { check(&opened, device) } else { Ok(()) };
            }
            folder = above;
        }
        Ok(())
    }

    fn open(&self, folder: &str) -> DiskResult<Option<Root>> {
        match self.root.folder(folder) {
            Err(error) if beneath::is_absence(&error.source) => Ok(None),
            opened => opened.map(Some),
        }
    }

    /// Returns whether the output at this path will be removed. A case-folding file system may find it under
    /// another spelling.
    fn goes(&self, path: &str) -> bool {
        self.gone.binary_search(&path).is_ok() || self.gone.iter().any(|gone| (self.is_twin)(gone, path))
    }

    /// Judges the present entry at an output's place.
    fn judge(&self, path: &str, kind: EntryKind) -> Result<(), OutputRefusal> {
        match kind {
            EntryKind::File if self.known.contains(path) || self.goes(path) => Ok(()),
            EntryKind::Folder if self.known.has_below(path) => match self.foreign(path)? {
                Some((foreign, kind)) => Err(self.in_the_way(&foreign, kind)),
                None => Ok(()),
            },
            kind => Err(self.in_the_way(path, kind)),
        }
    }

    /// Returns an entry of a folder that will not be removed with the outputs.
    fn foreign(&self, folder: &str) -> DiskResult<Option<(String, EntryKind)>> {
        for entry in self.root.list(folder)? {
            let path = format!("{folder}/{}", entry.name.to_string_lossy());
            match entry.kind {
                EntryKind::Folder => match self.foreign(&path)? {
                    None => {}
                    found => return Ok(found),
                },
                EntryKind::File if self.gone.binary_search(&&*path).is_ok() => {}
                kind => return Ok(Some((path, kind))),
            }
        }
        Ok(None)
    }

    fn in_the_way(&self, path: &str, kind: EntryKind) -> OutputRefusal {
        OutputRefusal::InTheWay(self.root.place(path), in_words(kind, &self.root.link_target(path)))
    }
}

/// Checks that files can be renamed into a folder and out of it.
fn check(folder: &Root, device: i128) -> Result<(), OutputRefusal> {
    if folder.device()? != device {
        return Err(OutputRefusal::Elsewhere(folder.path().to_owned()));
    }
    Ok(folder.check_writable()?)
}
