//! The reporter of one run: decides where its lines go, and prints problems with excerpts. The only file that
//! prints.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::amounts::plural;
use super::human::{self, TerminalLook};
use super::shortlist::{ReportItem, Shortlist, choose};
use super::source_texts::SourceTexts;
use super::style::ReportStyle;
use super::{json, table};
use crate::base::diag::{self, Diagnostic, Severity};
use crate::base::printable;

/// Prints for one run.
pub struct Reporter {
    pub style: ReportStyle,
    root: PathBuf,
    /// The width of an excerpt in columns.
    width: usize,
    /// The codes whose problems are printed; empty for all.
    only: Vec<&'static str>,
    /// Whether warnings are only counted.
    brief: bool,
}

/// The width of an excerpt outside of a terminal, its bounds in one, and the width of a line number there.
const WIDTH: usize = 100;
const NARROWEST: usize = 40;
const WIDEST: usize = 140;
const GUTTER: usize = 8;

/// From this many reports on, a table follows at the end.
const MANY: usize = 20;

impl Reporter {
    /// Makes a reporter that reads excerpts below `root`.
    pub fn new(style: ReportStyle, root: PathBuf) -> Reporter {
        let columns = terminal_size::terminal_size_of(std::io::stderr()).map(|(columns, _)| usize::from(columns.0));
        let width = columns.map_or(WIDTH, |columns| columns.saturating_sub(GUTTER).clamp(NARROWEST, WIDEST));
        Reporter { style, root, width, only: Vec::new(), brief: false }
    }

    /// Returns the reporter with another width.
    pub fn wide(self, width: usize) -> Reporter {
        Reporter { width, ..self }
    }

