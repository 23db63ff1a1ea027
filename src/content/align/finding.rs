//! What a finding is, and what the files that look for findings share.

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
        let letters = |side: Side| side.blocks.iter().map(|block| letters(&block.text)).collect();
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

/// Returns the number of letters and digits.
pub fn letters(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let (mut count, mut at) = (0, 0);
    while let Some(&lead) = bytes.get(at) {
        if lead.is_ascii() {
            let eight = bytes[at..].first_chunk().and_then(|chunk| ascii_letters(u64::from_le_bytes(*chunk)));
            count += eight.unwrap_or(u32::from(lead.is_ascii_alphanumeric()));
            at += if eight.is_some() { 8 } else { 1 };
            continue;
        }
        let second = bytes.get(at + 1).copied().unwrap_or_default();
        // The most frequent letters are found by their first bytes: а-п, р-я, kana but a few, ideographs, Hangul.
        let width = match (lead, second) {
            (0xD0, 0xB0..) | (0xD1, ..=0x8F) => 2,
            (0xE4, 0xB8..) | (0xE5..=0xE9, _) | (0xEA, 0xB0..) | (0xEB | 0xEC, _) | (0xED, ..0x9E) => 3,
            (0xE3, 0x82) if bytes.get(at + 2).is_some_and(|third| matches!(third, 0..=0x93 | 0xA1..=0xBF)) => 3,
            (0xE3, 0x83) if bytes.get(at + 2).is_some_and(|third| *third < 0xBB) => 3,
            (0xE3, 0x81) if bytes.get(at + 2).is_some_and(|third| *third > 0x80) => 3,
            _ => {
                let Some(c) = text[at..].chars().next() else { break };
                count += u32::from(c.is_alphanumeric());
                at += c.len_utf8();
                continue;
            }
        };
        count += 1;
        at += width;
    }
    count
}

/// Returns how many of eight bytes are letters or digits; `None` if not all are ASCII.
fn ascii_letters(bytes: u64) -> Option<u32> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    if bytes & HIGH != 0 {
        return None;
    }
    // Sets the highest bit of each byte that is at least `first`; no byte overflows.
    let from = |bytes: u64, first: u8| bytes + (0x80 - u64::from(first)) * ONES;
    let lower = bytes | (0x20 * ONES);
    let letters = from(lower, b'a') & !from(lower, b'z' + 1);
    let digits = from(bytes, b'0') & !from(bytes, b'9' + 1);
    // The sum of all bytes, each 0 or 1.
    Some(((((letters | digits) & HIGH) >> 7).wrapping_mul(ONES) >> 56) as u32)
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

#[cfg(test)]
mod tests {
    use super::letters;

    /// The shortcuts by bytes count what the tables of characters say.
    #[test]
    fn letters_are_counted() {
        for c in '\0'..='\u{11FFF}' {
            let (text, mixed) = (c.to_string(), format!("a{c}、 1{c}"));
            let one = u32::from(c.is_alphanumeric());
            assert_eq!((letters(&text), letters(&mixed)), (one, 2 + 2 * one), "{:X}", u32::from(c));
        }
        let ascii: String = ('\0'..='\x7F').collect();
        for start in 0..8 {
            assert_eq!(letters(&ascii[start..]), 62);
        }
        assert_eq!(letters(""), 0);
    }
}
