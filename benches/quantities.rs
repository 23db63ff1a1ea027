//! Reads pairs of texts and says what the comparison of numbers and dates finds in them.
//!
//! `cargo bench --bench quantities -- FILE.jsonl…`, where each line is an object with `pair` (`en-ja`), `a`, `b`, and
//! perhaps `label`: `as published`, or the kind of a mistake that was put in (`corrupted: digit`); or a document with
//! `blocks_a`, `blocks_b` and `truth`. Warnings on published pairs are printed, so that a person can judge them. Then
//! mistakes of each kind are put into the published translations that have no warning.
//!
//! Without a file it reads `tests/quantities`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use recto::content::quantity::compare::{Difference, Level, TextQuantities, compare};
use recto::content::quantity::quantity::quantities;
use serde_json::Value;

#[path = "../tests/suite/quantities/corrupt.rs"]
mod corrupt;

use corrupt::{Chance, corruptions};

/// Two texts that belong together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    languages: (String, String),
    original: String,
    translation: String,
    /// The kind of the mistake in it; none in a published pair.
    mistake: Option<String>,
}

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let mut pairs = BTreeSet::new();
    for file in &files {
        let text = std::fs::read_to_string(file).expect("the file can be read");
        for line in text.lines() {
            pairs.extend(read(&serde_json::from_str(line).expect("a line is JSON")));
        }
    }
    if files.is_empty() {
        pairs.extend(table());
    }
    let (published, wrong): (Vec<Pair>, Vec<Pair>) = pairs.into_iter().partition(|pair| pair.mistake.is_none());
    let right = published_pairs(&published);
    let mut shares = Shares::default();
    for pair in &wrong {
        shares.count(pair.mistake.as_deref().unwrap_or_default(), &differences(pair, &pair.translation));
    }
    if !wrong.is_empty() {
        shares.print("mistakes in the files");
    }
    let mut shares = Shares::default();
    for (n, pair) in right.into_iter().enumerate() {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ ((n as u64 + 1) << 20));
        for wrong in corruptions(&pair.translation, &pair.languages.1, &mut chance) {
            shares.count(wrong.kind, &differences(pair, &wrong.text));
        }
    }
    shares.print("mistakes put into published pairs");
    time(&published);
}

/// Returns the pairs of a line: one, or the rows of a document.
fn read(line: &Value) -> Vec<Pair> {
    let (from, to) = line["pair"].as_str().and_then(|pair| pair.split_once('-')).expect("a pair of languages");
    let tag = |tag: &str| if tag == "zht" { "zh-Hant".to_owned() } else { tag.to_owned() };
    let pair = |original: String, translation: String, mistake: Option<String>| Pair {
        languages: (tag(from), tag(to)),
        original,
        translation,
        mistake,
    };
    if let (Some(a), Some(b)) = (line["a"].as_str(), line["b"].as_str()) {
        let mistake = line["label"].as_str().and_then(|label| label.strip_prefix("corrupted: "));
        return vec![pair(a.to_owned(), b.to_owned(), mistake.map(str::to_owned))];
    }
    let blocks = |side: &str, row: &Value| -> String {
        let indices = row.as_array().into_iter().flatten().filter_map(Value::as_u64);
        indices.filter_map(|at| line[side][at as usize][1].as_str()).collect::<Vec<_>>().join(" ")
    };
    let rows = line["truth"].as_array().into_iter().flatten();
    let rows = rows.map(|row| pair(blocks("blocks_a", &row[0]), blocks("blocks_b", &row[1]), None));
    rows.filter(|pair| !pair.original.is_empty() && !pair.translation.is_empty()).collect()
}

/// Returns the pairs of the project's own table.
fn table() -> Vec<Pair> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/quantities");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("the table").flatten().map(|entry| entry.path()).collect();
    files.sort();
    let text: String = files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    let rows = text.lines().filter_map(|line| {
        let [from, to, original, translation] = line.split('\t').collect::<Vec<_>>()[..] else { return None };
        let languages = (from.to_owned(), to.to_owned());
        Some(Pair { languages, original: original.to_owned(), translation: translation.to_owned(), mistake: None })
    });
    rows.collect()
}

