//! The metadata of pages: JSON-LD, canonical addresses, and what reference managers read.

use std::collections::{BTreeMap, BTreeSet};

use recto::content::article::ArticleKind;
use recto::engine::site::Site as Loaded;

use super::atom::is_rfc3339;
use super::page_file;
use crate::html::{self, dom::Document};

/// Returns address and kind of every page of an article, those of translations and originals included.
pub fn addresses(loaded: &Loaded) -> Vec<(String, ArticleKind)> {
    let mut out = Vec::new();
    for placed in &loaded.archive.articles {
        out.push((placed.address.to_string(), placed.card.kind));
        // The texts beside an original are its translations.
        let kind =
            if placed.card.is_original(&loaded.config.language) { ArticleKind::Translation } else { placed.card.kind };
        let pages = loaded.archive.pages_beside(placed, &loaded.config);
        out.extend(pages.map(|(at, text)| {
            // The page of an original has no translator.
            let kind = if placed.original == Some(at) { ArticleKind::Original } else { kind };
            (format!("{}/{}", placed.address, text.lang), kind)
        }));
    }
    out
}

pub fn metadata(outputs: &BTreeMap<String, Vec<u8>>, loaded: &Loaded) {
    let pages = html::pages(outputs);
    let urls = &loaded.config.urls;
    let mut faults = Vec::new();
    let mut articles = BTreeSet::new();
    for (address, kind) in addresses(loaded) {
        let path = urls.page_file(&address);
        let page = pages.get(path.as_str()).unwrap_or_else(|| panic!("{path} is not there"));
        faults.extend(citable(page, kind).into_iter().map(|f| format!("{path}: {f}")));
        articles.insert(path);
    }
    for (path, page) in &pages {
        let article = page.metas("og:type").any(|t| t == "article");
        if article != articles.contains(*path) {
            faults.push(format!("{path}: og:type {:?}", page.metas("og:type").collect::<Vec<_>>()));
        }
        let canonical: Vec<&str> =
            page.all("link").filter(|l| l.get("rel") == Some("canonical")).filter_map(|l| l.get("href")).collect();
        let absolute = urls.base_url.as_deref().unwrap_or_default();
        if *path != "404.html" && (canonical.len() != 1 || !canonical[0].starts_with(absolute)) {
            faults.push(format!("{path}: canonical {canonical:?}"));
        }
        if let [canonical] = canonical[..]
            && !page.is_redirect()
            && Some(page_file(canonical)) != urls.absolute(&urls.file(path))
        {
            faults.push(format!("{path}: canonical {canonical}"));
        }
    }
    html::none(faults);
}

/// Returns what is wrong with the metadata of an article's page: JSON-LD, and what Zotero's Embedded Metadata
/// reads.
fn citable(page: &Document, kind: ArticleKind) -> Vec<String> {
    let mut faults = Vec::new();
    let scripts: Vec<&str> =
        page.all("script").filter(|s| s.get("type") == Some("application/ld+json")).map(|s| s.text.as_str()).collect();
    match scripts.as_slice() {
        [json] | [json, _] => match serde_json::from_str::<serde_json::Value>(json) {
            Ok(value) => faults.extend(news_article(&value, page, kind)),
            Err(e) => faults.push(format!("JSON-LD: {e}")),
        },
        other => faults.push(format!("{} JSON-LD scripts", other.len())),
    }
    faults.extend(scripts.get(1).and_then(|json| trail(json)));
    let title = page.all("h1").next().map(|h| h.text.clone()).unwrap_or_default();
    let is_day = |d: &str| d.len() == 10 && d.parse::<jiff::civil::Date>().is_ok();
    let one = |key: &str, good: &dyn Fn(&str) -> bool| {
        let found: Vec<&str> = page.metas(key).collect();
        (found.len() != 1 || !good(found[0])).then(|| format!("{key} is {found:?}"))
    };
    faults.extend(one("DC.type", &|v| v == "newspaperArticle"));
    faults.extend(one("DC.title", &|v| v == title));
    faults.extend(one("og:type", &|v| v == "article"));
    faults.extend(one("og:locale", &|v| v.contains('_')));
    faults.extend(one("prism.publicationName", &|v| !v.trim().is_empty()));
    faults.extend(one("prism.publicationDate", &is_day));
    faults.extend(one("article:published_time", &is_rfc3339));
    if kind != ArticleKind::Original && page.metas("z:translators").next().is_none() {
        faults.push("no z:translators".to_owned());
    }
    // With any of these, a reference manager would name the wrong people or the wrong kind of work.
    for never in ["citation_author", "citation_journal_title", "DC.contributor", "citation_authors"] {
        if page.metas(never).next().is_some() {
            faults.push(format!("{never} is there"));
        }
    }
    for element in &page.elements {
        let mut classes = element.get("class").unwrap_or_default().split_whitespace();
        if classes.any(|c| matches!(c, "byline" | "vcard" | "Z3988" | "author")) {
            faults.push(format!("<{} class={:?}>", element.name, element.get("class")));
        }
    }
    faults
}

