//! Marks as fixed points of an alignment.
//!
//! A block that is marked as untranslated or added is a row of its own, and no other row reaches across it. Blocks that
//! are joined by marks stay together. Everything else is left to the aligner, which sees joined blocks as one and the
//! marked gaps not at all. So marks are local: a paragraph that is inserted elsewhere changes none of the marked rows.

use super::block::{Block, BlockKind, Mark};
use super::path::{Pair, Side, TermPair, align_piece, align_with};
use super::row::{Alignment, Row};
use super::terms::TermLexicon;
use std::ops::Range;

/// The confidence of a row that the aligner would not have made.
const UNSUPPORTED: u8 = 50;

/// A mark that contradicts the rows or the other text. It has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkConflict {
    /// `=` in a translation.
    InTranslation,
    /// `+` in an original.
    InOriginal,
    /// `^` on the first block.
    NothingBefore,
    /// `^` after a block that is marked as a gap.
    AfterGap,
    /// `^` in a row for which the other text has no block left, because all are marked as gaps.
    NothingLeft,
    /// Any mark in a text without an original.
    NoOriginal,
}

/// A conflict, and the index of its block in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MarkProblem {
    pub in_original: bool,
    pub block: usize,
    pub conflict: MarkConflict,
}

/// Aligns a translation with its original, with the marks of both as fixed points.
pub fn align_texts(original: Side, translation: Side, terms: &[TermPair]) -> Alignment {
    align_texts_with(original, translation, &TermLexicon::new(terms))
}

/// Does the same with terms that are prepared for many texts.
pub fn align_texts_with(original: Side, translation: Side, lexicon: &TermLexicon) -> Alignment {
    let is_marked = |side: Side| side.blocks.iter().any(|block| block.mark.is_some());
    if !is_marked(original) && !is_marked(translation) {
        return align_with(original, translation, lexicon);
    }
    let sides = [MarkedText::new(original.blocks, true), MarkedText::new(translation.blocks, false)];
    let merged = [sides[0].merged(original.blocks), sides[1].merged(translation.blocks)];
    let mut pair =
        Pair::new(Side { blocks: &merged[0], ..original }, Side { blocks: &merged[1], ..translation }, lexicon);
    let [first, second] = sides.each_ref().map(MarkedText::cuts);
    pair.cut(&first, &second);
    let rows = align_piece(&pair, 0..merged[0].len(), 0..merged[1].len());
    let rows = without_lonely(rows, &sides);
    Alignment { rows: expanded(&rows, &sides), refused: pair.refused() }
}

/// Returns the marks that have no effect, in order: those of the original first.
pub fn mark_problems(original: &[Block], translation: &[Block]) -> Vec<MarkProblem> {
    let sides = [MarkedText::new(original, true), MarkedText::new(translation, false)];
    let mut problems = Vec::new();
    for (at, side) in sides.iter().enumerate() {
        let mut found = side.problems.clone();
        if sides[1 - at].groups.is_empty() {
            let joined = side.groups.iter().flat_map(|group| group.clone().skip(1));
            found.extend(joined.map(|block| (block, MarkConflict::NothingLeft)));
            found.sort_by_key(|(block, _)| *block);
        }
        problems.extend(found.into_iter().map(|(block, conflict)| MarkProblem {
            in_original: at == 0,
            block,
            conflict,
        }));
    }
    problems
}

/// A text in groups of joined blocks, without its gaps.
struct MarkedText {
    /// The blocks of each group.
    groups: Vec<Range<usize>>,
    /// The blocks that are gaps, each with the index of the group after it.
    gaps: Vec<(usize, usize)>,
    problems: Vec<(usize, MarkConflict)>,
}

