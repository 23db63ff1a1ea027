//! Texts as terms are compared with them: without case, width, soft hyphens, vowel points and other differences that do
//! not make another word.

use std::ops::Range;

use unicode_normalization::char::{compose, decompose_canonical, decompose_compatible, is_combining_mark};

/// A text without differences that do not matter. Every character knows where it comes from.
#[derive(Clone, Debug, Default)]
pub struct TermText {
    chars: Vec<FoldedChar>,
}

#[derive(Clone, Copy, Debug)]
pub struct FoldedChar {
    /// In lower case.
    pub lower: char,
    /// In the text's own case.
    pub cased: char,
    pub class: TermCharClass,
    /// The byte in the text where it starts.
    at: u32,
}

/// What a character means for the ends of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermCharClass {
    /// A letter or digit of a script with spaces between words.
    Word,
    /// A vowel sign, an accent or another mark of the character before it.
    Mark,
    Hangul,
    Katakana,
    /// A letter of a script without spaces between words.
    Unspaced,
    Other,
}

use TermCharClass::{Hangul, Katakana, Mark, Other, Unspaced, Word};

impl TermText {
    pub fn new(text: &str) -> TermText {
        let mut folded = TermText { chars: Vec::with_capacity(text.len()) };
        for (at, c) in text.char_indices() {
            folded.add(c, at as u32);
        }
        if folded.chars.last().is_some_and(|c| c.lower == ' ') {
            folded.chars.pop();
        }
        folded
    }

    pub fn chars(&self) -> &[FoldedChar] {
        &self.chars
    }

    /// Returns the class of the character at `at`, or [`Other`] beyond the text.
    pub fn class(&self, at: usize) -> TermCharClass {
        self.chars.get(at).map_or(Other, |c| c.class)
    }

    /// Returns the bytes in `text`, from which this was made, of a range of characters that is not empty.
    pub fn source(&self, text: &str, chars: Range<usize>) -> Range<usize> {
        let at = |char: usize| self.chars.get(char).map_or(text.len(), |c| c.at as usize);
        let last = at(chars.end.saturating_sub(1));
        let mut rest = text.get(last..).unwrap_or_default().chars();
        let first = rest.next().map_or(0, char::len_utf8);
        let marks: usize = rest.take_while(|c| is_combining_mark(*c)).map(char::len_utf8).sum();
        at(chars.start)..last + first + marks
    }

    /// Returns whether there is any letter or digit.
    pub fn has_word(&self) -> bool {
        self.chars.iter().any(|c| !matches!(c.class, Other | Mark))
    }

    /// Returns whether two forms are found at the same places; with `exact`, in the same case only.
    pub fn is_same(&self, other: &TermText, exact: bool) -> bool {
        let equal = |(a, b): (&FoldedChar, &FoldedChar)| if exact { a.cased == b.cased } else { a.lower == b.lower };
        self.chars.len() == other.chars.len() && self.chars.iter().zip(&other.chars).all(equal)
    }

    /// Returns whether it is an abbreviation in capitals, such as `LDP`.
    pub fn is_capitals(&self) -> bool {
        let mut letters = self.chars.iter().filter(|c| c.lower.is_alphabetic() && c.class == Word).peekable();
        letters.peek().is_some() && self.chars.len() > 1 && letters.all(|c| c.cased != c.lower)
    }

    fn push(&mut self, lower: char, cased: char, class: TermCharClass, at: u32) {
        self.chars.push(FoldedChar { lower, cased, class, at });
    }

    fn add(&mut self, c: char, at: u32) {
        match c {
            'a'..='z' | '0'..='9' => self.push(c, c, Word, at),
            'A'..='Z' => self.push(c.to_ascii_lowercase(), c, Word, at),
            _ if c.is_whitespace() => self.space(at),
            _ if c.is_ascii() => self.push(c, c, Other, at),
            // These have no case, and are compared as composed.
            '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{3041}'..='\u{3096}' | '々' | '〇' => {
                self.unspaced(c, at);
            }
            '\u{30A1}'..='\u{30FA}' | 'ー' => self.push(c, c, Katakana, at),
            '\u{AC00}'..='\u{D7A3}' => self.push(c, c, Hangul, at),
            '！'..='～' => self.add(char::from_u32(c as u32 - 0xFEE0).unwrap_or(c), at),
            '\u{FF65}'..='\u{FF9F}' => decompose_compatible(c, |part| self.part(part, at)),
            '‘' | '’' | 'ʼ' | '`' | '´' | '′' => self.push('\'', '\'', Other, at),
            '‐'..='―' | '−' => self.push('-', '-', Other, at),
            '·' | '‧' | '•' => self.push('・', '・', Other, at),
            _ => decompose_canonical(c, |part| self.part(part, at)),
        }
    }

