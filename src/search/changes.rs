//! What edits change in the lists of a tier. It compares terms, and must not read pieces.

use std::collections::BTreeMap;

use super::collection::{Collection, OldTerms, Place};
use super::kept::KeptItems;
use super::list::Posting;
use crate::content::search::text_terms::Strength;

/// How one item's posting in a list changes: its kinds before and after, if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The number of the item in its tier.
    pub item: u32,
    pub old: Option<u8>,
    pub new: Option<u8>,
}

/// The changes of all lists, in the order of terms; those of a list in the order of items.
pub type Changes = BTreeMap<Box<str>, Vec<Change>>;

/// If more postings change, it is faster to make the tier anew.
pub const MOST_CHANGES: usize = 1 << 18;

/// The terms of an item, and the kinds of their postings.
#[derive(Default)]
struct ItemTerms {
    text: String,
    /// The end of each term, and its kind.
    terms: Vec<(usize, u8)>,
}

impl ItemTerms {
    fn add(&mut self, term: &str, strength: Strength, place: Place) {
        self.text.push_str(term);
        self.terms.push((self.text.len(), Posting::new(0, strength, place).kind()));
    }

    fn clear(&mut self) {
        self.text.clear();
        self.terms.clear();
    }

    fn iter(&self) -> impl Iterator<Item = (&str, u8)> {
        let mut start = 0;
        self.terms.iter().map(move |(end, kind)| (&self.text[std::mem::replace(&mut start, *end)..*end], *kind))
    }
}

/// Compares items of a tier with what they were. Returns `None` if their old terms are not known any more, or if too
/// many postings change.
pub fn find(
    collection: &dyn Collection,
    changed: &[u32],
    tier_start: u32,
    items: (&KeptItems, &KeptItems),
    old_terms: &OldTerms,
) -> Option<Changes> {
    let mut changes = Changes::new();
    let mut count = 0;
    let [mut old, mut new] = [ItemTerms::default(), ItemTerms::default()];
    for &item in changed {
        let at = item as usize;
        old.clear();
        items.0.facets_from(at).next_item(|facet, place| old.add(facet, Strength::Once, place));
        if !old_terms(item, &mut |term, strength, place| old.add(term, strength, place)) {
            return None;
        }
        new.clear();
        items.1.facets_from(at).next_item(|facet, place| new.add(facet, Strength::Once, place));
        if collection.item(item).is_some() {
            collection.terms(item, &mut |term, strength, place| new.add(term, strength, place));
        }
        let all = items.0.languages().get(at) != items.1.languages().get(at);
        each_difference(&old, &new, all, |term, old, new| {
            let change = Change { item: item - tier_start, old, new };
            match changes.get_mut(term) {
                Some(list) => list.push(change),
                None => drop(changes.insert(term.into(), vec![change])),
            }
            count += 1;
        });
        if count > MOST_CHANGES {
            return None;
        }
    }
    Some(changes)
}

/// Passes each term whose kinds differ to `each`, or each term of both if `all`, because the links of a term depend on
/// the languages of its items.
fn each_difference(old: &ItemTerms, new: &ItemTerms, all: bool, mut each: impl FnMut(&str, Option<u8>, Option<u8>)) {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return,
        };
        let before = old.next_if(|_| order.is_le());
        let after = new.next_if(|_| order.is_ge());
        let kinds = (before.map(|(_, kind)| kind), after.map(|(_, kind)| kind));
        if let Some((term, _)) = before.or(after).filter(|_| all || kinds.0 != kinds.1) {
            each(term, kinds.0, kinds.1);
        }
    }
}

/// Applies the changes of a list. Returns `None` if it is not the list that they were found for.
pub fn apply(list: &[Posting], changes: &[Change]) -> Option<Vec<Posting>> {
    let mut out = Vec::with_capacity(list.len() + changes.len());
    let mut rest = list;
    for change in changes {
        let before = rest.partition_point(|posting| posting.item() < change.item);
        out.extend_from_slice(&rest[..before]);
        rest = &rest[before..];
        let found = rest.first().filter(|posting| posting.item() == change.item);
        if found.map(|posting| posting.kind()) != change.old {
            return None;
        }
        rest = &rest[usize::from(found.is_some())..];
        out.extend(change.new.map(|kind| Posting::of_kind(change.item, kind)));
    }
    out.extend_from_slice(rest);
    Some(out)
}
