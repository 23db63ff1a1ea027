//! Path patterns with `*` and `:name`, as in `_redirects` and `_headers`. Works on strings only.

use crate::base::path::{decode_percent, encode_path};

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PatternPiece {
    Text(String),
    /// Any characters except a slash.
    Name(String),
    /// Any characters.
    Splat,
}

/// A path pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    pieces: Vec<PatternPiece>,
}

/// The decoded values of a pattern's placeholders.
pub type Captures = Vec<(String, String)>;

/// The name of the value that `*` matched.
const SPLAT: &str = "splat";

impl PathPattern {
    /// Parses a percent-encoded pattern. `Err` says in words what is wrong.
    pub fn parse(text: &str) -> Result<PathPattern, &'static str> {
        PathPattern::read_as(text, true)
    }

    /// Parses a pattern, which may be percent-encoded or a decoded path.
    pub fn read_as(text: &str, encoded: bool) -> Result<PathPattern, &'static str> {
        if !text.starts_with('/') {
            return Err("the path does not start with `/`; rules for other domains are not supported here");
        }
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let name = name_at(rest);
            let piece = match (c, name) {
                ('*', _) => PatternPiece::Splat,
                (':', Some(name)) => PatternPiece::Name(name.to_owned()),
                _ => {
                    plain.push(c);
                    rest = &rest[c.len_utf8()..];
                    continue;
                }
            };
            rest = &rest[1 + name.map_or(0, str::len)..];
            push_text(&mut pieces, &mut plain, encoded)?;
            pieces.push(piece);
        }
        push_text(&mut pieces, &mut plain, encoded)?;
        match pieces.iter().filter(|piece| **piece == PatternPiece::Splat).count() {
            0 | 1 => Ok(PathPattern { pieces }),
            _ => Err("a path can have only one `*`"),
        }
    }

    /// Matches a decoded path, and returns the values of the placeholders. With `either_slash`, a trailing slash
    /// does not count.
    pub fn read(&self, path: &str, either_slash: bool) -> Option<Captures> {
        let read = |path: &str| {
            let mut values = Captures::new();
            matches(&self.pieces, path, &mut values).then_some(values)
        };
        if !either_slash {
            return read(path);
        }
        let bare = path.trim_end_matches('/');
        read(bare).or_else(|| read(&format!("{bare}/")))
    }
}

fn push_text(pieces: &mut Vec<PatternPiece>, plain: &mut String, encoded: bool) -> Result<(), &'static str> {
    if !plain.is_empty() {
        let text = std::mem::take(plain);
        let decoded = if encoded { decode_percent(&text) } else { Some(text) };
        pieces.push(PatternPiece::Text(decoded.ok_or("it is not valid UTF-8 after decoding")?));
    }
    Ok(())
}

/// Returns the name after a text's leading colon: a letter, then letters, digits and underscores.
fn name_at(text: &str) -> Option<&str> {
    let name = text.strip_prefix(':')?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
    name[..end].starts_with(|c: char| c.is_ascii_alphabetic()).then_some(&name[..end])
}

fn matches(pieces: &[PatternPiece], path: &str, values: &mut Captures) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return path.is_empty() };
    let (name, most) = match piece {
        PatternPiece::Text(text) => return path.strip_prefix(&**text).is_some_and(|path| matches(rest, path, values)),
        PatternPiece::Name(name) => (&**name, path.find('/').unwrap_or(path.len())),
        PatternPiece::Splat => (SPLAT, path.len()),
    };
    let least = usize::from(*piece != PatternPiece::Splat);
    // Try the longest match first.
    let ends = (least..=most).rev().filter(|end| path.is_char_boundary(*end));
    for end in ends {
        let known = values.len();
        values.push((name.to_owned(), path[..end].to_owned()));
        if matches(rest, &path[end..], values) {
            return true;
        }
        values.truncate(known);
    }
    false
}

/// Replaces `:name` in a text with its value, percent-encoded if the text is a URL.
pub fn fill(text: &str, values: &Captures, url: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let value = name_at(rest).and_then(|name| values.iter().find(|(own, _)| own == name));
        match value {
            Some((name, value)) if url => {
                encode_path(value, &mut out);
                rest = &rest[1 + name.len()..];
            }
            Some((name, value)) => {
                out.push_str(value);
                rest = &rest[1 + name.len()..];
            }
            None => {
                out.push(':');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pattern: &str, path: &str, to: &str, either_slash: bool) -> Option<String> {
        let values = PathPattern::parse(pattern).unwrap().read(path, either_slash)?;
        Some(fill(to, &values, true))
    }

    #[test]
    fn patterns_match_and_fill() {
        for (pattern, path, to, expected) in [
            ("/a", "/a", "/b", Some("/b")),
            ("/a", "/ab", "/b", None),
            ("/a/*", "/a/b/拉", "/c/:splat", Some("/c/b/%E6%8B%89")),
            ("/a/*", "/a/", "/c/:splat", Some("/c/")),
            ("/*/z", "/a/z/z", "/:splat", Some("/a/z")),
            ("/n/:year/:m-:d", "/n/2021/03-24", "/:d/:m/:year/:x", Some("/24/03/2021/:x")),
            ("/n/:year", "/n/", "/", None),
            ("/n/:year", "/n/1/2", "/", None),
            ("/%E6%8B%89", "/拉", "https://x.example:8080/", Some("https://x.example:8080/")),
            ("/a:1", "/a:1", "/", Some("/")),
        ] {
            assert_eq!(filled(pattern, path, to, false).as_deref(), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_slash_may_not_count() {
        for (pattern, path, to, expected) in [
            ("/a", "/a/", "/b", Some("/b")),
            ("/a/", "/a", "/b", Some("/b")),
            ("/a/*", "/a", "/b/:splat", Some("/b/")),
            ("/a/*", "/a/c/", "/b/:splat", Some("/b/c")),
            ("/*", "/", "/b/:splat", Some("/b/")),
            ("/a", "/ab", "/b", None),
        ] {
            assert_eq!(filled(pattern, path, to, true).as_deref(), expected, "{pattern} {path}");
        }
        assert_eq!(filled("/a", "/a/", "/b", false), None);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["a", "https://x.example/a", "/*/*", "/%ff"] {
            assert!(PathPattern::parse(text).is_err(), "{text}");
        }
    }
}
