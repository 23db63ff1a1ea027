//! Slugs, percent-encoding, URLs and output paths of pages, and rules for paths in `public/`. It works on strings and
//! must not look at the disk.
//!
//! An *address* is the decoded path of a page below the site's root, without leading or trailing slash
//! (`2021/03/24/slug`; empty for the home page). [`Urls`] converts it to hrefs and output paths for the site's base
//! path and permalink style. [`check_output_path`] validates an output path before anything is written.

use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;

use super::diag::{is_unprintable, is_unseen};
use super::letter_case::CaseMapping;
use super::reserved;

/// Converts a label to an id: NFC, lower case; keeps letters, marks and digits of every script, drops apostrophes, and
/// replaces every other run of characters by one hyphen. Nothing is transliterated: pinyin would be wrong for
/// Japanese.
pub fn slug(text: &str) -> String {
    slug_in(text, CaseMapping::Plain)
}

/// Converts a label to an id with the case rules of a language.
pub fn slug_in(text: &str, letters: CaseMapping) -> String {
    let text = &*letters.prepare(text);
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    if text.is_ascii() {
        // Fast path for ASCII, which covers most names: nothing can compose.
        for c in text.bytes().filter(|c| *c != b'\'') {
            if c.is_ascii_alphanumeric() || (c == b'_' && !out.is_empty()) {
                if gap && !out.is_empty() {
                    out.push('-');
                }
                gap = false;
                out.push(c.to_ascii_lowercase().into());
            } else {
                gap = true;
            }
        }
        return out;
    }
    let dropped = |c: &char| matches!(c, '\'' | '’' | 'ʼ' | '\u{200C}' | '\u{200D}' | '\u{FEFF}');
    // Drop characters before NFC, because their neighbours may then compose.
    for c in text.chars().filter(|c| !dropped(c)).nfc().flat_map(char::to_lowercase).nfc() {
        if c.is_alphanumeric() || is_mark(c) || (c == '_' && !out.is_empty()) {
            if gap && !out.is_empty() {
                out.push('-');
            }
            gap = false;
            out.push(c);
        } else {
            gap = true;
        }
    }
    out
}

/// Returns whether a label has an id.
pub fn has_slug(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() && !is_invisible(c))
}

/// Returns whether a character is invisible: Unicode's `Default_Ignorable_Code_Point`.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Returns whether a character is a joiner. Words of Persian and Indian languages need joiners.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Checks that a text chosen for an address has no invisible characters. `Err` explains the problem.
pub fn check_visible(text: &str) -> Result<(), String> {
    let unseen = |c: char| is_invisible(c) || is_unseen(c);
    if text.chars().all(|c| unseen(c) || c.is_whitespace()) {
        return Err("all its characters are invisible".to_owned());
    }
    // A joiner affects the character before it. European letters never need one.
    let mut before = 'a';
    for c in text.chars() {
        if unseen(c) && !(is_joiner(c) && before >= '\u{590}' && !text.ends_with(is_joiner)) {
            return Err(format!("it contains the invisible character U+{:04X}", c as u32));
        }
        before = c;
    }
    Ok(())
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Directory style `/a/b/` (file `a/b/index.html`) or file style `/a/b.html`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlStyle {
    Directory,
    File,
}

/// Creates the hrefs and output paths of a site.
#[derive(Clone, Debug)]
pub struct Urls {
    /// Scheme, host and base path without the final slash; `None` if the site has no `base_url`.
    pub base_url: Option<String>,
    /// The path of `base_url` without the final slash: empty or `/sub`.
    pub base_path: String,
    pub style: UrlStyle,
}

impl Urls {
    /// Returns the root-relative, percent-encoded URL of the page at `address`.
    pub fn page(&self, address: &str) -> String {
        let mut out = String::with_capacity(self.base_path.len() + address.len() + 8);
        out.push_str(&self.base_path);
        out.push('/');
        encode_path(address, &mut out);
        if !address.is_empty() {
            out.push_str(match self.style {
                UrlStyle::Directory => "/",
                UrlStyle::File => ".html",
            });
        }
        out
    }

    /// Returns an alias without the base path, if it is the page's own address written with the base path.
    pub fn below_base<'a>(&self, alias: &'a str, address: &str) -> &'a str {
        let base = self.base_path.trim_start_matches('/');
        let below = alias.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')).filter(|_| !base.is_empty());
        let own = |below: &&str| match self.style {
            UrlStyle::Directory => below.trim_end_matches('/').trim_end_matches("/index.html") == address,
            UrlStyle::File => below.strip_suffix(".html") == Some(address),
        };
        below.filter(own).unwrap_or(alias)
    }

    /// Returns the output path of the page at `address`.
    pub fn page_file(&self, address: &str) -> String {
        match (self.style, address) {
            (_, "") => "index.html".to_owned(),
            (UrlStyle::Directory, _) => [address, "/index.html"].concat(),
            (UrlStyle::File, _) => [address, ".html"].concat(),
        }
    }

    /// Returns the root-relative URL of a file that is not a page: `feed.xml`, `recto.css`.
    pub fn file(&self, path: &str) -> String {
        let mut out = String::with_capacity(self.base_path.len() + path.len() + 8);
        out.push_str(&self.base_path);
        out.push('/');
        encode_path(path, &mut out);
        out
    }

    /// Converts a root-relative destination, written in directory style without the base path, to a URL: `/tags/x/#p2`
    /// becomes `/sub/tags/x.html#p2`. Returns other destinations unchanged.
    pub fn resolve(&self, dest: &str) -> String {
        if !dest.starts_with('/') || dest.starts_with("//") {
            return dest.to_owned();
        }
        let (path, rest) = dest.split_at(dest.find(['?', '#']).unwrap_or(dest.len()));
        let page = path.strip_suffix('/').filter(|page| self.style == UrlStyle::File && !page.is_empty());
        let path = page.map_or(path.to_owned(), |page| format!("{page}.html"));
        format!("{}{path}{rest}", self.base_path)
    }

    /// Returns the absolute form of a root-relative URL of this site; `None` if the site has no `base_url`.
    pub fn absolute(&self, url: &str) -> Option<String> {
        let base = self.base_url.as_ref()?;
        Some(format!("{base}{}", url.strip_prefix(&self.base_path).unwrap_or(url)))
    }
}

