//! The body without markup: its first words, its first paragraph, its destinations.
//!
//! A listing needs the first words of a hundred thousand bodies, so only the head of a body is parsed. Definitions of
//! references and notes that stand below the cut are put after it, or their marks would show as brackets.

use super::cjk;
use super::events::{Events, options};
use super::guard;
use super::permitted::{self, Source};
use super::{RawHtml, Reference, Use};
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;

/// How much of a body is tried in turn.
const HEADS: [usize; 3] = [600, 6_000, 24_000];
/// Bytes of definitions that are carried over a cut.
const CARRIED: usize = 64_000;
/// A word's worth, and a wide character's.
const WORD: usize = 5;
const WIDE: usize = 2;

pub(super) fn may_refer(body: &str) -> bool {
    body.contains('<') || (body.contains('[') && (body.contains("](") || body.contains("]:")))
}

pub(super) fn references(body: &str, html: RawHtml) -> Vec<Reference> {
    let (mut found, mut block) = (Vec::new(), None);
    for (event, at) in Parser::new_ext(body, options()).into_offset_iter() {
        let (dest, usage) = match event {
            Event::Start(Tag::Link { link_type: LinkType::Email, dest_url, .. }) => {
                (format!("mailto:{dest_url}"), Use::Link)
            }
            Event::Start(Tag::Link { dest_url, .. }) => (dest_url.into_string(), Use::Link),
            Event::Start(Tag::Image { dest_url, .. }) => (dest_url.into_string(), Use::Image),
            Event::Start(Tag::HtmlBlock) if html != RawHtml::Escape => {
                block = Some((Source::default(), at));
                continue;
            }
            Event::Html(text) => {
                block.iter_mut().for_each(|(source, _)| source.push(&text, &at));
                continue;
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let Some((source, whole)) = block.take() {
                    in_html(body, html, &source.text, &source.lines, &whole, &mut found);
                }
                continue;
            }
            Event::InlineHtml(text) if html != RawHtml::Escape => {
                in_html(body, html, &text, &[(0, at.start)], &at, &mut found);
                continue;
            }
            _ => continue,
        };
        found.push(Reference { dest, at, usage });
    }
    found
}

/// The references of raw HTML.
fn in_html(
    body: &str,
    mode: RawHtml,
    html: &str,
    lines: &[(usize, usize)],
    whole: &Range<usize>,
    found: &mut Vec<Reference>,
) {
    permitted::addresses(html, mode, |dest, usage, at| {
        found.push(Reference { dest, at: permitted::place(body, html, lines, at, whole), usage });
    });
}

pub(super) fn excerpt(body: &str, words: usize) -> Option<String> {
    let enough = words.saturating_mul(WORD);
    let (text, whole) = grow(body, words.saturating_mul(10), |text| word_cut(text, enough).is_some(), false);
    match word_cut(&text, enough) {
        Some(cut) => Some(shorten(&text[..cut])),
        None if text.is_empty() => None,
        None if whole => Some(text),
        None => Some(shorten(&text)),
    }
}

pub(super) fn first_block(body: &str, chars: usize) -> Option<String> {
    let (text, _) = grow(body, chars.saturating_mul(3), |text| text.chars().nth(chars).is_some(), true);
    if text.is_empty() || chars == 0 {
        return None;
    }
    if text.chars().nth(chars).is_none() {
        return Some(text);
    }
    let limit = text.char_indices().nth(chars - 1).map_or(text.len(), |(at, _)| at);
    let breaks = |(at, c): &(usize, char)| *at > 0 && (c.is_whitespace() || cjk::is_wide(*c));
    // The character at the limit is the first that does not fit; a break before it keeps all the others.
    let cut =
        text[..].char_indices().take_while(|(at, _)| *at <= limit).filter(breaks).last().map_or(limit, |(at, _)| at);
    Some(shorten(&text[..cut]))
}

/// Reads more of the body until there is enough text. True: the text is all that there is.
fn grow(body: &str, least: usize, enough: impl Fn(&str) -> bool, first: bool) -> (String, bool) {
    let [.., last] = HEADS;
    for step in HEADS {
        let head = head(body, step.max(least.min(last)));
        let whole = head.len() == body.len();
        let text = read(body, head, &enough, first, whole || step == last);
        if whole || step == last || enough(&text) || (first && !text.is_empty()) {
            return (text, whole);
        }
    }
    (String::new(), false)
}

/// The body's beginning up to the first blank line after `least` bytes, or not much more.
fn head(body: &str, least: usize) -> &str {
    if body.len() <= least {
        return body;
    }
    let start = body.floor_char_boundary(least);
    let limit = body.floor_char_boundary(least.saturating_mul(3));
    let window = &body[start..limit];
    match (window.find("\n\n"), window.find("\n\r\n")) {
        (Some(at), None) | (None, Some(at)) => &body[..start + at + 1],
        (Some(a), Some(b)) => &body[..start + a.min(b) + 1],
        (None, None) => &body[..window.rfind([' ', '\n']).map_or(limit, |at| start + at)],
    }
}

