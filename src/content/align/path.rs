//! Finds the rows of two texts. It must not know marks or findings; `marks.rs` cuts the texts at marks.

use std::ops::Range;

pub use super::features::{Side, TokenKind};
pub use super::score::{RowEvidence, TokenEvidence};
pub use super::terms::TermPair;

use super::block::{Block, BlockKind};
use super::exact::{exp, ln};
use super::features::{TextFeatures, TokenScope, same_kind, script};
use super::lengths::{LengthScript, TextLength};
use super::plain::{self, MOVES, Move, PREFERENCE};
use super::row::{Alignment, AlignmentRefusal, Row};
use super::score::{self, Scorer};
use super::skeletons::are_comparable;
use super::terms::TermLexicon;

/// How far rows may stray from the diagonal: at least this many blocks.
const NARROWEST: usize = 20;
/// The most cells of the table, except where the narrowest band needs more.
const MOST_CELLS: usize = 200_000;

/// If counts and kinds agree and the score of every block with its counterpart is above `PLAIN`, only paths near the
/// diagonal are looked at, which is several times as fast. Measured: it changes no row.
const PLAIN: f64 = -2.0;

/// If counts and kinds agree and every row is this probable by lengths, addresses and numbers alone, nothing else is
/// read of the texts, which is several times as fast. Measured: of omissions that stand beside an addition, it hides one
/// in 200 that the rest would show. It changes no other row.
const SURE: f64 = 0.95;

/// The same for short texts whose counts or kinds differ, in percent. Measured: it changes no row.
const SURE_OF_UNEVEN: u8 = 98;

/// Texts of more blocks than `LONG` are first aligned in a band of this width. If the rows stay in its inner half, a
/// wider band finds the same (measured).
const LONG: usize = 24;
const FIRST_WIDTH: usize = 10;

/// The confidence of rows that were paired in order only.
const IN_ORDER: u8 = 50;

/// The fewest copied blocks for which a text is refused.
const FEWEST_COPIES: usize = 3;

/// Two texts with their features, ready to be aligned as a whole or in pieces.
#[derive(Debug)]
pub struct Pair {
    scorer: Scorer,
    refused: Option<AlignmentRefusal>,
}

impl Pair {
    /// Reads the features of both texts.
    pub fn new(original: Side, translation: Side, lexicon: &TermLexicon) -> Pair {
        let (text_a, text_b) = texts(original, translation, lexicon);
        let refused = (language(original.lang) != language(translation.lang) && is_copy(&text_a, &text_b))
            .then_some(AlignmentRefusal::Copies);
        Pair { scorer: Scorer::new(&text_a, &text_b, (original.lang, translation.lang)), refused }
    }

    /// Returns why the texts can only be paired in order.
    pub fn refused(&self) -> Option<AlignmentRefusal> {
        self.refused
    }

    /// Keeps rows from reaching across the places before these blocks of either text.
    pub fn cut(&mut self, original: &[usize], translation: &[usize]) {
        self.scorer.cut(original, translation);
    }
}

/// Reads the features of both texts: what to look for in one depends on the other.
fn texts(original: Side, translation: Side, lexicon: &TermLexicon) -> (TextFeatures, TextFeatures) {
    let (script_a, script_b) = (script(original.blocks), script(translation.blocks));
    let written = |lang, script| TextLength { lang, script, letters: 1.0 }.script();
    let (a, b) = (written(original.lang, script_a), written(translation.lang, script_b));
    let has_han = |script| matches!(script, LengthScript::Han | LengthScript::Kana);
    let shared = TokenScope {
        latin: a == LengthScript::Latin && b == LengthScript::Latin,
        han: has_han(a) && has_han(b),
        sound: are_comparable(a, b),
    };
    (
        TextFeatures::read(original, script_a, a, shared, &lexicon.original),
        TextFeatures::read(translation, script_b, b, shared, &lexicon.translation),
    )
}

/// Returns what speaks for each row and against it; `None` for a row with an empty side.
pub fn evidence(original: Side, translation: Side, lexicon: &TermLexicon, rows: &[Row]) -> Vec<Option<RowEvidence>> {
    let (text_a, text_b) = texts(original, translation, lexicon);
    score::evidence(&text_a, &text_b, (original.lang, translation.lang), rows)
}

