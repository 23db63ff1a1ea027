//! Writes raw HTML where it is permitted, with its addresses resolved like those of Markdown. Trusted HTML is
//! otherwise unchanged; for sanitized HTML, this file reports the tags and attributes that are removed.

use super::escape;
use super::foreign_syntax;
use super::html_links::{self, AttributeContent, holds, place};
use super::html_tags::{self, HtmlAttribute, HtmlPiece, HtmlTag, decode, pieces};
use super::link_target::{DisplayedImage, LinkUse};
use super::problem::{ForeignSyntax, ProblemKind};
use super::sanitize::{self, MARK, SOFT};
use super::url::{UrlKind, kind};
use super::writer::Writer;
use crate::base::config::RawHtml;
use std::ops::Range;

/// If one of these is left open, an HTML parser opens it again in the next paragraph, including its id.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// A piece of raw HTML: its text, and the places of its lines and of the whole in the body.
struct RawPiece<'r> {
    html: &'r str,
    lines: &'r [(usize, usize)],
    at: &'r Range<usize>,
}

/// The change of an attribute.
enum AttributeChange {
    Keep,
    /// The new value, escaped.
    To(String),
    /// A new choice of pictures.
    Choose(String),
    Drop,
}

/// The changes of a tag.
#[derive(Default)]
struct TagChanges {
    attributes: Vec<AttributeChange>,
    /// The properties of its picture, and a title to add.
    shown: Option<Box<DisplayedImage>>,
    title: Option<String>,
    /// The text to print instead, because the tag shows nothing.
    instead: Option<String>,
}

