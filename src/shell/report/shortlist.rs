//! Chooses which of many problems are printed: errors first, and only a few of each code. It must not print.
//!
//! The rest is counted in its place, and a table at the end has all codes. A problem that occurs several times on
//! one line of a file is one report.

use std::collections::{BTreeMap, BTreeSet};

use super::source_texts::SourceTexts;
use crate::base::diag::{Diagnostic, Severity};

/// The most reports of one code to print.
pub const PLACES: usize = 10;

/// Up to this many problems of one line are reported separately, each with its own help.
const APART: usize = 3;

/// An item to print.
pub enum ReportItem<'d> {
    /// A problem, or several on one line.
    Report(Vec<&'d Diagnostic>),
    /// How many more there are of a code.
    Rest { code: &'d str, count: usize, files: usize },
}

/// A row of the table.
#[derive(Debug)]
pub struct CodeRow<'d> {
    pub severity: Severity,
    pub code: &'d str,
    /// Number of reports. Several problems in one report count once.
    pub count: usize,
    pub files: BTreeSet<&'d str>,
    pub first: &'d Diagnostic,
}

/// The selection.
pub struct Shortlist<'d> {
    pub items: Vec<ReportItem<'d>>,
    /// Errors first, then by number.
    pub rows: Vec<CodeRow<'d>>,
    /// Whether some reports are only counted.
    pub left_out: bool,
}

/// All problems of one code and severity.
struct CodeGroup<'d> {
    row: CodeRow<'d>,
    /// The reports, each with its position in the order of printing.
    lines: Vec<(usize, Vec<&'d Diagnostic>)>,
}

/// Selects the problems to print. With `all`, every problem is a report of its own.
pub fn choose<'d>(problems: &[&'d Diagnostic], all: bool, texts: &mut SourceTexts) -> Shortlist<'d> {
    let mut kinds: BTreeMap<(Severity, &str), CodeGroup<'d>> = BTreeMap::new();
    let mut sorted: Vec<&Diagnostic> = problems.to_vec();
    sorted.sort_by_key(|found| found.severity);
    for (turn, found) in sorted.into_iter().enumerate() {
        let code: &'d str = &found.code;
        let file = file_of(found);
        let kind = kinds.entry((found.severity, code)).or_insert_with(|| {
            let row = CodeRow { severity: found.severity, code, count: 0, files: BTreeSet::new(), first: found };
            CodeGroup { row, lines: Vec::new() }
        });
        kind.row.files.insert(file);
        match kind.lines.last_mut().filter(|_| !all) {
            Some((_, line)) if on_one_line(line[0], found, texts) => line.push(found),
            _ => kind.lines.push((turn, vec![found])),
        }
    }
    let mut items: Vec<(usize, ReportItem<'d>)> = Vec::new();
    let mut rows = Vec::new();
    for CodeGroup { mut row, lines } in kinds.into_values() {
        let mut reports: Vec<(usize, Vec<&Diagnostic>)> = Vec::new();
        for (turn, line) in lines {
            match is_one(&line) {
                true => reports.push((turn, line)),
                false => reports.extend(line.into_iter().map(|found| (turn, vec![found]))),
            }
        }
        row.count = reports.len();
        let most = if all { row.count } else { PLACES };
        let rest: BTreeSet<&str> = reports.iter().skip(most).map(|(_, line)| file_of(line[0])).collect();
        reports.truncate(most);
        let (told, last) = (reports.len(), reports.last().map_or(0, |(turn, _)| *turn));
        items.extend(reports.into_iter().map(|(turn, line)| (turn, ReportItem::Report(line))));
        if told < row.count {
            items.push((last, ReportItem::Rest { code: row.code, count: row.count - told, files: rest.len() }));
        }
        rows.push(row);
    }
    items.sort_by_key(|(turn, _)| *turn);
    rows.sort_by_key(|row| (row.severity, std::cmp::Reverse(row.count)));
    let left_out = items.iter().any(|(_, item)| matches!(item, ReportItem::Rest { .. }));
    Shortlist { items: items.into_iter().map(|(_, item)| item).collect(), rows, left_out }
}

fn file_of(found: &Diagnostic) -> &str {
    found.at.as_ref().map_or("", |at| &*at.file)
}

/// Returns whether the problems on a line form one report: if they differ only in place, or if there are too many
/// to read one by one.
fn is_one(line: &[&Diagnostic]) -> bool {
    let first = line[0];
    let same = |found: &&Diagnostic| {
        (&found.message, &found.label, &found.help) == (&first.message, &first.label, &first.help)
    };
    line.len() > APART || line.iter().all(same)
}

/// Returns whether two problems are on the same line, so that one report can show both.
fn on_one_line(first: &Diagnostic, found: &Diagnostic, texts: &mut SourceTexts) -> bool {
    let (Some(a), Some(b)) = (&first.at, &found.at) else { return false };
    let simple = |found: &Diagnostic| !found.bare && found.notes.is_empty() && found.others == 0;
    if a.file != b.file || !simple(first) || !simple(found) {
        return false;
    }
    let Some(text) = texts.text(&a.file) else { return false };
    let (a, b) = (text.place(a), text.place(b));
    let line = text.line(text.line_of(a.start));
    let inside = |place: &std::ops::Range<usize>| place.start >= line.start && place.end <= line.end;
    inside(&a) && inside(&b) && !a.is_empty() && !b.is_empty()
}