fn language(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// Returns whether more than a quarter of the translation's prose is a copy of the original's.
fn is_copy(original: &TextFeatures, translation: &TextFeatures) -> bool {
    let is_prose = |kind| !matches!(kind, BlockKind::Code | BlockKind::Figure | BlockKind::Rule | BlockKind::Html);
    let prose = |text: &TextFeatures| -> Vec<u64> {
        text.blocks.iter().filter(|block| is_prose(block.kind)).map(|block| block.text).collect()
    };
    let mut originals = prose(original);
    originals.sort_unstable();
    let translations = prose(translation);
    let copies = translations.iter().filter(|hash| **hash != 0 && originals.binary_search(hash).is_ok()).count();
    copies >= FEWEST_COPIES && copies * 4 > translations.len()
}

/// Aligns a translation with its original.
pub fn align(original: Side, translation: Side, terms: &[TermPair]) -> Alignment {
    align_with(original, translation, &TermLexicon::new(terms))
}

/// Aligns a translation with its original, with terms that are prepared for many texts.
pub fn align_with(original: Side, translation: Side, lexicon: &TermLexicon) -> Alignment {
    if let Some(rows) = by_facts(original, translation) {
        return Alignment { rows, refused: None };
    }
    let pair = Pair::new(original, translation, lexicon);
    let rows = align_piece(&pair, 0..original.blocks.len(), 0..translation.blocks.len());
    Alignment { rows, refused: pair.refused }
}

/// Returns the rows of two texts if their lengths, addresses and numbers leave no doubt. Of most they do.
fn by_facts(original: Side, translation: Side) -> Option<Vec<Row>> {
    let (n, m) = (original.blocks.len(), translation.blocks.len());
    let blocks = || original.blocks.iter().zip(translation.blocks);
    let is_even = n == m && blocks().all(|(a, b)| same_kind(a.kind, b.kind));
    if !is_even && n.max(m) > LONG {
        return None;
    }
    let copies = match is_even {
        true => blocks().filter(|(a, b)| is_same_text(&a.text, &b.text)).count(),
        false => {
            let is_there = |b: &&Block| original.blocks.iter().any(|a| is_same_text(&a.text, &b.text));
            translation.blocks.iter().filter(is_there).count()
        }
    };
    // Where counts differ, a copied block shows where it belongs.
    if copies >= if is_even { FEWEST_COPIES } else { 1 } {
        return None;
    }
    let heads = blocks().take_while(|(a, b)| is_head(a.kind) && a.kind == b.kind).count();
    if n == heads || m == heads {
        return None;
    }
    let (text_a, text_b) = (TextFeatures::read_facts(original), TextFeatures::read_facts(translation));
    let scorer = Scorer::new(&text_a, &text_b, (original.lang, translation.lang));
    let mut rows: Vec<Row> = (0..heads).map(|at| row(at..at + 1, at..at + 1, 100)).collect();
    if is_even {
        let body = heads..n;
        let scores = plain_scores(&scorer, &body, &body, PLAIN)?;
        let posteriors = plain::posteriors(&scorer, &body, &body, &scores, 1)?;
        if posteriors.iter().any(|posterior| *posterior < SURE) {
            return None;
        }
        rows.extend(body.zip(posteriors).map(|(at, posterior)| row(at..at + 1, at..at + 1, percent(posterior))));
        return Some(rows);
    }
    between(&scorer, heads..n, heads..m, PLAIN, &mut rows);
    rows[heads..].iter().all(|row| row.confidence >= SURE_OF_UNEVEN).then_some(rows)
}

/// Returns whether two texts are the same but for white space and ASCII case.
fn is_same_text(a: &str, b: &str) -> bool {
    let letters = |text| str::chars(text).filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase());
    letters(a).eq(letters(b))
}

/// Aligns a piece of a pair: a range of the original's blocks with one of the translation's. The rows cover both.
pub fn align_piece(pair: &Pair, original: Range<usize>, translation: Range<usize>) -> Vec<Row> {
    piece(pair, original, translation, PLAIN)
}

/// Does the same without the shortcut for plain texts, to measure that it changes nothing.
pub fn align_piece_in_full(pair: &Pair, original: Range<usize>, translation: Range<usize>) -> Vec<Row> {
    piece(pair, original, translation, f64::INFINITY)
}

