//! How much two runs of blocks look as if they belonged together: the logarithm of how many times likelier they are
//! as a text and its translation than as strangers. All rows compete on this one scale, so nothing needs a threshold.

use std::ops::Range;

use super::block::BlockKind;
use super::exact::{exp, ln};
use super::features::{Features, TOKEN_KINDS, TextFeatures, TextToken, TokenKind, same_kind};
use super::lengths::{Lengths, TextLength, lengths};
use super::row::Row;
use super::token_table::{Indices, TokenTable};

/// The most blocks on one side of a row.
pub const MOST: usize = 3;

/// What a token of a kind weighs: how much of its likelihood counts (tokens are not independent), and how often the
/// counterpart of a block with the token has it, too. How rare it is in the two texts does the rest, so no list of
/// frequent words is needed.
fn weight(kind: TokenKind) -> (f64, f64) {
    match kind {
        TokenKind::Number => (0.90, 0.82),
        TokenKind::Word => (0.47, 0.60),
        TokenKind::Han => (0.94, 0.50),
        TokenKind::Punctuation => (2.0, 0.75),
        TokenKind::Kind => (1.0, 0.97),
        TokenKind::Address => (1.0, 0.90),
        TokenKind::Term => (0.5, 0.60),
        TokenKind::Country => (1.6, 0.80),
        TokenKind::Sound => (0.45, 0.50),
    }
}

/// The weight of the length.
const LENGTH_WEIGHT: f64 = 1.12;

/// The share of translations that are as long as expected; the others are of any length. Without it, one odd block
/// would bend the whole path.
const REGULAR: f64 = 0.93;
const IRREGULAR_SPREAD: f64 = 0.6;

/// The measured spreads hold for hand-picked paragraphs; this fits them to blocks.
const SPREAD_SCALE: f64 = 0.93;

/// What identical texts add, and what they add if there are several.
const IDENTICAL: f64 = 5.0;
const IDENTICAL_OFTEN: f64 = 2.0;

/// What a token is worth where it is found on the other side, and where it is not.
#[derive(Clone, Copy, Debug, Default)]
struct Worth {
    found: f64,
    missing: f64,
}

/// A run of one to three blocks of one text.
#[derive(Clone, Copy, Debug)]
struct BlockRun {
    ln_letters: f64,
    /// One divided by the root of its letters.
    inverse_root: f64,
    /// The worth of its tokens if none is found on the other side.
    missing: f64,
    /// Its shared tokens in [`Spans::bits`].
    bits: (u32, u32),
    /// Whether its blocks may stand in one row.
    allowed: bool,
}

/// All spans of a text.
#[derive(Debug)]
struct Spans {
    /// Span `(i, w)` is at `i * MOST + w - 1`.
    spans: Vec<BlockRun>,
    /// Sets of shared tokens, as words of 64 bits with their index, sorted.
    bits: Vec<(u32, u64)>,
}

impl Spans {
    /// Keeps rows from reaching across the end of the block before `block`.
    fn cut(&mut self, block: usize) {
        for width in 2..=MOST {
            for start in (block + 1).saturating_sub(width)..block {
                if let Some(span) = self.spans.get_mut(start * MOST + width - 1) {
                    span.allowed = false;
                }
            }
        }
    }
}

/// The hash of a block's whole text, and whether another block of its text has it.
type Whole = (u64, bool);

/// Two texts, ready to be scored.
#[derive(Debug)]
pub struct Scorer {
    original: Spans,
    translation: Spans,
    /// What each shared token is worth beyond its absence, on both sides together.
    gains: Vec<f64>,
    lengths: Lengths,
    /// The logarithm of the density of each translated block's length among its neighbours.
    background: Vec<f64>,
    kinds: (Vec<BlockKind>, Vec<BlockKind>),
    /// The hash of each text, and whether another block has it.
    texts: (Vec<Whole>, Vec<Whole>),
}

