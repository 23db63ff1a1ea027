//! The terms of one text as they are stored: three encoded lists in one buffer. It must not know where they are
//! stored.

use crate::content::search::text_terms::{TermCursor, TextTerms};

/// The terms of a text: the bytes of their lists, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTerms {
    bytes: Vec<u8>,
    /// Where the first list starts, and where each ends.
    bounds: [usize; 4],
}

/// A part of a text that is published. The numbers are those of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublishedPart {
    /// Title, summary and body.
    Full,
    /// Title and excerpt.
    Excerpt,
    /// Only the title.
    Title,
    /// What an article says of its original.
    Original,
}

impl PublishedPart {
    pub const ALL: [PublishedPart; 4] =
        [PublishedPart::Full, PublishedPart::Excerpt, PublishedPart::Title, PublishedPart::Original];
}

impl StoredTerms {
    /// Takes a buffer with lists. `None` if it is too short.
    pub fn new(bytes: Vec<u8>, bounds: [usize; 4]) -> Option<StoredTerms> {
        let ordered = bounds.is_sorted() && bounds[3] <= bytes.len();
        ordered.then_some(StoredTerms { bytes, bounds })
    }

    /// Copies the terms of a text.
    pub fn of(terms: &TextTerms) -> StoredTerms {
        let mut stored = StoredTerms { bytes: Vec::new(), bounds: [0; 4] };
        for (list, end) in [&terms.full, &terms.excerpt, &terms.original].into_iter().zip(1..) {
            stored.bytes.extend(list.as_bytes());
            stored.bounds[end] = stored.bytes.len();
        }
        stored
    }

    /// Returns the whole buffer.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Goes through the terms of a part. For [`PublishedPart::Title`], through all; the others have no strength of a title.
    pub fn part(&self, part: PublishedPart) -> TermCursor<'_> {
        let list = match part {
            PublishedPart::Full | PublishedPart::Title => 0,
            PublishedPart::Excerpt => 1,
            PublishedPart::Original => 2,
        };
        TermCursor::new(&self.bytes[self.bounds[list]..self.bounds[list + 1]])
    }
}
