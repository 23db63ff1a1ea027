//! Writes the content of a paragraph: emphasis, links, raw HTML. It must not know where a link leads.

use super::escape;
use super::foreign_syntax;
use super::link_target::{LinkTarget, LinkUse};
use super::problem::{ForeignSyntax, ProblemKind};
use super::url::{UrlKind, kind};
use super::writer::{INLINE_DEPTH, ResolvedLink, Writer};
use crate::base::config::RawHtml;
use crate::base::secret;
use pulldown_cmark::{LinkType, Tag, TagEnd};
use std::ops::Range;

/// The maximum length of inserted words, in bytes.
const INSERTION: usize = 400;

impl Writer<'_> {
    pub(super) fn start_emphasis(&mut self, tag: &Tag, at: &Range<usize>) {
        self.settle(at.start);
        if self.image.is_some() {
            return;
        }
        // A single tilde means a range (`10~20`), not a deletion.
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

    /// Resolves a destination for the page. Checks it before and after calling the resolver.
    pub(super) fn target(&mut self, dest: &str, at: &Range<usize>, usage: LinkUse) -> Option<ResolvedLink> {
        let first = match kind(dest, usage) {
            UrlKind::Bad(scheme) => {
                self.problem(at, ProblemKind::BadScheme(scheme));
                return None;
            }
            UrlKind::Web if secret::is_in_url(dest) => {
                self.problem(at, ProblemKind::SecretInLink);
                return None;
            }
            first => first,
        };
        let (to, shown) = match (self.options.resolve)(dest, usage) {
            LinkTarget::Keep => {
                return Some(ResolvedLink { to: dest.to_owned(), web: first == UrlKind::Web, shown: None });
            }
            LinkTarget::Drop => return None,
            LinkTarget::To(to) => (to, None),
            LinkTarget::Shown(shown) => (shown.address.clone(), Some(shown)),
        };
        match kind(&to, usage) {
            UrlKind::Bad(scheme) => {
                self.problem(at, ProblemKind::BadScheme(scheme));
                None
            }
            second => Some(ResolvedLink { to, web: second == UrlKind::Web, shown }),
        }
    }

    pub(super) fn start_link(&mut self, link_type: LinkType, dest: &str, title: &str, at: &Range<usize>) {
        self.settle(at.start);
        if self.image.is_some() || self.links.contains(&true) {
            self.links.push(false);
            return;
        }
        let target = match link_type {
            _ if dest.is_empty() => {
                self.problem(at, ProblemKind::Foreign(ForeignSyntax::EmptyLink));
                None
            }
            LinkType::Email => Some(ResolvedLink { to: format!("mailto:{dest}"), web: false, shown: None }),
            _ => self.target(dest, at, LinkUse::Link),
        };
        self.links.push(target.is_some());
        let Some(ResolvedLink { to, web, shown: _ }) = target else { return };
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

    /// Writes tags of a ruby, as normalized by `ruby`, or as written if authors are trusted.
    pub(super) fn ruby(&mut self, tags: &str, at: &Range<usize>) {
        self.settle(at.start);
        let mut plain = String::new();
        let plain = match (&mut self.image, &mut self.heading) {
            (Some(image), _) => &mut image.alt,
            (None, Some(heading)) => &mut heading.text,
            (None, None) => &mut plain,
        };
        self.gloss.tags(tags, plain);
        if self.image.is_none() {
            // The tags of a ruby in braces are not in the body.
            let trusted = self.options.html == RawHtml::Allow && !at.is_empty();
            self.out.push_str(if trusted { &self.body[at.clone()] } else { tags });
        }
    }

    /// Starts or ends the words that a translator inserted, `[the prime minister]`, at a bracket that is text. Returns
    /// whether it did.
    pub(super) fn insertion(&mut self, text: &str, at: &Range<usize>) -> bool {
        match text {
            _ if self.inserted.is_some_and(|end| at.contains(&end)) => {
                let Some(end) = self.inserted.take().map(|end| (end + 1 - at.start).min(text.len())) else {
                    return false;
                };
                self.text(&text[..end], at);
                self.out.push_str("</span>");
                self.text(&text[end..], &(at.start + end..at.end));
                true
            }
            "[" if self.inserted.is_none() && self.image.is_none() && self.code.is_none() => {
                let Some(end) = insertion_end(self.body, at.start) else { return false };
                self.inserted = Some(end);
                self.settle(at.start);
                self.out.push_str("<span");
                self.class("ins");
                self.out.push('>');
                self.text("[", at);
                true
            }
            _ => false,
        }
    }

    pub(super) fn inline_html(&mut self, html: &str, at: &Range<usize>) {
        if self.options.html == RawHtml::Escape {
            if at.start >= self.covered {
                self.problem(at, ProblemKind::EscapedHtml);
            }
            self.text(html, at);
            return;
        }
        self.settle(at.start);
        if self.image.is_none() {
            self.raw(html, &[(0, at.start)], at);
        }
    }

    /// Reports foreign syntax within a stretch of text.
    pub(super) fn look_for_foreign(&mut self, at: &Range<usize>) {
        if self.foreign.is_empty() || self.code.is_some() {
            return;
        }
        let first = self.foreign.partition_point(|found| found.anchor < at.start);
        let within = self.foreign[first..].iter().take_while(|found| found.anchor < at.end);
        let found: Vec<_> = within.map(|found| (found.at.clone(), found.what.clone())).collect();
        for (at, what) in found {
            self.problem(&at, ProblemKind::Foreign(what));
            self.covered = self.covered.max(at.end);
        }
    }

    /// Reports a paragraph that was meant as a table.
    pub(super) fn look_for_table(&mut self, at: &Range<usize>) {
        if self.pipes && self.body.get(at.clone()).is_some_and(foreign_syntax::is_table) {
            let line = self.body[at.clone()].lines().next().map_or(0, str::len);
            self.problem(&(at.start..at.start + line), ProblemKind::Foreign(ForeignSyntax::Table));
        }
    }
}

/// Returns the place of the bracket that ends inserted words, if the one at `at` starts them. They are plain words, not
/// the number of a source, an omission, or syntax of another program.
fn insertion_end(body: &str, at: usize) -> Option<usize> {
    let rest = &body[at + 1..body.floor_char_boundary(at + 1 + INSERTION)];
    let words = &rest[..rest.find(['[', ']', '\n', '*', '_', '~', '`', '<', '>', '|', '!', '&', '\\'])?];
    let end = at + 1 + words.len();
    let around = (body[..at].chars().next_back(), body[end + 1..].chars().next());
    let syntax =
        matches!(around.0, Some('[' | ']' | '\\' | '!' | '{')) || matches!(around.1, Some('(' | '[' | ']' | ':' | '}'));
    let is_task = words.eq_ignore_ascii_case("x");
    let fits = body[end..].starts_with(']') && words.contains(char::is_alphabetic) && words.trim() == words;
    (fits && !syntax && !is_task).then_some(end)
}
