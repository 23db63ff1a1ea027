//! Diagnostics: every code has a page in `docs/src/diagnostics/`, which is both a page of the book and a test.
//!
//! A fenced block after a line such as `` `content/articles/a.md`: `` is a file of a site. Options follow the
//! language: `bytes` means that `\xNN` in block and path is one byte, `link` that the block is the target of a
//! symbolic link, `times=N` that the file repeats the block N times. Without a `site.toml` a plain one is used. The
//! block `text` is the report of `recto check` on that site, with its exit code; `text,only` keeps the reports of
//! this code. `RECTO_BLESS=1` rewrites the `text` blocks.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use recto::base::problem::codes::CODES;

use crate::book::page::{Block, blocks};
use crate::support::{SITE_TOML, Site, article, project, recto};

/// The folder of the pages.
const FOLDER: &str = "docs/src/diagnostics";

/// Codes that no set of files can cause, with the reason. Their pages have no example.
const UNPROVOKED: [(&str, &str); 6] = [
    ("folded-twins", "an output folder on a disk that folds case: `folding.rs` mounts one where it may"),
    ("internal", "a bug in Recto or in its Markdown parser; those that are known are mended"),
    ("moved-anchor", "a build before an edit: `marks.rs` makes one"),
    ("stale-original", "the history of a repository: `stale.rs` makes one"),
    ("too-slow", "a file that takes ten seconds; none is known since the parser's input is limited"),
    ("unreadable", "a file that vanishes between two reads, or that its owner may not read, which root always may"),
];

/// Replaces `\xNN` with one byte.
fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut out = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        out.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        out.extend(&part.as_bytes()[2..]);
    }
    out
}

fn put(site: &Site, block: &Block) {
    let path = block.path.expect("a line before the block names its file");
    let bytes = block.has("bytes");
    let path = if bytes { unescape(path) } else { path.as_bytes().to_vec() };
    let file = site.root().join(OsStr::from_bytes(&path));
    fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
    let times = block.value("times").map_or(1, |n| n.parse().expect("a number"));
    if block.has("fifo") {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        return mknodat(CWD, &file, FileType::Fifo, Mode::RUSR, 0).expect("a FIFO can be made");
    }
    if block.has("link") {
        return std::os::unix::fs::symlink(block.text.trim(), file).expect("a link can be made");
    }
    let text = block.text.repeat(times);
    fs::write(file, if bytes { unescape(&text) } else { text.into_bytes() }).expect("a file can be written");
}

/// Returns the report of `recto check` on the site of a Markdown file.
fn report(source: &str, code: &str) -> String {
    let site = Site::new(SITE_TOML);
    let blocks = blocks(source);
    blocks.iter().filter(|b| !b.is("text")).for_each(|block| put(&site, block));
    let ran = recto(site.root(), &["check"]);
    let mut said = String::from_utf8(ran.stderr).expect("reports are UTF-8");
    assert!(ran.stdout.is_empty());
    if blocks.iter().any(|b| b.is("text") && b.has("only")) {
        let tag = format!("[{code}]");
        said = said.split_inclusive("\n\n").filter(|report| report.contains(&tag)).collect();
    }
    // Readers of the page have already run `recto explain`, or are in the book.
    let said = said.split_inclusive("\n\n").filter(|part| !part.starts_with("For more about ")).collect::<String>();
    // No trailing blanks: editors remove them.
    let lines: String = said.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    format!("{lines}exit code {}\n", ran.status.code().expect("the program is not killed"))
}

/// Returns the pages that can be run, by code.
fn files() -> Vec<(String, String)> {
    let folder = project().join(FOLDER);
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("there are files of diagnostics") {
        let path = entry.expect("a folder can be listed").path();
        let code = path.file_stem().and_then(OsStr::to_str).expect("names are UTF-8").to_owned();
        if UNPROVOKED.iter().all(|(unprovoked, _)| *unprovoked != code) {
            out.push((code, fs::read_to_string(path).expect("a file can be read")));
        }
    }
    out.sort();
    out
}