impl MarkedText {
    fn new(blocks: &[Block], is_original: bool) -> MarkedText {
        let mut text = MarkedText { groups: Vec::new(), gaps: Vec::new(), problems: Vec::new() };
        let (gap, wrong) = match is_original {
            true => (Mark::Untranslated, MarkConflict::InOriginal),
            false => (Mark::Added, MarkConflict::InTranslation),
        };
        for (at, block) in blocks.iter().enumerate() {
            match block.mark {
                Some(mark) if mark == gap => {
                    text.gaps.push((at, text.groups.len()));
                    continue;
                }
                Some(Mark::Joined) => match text.groups.last_mut().filter(|group| group.end == at) {
                    Some(group) if !is_head(&blocks[group.start]) => {
                        group.end += 1;
                        continue;
                    }
                    _ if text.gaps.last().is_some_and(|(gap, _)| gap + 1 == at) => {
                        text.problems.push((at, MarkConflict::AfterGap));
                    }
                    _ => text.problems.push((at, MarkConflict::NothingBefore)),
                },
                Some(_) => text.problems.push((at, wrong)),
                None => {}
            }
            text.groups.push(at..at + 1);
        }
        text
    }

    /// Returns a block for each group.
    fn merged(&self, blocks: &[Block]) -> Vec<Block> {
        let block = |group: &Range<usize>| {
            let mut block = Block { mark: None, ..blocks[group.start].clone() };
            for more in &blocks[group.start + 1..group.end] {
                block.text.push('\n');
                block.text.push_str(&more.text);
                block.urls.extend(more.urls.iter().cloned());
                block.source.end = more.source.end;
            }
            block
        };
        self.groups.iter().map(block).collect()
    }

    fn is_joined(&self, groups: &Range<u32>) -> bool {
        self.groups[groups.start as usize..groups.end as usize].iter().any(|group| group.len() > 1)
    }

    fn has_gap_before(&self, group: u32) -> bool {
        self.gaps.binary_search_by_key(&(group as usize), |(_, after)| *after).is_ok()
    }

    /// Returns the groups that a gap is before.
    fn cuts(&self) -> Vec<usize> {
        self.gaps.iter().map(|(_, after)| *after).collect()
    }
}

/// Returns whether a block is a title or summary. Nothing is joined to them.
fn is_head(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Title | BlockKind::Summary)
}

/// Joins a row of joined blocks that the aligner left without a counterpart with a neighbour that has only that: the
/// author says that it has one.
fn without_lonely(rows: Vec<Row>, sides: &[MarkedText; 2]) -> Vec<Row> {
    let mut done: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(last) = done.last_mut() else {
            done.push(row);
            continue;
        };
        let halves = match () {
            () if last.translation.is_empty() && row.original.is_empty() => (&last.original, &row.translation),
            () if last.original.is_empty() && row.translation.is_empty() => (&row.original, &last.translation),
            () => (&(0..0), &(0..0)),
        };
        let joined = sides[0].is_joined(halves.0) || sides[1].is_joined(halves.1);
        // No gap may be between them.
        let apart = |side: usize, at: u32| sides[side].has_gap_before(at);
        if joined && !apart(0, row.original.start) && !apart(1, row.translation.start) {
            last.original = last.original.start..row.original.end;
            last.translation = last.translation.start..row.translation.end;
            last.confidence = last.confidence.min(row.confidence).min(UNSUPPORTED);
        } else {
            done.push(row);
        }
    }
    done
}

