//! `cargo bench --bench archive`: generates archives and builds them, clean and after each kind of edit. Compares
//! the times with the floor of the same site, and with only reading the status of all files, measured in the same
//! run.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which makes files, starts programs and prints"
)]

mod shared;

use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use clap::Parser;
use serde_json::{Value, json};
use shared::child::{self, Spent};
use shared::edits::{self, Desk};
use shared::sites::{self, Place, cell, mib};
use shared::{floor, parallel, tree};

/// The floor is measured in this program, with the allocator of the measured program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Build generated archives and measure it
#[derive(Parser)]
struct Args {
    /// Sizes of the archives, in articles
    #[arg(long, value_delimiter = ',', default_value = "1000,10000,100000")]
    sizes: Vec<usize>,
    /// A million articles, too: some 50 GB of files
    #[arg(long)]
    million: bool,
    /// Where to put the archives and the outputs (default: /dev/shm, else the folder for temporary files)
    #[arg(long, value_name = "DIR")]
    on: Option<PathBuf>,
    /// `permalinks.style` of the sites: directory or file
    #[arg(long, default_value = "directory")]
    style: String,
    /// How often to measure each; the fastest counts
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Default: one a core
    #[arg(long)]
    threads: Option<usize>,
    /// Lines for programs instead of tables
    #[arg(long)]
    json: bool,
    /// Do not remove what was made
    #[arg(long)]
    keep: bool,
    /// Only the floor: SITE BUILT OUT (for this program itself: the floor gets a process of its own)
    #[arg(long, hide = true, num_args = 3)]
    floor: Option<Vec<PathBuf>>,
    /// What cargo gives to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => sites::fail(&error),
    }
}

fn run(args: &Args) -> io::Result<()> {
    let threads = args.threads.unwrap_or_else(parallel::cores).max(1);
    if let Some([site, built, out]) = args.floor.as_deref() {
        let (site, built, out, now) = (site.clone(), built.clone(), out.clone(), sites::NOW.to_owned());
        println!("{}", floor::run(&floor::Floor { site, built, out, threads, now })?.json());
        return Ok(());
    }
    let million = args.million.then_some(1_000_000);
    for articles in args.sizes.iter().copied().chain(million) {
        let folder = sites::folder(args.on.as_deref())?;
        let place = Place { site: folder.path().join("site"), out: folder.path().join("public"), threads };
        let again = folder.path().join("again");
        sites::generate(&place.site, articles, &args.style)?;
        let measured = measure(&place, &again, usize::from(args.runs))?;
        if args.json {
            measured.lines(articles, threads).iter().for_each(|line| println!("{line}"));
        } else {
            print!("{}", measured.table(articles, threads));
        }
        if args.keep {
            eprintln!("kept: {}", folder.keep().display());
        }
    }
    Ok(())
}

/// A build, and its report.
struct Case {
    name: &'static str,
    spent: Spent,
    summary: Value,
}

/// The results for an archive: the fastest run of every case.
#[derive(Default)]
struct Measured {
    cases: Vec<Case>,
    /// The line of the floor.
    floor: Option<Value>,
    look: Option<Look>,
}

/// Seconds to read the status of every input and output.
#[derive(Clone, Copy)]
struct Look {
    files: usize,
    /// Inputs by a walk, outputs by their known paths.
    known: f64,
    /// Both by a walk.
    walk: f64,
}

const CLEAN: &str = "clean";
const NOTHING: &str = "nothing changed";

/// Measures in rounds, so that compared cases run side by side.
fn measure(place: &Place, again: &PathBuf, runs: usize) -> io::Result<Measured> {
    let mut measured = Measured::default();
    for _ in 0..runs {
        place.forget()?;
        sites::settle();
        measured.build(CLEAN, place)?;
        sites::settle();
        measured.floor(place, again)?;
        // A build reads files as old as the state again, once, since their time may hide a later change.
        sites::settle();
        measured.build("nothing changed, at once", place)?;
        measured.look(place)?;
        measured.build(NOTHING, place)?;
    }
    let desk = Desk::new(&place.site, place.threads)?;
    for edit in edits::ALL {
        for round in 0..runs {
            desk.edit(edit, round)?;
            measured.build(edit.name(), place)?;
        }
    }
    Ok(measured)
}

impl Measured {
    fn build(&mut self, name: &'static str, place: &Place) -> io::Result<()> {
        let (spent, summary) = place.build()?;
        let case = Case { name, spent, summary };
        match self.cases.iter_mut().find(|case| case.name == name) {
            None => self.cases.push(case),
            Some(known) if case.spent.wall < known.spent.wall => *known = case,
            Some(_) => {}
        }
        Ok(())
    }

