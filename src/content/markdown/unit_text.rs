//! The plain text of a unit, extracted from its HTML on request.
//!
//! It contains what the author wrote, without marks of notes, back-links, credits and interface strings. An image is
//! its alternative text, a ruby is followed by its annotation in brackets, cells are separated by tabs, blocks and
//! lines by line ends.

use std::ops::Range;

use crate::base::byte_search;

use super::html_tags::{HtmlPiece, HtmlTag, decode, decode_text, pieces};
use super::ruby::Gloss;
use super::sanitize::VOID;
use super::unit::{RenderedBody, inside};

/// Inline elements. All others start a new line.
#[rustfmt::skip]
pub(super) const INLINE: [&str; 52] = [
    "a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em",
    "embed", "font", "i", "iframe", "img", "input", "ins", "kbd", "label", "map", "mark", "nobr", "object", "picture",
    "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup",
    "svg", "time", "track", "tt", "u", "var", "video", "wbr",
];

impl RenderedBody {
    /// Returns the plain text of a unit, without the units inside it, so that no word is in two.
    pub fn text(&self, unit: usize) -> String {
        let Some(whole) = self.units.get(unit) else { return String::new() };
        let mut reader = UnitTextReader { text: String::with_capacity(whole.html.len()), ..UnitTextReader::default() };
        let whole = inner_paragraph(&self.html, &whole.html).unwrap_or(whole.html.clone());
        let mut from = whole.start;
        for within in inside(&self.units, unit) {
            let within = &self.units[within].html;
            self.read(&mut reader, from, within.start);
            reader.part(Part::Line);
            from = within.end;
        }
        self.read(&mut reader, from, whole.end);
        reader.text
    }

    /// Returns the destinations of a unit's links and images, in order, including those of the units inside it. Links to
    /// notes and other places of the page are left out.
    pub fn urls(&self, unit: usize) -> Vec<Box<str>> {
        let Some(whole) = self.units.get(unit) else { return Vec::new() };
        let html = &self.html[whole.html.clone()];
        let is_address =
            |at: usize| html.as_bytes()[..at].ends_with(b"href") || html.as_bytes()[..at].ends_with(b"src");
        if !memchr::memchr_iter(b'=', html.as_bytes()).any(is_address) {
            return Vec::new();
        }
        let tags = pieces(html).filter_map(|piece| match piece {
            HtmlPiece::Tag(tag) if !tag.end => Some(tag),
            _ => None,
        });
        let values = tags.filter_map(|tag| {
            let value = tag.attribute(if tag.name == "a" { "href" } else { "src" })?.value.clone();
            let url = decode(&html[value]);
            (!url.is_empty() && !url.starts_with('#')).then(|| Box::from(&*url))
        });
        values.collect()
    }

    fn read(&self, reader: &mut UnitTextReader, from: usize, to: usize) {
        let html = &self.html[from..to];
        for piece in pieces(html) {
            match piece {
                HtmlPiece::Text(at) => reader.words(&decode_text(&html[at])),
                HtmlPiece::Tag(tag) => reader.tag(html, &tag, self.prefix),
                HtmlPiece::Content(_) | HtmlPiece::Comment(_) | HtmlPiece::Broken(_) => {}
            }
        }
    }
}

/// Returns the place of what stands in a paragraph. The tags around it say nothing of the text, so they need no reading.
fn inner_paragraph(html: &str, whole: &Range<usize>) -> Option<Range<usize>> {
    let paragraph = html[whole.clone()].trim_ascii_end().strip_prefix("<p")?;
    let start = match paragraph.strip_prefix(" id=\"") {
        Some(id) => paragraph.len() - id.len() + memchr::memchr(b'"', id.as_bytes())? + 1,
        None => 0,
    };
    let inner = paragraph[start..].strip_prefix('>')?.strip_suffix("</p>")?;
    let start = whole.start + "<p".len() + start + ">".len();
    Some(start..start + inner.len())
}

/// The separator between the last text and the next. The greater one wins.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    #[default]
    None,
    Space,
    Cell,
    Line,
}

#[derive(Default)]
struct UnitTextReader {
    text: String,
    part: Part,
    /// The number of open elements that preserve white space.
    preformatted: u32,
    /// Whether an element has just started, so that a line end does not count.
    fresh: bool,
    rubies: u32,
    gloss: Gloss,
    /// An element that Recto added, and how many of its name are open.
    skipped: Option<(String, u32)>,
}

impl UnitTextReader {
    fn part(&mut self, with: Part) {
        self.part = self.part.max(with);
    }

