//! The words of numbers and dates of each language, for lookup. Tables are parsed when a language is first read.
//!
//! Each line of a table is a code and the forms that have this meaning. `_` in a form is a space or hyphen between words;
//! a form that ends in `*` has endings of at most four letters. Codes:
//!
//! | code | meaning |
//! |--|--|
//! | `m3` | March |
//! | `k3` | an abbreviation, or a word that is March only beside digits |
//! | `w1`, `v1` | Monday; a word that may be Monday |
//! | `s1e6` | a scale word: million |
//! | `n7`, `o7` | seven, seventh |
//! | `q2` | a word that may state the number: twice, pair |
//! | `f0.5` | half |
//! | `e1920` | the twenties, if a decade |
//! | `p`, `a`, `&` | percent; about; and |
//! | `t720` | a time of day, in minutes |
//! | `P`, `A`, `H` | p.m., a.m., o'clock |
//! | `u:km` | a unit of `kinds.rs` |
//! | `x` | a name with a word of the table in it, which is not read |

use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::FixedState;

use super::char_set::Prefixes;
use super::folded::{FoldedText, fold_word, is_space, is_word};
use super::kinds::QuantityUnit;
use super::tongue::Tongue;
use super::words_asian::{HINDI, KOREAN, THAI, TURKISH, VIETNAMESE};
use super::words_cyrillic::{RUSSIAN, UKRAINIAN};
use super::words_english::ENGLISH;
use super::words_french::FRENCH;
use super::words_german::GERMAN;
use super::words_romance::{ITALIAN, PORTUGUESE, SPANISH};
use super::words_semitic::{ARABIC, HEBREW, PERSIAN};

/// The most words of a form.
const MOST_WORDS: usize = 4;

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    Month(u8),
    MonthBesideDigits(u8),
    Weekday(u8),
    PerhapsWeekday(u8),
    Scale(f64),
    Number(f64),
    Ordinal(f64),
    Loose(f64),
    Fraction(f64),
    Decade(f64),
    Percent,
    About,
    And,
    Time(f64),
    Afternoon,
    Morning,
    Hour,
    Unit(QuantityUnit),
    Name,
}

/// What starts with a word.
#[derive(Clone, Copy, Default)]
struct WordEntry {
    exact: Option<Meaning>,
    /// For words that start with it.
    stem: Option<Meaning>,
    /// Whether longer forms start with it.
    continues: bool,
}

/// The words of a language.
pub struct WordLexicon {
    words: HashMap<Box<str>, WordEntry, FixedState>,
    /// For languages without spaces: all forms, sorted, the longer first among those with one first character.
    glued: Vec<(Vec<char>, Meaning)>,
    seen: Box<WordFilter>,
    stems: bool,
    prefixes: &'static [char],
}

/// Which words a language may have, by their first and last characters and length, so that most need no lookup.
struct WordFilter {
    words: [u64; 64],
    /// Those of words that start longer forms.
    starts: [u64; 64],
    /// The first three characters of words that have endings, or all if they are fewer.
    stems: [u64; 64],
    short_stems: [u64; 64],
    /// The first characters and lengths of the first two words of longer forms.
    pairs: [u64; 64],
    prefixes: Prefixes,
}

impl WordFilter {
    #[inline]
    fn bit(first: char, second: char, last: char, length: usize) -> (usize, u64) {
        let hash = u32::from(first).wrapping_mul(0x9e37_79b1)
            ^ u32::from(second).wrapping_mul(0x85eb_ca6b)
            ^ u32::from(last).wrapping_mul(0x27d4_eb2f)
            ^ (length as u32).wrapping_mul(0xc2b2_ae35);
        ((hash >> 26) as usize, 1 << (hash >> 20 & 63))
    }

    /// Returns the bit of the first two and last characters and the length of a word.
    #[inline]
    fn whole(word: &[char]) -> (usize, u64) {
        match *word {
            [first, second, .., last] => WordFilter::bit(first, second, last, word.len()),
            [first, second] => WordFilter::bit(first, second, second, 2),
            [first] => WordFilter::bit(first, first, first, 1),
            [] => (0, 0),
        }
    }

    /// Adds a form of one word, which is folded.
    fn add(&mut self, word: &str, is_stem: bool) {
        let word: Vec<char> = word.chars().collect();
        let (at, bit) = WordFilter::whole(&word);
        self.words[at] |= bit;
        self.prefixes.add(&word, is_stem);
        match word[..] {
            [first, second, third, ..] if is_stem => {
                let (at, bit) = WordFilter::bit(first, second, third, 0);
                self.stems[at] |= bit;
            }
            [first, second] if is_stem => {
                let (at, bit) = WordFilter::bit(first, second, '\0', 0);
                self.short_stems[at] |= bit;
            }
            _ if is_stem => self.stems = [u64::MAX; 64],
            _ => {}
        }
    }

