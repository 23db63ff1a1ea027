//! `cargo bench --bench floor -- SITE BUILT OUT [--threads N]`: the floor of a site that has been built to BUILT.
//! Its files are written again to OUT, which must not exist and is kept. See `shared/floor.rs` for what is
//! measured.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program of its own, which makes files and prints"
)]

mod shared;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use shared::{floor, parallel, sites};

/// The allocator of the measured program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measure what this machine needs for the work of a build
#[derive(Parser)]
struct Args {
    /// The site
    site: PathBuf,
    /// What `recto build` has made of it
    built: PathBuf,
    /// Where to write the same files again; must not be there yet
    out: PathBuf,
    /// Threads (default: one per core)
    #[arg(long)]
    threads: Option<usize>,
    /// As for `recto build`
    #[arg(long, default_value = sites::NOW)]
    now: String,
    /// Only the line for programs
    #[arg(long)]
    json: bool,
    /// What cargo gives to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let Args { site, built, out, threads, now, json, bench: _ } = Args::parse();
    let threads = threads.unwrap_or_else(parallel::cores).max(1);
    match floor::run(&floor::Floor { site, built, out, threads, now }) {
        Ok(stages) => {
            println!("{}", stages.json());
            if !json {
                println!("\nfloor, {threads} threads\n{}", stages.table());
            }
            ExitCode::SUCCESS
        }
        Err(error) => sites::fail(&error),
    }
}
