//! Markdown: the body of one article becomes HTML, plain text or a list of its links.
//!
//! Why a room of its own: the body is the only text in the archive that others write freely, so all that makes it safe
//! is here, behind the functions of `reading`. This room alone knows pulldown-cmark, syntect and ammonia. It must not know what a
//! site is: where a link leads is asked of `MarkdownOptions::resolve`, interface words come in `MarkdownOptions::labels`.
//!
//! What is promised of `render`: the same input gives the same bytes; every text, attribute and URL is escaped; every id
//! is unique in the page (given another prefix for a second body); no input panics, recurses or takes more than linear
//! time within the limits below. The units of a body tile its HTML (see [`RenderedBody`]), and unless authors are trusted with
//! HTML, none reaches another.

// What a caller says, and what it gets.
mod link_target;
mod options;
mod problem;
mod unit;

// Characters, addresses, limits: each alone.
mod charrefs;
mod cjk;
mod escape;
mod parser_guard;
mod highlight;
mod separators;
mod html_tags;
mod url;

// What is written otherwise than the parser reads it.
mod comments;
mod ruby;

// What a rendering is made of.
mod events;
mod sanitize;
mod isolate;
mod unit_text;
mod ids;
mod footnotes;
mod html_links;
mod foreign_syntax;

// The two readings of a body: as plain text, and as HTML with the state that this needs.
mod plain;
mod writer;

// Writing inside a paragraph, images, and what stands at the end of the page.
mod footnote_html;
mod inline;
mod figure;
mod raw_html;

// Writing blocks; the way through.
mod render;
mod reading;

pub use crate::base::config::RawHtml;
pub use link_target::{DisplayedImage, LinkTarget, LinkUse, Reference};
pub use options::{CreditLine, MarkdownLabels, MarkdownOptions};
pub use problem::{ForeignSyntax, MarkdownProblem, ProblemKind};
pub use reading::{anchors, excerpt, first_block, fragment, ids, is_no_id, references, render};
pub use unit::{Heading, Name, RenderedBody, Unit, UnitKind};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod text_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unit_tests;
