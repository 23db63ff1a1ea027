//! Interrupted builds: killed at any moment, on a full disk, two at once. Every file of the output folder stays the
//! old or the new one, and the next build gives the same as a build into a fresh folder.
//!
//! `RECTO_KILLS=500` kills that many builds instead of a few; `RECTO_FAULTS=all` tries every call that the program
//! makes; `RECTO_SEED` repeats a run's edits.

mod faults;
mod judge;
pub mod trace;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use judge::{Chance, Files, Judge, Model, between, clean, differences, everything, stderr, unfinished};

pub use trace::program as trace_program;

use crate::support::{seed, temporary};

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Starts a build in the site's folder.
fn start(judge: &Judge, jobs: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.current_dir(judge.root()).args(judge.arguments(&[jobs])).env_clear();
    command.env("SOURCE_DATE_EPOCH", "1793491200");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program runs")
}

fn none(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n{}", faults.join("\n"));
}

// ---- killed at any moment --------------------------------------------------------------------------------------------

/// A series of edits and builds, most of which are killed.
struct Life {
    chance: Chance,
    judge: Judge,
    model: Model,
    clean: Files,
    /// The usual time of a build, once it is known.
    usual: Duration,
    /// What has happened since the last good build.
    story: Vec<String>,
    killed: u64,
    /// Number of builds that were killed after the first and before the last file was put in place.
    halfway: u64,
}

impl Life {
    fn new(seed: u64) -> Life {
        let model = Model::new();
        let mut judge = Judge::new();
        judge.follow(&model);
        let clean = clean(&model);
        let usual = Duration::from_millis(30);
        Life { chance: Chance(seed), judge, model, clean, usual, story: Vec::new(), killed: 0, halfway: 0 }
    }

    /// Starts a build and kills it at a random moment.
    fn kill(&mut self) {
        let jobs = if self.chance.below(2) == 0 { "-j1" } else { "-j2" };
        let moment = self.usual.mul_f64(1.1 * self.chance.below(1000) as f64 / 1000.0);
        let started = Instant::now();
        let mut build = start(&self.judge, jobs);
        sleep(moment.saturating_sub(started.elapsed()));
        let ended = build.try_wait().expect("the state of a child can be asked");
        let _ = build.kill();
        let ran = build.wait_with_output().expect("a child can be waited for");
        if ended.is_some() {
            let message = stderr(&ran);
            assert!(ran.status.success(), "before it could be killed: {} {message}, {:?}", ran.status, self.story);
            self.usual = self.usual.mul_f64(0.97);
        } else {
            self.usual = self.usual.mul_f64(1.01);
            self.killed += 1;
        }
        self.story.push(format!("build {jobs} killed after {moment:?} ({})", ran.status));
    }

    /// Edits and kills once or a few times, then builds, with or without the edits.
    fn moment(&mut self) -> Vec<String> {
        self.story.clear();
        let first = self.chance.below(8) == 0;
        let without_state = self.chance.below(8) == 0;
        if first || without_state {
            self.story.push(format!("public removed: {first}, state removed: {without_state}"));
            self.judge.forget(first, without_state);
        }
        let (before, clean_before) = (self.model.clone(), self.clean.clone());
        let mut versions = vec![clean_before.clone()];
        let mut faults = Vec::new();
        let edits = [1, 1, 1, 2, 3][self.chance.below(5) as usize];
        for _ in 0..edits {
            (0..=self.chance.below(2)).for_each(|_| self.model.edit(&mut self.chance));
            self.judge.follow(&self.model);
            versions.push(clean(&self.model));
            self.kill();
            let there = self.judge.there();
            if !(first && self.judge.unfinished()) {
                let known: Vec<&Files> = versions.iter().skip(usize::from(first)).collect();
                faults.extend(between(&known, &there));
            }
            let changed = |clean: &Files| !differences(clean, &there).is_empty();
            self.halfway += u64::from(versions.iter().all(changed));
        }
        self.clean = versions.pop().expect("there is a version");
        let revert = self.chance.below(3) == 0;
        if revert {
            self.story.push("all edits taken back".to_owned());
            (self.model, self.clean) = (before, clean_before);
            self.judge.follow(&self.model);
        }
        faults.extend(self.judge.mend(&self.clean));
        faults.into_iter().map(|fault| format!("{fault}\n  {}", self.story.join("\n  "))).collect()
    }
}

