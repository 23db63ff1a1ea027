//! Reads the start of a body as text without markup: its first words, its first paragraph. It must not make HTML.
//!
//! A listing needs the first words of a hundred thousand bodies, so only the start of a body is parsed. Definitions of
//! references and notes below the cut are appended to it, because otherwise their marks would appear as brackets.

use super::captions;
use super::cjk;
use super::comments;
use super::events::{Events, options};
use super::parser_guard;
use super::ruby::Gloss;
use super::separators;
use crate::base::diag::is_unprintable;
use crate::base::segments::{self, is_unspaced};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::borrow::Cow;

/// The lengths of a body's start that are tried in turn.
const HEADS: [usize; 3] = [600, 6_000, 24_000];
/// The maximum bytes of definitions appended after a cut.
const CARRIED: usize = 64_000;
/// The weight of a word, a wide character, and a character of a script without spaces (two hundred are sixty words).
const WORD: usize = 10;
const WIDE: usize = 4;
const UNSPACED: usize = 3;
/// The maximum number of characters that count as one word.
const LONG: usize = 24;
/// How many characters between words, or consecutive full-width marks, count nothing.
const BETWEEN: usize = 8;
/// How many times longer an excerpt may be if the author chose its end.
const MORE: usize = 4;

pub(super) fn excerpt(body: &str, words: usize) -> Option<String> {
    let may_say_more = comments::may_say_more(body);
    let hidden = comments::hide(body, options());
    let body = &*hidden.text;
    if may_say_more {
        let enough = words.saturating_mul(WORD * MORE);
        let grown = grow(body, words.saturating_mul(10 * MORE), enough, false);
        if let (ReadingEnd::Said, None) = (grown.end, grown.spent) {
            return Some(grown.text);
        }
    }
    let enough = words.saturating_mul(WORD);
    let BodyStart { text, end, spent } = grow(body, words.saturating_mul(10), enough, false);
    match spent {
        Some(cut) => Some(shorten(&text[..cut.place(&text)])),
        None if text.is_empty() => None,
        None if end == ReadingEnd::Cut => Some(shorten(&text)),
        None => Some(text),
    }
}

pub(super) fn first_block(body: &str, chars: usize) -> Option<String> {
    let hidden = comments::hide(body, options());
    let text = grow(&hidden.text, chars.saturating_mul(3), usize::MAX, true).text;
    if text.is_empty() || chars == 0 {
        return None;
    }
    if text.chars().nth(chars).is_none() {
        return Some(text);
    }
    // The character at the limit is the first that does not fit. A break before it keeps all others.
    let limit = text.char_indices().nth(chars - 1).map_or(text.len(), |(at, _)| at);
    let breaks = |(at, c): &(usize, char)| *at > 0 && (c.is_whitespace() || cjk::is_wide(*c));
    let last = text.char_indices().take_while(|(at, _)| *at <= limit).filter(breaks).last();
    let start = last.map_or(0, |(at, _)| at);
    let long = text[start..limit].chars().nth(LONG).is_some() || text[start..limit].contains(is_unspaced);
    let cut = if start == 0 || long { segments::cut(&text, limit) } else { whole(&text, start) };
    Some(shorten(&text[..cut]))
}

/// Why reading ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ReadingEnd {
    /// The body ended.
    Whole,
    /// `<!--more-->` ended it.
    Said,
    /// There was enough text, or too much to continue.
    Cut,
}

/// The start of a body, as much as is needed.
struct BodyStart {
    text: String,
    end: ReadingEnd,
    /// The place where the text is long enough.
    spent: Option<CutPoint>,
}

