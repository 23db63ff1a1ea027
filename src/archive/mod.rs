//! Floor 3: all articles together, with their order, terms, dates and links. It holds no bodies, does not touch the
//! disk, and is immutable once built.

pub mod term;
pub mod pager;
pub mod failed;
pub mod series;
pub mod archive;
pub mod siblings;
pub mod series_parts;
mod listings;
pub mod index;
pub mod links;
