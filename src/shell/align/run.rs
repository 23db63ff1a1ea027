//! Runs `recto align`: loads the site, then shows rows, lists doubtful ones or writes marks. It must not decide which
//! rows there are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::pairs::{self, FacingTranslation};
use super::show::{RowSide, ShownTexts, TextLines, is_doubtful};
use super::write::MarkedFiles;
use crate::base::config;
use crate::base::diag::{self, Diagnostics};
use crate::base::printable;
use crate::content::align::write_marks::{self, CERTAIN};
use crate::engine::build;
use crate::engine::load;
use crate::engine::site::{LoadOptions, Site};
use crate::outputs::aligned_texts::AlignedTexts;
use crate::shell::args::AlignArgs;
use crate::shell::report::columns::padded;
use crate::shell::report::{Reporter, plural};
use crate::shell::typed_paths;
use crate::system::disk::DiskError;
use crate::system::pool;

/// A run of the command.
pub struct AlignRun<'a> {
    pub options: &'a LoadOptions,
    pub args: &'a AlignArgs,
    pub reporter: &'a Reporter,
    /// The folder to which typed paths are relative.
    pub here: PathBuf,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlignEnd {
    Good,
    Errors { configuration: bool },
}

/// Why nothing was aligned.
pub enum AlignError {
    Usage(String),
    Disk(DiskError),
}

impl From<DiskError> for AlignError {
    fn from(error: DiskError) -> AlignError {
        AlignError::Disk(error)
    }
}

/// A row to look at: its confidence, its line for people, and its description for programs.
type DoubtfulRow = (u8, String, serde_json::Value);

