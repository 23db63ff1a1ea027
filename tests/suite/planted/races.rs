//! Files and folders that are swapped for links to outside, and back, while builds run.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use recto::engine::build::{self, Build, BuildEnd};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{CANARY, Outside, whole};
use crate::support::{Site, temporary, tree};
use crate::tools::{ignored, on_path};

/// What is swapped, and the target of each link.
const SWAPPED: [(&str, &str); 12] = [
    ("content/articles/2024/a.md", "a.md"),
    ("content/articles/2024/photo.png", "file"),
    ("content/articles/2024/data.csv", "file"),
    ("content/articles/2024", ""),
    ("content", ""),
    ("static/x.css", "x.css"),
    ("static", ""),
    ("themes/mine", ""),
    ("i18n", ""),
    ("site.toml", "site.toml"),
    (".recto/images", ""),
    (".recto", ""),
];

/// The same in the output folder.
const OUTPUTS: [(&str, &str); 5] = [
    ("public/2024", ""),
    ("public/tags", ""),
    ("public/index.html", "file"),
    ("public/.recto-staging", ""),
    ("public/.recto-manifest", "file"),
];

/// Swaps entries for links as fast as possible until it is stopped.
fn swap(
    (site, swapped): (&Site, &[(&str, &str)]),
    outside: &Path,
    links: &Path,
    over: &AtomicBool,
    swaps: &AtomicUsize,
) {
    fs::create_dir_all(site.root().join(".recto/images")).expect("a folder can be made");
    let pairs: Vec<(PathBuf, PathBuf)> = swapped
        .iter()
        .enumerate()
        .map(|(at, (place, target))| {
            let link = links.join(at.to_string());
            symlink(outside.join(target), &link).expect("a link can be made");
            (site.root().join(place), link)
        })
        .collect();
    let mut at = 0;
    while !over.load(Ordering::Relaxed) {
        let (place, link) = &pairs[at % pairs.len()];
        at += 1;
        // There and back, while its parent stays.
        for _ in 0..2 {
            if renameat_with(CWD, place, CWD, link, RenameFlags::EXCHANGE).is_ok() {
                swaps.fetch_add(1, Ordering::Relaxed);
            }
            std::thread::yield_now();
        }
    }
}

fn clean(path: &Path) {
    let holds = |bytes: &[u8]| memchr::memmem::find(bytes, CANARY.as_bytes()).is_some();
    let held: Vec<String> = tree(path).into_iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path).collect();
    assert!(held.is_empty(), "{held:?}");
}

#[test]
fn links_that_come_and_go_lead_nowhere() {
    let (site, outside, links) = (whole(), Outside::new(), temporary());
    let before = outside.stands();
    let (over, swaps) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (options, output) = (site.options(), site.root().join("public"));
    std::thread::scope(|scope| {
        scope.spawn(|| swap((&site, &SWAPPED), outside.path(), links.path(), &over, &swaps));
        let (mut built, mut good) = (0, 0);
        // Some builds meet no link, some do.
        let mixed = |good: usize, built: usize| (good > 0 && good < built) || built >= 2000;
        while swaps.load(Ordering::Relaxed) < 1000 || built < 60 || !mixed(good, built) {
            let how = Build { output: output.clone(), strict: false, verify: false, explain: false, adopt: false };
            // However it ends.
            let end = build::build(&options, &how).map(|report| report.end);
            good += usize::from(matches!(end, Ok(BuildEnd::Built(_))));
            built += 1;
            if output.is_dir() {
                clean(&output);
            }
            if built % 8 == 0 {
                let _ = fs::remove_dir_all(&output);
            }
        }
        over.store(true, Ordering::Relaxed);
        assert!(good > 0 && good < built, "{good} of {built} builds were good");
    });
    assert!(outside.stands() == before, "outside is not as it was");
}

/// The same by the log of `strace`: nothing outside is opened, created, renamed or removed.
#[test]
fn no_call_reaches_what_lies_outside() {
    let Some(strace) = on_path(&["strace"]) else { return ignored("no strace on the path") };
    let (site, outside, links) = (whole(), Outside::new(), temporary());
    let log = links.path().join("log");
    let (over, swaps) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut looked = 0;
    let before = outside.stands();
    let all = [&SWAPPED[..], &OUTPUTS].concat();
    std::thread::scope(|scope| {
        scope.spawn(|| swap((&site, &all), outside.path(), links.path(), &over, &swaps));
        for round in 0.. {
            if round >= 8 && swaps.load(Ordering::Relaxed) >= 1000 {
                break;
            }
            if round % 4 == 0 {
                let _ = fs::remove_dir_all(site.root().join("public"));
            }
            let mut command = Command::new(&strace);
            command.args(["-f", "-y", "-qq", "-s0", "-e", "trace=file,desc", "-o"]).arg(&log);
            command.arg(env!("CARGO_BIN_EXE_recto")).args(["build", "-q"]).arg("-C").arg(site.root());
            let ran = command.env_clear().env("SOURCE_DATE_EPOCH", "1793491200").output().expect("strace runs");
            let calls = fs::read_to_string(&log).unwrap_or_default();
            if calls.is_empty() {
                over.store(true, Ordering::Relaxed);
                return ignored(&format!("strace cannot look: {}", String::from_utf8_lossy(&ran.stderr)));
            }
            let place = outside.path().to_string_lossy().into_owned();
            // An open file or folder outside, or a call that names a path there. Reading a link's target is
            // allowed.
            let reaches = |line: &&str| {
                let opened = line.contains(&format!("<{place}"));
                let named = line.contains(&format!("\"{place}")) && !line.contains("readlink");
                opened || named
            };
            let reached: Vec<&str> = calls.lines().filter(reaches).take(10).collect();
            assert!(reached.is_empty(), "{}", reached.join("\n"));
            looked += calls.lines().count();
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(outside.stands() == before, "outside is not as it was");
    assert!(looked == 0 || looked > 1000, "{looked}");
}
