//! Finds numbers, dates and percentages that differ in a row.

use std::borrow::Cow;

use super::block::Block;
use super::finding::{DOUBTFUL, Finding, NumberFinding, StatedNumber, Texts, What};
use super::row::Row;
use crate::content::quantity::compare::{Stated, Term, compare};
use crate::content::quantity::quantity::quantities;

/// Reports the quantities of a row that differ.
pub fn numbers(texts: &Texts, row: &Row, found: &mut Vec<Finding>) {
    let [original, translation] = texts.blocks(row);
    if original.is_empty() || translation.is_empty() || row.confidence < DOUBTFUL {
        return;
    }
    let [one, other] = [Joined::new(original), Joined::new(translation)];
    let has_digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit() || !byte.is_ascii());
    if !has_digits(&one.text) && !has_digits(&other.text) {
        return;
    }
    let [first, second] = [quantities(&one.text, texts.original.lang), quantities(&other.text, texts.translation.lang)];
    let stated = |text, quantities| Stated { text, quantities };
    for difference in compare(stated(&one.text, &first), stated(&other.text, &second)) {
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

/// The texts of the blocks on one side of a row, as one text.
struct Joined<'a> {
    text: Cow<'a, str>,
    /// Where each block starts.
    starts: Vec<usize>,
}

impl<'a> Joined<'a> {
    fn new(blocks: &'a [Block]) -> Joined<'a> {
        let ([first, ..], mut starts) = (blocks, vec![0]) else { return Joined { text: "".into(), starts: vec![0] } };
        let mut text = Cow::Borrowed(&*first.text);
        for block in &blocks[1..] {
            let text = text.to_mut();
            // Nothing continues from one block to the next.
            text.push('\n');
            starts.push(text.len());
            text.push_str(&block.text);
        }
        Joined { text, starts }
    }

    fn stated(&self, first: u32, term: Term) -> StatedNumber {
        let block = self.starts.partition_point(|start| *start <= term.at.start) - 1;
        let start = self.starts[block];
        StatedNumber { block: first + block as u32, at: term.at.start - start..term.at.end - start, value: term.value }
    }
}
