//! What the alignment knows of a block: its length, and the tokens that a translation keeps.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use super::block::{Block, BlockKind};
use super::han;
use super::lengths::Script;
use super::skeletons::skeletons;
use super::terms::Finder;
use super::territories;
use crate::content::quantity::quantity::{Quantity, QuantityKind};

/// A text to align.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// Its language tag, as a site or article states it (`ja`, `zh-Hant`, `en-US`).
    pub lang: &'a str,
    pub blocks: &'a [Block],
}

/// What a token is. A block has a token or lacks it; how often does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// A number, date or time, in any writing.
    Number,
    /// A word in Latin letters that both languages may have: a name, or between languages in Latin script the start
    /// of a long word.
    Word,
    /// Two Chinese characters, between Chinese and Japanese.
    Han,
    /// A question, an exclamation, a quotation, brackets, a colon at the end.
    Punctuation,
    /// The kind of the block.
    Kind,
    /// The destination of a link or picture.
    Address,
    /// A term of the glossary.
    Term,
    /// A country.
    Country,
    /// The consonants of a word that may be a name.
    Sound,
}

/// All kinds, in the order of their numbers.
pub const TOKEN_KINDS: [TokenKind; 9] = [
    TokenKind::Number,
    TokenKind::Word,
    TokenKind::Han,
    TokenKind::Punctuation,
    TokenKind::Kind,
    TokenKind::Address,
    TokenKind::Term,
    TokenKind::Country,
    TokenKind::Sound,
];

/// A token: a hash, with the kind in its low bits. The hash is fixed, so its order is the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token(u64);

impl Token {
    fn new(kind: TokenKind, hash: u64) -> Token {
        Token(mix(hash) << 4 | kind as u64)
    }

    pub fn kind(self) -> TokenKind {
        TOKEN_KINDS[(self.0 & 15) as usize]
    }

    /// Returns the bits of its hash, the kind's among them.
    pub fn bits(self) -> u64 {
        self.0
    }
}

/// The features of a block.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    pub kind: BlockKind,
    /// Its letters and digits, at least 1.
    pub letters: f64,
    /// A hash of the text, with white space and ASCII case folded; 0 if the text is too short to be told apart.
    pub text: u64,
    /// The range of its tokens in [`Text::tokens`].
    tokens: (usize, usize),
}

/// The features of all blocks of a text.
#[derive(Debug)]
pub struct Text {
    pub blocks: Vec<Features>,
    tokens: Vec<Token>,
    /// The script of most of its letters, if it has enough to tell.
    pub script: Option<Script>,
}

/// What the other text shares, which decides the tokens to look for.
#[derive(Clone, Copy, Debug)]
pub struct Shared {
    /// Both languages are in Latin script.
    pub latin: bool,
    /// Both languages have Chinese characters.
    pub han: bool,
    /// Names are written by their sound, in two ways.
    pub sound: bool,
}

/// The fewest letters that show a text's script.
const ENOUGH_LETTERS: u32 = 40;

/// The fewest characters of a text that is worth comparing as a whole.
const WORTH_COMPARING: u32 = 6;

impl Text {
    /// Returns the tokens of a block, sorted and each once.
    pub fn tokens(&self, block: &Features) -> &[Token] {
        &self.tokens[block.tokens.0..block.tokens.1]
    }

    /// Reads a text. `found` is the script of its letters, if it has enough; `script` that of its language otherwise.
    pub fn read(side: Side, found: Option<Script>, script: Script, shared: Shared, terms: &Finder) -> Text {
        let mut text = Text { blocks: Vec::with_capacity(side.blocks.len()), tokens: Vec::new(), script: found };
        let countries = territories::names(side.lang);
        for block in side.blocks {
            let start = text.tokens.len();
            let mut scan = Scan::new(shared, script == Script::Latin, &mut text.tokens);
            scan.run(&block.text);
            let (letters, hash) = (scan.letters, scan.text_hash());
            let tokens = &mut text.tokens;
            tokens.push(Token::new(TokenKind::Kind, class(block.kind)));
            tokens.extend(block.urls.iter().map(|url| Token::new(TokenKind::Address, hash_bytes(url.as_bytes()))));
            for quantity in block.quantities(side.lang) {
                push_quantity(quantity, tokens);
            }
            terms.find(&block.text, |term| tokens.push(Token::new(TokenKind::Term, u64::from(term))));
            if let Some(countries) = countries {
                countries.find(&block.text, |n| tokens.push(Token::new(TokenKind::Country, u64::from(n))));
            }
            if shared.sound {
                skeletons(&block.text, script, |n| tokens.push(Token::new(TokenKind::Sound, n)));
            }
            tokens[start..].sort_unstable();
            let end = start + dedup(&mut tokens[start..]);
            tokens.truncate(end);
            let letters = f64::from(letters.max(1));
            text.blocks.push(Features { kind: block.kind, letters, text: hash, tokens: (start, end) });
        }
        text
    }
}

