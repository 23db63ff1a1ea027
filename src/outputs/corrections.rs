//! The page of all corrections, on numbered pages like a listing. It must not read a text: the cards have
//! the corrections.

use super::addresses::{CORRECTIONS, numbered_address};
use super::head::PageHead;
use super::listing::turns;
use super::listing_words;
use super::output_content::ReadText;
use super::page::{Crumb, own};
use super::recipe::View;
use super::world::World;
use crate::archive::archive::ArticleIx;
use crate::archive::pager::Pager;
use crate::base::diag::Diagnostics;
use crate::content::content_path::TermKind;
use crate::content::correction::{Correction, note_id};
use crate::theme::view::Sink;

/// The root (no number) or a numbered page.
pub struct CorrectionsPage<'w> {
    pub world: &'w World<'w>,
    pub number: Option<usize>,
}

/// A correction and its article.
pub struct ArticleCorrection<'w> {
    pub correction: &'w Correction,
    pub ix: ArticleIx,
    /// The root-relative URLs of the article, and of the note on its page.
    article: String,
    pub note: String,
}

impl<'w> ArticleCorrection<'w> {
    pub fn new(world: &World<'w>, (ix, at): (ArticleIx, u32)) -> ArticleCorrection<'w> {
        let article = world.config.urls.page(&world.archive.article(ix).address);
        let note = format!("{article}#{}", note_id(at as usize));
        ArticleCorrection { correction: world.archive.correction((ix, at)), ix, article, note }
    }
}

/// Returns the arithmetic of the numbered pages.
pub fn pager(world: &World) -> Pager {
    Pager { n: world.archive.corrections.len(), per_page: world.config.per_page }
}

impl View for CorrectionsPage<'_> {
    fn walk(&self, s: &mut impl Sink, _: ReadText, _: &mut Diagnostics) {
        let CorrectionsPage { world, number } = *self;
        let heading = world.strings.plain("corrections");
        let root = world.config.urls.page(CORRECTIONS);
        let (title, url) = match number {
            Some(n) => (
                format!("{heading}: {}", world.page_number(n)),
                world.config.urls.page(&numbered_address(CORRECTIONS, n)),
            ),
            None => (heading.clone(), root.clone()),
        };
        let mut head = PageHead::new(world, &title, &url, None);
        head.property("og:type", "website");
        let feeds = world.corrections_feeds();
        head.feeds(&heading, &feeds);
        let crumbs: Vec<Crumb> = number.map(|_| (heading.as_str().into(), root.into())).into_iter().collect();
        let mut page = own(world, "corrections", &title, &url, &head);
        page.crumbs = &crumbs;
        page.walk(s);
        let pager = pager(world);
        s.table("corrections", |s| {
            s.tables("items", &world.archive.corrections[pager.range(number)], |s, &at| {
                let corrected = ArticleCorrection::new(world, at);
                world.correction(s, corrected.correction);
                s.text("url", &corrected.note);
                s.table("article", |s| {
                    let placed = world.archive.article(corrected.ix);
                    s.text("title", &placed.card.title);
                    s.text("url", &corrected.article);
                    world.date(s, placed.card.date);
                    s.leaves("sources", world.terms(TermKind::Source, placed.terms(TermKind::Source)));
                });
            });
            turns(world, s, &pager, CORRECTIONS, number, |range| {
                let corrections = world.archive.corrections[range].iter();
                listing_words::range(world, corrections.map(|&at| world.archive.correction(at).date))
            });
            s.maybe_text("feed", feeds.first().map(|(_, url)| url.as_str()));
        });
    }
}
