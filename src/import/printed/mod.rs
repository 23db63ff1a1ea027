//! The format `printed`: pages that were copied or printed from an archive's site, and digests in plain text. It must
//! not know Markdown formats.

pub mod lines;
pub mod credits;
pub mod paragraphs;
pub mod page;
pub mod digest;
pub mod split;
pub mod read;