/// Why two runs of blocks are, or are not, taken for a text and its translation.
#[derive(Clone, Debug, PartialEq)]
pub struct RowEvidence {
    /// How many standard deviations the translation is longer (or shorter, if below 0) than expected.
    pub deviation: f64,
    /// Whether both texts are the same.
    pub identical: bool,
    /// The tokens, by kind; kinds without tokens are left out.
    pub tokens: Vec<TokenEvidence>,
}

/// The tokens of a kind in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenEvidence {
    pub kind: TokenKind,
    /// How many both sides have, and what they add to the score.
    pub found: u32,
    pub found_weight: f64,
    /// How many only the original and only the translation have, and what they add to the score: 0 or less.
    pub missing: (u32, u32),
    pub missing_weight: f64,
}

/// Returns the evidence for each row; `None` for a row with an empty side or a side that is out of range.
pub fn evidence(
    original: &TextFeatures,
    translation: &TextFeatures,
    langs: (&str, &str),
    rows: &[Row],
) -> Vec<Option<RowEvidence>> {
    let (known, places) = dictionary(original, translation);
    let range = |range: &Range<u32>| range.start as usize..range.end as usize;
    let one = |row: &Row| {
        let ranges = (range(&row.original), range(&row.translation));
        row_evidence(original, translation, langs, &known, &places, ranges)
    };
    rows.iter().map(one).collect()
}

fn row_evidence(
    original: &TextFeatures,
    translation: &TextFeatures,
    langs: (&str, &str),
    known: &[TokenWorth],
    places: &(Indices, Indices),
    rows: (Range<usize>, Range<usize>),
) -> Option<RowEvidence> {
    let blocks = (original.blocks.get(rows.0.clone())?, translation.blocks.get(rows.1.clone())?);
    if blocks.0.is_empty() || blocks.1.is_empty() {
        return None;
    }
    let union = |places: &[u32]| -> Vec<u32> {
        let mut union = places.to_vec();
        union.sort_unstable();
        union.dedup();
        union
    };
    let (a, b) = (union(places.0.of(rows.0)), union(places.1.of(rows.1)));
    let mut tokens = Vec::new();
    for kind in TOKEN_KINDS {
        let mut sum = TokenEvidence { kind, found: 0, found_weight: 0.0, missing: (0, 0), missing_weight: 0.0 };
        let of_kind = |token: &&u32| known[**token as usize].kind == kind;
        for &token in a.iter().filter(of_kind) {
            let worth = &known[token as usize];
            if b.binary_search(&token).is_ok() {
                sum.found += 1;
                sum.found_weight += worth.original.found + worth.translation.found;
            } else {
                sum.missing.0 += 1;
                sum.missing_weight += worth.original.missing;
            }
        }
        for &token in b.iter().filter(of_kind).filter(|token| a.binary_search(token).is_err()) {
            sum.missing.1 += 1;
            sum.missing_weight += known[token as usize].translation.missing;
        }
        if (sum.found, sum.missing) != (0, (0, 0)) {
            tokens.push(sum);
        }
    }
    let letters = |blocks: &[Features]| blocks.iter().map(|block| block.letters).sum::<f64>();
    let (len_a, len_b) = (letters(blocks.0), letters(blocks.1));
    let lengths = lengths(measure(original, langs.0), measure(translation, langs.1));
    let deviation = (ln(len_b / len_a) - lengths.mean) / spread(&lengths, 1.0 / (len_a * len_b).sqrt());
    let deviation = if deviation.is_finite() { deviation } else { 0.0 };
    let identical = matches!(blocks, ([a], [b]) if a.text != 0 && a.text == b.text);
    Some(RowEvidence { deviation, identical, tokens })
}

/// Returns the standard deviation of the logarithm of the lengths' ratio. `inverse` is one divided by the geometric mean
/// of the lengths.
fn spread(lengths: &Lengths, inverse: f64) -> f64 {
    (SPREAD_SCALE * (lengths.spread + lengths.noise * inverse.min(0.25))).sqrt()
}

fn measure<'a>(text: &TextFeatures, lang: &'a str) -> TextLength<'a> {
    TextLength { lang, script: text.script, letters: text.blocks.iter().map(|block| block.letters).sum() }
}

