//! Golden sites: every folder of `tests/sites/` is a site, and its `expected/` is the expected output.
//!
//! `expected/.paths` lists every output. The bytes of those that `golden.toml` selects are stored beside it (of
//! all, if there is no such file), except for the static files of the built-in theme. `RECTO_BLESS=1` rewrites the
//! expectation; read the difference before you commit it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use recto::engine::write::MANIFEST;
use recto::theme::theme::built_in;

use crate::support::{Site, project, tree};

/// The list of all outputs.
const PATHS: &str = ".paths";

/// `golden.toml` of a site.
#[derive(Default)]
struct Golden {
    drafts: bool,
    /// Prefixes of the outputs whose bytes are recorded.
    record: Vec<String>,
}

impl Golden {
    fn read(folder: &Path) -> Golden {
        let Ok(text) = fs::read_to_string(folder.join("golden.toml")) else { return Golden::default() };
        let table: toml::Table = text.parse().expect("golden.toml is TOML");
        let record = table.get("record").and_then(|r| r.as_array()).into_iter().flatten();
        Golden {
            drafts: table.get("drafts").and_then(|d| d.as_bool()).unwrap_or(false),
            record: record.map(|r| r.as_str().expect("record is an array of strings").to_owned()).collect(),
        }
    }

    fn records(&self, path: &str) -> bool {
        self.record.is_empty() || self.record.iter().any(|start| path.starts_with(start.as_str()))
    }
}

#[test]
fn sites() {
    let folder = project().join("tests/sites");
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&folder).expect("there are golden sites") {
        names.push(entry.expect("a folder can be listed").file_name().into_string().expect("names are UTF-8"));
    }
    names.sort();
    // Without the feature there are no variants.
    names.retain(|name| name != "images" || cfg!(feature = "images"));
    let mut faults = String::new();
    for name in names {
        check(&folder.join(&name), &name, &mut faults);
    }
    assert!(faults.is_empty(), "outputs are not the expected ones (RECTO_BLESS=1 accepts them):\n{faults}");
}

fn check(folder: &Path, name: &str, faults: &mut String) {
    let golden = Golden::read(folder);
    let site = Site::new("");
    for (path, bytes) in tree(folder) {
        if path != "golden.toml" && !path.starts_with("expected/") {
            site.write_bytes(&path, &bytes);
        }
    }
    let mut options = site.options();
    options.drafts = golden.drafts;
    let (summary, problems) = site.build_with(&options);
    assert!(problems.is_empty() && summary.is_some(), "{name}: {problems:#?}");
    let actual = record(&golden, site.outputs());
    let expected_folder = folder.join("expected");
    if std::env::var_os("RECTO_BLESS").is_some() {
        bless(&expected_folder, &actual);
        return;
    }
    let expected = if expected_folder.is_dir() { tree(&expected_folder) } else { BTreeMap::new() };
    let paths: BTreeSet<&String> = actual.keys().chain(expected.keys()).collect();
    for path in paths {
        match (actual.get(path), expected.get(path)) {
            (Some(a), Some(e)) if a == e => {}
            (Some(a), Some(e)) => {
                let _ = writeln!(faults, "different: {name}/{path}\n{}", first_difference(a, e));
            }
            (None, _) => drop(writeln!(faults, "missing:   {name}/{path}")),
            (_, None) => drop(writeln!(faults, "extra:     {name}/{path}")),
        }
    }
}

/// Selects the outputs to record.
fn record(golden: &Golden, outputs: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let own: BTreeSet<&[u8]> =
        built_in().into_iter().filter(|(p, _)| p.starts_with("static/")).map(|(_, b)| b).collect();
    let paths: String = outputs.keys().filter(|p| *p != MANIFEST).fold(String::new(), |all, p| all + p + "\n");
    // Readers get the script of the search without comments and indentation.
    let of_theme = |path: &str, bytes: &[u8]| path == "search.js" || own.contains(bytes);
    let kept = outputs.into_iter().filter(|(p, b)| p != MANIFEST && golden.records(p) && !of_theme(p, b));
    let mut out: BTreeMap<String, Vec<u8>> = kept.collect();
    out.insert(PATHS.to_owned(), paths.into_bytes());
    out
}

fn bless(folder: &Path, actual: &BTreeMap<String, Vec<u8>>) {
    if folder.is_dir() {
        fs::remove_dir_all(folder).expect("a folder can be removed");
    }
    for (path, bytes) in actual {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(file, bytes).expect("a file can be written");
    }
}

/// Returns the first line in which two texts differ.
fn first_difference(actual: &[u8], expected: &[u8]) -> String {
    let (actual, expected) = (String::from_utf8_lossy(actual), String::from_utf8_lossy(expected));
    let (mut a, mut e) = (actual.lines(), expected.lines());
    for line in 1.. {
        match (a.next(), e.next()) {
            (None, None) => break,
            (a, e) if a == e => {}
            (a, e) => {
                return format!(
                    "  line {line}\n  expected {}\n  found    {}",
                    e.unwrap_or("no such line"),
                    a.unwrap_or("no such line")
                );
            }
        }
    }
    "  only in the ends of lines".to_owned()
}
