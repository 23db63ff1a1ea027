//! Makes texts, file names and whole lines safe to print: nothing in them moves the cursor, hides, or is a command to
//! the program that reads the output.
//!
//! Terminals obey control characters. CI services obey lines: GitHub those that start with `::`, and all of them
//! `##[…]` and `##vso[…]` anywhere in a line. Every line that the program prints passes through these functions.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

use super::diag::{is_to_be_shown, push_shown};

/// Escapes a text within a line: invisible characters, control characters and line ends.
pub fn text(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    text.chars().for_each(|c| push_shown(&mut out, c));
    Cow::Owned(out)
}

/// Escapes the path of a file within a line. Bytes that are not UTF-8 become `\xE9`.
pub fn path(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        out.push_str(&text(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02X}");
        }
    }
    out
}

/// Escapes a message of several lines. Keeps line ends, and expands tabs to four spaces.
pub fn lines(message: &str) -> Cow<'_, str> {
    if message.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(message);
    }
    let mut out = String::with_capacity(message.len() + 8);
    for c in message.chars() {
        match c {
            '\n' => out.push(c),
            '\t' => out.push_str("    "),
            c => push_shown(&mut out, c),
        }
    }
    Cow::Owned(out)
}

/// Breaks workflow commands in lines. The arrow `:::` of reports is not a command.
pub fn without_commands(lines: &str) -> Cow<'_, str> {
    if !lines.contains("::") && !lines.contains("##") {
        return Cow::Borrowed(lines);
    }
    let mut out = String::with_capacity(lines.len() + 8);
    for line in lines.split_inclusive('\n') {
        let start = line.len() - line.trim_start().len();
        let (blank, rest) = line.split_at(start);
        out.push_str(blank);
        let command = rest.starts_with("::") && !rest.starts_with("::: ");
        out.push_str(if command { "\\u{3a}" } else { "" });
        broken(&rest[usize::from(command)..], "\\u{23}", &mut out);
    }
    Cow::Owned(out)
}

/// Writes a line with the second character of every `##[` and `##word[` escaped.
fn broken(line: &str, escape: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find("##") {
        let after = &rest[at + 2..];
        let command = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[');
        out.push_str(&rest[..=at]);
        rest = &rest[at + 1..];
        if command {
            out.push_str(escape);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
}

/// Escapes a line of JSON, so that it has the same value and nothing that a terminal or workflow obeys.
pub fn json(line: &str) -> Cow<'_, str> {
    if line.is_ascii() && !line.contains("##") && !line.contains('\x7F') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 16);
    // In JSON, non-ASCII characters occur only in strings.
    let mut whole = String::with_capacity(line.len());
    for c in line.chars() {
        if !is_to_be_shown(c, whole.chars().next_back()) {
            whole.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(whole, "\\u{unit:04x}");
        }
    }
    broken(&whole, "\\u0023", &mut out);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns whether a terminal obeys or hides a character, or reorders the text around it.
    fn obeyed(c: char) -> bool {
        c.is_control()
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}' | '\u{200E}' | '\u{2028}' | '\u{FEFF}')
    }

    fn commands(line: &str) -> bool {
        let line = line.trim_start();
        (line.starts_with("::") && !line.starts_with("::: ")) || line.contains("##[") || line.contains("##vso[")
    }

    #[test]
    fn every_byte_has_a_name() {
        for byte in 0..=255u8 {
            let name = [b"a".as_slice(), &[byte], b"b"].concat();
            let shown = match std::str::from_utf8(&name) {
                Ok(name) => text(name).into_owned(),
                #[cfg(unix)]
                Err(_) => {
                    path(Path::new(std::os::unix::ffi::OsStrExt::from_bytes(name.as_slice()) as &std::ffi::OsStr))
                }
                #[cfg(not(unix))]
                Err(_) => continue,
            };
            assert!(shown.len() >= 3 && !shown.chars().any(obeyed), "{byte}: {shown:?}");
            assert!(shown.is_ascii(), "{byte}: {shown:?}");
        }
        for (name, want) in [
            ("a\n::error file=x::", "a\\n::error file=x::"),
            ("a\u{1b}]8;;https://x\u{7}b", "a\\u{1b}]8;;https://x\\u{7}b"),
            ("a\u{9b}31m", "a\\u{9b}31m"),
            ("a\u{202e}gpj.exe", "a\\u{202e}gpj.exe"),
            ("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}"),
            ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
            ("a\t\r\nb", "a\\t\\r\\nb"),
            ("日本/拉致問題.md", "日本/拉致問題.md"),
            ("می\u{200c}خواهم.md", "می\u{200c}خواهم.md"),
        ] {
            assert_eq!(text(name), want);
            assert_eq!(path(Path::new(name)), want);
        }
        #[cfg(unix)]
        {
            let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"caf\xE9/\xFF\x1B.txt".as_slice());
            assert_eq!(path(Path::new(name)), "caf\\xE9/\\xFF\\u{1b}.txt");
        }
    }

    #[test]
    fn no_line_is_a_command() {
        for (line, want) in [
            ("::error::x", "\\u{3a}:error::x"),
            ("a\n  ::set-output name=x::y", "a\n  \\u{3a}:set-output name=x::y"),
            ("a ##[error]b ##vso[task.complete]", "a #\\u{23}[error]b #\\u{23}vso[task.complete]"),
            ("###[x] ##teamcity[x]", "##\\u{23}[x] #\\u{23}teamcity[x]"),
            (" ::: a.md:1:1", " ::: a.md:1:1"),
            ("## Heading a::b", "## Heading a::b"),
        ] {
            assert_eq!(without_commands(line), want);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_printed_moves_nothing(
            parts in prop::collection::vec(prop_oneof![
                any::<String>(),
                prop::sample::select(vec!["::", "##[", "##vso[", "#", ":", "\n", "\r", "\u{85}", "\u{2028}", " ", "\t", "\u{1b}[2J", "\u{202e}", "\u{9b}"]).prop_map(str::to_owned),
            ], 0..12),
        ) {
            let all = parts.concat();
            prop_assert!(!text(&all).chars().any(obeyed));
            let said = lines(&all);
            prop_assert!(!said.chars().any(|c| obeyed(c) && c != '\n'));
            let said = without_commands(&said).into_owned();
            for line in said.lines() {
                prop_assert!(!commands(line), "{line:?}");
            }
            let value = serde_json::json!({"a": all, "b": [all]});
            let line = value.to_string();
            let line = json(&line);
            prop_assert!(!line.chars().any(obeyed) && !commands(&line), "{line:?}");
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap(), value);
        }
    }
}
