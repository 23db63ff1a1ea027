//! `cargo bench --bench align -- DIR`: measures the alignment on documents whose rows are known.
//!
//! DIR holds files `*.jsonl`, a document a line: `{"id", "pair": "en-ja", "blocks_a": [[kind, text, [urls]]],
//! "blocks_b", "truth": [[[0], [0, 1]], …], "source"}`. The rows of one block each give clean documents. Splits, joins,
//! omissions and additions are put into them at several rates, with fixed seeds, and the rows that are found are
//! compared with those that were made. `docs/src/explanations/alignment.md` holds the tables.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which reads files and prints"
)]

#[path = "align/changes.rs"]
mod changes;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use changes::{Pool, change};
use clap::Parser;
use recto::content::align::block::{Block, BlockKind};
use recto::content::align::path::{Pair, Side, align, align_piece_in_full};
use recto::content::align::row::Row;
use recto::content::align::terms::TermLexicon;
use serde_json::Value;

/// The allocator of the measured program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measure the alignment on documents whose rows are known
#[derive(Parser)]
struct Args {
    /// The folder with the documents
    dir: PathBuf,
    /// How often to change each document, with other seeds
    #[arg(long, default_value_t = 5)]
    seeds: u64,
    /// Shares of rows to change
    #[arg(long, value_delimiter = ',', default_value = "0,5,15,30")]
    percent: Vec<u32>,
    /// Also pair translations of the same original with each other: ja-zh from en-ja and en-zh
    #[arg(long)]
    pivot: bool,
    /// Only directions that contain this
    #[arg(long, default_value = "")]
    pair: String,
    /// How often to align each text; the fastest counts
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Print each wrong row
    #[arg(long)]
    wrong: bool,
    /// What cargo gives to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// A document: two texts and their rows.
#[derive(Clone)]
struct Document {
    id: String,
    source: String,
    langs: (String, String),
    original: Vec<Block>,
    translation: Vec<Block>,
    truth: Vec<Pairing>,
}

/// A row as two lists of blocks.
type Pairing = (Vec<u32>, Vec<u32>);

fn main() -> ExitCode {
    let args = Args::parse();
    let mut documents = match read(&args.dir) {
        Ok(documents) if !documents.is_empty() => documents,
        Ok(_) => return fail("no documents there"),
        Err(error) => return fail(&error),
    };
    if args.pivot {
        let pivots = pivots(&documents);
        documents.extend(pivots);
    }
    documents.retain(|document| document.pair().contains(&args.pair));
    let mut report = Report { wrong: args.wrong, runs: args.runs, ..Report::default() };
    let sources: Vec<String> = sorted(documents.iter().map(|d| d.source.clone()));
    for source in &sources {
        let documents: Vec<&Document> = documents.iter().filter(|d| d.source == *source).collect();
        println!("\n# {source}: {} documents\n", documents.len());
        println!("| changed | directions | mean F1 | all P / R / F1 | lowest | link F1 | whole | below .9 | µs |");
        println!("|--|--|--|--|--|--|--|--|--|");
        let mut tables = Vec::new();
        let clean: Vec<Document> = documents.iter().filter_map(|d| d.clean()).collect();
        for &percent in &args.percent {
            let pool = Pool::new(&clean);
            let mut by_pair: BTreeMap<String, Score> = BTreeMap::new();
            for seed in 0..if percent == 0 { 1 } else { args.seeds } {
                for document in &clean {
                    let changed = change(document, percent, seed, &pool);
                    report.measure(&changed, by_pair.entry(document.pair()).or_default());
                }
            }
            println!("{}", line(&format!("{percent} %"), &by_pair));
            tables.push((format!("{percent} %"), by_pair));
        }
        let mut by_pair: BTreeMap<String, Score> = BTreeMap::new();
        for document in &documents {
            report.measure(document, by_pair.entry(document.pair()).or_default());
        }
        println!("{}", line("as given", &by_pair));
        tables.push(("as given".to_owned(), by_pair));
        print_directions(&tables);
    }
    report.print();
    if report.crossed > 0 { fail("rows cross, or do not cover both texts") } else { ExitCode::SUCCESS }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::FAILURE
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts.dedup();
    texts
}

// --- Documents -----------------------------------------------------------------------------------------------------

fn read(dir: &Path) -> Result<Vec<Document>, String> {
    let entries = std::fs::read_dir(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    let mut documents = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let values = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        documents.extend(values.filter_map(|value| document(&value)));
    }
    Ok(documents)
}

/// Reads a document; lines of other kinds are left out.
fn document(value: &Value) -> Option<Document> {
    let (a, b) = value["pair"].as_str()?.split_once('-')?;
    let tag = |lang: &str| if lang == "zht" { "zh-Hant".to_owned() } else { lang.to_owned() };
    let list =
        |value: &Value| -> Option<Vec<u32>> { value.as_array()?.iter().map(|n| Some(n.as_u64()? as u32)).collect() };
    let rows = value["truth"].as_array()?.iter().map(|row| Some((list(&row[0])?, list(&row[1])?)));
    Some(Document {
        id: value["id"].as_str()?.to_owned(),
        source: value["source"].as_str()?.to_owned(),
        langs: (tag(a), tag(b)),
        original: value["blocks_a"].as_array()?.iter().map(block).collect::<Option<_>>()?,
        translation: value["blocks_b"].as_array()?.iter().map(block).collect::<Option<_>>()?,
        truth: rows.collect::<Option<_>>()?,
    })
}

fn block(value: &Value) -> Option<Block> {
    let kind = match value[0].as_str()? {
        "p" => BlockKind::Paragraph,
        "li" => BlockKind::Item,
        "bq" => BlockKind::Quote,
        "table" => BlockKind::Table,
        "img" => BlockKind::Figure,
        "code" => BlockKind::Code,
        "html" => BlockKind::Html,
        "hr" => BlockKind::Rule,
        heading => BlockKind::Heading(heading.strip_prefix('h')?.parse().ok()?),
    };
    let urls = value[2].as_array().into_iter().flatten().filter_map(|url| Some(url.as_str()?.into())).collect();
    Some(Block {
        kind,
        text: value[1].as_str()?.to_owned(),
        urls,
        mark: None,
        unit: None,
        source: 0..0,
        numbers: Default::default(),
    })
}

impl Document {
    fn pair(&self) -> String {
        format!("{}-{}", self.langs.0, self.langs.1)
    }

