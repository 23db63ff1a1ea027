//! Decides by scheme which link destinations a body may have. Everything that is not certainly harmless is rejected
//! (`base/weburl.rs`). It works on strings; the caller checks whether a relative destination exists.

use super::link_target::LinkUse;
use crate::base::weburl::{is_picture, is_protocol_relative, scheme};

/// The schemes of links. An image may have the first two, or be a `data:` picture.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];
/// Longer schemes are cut in messages.
const SHOWN: usize = 32;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum UrlKind {
    Relative,
    /// http, https or `//host`.
    Web,
    /// mailto, tel, or a picture.
    Other,
    /// A scheme that is not allowed.
    Bad(String),
}

pub(super) fn kind(dest: &str, usage: LinkUse) -> UrlKind {
    if let Some(kind) = quick(dest) {
        return kind;
    }
    let Some(scheme) = scheme(dest) else {
        return if is_protocol_relative(dest) { UrlKind::Web } else { UrlKind::Relative };
    };
    match (scheme.as_str(), usage) {
        ("http" | "https", _) => UrlKind::Web,
        ("data", LinkUse::Image | LinkUse::Media) if is_picture(dest) => UrlKind::Other,
        (known, LinkUse::Link) if SCHEMES.contains(&known) => UrlKind::Other,
        _ => UrlKind::Bad(scheme.chars().take(SHOWN).collect()),
    }
}

/// Recognizes the two common cases without copying.
fn quick(dest: &str) -> Option<UrlKind> {
    if dest.starts_with("https://") || dest.starts_with("http://") {
        return Some(UrlKind::Web);
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    match dest.bytes().position(|b| !plain(b)) {
        None => Some(UrlKind::Relative),
        Some(at) if dest.as_bytes()[at] == b'#' => Some(UrlKind::Relative),
        Some(at)
            if dest.as_bytes()[at] == b'/' && (at > 0 || !dest[1..].starts_with(['/', '\\', '\t', '\n', '\r'])) =>
        {
            Some(UrlKind::Relative)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes() {
        let bad = |s: &str| UrlKind::Bad(s.into());
        for (dest, want) in [
            ("a.md", UrlKind::Relative),
            ("", UrlKind::Relative),
            ("#p3", UrlKind::Relative),
            ("a.md#x:y", UrlKind::Relative),
            ("/a:b/c", UrlKind::Relative),
            ("a/b:c", UrlKind::Relative),
            ("?q=a:b", UrlKind::Relative),
            ("日本.md", UrlKind::Relative),
            ("https://example.org/", UrlKind::Web),
            ("HTTP://example.org/", UrlKind::Web),
            ("//example.org/", UrlKind::Web),
            ("/\t/example.org/", UrlKind::Web),
            ("\\\\example.org", UrlKind::Web),
            ("mailto:a@b.c", UrlKind::Other),
            ("tel:+81", UrlKind::Other),
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
            assert_eq!(kind(dest, LinkUse::Link), want, "{dest:?}");
        }
    }

    #[test]
    fn pictures() {
        for good in ["data:image/png;base64,AA+/=", "DATA:image/GIF;base64,", "x.png"] {
            assert!(!matches!(kind(good, LinkUse::Image), UrlKind::Bad(_)), "{good}");
        }
        for bad in
            ["data:image/svg+xml;base64,AAAA", "data:image/png,x", "data:image/png;base64,A<", "mailto:a@b", "data:"]
        {
            assert!(matches!(kind(bad, LinkUse::Image), UrlKind::Bad(_)), "{bad}");
        }
    }
}
