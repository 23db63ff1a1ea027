//! Shows the rows of two texts, for people and for programs. Makes text; it must not print.

use serde_json::{Value, json};

use crate::base::printable;
use crate::content::align::block::Block;
use crate::content::align::path::{RowEvidence, TokenEvidence, TokenKind};
use crate::content::align::row::{AlignmentRefusal, Row};
use crate::content::align::write_marks::CERTAIN;
use crate::outputs::aligned_texts::{AlignedText, AlignedTexts};
use crate::shell::report::columns::{padded, wrap};
use crate::shell::report::plural;

/// The lines of a block that are shown unless everything is.
const LINES: usize = 3;
/// The columns beside the two texts: number, confidence, and the lines in the files.
const BESIDE: usize = 27;

/// Where the blocks of a text begin in its file.
pub struct TextLines {
    starts: Vec<usize>,
}

impl TextLines {
    pub fn new(text: &str) -> TextLines {
        TextLines { starts: memchr::memchr_iter(b'\n', text.as_bytes()).collect() }
    }

    /// Returns the number of the line at a byte, counted from 1.
    pub fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|end| *end < at) + 1
    }
}

/// Two aligned texts, and where their blocks are.
pub struct ShownTexts<'a> {
    pub texts: &'a AlignedTexts<'a>,
    pub original: TextLines,
    pub translation: TextLines,
}

/// The side of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum RowSide {
    Original,
    Translation,
}

impl ShownTexts<'_> {
    /// Returns the blocks of a row on a side.
    fn blocks(&self, row: &Row, side: RowSide) -> (&AlignedText<'_>, std::ops::Range<usize>) {
        let (text, range) = match side {
            RowSide::Original => (&self.texts.original, &row.original),
            RowSide::Translation => (&self.texts.translation, &row.translation),
        };
        (text, range.start as usize..range.end as usize)
    }

    /// Returns the first line of a row in the file of a side, if the row has a block there.
    pub fn line(&self, row: &Row, side: RowSide) -> Option<usize> {
        let (text, blocks) = self.blocks(row, side);
        let lines = if side == RowSide::Original { &self.original } else { &self.translation };
        blocks.into_iter().next().map(|block| lines.line(text.span(block).range.start))
    }

    /// Returns the text of a row on a side, each block on a line.
    pub fn text(&self, row: &Row, side: RowSide) -> String {
        let (text, blocks) = self.blocks(row, side);
        let shown = |block: &Block| match block.text.trim() {
            "" => block.urls.first().map_or_else(|| "(no text)".to_owned(), |url| format!("({url})")),
            text => text.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        text.blocks[blocks].iter().map(shown).collect::<Vec<_>>().join("\n")
    }

    /// Shows all rows side by side, `width` columns wide.
    pub fn table(&self, width: usize, whole: bool) -> String {
        let cell = (width.saturating_sub(BESIDE) / 2).max(16);
        let most = if whole { usize::MAX } else { LINES };
        let AlignedTexts { original, translation, alignment, .. } = self.texts;
        let head = [original, translation].map(|text| format!("{} ({})", text.file, text.lang));
        let [left, right] = head.map(|head| printable::text(&head).into_owned());
        let mut out = format!("original     {left}\ntranslation  {right}\n\n");
        let evidence = if whole { self.texts.evidence() } else { Vec::new() };
        for (number, row) in alignment.rows.iter().enumerate() {
            let [left, right] = [RowSide::Original, RowSide::Translation].map(|side| {
                let text = self.text(row, side);
                wrap(&printable::lines(&text), cell, most)
            });
            let number_of = |side| self.line(row, side).map_or_else(String::new, |line| line.to_string());
            let (from, to) = (number_of(RowSide::Original), number_of(RowSide::Translation));
            for at in 0..left.len().max(right.len()).max(1) {
                let first = |text: &str| if at == 0 { text.to_owned() } else { String::new() };
                let empty = padded(&first(if at == 0 { "-" } else { "" }), cell);
                let (left, right) = (left.get(at).unwrap_or(&empty), right.get(at).unwrap_or(&empty));
                let (number, sure) = (first(&(number + 1).to_string()), first(&confidence(row)));
                let (from, to) = (first(&from), first(&to));
                let line = format!("{number:>4} {sure:>6} {from:>4} {left} | {to:>4} {right}");
                out.push_str(line.trim_end());
                out.push('\n');
            }
            if let Some(Some(evidence)) = evidence.get(number) {
                out.push_str(&format!("            {}\n", reasons(evidence)));
            }
        }
        out
    }

    /// Describes a row for programs.
    pub fn json(&self, number: usize, row: &Row) -> Value {
        let side = |side: RowSide| {
            let (text, blocks) = self.blocks(row, side);
            let lines = if side == RowSide::Original { &self.original } else { &self.translation };
            let lines: Vec<usize> = blocks.clone().map(|block| lines.line(text.span(block).range.start)).collect();
            let texts: Vec<&str> = text.blocks[blocks].iter().map(|block| &*block.text).collect();
            json!({"file": &**text.file, "lang": text.lang, "lines": lines, "texts": texts})
        };
        json!({
            "type": "row", "row": number + 1, "confidence": f64::from(row.confidence) / 100.0, "marked": row.marked,
            "moves": format!("{}-{}", row.original.len(), row.translation.len()),
            "original": side(RowSide::Original), "translation": side(RowSide::Translation),
        })
    }

    /// Returns a line on what the rows are, and the numbers of those to look at.
    pub fn summary(&self) -> String {
        let rows = &self.texts.alignment.rows;
        let count = |wanted: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| wanted(row)).count();
        let untranslated = count(&|row| row.translation.is_empty());
        let added = count(&|row| row.original.is_empty());
        let mut out = plural(rows.len(), "row");
        for (n, what) in [(untranslated, "not translated"), (added, "added by the translator")] {
            if n > 0 {
                out.push_str(&format!(", {n} {what}"));
            }
        }
        let doubtful: Vec<String> =
            rows.iter().enumerate().filter(|(_, row)| is_doubtful(row)).map(|(at, _)| (at + 1).to_string()).collect();
        match doubtful.as_slice() {
            [] => {}
            [one] => out.push_str(&format!("; look at row {one}, which is below {CERTAIN} %")),
            many => out.push_str(&format!("; look at rows {}, which are below {CERTAIN} %", many.join(", "))),
        }
        if self.texts.alignment.refused == Some(AlignmentRefusal::Copies) {
            out.push_str(
                "\nmore than a quarter of the translation is a copy of the original, so blocks are only paired in order",
            );
        }
        out
    }
}

