//! The metadata in the head of an article's page: versions, feeds, Open Graph, citation tags, JSON-LD. It must not read
//! the archive.

use super::article_page::ArticlePage;
use super::citation_tags;
use super::head::{PageHead, absolute_or_same};
use super::page::Crumb;
use super::schema::NewsArticle;
use super::site_schema;
use super::world::Common;
use crate::base::date;

/// Builds the metadata. `crumbs` are the pages above.
pub fn head(common: &Common, page: &ArticlePage, crumbs: &[Crumb]) -> PageHead {
    let facts = page.facts;
    let (card, config) = (page.card(), common.config);
    let excerpt = card.excerpt.as_deref().filter(|_| !page.is_sibling());
    let description = page.summary().or(excerpt);
    let mut head = PageHead::in_language(common, page.title, page.url, description, page.lang);
    for version in &facts.versions {
        head.alternate(version.lang, &absolute_or_same(config, &version.url));
    }
    for (title, feeds) in &facts.feeds {
        head.feeds(title, feeds);
    }
    let trail: Vec<&str> = facts.sections.first().into_iter().flatten().map(|term| &*term.label).collect();
    head.property("og:type", "article");
    head.property("article:published_time", &date::rfc3339(card.posted, &config.zone));
    if let Some(updated) = card.updated {
        head.property("article:modified_time", &date::rfc3339(updated, &config.zone));
    }
    head.property("article:section", &trail.join(" > "));
    if let Some(image) = page.image(common) {
        head.property("og:image", &image.url);
        if let Some((width, height)) = image.size {
            head.property("og:image:width", &width.to_string());
            head.property("og:image:height", &height.to_string());
        }
    }
    citation_tags::add(&mut head, common, page);
    head.json_ld(&NewsArticle::new(common, page, &page.translators(common)));
    site_schema::add_breadcrumbs(&mut head, common, crumbs, page.title);
    head
}