/// Returns what is wrong with the breadcrumbs of a page: each but the last has an absolute URL.
fn trail(json: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let items = value["itemListElement"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_item = |(at, item): (usize, &serde_json::Value)| {
        let url = item["item"].as_str();
        item["@type"] == "ListItem"
            && item["position"] == at + 1
            && item["name"].as_str().is_some_and(|name| !name.is_empty())
            && url.map_or(at + 1 == items.len(), |url| url.starts_with("http"))
    };
    let good = value["@type"] == "BreadcrumbList" && items.len() > 1 && items.iter().enumerate().all(is_item);
    (!good).then(|| format!("breadcrumbs {json}"))
}

pub fn news_article(value: &serde_json::Value, page: &Document, kind: ArticleKind) -> Vec<String> {
    let mut faults = Vec::new();
    let is = |v: &serde_json::Value, name: &str| {
        v.as_str() == Some(name) || v.as_array().is_some_and(|a| a.iter().any(|t| t.as_str() == Some(name)))
    };
    if value["@context"] != "https://schema.org" || !is(&value["@type"], "NewsArticle") {
        faults.push(format!("JSON-LD of {} {}", value["@context"], value["@type"]));
    }
    let title = page.all("h1").next().map(|h| h.text.clone()).unwrap_or_default();
    // An HTML parser treats every kind of line end alike.
    let same =
        |v: &serde_json::Value, text: Option<&str>| v.as_str().map(|v| v.replace("\r\n", "\n")).as_deref() == text;
    if !same(&value["headline"], Some(&title)) {
        faults.push(format!("headline {} on a page titled {title:?}", value["headline"]));
    }
    let lang = page.all("html").next().and_then(|h| h.get("lang"));
    if value["inLanguage"].as_str() != lang {
        faults.push(format!("inLanguage {} on a page in {lang:?}", value["inLanguage"]));
    }
    if !value["datePublished"].as_str().is_some_and(is_rfc3339) {
        faults.push(format!("datePublished {}", value["datePublished"]));
    }
    let description = page.metas("description").next();
    // A page's description may be shortened, but text and language are the same.
    let start = description.unwrap_or_default().trim_end_matches('…').trim_end();
    let whole = value["description"].as_str().map(|d| d.replace("\r\n", "\n"));
    if whole.is_some_and(|whole| start.is_empty() || !whole.starts_with(start)) {
        faults.push(format!("description {} on a page described as {description:?}", value["description"]));
    }
    let named = |v: &serde_json::Value| v["@type"].is_string() && v["name"].as_str().is_some_and(|n| !n.is_empty());
    let people = |v: &serde_json::Value| match v {
        serde_json::Value::Array(all) => !all.is_empty() && all.iter().all(named),
        one => named(one),
    };
    if value["image"].as_str() != page.metas("og:image").next() {
        faults.push(format!("image {}, and not og:image", value["image"]));
    }
    // Without a byline, the author is the newspaper.
    if !people(&value["author"]) {
        faults.push(format!("author {}", value["author"]));
    }
    if kind != ArticleKind::Original && !people(&value["translator"]) {
        faults.push(format!("translator {}", value["translator"]));
    }
    let work = &value["translationOfWork"];
    let day = |v: &serde_json::Value| v.as_str().is_some_and(|d| d.parse::<jiff::civil::Date>().is_ok());
    match kind {
        ArticleKind::Translation if !is(&work["@type"], "NewsArticle") || !day(&work["datePublished"]) => {
            faults.push(format!("translationOfWork {work}"));
        }
        ArticleKind::Translation if !people(&work["publisher"]) => {
            faults.push(format!("publisher {}", work["publisher"]))
        }
        ArticleKind::Summary | ArticleKind::Digest if value["isBasedOn"].is_null() => {
            faults.push("based on nothing".to_owned())
        }
        ArticleKind::Original if !work.is_null() => faults.push("an original translates nothing".to_owned()),
        _ => {}
    }
    faults
}
