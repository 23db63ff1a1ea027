//! The page of all corrections, on numbered pages like a listing, and its feed. It must not read a text: the cards have
//! the corrections.

use super::addresses::{CORRECTIONS, feed_path, has_corrections_feed, numbered_address};
use super::feed::{close, document, line, open};
use super::head::{PageHead, absolute_or_same};
use super::listing::turns;
use super::listing_words;
use super::output_content::ReadText;
use super::page::{Crumb, own};
use super::recipe::View;
use super::world::World;
use crate::archive::archive::ArticleIx;
use crate::archive::pager::Pager;
use crate::base::date::{self, Instant, WrittenDate};
use crate::base::diag::Diagnostics;
use crate::content::content_path::TermKind;
use crate::content::correction::{Correction, note_id};
use crate::theme::strings::Arg;
use crate::theme::view::Sink;

/// The root (no number) or a numbered page.
pub struct CorrectionsPage<'w> {
    pub world: &'w World<'w>,
    pub number: Option<usize>,
}

/// A correction and its article.
struct Corrected<'w> {
    correction: &'w Correction,
    ix: ArticleIx,
    /// The root-relative URLs of the article, and of the note on its page.
    article: String,
    note: String,
}

impl<'w> Corrected<'w> {
    fn new(world: &'w World, (ix, at): (ArticleIx, u32)) -> Corrected<'w> {
        let article = world.config.urls.page(&world.archive.article(ix).address);
        let note = format!("{article}#{}", note_id(at as usize));
        Corrected { correction: world.archive.correction((ix, at)), ix, article, note }
    }
}

/// Returns the arithmetic of the numbered pages.
pub fn pager(world: &World) -> Pager {
    Pager { n: world.archive.corrections.len(), per_page: world.config.per_page }
}

/// Returns the root-relative URL of the feed, if there is one.
fn feed_url(world: &World) -> Option<String> {
    has_corrections_feed(world.config, world.archive).then(|| world.config.urls.file(&feed_path(CORRECTIONS)))
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
        let feed = feed_url(world);
        if let Some(feed) = &feed {
            head.feed(&heading, feed);
        }
        let crumbs: Vec<Crumb> = number.map(|_| (heading.as_str().into(), root.into())).into_iter().collect();
        let mut page = own(world, "corrections", &title, &url, &head);
        page.crumbs = &crumbs;
        page.walk(s);
        let pager = pager(world);
        s.table("corrections", |s| {
            s.tables("items", &world.archive.corrections[pager.range(number)], |s, &at| {
                let corrected = Corrected::new(world, at);
                world.correction(s, corrected.correction);
                s.text("url", &corrected.note);
                s.table("article", |s| {
                    let placed = world.archive.article(corrected.ix);
                    s.text("title", &placed.card.title);
                    s.text("url", &corrected.article);
                    s.table("date", |s| world.date(s, placed.card.date));
                    s.leaves("sources", world.terms(TermKind::Source, placed.terms(TermKind::Source)));
                });
            });
            turns(world, s, &pager, CORRECTIONS, number, |range| {
                let corrections = world.archive.corrections[range].iter();
                listing_words::range(world, corrections.map(|&at| world.archive.correction(at).date))
            });
            s.maybe_text("feed", feed.as_deref());
        });
    }
}

/// Renders the feed of the newest corrections.
pub fn feed(world: &World) -> Vec<u8> {
    let absolute = |url: &str| absolute_or_same(world.config, url);
    let page = absolute(&world.config.urls.page(CORRECTIONS));
    let title = format!("{} | {}", world.strings.plain("corrections"), world.config.title);
    let mut xml = document();
    open(&mut xml, "feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", &world.config.language)]);
    line(&mut xml, "id", &[], &page);
    line(&mut xml, "title", &[], &title);
    let own = absolute(&feed_url(world).unwrap_or_default());
    line(&mut xml, "link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &own)], "");
    line(&mut xml, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &page)], "");
    let time = |correction: &Correction| WrittenDate::Day(correction.date).instant(&world.config.zone);
    let recent = world.archive.corrections.iter().take(world.config.feeds.limit);
    let recent: Vec<Corrected> = recent.map(|&at| Corrected::new(world, at)).collect();
    let newest = recent.first().map_or(Instant::UNIX_EPOCH, |newest| time(newest.correction));
    line(&mut xml, "updated", &[], &date::rfc3339(newest, &world.config.zone));
    open(&mut xml, "author", &[]);
    line(&mut xml, "name", &[], &world.config.title);
    close(&mut xml, "author");
    for Corrected { correction, ix, note, .. } in recent {
        let kind = world.strings.plain(correction.kind.string());
        let args = [("label", Arg::Text(&kind)), ("value", Arg::Text(&world.archive.article(ix).card.title))];
        let url = absolute(&note);
        open(&mut xml, "entry", &[]);
        line(&mut xml, "id", &[], &url);
        line(&mut xml, "title", &[], &world.strings.get("labelled", &args).unwrap_or_default());
        line(&mut xml, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &url)], "");
        line(&mut xml, "updated", &[], &date::rfc3339(time(correction), &world.config.zone));
        line(&mut xml, "summary", &[], &correction.note);
        close(&mut xml, "entry");
    }
    close(&mut xml, "feed");
    xml.into_inner()
}