#[test]
fn every_file_says_what_is_reported() {
    let mut faults = String::new();
    for (code, source) in files() {
        let actual = report(&source, &code);
        let last = blocks(&source).pop().expect("a block for the report");
        assert!(last.is("text"), "{code}");
        if std::env::var_os("RECTO_BLESS").is_some() {
            let mut blessed = source.clone();
            blessed.replace_range(last.at, &actual);
            fs::write(project().join(FOLDER).join(format!("{code}.md")), blessed).expect("a file can be written");
        } else if last.text != actual {
            faults.push_str(&format!("== {code}\n-- expected\n{}-- found\n{actual}", last.text));
        }
        assert!(actual.contains(&format!("[{code}]")), "{code} is not reported:\n{actual}");
    }
    assert!(faults.is_empty(), "reports are not the expected ones (RECTO_BLESS=1 accepts them):\n{faults}");
}

/// Codes of problems that concern a whole file.
const WHOLE: [&str; 10] = [
    "bad-file-name",
    "missing-string",
    "no-base-url",
    "orphan-sibling",
    "sibling-language",
    "special-file",
    "stray-file",
    "symlink",
    "too-large",
    "unused-asset",
];

#[test]
fn every_report_has_line_and_column() {
    let mut without = Vec::new();
    for (code, source) in files() {
        let reports = report(&source, &code);
        let arrows: Vec<&str> = reports.lines().filter_map(|l| l.trim_start().strip_prefix("--> ")).collect();
        let numbered = |arrow: &&str| arrow.rsplit(':').take(2).filter(|n| n.parse::<u32>().is_ok()).count() == 2;
        if !WHOLE.contains(&code.as_str()) && !arrows.iter().all(numbered) {
            without.push(code);
        }
    }
    assert!(without.is_empty(), "reported without line and column: {without:?}");
}

#[test]
fn every_file_explains() {
    for (code, source) in files() {
        let mut parts = source.split("\n\n");
        assert_eq!(parts.next(), Some(format!("# {code}").as_str()));
        let words = parts.next().unwrap_or_default().split_whitespace().count();
        assert!(words >= 12, "{code}: {words} words explain nothing");
    }
}

