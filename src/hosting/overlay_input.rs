//! The input of an overlay: moved addresses, the site's own rules, and a few facts of the build. Plain values that
//! do not depend on a host.

use std::fmt::Write;

/// A page that has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageMove {
    /// The decoded path of the old address below the site's root, without leading and trailing slashes: `old/拉致`.
    pub from: String,
    /// Whether the old address was a file, such as `old.html`. Otherwise it was a folder, which is also found
    /// without its slash.
    pub is_file: bool,
    /// The new address, percent-encoded: root-relative with the path of the site, or absolute.
    pub to: String,
    /// Whether the redirect is permanent (301) or temporary (302).
    pub permanent: bool,
    /// The output path of the HTML page that redirects if the host cannot.
    pub page: String,
    /// Whether the site has a page at this path with `.html`, which some hosts show at the old address.
    pub beside: bool,
}

impl PageMove {
    /// Returns the redirect's status: 301 or 302.
    pub fn status(&self) -> u16 {
        if self.permanent { 301 } else { 302 }
    }

    /// Returns the decoded paths of the host that redirect. `base` is the path of the site, empty or `/sub`.
    pub fn paths(&self, base: &str) -> Vec<String> {
        let path = format!("{base}/{}", self.from);
        match self.is_file {
            true => vec![path],
            false => vec![path.clone(), path + "/"],
        }
    }
}

/// Everything that an overlay is made from.
#[derive(Clone, Debug, Default)]
pub struct OverlayInput {
    /// Moves with distinct old addresses, sorted by them.
    pub moves: Vec<PageMove>,
    /// The decoded path of the site: empty or `/sub`.
    pub base: String,
    /// Whether the build makes a page for every move (`[redirects] as`).
    pub pages: bool,
    /// Whether names of assets contain digests.
    pub hashed: bool,
    /// Static files whose names contain digests: the theme's files, and the site's own style sheet.
    pub lasting: Vec<String>,
    /// Other files with names that look the same. Their content may change.
    pub lookalikes: Vec<String>,
    /// The site's own `_redirects` and `_headers`.
    pub own_redirects: Option<String>,
    pub own_headers: Option<String>,
}

/// Percent-encodes a path as it appears in a request. Characters that browsers leave alone (URL Standard, 1.3, path
/// percent-encode set) stay, since some hosts compare bytes. `*` and `:` are encoded because they have a meaning in
/// `_redirects`.
pub fn as_requested(path: &str) -> String {
    encoded(path, b"-._~/!$&'()+,;=@[]")
}

/// Encodes a URL so that it contains only characters without a meaning in any server's configuration, and cannot
/// break out of a line or a quotation.
pub fn plain_url(url: &str) -> String {
    encoded(url, b"-._~/%?#&=+,@!:")
}

fn encoded(text: &str, plain: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
