//! HTML as Markdown. Pure: no files, no network; addresses are resolved by the caller.
//!
//! html5ever makes a tree as a browser does (`tree`), `reader` and the files after it read its blocks and inlines, and
//! `prose` writes them. What Markdown has not stays as permitted HTML. Everything that changes or gets lost is in the
//! notes. It must not know which program the HTML is from; elements that readers of other formats put in are named
//! `recto-…` (`recto-note`).

mod tree;
mod element_kinds;
mod footnotes;
mod reader;
mod permitted;
mod media;
mod inlines;
mod figures;
mod code;
mod tables;
mod blocks;
mod markdown_text;
mod page_parts;

pub use markdown_text::{MarkdownText, plain_text, to_markdown};
pub use page_parts::{PageParts, read_page};
pub use reader::{HtmlOptions, MarkupNote};

#[cfg(test)]
mod tests;
