//! One pass over the text of a block, for its hash and the tokens of its words and punctuation. Of the other text, it
//! knows only what both share.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use super::han;
use super::tokens::{FNV, PRIME, TextToken, TokenKind, TokenScope};
use crate::content::quantity::char_classes::{CharClasses, LETTER, MARK};
use crate::content::quantity::char_set::{LOWER, char_at};

/// The fewest characters of a text that is worth comparing as a whole.
const WORTH_COMPARING: u32 = 6;

/// One pass over the text of a block.
pub struct Scan<'a> {
    shared: TokenScope,
    /// The text is in Latin script: only names are kept if the other is not.
    is_latin: bool,
    tokens: &'a mut Vec<TextToken>,
    hash: u64,
    compared: u32,
    gap: bool,
    word: LatinWord,
    han: char,
    quotes: u32,
    straight: u32,
    marks: [bool; 4],
    last: char,
}

/// The Latin word that is being read.
#[derive(Clone, Copy, Default)]
struct LatinWord {
    hash: u64,
    start: u64,
    length: u32,
    has_letter: bool,
    has_digit: bool,
    is_name: bool,
}

impl LatinWord {
    /// Adds a letter or digit in lower case.
    #[inline]
    fn add(&mut self, byte: u8) {
        self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(PRIME);
        self.length = self.length.wrapping_add(1);
        if self.length == 4 {
            self.start = self.hash;
        }
        let is_digit = byte <= b'9';
        self.has_digit |= is_digit;
        self.has_letter |= !is_digit;
    }
}

impl<'a> Scan<'a> {
    pub fn new(shared: TokenScope, is_latin: bool, tokens: &'a mut Vec<TextToken>) -> Scan<'a> {
        Scan {
            shared,
            is_latin,
            tokens,
            hash: FNV,
            compared: 0,
            gap: false,
            word: LatinWord::default(),
            han: '\0',
            quotes: 0,
            straight: 0,
            marks: [false; 4],
            last: ' ',
        }
    }

    pub fn run(&mut self, text: &str) {
        let classes = CharClasses::get();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if LOWER[usize::from(byte)] != 0 {
                at = self.ascii_word(bytes, at);
            } else if byte.is_ascii() {
                self.ascii(byte);
                at += 1;
            } else {
                let (c, end) = char_at(text, at).unwrap_or((' ', text.len()));
                match c as u32 {
                    0x370..0x1000 => match classes.of(c) {
                        class if class & MARK != 0 => {
                            self.compare(u32::from(c));
                            self.last = c;
                        }
                        class if class & LETTER != 0 => self.letter(c),
                        _ => self.other(c),
                    },
                    _ if is_kana_or_han(c) && !self.shared.han => self.letter(c),
                    _ => self.other(c),
                }
                at = end;
            }
        }
        self.end_word();
        let [question, exclamation, brackets, _] = self.marks;
        let quotes = self.quotes + self.straight / 2 > 0;
        let colon = matches!(self.last, ':' | '：');
        for (at, has) in [question, exclamation, quotes, brackets, colon].into_iter().enumerate() {
            if has {
                self.tokens.push(TextToken::new(TokenKind::Punctuation, at as u64));
            }
        }
    }

    pub fn text_hash(&self) -> u64 {
        if self.compared >= WORTH_COMPARING { self.hash | 1 } else { 0 }
    }

    /// Adds the white space between words to the hash of the text.
    fn fill_gap(&mut self) {
        if self.gap && self.compared > 0 {
            self.hash = (self.hash ^ 0x20).wrapping_mul(PRIME);
        }
        self.gap = false;
    }

    /// Adds a character that is not white space to the hash of the text.
    fn compare(&mut self, c: u32) {
        self.fill_gap();
        self.hash = (self.hash ^ u64::from(c)).wrapping_mul(PRIME);
        self.compared += 1;
    }