/// Appends `path`, percent-encoded for the path of a URL (all except RFC 3986 `pchar` and `/`).
pub fn encode_path(path: &str, out: &mut String) {
    let bytes = path.as_bytes();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| !IN_PATHS[**byte as usize]) {
        // Every byte of a non-ASCII character is encoded, so `from..at` is empty inside one.
        if from < at {
            out.push_str(&path[from..at]);
        }
        let _ = write!(out, "%{byte:02X}");
        from = at + 1;
    }
    if from < bytes.len() {
        out.push_str(&path[from..]);
    }
}

/// The bytes that need no encoding in the path of a URL.
const IN_PATHS: [bool; 256] = {
    let (mut stays, mut byte) = ([false; 256], 0);
    while byte < 128 {
        stays[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let (marks, mut at) = (b"-._~/!$()*+,;=:@", 0);
    while at < marks.len() {
        stays[marks[at] as usize] = true;
        at += 1;
    }
    stays
};

/// Returns whether every `%` in a text starts a `%XX`.
pub fn is_percent_encoded(text: &str) -> bool {
    let hex = |rest: &str| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    text.split('%').skip(1).all(hex)
}

/// Decodes `%XX`. Returns `None` if the result is not UTF-8.
pub fn decode_percent(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let digit = |b: &u8| char::from(*b).to_digit(16).map(|digit| digit as u8);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = bytes.get(i + 1).and_then(digit).zip(bytes.get(i + 2).and_then(digit));
        match hex.filter(|_| bytes[i] == b'%').map(|(high, low)| high * 16 + low) {
            Some(b) => {
                out.push(b);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

/// Decodes `%XX`. Text that would not be UTF-8 stays as it is.
pub fn decoded(text: &str) -> String {
    decode_percent(text).unwrap_or_else(|| text.to_owned())
}

/// The prefix of Recto's own files in an output folder.
pub const RESERVED: &str = ".recto-";

/// Checks an output path. `Err` explains which file systems or static hosts cannot store it or would misinterpret it.
pub fn check_output_path(path: &str) -> Result<(), String> {
    check_length(path)?;
    if reserved::is_of_serve(path) {
        return Err(reserved::OWN.to_owned());
    }
    path.split('/').try_for_each(check_segment)
}

/// Checks a path that may exist in an output folder. Earlier versions may have written paths that this version does
/// not write.
pub fn check_old_path(path: &str) -> Result<(), String> {
    check_length(path)?;
    if path.starts_with(RESERVED) {
        return Err(reserved::OWN.to_owned());
    }
    path.split('/').try_for_each(check_form)
}

fn check_length(path: &str) -> Result<(), String> {
    match path.len() {
        _ if path.is_empty() || path.starts_with('/') => {
            Err("an output path must be relative and not empty".to_owned())
        }
        length @ 1001.. => Err(format!("it is {length} bytes long; at most 1000 are portable")),
        _ => Ok(()),
    }
}

/// Checks that a segment of a path is a valid file or folder name on all systems.
pub fn check_segment(segment: &str) -> Result<(), String> {
    if is_plain(segment) {
        return Ok(());
    }
    reserved::name(segment).map_or_else(|| check_form(segment), |why| Err(why.to_owned()))
}

/// Returns whether a segment is plain. A fast path: most of the half a million segments of a large site are.
fn is_plain(segment: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    segment.len() > 5 && segment.len() <= 200 && segment.bytes().all(plain)
}

fn check_form(segment: &str) -> Result<(), String> {
    if is_plain(segment) {
        return Ok(());
    }
    let fault = if segment.is_empty() {
        "it contains an empty segment"
    } else if segment == "." || segment == ".." {
        "it contains the segment `.` or `..`"
    } else if segment.len() > 200 {
        return Err(format!("it contains a segment of {} bytes; at most 200 are portable", segment.len()));
    } else if segment.chars().any(|c| {
        c.is_control() || is_unprintable(c) || matches!(c, '/' | '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*')
    }) {
        "it contains a control character or one of / \\ : < > \" | ? *"
    } else if segment.ends_with('.') || segment.ends_with(' ') || segment.starts_with(' ') {
        "it contains a segment that starts with a space, or ends with a dot or a space"
    } else if is_dos_name(segment) {
        "it contains a name that Windows reserves"
    } else {
        return Ok(());
    };
    Err(fault.to_owned())
}

/// Returns whether this is a device name of Windows, with or without an extension.
fn is_dos_name(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment).trim_end();
    if !(3..=7).contains(&stem.len()) {
        return false;
    }
    let is = |name: &str, known: &str| name.eq_ignore_ascii_case(known);
    let devices = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    // Windows also accepts the superscript digits of Latin-1.
    let port = stem.strip_suffix(['1', '2', '3', '4', '5', '6', '7', '8', '9', '¹', '²', '³']);
    devices.iter().any(|device| is(stem, device)) || port.is_some_and(|name| is(name, "com") || is(name, "lpt"))
}

/// Returns the key under which paths collide on file systems that ignore case and normalize names (macOS, Windows).
pub fn fold(path: &str) -> String {
    path.nfc().flat_map(char::to_lowercase).collect()
}

/// Returns the final extension in lower case, without the dot.
pub fn extension(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    let (stem, ext) = name.rsplit_once('.')?;
    (!stem.is_empty() && !ext.is_empty()).then(|| ext.to_ascii_lowercase())
}

/// Resolves `relative` against `folder` (both `/`-separated, below the same root). Returns `None` if the result is
/// outside the root.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|s| !s.is_empty()).collect();
    for segment in relative.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(segment),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slugs are the addresses of published pages, so this table must never change.
    #[test]
    fn only_digits_are_decoded() {
        for (text, plain) in [("%41%e6%97%a5", "A日"), ("%+5%-1% 1", "%+5%-1% 1"), ("%4", "%4"), ("100%", "100%")] {
            assert_eq!(decode_percent(text).as_deref(), Some(plain));
        }
        assert_eq!(decode_percent("%ff"), None);
        assert_eq!(decoded("%ff%20"), "%ff%20");
    }

    #[test]
    fn slugs_are_frozen() {
        let table = [
            ("East Asia & Pacific", "east-asia-pacific"),
            ("U.S.", "u-s"),
            ("Prime Minister’s Schedule", "prime-ministers-schedule"),
            ("COVID-19", "covid-19"),
            ("Trending@Japan", "trending-japan"),
            ("  São  Tomé ", "são-tomé"),
            ("Sa\u{303}o", "são"),
            ("拉致問題", "拉致問題"),
            ("カ\u{3099}ス", "ガス"),
            ("Москва, сегодня", "москва-сегодня"),
            ("الصحافة العربية", "الصحافة-العربية"),
            ("한국 경제", "한국-경제"),
            ("İstanbul", "i\u{307}stanbul"),
            ("../../etc/passwd", "etc-passwd"),
            ("a_b", "a_b"),
            ("…", ""),
            ("IĞDIR", "iğdir"),
        ];
        for (label, expected) in table {
            assert_eq!(slug(label), expected, "{label}");
        }
    }

    /// ASCII takes a fast path. Adding a joiner, which slugs drop, sends the same label down the other path.
    #[test]
    fn both_ways_to_a_slug_agree() {
        let letters = ['a', 'Z', '0', '_', '-', ' ', '\'', '.', '\t', '\u{7f}'];
        for n in 0..letters.len().pow(5) {
            let label: String = (0..5).map(|digit| letters[n / letters.len().pow(digit) % letters.len()]).collect();
            assert_eq!(slug(&label), slug(&format!("{label}\u{200D}")), "{label:?}");
        }
    }

    #[test]
    fn slugs_have_the_letters_of_the_language() {
        let table = [
            ("İstanbul", "istanbul"),
            ("ISTANBUL", "ıstanbul"),
            ("IĞDIR’da", "ığdırda"),
            ("I\u{307}zmir", "izmir"),
            ("Ａ B", "ａ-b"),
        ];
        for (label, expected) in table {
            assert_eq!(slug_in(label, CaseMapping::of("tr")), expected, "{label}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_no_address() {
        for bad in [
            "\u{200B}",
            "\u{3164}",
            "\u{AD} \u{2060}",
            "a\u{200B}b",
            "\u{FEFF}a",
            "a\u{200D}",
            "a\u{200D}b",
            "a\u{2028}b",
            "\u{2800}",
        ] {
            assert!(check_visible(bad).is_err(), "{bad:?}");
        }
        assert!(["/a", "%e6%97", "100%25"].iter().all(|text| is_percent_encoded(text)));
        assert!(!["100%", "%zz", "%2", "%é"].iter().any(|text| is_percent_encoded(text)));
        for good in ["a", "می\u{200C}خواهم", "क्\u{200D}ष", "-"] {
            assert!(check_visible(good).is_ok(), "{good:?}");
        }
        assert!(!has_slug("\u{115F}") && has_slug("한"));
    }

    #[test]
    fn outputs_stay_inside() {
        for bad in [
            "",
            "/a",
            "a//b",
            "../a",
            "a/../b",
            "a/.",
            "con",
            "a/NUL.txt",
            "a:b",
            "a\\b",
            "a\0",
            "x.",
            "x ",
            "nul .txt",
            "COM1",
            "lpt¹.a",
            "CONIN$",
            "conout$.x",
        ] {
            assert!(check_old_path(bad).is_err() && check_output_path(bad).is_err(), "{bad:?}");
        }
        for own in [".recto-manifest", "a/.recto/b", "a/.GIT/config", "git~1/x", "__recto/x", ".recto/manifest-v1"] {
            assert!(check_output_path(own).is_err(), "{own:?}");
        }
        assert!(check_old_path(".git/HEAD").is_ok() && check_old_path(".recto-manifest").is_err());
        for good in ["index.html", "2021/03/24/拉致問題/index.html", "console/index.html", ".well-known/x"] {
            assert!(check_output_path(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn styles() {
        let urls = |style| Urls { base_url: Some("https://x.org/sub".into()), base_path: "/sub".into(), style };
        let directory = urls(UrlStyle::Directory);
        assert_eq!(directory.page(""), "/sub/");
        assert_eq!(directory.page("tags/拉"), "/sub/tags/%E6%8B%89/");
        assert_eq!(directory.absolute("/sub/tags/").as_deref(), Some("https://x.org/sub/tags/"));
        let file = urls(UrlStyle::File);
        assert_eq!(file.page("tags/x/page/1"), "/sub/tags/x/page/1.html");
        assert_eq!(file.resolve("/tags/x/#p2"), "/sub/tags/x.html#p2");
        assert_eq!(directory.resolve("/tags/x/?q#p2"), "/sub/tags/x/?q#p2");
        assert_eq!(file.resolve("/"), "/sub/");
        assert_eq!(file.page_file(""), "index.html");
        assert_eq!(file.page_file("a/b"), "a/b.html");
    }

    #[test]
    fn joins() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a", "../../c"), None);
    }
}