fn piece(pair: &Pair, original: Range<usize>, translation: Range<usize>, plain: f64) -> Vec<Row> {
    let (mut i, mut j) = (original.start, translation.start);
    let (kinds_a, kinds_b) = pair.scorer.kinds();
    let mut rows = Vec::with_capacity(original.len().max(translation.len()));
    // Titles and summaries correspond, if both texts have them.
    while i < original.end && j < translation.end && is_head(kinds_a[i]) && kinds_a[i] == kinds_b[j] {
        rows.push(row(i..i + 1, j..j + 1, 100));
        (i, j) = (i + 1, j + 1);
    }
    let (a, b) = (i..original.end, j..translation.end);
    if a.is_empty() || b.is_empty() {
        // Nothing to choose.
        rows.extend(a.map(|i| row(i..i + 1, j..j, 100)));
        rows.extend(b.map(|j| row(original.end..original.end, j..j + 1, 100)));
    } else if pair.refused.is_some() {
        in_order(a, b, &mut rows);
    } else {
        between(&pair.scorer, a, b, plain, &mut rows);
    }
    rows
}

/// Aligns blocks on both sides. Without the shortcuts, `plain` is infinite.
fn between(scorer: &Scorer, a: Range<usize>, b: Range<usize>, plain: f64, rows: &mut Vec<Row>) {
    let (n, m) = (a.len(), b.len());
    // Where a translation is much longer, the band must be as wide as one line's step.
    let whole = NARROWEST.max((n.max(m) / 4).min(MOST_CELLS / (2 * n))).max(m / n + 1);
    if let Some(scores) = plain_scores(scorer, &a, &b, plain) {
        match plain::posteriors(scorer, &a, &b, &scores, plain::WIDTH) {
            Some(posteriors) => {
                let certain = a.zip(b).zip(posteriors);
                rows.extend(certain.map(|((i, j), posterior)| row(i..i + 1, j..j + 1, percent(posterior))));
            }
            None => Table::new(scorer, a, b, plain::WIDTH).rows(rows),
        }
        return;
    }
    let from = rows.len();
    if plain < f64::INFINITY && m > LONG && m / n < 2 {
        Table::new(scorer, a.clone(), b.clone(), FIRST_WIDTH).rows(rows);
        let strays = |row: &Row| {
            let (i, j) = (row.original.end as usize - a.start, row.translation.end as usize - b.start);
            (i * m / n).abs_diff(j) > FIRST_WIDTH / 2
        };
        if !rows[from..].iter().any(strays) {
            return;
        }
        rows.truncate(from);
    }
    Table::new(scorer, a, b, whole).rows(rows);
}

fn is_head(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Title | BlockKind::Summary)
}

fn row(original: Range<usize>, translation: Range<usize>, confidence: u8) -> Row {
    let range = |range: Range<usize>| range.start as u32..range.end as u32;
    Row { original: range(original), translation: range(translation), confidence, marked: false }
}

/// Pairs blocks by position; what is left over on one side stands alone.
fn in_order(a: Range<usize>, b: Range<usize>, rows: &mut Vec<Row>) {
    for at in 0..a.len().max(b.len()) {
        let of = |range: &Range<usize>| (range.start + at).min(range.end)..(range.start + at + 1).min(range.end);
        rows.push(row(of(&a), of(&b), IN_ORDER));
    }
}

/// The table of all paths through a piece, within the band. Cell `(i, j)` is the point before block `i` of the original
/// and block `j` of the translation.
struct Table<'a> {
    scorer: &'a Scorer,
    a: Range<usize>,
    b: Range<usize>,
    /// The first cell of each line, and the range of `j` there.
    lines: Vec<BandLine>,
    /// The score of each row that starts in a cell, with its prior; minus infinity if there can be none.
    scores: Vec<[f64; MOVES.len()]>,
    /// The logarithm of the sum over all paths from the start to each cell, and the best of them.
    forward: Vec<f64>,
    best: Vec<f64>,
    /// The same sum from each cell to the end.
    backward: Vec<f64>,
}

#[derive(Clone, Copy)]
struct BandLine {
    cell: usize,
    low: usize,
    high: usize,
}

/// The columns of a line from which or to which there is a row of a kind that stays in the band, and what to add to a
/// column for the cell at its other end.
#[derive(Clone, Default)]
struct Reach {
    columns: Range<usize>,
    offset: usize,
}

impl Reach {
    fn cell(&self, j: usize) -> Option<usize> {
        self.columns.contains(&j).then(|| j.wrapping_add(self.offset))
    }
}

