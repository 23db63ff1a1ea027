//! Finds rows of which one side is much too long for the other. It compares numbers of letters, and reads no words.

use super::block::{Block, BlockKind};
use super::exact::{exp, ln};
use super::finding::{Coverage, DOUBTFUL, Finding, Texts, What};
use super::lengths::{Lengths, TextLength, lengths};
use super::path::Side;
use super::row::Row;

/// Reports rows of which one side is much too long for the other. A sentence that moved to the next row makes one
/// row long and the other short, which together are as usual.
pub fn row_lengths(texts: &Texts, rows: &[Row], coverage: Coverage, found: &mut Vec<Finding>) {
    let sum = |side: usize| texts.letters[side].iter().map(|count| f64::from(*count)).sum();
    let law = LengthLaw(lengths(measure(texts.original, sum(0)), measure(texts.translation, sum(1))));
    let measured: Vec<Option<[u64; 2]>> = rows.iter().map(|row| is_text(texts, row).then(|| texts.of(row))).collect();
    let law = law.shifted(measured.iter().flatten());
    for (at, row) in rows.iter().enumerate() {
        let Some(lengths) = measured[at].filter(|lengths| law.is_unusual(*lengths)) else { continue };
        let moved = |other: Option<usize>| {
            let other = other.and_then(|other| *measured.get(other)?);
            other.is_some_and(|other| law.make_up(lengths, other))
        };
        if row.confidence < DOUBTFUL || moved(at.checked_sub(1)) || moved(Some(at + 1)) {
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

fn measure(side: Side<'_>, letters: f64) -> TextLength<'_> {
    TextLength { lang: side.lang, script: None, letters }
}

/// Returns whether both sides of a row are running text.
fn is_text(texts: &Texts, row: &Row) -> bool {
    use BlockKind::*;
    let text = |block: &Block| matches!(block.kind, Paragraph | Item | Quote | Callout);
    let [original, translation] = texts.blocks(row);
    !original.is_empty() && !translation.is_empty() && original.iter().chain(translation).all(text)
}

/// How long a translation usually is.
#[derive(Clone, Copy)]
struct LengthLaw(Lengths);

impl LengthLaw {
    /// Moves the mean towards that of the document: translators differ in how many words they need.
    fn shifted<'a>(self, rows: impl Iterator<Item = &'a [u64; 2]>) -> LengthLaw {
        let long = rows.filter(|[one, other]| *one >= 20 && *other >= 20);
        let mut off: Vec<f64> = long.map(|[one, other]| ln(*other as f64 / *one as f64) - self.0.mean).collect();
        if off.len() < 5 {
            return self;
        }
        off.sort_by(f64::total_cmp);
        LengthLaw(Lengths { mean: self.0.mean + off[off.len() / 2].clamp(-0.4, 0.4), ..self.0 })
    }

    /// Returns how many letters are usual for `original` letters.
    fn usual(self, original: u64) -> f64 {
        original as f64 * exp(self.0.mean)
    }

    /// Returns how many standard deviations the lengths are off.
    fn deviation(self, [original, translation]: [u64; 2]) -> f64 {
        let (one, other) = (original.max(1) as f64, translation.max(1) as f64);
        let variance = 0.93 * (self.0.spread + self.0.noise / (one * other).sqrt());
        (ln(other / one) - self.0.mean) / variance.sqrt()
    }

    fn is_unusual(self, lengths: [u64; 2]) -> bool {
        let off = (lengths[1] as f64 - self.usual(lengths[0])).abs();
        // As many letters of the longer text.
        off.max(off / exp(self.0.mean)) >= 40.0 && self.deviation(lengths).abs() > 4.0
    }

    /// Returns whether two neighbouring rows are off in opposite directions and as usual together.
    fn make_up(self, one: [u64; 2], other: [u64; 2]) -> bool {
        let (first, second) = (self.deviation(one), self.deviation(other));
        let together = self.deviation([one[0] + other[0], one[1] + other[1]]);
        first * second < 0.0 && second.abs() > 1.5 && together.abs() < 3.0
    }
}