/// A distinct token: what it is worth on each side, and its bit if both texts have it.
#[derive(Clone, Copy, Debug)]
struct TokenWorth {
    original: Worth,
    translation: Worth,
    bit: Option<u32>,
    kind: TokenKind,
}

impl Scorer {
    pub fn new(original: &TextFeatures, translation: &TextFeatures, langs: (&str, &str)) -> Scorer {
        let (known, places) = dictionary(original, translation);
        let shared = known.iter().filter(|k| k.bit.is_some()).count();
        let mut gains = vec![0.0; shared];
        for k in &known {
            if let Some(bit) = k.bit {
                gains[bit as usize] =
                    k.original.found - k.original.missing + k.translation.found - k.translation.missing;
            }
        }
        let spans_a = spans(original, &places.0, &known, |k| k.original.missing);
        let spans_b = spans(translation, &places.1, &known, |k| k.translation.missing);
        Scorer {
            lengths: lengths(measure(original, langs.0), measure(translation, langs.1)),
            background: background(&spans_b),
            original: spans_a,
            translation: spans_b,
            gains,
            kinds: (kinds(original), kinds(translation)),
            texts: (texts(original), texts(translation)),
        }
    }

    /// Keeps rows from reaching across the places before these blocks of either text.
    pub fn cut(&mut self, original: &[usize], translation: &[usize]) {
        original.iter().for_each(|&block| self.original.cut(block));
        translation.iter().for_each(|&block| self.translation.cut(block));
    }

    pub fn counts(&self) -> (usize, usize) {
        (self.kinds.0.len(), self.kinds.1.len())
    }

    /// Returns the kinds of the blocks on both sides.
    pub fn kinds(&self) -> (&[BlockKind], &[BlockKind]) {
        (&self.kinds.0, &self.kinds.1)
    }

    /// Returns the score of the `n` blocks from `i` with the `m` blocks from `j`, without the prior of their row; `None` if
    /// they must not stand in one row.
    pub fn score(&self, i: usize, n: usize, j: usize, m: usize) -> Option<f64> {
        let a = &self.original.spans[i * MOST + n - 1];
        let b = &self.translation.spans[j * MOST + m - 1];
        if !(a.allowed && b.allowed) {
            return None;
        }
        if n + m > 2 && !same_kind(self.kinds.0[i], self.kinds.1[j]) {
            return None;
        }
        let length = if n + m == 2 { self.one_to_one(i, j, a, b) } else { LENGTH_WEIGHT * self.length(a, b, j, m) };
        let mut score = length + a.missing + b.missing;
        self.shared(a, b, |bit| score += self.gains[bit]);
        Some(score)
    }

    fn one_to_one(&self, i: usize, j: usize, a: &BlockRun, b: &BlockRun) -> f64 {
        let ((text_a, often_a), (text_b, often_b)) = (self.texts.0[i], self.texts.1[j]);
        let kind = self.kinds.0[i];
        if text_a != 0 && text_a == text_b {
            let identical = if often_a || often_b { IDENTICAL_OFTEN } else { IDENTICAL };
            return self.density(a, b, 0.0) - self.background[j] + identical;
        }
        // Code and pictures are as long as they were.
        if matches!(kind, BlockKind::Code | BlockKind::Figure) && same_kind(kind, self.kinds.1[j]) {
            return self.density(a, b, 0.0) - self.background[j];
        }
        LENGTH_WEIGHT * (self.density(a, b, self.lengths.mean) - self.background[j])
    }

    /// Returns the score of a row's length. With several translated blocks, the density of their sum is divided by the
    /// ways to split it; all densities are per letter then, not per logarithm of letters.
    fn length(&self, a: &BlockRun, b: &BlockRun, j: usize, m: usize) -> f64 {
        let density = self.density(a, b, self.lengths.mean);
        if m == 1 {
            return density - self.background[j];
        }
        let mut score = density - b.ln_letters;
        for k in j..j + m {
            score -= self.background[k] - self.translation.spans[k * MOST].ln_letters;
        }
        score -= (m - 1) as f64 * b.ln_letters;
        if m == 3 { score + std::f64::consts::LN_2 } else { score }
    }

