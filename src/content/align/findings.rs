//! What a translation and its original show when they stand side by side: blocks without a counterpart, blocks that
//! are too long or too short for theirs, kinds that differ, and texts in another language than they state.
//!
//! A finding is only what an editor should look at. What translators rightly do gives none.

use std::ops::Range;

use super::block::{Block, BlockKind};
use super::language_guess::{Evidence, Guess, contradicts, same_language};
use super::path::Side;
use super::row::{Alignment, Row};

/// How much of its original a translation is expected to cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All of it.
    Full,
    /// The article does not say.
    Unstated,
    /// Parts of it.
    Partial,
    /// It tells the contents in its own words: a summary, a gist, a digest.
    Retold,
}

/// One finding, with the blocks of both texts that it concerns. An empty range is the place between two blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub original: Range<u32>,
    pub translation: Range<u32>,
    pub what: What,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The translation has nothing for these blocks of the original.
    Untranslated,
    /// The original has nothing for these blocks of the translation.
    Added,
    /// More text than the original can account for, in percent of what is usual.
    TooLong(u32),
    /// Less text than the original calls for, in percent of what is usual.
    TooShort(u32),
    /// Two blocks of kinds that do not correspond.
    Kinds(BlockKind, BlockKind),
    /// An image of the original that the row's translation lacks.
    MissingImage(Box<str>),
    /// Some pairs of blocks are uncertain.
    Doubtful { rows: u32 },
    /// Too many blocks are copies of the original for an alignment.
    Copies,
    /// A text is not in the language that it states.
    WrongLanguage(Role, Guess),
    /// Each text is in the language that the other states.
    Exchanged,
    /// The translation is in the language of its original.
    LeftInOriginal(Guess),
    /// Blocks of the translation are in the language of the original.
    BlocksLeftInOriginal,
}

/// One of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Original,
    Translation,
}

/// The least confidence of a row, in percent, at which a missing counterpart is reported.
const SURE: u8 = 70;
/// The confidence of rows that are called uncertain.
const DOUBTFUL: u8 = 50;
/// The share of the original, in percent of its letters, that must be translated before a gap looks like an oversight.
const NEARLY_ALL: u64 = 70;

/// Returns the findings of two aligned texts, in the order of the translation; those of a whole text come first.
pub fn findings(original: Side, translation: Side, alignment: &Alignment, coverage: Coverage) -> Vec<Finding> {
    let mut found = Vec::new();
    if languages(original, translation, alignment, &mut found) {
        return found;
    }
    if alignment.refused.is_some() {
        if found.is_empty() {
            found.push(of_all(original, translation, What::Copies));
        }
        return found;
    }
    let texts = Texts::new(original, translation);
    doubts(&texts, alignment, &mut found);
    if coverage != Coverage::Retold {
        gaps(&texts, alignment, coverage, &mut found);
        texts.lengths(&alignment.rows, coverage, &mut found);
        for row in &alignment.rows {
            kinds(&texts, row, &mut found);
        }
    }
    let whole = |finding: &Finding| !matches!(finding.what, What::Doubtful { .. });
    found.sort_by_key(|finding| (whole(finding), finding.translation.start, finding.original.start));
    found
}

fn of_all(original: Side, translation: Side, what: What) -> Finding {
    Finding { original: 0..original.blocks.len() as u32, translation: 0..translation.blocks.len() as u32, what }
}

/// Reports texts and blocks in a language that they should not be in. Returns whether the whole translation is, so that
/// nothing else can be said of it.
fn languages(original: Side, translation: Side, alignment: &Alignment, found: &mut Vec<Finding>) -> bool {
    let parts: Vec<Evidence> = translation.blocks.iter().map(|block| Evidence::of(prose(block))).collect();
    let [of_original, of_translation] =
        [whole(original.blocks.iter().take(24).map(|block| Evidence::of(prose(block)))), whole(parts.iter().cloned())];
    let wrong = of_translation.filter(|guess| contradicts(*guess, translation.lang));
    let wrong_original = of_original.filter(|guess| contradicts(*guess, original.lang));
    match (wrong_original, wrong) {
        (Some(first), Some(second)) if !contradicts(first, translation.lang) && !contradicts(second, original.lang) => {
            found.push(of_all(original, translation, What::Exchanged));
            return true;
        }
        (_, Some(guess)) if wrong == of_original || !contradicts(guess, original.lang) => {
            found.push(of_all(original, translation, What::LeftInOriginal(guess)));
            return true;
        }
        _ => {}
    }
    for (role, guess) in [(Role::Original, wrong_original), (Role::Translation, wrong)] {
        found.extend(guess.map(|guess| of_all(original, translation, What::WrongLanguage(role, guess))));
    }
    if wrong.is_none() && !same_language(original.lang, translation.lang) {
        for row in &alignment.rows {
            left_in_original(original, translation, row, &parts, found);
        }
    }
    wrong.is_some()
}

