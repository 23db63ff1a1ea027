//! What a reader needs to pass over most of a text quickly: characters at their places in bytes, and sets of those that
//! it looks for.

/// Returns the character at `at`, which is a boundary of characters, and the place behind it. It is faster than
/// [`str::chars`] for a reader that skips through the bytes.
#[inline(always)]
pub fn char_at(text: &str, at: usize) -> Option<(char, usize)> {
    match *text.as_bytes().get(at)? {
        byte @ ..0x80 => Some((char::from(byte), at + 1)),
        lead => long_char_at(text.as_bytes(), at, lead),
    }
}

/// Returns the character of several bytes at `at`.
#[inline]
fn long_char_at(bytes: &[u8], at: usize, lead: u8) -> Option<(char, usize)> {
    let low = |n: usize| bytes.get(at + n).map(|byte| u32::from(byte & 0x3f));
    let (code, length) = match lead {
        0..0xe0 => (u32::from(lead & 0x1f) << 6 | low(1)?, 2),
        0xe0..0xf0 => (u32::from(lead & 0x0f) << 12 | low(1)? << 6 | low(2)?, 3),
        _ => (u32::from(lead & 0x07) << 18 | low(1)? << 12 | low(2)? << 6 | low(3)?, 4),
    };
    Some((char::from_u32(code)?, at + length))
}

/// The lower case of each ASCII letter, and each ASCII digit; 0 for other bytes.
pub static LOWER: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x80 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// Returns the end of the ASCII letters and digits from `at`.
#[inline]
pub fn ascii_word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|&byte| LOWER[usize::from(byte)] == 0).unwrap_or(rest.len())
}

/// A set of characters that may hold others as well: most characters that are not in it are told apart.
#[derive(Debug)]
pub struct CharSet([u64; 16]);

impl CharSet {
    pub const fn new() -> CharSet {
        CharSet([0; 16])
    }

    /// Adds characters.
    pub const fn with(mut self, chars: &[char]) -> CharSet {
        let mut at = 0;
        while at < chars.len() {
            self.add(chars[at]);
            at += 1;
        }
        self
    }

    /// Adds the first character of each word.
    pub const fn with_starts(mut self, words: &[&str]) -> CharSet {
        let mut at = 0;
        while at < words.len() {
            self.add(first(words[at]));
            at += 1;
        }
        self
    }

    /// Adds the first character of each key of a table.
    pub const fn with_keys(mut self, table: &[(&str, &str)]) -> CharSet {
        let mut at = 0;
        while at < table.len() {
            self.add(first(table[at].0));
            at += 1;
        }
        self
    }

    /// Adds a character.
    pub const fn add(&mut self, c: char) {
        let code = c as u32;
        self.0[(code >> 6 & 15) as usize] |= 1 << (code & 63);
    }

    /// Returns false for characters only that are not in the set.
    #[inline]
    pub const fn may_have(&self, c: char) -> bool {
        let code = c as u32;
        self.0[(code >> 6 & 15) as usize] & 1 << (code & 63) != 0
    }

    /// Returns the same for a character of three bytes, which start at `at`.
    #[inline]
    pub fn may_have_bytes(&self, bytes: &[u8], at: usize) -> bool {
        match bytes.get(at + 1..at + 3) {
            Some(&[second, third]) => self.0[usize::from(second & 15)] & 1 << (third & 63) != 0,
            _ => true,
        }
    }
}

/// A set of ideographs, kana and the punctuation beside them.
#[derive(Debug)]
pub struct EastAsianSet([u64; 448]);

impl EastAsianSet {
    const FIRST: u32 = 0x3000;

    pub const fn new() -> EastAsianSet {
        EastAsianSet([0; 448])
    }

    /// Adds characters.
    pub const fn with(mut self, chars: &[char]) -> EastAsianSet {
        let mut at = 0;
        while at < chars.len() {
            let place = chars[at] as u32 - EastAsianSet::FIRST;
            self.0[(place >> 6) as usize] |= 1 << (place & 63);
            at += 1;
        }
        self
    }

