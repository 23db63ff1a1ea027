//! Runs the program under `strace`: lists its calls below the site's folder, and makes one of them fail or never
//! happen.
//!
//! `strace` counts calls for each thread and, given a path (`-P`), only those that name it. So a call is addressed
//! by its path and its number among the calls of its kind on it. If an earlier thread would be hit first, it is
//! addressed by its number among all calls of its kind in its thread. The signal comes before the call is carried
//! out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::support::temporary;
use crate::tools::{ignored, on_path};

/// Calls that change the disk. `strace` ignores a call with `?` if this machine does not have it. `openat` also
/// creates files; its effect is visible at the next of these calls.
pub const CHANGES: &str = "?write,?writev,?pwrite64,?pwritev,?pwritev2,?rename,?renameat,?renameat2,?unlink,?unlinkat,\
    ?rmdir,?mkdir,?mkdirat,?link,?linkat,?symlink,?symlinkat,?truncate,?ftruncate,?fallocate,?fsync,?fdatasync,\
    ?sync_file_range,?syncfs,?copy_file_range,?sendfile,?splice,?flock,?chmod,?fchmod,?fchmodat,?utimensat,?creat";

/// Calls that only read.
pub const LOOKS: &str = "?openat2,?openat,?open,?read,?pread64,?readv,?stat,?lstat,?fstat,?statx,?newfstatat,?getdents64,\
    ?readlink,?readlinkat,?access,?faccessat,?faccessat2";

/// Finds `strace`, and checks that it may trace processes here. Prints a message if not.
pub fn program() -> Option<PathBuf> {
    let found = on_path(&["strace"]);
    let works = |program: &PathBuf| {
        let ran =
            Command::new(program).args(["-f", "-qq", "-o", "/dev/null", env!("CARGO_BIN_EXE_recto"), "-V"]).output();
        ran.is_ok_and(|ran| ran.status.success())
    };
    let why = match &found {
        None => "no strace on the path",
        Some(program) if !works(program) => "strace cannot look into processes here",
        Some(_) => return found,
    };
    ignored(why);
    None
}

/// How a call is addressed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// The nth call of its kind that names the path.
    Path(String, usize),
    /// The nth call of its kind in its thread.
    Number(usize),
}

/// A call below the site's folder.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: String,
    /// The file or folder, relative to the site's folder; empty for that folder itself.
    pub path: String,
    /// The new name, for a rename.
    pub to: Option<String>,
    pub address: Address,
}

/// A line of the log: a call as it begins.
struct Line {
    thread: String,
    name: String,
    /// What `-P` would find it by: paths, and the open folders to which they are relative.
    keys: BTreeSet<String>,
    path: PathBuf,
    to: Option<PathBuf>,
}

impl Line {
    /// Parses `THREAD NAME(ARGUMENTS`: descriptors have their path in angle brackets, paths are quoted, other
    /// strings are empty.
    fn parse(line: &str, root: &Path) -> Option<Line> {
        let (thread, rest) = line.trim_start().split_once(' ')?;
        let (name, arguments) = rest.trim_start().split_once('(')?;
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return None;
        }
        let arguments = arguments.split(") = ").next().unwrap_or_default();
        let mut parts = arguments.split(", ");
        let (path, mut keys) = place(&mut parts, root);
        let mut to = None;
        if ["rename", "link"].iter().any(|call| name.starts_with(call)) {
            let (other, more) = place(&mut parts, root);
            keys.extend(more);
            to = Some(other);
        }
        Some(Line { thread: thread.to_owned(), name: name.to_owned(), keys, path, to })
    }
}

/// Returns the place that the next arguments name: an open file or folder, a path, or a path relative to an open
/// folder.
fn place<'a>(arguments: &mut impl Iterator<Item = &'a str>, root: &Path) -> (PathBuf, BTreeSet<String>) {
    let mut keys = BTreeSet::new();
    let mut next = arguments.next().unwrap_or_default();
    let mut base = root.to_owned();
    if let Some((at, open)) = next.split_once('<').filter(|_| !next.starts_with('"')) {
        let open = open.split('>').next().unwrap_or_default();
        if at != "AT_FDCWD" {
            keys.insert(open.to_owned());
            base = PathBuf::from(open);
        }
        next = arguments.next().unwrap_or_default();
    }
    match next.split('"').nth(1).filter(|text| !text.is_empty()) {
        // `strace` would take this for the folder in which it was started.
        Some(".") => (base, keys),
        Some(path) => {
            keys.insert(path.to_owned());
            (base.join(path), keys)
        }
        None => (base, keys),
    }
}

