//! Finds the terms of a glossary in a text. It takes forms as plain texts, and must not know glossary files.

use crate::content::quantity::char_classes::CharClasses;
use crate::content::quantity::char_set::{CharSet, LOWER, Prefixes, ascii_word_end, char_at};

/// A term of the glossary in both languages: any of the forms on one side corresponds to any on the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermPair<'a> {
    pub original: Vec<&'a str>,
    pub translation: Vec<&'a str>,
}

/// The terms of a glossary in two languages, ready to be found. Build it once for many texts.
#[derive(Debug)]
pub struct TermLexicon {
    pub original: Finder,
    pub translation: Finder,
}

impl TermLexicon {
    pub fn new(terms: &[TermPair]) -> TermLexicon {
        let numbered = || (0..).zip(terms);
        TermLexicon {
            original: Finder::new(numbered().flat_map(|(n, term)| term.original.iter().map(move |form| (n, *form)))),
            translation: Finder::new(
                numbered().flat_map(|(n, term)| term.translation.iter().map(move |form| (n, *form))),
            ),
        }
    }
}

/// All forms of one language, ready to be found in one pass over a text.
#[derive(Debug)]
pub struct Finder {
    /// The forms in lower case, each with the index of its term, sorted by their first two characters.
    forms: Vec<FormToFind>,
    /// The first characters, and a bit for each hash of the first two and three, so that most places of a text need no search.
    starts: CharSet,
    /// The first characters of forms of one or two.
    short: CharSet,
    pairs: [u64; 64],
    seen: [u64; 64],
    prefixes: Prefixes,
}

#[derive(Debug)]
struct FormToFind {
    start: (char, char),
    text: Box<[char]>,
    term: u32,
}

/// The second character of a form of one character.
const NONE: char = '\0';

impl Finder {
    /// Prepares forms, each with the index of its term.
    pub fn new<'a>(forms: impl Iterator<Item = (u32, &'a str)>) -> Finder {
        let mut finder = Finder {
            forms: Vec::new(),
            starts: CharSet::new(),
            short: CharSet::new(),
            pairs: [0; 64],
            seen: [0; 64],
            prefixes: Prefixes::new(),
        };
        for (term, form) in forms {
            let text: Box<[char]> = form.trim().chars().map(lower).collect();
            let Some(&first) = text.first() else { continue };
            let [second, third] = [1, 2].map(|at| text.get(at).copied().unwrap_or(NONE));
            finder.starts.add(first);
            finder.prefixes.add(&text, true);
            if third == NONE {
                finder.short.add(first);
            }
            for (bits, (at, bit)) in
                [(&mut finder.pairs, bit(first, second, NONE)), (&mut finder.seen, bit(first, second, third))]
            {
                bits[at] |= bit;
            }
            finder.forms.push(FormToFind { start: (first, second), text, term });
        }
        finder.forms.sort_by(|a, b| (a.start, &a.text, a.term).cmp(&(b.start, &b.text, b.term)));
        finder
    }

    /// Calls `found` with the term of each form in the text; a term may be found several times.
    pub fn find(&self, text: &str, mut found: impl FnMut(u32)) {
        if self.forms.is_empty() {
            return;
        }
        let classes = CharClasses::get();
        let bytes = text.as_bytes();
        let mut at = 0;
        // Whether the character before is certainly a letter or digit.
        let mut in_word = false;
        while let Some(&byte) = bytes.get(at) {
            // No form starts with a space.
            if byte == b' ' {
                (at, in_word) = (at + 1, false);
                continue;
            }
            // Kana and most of Chinese: the bits of the set are in the bytes.
            if (0xe3..=0xe9).contains(&byte) && !self.starts.may_have_bytes(bytes, at) {
                (at, in_word) = (at + 3, false);
                continue;
            }
            // No form starts within a word.
            if LOWER[usize::from(byte)] != 0 && (in_word || self.starts_nothing(bytes, at)) {
                (at, in_word) = (ascii_word_end(bytes, at + 1), true);
                continue;
            }
            let Some((c, mut end)) = char_at(text, at) else { break };
            let is_letter = (c as u32) < FIRST_EAST_ASIAN && classes.is_letter(c);
            let within = in_word && is_letter && in_separated_script(c);
            let first = if within { c } else { lower(c) };
            if !within && self.starts.may_have(first) {
                self.find_at(first, (&text[..at], &text[end..]), &mut found);
            }
            if LOWER.get(c as usize).is_some_and(|&lower| lower != 0) {
                end = ascii_word_end(bytes, end);
            }
            (at, in_word) = (end, is_letter);
        }
    }

    /// Returns whether the ASCII letters at `at` start no form. Others may.
    #[inline]
    fn starts_nothing(&self, bytes: &[u8], at: usize) -> bool {
        let Some(&[first, second, third]) = bytes.get(at..at + 3) else { return false };
        let letters = first.is_ascii_alphabetic() && second.is_ascii() && third.is_ascii();
        let [first, second, third] = [first, second, third].map(|byte| char::from(byte.to_ascii_lowercase()));
        letters && !self.prefixes.may_have(first, second, third)
    }

    /// Finds the forms that start with `first`, between the text before it and that behind it.
    #[inline]
    fn find_at(&self, first: char, (before, rest): (&str, &str), found: &mut impl FnMut(u32)) {
        let (second, end) = char_at(rest, 0).map_or((NONE, 0), |(c, end)| (lower(c), end));
        let short = self.short.may_have(first);
        if !short && !has(&self.pairs, bit(first, second, NONE)) {
            return;
        }
        let third = char_at(rest, end).map_or(NONE, |(c, _)| lower(c));
        let may_have = |second, third| has(&self.seen, bit(first, second, third));
        let one = short && may_have(NONE, NONE);
        let two = second != NONE && (may_have(second, third) || short && may_have(second, NONE));
        if two {
            self.search((first, second), third, (before, rest), found);
        }
        if one {
            self.search((first, NONE), NONE, (before, rest), found);
        }
    }

    /// Finds the forms that start with two characters, and with `third` if they have more.
    fn search(&self, start: (char, char), third: char, around: (&str, &str), found: &mut impl FnMut(u32)) {
        let from = self.forms.partition_point(|form| form.start < start);
        let forms = self.forms[from..].iter().take_while(|form| form.start == start);
        let forms = forms.filter(|form| form.text.get(2).is_none_or(|&c| c == third));
        for form in forms.filter(|form| form.stands(around.0, around.1.chars())) {
            found(form.term);
        }
    }
}

