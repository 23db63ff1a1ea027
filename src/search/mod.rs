//! Floor 4: the search index: the pages that a search may find, their terms, and the files that hold both. This room
//! does not touch the disk and does not read a text. `docs/src/reference/search-index.md` describes the format.

pub mod collection;
pub mod numbers;
pub mod bits;
pub mod list;
pub mod packed;
pub mod file_head;
pub mod stems;
pub mod coded_terms;
pub mod boundaries;
pub mod piece;
pub mod shape;
pub mod kept;
pub mod pieces;
pub mod items_file;
pub mod words;
pub mod dictionary;
pub mod run;
pub mod build_tier;
pub mod changes;
pub mod patch_tier;
pub mod entry;
pub mod index;
pub mod stored_terms;
pub mod term_merge;
pub mod archive_items;
pub mod archive_words;
