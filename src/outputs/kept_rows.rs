//! The rows of a page, kept from one rendering to the next, so that a page that is made again for another reason than
//! its texts aligns nothing; and its anchors, to find those that have moved.

use serde::{Deserialize, Serialize};

use super::anchors::KeptAnchors;
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::content::align::row::Alignment;

/// The rows of two texts, and what was found in them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRows {
    /// A digest of everything that rows and findings depend on.
    pub of: Digest,
    pub alignment: Alignment,
    pub found: Diagnostics,
}

/// The rows of the last rendering of a page, and of this one.
#[derive(Debug, Default)]
pub struct RowCache {
    last: Option<KeptRows>,
    now: Option<KeptRows>,
    /// Whether the texts had to be aligned.
    aligned: bool,
    /// The anchors of the last rendering until they are taken, then those of this one.
    anchors: Option<KeptAnchors>,
}

impl RowCache {
    pub fn new(last: Option<KeptRows>, anchors: Option<KeptAnchors>) -> RowCache {
        RowCache { last, anchors, ..RowCache::default() }
    }

    /// Takes the anchors of the last rendering, or at the end those of this one.
    pub fn take_anchors(&mut self) -> Option<KeptAnchors> {
        self.anchors.take()
    }

    pub fn keep_anchors(&mut self, anchors: KeptAnchors) {
        self.anchors = Some(anchors);
    }

    /// Takes the rows of the last rendering if they are of the same texts, which have this many blocks.
    pub fn take(&mut self, of: Digest, (original, translation): (usize, usize)) -> Option<KeptRows> {
        self.last.take_if(|last| last.of == of && last.alignment.covers(original, translation))
    }

    /// Keeps the rows for the next rendering.
    pub fn keep(&mut self, rows: KeptRows, aligned: bool) {
        self.now = Some(rows);
        self.aligned = aligned;
    }

    /// Returns the rows to keep, and whether the texts had to be aligned.
    pub fn finish(self) -> (Option<KeptRows>, bool) {
        (self.now, self.aligned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::align::row::Row;

    fn kept(of: u8, rows: &[(u32, u32, u32, u32)]) -> Option<KeptRows> {
        let row = |&(a, b, c, d): &(u32, u32, u32, u32)| Row {
            original: a..b,
            translation: c..d,
            confidence: 90,
            marked: false,
        };
        let alignment = Alignment { rows: rows.iter().map(row).collect(), refused: None };
        Some(KeptRows { of: Digest([of; 16]), alignment, found: Diagnostics::new() })
    }

    /// Rows that do not cover both texts in order would lose or double a block, so they are not used, whatever their
    /// digest.
    #[test]
    fn only_whole_rows_of_the_same_texts_are_taken() {
        let take = |last| RowCache::new(last, None).take(Digest([7; 16]), (3, 2)).is_some();
        let whole = [(0, 1, 0, 1), (1, 3, 1, 1), (3, 3, 1, 2)];
        assert!(take(kept(7, &whole)) && !take(kept(8, &whole)) && !take(None));
        for bad in [
            &[][..],
            &[(0, 1, 0, 1)],
            &[(0, 3, 0, 2), (3, 4, 2, 2)],
            &[(1, 3, 0, 2)],
            &[(0, 2, 0, 1), (1, 3, 1, 2)],
            &[(0, 4, 0, 1), (4, 3, 1, 2)],
            &[(0, 3, 0, 9)],
            &[(0, u32::MAX, 0, 2)],
        ] {
            assert!(!take(kept(7, bad)), "{bad:?}");
        }
    }
}
