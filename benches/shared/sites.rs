//! Generated sites, the folder in which they are measured, and small helpers for all benchmarks.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use recto::base::date;
use recto::engine::load;
use recto::engine::site::{LoadOptions, Site};
use recto::search::shape::Shape;
use recto::system::root::Root;
use tempfile::TempDir;

use super::child::{self, Spent};

/// The time of all builds: later than every generated article, except those that are meant to be future.
pub const NOW: &str = "2027-01-01T00:00:00Z";

/// Ends a benchmark with an error.
pub fn fail(error: &io::Error) -> ExitCode {
    // If even this cannot be written, there is nothing left to do.
    let _ = writeln!(io::stderr(), "error: {error}");
    ExitCode::FAILURE
}

/// Creates a folder for all files of a benchmark, in memory if possible, since disks differ more than programs do.
/// It is removed at the end unless it is kept.
pub fn folder(on: Option<&Path>) -> io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    match on {
        Some(on) => TempDir::with_prefix_in("recto-bench-", on),
        None if memory.is_dir() => TempDir::with_prefix_in("recto-bench-", memory),
        None => TempDir::with_prefix("recto-bench-"),
    }
}

/// Generates an archive.
pub fn generate(site: &Path, articles: usize, style: &str) -> io::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    command.args(["run", "--release", "--quiet", "--example", "generate", "--manifest-path"]).arg(manifest);
    command.arg("--").arg(site).args(["--articles", &articles.to_string(), "--style", style, "--json"]);
    child::run(&mut command).map(drop)
}

/// Waits until earlier writes are on the disk; otherwise they would slow down the next measurement.
pub fn settle() {
    // If the program is missing, go on without it.
    let _ = Command::new("sync").status();
}

/// Loads a site as a build does.
pub fn load(root: &Path, threads: usize, now: &str) -> io::Result<Site> {
    let options = LoadOptions {
        root: Root::shared(root).expect("the folder is there"),
        base_url: None,
        drafts: false,
        future: false,
        expired: false,
        now: date::parse(now).map_err(io::Error::other)?,
        threads,
        cache: None,
        shape: Shape::default(),
    };
    let loaded = load::load(&options).map_err(|error| io::Error::other(error.to_string()))?;
    loaded.made.map(|(site, _)| site).ok_or_else(|| io::Error::other("the site has errors; `recto check` names them"))
}

/// A site with its output.
pub struct Place {
    pub site: PathBuf,
    pub out: PathBuf,
    pub threads: usize,
}

impl Place {
    /// Builds the site with the program. The time includes the program's start and end.
    pub fn build(&self) -> io::Result<(Spent, serde_json::Value)> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
        command.arg("-C").arg(&self.site).args(["build", "--format", "json", "--now", NOW]).arg("-o").arg(&self.out);
        command.args(["-j", &self.threads.to_string()]).stderr(Stdio::inherit());
        let spent = child::run(&mut command)?;
        let lines = spent.out.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let summary = lines.into_iter().find(|line| line["type"] == "summary");
        let summary = summary.ok_or_else(|| io::Error::other("the build said nothing of what it did"))?;
        Ok((spent, summary))
    }

    /// Removes everything that builds have left.
    pub fn forget(&self) -> io::Result<()> {
        remove(&self.out)?;
        remove(&self.site.join(".recto"))
    }
}

/// Removes a folder if it exists.
pub fn remove(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Formats a number for a table; a dash if there is none.
pub fn cell(number: Option<f64>, digits: usize) -> String {
    number.map_or_else(|| "-".to_owned(), |number| format!("{number:.digits$}"))
}

/// Formats KiB as MiB.
pub fn mib(kib: Option<u64>) -> String {
    cell(kib.map(|kib| kib as f64 / 1024.0), 0)
}
