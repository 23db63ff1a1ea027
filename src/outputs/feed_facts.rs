//! What a feed says, whatever its format: its own facts and those of its entries. It must not read a file.

use std::borrow::Cow;

use super::addresses::{CORRECTIONS, FeedFormat, feed_path};
use super::corrections::ArticleCorrection;
use super::head::absolute_or_same;
use super::world::World;
use crate::archive::archive::{ArticleIx, ListingId};
use crate::base::date::{Day, Instant, WrittenDate};
use crate::base::{limits, weburl};
use crate::content::content_path::TermKind;

/// What a feed lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedId {
    Listing(ListingId),
    Corrections,
}

/// A feed, before its entries have their texts.
pub struct Feed<'w> {
    pub world: &'w World<'w>,
    pub title: String,
    pub description: Option<&'w str>,
    /// The absolute addresses of the page and of the feed itself.
    pub page: String,
    pub own: String,
    pub changed: Instant,
    pub entries: Vec<FeedEntry<'w>>,
}

/// An entry: an article, or a correction.
pub struct FeedEntry<'w> {
    /// The absolute address, which is also the id.
    pub url: String,
    pub title: String,
    /// The language of a further translation.
    pub language: Option<&'w str>,
    /// The day on which the source printed the original, and its address on another site.
    pub printed: Option<Day>,
    pub original: Option<Cow<'w, str>>,
    pub published: Option<Instant>,
    pub changed: Instant,
    pub authors: Vec<&'w str>,
    /// The translators: their names, and the absolute addresses of their pages.
    pub translators: Vec<(&'w str, String)>,
    /// Ids and labels.
    pub tags: Vec<(&'w str, &'w str)>,
    pub summary: Option<&'w str>,
    /// The whole text as HTML.
    pub text: Option<String>,
}

impl<'w> Feed<'w> {
    /// Collects what a feed says.
    pub fn new(world: &'w World<'w>, id: FeedId, format: FeedFormat) -> Feed<'w> {
        let absolute = |url: &str| absolute_or_same(world.config, url);
        let address = match id {
            FeedId::Listing(id) => world.archive.address(id),
            FeedId::Corrections => CORRECTIONS.to_owned(),
        };
        let title = match id {
            FeedId::Listing(ListingId::Home) => world.config.title.to_string(),
            FeedId::Listing(id) => format!("{} | {}", world.title(id), world.config.title),
            FeedId::Corrections => format!("{} | {}", world.strings.plain("corrections"), world.config.title),
        };
        let is_home = id == FeedId::Listing(ListingId::Home);
        let entries: Vec<FeedEntry> = match id {
            FeedId::Listing(id) => texts(world, id).map(|text| entry(world, text, is_home)).collect(),
            FeedId::Corrections => {
                let recent = world.archive.corrections.iter().take(world.config.feeds.limit);
                recent.map(|&at| correction(world, &ArticleCorrection::new(world, at))).collect()
            }
        };
        Feed {
            world,
            title,
            description: world.config.description.as_deref().filter(|_| is_home),
            page: absolute(&world.config.urls.page(&address)),
            own: absolute(&world.config.urls.file(&feed_path(&address, format))),
            // An empty feed has never changed: use the epoch, not the clock.
            changed: entries.iter().map(|entry| entry.changed).max().unwrap_or(Instant::UNIX_EPOCH),
            entries,
        }
    }
}

/// Returns the articles in the feed of a listing.
pub fn recent<'w>(world: &World<'w>, id: ListingId) -> &'w [ArticleIx] {
    let all = world.archive.listing(id);
    &all[..all.len().min(world.config.feeds.limit)]
}

/// Iterates over the texts in the feed of a listing: an article, or its further translation at an index.
pub fn texts<'w>(world: &'w World<'w>, id: ListingId) -> impl Iterator<Item = (ArticleIx, Option<usize>)> {
    let texts = move |ix| world.archive.article(ix).texts_in(id).map(move |sibling| (ix, sibling));
    recent(world, id).iter().flat_map(move |&ix| texts(ix))
}

/// Collects what a feed says of a text. With `all`, it names every term; otherwise only the first few. Every term
/// has a feed, so naming all terms in each would make the feeds grow quadratically.
fn entry<'w>(world: &'w World<'w>, (ix, sibling): (ArticleIx, Option<usize>), all: bool) -> FeedEntry<'w> {
    let most = if all { limits::LIST } else { limits::CARD_TERMS };
    let absolute = |url: &str| absolute_or_same(world.config, url);
    let placed = world.archive.article(ix);
    let card = &placed.card;
    let terms = |kind: TermKind| placed.terms(kind).iter().take(most).map(move |&ix| (kind, ix));
    let leaf = |(kind, ix)| world.leaves.term(kind, ix);
    let text = sibling.map(|at| &*placed.siblings[at]);
    let byline = card.byline.iter().map(|name| &**name);
    let translators = placed.translators(sibling, &world.config.language).into_iter().take(most);
    let translators = translators.map(|ix| world.leaves.term(TermKind::Translator, ix));
    FeedEntry {
        url: absolute(&world.text_url(placed, sibling)),
        title: text.map_or(&card.title, |text| &text.title).to_string(),
        language: text.map(|text| &*text.lang),
        printed: Some(card.date),
        original: card.original_url.as_deref().map(weburl::iri),
        published: Some(card.posted),
        changed: card.updated.map_or(card.posted, |updated| updated.max(card.posted)),
        authors: byline.chain(terms(TermKind::Source).map(leaf).map(|term| &*term.label)).collect(),
        translators: translators.map(|term| (&*term.label, absolute(&term.url))).collect(),
        tags: terms(TermKind::Tag)
            .map(|(kind, ix)| world.archive.term(kind, ix))
            .map(|tag| (&*tag.id, &*tag.label))
            .collect(),
        summary: card.excerpt.as_deref().filter(|_| text.is_none()),
        text: None,
    }
}

/// Collects what the feed of corrections says of one.
fn correction<'w>(world: &World<'w>, corrected: &ArticleCorrection<'w>) -> FeedEntry<'w> {
    let kind = world.strings.plain(corrected.correction.kind.string());
    FeedEntry {
        url: absolute_or_same(world.config, &corrected.note),
        title: world.strings.labelled(&kind, &world.archive.article(corrected.ix).card.title),
        language: None,
        printed: None,
        original: None,
        published: None,
        changed: WrittenDate::Day(corrected.correction.date).instant(&world.config.zone),
        authors: Vec::new(),
        translators: Vec::new(),
        tags: Vec::new(),
        summary: Some(&corrected.correction.note),
        text: None,
    }
}
