//! The groups in which one page of a listing shows its articles: a year by month, a month by day, a day by newspaper, a
//! source or translator by year. The articles of the page alone decide, so no other page can change a group.

use std::borrow::Cow;

use super::world::World;
use crate::archive::archive::{ArticleIx, ListingId};
use crate::base::date::Day;
use crate::content::content_path::TermKind;
use crate::theme::view::Sink;

/// Articles of a page under one heading.
pub struct Group<'w> {
    label: Cow<'w, str>,
    /// The date, if the heading is one.
    iso: Option<String>,
    /// The root-relative URL of the page about the heading.
    url: Option<String>,
    /// The target of links to the group.
    id: Option<String>,
    articles: Cow<'w, [ArticleIx]>,
}

impl Group<'_> {
    pub fn walk(&self, world: &World, s: &mut impl Sink) {
        s.text("label", &self.label);
        s.maybe_text("iso", self.iso.as_deref());
        s.maybe_text("url", self.url.as_deref());
        s.maybe_text("id", self.id.as_deref());
        world.cards(s, &self.articles);
    }
}

/// Returns the groups of a page with these articles, or none if the page has no groups.
pub fn groups<'w>(world: &'w World<'w>, id: ListingId, shown: &'w [ArticleIx]) -> Vec<Group<'w>> {
    let by: fn(Day) -> ListingId = match id {
        ListingId::Term(TermKind::Source | TermKind::Translator, _) if years_descend(world, shown) => year,
        ListingId::Home | ListingId::Term(..) => return Vec::new(),
        ListingId::Year(_) => |day| ListingId::Month(day.year(), day.month()),
        ListingId::Month(..) => ListingId::Day,
        ListingId::Day(_) => return by_source(world, shown),
    };
    let runs = shown.chunk_by(|&a, &b| by(date(world, a)) == by(date(world, b)));
    runs.map(|articles| {
        let date = by(date(world, articles[0]));
        // The year of a source is not all that was printed in that year.
        let (url, id) = match date {
            ListingId::Year(year) => (None, Some(year_id(year))),
            _ => (Some(world.url(date)), None),
        };
        Group { label: world.date_heading(date), iso: iso(date), url, id, articles: Cow::Borrowed(articles) }
    })
    .collect()
}

fn date(world: &World, ix: ArticleIx) -> Day {
    world.archive.article(ix).card.date
}

fn year(day: Day) -> ListingId {
    ListingId::Year(day.year())
}

/// Returns whether a page of a source or translator is grouped by year: its articles were posted in the order of their
/// years. Where old texts are posted between new ones, each would have a heading of its own.
pub fn years_descend(world: &World, shown: &[ArticleIx]) -> bool {
    shown.is_sorted_by_key(|&ix| std::cmp::Reverse(date(world, ix).year()))
}

/// Returns the id of a year's group.
pub fn year_id(year: i16) -> String {
    format!("y{year:04}")
}

/// Groups articles by their first source, in the alphabetical order of the language. Articles without a source are
/// last.
fn by_source<'w>(world: &'w World<'w>, shown: &[ArticleIx]) -> Vec<Group<'w>> {
    let source = |ix: &ArticleIx| world.archive.article(*ix).terms(TermKind::Source).first().copied();
    let mut articles = shown.to_vec();
    // The sort is stable, so articles of a group stay in the order of the listing.
    articles.sort_by_key(source);
    let mut groups: Vec<(_, &[ArticleIx])> =
        articles.chunk_by(|a, b| source(a) == source(b)).map(|group| (source(&group[0]), group)).collect();
    let label = |ix| &*world.leaves.term(TermKind::Source, ix).label;
    groups.sort_by(|(a, _), (b, _)| match (*a, *b) {
        (Some(a), Some(b)) => world.locale().compare(label(a), label(b)).then(a.cmp(&b)),
        (a, b) => a.is_none().cmp(&b.is_none()),
    });
    groups
        .into_iter()
        .map(|(source, articles)| {
            let leaf = source.map(|ix| world.leaves.term(TermKind::Source, ix));
            Group {
                label: leaf.map_or_else(|| world.strings.plain("no_source").into(), |leaf| Cow::Borrowed(&*leaf.label)),
                iso: None,
                url: leaf.map(|leaf| leaf.url.clone()),
                id: None,
                articles: Cow::Owned(articles.to_vec()),
            }
        })
        .collect()
}

/// Returns a date for `<time>`.
pub fn iso(id: ListingId) -> Option<String> {
    match id {
        ListingId::Year(year) => Some(format!("{year:04}")),
        ListingId::Month(year, month) => Some(format!("{year:04}-{month:02}")),
        ListingId::Day(day) => Some(day.to_string()),
        ListingId::Home | ListingId::Term(..) => None,
    }
}
