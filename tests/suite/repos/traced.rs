//! The same by the log of `strace`: no call of a check or a build names anything but the clone and the files that
//! every program reads.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::made::{self, Ground};
use super::{careless, environment, numbers};
use crate::crash::trace;
use crate::tools::program;

/// Files that every program may read: itself, its libraries, and what the system reports about itself.
const SYSTEM: [&str; 9] = [
    "/lib",
    "/usr/lib",
    "/etc/ld.so",
    "/proc/",
    "/sys/",
    "/dev/null",
    "/dev/urandom",
    "/etc/localtime",
    "/usr/share/zoneinfo",
];

/// Returns whether a call may name a path.
fn is_allowed(call: &str, path: &str, clone: &str, ground: &Ground) -> bool {
    let below = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    // The clone's own path is resolved, and searched for an outer repository.
    let looks = ["readlink", "lstat", "stat", "newfstatat", "statx"].iter().any(|name| call.starts_with(name));
    let above = Path::new(clone).starts_with(Path::new(path));
    let streams = ["stdout", "stderr", "log"].map(|name| ground.path(name));
    // The user has a cache folder.
    let home = ground.path("home").display().to_string();
    below(clone)
        || below(&home)
        || path == env!("CARGO_BIN_EXE_recto")
        || SYSTEM.iter().any(|start| path.starts_with(start))
        || above && looks
        || streams.iter().any(|stream| Path::new(path) == stream)
        || ["pipe:", "anon_inode:", "socket:"].iter().any(|start| path.starts_with(start))
}

/// Returns whether a line of the log is a fault.
fn fault(line: &str, clone: &str, ground: &Ground) -> bool {
    let call = line.trim_start().split_once(' ').map_or(line, |(_, rest)| rest.trim_start());
    let name = call.split('(').next().unwrap_or_default();
    if name.starts_with("exec") || !call.contains('(') {
        return false;
    }
    let quoted = call.split('"').skip(1).step_by(2);
    let open = call.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(path, _)| path);
    let strange = |path: &str| path.split('/').any(|part| part == "..");
    let absolute = |path: &&str| path.starts_with('/');
    let mut named = quoted.clone().filter(absolute).chain(open.filter(absolute));
    quoted.clone().any(strange) || named.any(|path| !is_allowed(name, path, clone, ground))
}

#[test]
fn no_call_leaves_the_clone() {
    let (Some(git), Some(strace)) = (program("git"), trace::program()) else { return };
    let ground = Ground::new(git);
    let numbers: Vec<usize> = numbers().into_iter().step_by(5).collect();
    made::import(&ground, 20_261_126, &numbers);
    let log = ground.path("log");
    let mut looked = 0;
    for number in numbers {
        let clone = made::clone(&ground, number);
        careless(&clone, number);
        for command in ["check", "build", "build", "list"] {
            let mut traced = Command::new(&strace);
            traced.args(["-f", "-y", "-qq", "-s0", "--seccomp-bpf", "-e", "trace=file,desc,process,network", "-o"]);
            traced.arg(&log).arg(env!("CARGO_BIN_EXE_recto")).arg(command).current_dir(&clone).env_clear();
            environment(&mut traced, &ground);
            let ran = traced.env("SOURCE_DATE_EPOCH", "1793491200").output().expect("strace runs");
            let calls = fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
            let place = clone.to_string_lossy();
            let faults: Vec<&str> = calls.lines().filter(|line| fault(line, &place, &ground)).take(10).collect();
            assert!(faults.is_empty(), "{number}, {command}:\n{}", faults.join("\n"));
            // It starts only itself, and opens no connection.
            let starts = calls.lines().filter(|line| line.contains(" execve(") && line.contains(") = 0")).count();
            assert!(starts <= 1 && !calls.contains(" connect("), "{number}, {command}: {ran:?}");
            looked += calls.lines().count();
        }
    }
    assert!(looked > 1000, "{looked}");
}
