//! Floor 4: the search index: the pages that a search may find, their terms, and the files that hold both. This room
//! does not touch the disk and does not read a text. `docs/src/reference/search-index.md` describes the format.

pub mod collection;
pub mod words;
pub mod kept;
pub mod index;
