//! Floor 3: all articles together: order, terms, dates, links. No bodies and no disk; immutable once indexed.

pub mod term;
pub mod pager;
pub mod failed;
pub mod archive;
pub mod index;
pub mod links;
