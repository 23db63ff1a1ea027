//! Writes a generated archive of translated news, for tests and benchmarks, and prints how many outputs of every
//! kind a build of it must make:
//!
//! ```text
//! cargo run --release --example generate -- DIR --articles 10000 --seed 1 --style file --per-page 50 --json
//! ```
//!
//! It is a second opinion: it uses nothing of the library, so its counts test the library. The archive is a
//! function of the arguments alone. It ends on 30 June 2026. The counts hold for a build at any time from 15 July
//! 2026 to the end of 2098 (`--now` sets it), when its expired articles have expired and its future ones are still
//! future. The theme's own files and those of the search are not counted.

#![allow(clippy::disallowed_methods, reason = "a program of its own, not a part of the library and its floors")]

mod archive;
mod article;
mod body;
mod calendar;
mod chance;
mod english;
mod expect;
mod facts;
mod front_matter;
mod grammar;
mod terms;
mod tongues;

use archive::{Archive, Order};
use clap::{Parser, ValueEnum};
use expect::Counts;
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write a generated archive and say what a build of it must make
#[derive(Parser)]
struct Args {
    /// The folder to write; it must be empty or absent
    dir: PathBuf,
    /// How many articles
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=5_000_000))]
    articles: u64,
    /// Another seed, another archive of the same shape
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// `permalinks.style` of the site
    #[arg(long, value_enum, default_value_t = Style::Directory)]
    style: Style,
    /// `pagination.per_page` of the site
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..))]
    per_page: u64,
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Style {
    Directory,
    File,
}

const USAGE: u8 = 2;
const DISK: u8 = 4;

fn main() -> ExitCode {
    let args = Args::parse();
    match is_free(&args.dir) {
        Ok(true) => {}
        Ok(false) => return fail(USAGE, &format!("{} is not empty", args.dir.display())),
        Err(error) => return fail(DISK, &format!("cannot read {}: {error}", args.dir.display())),
    }
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(DISK, &error.to_string()),
    }
}

fn fail(code: u8, message: &str) -> ExitCode {
    // If even this cannot be written, there is nothing left to do.
    let _ = writeln!(io::stderr(), "error: {message}");
    ExitCode::from(code)
}

fn is_free(dir: &Path) -> io::Result<bool> {
    match dir.read_dir() {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

fn run(args: &Args) -> io::Result<()> {
    let style = match args.style {
        Style::Directory => "directory",
        Style::File => "file",
    };
    let order = Order { articles: args.articles, seed: args.seed, style, per_page: args.per_page };
    let (archive, expect) = Archive::write(&args.dir, &order)?;
    let mut inputs = expect.inputs();
    inputs.extend([("files".to_string(), archive.files), ("bytes".to_string(), archive.bytes)]);
    let text = if args.json { object(&order, &inputs, &expect.outputs()) } else { table(&inputs, &expect.outputs()) };
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

fn object(order: &Order, inputs: &Counts, outputs: &Counts) -> String {
    let counts =
        |counts: &Counts| counts.iter().map(|(name, n)| (name.clone(), json!(n))).collect::<Map<String, Value>>();
    let Order { articles, seed, style, per_page } = order;
    let order = json!({ "articles": articles, "seed": seed, "style": style, "per_page": per_page });
    format!("{}\n", json!({ "order": order, "inputs": counts(inputs), "outputs": counts(outputs) }))
}

/// Prints two tables. The numbered pages of a listing are beside its roots.
fn table(inputs: &Counts, outputs: &Counts) -> String {
    let mut text = "inputs\n".to_string();
    let line = |name: &str, n: u64, more: &str| format!("  {name:<16}{n:>12}{more}\n");
    inputs.iter().for_each(|(name, n)| text.push_str(&line(name, *n, "")));
    text.push_str("\noutputs                           numbered\n");
    for (name, n) in outputs.iter().filter(|(name, _)| !name.ends_with(".numbered")) {
        let numbered = outputs.iter().find(|(key, _)| key.strip_suffix(".numbered") == Some(name));
        let numbered = numbered.map_or(String::new(), |(_, n)| format!("{n:>12}"));
        text.push_str(&line(name, *n, &numbered));
    }
    text
}
