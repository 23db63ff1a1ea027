//! The profile of a newspaper or a translator, computed from the archive: number of articles, years, partners.
//! Numbered pages must not show it.
//!
//! Only the root of a listing shows it. Every new article of the listing changes the root anyway.

use std::collections::BTreeMap;

use super::terms::TermEntry;
use super::world::World;
use crate::archive::archive::ListingId;
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
    let mut years: BTreeMap<i16, usize> = BTreeMap::new();
    let mut partners: BTreeMap<TermIx, usize> = BTreeMap::new();
    if let Some(partner) = partner {
        for &ix in &term.articles {
            let placed = world.archive.article(ix);
            *years.entry(placed.card.date.year()).or_default() += 1;
            for &other in placed.terms(partner) {
                *partners.entry(other).or_default() += 1;
            }
        }
    }
    let lang = term.record.as_ref().and_then(|record| record.lang.as_deref());
    s.maybe_text("language", lang.map(|lang| world.language(lang)).as_deref());
    let most = years.values().copied().max().unwrap_or(1);
    s.tables("years", years.into_iter().rev(), |s, (year, count)| {
        let id = ListingId::Year(year);
        s.link(&world.title(id), &world.url(id));
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
