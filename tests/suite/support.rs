//! A site in a temporary folder, made from strings, and its builds. In process, on tmpfs if there is one.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use recto::base::diag::Diagnostics;
use recto::engine::build::{self, Build, BuildEnd, BuildSummary};
use recto::engine::site::LoadOptions;
use recto::search::shape::Shape;
use recto::system::root::Root;
use tempfile::TempDir;

/// Returns the folder of the project.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Creates a temporary folder.
pub fn temporary() -> TempDir {
    let tmpfs = Path::new("/dev/shm");
    let made = if tmpfs.is_dir() { TempDir::new_in(tmpfs) } else { TempDir::new() };
    made.expect("a temporary folder can be made")
}

/// Returns the first seed of a test with random cases: `RECTO_SEED`, a new one if that is `new`, otherwise always the
/// same, so that a failure comes from the change under test.
pub fn seed() -> u64 {
    match std::env::var("RECTO_SEED").as_deref() {
        Err(_) => 20_261_127,
        Ok("new") => RandomState::new().hash_one("seed") >> 16,
        Ok(text) => text.parse().expect("RECTO_SEED is a number, or `new`"),
    }
}

/// Returns a port for a server that another program runs. It lies outside the range from which systems take ports for
/// connections and for listeners without a number of their own, so that none of those takes it meanwhile.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(97);
    loop {
        let next = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        let port = 20_000 + next as u16;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// A site in a temporary folder.
pub struct Site {
    pub folder: TempDir,
}

/// Returns an article with the required keys and a body.
pub fn article(title: &str, date: &str, more: &str, body: &str) -> String {
    format!(
        "+++\ntitle = {title:?}\ndate = {date}\nsource = \"The Harbour Gazette\"\ntranslator = \"A. Person\"\n\
         section = \"World\"\n{more}\n+++\n\n{body}\n"
    )
}

pub const SITE_TOML: &str = "title = \"Test\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n";

impl Site {
    /// Creates a site with this `site.toml`.
    pub fn new(config: &str) -> Site {
        let site = Site { folder: temporary() };
        site.write("site.toml", config);
        site
    }

    /// Creates a copy of a folder.
    pub fn copy(from: &Path) -> Site {
        let site = Site { folder: temporary() };
        for (path, bytes) in tree(from) {
            site.write_bytes(&path, &bytes);
        }
        site
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) -> &Site {
        self.write_bytes(path, text.as_bytes())
    }

    pub fn write_bytes(&self, path: &str, bytes: &[u8]) -> &Site {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
        self
    }

    /// Writes a file in one step, as editors do. [`Site::write`] empties the file first, and a program that follows
    /// the site may read it at that moment.
    #[cfg(feature = "serve")]
    pub fn save(&self, path: &str, text: &str) -> &Site {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        let elsewhere = temporary();
        let new = elsewhere.path().join("new");
        fs::write(&new, text).and_then(|()| fs::rename(new, path)).expect("a file can be written");
        self
    }

    /// Returns an output as text. Panics if it does not exist.
    pub fn output(&self, path: &str) -> String {
        let file = self.root().join("public").join(path);
        fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
    }

    /// Returns all outputs.
    pub fn outputs(&self) -> BTreeMap<String, Vec<u8>> {
        tree(&self.root().join("public"))
    }

    /// Returns options for a build on two threads, at a fixed time.
    pub fn options(&self) -> LoadOptions {
        LoadOptions {
            root: Root::shared(self.root()).expect("the folder is there"),
            base_url: None,
            drafts: false,
            future: false,
            expired: false,
            now: recto::base::date::parse("2026-11-01T00:00:00Z").expect("a time"),
            threads: 2,
            cache: None,
            shape: Shape::default(),
        }
    }

    /// Returns options with which the search index of a small site has several pieces.
    pub fn options_in_pieces(&self) -> LoadOptions {
        LoadOptions { shape: Shape { target: 10_000, ..Shape::default() }, ..self.options() }
    }

    pub fn build_with(&self, options: &LoadOptions) -> (Option<BuildSummary>, Diagnostics) {
        let build =
            Build { output: self.root().join("public"), strict: false, verify: false, explain: true, adopt: false };
        let report = build::build(options, &build).unwrap_or_else(|e| panic!("{e}"));
        let summary = match report.end {
            BuildEnd::Built(summary) => Some(summary),
            BuildEnd::Errors { .. } => None,
            BuildEnd::Refused(refused) => panic!("{refused}"),
        };
        (summary, report.problems)
    }

    pub fn try_build(&self) -> (Option<BuildSummary>, Diagnostics) {
        self.build_with(&self.options())
    }

    /// Builds, and panics on any problem.
    pub fn build(&self) -> BuildSummary {
        let (summary, problems) = self.try_build();
        assert!(problems.is_empty(), "{problems:#?}");
        summary.expect("a site without problems builds")
    }
}

/// Returns a picture of one pixel.
pub fn png() -> Vec<u8> {
    let hex = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441\
               54789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082";
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal")).collect()
}

/// Returns every file below a folder, by its path.
pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root).into_iter().map(|e| e.expect("a folder can be walked")) {
        if entry.file_type().is_file() {
            let below = entry.path().strip_prefix(root).expect("below the root");
            let bytes = fs::read(entry.path()).expect("a file can be read");
            out.insert(below.to_str().expect("paths are UTF-8").to_owned(), bytes);
        }
    }
    out
}

/// Runs the program, with an environment of its own.
pub fn recto(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.current_dir(directory).args(args).env_clear().env("SOURCE_DATE_EPOCH", "1793491200");
    command.output().expect("the program runs")
}
