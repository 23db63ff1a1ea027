//! What people and programs read: diagnostics with excerpts, summaries, JSON lines. The only room that prints.
//!
//! Data that was asked for goes to stdout, all else to stderr. With `--format json` every problem and the summary is one
//! JSON object on a line of stdout.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use self::choice::{Choice, Item, choose};
use self::people::Look;
use self::texts::Texts;
use super::unpublished;
use crate::base::diag::{self, Diagnostic, Severity};
use crate::base::shown;
use crate::deploy::run::Done;
use crate::engine::build::Summary;
use crate::engine::store::TRACKED;
use crate::engine::write::Written;

pub mod texts;
pub mod excerpt;
pub mod people;
pub mod choice;
pub mod table;
pub mod json;

/// How much to say, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub quiet: bool,
    pub verbose: bool,
    pub json: bool,
    pub colour: bool,
}

impl Style {
    /// Colours only where stderr is a terminal and `NO_COLOR` is not set (no-color.org).
    pub fn new(quiet: bool, verbose: bool, json: bool) -> Style {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Style { quiet, verbose, json, colour: std::io::stderr().is_terminal() && !refused }
    }
}

/// Prints for one run.
pub struct Reporter {
    pub style: Style,
    root: PathBuf,
    /// The columns that an excerpt may take.
    width: usize,
    /// The codes whose problems are printed; none: all.
    only: Vec<&'static str>,
}

/// The width of an excerpt that nobody looks at in a terminal, and the bounds of one that somebody does; what the number of its
/// line takes there.
const WIDTH: usize = 100;
const NARROWEST: usize = 40;
const WIDEST: usize = 140;
const GUTTER: usize = 8;

/// From this many reports on there is a table at the end.
const MANY: usize = 20;

impl Reporter {
    /// A reporter that finds excerpts below `root`.
    pub fn new(style: Style, root: PathBuf) -> Reporter {
        let columns = terminal_size::terminal_size_of(std::io::stderr()).map(|(columns, _)| usize::from(columns.0));
        let width = columns.map_or(WIDTH, |columns| columns.saturating_sub(GUTTER).clamp(NARROWEST, WIDEST));
        Reporter { style, root, width, only: Vec::new() }
    }

    /// The same for other columns.
    pub fn wide(self, width: usize) -> Reporter {
        Reporter { width, ..self }
    }