    /// Adds two words that start a form.
    fn add_pair(&mut self, first: &str, second: &str) {
        let [first, second] = [first, second].map(|word| word.chars().collect::<Vec<char>>());
        let (at, bit) = WordFilter::whole(&first);
        self.starts[at] |= bit;
        self.prefixes.add(&first, false);
        if let Some((at, bit)) = WordFilter::pair(&first, &second) {
            self.pairs[at] |= bit;
        }
    }

    fn pair(first: &[char], second: &[char]) -> Option<(usize, u64)> {
        let [a, b] = [first.first()?, second.first()?];
        Some(WordFilter::bit(*a, *b, *second.last()?, first.len() * 32 + second.len()))
    }

    /// Returns false only for two words that start no form.
    fn may_have_pair(&self, first: &[char], second: &[char]) -> bool {
        WordFilter::pair(first, second).is_none_or(|(at, bit)| self.pairs[at] & bit != 0)
    }

    /// Returns false for words only that have no meaning and start nothing: the word from `at` up to `end`.
    #[inline]
    fn may_have(&self, text: &FoldedText, at: usize, end: usize, stems: bool) -> bool {
        let word = &text.chars[at..end];
        let (place, bit) = WordFilter::whole(word);
        if self.words[place] & bit != 0 {
            return true;
        }
        if self.starts[place] & bit != 0 {
            let next = next_word(text, end);
            if next > end && self.may_have_pair(word, &text.chars[next..text.word_end(next)]) {
                return true;
            }
        }
        if !stems {
            return false;
        }
        let [first, second, third] = [0, 1, 2].map(|at| word.get(at).copied().unwrap_or('\0'));
        let (place, bit) = WordFilter::bit(first, second, third, 0);
        let (short, short_bit) = WordFilter::bit(first, second, '\0', 0);
        self.stems[place] & bit != 0 || self.short_stems[short] & short_bit != 0
    }
}

/// Returns the start of the word behind one that ends at `end`, or `end`.
fn next_word(text: &FoldedText, end: usize) -> usize {
    let next = text.skip(end, 2, |c| is_space(c) || matches!(c, '-' | '.'));
    if is_word(text.get(next)) { next } else { end }
}

/// A word that was found: its meaning and the place behind it.
#[derive(Clone, Copy, Debug)]
pub struct WordMatch {
    pub meaning: Meaning,
    pub start: usize,
    pub end: usize,
}