fn whole(parts: impl Iterator<Item = Evidence>) -> Option<Guess> {
    let mut all = Evidence::default();
    parts.for_each(|part| all.add(&part));
    all.guess()
}

/// Returns the text of a block if its words should be in the language of its text.
fn prose(block: &Block) -> &str {
    use BlockKind::*;
    match block.kind {
        Title | Summary | Heading(_) | Paragraph | Item | Callout if !is_quotation(&block.text) => &block.text,
        _ => "",
    }
}

/// Returns whether a text is in quotation marks or brackets from its first character to its last.
fn is_quotation(text: &str) -> bool {
    const PAIRS: [(char, char); 13] = [
        ('"', '"'),
        ('“', '”'),
        ('„', '“'),
        ('„', '”'),
        ('«', '»'),
        ('»', '«'),
        ('「', '」'),
        ('『', '』'),
        ('‘', '’'),
        ('(', ')'),
        ('（', '）'),
        ('[', ']'),
        ('【', '】'),
    ];
    let text = text.trim().trim_end_matches(['.', ',', '。', '،', '.']);
    PAIRS.iter().any(|(open, close)| text.starts_with(*open) && text.ends_with(*close))
}

/// Reports the blocks of a row's translation that are in the language of the original.
fn left_in_original(original: Side, translation: Side, row: &Row, parts: &[Evidence], found: &mut Vec<Finding>) {
    for at in row.translation.clone() {
        let (block, evidence) = (&translation.blocks[at as usize], &parts[at as usize]);
        let foreign = evidence
            .guess()
            .is_some_and(|guess| contradicts(guess, translation.lang) && !contradicts(guess, original.lang));
        let copied = || {
            let same = |other: u32| original.blocks[other as usize].text.trim() == block.text.trim();
            ends_a_sentence(&block.text)
                && evidence.leans_to(original.lang, translation.lang)
                && row.original.clone().any(same)
        };
        if foreign || copied() {
            match found.last_mut() {
                Some(Finding { translation, original, what: What::BlocksLeftInOriginal }) if translation.end == at => {
                    translation.end = at + 1;
                    original.end = row.original.end.max(original.end);
                }
                _ => found.push(Finding {
                    original: row.original.clone(),
                    translation: at..at + 1,
                    what: What::BlocksLeftInOriginal,
                }),
            }
        }
    }
}

fn ends_a_sentence(text: &str) -> bool {
    let text =
        text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '»' | '」' | '』' | ')' | '）'));
    text.ends_with(['.', '!', '?', '。', '！', '？', '．', '؟', '۔', '।', '…', '։', '。', '：', ':'])
}

/// Both texts, with the number of letters and digits in each block.
struct Texts<'a> {
    original: Side<'a>,
    translation: Side<'a>,
    letters: [Vec<u32>; 2],
}