/// Moves the distinct elements of a sorted slice to its front, and returns their number.
fn dedup(tokens: &mut [Token]) -> usize {
    let mut kept = 0;
    for at in 0..tokens.len() {
        if at == 0 || tokens[at] != tokens[kept - 1] {
            tokens[kept] = tokens[at];
            kept += 1;
        }
    }
    kept
}

/// Returns the script of most letters of a text, if it has enough of them.
pub fn script(blocks: &[Block]) -> Option<Script> {
    let mut counts = [0u32; Script::Other as usize + 1];
    let mut seen = 0;
    // A few hundred letters tell as much as all.
    let chars = blocks.iter().flat_map(|block| block.text.chars());
    for script in chars.filter_map(script_of).take(400) {
        counts[script as usize] += 1;
        seen += 1;
    }
    if seen < ENOUGH_LETTERS {
        return None;
    }
    // Japanese is what has kana among its characters.
    let (kana, han) = (counts[Script::Kana as usize], counts[Script::Han as usize]);
    if kana * 10 >= kana + han {
        counts[Script::Kana as usize] += han;
        counts[Script::Han as usize] = 0;
    }
    let most = SCRIPTS.iter().max_by_key(|&&script| (counts[script as usize], std::cmp::Reverse(script)))?;
    (counts[*most as usize] * 2 > seen).then_some(*most)
}

const SCRIPTS: [Script; 11] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Greek,
    Script::Hebrew,
    Script::Arabic,
    Script::Indic,
    Script::Thai,
    Script::Kana,
    Script::Han,
    Script::Hangul,
    Script::Other,
];

/// Returns the script of a letter; `None` for other characters.
fn script_of(c: char) -> Option<Script> {
    Some(match c {
        'a'..='z' | 'A'..='Z' => Script::Latin,
        '\0'..='\u{bf}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{3004}' | '\u{3006}'..='\u{303f}' => return None,
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}' => Script::Arabic,
        '\u{900}'..='\u{dff}' => Script::Indic,
        '\u{e00}'..='\u{e7f}' => Script::Thai,
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => Script::Kana,
        '\u{3005}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' => Script::Han,
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}' => Script::Hangul,
        _ if c.is_alphabetic() => Script::Other,
        _ => return None,
    })
}

/// Headings are one class: translators change their levels.
fn class(kind: BlockKind) -> u64 {
    match kind {
        BlockKind::Title => 0,
        BlockKind::Summary => 1,
        BlockKind::Heading(_) => 2,
        BlockKind::Paragraph => 3,
        BlockKind::Item => 4,
        BlockKind::Quote => 5,
        BlockKind::Callout => 6,
        BlockKind::Table => 7,
        BlockKind::Figure => 8,
        BlockKind::Code => 9,
        BlockKind::Rule => 10,
        BlockKind::Html => 11,
    }
}

/// Returns whether two kinds of blocks correspond.
pub fn same_kind(a: BlockKind, b: BlockKind) -> bool {
    class(a) == class(b)
}

fn push_quantity(quantity: &Quantity, tokens: &mut Vec<Token>) {
    let mut push = |namespace: u64, value: f64| {
        tokens.push(Token::new(TokenKind::Number, namespace << 60 ^ four_digits(value).to_bits() >> 4));
    };
    let value = quantity.value;
    match quantity.kind {
        QuantityKind::Weekday => push(1, value),
        QuantityKind::Time => {
            let minutes = value.max(0.0) as u32;
            push(2, f64::from(minutes % 720));
            // "at 3 o'clock" may be "3時" or a bare number.
            push(0, f64::from((minutes / 60 + 11) % 12 + 1));
        }
        QuantityKind::Decade => push(3, value % 100.0),
        // A part of a name is a word, if it is anything.
        QuantityKind::Identifier => {}
        // "March" is the month 3 in other languages.
        _ => push(0, value),
    }
}

/// Rounds to four significant digits, so that 1.2345 million is 1,234,500.
fn four_digits(value: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return 0.0;
    }
    let mut scale = 1.0;
    while value.abs() * scale >= 10_000.0 && scale > 1e-300 {
        scale /= 10.0;
    }
    while value.abs() * scale < 1_000.0 && scale < 1e300 {
        scale *= 10.0;
    }
    // One more division gives equal values the same bits, whichever way they were computed.
    let digits = (value * scale).round();
    if scale >= 1.0 { digits / scale } else { digits * (1.0 / scale).round() }
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

