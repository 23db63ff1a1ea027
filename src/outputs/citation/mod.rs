//! References to articles: as text in three styles, and in the formats of three kinds of reference managers. It must
//! not know where a reference is printed, nor read the archive.
//!
//! Everything is made from one small struct, [`reference::Reference`]. Which field of a format has which part of it
//! was read in the importers of Zotero (June 2026) and in the styles of CSL; `tests/suite/citations.rs` reads every
//! format back with these importers, and compares the styles with citeproc.

pub mod reference;
pub mod ris;
pub mod csl_json;
pub mod biblatex;
pub mod line;
pub mod names;
pub mod styles;
pub mod data_url;
