//! Puts staged files in place, all or none. Each replaced file waits in the staging folder until the last new one
//! is in place, so that an error undoes everything. It must not know what the files contain.

use super::output_folder::in_words;
use crate::system::beneath::{self, EntryKind};
use crate::system::disk::{DiskError, DiskResult, Stat};
use crate::system::root::Root;

/// A step that can be undone.
enum UndoStep<'p> {
    /// Exchanged: the old file waits under the output's number.
    Exchanged(&'p str, usize),
    /// Replaced: the old file waits under a number of its own.
    Replaced(&'p str, usize),
    /// There was no old file.
    New(&'p str),
    /// A file was removed.
    Gone(&'p str, usize),
}

/// All moves of one build.
pub struct Transaction<'p> {
    root: &'p Root,
    staging: Root,
    /// The next number in the staging folder that no output has.
    next: usize,
    done: Vec<UndoStep<'p>>,
}

/// Splits a path into its folder and its name there.
fn parts(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

impl<'p> Transaction<'p> {
    /// Starts a transaction in an output folder. Outputs have numbers below `count`.
    pub fn new(root: &'p Root, staging: Root, count: usize) -> Transaction<'p> {
        Transaction { root, staging, next: count, done: Vec::new() }
    }

    fn number(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    /// Puts the output with a number in place, and returns the stat of its file. After an error, removes the
    /// folders that were created for it.
    pub fn put(&mut self, at: usize, path: &'p str) -> DiskResult<Option<Stat>> {
        let put = self.put_there(at, path);
        if put.is_err() {
            remove_empty(self.root, parts(path).0);
        }
        put
    }

    fn put_there(&mut self, at: usize, path: &'p str) -> DiskResult<Option<Stat>> {
        let (folder, name) = parts(path);
        let above = match self.root.folder(folder) {
            Err(error) if beneath::is_absence(&error.source) => {
                self.root.make_folder(folder)?;
                self.root.folder(folder)?
            }
            opened => opened?,
        };
        let from = at.to_string();
        match above.kind(name)? {
            None => {
                self.staging.rename_to(&from, &above, name)?;
                self.done.push(UndoStep::New(path));
            }
            Some(EntryKind::File) => {
                if self.staging.exchange(&from, &above, name)? {
                    self.done.push(UndoStep::Exchanged(path, at));
                } else {
                    let old = self.number();
                    above.keep(name, &self.staging, &old.to_string())?;
                    self.staging.rename_to(&from, &above, name)?;
                    self.done.push(UndoStep::Replaced(path, old));
                }
            }
            // The folder is Recto's own, and its files have been removed.
            Some(EntryKind::Folder) if above.remove_folder_if_empty(name) => {
                self.staging.rename_to(&from, &above, name)?;
                self.done.push(UndoStep::New(path));
            }
            Some(kind) => {
                let what = in_words(kind, &above.link_target(name));
                let source = std::io::Error::other(format!("it was not written by Recto; it is {what}"));
                return Err(DiskError { action: "replace", path: above.place(name), source });
            }
        }
        above.stat(name)
    }

    /// Removes an output, and the folders that are empty then. Leaves anything that is not a file, since it is not
    /// Recto's.
    pub fn remove(&mut self, path: &'p str) -> DiskResult<()> {
        let (folder, name) = parts(path);
        let above = match self.root.folder(folder) {
            Err(error) if beneath::is_absence(&error.source) => None,
            opened => Some(opened?),
        };
        if let Some(above) = &above {
            match above.kind(name)? {
                Some(EntryKind::File) => {
                    let old = self.number();
                    above.rename_to(name, &self.staging, &old.to_string())?;
                    self.done.push(UndoStep::Gone(path, old));
                }
                Some(_) => return Ok(()),
                None => {}
            }
        }
        remove_empty(self.root, folder);
        Ok(())
    }

    /// Undoes everything in reverse order. Returns the paths for which that failed.
    pub fn take_back(mut self) -> Vec<String> {
        let mut left = Vec::new();
        while let Some(step) = self.done.pop() {
            let (result, path) = self.undo(step);
            if result.is_err() {
                left.push(path.to_owned());
            }
        }
        left.sort();
        left
    }

    fn undo(&mut self, step: UndoStep<'p>) -> (DiskResult<()>, &'p str) {
        match step {
            UndoStep::Exchanged(path, at) => (self.exchange_back(path, at), path),
            UndoStep::Replaced(path, old) => (self.rename_back(path, old), path),
            UndoStep::Gone(path, old) => (self.rename_back(path, old), path),
            UndoStep::New(path) => {
                let to = self.number().to_string();
                let (folder, name) = parts(path);
                let result = self.root.folder(folder).and_then(|above| above.rename_to(name, &self.staging, &to));
                remove_empty(self.root, folder);
                (result, path)
            }
        }
    }

    fn exchange_back(&mut self, path: &str, at: usize) -> DiskResult<()> {
        let (folder, name) = parts(path);
        let above = self.root.folder(folder)?;
        // If an exchange is not supported, rename the old file over the new one.
        match self.staging.exchange(&at.to_string(), &above, name) {
            Ok(true) => Ok(()),
            _ => self.staging.rename_to(&at.to_string(), &above, name),
        }
    }

    fn rename_back(&mut self, path: &str, old: usize) -> DiskResult<()> {
        let (folder, name) = parts(path);
        self.root.make_folder(folder)?;
        self.staging.rename_to(&old.to_string(), &self.root.folder(folder)?, name)
    }
}

/// Removes a folder if it is empty, then its parents that have become empty, but not the output folder itself.
pub fn remove_empty(root: &Root, mut folder: &str) {
    while !folder.is_empty() && root.remove_folder_if_empty(folder) {
        folder = parts(folder).0;
    }
}
