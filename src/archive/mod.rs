//! Floor 3: everything that is known of all articles together, without a single body. Immutable once indexed.

pub mod term;
pub mod pager;
pub mod failed;
pub mod archive;
pub mod index;
pub mod links;
