//! Splits a file into front matter and body. It must not know which keys exist.
//!
//! TOML is between lines of `+++`, YAML between lines of `---`. Both become the same table with spans. This file also
//! reports files that are not UTF-8, with the place of the first bad byte.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use crate::base::config;
use crate::base::diag::{Diagnostic, Diagnostics, Severity, Span, is_unprintable};
use crate::base::doc::{self, KeyValue};
use crate::base::key_suggestions::FileKind;
use crate::base::reader::Reader;
use crate::base::{limits, problem, syntax_errors, syntax_hints};

/// A file split into its parts.
pub struct SplitFile<'a> {
    pub entries: Vec<KeyValue<'a>>,
    pub yaml: bool,
    /// Problems found in the values themselves.
    pub remarks: Diagnostics,
    /// The place of the opening fence, where missing keys are reported.
    pub fence: std::ops::Range<usize>,
    pub body: &'a str,
    /// The byte where the body starts in the file.
    pub body_at: usize,
}

/// How many control characters of a file are reported; the others are counted. A picture with the name of a text has
/// millions.
const NAMED: usize = 1000;

/// Decodes the text of a file. Returns `None` and reports a problem if the bytes cannot be decoded. Reports every
/// control character and replaces it by a space, so that other problems of the file are found, too.
///
/// Removes a byte order mark and converts line ends to `\n`, so that a checkout on Windows builds the same site. All
/// places refer to the converted text, which reports print.
pub fn text(file: &str, bytes: Vec<u8>, problems: &mut Diagnostics) -> Option<String> {
    let span = |range| Span::new(&file.into(), range);
    if let Some(found) = too_large(file, bytes.len() as u64) {
        problems.push(found);
        return None;
    }
    if is_utf16(&bytes) {
        problems.push(problem::utf16(span(0..1)));
        return None;
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let wrong = error.utf8_error();
            let before = std::str::from_utf8(&error.as_bytes()[..wrong.valid_up_to()]).unwrap_or_default();
            let at = plain(before).len();
            problems.push(problem::invalid_utf8(span(at..at + wrong.error_len().unwrap_or(1))));
            return None;
        }
    };
    let other = match plain(&text) {
        Cow::Borrowed(same) if same.len() == text.len() => None,
        other => Some(other.into_owned()),
    };
    let text = other.unwrap_or(text);
    Some(if has_unprintable(&text) { without_unprintable(&file.into(), &text, problems) } else { text })
}

/// Returns a diagnostic if a text file of this size is too large. Called before the file is read.
pub fn too_large(file: &str, bytes: u64) -> Option<Diagnostic> {
    let (what, most) = most(file);
    (bytes > most as u64).then(|| problem::too_large(Span::file(file), what, bytes, most))
}

/// Returns what kind of text a file is, and its maximum size in bytes.
pub fn most(file: &str) -> (&'static str, usize) {
    match file.split('/').next() {
        _ if file == config::FILE => ("site.toml", limits::SITE_BYTES),
        Some("content") => ("a text", limits::TEXT_BYTES),
        Some("static") => ("a rules file", limits::RULES_BYTES),
        Some("themes" | "templates" | "i18n") => ("a theme file", limits::THEME_BYTES),
        _ => ("a text", limits::TEXT_BYTES),
    }
}

/// Returns whether a text is UTF-16: it has a byte order mark, or zero bytes between Latin letters.
fn is_utf16(bytes: &[u8]) -> bool {
    let zeros = |first: usize| bytes.len() >= 8 && bytes.iter().skip(first).step_by(2).take(4).all(|b| *b == 0);
    bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || (zeros(0) != zeros(1))
}

/// Replaces each byte of a control character by a space, so that places do not move.
fn without_unprintable(file: &Arc<str>, text: &str, problems: &mut Diagnostics) -> String {
    let mut out = String::with_capacity(text.len());
    let mut named = Diagnostics::new();
    for (at, c) in text.char_indices() {
        let len = c.len_utf8();
        if !is_unprintable(c) {
            out.push(c);
            continue;
        }
        out.extend(std::iter::repeat_n(' ', len));
        if named.len() < NAMED {
            named.push(problem::control_character(Span::new(file, at..at + len), "the text", c));
        } else if let Some(last) = named.last_mut() {
            last.others += 1;
        }
    }
    problems.extend(named);
    out
}

/// Returns whether a text has a character that no page can contain. Compares most bytes a word at a time.
fn has_unprintable(text: &str) -> bool {
    let bytes = text.as_bytes();
    let low = |b: &u8| (*b < 0x20 && !matches!(b, b'\t' | b'\n')) || *b == 0x7F;
    // Without an early exit in the inner loop, the compiler can compare many bytes at once.
    if bytes.chunks(256).any(|chunk| chunk.iter().fold(false, |found, b| found | low(b))) {
        return true;
    }
    // U+0080 to U+009F start with C2, noncharacters with EF or F0 to F4.
    memchr::memchr3_iter(0xC2, 0xEF, 0xF0, bytes).any(|at| text[at..].starts_with(is_unprintable))
}

/// Removes a byte order mark and converts line ends to `\n`.
pub fn plain(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(text) }
}

