//! Calls of the system relative to an open folder that follow no link: the few that `root.rs` needs. It must not know
//! absolute paths or what a file is for.
//!
//! On Linux the kernel itself refuses links on the way (`openat2` with `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`); where it cannot
//! (older kernels, some containers, other systems), every folder on the way is opened by itself, with `O_NOFOLLOW`. Elsewhere than on
//! Unix there is no such call: there each part of a path is looked at before it is used.

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
