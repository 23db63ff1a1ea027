//! What may stand at a place of the disk, and what says that nothing does.

use std::ffi::OsString;
use std::io;

/// What stands at a place. A link counts as itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Folder,
    Link,
    /// None of these, in words: "a FIFO".
    Other(&'static str),
}

/// What a folder holds.
#[derive(Debug)]
pub struct DirEntry {
    pub name: OsString,
    pub kind: EntryKind,
}

/// Whether an error says that nothing is there. A file in the place of a folder above means that, too.
pub fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
