//! Which destinations a body may name.
//!
//! What is not surely harmless is refused (`base/weburl.rs`). Knows strings only; that a relative destination leads somewhere
//! is for the caller to check.

use super::target::Use;
use crate::base::weburl::{is_picture, is_protocol_relative, scheme};

/// Schemes that a link may have; an image may have the first two, or be a `data:` picture.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];
/// A scheme longer than this is cut in messages.
const SHOWN: usize = 32;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Relative,
    /// http, https or `//host`.
    Web,
    /// mailto, tel, a picture.
    Other,
    /// The scheme, for the message.
    Bad(String),
}

pub(super) fn kind(dest: &str, usage: Use) -> Kind {
    if let Some(kind) = quick(dest) {
        return kind;
    }
    let Some(scheme) = scheme(dest) else {
        return if is_protocol_relative(dest) { Kind::Web } else { Kind::Relative };
    };
    match (scheme.as_str(), usage) {
        ("http" | "https", _) => Kind::Web,
        ("data", Use::Image | Use::Media) if is_picture(dest) => Kind::Other,
        (known, Use::Link) if SCHEMES.contains(&known) => Kind::Other,
        _ => Kind::Bad(scheme.chars().take(SHOWN).collect()),
    }
}

/// The two plain cases, without any copy.
fn quick(dest: &str) -> Option<Kind> {
    if dest.starts_with("https://") || dest.starts_with("http://") {
        return Some(Kind::Web);
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    match dest.bytes().position(|b| !plain(b)) {
        None => Some(Kind::Relative),
        Some(at) if dest.as_bytes()[at] == b'#' => Some(Kind::Relative),
        Some(at)
            if dest.as_bytes()[at] == b'/' && (at > 0 || !dest[1..].starts_with(['/', '\\', '\t', '\n', '\r'])) =>
        {
            Some(Kind::Relative)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes() {
        let bad = |s: &str| Kind::Bad(s.into());
        for (dest, want) in [
            ("a.md", Kind::Relative),
            ("", Kind::Relative),
            ("#p3", Kind::Relative),
            ("a.md#x:y", Kind::Relative),
            ("/a:b/c", Kind::Relative),
            ("a/b:c", Kind::Relative),
            ("?q=a:b", Kind::Relative),
            ("日本.md", Kind::Relative),
            ("https://example.org/", Kind::Web),
            ("HTTP://example.org/", Kind::Web),
            ("//example.org/", Kind::Web),
            ("/\t/example.org/", Kind::Web),
            ("\\\\example.org", Kind::Web),
            ("mailto:a@b.c", Kind::Other),
            ("tel:+81", Kind::Other),
            ("javascript:alert(1)", bad("javascript")),
            ("JaVaScRiPt:alert(1)", bad("javascript")),
            (" \u{1}java\tscript\n:alert(1)", bad("javascript")),
            ("java\u{ad}script\u{200b}:x", bad("javascript")),
            ("javascript&colon;alert(1)", bad("javascript")),
            ("javascript&#58;alert(1)", bad("javascript")),
            ("java&Tab;script&#x3A;alert(1)", bad("javascript")),
            ("javascript%3Aalert(1)", bad("javascript")),
            ("%6aavascript:alert(1)", bad("javascript")),
            ("vbscript:x", bad("vbscript")),
            ("data:text/html,x", bad("data")),
            ("data:image/png;base64,AAAA", bad("data")),
            ("file:///etc/passwd", bad("file")),
            (":x", bad("")),
        ] {
            assert_eq!(kind(dest, Use::Link), want, "{dest:?}");
        }
    }

    #[test]
    fn pictures() {
        for good in ["data:image/png;base64,AA+/=", "DATA:image/GIF;base64,", "x.png"] {
            assert!(!matches!(kind(good, Use::Image), Kind::Bad(_)), "{good}");
        }
        for bad in
            ["data:image/svg+xml;base64,AAAA", "data:image/png,x", "data:image/png;base64,A<", "mailto:a@b", "data:"]
        {
            assert!(matches!(kind(bad, Use::Image), Kind::Bad(_)), "{bad}");
        }
    }
}
