//! The tokens of a block: what a translation keeps of it. A token is a hash; the words are not kept.

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
pub struct TextToken(u64);

impl TextToken {
    pub fn new(kind: TokenKind, hash: u64) -> TextToken {
        TextToken(mix(hash) << 4 | kind as u64)
    }

    /// Returns the bits of its hash, the kind's among them.
    pub fn bits(self) -> u64 {
        self.0
    }

    pub fn kind(self) -> TokenKind {
        TOKEN_KINDS[(self.0 & 15) as usize]
    }
}

/// What the other text shares, which decides the tokens to look for.
#[derive(Clone, Copy, Debug)]
pub struct TokenScope {
    /// Both languages are in Latin script.
    pub latin: bool,
    /// Both languages have Chinese characters.
    pub han: bool,
    /// Names are written by their sound, in two ways.
    pub sound: bool,
}

pub const FNV: u64 = 0xcbf2_9ce4_8422_2325;
pub const PRIME: u64 = 0x0100_0000_01b3;

/// Returns the hash of bytes.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    bytes.iter().fold(FNV, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

fn mix(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}
