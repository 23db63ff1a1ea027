//! Marks at the end of a block: what an author says about its counterpart, and an id that it must have.
//!
//! `<!--^-->`, `<!--=-->`, `<!--+-->` and `<!--#p3a-->`, or `{^}`, `{-}`, `{+}` and `{#p3a}`. A mark is at the end of a
//! text, or alone below the block that it belongs to. In braces it counts only there and is text elsewhere. This file
//! recognizes marks; `events` takes them out of the text, and `mark_places` finds their blocks.

use super::unit::{BlockNumber, Mark};
use memchr::memmem;
use pulldown_cmark::{CowStr, Event};
use std::ops::Range;

const START: &str = "<!--";
const END: &str = "-->";
/// The maximum number of bytes of a mark.
const LENGTH: usize = 64;
/// Brackets as typed, half or full width.
const BRACES: [(char, char); 2] = [('{', '}'), ('｛', '｝')];

/// What a mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkWord {
    Counterpart(Mark),
    Id(BlockNumber),
}

/// A mark that was taken out of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundMark {
    pub(super) at: Range<usize>,
    /// What it says. Nothing if the parser misread the comment.
    pub(super) words: Vec<MarkWord>,
    /// Whether other text follows in the same paragraph, heading or cell.
    pub(super) within: bool,
}

/// Returns whether a body may have a mark. Fast if it has neither comments nor braces.
pub(super) fn may_have(body: &str, hidden: &str) -> bool {
    let mut places = memchr::memchr2_iter(b'<', b'{', body.as_bytes());
    let half = places.any(|at| match body.as_bytes()[at] {
        b'{' => braced(&body[at..]).is_some() || attributes(&body[at..]).is_some(),
        _ => comment(&body[at..]).is_some() || body[at..].starts_with(hidden),
    });
    half || memmem::find_iter(body.as_bytes(), "｛").any(|at| braced(&body[at..]).is_some())
}

/// Reads the words of a mark. All of them must be known.
fn words(inside: &str) -> Option<Vec<MarkWord>> {
    let words: Option<Vec<MarkWord>> = inside.split_whitespace().map(word).collect();
    words.filter(|words| !words.is_empty())
}

fn word(written: &str) -> Option<MarkWord> {
    let typed: String = written.chars().take(LENGTH).map(half_width).collect();
    Some(match &*typed {
        "^" => MarkWord::Counterpart(Mark::Joined),
        "=" | "-" | "\u{2212}" | "\u{2013}" => MarkWord::Counterpart(Mark::Untranslated),
        "+" => MarkWord::Counterpart(Mark::Added),
        id => MarkWord::Id(BlockNumber::parse(id.strip_prefix("#p").or(id.strip_prefix("#P"))?)?),
    })
}

/// Converts a full-width character as typed with Chinese and Japanese keyboards.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// Reads a comment at the start of a text. Returns its length and its words.
fn comment(text: &str) -> Option<(usize, Vec<MarkWord>)> {
    let inside = text.strip_prefix(START)?;
    let inside = &inside[..inside.floor_char_boundary(LENGTH)];
    let inside = &inside[..inside.find(END).filter(|at| *at > 0)?];
    words(inside).map(|words| (START.len() + inside.len() + END.len(), words))
}

/// Returns the words of a comment that is a mark.
pub(super) fn of_comment(html: &str) -> Option<Vec<MarkWord>> {
    comment(html).filter(|(length, _)| *length == html.len()).map(|(_, words)| words)
}

/// Reads a mark in braces at the start of a text. Returns its length and its words.
fn braced(text: &str) -> Option<(usize, Vec<MarkWord>)> {
    let (open, close) = BRACES.into_iter().find(|(open, _)| text.starts_with(*open))?;
    let inside = &text[open.len_utf8()..text.floor_char_boundary(LENGTH)];
    let inside = &inside[..inside.find([close, '\n'])?];
    let length = open.len_utf8() + inside.len() + close.len_utf8();
    // The text may have ended at a line end instead, before any character.
    text[open.len_utf8() + inside.len()..].starts_with(close).then_some(())?;
    words(inside).map(|words| (length, words))
}

/// Returns the words of the marks in the attributes of a heading, `{#id ^}`.
pub(super) fn of_attributes(source: &str) -> Option<(Range<usize>, Vec<MarkWord>)> {
    let bare = source.trim_end().trim_end_matches('#').trim_end();
    let start = bare.strip_suffix('}')?.rfind('{')?;
    attributes(&bare[start..]).map(|marks| (start..bare.len(), marks))
}

/// Reads the marks in attributes at the start of a text.
fn attributes(text: &str) -> Option<Vec<MarkWord>> {
    let inside = &text.strip_prefix('{')?[..text.floor_char_boundary(4 * LENGTH).saturating_sub(1)];
    let inside = &inside[..inside.find(['}', '\n'])?];
    let marks = inside.split_whitespace().filter_map(word);
    let marks: Vec<MarkWord> = marks.filter(|word| matches!(word, MarkWord::Counterpart(_))).collect();
    (!marks.is_empty()).then_some(marks)
}

/// Takes the id of a heading, `{#id}`, from the end of its text, if it was before a mark.
pub(super) fn take_id<'a>(events: &mut [(Event<'a>, Range<usize>)]) -> Option<CowStr<'a>> {
    let Some((Event::Text(text), _)) = events.last_mut() else { return None };
    let (before, id) = text.strip_suffix('}')?.rsplit_once("{#")?;
    let fits = !id.is_empty() && !id.contains(|c: char| c.is_whitespace() || c == '{');
    let (before, id) = fits.then(|| (before.trim_end().to_owned(), CowStr::from(id.to_owned())))?;
    *text = CowStr::from(before);
    Some(id)
}

