//! The rows of a page, kept from one rendering to the next, so that a page that is made again for another reason than
//! its texts aligns nothing; and its anchors, to find those that have moved.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::anchors::KeptAnchors;
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::content::align::row::{Alignment, AlignmentRefusal, Row};

/// The rows of two texts, and which problems of their page were found in them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRows {
    /// A digest of everything that rows and findings depend on.
    pub of: Digest,
    pub rows: CompactRows,
    /// The places among the problems of the page.
    pub found: Range<u32>,
}

/// Rows in a byte each, if they have one block on each side, as most do: a build holds those of every page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompactRows {
    bytes: Box<[u8]>,
    refused: Option<AlignmentRefusal>,
}

/// Stands before a row that has not one block on each side or was marked.
const OTHER: u8 = u8::MAX;
/// The byte of a number that needs more.
const LONG: u8 = u8::MAX;

impl CompactRows {
    pub fn new(alignment: &Alignment) -> CompactRows {
        let mut bytes = Vec::with_capacity(alignment.rows.len() + 8);
        for Row { original, translation, confidence, marked } in &alignment.rows {
            if original.len() == 1 && translation.len() == 1 && !marked && *confidence < OTHER {
                bytes.push(*confidence);
                continue;
            }
            bytes.extend([OTHER, *confidence, u8::from(*marked)]);
            for length in [original.len(), translation.len()] {
                match u8::try_from(length) {
                    Ok(length) if length < LONG => bytes.push(length),
                    _ => {
                        bytes.push(LONG);
                        bytes.extend((length as u32).to_le_bytes());
                    }
                }
            }
        }
        CompactRows { bytes: bytes.into_boxed_slice(), refused: alignment.refused }
    }

    /// Returns the rows; `None` if the bytes are none.
    pub fn alignment(&self) -> Option<Alignment> {
        let mut alignment = Alignment { rows: Vec::with_capacity(self.bytes.len()), refused: self.refused };
        let mut bytes = self.bytes.iter().copied();
        let mut at = [0_u32; 2];
        while let Some(first) = bytes.next() {
            let (mut row, mut lengths) = ((first, false), [1; 2]);
            if first == OTHER {
                row = (bytes.next()?, bytes.next()? != 0);
                for length in &mut lengths {
                    *length = match bytes.next()? {
                        LONG => u32::from_le_bytes([bytes.next()?, bytes.next()?, bytes.next()?, bytes.next()?]),
                        short => u32::from(short),
                    };
                }
            }
            let [start, other] = at;
            at = [start.checked_add(lengths[0])?, other.checked_add(lengths[1])?];
            let (confidence, marked) = row;
            alignment.rows.push(Row { original: start..at[0], translation: other..at[1], confidence, marked });
        }
        Some(alignment)
    }
}

/// The rows of the last rendering of a page, and of this one.
#[derive(Debug, Default)]
pub struct RowCache {
    last: Option<KeptRows>,
    /// The problems of the last rendering.
    problems: Diagnostics,
    now: Option<KeptRows>,
    /// Whether the texts had to be aligned.
    aligned: bool,
    /// The anchors of the last rendering until they are taken, then those of this one.
    anchors: Option<KeptAnchors>,
}

impl RowCache {
    /// Creates the cache with what the last rendering kept, and its problems.
    pub fn new(last: Option<KeptRows>, problems: Diagnostics, anchors: Option<KeptAnchors>) -> RowCache {
        RowCache { last, problems, anchors, ..RowCache::default() }
    }

    /// Takes the anchors of the last rendering, or at the end those of this one.
    pub fn take_anchors(&mut self) -> Option<KeptAnchors> {
        self.anchors.take()
    }

    pub fn keep_anchors(&mut self, anchors: KeptAnchors) {
        self.anchors = Some(anchors);
    }

    /// Takes the rows of the last rendering with the problems that were found in them, if they are of the same texts,
    /// which have this many blocks.
    pub fn take(&mut self, of: Digest, (original, translation): (usize, usize)) -> Option<(Alignment, Diagnostics)> {
        let last = self.last.take_if(|last| last.of == of)?;
        let alignment = last.rows.alignment().filter(|rows| rows.covers(original, translation))?;
        let found = last.found.start as usize..last.found.end as usize;
        self.problems.get(found.clone())?;
        Some((alignment, self.problems.drain(found).collect()))
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
    use proptest::prelude::*;

    use super::*;
    use crate::base::diag::Diagnostic;

    fn alignment(rows: &[(u32, u32, u32, u32)]) -> Alignment {
        let row = |&(a, b, c, d): &(u32, u32, u32, u32)| Row {
            original: a..b,
            translation: c..d,
            confidence: 90,
            marked: false,
        };
        Alignment { rows: rows.iter().map(row).collect(), refused: None }
    }

    fn kept(of: u8, rows: &[(u32, u32, u32, u32)]) -> Option<KeptRows> {
        Some(KeptRows { of: Digest([of; 16]), rows: CompactRows::new(&alignment(rows)), found: 0..0 })
    }

    proptest! {
        #[test]
        fn rows_come_back(lengths in prop::collection::vec((0u32..3, 0u32..3, 0u8..=100, any::<bool>()), 0..40), long: bool) {
            let mut at = (0, 0);
            let mut rows: Vec<Row> = Vec::new();
            for (one, other, confidence, marked) in lengths {
                let one = if long && one == 2 { 70_000 } else { one };
                let end = (at.0 + one, at.1 + other);
                rows.push(Row { original: at.0..end.0, translation: at.1..end.1, confidence, marked });
                at = end;
            }
            let alignment = Alignment { rows, refused: long.then_some(AlignmentRefusal::Copies) };
            prop_assert_eq!(CompactRows::new(&alignment).alignment(), Some(alignment));
        }

        #[test]
        fn any_bytes_are_rows_or_none(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let rows = CompactRows { bytes: bytes.into(), refused: None };
            if let Some(alignment) = rows.alignment() {
                prop_assert_eq!(CompactRows::new(&alignment).alignment(), Some(alignment));
            }
        }
    }

    #[test]
    fn problems_come_with_their_rows() {
        let problems = ["a", "b", "c"].map(|code| Diagnostic::warning(code, code)).to_vec();
        let taken = |found: Range<u32>| {
            let rows = kept(7, &[(0, 1, 0, 1)]).map(|rows| KeptRows { found, ..rows });
            let mut cache = RowCache::new(rows, problems.clone(), None);
            cache.take(Digest([7; 16]), (1, 1)).map(|(_, found)| found)
        };
        assert_eq!(taken(1..3), Some(problems[1..].to_vec()));
        assert_eq!((taken(2..4), taken(Range { start: 3, end: 2 })), (None, None));
    }

    /// Rows that do not cover both texts in order would lose or double a block, so they are not used, whatever their
    /// digest.
    #[test]
    fn only_whole_rows_of_the_same_texts_are_taken() {
        let take = |last| RowCache::new(last, Diagnostics::new(), None).take(Digest([7; 16]), (3, 2)).is_some();
        let whole = [(0, 1, 0, 1), (1, 3, 1, 1), (3, 3, 1, 2)];
        assert!(take(kept(7, &whole)) && !take(kept(8, &whole)) && !take(None));
        for bad in [
            &[][..],
            &[(0, 1, 0, 1)],
            &[(0, 3, 0, 2), (3, 4, 2, 2)],
            &[(0, 3, 0, 9)],
            &[(0, u32::MAX, 0, 2)],
            &[(0, u32::MAX, 0, 2), (0, 4, 0, 0)],
        ] {
            assert!(!take(kept(7, bad)), "{bad:?}");
        }
    }
}
