//! What an overlay is made from: the addresses that have moved, the site's own rules, and a few facts of the build.
//! Plain values; nothing of a host.

use std::fmt::Write;

/// A page that has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageMove {
    /// The decoded path of the old address below the site's root, without slashes at its ends: `old/拉致`.
    pub from: String,
    /// It was a file, such as `old.html`; else a folder, which is found without the slash at its end, too.
    pub is_file: bool,
    /// The new address, percent-encoded: root-relative with the path of the site, or absolute.
    pub to: String,
    /// For good (301), or for now (302).
    pub permanent: bool,
    /// The output path of the HTML page that leads on where a host knows nothing better.
    pub page: String,
    /// The site has a page of that path with `.html`, which some hosts show at the old address.
    pub beside: bool,
}

impl PageMove {
    pub fn status(&self) -> u16 {
        if self.permanent { 301 } else { 302 }
    }

    /// The decoded paths of the host that lead on; `base` is the path of the site, empty or `/sub`.
    pub fn paths(&self, base: &str) -> Vec<String> {
        let path = format!("{base}/{}", self.from);
        match self.is_file {
            true => vec![path],
            false => vec![path.clone(), path + "/"],
        }
    }
}

/// All that an overlay is made from.
#[derive(Clone, Debug, Default)]
pub struct OverlayInput {
    /// Sorted by their old addresses, each of which stands there once.
    pub moves: Vec<PageMove>,
    /// The decoded path of the site: empty or `/sub`.
    pub base: String,
    /// Whether the build makes a page for every move (`[redirects] as`).
    pub pages: bool,
    /// Whether names of assets hold digests.
    pub hashed: bool,
    /// Static files that the build named so: those of the theme, and the site's own sheet.
    pub lasting: Vec<String>,
    /// Other files of such names, which the build gave none: they may change.
    pub lookalikes: Vec<String>,
    /// The site's own `_redirects` and `_headers`.
    pub own_redirects: Option<String>,
    pub own_headers: Option<String>,
}

/// A path as it stands in a request, percent-encoded. What browsers leave as it is (URL Standard, 1.3, path percent-encode
/// set) stays, since some hosts compare bytes; but for `*` and `:`, which mean something in `_redirects`.
pub fn as_requested(path: &str) -> String {
    encoded(path, b"-._~/!$&'()+,;=@[]")
}

/// A URL in characters that mean nothing to any server's configuration, nor break out of a line or a quotation.
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
