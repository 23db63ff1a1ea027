//! The state of the reader of quantities: what it has found and where it is. The files that read words and numbers
//! extend it.

use super::folded::FoldedText;
use super::kinds::{Quantity, QuantityKind, QuantityUnit};
use super::lexicon::{WordLexicon, WordMatch};
use super::tongue::Tongue;

/// How many characters behind a word like "about" it speaks of a number.
const ABOUT_REACHES: usize = 12;

/// Reads a text.
pub struct QuantityReader<'t> {
    pub text: FoldedText<'t>,
    pub lexicon: &'static WordLexicon,
    pub found: Vec<Quantity>,
    /// Up to where numbers are inexact, because a word like "about" stands before them.
    pub about_until: usize,
    /// The end of the last word that makes the number behind it a percentage (Turkish `yüzde`).
    pub percent_until: usize,
    /// The end of a word that makes the number behind it a month or day (Vietnamese `tháng 9`).
    pub month_until: usize,
    pub day_until: usize,
    /// Afternoon or morning before a time, and up to where it reaches.
    pub afternoon: Option<(bool, usize)>,
    key: String,
    /// The last place where [`QuantityReader::word_at`] looked, and what it found: several look behind the same number.
    last_word: Option<(usize, Option<WordMatch>)>,
}

impl<'t> QuantityReader<'t> {
    pub fn new(text: &'t str, tongue: Tongue) -> QuantityReader<'t> {
        QuantityReader {
            text: FoldedText::new(text, tongue),
            lexicon: WordLexicon::of(tongue),
            found: Vec::new(),
            about_until: 0,
            percent_until: 0,
            month_until: 0,
            day_until: 0,
            afternoon: None,
            key: String::new(),
            last_word: None,
        }
    }

    pub fn tongue(&self) -> Tongue {
        self.text.tongue
    }

    /// Returns what the word from `at` up to `end` means, with the words behind it.
    pub fn find(&mut self, at: usize, end: usize) -> Option<WordMatch> {
        self.lexicon.find(&self.text, at, end, &mut self.key)
    }

    /// Returns what the word at `at` means.
    pub fn word_at(&mut self, at: usize) -> Option<WordMatch> {
        if let Some((_, found)) = self.last_word.filter(|(place, _)| *place == at) {
            return found;
        }
        let found = match self.tongue() {
            Tongue::Th => self.lexicon.find_glued(&self.text, at),
            _ => self.find(at, self.text.word_end(at)),
        };
        self.last_word = Some((at, found));
        found
    }

    /// Notes that numbers behind `at` are inexact.
    pub fn about(&mut self, at: usize) {
        self.about_until = at + ABOUT_REACHES;
    }

    /// Adds a quantity that stands from `start` up to `end`.
    pub fn add(&mut self, kind: QuantityKind, value: f64, start: usize, end: usize) -> &mut Quantity {
        let mut quantity = Quantity::new(kind, value, self.text.bytes(start, end));
        quantity.approximate = start < self.about_until;
        self.found.push(quantity);
        self.found.last_mut().expect("invariant: one was pushed")
    }

    /// Adds a quantity that a translator may write in another way.
    pub fn add_soft(&mut self, kind: QuantityKind, value: f64, start: usize, end: usize) -> &mut Quantity {
        let quantity = self.add(kind, value, start, end);
        quantity.soft = true;
        quantity
    }

    /// Adds a number that a word states loosely: decades, a pair.
    pub fn add_loose(&mut self, value: f64, at: usize, end: usize) {
        let quantity = self.add_soft(QuantityKind::Number, value, at, end);
        quantity.approximate = true;
        quantity.in_words = true;
    }
}

/// What a suffix says about the number before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Suffix {
    pub percent: bool,
    pub unit: Option<QuantityUnit>,
    pub scale: f64,
    pub end: usize,
}
