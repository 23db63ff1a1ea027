//! Words, one of which may stand at a place of a text. It must not know what the words mean.

use super::char_set::CharSet;
use super::folded::FoldedText;

/// Words, one of which may stand at a place of a text.
pub struct Alternatives<const COUNT: usize> {
    words: [&'static str; COUNT],
    starts: CharSet,
}

impl<const COUNT: usize> Alternatives<COUNT> {
    pub const fn new(words: [&'static str; COUNT]) -> Alternatives<COUNT> {
        let starts = CharSet::new().with_starts(&words);
        Alternatives { words, starts }
    }

    /// Returns the first of the words that stands at a place.
    #[inline]
    pub fn find(&self, text: &FoldedText, at: usize) -> Option<&'static str> {
        if !self.starts.may_have(text.get(at)) {
            return None;
        }
        self.words.iter().find(|word| text.starts_with(at, word)).copied()
    }
}