/// Returns the rows of blocks for the rows of groups, with the gaps at their places.
fn expanded(rows: &[Row], sides: &[MarkedText; 2]) -> Vec<Row> {
    let mut done = Vec::new();
    let mut gaps = sides.each_ref().map(|side| side.gaps.iter().peekable());
    let mut next = [0_u32; 2];
    // The end of the text comes after all rows.
    let ends = sides.each_ref().map(|side| side.groups.len() as u32);
    let last = Row { original: ends[0]..ends[0], translation: ends[1]..ends[1], confidence: 0, marked: false };
    for (row, is_last) in rows.iter().map(|row| (row, false)).chain([(&last, true)]) {
        let ranges = [&row.original, &row.translation];
        for side in [0, 1] {
            let due = |after: usize| is_last || !ranges[side].is_empty() && after as u32 <= ranges[side].start;
            while let Some((gap, _)) = gaps[side].next_if(|(_, after)| due(*after)) {
                let mut empty = next.map(|at| at..at);
                empty[side] = *gap as u32..*gap as u32 + 1;
                next[side] = empty[side].end;
                let [original, translation] = empty;
                done.push(Row { original, translation, confidence: 100, marked: true });
            }
        }
        if is_last {
            break;
        }
        let mut blocks = next.map(|at| at..at);
        for side in [0, 1] {
            let groups = &sides[side].groups;
            if let (Some(first), Some(end)) = (groups.get(ranges[side].start as usize), ranges[side].end.checked_sub(1))
                && !ranges[side].is_empty()
            {
                blocks[side] = first.start as u32..groups[end as usize].end as u32;
                next[side] = blocks[side].end;
            }
        }
        let [original, translation] = blocks;
        let marked = row.marked || sides[0].is_joined(&row.original) || sides[1].is_joined(&row.translation);
        done.push(Row { original, translation, confidence: row.confidence, marked });
    }
    done
}

#[cfg(test)]
mod tests {
    use super::super::block::Numbers;
    use super::*;
    use crate::content::align::path::align;
    use proptest::prelude::*;

    fn block(mark: Option<Mark>, at: usize) -> Block {
        let text = format!("Block {at} of {} words", at * at % 7);
        Block {
            kind: BlockKind::Paragraph,
            text,
            urls: Vec::new(),
            mark,
            unit: Some(at),
            source: at..at,
            numbers: Numbers::default(),
        }
    }

    /// Marks as `.`, `^`, `=`, `+`.
    fn text(marks: &str) -> Vec<Block> {
        let mark = |c| match c {
            '^' => Some(Mark::Joined),
            '=' => Some(Mark::Untranslated),
            '+' => Some(Mark::Added),
            _ => None,
        };
        marks.chars().enumerate().map(|(at, c)| block(mark(c), at)).collect()
    }

    fn rows(original: &[Block], translation: &[Block]) -> Vec<Row> {
        let side = |lang, blocks| Side { lang, blocks };
        align_texts(side("ja", original), side("en", translation), &[]).rows
    }

