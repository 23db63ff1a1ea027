//! Markdown: converts the body of an article to HTML, to plain text or to a list of its links.
//!
//! The body is the only text that authors write freely, so everything that makes it safe is in this room, behind the
//! functions of `reading`. Only this room knows pulldown-cmark, syntect and ammonia. It must not know what a site is:
//! `MarkdownOptions::resolve` resolves links, and `MarkdownOptions::labels` has the interface strings.
//!
//! `render` guarantees: the same input gives the same bytes; every text, attribute and URL is escaped; every id is
//! unique in the page (with another prefix for a second body); no input panics, recurses without limit or takes more
//! than linear time within the limits below. The units of a body cover its HTML (see [`RenderedBody`]). Unless authors
//! are trusted with HTML, no unit affects another.

// The caller's options, and the results.
mod link_target;
mod options;
mod problem;
mod unit;

// Characters, addresses, limits: independent helpers.
mod charrefs;
mod cjk;
mod escape;
mod parser_guard;
mod highlight;
mod separators;
mod html_tags;
mod html_balance;
mod url;

// Syntax that is rewritten before the parser reads it, or found in its events.
mod marks;
mod comments;
mod ruby;
mod brace_ruby;
mod captions;

// The parts of a rendering.
mod events;
mod sanitize;
mod isolate;
mod unit_text;
mod ids;
mod footnotes;
mod translator_notes;
mod html_links;
mod foreign_syntax;

// The ways to read a body: its references, its start as plain text, and as HTML with the state this needs.
mod references;
mod plain;
mod writer;

// Content of paragraphs, images, tables, and the footnotes at the end.
mod footnote_html;
mod inline;
mod figure;
mod tables;
mod raw_html;
mod mark_places;

// Blocks, the text of a whole body, and the entry points.
mod render;
mod body_text;
mod feed_html;
mod reading;

pub use crate::base::config::RawHtml;
pub use body_text::BodyText;
pub use feed_html::feed_html;
pub use link_target::{DisplayedImage, LinkReference, LinkTarget, LinkUse};
pub use options::{CreditLine, MarkdownLabels, MarkdownOptions};
pub use problem::{BlockIdMistake, ForeignSyntax, MarkMistake, MarkdownProblem, ProblemKind};
pub use reading::{anchors, body_text, excerpt, first_block, fragment, ids, is_balanced, is_no_id, references, render};
pub use unit::{BlockNumber, Heading, Mark, Name, RenderedBody, Unit, UnitKind};

#[cfg(test)]
mod body_text_tests;
#[cfg(test)]
mod comment_tests;
#[cfg(test)]
mod text_tests;
#[cfg(test)]
mod mark_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unit_tests;
