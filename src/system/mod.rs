//! Floor 1: what the operating system provides: files below an open folder, locks, the clock, worker threads.
//!
//! Only `engine`, `deploy` and `shell` use this room, and pass what they read on as plain values. It knows nothing
//! of sites.

pub mod disk;
pub mod append_file;
pub mod beneath;
pub mod root;
pub mod lock;
pub mod spare_memory;
pub mod pool;
pub mod clock;
