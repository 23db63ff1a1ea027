//! The kinds of entries on a disk, and the errors that mean that there is none. It must not touch the disk.

use std::ffi::OsString;
use std::io;

/// The kind of an entry. A link counts as itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Folder,
    Link,
    /// Any other kind, in words: "a FIFO".
    Other(&'static str),
}

/// An entry of a folder.
#[derive(Debug)]
pub struct DirEntry {
    pub name: OsString,
    pub kind: EntryKind,
}

/// Returns whether an error means that nothing exists. This includes a file in place of a parent folder.
pub fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
