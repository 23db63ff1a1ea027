//! What a finding is, and what the files that look for findings share. It looks for none itself, and must not know
//! diagnostics.

use std::ops::Range;

use super::block::{Block, BlockKind};
use super::language_tags::Guess;
use super::path::Side;
use super::row::Row;
use crate::content::quantity::compare::Level;

/// How much of its original a translation is expected to cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All of it.
    Full,
    /// The article does not say.
    Unstated,
    /// Parts of it.
    Partial,
    /// It tells the contents in its own words: a summary, a gist, a digest.
    Retold,
}

/// One finding, with the blocks of both texts that it concerns. An empty range is the place between two blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub original: Range<u32>,
    pub translation: Range<u32>,
    pub what: What,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The translation has nothing for these blocks of the original.
    Untranslated,
    /// The original has nothing for these blocks of the translation.
    Added,
    /// More text than the original can account for, in percent of what is usual.
    TooLong(u32),
    /// Less text than the original calls for, in percent of what is usual.
    TooShort(u32),
    /// Two blocks of kinds that do not correspond.
    Kinds(BlockKind, BlockKind),
    /// An image of the original that the row's translation lacks.
    MissingImage(Box<str>),
    /// A number, date or percentage that differs, or that only one side states.
    Number(NumberFinding),
    /// Some pairs of blocks are uncertain.
    Doubtful { rows: u32 },
    /// Too many blocks are copies of the original for an alignment.
    Copies,
    /// A text is not in the language that it states.
    WrongLanguage(Role, Guess),
    /// Each text is in the language that the other states.
    Exchanged,
    /// The translation is in the language of its original.
    LeftInOriginal(Guess),
    /// Blocks of the translation are in the language of the original.
    BlocksLeftInOriginal,
}

/// Quantities that differ in a row, with the block and the place in its text.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberFinding {
    pub level: Level,
    pub original: Option<StatedNumber>,
    pub translation: Option<StatedNumber>,
}

/// A quantity that a block states.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedNumber {
    pub block: u32,
    /// The byte range in the text of the block.
    pub at: Range<usize>,
    /// Its value in English.
    pub value: String,
}

/// One of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Original,
    Translation,
}

/// The least confidence of a row, in percent, at which a missing counterpart is reported.
pub const SURE: u8 = 70;
/// The confidence of rows that are called uncertain.
pub const DOUBTFUL: u8 = 50;
/// Creates a finding about two whole texts.
pub fn of_all(original: Side, translation: Side, what: What) -> Finding {
    Finding { original: 0..original.blocks.len() as u32, translation: 0..translation.blocks.len() as u32, what }
}

/// Both texts, with the number of letters and digits in each block.
pub struct Texts<'a> {
    pub original: Side<'a>,
    pub translation: Side<'a>,
    pub letters: [Vec<u32>; 2],
}

impl<'a> Texts<'a> {
    pub fn new(original: Side<'a>, translation: Side<'a>) -> Texts<'a> {
        let letters = |side: Side| side.blocks.iter().map(|block| block.length().letters).collect();
        Texts { letters: [letters(original), letters(translation)], original, translation }
    }

    /// Returns the letters on both sides of a row.
    pub fn of(&self, row: &Row) -> [u64; 2] {
        let sum = |side: usize, at: &Range<u32>| -> u64 {
            self.letters[side][at.start as usize..at.end as usize].iter().map(|count| u64::from(*count)).sum()
        };
        [sum(0, &row.original), sum(1, &row.translation)]
    }

    /// Returns the blocks on both sides of a row.
    pub fn blocks(&self, row: &Row) -> [&'a [Block]; 2] {
        let of = |side: Side<'a>, at: &Range<u32>| &side.blocks[at.start as usize..at.end as usize];
        [of(self.original, &row.original), of(self.translation, &row.translation)]
    }
}

/// Returns whether a text is in quotation marks or brackets from its first character to its last.
pub fn is_quotation(text: &str) -> bool {
    const PAIRS: [(char, char); 13] = [
        ('"', '"'),
        ('“', '”'),
        ('„', '“'),
        ('„', '”'),
        ('«', '»'),
        ('»', '«'),
        ('「', '」'),
        ('『', '』'),
        ('‘', '’'),
        ('(', ')'),
        ('（', '）'),
        ('[', ']'),
        ('【', '】'),
    ];
    let text = text.trim().trim_end_matches(['.', ',', '。', '،', '.']);
    let first = text.chars().next();
    PAIRS.iter().any(|(open, close)| first == Some(*open) && text.ends_with(*close))
}

/// Returns whether a text ends with the mark of a sentence.
pub fn ends_a_sentence(text: &str) -> bool {
    let text =
        text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '»' | '」' | '』' | ')' | '）'));
    text.ends_with(['.', '!', '?', '。', '！', '？', '．', '؟', '۔', '।', '…', '։', '。', '：', ':'])
}