#[test]
fn killed_at_any_moment() {
    let seed = seed();
    let count = number("RECTO_KILLS").unwrap_or(30);
    let mut life = Life::new(seed);
    let mut faults = Vec::new();
    none("the first build", &life.judge.mend(&life.clean));
    for at in 0..count {
        let found = life.moment();
        faults.extend(found.into_iter().map(|fault| format!("moment {at}: {fault}")));
        if !faults.is_empty() {
            // Report each kind of damage only once.
            life.judge.forget(true, true);
            faults.extend(life.judge.mend(&life.clean));
        }
        assert!(faults.len() < 20, "RECTO_SEED={seed}:\n{}", faults.join("\n"));
    }
    none(&format!("RECTO_SEED={seed}"), &faults);
    if count > 30 {
        let Life { killed, halfway, .. } = life;
        let _ = writeln!(std::io::stderr(), "{killed} builds killed, {halfway} of them halfway");
    }
}

// ---- two at once -----------------------------------------------------------------------------------------------------

/// One of two builds waits for the other. It may give up, and then names the other.
#[test]
fn two_builds_at_once() {
    let mut chance = Chance(seed());
    let mut model = Model::new();
    let mut judge = Judge::new();
    for round in 0..20 {
        model.edit(&mut chance);
        judge.follow(&model);
        judge.forget(round % 4 == 0, round % 8 == 0);
        let first = start(&judge, "-j1");
        sleep(Duration::from_micros(chance.below(12_000)));
        let second = start(&judge, "-j2");
        let ran = [first, second].map(|build| build.wait_with_output().expect("a child can be waited for"));
        let place = judge.root().to_string_lossy().into_owned();
        for ran in &ran {
            let message = stderr(ran);
            let gave_up = ran.status.code() == Some(4) && message.contains("another build") && message.contains(&place);
            assert!(ran.status.success() || gave_up, "round {round}: {} {message}", ran.status);
        }
        assert!(ran.iter().any(|ran| ran.status.success()), "round {round}: neither was built");
        let clean = clean(&model);
        let found = differences(&clean, &judge.there());
        none(&format!("round {round}, {:?}", ran.map(|ran| ran.status.code())), &found);
        none(&format!("round {round}"), &judge.mend(&clean));
    }
}

// ---- full disks ------------------------------------------------------------------------------------------------------

/// In a file system of its own: a build with `$3` kilobytes left, then one with enough room. Keeps the results of
/// both.
const ON_A_SMALL_DISK: &str = r#"
set -u
mount -t tmpfs -o size=8m tmpfs "$2" || exit 77
cp -a "$1/." "$2/site" && cd "$2/site" || exit 78
if [ "$5" = built ]; then "$4" build -q || exit 79; fi
cp -a "$1.after/." . || exit 80
head -c 8m /dev/zero > ../filler 2> /dev/null
truncate -s "-$3k" ../filler || exit 81
"$4" build -q -j1 2> "$1.stderr"; echo $? > "$1.code"
mkdir -p public && cp -a public "$1.full"
rm ../filler
"$4" build -q -j1 || exit 82
cp -a public "$1.roomy"
"#;

/// Runs a script that may mount; `Err` if this machine does not permit that.
fn mounting(script: &str, args: &[&str]) -> Result<Output, String> {
    let mut why = String::new();
    for flags in ["-m", "-rm"] {
        let mut command = Command::new("unshare");
        command.args([flags, "sh", "-c", script, "sh"]).args(args).env("SOURCE_DATE_EPOCH", "1793491200");
        match command.output() {
            Ok(ran) if !matches!(ran.status.code(), Some(1 | 77)) => return Ok(ran),
            Ok(ran) => why = stderr(&ran),
            Err(error) => why = format!("unshare: {error}"),
        }
    }
    Err(why)
}

