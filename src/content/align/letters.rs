//! The length of a text: the number of its letters and digits. It must not know languages.

use crate::content::quantity::char_classes::{CharClasses, LETTER, MARK};
use crate::content::quantity::char_set::char_at;

/// The length of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Length {
    /// Its letters and digits.
    pub letters: u32,
    /// Those of them that are signs of vowels and combine with another.
    pub signs: u32,
}

/// Returns the length of a text.
pub fn length(text: &str) -> Length {
    let classes = CharClasses::get();
    let bytes = text.as_bytes();
    let (mut count, mut signs, mut at) = (0, 0, 0);
    let mut is_letter = |class| {
        signs += u32::from(class & (LETTER | MARK) == LETTER | MARK);
        u32::from(class & LETTER != 0)
    };
    while let Some(&lead) = bytes.get(at) {
        match lead {
            ..0x80 => {
                let (letters, length) = match bytes[at..].first_chunk() {
                    Some(chunk) => ascii_letters(u64::from_le_bytes(*chunk)),
                    None => (u32::from(lead.is_ascii_alphanumeric()), 1),
                };
                (count, at) = (count + letters, at + length);
            }
            0xC2..=0xDF => {
                let second = bytes.get(at + 1).copied().unwrap_or_default();
                (count, at) = (count + is_letter(classes.of_two(lead, second)), at + 2);
            }
            // Most ideographs and most of Hangul.
            0xE5..=0xE9 | 0xEB | 0xEC => (count, at) = (count + 1, at + 3),
            _ => {
                let Some((c, end)) = char_at(text, at) else { break };
                (count, at) = (count + is_letter(classes.of(c)), end);
            }
        }
    }
    Length { letters: count, signs }
}

/// Returns how many of the ASCII characters at the start of eight bytes are letters or digits, and how many there are.
/// At least one is there.
#[inline]
fn ascii_letters(bytes: u64) -> (u32, usize) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let length = ((bytes & HIGH).trailing_zeros() / 8) as usize;
    let bytes = bytes & (u64::MAX >> (64 - 8 * length));
    // Sets the highest bit of each byte that is at least `first`; no byte overflows.
    let from = |bytes: u64, first: u8| bytes + (0x80 - u64::from(first)) * ONES;
    let lower = bytes | (0x20 * ONES);
    let letters = from(lower, b'a') & !from(lower, b'z' + 1);
    let digits = from(bytes, b'0') & !from(bytes, b'9' + 1);
    // The sum of all bytes, each 0 or 1.
    (((((letters | digits) & HIGH) >> 7).wrapping_mul(ONES) >> 56) as u32, length)
}

#[cfg(test)]
mod tests {
    use unicode_normalization::char::is_combining_mark;

    use super::{Length, length};

    /// The shortcuts by bytes count what the tables of characters say.
    #[test]
    fn letters_are_counted() {
        for c in '\0'..='\u{11FFF}' {
            let (text, mixed) = (c.to_string(), format!("a{c}、 1{c}"));
            let one = Length {
                letters: u32::from(c.is_alphanumeric()),
                signs: u32::from(c.is_alphanumeric() && is_combining_mark(c)),
            };
            let two = Length { letters: 2 + 2 * one.letters, signs: 2 * one.signs };
            assert_eq!((length(&text), length(&mixed)), (one, two), "{:X}", u32::from(c));
        }
        let ascii: String = ('\0'..='\x7F').collect();
        for start in 0..8 {
            assert_eq!(length(&ascii[start..]).letters, 62);
        }
        assert_eq!(length(""), Length::default());
    }
}
