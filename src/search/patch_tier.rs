//! Makes the pieces of a tier from those of the last build: only the pieces with a term whose list changes, and those
//! whose boundaries this moves, are read and coded.

use std::ops::{Bound, Range};

use super::build_tier::TierSource;
use super::changes::{Change, Changes, apply};
use super::coded_terms::CodedTerms;
use super::kept::KeptPiece;
use super::list::{self, Posting};
use super::piece;
use super::pieces::{MadePiece, PieceMaker, SequencePiece};

/// Returns the body of an old piece, if its bytes are still those of the last build.
pub type ReadPiece<'a> = dyn Fn(&KeptPiece) -> Option<Vec<u8>> + 'a;

struct Patch<'a> {
    old: &'a [KeptPiece],
    changes: &'a Changes,
    read: &'a ReadPiece<'a>,
    source: TierSource<'a>,
    pieces: Vec<MadePiece>,
}

/// Applies changes to the pieces of a tier that has as many items as before. Returns `None` if an old piece cannot be
/// read or is not what the changes were found for.
pub fn patch(old: &[KeptPiece], changes: &Changes, read: &ReadPiece, source: TierSource) -> Option<Vec<MadePiece>> {
    if old.is_empty() && !changes.is_empty() {
        return None;
    }
    let mut patch = Patch { old, changes, read, source, pieces: Vec::with_capacity(old.len() + 1) };
    let mut next = 0;
    while let Some(touched) = patch.next_touched(next) {
        // A boundary was chosen by looking at the terms after it, too, so an earlier one may move.
        let mut first = touched;
        let mut weight = 0;
        while first > next {
            weight += old[first - 1].weight;
            if weight > source.size.most {
                break;
            }
            first -= 1;
        }
        patch.keep(next..first);
        next = patch.cut_again(first, touched)?;
    }
    patch.keep(next..old.len());
    Some(patch.pieces)
}

impl Patch<'_> {
    /// Returns the first piece from this one on that has a changed list.
    fn next_touched(&self, from: usize) -> Option<usize> {
        let first = if from == 0 { "" } else { &self.old.get(from)?.first };
        let (term, _) = self.changes.range::<str, _>((Bound::Included(first), Bound::Unbounded)).next()?;
        Some(self.old.partition_point(|piece| *piece.first <= **term).saturating_sub(1))
    }

    fn keep(&mut self, range: Range<usize>) {
        let kept = self.old[range].iter().map(|kept| MadePiece { kept: kept.clone(), bytes: None });
        self.pieces.extend(kept);
    }

    /// Makes pieces from the start of an old piece on, past one that has changes, until a boundary is an old one again.
    /// Returns the number of the old piece that begins there.
    fn cut_again(&mut self, first: usize, touched: usize) -> Option<usize> {
        let mut maker = self.source.maker();
        let mut met = None;
        let mut untouched = first;
        for number in first..self.old.len() {
            let mut terms = CodedTerms::default();
            piece::decode(&(self.read)(&self.old[number])?, self.source.tier_items().size, &mut terms)?;
            let changes = self.changes_in(number);
            if changes.is_empty() {
                maker.push_old(number, &terms);
            } else {
                self.push_changed(&mut maker, &terms, &changes)?;
                untouched = number + 1;
            }
            if number >= touched {
                met = maker.meets_old(untouched);
            }
            if met.is_some() {
                break;
            }
        }
        for made in maker.end() {
            match made {
                SequencePiece::New(piece) => self.pieces.push(piece),
                SequencePiece::Old(number) => self.keep(number..number + 1),
            }
        }
        Some(met.unwrap_or(self.old.len()))
    }

    /// Returns the changed lists of a piece: those of terms before the first piece belong to it.
    fn changes_in(&self, number: usize) -> Vec<(&str, &[Change])> {
        let first = if number == 0 { "" } else { &self.old[number].first };
        let next = self.old.get(number + 1).map(|piece| &*piece.first);
        let from = self.changes.range::<str, _>((Bound::Included(first), Bound::Unbounded));
        from.take_while(|(term, _)| next.is_none_or(|next| ***term < *next)).map(|(t, c)| (&**t, &**c)).collect()
    }

    /// Appends the terms of a piece with their changed lists. A term without postings is left out.
    fn push_changed(&self, maker: &mut PieceMaker, terms: &CodedTerms, changes: &[(&str, &[Change])]) -> Option<()> {
        let tier = self.source.tier_items();
        let mut changes = changes.iter().peekable();
        let mut postings = Vec::new();
        let push = |maker: &mut PieceMaker, term: &str, old: &[Posting], changes: &[Change]| {
            let list = apply(old, changes)?;
            if !list.is_empty() {
                let languages = tier.languages_of(term, &list);
                maker.push(term, list.len() as u32, Some(languages), |out| list::encode(&list, tier.size, out));
            }
            Some(())
        };
        for at in 0..terms.len() {
            let term = terms.term(at);
            while let Some((new, list)) = changes.next_if(|(changed, _)| *changed < term) {
                push(maker, new, &[], list)?;
            }
            match changes.next_if(|(changed, _)| *changed == term) {
                Some((_, list)) => {
                    postings.clear();
                    list::decode(terms.list(at), terms.frequency(at), tier.size, &mut postings)?;
                    push(maker, term, &postings, list)?;
                }
                None => maker.push(term, terms.frequency(at), None, |out| out.extend_from_slice(terms.list(at))),
            }
        }
        for (new, list) in changes {
            push(maker, new, &[], list)?;
        }
        Some(())
    }
}
