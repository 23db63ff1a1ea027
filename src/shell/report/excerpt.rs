//! An excerpt: one line of a text as a terminal shows it, and the marked columns below it. It knows strings and
//! widths only.
//!
//! The width of every character is certain: a tab becomes four blanks, a control or invisible character becomes a
//! visible sign, and characters that some terminals join with others are dropped. Lines that are too long are cut
//! around the marked part.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::base::diag::{is_bidi_control, is_unprintable, is_unseen};

/// Replaces the parts that are cut off.
pub const DOTS: &str = "...";

/// The most zero-width characters to search back over, and to print after the character that they belong to.
const MARKS: usize = 32;

/// A line as it is printed.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub text: String,
    /// The marked columns, counted from 0; never empty.
    pub marks: Vec<Range<usize>>,
}

/// Returns a character as it is printed, and its width in columns. A tab counts as one character.
pub fn shown(c: char) -> (Option<char>, usize) {
    match c {
        '\t' => (Some(' '), 4),
        // The Unicode block of control pictures has them in the same order.
        '\0'..='\x1F' => (char::from_u32(0x2400 + c as u32), 1),
        '\x7F' => (Some('\u{2421}'), 1),
        '\u{AD}' => (Some('-'), 1),
        // Joiners, variation selectors and skin tones: terminals disagree on the width of the result.
        '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' => (None, 0),
        '\u{200C}' => (Some(c), 0),
        _ if is_unprintable(c) || is_bidi_control(c) || is_unseen(c) || c == '\r' => (Some('\u{FFFD}'), 1),
        _ => (Some(c), c.width().unwrap_or(0)),
    }
}

pub fn width_of(c: char) -> usize {
    shown(c).1
}

/// Makes the excerpt of a line with these marked byte ranges, at most `width` columns wide. The ranges must be in
/// the line, at character boundaries, and sorted. A mark at the end of the line means what is missing there.
pub fn excerpt(line: &str, marks: &[Range<usize>], width: usize) -> Excerpt {
    let width = width.max(4 * DOTS.len());
    let first = marks.first().map_or(0, |mark| start_of(line, mark.start));
    let last = marks.iter().map(|mark| mark.end).max().unwrap_or(first);
    let window = window(line, first..last.max(first), width);
    let mut text = String::new();
    if window.start > 0 {
        text.push_str(DOTS);
    }
    let mut column = text.len();
    // The start and the column of each character.
    let mut columns = Vec::new();
    for (at, c) in line[window.clone()].char_indices() {
        let (printed, width) = shown(c);
        columns.push((window.start + at, column));
        column += width;
        let times = if c == '\t' { width } else { 1 };
        text.extend(printed.into_iter().flat_map(|c| std::iter::repeat_n(c, times)));
    }
    columns.push((window.end, column));
    if window.end < line.len() {
        text.push_str(DOTS);
    }
    let column_of = |at: usize| {
        let next = columns.partition_point(|(start, _)| *start < at).min(columns.len() - 1);
        columns[next].1
    };
    let mut shown = Vec::new();
    for mark in marks {
        let start = start_of(line, mark.start);
        // Parts that are cut off have no marks. The end of the line is part of it.
        if start < window.start || start > window.end || (start == window.end && start < line.len()) {
            continue;
        }
        let (from, to) = (column_of(start), column_of(mark.end));
        shown.push(from..to.max(from + 1));
    }
    Excerpt { text, marks: shown }
}

/// Returns the start of the character to which a position belongs. An accent is in its letter's column.
fn start_of(line: &str, at: usize) -> usize {
    let mut start = at;
    let is_mark = |at: usize| line[at..].chars().next().is_some_and(|c| width_of(c) == 0);
    for (before, _) in line[..at].char_indices().rev().take(MARKS) {
        if !is_mark(start) {
            return start;
        }
        start = before;
    }
    if is_mark(start) { at } else { start }
}

/// Returns the part of a line to show.
fn window(line: &str, marked: Range<usize>, width: usize) -> Range<usize> {
    let whole = forwards(line, 0, width);
    if whole == line.len() {
        return 0..whole;
    }
    let inner = width - 2 * DOTS.len();
    let taken = line[marked.start..forwards(line, marked.start, inner).min(marked.end).max(marked.start)].chars();
    let room = inner - taken.map(width_of).sum::<usize>().min(inner);
    // Always show a little of what comes before.
    let mut start = backwards(line, marked.start, (room / 2).max(inner / 8));
    let mut end = forwards(line, start, inner);
    if end == line.len() {
        start = backwards(line, line.len(), inner + DOTS.len()).min(marked.start);
    }
    if start == 0 {
        end = forwards(line, 0, inner + DOTS.len());
    }
    start..end
}

