//! Texts whose blocks correspond one to one, as most do: how certain each row is, without a table of all paths.
//!
//! Only paths near the diagonal are looked at. The likelihood of each row is divided by that of the rows of the
//! diagonal beside it, so that the diagonal is 1 and nothing needs a logarithm.

use std::ops::Range;

use super::exact::exp;
use super::score::Scorer;

/// A kind of row, by its numbers of blocks, and the logarithm of how often it occurs. In the order in which ties are
/// decided.
pub struct Move {
    pub original: usize,
    pub translation: usize,
    pub prior: f64,
}

pub const MOVES: [Move; 8] = [
    Move { original: 1, translation: 1, prior: -0.105_360_515_657_826_3 }, // ln 0.90
    Move { original: 1, translation: 0, prior: -3.352_407_217_492_719_5 }, // ln 0.035
    Move { original: 0, translation: 1, prior: -3.912_023_005_428_146 },   // ln 0.020
    Move { original: 2, translation: 1, prior: -2.733_368_009_000_064 },   // ln 0.065
    Move { original: 1, translation: 2, prior: -2.733_368_009_000_064 },   // ln 0.065
    Move { original: 3, translation: 1, prior: -5.521_460_917_862_246 },   // ln 0.004
    Move { original: 1, translation: 3, prior: -5.521_460_917_862_246 },   // ln 0.004
    Move { original: 2, translation: 2, prior: -6.214_608_098_422_191 },   // ln 0.002
];

/// If counts and kinds agree, all rows are one to one unless another path is better by this much. Without it, a
/// chance likeness would cost a plain text its order; with one to one taken blindly, an omission beside an addition
/// would stay hidden.
pub const PREFERENCE: f64 = 4.0;

/// How far paths may stray from the diagonal.
pub const WIDTH: usize = 2;

/// The cells of a line: those of the diagonal and beside it.
const CELLS: usize = 2 * WIDTH + 1;

/// Returns how probable each row of a text is that is one to one. `scores` are those rows' scores with their priors.
/// Returns `None` if another path is much better. No path strays from the diagonal by more than `width`.
pub fn posteriors(
    scorer: &Scorer,
    a: &Range<usize>,
    b: &Range<usize>,
    scores: &[f64],
    width: usize,
) -> Option<Vec<f64>> {
    let n = scores.len();
    let empty = [0.0; CELLS];
    let (mut forward, mut best) = (vec![empty; n + 4], vec![empty; n + 4]);
    let mut weights = vec![[[0.0; MOVES.len()]; CELLS]; n + 1];
    let gaps = [1, 2].map(|k: usize| exp(MOVES[k].prior));
    (forward[0][WIDTH], best[0][WIDTH]) = (1.0, 1.0);
    for i in 0..=n {
        for cell in WIDTH - width..=WIDTH + width {
            let Some(j) = (i + cell).checked_sub(WIDTH).filter(|j| *j <= n) else { continue };
            for (k, step) in MOVES.iter().enumerate() {
                let Some(end) = end(cell, step).filter(|end| end.abs_diff(WIDTH) <= width) else { continue };
                let (next, after) = (i + step.original, j + step.translation);
                if next > n || after > n {
                    continue;
                }
                let diagonal = || scores[i..next].iter().sum::<f64>();
                let weight = match k {
                    0 if cell == WIDTH => 1.0,
                    1 => gaps[0] * exp(-diagonal()),
                    2 => gaps[1],
                    _ => match scorer.score(a.start + i, step.original, b.start + j, step.translation) {
                        Some(score) => exp((step.prior + score - diagonal()).min(600.0)),
                        None => continue,
                    },
                };
                weights[i][cell][k] = weight;
                forward[next][end] += forward[i][cell] * weight;
                best[next][end] = f64::max(best[next][end], best[i][cell] * weight);
            }
        }
    }
    let (all, best) = (forward[n][WIDTH], best[n][WIDTH]);
    // A path that is so much better that its likelihood is no number, either.
    if !all.is_finite() || best > exp(PREFERENCE) {
        return None;
    }
    let mut backward = vec![empty; n + 4];
    backward[n][WIDTH] = 1.0;
    for i in (0..=n).rev() {
        for cell in (0..CELLS).rev() {
            let ends = MOVES.iter().zip(weights[i][cell]);
            let sum: f64 = ends
                .filter_map(|(step, weight)| end(cell, step).map(|end| weight * backward[i + step.original][end]))
                .sum();
            backward[i][cell] += sum;
        }
    }
    Some((0..n).map(|i| forward[i][WIDTH] * backward[i + 1][WIDTH] / all).collect())
}

/// Returns the cell in its line where a row ends that starts in a cell, if paths may stray so far.
fn end(cell: usize, step: &Move) -> Option<usize> {
    (cell + step.translation).checked_sub(step.original).filter(|end| *end < CELLS)
}