impl Writer<'_> {
    pub(super) fn raw(&mut self, html: &str, lines: &[(usize, usize)], at: &Range<usize>) {
        self.found_html = true;
        if let Some(figure) = &mut self.figure {
            figure.others = true;
        }
        let raw = RawPiece { html, lines, at };
        if self.options.html == RawHtml::Allow {
            self.allowed(&raw);
        } else if self.raw_depth.take(html) {
            self.sanitized(&raw);
        } else {
            self.problem_once(at, ProblemKind::TooDeep);
            escape::text(&mut self.out, html);
        }
    }

    /// Writes trusted HTML with resolved addresses.
    fn allowed(&mut self, raw: &RawPiece) {
        let mut from = 0;
        for piece in pieces(raw.html) {
            let HtmlPiece::Tag(tag) = piece else { continue };
            if tag.end {
                continue;
            }
            let changes = self.changes(raw, &tag);
            if let Some(text) = changes.instead {
                self.out.push_str(&raw.html[from..tag.at.start]);
                escape::text(&mut self.out, &text);
                from = tag.at.end;
                continue;
            }
            for (attribute, change) in tag.attributes.iter().zip(changes.attributes) {
                let HtmlAttribute { at, value, quote, .. } = attribute;
                match change {
                    AttributeChange::Keep => {}
                    AttributeChange::Drop => {
                        self.out.push_str(raw.html[from..at.start].trim_end());
                        from = at.end;
                    }
                    AttributeChange::To(to) | AttributeChange::Choose(to) => {
                        let bare = if *quote == ' ' { "\"" } else { "" };
                        for piece in [&raw.html[from..value.start], bare, &to, bare] {
                            self.out.push_str(piece);
                        }
                        from = value.end;
                    }
                }
            }
            if changes.shown.is_some() || changes.title.is_some() {
                let end = tag.attributes.last().map_or(tag.at.end - 1, |last| last.at.end);
                self.out.push_str(&raw.html[from.min(end)..end]);
                self.added(&tag, changes.shown, changes.title);
                from = end;
            }
        }
        self.out.push_str(&raw.html[from..]);
    }

    /// Writes the harmless parts.
    fn sanitized(&mut self, raw: &RawPiece) {
        let mut skipping = None;
        for piece in pieces(raw.html) {
            match piece {
                HtmlPiece::Tag(tag) if sanitize::dropped(&tag.name).is_some() => {
                    let name = sanitize::dropped(&tag.name);
                    if !tag.end {
                        self.remove(raw, &tag.at, format!("<{}>", tag.name));
                        skipping = skipping.or(name);
                        continue;
                    }
                    skipping = skipping.filter(|_| skipping != name);
                    if let Some((_, begun)) = self.skipping.take_if(|(open, _)| Some(*open) == name)
                        && self.out.is_char_boundary(begun)
                    {
                        self.out.truncate(begun);
                    }
                }
                _ if skipping.is_some() => {}
                HtmlPiece::Tag(tag) if !sanitize::keeps_tag(&tag.name) => {
                    // Reporting the start tag is enough.
                    if self.removed_tags.insert(tag.name.clone()) || !tag.end {
                        self.remove(raw, &tag.at, format!("<{}>", tag.name));
                    }
                }
                HtmlPiece::Tag(tag) if tag.end => {
                    for piece in ["</", &tag.name, ">"] {
                        self.out.push_str(piece);
                    }
                }
                HtmlPiece::Tag(tag) => self.harmless(raw, &tag),
                HtmlPiece::Text(at) => {
                    let own = |c: char| matches!(c, MARK | SOFT | '<');
                    for piece in raw.html[at].split_inclusive(own) {
                        let text = piece.trim_end_matches(own);
                        self.out.push_str(text);
                        self.out.push_str(if piece[text.len()..].contains('<') { "&lt;" } else { "" });
                    }
                }
                HtmlPiece::Broken(at) => escape::text(&mut self.out, &raw.html[at]),
                HtmlPiece::Content(_) | HtmlPiece::Comment(_) => {}
            }
        }
        // In a paragraph, the end tag is in a later piece.
        if let Some(name) = skipping
            && self.html.is_none()
        {
            self.skipping.get_or_insert((name, self.out.len()));
        }
    }

    /// Writes a tag that is allowed.
    fn harmless(&mut self, raw: &RawPiece, tag: &HtmlTag) {
        let changes = self.changes(raw, tag);
        if let Some(text) = changes.instead {
            for attribute in tag.attributes.iter().filter(|attribute| !sanitize::keeps(&tag.name, &attribute.name)) {
                self.remove(raw, &attribute.at, attribute.name.clone());
            }
            return escape::text(&mut self.out, &text);
        }
        let start = self.out.len();
        self.out.push('<');
        self.out.push_str(&tag.name);
        let mut called = false;
        for (attribute, change) in tag.attributes.iter().zip(changes.attributes) {
            let name = &*attribute.name;
            let (mark, value) = match change {
                AttributeChange::Drop => continue,
                AttributeChange::Choose(to) => (self.mark, to),
                AttributeChange::To(to) => ("", to),
                AttributeChange::Keep => {
                    let value = decode(&raw.html[attribute.value.clone()]).replace([MARK, SOFT], "");
                    let is_id = name == "id" || (name == "name" && tag.name == "a");
                    if is_id && !std::mem::replace(&mut called, true) && self.author_id(&tag.name, start, &value) {
                        continue;
                    }
                    let keeps = sanitize::keeps(&tag.name, name) && sanitize::keeps_value(&tag.name, name, &value);
                    if is_id || !keeps {
                        // Other ids are allowed, so the message includes the value.
                        let name = if name == "id" { format!("id=\"{value}\"") } else { name.to_owned() };
                        self.remove(raw, &attribute.at, name);
                        continue;
                    }
                    let mut escaped = String::new();
                    escape::attribute(&mut escaped, &value);
                    ("", escaped)
                }
            };
            for piece in [" ", name, "=\"", mark, &value, "\""] {
                self.out.push_str(piece);
            }
        }
        self.added(tag, changes.shown, changes.title);
        self.out.push('>');
    }

    /// Writes attributes that the author did not write.
    fn added(&mut self, tag: &HtmlTag, shown: Option<Box<DisplayedImage>>, title: Option<String>) {
        if let Some(title) = title {
            self.attribute("title", &title);
        }
        if let Some(shown) = shown {
            let none_of = |names: [&str; 2]| names.iter().all(|name| tag.attribute(name).is_none());
            self.dimensions(&shown, none_of(["width", "height"]), none_of(["srcset", "sizes"]));
        }
    }

    fn remove(&mut self, raw: &RawPiece, part: &Range<usize>, name: String) {
        let at = place(self.body, raw.html, raw.lines, part, raw.at);
        if at.start >= self.covered {
            self.removed.push((at, name));
        }
    }

    /// Resolves the addresses of a tag.
    fn changes(&mut self, raw: &RawPiece, tag: &HtmlTag) -> TagChanges {
        let mut changes = TagChanges::default();
        let sanitized = self.options.html == RawHtml::Sanitize;
        for attribute in &tag.attributes {
            let change = match holds(raw.html, tag, attribute) {
                _ if sanitized && !sanitize::keeps(&tag.name, &attribute.name) => AttributeChange::Keep,
                AttributeContent::Choice(choice, addresses) => self.choose(raw, attribute, &choice, addresses),
                AttributeContent::Address(address, usage) => {
                    self.lead(raw, tag, attribute, &address, usage, &mut changes)
                }
                AttributeContent::Other if sanitized => AttributeChange::Keep,
                AttributeContent::Other => self.trusted_id(raw.html, tag, attribute),
            };
            changes.attributes.push(change);
        }
        if tag.name == "img" {
            self.picture(raw, tag, &mut changes);
        } else if matches!(&*tag.name, "source" | "track" | "embed")
            && changes.attributes.iter().any(|change| matches!(change, AttributeChange::Drop))
        {
            changes.instead = Some(String::new());
        }
        changes
    }

    fn lead(
        &mut self,
        raw: &RawPiece,
        tag: &HtmlTag,
        attribute: &HtmlAttribute,
        address: &str,
        usage: LinkUse,
        changes: &mut TagChanges,
    ) -> AttributeChange {
        let at = place(self.body, raw.html, raw.lines, &attribute.value, raw.at);
        let trusted = self.options.html == RawHtml::Allow;
        if address.is_empty() {
            if trusted {
                return AttributeChange::Keep;
            }
            let what = if usage == LinkUse::Link { ForeignSyntax::EmptyLink } else { ForeignSyntax::EmptyImage };
            self.problem(&at, ProblemKind::Foreign(what));
            return AttributeChange::Drop;
        }
        if trusted && matches!(kind(address, usage), UrlKind::Bad(_)) {
            return AttributeChange::Keep;
        }
        let Some(led) = self.target(address, &at, usage) else { return AttributeChange::Drop };
        if let Some(extension) = foreign_syntax::unshown(address).filter(|_| tag.name == "img") {
            self.problem(&at, ProblemKind::UnshownPicture(extension));
        }
        if tag.name == "img" {
            changes.shown = led.shown;
        }
        if led.to == address {
            return AttributeChange::Keep;
        }
        let mut escaped = String::new();
        escape::href(&mut escaped, &led.to);
        AttributeChange::To(escaped)
    }

    /// Resolves a choice of pictures, and drops those that cannot be shown.
    fn choose(
        &mut self,
        raw: &RawPiece,
        attribute: &HtmlAttribute,
        choice: &str,
        addresses: Vec<Range<usize>>,
    ) -> AttributeChange {
        let at = place(self.body, raw.html, raw.lines, &attribute.value, raw.at);
        let (mut to, mut changed) = (String::new(), self.options.html == RawHtml::Sanitize);
        let ends = addresses.iter().skip(1).map(|next| next.start).chain([choice.len()]);
        for (address, end) in addresses.iter().zip(ends.collect::<Vec<_>>()) {
            let written = &choice[address.clone()];
            let trusted =
                self.options.html == RawHtml::Allow && matches!(kind(written, LinkUse::Media), UrlKind::Bad(_));
            let led = match trusted {
                true => Some(written.to_owned()),
                false => self.target(written, &at, LinkUse::Media).map(|led| led.to),
            };
            changed |= led.as_deref() != Some(written);
            let Some(led) = led else { continue };
            to.push_str(if to.is_empty() { "" } else { ", " });
            escape::href(&mut to, &led);
            let size = choice[address.end..end].trim_matches(|c: char| c.is_ascii_whitespace() || c == ',');
            to.push_str(if size.is_empty() { "" } else { " " });
            escape::attribute(&mut to, size);
        }
        match to.is_empty() {
            true => AttributeChange::Drop,
            false if changed => AttributeChange::Choose(to),
            false => AttributeChange::Keep,
        }
    }

    /// Adds the credit of a picture, or its replacement.
    fn picture(&mut self, raw: &RawPiece, tag: &HtmlTag, changes: &mut TagChanges) {
        let value = |name| tag.attribute(name).map(|a: &HtmlAttribute| decode(&raw.html[a.value.clone()]).into_owned());
        let source = tag.attributes.iter().position(|attribute| attribute.name == "src");
        if source.is_some_and(|source| matches!(changes.attributes[source], AttributeChange::Drop)) {
            changes.instead = Some(value("alt").unwrap_or_default());
            return;
        }
        if tag.attribute("alt").is_none() {
            self.problem(&place(self.body, raw.html, raw.lines, &tag.at, raw.at), ProblemKind::TagWithoutAlt);
        }
        let options = self.options;
        let source = value("src").unwrap_or_default();
        let credit = options.credits.iter().position(|credit| *credit.dest == *html_links::trim(&source));
        self.credited.extend(credit);
        let Some(credit) = credit.map(|at| self.credit_text(&options.credits[at])) else { return };
        match tag.attributes.iter().position(|attribute| attribute.name == "title") {
            None => changes.title = Some(credit),
            Some(at) => {
                let mut escaped = String::new();
                let title = value("title").unwrap_or_default().replace([MARK, SOFT], "");
                escape::attribute(&mut escaped, &format!("{title} ({credit})"));
                changes.attributes[at] = AttributeChange::To(escaped);
            }
        }
    }

    /// Writes the id of an author's element that started at `start`, if the id is available. It yields to a heading's
    /// id. Returns true if nothing needs to be reported.
    fn author_id(&mut self, element: &str, start: usize, id: &str) -> bool {
        if !self.ids.is_free(id) {
            return self.ids.is_heading(id);
        }
        if self.ids.soft(id) {
            self.soft_ids = true;
            let attribute = format!(" id=\"{SOFT}{}{id}\"", self.options.prefix);
            match FORMATTING.contains(&element) {
                true => self.out.insert_str(start, &format!("<span{attribute}></span>")),
                false => self.out.push_str(&attribute),
            }
        }
        true
    }

    /// Handles an id in trusted HTML: keeps it, but with a prefix if two texts share the page.
    fn trusted_id(&mut self, html: &str, tag: &HtmlTag, attribute: &HtmlAttribute) -> AttributeChange {
        if attribute.name != "id" && (attribute.name != "name" || tag.name != "a") {
            return AttributeChange::Keep;
        }
        let id = html_tags::decode(&html[attribute.value.clone()]);
        self.ids.firm(&id);
        if self.options.prefix.is_empty() {
            return AttributeChange::Keep;
        }
        let mut escaped = String::from(self.options.prefix);
        escape::attribute(&mut escaped, &id);
        AttributeChange::To(escaped)
    }

    /// Reports what the sanitizer removed, line by line.
    pub(super) fn tell_removed(&mut self) {
        let mut removed = std::mem::take(&mut self.removed).into_iter().peekable();
        while let Some((mut at, name)) = removed.next() {
            let mut names = vec![name];
            let line = self.body[at.start..].find('\n').map_or(self.body.len(), |end| at.start + end);
            while let Some((next, name)) = removed.next_if(|(next, _)| (at.start..line).contains(&next.start)) {
                at.end = at.end.max(next.end).min(line.max(at.end));
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            self.problem(&at, ProblemKind::RemovedHtml(names));
        }
    }
}