    /// Returns the rows of one block on each side, as a document.
    fn clean(&self) -> Option<Document> {
        let mut clean = Document { original: Vec::new(), translation: Vec::new(), truth: Vec::new(), ..self.clone() };
        for (a, b) in &self.truth {
            if let ([a], [b]) = (&a[..], &b[..]) {
                clean.push(vec![self.original[*a as usize].clone()], vec![self.translation[*b as usize].clone()]);
            }
        }
        (clean.truth.len() > 1).then_some(clean)
    }

    fn push(&mut self, original: Vec<Block>, translation: Vec<Block>) {
        let numbers = |before: usize, new: &Vec<Block>| (before..before + new.len()).map(|n| n as u32).collect();
        let row = (numbers(self.original.len(), &original), numbers(self.translation.len(), &translation));
        self.original.extend(original);
        self.translation.extend(translation);
        self.truth.push(row);
    }
}

/// Pairs translations of the same original: blocks with the same English text correspond.
fn pivots(documents: &[Document]) -> Vec<Document> {
    let mut by_name: BTreeMap<(String, String), Vec<Document>> = BTreeMap::new();
    for document in documents.iter().filter_map(Document::clean) {
        let name = document.id.split('@').next().unwrap_or_default().replace(&format!(".{}.", document.pair()), ".");
        let name = name.replace(".en-zht.", ".").replace(&format!("osg.{}.", document.langs.1), "osg.");
        by_name.entry((document.source.clone(), name)).or_default().push(document);
    }
    let mut pivots = Vec::new();
    for ((source, name), versions) in &by_name {
        for one in versions {
            for other in versions.iter().filter(|other| other.langs.1 != one.langs.1) {
                let mut pivot = Document {
                    id: name.clone(),
                    source: format!("{source}, translations with each other"),
                    langs: (one.langs.1.clone(), other.langs.1.clone()),
                    original: Vec::new(),
                    translation: Vec::new(),
                    truth: Vec::new(),
                };
                for (a, english) in one.translation.iter().zip(&one.original) {
                    let same = other.original.iter().position(|block| block.text == english.text);
                    if let Some(at) = same {
                        pivot.push(vec![a.clone()], vec![other.translation[at].clone()]);
                    }
                }
                if pivot.truth.len() > 4 {
                    pivots.push(pivot);
                }
            }
        }
    }
    pivots
}

// --- Figures -------------------------------------------------------------------------------------------------------

/// What was found in the documents of a direction.
#[derive(Default)]
struct Score {
    documents: usize,
    whole: usize,
    /// Right rows, found rows, true rows; the same for pairs of blocks.
    rows: [usize; 3],
    links: [usize; 3],
    doubtful: usize,
    micros: f64,
}

impl Score {
    fn add(&mut self, other: &Score) {
        self.documents += other.documents;
        self.whole += other.whole;
        self.doubtful += other.doubtful;
        self.micros += other.micros;
        for at in 0..3 {
            self.rows[at] += other.rows[at];
            self.links[at] += other.links[at];
        }
    }

