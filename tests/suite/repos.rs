//! Hostile repositories, cloned and then checked, built, listed and deployed as a site's owner would: nothing
//! outside of the clone is read, written or run, and the terminal obeys nothing.
//!
//! There are two hundred; a run takes forty of them, which change every day. `RECTO_REPOS=all` takes all,
//! `RECTO_REPOS=7,8` these; `RECTO_SEED` makes others.

mod made;
mod traced;
mod tracked;
mod traits;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use recto::base::digest::Digest;

use self::made::Ground;
use crate::names::held;
use crate::support::tree;
use crate::tools::program;

/// Part of every file outside, and of the environment.
const CANARY: &str = "CANARY9Zw";

/// Other texts that must never be printed: from `/etc/passwd`, and from the clone's settings.
const OTHERS: [&str; 2] = ["root:x:0:0", "remote = origin"];

const ALL: usize = 200;

/// Returns the folder of the state of a build into `public`.
fn store_name() -> String {
    format!("public-{}", Digest::of(b"public").short())
}

/// For every path its kind, bytes (or a link's target), time and inode.
type Stands = BTreeMap<PathBuf, (u32, Vec<u8>, Option<SystemTime>, u64)>;

fn stands(folder: &Path, left_out: &[&str]) -> Stands {
    let mut all = Stands::new();
    let kept = |entry: &walkdir::DirEntry| !left_out.iter().any(|name| entry.path() == folder.join(name));
    for entry in walkdir::WalkDir::new(folder).into_iter().filter_entry(kept) {
        let path = entry.expect("a folder can be walked").into_path();
        let found = fs::symlink_metadata(&path).expect("it is there");
        let bytes = match (found.is_file(), found.is_symlink()) {
            (true, _) => fs::read(&path).expect("a file can be read"),
            (_, true) => fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes(),
            _ => Vec::new(),
        };
        // The top of a site may change: the output is created there.
        let time = found.modified().ok().filter(|_| path != folder || left_out.is_empty());
        all.insert(path, (found.mode(), bytes, time, found.ino()));
    }
    all
}

/// Returns the numbers of the repositories of this run.
fn numbers() -> Vec<usize> {
    match std::env::var("RECTO_REPOS").as_deref() {
        Ok("all") => (0..ALL).collect(),
        Ok(list) => list.split(',').filter_map(|number| number.parse().ok()).collect(),
        Err(_) => {
            let day = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() / 86_400) as usize;
            (0..ALL).filter(|number| number % 5 == (number / 5 + day) % 5).collect()
        }
    }
}

