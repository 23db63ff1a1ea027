//! Sitemaps, one per month of the articles' dates, so that the file of an old month stays the same; and robots.txt.
//!
//! `lastmod` comes from the content, never from the clock. A file has at most 50,000 addresses (sitemaps.org).

use super::addresses::{CORRECTIONS, SITEMAP_LIMIT, has_corrections, sitemap_parts, sitemap_path};
use super::head::absolute_or_same;
use super::world::World;
use super::xml::{close, document, line, open};
use crate::archive::archive::ListingId;
use crate::base::date;
use crate::content::content_path::TermKind;

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Renders the index of all sitemaps.
pub fn index(world: &World) -> Vec<u8> {
    let urls = &world.config.urls;
    let mut xml = document();
    open(&mut xml, "sitemapindex", &[("xmlns", NAMESPACE)]);
    let mut entry = |path: &str, changed: Option<String>| {
        open(&mut xml, "sitemap", &[]);
        line(&mut xml, "loc", &[], &absolute_or_same(world.config, &urls.file(path)));
        if let Some(changed) = changed {
            line(&mut xml, "lastmod", &[], &changed);
        }
        close(&mut xml, "sitemap");
    };
    entry("sitemap-pages.xml", None);
    for (year, month) in world.archive.months() {
        for part in 1..=sitemap_parts(world.config, world.archive, year, month) {
            let last = entries(world, year, month, part).into_iter().map(|(_, at)| at).max();
            entry(&sitemap_path(year, month, part), last.map(|at| date::rfc3339(at, &world.config.zone)));
        }
    }
    close(&mut xml, "sitemapindex");
    xml.into_bytes()
}

/// Lists the addresses in one part of a month, oldest first, each with the time of its last change.
fn entries(world: &World, year: i16, month: i8, part: usize) -> Vec<(String, date::Instant)> {
    let articles = world.archive.listing(ListingId::Month(year, month));
    let all = articles.iter().rev().flat_map(|&ix| {
        let placed = world.archive.article(ix);
        let at = placed.card.updated.map_or(placed.card.posted, |u| u.max(placed.card.posted));
        let beside = world.archive.pages_beside(placed, world.config);
        std::iter::once(placed.address.to_string())
            .chain(beside.map(|(_, text)| format!("{}/{}", placed.address, text.lang)))
            .map(move |address| (address, at))
            .collect::<Vec<_>>()
    });
    all.skip((part - 1) * SITEMAP_LIMIT).take(SITEMAP_LIMIT).collect()
}

/// Renders one part of a month.
pub fn month(world: &World, year: i16, month: i8, part: usize) -> Vec<u8> {
    let mut xml = document();
    open(&mut xml, "urlset", &[("xmlns", NAMESPACE)]);
    for (address, at) in entries(world, year, month, part) {
        open(&mut xml, "url", &[]);
        line(&mut xml, "loc", &[], &absolute_or_same(world.config, &world.config.urls.page(&address)));
        line(&mut xml, "lastmod", &[], &date::rfc3339(at, &world.config.zone));
        close(&mut xml, "url");
    }
    close(&mut xml, "urlset");
    xml.into_bytes()
}

/// Renders the sitemap of pages other than articles and date pages: home, the calendar, the indexes, standalone pages.
/// Listings are linked from these. Their numbered pages are left out on purpose.
pub fn pages(world: &World) -> Vec<u8> {
    let urls = &world.config.urls;
    let mut xml = document();
    open(&mut xml, "urlset", &[("xmlns", NAMESPACE)]);
    let mut page = |address: &str, changed: Option<date::Instant>| {
        open(&mut xml, "url", &[]);
        line(&mut xml, "loc", &[], &absolute_or_same(world.config, &urls.page(address)));
        if let Some(changed) = changed {
            line(&mut xml, "lastmod", &[], &date::rfc3339(changed, &world.config.zone));
        }
        close(&mut xml, "url");
    };
    page("", None);
    page("archive", None);
    if has_corrections(world.config, world.archive) {
        page(CORRECTIONS, None);
    }
    world.archive.series.iter().for_each(|series| page(&series.address(), None));
    TermKind::ALL.into_iter().for_each(|kind| page(kind.plural(), None));
    world.archive.pages.iter().for_each(|p| page(&p.path, p.updated));
    close(&mut xml, "urlset");
    xml.into_bytes()
}

/// Renders robots.txt, which allows everything and names the sitemap.
pub fn robots(world: &World) -> Vec<u8> {
    let mut out = String::from("User-agent: *\nAllow: /\n");
    if let Some(sitemap) = world.config.urls.absolute(&world.config.urls.file("sitemap.xml")) {
        out.push_str(&format!("\nSitemap: {sitemap}\n"));
    }
    out.into_bytes()
}