/// Returns the end of what fits into `columns` after a position.
fn forwards(line: &str, from: usize, columns: usize) -> usize {
    let (mut taken, mut marks) = (0, 0);
    for (at, c) in line[from..].char_indices() {
        let width = width_of(c);
        marks = if width == 0 { marks + 1 } else { 0 };
        taken += width;
        if taken > columns || marks > MARKS {
            return from + at;
        }
    }
    line.len()
}

/// Returns the start of what fits into `columns` before a position.
fn backwards(line: &str, to: usize, columns: usize) -> usize {
    let (mut taken, mut marks, mut start) = (0, 0, to);
    for (at, c) in line[..to].char_indices().rev() {
        let width = width_of(c);
        taken += width;
        marks = if width == 0 { marks + 1 } else { 0 };
        if taken > columns || marks > MARKS {
            break;
        }
        // Do not start with an accent without its letter.
        if width > 0 {
            start = at;
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the line, and the marks below it.
    fn printed(line: &str, marked: &str, width: usize) -> (String, String) {
        let at = line.find(marked).expect("the line has what is marked");
        let Excerpt { text, marks } = excerpt(line, std::slice::from_ref(&(at..at + marked.len())), width);
        (text, marks.iter().map(|mark| " ".repeat(mark.start) + &"^".repeat(mark.len())).collect())
    }

    #[test]
    fn marks_stand_below_what_they_mark() {
        let table = [
            ("title = “A”", "“", "title = “A”", "        ^"),
            ("題名: 翻訳", "翻訳", "題名: 翻訳", "      ^^^^"),
            ("\tx\ty", "y", "    x    y", "         ^"),
            ("a\u{7}\u{1b}[31m", "\u{1b}", "a␇␛[31m", "  ^"),
            ("a\u{92}b", "\u{92}", "a\u{FFFD}b", " ^"),
            ("a\u{202E}b", "b", "a\u{FFFD}b", "  ^"),
            ("cafe\u{301} au", "\u{301}", "cafe\u{301} au", "   ^"),
            ("👨\u{200D}👩 x", "x", "👨👩 x", "     ^"),
            ("１２", "２", "１２", "  ^^"),
        ];
        for (line, marked, text, below) in table {
            assert_eq!(printed(line, marked, 80), (text.to_owned(), below.to_owned()), "{line:?}");
        }
        for (line, at, mark) in [("ab", 2..2, 2..3), ("", 0..0, 0..1)] {
            let Excerpt { text, marks } = excerpt(line, std::slice::from_ref(&at), 80);
            assert_eq!((&*text, &*marks), (line, std::slice::from_ref(&mark)));
        }
        assert_eq!(excerpt("a b c", &[0..1, 4..5], 80).marks, [0..1, 4..5]);
    }

    #[test]
    fn long_lines_are_cut_around_their_marks() {
        let line = format!("{}MARK{}", "ab ".repeat(400_000), "翻訳".repeat(100_000));
        let (text, below) = printed(&line, "MARK", 40);
        assert!(text.starts_with("...") && text.ends_with("..."), "{text}");
        let width: usize = text.chars().map(width_of).sum();
        assert!((38..=40).contains(&width), "{width}: {text}");
        assert_eq!(&text[below.find('^').expect("a mark")..][..4], "MARK");
        let line = format!("MARK{}", "x".repeat(100));
        assert_eq!(printed(&line, "MARK", 20), (format!("MARK{}...", "x".repeat(13)), "^^^^".to_owned()));
        let line = format!("{}MARK", "x".repeat(100));
        assert_eq!(printed(&line, "MARK", 20), (format!("...{}MARK", "x".repeat(13)), " ".repeat(16) + "^^^^"));
        let all = "x".repeat(100);
        assert_eq!(printed(&all, &all, 20), (format!("{}...", "x".repeat(17)), "^".repeat(17)));
        // A letter with a megabyte of accents.
        let line = format!("a{}b", "\u{301}".repeat(500_000));
        assert!(printed(&line, "b", 40).0.len() < 400);
    }
}
