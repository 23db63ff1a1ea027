//! Makes all pieces of a tier from the terms of its items: runs, then their merge, both on two cores. It uses no
//! piece of the last index; `patch_tier.rs` does.

use std::ops::Range;

use super::boundaries::PieceSize;
use super::coded_terms::CodedTerms;
use super::collection::Collection;
use super::file_head::HEAD;
use super::kept::KeptItems;
use super::list;
use super::piece::{self, TierItems};
use super::pieces::{MadePiece, PieceMaker, SequencePiece};
use super::run::{AT_END, RUN, Run, RunReader};
use super::shape::Tier;
use crate::base::join::join;

/// What a tier is made from.
#[derive(Clone, Copy)]
pub struct TierSource<'a> {
    pub collection: &'a dyn Collection,
    pub tier: Tier,
    /// The items of all tiers.
    pub items: &'a KeptItems,
    pub start: u32,
    pub end: u32,
    pub size: PieceSize,
}

impl<'a> TierSource<'a> {
    pub fn range(&self) -> Range<u32> {
        self.start..self.end
    }

    pub fn tier_items(&self) -> TierItems<'a> {
        let languages = &self.items.languages()[self.start as usize..self.end as usize];
        TierItems { size: self.end - self.start, languages }
    }

    pub fn maker(&self) -> PieceMaker<'a> {
        PieceMaker::new(self.tier, self.tier_items(), self.size)
    }
}

/// Makes all pieces of a tier.
pub fn build(source: TierSource) -> Vec<MadePiece> {
    let mut runs = runs(source);
    let largest = runs.iter().max_by_key(|run| run.size());
    let Some(middle) = largest.and_then(Run::middle) else {
        let mut maker = source.maker();
        merge(runs, None, None, source, &mut maker);
        return only_new(maker.end());
    };
    let second: Vec<Run> = runs.iter_mut().map(|run| run.split_off(&middle)).collect();
    let (right, left) = join(
        || {
            let mut maker = source.maker();
            merge(second, Some(&middle), None, source, &mut maker);
            only_new(maker.end())
        },
        || {
            let mut maker = source.maker();
            merge(runs, None, Some(&middle), source, &mut maker);
            maker
        },
    );
    stitch(left, right, source)
}

/// Inverts the items of a tier, in two halves.
fn runs(source: TierSource) -> Vec<Run> {
    let half = |mut range: Range<u32>| {
        let mut runs = Vec::new();
        while range.start < range.end {
            runs.push(Run::take(source.collection, source.items, 0, &mut range, source.start, RUN));
        }
        runs
    };
    let middle = source.start + (source.end - source.start) / 2;
    let (second, mut runs) = join(|| half(middle..source.end), || half(source.start..middle));
    runs.extend(second);
    runs
}

/// Merges the terms of runs, from one to another, and makes pieces of them.
fn merge(runs: Vec<Run>, from: Option<&[u8]>, to: Option<&[u8]>, source: TierSource, maker: &mut PieceMaker) {
    let tier = source.tier_items();
    let mut readers: Vec<RunReader> =
        runs.into_iter().map(|run| RunReader::new(run, from.unwrap_or_default())).collect();
    // Kept apart from the readers, so that the least one is found quickly.
    let mut prefixes: Vec<u64> = readers.iter().map(RunReader::prefix).collect();
    let (mut candidates, mut term, mut postings) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(least) = prefixes.iter().min().copied().filter(|least| *least != AT_END) {
        let begins = |(reader, prefix): (usize, &u64)| (*prefix == least).then_some(reader);
        candidates.clear();
        candidates.extend(prefixes.iter().enumerate().filter_map(begins));
        term.clear();
        term.extend_from_slice(candidates.iter().map(|at| readers[*at].term()).min().unwrap_or_default());
        if to.is_some_and(|to| *term >= *to) {
            return;
        }
        postings.clear();
        for &at in &candidates {
            if *readers[at].term() == *term {
                readers[at].postings(&mut postings);
                prefixes[at] = readers[at].prefix();
            }
        }
        let term = std::str::from_utf8(&term).expect("invariant: runs have terms");
        let languages = tier.languages_of(term, &postings);
        maker.push(term, postings.len() as u32, Some(languages), |out| list::encode(&postings, tier.size, out));
    }
}

fn only_new(made: Vec<SequencePiece>) -> Vec<MadePiece> {
    let new = |made| match made {
        SequencePiece::New(piece) => Some(piece),
        SequencePiece::Old(_) => None,
    };
    made.into_iter().filter_map(new).collect()
}

/// Puts two halves together. The second one was cut as if the tier began with it, so its first pieces are cut again,
/// until a boundary is one that it has, too.
fn stitch(mut left: PieceMaker, right: Vec<MadePiece>, source: TierSource) -> Vec<MadePiece> {
    let mut met = None;
    for (number, piece) in right.iter().enumerate() {
        let terms = terms_of(piece, source.tier_items().size).expect("invariant: a new piece can be read");
        left.push_old(number, &terms);
        met = left.meets_old(0);
        if met.is_some() {
            break;
        }
    }
    let mut right: Vec<Option<MadePiece>> = right.into_iter().map(Some).collect();
    let mut pieces = Vec::with_capacity(right.len() * 2);
    for made in left.end() {
        match made {
            SequencePiece::New(piece) => pieces.push(piece),
            SequencePiece::Old(number) => pieces.extend(right[number].take()),
        }
    }
    pieces.extend(right.drain(met.unwrap_or(right.len())..).flatten());
    pieces
}

fn terms_of(piece: &MadePiece, size: u32) -> Option<CodedTerms> {
    let mut terms = CodedTerms::default();
    piece::decode(piece.bytes.as_deref()?.get(HEAD..)?, size, &mut terms)?;
    Some(terms)
}