fn hash_bytes(bytes: &[u8]) -> u64 {
    bytes.iter().fold(FNV, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

fn mix(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}

/// One pass over the text of a block.
struct Scan<'a> {
    shared: Shared,
    /// The text is in Latin script: only names are kept if the other is not.
    is_latin: bool,
    tokens: &'a mut Vec<Token>,
    letters: u32,
    hash: u64,
    compared: u32,
    gap: bool,
    word: Word,
    han: char,
    quotes: u32,
    straight: u32,
    marks: [bool; 4],
    last: char,
}

/// The Latin word that is being read.
#[derive(Clone, Copy, Default)]
struct Word {
    hash: u64,
    start: u64,
    length: u32,
    has_letter: bool,
    has_digit: bool,
    is_name: bool,
}

impl<'a> Scan<'a> {
    fn new(shared: Shared, is_latin: bool, tokens: &'a mut Vec<Token>) -> Scan<'a> {
        Scan {
            shared,
            is_latin,
            tokens,
            letters: 0,
            hash: FNV,
            compared: 0,
            gap: false,
            word: Word::default(),
            han: '\0',
            quotes: 0,
            straight: 0,
            marks: [false; 4],
            last: ' ',
        }
    }

    fn run(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_ascii() { self.ascii(c as u8) } else { self.other(c) }
        }
        self.end_word();
        let [question, exclamation, brackets, _] = self.marks;
        let quotes = self.quotes + self.straight / 2 > 0;
        let colon = matches!(self.last, ':' | '：');
        for (at, has) in [question, exclamation, quotes, brackets, colon].into_iter().enumerate() {
            if has {
                self.tokens.push(Token::new(TokenKind::Punctuation, at as u64));
            }
        }
    }

    fn text_hash(&self) -> u64 {
        if self.compared >= WORTH_COMPARING { self.hash | 1 } else { 0 }
    }

    /// Adds a character that is not white space to the hash of the text.
    fn compare(&mut self, c: u32) {
        if self.gap && self.compared > 0 {
            self.hash = (self.hash ^ 0x20).wrapping_mul(PRIME);
        }
        self.gap = false;
        self.hash = (self.hash ^ u64::from(c)).wrapping_mul(PRIME);
        self.compared += 1;
    }

    fn ascii(&mut self, byte: u8) {
        self.han = '\0';
        if byte.is_ascii_alphanumeric() {
            self.letters += 1;
            self.compare(u32::from(byte.to_ascii_lowercase()));
            self.in_word(byte.to_ascii_lowercase(), byte.is_ascii_uppercase());
            self.last = 'a';
            return;
        }
        self.end_word();
        if byte.is_ascii_whitespace() {
            self.gap = true;
            return;
        }
        self.compare(u32::from(byte));
        self.last = char::from(byte);
        self.punctuation(self.last);
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
                self.letters += 1;
                self.end_word();
                if self.shared.han {
                    let folded = han::traditional(c);
                    if self.han != '\0' {
                        let pair = u64::from(self.han) << 32 | u64::from(folded);
                        self.tokens.push(Token::new(TokenKind::Han, pair));
                    }
                    self.han = folded;
                }
                return;
            }
            // Letters of the most frequent scripts.
            '\u{3041}'..='\u{3096}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{400}'..='\u{481}'
            | '\u{5d0}'..='\u{5ea}'
            | '\u{620}'..='\u{64a}'
            | '\u{671}'..='\u{6d3}'
            | '\u{904}'..='\u{939}'
            | '\u{e01}'..='\u{e30}' => {
                self.letters += 1;
                self.end_word();
            }
            // Full-width letters and digits.
            '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
                self.letters += 1;
                let byte = (u32::from(c) - 0xff00 + 0x20) as u8;
                self.in_word(byte.to_ascii_lowercase(), byte.is_ascii_uppercase());
            }
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' if c.is_alphabetic() => {
                self.letters += 1;
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
                if c.is_alphanumeric() { self.letters += 1 } else { self.punctuation(c) }
            }
        }
        self.han = '\0';
    }

    /// Adds a letter or digit, in lower case, to the word.
    fn in_word(&mut self, byte: u8, is_upper: bool) {
        let word = &mut self.word;
        if word.length == 0 {
            *word = Word { hash: FNV, is_name: is_upper, ..Word::default() };
        }
        word.hash = (word.hash ^ u64::from(byte)).wrapping_mul(PRIME);
        word.length += 1;
        if word.length == 4 {
            word.start = word.hash;
        }
        if byte.is_ascii_digit() { word.has_digit = true } else { word.has_letter = true }
    }

    fn end_word(&mut self) {
        let word = self.word;
        self.word.length = 0;
        if word.length < 2 || !word.has_letter {
            return;
        }
        if self.shared.latin {
            if word.length >= 3 && word.is_name {
                self.tokens.push(Token::new(TokenKind::Word, word.hash));
            }
            if word.length >= 5 {
                self.tokens.push(Token::new(TokenKind::Word, word.start ^ 1 << 63));
            }
        } else if !self.is_latin || word.is_name || word.has_digit {
            self.tokens.push(Token::new(TokenKind::Word, word.hash));
        }
    }
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
