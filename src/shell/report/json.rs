//! Formats a problem for programs (`--format json`) as one JSON object. Makes text; it must not print.

use serde_json::json;

use super::source_texts::SourceTexts;
use crate::base::diag::{Diagnostic, Severity, Span};

/// Returns one line, without its line end.
pub fn problem(found: &Diagnostic, texts: &mut SourceTexts) -> String {
    let mut place = |at: &Span| {
        let (line, column) = texts.position(at);
        json!({"file": &*at.file, "line": line, "column": column, "start": at.range.start, "end": at.range.end})
    };
    let at = found.at.as_ref().map(&mut place);
    let notes: Vec<_> =
        found.notes.iter().map(|(at, text)| json!({"at": at.as_ref().map(&mut place), "text": text})).collect();
    json!({
        "type": "problem",
        "severity": if found.severity == Severity::Error { "error" } else { "warning" },
        "code": found.code,
        "message": found.message,
        "at": at,
        "label": found.label,
        "notes": notes,
        "others": found.others,
        "help": found.help,
    })
    .to_string()
}