impl AlignRun<'_> {
    pub fn run(&self) -> Result<AlignEnd, AlignError> {
        let files = if self.args.files.is_empty() { None } else { Some(self.files()?) };
        let loaded = load::load(self.options)?;
        let mut problems = loaded.problems;
        let Some((site, _)) = loaded.made else {
            self.reporter.problems(&problems, false);
            return Ok(AlignEnd::Errors { configuration: build::in_configuration(&problems) });
        };
        problems.clear();
        let pairs = pairs::pairs(&site, files.as_ref());
        match &files {
            Some(_) if pairs.is_empty() => return Err(AlignError::Usage(self.nothing_to_align())),
            Some(_) if self.args.write => self.write(&site, &pairs, &mut problems)?,
            Some(_) if !self.args.all => self.show(&site, &pairs, &mut problems),
            _ => self.show_doubtful(&site, &pairs, &mut problems),
        }
        problems.retain(|found| diag::is_error(found, false));
        self.reporter.problems(&problems, false);
        Ok(if problems.is_empty() { AlignEnd::Good } else { AlignEnd::Errors { configuration: false } })
    }

    /// Returns the files that were typed.
    fn files(&self) -> Result<BTreeSet<String>, AlignError> {
        let inputs = typed_paths::known_files(self.options)?;
        let known: Vec<&str> = inputs.iter().map(|input| &*input.file).chain([config::FILE]).collect();
        typed_paths::find(&known, self.options.root.path(), &self.here, &self.args.files).map_err(AlignError::Usage)
    }

    fn nothing_to_align(&self) -> String {
        let typed: Vec<String> = self.args.files.iter().map(|file| printable::path(file)).collect();
        let help = "put the original beside the article, as NAME.ja.md beside NAME.md";
        format!("{}: no article with its original in a file beside it\nhelp: {help}", typed.join(", "))
    }

    fn show(&self, site: &Site, pairs: &[FacingTranslation], problems: &mut Diagnostics) {
        for pair in pairs {
            pair.align(site, problems, |texts| self.show_rows(&shown(site, texts)));
        }
    }

    fn show_rows(&self, shown: &ShownTexts) {
        let alignment = &shown.texts.alignment;
        if self.reporter.style.json {
            let rows = alignment.rows.iter().enumerate();
            rows.for_each(|(at, row)| self.reporter.data(&shown.json(at, row).to_string()));
            return;
        }
        self.reporter.data(&shown.table(self.reporter.width(), self.reporter.style.verbose));
        self.reporter.say(&shown.summary());
        let needed = write_marks::needed(alignment);
        if !needed.original.is_empty() || !needed.translation.is_empty() {
            let file = printable::text(shown.texts.translation.file);
            self.reporter.say(&format!("To fix these rows with marks, run `recto align --write {file}`"));
        }
    }

    fn write(&self, site: &Site, pairs: &[FacingTranslation], problems: &mut Diagnostics) -> Result<(), AlignError> {
        let mut marked = MarkedFiles::default();
        for pair in pairs {
            let text = |file: &str| site.read(file, &mut Diagnostics::new());
            pair.align(site, problems, |texts| marked.add(texts, text));
        }
        let (marks, doubtful) = (marked.marks, marked.doubtful);
        let files = marked.write(&site.root)?;
        files.iter().for_each(|file| self.reporter.file(Path::new(file)));
        self.reporter.say(&match files.len() {
            0 => "No marks are needed".to_owned(),
            n => format!("Wrote {} in {}", plural(marks, "mark"), plural(n, "file")),
        });
        if doubtful > 0 {
            let rows = plural(doubtful, "row");
            let what = if doubtful == 1 { "it is" } else { "they are" };
            self.reporter.warn(&format!(
                "{rows} got no mark, because {what} below {CERTAIN} %\n\
                 help: look at `recto align FILE`, then write <!--^-->, <!--=--> or <!--+--> yourself"
            ));
        }
        Ok(())
    }

    /// Lists the rows of all pairs that an editor should look at, the most doubtful first.
    fn show_doubtful(&self, site: &Site, pairs: &[FacingTranslation], problems: &mut Diagnostics) {
        let next = AtomicUsize::new(0);
        let found = pool::each(self.options.threads, |_| {
            let (mut rows, mut doubtful, mut problems) = (0, Vec::new(), Diagnostics::new());
            while let Some(pair) = pairs.get(next.fetch_add(1, Ordering::Relaxed)) {
                pair.align(site, &mut problems, |texts| {
                    rows += texts.alignment.rows.len();
                    if texts.alignment.rows.iter().any(is_doubtful) {
                        doubtful.extend(self.doubtful(&shown(site, texts)));
                    }
                });
            }
            (rows, doubtful, problems)
        });
        let (mut rows, mut all) = (0, Vec::<DoubtfulRow>::new());
        for (some, doubtful, found) in found {
            rows += some;
            all.extend(doubtful);
            problems.extend(found);
        }
        all.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        for (_, line, json) in &all {
            self.reporter.data(&if self.reporter.style.json { json.to_string() } else { line.clone() });
        }
        let (doubtful, verb) = (all.len(), if all.len() == 1 { "is" } else { "are" });
        let (rows, texts) = (plural(rows, "row"), plural(pairs.len(), "translation"));
        self.reporter.say(&format!("{doubtful} of {rows} in {texts} {verb} below {CERTAIN} %"));
    }

    /// Returns the rows of two texts that an editor should look at.
    fn doubtful(&self, shown: &ShownTexts) -> Vec<DoubtfulRow> {
        let rows = shown.texts.alignment.rows.iter().enumerate().filter(|(_, row)| is_doubtful(row));
        rows.map(|(at, row)| (row.confidence, self.line(shown, at), shown.json(at, row))).collect()
    }

    /// Describes a row of a list in one line, and its texts in a second.
    fn line(&self, shown: &ShownTexts, at: usize) -> String {
        let row = &shown.texts.alignment.rows[at];
        let place = |side: RowSide, file: &str| match shown.line(row, side) {
            Some(line) => format!("{}:{line}", printable::text(file)),
            None => format!("{}:-", printable::text(file)),
        };
        let translation = place(RowSide::Translation, shown.texts.translation.file);
        let original = place(RowSide::Original, shown.texts.original.file);
        let cell = (self.reporter.width().saturating_sub(10) / 2).max(16);
        let [left, right] = [RowSide::Original, RowSide::Translation].map(|side| {
            let lines = crate::shell::report::columns::wrap(&printable::lines(&shown.text(row, side)), cell, 1);
            lines.into_iter().next().unwrap_or_else(|| padded("-", cell))
        });
        format!("{:>3} %  {translation}  {original}\n       {left} | {}", row.confidence, right.trim_end())
    }
}

/// Reads the lines of both files.
fn shown<'a>(site: &Site, texts: &'a AlignedTexts<'a>) -> ShownTexts<'a> {
    let lines = |file: &str| TextLines::new(&site.read(file, &mut Diagnostics::new()).unwrap_or_default());
    let (original, translation) = (lines(texts.original.file), lines(texts.translation.file));
    ShownTexts { texts, original, translation }
}