    fn density(&self, a: &BlockRun, b: &BlockRun, mean: f64) -> f64 {
        let inverse_spread = 1.0 / spread(&self.lengths, a.inverse_root * b.inverse_root);
        let off = b.ln_letters - a.ln_letters - mean;
        let (z, wide) = (off * inverse_spread, off * (1.0 / IRREGULAR_SPREAD));
        let regular = REGULAR * inverse_spread * exp(-0.5 * z * z);
        let irregular = ((1.0 - REGULAR) / IRREGULAR_SPREAD) * exp(-0.5 * wide * wide);
        ln((regular + irregular).max(1e-200))
    }

    /// Calls `found` with the bit of each token that both spans have.
    fn shared(&self, a: &BlockRun, b: &BlockRun, mut found: impl FnMut(usize)) {
        let mut left = &self.original.bits[a.bits.0 as usize..a.bits.1 as usize];
        let mut right = &self.translation.bits[b.bits.0 as usize..b.bits.1 as usize];
        while let (Some(&(x, bits_a)), Some(&(y, bits_b))) = (left.first(), right.first()) {
            if x <= y {
                left = &left[1..];
            }
            if y <= x {
                right = &right[1..];
            }
            let mut both = if x == y { bits_a & bits_b } else { 0 };
            while both != 0 {
                found(x as usize * 64 + both.trailing_zeros() as usize);
                both &= both - 1;
            }
        }
    }
}

fn kinds(text: &TextFeatures) -> Vec<BlockKind> {
    text.blocks.iter().map(|block| block.kind).collect()
}

/// Returns the hash of each block's text, and whether it occurs more than once.
fn texts(text: &TextFeatures) -> Vec<Whole> {
    let mut sorted: Vec<u64> = text.blocks.iter().map(|block| block.text).collect();
    sorted.sort_unstable();
    let often = |hash: u64| {
        let at = sorted.partition_point(|&other| other < hash);
        sorted.get(at + 1) == Some(&hash)
    };
    text.blocks.iter().map(|block| (block.text, often(block.text))).collect()
}

/// Returns all distinct tokens, in the order in which they first occur, so that those of a block are near each other,
/// and for each text the indices of each block's tokens.
fn dictionary(original: &TextFeatures, translation: &TextFeatures) -> (Vec<TokenWorth>, (Indices, Indices)) {
    let count = |text: &TextFeatures| text.blocks.iter().map(|block| text.tokens(block).len()).sum::<usize>();
    let mut table = TokenTable::new(count(original) + count(translation));
    let indices = (table.read(original, 0), table.read(translation, 1));
    let mut worths = (Worths::new(translation.blocks.len()), Worths::new(original.blocks.len()));
    let mut bits = 0;
    let one = |(token, [in_original, in_translation]): &(TextToken, [usize; 2])| {
        let kind = token.kind();
        let is_shared = *in_original > 0 && *in_translation > 0;
        let known = TokenWorth {
            original: worths.0.of(kind, *in_translation),
            translation: worths.1.of(kind, *in_original),
            bit: is_shared.then_some(bits),
            kind,
        };
        bits += u32::from(is_shared);
        known
    };
    (table.found().iter().map(one).collect(), indices)
}

/// What tokens are worth, by kind and frequency in the other text.
struct Worths {
    /// The number of blocks of the other text.
    all: usize,
    /// Those of rare tokens, which are most.
    rare: [[Option<Worth>; 4]; TOKEN_KINDS.len()],
}

impl Worths {
    fn new(all: usize) -> Worths {
        Worths { all, rare: [[None; 4]; TOKEN_KINDS.len()] }
    }

    /// Returns what a token is worth if `having` blocks of the other text have it.
    fn of(&mut self, kind: TokenKind, having: usize) -> Worth {
        let all = self.all;
        match self.rare[kind as usize].get_mut(having) {
            Some(known) => *known.get_or_insert_with(|| worth(kind, having, all)),
            None => worth(kind, having, all),
        }
    }
}

