//! Floor 1: what the operating system gives: files below an opened folder, locks, the clock, worker threads.
//!
//! Only `engine`, `deploy` and `shell` use this room; whatever they read here they hand down as plain values. It knows nothing
//! of sites.

pub mod disk;
pub mod beneath;
pub mod root;
pub mod lock;
pub mod pool;
pub mod clock;
