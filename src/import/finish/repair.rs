//! Reads a finished text as a build would, and takes out values that would stop it. It must not know where they came
//! from; every value that goes is returned.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::config::{Config, RawHtml};
use crate::base::diag::{Diagnostic, Severity};
use crate::content::content_path::{self, ContentPath};
use crate::content::{article, record, sibling};

/// A text that a build accepts, and what had to go.
#[derive(Debug)]
pub struct RepairedText {
    pub text: String,
    /// The removed lines, and why.
    pub removed: Vec<(String, String)>,
    /// Why a build still refuses it, if it does.
    pub refused: Option<String>,
}

/// How often a text is read again after something was taken out.
const ROUNDS: usize = 6;

/// Reads a file of the site, and takes out lines of its front matter that are errors.
pub fn repair(path: &str, text: String, config: &Config) -> RepairedText {
    let mut repaired = RepairedText { text, removed: Vec::new(), refused: None };
    for _ in 0..ROUNDS {
        let errors = errors(path, &repaired.text, config);
        repaired.refused = errors.first().map(|error| error.message.clone());
        let mut lines: BTreeSet<usize> = BTreeSet::new();
        let head = repaired.text.find("\n+++\n").unwrap_or(0);
        for error in &errors {
            let Some(at) = error.at.as_ref().map(|at| at.range.start).filter(|at| (4..head + 1).contains(at)) else {
                continue;
            };
            let line = repaired.text[..at.min(repaired.text.len())].matches('\n').count();
            if lines.insert(line) {
                let removed = repaired.text.lines().nth(line).unwrap_or_default().trim().to_owned();
                repaired.removed.push((removed, error.message.clone()));
            }
        }
        if lines.is_empty() {
            return repaired;
        }
        let kept = repaired.text.split_inclusive('\n').enumerate().filter(|(at, _)| !lines.contains(at));
        repaired.text = kept.map(|(_, line)| line).collect();
    }
    repaired.refused = errors(path, &repaired.text, config).first().map(|error| error.message.clone());
    repaired
}

/// Returns the errors of a file.
fn errors(path: &str, text: &str, config: &Config) -> Vec<Diagnostic> {
    let file: Arc<str> = path.into();
    let below = path.strip_prefix("content/").unwrap_or(path);
    let found = match content_path::place(below) {
        ContentPath::Article { id } => article::read(&file, &id, text, config).1,
        ContentPath::Sibling { article, lang } => sibling::read(&file, &article, &lang, text, RawHtml::Sanitize).1,
        ContentPath::Record { kind, id } => record::read(&file, kind, &id, text, config).1,
        ContentPath::Page { path } => record::read_page(&file, &path, text, config).1,
        _ => vec![Diagnostic::error("stray-file", "Recto would not read a file of this name")],
    };
    let draft = text.split("\n+++\n").next().is_some_and(|head| head.contains("\ndraft = true"));
    let allowed = |found: &Diagnostic| draft && found.code == "missing-key";
    found.into_iter().filter(|found| found.severity == Severity::Error && !allowed(found)).collect()
}
