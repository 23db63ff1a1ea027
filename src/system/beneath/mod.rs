//! What the system does relative to an open folder, without following a link: the few calls that `root.rs` is made of.
//!
//! On Linux the kernel itself refuses links on the way (`openat2` with `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`); where it cannot
//! (older kernels, some containers, other systems), every folder on the way is opened by itself, with `O_NOFOLLOW`. Elsewhere than on
//! Unix there is no such call: there each part of a path is looked at before it is used.

#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

use std::ffi::OsString;
use std::io;

/// What stands at a place. A link counts as itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    Link,
    /// None of these, in words: "a FIFO".
    Other(&'static str),
}

/// What a folder holds.
#[derive(Debug)]
pub struct Entry {
    pub name: OsString,
    pub kind: Kind,
}

#[cfg(not(unix))]
pub use elsewhere::*;
#[cfg(unix)]
pub use unix::*;

/// Whether an error says that nothing is there. A file in the place of a folder above means that, too.
pub fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
