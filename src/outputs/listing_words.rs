//! What a page of a listing says of its own articles: their dates, and the description in its head. A numbered page says
//! nothing of its neighbours, so that none of them can change it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::world::World;
use crate::archive::archive::{ArticleIx, ListingId};
use crate::archive::term::TermIx;
use crate::base::date::Day;
use crate::base::locale::DateLength;
use crate::content::content_path::TermKind;
use crate::theme::strings::Arg;

/// How many sources the description of a date names.
const NAMED: usize = 5;

/// Returns the first and last date of these articles: `Mar 2, 2021 – Mar 17, 2021`. None for a listing of one day.
pub fn dates(world: &World, id: ListingId, articles: &[ArticleIx]) -> Option<String> {
    if matches!(id, ListingId::Day(_)) {
        return None;
    }
    range(world, articles.iter().map(|&ix| world.archive.article(ix).card.date))
}

/// Returns the first and last of these days, if there are any.
pub fn range(world: &World, days: impl Iterator<Item = Day> + Clone) -> Option<String> {
    let (from, to) = (days.clone().min()?, days.max()?);
    let day = |day| world.locale().day(day, DateLength::Medium);
    if from == to {
        return Some(day(from));
    }
    world.strings.get("date_range", &[("from", Arg::Text(&day(from))), ("to", Arg::Text(&day(to)))])
}

/// Returns the description of a page with these articles. None for the front page, which has that of the site.
pub fn description<'w>(
    world: &World<'w>,
    id: ListingId,
    number: Option<usize>,
    shown: &[ArticleIx],
) -> Option<Cow<'w, str>> {
    match id {
        ListingId::Home => world.config.description.as_deref().map(Cow::Borrowed),
        ListingId::Term(kind, ix) => Some(of_term(world, kind, ix, number, shown)),
        ListingId::Year(_) | ListingId::Month(..) | ListingId::Day(_) => Some(of_date(world, id, number, shown).into()),
    }
}

/// Returns what the term's record says; without a record, and on numbered pages, what is listed.
fn of_term<'w>(
    world: &World<'w>,
    kind: TermKind,
    ix: TermIx,
    number: Option<usize>,
    shown: &[ArticleIx],
) -> Cow<'w, str> {
    let term = world.archive.term(kind, ix);
    let record = term.record.as_deref().filter(|_| number.is_none());
    if let Some(text) = record.and_then(|record| record.description.as_deref().or(record.excerpt.as_deref())) {
        return Cow::Borrowed(text);
    }
    let key = format!("about_{}", kind.name());
    let about = world.strings.get(&key, &[("label", Arg::Text(&term.label))]).unwrap_or_default();
    match number.and_then(|_| dates(world, ListingId::Term(kind, ix), shown)) {
        Some(dates) => world.strings.labelled(&about, &dates).into(),
        None => about.into(),
    }
}

/// Returns the date and the sources with most articles on this page.
fn of_date(world: &World, id: ListingId, number: Option<usize>, shown: &[ArticleIx]) -> String {
    let dates = number.and_then(|_| dates(world, id, shown));
    let date = dates.unwrap_or_else(|| world.title(id));
    let mut counts: BTreeMap<TermIx, usize> = BTreeMap::new();
    for source in shown.iter().filter_map(|&ix| world.archive.article(ix).terms(TermKind::Source).first()) {
        *counts.entry(*source).or_default() += 1;
    }
    let mut sources: Vec<(TermIx, usize)> = counts.into_iter().collect();
    sources.sort_by_key(|&(ix, count)| (Reverse(count), ix));
    let names = sources.iter().take(NAMED).map(|(ix, _)| &*world.leaves.term(TermKind::Source, *ix).label);
    let more = (sources.len() > NAMED).then_some("…");
    let names = names.chain(more).collect::<Vec<_>>().join(&world.strings.plain("list_separator"));
    let args = [("date", Arg::Text(&date)), ("sources", Arg::Text(&names))];
    world.strings.get("about_date", &args).unwrap_or_default()
}