/// Finds a mark in braces at the end of a text that is at `at` in the body.
fn at_end(body: &str, text: &str, at: &Range<usize>) -> Option<(usize, Vec<MarkWord>)> {
    let bare = text.trim_end();
    let (open, _) = BRACES.into_iter().find(|(_, close)| bare.ends_with(*close))?;
    let window = bare.ceil_char_boundary(bare.len().saturating_sub(LENGTH));
    let start = window + bare[window..].rfind(open)?;
    let (length, words) = braced(&bare[start..]).filter(|(length, _)| start + length == bare.len())?;
    // An escape or a reference is not a mark, and neither is a formula such as `x^{+}`.
    let source = body.get(at.clone()).filter(|source| *source == text)?;
    let before = if start == 0 { &body[..at.start] } else { &source[..start] };
    let formula = before.ends_with(['\\', '^', '_', '$', '{']);
    (!formula && length > 0).then_some((start, words))
}

/// Takes the marks at the end of a stretch of inline events, and the white space before them.
pub(super) fn take_end(body: &str, events: &mut Vec<(Event, Range<usize>)>, found: &mut Vec<FoundMark>) -> bool {
    let (mut left, mut taken) = (events.len(), 0);
    let mut cut = None;
    while left > 0 {
        let (event, at) = &events[left - 1];
        match event {
            Event::InlineHtml(html) => {
                let Some(words) = of_comment(html) else { break };
                found.push(FoundMark { at: at.clone(), words, within: false });
                taken += 1;
                (left, cut) = (left - 1, None);
                events.truncate(left);
            }
            Event::Text(text) => {
                let shown = cut.unwrap_or(text.len());
                let place = at.start..at.start + shown;
                if let Some((start, words)) = at_end(body, &text[..shown], &place) {
                    let end = at.start + text[..shown].trim_end().len();
                    found.push(FoundMark { at: at.start + start..end, words, within: false });
                    taken += 1;
                    events.truncate(left);
                    cut = Some(start);
                } else if !text[..shown].trim().is_empty() {
                    break;
                } else {
                    (left, cut) = (left - 1, None);
                    // Blank text is dropped only if a mark follows it.
                    if taken == 0 {
                        continue;
                    }
                    events.truncate(left);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                left -= 1;
                if taken > 0 {
                    events.truncate(left);
                }
            }
            _ => break,
        }
    }
    if let (Some(cut), Some((Event::Text(text), at))) = (cut, events.last_mut()) {
        let kept = text[..cut].trim_end().to_owned();
        at.end = at.start + kept.len();
        *text = CowStr::from(kept);
    } else if let (true, Some((Event::Text(text), at))) = (taken > 0, events.last_mut()) {
        let kept = text.trim_end().to_owned();
        at.end -= (text.len() - kept.len()).min(at.len());
        *text = CowStr::from(kept);
    }
    taken > 0
}

/// Takes the comments that are marks out of the rest of a stretch.
pub(super) fn take_within(events: &mut Vec<(Event, Range<usize>)>, found: &mut Vec<FoundMark>) {
    events.retain(|(event, at)| {
        let Event::InlineHtml(html) = event else { return true };
        let Some(words) = of_comment(html) else { return true };
        found.push(FoundMark { at: at.clone(), words, within: true });
        false
    });
}

/// Finds the marks in a block of HTML. `place` converts a range in it to one in the body.
pub(super) fn in_block(html: &str, place: impl Fn(Range<usize>) -> Range<usize>, found: &mut Vec<FoundMark>) {
    let mut from = 0;
    while let Some(at) = memmem::find(&html.as_bytes()[from..], START.as_bytes()).map(|at| from + at) {
        from = at + START.len();
        if let Some((length, words)) = comment(&html[at..]) {
            found.push(FoundMark { at: place(at..at + length), words, within: false });
            from = at + length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_typed() {
        for (html, marks) in [
            ("<!--^-->", "^"),
            ("<!-- = -->", "="),
            ("<!--\n+\t-->", "+"),
            ("<!----->", "="),
            ("<!-- \u{2212} -->", "="),
            ("<!--＾-->", "^"),
            ("<!--＃ｐ３ａ-->", "3a"),
            ("<!--^ #P12-->", "^ 12"),
            ("<!-- ^^ -->", ""),
            ("<!---->", ""),
            ("<!-- -->", ""),
            ("<!--#include-->", ""),
            ("<!--^ b-->", ""),
            ("<!--^", ""),
            ("<!--#p3abcd-->", ""),
            ("<!--#p99999999999-->", ""),
        ] {
            let shown = |word: &MarkWord| match word {
                MarkWord::Counterpart(Mark::Joined) => "^".to_owned(),
                MarkWord::Counterpart(Mark::Untranslated) => "=".to_owned(),
                MarkWord::Counterpart(Mark::Added) => "+".to_owned(),
                MarkWord::Id(id) => id.to_string(),
            };
            let words = of_comment(html).unwrap_or_default();
            assert_eq!(words.iter().map(shown).collect::<Vec<_>>().join(" "), marks, "{html}");
        }
        assert!(braced("｛＋｝").is_some() && braced("{ ^ }").is_some());
        assert!(braced("{^").is_none() && braced("{}").is_none() && braced("{^}").is_some_and(|found| found.0 == 3));
        assert_eq!(of_attributes("## A {#b ^} ##\n").map(|found| found.0), Some(5..11));
    }
}
