//! Parses front matter into a plain struct with serde, without any diagnostics: for the floor.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use toml::value::Datetime;

/// A text, cut in two.
pub struct Split<'t> {
    pub yaml: bool,
    pub front: &'t str,
    pub body: &'t str,
}

/// Splits a text at the lines around its front matter.
pub fn split(text: &str) -> Result<Split<'_>, String> {
    for (fence, yaml) in [("+++", false), ("---", true)] {
        let Some(rest) = text.strip_prefix(fence).and_then(|rest| rest.strip_prefix('\n')) else { continue };
        let end = rest.match_indices(fence).map(|(at, _)| at).find(|&at| {
            (at == 0 || rest.as_bytes()[at - 1] == b'\n') && matches!(rest.as_bytes().get(at + 3), None | Some(b'\n'))
        });
        let end = end.ok_or("the front matter has no end")?;
        return Ok(Split { yaml, front: &rest[..end], body: rest[end + 3..].trim_start_matches('\n') });
    }
    Err("there is no front matter".to_owned())
}

/// The front matter of an article; `D` is how its format writes dates.
#[derive(Debug, Deserialize)]
pub struct Front<D> {
    pub title: Option<String>,
    pub label: Option<String>,
    pub date: Option<D>,
    pub posted: Option<D>,
    pub updated: Option<D>,
    pub expires: Option<D>,
    #[serde(default)]
    pub draft: bool,
    #[serde(default)]
    pub source: Texts,
    #[serde(default)]
    pub translator: Texts,
    #[serde(default)]
    pub section: Texts,
    #[serde(default)]
    pub tags: Texts,
    #[serde(default)]
    pub aliases: Texts,
    #[serde(default)]
    pub author: Texts,
    #[serde(default)]
    pub reviewer: Texts,
    pub slug: Option<String>,
    pub summary: Option<String>,
    pub kind: Option<String>,
    pub genre: Option<String>,
    pub extent: Option<String>,
    pub page: Option<String>,
    pub time: Option<String>,
    pub issue: Option<String>,
    pub edition: Option<String>,
    pub dateline: Option<String>,
    pub original: Option<Original>,
}

/// The original.
#[derive(Debug, Deserialize)]
pub struct Original {
    pub lang: Option<String>,
    pub url: Option<String>,
    pub publish: Option<String>,
}

/// The front matter of either format.
#[derive(Debug)]
pub enum Parsed {
    Toml(Front<Datetime>),
    Yaml(Front<String>),
}

/// Parses front matter.
pub fn parse(split: &Split) -> Result<Parsed, String> {
    if split.yaml {
        serde_saphyr::from_str(split.front).map(Parsed::Yaml).map_err(|error| error.to_string())
    } else {
        toml::from_str(split.front).map(Parsed::Toml).map_err(|error| error.to_string())
    }
}

/// A text or a list of texts.
#[derive(Debug, Default)]
pub struct Texts(pub Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts(vec![text.to_owned()]))
    }

    fn visit_string<E>(self, text: String) -> Result<Texts, E> {
        Ok(Texts(vec![text]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Texts, A::Error> {
        let mut out = Vec::with_capacity(texts.size_hint().unwrap_or(0));
        while let Some(text) = texts.next_element()? {
            out.push(text);
        }
        Ok(Texts(out))
    }
}