impl WordLexicon {
    /// Returns the words of a language.
    pub fn of(tongue: Tongue) -> &'static WordLexicon {
        static LEXICONS: [OnceLock<WordLexicon>; Tongue::COUNT] = [const { OnceLock::new() }; Tongue::COUNT];
        LEXICONS[tongue as usize].get_or_init(|| WordLexicon::parse(tongue))
    }

    fn parse(tongue: Tongue) -> WordLexicon {
        let mut lexicon = WordLexicon {
            words: HashMap::default(),
            glued: Vec::new(),
            seen: Box::new(WordFilter {
                words: [0; 64],
                starts: [0; 64],
                stems: [0; 64],
                short_stems: [0; 64],
                pairs: [0; 64],
                prefixes: Prefixes::new(),
            }),
            stems: matches!(tongue, Tongue::Ru | Tongue::Uk),
            prefixes: match tongue {
                Tongue::Ar => &['و', 'ف', 'ب', 'ل', 'ك', 'ا'],
                Tongue::He => &['ב', 'ו', 'ה', 'ל', 'מ', 'ש', 'כ'],
                _ => &[],
            },
        };
        for line in table(tongue).lines() {
            let mut forms = line.split_whitespace();
            let Some(meaning) = forms.next().and_then(meaning) else { continue };
            for form in forms {
                lexicon.add(form, meaning);
            }
        }
        if tongue == Tongue::Th {
            lexicon.glued.sort_by(|a, b| (a.0[0], b.0.len()).cmp(&(b.0[0], a.0.len())));
        }
        lexicon
    }

    fn add(&mut self, form: &str, meaning: Meaning) {
        let folded = fold_word(form.trim_end_matches('*')).replace(['_', '-', '.'], " ");
        let folded = folded.trim();
        if folded.is_empty() {
            return;
        }
        let mut words = folded.split(' ');
        match (words.next(), words.next()) {
            (Some(first), Some(second)) => self.seen.add_pair(first, second),
            _ => self.seen.add(folded, form.ends_with('*')),
        }
        for (at, _) in folded.match_indices(' ') {
            self.words.entry(folded[..at].into()).or_default().continues = true;
        }
        let entry = self.words.entry(folded.into()).or_default();
        if form.ends_with('*') {
            entry.stem.get_or_insert(meaning);
        } else {
            entry.exact.get_or_insert(meaning);
        }
        if folded.chars().all(super::folded::is_thai) {
            self.glued.push((folded.chars().collect(), meaning));
        }
    }

    /// Returns false only if nothing is found for the word from `at` up to `end`, which has no apostrophe.
    pub fn may_find(&self, text: &FoldedText, at: usize, end: usize) -> bool {
        if self.seen.may_have(text, at, end, self.stems) {
            return true;
        }
        // What may be attached to it.
        let word = &text.chars[at..end];
        let attached = word.iter().take(5).take_while(|c| self.prefixes.contains(c)).count();
        (1..=attached.min(word.len() - 1)).any(|start| self.seen.may_have(text, at + start, end, self.stems))
    }

    /// Returns the same for a word in ASCII letters.
    pub fn may_find_ascii(&self, text: &FoldedText, at: usize, end: usize) -> bool {
        let letter = |place: usize| if place < end { text.get(place) } else { ' ' };
        self.seen.prefixes.may_have(letter(at), letter(at + 1), letter(at + 2))
            && self.seen.may_have(text, at, end, self.stems)
    }

    /// Returns the longest form that starts with the word from `at` up to `end`. `key` is scratch space.
    pub fn find(&self, text: &FoldedText, at: usize, end: usize, key: &mut String) -> Option<WordMatch> {
        if self.words.is_empty() || end <= at || end - at > 24 {
            return None;
        }
        let found = self.find_whole(text, at, end, key);
        if found.is_some() {
            return found;
        }
        if let Some(first) = text.chars[at + 1..end].iter().position(|&c| c == '\'') {
            return self.find_whole(text, at, at + 1 + first, key);
        }
        if self.prefixes.is_empty() {
            return None;
        }
        // Articles and prepositions of Arabic and Hebrew are written as one with the word.
        let mut start = at;
        while start < at + 4 && end - start > 2 && self.prefixes.contains(&text.get(start)) {
            start += 1;
            let article = start >= 2 && text.get(start) == 'ل' && matches!(text.get(start - 1), 'ا' | 'ل');
            let from = if article { start + 1 } else { start };
            if text.get(start - 1) == 'ا' && !article {
                return None;
            }
            let found = if end > from + 1 { self.find_whole(text, from, end, key) } else { None };
            if found.is_some() {
                return found.map(|found| WordMatch { start: at, ..found });
            }
            start = from;
        }
        None
    }

    fn find_whole(&self, text: &FoldedText, at: usize, end: usize, key: &mut String) -> Option<WordMatch> {
        if !self.seen.may_have(text, at, end, self.stems) {
            return None;
        }
        key.clear();
        key.extend(&text.chars[at..end]);
        let Some(entry) = self.words.get(key.as_str()) else { return self.find_stem(at, end, key) };
        let mut best = entry.exact.map(|meaning| WordMatch { meaning, start: at, end });
        let (mut continues, mut last) = (entry.continues, end);
        for words in 1..MOST_WORDS {
            let next = if continues { next_word(text, last) } else { last };
            if next == last {
                break;
            }
            last = text.word_end(next);
            let known = words > 1 || self.seen.may_have_pair(&text.chars[at..end], &text.chars[next..last]);
            if last - next > 24 || !known {
                break;
            }
            key.push(' ');
            key.extend(&text.chars[next..last]);
            let Some(entry) = self.words.get(key.as_str()) else { break };
            continues = entry.continues;
            if let Some(meaning) = entry.exact {
                best = Some(WordMatch { meaning, start: at, end: last });
            }
        }
        best.or_else(|| {
            key.clear();
            key.extend(&text.chars[at..end]);
            self.find_stem(at, end, key)
        })
    }

    /// Finds a word that starts with a stem, without its last letters.
    fn find_stem(&self, at: usize, end: usize, key: &mut String) -> Option<WordMatch> {
        for _ in 0..if self.stems { 5 } else { 0 } {
            if let Some(meaning) = self.words.get(key.as_str()).and_then(|entry| entry.stem) {
                return Some(WordMatch { meaning, start: at, end });
            }
            key.pop();
        }
        None
    }

    /// Returns the longest form at `at`, in a language without spaces between words.
    pub fn find_glued(&self, text: &FoldedText, at: usize) -> Option<WordMatch> {
        let first = text.get(at);
        let from = self.glued.partition_point(|(form, _)| form[0] < first);
        let same = self.glued[from..].iter().take_while(|(form, _)| form[0] == first);
        let mut same = same.filter(|(form, _)| text.chars[at..].starts_with(form));
        same.next().map(|(form, meaning)| WordMatch { meaning: *meaning, start: at, end: at + form.len() })
    }
}

