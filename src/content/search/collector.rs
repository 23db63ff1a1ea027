//! Collects the terms of a text, piece by piece.
//!
//! It allocates nothing for a word: terms lie one behind the other in one buffer, and a table of places finds them.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use super::cut::cut;
use super::fold::fold;
use super::numbers::large_numbers;
use super::text_terms::{Strength, TermList};

/// Which part of a text a piece is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPart {
    Title,
    /// Anything else: a summary, the body.
    Body,
}

/// The terms of a text so far. It can be used again for the next text.
#[derive(Default)]
pub struct SearchTermCollector {
    table: TermTable,
    folded: String,
}

impl SearchTermCollector {
    /// Adds a piece of a text in the language `lang`. Pieces are separate: no term continues from one to the next.
    pub fn add(&mut self, text: &str, lang: &str, part: TextPart) {
        let SearchTermCollector { table, folded } = self;
        folded.clear();
        fold(text, folded);
        cut(folded, &mut |term| table.count(term, part));
        large_numbers(text, folded, lang, &mut |term| table.count(term, part));
    }

    /// Returns the terms, and starts again.
    pub fn finish(&mut self) -> TermList {
        let list = self.table.list();
        self.table.clear();
        list
    }
}

/// A term in the table.
struct Tally {
    at: u32,
    length: u8,
    in_title: bool,
    count: u32,
}

/// A table of distinct terms.
#[derive(Default)]
struct TermTable {
    /// All terms, one behind the other, in the order in which they came.
    terms: String,
    tallies: Vec<Tally>,
    /// For the hash of a term, the number of its tally plus one; 0 is free. Its length is a power of two.
    slots: Vec<u32>,
}

/// Places of the smallest table.
const SLOTS: usize = 1024;

impl TermTable {
    fn count(&mut self, term: &str, part: TextPart) {
        if self.tallies.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash(term) & mask;
        let tally = loop {
            match self.slots[slot].checked_sub(1) {
                None => {
                    self.tallies.push(Tally {
                        at: self.terms.len() as u32,
                        length: term.len() as u8,
                        in_title: false,
                        count: 0,
                    });
                    self.terms.push_str(term);
                    self.slots[slot] = self.tallies.len() as u32;
                    break self.tallies.len() - 1;
                }
                Some(tally) if self.term(tally as usize) == term => break tally as usize,
                Some(_) => slot = (slot + 1) & mask,
            }
        };
        self.tallies[tally].count += 1;
        self.tallies[tally].in_title |= part == TextPart::Title;
    }

    fn term(&self, tally: usize) -> &str {
        let Tally { at, length, .. } = self.tallies[tally];
        &self.terms[at as usize..at as usize + usize::from(length)]
    }

    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(SLOTS);
        self.slots.clear();
        self.slots.resize(slots, 0);
        for tally in 0..self.tallies.len() {
            let mut slot = hash(self.term(tally)) & (slots - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (slots - 1);
            }
            self.slots[slot] = tally as u32 + 1;
        }
    }

    fn list(&self) -> TermList {
        // Most terms differ in their first eight bytes.
        let start = |term: &str| {
            let mut bytes = [0; 8];
            let length = term.len().min(8);
            bytes[..length].copy_from_slice(&term.as_bytes()[..length]);
            u64::from_be_bytes(bytes)
        };
        let mut order: Vec<(u64, usize)> =
            (0..self.tallies.len()).map(|tally| (start(self.term(tally)), tally)).collect();
        order.sort_unstable_by(|(a, left), (b, right)| a.cmp(b).then_with(|| self.term(*left).cmp(self.term(*right))));
        TermList::of(order.iter().map(|(_, tally)| {
            let Tally { in_title, count, .. } = self.tallies[*tally];
            let strength = match count {
                _ if in_title => Strength::Title,
                ..=1 => Strength::Once,
                2..=3 => Strength::Few,
                _ => Strength::Many,
            };
            (self.term(*tally), strength)
        }))
    }

    fn clear(&mut self) {
        self.terms.clear();
        self.tallies.clear();
        self.slots.fill(0);
    }
}

fn hash(term: &str) -> usize {
    let mut hasher = FixedState::with_seed(0).build_hasher();
    hasher.write(term.as_bytes());
    hasher.finish() as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    fn listed(list: &TermList) -> String {
        let mut out = Vec::new();
        assert!(list.each(|term, strength| out.push(format!("{term}:{}", strength as u8))));
        out.join(" ")
    }

    #[test]
    fn strengths() {
        let mut collector = SearchTermCollector::default();
        collector.add("Rain in Rome", "en", TextPart::Title);
        collector.add("rain, rain; two two words words words many many many many 3.2 million", "en", TextPart::Body);
        let want = "#3.2e6:0 3.2:0 in:3 many:2 million:0 rain:3 rome:3 two:1 words:1";
        assert_eq!(listed(&collector.finish()), want);
        assert_eq!(listed(&collector.finish()), "");
        collector.add("b\u{e000}a", "en", TextPart::Body);
        assert_eq!(listed(&collector.finish()), "a:0 b:0");
    }

    proptest! {
        #[test]
        fn terms_are_sorted_and_counted(words in prop::collection::vec(r"[a-cé日本]{1,12}|[\PC&&\PN]{0,12}", 0..60)) {
            let mut collector = SearchTermCollector::default();
            collector.add("left over", "en", TextPart::Body);
            collector.finish();
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for word in &words {
                collector.add(word, "en", TextPart::Body);
                let mut folded = String::new();
                fold(word, &mut folded);
                cut(&folded, &mut |term| *counts.entry(term.to_owned()).or_default() += 1);
            }
            let want: Vec<String> = counts.iter().map(|(term, count)| {
                format!("{term}:{}", match count { 1 => 0, 2..=3 => 1, _ => 2 })
            }).collect();
            prop_assert_eq!(listed(&collector.finish()), want.join(" "));
        }

        #[test]
        fn many_terms_fit(count in 0usize..5000) {
            let mut collector = SearchTermCollector::default();
            (0..count).for_each(|n| collector.add(&format!("w{n}"), "en", TextPart::Body));
            let mut found = 0;
            assert!(collector.finish().each(|_, _| found += 1));
            prop_assert_eq!(found, count);
        }
    }
}
