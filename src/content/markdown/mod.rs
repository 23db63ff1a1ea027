//! Markdown: the body of one article becomes HTML, plain text or a list of its links.
//!
//! Why a room of its own: the body is the only text in the archive that others write freely, so all that makes it safe
//! is here, behind the functions of `reading`. This room alone knows pulldown-cmark, syntect and ammonia. It must not know what a
//! site is: where a link leads is asked of `Options::resolve`, interface words come in `Options::labels`.
//!
//! What is promised of `render`: the same input gives the same bytes; every text, attribute and URL is escaped; every id
//! is unique in the page (given another prefix for a second body); no input panics, recurses or takes more than linear
//! time within the limits below. The units of a body tile its HTML (see [`Rendered`]), and unless authors are trusted with
//! HTML, none reaches another.

// What a caller says, and what it gets.
mod target;
mod options;
mod problem;
mod unit;

// Characters, addresses, limits: each alone.
mod charrefs;
mod cjk;
mod escape;
mod guard;
mod highlight;
mod marks;
mod tags;
mod url;

// What is written otherwise than the parser reads it.
mod comments;
mod ruby;

// What a rendering is made of.
mod events;
mod sanitize;
mod isolate;
mod words;
mod ids;
mod notes;
mod permitted;
mod foreign;

// The two readings of a body: as plain text, and as HTML with the state that this needs.
mod plain;
mod writer;

// Writing inside a paragraph, images, and what stands at the end of the page.
mod endnotes;
mod inline;
mod figure;
mod raw;

// Writing blocks; the way through.
mod render;
mod reading;

pub use crate::base::config::RawHtml;
pub use options::{Credit, Labels, Options};
pub use problem::{Foreign, Problem, ProblemKind};
pub use reading::{anchors, excerpt, first_block, fragment, ids, is_no_id, references, render};
pub use target::{Reference, Shown, Target, Use};
pub use unit::{Heading, Kind, Name, Rendered, Unit};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tiling;