const NEVER: f64 = f64::NEG_INFINITY;

impl<'a> Table<'a> {
    /// Fills the table for paths that stray from the diagonal by at most `width` blocks.
    fn new(scorer: &'a Scorer, a: Range<usize>, b: Range<usize>, width: usize) -> Table<'a> {
        let (n, m) = (a.len(), b.len());
        let mut lines = Vec::with_capacity(n + 1);
        let mut cells = 0;
        for i in 0..=n {
            let middle = i * m / n;
            let line = BandLine { cell: cells, low: middle.saturating_sub(width), high: (middle + width).min(m) };
            cells += line.high - line.low + 1;
            lines.push(line);
        }
        let mut table = Table {
            scorer,
            a,
            b,
            lines,
            scores: vec![[NEVER; MOVES.len()]; cells],
            forward: vec![NEVER; cells],
            best: vec![NEVER; cells],
            backward: vec![NEVER; cells],
        };
        table.fill();
        table
    }

    /// Returns the index of a cell, if it is in the band.
    fn cell(&self, i: usize, j: usize) -> Option<usize> {
        let line = self.lines.get(i)?;
        (line.low <= j && j <= line.high).then(|| line.cell + j - line.low)
    }

    /// Returns for each kind of row where it ends that starts in a cell of line `i`.
    fn ends(&self, i: usize) -> [Reach; MOVES.len()] {
        std::array::from_fn(|k| {
            let Some(line) = self.lines.get(i + MOVES[k].original) else { return Reach::default() };
            let step = MOVES[k].translation;
            let end = (line.high + 1).saturating_sub(step);
            Reach { columns: line.low.saturating_sub(step)..end, offset: (line.cell + step).wrapping_sub(line.low) }
        })
    }

    /// Returns for each kind of row where it starts that ends in a cell of line `i`.
    fn starts(&self, i: usize) -> [Reach; MOVES.len()] {
        std::array::from_fn(|k| {
            let Some(i) = i.checked_sub(MOVES[k].original) else { return Reach::default() };
            let (line, step) = (self.lines[i], MOVES[k].translation);
            Reach { columns: line.low + step..line.high + 1 + step, offset: line.cell.wrapping_sub(line.low + step) }
        })
    }

    /// Returns the score of a row that starts in a cell and ends in the band.
    fn score(&self, i: usize, j: usize, step: &Move) -> f64 {
        if step.original == 0 || step.translation == 0 {
            return step.prior;
        }
        let (i, j) = (self.a.start + i, self.b.start + j);
        match self.scorer.score(i, step.original, j, step.translation) {
            Some(score) => step.prior + score,
            None => NEVER,
        }
    }

    fn fill(&mut self) {
        for i in 0..self.lines.len() {
            let BandLine { cell, low, high } = self.lines[i];
            let (starts, ends) = (self.starts(i), self.ends(i));
            for j in low..=high {
                let at = cell + j - low;
                let mut terms = [NEVER; MOVES.len()];
                let mut best = NEVER;
                for (k, reach) in starts.iter().enumerate() {
                    if let Some(start) = reach.cell(j) {
                        let score = self.scores[start][k];
                        terms[k] = self.forward[start] + score;
                        best = best.max(self.best[start] + score);
                    }
                }
                let origin = i == 0 && j == 0;
                self.forward[at] = if origin { 0.0 } else { ln_sum(&terms) };
                self.best[at] = if origin { 0.0 } else { best };
                for (k, step) in MOVES.iter().enumerate() {
                    if ends[k].cell(j).is_some() {
                        self.scores[at][k] = self.score(i, j, step);
                    }
                }
            }
        }
        for i in (0..self.lines.len()).rev() {
            let BandLine { cell, low, high } = self.lines[i];
            let ends = self.ends(i);
            for j in (low..=high).rev() {
                let at = cell + j - low;
                let mut terms = [NEVER; MOVES.len()];
                for (k, reach) in ends.iter().enumerate() {
                    if let Some(end) = reach.cell(j) {
                        terms[k] = self.scores[at][k] + self.backward[end];
                    }
                }
                let end = at + 1 == self.backward.len();
                self.backward[at] = if end { 0.0 } else { ln_sum(&terms) };
            }
        }
    }

    /// Returns the posterior of a row that starts in a cell.
    fn posterior(&self, at: usize, k: usize, end: usize) -> f64 {
        let all = self.forward[self.forward.len() - 1];
        let ln = self.forward[at] + self.scores[at][k] + self.backward[end] - all;
        // Far less than what decides between two paths is nothing.
        if ln < -40.0 { 0.0 } else { exp(ln.min(0.0)) }
    }

    fn rows(&self, rows: &mut Vec<Row>) {
        if self.prefers_one_to_one() {
            for i in 0..self.a.len() {
                let (Some(at), Some(end)) = (self.cell(i, i), self.cell(i + 1, i + 1)) else { continue };
                let (i, j) = (self.a.start + i, self.b.start + i);
                rows.push(row(i..i + 1, j..j + 1, percent(self.posterior(at, 0, end))));
            }
            return;
        }
        self.decode(rows);
    }

    /// Returns whether counts and kinds agree and no other path is much better than one to one.
    fn prefers_one_to_one(&self) -> bool {
        if !is_even(self.scorer, &self.a, &self.b) {
            return false;
        }
        let scores = (0..self.a.len()).filter_map(|i| self.cell(i, i)).map(|at| self.scores[at][0]);
        scores.sum::<f64>() + PREFERENCE >= self.best[self.best.len() - 1]
    }

    /// Takes the path on which the most blocks are expected to stand in right rows.
    fn decode(&self, rows: &mut Vec<Row>) {
        let mut gain = vec![NEVER; self.forward.len()];
        // The row that ends in each cell, and its posterior.
        let mut last = vec![(0u8, 0.0); self.forward.len()];
        gain[0] = 0.0;
        for i in 0..self.lines.len() {
            let BandLine { cell, low, high } = self.lines[i];
            let starts = self.starts(i);
            for j in low..=high {
                let at = cell + j - low;
                for (k, step) in MOVES.iter().enumerate() {
                    let Some(start) = starts[k].cell(j).filter(|&start| self.scores[start][k] > NEVER) else {
                        continue;
                    };
                    let posterior = self.posterior(start, k, at);
                    let sum = gain[start] + posterior * (step.original + step.translation) as f64;
                    if sum > gain[at] + 1e-9 {
                        (gain[at], last[at]) = (sum, (k as u8, posterior));
                    }
                }
            }
        }
        let from = rows.len();
        let (mut i, mut j) = (self.a.len(), self.b.len());
        while i > 0 || j > 0 {
            let Some(at) = self.cell(i, j) else { break };
            let (k, posterior) = last[at];
            let step = &MOVES[k as usize];
            (i, j) = (i - step.original, j - step.translation);
            let (x, y) = (self.a.start + i, self.b.start + j);
            rows.push(row(x..x + step.original, y..y + step.translation, percent(posterior)));
        }
        rows[from..].reverse();
    }
}

/// Returns whether counts and kinds agree.
fn is_even(scorer: &Scorer, a: &Range<usize>, b: &Range<usize>) -> bool {
    let (kinds_a, kinds_b) = scorer.kinds();
    a.len() == b.len() && a.clone().zip(b.clone()).all(|(i, j)| same_kind(kinds_a[i], kinds_b[j]))
}

/// Returns the scores of the rows, with their priors, if one to one leaves no doubt.
fn plain_scores(scorer: &Scorer, a: &Range<usize>, b: &Range<usize>, plain: f64) -> Option<Vec<f64>> {
    if plain == f64::INFINITY || !is_even(scorer, a, b) {
        return None;
    }
    let score = |(i, j)| Some(scorer.score(i, 1, j, 1)? + MOVES[0].prior).filter(|score| *score > plain);
    a.clone().zip(b.clone()).map(score).collect()
}

/// Returns a posterior in percent; only rows without an alternative have 100.
fn percent(posterior: f64) -> u8 {
    (posterior * 100.0).round().min(99.0) as u8
}

/// Returns the logarithm of the sum of what these are the logarithms of.
fn ln_sum(terms: &[f64]) -> f64 {
    let most = terms.iter().copied().fold(NEVER, f64::max);
    if most == NEVER {
        return NEVER;
    }
    // Anything below adds nothing to ten digits.
    let share = |&term: &f64| match term - most {
        0.0 => 1.0,
        less if less > -25.0 => exp(less),
        _ => 0.0,
    };
    let sum: f64 = terms.iter().map(share).sum();
    if sum == 1.0 { most } else { most + ln(sum) }
}
