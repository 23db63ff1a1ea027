//! Raw HTML into the output, where it is permitted: its addresses lead where those of Markdown lead. Where it is trusted,
//! nothing else of it changes; where it is sanitised, what its tags lose is noted with its place.

use super::escape;
use super::foreign;
use super::permitted::{self, Holds, holds, place};
use super::problem::{Foreign, ProblemKind};
use super::sanitize::{self, MARK, SOFT};
use super::tags::{self, Attribute, Piece, Tag, decode, pieces};
use super::target::{Shown, Use};
use super::url::{Kind, kind};
use super::writer::Writer;
use crate::base::config::RawHtml;
use std::ops::Range;

/// Where one of these is left open, an HTML parser opens it once more in the next paragraph, id and all.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// A piece of raw HTML: its text, where its lines stand in the body, and where it does as a whole.
struct Raw<'r> {
    html: &'r str,
    lines: &'r [(usize, usize)],
    at: &'r Range<usize>,
}

/// What becomes of an attribute.
enum Change {
    Keep,
    /// Its value, escaped.
    To(String),
    /// The same for a choice of pictures.
    Choose(String),
    Drop,
}

/// What becomes of a tag.
#[derive(Default)]
struct Changes {
    attributes: Vec<Change>,
    /// What is known of its picture, and a title that it gets.
    shown: Option<Box<Shown>>,
    title: Option<String>,
    /// It shows nothing: this text stands for it.
    instead: Option<String>,
}

