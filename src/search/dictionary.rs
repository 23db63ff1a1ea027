//! The terms of a run, each with a number. Looking up terms is most of the work of inverting a text, and most of that
//! is waiting for memory. So terms are looked up many at a time, which lets the processor wait for many at once, and a
//! slot has the text of a short term itself.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

/// The longest term, in bytes, that a slot has itself.
const SHORT: usize = 11;

/// A number for each term.
pub struct Dictionary {
    /// The key of a term times 2³² plus its number and 1; 0 if there is none.
    slots: Vec<u128>,
    /// Where in `text` each term ends.
    ends: Vec<u32>,
    text: String,
    hasher: FixedState,
}

/// Terms that are to be looked up, each with a value.
#[derive(Default)]
pub struct TermBatch {
    text: String,
    terms: Vec<LookupTerm>,
}

struct LookupTerm {
    /// The end of the term in `text`.
    end: usize,
    key: u128,
    slot: u128,
    value: u8,
}

impl TermBatch {
    pub fn add(&mut self, term: &str, value: u8) {
        self.text.push_str(term);
        self.terms.push(LookupTerm { end: self.text.len(), key: 0, slot: 0, value });
    }
}

impl Default for Dictionary {
    fn default() -> Dictionary {
        let hasher = FixedState::default();
        Dictionary { slots: vec![0; 1 << 12], ends: Vec::new(), text: String::new(), hasher }
    }
}

impl Dictionary {
    /// Returns how many terms have a number.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    pub fn term(&self, id: u32) -> &str {
        let start = (id as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[id as usize] as usize]
    }

    /// Looks up all terms of a batch, adds those that are new, passes the number and the value of each to `each`, and
    /// empties the batch.
    pub fn look_up(&mut self, batch: &mut TermBatch, mut each: impl FnMut(u32, u8)) {
        let mut start = 0;
        for wanted in &mut batch.terms {
            wanted.key = self.key(&batch.text[start..wanted.end]);
            start = wanted.end;
        }
        let mask = self.slots.len() - 1;
        for wanted in &mut batch.terms {
            wanted.slot = self.slots[place(wanted.key) & mask];
        }
        start = 0;
        for wanted in &batch.terms {
            let found = wanted.slot >> 32 == wanted.key && is_whole(wanted.key);
            let id =
                if found { wanted.slot as u32 - 1 } else { self.number(&batch.text[start..wanted.end], wanted.key) };
            start = wanted.end;
            each(id, wanted.value);
        }
        batch.text.clear();
        batch.terms.clear();
    }

    /// Returns 96 bits, not all 0: of a short term its text and its length plus 1, of any other a hash and 255.
    fn key(&self, term: &str) -> u128 {
        let mut key = [0; 16];
        if term.len() <= SHORT {
            key[..term.len()].copy_from_slice(term.as_bytes());
            key[SHORT] = term.len() as u8 + 1;
        } else {
            key[..8].copy_from_slice(&self.hasher.hash_one(term).to_le_bytes());
            key[SHORT] = 255;
        }
        u128::from_le_bytes(key)
    }

    /// Returns the number of a term that is not where it should be first.
    fn number(&mut self, term: &str, key: u128) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = place(key) & mask;
        while self.slots[at] != 0 {
            let id = (self.slots[at] as u32).wrapping_sub(1);
            if self.slots[at] >> 32 == key && (is_whole(key) || self.term(id) == term) {
                return id;
            }
            at = (at + 1) & mask;
        }
        let id = self.ends.len() as u32;
        self.slots[at] = key << 32 | u128::from(id + 1);
        self.text.push_str(term);
        self.ends.push(self.text.len() as u32);
        if self.ends.len() * 3 > self.slots.len() * 2 {
            self.grow();
        }
        id
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        let mask = old.len() * 2 - 1;
        self.slots = vec![0; mask + 1];
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            let mut at = place(slot >> 32) & mask;
            while self.slots[at] != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }

    /// Returns the numbers of all terms in the order of their bytes.
    pub fn in_order(&self) -> Vec<u32> {
        let mut order: Vec<(u64, u32)> =
            (0..self.ends.len() as u32).map(|id| (prefix(self.term(id).as_bytes()), id)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.term(a.1).cmp(self.term(b.1))));
        order.into_iter().map(|(_, id)| id).collect()
    }
}

/// Returns whether a key has the whole term.
fn is_whole(key: u128) -> bool {
    key >> (SHORT * 8) != 255
}

/// Returns where a term belongs: a hash of its key.
fn place(key: u128) -> usize {
    let (low, high) = (key as u64 ^ 0x9e37_79b9_7f4a_7c15, (key >> 64) as u64 ^ 0xd6e8_feb8_6659_fd93);
    let product = u128::from(low) * u128::from(high);
    (product as u64 ^ (product >> 64) as u64) as usize
}

/// Returns the first eight bytes as a number that has their order.
pub fn prefix(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text[..length]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn terms_have_numbers(batches in proptest::collection::vec(proptest::collection::vec("\\PC{0,16}|[ab]{0,14}", 0..80), 1..6)) {
            let mut dictionary = Dictionary::default();
            let mut known: Vec<String> = Vec::new();
            for terms in batches {
                let mut batch = TermBatch::default();
                terms.iter().for_each(|term| batch.add(term, 7));
                let mut expected = terms.iter().map(|term| {
                    known.iter().position(|k| k == term).unwrap_or_else(|| { known.push(term.clone()); known.len() - 1 }) as u32
                }).collect::<Vec<_>>().into_iter();
                dictionary.look_up(&mut batch, |id, value| assert_eq!((Some(id), value), (expected.next(), 7)));
                prop_assert!(expected.next().is_none());
            }
            prop_assert!((0..dictionary.count()).all(|id| dictionary.term(id as u32) == known[id]));
            let order: Vec<&str> = dictionary.in_order().into_iter().map(|id| dictionary.term(id)).collect();
            known.sort();
            prop_assert_eq!(order, known);
        }
    }

    #[test]
    fn it_grows() {
        let mut dictionary = Dictionary::default();
        let mut batch = TermBatch::default();
        for round in 0..2 {
            for n in 0..20_000 {
                batch.add(&format!("{n} and some more"), 0);
            }
            let mut next = 0;
            dictionary.look_up(&mut batch, |id, _| {
                assert_eq!(id, next, "{round}");
                next += 1;
            });
        }
        assert_eq!(dictionary.count(), 20_000);
    }
}
