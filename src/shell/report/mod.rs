//! Reports: diagnostics with excerpts, summaries, JSON lines. The only room that prints.
//!
//! Requested data goes to stdout, everything else to stderr. With `--format json` every problem and the summary is
//! one JSON object on a line of stdout.

pub mod style;
pub mod amounts;
pub mod source_texts;
pub mod excerpt;
pub mod columns;
pub mod human;
pub mod shortlist;
pub mod table;
pub mod json;
pub mod reporter;
pub mod running;
pub mod summary;

pub use amounts::{bytes, plural};
pub use reporter::Reporter;
pub use style::ReportStyle;
