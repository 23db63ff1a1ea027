//! Limits: each is listed in the manual, and tested at its number and one above.
//!
//! The table in the manual is made from `base/limits.rs`; `RECTO_BLESS=1` rewrites it. A limit without a trial
//! fails.

mod growth;
mod numbers;
mod templates;

use std::fs;

use recto::base::limits::{ALL, Limit};

use crate::html::none;
use crate::support::{SITE_TOML, Site, article, project};
use numbers::{Trial, trial};

/// Formats a number as `4,000,000`.
fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join(",")
}

fn row(limit: &Limit) -> String {
    let code = if limit.code.is_empty() { String::new() } else { format!("`{}`", limit.code) };
    format!("| {} | {} | {} | {code} |\n", limit.name, limit.what.trim(), with_commas(limit.number))
}

#[test]
fn the_manual_has_every_limit() {
    let path = project().join("docs/src/reference/limits.md");
    let text = fs::read_to_string(&path).expect("there is a manual");
    let head = "| limit | of what | number | code |\n|--|--|--|--|\n";
    let start = text.find(head).expect("there is a table") + head.len();
    let end = start + text[start..].find("\n\n").map_or(text.len() - start, |at| at + 1);
    let end = if text[start..].starts_with('\n') { start } else { end };
    let rows: String = ALL.iter().map(row).collect();
    if std::env::var_os("RECTO_BLESS").is_some() {
        fs::write(&path, format!("{}{rows}{}", &text[..start], &text[end..])).expect("the manual can be written");
    } else {
        assert_eq!(text[start..end], rows, "RECTO_BLESS=1 writes the table of limits");
    }
}

#[test]
fn every_limit_holds_at_its_number_and_one_above() {
    let asked = std::env::var("RECTO_LIMIT").ok();
    let mut faults = Vec::new();
    for limit in ALL.iter().filter(|limit| asked.as_ref().is_none_or(|asked| asked == limit.name)) {
        match trial(limit.name) {
            None => faults.push(format!("{}: nobody tries it", limit.name)),
            Some(Trial::Elsewhere(file, tests)) => {
                let text = fs::read_to_string(project().join(file)).unwrap_or_default();
                let missing = tests.iter().filter(|test| !text.contains(&format!("fn {test}()")));
                faults.extend(missing.map(|test| format!("{}: there is no test {test} in {file}", limit.name)));
            }
            Some(Trial::Site(make)) => {
                for (n, expected) in [(limit.number, false), (limit.number + 1, true)] {
                    let (_, problems) = make(n as usize).try_build();
                    let found = problems.iter().find(|p| p.code == limit.code);
                    if found.is_some() != expected {
                        faults.push(format!("{} at {n}: {:?}", limit.name, found.or(problems.first())));
                    }
                }
            }
            Some(Trial::Effect(shows)) => {
                for (n, expected) in [(limit.number, false), (limit.number + 1, true)] {
                    if shows(n as usize) != expected {
                        faults.push(format!("{} at {n}: {}", limit.name, !expected));
                    }
                }
            }
        }
    }
    none(faults);
}

/// Sparse files as large as a disk.
#[test]
fn what_is_too_large_is_not_read() {
    let files = [
        "content/articles/a.md",
        "content/articles/a.ja.md",
        "content/pages/a.md",
        "content/tags/a.md",
        "templates/404.html",
        "i18n/en.toml",
        "static/_redirects",
        "static/_headers",
        "themes/plain/templates/404.html",
        "themes/plain/theme.toml",
        "site.toml",
    ];
    for file in files {
        let theme = if file.starts_with("themes/") { "theme = \"plain\"\n" } else { "" };
        let site = Site::new(&format!("{theme}{SITE_TOML}"));
        site.write(file, "");
        let long = fs::File::options().write(true).open(site.root().join(file)).expect("it is there");
        long.set_len(1 << 40).expect("a file can be long without taking room");
        // With a state there are digests to compare.
        for _ in 0..2 {
            let start = std::time::Instant::now();
            let (summary, problems) = site.try_build();
            let found = problems.iter().find(|p| p.code == "too-large");
            let at = found.and_then(|found| found.at.as_ref()).map(|at| &*at.file);
            assert!(at == Some(file) && summary.is_none(), "{file}: {problems:#?}");
            assert!(start.elapsed().as_secs() < 60, "{file}");
        }
    }
}

/// Covers what follows a failed build: the rules of `check`, reports, overlays. With little memory.
#[cfg(unix)]
#[test]
fn no_command_reads_what_is_too_large() {
    let files = ["content/articles/a.md", "content/articles/one.ja.md", "content/pages/p.md", "content/tags/t.md"];
    let site = Site::new(SITE_TOML);
    site.write("content/articles/one.md", &article("One", "2021-01-01", "", "Text."));
    for file in files.iter().chain(&["static/_redirects", "static/_headers", "templates/404.html", "i18n/en.toml"]) {
        site.write(file, "");
        let long = fs::File::options().write(true).open(site.root().join(file)).expect("it is there");
        long.set_len(1 << 40).expect("a file can be long without taking room");
    }
    for command in ["check", "build", "list", "check -v", "check --baseline known"] {
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(format!("ulimit -v 1000000; exec {} {command}", env!("CARGO_BIN_EXE_recto")));
        let ran = shell.current_dir(site.root()).env_clear().output().expect("the program runs");
        let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
        assert!(ran.status.code() == Some(1), "{command}: {:?} {said}", ran.status);
        let count = said.matches("error[too-large]").count();
        assert!(count == 8 || command == "list", "{command}: {count} of 8: {said}");
    }
}
