//! Finds the rows of two texts.

use super::block::Block;
use super::row::{Alignment, Row};

/// A text to align.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// Its language tag, as a site or article states it (`ja`, `zh-Hant`, `en-US`).
    pub lang: &'a str,
    pub blocks: &'a [Block],
}

/// A term of the glossary in both languages: any of the forms on one side corresponds to any on the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermPair<'a> {
    pub original: Vec<&'a str>,
    pub translation: Vec<&'a str>,
}

/// Aligns a translation with its original.
pub fn align(original: Side, translation: Side, _terms: &[TermPair]) -> Alignment {
    // Pairs in order.
    let (n, m) = (original.blocks.len() as u32, translation.blocks.len() as u32);
    let row = |at: u32| Row {
        original: at.min(n)..(at + 1).min(n),
        translation: at.min(m)..(at + 1).min(m),
        confidence: 50,
        marked: false,
    };
    Alignment { rows: (0..n.max(m)).map(row).collect(), refused: None }
}