    /// Reads the letters and digits from `at`; returns the place behind them.
    fn ascii_word(&mut self, bytes: &[u8], at: usize) -> usize {
        self.han = '\0';
        self.last = 'a';
        self.start_word(bytes[at].is_ascii_uppercase());
        self.fill_gap();
        let (mut hash, mut word, mut end) = (self.hash, self.word, at);
        while let Some(byte) = bytes.get(end).map(|&byte| LOWER[usize::from(byte)]).filter(|&byte| byte != 0) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
            word.add(byte);
            end += 1;
        }
        (self.hash, self.word) = (hash, word);
        self.compared += (end - at) as u32;
        end
    }

    /// Reads a character that is no letter or digit.
    fn ascii(&mut self, byte: u8) {
        self.han = '\0';
        self.end_word();
        if byte.is_ascii_whitespace() {
            self.gap = true;
            return;
        }
        self.compare(u32::from(byte));
        self.last = char::from(byte);
        self.punctuation(self.last);
    }

    /// Reads a character that is a letter and no part of a word.
    #[inline]
    fn letter(&mut self, c: char) {
        if self.word.length > 0 {
            self.end_word();
        }
        if self.gap {
            self.fill_gap();
        }
        self.hash = (self.hash ^ u64::from(c)).wrapping_mul(PRIME);
        self.compared += 1;
        self.last = c;
        self.han = '\0';
    }

    fn punctuation(&mut self, c: char) {
        match c {
            '?' | '？' | '؟' => self.marks[0] = true,
            '!' | '！' => self.marks[1] = true,
            '(' | '（' => self.marks[2] = true,
            '"' => self.straight += 1,
            '「' | '『' | '“' | '„' | '«' | '‘' | '《' => self.quotes += 1,
            _ => {}
        }
    }

    fn other(&mut self, c: char) {
        if c.is_whitespace() {
            self.end_word();
            self.gap = true;
            return;
        }
        self.compare(u32::from(c));
        self.last = c;
        match c {
            '\u{4e00}'..='\u{9fff}' => {
                self.end_word();
                if self.shared.han {
                    let folded = han::traditional(c);
                    if self.han != '\0' {
                        let pair = u64::from(self.han) << 32 | u64::from(folded);
                        self.tokens.push(TextToken::new(TokenKind::Han, pair));
                    }
                    self.han = folded;
                }
                return;
            }
            '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}' | '\u{ac00}'..='\u{d7a3}' => {
                self.end_word();
            }
            // Full-width letters and digits.
            '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
                let byte = (u32::from(c) - 0xff00 + 0x20) as u8;
                self.in_word(byte.to_ascii_lowercase(), byte.is_ascii_uppercase());
            }
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' if c.is_alphabetic() => {
                let (first, second) = plain(c);
                self.in_word(first, c.is_uppercase());
                if let Some(second) = second {
                    self.in_word(second, false);
                }
            }
            '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{3020}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' => {
                self.end_word();
                self.punctuation(c);
            }
            _ if is_combining_mark(c) => return,
            _ => {
                self.end_word();
                if !c.is_alphanumeric() {
                    self.punctuation(c);
                }
            }
        }
        self.han = '\0';
    }

    fn start_word(&mut self, is_name: bool) {
        if self.word.length == 0 {
            self.word = LatinWord { hash: FNV, is_name, ..LatinWord::default() };
        }
    }

    /// Adds a letter or digit, in lower case, to the word.
    fn in_word(&mut self, byte: u8, is_upper: bool) {
        self.start_word(is_upper);
        self.word.add(byte);
    }

    #[inline]
    fn end_word(&mut self) {
        let length = std::mem::take(&mut self.word.length);
        if length >= 2 && self.word.has_letter {
            self.push_word(LatinWord { length, ..self.word });
        }
    }

    fn push_word(&mut self, word: LatinWord) {
        if self.shared.latin {
            if word.length >= 3 && word.is_name {
                self.tokens.push(TextToken::new(TokenKind::Word, word.hash));
            }
            if word.length >= 5 {
                self.tokens.push(TextToken::new(TokenKind::Word, word.start ^ 1 << 63));
            }
        } else if !self.is_latin || word.is_name || word.has_digit {
            self.tokens.push(TextToken::new(TokenKind::Word, word.hash));
        }
    }
}

/// Whether a character is one of the letters of Japanese and Chinese that [`Scan::other`] counts.
#[inline]
fn is_kana_or_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}')
}

/// Returns a Latin letter without its accents, in lower case.
fn plain(c: char) -> (u8, Option<u8>) {
    match c {
        'ß' | 'ẞ' => return (b's', Some(b's')),
        'æ' | 'Æ' => return (b'a', Some(b'e')),
        'œ' | 'Œ' => return (b'o', Some(b'e')),
        'ø' | 'Ø' => return (b'o', None),
        'ł' | 'Ł' => return (b'l', None),
        'đ' | 'Đ' | 'ð' | 'Ð' => return (b'd', None),
        'þ' | 'Þ' => return (b't', Some(b'h')),
        'ı' => return (b'i', None),
        _ => {}
    }
    let mut first = '\0';
    decompose_canonical(c, |part| {
        if first == '\0' {
            first = part;
        }
    });
    (if first.is_ascii() { first.to_ascii_lowercase() as u8 } else { b'?' }, None)
}