    /// The same for the problems of these codes; without a code for all.
    pub fn only(self, codes: &[&'static str]) -> Reporter {
        Reporter { only: codes.to_vec(), ..self }
    }

    /// Data that was asked for, in lines.
    pub fn data(&self, text: &str) {
        match self.style.json {
            true => self.document(&shown::json(text)),
            false => self.document(&shown::without_commands(&shown::lines(text))),
        }
    }

    /// A text of the program's own for another program, as it is.
    pub fn document(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // A closed pipe (`recto … | head`) is no error.
        let _ = writeln!(out, "{text}");
    }

    /// A path that was asked for.
    pub fn file(&self, path: &Path) {
        match self.style.json {
            true => self.data(&json!({"type": "file", "path": path.to_string_lossy()}).to_string()),
            false => self.data(&shown::path(path)),
        }
    }

    /// Every output that was rendered or removed: what became of it, and why it was rendered.
    pub fn changes(&self, summary: &Summary) {
        let mut all: BTreeMap<&str, (&str, Option<String>)> = BTreeMap::new();
        for (path, reason) in &summary.reasons {
            all.insert(path, ("unchanged", Some(reason.to_string())));
        }
        for (path, change) in &summary.changes {
            all.entry(path).or_insert(("", None)).0 = change.word();
        }
        for (path, (what, reason)) in all {
            if self.style.json {
                self.data(&json!({"type": "change", "path": path, "what": what, "why": reason}).to_string());
                continue;
            }
            let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            self.data(&format!("{what} {}{reason}", shown::text(path)));
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a site is served.
    pub fn serving(&self, urls: &[String], articles: usize, left_out: usize, seconds: f64) {
        let base = urls.first().map_or("", |url| url.as_str());
        if self.style.json {
            let line = json!({
                "type": "serving", "url": base, "urls": urls, "articles": articles, "left_out": left_out,
                "seconds": seconds,
            });
            return self.data(&line.to_string());
        }
        let articles = plural(articles, "article");
        self.say(&format!("Serving {articles} at {} (ready in {seconds:.2} s)", urls.join(" and ")));
        if left_out > 0 {
            let origin = base.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            self.say(&format!("  not published: {left_out}, listed at {origin}/__recto/unpublished"));
        }
        self.say("  Ctrl-C stops it");
    }

    /// Where a built site is shown, and by which host's rules.
    pub fn previewing(&self, urls: &[String], output: &str, rules: &str) {
        if self.style.json {
            let url = urls.first();
            let line = json!({"type": "previewing", "url": url, "urls": urls, "output": output, "rules": rules});
            return self.data(&line.to_string());
        }
        let output = shown::text(output);
        self.say(&format!("Showing {output} by the rules of {rules} at {}", urls.join(" and ")));
        self.say("  Ctrl-C stops it");
    }

    /// What has changed while a site is served: these files on pages of their own, or anything.
    pub fn changed(&self, files: &[&str], seconds: f64) {
        if self.style.json {
            let what = if files.is_empty() { "site" } else { "files" };
            let line = json!({"type": "changed", "what": what, "files": files, "seconds": seconds});
            return self.data(&line.to_string());
        }
        let what = match files {
            [] => "the site".to_owned(),
            [file] => shown::text(file).into_owned(),
            [file, rest @ ..] => format!("{} and {} more", shown::text(file), rest.len()),
        };
        self.say(&format!("changed: {what} ({seconds:.3} s)"));
    }

    /// A warning about the run itself.
    pub fn warn(&self, text: &str) {
        if self.style.json {
            return self.data(&json!({"type": "warning", "message": text}).to_string());
        }
        let (bold, end) = if self.style.colour { ("\x1b[1;33m", "\x1b[0m") } else { ("", "") };
        to_stderr(&format!("{bold}warning{end}: {}", shown::lines(text)));
    }

    /// That the file system has no locks in these folders; nothing where there is no such folder.
    pub fn without_locks<'p>(&self, folders: impl Iterator<Item = &'p PathBuf>) {
        let folders: Vec<String> = folders.map(|folder| shown::path(folder)).collect();
        if !folders.is_empty() {
            self.warn(&format!(
                "this file system has no locks, so lock files are used instead in {}\n\
                 help: do not build or deploy from two machines at once",
                folders.join(" and ")
            ));
        }
    }

    /// A step of a deploy that is only planned.
    pub fn step(&self, what: &str, path: &str, size: Option<u64>) {
        match self.style.json {
            true => self.data(&json!({"type": "step", "what": what, "path": path, "bytes": size}).to_string()),
            false => self.data(&format!("{what} {}", shown::text(path))),
        }
    }

    /// How far a deploy is, on one line of a terminal that is written again and again.
    pub fn progress(&self, last: &Mutex<Option<Instant>>, since: Instant, files: (usize, usize), sent: (u64, u64)) {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let soon = last.is_some_and(|last| last.elapsed() < Duration::from_millis(100));
        if self.style.quiet || self.style.json || !std::io::stderr().is_terminal() || (soon && files.0 < files.1) {
            return;
        }
        *last = Some(Instant::now());
        let line = progress(files, sent, since.elapsed().as_secs_f64());
        // The line before may have been longer.
        let end = if files.0 == files.1 { "\r\x1b[K" } else { "" };
        let _ = write!(std::io::stderr().lock(), "\r\x1b[K{line}{end}");
    }

    /// What a deploy did, or would have done.
    pub fn deployed(&self, address: &str, done: &Done, requests: &[(&str, usize)], dry_run: bool, seconds: f64) {
        let Done { new, changed, unchanged, removed, sent, bytes: size, kept } = *done;
        if self.style.json {
            let line = json!({
                "type": "deployed", "target": address, "dry_run": dry_run, "new": new, "changed": changed,
                "unchanged": unchanged, "removed": removed, "kept": kept, "sent": sent, "bytes": size, "seconds": seconds,
                "requests": requests.iter().copied().collect::<BTreeMap<&str, usize>>(),
            });
            return self.data(&line.to_string());
        }
        let text = match (dry_run, new + changed + removed) {
            (true, _) => "Nothing was sent".to_owned(),
            (false, 0) => format!("Nothing to do: {} as they are", plural(unchanged, "file")),
            (false, _) => format!(
                "Deployed: {new} new, {changed} changed, {removed} removed, {unchanged} as they were; {} sent in {seconds:.2} s",
                bytes(size)
            ),
        };
        self.say(&text);
        if self.style.verbose && !requests.is_empty() {
            let kinds: Vec<String> = requests.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
            self.say(&format!("  requests: {}", kinds.join(", ")));
        }
    }

    /// A remark for people.
    pub fn say(&self, text: &str) {
        if !self.style.quiet && !self.style.json {
            to_stderr(&shown::lines(text));
        }
    }

    /// A failure of the run itself.
    pub fn fail(&self, text: &str) {
        if self.style.json {
            self.data(&json!({"type": "failure", "message": text}).to_string());
        } else {
            let (bold, end) = if self.style.colour { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
            to_stderr(&format!("{bold}error{end}: {}", shown::lines(text)));
        }
    }

    /// All problems, or what people can read of them: errors first, of each code some, and a table at the end. Quiet: only those
    /// that count as errors; with `strict` that is all of them.
    pub fn problems(&self, problems: &[Diagnostic], strict: bool) {
        let mut texts = Texts::new(&self.root);
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
        let Choice { items, rows, left_out } = choose(&shown, self.style.verbose, &mut texts);
        let look = Look { colour: self.style.colour, width: self.width };
        for item in &items {
            to_stderr(&format!("{}\n", text_of(item, look, &mut texts)));
        }
        if left_out || items.len() > MANY && rows.len() > 1 {
            to_stderr(&format!("{}\n", table::table(&rows, &mut texts)));
        }
        if left_out {
            to_stderr("`recto check -v` prints all of them, `recto check --only CODE` those of one code\n");
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

    /// What counts as an error, as people read it where nothing has colours: no more of it than [`Reporter::problems`] prints.
    pub fn errors(&self, problems: &[Diagnostic], strict: bool) -> Vec<String> {
        let mut texts = Texts::new(&self.root);
        let errors: Vec<&Diagnostic> = problems.iter().filter(|found| diag::is_error(found, strict)).collect();
        let look = Look { colour: false, width: WIDTH };
        let chosen = choose(&errors, false, &mut texts);
        chosen.items.iter().map(|item| text_of(item, look, &mut texts)).collect()
    }

    /// "2 errors, 1 warning" or nothing. What is one report counts once.
    pub fn count(&self, problems: &[Diagnostic]) -> String {
        let all: Vec<&Diagnostic> = problems.iter().collect();
        let rows = choose(&all, self.style.verbose, &mut Texts::new(&self.root)).rows;
        let of = |severity| rows.iter().filter(|row| row.severity == severity).map(|row| row.count).sum::<usize>();
        let parts = [(of(Severity::Error), "error"), (of(Severity::Warning), "warning")];
        let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| plural(*n, what)).collect();
        parts.join(", ")
    }

    /// How a run ended that wrote nothing: `done` for people, the counts for programs.
    pub fn end(&self, done: &str, articles: Option<usize>, problems: &[Diagnostic]) {
        if self.style.json {
            let errors = diag::count_errors(problems, false);
            let warnings = problems.len() - errors;
            let line = json!({"type": "end", "articles": articles, "errors": errors, "warnings": warnings});
            return self.data(&line.to_string());
        }
        self.say(done);
    }

    /// What a build did.
    pub fn summary(&self, summary: &Summary, output: &str, seconds: f64, timings: bool) {
        if self.style.json {
            let skipped = unpublished::json(&summary.skipped, &summary.orphans);
            let laps: BTreeMap<&str, f64> = summary.timings.iter().map(|(n, d)| (*n, d.as_secs_f64())).collect();
            let differing = summary.verified.as_ref().map_or(&[][..], |verified| &verified.differing);
            let line = json!({
                "type": "summary", "articles": summary.articles, "outputs": summary.outputs,
                "rendered": summary.rendered, "written": summary.written.written, "unchanged": summary.written.unchanged,
                "removed": summary.written.removed, "skipped": skipped, "orphans": summary.orphans.len(),
                "verified": summary.verified.as_ref().map(|verified| verified.outputs), "differing": differing, "seconds": seconds, "timings": laps,
            });
            return self.data(&line.to_string());
        }
        let articles = plural(summary.articles, "article");
        self.say(&format!("Built {articles} into {} in {seconds:.2} s", shown::text(output)));
        let kinds: Vec<String> = summary.outputs.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
        self.say(&format!("  outputs  {}", kinds.join(", ")));
        let rendered = summary.rendered;
        let Written { written, unchanged, removed } = summary.written;
        self.say(&format!(
            "  files    {rendered} rendered, {written} written, {unchanged} unchanged, {removed} removed"
        ));
        if let Some(verified) = &summary.verified {
            let same = verified.outputs - verified.differing.len();
            let outputs = plural(verified.outputs, "output");
            self.say(&format!("  verified {outputs}, {same} the same when rendered again"));
        }
        if let Some(why) = summary.note.filter(|why| *why == TRACKED) {
            self.warn(&format!("the state of the last build was not used: {why}"));
        } else if let Some(why) = summary.note {
            self.say(&format!("  the state of the last build could not be used: {why}"));
        }
        self.without_locks(summary.without_locks.iter());
        let left = unpublished::lines(&summary.skipped, &summary.orphans, self.style.verbose);
        left.iter().for_each(|line| self.say(line));
        if timings {
            self.timings(&summary.timings);
        }
    }

    /// How long each stage took.
    pub fn timings(&self, laps: &[(&str, Duration)]) {
        for (name, lap) in laps {
            self.say(&format!("  {:>8.3} s  {name}", lap.as_secs_f64()));
        }
    }
}

/// Lines for people, in colours of our own. Where nobody takes it, a closed pipe or a full disk, the build goes on; `eprintln!` would panic.
fn to_stderr(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", shown::without_commands(text));
}

/// What is printed of something that was chosen.
fn text_of(item: &Item, look: Look, texts: &mut Texts) -> String {
    match item {
        Item::Report(found) => people::report(found, texts, look),
        Item::Rest { code, count, files } => {
            format!("… and {count} more `{code}` in {}", plural(*files, "file"))
        }
    }
}

/// `1 article`, `2 articles`.
pub fn plural(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A size for people, in units of 1,000.
pub fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.2} GB", n as f64 / 1e9),
    }
}

/// How far a deploy is: files and bytes that were sent, of all, after so many seconds.
fn progress(files: (usize, usize), sent: (u64, u64), seconds: f64) -> String {
    let rate = sent.0 as f64 / seconds.max(0.001);
    let left = match (sent.1.saturating_sub(sent.0) as f64 / rate).ceil() {
        left if !left.is_finite() => String::new(),
        left if left < 100.0 => format!(", {left} s left"),
        left if left < 6000.0 => format!(", {:.0} min left", (left / 60.0).ceil()),
        left => format!(", {:.0} h left", (left / 3600.0).ceil()),
    };
    let (done, all) = (bytes(sent.0), bytes(sent.1));
    format!("  {} of {} files, {done} of {all}, {}/s{left}", files.0, files.1, bytes(rate as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_a_rate_and_an_end() {
        let table = [
            (((0, 9), (0, 9_000), 0.0), "  0 of 9 files, 0 B of 9.0 kB, 0 B/s"),
            (((12, 66), (8_000_000, 40_000_000), 16.0), "  12 of 66 files, 8.0 MB of 40.0 MB, 500.0 kB/s, 64 s left"),
            (((1, 66), (1_000_000, 901_000_000), 1.0), "  1 of 66 files, 1.0 MB of 901.0 MB, 1.0 MB/s, 15 min left"),
            (((9, 9), (9_000, 9_000), 1.0), "  9 of 9 files, 9.0 kB of 9.0 kB, 9.0 kB/s, 0 s left"),
        ];
        for ((files, sent, seconds), text) in table {
            assert_eq!(progress(files, sent, seconds), text);
        }
    }
}
