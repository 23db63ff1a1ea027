//! The path of a request: decoded segments that are safe to look up, and the query. Works on strings only.

use crate::base::path::decode_percent;

/// The path of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPath {
    /// Decoded, without the first slash: `2021/03/24/slug/`, empty for the root.
    pub path: String,
}

impl RequestPath {
    /// Parses the path of a request, with or without a query. `None` if nothing can have this address: it is not
    /// UTF-8 when decoded (overlong forms are not), contains a control character or a backslash, or has an empty
    /// segment or one that leads elsewhere.
    pub fn parse(text: &str) -> Option<RequestPath> {
        let path = text.split(['?', '#']).next()?.strip_prefix('/')?;
        let decoded = decode_percent(path)?;
        let mut segments: Vec<&str> = decoded.split('/').collect();
        // The part after the last slash may be empty. A decoded slash inside a segment would be another path.
        if segments.last() == Some(&"") {
            segments.pop();
        }
        let slashes = |text: &str| text.bytes().filter(|byte| *byte == b'/').count();
        let bad = |segment: &&str| matches!(*segment, "" | "." | "..") || segment.contains('\\');
        if segments.iter().any(bad) || decoded.chars().any(char::is_control) || slashes(&decoded) != slashes(path) {
            return None;
        }
        Some(RequestPath { path: decoded })
    }

    /// Returns the file for the path: for a folder, its index.
    pub fn file(&self) -> String {
        match self.path.is_empty() || self.path.ends_with('/') {
            true => format!("{}index.html", self.path),
            false => self.path.clone(),
        }
    }
}

/// Returns a decoded value of a query.
pub fn query(text: &str, name: &str) -> Option<String> {
    let mut pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).and_then(|(_, value)| decode_percent(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_are_read() {
        let path = |text: &str| RequestPath::parse(text).map(|target| target.path);
        for (text, expected) in [
            ("/", ""),
            ("/a/b.html?x=/../", "a/b.html"),
            ("/2021/03/24/%E6%8B%89/", "2021/03/24/拉/"),
            ("/a%20b/...", "a b/..."),
        ] {
            assert_eq!(path(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "a",
            "*",
            "//",
            "//a",
            "/a//b",
            "/..",
            "/a/../b",
            "/%2e%2e/",
            "/.%2E/x",
            "/a%2fb",
            "/a%5c..%5cb",
            "/a\\b",
            "/%00",
            "/a%0d%0ab",
            "/%c0%ae%c0%ae/",
            "/%ff",
            "/a/./b",
        ] {
            assert_eq!(path(text), None, "{text}");
        }
        assert_eq!(query("page=%2Fa%2F&seen=x", "page").as_deref(), Some("/a/"));
        assert_eq!(query("pages=1", "page"), None);
    }
}
