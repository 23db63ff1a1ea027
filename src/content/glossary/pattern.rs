//! A form of a term as it is searched in a text: where a word may begin before it, and how much of a word may follow.
//!
//! Scripts with spaces match whole words. In English an `s` or `es` may follow, and `y` may be `ies`. In other languages
//! a word of four letters or more may have another ending: its final vowels (at most two) are left out, and up to three
//! letters may follow, the first of them a vowel if one was left out. Arabic and Hebrew words may have the usual
//! prefixes and suffixes. Hangul must begin a word and may go on with particles. Katakana must be a whole run. Han,
//! hiragana, Thai and so on match anywhere. An abbreviation in capitals matches only in capitals.

use super::folded::TermCharClass::{Hangul, Katakana, Mark, Other, Unspaced, Word};
use super::folded::{FoldedChar, TermText};

/// A form, prepared for searching.
#[derive(Clone, Debug)]
pub struct FormPattern {
    /// The words, which a space or a hyphen separates.
    words: Vec<PatternWord>,
    exact: bool,
    start: Start,
}

#[derive(Clone, Debug)]
struct PatternWord {
    chars: Vec<FoldedChar>,
    tail: Tail,
}

/// What may precede a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Anything,
    /// No letter or digit.
    NoWord,
    /// No letter, or one of these prefixes at the start of the word.
    Prefixes(&'static [&'static str]),
    NoHangul,
    NoKatakana,
}

/// What may follow a word of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    Anything,
    /// No letter or digit.
    NoWord,
    /// `s` or `es`.
    Plural,
    /// `y` or `ies`.
    PluralY,
    /// So many letters.
    Letters(usize),
    /// The same, and the first of them is a vowel.
    Ending(usize),
    NoKatakana,
}

/// Whether runs of Hangul and katakana must be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// To find a term: `インド` is not in `インドネシア`.
    Strict,
    /// To recognize a translation: `トヨタ` is in `トヨタグループ`.
    Lenient,
}

const ARABIC: &[&str] =
    &["و", "ف", "ب", "ك", "ل", "س", "ال", "وال", "فال", "بال", "كال", "لل", "ولل", "فلل", "وب", "ول", "وبال"];
const HEBREW: &[&str] =
    &["ו", "ה", "ב", "כ", "ל", "מ", "ש", "וה", "וב", "ול", "ומ", "וש", "שה", "שב", "של", "מה", "בה", "כש", "וכש", "שמ"];

impl FormPattern {
    /// Prepares a form in this language. Returns `None` if it has no letter or digit.
    pub fn new(form: &str, lang: &str, exact: bool) -> Option<FormPattern> {
        let folded = TermText::new(form);
        if !folded.has_word() {
            return None;
        }
        let capitals = folded.is_capitals();
        let mut all: Vec<&[FoldedChar]> =
            folded.chars().split(|c| is_separator(c.lower)).filter(|word| !word.is_empty()).collect();
        let arabic = |c: char| ('\u{620}'..='\u{6FF}').contains(&c);
        let first = all.first()?.first()?;
        let start = match first.class {
            Word if arabic(first.lower) => {
                // The article may be one of the prefixes.
                if let [a, l, rest @ ..] = all[0]
                    && (a.lower, l.lower) == ('ا', 'ل')
                    && rest.len() > 2
                {
                    all[0] = rest;
                }
                Start::Prefixes(ARABIC)
            }
            Word if ('א'..='ת').contains(&first.lower) => Start::Prefixes(HEBREW),
            Word => Start::NoWord,
            Hangul => Start::NoHangul,
            Katakana => Start::NoKatakana,
            Unspaced | Mark | Other => Start::Anything,
        };
        let words = all.into_iter().map(|chars| PatternWord::new(chars, lang, capitals)).collect();
        Some(FormPattern { words, exact: exact || capitals, start })
    }

    /// Returns the characters that every match starts with.
    pub fn first(&self) -> &[FoldedChar] {
        &self.words[0].chars
    }

    /// Returns whether a match may start inside a word.
    pub fn may_start_inside(&self) -> bool {
        self.start != Start::NoWord
    }

    /// Returns where a match ends that starts at `at`.
    pub fn end(&self, text: &TermText, at: usize, care: Care) -> Option<usize> {
        if !self.may_start(text, at, care) {
            return None;
        }
        let mut end = at;
        for (nth, word) in self.words.iter().enumerate() {
            if nth > 0 {
                text.chars().get(end).filter(|c| is_separator(c.lower))?;
                end += 1;
            }
            let there = text.chars().get(end..end + word.chars.len())?;
            let same = |(a, b): (&FoldedChar, &FoldedChar)| match self.exact {
                true => a.cased == b.cased,
                false => a.lower == b.lower,
            };
            if !there.iter().zip(&word.chars).all(same) {
                return None;
            }
            end = word.tail.end(text, end + word.chars.len(), care)?;
        }
        Some(end)
    }

