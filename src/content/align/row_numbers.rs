//! Finds numbers, dates and percentages that differ in a row. `content/quantity/compare.rs` decides which quantities
//! differ.

use std::borrow::Cow;

use super::block::Block;
use super::finding::{DOUBTFUL, Finding, NumberFinding, StatedNumber, Texts, What};
use super::row::Row;
use crate::content::quantity::compare::{Level, StatedQuantity, TextQuantities, compare};
use crate::content::quantity::quantity::Quantity;

/// Reports the quantities of a row that differ.
pub fn numbers(texts: &Texts, row: &Row, found: &mut Vec<Finding>) {
    let [original, translation] = texts.blocks(row);
    if original.is_empty() || translation.is_empty() || row.confidence < DOUBTFUL {
        return;
    }
    let [one, other] =
        [JoinedBlocks::new(original, texts.original.lang), JoinedBlocks::new(translation, texts.translation.lang)];
    for mut difference in compare(one.as_stated(), other.as_stated()) {
        if difference.translation.as_ref().is_some_and(|term| is_inserted(&other.text, term)) {
            difference.level = Level::Note;
        }
        found.push(Finding {
            original: row.original.clone(),
            translation: row.translation.clone(),
            what: What::Number(NumberFinding {
                level: difference.level,
                original: difference.original.map(|term| one.stated(row.original.start, term)),
                translation: difference.translation.map(|term| other.stated(row.translation.start, term)),
            }),
        });
    }
}

/// Returns whether a translator put a quantity into the text, in square brackets.
fn is_inserted(text: &str, term: &StatedQuantity) -> bool {
    let (before, after) = (&text[..term.at.start], &text[term.at.end..]);
    let open = before.rfind(['[', ']', '\n']).is_some_and(|at| before[at..].starts_with('['));
    open && after.find(['[', ']', '\n']).is_some_and(|at| after[at..].starts_with(']'))
}

/// The blocks on one side of a row, as one text.
struct JoinedBlocks<'a> {
    text: Cow<'a, str>,
    quantities: Cow<'a, [Quantity]>,
    /// Where each block starts.
    starts: Vec<usize>,
}

impl<'a> JoinedBlocks<'a> {
    fn new(blocks: &'a [Block], lang: &str) -> JoinedBlocks<'a> {
        if let [block] = blocks {
            let (text, quantities) = (Cow::Borrowed(&*block.text), Cow::Borrowed(block.quantities(lang)));
            return JoinedBlocks { text, quantities, starts: vec![0] };
        }
        let (mut text, mut quantities, mut starts) = (String::new(), Vec::new(), Vec::new());
        for block in blocks {
            let start = text.len();
            starts.push(start);
            text.push_str(&block.text);
            text.push('\n');
            let moved = |quantity: &Quantity| Quantity {
                at: quantity.at.start + start..quantity.at.end + start,
                ..quantity.clone()
            };
            quantities.extend(block.quantities(lang).iter().map(moved));
        }
        JoinedBlocks { text: text.into(), quantities: quantities.into(), starts }
    }

    fn as_stated(&self) -> TextQuantities<'_> {
        TextQuantities { text: &self.text, quantities: &self.quantities }
    }

    fn stated(&self, first: u32, term: StatedQuantity) -> StatedNumber {
        let block = self.starts.partition_point(|start| *start <= term.at.start) - 1;
        let start = self.starts[block];
        StatedNumber { block: first + block as u32, at: term.at.start - start..term.at.end - start, value: term.value }
    }
}