    /// Returns the reporter limited to these codes; empty for all.
    pub fn only(self, codes: &[&'static str]) -> Reporter {
        Reporter { only: codes.to_vec(), ..self }
    }

    /// Returns a reporter that prints errors in full, and of warnings only how many there are of each code.
    pub fn brief(self) -> Reporter {
        Reporter { brief: true, ..self }
    }

    /// Prints requested data in lines.
    pub fn data(&self, text: &str) {
        match self.style.json {
            true => self.document(&printable::json(text)),
            false => self.document(&printable::without_commands(&printable::lines(text))),
        }
    }

    /// Prints a text of the program's own for another program, unchanged.
    pub fn document(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // A closed pipe (`recto … | head`) is not an error.
        let _ = writeln!(out, "{text}");
    }

    /// Prints a requested path.
    pub fn file(&self, path: &Path) {
        match self.style.json {
            true => self.data(&json!({"type": "file", "path": path.to_string_lossy()}).to_string()),
            false => self.data(&printable::path(path)),
        }
    }

    /// Returns the width of a line in columns.
    pub fn width(&self) -> usize {
        self.width
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Prints a warning about the run itself.
    pub fn warn(&self, text: &str) {
        if self.style.json {
            return self.data(&json!({"type": "warning", "message": text}).to_string());
        }
        let (bold, end) = if self.style.colour { ("\x1b[1;33m", "\x1b[0m") } else { ("", "") };
        to_stderr(&format!("{bold}warning{end}: {}", printable::lines(text)));
    }

    /// Prints a note for people.
    pub fn say(&self, text: &str) {
        if !self.style.quiet && !self.style.json {
            to_stderr(&printable::lines(text));
        }
    }

    /// Prints an error of the run itself.
    pub fn fail(&self, text: &str) {
        if self.style.json {
            self.data(&json!({"type": "failure", "message": text}).to_string());
        } else {
            let (bold, end) = if self.style.colour { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
            to_stderr(&format!("{bold}error{end}: {}", printable::lines(text)));
        }
    }

    /// Prints all problems, or a readable selection: errors first, a few of each code, and a table at the end. With
    /// `quiet`, only those that count as errors; with `strict`, all do.
    pub fn problems(&self, problems: &[Diagnostic], strict: bool) {
        let mut texts = SourceTexts::new(&self.root);
        let wanted = |found: &&Diagnostic| self.only.is_empty() || self.only.contains(&&*found.code);
        let (shown, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) = problems.iter().partition(wanted);
        if self.style.json {
            for found in shown {
                self.data(&json::problem(found, &mut texts));
            }
            return;
        }
        let counts = |found: &&Diagnostic| !self.style.quiet || diag::is_error(found, strict);
        let shown: Vec<&Diagnostic> = shown.into_iter().filter(counts).collect();
        let Shortlist { mut items, rows, mut left_out } = choose(&shown, self.style.verbose, &mut texts);
        if self.brief && !self.style.verbose {
            let errors: Vec<&Diagnostic> =
                shown.iter().filter(|found| diag::is_error(found, strict)).copied().collect();
            left_out |= errors.len() < shown.len();
            items = choose(&errors, false, &mut texts).items;
        }
        let look = TerminalLook { colour: self.style.colour, width: self.width };
        for item in &items {
            to_stderr(&format!("{}\n", text_of(item, look, &mut texts)));
        }
        if left_out || items.len() > MANY && rows.len() > 1 {
            to_stderr(&format!("{}\n", table::table(&rows, &mut texts)));
        }
        if left_out {
            to_stderr(
                "Run `recto check -v` to print all of them, or `recto check --only CODE` to print those of one code\n",
            );
        }
        let others: Vec<Diagnostic> = others.into_iter().filter(counts).cloned().collect();
        if !others.is_empty() {
            to_stderr(&format!("{} of other codes, not shown because of --only\n", self.count(&others)));
        }
        match &rows[..] {
            [row] if !self.style.quiet => {
                to_stderr(&format!("For more about this problem, run `recto explain {}`\n", row.code))
            }
            [_, ..] if !self.style.quiet => to_stderr("For more about a problem, run `recto explain CODE`\n"),
            _ => {}
        }
    }

    /// Formats the problems that count as errors as text without colours: the same selection as in
    /// [`Reporter::problems`].
    pub fn errors(&self, problems: &[Diagnostic], strict: bool) -> Vec<String> {
        let mut texts = SourceTexts::new(&self.root);
        let errors: Vec<&Diagnostic> = problems.iter().filter(|found| diag::is_error(found, strict)).collect();
        let look = TerminalLook { colour: false, width: WIDTH };
        let chosen = choose(&errors, false, &mut texts);
        chosen.items.iter().map(|item| text_of(item, look, &mut texts)).collect()
    }

    /// Returns "2 errors, 1 warning" or an empty text. Several problems in one report count once.
    pub fn count(&self, problems: &[Diagnostic]) -> String {
        let all: Vec<&Diagnostic> = problems.iter().collect();
        let rows = choose(&all, self.style.verbose, &mut SourceTexts::new(&self.root)).rows;
        let of = |severity| rows.iter().filter(|row| row.severity == severity).map(|row| row.count).sum::<usize>();
        let parts = [(of(Severity::Error), "error"), (of(Severity::Warning), "warning")];
        let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| plural(*n, what)).collect();
        parts.join(", ")
    }

    /// Reports the end of a run that wrote nothing: `done` for people, the counts for programs.
    pub fn end(&self, done: &str, articles: Option<usize>, problems: &[Diagnostic]) {
        if self.style.json {
            let errors = diag::count_errors(problems, false);
            let warnings = problems.len() - errors;
            let line = json!({"type": "end", "articles": articles, "errors": errors, "warnings": warnings});
            return self.data(&line.to_string());
        }
        self.say(done);
    }
}

/// Prints lines for people, in our own colours. Unlike `eprintln!` it does not panic on a closed pipe or a full
/// disk, so that the build goes on.
fn to_stderr(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", printable::without_commands(text));
}

/// Formats a selected item.
fn text_of(item: &ReportItem, look: TerminalLook, texts: &mut SourceTexts) -> String {
    match item {
        ReportItem::Report(found) => human::report(found, texts, look),
        ReportItem::Rest { code, count, files } => {
            format!("… and {count} more `{code}` in {}", plural(*files, "file"))
        }
    }
}
