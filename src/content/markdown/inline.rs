//! Inside a paragraph: emphasis, links, images, raw HTML.

use super::escape;
use super::sanitize::MARK;
use super::url::{Kind, kind};
use super::writer::{INLINE_DEPTH, OpenImage, Writer};
use super::{ProblemKind, RawHtml, Target, Use};
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
    fn target(&mut self, dest: &str, at: &Range<usize>, usage: Use) -> Option<(String, bool)> {
        match kind(dest, usage) {
            Kind::Bad(scheme) => {
                self.problem(at, ProblemKind::BadScheme(scheme));
                None
            }
            first => match (self.options.resolve)(dest, usage) {
                Target::Keep => Some((dest.to_owned(), first == Kind::Web)),
                Target::Drop => None,
                Target::To(to) => match kind(&to, usage) {
                    Kind::Bad(scheme) => {
                        self.problem(at, ProblemKind::BadScheme(scheme));
                        None
                    }
                    second => Some((to, second == Kind::Web)),
                },
            },
        }
    }

    pub(super) fn start_link(&mut self, link_type: LinkType, dest: &str, title: &str, at: &Range<usize>) {
        self.settle(at.start);
        if self.image.is_some() || self.links.contains(&true) {
            self.links.push(false);
            return;
        }
        let target = match link_type {
            LinkType::Email => Some((format!("mailto:{dest}"), false)),
            _ => self.target(dest, at, Use::Link),
        };
        self.links.push(target.is_some());
        let Some((href, web)) = target else { return };
        self.out.push_str("<a href=\"");
        escape::href(&mut self.out, &href);
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

    pub(super) fn start_image(&mut self, dest: &str, title: &str, at: &Range<usize>) {
        self.settle(at.start);
        if let Some(image) = &mut self.image {
            image.depth += 1;
            return;
        }
        let src = self.target(dest, at, Use::Image).map(|(src, _)| src);
        self.image = Some(OpenImage { depth: 1, src, title: title.to_owned(), alt: String::new() });
    }

    pub(super) fn end_image(&mut self, at: &Range<usize>) {
        let Some(mut image) = self.image.take() else {
            return;
        };
        image.depth -= 1;
        if image.depth > 0 {
            self.image = Some(image);
            return;
        }
        let Some(src) = image.src else {
            if let Some(figure) = &mut self.figure {
                figure.others = true;
            }
            escape::text(&mut self.out, &image.alt);
            return;
        };
        if image.alt.trim().is_empty() {
            self.problem(at, ProblemKind::ImageWithoutAlt);
        }
        self.out.push_str("<img src=\"");
        escape::href(&mut self.out, &src);
        self.out.push('"');
        self.attribute("alt", image.alt.trim());
        let start = self.out.len();
        if !image.title.is_empty() {
            self.attribute("title", &image.title);
        }
        self.out.push_str(" loading=\"lazy\">");
        if let Some(figure) = &mut self.figure {
            figure.images += 1;
            figure.title = image.title;
            figure.title_at = start;
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