    /// Adds text as a browser shows it: white space is one space, except where it is preformatted.
    fn words(&mut self, text: &str) {
        let text = text.strip_prefix('\n').filter(|_| self.fresh).unwrap_or(text);
        self.fresh = false;
        if self.skipped.is_some() || self.gloss.takes(text) {
            return;
        }
        if self.preformatted == 0 {
            for (n, line) in Lines(Some(text)).enumerate() {
                if n > 0 {
                    self.part(Part::Space);
                }
                self.line(line);
            }
            return;
        }
        for line in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let word = line.trim_end_matches(|c: char| c.is_ascii_whitespace());
            if !word.is_empty() {
                self.settle();
                self.text.push_str(word);
            }
            match &line[word.len()..] {
                "" => {}
                blank => {
                    self.settle();
                    self.text.push_str(blank);
                }
            }
        }
    }

    /// Adds text of which spaces are the only white space, each run of them as one.
    fn line(&mut self, line: &str) {
        let bytes = line.as_bytes();
        let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
        // Without a branch, the compiler turns it into vector instructions.
        let has_runs = pairs.fold(false, |any, (a, b)| any | ((*a == b' ') & (*b == b' ')));
        if has_runs {
            for (n, word) in line.split(' ').enumerate() {
                if n > 0 {
                    self.part(Part::Space);
                }
                self.stretch(word);
            }
            return;
        }
        let inner = line.strip_prefix(' ').unwrap_or(line);
        if inner.len() < line.len() {
            self.part(Part::Space);
        }
        self.stretch(inner.strip_suffix(' ').unwrap_or(inner));
        if inner.ends_with(' ') {
            self.part(Part::Space);
        }
    }

    fn stretch(&mut self, words: &str) {
        if !words.is_empty() {
            self.settle();
            self.text.push_str(words);
        }
    }

    fn settle(&mut self) {
        let part = std::mem::take(&mut self.part);
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str(match part {
                Part::None => "",
                Part::Space => " ",
                Part::Cell => "\t",
                Part::Line => "\n",
            });
        }
    }

    fn tag(&mut self, html: &str, tag: &HtmlTag, prefix: &str) {
        if let Some((name, open)) = &mut self.skipped {
            if *name == tag.name {
                *open = if tag.end { *open - 1 } else { *open + 1 };
            }
            self.skipped.take_if(|(_, open)| *open == 0);
            return;
        }
        self.fresh = tag.name == "pre" && !tag.end;
        match &*tag.name {
            "ruby" | "rt" | "rtc" | "rp" => self.ruby(html, tag),
            "img" => {
                if let Some(alt) = tag.attribute("alt") {
                    self.part(Part::Space);
                    self.words(&decode(&html[alt.value.clone()]));
                    self.part(Part::Space);
                }
            }
            _ if !tag.end && (is_hidden(tag) || is_ours(html, tag, prefix)) => {
                self.skipped = Some((tag.name.clone(), 1))
            }
            "td" | "th" => self.part(Part::Cell),
            "pre" => {
                self.preformatted = if tag.end { self.preformatted.saturating_sub(1) } else { self.preformatted + 1 };
                self.part(Part::Line);
            }
            name if INLINE.contains(&name) => {}
            _ => self.part(Part::Line),
        }
    }

    fn ruby(&mut self, html: &str, tag: &HtmlTag) {
        let begins = tag.name == "ruby";
        if self.rubies == 0 && (!begins || tag.end) {
            return;
        }
        if begins {
            self.rubies = if tag.end { self.rubies - 1 } else { self.rubies + 1 };
        }
        self.gloss.tags(&html[tag.at.clone()].to_ascii_lowercase(), &mut self.text);
    }
}

/// Iterates over the stretches of a text between white space other than spaces.
struct Lines<'t>(Option<&'t str>);

impl<'t> Iterator for Lines<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let rest = self.0.take()?;
        let end = byte_search::find(rest.as_bytes(), *b"\t\n\x0c\r");
        self.0 = end.map(|end| &rest[end + 1..]);
        Some(&rest[..end.unwrap_or(rest.len())])
    }
}

/// Returns whether a browser does not show an element.
pub(super) fn is_hidden(tag: &HtmlTag) -> bool {
    tag.name == "template" || tag.attribute("hidden").is_some() && !VOID.contains(&&*tag.name)
}

/// Returns whether an element holds text that the author did not write.
fn is_ours(html: &str, tag: &HtmlTag, prefix: &str) -> bool {
    let is = |name: &str, wanted: &str| tag.attribute(name).is_some_and(|found| html[found.value.clone()] == *wanted);
    let named = |start: &str| {
        let id = tag.attribute("id").and_then(|id| html[id.value.clone()].strip_prefix(prefix));
        id.is_some_and(|id| id.starts_with(start))
    };
    match &*tag.name {
        "a" => is("role", "doc-backlink"),
        "sup" => named("fnref-") || html[tag.at.end..].starts_with("<a") && begins_a_note_mark(&html[tag.at.end..]),
        "h2" => named("fn-heading"),
        "p" => is("class", "alert-title"),
        "span" => is("class", "credit"),
        _ => false,
    }
}

/// Returns whether the HTML starts with the mark of a note.
fn begins_a_note_mark(html: &str) -> bool {
    let Some(HtmlPiece::Tag(tag)) = pieces(html).next() else { return false };
    tag.attribute("role").is_some_and(|role| html[role.value.clone()] == *"doc-noteref")
}
