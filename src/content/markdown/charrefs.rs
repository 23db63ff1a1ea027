//! Numeric character references, judged by the characters that readers get.
//!
//! The parser decodes `&#146;` to a control character in U+0080 to U+009F. HTML maps these to windows-1252, the
//! encoding of many old texts, and so does this file. A reference to a character that no page or feed can contain is
//! reported, just like the character itself. The same applies to addresses and titles of links, and to raw HTML, which
//! a browser decodes.

use super::problem::{MarkdownProblem, ProblemKind};
use crate::base::diag::{is_bidi_control, is_unprintable};
use std::ops::Range;

/// Returns whether a body may have such references.
pub(super) fn may_have(body: &str) -> bool {
    memchr::memchr_iter(b'&', body.as_bytes()).any(|at| body[at..].starts_with("&#"))
}

/// The maximum number of reported problems.
const MOST: usize = 1_000;
/// The meaning in HTML of references to U+0080 to U+009F. U+FFFD marks those without a meaning.
const WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', //
    '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

/// Returns the character that a decoded reference means.
fn meant(c: char) -> char {
    match c {
        '\u{80}'..='\u{9f}' => WINDOWS[c as usize - 0x80],
        '\r' => '\n',
        c if is_unprintable(c) => '\u{fffd}',
        c => c,
    }
}

/// Returns what is wrong with a reference to this number.
fn fault(number: u32, written: &str) -> Option<ProblemKind> {
    let bad = || Some(ProblemKind::BadReference(written.to_owned(), number));
    match char::from_u32(number) {
        None | Some('\0') => bad(),
        Some('\r') => None,
        Some(c) if is_bidi_control(c) => Some(ProblemKind::BidiOverride),
        Some(c) if is_unprintable(c) && (!(0x80..0xa0).contains(&number) || meant(c) == '\u{fffd}') => bad(),
        Some(_) => None,
    }
}

/// Corrects a decoded text and reports problems of its references. `at` is its place in `body`: for an address or
/// title, the whole link. Returns `None` for texts that do not change, which is nearly all.
pub(super) fn mend(text: &str, body: &str, at: &Range<usize>, found: &mut Vec<MarkdownProblem>) -> Option<String> {
    let odd = |c: char| is_unprintable(c) || is_bidi_control(c) || matches!(c, '\r' | '\u{fffd}');
    if !text.contains(odd) {
        return None;
    }
    let source = &body[at.clone()];
    // The text of a link is checked separately.
    let from = source.rfind("](").unwrap_or(0);
    let known = found.len();
    judge(&source[from..], at.start + from, false, found);
    let decoded = from > 0 || source.starts_with("&#");
    if found.len() == known && !decoded && !judge_definitions(body, found) {
        // The reference is elsewhere: report it at the whole link.
        let number = text.chars().find(|&c| c != '\u{fffd}' && fault(c as u32, "").is_some());
        if let Some(kind) = number.and_then(|c| fault(c as u32, &format!("&#{};", c as u32))) {
            found.push(MarkdownProblem { at: at.clone(), kind });
        }
    }
    Some(text.chars().map(meant).collect())
}

/// Reports problems in link definitions, which are separate from the links. Returns whether there are any.
fn judge_definitions(body: &str, found: &mut Vec<MarkdownProblem>) -> bool {
    let (mut there, mut from) = (Vec::new(), 0);
    for line in body.split_inclusive('\n') {
        if line.trim_start_matches([' ', '>', '-', '*', '\t']).starts_with('[') && line.contains("]:") {
            judge(line, from, false, &mut there);
        }
        from += line.len();
    }
    let any = !there.is_empty();
    there.retain(|new| !found.iter().any(|known| known.at == new.at));
    found.append(&mut there);
    any
}

/// Returns whether a piece of HTML has a reference with a problem.
pub(super) fn is_faulty(html: &str) -> bool {
    let mut found = Vec::new();
    judge(html, 0, true, &mut found);
    !found.is_empty()
}

/// Reports problems of all references in a source that starts at `from`. In HTML the semicolon is optional.
pub(super) fn judge(source: &str, from: usize, html: bool, found: &mut Vec<MarkdownProblem>) {
    for start in memchr::memmem::find_iter(source.as_bytes(), b"&#") {
        if found.len() >= MOST {
            return;
        }
        let rest = &source[start + 2..];
        let hex = rest.starts_with(['x', 'X']);
        let digits = &rest[usize::from(hex)..];
        let fits = |c: char| if hex { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
        let digits = &digits[..digits.find(|c| !fits(c)).unwrap_or(digits.len())];
        let length = 2 + usize::from(hex) + digits.len();
        let closed = source[start + length..].starts_with(';');
        let most = if hex { 6 } else { 7 };
        if digits.is_empty() || !(html || closed && digits.len() <= most) {
            continue;
        }
        let number = u32::from_str_radix(digits, if hex { 16 } else { 10 }).unwrap_or(u32::MAX);
        let end = start + length + usize::from(closed);
        let at = from + start..from + end;
        if let Some(kind) = fault(number, &source[start..end])
            && !found.iter().any(|known| known.at == at)
        {
            found.push(MarkdownProblem { at, kind });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for number in 0..0x11_0010 {
            let kind = fault(number, "x");
            let text = char::from_u32(number).map(meant);
            match kind {
                Some(ProblemKind::BadReference(_, _)) => assert!(text.is_none_or(|c| c == '\u{fffd}' || c == '\0')),
                Some(_) => assert!(matches!(number, 0x202a..=0x202e | 0x2066..=0x2069)),
                None => assert!(text.is_some_and(|c| !is_unprintable(c) && c != '\r'), "{number:x}"),
            }
        }
    }

    #[test]
    fn places() {
        let mut found = Vec::new();
        judge("a &#8; &#x202E; &#146; &#129; &#1 &#x; &#99999999; &#xD800;", 10, false, &mut found);
        let at: Vec<_> = found.iter().map(|p| p.at.clone()).collect();
        assert_eq!(at, [12..16, 17..25, 33..39, 61..69]);
        found.clear();
        let body = "[x] [x]\n\n[x]: https://e.org/a&#0;b";
        for at in [0..3, 4..7] {
            mend("https://e.org/a\u{fffd}b", body, &at, &mut found);
        }
        assert_eq!(found.iter().map(|p| p.at.clone()).collect::<Vec<_>>(), std::slice::from_ref(&(29..33)));
        found.clear();
        judge("&#1 &#129", 0, true, &mut found);
        assert_eq!(found.len(), 2);
    }
}
