//! The entry points for reading a body. `parser_guard` bounds each of them for any input. They take texts, and must
//! not know files.

use super::body_text::{self, BodyText};
use super::html_balance;
use super::html_tags;
use super::link_target::{LinkReference, LinkTarget};
use super::options::{MarkdownLabels, MarkdownOptions};
use super::parser_guard;
use super::plain;
use super::problem::{MarkdownProblem, ProblemKind};
use super::unit::RenderedBody;
use crate::base::config::RawHtml;
use std::borrow::Cow;

/// Renders the body to HTML.
pub fn render(body: &str, options: &MarkdownOptions) -> RenderedBody {
    if let Err(problem) = parser_guard::admit(body) {
        return RenderedBody { problems: vec![problem], ..RenderedBody::default() };
    }
    parser_guard::contain(|| super::render::render(body, options)).unwrap_or_else(|| RenderedBody {
        problems: vec![MarkdownProblem { at: 0..body.len(), kind: ProblemKind::Unreadable }],
        ..RenderedBody::default()
    })
}

/// Returns all link and image destinations in order, including those in raw HTML that is printed as HTML. Fast for a
/// body without any.
pub fn references(body: &str, html: RawHtml) -> Vec<LinkReference> {
    if !super::references::may_refer(body) || parser_guard::admit(body).is_err() {
        return Vec::new();
    }
    parser_guard::contain(|| super::references::references(body, html)).unwrap_or_default()
}

/// Returns the text that a page prints of the body, for a search, and what [`references`] returns, in one pass.
pub fn body_text(body: &str, html: RawHtml) -> BodyText {
    if parser_guard::admit(body).is_err() {
        return BodyText::default();
    }
    parser_guard::contain(|| body_text::read(body, html)).unwrap_or_default()
}

/// Returns the ids that links to the body can use.
pub fn ids(body: &str, html: RawHtml) -> Vec<String> {
    let keep = |_: &str, _| LinkTarget::Keep;
    let labels = MarkdownLabels::default();
    let options = MarkdownOptions { html, prefix: "", labels: &labels, resolve: &keep, credits: &[] };
    anchors(&render(body, &options).html)
}

/// Returns the ids in a page of HTML.
pub fn anchors(html: &str) -> Vec<String> {
    html_tags::ids(html)
}

/// Returns whether HTML closes every element that it opens, and no other.
pub fn is_balanced(html: &str) -> bool {
    html_balance::is_balanced(html)
}

/// Returns the id that a link's fragment means. Footnote ids of other programs (`fn:1`, `fn1`) become Recto's
/// (`fn-1`).
pub fn fragment(written: &str) -> Cow<'_, str> {
    for name in ["fnref", "fn"] {
        let number = written.strip_prefix(name).map(|rest| rest.strip_prefix(':').unwrap_or(rest));
        if let Some(number) = number.filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
            return Cow::Owned(format!("{name}-{number}"));
        }
    }
    Cow::Borrowed(written)
}

/// Returns whether a fragment does not name an id: the top of the page, or a text fragment.
pub fn is_no_id(fragment: &str) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case("top") || fragment.starts_with(":~:")
}

/// Returns the first words of the body's paragraphs as plain text, ending in "…" if cut. In Chinese and Japanese a
/// character counts as two fifths of a word, in scripts without spaces as three tenths. `<!--more-->` ends it. Reads
/// only as much of the body as needed.
pub fn excerpt(body: &str, words: usize) -> Option<String> {
    parser_guard::contain(|| plain::excerpt(body, words)).flatten()
}

/// Returns the first paragraph as plain text, at most `chars` characters including the "…" if cut.
pub fn first_block(body: &str, chars: usize) -> Option<String> {
    parser_guard::contain(|| plain::first_block(body, chars)).flatten()
}