    fn f1(&self) -> f64 {
        f1(self.rows)
    }
}

fn share(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// F1 in percent, of right, found and true.
fn f1([right, found, truth]: [usize; 3]) -> f64 {
    200.0 * right as f64 / (found + truth).max(1) as f64
}

/// The rows of all measurements, by confidence.
#[derive(Default)]
struct Report {
    wrong: bool,
    runs: u16,
    crossed: usize,
    /// Texts in which the shortcuts for plain texts gave other rows.
    shortened: usize,
    bins: [Bin; 6],
}

#[derive(Default)]
struct Bin {
    rows: usize,
    stated: u64,
    right: usize,
}

/// The lower ends of the bins, in percent.
const BINS: [(u8, &str); 6] =
    [(0, "below .5"), (50, ".5 - .7"), (70, ".7 - .9"), (90, ".9 - .98"), (98, ".98 and more"), (100, "1")];

impl Report {
    fn measure(&mut self, document: &Document, score: &mut Score) {
        let side = |lang, blocks| Side { lang, blocks };
        let (a, b) = (side(&document.langs.0, &document.original), side(&document.langs.1, &document.translation));
        let mut alignment = align(a, b, &[]);
        let mut fastest = f64::INFINITY;
        for _ in 0..self.runs {
            let start = Instant::now();
            alignment = align(a, b, &[]);
            fastest = fastest.min(start.elapsed().as_secs_f64());
        }
        score.micros += fastest * 1e6;
        let pair = Pair::new(a, b, &TermLexicon::new(&[]));
        let full = align_piece_in_full(&pair, 0..document.original.len(), 0..document.translation.len());
        let blocks = |rows: &[Row]| -> Vec<_> {
            rows.iter().map(|row| (row.original.clone(), row.translation.clone())).collect()
        };
        self.shortened += usize::from(alignment.refused.is_none() && blocks(&full) != blocks(&alignment.rows));
        let numbers = |row: &Row| (row.original.clone().collect(), row.translation.clone().collect());
        let found: Vec<Pairing> = alignment.rows.iter().map(numbers).collect();
        let all = |blocks: &[Block]| (0..blocks.len() as u32).collect::<Vec<u32>>();
        let covered = |side: fn(&Pairing) -> &Vec<u32>| found.iter().flat_map(side).copied().collect::<Vec<u32>>();
        if covered(|row| &row.0) != all(&document.original) || covered(|row| &row.1) != all(&document.translation) {
            self.crossed += 1;
        }
        let mut right = 0;
        for (row, pairing) in alignment.rows.iter().zip(&found) {
            let is_right = document.truth.contains(pairing);
            right += usize::from(is_right);
            score.doubtful += usize::from(row.confidence < 90);
            let bin = BINS.iter().rposition(|(low, _)| row.confidence >= *low).unwrap_or(0);
            let bin = &mut self.bins[bin];
            bin.rows += 1;
            bin.stated += u64::from(row.confidence);
            bin.right += usize::from(is_right);
            if self.wrong && !is_right {
                println!("{} {} {pairing:?} {}", document.pair(), document.id, row.confidence);
            }
        }
        let links = |rows: &[Pairing]| -> Vec<(u32, u32)> {
            rows.iter().flat_map(|(a, b)| a.iter().flat_map(|a| b.iter().map(|b| (*a, *b)))).collect()
        };
        let (found_links, true_links) = (links(&found), links(&document.truth));
        let right_links = found_links.iter().filter(|link| true_links.contains(link)).count();
        score.add(&Score {
            documents: 1,
            whole: usize::from(found == document.truth),
            rows: [right, found.len(), document.truth.len()],
            links: [right_links, found_links.len(), true_links.len()],
            doubtful: 0,
            micros: 0.0,
        });
    }

    fn print(&self) {
        println!("\n# Confidence\n\n| stated | rows | mean stated | right |\n|--|--|--|--|");
        for (bin, (_, name)) in self.bins.iter().zip(BINS).filter(|(bin, _)| bin.rows > 0) {
            let (stated, right) = (bin.stated as f64 / bin.rows as f64, share(bin.right, bin.rows));
            let verdict = if right >= stated - 3.0 { "" } else { " (too low)" };
            println!("| {name} | {} | {stated:.1} % | {right:.1} %{verdict} |", bin.rows);
        }
        println!("\nTexts in which a shortcut for plain texts changed a row: {}", self.shortened);
        println!("Texts whose rows cross or have gaps: {}", self.crossed);
    }
}

fn line(name: &str, by_pair: &BTreeMap<String, Score>) -> String {
    let mut all = Score::default();
    by_pair.values().for_each(|score| all.add(score));
    let mean = by_pair.values().map(Score::f1).sum::<f64>() / by_pair.len().max(1) as f64;
    let lowest = by_pair.iter().min_by(|a, b| a.1.f1().total_cmp(&b.1.f1()));
    let (pair, low) = lowest.map_or(("", 0.0), |(pair, score)| (pair.as_str(), score.f1()));
    format!(
        "| {name} | {} | {mean:.2} | {:.2} / {:.2} / {:.2} | {pair} {low:.1} | {:.2} | {:.1} % | {:.1} % | {:.0} |",
        by_pair.len(),
        share(all.rows[0], all.rows[1]),
        share(all.rows[0], all.rows[2]),
        all.f1(),
        f1(all.links),
        share(all.whole, all.documents),
        share(all.doubtful, all.rows[1]),
        all.micros / all.documents.max(1) as f64,
    )
}

fn print_directions(tables: &[(String, BTreeMap<String, Score>)]) {
    let names: Vec<&str> = tables.iter().map(|(name, _)| name.as_str()).collect();
    println!("\n| direction | {} |\n|--|{}", names.join(" | "), "--|".repeat(names.len()));
    for pair in sorted(tables.iter().flat_map(|(_, by_pair)| by_pair.keys().cloned())) {
        let cells = tables.iter().map(|(_, by_pair)| {
            by_pair.get(&pair).map_or_else(String::new, |score| format!("{:.1} ({})", score.f1(), score.documents))
        });
        println!("| {pair} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}
