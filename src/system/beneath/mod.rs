//! What the system does relative to an open folder, without following a link: the few calls that `root.rs` is made of.
//!
//! On Linux the kernel itself refuses links on the way (`openat2` with `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`); where it cannot
//! (older kernels, some containers, other systems), every folder on the way is opened by itself, with `O_NOFOLLOW`. Elsewhere than on
//! Unix there is no such call: there each part of a path is looked at before it is used.

mod entry;
#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use elsewhere::*;
pub use entry::*;
#[cfg(unix)]
pub use unix::*;
