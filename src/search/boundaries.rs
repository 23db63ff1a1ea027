//! Where one piece ends and the next begins. The terms alone decide it, so that an edit moves few boundaries. It
//! weighs terms; `piece.rs` encodes them.

use super::coded_terms::{CodedTerms, ENTRY_WEIGHT};

/// Between which weights pieces end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PieceSize {
    pub least: u32,
    pub most: u32,
}

/// Collects terms in order and finds the ends of pieces.
///
/// Of the terms after which a piece would have a weight between both of its size, it ends after the one with the least
/// hash.
#[derive(Debug)]
pub struct Boundaries {
    size: PieceSize,
    /// The terms since the last boundary.
    pub terms: CodedTerms,
    weight: u32,
}

impl Boundaries {
    pub fn new(size: PieceSize) -> Boundaries {
        Boundaries { size, terms: CodedTerms::default(), weight: 0 }
    }

    /// Call this after every term that is pushed to `terms`, until it returns `None`. Returns how many terms make a
    /// piece, if that is certain; then [`Boundaries::begin_next`] must be called.
    pub fn end_of_piece(&mut self) -> Option<usize> {
        let last = self.terms.len().checked_sub(1)?;
        if last == 0 || self.weight <= self.size.most {
            return None;
        }
        let mut weight = 0;
        let mut best = None;
        for at in 0..last {
            weight += self.terms.weight(at);
            if weight >= self.size.least {
                let hash = hash(self.terms.term(at).as_bytes());
                best = best.filter(|(least, _)| *least <= hash).or(Some((hash, at + 1)));
            }
        }
        // A list that is large by itself begins a piece.
        Some(best.map_or(last, |(_, count)| count))
    }

    /// Adds the weight of the term that was pushed last.
    pub fn weigh_last(&mut self) {
        self.weight += self.terms.weight(self.terms.len() - 1);
    }

    /// Removes the terms of a piece that is done.
    pub fn begin_next(&mut self, count: usize) {
        self.weight -= weight_of(&self.terms, count);
        self.terms.remove_first(count);
    }

    /// Removes all terms.
    pub fn clear(&mut self) {
        self.terms.clear();
        self.weight = 0;
    }
}

/// Returns the weight of the first `count` terms.
pub fn weight_of(terms: &CodedTerms, count: usize) -> u32 {
    terms.lists(count).len() as u32 + ENTRY_WEIGHT * count as u32
}

/// FNV-1a with a final mix, as the format says.
fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the first term of every piece.
    fn pieces(terms: &[(String, usize)], size: PieceSize) -> Vec<String> {
        let mut boundaries = Boundaries::new(size);
        let mut first = Vec::new();
        for (term, length) in terms {
            boundaries.terms.push(term, 1, None, |out| out.resize(out.len() + length, 0));
            boundaries.weigh_last();
            while let Some(count) = boundaries.end_of_piece() {
                first.push(boundaries.terms.term(0).to_owned());
                let weight = weight_of(&boundaries.terms, count);
                assert!(weight <= size.most || count == 1, "{weight}");
                boundaries.begin_next(count);
            }
        }
        if !boundaries.terms.is_empty() {
            first.push(boundaries.terms.term(0).to_owned());
        }
        first
    }

    proptest! {
        /// After the place of an edit, the boundaries soon are the old ones again.
        #[test]
        fn boundaries_meet_again(lengths in proptest::collection::vec(1_usize..40, 1500), edit in 0_usize..100, more in 1_usize..200) {
            let mut terms: Vec<(String, usize)> =
                lengths.iter().enumerate().map(|(n, length)| (format!("{n:05}"), *length)).collect();
            let size = PieceSize { least: 225, most: 375 };
            let before = pieces(&terms, size);
            terms[edit].1 += more;
            let after = pieces(&terms, size);
            prop_assert_eq!(before.last(), after.last());
        }
    }

    #[test]
    fn a_large_list_stands_alone() {
        let terms: Vec<(String, usize)> = [("a", 10), ("b", 5000), ("c", 10), ("d", 90), ("e", 20)]
            .map(|(term, length)| (term.to_owned(), length))
            .into();
        assert_eq!(pieces(&terms, PieceSize { least: 75, most: 125 }), ["a", "b", "c", "e"]);
    }

    #[test]
    fn the_hash_is_that_of_the_format() {
        assert_eq!(hash(b"fog"), 5_750_948_618_352_241_699);
    }
}