    fn may_start(&self, text: &TermText, at: usize, care: Care) -> bool {
        let Some(before) = at.checked_sub(1) else { return true };
        let class = text.class(before);
        match self.start {
            Start::Anything => true,
            Start::NoWord => !matches!(class, Word | Mark),
            Start::NoHangul => class != Hangul || care == Care::Lenient,
            Start::NoKatakana => !matches!(class, Katakana | Mark) || care == Care::Lenient,
            Start::Prefixes(prefixes) => {
                let word = text.chars()[..at].iter().rev().take_while(|c| c.class == Word);
                let mut prefix: Vec<char> = word.map(|c| c.lower).take(5).collect();
                prefix.reverse();
                prefix.is_empty() || prefixes.iter().any(|known| known.chars().eq(prefix.iter().copied()))
            }
        }
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-')
}

impl PatternWord {
    fn new(chars: &[FoldedChar], lang: &str, capitals: bool) -> PatternWord {
        let (tail, left_out) = match chars.iter().rev().find(|c| c.class != Mark).map_or(Other, |c| c.class) {
            Word => Tail::of_word(chars, lang, capitals),
            Katakana => (Tail::NoKatakana, 0),
            Hangul | Unspaced | Mark | Other => (Tail::Anything, 0),
        };
        PatternWord { chars: chars[..chars.len() - left_out].to_vec(), tail }
    }
}

impl Tail {
    /// Returns the tail of a word, and how many characters at its end are left out.
    fn of_word(chars: &[FoldedChar], lang: &str, capitals: bool) -> (Tail, usize) {
        let last = chars.last().map_or(' ', |c| c.lower);
        let letters = chars.iter().filter(|c| c.lower.is_alphabetic() && c.class == Word).count();
        let primary = lang.split('-').next().unwrap_or(lang);
        if !chars.iter().rev().find(|c| c.class == Word).is_some_and(|c| c.lower.is_alphabetic()) {
            return (Tail::NoWord, 0);
        }
        match primary {
            "en" => {
                let before = chars.len().checked_sub(2).map_or('a', |at| chars[at].lower);
                let ies = last == 'y' && letters > 2 && !"aeiou".contains(before) && !capitals;
                if ies { (Tail::PluralY, 1) } else { (Tail::Plural, 0) }
            }
            "vi" => (Tail::NoWord, 0),
            _ if capitals => (Tail::NoWord, 0),
            _ if ('\u{620}'..='\u{6FF}').contains(&last) && letters >= 3 => {
                (Tail::Letters(3), usize::from(last == 'ة' && letters > 3))
            }
            _ if ('א'..='ת').contains(&last) && letters >= 3 => (Tail::Letters(2), 0),
            _ if letters < 4 => (Tail::NoWord, 0),
            _ => Tail::of_stem(chars, letters),
        }
    }

    /// Leaves out up to two final vowels with their marks, and keeps at least three letters.
    fn of_stem(chars: &[FoldedChar], letters: usize) -> (Tail, usize) {
        let (mut left_out, mut vowels) = (0, 0);
        while vowels < 2 && letters - vowels > 3 {
            let rest = &chars[..chars.len() - left_out];
            let marks = rest.iter().rev().take_while(|c| c.class == Mark).count();
            match rest.iter().rev().nth(marks) {
                Some(c) if is_vowel(c.lower) => (left_out, vowels) = (left_out + marks + 1, vowels + 1),
                _ => break,
            }
        }
        let most = if letters - vowels > 3 { (vowels + 2).max(3) } else { vowels + 1 };
        (if vowels > 0 { Tail::Ending(most) } else { Tail::Letters(most) }, left_out)
    }

    /// Returns the end of a word whose letters of the form end at `at`.
    fn end(self, text: &TermText, at: usize, care: Care) -> Option<usize> {
        let next = text.class(at);
        let rest = || text.chars()[at..].iter().take_while(|c| matches!(c.class, Word | Mark));
        let is = |word: &str| word.chars().eq(rest().map(|c| c.lower)).then(|| at + word.chars().count());
        match self {
            Tail::Anything => (next != Mark).then_some(at),
            Tail::NoWord => (!matches!(next, Word | Mark)).then_some(at),
            Tail::NoKatakana => (next != Mark && (next != Katakana || care == Care::Lenient)).then_some(at),
            Tail::Plural => is("").or_else(|| is("s")).or_else(|| is("es")),
            Tail::PluralY => is("y").or_else(|| is("ies")),
            Tail::Ending(_) if rest().next().is_some_and(|c| !is_vowel(c.lower)) => None,
            Tail::Letters(most) | Tail::Ending(most) => {
                let mut letters = 0;
                for (count, c) in rest().enumerate() {
                    letters += usize::from(c.class == Word);
                    if letters > most || !(c.class == Mark || c.lower.is_alphabetic()) {
                        return None;
                    }
                    // Marks at once after the stem belong to its last letter, which is then another one.
                    if count == 0 && c.class == Mark {
                        return None;
                    }
                }
                Some(at + rest().count())
            }
        }
    }
}

fn is_vowel(c: char) -> bool {
    matches!(
        c,
        'a' | 'e'
            | 'i'
            | 'o'
            | 'u'
            | 'y'
            | 'а'
            | 'е'
            | 'и'
            | 'о'
            | 'у'
            | 'ы'
            | 'э'
            | 'ю'
            | 'я'
            | 'і'
            | 'є'
            | 'ь'
            | 'ъ'
            | 'α'
            | 'ε'
            | 'η'
            | 'ι'
            | 'ο'
            | 'υ'
            | 'ω'
    )
}