fn differences(pair: &Pair, translation: &str) -> Vec<Difference> {
    let original = quantities(&pair.original, &pair.languages.0);
    let read = quantities(translation, &pair.languages.1);
    compare(
        TextQuantities { text: &pair.original, quantities: &original },
        TextQuantities { text: translation, quantities: &read },
    )
}

/// Prints the warnings on published pairs, and how many there are by pair of languages. Returns the pairs without one.
fn published_pairs(published: &[Pair]) -> Vec<&Pair> {
    let mut counts: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    let mut right = Vec::new();
    for pair in published {
        let found = differences(pair, &pair.translation);
        let languages = format!("{} → {}", pair.languages.0, pair.languages.1);
        let numbers = !quantities(&pair.original, &pair.languages.0).is_empty();
        for name in [languages.as_str(), "all"] {
            let count = counts.entry(name.to_owned()).or_default();
            count[0] += 1;
            count[1] += usize::from(numbers);
            count[2] += usize::from(found.first().is_some_and(|first| first.level == Level::Warn));
            count[3] += usize::from(found.first().is_some_and(|first| first.level == Level::Hint));
        }
        if found.first().is_none_or(|first| first.level != Level::Warn) {
            right.push(pair);
            continue;
        }
        println!("{languages}\n  {}\n  {}", pair.original, pair.translation);
        for difference in found {
            let side = |term: &Option<recto::content::quantity::compare::StatedQuantity>, text: &str| {
                term.as_ref().map_or("-".to_owned(), |term| format!("{} = {}", &text[term.at.clone()], term.value))
            };
            let (a, b) = (side(&difference.original, &pair.original), side(&difference.translation, &pair.translation));
            println!("    {:?}: {a} | {b}", difference.level);
        }
    }
    println!("\npublished pairs           rows  with numbers  warned  hint  warned per 1,000");
    for (name, [rows, numbers, warned, hints]) in counts {
        println!("{name:24} {rows:5} {numbers:13} {warned:7} {hints:5} {:8.1}", per(1000.0, warned, rows));
    }
    right
}

fn per(of: f64, part: usize, all: usize) -> f64 {
    of * part as f64 / all.max(1) as f64
}

/// How many mistakes of each kind cost a warning, a hint, a note.
#[derive(Default)]
struct Shares(BTreeMap<String, [usize; 4]>);

impl Shares {
    fn count(&mut self, kind: &str, found: &[Difference]) {
        let count = self.0.entry(kind.to_owned()).or_default();
        count[0] += 1;
        let top = found.iter().map(|difference| difference.level).max();
        count[1] += usize::from(top == Some(Level::Warn));
        count[2] += usize::from(top >= Some(Level::Hint));
        count[3] += usize::from(top.is_some());
    }

    fn print(&self, title: &str) {
        println!("\n{title:30}    n  warned  + hint  + note");
        for (kind, [all, warned, hint, note]) in &self.0 {
            let [warned, hint, note] = [warned, hint, note].map(|part| per(100.0, *part, *all));
            println!("{kind:30} {all:4} {warned:6.1}% {hint:6.1}% {note:6.1}%");
        }
    }
}

/// Prints how long it takes to read a text and to compare two.
fn time(pairs: &[Pair]) {
    let bytes: usize = pairs.iter().map(|pair| pair.original.len() + pair.translation.len()).sum();
    let (mut reading, mut comparing) = (f64::MAX, f64::MAX);
    for _ in 0..3 {
        let start = Instant::now();
        let read: Vec<_> = pairs
            .iter()
            .map(|pair| {
                [quantities(&pair.original, &pair.languages.0), quantities(&pair.translation, &pair.languages.1)]
            })
            .collect();
        reading = reading.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        for (pair, [original, translation]) in pairs.iter().zip(&read) {
            let original = TextQuantities { text: &pair.original, quantities: original };
            std::hint::black_box(compare(
                original,
                TextQuantities { text: &pair.translation, quantities: translation },
            ));
        }
        comparing = comparing.min(start.elapsed().as_secs_f64());
    }
    let texts = (pairs.len() * 2).max(1) as f64;
    let micros = 1e6 * reading / texts;
    println!(
        "\n{micros:.1} µs to read a text of {:.0} bytes ({:.0} MB/s), {:.1} µs to compare two",
        bytes as f64 / texts,
        bytes as f64 / reading / 1e6,
        2e6 * comparing / texts,
    );
}