    fn shown(original: &str, translation: &str) -> String {
        let shown = |row: &Row| {
            let side = |range: &Range<u32>| range.clone().map(|at| at.to_string()).collect::<Vec<_>>().join(",");
            let mark = if row.marked { "!" } else { "" };
            format!("{}-{}{mark}", side(&row.original), side(&row.translation))
        };
        rows(&text(original), &text(translation)).iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn gaps_and_joined_blocks() {
        assert_eq!(shown(".=.", ".."), "0-0 1-! 2-1");
        assert_eq!(shown("..", ".+."), "0-0 -1! 1-2");
        assert_eq!(shown(".^.", ".."), "0,1-0! 2-1");
        assert_eq!(shown("..", ".^."), "0-0,1! 1-2");
        assert_eq!(shown(".^=", ".^+"), "0,1-0,1! 2-! -2!");
        assert_eq!(shown("=.=", "+.+"), "0-! -0! 1-1 2-! -2!");
        assert_eq!(shown("==", "++"), "0-! 1-! -0! -1!");
    }

    #[test]
    fn marks_that_contradict() {
        let found = |original: &str, translation: &str| {
            let problems = mark_problems(&text(original), &text(translation));
            problems.iter().map(|p| (p.in_original, p.block, p.conflict)).collect::<Vec<_>>()
        };
        assert_eq!(found(".=^", ".=+"), [(true, 2, MarkConflict::AfterGap), (false, 1, MarkConflict::InTranslation)]);
        assert_eq!(
            found("^+", "+^"),
            [
                (true, 0, MarkConflict::NothingBefore),
                (true, 1, MarkConflict::InOriginal),
                (false, 1, MarkConflict::AfterGap)
            ]
        );
        assert_eq!(found(".^", "+"), [(true, 1, MarkConflict::NothingLeft)]);
        assert_eq!(found(".^=", ".^+"), []);
        let mut titled = text(".^");
        titled[0].kind = BlockKind::Title;
        assert_eq!(mark_problems(&titled, &[]).len(), 1);
    }

    fn marks() -> impl Strategy<Value = String> {
        proptest::string::string_regex("[.=+^]{0,12}").unwrap()
    }

    fn joined(rows: &[Row], side: fn(&Row) -> &Range<u32>) -> Vec<u32> {
        rows.iter().flat_map(|row| side(row).clone()).collect()
    }

    proptest! {
        /// No block is lost or doubled, whatever the marks, and the order never changes.
        #[test]
        fn whole_and_in_order((original, translation) in (marks(), marks())) {
            let rows = rows(&text(&original), &text(&translation));
            prop_assert_eq!(joined(&rows, |row| &row.original), (0..original.len() as u32).collect::<Vec<_>>());
            prop_assert_eq!(joined(&rows, |row| &row.translation), (0..translation.len() as u32).collect::<Vec<_>>());
            for pair in rows.windows(2) {
                prop_assert_eq!(pair[0].original.end, pair[1].original.start);
                prop_assert_eq!(pair[0].translation.end, pair[1].translation.start);
            }
            prop_assert!(rows.iter().all(|row| !row.original.is_empty() || !row.translation.is_empty()));
        }

        /// What authors say holds: gaps are rows of their own, and joined blocks are in one row.
        #[test]
        fn obeyed((original, translation) in (marks(), marks())) {
            let texts = [text(&original), text(&translation)];
            let rows = rows(&texts[0], &texts[1]);
            let problems = mark_problems(&texts[0], &texts[1]);
            for (side, blocks) in texts.iter().enumerate() {
                let range = |row: &Row| if side == 0 { row.original.clone() } else { row.translation.clone() };
                let row_of = |at: usize| rows.iter().position(|row| range(row).contains(&(at as u32)));
                for (at, block) in blocks.iter().enumerate() {
                    let refused = problems.iter().any(|p| p.in_original == (side == 0) && p.block == at
                        && p.conflict != MarkConflict::NothingLeft);
                    let row = &rows[row_of(at).unwrap()];
                    match block.mark {
                        None => {}
                        Some(_) if refused => {}
                        Some(Mark::Joined) => {
                            prop_assert_eq!(row_of(at), row_of(at - 1));
                            prop_assert!(row.marked);
                        }
                        Some(_) => {
                            prop_assert_eq!(row.original.len() + row.translation.len(), 1);
                            prop_assert!(row.marked && row.confidence == 100);
                        }
                    }
                }
            }
        }

        /// Blocks inserted above leave the marked blocks in the same rows of their text.
        #[test]
        fn marks_survive_edits((original, translation, more) in (marks(), marks(), "[.]{1,3}")) {
            let moved = more.len() as u32;
            let gaps = |rows: &[Row], by: u32| -> Vec<u32> {
                let gaps = rows.iter().filter(|row| row.marked && row.translation.is_empty() && row.original.len() == 1);
                gaps.map(|row| row.original.start + by).collect()
            };
            // A mark on the first block says something else after an insertion.
            prop_assume!(!original.starts_with('^'));
            let before = rows(&text(&original), &text(&translation));
            let after = rows(&text(&(more + &original)), &text(&translation));
            prop_assert_eq!(gaps(&before, moved), gaps(&after, 0));
        }

        /// Texts without marks are aligned as if there were none.
        #[test]
        fn without_marks((n, m) in (0_usize..12, 0_usize..12)) {
            let (original, translation) = (text(&".".repeat(n)), text(&".".repeat(m)));
            let side = |blocks| Side { lang: "en", blocks };
            prop_assert_eq!(
                align_texts(side(&original), side(&translation), &[]),
                align(side(&original), side(&translation), &[])
            );
        }
    }
}