/// Splits a text. Reports every syntax error.
pub fn split<'a>(file: &Arc<str>, text: &'a str) -> Result<SplitFile<'a>, Diagnostics> {
    let first_end = text.find('\n').map_or(text.len(), |i| i + 1);
    let first = text[..first_end].trim_end();
    let (fence, toml) = match first {
        "+++" => ("+++", true),
        "---" => ("---", false),
        _ => {
            let help = syntax_hints::without_front_matter(text, FileKind::of(file));
            return Err(vec![problem::no_front_matter(Span::new(file, 0..first.len()), help)]);
        }
    };
    let opening = 0..3;
    let Some((end, body_at)) = closing(text, first_end, fence) else {
        let found = problem::unclosed_front_matter(Span::new(file, opening), fence);
        return Err(vec![found.maybe_help(syntax_hints::nearly_closed(text, first_end, fence))]);
    };
    let head = &text[first_end..end];
    let parsed = if toml { doc::parse_toml(head, first_end) } else { doc::parse_yaml(head, first_end) };
    match parsed {
        Ok(entries) => Ok(SplitFile {
            remarks: if toml { Vec::new() } else { syntax_hints::comments(file, text, &entries) },
            entries,
            yaml: !toml,
            fence: opening,
            body: &text[body_at..],
            body_at,
        }),
        Err(_) if syntax_hints::is_other_language(head, !toml) => {
            Err(vec![problem::other_language(Span::new(file, opening), toml)])
        }
        Err(errors) => Err(syntax_errors::all(file, text, FileKind::of(file), !toml, &errors)),
    }
}

/// Returns the start of the closing fence, and the start of the next line.
fn closing(text: &str, from: usize, fence: &str) -> Option<(usize, usize)> {
    let mut at = from;
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |i| at + i + 1);
        if text[at..end].trim_end() == fence {
            return Some((at, end));
        }
        at = end;
    }
    None
}

/// Opens a reader of the front matter, in which unknown keys are warnings.
pub fn reader<'r, 'a>(
    file: &'r Arc<str>,
    parts: &'r SplitFile<'a>,
    problems: &'r RefCell<Diagnostics>,
) -> Reader<'r, 'a> {
    problems.borrow_mut().extend(parts.remarks.iter().cloned());
    Reader::new(file, &parts.entries, parts.fence.clone(), Severity::Warning, problems)
        .of(FileKind::of(file), parts.yaml)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_ok(text: &str) -> SplitFile<'_> {
        split(&"a.md".into(), text).unwrap_or_else(|e| panic!("{e:?}"))
    }

    #[test]
    fn splits() {
        let text = "+++\ntitle = \"x\"\n+++\n\nBody\n";
        let parts = split_ok(text);
        assert_eq!((parts.body, parts.entries.len()), ("\nBody\n", 1));
        assert_eq!(&text[parts.body_at..], parts.body);
        let windows = plain("\u{FEFF}---\r\ntitle: x\r\n---\r\nBody\r\n");
        assert_eq!(split_ok(&windows).body, "Body\n");
        assert_eq!(split_ok("+++\n+++").body, "");
    }

    #[test]
    fn every_control_character_is_named_in_one_run() {
        let mut problems = Diagnostics::new();
        let bytes = "\u{FEFF}a\u{7}\r\nb\u{92}\u{FFFE}\u{10FFFF}c\t";
        let text = text("a.md", bytes.into(), &mut problems);
        assert_eq!(text.as_deref(), Some("a \nb         c\t"));
        let places: Vec<(usize, usize)> =
            problems.iter().filter_map(|found| found.at.as_ref()).map(|at| (at.range.start, at.range.end)).collect();
        assert_eq!(places, [(1, 2), (4, 6), (6, 9), (9, 13)]);
        // A binary file.
        let mut problems = Diagnostics::new();
        super::text("a.md", vec![7; limits::TEXT_BYTES], &mut problems);
        assert_eq!((problems.len(), problems[NAMED - 1].others), (NAMED, limits::TEXT_BYTES - NAMED));
    }

    #[test]
    fn a_byte_that_is_no_text_is_named_where_it_is_printed() {
        let mut problems = Diagnostics::new();
        assert_eq!(text("a.md", b"\xEF\xBB\xBFa\r\nb\xFF".to_vec(), &mut problems), None);
        assert_eq!(problems[0].at.as_ref().map(|at| (at.range.start, at.range.end)), Some((3, 4)));
    }

    #[test]
    fn names_what_is_missing() {
        let code = |text: &str| split(&"a.md".into(), text).map(|_| ()).unwrap_err().remove(0).code;
        assert_eq!(code("Body"), "no-front-matter");
        assert_eq!(code(""), "no-front-matter");
        assert_eq!(code("+++\ntitle = 1\n"), "unclosed-front-matter");
        assert_eq!(code("+++\ntitle = = 1\n+++\n"), "invalid-toml");
        assert_eq!(code("+++\ndate = 2021-13-24\n+++\n"), "invalid-date");
        assert_eq!(code("---\na: [\n---\n"), "invalid-yaml");
    }
}
