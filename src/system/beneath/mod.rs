//! System calls relative to an open folder that follow no links: the few that `root.rs` needs. It must not know
//! absolute paths or what a file is for.
//!
//! On Linux the kernel itself rejects links in a path (`openat2` with `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`).
//! Where it cannot (older kernels, some containers, other Unix systems), each folder of a path is opened by itself
//! with `O_NOFOLLOW`. Systems other than Unix have no such call; there each part of a path is checked before use.

mod entry;
#[cfg(not(unix))]
mod portable;
#[cfg(unix)]
mod unix;

pub use entry::*;
#[cfg(not(unix))]
pub use portable::*;
#[cfg(unix)]
pub use unix::*;
