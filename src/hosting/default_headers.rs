//! The headers that Recto gives to every file: how long a browser keeps it, and what it may do with it. It must not
//! know which host sends them.
//!
//! There is no `Content-Security-Policy` among them. The theme would pass `default-src 'self'`, but a site may
//! allow raw HTML (`[markdown] html = "allow"`), show pictures of other hosts and have templates with scripts. A
//! policy that is too strict breaks pages silently, and only at the host. Site owners can add one in
//! `static/_headers` or in the server's configuration.

use crate::base::path;

/// For files that browsers need not request again: a name with a digest in it never changes its content (RFC 8246).
pub const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// For all other files, which browsers revalidate: the answer is 304 if the file is unchanged.
pub const ASK: &str = "public, max-age=0, must-revalidate";

/// Headers of every answer. A file is not run as a script or style sheet unless its type says so (Fetch, 3.6).
/// Other sites learn which site a reader comes from, but not which page (Referrer Policy, 3.8; the default of
/// browsers by now).
pub const ALWAYS: [(&str, &str); 2] =
    [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "strict-origin-when-cross-origin")];

/// The rule of `holds_digest` as a regular expression that nginx, Caddy and Apache read alike.
pub const DIGEST_PATTERN: &str = r"\.[0-9a-f]{16}(\.[^/]*)?$";

/// Returns whether a name looks as if it had a digest before its extension, where `outputs/statics.rs` puts it.
/// Pages never have one. Only the plan knows for certain: a scan named `2021032412000000` looks the same.
pub fn holds_digest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let digest =
        |part: &str| part.len() == 16 && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    !is_page(path) && name.split('.').skip(1).any(digest)
}

/// Returns the `Cache-Control` of a file. `lasting` means that its name changes whenever its content does.
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
