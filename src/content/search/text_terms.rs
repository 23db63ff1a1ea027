//! The terms of one text, as the state keeps them: sorted, each with how prominent it is.

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
