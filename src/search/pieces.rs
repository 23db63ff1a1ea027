//! Makes pieces from terms in order, and keeps those of the last build that would be the same. It must not read or
//! write files.

use std::collections::VecDeque;
use std::sync::Arc;

use super::boundaries::{Boundaries, PieceSize, weight_of};
use super::coded_terms::{CodedTerms, Languages};
use super::file_head::{IndexFileKind, with_head};
use super::kept::{KeptFile, KeptPiece};
use super::piece::{self, TierItems};
use super::shape::Tier;
use crate::base::digest::Digest;

/// A piece that was made.
#[derive(Clone, Debug)]
pub struct MadePiece {
    pub kept: KeptPiece,
    /// `None` if the last build wrote the same file, so that nobody needed them.
    pub bytes: Option<Arc<[u8]>>,
}

/// A piece of the new sequence.
#[derive(Debug)]
pub enum SequencePiece {
    New(MadePiece),
    /// The same piece as the old one with this number.
    Old(usize),
}

/// Terms that were pushed one after the other and are not in a piece yet.
#[derive(Debug)]
struct PendingTerms {
    count: usize,
    /// The old piece that consists of exactly these terms.
    old: Option<usize>,
}

/// Makes the pieces of a tier, or of a part of it that begins at a boundary.
pub struct PieceMaker<'a> {
    tier: Tier,
    items: TierItems<'a>,
    boundaries: Boundaries,
    pushed: VecDeque<PendingTerms>,
    pub made: Vec<SequencePiece>,
}

impl<'a> PieceMaker<'a> {
    pub fn new(tier: Tier, items: TierItems<'a>, size: PieceSize) -> PieceMaker<'a> {
        let boundaries = Boundaries::new(size);
        PieceMaker { tier, items, boundaries, pushed: VecDeque::new(), made: Vec::new() }
    }

    /// Appends a term; see [`CodedTerms::push`].
    pub fn push(&mut self, term: &str, frequency: u32, languages: Option<Languages>, list: impl FnOnce(&mut Vec<u8>)) {
        match self.pushed.back_mut() {
            Some(PendingTerms { count, old: None }) => *count += 1,
            _ => self.pushed.push_back(PendingTerms { count: 1, old: None }),
        }
        self.push_term(term, frequency, languages, list);
    }

    /// Appends the terms of an old piece.
    pub fn push_old(&mut self, number: usize, terms: &CodedTerms) {
        self.pushed.push_back(PendingTerms { count: terms.len(), old: Some(number) });
        for at in 0..terms.len() {
            self.push_term(terms.term(at), terms.frequency(at), None, |out| out.extend_from_slice(terms.list(at)));
        }
    }

    fn push_term(&mut self, term: &str, frequency: u32, languages: Option<Languages>, list: impl FnOnce(&mut Vec<u8>)) {
        self.boundaries.terms.push(term, frequency, languages, list);
        self.boundaries.weigh_last();
        while let Some(count) = self.boundaries.end_of_piece() {
            self.end_piece(count);
        }
    }

    /// Returns the number of an old piece, not below `least`, if all pieces from it on are the old ones: a boundary is
    /// where it begins, and the terms since are those of whole old pieces. Forgets these terms.
    pub fn meets_old(&mut self, least: usize) -> Option<usize> {
        let all_old = self.pushed.iter().all(|pushed| pushed.old.is_some());
        let first = self.pushed.front().filter(|_| all_old)?.old.filter(|first| *first >= least)?;
        self.boundaries.clear();
        self.pushed.clear();
        Some(first)
    }

    /// Makes the last piece of the tier.
    pub fn end(mut self) -> Vec<SequencePiece> {
        let count = self.boundaries.terms.len();
        if count > 0 {
            self.end_piece(count);
        }
        self.made
    }

    fn end_piece(&mut self, count: usize) {
        let same = self.pushed.front().filter(|first| first.count == count).and_then(|first| first.old);
        let made = match same {
            Some(number) => SequencePiece::Old(number),
            None => SequencePiece::New(self.encode(count)),
        };
        self.made.push(made);
        self.boundaries.begin_next(count);
        let mut left = count;
        while left > 0 {
            let Some(first) = self.pushed.front_mut() else { break };
            if first.count <= left {
                left -= first.count;
                self.pushed.pop_front();
            } else {
                first.count -= left;
                first.old = None;
                left = 0;
            }
        }
    }

    fn encode(&self, count: usize) -> MadePiece {
        let terms = &self.boundaries.terms;
        let mut body = Vec::with_capacity(terms.lists(count).len() * 2);
        piece::encode(terms, count, self.items, &mut body);
        let kind = match self.tier {
            Tier::Base => IndexFileKind::Base,
            Tier::Middle => IndexFileKind::Middle,
        };
        let (bytes, check) = with_head(kind, &body);
        let is_heavy = |at: &usize| {
            let frequency = u64::from(terms.frequency(*at));
            frequency * 4 > u64::from(self.items.size) && !terms.term(*at).starts_with('\u{1}')
        };
        let heavy = (0..count).filter(is_heavy).map(|at| terms.term(at).into()).collect();
        let file = KeptFile { digest: Digest::of(&bytes), check };
        let kept = KeptPiece { first: terms.term(0).into(), weight: weight_of(terms, count), heavy, file };
        MadePiece { kept, bytes: Some(bytes.into()) }
    }
}
