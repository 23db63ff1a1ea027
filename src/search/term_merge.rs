//! Puts the terms of several texts together: those of an item are the terms of its text and of its original. It must
//! not know which parts of a text are published.

use super::collection::Place;
use super::stored_terms::{PublishedPart, StoredTerms};
use crate::content::search::text_terms::{Strength, TermCursor};

/// A part of a text, at its present term.
struct MergedPart<'t> {
    terms: TermCursor<'t>,
    /// Whether only terms of the title count.
    title: bool,
    place: Place,
}

impl MergedPart<'_> {
    /// Moves to the next term. Returns `false` if there is none.
    fn advance(&mut self) -> bool {
        loop {
            if !self.terms.advance() {
                return false;
            }
            if !self.title || self.terms.strength() == Strength::Title {
                return true;
            }
        }
    }
}

/// Parts of texts whose terms are passed on in one order.
#[derive(Default)]
pub struct TermMerge<'t> {
    parts: Vec<MergedPart<'t>>,
}

impl<'t> TermMerge<'t> {
    /// Adds a part of a text.
    pub fn add(&mut self, terms: &'t StoredTerms, part: PublishedPart, place: Place) {
        let mut part = MergedPart { terms: terms.part(part), title: part == PublishedPart::Title, place };
        if part.advance() {
            self.parts.push(part);
        }
    }

    /// Passes every term once, in ascending order: with the greatest of its strengths, and all of its places.
    pub fn each(mut self, each: &mut dyn FnMut(&str, Strength, Place)) {
        while let [_, _, ..] = &self.parts[..] {
            let mut least = 0;
            // The parts that are at the least term, as bits. There are four at most.
            let mut at = 1u32;
            for (number, part) in self.parts.iter().enumerate().skip(1) {
                match part.terms.term().cmp(self.parts[least].terms.term()) {
                    std::cmp::Ordering::Less => (least, at) = (number, 1 << number),
                    std::cmp::Ordering::Equal => at |= 1 << number,
                    std::cmp::Ordering::Greater => {}
                }
            }
            let all =
                || self.parts.iter().enumerate().filter(|(number, _)| at & 1 << number != 0).map(|(_, part)| part);
            let strength = all().map(|part| part.terms.strength()).max().unwrap_or(Strength::Once);
            let place = all().map(|part| part.place).reduce(|a, b| if a == b { a } else { Place::Both });
            each(self.parts[least].terms.term(), strength, place.unwrap_or(Place::Text));
            let mut number = 0;
            self.parts.retain_mut(|part| {
                number += 1;
                at & 1 << (number - 1) == 0 || part.advance()
            });
        }
        if let Some(last) = self.parts.first_mut() {
            loop {
                each(last.terms.term(), last.terms.strength(), last.place);
                if !last.advance() {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::content::search::text_terms::{TermList, TextTerms};

    const STRENGTHS: [Strength; 4] = [Strength::Once, Strength::Few, Strength::Many, Strength::Title];

    fn stored(terms: &BTreeMap<String, usize>) -> StoredTerms {
        let full = TermList::of(terms.iter().map(|(term, strength)| (&**term, STRENGTHS[*strength])));
        StoredTerms::of(&TextTerms { full, ..TextTerms::default() })
    }

    proptest! {
        #[test]
        fn every_term_comes_once_and_in_order(
            lists in prop::collection::vec(prop::collection::btree_map("[a-d]{1,3}", 0..4usize, 0..30), 0..4),
            places in prop::collection::vec((0..3usize, any::<bool>()), 4),
        ) {
            let all: Vec<StoredTerms> = lists.iter().map(stored).collect();
            let mut merge = TermMerge::default();
            let mut expected: BTreeMap<&str, (Strength, Place)> = BTreeMap::new();
            for ((list, terms), (place, title)) in lists.iter().zip(&all).zip(places) {
                let place = [Place::Text, Place::Original, Place::Both][place];
                merge.add(terms, if title { PublishedPart::Title } else { PublishedPart::Full }, place);
                for (term, strength) in list.iter().filter(|(_, strength)| !title || **strength == 3) {
                    let found = expected.entry(term).or_insert((STRENGTHS[*strength], place));
                    found.0 = found.0.max(STRENGTHS[*strength]);
                    found.1 = if found.1 == place { place } else { Place::Both };
                }
            }
            let mut found = Vec::new();
            merge.each(&mut |term, strength, place| found.push((term.to_owned(), (strength, place))));
            let expected: Vec<_> = expected.into_iter().map(|(term, of)| (term.to_owned(), of)).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
