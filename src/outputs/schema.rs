//! JSON-LD of an article: schema.org `NewsArticle` with its translator and the work it translates.
//!
//! `datePublished` is when the translation was posted; the source's own date stands inside `translationOfWork`. Summaries
//! and digests render no single work: they are `isBasedOn` their sources. A translation's canonical address is its own,
//! never the foreign original's.

use serde_json::{Map, Value, json};

use super::article_page::ArticlePage;
use super::world::Common;
use crate::base::date;
use crate::content::article::Kind;

/// The value to embed.
pub fn article(common: &Common, page: &ArticlePage) -> Value {
    let (facts, details) = (page.facts, page.details);
    let card = page.card();
    let mut out = Map::new();
    out.insert("@context".into(), "https://schema.org".into());
    out.insert("@type".into(), kind(card.genre.as_deref()));
    out.insert("headline".into(), page.title.into());
    out.insert("inLanguage".into(), page.lang.into());
    out.insert("datePublished".into(), date::rfc3339(card.posted, &common.config.zone).into());
    if let Some(updated) = card.updated {
        out.insert("dateModified".into(), date::rfc3339(updated, &common.config.zone).into());
    }
    if let Some(url) = common.config.urls.absolute(page.url) {
        out.insert("url".into(), url.clone().into());
        out.insert("mainEntityOfPage".into(), url.into());
    }
    insert_some(&mut out, "description", page.summary().map(Value::from));
    out.insert("publisher".into(), json!({"@type": "Organization", "name": &*common.config.title}));
    insert_list(&mut out, "author", people(page.authors()));
    insert_list(&mut out, "translator", page.translators(common).into_iter().map(translator).collect());
    insert_list(&mut out, "editor", people(&details.editors));
    insert_some(&mut out, "dateline", details.dateline.as_deref().map(Value::from));
    let section = facts.sections.first().and_then(|trail| trail.last());
    insert_some(&mut out, "articleSection", section.map(|section| section.label.into()));
    insert_list(&mut out, "keywords", facts.tags.iter().map(|tag| tag.label.into()).collect());
    works(page, &mut out);
    let corrections = details
        .corrections
        .iter()
        .map(|c| json!({"@type": "CorrectionComment", "text": &*c.note, "datePublished": c.date.to_string()}));
    insert_list(&mut out, "correction", corrections.collect());
    let license = details.rights.as_ref().and_then(|r| r.translation.as_deref());
    insert_some(&mut out, "license", license.map(|l| rights_url(l).unwrap_or_else(|| l.to_owned()).into()));
    Value::Object(out)
}

/// The subtypes of `NewsArticle` by genre (schema.org, news extension).
fn kind(genre: Option<&str>) -> Value {
    let special = match genre {
        Some("editorial" | "opinion" | "column" | "cartoon" | "letter") => "OpinionNewsArticle",
        Some("analysis") => "AnalysisNewsArticle",
        Some("explainer") => "BackgroundNewsArticle",
        Some("report" | "interview") => "ReportageNewsArticle",
        _ => return "NewsArticle".into(),
    };
    json!(["NewsArticle", special])
}

/// What the article renders: one work for a translation, its sources for a summary; an original names its publisher.
fn works(page: &ArticlePage, out: &mut Map<String, Value>) {
    let card = page.card();
    let sources = page.facts.sources.iter();
    let sources: Vec<Value> =
        sources.map(|source| json!({"@type": "NewsMediaOrganization", "name": source.label})).collect();
    match card.kind {
        Kind::Translation => {
            let mut work = Map::new();
            work.insert("@type".into(), "NewsArticle".into());
            work.insert("datePublished".into(), page.source_date().to_string().into());
            insert_list(&mut work, "author", people(page.original_authors()));
            insert_list(&mut work, "publisher", sources);
            insert_some(&mut work, "printPage", page.source_page().map(Value::from));
            insert_some(&mut work, "printEdition", page.details.edition.as_deref().map(Value::from));
            if let Some(original) = &page.original {
                insert_some(&mut work, "headline", original.title.as_deref().map(Value::from));
                insert_some(&mut work, "inLanguage", original.lang.as_deref().map(Value::from));
                insert_some(&mut work, "url", original.url.as_deref().map(Value::from));
                insert_some(&mut work, "archivedAt", original.archive_url.as_deref().map(Value::from));
            }
            out.insert("translationOfWork".into(), Value::Object(work));
        }
        Kind::Summary | Kind::Digest => {
            let date = card.date.to_string();
            let based = sources
                .into_iter()
                .map(|source| json!({"@type": "NewsArticle", "publisher": source, "datePublished": date}));
            insert_list(out, "isBasedOn", based.collect());
        }
        Kind::Original => insert_list(out, "sourceOrganization", sources),
    }
}

fn people(names: &[Box<str>]) -> Vec<Value> {
    names.iter().map(|name| json!({"@type": "Person", "name": &**name})).collect()
}

fn translator((name, url, team): (&str, Option<String>, bool)) -> Value {
    let mut out = Map::new();
    out.insert("@type".into(), if team { "Organization" } else { "Person" }.into());
    out.insert("name".into(), name.into());
    insert_some(&mut out, "url", url.map(Value::from));
    Value::Object(out)
}

fn insert_some(out: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    out.extend(value.map(|value| (key.to_owned(), value)));
}

/// One value alone, several as a list, none not at all.
fn insert_list(out: &mut Map<String, Value>, key: &str, mut values: Vec<Value>) {
    match values.len() {
        0 => {}
        1 => out.extend(values.pop().map(|value| (key.to_owned(), value))),
        _ => out.extend([(key.to_owned(), Value::Array(values))]),
    }
}

/// The address of a rights statement: URLs as they are, Creative Commons by their SPDX ids.
pub fn rights_url(text: &str) -> Option<String> {
    if crate::content::details::is_web_url(text) {
        return Some(text.to_owned());
    }
    if text == "CC0-1.0" {
        return Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned());
    }
    let (code, version) = text.strip_prefix("CC-")?.rsplit_once('-')?;
    let known = matches!(code, "BY" | "BY-SA" | "BY-NC" | "BY-ND" | "BY-NC-SA" | "BY-NC-ND");
    let numbered = version.len() == 3 && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (known && numbered).then(|| format!("https://creativecommons.org/licenses/{}/{version}/", code.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::rights_url;

    #[test]
    fn rights_have_addresses() {
        let cc = "https://creativecommons.org/licenses/by-sa/4.0/";
        assert_eq!(rights_url("CC-BY-SA-4.0").as_deref(), Some(cc));
        assert_eq!(rights_url("http://rightsstatements.org/vocab/InC/1.0/").as_deref().map(str::len), Some(42));
        assert_eq!(rights_url("javascript:alert(1)"), None);
        assert_eq!(rights_url("All rights reserved"), None);
    }
}
