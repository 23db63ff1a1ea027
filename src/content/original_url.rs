//! A key for the URL of an original that is the same for every spelling of the URL. Articles with equal keys have the
//! same original.
//!
//! URLs are compared without scheme, `www.`, fragment, trailing slash and query, except for the parameters that
//! identify an article in a newspaper: `?id=7`.

use std::ops::Range;

use crate::base::digest::Digest;
use crate::base::doc::{KeyValue, Value};

/// Names of parameters that newspapers use for the number of an article, besides those that end in `id`.
const NUMBERS: [&str; 16] = [
    "a", "article", "code", "doc", "entry", "file", "idx", "item", "key", "n", "news", "no", "num", "number", "seq",
    "story",
];

/// Returns the URL of the original, and its place.
pub fn url<'r>(front: &'r [KeyValue]) -> Option<(&'r str, Range<usize>)> {
    let find =
        |entries: &'r [KeyValue], key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node);
    let Value::Table(original) = &find(front, "original")?.value else { return None };
    let url = find(original, "url")?;
    match &url.value {
        Value::String(text) => Some((text.trim(), url.at.clone())),
        _ => None,
    }
}

/// Returns the number that cards keep for the URL.
pub fn number(front: &[KeyValue]) -> Option<u64> {
    Some(Digest::of(key(url(front)?.0)?.as_bytes()).number())
}

/// Returns the part that is compared, or `None` for an invalid URL and for the front page of a newspaper.
pub fn key(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let path = path.trim_end_matches('/');
    let numbered = |parameter: &&str| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = name.to_ascii_lowercase();
        let numbers = (name.ends_with("id") && !name.ends_with("clid")) || NUMBERS.contains(&name.as_str());
        value.chars().any(|c| c.is_ascii_digit()) && (numbers || (name == "p" && path.is_empty()))
    };
    let mut numbers: Vec<&str> = query.split('&').filter(numbered).collect();
    numbers.sort();
    (!path.is_empty() || !numbers.is_empty()).then(|| format!("{host}/{path}?{}", numbers.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_text() {
        let same = [
            "https://www.example.jp/a/1.html",
            "http://example.jp/a/1.html",
            "https://EXAMPLE.jp/a/1.html/",
            "https://example.jp/a/1.html?utm_source=x&fbclid=123#top",
            "https://example.jp/a/1.html?ref=7",
        ];
        for url in same {
            assert_eq!(key(url), key(same[0]), "{url}");
        }
        let others = [
            "https://example.jp/a/2.html",
            "https://example.jp/A/1.html",
            "https://other.jp/a/1.html",
            "https://example.jp/a?id=1",
            "https://example.jp/a?newsId=2&page=3",
            "https://example.jp/?p=12",
        ];
        for (n, url) in others.iter().enumerate() {
            let known: Vec<_> = others[..n].iter().chain(&same).map(|url| key(url)).collect();
            assert!(key(url).is_some() && !known.contains(&key(url)), "{url}");
        }
        assert_eq!(key("https://example.jp/a?id=1&utm=2"), key("http://example.jp/a/?utm=3&id=1"));
        assert_eq!((key("https://example.jp/"), key("nothing")), (None, None));
    }
}
