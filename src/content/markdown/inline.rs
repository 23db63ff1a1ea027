//! Inside a paragraph: emphasis, links, raw HTML.

use super::escape;
use super::sanitize::MARK;
use super::url::{Kind, kind};
use super::writer::{INLINE_DEPTH, Led, Writer};
use super::{ProblemKind, RawHtml, Target, Use};
use crate::base::secret;
use pulldown_cmark::{LinkType, Tag, TagEnd};
use std::ops::Range;

impl Writer<'_> {
    pub(super) fn start_emphasis(&mut self, tag: &Tag, at: &Range<usize>) {
        self.settle(at.start);
        if self.image.is_some() {
            return;
        }
        // A single tilde is a range (`10~20`), not a deletion.
        if matches!(tag, Tag::Strikethrough) && !self.body[at.start..].starts_with("~~") {
            self.text("~", at);
            return;
        }
        self.emphasis += 1;
        if self.emphasis > INLINE_DEPTH {
            self.problem_once(at, ProblemKind::TooDeep);
            return;
        }
        self.out.push_str(match tag {
            Tag::Emphasis => "<em>",
            Tag::Strong => "<strong>",
            _ => "<del>",
        });
    }

    pub(super) fn end_emphasis(&mut self, tag: TagEnd, at: &Range<usize>) {
        if self.image.is_some() {
            return;
        }
        if tag == TagEnd::Strikethrough && !self.body[at.start..].starts_with("~~") {
            self.text("~", &(at.end - 1..at.end));
            return;
        }
        self.emphasis -= 1;
        if self.emphasis >= INLINE_DEPTH {
            return;
        }
        self.out.push_str(match tag {
            TagEnd::Emphasis => "</em>",
            TagEnd::Strong => "</strong>",
            _ => "</del>",
        });
    }

    /// Where a destination leads on the page: checked before and after the caller is asked.
    pub(super) fn target(&mut self, dest: &str, at: &Range<usize>, usage: Use) -> Option<Led> {
        let first = match kind(dest, usage) {
            Kind::Bad(scheme) => {
                self.problem(at, ProblemKind::BadScheme(scheme));
                return None;
            }
            Kind::Web if secret::is_in_url(dest) => {
                self.problem(at, ProblemKind::SecretInLink);
                return None;
            }
            first => first,
        };
        let (to, shown) = match (self.options.resolve)(dest, usage) {
            Target::Keep => return Some(Led { to: dest.to_owned(), web: first == Kind::Web, shown: None }),
            Target::Drop => return None,
            Target::To(to) => (to, None),
            Target::Shown(shown) => (shown.address.clone(), Some(shown)),
        };
        match kind(&to, usage) {
            Kind::Bad(scheme) => {
                self.problem(at, ProblemKind::BadScheme(scheme));
                None
            }
            second => Some(Led { to, web: second == Kind::Web, shown }),
        }
    }

    pub(super) fn start_link(&mut self, link_type: LinkType, dest: &str, title: &str, at: &Range<usize>) {
        self.settle(at.start);
        if self.image.is_some() || self.links.contains(&true) {
            self.links.push(false);
            return;
        }
        let target = match link_type {
            LinkType::Email => Some(Led { to: format!("mailto:{dest}"), web: false, shown: None }),
            _ => self.target(dest, at, Use::Link),
        };
        self.links.push(target.is_some());
        let Some(Led { to, web, shown: _ }) = target else { return };
        self.out.push_str("<a href=\"");
        escape::href(&mut self.out, &to);
        self.out.push('"');
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.out.push_str(if web { " rel=\"external\">" } else { ">" });
    }

    pub(super) fn end_link(&mut self) {
        if self.links.pop() == Some(true) {
            self.out.push_str("</a>");
        }
    }

    pub(super) fn inline_html(&mut self, html: &str, at: &Range<usize>) {
        if self.options.html == RawHtml::Escape {
            self.problem(at, ProblemKind::EscapedHtml);
            self.text(html, at);
            return;
        }
        self.settle(at.start);
        if self.image.is_none() {
            self.raw(html, at);
        }
    }

    /// Raw HTML into the output, where it is allowed.
    pub(super) fn raw(&mut self, html: &str, at: &Range<usize>) {
        self.found_html = true;
        if let Some(figure) = &mut self.figure {
            figure.others = true;
        }
        if self.options.html == RawHtml::Allow {
            self.out.push_str(html);
        } else if self.raw_depth.take(html) {
            self.out.push_str(&html.replace(MARK, ""));
        } else {
            self.problem_once(at, ProblemKind::TooDeep);
            escape::text(&mut self.out, html);
        }
    }
}