/// Fills a disk except for `room`, builds, and returns what is wrong.
fn fill(room: u64, built: bool) -> Result<(i32, Vec<String>), String> {
    let before = Model::new();
    let mut after = before.clone();
    after.title = 5;
    after.articles.entry(20).or_default().sibling = true;
    after.articles.entry(4).or_default().month = 1;
    let folder = temporary();
    let base = folder.path().join("site").to_string_lossy().into_owned();
    let write = |path: &str, bytes: &[u8]| {
        let file = Path::new(path);
        fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(file, bytes).expect("a file can be written");
    };
    before.files().iter().for_each(|(path, bytes)| write(&format!("{base}/{path}"), bytes));
    after.files().iter().for_each(|(path, bytes)| write(&format!("{base}.after/{path}"), bytes));
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).expect("a folder can be made");
    let (disk, room_left) = (disk.to_string_lossy(), room.to_string());
    let built_word = if built { "built" } else { "fresh" };
    let ran = mounting(ON_A_SMALL_DISK, &[&base, &disk, &room_left, env!("CARGO_BIN_EXE_recto"), built_word])?;
    let read = |what: &str| fs::read_to_string(format!("{base}.{what}")).unwrap_or_default();
    assert!(ran.status.success() || ran.status.code() == Some(82), "the script: {} {}", ran.status, stderr(&ran));
    let code: i32 = read("code").trim().parse().expect("an exit code");
    let (old, new) = (clean(&before), clean(&after));
    let there = everything(Path::new(&format!("{base}.full")));
    let message = read("stderr");
    let mut faults = Vec::new();
    match code {
        0 => faults.extend(differences(&new, &there)),
        4 if message.contains("No space left on device") && message.contains("/disk/site/") => match built {
            true => faults.extend(between(&[&old, &new], &there)),
            false if unfinished(&there) => {}
            false => faults.extend(between(&[&new], &there)),
        },
        _ => faults.push(format!("exit {code}: {message}")),
    }
    if !ran.status.success() {
        faults.push(format!("the next build fails: {}", stderr(&ran)));
    } else {
        faults.extend(differences(&new, &everything(Path::new(&format!("{base}.roomy")))));
    }
    Ok((code, faults))
}

#[test]
fn a_full_disk() {
    let (mut faults, mut codes) = (Vec::new(), Vec::new());
    for built in [true, false] {
        for room in [0, 4, 12, 40, 100, 200, 320, 500, 800, 1200, 4000] {
            match fill(room, built) {
                Ok((code, found)) => {
                    codes.push(code);
                    faults.extend(found.into_iter().map(|f| format!("{room} KB left, built before: {built}: {f}")));
                }
                Err(why) => {
                    // Write directly: the output of macros is hidden when a test passes.
                    let _ = writeln!(std::io::stderr(), "ignored: no file system can be mounted here: {}", why.trim());
                    return;
                }
            }
        }
    }
    none("on a full disk", &faults);
    assert!(codes.contains(&0) && codes.contains(&4), "{codes:?}");
}

/// A site is built even if messages go to a full disk or a closed pipe.
#[test]
fn messages_that_nobody_takes() {
    let full = || fs::File::options().write(true).open("/dev/full");
    if full().is_err() {
        let _ = writeln!(std::io::stderr(), "ignored: there is no /dev/full");
        return;
    }
    let mut judge = Judge::new();
    judge.follow(&Model::new());
    let clean = clean(&Model::new());
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
        command.current_dir(judge.root()).args(args).env_clear().env("SOURCE_DATE_EPOCH", "1793491200");
        let (out, err) = (full().expect("it opens"), full().expect("it opens"));
        command.stdout(out).stderr(err).status().expect("the program runs").code()
    };
    let mut faults = Vec::new();
    for (args, expected) in [(&["build", "--explain"][..], 0), (&["check"], 0), (&["build", "-C", "nowhere"], 3)] {
        let code = run(args);
        if code != Some(expected) {
            faults.push(format!("{args:?}: exit {code:?} instead of {expected}"));
        }
    }
    faults.extend(differences(&clean, &judge.there()));
    none("stdout and stderr on a full disk", &faults);
}
