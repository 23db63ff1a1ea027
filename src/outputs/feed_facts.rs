//! What a feed says, whatever its format: its own facts and those of its entries. It must not read a file.

use super::addresses::{CORRECTIONS, FeedFormat, feed_path};
use super::corrections::Corrected;
use super::head::absolute_or_same;
use super::world::World;
use crate::archive::archive::{ArticleIx, ListingId};
use crate::base::date::{Instant, WrittenDate};
use crate::base::limits;
use crate::content::content_path::TermKind;
use crate::theme::strings::Arg;

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
            FeedId::Listing(id) => recent(world, id).iter().map(|&ix| entry(world, ix, is_home)).collect(),
            FeedId::Corrections => {
                let recent = world.archive.corrections.iter().take(world.config.feeds.limit);
                recent.map(|&at| correction(world, &Corrected::new(world, at))).collect()
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

/// Collects what a feed says of an article. With `all`, it names every term; otherwise only the first few. Every term
/// has a feed, so naming all terms in each would make the feeds grow quadratically.
fn entry<'w>(world: &'w World<'w>, ix: ArticleIx, all: bool) -> FeedEntry<'w> {
    let most = if all { limits::LIST } else { limits::CARD_TERMS };
    let absolute = |url: &str| absolute_or_same(world.config, url);
    let placed = world.archive.article(ix);
    let card = &placed.card;
    let terms = |kind: TermKind| placed.terms(kind).iter().take(most).map(move |&ix| (kind, ix));
    let leaf = |(kind, ix)| world.leaves.term(kind, ix);
    FeedEntry {
        url: absolute(&world.config.urls.page(&placed.address)),
        title: card.title.to_string(),
        published: Some(card.posted),
        changed: card.updated.map_or(card.posted, |updated| updated.max(card.posted)),
        authors: terms(TermKind::Source).map(leaf).map(|term| &*term.label).collect(),
        translators: terms(TermKind::Translator).map(leaf).map(|term| (&*term.label, absolute(&term.url))).collect(),
        tags: terms(TermKind::Tag)
            .map(|(kind, ix)| world.archive.term(kind, ix))
            .map(|tag| (&*tag.id, &*tag.label))
            .collect(),
        summary: card.excerpt.as_deref(),
        text: None,
    }
}

/// Collects what the feed of corrections says of one.
fn correction<'w>(world: &World<'w>, corrected: &Corrected<'w>) -> FeedEntry<'w> {
    let kind = world.strings.plain(corrected.correction.kind.string());
    let args = [("label", Arg::Text(&kind)), ("value", Arg::Text(&world.archive.article(corrected.ix).card.title))];
    FeedEntry {
        url: absolute_or_same(world.config, &corrected.note),
        title: world.strings.get("labelled", &args).unwrap_or_default(),
        published: None,
        changed: WrittenDate::Day(corrected.correction.date).instant(&world.config.zone),
        authors: Vec::new(),
        translators: Vec::new(),
        tags: Vec::new(),
        summary: Some(&corrected.correction.note),
        text: None,
    }
}
