//! A run: the lists of some thousand items, inverted and coded compactly, until all runs of a tier are merged. So the
//! memory that a build needs does not grow with the texts but with the index.

use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::FixedState;

use super::collection::{Collection, Place};
use super::kept::KeptItems;
use super::list::Posting;
use super::numbers::{Bytes, front_coded, number};
use crate::content::search::text_terms::Strength;

/// How many items a run has.
pub const RUN: u32 = 4096;

/// A run is kept in chunks of about so many bytes, which are freed one by one as they are merged.
const CHUNK: usize = 1 << 16;

/// Terms of some items in order, with their lists.
#[derive(Default)]
pub struct Run {
    chunks: VecDeque<Vec<u8>>,
}

/// The terms of a run, each with a number.
struct Dictionary {
    /// The higher half of a slot is the hash of its term, the lower half its number plus 1.
    slots: Vec<u64>,
    /// Where in `text` each term ends.
    ends: Vec<u32>,
    text: String,
    hasher: FixedState,
}

impl Dictionary {
    fn new() -> Dictionary {
        let hasher = FixedState::default();
        Dictionary { slots: vec![0; 1 << 12], ends: Vec::new(), text: String::new(), hasher }
    }

    fn term(&self, id: u32) -> &str {
        let start = (id as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[id as usize] as usize]
    }

    /// Returns the number of a term.
    fn number(&mut self, term: &str) -> u32 {
        let hash = self.hasher.hash_one(term);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                break;
            }
            let id = slot as u32 - 1;
            if slot >> 32 == hash >> 32 && self.term(id) == term {
                return id;
            }
            at = (at + 1) & mask;
        }
        let id = self.ends.len() as u32;
        self.slots[at] = hash >> 32 << 32 | u64::from(id + 1);
        self.text.push_str(term);
        self.ends.push(self.text.len() as u32);
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        id
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![0; mask + 1];
        for id in 0..self.ends.len() as u32 {
            let hash = self.hasher.hash_one(self.term(id));
            let mut at = hash as usize & mask;
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = hash >> 32 << 32 | u64::from(id + 1);
        }
        self.slots = slots;
    }

    /// Returns the numbers of all terms in the order of their bytes.
    fn in_order(&self) -> Vec<u32> {
        let mut order: Vec<(u64, u32)> =
            (0..self.ends.len() as u32).map(|id| (prefix(self.term(id).as_bytes()), id)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.term(a.1).cmp(self.term(b.1))));
        order.into_iter().map(|(_, id)| id).collect()
    }
}

/// Returns the first eight bytes as a number that has their order.
fn prefix(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text[..length]);
    u64::from_be_bytes(bytes)
}

impl Run {
    /// Inverts the items of a range. Their numbers in lists count from `tier_start`; `items` has them from
    /// `items_start` on.
    pub fn of(
        collection: &dyn Collection,
        items: &KeptItems,
        items_start: u32,
        range: Range<u32>,
        tier_start: u32,
    ) -> Run {
        let mut dictionary = Dictionary::new();
        // Of each occurrence the number of the term, times 16, and its kind.
        let mut occurrences: Vec<u32> = Vec::new();
        let mut ends = Vec::with_capacity(range.len());
        let mut facets = items.facets_from((range.start - items_start) as usize);
        for item in range.clone() {
            let mut add = |term: &str, strength: Strength, place: Place| {
                let kind = Posting::new(0, strength, place).kind();
                occurrences.push(dictionary.number(term) << 4 | u32::from(kind));
            };
            facets.next_item(|facet, place| add(facet, Strength::Once, place));
            if collection.item(item).is_some() {
                collection.terms(item, &mut add);
            }
            ends.push(occurrences.len());
        }
        // Counting sort: the place of each term's next posting.
        let mut places = vec![0_u32; dictionary.ends.len() + 1];
        occurrences.iter().for_each(|one| places[(one >> 4) as usize + 1] += 1);
        (1..places.len()).for_each(|at| places[at] += places[at - 1]);
        let mut postings = vec![Posting::of_kind(0, 0); occurrences.len()];
        let mut start = 0;
        for (item, end) in (range.start - tier_start..).zip(ends) {
            for one in &occurrences[start..end] {
                let place = &mut places[(one >> 4) as usize];
                postings[*place as usize] = Posting::of_kind(item, *one as u8);
                *place += 1;
            }
            start = end;
        }
        drop(occurrences);
        Run::coded(&dictionary, &places, &postings)
    }

