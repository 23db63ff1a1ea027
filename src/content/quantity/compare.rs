//! Where a translation states other quantities than its original.

use std::ops::Range;

use super::kinds::{Quantity, QuantityKind};

/// A text with its quantities.
#[derive(Clone, Copy)]
pub struct Stated<'a> {
    pub text: &'a str,
    pub quantities: &'a [Quantity],
}

/// How certain it is that a difference is a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It may well be what a translator rightly does: one side states something that the other does not.
    Note,
    /// A likely mistake, too doubtful for a warning.
    Hint,
    Warn,
}

/// A quantity of one text that differs, for a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub kind: QuantityKind,
    /// The byte range in the text.
    pub at: Range<usize>,
    /// Its value in English: `3.2 trillion`, `2021`, `Wednesday`, `15:30`.
    pub value: String,
}

/// Quantities that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub level: Level,
    /// What only the original states; `None` in a note about the translation.
    pub original: Option<Term>,
    /// What only the translation states; `None` in a note about the original.
    pub translation: Option<Term>,
}

/// Compares the quantities of blocks that belong together. Warnings come first, then by place.
pub fn compare(_original: Stated, _translation: Stated) -> Vec<Difference> {
    Vec::new()
}
