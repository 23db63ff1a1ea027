//! The terms of one text, as the state keeps them: sorted, each with how prominent it is. It must not know how a text
//! is folded and cut.

use serde::{Deserialize, Serialize};

/// How prominent a term is in a text. The numbers are those of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Strength {
    /// It occurs once.
    Once,
    /// It occurs two or three times.
    Few,
    /// It occurs four times or more.
    Many,
    /// It is in a title.
    Title,
}

/// The most bytes of a term. A longer word is cut at the end of a character, in texts and in queries.
pub const LONGEST_TERM: usize = 48;

/// The terms of a text and of its parts that may be published alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextTerms {
    /// The terms of the title, the summary and the body.
    pub full: TermList,
    /// The terms of the title and of the excerpt, which are published if the text is published as an excerpt. Empty
    /// unless the text is a sibling.
    pub excerpt: TermList,
    /// For an article: the terms of what its front matter says about the original (title, authors).
    pub original: TermList,
}

impl TextTerms {
    /// Encodes the terms for the state. No terms give no bytes.
    pub fn encode(&self) -> Vec<u8> {
        let TextTerms { full, excerpt, original } = self;
        let mut bytes = Vec::with_capacity(full.bytes.len() + excerpt.bytes.len() + original.bytes.len() + 6);
        if *self != TextTerms::default() {
            put_length(&mut bytes, excerpt.bytes.len());
            put_length(&mut bytes, original.bytes.len());
            [excerpt, original, full].into_iter().for_each(|list| bytes.extend_from_slice(&list.bytes));
        }
        bytes
    }

    /// Decodes the bytes that [`TextTerms::encode`] returned; `None` if they are damaged. Whoever keeps them must keep a
    /// digest, because not every damage can be seen.
    pub fn decode(bytes: &[u8]) -> Option<TextTerms> {
        if bytes.is_empty() {
            return Some(TextTerms::default());
        }
        let (excerpt, rest) = take_length(bytes)?;
        let (original, rest) = take_length(rest)?;
        let (excerpt, rest) = rest.split_at_checked(excerpt)?;
        let (original, full) = rest.split_at_checked(original)?;
        let [full, excerpt, original] = [full, excerpt, original].map(|list| TermList::from_bytes(list.to_vec()));
        Some(TextTerms { full, excerpt, original })
    }
}

/// Appends a length, seven bits a byte, the least first.
fn put_length(bytes: &mut Vec<u8>, mut length: usize) {
    while length > 0x7f {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
}

/// Reads a length from the start of bytes. Returns the rest, too.
fn take_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0;
    for (at, byte) in bytes.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((length, &bytes[at + 1..]));
        }
    }
    None
}

/// Terms in ascending byte order, each once, encoded one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermList {
    bytes: Vec<u8>,
}

impl TermList {
    /// Encodes terms, which must be sorted by their bytes and distinct.
    pub fn of<'t>(terms: impl Iterator<Item = (&'t str, Strength)>) -> TermList {
        let mut bytes: Vec<u8> = Vec::new();
        let mut before = "";
        for (term, strength) in terms {
            let shared = term.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
            // Both are at most `LONGEST_TERM`, which is less than 64.
            bytes.extend([(strength as u8) << 6 | shared as u8, (term.len() - shared) as u8]);
            bytes.extend_from_slice(&term.as_bytes()[shared..]);
            before = term;
        }
        TermList { bytes }
    }

    /// Takes bytes that [`TermList::as_bytes`] returned.
    pub fn from_bytes(bytes: Vec<u8>) -> TermList {
        TermList { bytes }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Passes every term to `each`, in order. Returns `false` if the bytes are damaged.
    pub fn each(&self, mut each: impl FnMut(&str, Strength)) -> bool {
        let mut terms = TermCursor::new(&self.bytes);
        while terms.advance() {
            each(terms.term(), terms.strength());
        }
        terms.is_at_end()
    }
}

/// Goes through the bytes of a [`TermList`], term by term.
pub struct TermCursor<'b> {
    rest: &'b [u8],
    term: String,
    strength: Strength,
}

impl<'b> TermCursor<'b> {
    /// Starts in front of the first term.
    pub fn new(bytes: &'b [u8]) -> TermCursor<'b> {
        TermCursor { rest: bytes, term: String::with_capacity(LONGEST_TERM), strength: Strength::Once }
    }

    /// Moves to the next term. Returns `false` if there is none, or if the bytes are damaged.
    pub fn advance(&mut self) -> bool {
        let [head, length, tail @ ..] = self.rest else { return false };
        let Some((suffix, tail)) = tail.split_at_checked(*length as usize) else { return false };
        let mut term = std::mem::take(&mut self.term).into_bytes();
        let shared = (head & 63) as usize;
        if shared > term.len() {
            return false;
        }
        term.truncate(shared);
        term.extend_from_slice(suffix);
        let Ok(term) = String::from_utf8(term) else { return false };
        self.term = term;
        self.strength = [Strength::Once, Strength::Few, Strength::Many, Strength::Title][(head >> 6) as usize];
        self.rest = tail;
        true
    }

    /// Returns the present term.
    pub fn term(&self) -> &str {
        &self.term
    }

    pub fn strength(&self) -> Strength {
        self.strength
    }

    /// Returns whether all bytes were terms.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(terms: &[&str]) -> TermList {
        TermList::of(terms.iter().map(|term| (*term, Strength::Few)))
    }

    #[test]
    fn terms_are_read_as_they_were_written() {
        let long = "x".repeat(LONGEST_TERM);
        let terms = TextTerms {
            full: list(&["a", "ab", "abc", "b", &long, "東京"]),
            excerpt: list(&["ab"]),
            original: TermList::default(),
        };
        let bytes = terms.encode();
        assert_eq!(TextTerms::decode(&bytes), Some(terms));
        assert_eq!(TextTerms::decode(&bytes[..1]), None);
        assert_eq!(TextTerms::decode(&[0xff; 9]), None);
        assert!(TextTerms::default().encode().is_empty());
        assert_eq!(TextTerms::decode(&[]), Some(TextTerms::default()));
        let many: Vec<String> = (0..9999).map(|n| format!("{n:04}")).collect();
        let terms =
            TextTerms { original: list(&many.iter().map(|s| &**s).collect::<Vec<_>>()), ..TextTerms::default() };
        assert_eq!(TextTerms::decode(&terms.encode()), Some(terms));
    }

    #[test]
    fn damaged_lists_are_refused() {
        for bytes in [&[1, 1, b'a'][..], &[0, 2, b'a'], &[0, 1, 0xff], &[0]] {
            assert!(!TermList::from_bytes(bytes.to_vec()).each(|_, _| ()), "{bytes:?}");
        }
    }
}
