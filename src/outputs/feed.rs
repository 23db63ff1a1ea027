//! Atom feeds (RFC 4287) of the site and of sections, tags, sources and translators. It must not read a body.
//!
//! Entries carry the excerpt, not the body, so that editing a body does not rewrite a dozen feeds.

use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::world::World;
use crate::archive::archive::{ArticleIx, ListingId};
use crate::base::{date, limits};
use crate::content::content_path::TermKind;

type Xml = Writer<Vec<u8>>;

/// Starts an XML document.
pub fn document() -> Xml {
    let mut xml = Writer::new(Vec::with_capacity(16 << 10));
    emit(xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None))));
    emit(xml.get_mut().write_all(b"\n"));
    xml
}

/// Unwraps the result of writing to memory, which cannot fail.
pub fn emit<T>(result: std::io::Result<T>) -> T {
    result.expect("invariant: a Vec takes every write")
}

/// Writes an element with attributes and text. The text has no characters that XML forbids: reading rejects them.
pub fn element(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &str) {
    let element = xml.create_element(name).with_attributes(attributes.iter().copied());
    if text.is_empty() {
        emit(element.write_empty());
    } else {
        emit(element.write_text_content(BytesText::new(text)));
    }
}

/// Opens an element, which [`close`] ends.
pub fn open(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) {
    let mut start = quick_xml::events::BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, *value));
    }
    emit(xml.write_event(Event::Start(start)));
    emit(xml.get_mut().write_all(b"\n"));
}

/// Closes an element.
pub fn close(xml: &mut Xml, name: &str) {
    emit(xml.write_event(Event::End(quick_xml::events::BytesEnd::new(name))));
    emit(xml.get_mut().write_all(b"\n"));
}

/// Renders the feed of a listing.
pub fn feed(world: &World, id: ListingId) -> Vec<u8> {
    let absolute = |url: &str| super::head::absolute_or_same(world.config, url);
    let page = absolute(&world.url(id));
    let own = absolute(&world.feed(id).unwrap_or_default());
    let title = match id {
        ListingId::Home => world.config.title.to_string(),
        _ => format!("{} | {}", world.title(id), world.config.title),
    };
    let recent = world.archive.listing(id);
    let recent = &recent[..recent.len().min(world.config.feeds.limit)];
    let mut xml = document();
    open(&mut xml, "feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", &world.config.language)]);
    line(&mut xml, "id", &[], &page);
    line(&mut xml, "title", &[], &title);
    if let (ListingId::Home, Some(description)) = (id, &world.config.description) {
        line(&mut xml, "subtitle", &[], description);
    }
    line(&mut xml, "link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &own)], "");
    line(&mut xml, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &page)], "");
    // An empty feed has never changed: use the epoch, not the clock.
    let changed = recent.iter().map(|&ix| changed(world, ix)).max().unwrap_or(date::Instant::UNIX_EPOCH);
    line(&mut xml, "updated", &[], &date::rfc3339(changed, &world.config.zone));
    open(&mut xml, "author", &[]);
    line(&mut xml, "name", &[], &world.config.title);
    close(&mut xml, "author");
    for &ix in recent {
        entry(world, &mut xml, ix, id == ListingId::Home);
    }
    close(&mut xml, "feed");
    xml.into_inner()
}

/// Writes an element on a line of its own.
pub fn line(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &str) {
    element(xml, name, attributes, text);
    emit(xml.get_mut().write_all(b"\n"));
}

fn changed(world: &World, ix: ArticleIx) -> date::Instant {
    let card = &world.archive.article(ix).card;
    card.updated.map_or(card.posted, |updated| updated.max(card.posted))
}

/// Writes an entry. With `all`, it names every term of the article; otherwise only the first few. Every term has a
/// feed, so naming all terms in each would make the feeds grow quadratically.
fn entry(world: &World, xml: &mut Xml, ix: ArticleIx, all: bool) {
    let most = if all { limits::LIST } else { limits::CARD_TERMS };
    let placed = world.archive.article(ix);
    let url = super::head::absolute_or_same(world.config, &world.config.urls.page(&placed.address));
    open(xml, "entry", &[]);
    line(xml, "id", &[], &url);
    line(xml, "title", &[], &placed.card.title);
    line(xml, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &url)], "");
    line(xml, "published", &[], &date::rfc3339(placed.card.posted, &world.config.zone));
    line(xml, "updated", &[], &date::rfc3339(changed(world, ix), &world.config.zone));
    for (role, kind) in [("author", TermKind::Source), ("contributor", TermKind::Translator)] {
        for &term in placed.terms(kind).iter().take(most) {
            open(xml, role, &[]);
            line(xml, "name", &[], &world.archive.term(kind, term).label);
            close(xml, role);
        }
    }
    for &tag in placed.terms(TermKind::Tag).iter().take(most) {
        let tag = world.archive.term(TermKind::Tag, tag);
        line(xml, "category", &[("term", &tag.id), ("label", &tag.label)], "");
    }
    if let Some(excerpt) = &placed.card.excerpt {
        line(xml, "summary", &[], excerpt);
    }
    close(xml, "entry");
}