/// Describes in one line what speaks for a row, by how much, and what against it.
fn reasons(evidence: &RowEvidence) -> String {
    let RowEvidence { deviation, identical, tokens } = evidence;
    let mut out = format!("length {deviation:+.1} standard deviations");
    if *identical {
        out.push_str("; the same text");
    }
    for TokenEvidence { kind, found, found_weight, missing: (left, right), missing_weight } in tokens {
        let weight = found_weight + missing_weight;
        if weight.abs() < 0.05 {
            continue;
        }
        let name = match kind {
            TokenKind::Number => "numbers",
            TokenKind::Word => "words",
            TokenKind::Sound => "sounds of names",
            TokenKind::Han => "Chinese characters",
            TokenKind::Punctuation => "punctuation",
            TokenKind::Kind => "kinds",
            TokenKind::Address => "links",
            TokenKind::Term => "terms",
            TokenKind::Country => "countries",
        };
        let all = found + left + right;
        out.push_str(&format!("; {found} of {all} {name} {weight:+.1}"));
    }
    out
}

/// Whether a person should look at a row.
pub fn is_doubtful(row: &Row) -> bool {
    row.confidence < CERTAIN && !row.marked
}

fn confidence(row: &Row) -> String {
    match row {
        Row { marked: true, .. } => "marked".to_owned(),
        row if is_doubtful(row) => format!("? {} %", row.confidence),
        row => format!("{} %", row.confidence),
    }
}