/// Runs the program in a clone. It must end in time.
fn run(ground: &Ground, clone: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.current_dir(clone).args(args).env_clear().env("SOURCE_DATE_EPOCH", "1793491200");
    environment(&mut command, ground);
    let file = |name: &str| fs::File::create(ground.path(name)).expect("a file can be made");
    let mut child =
        command.stdin(Stdio::null()).stdout(file("stdout")).stderr(file("stderr")).spawn().expect("it runs");
    let until = Instant::now() + Duration::from_secs(300);
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        if Instant::now() > until {
            child.kill().expect("it can be killed");
            panic!("{}: {args:?} does not end", clone.display());
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let read = |name: &str| fs::read(ground.path(name)).expect("it was written");
    Output { status, stdout: read("stdout"), stderr: read("stderr") }
}

fn environment(command: &mut Command, ground: &Ground) {
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", ground.path("home"));
    command.env("SECRET", CANARY).env("GIT_CONFIG_NOSYSTEM", "1");
}

fn is_clean(bytes: &[u8]) -> bool {
    [CANARY].iter().chain(&OTHERS).all(|text| memchr::memmem::find(bytes, text.as_bytes()).is_none())
}

/// How far a repository got, and what is wrong.
#[derive(Debug, Default)]
struct Went {
    built: bool,
    deployed: bool,
    pushed: bool,
}

/// Writes into a clone what a client with fewer checks than git would have written.
fn careless(clone: &Path, number: usize) {
    for name in [".GIT/config", ".GiT/hooks/post-checkout", "static/.git/config", "content/.GIT/x.md"] {
        let file = clone.join(name);
        let folder = file.parent().expect("a folder");
        // Not through a link, either.
        let plain = folder.parent().is_some_and(|above| above.symlink_metadata().is_ok_and(|found| found.is_dir()));
        if number.is_multiple_of(3) && plain && fs::create_dir_all(folder).is_ok() {
            fs::write(file, "[core]\n\tfsmonitor = touch ran\n").expect("a file can be written");
        }
    }
}

/// Runs the commands that the owner of a clone would run.
fn go(ground: &Ground, number: usize) -> Went {
    let clone = made::clone(ground, number);
    careless(&clone, number);
    // Anything that a build writes may change, except links.
    let own = ["public", ".recto"];
    let sources = stands(&clone, &own);
    let outside = stands(&ground.path("outside"), &[]);
    let home = stands(&ground.path("home"), &[]);
    let names = |folder: &str| -> BTreeSet<_> {
        fs::read_dir(ground.path(folder)).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect()
    };
    let around = (names(""), names("clones"));
    let target = tempfile::TempDir::new_in(ground.path("targets")).expect("a folder can be made");
    let remote = ground.path(&format!("remotes/remote-{number}.git"));
    copy(&ground.path("remote.git"), &remote);
    let mut went = Went::default();
    let (folder, git) = (format!("file://{}", target.path().display()), ground.remote(number));
    let commands: [&[&str]; 6] = [
        &["check"],
        &["build"],
        &["build", "--explain"],
        &["list", "articles"],
        &["deploy", &folder],
        &["deploy", &git],
    ];
    for (at, args) in commands.into_iter().enumerate() {
        let case = format!("{number}: {args:?}");
        let ran = run(ground, &clone, args);
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(matches!(ran.status.code(), Some(0..=4)), "{case}: {:?}\n{said}", ran.status);
        held(&[&case], &ran);
        assert!(is_clean(said.as_bytes()), "{case}: {said}");
        assert!(stands(&ground.path("outside"), &[]) == outside, "{case}: outside is not as it was\n{said}");
        assert!(stands(&ground.path("home"), &[]) == home, "{case}: the home is not as it was\n{said}");
        let good = ran.status.code() == Some(0);
        match at {
            1 => went.built = good,
            4 => went.deployed = good,
            5 => went.pushed = good,
            _ => {}
        }
        assert!(at != 5 || good || !went.deployed, "{case}: {said}");
    }
    let after = stands(&clone, &own);
    let changed: Vec<_> =
        sources.keys().chain(after.keys()).filter(|path| sources.get(*path) != after.get(*path)).collect();
    assert!(changed.is_empty(), "{number}: {changed:?}");
    assert!((names(""), names("clones")) == around, "{number}: {:?}", (names(""), names("clones")));
    assert!(!clone.join("ran").exists(), "{number}");
    let public = clone.join("public");
    if went.built {
        assert!(public.symlink_metadata().is_ok_and(|found| found.is_dir()), "{number}");
        for (path, (mode, bytes, ..)) in stands(&public, &[]) {
            assert!(is_clean(&bytes), "{number}: {}", path.display());
            assert!(mode & 0o170_000 != 0o120_000 || !went.deployed, "{number}: {}", path.display());
        }
    }
    assert!(tree(target.path()).values().all(|bytes| is_clean(bytes)), "{number}: in the folder");
    let search = ["grep", "-a", "-l", "-e", CANARY, "-e", OTHERS[0], "-e", OTHERS[1], "gh-pages", "--"];
    let found = ground.try_run(&remote, &search, b"").stdout;
    assert!(found.is_empty(), "{number}: pushed {}", String::from_utf8_lossy(&found));
    went
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("a folder can be walked");
        let place = to.join(entry.path().strip_prefix(from).expect("below"));
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(place).expect("a folder can be made"),
            false => drop(fs::copy(entry.path(), place).expect("a file can be copied")),
        }
    }
}

#[test]
fn nothing_that_a_repository_says_leaves_its_clone() {
    let Some(git) = program("git") else { return };
    let seed = std::env::var("RECTO_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_126);
    let ground = Ground::new(git);
    let numbers = numbers();
    let start = Instant::now();
    let kinds = made::import(&ground, seed, &numbers);
    let mut all = Vec::new();
    for number in &numbers {
        println!("{number}: {:?}", kinds[number]);
        let went = go(&ground, *number);
        println!("    {went:?}");
        all.push(went);
    }
    let count = |what: fn(&Went) -> bool| all.iter().filter(|went| what(went)).count();
    let (built, deployed, pushed) = (count(|w| w.built), count(|w| w.deployed), count(|w| w.pushed));
    println!("{} built, {deployed} deployed, {pushed} pushed, {:?}", built, start.elapsed());
    // If every repository failed at once, this would test nothing. On average a quarter of them builds; the rotating
    // seed sometimes draws fewer.
    let least = if numbers.len() >= 40 { numbers.len() / 20 } else { 0 };
    assert!(built >= least && deployed >= least && pushed >= least, "{built}, {deployed}, {pushed}");
}

/// The traps work: a careless program in place of a deploy triggers one.
#[test]
fn what_is_planted_bites() {
    let Some(git) = program("git") else { return };
    let ground = Ground::new(git);
    let number = 6;
    let kinds = made::import(&ground, 20_261_126, &[number]);
    assert!(kinds[&number].contains(&"scratch"), "{kinds:?}");
    let scratch = made::clone(&ground, number).join(ground.scratch(number));
    let remote = format!("file://{}", ground.path("remote.git").display());
    let ran = ground.try_run(&scratch, &["--git-dir=.", "ls-remote", &remote], b"");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ground.path("outside/ran").exists(), "nothing ran: {said}");
}
