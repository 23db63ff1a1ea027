//! Reads archives of other programs as articles of a site. Pure: the shell reads and writes the files.
//!
//! A format (`jekyll/`, `wordpress/`, …) turns a [`source::Source`] into [`imported::Imported`]: texts with typed
//! values, in which every address is still the source's. Everything that all formats share comes after it. A format
//! must not know of the site's folders; what follows must not know which format a text came from.

pub mod notes;
pub mod encoding;
pub mod source;
pub mod source_limits;
pub mod packed;
pub mod imported;
pub mod body_destinations;
pub mod own;
pub mod prose;
pub mod html;
pub mod import_map;
pub mod clocks;
pub mod dates;
pub mod names;
pub mod credit_line;
pub mod head;
pub mod fields;
pub mod printed;
mod xml;
pub mod wordpress;
pub mod docx;
pub mod saved_html;
pub mod markdown;
pub mod hugo;
pub mod permalinks;
pub mod kramdown;
pub mod liquid;
pub mod jekyll;
pub mod hexo;
pub mod zola;
pub mod rows;
// Formats are listed here; `format.rs` has their table.
pub mod format;
pub mod article_writer;
pub mod finish;
pub mod import_plan;
pub mod import_report;
pub mod map_start;
