//! Writes a feed as Atom (RFC 4287). `feed_facts.rs` decides what a feed says.

use super::feed_facts::{Feed, FeedEntry};
use super::world::World;
use super::xml::{close, document, line, open, style_sheet};
use crate::base::date;

/// The style sheet of feeds, a static file of the theme. It is CSS, since browsers are removing XSLT (November 2026).
/// CSS cannot make links of Atom's elements, and HTML among them would not be valid, so it shows their addresses.
const SHEET: &str = "feed.css";

/// Writes a feed.
pub fn write(feed: &Feed) -> Vec<u8> {
    let config = feed.world.config;
    let mut xml = document();
    if let Some(sheet) = sheet(feed.world) {
        style_sheet(&mut xml, &sheet);
    }
    let (atom, terms) = ("http://www.w3.org/2005/Atom", "http://purl.org/dc/terms/");
    open(&mut xml, "feed", &[("xmlns", atom), ("xmlns:dcterms", terms), ("xml:lang", &config.language)]);
    line(&mut xml, "id", &[], &feed.page);
    line(&mut xml, "title", &[], &feed.title);
    if let Some(description) = feed.description {
        line(&mut xml, "subtitle", &[], description);
    }
    line(&mut xml, "link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.own)], "");
    line(&mut xml, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.page)], "");
    line(&mut xml, "updated", &[], &date::rfc3339(feed.changed, &config.zone));
    person(&mut xml, "author", &config.title);
    for entry in &feed.entries {
        write_entry(feed.world, &mut xml, entry);
    }
    close(&mut xml, "feed");
    xml.into_bytes()
}

/// Returns the root-relative URL of the style sheet, if the theme has one.
fn sheet(world: &World) -> Option<String> {
    let file = world.statics.files.iter().find(|file| file.of_theme && file.name == SHEET)?;
    Some(world.config.urls.file(&file.path))
}

fn write_entry(world: &World, xml: &mut String, entry: &FeedEntry) {
    let config = world.config;
    open(xml, "entry", entry.language.map(|language| ("xml:lang", language)).as_slice());
    line(xml, "id", &[], &entry.url);
    line(xml, "title", &[], &entry.title);
    line(xml, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &entry.url)], "");
    if let Some(original) = &entry.original {
        line(xml, "link", &[("rel", "via"), ("href", original)], "");
    }
    if let Some(printed) = entry.printed {
        line(xml, "dcterms:issued", &[], &printed.to_string());
    }
    if let Some(published) = entry.published {
        line(xml, "published", &[], &date::rfc3339(published, &config.zone));
    }
    line(xml, "updated", &[], &date::rfc3339(entry.changed, &config.zone));
    entry.authors.iter().for_each(|name| person(xml, "author", name));
    entry.translators.iter().for_each(|(name, _)| person(xml, "contributor", name));
    for (id, label) in &entry.tags {
        line(xml, "category", &[("term", id), ("label", label)], "");
    }
    if let Some(summary) = entry.summary {
        line(xml, "summary", &[], summary);
    }
    if let Some(text) = &entry.text {
        line(xml, "content", &[("type", "html"), ("xml:lang", &config.language)], text);
    }
    close(xml, "entry");
}

fn person(xml: &mut String, role: &str, name: &str) {
    open(xml, role, &[]);
    line(xml, "name", &[], name);
    close(xml, role);
}