impl Writer<'_> {
    pub(super) fn raw(&mut self, html: &str, lines: &[(usize, usize)], at: &Range<usize>) {
        self.found_html = true;
        if let Some(figure) = &mut self.figure {
            figure.others = true;
        }
        let raw = Raw { html, lines, at };
        if self.options.html == RawHtml::Allow {
            self.allowed(&raw);
        } else if self.raw_depth.take(html) {
            self.sanitized(&raw);
        } else {
            self.problem_once(at, ProblemKind::TooDeep);
            escape::text(&mut self.out, html);
        }
    }

    /// All of it, with other addresses.
    fn allowed(&mut self, raw: &Raw) {
        let mut from = 0;
        for piece in pieces(raw.html) {
            let Piece::Tag(tag) = piece else { continue };
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
                let Attribute { at, value, quote, .. } = attribute;
                match change {
                    Change::Keep => {}
                    Change::Drop => {
                        self.out.push_str(raw.html[from..at.start].trim_end());
                        from = at.end;
                    }
                    Change::To(to) | Change::Choose(to) => {
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

    /// What is harmless of it.
    fn sanitized(&mut self, raw: &Raw) {
        let mut skipping = None;
        for piece in pieces(raw.html) {
            match piece {
                Piece::Tag(tag) if sanitize::dropped(&tag.name).is_some() => {
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
                Piece::Tag(tag) if !sanitize::keeps_tag(&tag.name) => {
                    // Where an element begins, that is enough.
                    if self.removed_tags.insert(tag.name.clone()) || !tag.end {
                        self.remove(raw, &tag.at, format!("<{}>", tag.name));
                    }
                }
                Piece::Tag(tag) if tag.end => {
                    for piece in ["</", &tag.name, ">"] {
                        self.out.push_str(piece);
                    }
                }
                Piece::Tag(tag) => self.harmless(raw, &tag),
                Piece::Text(at) => {
                    let own = |c: char| matches!(c, MARK | SOFT | '<');
                    for piece in raw.html[at].split_inclusive(own) {
                        let text = piece.trim_end_matches(own);
                        self.out.push_str(text);
                        self.out.push_str(if piece[text.len()..].contains('<') { "&lt;" } else { "" });
                    }
                }
                Piece::Broken(at) => escape::text(&mut self.out, &raw.html[at]),
                Piece::Content(_) | Piece::Comment(_) => {}
            }
        }
        // In a paragraph its end comes in another piece.
        if let Some(name) = skipping
            && self.html.is_none()
        {
            self.skipping.get_or_insert((name, self.out.len()));
        }
    }

    /// A tag that may stay.
    fn harmless(&mut self, raw: &Raw, tag: &Tag) {
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
                Change::Drop => continue,
                Change::Choose(to) => (self.mark, to),
                Change::To(to) => ("", to),
                Change::Keep => {
                    let value = decode(&raw.html[attribute.value.clone()]).replace([MARK, SOFT], "");
                    let is_id = name == "id" || (name == "name" && tag.name == "a");
                    if is_id && !std::mem::replace(&mut called, true) && self.author_id(&tag.name, start, &value) {
                        continue;
                    }
                    let keeps = sanitize::keeps(&tag.name, name) && sanitize::keeps_value(&tag.name, name, &value);
                    if is_id || !keeps {
                        // That others may have an id makes the value worth saying.
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

    /// Attributes that the author need not write.
    fn added(&mut self, tag: &Tag, shown: Option<Box<Shown>>, title: Option<String>) {
        if let Some(title) = title {
            self.attribute("title", &title);
        }
        if let Some(shown) = shown {
            let none_of = |names: [&str; 2]| names.iter().all(|name| tag.attribute(name).is_none());
            self.dimensions(&shown, none_of(["width", "height"]), none_of(["srcset", "sizes"]));
        }
    }

    fn remove(&mut self, raw: &Raw, part: &Range<usize>, name: String) {
        let at = place(self.body, raw.html, raw.lines, part, raw.at);
        if at.start >= self.covered {
            self.removed.push((at, name));
        }
    }

    /// The addresses of a tag, led on.
    fn changes(&mut self, raw: &Raw, tag: &Tag) -> Changes {
        let mut changes = Changes::default();
        let sanitized = self.options.html == RawHtml::Sanitize;
        for attribute in &tag.attributes {
            let change = match holds(raw.html, tag, attribute) {
                _ if sanitized && !sanitize::keeps(&tag.name, &attribute.name) => Change::Keep,
                Holds::Choice(choice, addresses) => self.choose(raw, attribute, &choice, addresses),
                Holds::Address(address, usage) => self.lead(raw, tag, attribute, &address, usage, &mut changes),
                Holds::Other if sanitized => Change::Keep,
                Holds::Other => self.trusted_id(raw.html, tag, attribute),
            };
            changes.attributes.push(change);
        }
        if tag.name == "img" {
            self.picture(raw, tag, &mut changes);
        } else if matches!(&*tag.name, "source" | "track" | "embed")
            && changes.attributes.iter().any(|change| matches!(change, Change::Drop))
        {
            changes.instead = Some(String::new());
        }
        changes
    }

    fn lead(
        &mut self,
        raw: &Raw,
        tag: &Tag,
        attribute: &Attribute,
        address: &str,
        usage: Use,
        changes: &mut Changes,
    ) -> Change {
        let at = place(self.body, raw.html, raw.lines, &attribute.value, raw.at);
        let trusted = self.options.html == RawHtml::Allow;
        if address.is_empty() {
            if trusted {
                return Change::Keep;
            }
            let what = if usage == Use::Link { Foreign::EmptyLink } else { Foreign::EmptyImage };
            self.problem(&at, ProblemKind::Foreign(what));
            return Change::Drop;
        }
        if trusted && matches!(kind(address, usage), Kind::Bad(_)) {
            return Change::Keep;
        }
        let Some(led) = self.target(address, &at, usage) else { return Change::Drop };
        if let Some(extension) = foreign::unshown(address).filter(|_| tag.name == "img") {
            self.problem(&at, ProblemKind::UnshownPicture(extension));
        }
        if tag.name == "img" {
            changes.shown = led.shown;
        }
        if led.to == address {
            return Change::Keep;
        }
        let mut escaped = String::new();
        escape::href(&mut escaped, &led.to);
        Change::To(escaped)
    }

    /// A choice of pictures, without those that cannot be shown.
    fn choose(&mut self, raw: &Raw, attribute: &Attribute, choice: &str, addresses: Vec<Range<usize>>) -> Change {
        let at = place(self.body, raw.html, raw.lines, &attribute.value, raw.at);
        let (mut to, mut changed) = (String::new(), self.options.html == RawHtml::Sanitize);
        let ends = addresses.iter().skip(1).map(|next| next.start).chain([choice.len()]);
        for (address, end) in addresses.iter().zip(ends.collect::<Vec<_>>()) {
            let written = &choice[address.clone()];
            let trusted = self.options.html == RawHtml::Allow && matches!(kind(written, Use::Media), Kind::Bad(_));
            let led = match trusted {
                true => Some(written.to_owned()),
                false => self.target(written, &at, Use::Media).map(|led| led.to),
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
            true => Change::Drop,
            false if changed => Change::Choose(to),
            false => Change::Keep,
        }
    }

    /// What is said of a picture, or in place of it.
    fn picture(&mut self, raw: &Raw, tag: &Tag, changes: &mut Changes) {
        let value = |name| tag.attribute(name).map(|a: &Attribute| decode(&raw.html[a.value.clone()]).into_owned());
        let source = tag.attributes.iter().position(|attribute| attribute.name == "src");
        if source.is_some_and(|source| matches!(changes.attributes[source], Change::Drop)) {
            changes.instead = Some(value("alt").unwrap_or_default());
            return;
        }
        if tag.attribute("alt").is_none() {
            self.problem(&place(self.body, raw.html, raw.lines, &tag.at, raw.at), ProblemKind::TagWithoutAlt);
        }
        let options = self.options;
        let source = value("src").unwrap_or_default();
        let credit = options.credits.iter().position(|credit| *credit.dest == *permitted::trim(&source));
        self.credited.extend(credit);
        let Some(credit) = credit.map(|at| self.credit_text(&options.credits[at])) else { return };
        match tag.attributes.iter().position(|attribute| attribute.name == "title") {
            None => changes.title = Some(credit),
            Some(at) => {
                let mut escaped = String::new();
                let title = value("title").unwrap_or_default().replace([MARK, SOFT], "");
                escape::attribute(&mut escaped, &format!("{title} ({credit})"));
                changes.attributes[at] = Change::To(escaped);
            }
        }
    }

    /// The id of an author's element that began at `start`, if it can be had; it yields to that of a heading. True: nothing
    /// else is to be said of it.
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

    /// An id where HTML is trusted: it stays as it is, but that two texts on a page have no id in common.
    fn trusted_id(&mut self, html: &str, tag: &Tag, attribute: &Attribute) -> Change {
        if attribute.name != "id" && (attribute.name != "name" || tag.name != "a") {
            return Change::Keep;
        }
        let id = tags::decode(&html[attribute.value.clone()]);
        self.ids.firm(&id);
        if self.options.prefix.is_empty() {
            return Change::Keep;
        }
        let mut escaped = String::from(self.options.prefix);
        escape::attribute(&mut escaped, &id);
        Change::To(escaped)
    }

    /// What the sanitiser has not let through, line by line.
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
