//! The page of a series: all its parts in order. It must not read a text.

use super::head::PageHead;
use super::output_content::ReadText;
use super::page::own;
use super::recipe::View;
use super::world::World;
use crate::base::diag::Diagnostics;
use crate::content::content_path::TermKind;
use crate::theme::view::Sink;

/// The page of a series, by its index in the archive.
pub struct SeriesPage<'w> {
    pub world: &'w World<'w>,
    pub ix: usize,
}

impl View for SeriesPage<'_> {
    fn walk(&self, s: &mut impl Sink, _: ReadText, _: &mut Diagnostics) {
        let SeriesPage { world, ix } = *self;
        let series = &world.archive.series[ix];
        let url = world.config.urls.page(&series.address());
        let mut head = PageHead::new(world, &series.label, &url, None);
        head.property("og:type", "website");
        own(world, "series", &series.label, &url, &head).walk(s);
        s.table("series", |s| {
            s.text("label", &series.label);
            s.tables("parts", &series.articles, |s, &ix| {
                let placed = world.archive.article(ix);
                let card = &placed.card;
                s.text("title", &card.title);
                s.text("url", &world.config.urls.page(&placed.address));
                let part = card.series.as_ref().and_then(|series| series.part);
                s.maybe_text("part", part.map(|part| part.to_string()).as_deref());
                world.date(s, card.date);
                s.maybe_text("excerpt", card.excerpt.as_deref());
                s.leaves("sources", world.terms(TermKind::Source, placed.terms(TermKind::Source)));
            });
        });
    }
}
