//! What the alignment knows of a block: its length, and the tokens that a translation keeps. It reads one text at a
//! time, and must not know rows.

use super::block::{Block, BlockKind};
use super::lengths::LengthScript;
use super::scan::Scan;
use super::skeletons::skeletons;
use super::terms::Finder;
use super::territories;
use super::tokens::hash_bytes;
pub use super::tokens::{TOKEN_KINDS, TextToken, TokenKind, TokenScope};
use crate::content::quantity::char_set::char_at;
use crate::content::quantity::quantity::{Quantity, QuantityKind};

/// A text to align.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// Its language tag, as a site or article states it (`ja`, `zh-Hant`, `en-US`).
    pub lang: &'a str,
    pub blocks: &'a [Block],
}

/// The features of a block.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    pub kind: BlockKind,
    /// Its letters and digits, at least 1.
    pub letters: f64,
    /// A hash of the text, with white space and ASCII case folded; 0 if the text is too short to be told apart.
    pub text: u64,
    /// The range of its tokens in [`TextFeatures::tokens`].
    tokens: (usize, usize),
}

/// The features of all blocks of a text.
#[derive(Debug)]
pub struct TextFeatures {
    pub blocks: Vec<Features>,
    tokens: Vec<TextToken>,
    /// The script of most of its letters, if it has enough to tell.
    pub script: Option<LengthScript>,
}

/// The fewest letters that show a text's script.
const ENOUGH_LETTERS: u32 = 40;

/// A few hundred letters tell the script as well as all.
const MOST_LETTERS: u32 = 400;

impl TextFeatures {
    /// Returns the tokens of a block, in any order. One may be there several times.
    pub fn tokens(&self, block: &Features) -> &[TextToken] {
        &self.tokens[block.tokens.0..block.tokens.1]
    }

    /// Reads a text. `found` is the script of its letters, if it has enough; `script` that of its language otherwise.
    pub fn read(
        side: Side,
        found: Option<LengthScript>,
        script: LengthScript,
        shared: TokenScope,
        terms: &Finder,
    ) -> TextFeatures {
        let mut text =
            TextFeatures { blocks: Vec::with_capacity(side.blocks.len()), tokens: Vec::new(), script: found };
        let countries = territories::names(side.lang);
        for block in side.blocks {
            let start = text.tokens.len();
            let mut scan = Scan::new(shared, script == LengthScript::Latin, &mut text.tokens);
            scan.run(&block.text);
            let hash = scan.text_hash();
            let tokens = &mut text.tokens;
            push_facts(block, side.lang, tokens);
            terms.find(&block.text, |term| tokens.push(TextToken::new(TokenKind::Term, u64::from(term))));
            if let Some(countries) = countries {
                countries.find(&block.text, |n| tokens.push(TextToken::new(TokenKind::Country, u64::from(n))));
            }
            if shared.sound {
                skeletons(&block.text, script, |n| tokens.push(TextToken::new(TokenKind::Sound, n)));
            }
            text.end_block(block, start, hash);
        }
        text
    }

    /// Reads only what findings need as well: the kinds, lengths, addresses and numbers of blocks.
    pub fn read_facts(side: Side) -> TextFeatures {
        let mut text = TextFeatures { blocks: Vec::with_capacity(side.blocks.len()), tokens: Vec::new(), script: None };
        for block in side.blocks {
            let start = text.tokens.len();
            push_facts(block, side.lang, &mut text.tokens);
            text.end_block(block, start, 0);
        }
        text
    }

    /// Ends a block, whose tokens start at `start`.
    fn end_block(&mut self, block: &Block, start: usize, hash: u64) {
        // The ratios of lengths were measured without signs.
        let length = block.length();
        let letters = f64::from((length.letters - length.signs).max(1));
        self.blocks.push(Features { kind: block.kind, letters, text: hash, tokens: (start, self.tokens.len()) });
    }
}

/// Adds the tokens of a block that need no look at its words.
fn push_facts(block: &Block, lang: &str, tokens: &mut Vec<TextToken>) {
    tokens.push(TextToken::new(TokenKind::Kind, class(block.kind)));
    tokens.extend(block.urls.iter().map(|url| TextToken::new(TokenKind::Address, hash_bytes(url.as_bytes()))));
    for quantity in block.quantities(lang) {
        push_quantity(quantity, tokens);
    }
}

/// Returns the script of most letters of a text, if it has enough of them.
pub fn script(blocks: &[Block]) -> Option<LengthScript> {
    let mut counts = [0u32; LengthScript::Other as usize + 1];
    let mut seen = 0;
    'texts: for block in blocks {
        let mut at = 0;
        while let Some((c, end)) = char_at(&block.text, at) {
            at = end;
            let script = match c {
                'a'..='z' | 'A'..='Z' => LengthScript::Latin,
                '\0'..='\u{7f}' => continue,
                '\u{3041}'..='\u{30ff}' => LengthScript::Kana,
                '\u{4e00}'..='\u{9fff}' => LengthScript::Han,
                _ => match script_of(c) {
                    Some(script) => script,
                    None => continue,
                },
            };
            counts[script as usize] += 1;
            seen += 1;
            if seen == MOST_LETTERS {
                break 'texts;
            }
        }
    }
    if seen < ENOUGH_LETTERS {
        return None;
    }
    // Japanese is what has kana among its characters.
    let (kana, han) = (counts[LengthScript::Kana as usize], counts[LengthScript::Han as usize]);
    if kana * 10 >= kana + han {
        counts[LengthScript::Kana as usize] += han;
        counts[LengthScript::Han as usize] = 0;
    }
    let most = SCRIPTS.iter().max_by_key(|&&script| (counts[script as usize], std::cmp::Reverse(script)))?;
    (counts[*most as usize] * 2 > seen).then_some(*most)
}

const SCRIPTS: [LengthScript; 11] = [
    LengthScript::Latin,
    LengthScript::Cyrillic,
    LengthScript::Greek,
    LengthScript::Hebrew,
    LengthScript::Arabic,
    LengthScript::Indic,
    LengthScript::Thai,
    LengthScript::Kana,
    LengthScript::Han,
    LengthScript::Hangul,
    LengthScript::Other,
];

/// Returns the script of a letter; `None` for other characters.
fn script_of(c: char) -> Option<LengthScript> {
    Some(match c {
        'a'..='z' | 'A'..='Z' => LengthScript::Latin,
        '\0'..='\u{bf}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{3004}' | '\u{3006}'..='\u{303f}' => return None,
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => LengthScript::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => LengthScript::Greek,
        '\u{400}'..='\u{52f}' => LengthScript::Cyrillic,
        '\u{590}'..='\u{5ff}' => LengthScript::Hebrew,
        '\u{600}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}' => LengthScript::Arabic,
        '\u{900}'..='\u{dff}' => LengthScript::Indic,
        '\u{e00}'..='\u{e7f}' => LengthScript::Thai,
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => LengthScript::Kana,
        '\u{3005}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' => LengthScript::Han,
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}' => LengthScript::Hangul,
        _ if c.is_alphabetic() => LengthScript::Other,
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

fn push_quantity(quantity: &Quantity, tokens: &mut Vec<TextToken>) {
    let mut push = |namespace: u64, value: f64| {
        tokens.push(TextToken::new(TokenKind::Number, namespace << 60 ^ four_digits(value).to_bits() >> 4));
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