/// Reads more of the body until there is enough text.
fn grow(body: &str, least: usize, enough: usize, first: bool) -> BodyStart {
    let [.., last] = HEADS;
    for step in HEADS {
        let head = head(body, step.max(least.min(last)));
        let whole = head.len() == body.len();
        let (text, said) = read(body, head, enough, first, whole || step == last);
        let spent = WordCount::default().go_on(&text, enough);
        if said || whole || step == last || spent.is_some() || (first && !text.is_empty()) {
            let end = match () {
                () if said => ReadingEnd::Said,
                () if whole => ReadingEnd::Whole,
                () => ReadingEnd::Cut,
            };
            return BodyStart { text, end, spent };
        }
    }
    BodyStart { text: String::new(), end: ReadingEnd::Cut, spent: None }
}

/// Returns the start of the body up to the first blank line after `least` bytes, or slightly more.
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

/// Returns the text of the paragraphs or, if there are none and `any` allows it, of lists and quotations; and whether
/// it ends at `<!--more-->`.
fn read(body: &str, head: &str, enough: usize, first: bool, any: bool) -> (String, bool) {
    let mut source = Cow::Borrowed(head);
    if head.len() < body.len() && head.contains('[') {
        let carried = definitions(&body[head.len()..]);
        if !carried.is_empty() {
            source.to_mut().push_str(&carried);
        }
    }
    let read = |any, deaf| paragraphs(&source, enough, first, PlainReader { any, deaf, ..PlainReader::default() });
    let mut text = read(false, false);
    if text.1 && text.0.is_empty() {
        // There are no paragraphs before `<!--more-->`. If there is no text at all, ignore it.
        text = read(true, false);
        if text.0.is_empty() {
            text = read(false, true);
        }
    }
    if text.0.is_empty() && any { read(true, true) } else { text }
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

fn paragraphs(source: &str, enough: usize, first: bool, mut reader: PlainReader) -> (String, bool) {
    if parser_guard::admit(source).is_err() {
        return (String::new(), false);
    }
    let (mut said, mut count) = (false, WordCount::default());
    for (event, at) in Events::new(source) {
        let is_tilde = |at: usize| !source[at..].starts_with("~~");
        let ended = match event {
            // A single tilde is text, as on the page.
            Event::Start(Tag::Strikethrough) if is_tilde(at.start) => reader.push("~"),
            Event::End(TagEnd::Strikethrough) if is_tilde(at.start) => reader.push("~"),
            Event::Start(Tag::Paragraph) if reader.captionable && captions::caption(&source[at.start..]).is_some() => {
                reader.captions()
            }
            Event::Start(tag) => reader.open(tag.to_end()),
            Event::End(tag) => reader.close(tag),
            Event::Text(piece) | Event::Code(piece) => reader.push(&piece),
            Event::SoftBreak => reader.breaks(TextBreak::Line),
            Event::HardBreak => reader.breaks(TextBreak::Paragraph),
            Event::InlineMath(tags) => reader.ruby(&tags),
            Event::InlineHtml(html) => reader.html(&html),
            Event::DisplayMath(_) => {
                said = !reader.deaf;
                false
            }
            _ => false,
        };
        if said || ended && !reader.text.trim().is_empty() && (first || count.go_on(&reader.text, enough).is_some()) {
            break;
        }
    }
    (tidy(&reader.text), said)
}

/// What ended since the last text. The greater one wins.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum TextBreak {
    #[default]
    None,
    Line,
    Paragraph,
    /// An item of a list, or a paragraph in a quotation, which needs a separator.
    Item,
}

#[derive(Default)]
struct PlainReader {
    text: String,
    /// Whether text in lists and quotations counts, too.
    any: bool,
    /// Whether to ignore `<!--more-->`.
    deaf: bool,
    /// The open paragraphs, lists and quotations, and elements without text.
    paragraphs: usize,
    nested: usize,
    skipped: usize,
    /// Whether a table just ended, and whether its caption is open.
    captionable: bool,
    caption: bool,
    broken: TextBreak,
    gloss: Gloss,
    /// An open element whose content is not text.
    raw: Option<&'static str>,
}