    /// Returns whether the set has a character.
    #[inline]
    pub fn has(&self, c: char) -> bool {
        let place = u32::from(c).wrapping_sub(EastAsianSet::FIRST);
        self.0.get((place >> 6) as usize).is_some_and(|bits| bits >> (place & 63) & 1 != 0)
    }
}

/// The first three letters of words that are in ASCII, so that most words of a text are told apart by their start.
#[derive(Debug)]
pub struct Prefixes(Box<[u32; 1024]>);

/// What stands for a character that is no lower-case letter of ASCII.
const OTHER: usize = 30;

impl Prefixes {
    pub fn new() -> Prefixes {
        Prefixes(Box::new([0; 1024]))
    }

    fn slot(c: char) -> usize {
        if c.is_ascii_lowercase() { c as usize - 'a' as usize } else { OTHER }
    }

    /// Adds a word in lower case. If it `continues`, words that start with it count as well.
    pub fn add(&mut self, word: &[char], continues: bool) {
        let slots = [0, 1, 2].map(|at| word.get(at).map(|c| Prefixes::slot(*c)));
        match slots {
            [None, ..] => {}
            [Some(first), None, _] if continues => self.0[first * 32..][..32].fill(u32::MAX),
            [Some(first), Some(second), None] if continues => self.0[first * 32 + second] = u32::MAX,
            // Behind what is no letter, anything may stand.
            [Some(first), None | Some(OTHER), _] => self.0[first * 32 + OTHER] |= 1 << OTHER,
            [Some(first), Some(second), third] => self.0[first * 32 + second] |= 1 << third.unwrap_or(OTHER),
        }
    }

    /// Returns false for words only that start with none of those that were added. What stands behind a word counts as
    /// no letter.
    #[inline]
    pub fn may_have(&self, first: char, second: char, third: char) -> bool {
        let [first, second] = [first, second].map(Prefixes::slot);
        let third = if second == OTHER { OTHER } else { Prefixes::slot(third) };
        self.0[first * 32 + second] >> third & 1 != 0
    }
}

impl Default for Prefixes {
    fn default() -> Prefixes {
        Prefixes::new()
    }
}

impl Default for EastAsianSet {
    fn default() -> EastAsianSet {
        EastAsianSet::new()
    }
}

impl Default for CharSet {
    fn default() -> CharSet {
        CharSet::new()
    }
}

/// Returns the first character of a word that is not empty.
const fn first(word: &str) -> char {
    let bytes = word.as_bytes();
    let lead = bytes[0] as u32;
    let (mut code, length) = match lead {
        ..0x80 => (lead, 1),
        0x80..0xe0 => (lead & 0x1f, 2),
        0xe0..0xf0 => (lead & 0x0f, 3),
        _ => (lead & 0x07, 4),
    };
    let mut at = 1;
    while at < length {
        code = code << 6 | bytes[at] as u32 & 0x3f;
        at += 1;
    }
    char::from_u32(code).expect("invariant: text is UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_character_at_its_place() {
        let text = "aé٣万𠮷\u{10ffff}z";
        let mut at = 0;
        for c in text.chars() {
            assert_eq!(char_at(text, at), Some((c, at + c.len_utf8())));
            at += c.len_utf8();
        }
        assert_eq!((char_at(text, at), char_at(text, at + 1)), (None, None));
        assert_eq!((ascii_word_end(b"ab1-c", 0), ascii_word_end(b"ab", 2), ascii_word_end(b"ab", 9)), (3, 2, 9));
    }

    #[test]
    fn a_set_has_what_it_was_given() {
        let words = ["a", "é", "ー", "百分", "\u{20000}"];
        let set = CharSet::new().with_starts(&words);
        assert!(words.iter().all(|word| set.may_have(word.chars().next().unwrap())));
        for c in '\u{3000}'..'\u{a000}' {
            assert_eq!(set.may_have_bytes(c.to_string().as_bytes(), 0), set.may_have(c));
        }
        assert!(words.iter().all(|word| first(word) == word.chars().next().unwrap()));
        let others = ('\u{3000}'..'\u{a000}').filter(|c| set.may_have(*c)).count();
        assert!(others < 200, "{others} of 28672 pass");
    }
}
