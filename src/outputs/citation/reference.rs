//! What a reference says. It must not know formats.

use std::borrow::Cow;

use crate::base::byte_search;
use crate::base::date::Day;
use crate::content::article::ArticleKind;
use crate::content::name_parts::NameParts;

/// A reference to a text of the archive.
#[derive(Debug, Hash)]
pub struct Reference<'a> {
    /// Names it in files: the article's id.
    pub id: Cow<'a, str>,
    pub title: &'a str,
    pub authors: Vec<NameParts<'a>>,
    /// Who translated or summarised it.
    pub translators: Vec<NameParts<'a>>,
    pub work: Work,
    /// The names of its sources.
    pub newspaper: Cow<'a, str>,
    /// The day on which its source printed it.
    pub date: Day,
    pub place: PlaceInSource<'a>,
    /// The labels of its section and all that contain it.
    pub section: Cow<'a, str>,
    /// The language of the text.
    pub language: &'a str,
    /// The headline of the original and the original's language.
    pub original_title: Option<&'a str>,
    pub original_language: Option<&'a str>,
    /// The title of the site.
    pub archive: &'a str,
    pub url: Option<String>,
}

/// What its translators did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Work {
    Translation,
    Summary,
}

impl Work {
    pub fn of(kind: ArticleKind) -> Work {
        match kind {
            ArticleKind::Translation | ArticleKind::Original => Work::Translation,
            ArticleKind::Summary | ArticleKind::Digest => Work::Summary,
        }
    }
}

/// Where in its source the original appeared, without words such as "page".
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub struct PlaceInSource<'a> {
    pub pages: Option<&'a str>,
    pub issue: Option<&'a str>,
    pub edition: Option<&'a str>,
}

impl<'a> PlaceInSource<'a> {
    /// Takes the place as front matter spells it: `pp. 1, 4-7`, `No. 1677`, `evening edition`.
    pub fn new(page: Option<&'a str>, issue: Option<&'a str>, edition: Option<&'a str>) -> PlaceInSource<'a> {
        let some = |text: &'a str| Some(text.trim()).filter(|text| !text.is_empty());
        PlaceInSource {
            pages: page.and_then(|page| some(without_word(page, &["pages", "page", "pp", "p"]))),
            issue: issue.and_then(|issue| some(without_word(issue, &["number", "issue", "no", "nr"]))),
            edition: edition.and_then(|edition| some(without_end(edition.trim(), &[" edition", " ed."]))),
        }
    }
}

/// Removes a word and its point from the start of a text that continues with something else.
fn without_word<'a>(text: &'a str, words: &[&str]) -> &'a str {
    let text = text.trim();
    let rest = words.iter().find_map(|word| {
        let start = text.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word))?;
        let rest = &text[start.len()..];
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        let divided = rest.starts_with([' ', '\u{a0}']) || rest.starts_with(|c: char| c.is_ascii_digit());
        divided.then(|| rest.trim_start()).filter(|rest| !rest.is_empty())
    });
    rest.unwrap_or(text)
}

/// Removes the word "edition" from the end of a text that has more.
fn without_end<'a>(text: &'a str, ends: &[&str]) -> &'a str {
    let cut = |end: &&str| {
        let at = text.len().checked_sub(end.len()).filter(|at| *at > 0 && text.is_char_boundary(*at))?;
        text[at..].eq_ignore_ascii_case(end).then(|| &text[..at])
    };
    ends.iter().find_map(cut).unwrap_or(text)
}

/// Removes what would divide a line or break a file: control characters, line separators and runs of spaces become a
/// space each.
pub fn on_one_line(text: &str) -> Cow<'_, str> {
    if is_on_one_line(text) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\u{2028}' | '\u{2029}' if line.is_empty() || line.ends_with(' ') => {}
            ' ' | '\u{2028}' | '\u{2029}' => line.push(' '),
            c if c.is_control() => {
                if !line.is_empty() && !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            c => line.push(c),
        }
    }
    line.truncate(line.trim_end_matches(' ').len());
    Cow::Owned(line)
}

/// Returns whether a text surely needs no change. The two bytes begin the characters that may be controls and line
/// separators.
fn is_on_one_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let may_change = |byte: u8| (byte < b' ') | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xe2);
    // Without a branch, the compiler turns the fold into vector instructions.
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    byte_search::find_where(bytes, may_change).is_none()
        && !pairs.fold(false, |any, (a, b)| any | ((*a == b' ') & (*b == b' ')))
        && !(text.starts_with(' ') || text.ends_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_before_numbers_are_left_out() {
        let place = |page, issue, edition| PlaceInSource::new(Some(page), Some(issue), Some(edition));
        let same =
            |pages, issue, edition| PlaceInSource { pages: Some(pages), issue: Some(issue), edition: Some(edition) };
        assert_eq!(place("p. 27", "No. 1677", "evening edition"), same("27", "1677", "evening"));
        assert_eq!(place("pp. 1, 4-7", "12", "Evening"), same("1, 4-7", "12", "Evening"));
        assert_eq!(place("A4", "Nordic", "edition"), same("A4", "Nordic", "edition"));
        assert_eq!(place("p.3", "no", "第2版"), same("3", "no", "第2版"));
        assert_eq!(place("Pages 2–3", "ぬ", "é edition"), same("2–3", "ぬ", "é"));
        assert_eq!(PlaceInSource::new(Some(" "), None, Some("")), PlaceInSource::default());
    }

    #[test]
    fn texts_are_on_one_line() {
        for (text, line) in [
            ("a", "a"),
            (" a\n\tb ", "a b"),
            ("a\u{2028}b", "a b"),
            ("a  b", "a b"),
            ("\u{1}", ""),
            ("a\u{3000}“b” ", "a\u{3000}“b”"),
        ] {
            assert_eq!(on_one_line(text), line, "{text:?}");
        }
    }
}