impl PlainReader {
    fn prose(&self) -> bool {
        let prose = self.paragraphs > 0 && self.nested == 0 || self.any && self.paragraphs + self.nested > 0;
        prose && self.skipped == 0 && self.raw.is_none()
    }

    fn push(&mut self, piece: &str) -> bool {
        if !self.prose() || self.gloss.takes(piece) {
            return false;
        }
        let broken = std::mem::take(&mut self.broken);
        if broken != TextBreak::None && !self.text.is_empty() {
            let wide = |c: Option<char>| c.is_some_and(cjk::is_wide);
            let last = self.text.chars().next_back();
            let joins = wide(last) && wide(piece.chars().next());
            let mark = if broken == TextBreak::Item { separators::between(&self.text) } else { "" };
            self.text.push_str(mark);
            // In Chinese and Japanese, neither the end of a line nor the end of a sentence adds a space.
            let runs_on = broken > TextBreak::Line && mark.is_empty() && !last.is_some_and(cjk::is_punctuation);
            if !joins && !mark.ends_with('；') || runs_on {
                self.text.push(' ');
            }
        }
        self.text.push_str(piece);
        false
    }

    fn breaks(&mut self, with: TextBreak) -> bool {
        self.broken = self.broken.max(with);
        false
    }

    fn ruby(&mut self, tags: &str) -> bool {
        if self.prose() {
            self.gloss.tags(tags, &mut self.text);
        }
        false
    }

    /// Skips tags and the contents of scripts.
    fn html(&mut self, html: &str) -> bool {
        let name = html.trim_start_matches(['<', '/']);
        let is = |raw: &str| {
            let head = name.get(..raw.len()).is_some_and(|head| head.eq_ignore_ascii_case(raw));
            head && !name[raw.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
        };
        match self.raw {
            Some(raw) if html.starts_with("</") && is(raw) => self.raw = None,
            None if !html.starts_with("</") => self.raw = comments::RAW.into_iter().find(|raw| is(raw)),
            _ => {}
        }
        false
    }

    /// Skips the caption of a table.
    fn captions(&mut self) -> bool {
        self.open(TagEnd::Paragraph);
        self.caption = true;
        self.skipped += 1;
        false
    }

    fn open(&mut self, tag: TagEnd) -> bool {
        self.captionable = false;
        match tag {
            TagEnd::Paragraph => self.paragraphs += 1,
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) => {
                self.nested += 1;
                self.breaks(if self.any { TextBreak::Item } else { TextBreak::Paragraph });
            }
            tag if is_skipped(tag) => self.skipped += 1,
            _ => {}
        }
        false
    }