fn worth(kind: TokenKind, having: usize, all: usize) -> Worth {
    let (weight, kept) = weight(kind);
    // Most words, names and pairs of Chinese characters are in one text only. Where they are says nothing; whether one
    // that both texts have is in both blocks says much.
    if having == 0 && matches!(kind, TokenKind::Han | TokenKind::Sound | TokenKind::Word) {
        return Worth::default();
    }
    let chance = ((having as f64 + 0.35) / (all as f64 + 0.7)).min(0.96);
    let found = ln(kept / chance).max(0.0);
    let missing = ln((1.0 - kept) / (1.0 - chance)).min(0.0);
    Worth { found: 0.5 * weight * found, missing: 0.5 * weight * missing }
}

fn is_prose(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Paragraph | BlockKind::Item | BlockKind::Quote)
}

/// Returns whether two neighbours may stand in one row.
fn may_join(a: &Features, b: &Features) -> bool {
    is_prose(a.kind) && same_kind(a.kind, b.kind)
}

/// Builds all spans of a text from the indices of its blocks' tokens.
fn spans(text: &TextFeatures, tokens: &Indices, known: &[TokenWorth], missing: impl Fn(&TokenWorth) -> f64) -> Spans {
    let blocks = &text.blocks;
    let mut all = Spans { spans: Vec::with_capacity(blocks.len() * MOST), bits: Vec::new() };
    let (mut union, mut before): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
    for start in 0..blocks.len() {
        union.clear();
        let (mut letters, mut allowed) = (0.0, true);
        for at in start..start + MOST {
            allowed &= at < blocks.len() && (at == start || may_join(&blocks[at - 1], &blocks[at]));
            if !allowed {
                all.spans.push(BlockRun { ln_letters: 0.0, inverse_root: 1.0, missing: 0.0, bits: (0, 0), allowed });
                continue;
            }
            letters += blocks[at].letters;
            std::mem::swap(&mut union, &mut before);
            union.clear();
            let from = all.bits.len();
            let mut sum = 0.0;
            let add = |index: u32| {
                let token = &known[index as usize];
                sum += missing(token);
                if let Some(bit) = token.bit {
                    push_bit(&mut all.bits, from, bit);
                }
                union.push(index);
            };
            // The kind counts once.
            let counts = |token: &u32| at == start || known[*token as usize].kind != TokenKind::Kind;
            merge(&before, tokens.of(at..at + 1).iter().copied().filter(counts), add);
            let bits = (from as u32, all.bits.len() as u32);
            let inverse_root = 1.0 / letters.sqrt();
            all.spans.push(BlockRun { ln_letters: ln(letters), inverse_root, missing: sum, bits, allowed });
        }
    }
    all
}

/// Calls `add` with each number of two sorted lists once, in order.
fn merge(one: &[u32], other: impl Iterator<Item = u32>, mut add: impl FnMut(u32)) {
    let mut other = other.peekable();
    for &number in one {
        while let Some(less) = other.next_if(|next| *next < number) {
            add(less);
        }
        other.next_if_eq(&number);
        add(number);
    }
    other.for_each(add);
}

fn push_bit(bits: &mut Vec<(u32, u64)>, from: usize, bit: u32) {
    let (word, mask) = (bit / 64, 1 << (bit % 64));
    match bits[from..].last_mut() {
        Some(last) if last.0 == word => last.1 |= mask,
        _ => bits.push((word, mask)),
    }
}

/// Returns the logarithm of the density of each block's length among all blocks of its text.
fn background(spans: &Spans) -> Vec<f64> {
    let singles = || spans.spans.iter().step_by(MOST).map(|span| span.ln_letters);
    let count = singles().count().max(1) as f64;
    let mean = singles().sum::<f64>() / count;
    let spread = (singles().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count).sqrt().max(0.35);
    let ln_spread = ln(spread);
    singles().map(|x| -0.5 * ((x - mean) / spread) * ((x - mean) / spread) - ln_spread).collect()
}
