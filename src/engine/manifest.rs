//! The manifest of an output folder: which site it was built from, and which files Recto wrote there. This file
//! handles its text only.

use std::ops::Range;
use std::sync::OnceLock;

use crate::base::path;

/// Name of the manifest in the output folder. It is never deployed.
pub const MANIFEST: &str = ".recto-manifest";
/// Beginning of the first line; the site's identity follows.
const HEADER: &str = "recto-manifest 2\t";
/// Ending of the first line until the first build is complete.
const INCOMPLETE: &str = " incomplete";
/// The first line of the previous version, which did not name a site.
const BEFORE: &str = "recto-manifest 1";

/// What identifies a site wherever it is: not its folder, which differs on every machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteIdentity {
    title: String,
    url: String,
}

impl SiteIdentity {
    pub fn new(title: &str, base_url: Option<&str>) -> SiteIdentity {
        let plain =
            |text: &str| text.split(|c: char| c.is_whitespace() || c.is_control()).collect::<Vec<_>>().join(" ");
        SiteIdentity { title: plain(title), url: plain(base_url.unwrap_or_default()) }
    }

    /// Returns whether both are the same site. One of the two fields may change from one build to the next.
    pub fn is(&self, other: &SiteIdentity) -> bool {
        self.title == other.title || (!self.url.is_empty() && self.url == other.url)
    }

    pub fn line(&self) -> String {
        format!("{}\t{}", self.title, self.url)
    }

    pub fn parse(line: &str) -> SiteIdentity {
        let (title, url) = line.split_once('\t').unwrap_or((line, ""));
        SiteIdentity { title: title.to_owned(), url: url.to_owned() }
    }
}

impl std::fmt::Display for SiteIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&crate::base::diag::quoted(&self.title))?;
        if self.url.is_empty() { Ok(()) } else { write!(f, " ({})", crate::base::diag::quoted(&self.url)) }
    }
}

/// The manifest of the last build.
#[derive(Default)]
pub struct OutputManifest {
    text: String,
    /// The site that it was built from, if the manifest names one.
    pub maker: Option<SiteIdentity>,
    /// Whether the first build was killed before it was complete.
    pub incomplete: bool,
    /// Its lines after the first, sorted.
    lines: OnceLock<Vec<Range<usize>>>,
}

impl OutputManifest {
    /// Parses a manifest; `None` if it is not a manifest of this program.
    pub fn parse(bytes: &[u8]) -> Option<OutputManifest> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let first = text.lines().next()?;
        let (header, incomplete) = match first.strip_suffix(INCOMPLETE) {
            Some(header) => (header, true),
            None => (first, false),
        };
        let maker = match header.strip_prefix(HEADER) {
            Some(maker) => Some(SiteIdentity::parse(maker)),
            None if header == BEFORE => None,
            None => return None,
        };
        Some(OutputManifest { maker, incomplete, text, lines: OnceLock::new() })
    }

    /// Returns its text as it is in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns its paths as they were written.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.text.lines().skip(1)
    }

    /// Returns its paths, sorted, without any that lead out of the folder.
    pub fn safe(&self) -> impl Iterator<Item = &str> {
        let paths = self.lines().iter().map(|line| &self.text[line.clone()]);
        paths.filter(|path| path::check_old_path(path).is_ok())
    }

    fn lines(&self) -> &[Range<usize>] {
        self.lines.get_or_init(|| {
            let start = self.text.as_ptr() as usize;
            let place = |line: &str| line.as_ptr() as usize - start;
            let mut lines: Vec<_> = self.written().map(|line| place(line)..place(line) + line.len()).collect();
            lines.sort_by(|a, b| self.text[a.clone()].cmp(&self.text[b.clone()]));
            lines
        })
    }

    /// Returns the first path that is not less than this one.
    fn next(&self, path: &str) -> Option<&str> {
        let lines = self.lines();
        let at = lines.partition_point(|line| &self.text[line.clone()] < path);
        lines.get(at).map(|line| &self.text[line.clone()])
    }

    /// Returns whether it lists a path.
    pub fn contains(&self, path: &str) -> bool {
        self.next(path) == Some(path)
    }

    /// Returns whether it has a path below this one.
    pub fn has_below(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.next(&below).is_some_and(|next| next.starts_with(&below))
    }
}

/// Returns the text of a manifest.
pub fn text<'p>(maker: &SiteIdentity, incomplete: bool, paths: impl Iterator<Item = &'p str>) -> String {
    let mut text = format!("{HEADER}{}{}\n", maker.line(), if incomplete { INCOMPLETE } else { "" });
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (title, url) in [("The\tNews\n incomplete", None), ("記事", Some("https://example.org")), ("", None)] {
            for incomplete in [false, true] {
                let maker = SiteIdentity::new(title, url);
                let read =
                    OutputManifest::parse(text(&maker, incomplete, ["b", "a/c"].into_iter()).as_bytes()).unwrap();
                assert_eq!((read.maker.as_ref(), read.incomplete), (Some(&maker), incomplete));
                assert_eq!(read.safe().collect::<Vec<_>>(), ["a/c", "b"]);
            }
        }
    }

    #[test]
    fn the_version_before_stays_readable() {
        let read = |text: &str| OutputManifest::parse(text.as_bytes()).map(|read| (read.maker, read.incomplete));
        assert_eq!(read("recto-manifest 1\na\n"), Some((None, false)));
        assert_eq!(read("recto-manifest 1 incomplete\na\n"), Some((None, true)));
        for other in ["", "x", "recto-manifest 3\ta\tb\n", "recto-manifest 10\n", "recto-manifest 2\n"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_site_is_known_by_its_title_or_its_address() {
        let maker = |title: &str, url: &str| SiteIdentity::new(title, Some(url));
        let one = maker("One", "https://one.example");
        assert!(one.is(&maker("Other", "https://one.example")) && one.is(&maker("One", "")));
        assert!(!one.is(&maker("Two", "https://two.example")) && !maker("A", "").is(&maker("B", "")));
    }
}
