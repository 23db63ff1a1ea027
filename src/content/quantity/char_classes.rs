//! What characters are: letters, marks, white space. Those of many scripts and the punctuation are in a table that is made when it is first needed: the library looks each up in
//! several steps, and readers ask about every character of a text.

use std::sync::OnceLock;

use unicode_normalization::char::is_combining_mark;

/// A letter or digit.
pub const LETTER: u8 = 1;
/// A mark that combines with the character before it. Some are letters as well.
pub const MARK: u8 = 2;
/// White space.
pub const SPACE: u8 = 4;

/// The characters of the table: those of at most two bytes with the scripts of India and Thai, and the punctuation of
/// all others.
const KNOWN: [(u32, u32); 4] = [(0, FIRST as u32), (0x2000, 0x2100), (0x3000, 0x3100), (0xff00, 0x1_0000)];

/// The end of the first range, which stands at its place in the table.
const FIRST: usize = 0x1000;

/// The classes of characters: those below U+10000 in pages of 256, as far as they are known.
pub struct CharClasses {
    pages: [u8; 256],
    classes: Vec<u8>,
}

impl CharClasses {
    /// Returns the table.
    pub fn get() -> &'static CharClasses {
        static CLASSES: OnceLock<CharClasses> = OnceLock::new();
        CLASSES.get_or_init(|| {
            let mut table = CharClasses { pages: [UNKNOWN; 256], classes: Vec::new() };
            for (first, end) in KNOWN {
                for page in first / 256..end / 256 {
                    table.pages[page as usize] = (table.classes.len() / 256) as u8;
                    let codes = page * 256..(page + 1) * 256;
                    table.classes.extend(codes.map(|code| char::from_u32(code).map_or(0, class)));
                }
            }
            table
        })
    }

    /// Returns what a character is.
    #[inline]
    pub fn of(&self, c: char) -> u8 {
        let code = c as usize;
        if code < FIRST {
            return self.classes.get(code).copied().unwrap_or(0);
        }
        let page = self.pages.get(code >> 8).copied().unwrap_or(UNKNOWN);
        match self.classes.get(usize::from(page) << 8 | code & 255) {
            Some(class) => *class,
            None => class(c),
        }
    }

    /// Returns what the character of two bytes is.
    #[inline]
    pub fn of_two(&self, lead: u8, second: u8) -> u8 {
        self.classes.get(usize::from(lead & 0x1f) << 6 | usize::from(second & 0x3f)).copied().unwrap_or(0)
    }

    /// Returns whether a character is a letter or digit.
    #[inline]
    pub fn is_letter(&self, c: char) -> bool {
        self.of(c) & LETTER != 0
    }
}

/// A page that is not in the table.
const UNKNOWN: u8 = u8::MAX;

fn class(c: char) -> u8 {
    // Ideographs and Hangul.
    if matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') {
        return LETTER;
    }

    let is = |class: u8, is: bool| if is { class } else { 0 };
    is(LETTER, c.is_alphanumeric()) | is(MARK, is_combining_mark(c)) | is(SPACE, c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_agrees_with_the_library() {
        let classes = CharClasses::get();
        for c in '\0'..='\u{20000}' {
            let is = classes.of(c);
            assert_eq!(is & LETTER != 0, c.is_alphanumeric(), "{c:?}");
            assert_eq!(is & MARK != 0, is_combining_mark(c), "{c:?}");
            assert_eq!(is & SPACE != 0, c.is_whitespace(), "{c:?}");
            if let [lead, second] = c.to_string().as_bytes() {
                assert_eq!(classes.of_two(*lead, *second), is, "{c:?}");
            }
        }
        assert!(classes.is_letter('é') && classes.is_letter('漢') && !classes.is_letter('。'));
        assert_eq!(classes.of('\u{94d}'), MARK);
    }
}
