//! `recto explain CODE`: prints the book's page about a code in the terminal.
//!
//! The pages are those of `docs/src/diagnostics/`, one for each code; `tests/suite/diagnostics.rs` tests them. This
//! file knows nothing of a site: it works in any folder.

use include_dir::{Dir, include_dir};
use serde_json::json;

use super::report::Reporter;
use crate::base::problem::codes::CODES;

static PAGES: Dir = include_dir!("$CARGO_MANIFEST_DIR/docs/src/diagnostics");

/// Returns the page about a code.
pub fn page(code: &str) -> &'static str {
    PAGES.get_file(format!("{code}.md")).and_then(|file| file.contents_utf8()).unwrap_or_default()
}

/// Returns the first sentence of a page: what the code means.
pub fn meaning(page: &str) -> &str {
    let first = page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    first.split_inclusive(". ").next().unwrap_or_default().trim_end()
}

/// Prints the page about a code, or a list of all codes.
pub fn explain(code: Option<&'static str>, reporter: &Reporter) {
    if reporter.style.json {
        for code in code.map_or_else(|| CODES.to_vec(), |code| vec![code]) {
            let text = page(code);
            let line = json!({"type": "explanation", "code": code, "meaning": meaning(text), "text": text});
            reporter.data(&line.to_string());
        }
        return;
    }
    match code {
        Some(code) => reporter.document(page(code).trim_end()),
        None => {
            let width = CODES.iter().map(|code| code.len()).max().unwrap_or(0);
            let lines: Vec<String> =
                CODES.iter().map(|code| format!("{code:width$}  {}", meaning(page(code)))).collect();
            reporter.document(&lines.join("\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_that_says_what_it_means() {
        for code in CODES {
            let text = page(code);
            assert!(text.starts_with(&format!("# {code}\n\n")), "{code}");
            let meaning = meaning(text);
            assert!(meaning.ends_with('.') && meaning.len() > 20 && meaning.len() < 170, "{code}: {meaning}");
        }
        assert_eq!(PAGES.files().count(), CODES.len(), "a page for each code, and no other file");
    }
}
