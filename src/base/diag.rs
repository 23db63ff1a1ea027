//! Diagnostics: what is wrong, where, and how to fix it. They are plain values and must not know how they are printed.
//!
//! `shell/report/` prints a [`Diagnostic`] (excerpts, colours, JSON), and computes lines and columns. All problems of
//! a run are collected; the first one never hides the others.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The severity. An error stops a build before anything is written; a warning does not, except with `--strict`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    Error,
    Warning,
}

/// A place in an input file: its path relative to the site's root (`/`-separated) and a byte range.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub file: Arc<str>,
    pub range: ByteRange,
}

/// A half-open byte range with an order (unlike [`Range`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ByteRange {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// Creates the span of `range` in `file`.
    pub fn new(file: &Arc<str>, range: Range<usize>) -> Span {
        Span { file: file.clone(), range: ByteRange { start: range.start, end: range.end } }
    }

    /// Creates a span at the start of a file, for problems of the whole file.
    pub fn file(file: impl Into<Arc<str>>) -> Span {
        Span { file: file.into(), range: ByteRange { start: 0, end: 0 } }
    }
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// The code: words joined by hyphens, stable across versions, such as `invalid-date`.
    pub code: Cow<'static, str>,
    /// One line that names the value.
    pub message: String,
    pub at: Option<Span>,
    /// A short text beside the marked place: what was expected.
    pub label: String,
    /// How many more times the problem occurred with other notes.
    pub others: usize,
    /// Further places and remarks.
    pub notes: Vec<(Option<Span>, String)>,
    /// How to fix the problem.
    pub help: Option<String>,
    /// Whether to hide the source lines, because they may contain a secret.
    pub bare: bool,
}

/// All problems of a stage or a run.
pub type Diagnostics = Vec<Diagnostic>;

impl Diagnostic {
    /// Creates an error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message.into())
    }

    /// Creates a warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, message: String) -> Diagnostic {
        Diagnostic {
            severity,
            code: code.into(),
            message,
            at: None,
            label: String::new(),
            others: 0,
            notes: Vec::new(),
            help: None,
            bare: false,
        }
    }

    /// Sets the place. `label` is printed beside it and says what was expected.
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.at = Some(span);
        self.label = label.into();
        self
    }

    /// Prints the place without its source lines.
    pub fn bare(mut self) -> Diagnostic {
        self.bare = true;
        self
    }

    /// Adds a remark, or another place with a remark.
    pub fn note(mut self, at: Option<Span>, text: impl Into<String>) -> Diagnostic {
        // Most have one, and a site may have thousands of problems.
        self.notes.reserve_exact(1);
        self.notes.push((at, text.into()));
        self
    }

    /// Sets the help.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// Adds help, if there is any.
    pub fn maybe_help(mut self, text: Option<String>) -> Diagnostic {
        self.help = text.or(self.help);
        self
    }
}

/// Sorts diagnostics by file, place, code and message, and merges those at the same place. A template that fails for a
/// hundred thousand articles gives one diagnostic, which names the first article and counts the rest.
pub fn sort(diagnostics: &mut Diagnostics) {
    diagnostics.sort_by(|a, b| (&a.at, &a.code, &a.message, &a.notes).cmp(&(&b.at, &b.code, &b.message, &b.notes)));
    diagnostics.dedup_by(|b, a| {
        let same = (&a.at, &a.code, &a.message) == (&b.at, &b.code, &b.message);
        if same && a.notes != b.notes {
            a.others += 1;
        }
        same
    });
}

/// Returns whether the diagnostic is an error. With `strict`, warnings are errors, too.
pub fn is_error(diagnostic: &Diagnostic, strict: bool) -> bool {
    strict || diagnostic.severity == Severity::Error
}

/// Counts the errors. With `strict`, warnings count, too.
pub fn count_errors(diagnostics: &[Diagnostic], strict: bool) -> usize {
    diagnostics.iter().filter(|found| is_error(found, strict)).count()
}

/// Returns the candidate nearest to `word` if it is near enough to be a typo (Jaro-Winkler at least 0.8, the threshold
/// of clap's suggestions).
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        // Candidates that differ only in case are nearest.
        let score = match word.eq_ignore_ascii_case(candidate) {
            true => 1.0,
            false => strsim::jaro_winkler(word, candidate),
        };
        if score >= 0.8 && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, c)| c)
}

/// Formats "did you mean `x`?" for the nearest candidate.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|c| format!("did you mean `{c}`?"))
}

/// Quotes a value for a message, cut at 80 characters. Control characters and invisible characters are escaped: the
/// title of an article must not move the terminal's cursor or imitate another title.
pub fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len().min(90) + 2);
    out.push('`');
    for (i, c) in value.chars().enumerate() {
        if i == 80 {
            out.push('…');
            break;
        }
        push_shown(&mut out, c);
    }
    out.push('`');
    out
}

/// Appends a character, or its escape if it is invisible.
pub fn push_shown(out: &mut String, c: char) {
    if is_to_be_shown(c, out.chars().next_back()) { out.extend(c.escape_default()) } else { out.push(c) }
}

/// Formats a value as TOML that can be copied from a message.
pub fn in_toml(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_to_be_shown(c, out.chars().next_back()) => {
                let number = u32::from(c);
                out += &if number > 0xFFFF { format!("\\U{number:08X}") } else { format!("\\u{number:04X}") };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Formats a key as TOML: in quotes if it needs them.
pub fn key_in_toml(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { key.to_owned() } else { in_toml(key) }
}

/// Returns whether a character must be escaped to be visible. Joiners are visible by their effect on their neighbours,
/// in emoji and in words of Persian and Indian languages.
pub fn is_to_be_shown(c: char, before: Option<char>) -> bool {
    let joins = matches!(c, '\u{200C}' | '\u{200D}') && before.is_some_and(|before| !before.is_ascii());
    c.is_control() || is_unprintable(c) || is_bidi_control(c) || is_unseen(c) && !joins
}

/// Returns whether a character is an explicit directional formatting character (UAX #9, 2.4 and 2.5), which can
/// reorder the text around it.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether a character is invisible, or a Unicode line separator. Characters that modify the one before them,
/// such as variation selectors, are not included.
pub fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}')
}

/// Returns whether a character is a control character other than tab and line ends, or a noncharacter. These are parse
/// errors in HTML (WHATWG, 13.2.3.5), and most are forbidden in XML 1.0.
pub fn is_unprintable(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    control || matches!(c, '\u{FDD0}'..='\u{FDEF}') || (c as u32) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_shown() {
        for (value, want) in [
            ("a\u{200b}b", "`a\\u{200b}b`"),
            ("a\u{200d}b\u{ad}", "`a\\u{200d}b\\u{ad}`"),
            ("\u{feff}\u{2028}\u{3164}", "`\\u{feff}\\u{2028}\\u{3164}`"),
            ("👩\u{200d}👩 می\u{200c}خواهم ❤\u{fe0f}", "`👩\u{200d}👩 می\u{200c}خواهم ❤\u{fe0f}`"),
            ("a\u{1b}[2J", "`a\\u{1b}[2J`"),
        ] {
            assert_eq!(quoted(value), want);
        }
        assert_eq!(in_toml("การเมือง \"\\\u{200b}\u{1BCA0}"), "\"การเมือง \\\"\\\\\\u200B\u{1BCA0}\"");
        assert_eq!(in_toml("\u{10FFFF}\n"), "\"\\U0010FFFF\\u000A\"");
    }
}
