//! Words the problems of marks: why a mark has no effect, and why a block cannot have an id. `content` finds them,
//! except marks of a text without an original.

use std::ops::Range;
use std::sync::Arc;

use crate::base::diag::{Diagnostic, Diagnostics, Span};
use crate::base::problem;
use crate::content::align::marks::MarkConflict;
use crate::content::markdown::{BlockIdMistake, MarkMistake, RenderedBody};

/// Converts a mark that belongs to no block.
pub fn misplaced(at: Span, written: &str, mistake: MarkMistake) -> Diagnostic {
    let (why, label, help) = match mistake {
        MarkMistake::First => (
            "no block is before it",
            "expected at the end of a paragraph, or on a line of its own below a block",
            "move it to the end of the block that it is about",
        ),
        MarkMistake::Within => (
            "it is not at the end of a block",
            "expected at the end of a paragraph, or on a line of its own below a block",
            "move it to the end; a quotation, a table and HTML are one block each, and so is an item of a list",
        ),
        MarkMistake::Nested => (
            "a list inside an item is part of that item",
            "expected after the text of an item that is not inside another",
            "remove it, or move it to the end of the outer item's own text",
        ),
        MarkMistake::InNote => (
            "notes are not aligned",
            "expected at the end of a block of the text",
            "remove it, or move it to the end of the block that it is about",
        ),
        MarkMistake::Enclosed => (
            "the HTML around this block makes one block of all inside it",
            "expected on a line of its own below the last line of the HTML",
            "move it below the end tag",
        ),
        MarkMistake::Second => {
            ("its block already has another mark", "contradicts the mark before it", "keep only one of the two marks")
        }
    };
    problem::misplaced_mark(at, written, why, label, help)
}

/// Converts a mark that contradicts the rows or the other text. `body` is the text and where it starts in its file.
pub fn conflict(
    file: &Arc<str>,
    (body, body_at): (&str, usize),
    at: Range<usize>,
    conflict: MarkConflict,
) -> Diagnostic {
    let written = body.get(at.clone()).unwrap_or_default();
    let at = Span::new(file, body_at + at.start..body_at + at.end);
    let (why, label, help) = match conflict {
        MarkConflict::InTranslation => (
            "only a block of the original can be untranslated",
            "expected in the text of the original",
            "remove it, or write `<!--+-->` if the translator added this block",
        ),
        MarkConflict::InOriginal => (
            "only a block of the translation can be added by the translator",
            "expected in the text of the translation",
            "remove it, or write `<!--=-->` if this block is not translated",
        ),
        MarkConflict::NothingBefore => (
            "no block is before this one, so it cannot belong to the same row",
            "expected on the second block or a later one",
            "remove it, or move it to the next block",
        ),
        MarkConflict::AfterGap => (
            "the block before this one has no counterpart, so they cannot belong to the same row",
            "expected after a block that has a counterpart",
            "give this block the same mark as the one before it, or remove the mark",
        ),
        MarkConflict::NothingLeft => (
            "the other text has no block left that this row could hold",
            "expected only in a row with a counterpart",
            "remove it, or remove marks in the other text",
        ),
        MarkConflict::NoOriginal => (
            "this article has no original beside it, so no blocks are aligned",
            "expected only in an article and its original",
            "remove it, or add the text of the original, such as NAME.ja.md",
        ),
    };
    problem::misplaced_mark(at, written, why, label, help)
}

/// Reports the marks of a text that has no original.
pub fn report_idle(file: &Arc<str>, body: (&str, usize), rendered: &RenderedBody, problems: &mut Diagnostics) {
    for (_, at) in &rendered.marks {
        problems.push(conflict(file, body, at.clone(), MarkConflict::NoOriginal));
    }
}

/// Converts an id that a block cannot have.
pub fn bad_id(at: Span, written: &str, mistake: BlockIdMistake) -> Diagnostic {
    let (why, label, help) = match mistake {
        BlockIdMistake::NoBlock => (
            "it is not at the end of a block that has a number".to_owned(),
            "expected at the end of a paragraph, or on a line of its own below a block",
            "move it to the end of the block that it names".to_owned(),
        ),
        BlockIdMistake::Heading => (
            "a heading has an id of its own".to_owned(),
            "expected at the end of a paragraph, list item, quotation, table, figure or code",
            "write the id in the line of the heading: `## Heading {#the-id}`".to_owned(),
        ),
        BlockIdMistake::Taken => (
            "it is already taken".to_owned(),
            "expected an id that nothing else on the page has",
            "use the next letter".to_owned(),
        ),
        BlockIdMistake::Passed(last) => (
            format!("the block before this one is p{last}"),
            "expected the number of the block before it, with a letter",
            format!("write `<!--#p{last}a-->`, or remove the mark"),
        ),
        BlockIdMistake::Ahead(last) => (
            format!("the block before this one is p{last}"),
            "expected the number of the block before it, with a letter",
            format!("write `<!--#p{last}a-->`, or remove the mark"),
        ),
    };
    problem::bad_block_id(at, written, &why, label, help)
}
