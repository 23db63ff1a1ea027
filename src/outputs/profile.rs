//! The profile of a newspaper or a translator, computed from the archive: number of articles, years, partners.
//! Numbered pages must not show it.
//!
//! Only the root of a listing shows it. Every new article of the listing changes the root anyway.

use std::collections::BTreeMap;

use super::addresses::numbered_address;
use super::listing_groups::{year_id, years_descend};
use super::terms::TermEntry;
use super::world::World;
use crate::archive::archive::ListingId;
use crate::archive::pager::Pager;
use crate::archive::term::{Term, TermIx};
use crate::base::limits;
use crate::content::content_path::TermKind;
use crate::theme::view::{Fields, Sink};

/// Adds the fields of `profile`. `partners` are the translators of a source, or the sources of a translator, those
/// with most articles first. Sections and tags have neither partners nor years.
pub fn profile(world: &World, s: &mut impl Sink, kind: TermKind, term: &Term) {
    let partner = match kind {
        TermKind::Source => Some(TermKind::Translator),
        TermKind::Translator => Some(TermKind::Source),
        TermKind::Section | TermKind::Tag => None,
    };
    // How many articles a year has, and the place of the newest of them.
    let mut years: BTreeMap<i16, (usize, usize)> = BTreeMap::new();
    let mut partners: BTreeMap<TermIx, usize> = BTreeMap::new();
    if let Some(partner) = partner {
        for (at, &ix) in term.articles.iter().enumerate() {
            let placed = world.archive.article(ix);
            years.entry(placed.card.date.year()).or_insert((0, at)).0 += 1;
            for &other in placed.terms(partner) {
                *partners.entry(other).or_default() += 1;
            }
        }
    }
    let lang = term.record.as_ref().and_then(|record| record.lang.as_deref());
    s.maybe_text("language", lang.map(|lang| world.language(lang)).as_deref());
    let most = years.values().map(|(count, _)| *count).max().unwrap_or(1);
    s.tables("years", years.into_iter().rev(), |s, (year, (count, at))| {
        s.link(&world.title(ListingId::Year(year)), &year_url(world, kind, term, year, at));
        s.number("count", count as i64);
        s.number("share", (count * 10).div_ceil(most) as i64);
    });
    let mut ranked: Vec<(TermIx, usize)> = partners.into_iter().collect();
    ranked.sort_by_key(|&(ix, count)| (std::cmp::Reverse(count), ix));
    s.tables("partners", ranked.into_iter().take(limits::PARTNERS), |s, (ix, count)| {
        if let Some(partner) = partner {
            TermEntry::new(world, partner, ix).counting(count).walk(s);
        }
    });
}

/// Returns where the term's articles of a year begin: the page with the newest of them, which is at place `at`, and its
/// group on that page.
fn year_url(world: &World, kind: TermKind, term: &Term, year: i16, at: usize) -> String {
    let pager = Pager { n: term.articles.len(), per_page: world.config.per_page };
    let (address, number) = (term.address(kind), pager.page_of(at));
    let address = number.map_or_else(|| address.clone(), |number| numbered_address(&address, number));
    let page = world.config.urls.page(&address);
    match years_descend(world, &term.articles[pager.range(number)]) {
        true => format!("{page}#{}", year_id(year)),
        false => page,
    }
}