impl<'a> Texts<'a> {
    fn new(original: Side<'a>, translation: Side<'a>) -> Texts<'a> {
        let letters = |side: Side| side.blocks.iter().map(|block| letters(&block.text)).collect();
        Texts { letters: [letters(original), letters(translation)], original, translation }
    }

    fn of(&self, row: &Row) -> [u64; 2] {
        let sum = |side: usize, at: &Range<u32>| -> u64 {
            self.letters[side][at.start as usize..at.end as usize].iter().map(|count| u64::from(*count)).sum()
        };
        [sum(0, &row.original), sum(1, &row.translation)]
    }

    /// Reports rows of which one side is much too long for the other. A sentence that moved to the next row makes one
    /// row long and the other short, which together are as usual.
    fn lengths(&self, rows: &[Row], coverage: Coverage, found: &mut Vec<Finding>) {
        let Some(law) = LengthLaw::of(self.original.lang, self.translation.lang) else { return };
        let measured: Vec<Option<[u64; 2]>> = rows.iter().map(|row| self.is_text(row).then(|| self.of(row))).collect();
        let law = law.shifted(measured.iter().flatten());
        for (at, row) in rows.iter().enumerate() {
            let Some(lengths) = measured[at].filter(|lengths| law.is_unusual(*lengths)) else { continue };
            let together = |other: Option<usize>| {
                let other = other.and_then(|other| *measured.get(other)?)?;
                Some(!law.is_suspicious([lengths[0] + other[0], lengths[1] + other[1]]))
            };
            if row.confidence < SURE || [at.checked_sub(1), Some(at + 1)].into_iter().any(|n| together(n) == Some(true))
            {
                continue;
            }
            let usual = law.usual(lengths[0]);
            let percent = ((lengths[1] as f64 / usual * 100.0).round() as u32).max(1);
            let what = match percent > 100 {
                true => What::TooLong(percent),
                false if coverage == Coverage::Partial => continue,
                false => What::TooShort(percent),
            };
            found.push(Finding { original: row.original.clone(), translation: row.translation.clone(), what });
        }
    }

    /// Returns whether both sides of a row are running text.
    fn is_text(&self, row: &Row) -> bool {
        use BlockKind::*;
        let text = |block: &Block| matches!(block.kind, Paragraph | Item | Quote | Callout);
        let [original, translation] = self.blocks(row);
        !original.is_empty() && !translation.is_empty() && original.iter().chain(translation).all(text)
    }

    fn blocks(&self, row: &Row) -> [&'a [Block]; 2] {
        let of = |side: Side<'a>, at: &Range<u32>| &side.blocks[at.start as usize..at.end as usize];
        [of(self.original, &row.original), of(self.translation, &row.translation)]
    }
}

/// Returns the number of letters and digits.
fn letters(text: &str) -> u32 {
    text.chars().filter(|c| if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() }).count() as u32
}

/// How long a translation usually is: the logarithm of the ratio of letters has this mean and variance.
#[derive(Clone, Copy)]
struct LengthLaw {
    mean: f64,
    constant: f64,
    by_length: f64,
}

impl LengthLaw {
    fn of(_original: &str, _translation: &str) -> Option<LengthLaw> {
        None
    }

    /// Moves the mean towards that of the document: translators differ in how many words they need.
    fn shifted<'a>(self, rows: impl Iterator<Item = &'a [u64; 2]>) -> LengthLaw {
        let long = rows.filter(|[one, other]| *one >= 20 && *other >= 20);
        let mut off: Vec<f64> = long.map(|[one, other]| (*other as f64 / *one as f64).ln() - self.mean).collect();
        if off.len() < 5 {
            return self;
        }
        off.sort_by(f64::total_cmp);
        LengthLaw { mean: self.mean + off[off.len() / 2].clamp(-0.4, 0.4), ..self }
    }

    /// Returns how many letters are usual for `original` letters.
    fn usual(self, original: u64) -> f64 {
        original as f64 * self.mean.exp()
    }

    /// Returns how many standard deviations the lengths are off.
    fn deviation(self, [original, translation]: [u64; 2]) -> f64 {
        let (one, other) = (original.max(1) as f64, translation.max(1) as f64);
        let variance = 0.93 * (self.constant + self.by_length / (one * other).sqrt());
        ((other / one).ln() - self.mean) / variance.sqrt()
    }

    fn is_unusual(self, lengths: [u64; 2]) -> bool {
        let off = (lengths[1] as f64 - self.usual(lengths[0])).abs();
        // As many letters of the longer text.
        off.max(off / self.mean.exp()) >= 40.0 && self.deviation(lengths).abs() > 4.0
    }

    fn is_suspicious(self, lengths: [u64; 2]) -> bool {
        self.deviation(lengths).abs() > 3.0
    }
}

/// Reports that pairs are uncertain, if enough are.
fn doubts(texts: &Texts, alignment: &Alignment, found: &mut Vec<Finding>) {
    let doubtful = |row: &&Row| row.confidence < DOUBTFUL && !row.marked;
    let rows = alignment.rows.iter().filter(doubtful).count();
    if rows >= 3 && rows * 10 >= alignment.rows.len() {
        let first = alignment.rows.iter().find(doubtful);
        found.extend(first.map(|row| Finding {
            original: row.original.start..texts.original.blocks.len() as u32,
            translation: row.translation.start..texts.translation.blocks.len() as u32,
            what: What::Doubtful { rows: rows as u32 },
        }));
    }
}

