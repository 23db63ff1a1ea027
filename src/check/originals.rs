//! Articles that have one original: a text that was translated twice, or an address that was copied from the last article.
//!
//! The addresses are compared without scheme, `www.`, fragment and slash at the end, and without their query, but for what
//! tells one article of a newspaper from another: `?id=7`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Subject;
use crate::base::date::Instant;
use crate::base::diag::{Diagnostics, Span};
use crate::base::doc::Value;
use crate::base::problem;
use crate::content::article::Kind;
use crate::content::front_matter::Parts;

/// Names of parameters that newspapers give to the number of an article, beside those that end in `id`.
const NUMBERS: [&str; 16] = [
    "a", "article", "code", "doc", "entry", "file", "idx", "item", "key", "n", "news", "no", "num", "number", "seq",
    "story",
];

type Place = (Instant, usize);

/// The addresses of originals, as the articles' files are read.
pub struct Originals {
    /// The files of articles, each with its place in the order (`posted`, id). A digest may quote what others have translated.
    order: BTreeMap<Arc<str>, Place>,
    /// By what is compared: the place in that order, that of the address, and the address.
    found: BTreeMap<String, Vec<(Place, Span, String)>>,
}

impl Originals {
    pub fn new(subject: &Subject) -> Originals {
        let cards = subject.archive.articles.iter().map(|placed| &placed.card).enumerate();
        let order = cards.filter(|(_, card)| card.kind != Kind::Digest);
        let order = order.map(|(at, card)| (card.file.clone(), (card.posted, at))).collect();
        Originals { order, found: BTreeMap::new() }
    }

    /// Takes note of what a file says.
    pub fn look(&mut self, file: &Arc<str>, parts: &Parts) {
        let Some(&at) = self.order.get(file) else { return };
        let Some(Value::Table(original)) = parts.entries.iter().find(|e| e.key == "original").map(|e| &e.node.value)
        else {
            return;
        };
        let Some(url) = original.iter().find(|e| e.key == "url").map(|e| &e.node) else { return };
        if let Value::String(text) = &url.value
            && let Some(key) = key(text.trim())
        {
            let span = Span::new(file, url.at.clone());
            self.found.entry(key).or_default().push((at, span, text.trim().to_owned()));
        }
    }

    /// Reports all but the first article of each original.
    pub fn finish(self, problems: &mut Diagnostics) {
        for mut articles in self.found.into_values().filter(|articles| articles.len() > 1) {
            articles.sort();
            let mut articles = articles.into_iter();
            let Some((_, first, _)) = articles.next() else { continue };
            problems.extend(articles.map(|(_, span, url)| problem::same_original(span, &url, first.clone())));
        }
    }
}

/// What two addresses of one text have in common; `None` for what is none, and for the front page of a newspaper.
fn key(url: &str) -> Option<String> {
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
