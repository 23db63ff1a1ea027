//! The marks that fix an alignment in its texts, and where to write them. It returns the changed text, and must not
//! write files.

use std::ops::Range;

use super::block::{Block, BlockKind, Mark};
use super::row::{Alignment, Row};

/// A mark that a text needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeededMark {
    /// The index of the block.
    pub block: usize,
    pub mark: Mark,
}

/// The marks that two texts need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeededMarks {
    pub original: Vec<NeededMark>,
    pub translation: Vec<NeededMark>,
    /// The indices of rows that need marks but are too doubtful to be written without a person's decision.
    pub doubtful: Vec<usize>,
}

/// Rows below this confidence are for a person to decide. On real translations 3 % of rows are below, and they hold
/// 86 % of the wrong ones.
pub const CERTAIN: u8 = 90;

/// Returns the marks that two texts need: none for pairs of one block each, which the next alignment finds again, and
/// none where there are marks already.
pub fn needed(alignment: &Alignment) -> NeededMarks {
    let mut needed = NeededMarks::default();
    for (at, row) in alignment.rows.iter().enumerate().filter(|(_, row)| !row.marked && !is_pair(row)) {
        if row.confidence < CERTAIN {
            needed.doubtful.push(at);
            continue;
        }
        let marks = |blocks: &Range<u32>, others: &Range<u32>, alone: Mark| {
            let (mark, skip) = if others.is_empty() { (alone, 0) } else { (Mark::Joined, 1) };
            blocks.clone().skip(skip).map(move |block| NeededMark { block: block as usize, mark }).collect::<Vec<_>>()
        };
        needed.original.extend(marks(&row.original, &row.translation, Mark::Untranslated));
        needed.translation.extend(marks(&row.translation, &row.original, Mark::Added));
    }
    needed
}

fn is_pair(row: &Row) -> bool {
    row.original.len() == 1 && row.translation.len() == 1
}

/// Returns a body with marks, and how many were written. A title or summary cannot have one.
pub fn write(body: &str, blocks: &[Block], marks: &[NeededMark]) -> (String, usize) {
    let mut places: Vec<(usize, String)> =
        marks.iter().filter_map(|needed| place(body, blocks.get(needed.block)?, needed.mark)).collect();
    places.sort_by_key(|(at, _)| *at);
    let mut out = String::with_capacity(body.len() + places.len() * 16);
    let mut from = 0;
    for (at, mark) in &places {
        out.push_str(&body[from..*at]);
        out.push_str(mark);
        from = *at;
    }
    out.push_str(&body[from..]);
    (out, places.len())
}

/// Returns where a mark goes in the body, and what to write there: at the end of the last line of a text, and below
/// anything else, since a mark would become part of a table, a fence or the attributes of a heading.
fn place(body: &str, block: &Block, mark: Mark) -> Option<(usize, String)> {
    block.unit?;
    let comment = match mark {
        Mark::Joined => "<!--^-->",
        Mark::Untranslated => "<!--=-->",
        Mark::Added => "<!--+-->",
    };
    let end = block.source.start + body.get(block.source.clone())?.trim_end().len();
    Some(match block.kind {
        BlockKind::Paragraph | BlockKind::Item => (end, format!(" {comment}")),
        _ => (end, format!("\n\n{comment}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(original: Range<u32>, translation: Range<u32>, confidence: u8, marked: bool) -> Row {
        Row { original, translation, confidence, marked }
    }

    #[test]
    fn only_rows_that_are_not_pairs_need_marks() {
        let rows = vec![
            row(0..1, 0..1, 40, false),
            row(1..2, 1..1, 95, false),
            row(2..4, 1..2, 90, false),
            row(4..5, 2..5, 99, false),
            row(5..5, 5..7, 91, false),
            row(5..7, 7..8, 89, false),
            row(7..8, 8..8, 100, true),
        ];
        let found = needed(&Alignment { rows, refused: None });
        let list = |marks: &[NeededMark]| marks.iter().map(|n| (n.block, n.mark)).collect::<Vec<_>>();
        assert_eq!(list(&found.original), [(1, Mark::Untranslated), (3, Mark::Joined)]);
        let added = [(3, Mark::Joined), (4, Mark::Joined), (5, Mark::Added), (6, Mark::Added)];
        assert_eq!(list(&found.translation), added);
        assert_eq!(found.doubtful, [5]);
    }
}