/// Reports blocks without a counterpart. Neighbours are one finding.
fn gaps(texts: &Texts, alignment: &Alignment, coverage: Coverage, found: &mut Vec<Finding>) {
    let paired = |row: &&Row| !row.original.is_empty() && !row.translation.is_empty();
    let covered: u64 = alignment.rows.iter().filter(paired).map(|row| texts.of(row)[0]).sum();
    let marked: u64 = alignment.rows.iter().filter(|row| row.marked && !paired(row)).map(|row| texts.of(row)[0]).sum();
    let all: u64 = texts.letters[0].iter().map(|count| u64::from(*count)).sum();
    if coverage == Coverage::Unstated && covered * 100 < all.saturating_sub(marked) * NEARLY_ALL {
        return;
    }
    for row in alignment.rows.iter().filter(|row| !paired(row) && !row.marked && row.confidence >= SURE) {
        let missing = row.translation.is_empty();
        if missing && coverage == Coverage::Partial {
            continue;
        }
        let [original, translation] = texts.blocks(row);
        let (blocks, lang, side) = match missing {
            true => (original, texts.original.lang, 0),
            false => (translation, texts.translation.lang, 1),
        };
        let counts = &texts.letters[side];
        let start = if missing { row.original.start } else { row.translation.start } as usize;
        let worth = |(n, block): (usize, &Block)| is_worth_telling(block, counts[start + n], lang, missing, coverage);
        if !blocks.iter().enumerate().any(worth) {
            continue;
        }
        let what = if missing { What::Untranslated } else { What::Added };
        match found.last_mut().filter(|last| last.what == what) {
            Some(last) if last.original.end == row.original.start && last.translation.end == row.translation.start => {
                last.original.end = row.original.end;
                last.translation.end = row.translation.end;
            }
            _ => found.push(Finding { original: row.original.clone(), translation: row.translation.clone(), what }),
        }
    }
}

/// Returns whether an editor would miss a block without a counterpart. Bylines, captions and the like come and go with
/// the newspaper; a translator's remark in brackets shows itself.
fn is_worth_telling(block: &Block, letters: u32, lang: &str, missing: bool, coverage: Coverage) -> bool {
    use BlockKind::*;
    let dense = ["ja", "zh", "ko", "yue"].contains(&lang.split('-').next().unwrap_or_default());
    let short = letters < if dense { 15 } else { 30 } && !ends_a_sentence(&block.text);
    match block.kind {
        Title | Summary | Rule => false,
        Html | Figure => letters > 0 && missing && coverage == Coverage::Full,
        _ if !missing && is_quotation(&block.text) && !block.text.starts_with(['"', '“', '„', '«', '「']) => {
            false
        }
        _ if coverage == Coverage::Full && missing => letters > 0,
        _ => !short,
    }
}

/// Reports kinds that do not correspond, and images that are missing.
fn kinds(texts: &Texts, row: &Row, found: &mut Vec<Finding>) {
    let [original, translation] = texts.blocks(row);
    let mut report = |what| {
        found.push(Finding { original: row.original.clone(), translation: row.translation.clone(), what });
    };
    if let ([one], [other]) = (original, translation)
        && row.confidence >= 90
        && class(one.kind).zip(class(other.kind)).is_some_and(|(one, other)| one != other)
    {
        return report(What::Kinds(one.kind, other.kind));
    }
    let images = |blocks: &'_ [Block]| blocks.iter().flat_map(|block| &block.urls).filter(|url| is_image(url)).count();
    if row.confidence >= 90 && !translation.is_empty() && images(original) > images(translation) {
        let shown = |url: &str| translation.iter().any(|block| block.urls.iter().any(|other| &**other == url));
        let missing = original.iter().flat_map(|block| &block.urls).find(|url| is_image(url) && !shown(url));
        if let Some(url) = missing {
            report(What::MissingImage(url.clone()));
        }
    }
}

/// Returns the class of kinds that may stand beside each other.
fn class(kind: BlockKind) -> Option<u8> {
    use BlockKind::*;
    Some(match kind {
        Paragraph | Item | Quote | Callout => 1,
        Heading(_) => 2,
        Table => 3,
        Figure => 4,
        Code => 5,
        Rule => 6,
        // It may show anything.
        Html => return None,
        Title => 7,
        Summary => 8,
    })
}

fn is_image(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let known = ["avif", "gif", "jpeg", "jpg", "png", "svg", "webp"];
    known.iter().any(|known| extension.eq_ignore_ascii_case(known))
}