/// The text of the paragraphs; if there are none and `any` allows it, of other prose: lists and quotations.
fn read(body: &str, head: &str, enough: &impl Fn(&str) -> bool, first: bool, any: bool) -> String {
    let mut source = Cow::Borrowed(head);
    if head.len() < body.len() && head.contains('[') {
        let carried = definitions(&body[head.len()..]);
        if !carried.is_empty() {
            source.to_mut().push_str(&carried);
        }
    }
    let text = paragraphs(&source, enough, first, false);
    if text.is_empty() && any { paragraphs(&source, enough, first, true) } else { text }
}

fn definitions(rest: &str) -> String {
    let mut found = String::new();
    for line in rest.lines().filter(|line| line.trim_start().starts_with('[') && line.contains("]:")) {
        if found.len() + line.len() > CARRIED {
            break;
        }
        found.push_str("\n\n");
        found.push_str(line.trim_start());
    }
    found
}

fn paragraphs(source: &str, enough: &impl Fn(&str) -> bool, first: bool, any: bool) -> String {
    if guard::admit(source).is_err() {
        return String::new();
    }
    let mut reader = Reader { any, ..Reader::default() };
    for (event, at) in Events::new(source) {
        let is_tilde = |at: usize| !source[at..].starts_with("~~");
        let ended = match event {
            // A single tilde is text, as on the page.
            Event::Start(Tag::Strikethrough) if is_tilde(at.start) => reader.push("~"),
            Event::End(TagEnd::Strikethrough) if is_tilde(at.start) => reader.push("~"),
            Event::Start(tag) => reader.open(tag.to_end()),
            Event::End(tag) => reader.close(tag),
            Event::Text(piece) | Event::Code(piece) => reader.push(&piece),
            Event::SoftBreak | Event::HardBreak => {
                reader.broken = true;
                false
            }
            _ => false,
        };
        if ended && !reader.text.trim().is_empty() {
            reader.broken = true;
            if first || enough(&reader.text) {
                break;
            }
        }
    }
    tidy(&reader.text)
}

#[derive(Default)]
struct Reader {
    text: String,
    /// Whether prose in lists and quotations counts too.
    any: bool,
    /// What is open: paragraphs, lists and quotations, and what holds no prose.
    paragraphs: usize,
    nested: usize,
    skipped: usize,
    /// A line or a paragraph has ended since the last text.
    broken: bool,
}

impl Reader {
    fn push(&mut self, piece: &str) -> bool {
        let prose = self.paragraphs > 0 && self.nested == 0 || self.any && self.paragraphs + self.nested > 0;
        if self.skipped > 0 || !prose {
            return false;
        }
        if std::mem::take(&mut self.broken) && !self.text.is_empty() {
            let wide = |c: Option<char>| c.is_some_and(cjk::is_wide);
            if !(wide(self.text.chars().next_back()) && wide(piece.chars().next())) {
                self.text.push(' ');
            }
        }
        self.text.push_str(piece);
        false
    }

    fn open(&mut self, tag: TagEnd) -> bool {
        match tag {
            TagEnd::Paragraph => self.paragraphs += 1,
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) => {
                self.nested += 1;
                self.broken = true;
            }
            tag if is_skipped(tag) => self.skipped += 1,
            _ => {}
        }
        false
    }

    /// Whether a stretch of prose ends here.
    fn close(&mut self, tag: TagEnd) -> bool {
        match tag {
            TagEnd::Paragraph => self.paragraphs -= 1,
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) => self.nested -= 1,
            tag if is_skipped(tag) => {
                self.skipped -= 1;
                return false;
            }
            _ => return false,
        }
        true
    }
}

fn is_skipped(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::Table
            | TagEnd::Image
    )
}

/// White space collapsed; controls, and characters that would reorder the text around it, removed.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                if !tidy.ends_with(' ') {
                    tidy.push(' ');
                }
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => tidy.push(c),
        }
    }
    tidy
}

/// Where a text has had `enough`; `None` if it has no more than that.
fn word_cut(text: &str, enough: usize) -> Option<usize> {
    let (mut used, mut in_word) = (0, false);
    for (at, c) in text.char_indices() {
        let wide = cjk::is_wide(c);
        let worth = match wide {
            true if cjk::is_punctuation(c) => 0,
            true => WIDE,
            false if c.is_whitespace() || in_word => 0,
            false => WORD,
        };
        in_word = !wide && !c.is_whitespace();
        used += worth;
        if used > enough {
            return Some(at);
        }
    }
    None
}

/// A text that was cut: without what only leads to the next word, and with the sign.
fn shorten(text: &str) -> String {
    let leads = |c: char| c.is_whitespace() || ",;:([{\u{2013}\u{2014}、，；：（「『【〈《“‘".contains(c);
    format!("{}…", text.trim_end_matches(leads))
}
