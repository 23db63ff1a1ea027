//! Writes a feed as JSON Feed 1.1. `feed_facts.rs` decides what a feed says.

use serde::Serialize;

use super::feed_facts::{Feed, FeedEntry};
use super::world::World;
use crate::base::date;

/// The fields of a feed, in the order of the specification.
#[derive(Serialize)]
struct JsonFeed<'f> {
    version: &'static str,
    title: &'f str,
    home_page_url: &'f str,
    feed_url: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'f str>,
    authors: [Author<'f>; 1],
    language: &'f str,
    items: Vec<JsonFeedItem<'f>>,
}

#[derive(Serialize)]
struct JsonFeedItem<'f> {
    id: &'f str,
    url: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'f str>,
    title: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'f str>,
    /// An item must have either content.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'f>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'f str>,
    language: &'f str,
}

#[derive(Serialize)]
struct Author<'f> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'f str>,
}

/// Writes a feed.
pub fn write(feed: &Feed) -> Vec<u8> {
    let config = feed.world.config;
    let json = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.page,
        feed_url: &feed.own,
        description: feed.description,
        authors: [Author { name: config.title.to_string(), url: None }],
        language: &config.language,
        items: feed.entries.iter().map(|entry| item(feed.world, entry)).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&json).expect("invariant: a feed is made of plain structs");
    bytes.push(b'\n');
    bytes
}

fn item<'f>(world: &'f World, entry: &'f FeedEntry) -> JsonFeedItem<'f> {
    let time = |at| date::rfc3339(at, &world.config.zone);
    let authors = entry.authors.iter().map(|name| Author { name: (*name).to_owned(), url: None });
    // There is no other role than an author, so the name says what a translator did.
    let translated = world.strings.plain("translated_by");
    let translator = |(name, url): &'f (&str, String)| Author { name: format!("{translated} {name}"), url: Some(url) };
    JsonFeedItem {
        id: &entry.url,
        url: &entry.url,
        external_url: entry.original.as_deref(),
        title: &entry.title,
        content_html: entry.text.as_deref(),
        content_text: entry.text.is_none().then_some(entry.summary.unwrap_or(&entry.title)),
        summary: entry.summary.filter(|_| entry.text.is_some()),
        date_published: entry.published.map(time),
        date_modified: time(entry.changed),
        authors: authors.chain(entry.translators.iter().map(translator)).collect(),
        tags: entry.tags.iter().map(|(_, label)| *label).collect(),
        language: entry.language.unwrap_or(&world.config.language),
    }
}