    /// Returns whether a stretch of text ends here.
    fn close(&mut self, tag: TagEnd) -> bool {
        let within = self.nested > 0;
        match tag {
            TagEnd::Paragraph => {
                self.paragraphs -= 1;
                if std::mem::take(&mut self.caption) {
                    self.skipped -= 1;
                    return false;
                }
            }
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) => self.nested -= 1,
            tag if is_skipped(tag) => {
                self.skipped -= 1;
                self.captionable = tag == TagEnd::Table;
                return false;
            }
            _ => return false,
        }
        self.raw = None;
        if !self.text.is_empty() {
            self.breaks(if within && self.any { TextBreak::Item } else { TextBreak::Paragraph });
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

/// Collapses white space, and removes control characters and characters that reorder the text around them.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut rest = text.trim();
    loop {
        // Fast path: copy whole words.
        let (word, after) = rest.split_at(ascii_word(rest, usize::MAX));
        tidy.push_str(word);
        let mut chars = after.chars();
        match chars.next() {
            None => return tidy,
            Some(' ' | '\t' | '\n' | '\r' | '\u{c}') => {
                if !tidy.ends_with(' ') {
                    tidy.push(' ');
                }
            }
            Some('\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {}
            Some(c) if is_unprintable(c) => {}
            Some(c) => tidy.push(c),
        }
        rest = chars.as_str();
    }
}

/// Counts the leading ASCII letters, digits and punctuation, up to `most` bytes.
fn ascii_word(text: &str, most: usize) -> usize {
    text.bytes().take(most).take_while(u8::is_ascii_graphic).count()
}

/// A place where a text is long enough.
struct CutPoint {
    at: usize,
    /// Inside a word, or in a script without spaces.
    within: bool,
}

impl CutPoint {
    /// Returns where to cut.
    fn place(&self, text: &str) -> usize {
        if self.within { segments::cut(text, self.at) } else { whole(text, self.at) }
    }
}

/// Measures the length of a text in word weights. It can continue when the text grows.
#[derive(Default)]
struct WordCount {
    at: usize,
    used: usize,
    /// Characters of the current word, and between words.
    in_word: usize,
    between: usize,
}

impl WordCount {
    /// Returns where the text reaches `enough`, or `None` if it does not. Very long words, such as addresses, and
    /// scripts without spaces are counted by the character.
    fn go_on(&mut self, text: &str, enough: usize) -> Option<CutPoint> {
        if enough == usize::MAX {
            return None;
        }
        while let Some(c) = text[self.at..].chars().next() {
            let word = ascii_word(&text[self.at..], LONG + 1);
            // A word of normal length counts at its first letter.
            let whole = word > 0 && self.in_word + word <= LONG;
            let within = match whole {
                true => self.letters(word),
                false if c.is_ascii_whitespace() => self.space(),
                false if c.is_ascii() => self.letters(1),
                false => self.other(c),
            };
            if self.used > enough {
                return Some(CutPoint { at: self.at, within });
            }
            self.at += if whole { word } else { c.len_utf8() };
        }
        None
    }

    fn other(&mut self, c: char) -> bool {
        let wide = cjk::is_wide(c);
        if c.is_whitespace() && !wide || wide && cjk::is_punctuation(c) {
            self.space()
        } else if wide || is_unspaced(c) {
            (self.in_word, self.between) = (0, 0);
            self.used += if wide { WIDE } else { UNSPACED };
            !wide
        } else {
            self.letter(is_attached(c))
        }
    }

    fn space(&mut self) -> bool {
        (self.in_word, self.between) = (0, self.between + 1);
        self.used += if self.between < BETWEEN { 0 } else { UNSPACED };
        false
    }

    /// Counts letters of a word after its first, at no cost.
    fn letters(&mut self, count: usize) -> bool {
        let within = self.letter(false);
        self.in_word += count - 1;
        within
    }

    /// Counts a letter. Returns whether it is inside a word.
    fn letter(&mut self, attached: bool) -> bool {
        let within = self.in_word >= LONG || attached;
        self.used += match self.in_word {
            0 if !attached => WORD,
            0..LONG => 0,
            _ => UNSPACED,
        };
        (self.in_word, self.between) = (self.in_word + 1, 0);
        within
    }
}

/// Returns whether a mark or joiner belongs to the character before it.
fn is_attached(c: char) -> bool {
    c >= '\u{300}'
        && matches!(c,
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Moves a place between words, or before a wide character, to the start of the character that it would split.
fn whole(text: &str, at: usize) -> usize {
    let starts = |c: char| {
        c < '\u{300}'
            || matches!(c, '\u{370}'..='\u{482}' | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}'
                | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff5e}')
    };
    match text[at..].chars().next() {
        Some(c) if !starts(c) => segments::between_characters(text, at),
        _ => at,
    }
}

/// Ends a cut text with "…", without words or marks that only lead on.
fn shorten(text: &str) -> String {
    let leads = |c: char| c.is_whitespace() || ",;:([{\u{2013}\u{2014}、，；：（「『【〈《“‘،؛·\u{200b}".contains(c);
    format!("{}…", text.trim_end_matches(leads))
}
