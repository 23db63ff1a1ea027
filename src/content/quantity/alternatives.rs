//! Words, one of which may stand at a place of a text. It must not know what the words mean.

use super::char_set::CharSet;
use super::folded::Folded;

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