fn table(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::Ja | Tongue::ZhHans | Tongue::ZhHant => "",
        Tongue::Ko => KOREAN,
        Tongue::En | Tongue::Other => ENGLISH,
        Tongue::De => GERMAN,
        Tongue::Fr => FRENCH,
        Tongue::Es => SPANISH,
        Tongue::It => ITALIAN,
        Tongue::Pt => PORTUGUESE,
        Tongue::Ru => RUSSIAN,
        Tongue::Uk => UKRAINIAN,
        Tongue::Ar => ARABIC,
        Tongue::He => HEBREW,
        Tongue::Fa => PERSIAN,
        Tongue::Hi => HINDI,
        Tongue::Vi => VIETNAMESE,
        Tongue::Th => THAI,
        Tongue::Tr => TURKISH,
    }
}

fn meaning(code: &str) -> Option<Meaning> {
    let (kind, value) = code.split_at_checked(1)?;
    let number = || value.parse::<f64>().ok();
    let small = || value.parse::<u8>().ok();
    Some(match kind {
        "m" => Meaning::Month(small()?),
        "k" => Meaning::MonthBesideDigits(small()?),
        "w" => Meaning::Weekday(small()?),
        "v" => Meaning::PerhapsWeekday(small()?),
        "s" => Meaning::Scale(number()?),
        "n" => Meaning::Number(number()?),
        "o" => Meaning::Ordinal(number()?),
        "q" => Meaning::Loose(number()?),
        "f" => Meaning::Fraction(number()?),
        "e" => Meaning::Decade(number()?),
        "t" => Meaning::Time(number()?),
        "u" => Meaning::Unit(QuantityUnit::named(value.strip_prefix(':')?)?),
        "p" => Meaning::Percent,
        "a" => Meaning::About,
        "&" => Meaning::And,
        "P" => Meaning::Afternoon,
        "A" => Meaning::Morning,
        "H" => Meaning::Hour,
        "x" => Meaning::Name,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_table_has_a_meaning() {
        let tongues = [Tongue::En, Tongue::De, Tongue::Fr, Tongue::Es, Tongue::It, Tongue::Pt, Tongue::Ru, Tongue::Uk];
        let others = [Tongue::Ar, Tongue::He, Tongue::Fa, Tongue::Hi, Tongue::Vi, Tongue::Th, Tongue::Tr, Tongue::Ko];
        for tongue in tongues.into_iter().chain(others) {
            for line in table(tongue).lines().filter(|line| !line.is_empty()) {
                let code = line.split_whitespace().next().unwrap();
                assert!(meaning(code).is_some(), "{tongue:?}: {line}");
                assert!(line.split_whitespace().count() > 1, "{tongue:?}: {line}");
            }
        }
    }

    /// What tells most words apart before the lookup never drops a word of a table.
    #[test]
    fn every_form_is_found() {
        let tongues = [Tongue::En, Tongue::De, Tongue::Fr, Tongue::Es, Tongue::It, Tongue::Pt, Tongue::Ru, Tongue::Uk];
        let others = [Tongue::Ar, Tongue::He, Tongue::Fa, Tongue::Hi, Tongue::Vi, Tongue::Tr, Tongue::Ko];
        for tongue in tongues.into_iter().chain(others) {
            let forms = table(tongue).lines().flat_map(|line| line.split_whitespace().skip(1));
            // The reader ends words at quotation marks, so it does not find these abbreviations of Hebrew.
            let is_quoted = |form: &str| tongue == Tongue::He && form.contains(['"', '\'']);
            for form in forms.filter(|form| !form.starts_with('&')) {
                let written = form.trim_end_matches('*').replace('_', " ");
                let text = FoldedText::new(&written, tongue);
                let found = WordLexicon::of(tongue).find(&text, 0, text.word_end(0), &mut String::new());
                assert!(found.is_some() || is_quoted(form), "{tongue:?}: {form}");
            }
        }
    }
}
