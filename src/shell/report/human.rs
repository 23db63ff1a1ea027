//! Formats a problem for people (`--format human`): the message, the lines in question, and what to do. Makes text;
//! it must not print.

use std::ops::Range;

use super::excerpt::{self, Excerpt};
use super::source_texts::{SourceText, SourceTexts};
use crate::base::diag::{Diagnostic, Severity, Span};
use crate::base::printable;
use crate::base::secret;

/// Properties of the terminal.
#[derive(Clone, Copy, Debug)]
pub struct TerminalLook {
    pub colour: bool,
    /// Width in columns.
    pub width: usize,
}

/// How many other problems on the same line are named; the rest are counted.
const NAMED: usize = 4;

/// The colours of a report, by purpose.
#[derive(Clone, Copy)]
enum Ink {
    Level(Severity),
    Bold,
    Gutter,
}

impl TerminalLook {
    fn ink(self, ink: Ink, text: &str) -> String {
        let code = match ink {
            _ if !self.colour => return text.to_owned(),
            Ink::Level(Severity::Error) => "1;91",
            Ink::Level(Severity::Warning) => "1;33",
            Ink::Bold => "1",
            Ink::Gutter => "1;94",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// A part after the first line.
enum ReportPart {
    Place { file: String, line: usize, column: usize, lines: Option<(Excerpt, String)> },
    Remark { word: &'static str, text: String },
}

impl ReportPart {
    fn has_lines(&self) -> bool {
        matches!(self, ReportPart::Place { lines: Some(_), .. })
    }
}

/// Formats a problem, or several of one code on one line: the first is named and all are marked.
pub fn report(found: &[&Diagnostic], texts: &mut SourceTexts, look: TerminalLook) -> String {
    let [first, others @ ..] = found else { return String::new() };
    let mut parts = Vec::new();
    let same = others.iter().all(|other| other.label == first.label);
    if let Some(at) = &first.at {
        let marks: Vec<&Span> = found.iter().filter_map(|found| found.at.as_ref()).collect();
        let label = if same { first.label.as_str() } else { "" };
        place(&mut parts, &marks, (label, first.bare), texts, look);
        if !same && !first.label.is_empty() {
            let text = format!("column {}: {}", texts.position(at).1, first.label);
            parts.push(ReportPart::Remark { word: "note", text });
        }
    }
    on_the_line(&mut parts, first, others, texts);
    for (at, note) in &first.notes {
        parts.push(ReportPart::Remark { word: "note", text: note.clone() });
        if let Some(at) = at {
            place(&mut parts, &[at], ("", first.bare), texts, look);
        }
    }
    if first.others > 0 {
        parts.push(ReportPart::Remark { word: "note", text: format!("and {} more", first.others) });
    }
    if let Some(help) = &first.help {
        parts.push(ReportPart::Remark { word: "help", text: help.clone() });
    }
    print(first, &parts, look)
}

/// Adds the other problems on the line of the first, by name if they differ.
fn on_the_line(parts: &mut Vec<ReportPart>, first: &Diagnostic, others: &[&Diagnostic], texts: &mut SourceTexts) {
    let mut named = 0;
    for other in others.iter().filter(|other| other.message != first.message).take(NAMED) {
        let column = other.at.as_ref().map_or(1, |at| texts.position(at).1);
        let label = if other.label == first.label { String::new() } else { format!(": {}", other.label) };
        let text = format!("column {column}: {}{label}", other.message);
        parts.push(ReportPart::Remark { word: "note", text });
        named += 1;
    }
    let text = match others.len() - named {
        0 => return,
        _ if named == 0 => format!("{} times on this line", others.len() + 1),
        more => format!("and {more} more on this line"),
    };
    parts.push(ReportPart::Remark { word: "note", text });
}

/// Formats the place, with the line that it is on. A problem of a whole file shows no line, nor does one beside a
/// secret.
fn place(
    parts: &mut Vec<ReportPart>,
    spans: &[&Span],
    (label, bare): (&str, bool),
    texts: &mut SourceTexts,
    look: TerminalLook,
) {
    let [at, ..] = spans else { return };
    let (line, column) = texts.position(at);
    let file = at.file.to_string();
    let text = if bare || at.range.start >= at.range.end { None } else { texts.text(&at.file) };
    let is_secret = |text: &SourceText| secret::is_in_text(text.get(text.line(text.line_of(text.place(at).start))));
    let shown = text.filter(|text| !text.place(at).is_empty() && !is_secret(text));
    let lines = shown.map(|text| {
        let (excerpt, goes_on) = lines(&text, spans, look.width);
        (excerpt, [label, &goes_on].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; "))
    });
    let alone = lines.is_none() && !label.is_empty();
    parts.push(ReportPart::Place { file, line, column, lines });
    if alone {
        parts.push(ReportPart::Remark { word: "note", text: label.to_owned() });
    }
}

/// Returns the first marked line, and a note on where the rest is.
fn lines(text: &SourceText, spans: &[&Span], width: usize) -> (Excerpt, String) {
    let places: Vec<Range<usize>> = spans.iter().map(|at| text.place(at)).collect();
    let first = places.first().map_or(0, |place| text.line_of(place.start));
    let line = text.line(first);
    let within = |at: usize| at.clamp(line.start, line.end) - line.start;
    let mut marks: Vec<Range<usize>> = places.iter().map(|place| within(place.start)..within(place.end)).collect();
    marks.sort_by_key(|mark| (mark.start, mark.end));
    // A mark does not include the line's end, even if the range ends with it.
    let end = places.iter().map(|place| place.end).max().unwrap_or(0);
    let last = text.line_of(end.saturating_sub(1).max(line.start));
    let goes_on = if last > first { format!("continues to line {}", last + 1) } else { String::new() };
    (excerpt::excerpt(text.get(line), &marks, width), goes_on)
}

fn print(first: &Diagnostic, parts: &[ReportPart], look: TerminalLook) -> String {
    let level = Ink::Level(first.severity);
    let word = if first.severity == Severity::Error { "error" } else { "warning" };
    let head = format!("{word}[{}]", first.code);
    let message = printable::lines(&first.message).replace('\n', &format!("\n{}", " ".repeat(head.len() + 2)));
    let mut out = vec![format!("{}{}", look.ink(level, &head), look.ink(Ink::Bold, &format!(": {message}")))];
    let numbers = parts.iter().filter(|part| part.has_lines()).map(|part| match part {
        ReportPart::Place { line, .. } => line.to_string().len(),
        ReportPart::Remark { .. } => 0,
    });
    let gutter = numbers.max().unwrap_or(0);
    let blank = " ".repeat(gutter);
    let bar = format!("{blank} {}", look.ink(Ink::Gutter, "|"));
    let mut seen = false;
    for (at, part) in parts.iter().enumerate() {
        let after_lines = at.checked_sub(1).map(|before| parts[before].has_lines());
        match part {
            ReportPart::Remark { word, text } => {
                if after_lines.unwrap_or(true) {
                    out.push(bar.clone());
                }
                let indent = " ".repeat(gutter + 3 + word.len() + 2);
                let text = printable::lines(text).replace('\n', &format!("\n{indent}"));
                let (sign, word) = (look.ink(Ink::Gutter, "="), look.ink(Ink::Bold, word));
                out.push(format!("{blank} {sign} {word}: {text}"));
            }
            ReportPart::Place { file, line, column, lines } => {
                if lines.is_some() && seen {
                    out.push(bar.clone());
                }
                let arrow = look.ink(Ink::Gutter, if seen { ":::" } else { "-->" });
                out.push(format!("{blank}{arrow} {}:{line}:{column}", printable::text(file)));
                seen = true;
                let Some((excerpt, label)) = lines else { continue };
                let number = look.ink(Ink::Gutter, &format!("{line:>gutter$} |"));
                let label = printable::lines(label).replace('\n', " ").trim_end().to_owned();
                out.push(bar.clone());
                out.push(format!("{number} {}", excerpt.text.trim_end()).trim_end().to_owned());
                out.push(format!("{bar} {}", marked(excerpt, &label, level, look)).trim_end().to_owned());
            }
        }
    }
    out.join("\n")
}

/// Returns the line below an excerpt.
fn marked(excerpt: &Excerpt, label: &str, level: Ink, look: TerminalLook) -> String {
    let mut out = String::new();
    let mut column = 0;
    for mark in &excerpt.marks {
        // Marks may be nested.
        let start = mark.start.max(column);
        if start < mark.end {
            out.push_str(&" ".repeat(start - column));
            out.push_str(&look.ink(level, &"^".repeat(mark.end - start)));
            column = mark.end;
        }
    }
    if !label.is_empty() {
        out.push_str(&format!(" {}", look.ink(level, label)));
    }
    out
}