    /// Codes all lists. The list of a term ends at its place.
    fn coded(dictionary: &Dictionary, places: &[u32], postings: &[Posting]) -> Run {
        let mut run = Run::default();
        let mut chunk = Vec::with_capacity(CHUNK + CHUNK / 8);
        let mut before = "";
        for id in dictionary.in_order() {
            let start = (id as usize).checked_sub(1).map_or(0, |before| places[before]);
            let list = &postings[start as usize..places[id as usize] as usize];
            let term = dictionary.term(id);
            front_coded(&mut chunk, term, before);
            code_list(&mut chunk, list);
            before = term;
            if chunk.len() >= CHUNK {
                chunk.shrink_to_fit();
                run.chunks.push_back(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK + CHUNK / 8)));
                before = "";
            }
        }
        if !chunk.is_empty() {
            chunk.shrink_to_fit();
            run.chunks.push_back(chunk);
        }
        run
    }

    /// Returns a term in the middle of the run.
    pub fn middle(&self) -> Option<Vec<u8>> {
        let chunk = self.chunks.get(self.chunks.len() / 2).filter(|_| self.chunks.len() > 1)?;
        first_term(chunk)
    }

    pub fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

    /// Splits off the chunks that have terms from this one on. The chunk that has both is in both runs.
    pub fn split_off(&mut self, term: &[u8]) -> Run {
        let at = self.chunks.partition_point(|chunk| first_term(chunk).is_some_and(|first| *first < *term));
        let mut chunks = self.chunks.split_off(at);
        chunks.extend(self.chunks.back().cloned());
        chunks.rotate_right(usize::from(at > 0));
        Run { chunks }
    }
}

fn first_term(chunk: &[u8]) -> Option<Vec<u8>> {
    let mut term = Vec::new();
    Bytes::new(chunk).front_coded(&mut term)?;
    Some(term)
}

/// Codes a list: its length times 4 plus the place of all (3 if it is mixed), for each posting the distance to the one
/// before times 4 plus the strength, and in a mixed list the places, four in a byte.
fn code_list(out: &mut Vec<u8>, list: &[Posting]) {
    let place = list.first().map_or(0, |first| first.place());
    let mode = if list.iter().all(|posting| posting.place() == place) { place } else { 3 };
    number(out, (list.len() as u32) << 2 | mode);
    let mut before = 0;
    for posting in list {
        number(out, (posting.item() - before) << 2 | posting.strength());
        before = posting.item();
    }
    if mode == 3 {
        for four in list.chunks(4) {
            out.push(four.iter().rev().fold(0, |byte, posting| byte << 2 | posting.place() as u8));
        }
    }
}

/// Reads a run term by term, and frees what it has read.
pub struct RunReader {
    run: Run,
    at: usize,
    term: Vec<u8>,
    prefix: u64,
    /// Whether there is a term.
    more: bool,
}

impl RunReader {
    /// Begins at the first term that is not before `first`.
    pub fn new(run: Run, first: &[u8]) -> RunReader {
        let mut reader = RunReader { run, at: 0, term: Vec::new(), prefix: 0, more: false };
        let mut skipped = Vec::new();
        reader.next();
        while reader.more && *reader.term < *first {
            skipped.clear();
            reader.postings(&mut skipped);
        }
        reader
    }

    /// Returns the term, unless all have been read.
    pub fn term(&self) -> Option<&[u8]> {
        self.more.then_some(&self.term)
    }

    /// Compares two readers that have a term by their terms.
    pub fn is_before(&self, other: &RunReader) -> bool {
        self.prefix.cmp(&other.prefix).then_with(|| self.term.cmp(&other.term)).is_lt()
    }

    pub fn has(&self, term: &[u8]) -> bool {
        self.more && *self.term == *term
    }

    /// Appends the postings of the term and goes to the next one.
    pub fn postings(&mut self, out: &mut Vec<Posting>) {
        if let Some(chunk) = self.run.chunks.front() {
            let mut bytes = Bytes::new(&chunk[self.at..]);
            let read = read_list(&mut bytes, out);
            read.expect("invariant: a run has what was coded");
            self.at = chunk.len() - bytes.rest.len();
        }
        self.next();
    }

    fn next(&mut self) {
        if self.run.chunks.front().is_some_and(|chunk| self.at == chunk.len()) {
            self.run.chunks.pop_front();
            self.at = 0;
            self.term.clear();
        }
        let Some(chunk) = self.run.chunks.front() else {
            self.more = false;
            return;
        };
        let mut bytes = Bytes::new(&chunk[self.at..]);
        bytes.front_coded(&mut self.term).expect("invariant: a run has what was coded");
        self.at = chunk.len() - bytes.rest.len();
        self.prefix = prefix(&self.term);
        self.more = true;
    }
}

fn read_list(bytes: &mut Bytes, out: &mut Vec<Posting>) -> Option<()> {
    let head = bytes.number()?;
    let (count, mode) = ((head >> 2) as usize, head & 3);
    let start = out.len();
    let mut item = 0;
    let place = (mode % 3) as u8;
    for _ in 0..count {
        let number = bytes.number()?;
        item += number >> 2;
        out.push(Posting::of_kind(item, place << 2 | (number & 3) as u8));
    }
    if mode == 3 {
        for four in out[start..].chunks_mut(4) {
            let mut byte = bytes.byte()?;
            for posting in four {
                *posting = Posting::of_kind(posting.item(), (byte & 3) << 2 | posting.kind());
                byte >>= 2;
            }
        }
    }
    Some(())
}