    /// Adds one space for any white space, and none between letters of a script that has none.
    fn space(&mut self, at: u32) {
        if self.chars.last().is_some_and(|last| last.lower != ' ') {
            self.push(' ', ' ', Other, at);
        }
    }

    fn unspaced(&mut self, c: char, at: u32) {
        if let [.., before, space] = self.chars.as_slice()
            && space.lower == ' '
            && before.class == Unspaced
        {
            self.chars.pop();
        }
        self.push(c, c, Unspaced, at);
    }

    /// Adds the sound mark of a kana.
    fn voice(&mut self, mark: char, at: u32) {
        match self.chars.last_mut() {
            Some(last) if matches!(last.class, Unspaced | Katakana) => match compose(last.lower, mark) {
                Some(composed) => (last.lower, last.cased) = (composed, composed),
                None => self.push(mark, mark, Mark, at),
            },
            _ => self.push(mark, mark, Mark, at),
        }
    }

    /// Adds a part of a decomposed character.
    fn part(&mut self, c: char, at: u32) {
        let last = self.chars.last().map(|c| c.lower);
        match c {
            _ if is_ignored(c) => {}
            // `ё` is often written `е`; the dot of `İ` is lost in lower case.
            '\u{308}' if last == Some('е') => {}
            '\u{307}' if last == Some('i') => {}
            '\u{3099}' | '\u{309A}' => self.voice(c, at),
            '\u{30FB}' => self.push('・', '・', Other, at),
            '\u{30A1}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' => self.push(c, c, Katakana, at),
            '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' => self.push(c, c, Hangul, at),
            _ if is_combining_mark(c) => self.push(c, c, Mark, at),
            _ if is_unspaced(c) => self.unspaced(c, at),
            'ς' => self.push('σ', c, Word, at),
            'ı' => self.push('i', c, Word, at),
            // Persian and Arabic keyboards have different characters for these.
            'ى' | 'ی' => self.push('ي', 'ي', Word, at),
            'ک' => self.push('ك', 'ك', Word, at),
            _ if c.is_alphanumeric() => {
                for lower in c.to_lowercase().filter(|lower| *lower != '\u{307}') {
                    self.push(lower, c, Word, at);
                }
            }
            _ => self.push(c, c, Other, at),
        }
    }
}

/// Returns whether a character is left out: invisible ones, and vowel points and stretching in Arabic and Hebrew.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}'
        | '\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6ED}')
}

/// Returns whether a letter belongs to a script without spaces between words: Han, kana, Thai, Lao, Tibetan, Burmese,
/// Khmer.
fn is_unspaced(c: char) -> bool {
    let letter = matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309F}' | '\u{3105}'..='\u{312F}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '\u{E01}'..='\u{FBC}'
        | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17DD}');
    letter && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lower(text: &str) -> String {
        TermText::new(text).chars().iter().map(|c| c.lower).collect()
    }

    #[test]
    fn what_does_not_make_another_word_is_gone() {
        for (a, b) in [
            ("ＬＤＰ", "ldp"),
            ("Côte d’Ivoire", "co\u{302}te d'ivoire"),
            ("ﾄﾖﾀ", "トヨタ"),
            ("ガザ", "カ\u{3099}サ\u{3099}"),
            ("参\u{3000}議\n院", "参議院"),
            ("  upper\u{A0}\n house ", "upper house"),
            ("Indo‑Pacific", "indo-pacific"),
            ("Горбачёв", "горбачев"),
            ("مُحَمَّد", "محمد"),
            ("أحمد", "احمد"),
            ("شَــرق", "شرق"),
            ("ایران", "ايران"),
            ("שָׁלוֹם", "שלום"),
            ("İstanbul", "istanbul"),
            ("ΟΔΟΣ", "οδοσ"),
            ("co\u{AD}operate", "cooperate"),
            ("한국", "한국"),
        ] {
            assert_eq!(lower(a), lower(b), "{a}");
        }
        assert_ne!(lower("カキ"), lower("ガギ"));
        assert_ne!(lower("São"), lower("Sao"));
    }

    #[test]
    fn a_place_is_found_again() {
        let text = "Die ＵＮ, Gaza und ガザ.";
        let folded = TermText::new(text);
        let all: Vec<char> = folded.chars().iter().map(|c| c.lower).collect();
        let at = |word: &str| {
            let word: Vec<char> = word.chars().collect();
            let start = all.windows(word.len()).position(|part| part == word).expect("it is there");
            &text[folded.source(text, start..start + word.len())]
        };
        assert_eq!((at("un"), at("gaza"), at("ガザ")), ("ＵＮ", "Gaza", "ガザ"));
        assert!(TermText::new("LDP").is_capitals() && !TermText::new("Ldp").is_capitals());
        assert!(!TermText::new("自民党").is_capitals() && !TermText::new("« … »").has_word());
    }
}