/// How a run ended.
pub struct Ran {
    pub status: ExitStatus,
    pub stderr: String,
    /// Whether the call was reached.
    pub hit: bool,
    /// The command, to repeat the run.
    pub command: String,
    log: String,
}

fn run(program: &Path, root: &Path, options: &[&str]) -> Ran {
    let folder = temporary();
    let log = folder.path().join("log");
    let mut command = Command::new(program);
    command.args(["-f", "-y", "-qq", "-s0", "-o"]).arg(&log).args(options);
    command.arg(env!("CARGO_BIN_EXE_recto")).args(["build", "-q", "-j1"]);
    command.current_dir(root).env_clear().env("SOURCE_DATE_EPOCH", "1793491200").stdin(Stdio::null());
    let ran = command.output().expect("strace runs");
    let log = fs::read_to_string(&log).unwrap_or_default();
    Ran {
        status: ran.status,
        stderr: String::from_utf8_lossy(&ran.stderr).into_owned(),
        hit: false,
        command: format!("strace -f {} recto build -j1", options.join(" ")),
        log,
    }
}

/// Returns whether another thread makes as many calls, too.
fn reached_elsewhere<'a>(mut counts: impl Iterator<Item = (&'a str, usize)>, thread: &str, calls: usize) -> bool {
    counts.any(|(other, count)| other != thread && count >= calls)
}

/// Runs a build, and returns its calls below the site's folder, each once.
pub fn calls(program: &Path, root: &Path, names: &str) -> (Ran, Vec<Call>) {
    let ran = run(program, root, &["--seccomp-bpf", &format!("-etrace={names}")]);
    let lines: Vec<Line> = ran.log.lines().filter_map(|line| Line::parse(line, root)).collect();
    let mut in_thread: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut of_path: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let below = |path: &Path| Some(path.strip_prefix(root).ok()?.to_string_lossy().into_owned());
    let mut found = Vec::new();
    for line in &lines {
        let (thread, name) = (line.thread.as_str(), line.name.as_str());
        let number = in_thread.entry((thread, name)).or_default();
        *number += 1;
        let number = *number;
        let keys = line.keys.iter().map(|key| {
            let count = of_path.entry((thread, name, key)).or_default();
            *count += 1;
            (key.clone(), *count)
        });
        let keys: Vec<(String, usize)> = keys.collect();
        if let Some(path) = below(&line.path) {
            found.push((line, path, number, keys));
        }
    }
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (line, path, number, keys) in found {
        let (thread, name) = (line.thread.as_str(), line.name.as_str());
        // Choose the key with the fewest calls, since other threads make theirs in another order every time.
        let calls =
            |key: &str| of_path.iter().filter(|((_, n, k), _)| *n == name && *k == key).map(|(_, c)| *c).sum::<usize>();
        let Some((key, nth)) = keys.into_iter().min_by_key(|(key, _)| (calls(key), !key.starts_with('/'))) else {
            continue;
        };
        let by_path = of_path.iter().filter(|((_, n, k), _)| *n == name && *k == key).map(|((t, ..), c)| (*t, *c));
        let by_name = in_thread.iter().filter(|((_, n), _)| *n == name).map(|((t, _), c)| (*t, *c));
        let address = match reached_elsewhere(by_path, thread, nth) && !reached_elsewhere(by_name, thread, number) {
            true => Address::Number(number),
            false => Address::Path(key, nth),
        };
        if seen.insert((name, address.clone())) {
            let to = line.to.as_deref().and_then(below);
            out.push(Call { name: name.to_owned(), path, to, address });
        }
    }
    (ran, out)
}

/// Runs a build in which one call does not happen. `what` is `signal=SIGKILL` before it, or `error=ENOSPC` instead
/// of it. With a trailing `+`, all later calls of its kind fail, too.
pub fn inject(program: &Path, root: &Path, call: &Call, what: &str) -> Ran {
    let mut options = vec![format!("-etrace={}", call.name)];
    let nth = match &call.address {
        Address::Path(path, nth) => {
            options.push(format!("-P{path}"));
            nth
        }
        Address::Number(nth) => nth,
    };
    let (what, on) = what.strip_suffix('+').map_or((what, ""), |what| (what, "+"));
    options.push(format!("-einject={}:{what}:when={nth}{on}", call.name));
    let kills = what.starts_with("signal");
    if !kills {
        // Faster, but it would not send signals.
        options.push("--seccomp-bpf".to_owned());
    }
    let mut ran = run(program, root, &options.iter().map(String::as_str).collect::<Vec<_>>());
    ran.hit = if kills { killed(ran.status) } else { ran.log.contains("(INJECTED)") };
    ran
}

/// Returns whether a signal ended the program; `strace` ends in the same way.
pub fn killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal().is_some() || status.code().is_some_and(|code| code > 128)
}
