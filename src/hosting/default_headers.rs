//! The headers that Recto gives to every file: how long a browser keeps it, and what it may make of it. It must not
//! know which host sends them.
//!
//! There is no `Content-Security-Policy` among them. The theme would pass `default-src 'self'`, but a site may let raw HTML
//! through (`[markdown] html = "allow"`), show pictures of other hosts and bring templates with scripts, and a policy that is
//! too strict breaks pages silently, and first at the host. Who knows the site adds one: in `static/_headers`, or in the
//! server's configuration.

use crate::base::path;

/// What browsers need not ask for again: names with a digest in them never change what they are (RFC 8246).
pub const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Everything else is asked for anew, and answered with 304 where it is the same.
pub const ASK: &str = "public, max-age=0, must-revalidate";

/// Headers of every answer: what is no script or style sheet by its type is none (Fetch, 3.6), and other sites learn which site
/// a reader comes from, but not which page (Referrer Policy, 3.8; what browsers do by themselves by now).
pub const ALWAYS: [(&str, &str); 2] =
    [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "strict-origin-when-cross-origin")];

/// What `holds_digest` looks for, as a regular expression that nginx, Caddy and Apache read alike.
pub const DIGEST_PATTERN: &str = r"\.[0-9a-f]{16}(\.[^/]*)?$";

/// Whether a name looks as if it had a digest before its extension, as `outputs/statics.rs` puts it. Pages never have one. Only the
/// plan knows who has: a scan of `2021032412000000` looks like it, too.
pub fn holds_digest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let digest =
        |part: &str| part.len() == 16 && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    !is_page(path) && name.split('.').skip(1).any(digest)
}

/// `Cache-Control` of a file; `lasting` says that it gets another name whenever it changes.
pub fn cache_control(lasting: bool) -> &'static str {
    if lasting { FOR_EVER } else { ASK }
}

fn is_page(path: &str) -> bool {
    matches!(path::extension(path).as_deref(), Some("html" | "htm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digests_last() {
        let digest = "0123456789abcdef";
        for path in [format!("a/x.{digest}.css"), format!("x.{digest}"), format!("x.{digest}.480w.jpg")] {
            assert!(holds_digest(&path), "{path}");
        }
        for path in [
            "x.css",
            "0123456789abcdef.css",
            "x.0123456789ABCDEF.css",
            "a.0123456789abcdef/x",
            "x.0123456789abcdef.html",
        ] {
            assert!(!holds_digest(path), "{path}");
        }
    }
}