impl FormToFind {
    /// Returns whether the form stands between `before` and the end of itself in `after`, which begins after its first
    /// character. In scripts that separate words it must begin a word; a short form must also end one.
    fn stands(&self, before: &str, mut after: std::str::Chars) -> bool {
        let word = separates_words(self.start.0);
        if word && before.chars().next_back().is_some_and(char::is_alphanumeric) {
            return false;
        }
        if !self.text[1..].iter().all(|&c| after.next().is_some_and(|next| lower(next) == c)) {
            return false;
        }
        !(word && self.text.len() < 4 && after.next().is_some_and(char::is_alphanumeric))
    }
}

/// Latin, Greek, Cyrillic, Armenian, Georgian, the scripts of India. Others have prefixes, or no spaces.
fn separates_words(c: char) -> bool {
    in_separated_script(c) && c.is_alphanumeric()
}

#[inline]
fn in_separated_script(c: char) -> bool {
    matches!(c, '\0'..='\u{58f}' | '\u{900}'..='\u{dff}' | '\u{10a0}'..='\u{10ff}' | '\u{1e00}'..='\u{1fff}')
}

/// Characters from here on belong to scripts that do not separate words.
const FIRST_EAST_ASIAN: u32 = 0x2e80;

fn lower(c: char) -> char {
    match c {
        '\0'..='\u{7f}' => c.to_ascii_lowercase(),
        // Scripts without case; and the small letters of Cyrillic. Most texts need no more.
        '\u{590}'..='\u{109f}' | '\u{3000}'..='\u{a63f}' | '\u{ac00}'..='\u{d7ff}' | '\u{430}'..='\u{45f}' => c,
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Returns the place of the bit of three characters in a set.
#[inline]
fn bit(first: char, second: char, third: char) -> (usize, u64) {
    let hash = u32::from(first).wrapping_mul(0x9e37_79b1)
        ^ u32::from(second).wrapping_mul(0x85eb_ca6b)
        ^ u32::from(third).wrapping_mul(0xc2b2_ae35);
    ((hash >> 26) as usize, 1 << (hash >> 20 & 63))
}

#[inline]
fn has(bits: &[u64; 64], (at, bit): (usize, u64)) -> bool {
    bits[at] & bit != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(forms: &[&str], text: &str) -> Vec<u32> {
        let finder = Finder::new(forms.iter().enumerate().map(|(n, form)| (n as u32, *form)));
        let mut found = Vec::new();
        finder.find(text, |term| found.push(term));
        found
    }

    #[test]
    fn finds_forms_at_the_starts_of_words() {
        assert_eq!(terms(&["harbour"], "The Harbours of Harbour town; not fishharbour"), [0, 0]);
        assert_eq!(terms(&["EU"], "the EU, Europe and eu."), [0, 0]);
        assert_eq!(terms(&["u.s", "hong kong", "o-t"], "the U.S. and Hong Kong, (O-T)"), [0, 1, 2]);
        assert_eq!(terms(&["озер"], "Озеро и заозерье"), [0]);
    }

    #[test]
    fn finds_forms_without_spaces() {
        assert_eq!(terms(&["港", "港湾局"], "市の港湾局は"), [1, 0]);
        assert_eq!(terms(&["ميناء"], "والميناء الجديد"), [0]);
        assert_eq!(terms(&["", " ", "x"], "日本"), [0u32; 0]);
    }
}
