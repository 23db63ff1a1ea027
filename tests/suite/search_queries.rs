//! Queries over the demonstration archive, in `tests/search/demonstration.tsv`, with the client as it is published, in
//! node. `tests/search/queries.mjs` runs them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Site, project, recto, temporary, tree};
use crate::tools::program;

/// A row of the table.
struct Query {
    text: String,
    expected: String,
    kind: String,
    language: String,
}

impl Query {
    fn of(line: &str) -> Query {
        let cells: Vec<&str> = line.split('\t').collect();
        let [text, expected, kind, language] = cells[..] else { panic!("four cells: {line}") };
        let [expected, kind, language] = [expected, kind, language].map(str::to_owned);
        Query { text: text.to_owned(), expected, kind, language }
    }

    /// Returns the query as a line of JSON. JSON can hold half of a surrogate pair, and a Rust string cannot.
    fn json(&self) -> String {
        let text = match self.text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')?.rsplit_once('*')) {
            Some((text, times)) => text.repeat(times.parse().expect("a number")),
            None => self.text.clone(),
        };
        let mut text = json!(text).to_string();
        while let Some((before, rest)) = text.split_once("\\\\u{") {
            let (hex, after) = rest.split_once('}').expect("`\\u{HEX}`");
            text = format!("{before}\\u{hex:0>4}{after}");
        }
        format!("{{\"q\":{}}}\n", text.replace("\\\\\\\\", "\\\\"))
    }

    /// Returns the rank of the answer among the results: 0 if it is not there.
    fn rank(&self, answer: &Value, sources: &BTreeMap<String, BTreeSet<String>>) -> usize {
        let paths = answer["paths"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_right = |path: &Value| match self.expected.strip_prefix("source=") {
            Some(source) => path.as_str().and_then(|path| sources.get(path)).is_some_and(|of| of.contains(source)),
            None => *path == self.expected,
        };
        paths.iter().position(is_right).map_or(0, |at| at + 1)
    }
}

/// Builds the demonstration archive without its pictures, which have no words and take long to resize.
fn archive() -> Site {
    let site = Site::new(&fs::read_to_string(project().join("site.toml")).expect("the archive has a site.toml"));
    for (path, bytes) in tree(&project().join("content")) {
        if !path.ends_with(".jpg") && !path.ends_with(".png") {
            site.write_bytes(&format!("content/{path}"), &bytes);
        }
    }
    let ran = recto(site.root(), &["build", "-q"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    site
}

/// Returns the sources of each page.
fn sources(site: &Site) -> BTreeMap<String, BTreeSet<String>> {
    let ran = recto(site.root(), &["export", "--to", "search-jsonl", "-q"]);
    let lines = String::from_utf8(ran.stdout).expect("records are UTF-8");
    let page = |line: &str| {
        let record: Value = serde_json::from_str(line).expect("a record is JSON");
        let of = record["sources"].as_array().into_iter().flatten().filter_map(|source| source["id"].as_str());
        (record["path"].as_str().expect("a path").to_owned(), of.map(str::to_owned).collect())
    };
    lines.lines().map(page).collect()
}

/// Runs the queries and returns an answer for each.
fn answers(node: &std::path::Path, site: &Site, queries: &[Query]) -> Vec<Value> {
    let script = project().join("tests/search/queries.mjs");
    let folder = temporary();
    let file = folder.path().join("queries.jsonl");
    let mut lines = fs::File::create(&file).expect("a file can be made");
    queries.iter().for_each(|query| lines.write_all(query.json().as_bytes()).expect("a file can be written"));
    let input = fs::File::open(&file).expect("the file is there");
    let ran = Command::new(node)
        .arg(script)
        .arg(site.root().join("public"))
        .stdin(Stdio::from(input))
        .env("TMPDIR", folder.path())
        .output()
        .expect("node runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let lines = String::from_utf8(ran.stdout).expect("answers are UTF-8");
    let found: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("an answer is JSON")).collect();
    assert_eq!(found.len(), queries.len());
    found
}

#[test]
fn readers_find_what_they_look_for() {
    let Some(node) = program("node") else { return };
    let table = fs::read_to_string(project().join("tests/search/demonstration.tsv")).expect("the table is there");
    let queries: Vec<Query> = table.lines().filter(|line| !line.starts_with('#')).map(Query::of).collect();
    let known = queries.iter().filter(|query| !["-", "?"].contains(&&*query.expected)).count();
    assert!(known >= 80, "{known}");
    let site = archive();
    let sources = sources(&site);
    let (mut faults, mut missed, mut reciprocal) = (Vec::new(), Vec::new(), 0.0);
    for (query, answer) in queries.iter().zip(answers(&node, &site, &queries)) {
        let line = format!("{} {}: {}: {answer}", query.language, query.kind, query.text);
        match &*query.expected {
            _ if answer["error"].is_string() => faults.push(line),
            "?" => {}
            "-" if answer["total"] != 0 => faults.push(line),
            "-" => {}
            _ => {
                let rank = query.rank(&answer, &sources);
                reciprocal += if rank == 0 { 0.0 } else { 1.0 / rank as f64 };
                if rank == 0 || rank > 5 {
                    missed.push(line);
                }
            }
        }
    }
    assert!(faults.is_empty(), "false results, or errors:\n{}", faults.join("\n"));
    let (success, mrr) = (1.0 - missed.len() as f64 / known as f64, reciprocal / known as f64);
    let missed = missed.join("\n");
    assert!(
        success >= 0.95 && mrr >= 0.85,
        "success@5 {success:.3}, MRR {mrr:.3}; not among the first five:\n{missed}"
    );
}
