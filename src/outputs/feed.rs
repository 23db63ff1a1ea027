//! Feeds of the site, of sections, tags, sources and translators, and of all corrections.
//!
//! Usually an entry carries the excerpt, not the text, so that editing a body does not rewrite a dozen feeds, and a
//! feed is made without reading a file. Where the site asks for whole texts, a feed reads those of its articles
//! (`feed_text`), and an edited body makes its feeds stale.

use super::addresses::FeedFormat;
use super::feed_facts::{Feed, FeedId, recent, texts};
use super::feed_text::FeedArticle;
use super::kept_rows::RowCache;
use super::output_content::{FileVisitor, OutputContent, ReadText};
use super::recipe::{BoxedRecipe, BytesRecipe, Recipe};
use super::world::World;
use super::{feed_atom, feed_json};
use crate::archive::archive::ListingId;
use crate::base::config::FeedText;
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::base::limits;

/// Returns the listing if its feed carries whole texts.
fn with_texts(world: &World, id: FeedId) -> Option<ListingId> {
    match id {
        FeedId::Listing(id) if world.config.feeds.text == FeedText::Full => Some(id),
        _ => None,
    }
}

/// Passes each file that a feed reads to `add`.
pub fn reads<'w>(world: &World<'w>, id: FeedId, add: FileVisitor<'_, 'w>) {
    let Some(id) = with_texts(world, id) else { return };
    recent(world, id).iter().for_each(|&ix| add(&world.archive.article(ix).card.file));
}

/// Creates the recipe of a feed.
pub fn recipe<'w>(world: &'w World<'w>, id: FeedId, format: FeedFormat) -> BoxedRecipe<'w> {
    let feed = Feed::new(world, id, format);
    match with_texts(world, id) {
        None => Box::new(BytesRecipe(write(&feed, format))),
        Some(id) => {
            // A further translation has no text there.
            let article = |(ix, sibling): (_, Option<usize>)| sibling.is_none().then(|| FeedArticle::new(world, ix));
            let articles = texts(world, id).map(article).collect();
            Box::new(FullFeedRecipe { feed, format, articles })
        }
    }
}

/// A feed with the whole texts of its articles.
struct FullFeedRecipe<'w> {
    feed: Feed<'w>,
    format: FeedFormat,
    articles: Vec<Option<FeedArticle<'w>>>,
}

impl Recipe for FullFeedRecipe<'_> {
    fn digest(&self) -> Digest {
        let FullFeedRecipe { feed, format, articles } = self;
        // The labels are in the texts only.
        let world = feed.world;
        let labels = format!("{:?} {:?}", world.labels[0], world.config.raw_html);
        Digest::of_value(&(write(feed, *format), labels, articles))
    }

    fn make(self: Box<Self>, read: ReadText, _: &mut RowCache, problems: &mut Diagnostics) -> Option<OutputContent> {
        let FullFeedRecipe { mut feed, format, articles } = *self;
        let mut left = limits::FEED_TEXT;
        for (entry, article) in feed.entries.iter_mut().zip(&articles) {
            let Some(article) = article else { continue };
            let text = article.text(feed.world, &entry.url, read, problems)?;
            // Readers give up feeds that are too large, so the older articles have only their excerpts.
            match text.and_then(|text| left.checked_sub(text.len()).map(|less| (text, less))) {
                Some((text, less)) => (entry.text, left) = (Some(text), less),
                None => break,
            }
        }
        Some(OutputContent::Bytes(write(&feed, format)))
    }
}

fn write(feed: &Feed, format: FeedFormat) -> Vec<u8> {
    match format {
        FeedFormat::Atom => feed_atom::write(feed),
        FeedFormat::Json => feed_json::write(feed),
    }
}