/// Returns the codes that the sources can report: literals at the constructors of a diagnostic, and literals of
/// hyphenated words for codes that are chosen earlier.
fn codes() -> BTreeSet<String> {
    let read = |file: &str| fs::read_to_string(project().join("src").join(file)).expect("a source can be read");
    let mut codes = BTreeSet::new();
    for entry in walkdir::WalkDir::new(project().join("src")).into_iter().map(|e| e.expect("src can be walked")) {
        if entry.path().extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(entry.path()).expect("a source can be read");
            for start in ["Diagnostic::error(\"", "Diagnostic::warning(\""] {
                codes.extend(text.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
    let problems =
        ["files", "keys", "articles", "themes", "checks", "alignment"].map(|part| format!("base/problem/{part}.rs"));
    for file in problems.iter().map(String::as_str).chain(["base/config.rs", "outputs/body.rs"]) {
        let text = read(file);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let joined = |w: &&str| w.contains('-') && w.split('-').all(word);
        codes.extend(code.split('"').filter(joined).map(str::to_owned));
    }
    codes
}

#[test]
fn every_code_has_a_file() {
    let codes = codes();
    assert!(codes.len() > 40, "{codes:?}");
    let mut known: BTreeSet<String> = files().into_iter().map(|(code, _)| code).collect();
    for (code, _) in UNPROVOKED {
        assert!(known.insert(code.to_owned()), "{code} can be provoked after all");
    }
    let missing: Vec<_> = codes.difference(&known).collect();
    let stale: Vec<_> = known.difference(&codes).collect();
    assert!(missing.is_empty() && stale.is_empty(), "without a file: {missing:?}; no longer in src: {stale:?}");
}

#[test]
fn the_list_of_codes_is_complete() {
    let listed: BTreeSet<String> = CODES.iter().map(|code| (*code).to_owned()).collect();
    let codes = codes();
    let missing: Vec<_> = codes.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&codes).collect();
    assert!(missing.is_empty() && stale.is_empty(), "not in `CODES`: {missing:?}; no longer in src: {stale:?}");
}

#[test]
fn one_run_names_all_that_is_wrong() {
    let site = Site::new(SITE_TOML);
    let good = |title: &str, more: &str| article(title, "2024-05-06", more, "Body.");
    site.write("content/articles/good.md", &good("Good", ""));
    site.build();
    let before = site.outputs();
    site.write("content/articles/date.md", &article("Date", "2024-13-06", "", "Body."));
    site.write(
        "content/articles/missing.md",
        "+++\ntitle = \"M\"\ndate = 2024-05-06\nsource = \"S\"\ntranslator = \"T\"\n+++\n",
    );
    site.write("content/articles/unknown.md", &good("Unknown", "sumary = \"x\""));
    site.write("content/articles/plain.md", "No front matter.\n");
    site.write("content/articles/type.md", &good("Type", "tags = 7"));
    site.write("content/articles/twin-a.md", &good("Twin A", "slug = \"twin\""));
    site.write("content/articles/twin-b.md", &good("Twin B", "slug = \"twin\""));
    site.write("content/articles/climb.md", &good("Climb", "slug = \"../../x\""));
    site.write_bytes("content/articles/bytes.md", b"+++\ntitle = \"\xff\"\n+++\n");
    site.write("templates/day.html", "<p>\n{{ date.iso | shout }}\n</p>\n");
    let ran = recto(site.root(), &["build"]);
    let said = String::from_utf8(ran.stderr).expect("reports are UTF-8");
    assert_eq!(ran.status.code(), Some(1), "{said}");
    let expected = [
        ("invalid-date", "content/articles/date.md:3:8"),
        ("missing-key", "content/articles/missing.md:1:1"),
        ("unknown-key", "content/articles/unknown.md:7:1"),
        ("no-front-matter", "content/articles/plain.md:1:1"),
        ("wrong-type", "content/articles/type.md:7:8"),
        ("duplicate-address", "content/articles/twin-b.md:"),
        ("bad-slug", "content/articles/climb.md:7:8"),
        ("invalid-utf8", "content/articles/bytes.md:2:10"),
        ("template", "templates/day.html:2:"),
    ];
    for (code, place) in expected {
        let found = said.split("\n\n").any(|report| {
            report.lines().next().is_some_and(|l| l.contains(&format!("[{code}]"))) && report.contains(place)
        });
        assert!(found, "{code} at {place} is not named:\n{said}");
    }
    assert!(said.contains("content/articles/twin-a.md"), "{said}");
    assert!(said.contains("warning[unknown-key]") && said.contains("did you mean `summary`?"), "{said}");
    assert!(site.outputs() == before, "the output has changed");
}

#[test]
fn a_template_that_fails_names_itself_and_the_article() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/good.md", &article("Good", "2024-05-06", "", "Body."));
    site.build();
    let before = site.outputs();
    let template =
        "{% extends \"themes/default/article.html\" %}\n{% block after %}\n{{ article.tilte }}\n{% endblock after %}\n";
    site.write("templates/article.html", template);
    let ran = recto(site.root(), &["build"]);
    let said = String::from_utf8(ran.stderr).expect("reports are UTF-8");
    assert_eq!(ran.status.code(), Some(1), "{said}");
    for part in ["error[template]", "templates/article.html:3:", "tilte", "content/articles/good.md"] {
        assert!(said.contains(part), "{part} is not named:\n{said}");
    }
    assert!(site.outputs() == before, "the output has changed");
}

#[test]
fn places_in_json_have_lines_and_columns() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("日本語の見出し", "2024-13-06", "", "Body."));
    let ran = recto(site.root(), &["check", "--format", "json"]);
    let line = String::from_utf8(ran.stdout).expect("JSON is UTF-8");
    let problem: serde_json::Value = serde_json::from_str(line.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&problem["code"], &problem["at"]["file"]), (&"invalid-date".into(), &"content/articles/a.md".into()));
    assert_eq!((&problem["at"]["line"], &problem["at"]["column"]), (&3.into(), &8.into()));
    assert_eq!(ran.status.code(), Some(1));
    assert!(!Path::new(&site.root().join("public")).exists());
}
