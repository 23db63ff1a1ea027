//! Sets of characters that a reader looks for, so that it can pass over all others with one look.

use super::folded::Folded;

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
}

/// Returns the first character of a word that is not empty.
const fn first(word: &str) -> char {
    let bytes = word.as_bytes();
    let lead = bytes[0] as u32;
    let (mut code, length) = match lead {
        ..0x80 => (lead, 1),
        ..0xe0 => (lead & 0x1f, 2),
        ..0xf0 => (lead & 0x0f, 3),
        _ => (lead & 0x07, 4),
    };
    let mut at = 1;
    while at < length {
        code = code << 6 | bytes[at] as u32 & 0x3f;
        at += 1;
    }
    char::from_u32(code).expect("invariant: text is UTF-8")
}

/// Words, one of which may stand at a place of a text.
pub struct Words<const COUNT: usize> {
    words: [&'static str; COUNT],
    starts: CharSet,
}

impl<const COUNT: usize> Words<COUNT> {
    pub const fn new(words: [&'static str; COUNT]) -> Words<COUNT> {
        let starts = CharSet::new().with_starts(&words);
        Words { words, starts }
    }

    /// Returns the first of the words that stands at a place.
    #[inline]
    pub fn find(&self, text: &Folded, at: usize) -> Option<&'static str> {
        if !self.starts.may_have(text.get(at)) {
            return None;
        }
        self.words.iter().find(|word| text.starts_with(at, word)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_it_was_given() {
        let words = ["a", "é", "ー", "百分", "\u{20000}"];
        let set = CharSet::new().with_starts(&words);
        assert!(words.iter().all(|word| set.may_have(word.chars().next().unwrap())));
        assert!(words.iter().all(|word| first(word) == word.chars().next().unwrap()));
        let others = ('\u{3000}'..'\u{a000}').filter(|c| set.may_have(*c)).count();
        assert!(others < 200, "{others} of 28672 pass");
    }
}
