//! Baselines: the known problems that `recto check --baseline FILE` does not report, so that new ones stand out. It
//! must not know rules.
//!
//! Each line is one kind of problem in one file: code, file, count and the marked text, separated by tabs. Lines
//! are sorted, so fixing an article removes a line from the diff. Lines do not change when other lines are added to
//! a file, or when Recto words a message differently.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::base::diag::{Diagnostic, Diagnostics};
use crate::base::digest::Digest;
use crate::base::severity;
use crate::engine::discover::relative;
use crate::system::disk::{self, DiskResult};
use crate::system::root::Root;

/// The beginning of a baseline file. No other file is ever overwritten.
const HEAD: &str = "# recto baseline 1:";
const ABOUT: &str = "problems that `recto check --baseline` does not report: code, file, count, marked text";

/// The most characters of the marked text that a line contains in full.
const MOST: usize = 80;

/// The fields of a line without the count: code, file, marked text.
type ProblemKey = (String, String, String);

/// The known problems, with their counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<ProblemKey, usize>);

/// The result of comparing problems with a baseline.
#[derive(Debug, PartialEq, Eq)]
pub struct BaselineComparison {
    /// Problems that are not in the baseline.
    pub new: Diagnostics,
    /// How many problems the baseline covers, and how many that it lists no longer exist.
    pub known: usize,
    pub mended: usize,
}

/// The place of a baseline. A baseline in the site is opened from the site's folder, so that no link of the site
/// redirects it. Any other path is the user's own.
pub struct BaselineFile {
    pub root: Arc<Root>,
    pub path: String,
}

impl BaselineFile {
    /// Returns the place of an absolute path without `..`.
    pub fn of(site: &Arc<Root>, path: &Path) -> DiskResult<BaselineFile> {
        if let Some(path) = relative(path, site.path()) {
            return Ok(BaselineFile { root: site.clone(), path });
        }
        let folder = path.parent().unwrap_or(path);
        disk::create_dir_all(folder)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(BaselineFile { root: Root::shared(folder)?, path: name })
    }
}

/// Reads a file of the site as text.
pub type ReadSiteFile<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

impl Baseline {
    /// Reads a baseline; `None` if there is no file. The inner error says what is wrong with an invalid one.
    pub fn read(place: &BaselineFile) -> DiskResult<Option<Result<Baseline, String>>> {
        let bytes = place.root.read_if_there(&place.path)?;
        Ok(bytes.map(|bytes| Baseline::parse(&String::from_utf8_lossy(&bytes))))
    }

    fn parse(text: &str) -> Result<Baseline, String> {
        if !text.starts_with(HEAD) {
            return Err(format!("this is not a baseline: expected a first line that starts with `{HEAD}`"));
        }
        let mut lines = BTreeMap::new();
        for (at, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
            let parts: Vec<&str> = line.trim_end_matches('\r').splitn(4, '\t').collect();
            let (&[code, file, _, what], Some(Ok(count))) = (&parts[..], parts.get(2).map(|n| n.parse::<usize>()))
            else {
                return Err(format!(
                    "line {} is invalid: expected code, file, count and text, separated by tabs",
                    at + 1
                ));
            };
            *lines.entry((code.to_owned(), file.to_owned(), what.to_owned())).or_default() += count;
        }
        Ok(Baseline(lines))
    }

    /// Makes a baseline of these problems. Problems that the site cannot turn off are left out.
    pub fn of(problems: &[Diagnostic], read: ReadSiteFile) -> Baseline {
        let mut keys = KeyReader { read, text: None };
        let mut lines = BTreeMap::new();
        for found in problems {
            if let Some(key) = keys.of(found) {
                *lines.entry(key).or_default() += 1;
            }
        }
        Baseline(lines)
    }

    /// Returns the number of problems in it.
    pub fn count(&self) -> usize {
        self.0.values().sum()
    }

    fn text(&self) -> String {
        let mut out = format!("{HEAD} {ABOUT}\n");
        for ((code, file, what), count) in &self.0 {
            out.push_str(&format!("{code}\t{file}\t{count}\t{what}\n"));
        }
        out
    }

    /// Writes the file atomically.
    pub fn write(&self, place: &BaselineFile) -> DiskResult<()> {
        let BaselineFile { root, path } = place;
        root.refuse_odd(path)?;
        let new = format!("{path}.new");
        root.write(&new, self.text().as_bytes())?;
        root.rename(&new, path)
    }

    /// Compares problems with the baseline. Files for which `concerns` returns false do not count as fixed.
    pub fn compare(
        &self,
        problems: Diagnostics,
        concerns: &dyn Fn(&str) -> bool,
        read: ReadSiteFile,
    ) -> BaselineComparison {
        let mut keys = KeyReader { read, text: None };
        let mut left: BTreeMap<&ProblemKey, usize> = self.0.iter().map(|(key, count)| (key, *count)).collect();
        let mut known = 0;
        let mut new = problems;
        new.retain(|found| match keys.of(found).and_then(|key| left.get_mut(&key)).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                known += 1;
                false
            }
            None => true,
        });
        let mended = left.into_iter().filter(|((_, file, _), _)| concerns(file)).map(|(_, left)| left).sum();
        BaselineComparison { new, known, mended }
    }
}

