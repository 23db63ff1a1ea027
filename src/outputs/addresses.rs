//! Addresses and paths that several kinds of output share. It only computes names and plans nothing.

use std::collections::BTreeSet;

use crate::archive::archive::{Archive, ArticleIx, ListingId};
use crate::archive::term::{LETTERS_ABOVE, letter};
use crate::base::config::Config;
use crate::content::content_path::TermKind;

/// The largest number of addresses in one sitemap (sitemaps.org).
pub const SITEMAP_LIMIT: usize = 50_000;

/// The address of the page of all corrections.
pub const CORRECTIONS: &str = "corrections";

/// Returns the address of a numbered page.
pub fn numbered_address(root: &str, number: usize) -> String {
    if root.is_empty() { format!("page/{number}") } else { format!("{root}/page/{number}") }
}

/// A listing with more articles than this has a file of references for every year.
const CITED_TOGETHER: usize = 1000;

/// How a feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedFormat {
    Atom,
    /// JSON Feed 1.1
    Json,
}

impl FeedFormat {
    pub fn media_type(self) -> &'static str {
        ["application/atom+xml", "application/feed+json"][self as usize]
    }
}

/// Returns the formats in which a site writes its feeds.
pub fn feed_formats(config: &Config) -> impl Iterator<Item = FeedFormat> {
    [FeedFormat::Atom].into_iter().chain(config.feeds.json.then_some(FeedFormat::Json))
}

/// Returns the path of the feed of the listing at `address`.
pub fn feed_path(address: &str, format: FeedFormat) -> String {
    let name = ["feed.xml", "feed.json"][format as usize];
    if address.is_empty() { name.to_owned() } else { format!("{address}/{name}") }
}

/// Returns the letters of a long index in order, or none for a short index.
pub fn letters(archive: &Archive, kind: TermKind) -> Vec<String> {
    let terms = &archive.taxonomy(kind).terms;
    if terms.len() <= LETTERS_ABOVE {
        return Vec::new();
    }
    let letters: BTreeSet<String> = terms.iter().map(|t| letter(&t.id)).collect();
    letters.into_iter().collect()
}

/// Counts the addresses of an article: its page and those of the texts beside it.
fn weight(config: &Config, archive: &Archive, ix: ArticleIx) -> usize {
    1 + archive.pages_beside(archive.article(ix), config).count()
}

/// Returns how many sitemap files a month needs.
pub fn sitemap_parts(config: &Config, archive: &Archive, year: i16, month: i8) -> usize {
    let articles = archive.listing(ListingId::Month(year, month));
    articles.iter().map(|&ix| weight(config, archive, ix)).sum::<usize>().div_ceil(SITEMAP_LIMIT)
}

/// Returns the path of a sitemap: `sitemap-2021-03.xml`, `sitemap-2021-03-2.xml`.
pub fn sitemap_path(year: i16, month: i8, part: usize) -> String {
    match part {
        1 => format!("sitemap-{year:04}-{month:02}.xml"),
        _ => format!("sitemap-{year:04}-{month:02}-{part}.xml"),
    }
}

/// Returns whether a listing has a feed: the configuration enables it, and the site has a base URL.
pub fn has_feed(config: &Config, id: ListingId) -> bool {
    let feeds = &config.feeds;
    let wanted = match id {
        ListingId::Home => feeds.site,
        ListingId::Term(TermKind::Section, _) => feeds.sections,
        ListingId::Term(TermKind::Tag, _) => feeds.tags,
        ListingId::Term(TermKind::Source, _) => feeds.sources,
        ListingId::Term(TermKind::Translator, _) => feeds.translators,
        ListingId::Year(_) | ListingId::Month(..) | ListingId::Day(_) => false,
    };
    wanted && config.urls.base_url.is_some()
}

/// Returns whether there is a page of all corrections. If the site does not say, there is one if an article has a
/// correction, and no page of the site has its address.
pub fn has_corrections(config: &Config, archive: &Archive) -> bool {
    config.corrections_page.unwrap_or(!archive.corrections.is_empty() && archive.page(CORRECTIONS).is_none())
}

/// Returns whether the page of all corrections has a feed.
pub fn has_corrections_feed(config: &Config, archive: &Archive) -> bool {
    config.feeds.corrections && config.urls.base_url.is_some() && has_corrections(config, archive)
}

/// A format of files of references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CitationFormat {
    Ris,
    CslJson,
}

impl CitationFormat {
    pub const ALL: [CitationFormat; 2] = [CitationFormat::Ris, CitationFormat::CslJson];

    /// Returns the extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            CitationFormat::Ris => "ris",
            CitationFormat::CslJson => "json",
        }
    }
}

/// Returns the years whose references have a file of their own, newest first, or `None` for one file with all of them.
/// The year is that of `date`. A month is never divided, and a listing without articles has no file.
pub fn citation_files(config: &Config, archive: &Archive, id: ListingId) -> Vec<Option<i16>> {
    let settings = &config.citations;
    let wanted = match id {
        ListingId::Month(..) => settings.months,
        ListingId::Term(TermKind::Section, _) => settings.sections,
        ListingId::Term(TermKind::Tag, _) => settings.tags,
        ListingId::Term(TermKind::Source, _) => settings.sources,
        ListingId::Term(TermKind::Translator, _) => settings.translators,
        ListingId::Home | ListingId::Year(_) | ListingId::Day(_) => false,
    };
    let articles = archive.listing(id);
    if !wanted || config.urls.base_url.is_none() || articles.is_empty() {
        return Vec::new();
    }
    if articles.len() <= CITED_TOGETHER || matches!(id, ListingId::Month(..)) {
        return vec![None];
    }
    let years: BTreeSet<i16> = articles.iter().map(|&ix| archive.article(ix).card.date.year()).collect();
    years.into_iter().rev().map(Some).collect()
}

/// Returns the path of a file of references of the listing at `address`: `cite.ris`, `cite-2021.ris`.
pub fn citation_path(address: &str, year: Option<i16>, format: CitationFormat) -> String {
    let extension = format.extension();
    match year {
        None => format!("{address}/cite.{extension}"),
        Some(year) => format!("{address}/cite-{year:04}.{extension}"),
    }
}
