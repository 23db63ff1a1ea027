//! Diagnostics: what is wrong, where, and what to do about it. Values only: it must not know how they are printed.
//!
//! A [`Diagnostic`] is a value; printing it (excerpts, colours, JSON) is the business of `shell/report/`, which
//! also computes lines and columns. All problems of a run are collected; the first never hides the rest.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How bad it is. An error stops a build before anything is written; a warning does not (unless `--strict`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    Error,
    Warning,
}

/// A place in an input file: its path relative to the site's root (`/`-separated) and a range of bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub file: Arc<str>,
    pub range: ByteRange,
}

/// A half-open byte range that can be ordered (unlike [`Range`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ByteRange {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// The span of `range` in `file`.
    pub fn new(file: &Arc<str>, range: Range<usize>) -> Span {
        Span { file: file.clone(), range: ByteRange { start: range.start, end: range.end } }
    }

    /// The very start of a file: for problems of the file as a whole.
    pub fn file(file: impl Into<Arc<str>>) -> Span {
        Span { file: file.into(), range: ByteRange { start: 0, end: 0 } }
    }
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Words joined by hyphens, stable across versions: `invalid-date`.
    pub code: Cow<'static, str>,
    /// One line; names the value.
    pub message: String,
    pub at: Option<Span>,
    /// Short text beside the marked place: what was expected.
    pub label: String,
    /// How many more times it occurred, with other notes.
    pub others: usize,
    /// Further places and remarks.
    pub notes: Vec<(Option<Span>, String)>,
    /// What to do.
    pub help: Option<String>,
    /// Whether the lines of its place are never shown, since a secret may stand there.
    pub bare: bool,
}

/// All problems of a stage or a run.
pub type Diagnostics = Vec<Diagnostic>;

impl Diagnostic {
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message.into())
    }

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

    /// Marks the place; `label` stands beside it and says what was expected.
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.at = Some(span);
        self.label = label.into();
        self
    }

    /// Its place is named and its lines are never shown.
    pub fn bare(mut self) -> Diagnostic {
        self.bare = true;
        self
    }

    pub fn note(mut self, at: Option<Span>, text: impl Into<String>) -> Diagnostic {
        self.notes.push((at, text.into()));
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// Adds help only where there is some.
    pub fn maybe_help(mut self, text: Option<String>) -> Diagnostic {
        self.help = text.or(self.help);
        self
    }
}

/// Puts diagnostics into their one order: by file, place, code, message. What is wrong at one place is said once: a
/// template that fails for a hundred thousand articles names the first of them and counts the rest.
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

/// Whether it is an error; with `strict`, warnings are too.
pub fn is_error(diagnostic: &Diagnostic, strict: bool) -> bool {
    strict || diagnostic.severity == Severity::Error
}

/// Number of errors; with `strict`, warnings count too.
pub fn count_errors(diagnostics: &[Diagnostic], strict: bool) -> usize {
    diagnostics.iter().filter(|found| is_error(found, strict)).count()
}

/// The candidate nearest to `word`, if it is near enough to be a slip of the finger (Jaro-Winkler at least 0.8, the
/// threshold that clap uses for its own suggestions).
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        // Capital letters alone are the least of differences.
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

/// "did you mean `x`?" for the nearest candidate.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|c| format!("did you mean `{c}`?"))
}

/// The value as it is quoted in messages: control characters and what nobody sees made visible (an article's title must
/// not be able to move the terminal's cursor, nor look like another), cut at 80 characters.
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

/// Adds a character to a text, or its escape where it would not be seen as itself.
pub fn push_shown(out: &mut String, c: char) {
    if is_to_be_shown(c, out.chars().next_back()) { out.extend(c.escape_default()) } else { out.push(c) }
}

/// The value as it is written in TOML, to be copied from a message.
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

/// Whether a character needs an escape to be seen. Joiners are seen in emoji and in words of Persian and of India, by what
/// they do to their neighbours.
pub fn is_to_be_shown(c: char, before: Option<char>) -> bool {
    let joins = matches!(c, '\u{200C}' | '\u{200D}') && before.is_some_and(|before| !before.is_ascii());
    c.is_control() || is_unprintable(c) || is_bidi_control(c) || is_unseen(c) && !joins
}

/// Explicit directional formatting characters (UAX #9, 2.4 and 2.5), which can reorder the text around them.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters of which nothing is seen, but for those that change how the one before them looks; and line ends of Unicode.
pub fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}')
}

/// Control characters but for tabs and line ends, and code points that are no characters: parse errors in HTML (WHATWG,
/// 13.2.3.5), most of them forbidden in XML 1.0.
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