    fn floor(&mut self, place: &Place, again: &PathBuf) -> io::Result<()> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--threads").arg(place.threads.to_string());
        command.arg("--floor").arg(&place.site).arg(&place.out).arg(again).stderr(Stdio::inherit());
        let line: Value = serde_json::from_str(&child::run(&mut command)?.out)?;
        sites::remove(again)?;
        if self.floor.as_ref().is_none_or(|known| line["sum"].as_f64() < known["sum"].as_f64()) {
            self.floor = Some(line);
        }
        Ok(())
    }

    /// Measures the least work of a build that finds nothing changed: walking the inputs and reading the status of
    /// every output. Outputs are found in two ways: by the paths that a state would know, and by a walk.
    fn look(&mut self, place: &Place) -> io::Result<()> {
        let outputs = tree::walk(&place.out, place.threads)?;
        let start = Instant::now();
        let inputs = tree::walk(&place.site, place.threads)?;
        let walked = start.elapsed();
        let there = tree::look(&outputs.files, place.threads);
        let known = start.elapsed();
        let again = Instant::now();
        tree::walk(&place.out, place.threads)?;
        let walk = walked + again.elapsed();
        let files = inputs.files.len() + there;
        let (known, walk) = (known.as_secs_f64(), walk.as_secs_f64());
        let best = self.look.get_or_insert(Look { files, known, walk });
        (best.known, best.walk) = (best.known.min(known), best.walk.min(walk));
        Ok(())
    }

    fn wall(&self, name: &str) -> Option<f64> {
        self.cases.iter().find(|case| case.name == name).map(|case| case.spent.wall)
    }

    fn clean_to_floor(&self) -> Option<f64> {
        Some(self.wall(CLEAN)? / self.floor.as_ref()?["sum"].as_f64()?)
    }

    /// Returns the seconds without any change, for either way of finding outputs.
    fn nothing_to_look(&self) -> (Option<f64>, Option<f64>) {
        let nothing = self.wall(NOTHING).zip(self.look);
        (nothing.map(|(wall, look)| wall / look.known), nothing.map(|(wall, look)| wall / look.walk))
    }

    fn lines(&self, articles: usize, threads: usize) -> Vec<Value> {
        let mut lines: Vec<Value> = self
            .cases
            .iter()
            .map(|Case { name, spent, summary }| {
                json!({
                    "type": "case", "articles": articles, "threads": threads, "case": name, "wall": spent.wall,
                    "cpu": spent.cpu, "peak_kib": spent.peak, "rendered": summary["rendered"],
                    "written": summary["written"], "removed": summary["removed"], "timings": summary["timings"],
                })
            })
            .collect();
        if let Some(mut floor) = self.floor.clone() {
            floor["articles"] = json!(articles);
            floor["threads"] = json!(threads);
            lines.push(floor);
        }
        if let Some(Look { files, known, walk }) = self.look {
            lines.push(json!({
                "type": "look", "articles": articles, "threads": threads, "files": files, "known": known, "walk": walk,
            }));
        }
        let (known, walk) = self.nothing_to_look();
        lines.push(json!({
            "type": "ratios", "articles": articles, "threads": threads, "clean_to_floor": self.clean_to_floor(),
            "nothing_to_look": known, "nothing_to_walk": walk,
        }));
        lines
    }

    fn table(&self, articles: usize, threads: usize) -> String {
        let mut text = format!("\n{articles} articles, {threads} threads\n\n");
        text.push_str(&format!(
            "  {:<26}{:>10}{:>10}{:>10}{:>10}{:>10}\n",
            "build", "wall s", "cpu s", "peak MiB", "rendered", "written"
        ));
        for Case { name, spent, summary } in &self.cases {
            let Spent { wall, cpu, peak, .. } = spent;
            let (wall, cpu, peak) = (cell(Some(*wall), 3), cell(*cpu, 2), mib(*peak));
            let count = |key: &str| cell(summary[key].as_f64(), 0);
            let (rendered, written) = (count("rendered"), count("written"));
            text.push_str(&format!("  {name:<26}{wall:>10}{cpu:>10}{peak:>10}{rendered:>10}{written:>10}\n"));
        }
        text.push_str("\n  floor, s:");
        if let Some(floor) = &self.floor {
            for stage in floor["stages"].as_array().into_iter().flatten() {
                let name = stage["stage"].as_str().unwrap_or_default();
                text.push_str(&format!("  {name} {}", cell(stage["seconds"].as_f64(), 3)));
            }
            text.push_str(&format!("  sum {}", cell(floor["sum"].as_f64(), 3)));
        }
        if let Some(Look { files, known, walk }) = self.look {
            text.push_str(&format!("\n  status of {files} files, s:  outputs by path {known:.4}  by walk {walk:.4}\n"));
        }
        let (known, walk) = self.nothing_to_look();
        let (clean, known, walk) = (cell(self.clean_to_floor(), 2), cell(known, 2), cell(walk, 2));
        text.push_str(&format!("  clean / floor {clean}    {NOTHING} / status by path {known}, by walk {walk}\n"));
        text
    }
}
