//! The rules of RFC 4287 for feeds, applied to a parsed document.

use std::collections::{BTreeMap, BTreeSet};

use super::Xml;

/// Children of a feed, an entry and a person, and the most of each.
const FEED: &[(&str, usize)] = &[
    ("author", 99),
    ("category", 9999),
    ("contributor", 99),
    ("generator", 1),
    ("icon", 1),
    ("id", 1),
    ("link", 99),
    ("logo", 1),
    ("rights", 1),
    ("subtitle", 1),
    ("title", 1),
    ("updated", 1),
    ("entry", 9999),
];
const ENTRY: &[(&str, usize)] = &[
    ("author", 99),
    ("category", 9999),
    ("content", 1),
    // Other vocabularies may say more (RFC 4287, 6).
    ("dcterms:issued", 1),
    ("contributor", 99),
    ("id", 1),
    ("link", 99),
    ("published", 1),
    ("rights", 1),
    ("source", 1),
    ("summary", 1),
    ("title", 1),
    ("updated", 1),
];
const PERSON: &[(&str, usize)] = &[("name", 1), ("uri", 1), ("email", 1)];

/// Returns what is wrong with a feed by RFC 4287. `own` is its address.
pub fn atom(feed: &Xml, own: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if feed.name != "feed" || feed.get("xmlns") != Some("http://www.w3.org/2005/Atom") {
        faults.push(format!("<{} xmlns={:?}>", feed.name, feed.get("xmlns")));
    }
    faults.extend(language(feed));
    faults.extend(container(feed, FEED));
    let itself: Vec<&str> = links(feed, "self").filter_map(|l| l.get("href")).collect();
    if itself != [own] {
        faults.push(format!("self is {itself:?}"));
    }
    let mut ids = BTreeSet::new();
    let mut newest = "";
    for entry in feed.all("entry") {
        faults.extend(container(entry, ENTRY));
        if !ids.insert(entry.only("id")) {
            faults.push(format!("the entry {:?} twice", entry.only("id")));
        }
        // 4.1.2: an author here or in the feed, and an alternate link if there is no content.
        if entry.all("author").next().is_none() && feed.all("author").next().is_none() {
            faults.push("an entry without author".to_owned());
        }
        if entry.all("content").next().is_none() && links(entry, "alternate").next().is_none() {
            faults.push("an entry with neither content nor link".to_owned());
        }
        newest = newest.max(entry.only("updated").unwrap_or_default());
    }
    if !newest.is_empty() && feed.only("updated") != Some(newest) {
        faults.push(format!("updated {:?}, but an entry {newest}", feed.only("updated")));
    }
    faults
}

pub fn links<'a>(parent: &'a Xml, rel: &'a str) -> impl Iterator<Item = &'a Xml> {
    parent.all("link").filter(move |l| l.get("rel").unwrap_or("alternate") == rel)
}

fn language(element: &Xml) -> Option<String> {
    let tag = element.get("xml:lang")?;
    recto::base::locale::canonical_tag(tag).is_none().then(|| format!("xml:lang {tag:?}"))
}

/// Checks the rules that feeds and entries share.
fn container(element: &Xml, known: &[(&str, usize)]) -> Vec<String> {
    let mut faults = Vec::new();
    let name = &element.name;
    if !element.text.trim().is_empty() {
        faults.push(format!("text in <{name}>: {:?}", element.text.trim()));
    }
    faults.extend(children(element, known));
    for required in ["id", "title", "updated"] {
        if element.only(required).is_none_or(|t| t.trim().is_empty()) {
            faults.push(format!("<{name}> without <{required}>"));
        }
    }
    if let Some(id) = element.only("id").filter(|id| !absolute_iri(id)) {
        faults.push(format!("the id {id:?} is no absolute IRI"));
    }
    for key in ["updated", "published"] {
        faults.extend(element.all(key).filter(|d| !is_rfc3339(&d.text)).map(|d| format!("<{key}> {:?}", d.text)));
    }
    for text in ["title", "subtitle", "summary", "rights"].iter().flat_map(|n| element.all(n)) {
        let kind = text.get("type").unwrap_or("text");
        if !matches!(kind, "text" | "html") || !text.children.is_empty() {
            faults.push(format!("<{}> of type {kind} with {} elements", text.name, text.children.len()));
        }
    }
    let mut alternates = BTreeSet::new();
    for link in element.all("link") {
        let (rel, href) = (link.get("rel").unwrap_or("alternate"), link.get("href").unwrap_or_default());
        if !absolute_iri(href) {
            faults.push(format!("a link to {href:?}"));
        }
        if !matches!(rel, "alternate" | "related" | "self" | "enclosure" | "via") && !absolute_iri(rel) {
            faults.push(format!("a link of relation {rel:?}"));
        }
        let media =
            |t: &str| t.split_once('/').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty() && !b.contains('/'));
        if link.get("type").is_some_and(|t| !media(t)) {
            faults.push(format!("a link of type {:?}", link.get("type")));
        }
        if rel == "alternate" && !alternates.insert((link.get("type"), link.get("hreflang"))) {
            faults.push(format!("two alternate links of {:?} {:?}", link.get("type"), link.get("hreflang")));
        }
    }
    for person in element.all("author").chain(element.all("contributor")) {
        faults.extend(children(person, PERSON));
        if person.only("name").is_none_or(|n| n.trim().is_empty()) {
            faults.push(format!("<{}> without a name", person.name));
        }
        faults.extend(person.only("uri").filter(|u| !absolute_iri(u)).map(|u| format!("<uri> {u:?}")));
        faults.extend(person.only("email").filter(|e| !e.contains('@')).map(|e| format!("<email> {e:?}")));
    }
    for category in element.all("category") {
        if category.get("term").is_none_or(str::is_empty) {
            faults.push("a category without term".to_owned());
        }
    }
    faults
}

pub fn children(element: &Xml, known: &[(&str, usize)]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    element.children.iter().for_each(|c| *counts.entry(&c.name).or_default() += 1);
    let most = |name: &str| known.iter().find(|(n, _)| *n == name).map_or(0, |(_, most)| *most);
    let over = counts.into_iter().filter(|(name, n)| *n > most(name));
    over.map(|(name, n)| format!("{n} <{name}> in <{}>", element.name)).collect()
}

/// Returns whether a text is an IRI with a scheme and only allowed characters.
pub fn absolute_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c);
    let escaped = rest.split('%').skip(1).all(|p| p.len() >= 2 && p.bytes().take(2).all(|b| b.is_ascii_hexdigit()));
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    named && !rest.is_empty() && !rest.contains(odd) && escaped
}

/// Returns whether a text is an RFC 3339 time as RFC 4287, 3.3 requires: with capital T and Z.
pub fn is_rfc3339(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let zoned = ["Z", "+00:00", "-00:00"].iter().find_map(|zone| shape.strip_suffix(zone));
    let fraction = |s: &str| s.strip_prefix('.').is_some_and(|f| !f.is_empty() && f.bytes().all(|b| b == b'0'));
    let plain = zoned.and_then(|z| z.strip_prefix("0000-00-00T00:00:00"));
    plain.is_some_and(|rest| rest.is_empty() || fraction(rest)) && text.parse::<jiff::Timestamp>().is_ok()
}
