//! Remarks on lines of `_redirects` or `_headers` that a host, or the preview, does not follow. Values only; the
//! shell prints them.

use std::fmt;
use std::ops::Range;

/// A line that is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// `_redirects` or `_headers`.
    pub file: &'static str,
    /// The line number, counted from 1.
    pub line: usize,
    /// Its byte range in the file, without surrounding white space.
    pub at: Range<usize>,
    pub why: RemarkReason,
}

/// Why a line is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemarkReason {
    pub text: String,
    /// Whether only the preview does not follow it, while the host may.
    pub only_here: bool,
}

impl From<&str> for RemarkReason {
    fn from(text: &str) -> RemarkReason {
        RemarkReason { text: text.to_owned(), only_here: false }
    }
}

impl From<String> for RemarkReason {
    fn from(text: String) -> RemarkReason {
        RemarkReason { text, only_here: false }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}: {}", self.file, self.line, self.why.text)
    }
}

/// A line of a rule file.
#[derive(Clone, Debug)]
pub struct RuleLine<'t> {
    /// The whole line, and the line without surrounding white space.
    pub whole: &'t str,
    pub words: &'t str,
    number: usize,
    start: usize,
}

impl RuleLine<'_> {
    pub fn remark(&self, file: &'static str, why: RemarkReason) -> Remark {
        let start = self.start + self.whole.len() - self.whole.trim_start().len();
        Remark { file, line: self.number, at: start..start + self.words.len(), why }
    }

    /// Checks that the line is not longer than a host's limit in characters.
    pub fn check_length(&self, most: Option<usize>) -> Result<(), String> {
        match most.filter(|most| self.words.encode_utf16().count() > *most) {
            Some(most) => Err(format!("it is longer than {most} characters")),
            None => Ok(()),
        }
    }
}

/// Returns the lines of a text that are neither empty nor comments.
pub fn lines(text: &str) -> impl Iterator<Item = RuleLine<'_>> {
    let mut start = 0;
    let all = text.split_inclusive('\n').zip(1..).map(move |(line, number)| {
        let line = RuleLine { whole: line, words: line.trim(), number, start };
        start += line.whole.len();
        line
    });
    all.filter(|line| !line.words.is_empty() && !line.words.starts_with('#'))
}