/// Makes keys of problems, which must be sorted by file.
struct KeyReader<'a> {
    read: ReadSiteFile<'a>,
    /// The last file and its text.
    text: Option<(String, Option<String>)>,
}

impl KeyReader<'_> {
    /// Makes the key of a problem from the marked text. For a problem of a whole file it uses the message without
    /// numbers, which may grow.
    fn of(&mut self, found: &Diagnostic) -> Option<ProblemKey> {
        if !severity::is_free(found) || found.bare {
            return None;
        }
        let file = found.at.as_ref().map_or("", |at| &*at.file);
        let range = found.at.as_ref().map_or(0..0, |at| at.range.start..at.range.end);
        if !range.is_empty() && self.text.as_ref().is_none_or(|(known, _)| known != file) {
            self.text = Some((file.to_owned(), (self.read)(file)));
        }
        let text = self.text.as_ref().filter(|(known, _)| known == file).and_then(|(_, text)| text.as_deref());
        let marked = text.and_then(|text| text.get(range)).map(str::trim).filter(|marked| !marked.is_empty());
        let what = marked.map_or_else(|| without_numbers(&found.message), str::to_owned);
        Some((found.code.to_string(), shown(file), shown(&what)))
    }
}

/// Replaces every number with `#`.
fn without_numbers(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for c in message.chars() {
        match c.is_ascii_digit() {
            true if out.ends_with('#') => {}
            true => out.push('#'),
            false => out.push(c),
        }
    }
    out
}

/// Writes a text on one line without tabs. A long text is shortened to its start and a digest.
fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MOST * 4));
    for c in text.chars().take(MOST) {
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    if text.chars().nth(MOST).is_some() {
        out.push('…');
        out.push_str(&Digest::of(text.as_bytes()).short());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diag::Span;
    use crate::base::problem;

    const TEXT: &str = "![](a.jpg) and ![](a.jpg)\n[x](gone.md)\n";

    fn link(file: &str, at: std::ops::Range<usize>) -> Diagnostic {
        problem::broken_link(Span::new(&file.into(), at), "gone.md", "there is no file", None)
    }

    fn problems() -> Diagnostics {
        let alt = |at| {
            let severity = crate::base::diag::Severity::Error;
            problem::body(Span::new(&"a.md".into(), at), severity, "missing-alt", "no text".into(), String::new())
        };
        vec![
            alt(0..10),
            alt(15..25),
            link("a.md", 26..38),
            problem::unused_asset(Span::file("content/b.svg")),
            problem::missing_key(Span::file("a.md"), "date", "date = 2021-03-24"),
        ]
    }

    fn read(moved: bool) -> impl FnMut(&str) -> Option<String> {
        move |file| (file == "a.md").then(|| format!("{}{TEXT}", if moved { "\n\n" } else { "" }))
    }

    #[test]
    fn what_is_written_is_read_and_lets_pass_what_was_there() {
        let baseline = Baseline::of(&problems(), &mut read(false));
        let text = baseline.text();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        let wanted = [
            "broken-link\ta.md\t1\t[x](gone.md)",
            "missing-alt\ta.md\t2\t![](a.jpg)",
            "unused-asset\tcontent/b.svg\t1\tno published text refers to this file",
        ];
        assert_eq!(lines, wanted);
        assert_eq!(Baseline::parse(&text).as_ref(), Ok(&baseline));
        assert_eq!(Baseline::parse(&text.replace('\n', "\r\n")).as_ref(), Ok(&baseline));
        // Everything moves by two bytes, one picture is fixed, and another link is broken.
        let mut now: Diagnostics = problems();
        now.remove(1);
        for found in &mut now {
            if let Some(at) = found.at.as_mut().filter(|at| at.range.end > 0) {
                (at.range.start, at.range.end) = (at.range.start + 2, at.range.end + 2);
            }
        }
        now.push(link("c.md", 0..4));
        let compared = baseline.compare(now, &|_| true, &mut read(true));
        let codes: Vec<&str> = compared.new.iter().map(|found| &*found.code).collect();
        assert_eq!(codes, ["missing-key", "broken-link"], "what is no choice is never let pass");
        assert_eq!((compared.known, compared.mended), (3, 1));
        let elsewhere = baseline.compare(Vec::new(), &|file| file == "content/b.svg", &mut read(true));
        assert_eq!((elsewhere.known, elsewhere.mended), (0, 1));
    }

    #[test]
    fn what_is_no_baseline_is_said() {
        assert!(Baseline::parse("title = \"Site\"\n").unwrap_err().contains("not a baseline"));
        let line = format!("{HEAD}\nmissing-alt\ta.md\tmany\tx\n");
        assert!(Baseline::parse(&line).unwrap_err().contains("line 2"));
        assert_eq!(Baseline::parse(HEAD), Ok(Baseline::default()));
    }

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(shown("a\tb\nc\u{1b}"), "a\\tb\\nc\\u{1b}");
        let long = "日本".repeat(60);
        let line = shown(&long);
        assert_eq!(line.chars().count(), MOST + 1 + 16);
        assert_ne!(line, shown(&"日本".repeat(61)));
        assert_eq!(without_numbers("2,041 of 30"), "#,# of #");
    }
}
