//! Ruby: small annotations above words, as printed in Chinese and Japanese. They count as text, so every mode allows
//! them.
//!
//! `<ruby>漢<rt>かん</rt></ruby>` arrives in pieces, with text and Markdown between them. This file searches a stretch of
//! inline events. If a ruby has all its tags in the right order, they are rewritten: with no attributes except `lang`
//! and `dir`, and with the end tags that HTML lets authors omit. An unclosed ruby remains raw HTML. In plain text a
//! ruby is "漢 (かん)".

use super::cjk::SpannedEvent;
use pulldown_cmark::{CowStr, Event};

/// The maximum number of open ruby elements.
const DEPTH: usize = 24;

/// Returns whether a body may have a ruby.
pub(super) fn may_have(body: &str) -> bool {
    let is_ruby = |at| ["<ruby", "<Ruby", "<RUBY"].iter().any(|tag| body[at..].starts_with(tag));
    memchr::memchr_iter(b'<', body.as_bytes()).any(is_ruby)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RubyTag {
    Ruby,
    Rb,
    Rt,
    Rtc,
    Rp,
}

impl RubyTag {
    const ALL: [(&'static str, RubyTag); 5] =
        [("ruby", RubyTag::Ruby), ("rb", RubyTag::Rb), ("rt", RubyTag::Rt), ("rtc", RubyTag::Rtc), ("rp", RubyTag::Rp)];

    fn word(self) -> &'static str {
        RubyTag::ALL[self as usize].0
    }
}

/// Parses a tag of a ruby: its name, whether it is an end tag, and its rewritten form.
fn tag(html: &str) -> Option<(RubyTag, bool, String)> {
    let inside = html.strip_prefix('<')?.strip_suffix('>')?;
    let (end, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
    let length = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let (word, rest) = inside.split_at(length);
    let (_, name) = RubyTag::ALL.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(word))?;
    let word = name.word();
    let written = match end {
        true => format!("</{word}>"),
        false => format!("<{word}{}>", attributes(rest)),
    };
    Some((name, end, written))
}

/// Returns `lang` and `dir`, if their values are valid.
fn attributes(text: &str) -> String {
    let mut out = String::new();
    for name in ["lang", "dir"] {
        let value = text.match_indices(name).find_map(|(at, _)| {
            let before = text[..at].ends_with(|c: char| c.is_ascii_whitespace());
            let rest = text[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
            let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
            (before && end > 0).then_some(&rest[..end])
        });
        if let Some(value) = value.filter(|value| name == "lang" || ["ltr", "rtl", "auto"].contains(value)) {
            out.push_str(&format!(" {name}=\"{value}\""));
        }
    }
    out
}

/// An open element.
struct OpenElement {
    name: RubyTag,
    /// The depth of emphasis, links and images around it.
    depth: usize,
    /// For a ruby, its tags so far.
    tags: Vec<(usize, String)>,
}

/// Finds the rubies of a stretch, and turns their tags into [`Event::InlineMath`], which has no other use here.
pub(super) fn find(events: &mut [SpannedEvent]) {
    let mut open: Vec<OpenElement> = Vec::new();
    let mut written: Vec<(usize, String)> = Vec::new();
    let mut depth = 0;
    for (i, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth = usize::saturating_sub(depth, 1);
                // A ruby that is still open where its surroundings end is invalid.
                open.truncate(open.iter().position(|open| open.depth > depth).unwrap_or(open.len()));
            }
            Event::InlineHtml(html) => {
                if let Some((name, end, tag)) = tag(html) {
                    take(&mut open, &mut written, depth, (name, end), (i, tag));
                }
            }
            _ => {}
        }
    }
    for (i, tags) in written {
        events[i].0 = Event::InlineMath(CowStr::from(tags));
    }
}

fn take(
    open: &mut Vec<OpenElement>,
    written: &mut Vec<(usize, String)>,
    depth: usize,
    (name, end): (RubyTag, bool),
    (i, tag): (usize, String),
) {
    if name == RubyTag::Ruby && !end {
        if open.len() < DEPTH {
            open.push(OpenElement { name, depth, tags: vec![(i, tag)] });
        }
        return;
    }
    // The innermost ruby, if it is in the same emphasis or link.
    let Some(ruby) = open.iter().rposition(|open| open.name == RubyTag::Ruby).filter(|&r| open[r].depth == depth)
    else {
        return;
    };
    let keeps = match (name, end) {
        (RubyTag::Ruby, true) => ruby,
        (_, true) => match open.iter().rposition(|open| open.name == name).filter(|&at| at > ruby) {
            Some(at) => at,
            // A stray end tag.
            None => return open[ruby].tags.push((i, String::new())),
        },
        (RubyTag::Rt | RubyTag::Rp, false) if open.get(ruby + 1).is_some_and(|open| open.name == RubyTag::Rtc) => {
            ruby + 2
        }
        _ => ruby + 1,
    };
    let mut tags = String::new();
    while open.len() > keeps + usize::from(end) {
        let Some(inner) = open.pop() else { break };
        tags.push_str("</");
        tags.push_str(inner.name.word());
        tags.push('>');
    }
    tags.push_str(&tag);
    open[ruby].tags.push((i, tags));
    match (end, name) {
        (false, _) => open.push(OpenElement { name, depth, tags: Vec::new() }),
        (true, RubyTag::Ruby) => written.extend(open.pop().into_iter().flat_map(|ruby| ruby.tags)),
        (true, _) => drop(open.pop()),
    }
}

/// A ruby as plain text: the words, then the annotations in brackets.
#[derive(Default)]
pub(super) struct Gloss {
    open: u32,
    /// Whether text goes to the annotations, or nowhere (the brackets for browsers without ruby).
    aside: bool,
    hidden: bool,
    second: bool,
    notes: String,
}

impl Gloss {
    /// Handles tags that [`find`] wrote.
    pub(super) fn tags(&mut self, tags: &str, out: &mut String) {
        for tag in tags.split_inclusive('>') {
            let end = tag.starts_with("</");
            let name = tag.trim_start_matches(['<', '/']);
            let name = &name[..name.find([' ', '>']).unwrap_or(name.len())];
            match name {
                "ruby" if end => self.close(out),
                "ruby" => self.open += 1,
                "rtc" => (self.second, self.aside) = (!end, !end),
                "rt" => self.aside = !end || self.second,
                "rp" => self.hidden = !end,
                _ => {}
            }
        }
    }

    fn close(&mut self, out: &mut String) {
        self.open = self.open.saturating_sub(1);
        if self.open > 0 {
            return;
        }
        let Gloss { notes, .. } = std::mem::take(self);
        let notes = notes.trim();
        if !notes.is_empty() {
            out.push_str(if out.is_empty() || out.ends_with(' ') { "(" } else { " (" });
            out.push_str(notes);
            out.push(')');
        }
    }

    /// Takes a text that belongs to an annotation. Returns false for other text.
    pub(super) fn takes(&mut self, text: &str) -> bool {
        if self.aside && !self.hidden {
            self.notes.push_str(text);
        }
        self.aside || self.hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_written_anew() {
        for (html, want) in [
            ("<ruby>", Some("<ruby>")),
            ("</RT >", Some("</rt>")),
            ("<rt lang=ja onclick=x>", Some("<rt lang=\"ja\">")),
            ("<ruby dir='rtl' class=\"lang\" data-lang=x>", Some("<ruby dir=\"rtl\">")),
            ("<ruby lang=\"a&quot; onclick\">", Some("<ruby lang=\"a\">")),
            ("<rubyx>", None),
            ("<b>", None),
        ] {
            assert_eq!(tag(html).map(|t| t.2).as_deref(), want, "{html}");
        }
    }
}
