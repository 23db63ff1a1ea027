//! A run: the lists of some thousand items, inverted and coded compactly, until all runs of a tier are merged. So the
//! memory that a build needs does not grow with the texts but with the index.

use std::collections::VecDeque;
use std::ops::Range;

use super::collection::Collection;
use super::dictionary::{Dictionary, TermBatch, prefix};
use super::kept::KeptItems;
use super::list::Posting;
use super::numbers::{Bytes, front_coded, number};
use crate::content::search::text_terms::Strength;

/// A run has about so many postings, which take 8 bytes each while it is made.
pub const RUN: usize = 1 << 20;

/// A run is kept in chunks of about so many bytes, which are freed one by one as they are merged.
const CHUNK: usize = 1 << 16;

/// Terms of some items in order, with their lists.
#[derive(Default)]
pub struct Run {
    chunks: VecDeque<Vec<u8>>,
}

/// How many items are inverted at a time.
const BLOCK: u32 = 128;

/// The occurrences of terms in some items.
struct ItemBlock {
    first: u32,
    occurrences: Vec<u32>,
    ends: Vec<usize>,
}

/// Sorts the occurrences by term, then by item. `counts` has how often each term occurs, and becomes the end of its
/// postings.
fn sorted(blocks: Vec<ItemBlock>, counts: &mut [u32], tier_start: u32) -> Vec<Posting> {
    let mut total = 0;
    for count in counts.iter_mut() {
        total += std::mem::replace(count, total);
    }
    let places = counts;
    let mut postings = vec![Posting::of_kind(0, 0); total as usize];
    for block in blocks {
        let mut start = 0;
        for (item, end) in (block.first - tier_start..).zip(block.ends) {
            for one in &block.occurrences[start..end] {
                let place = &mut places[(one >> 4) as usize];
                postings[*place as usize] = Posting::of_kind(item, *one as u8);
                *place += 1;
            }
            start = end;
        }
    }
    postings
}

impl Run {
    /// Inverts items of a range until they have more than `most` postings, and removes them from the range. Their
    /// numbers in lists count from `tier_start`; `items` has them from `items_start` on.
    pub fn take(
        collection: &dyn Collection,
        items: &KeptItems,
        items_start: u32,
        range: &mut Range<u32>,
        tier_start: u32,
        most: usize,
    ) -> Run {
        let mut dictionary = Dictionary::default();
        let mut batch = TermBatch::default();
        // For some items at a time, so that no large vector must grow: of each occurrence the number of the term,
        // times 16, and the kind of the posting; and where each item ends.
        let mut blocks = Vec::new();
        let mut total = 0;
        let mut counts: Vec<u32> = Vec::new();
        let mut facets = items.facets_from((range.start - items_start) as usize);
        while range.start < range.end && total < most {
            let end = range.end.min(range.start + BLOCK);
            let mut block = ItemBlock { first: range.start, occurrences: Vec::new(), ends: Vec::new() };
            for item in range.start..end {
                let mut add = |term: &str, strength, place| batch.add(term, Posting::new(0, strength, place).kind());
                facets.next_item(|facet, place| add(facet, Strength::Once, place));
                if collection.item(item).is_some() {
                    collection.terms(item, &mut add);
                }
                dictionary.look_up(&mut batch, |id, kind| block.occurrences.push(id << 4 | u32::from(kind)));
                block.ends.push(block.occurrences.len());
            }
            counts.resize(dictionary.count(), 0);
            block.occurrences.iter().for_each(|one| counts[(one >> 4) as usize] += 1);
            block.occurrences.shrink_to_fit();
            total += block.occurrences.len();
            blocks.push(block);
            range.start = end;
        }
        let mut ends = counts;
        let postings = sorted(blocks, &mut ends, tier_start);
        Run::coded(&dictionary, &ends, &postings)
    }

    /// Codes all lists, each of which has an end in `postings`.
    fn coded(dictionary: &Dictionary, ends: &[u32], postings: &[Posting]) -> Run {
        let mut run = Run::default();
        let mut chunk = Vec::with_capacity(CHUNK + CHUNK / 8);
        let mut before = "";
        for id in dictionary.in_order() {
            let start = (id as usize).checked_sub(1).map_or(0, |before| ends[before]);
            let list = &postings[start as usize..ends[id as usize] as usize];
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

    /// Returns how many bytes it has.
    pub fn size(&self) -> usize {
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

/// The prefix of a reader that has read all terms. No text has these bytes.
pub const AT_END: u64 = u64::MAX;

/// Reads a run term by term, and frees what it has read.
pub struct RunReader {
    run: Run,
    at: usize,
    term: Vec<u8>,
    prefix: u64,
}

impl RunReader {
    /// Begins at the first term that is not before `first`.
    pub fn new(run: Run, first: &[u8]) -> RunReader {
        let mut reader = RunReader { run, at: 0, term: Vec::new(), prefix: AT_END };
        let mut skipped = Vec::new();
        reader.next();
        while reader.prefix != AT_END && *reader.term < *first {
            skipped.clear();
            reader.postings(&mut skipped);
        }
        reader
    }

    /// Returns the first eight bytes of the term as a number that has their order; [`AT_END`] if there is no term.
    pub fn prefix(&self) -> u64 {
        self.prefix
    }

    /// Returns the term.
    pub fn term(&self) -> &[u8] {
        &self.term
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
            self.prefix = AT_END;
            return;
        };
        let mut bytes = Bytes::new(&chunk[self.at..]);
        bytes.front_coded(&mut self.term).expect("invariant: a run has what was coded");
        self.at = chunk.len() - bytes.rest.len();
        self.prefix = prefix(&self.term);
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
