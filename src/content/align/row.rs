//! Rows: the result of an alignment. A row has the indices of blocks; it must not know their texts.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Blocks of the original and of the translation that belong together. One side may be empty. Rows cover both texts
/// without gaps and never cross.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// The indices of its blocks of the original.
    pub original: Range<u32>,
    /// The indices of its blocks of the translation.
    pub translation: Range<u32>,
    /// How certain the row is, in percent. Rows between marks that leave no choice have 100.
    pub confidence: u8,
    /// Whether a mark of an author made it.
    pub marked: bool,
}

/// The rows of a text and its original.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Alignment {
    pub rows: Vec<Row>,
    /// Why the texts were paired in order only.
    pub refused: Option<AlignmentRefusal>,
}

impl Alignment {
    /// Returns whether the rows cover texts of this many blocks, without gaps and in order.
    pub fn covers(&self, original: usize, translation: usize) -> bool {
        let mut at = (0, 0);
        for Row { original, translation, .. } in &self.rows {
            if (original.start, translation.start) != at || original.end < at.0 || translation.end < at.1 {
                return false;
            }
            at = (original.end, translation.end);
        }
        at.0 as usize == original && at.1 as usize == translation
    }
}

/// Why two texts cannot be aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AlignmentRefusal {
    /// More than a quarter of the translation's blocks are copies of the original's.
    Copies,
}
