//! `recto check --stale`: translations whose original has changed since, by the history of the site's repository. It
//! writes nothing.

use std::path::Path;

use super::exit::{CONFIGURATION, CONTENT, ExitError, USAGE, disk_failure};
use super::import::git_history::GitHistory;
use super::report::{Reporter, plural};
use crate::archive::archive::{Archive, ArticleIx};
use crate::base::date::{self, Instant};
use crate::base::diag::{self, Diagnostic, Diagnostics};
use crate::base::problem;
use crate::base::severity::Purpose;
use crate::content::details;
use crate::engine::build;
use crate::engine::load;
use crate::engine::site::{LoadOptions, Site};
use crate::import::source::{FileHistory, FileVersion};

/// Searches a site by the history of its repository. Returns the exit code.
pub fn check(root: &Path, options: &LoadOptions, strict: bool, reporter: &Reporter) -> Result<u8, ExitError> {
    let history = GitHistory::new(root);
    if let Some(why) = history.trouble() {
        return Err((USAGE, format!("--stale: {why}")));
    }
    StaleRun { options, strict, reporter, history: &history }.run()
}

/// A search for translations that are behind their originals.
struct StaleRun<'a> {
    options: &'a LoadOptions,
    strict: bool,
    reporter: &'a Reporter,
    history: &'a dyn FileHistory,
}

/// A translation and its original: their files, and the place for a problem.
struct TextWithOriginal<'a> {
    article: ArticleIx,
    file: &'a str,
    original: &'a str,
    at: diag::Span,
    /// Whether the front matter of the article says which version this text translates.
    own: bool,
}

impl StaleRun<'_> {
    /// Returns the exit code.
    fn run(&self) -> Result<u8, ExitError> {
        let loaded = load::load(self.options).map_err(disk_failure)?;
        let mut problems = loaded.problems;
        let Some((site, _)) = loaded.made else { return Ok(self.end(&problems, 0, 0)) };
        // Everything else is for a check of the site. Errors are not: with them, texts are missing.
        site.config.check.settle(Purpose::Check, &mut problems);
        problems.retain(|found| found.severity == diag::Severity::Error);
        let texts = texts(&site.archive, &site.config.language);
        let mut unknown = 0;
        for text in &texts {
            match self.state(&site, text, &mut problems) {
                Some(found) => problems.extend(found),
                None => unknown += 1,
            }
        }
        site.config.check.settle(Purpose::Check, &mut problems);
        diag::sort(&mut problems);
        Ok(self.end(&problems, texts.len(), unknown))
    }

    /// Returns the problem of a text if it is behind its original, or `None` if the history does not have both files.
    fn state(&self, site: &Site, text: &TextWithOriginal, problems: &mut Diagnostics) -> Option<Option<Diagnostic>> {
        let versions = self.history.versions(text.original);
        let newest = versions.first()?;
        let since = match revision(site, text, problems).and_then(|said| position(&versions, &said)) {
            Some(at) => at,
            None => {
                let own = self.history.versions(text.file);
                let translated = instant(site, own.first()?)?;
                versions.iter().take_while(|one| instant(site, one).is_some_and(|at| at > translated)).count()
            }
        };
        let day = newest.date.get(..10).unwrap_or(&newest.date);
        Some((since > 0).then(|| problem::stale_original(text.at.clone(), text.original, since, day)))
    }

    fn end(&self, problems: &Diagnostics, texts: usize, unknown: usize) -> u8 {
        self.reporter.problems(problems, self.strict);
        let count = self.reporter.count(problems);
        let count = if count.is_empty() { "no problems" } else { &count };
        let checked = plural(texts, "translation");
        self.reporter.end(&format!("Compared {checked} with the originals beside them: {count}"), None, problems);
        if unknown > 0 {
            self.reporter.say(&format!("  {} not committed yet, or without a history", plural(unknown, "translation")));
        }
        match diag::count_errors(problems, self.strict) {
            0 => 0,
            _ if build::in_configuration(problems) => CONFIGURATION,
            _ => CONTENT,
        }
    }
}

/// Lists every translation that has its original beside it.
fn texts<'a>(archive: &'a Archive, language: &str) -> Vec<TextWithOriginal<'a>> {
    let mut out = Vec::new();
    for (article, placed) in (0..).zip(&archive.articles) {
        let card = &placed.card;
        let original = match placed.original() {
            Some(original) => {
                let (file, at) = (&*card.file, card.span());
                out.push(TextWithOriginal { article, file, original: &original.file, at, own: true });
                &*original.file
            }
            None if card.is_original(language) => &*card.file,
            None => continue,
        };
        for (_, text) in placed.translations() {
            out.push(TextWithOriginal { article, file: &text.file, original, at: text.span(), own: false });
        }
    }
    out
}

/// Returns the version that a text says it translates.
fn revision(site: &Site, text: &TextWithOriginal, problems: &mut Diagnostics) -> Option<String> {
    let file = &site.archive.article(text.article).card.file;
    let source = text.own.then(|| site.read(file, problems)).flatten()?;
    let (details, ..) = details::load(file, &source).ok()?;
    details.original?.revision.map(Into::into)
}

/// The fewest letters of a commit's id that name it.
const SHORTEST_ID: usize = 7;

/// Returns how many versions there are after a commit, if the text names one of them.
fn position(versions: &[FileVersion], said: &str) -> Option<usize> {
    let said = said.trim().to_lowercase();
    let is_id = said.len() >= SHORTEST_ID && said.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| versions.iter().position(|version| version.commit.starts_with(&said))).flatten()
}

fn instant(site: &Site, version: &FileVersion) -> Option<Instant> {
    date::parse(&version.date).ok().map(|written| written.instant(&site.config.zone))
}
