//! The table at the end of a long report: every code, its number of reports and files, and an example. Makes text;
//! it must not print.

use super::shortlist::CodeRow;
use super::source_texts::SourceTexts;
use crate::base::diag::Severity;
use crate::base::printable;

/// Formats the rows in columns.
pub fn table(rows: &[CodeRow], texts: &mut SourceTexts) -> String {
    let mut lines: Vec<[String; 5]> = vec![["", "", "places", "files", "for example"].map(str::to_owned)];
    for row in rows {
        let word = if row.severity == Severity::Error { "error" } else { "warning" };
        let place = row.first.at.as_ref().map(|at| {
            let (line, column) = texts.position(at);
            format!("{}:{line}:{column}", printable::text(&at.file))
        });
        let files = if place.is_some() { row.files.len() } else { 0 };
        let files = if files == 0 { "-".to_owned() } else { files.to_string() };
        let place = place.unwrap_or_else(|| "-".to_owned());
        lines.push([word.to_owned(), row.code.to_owned(), row.count.to_string(), files, place]);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let [a, b, c, d] = widths;
    let lines: Vec<String> = lines
        .iter()
        .map(|[word, code, count, files, place]| format!("{word:a$}  {code:b$}  {count:>c$}  {files:>d$}  {place}"))
        .collect();
    lines.join("\n")
}
