//! Builds that are killed before any call that changes the disk, and builds in which any call fails.
//!
//! By default a few calls of every kind in every place; with `RECTO_FAULTS=all` every call, with every error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use super::judge::{Files, Judge, Model, OWN, between, clean, differences};
use super::trace::{self, Address, CHANGES, Call, LOOKS, Ran, calls, inject};

const KILL: &str = "signal=SIGKILL";

/// The most faults in a report.
const MOST: usize = 100;

fn all() -> bool {
    std::env::var("RECTO_FAULTS").is_ok_and(|value| value == "all")
}

/// Returns the errors that a call may give, with the system's messages.
fn errors(name: &str) -> &'static [(&'static str, &'static str)] {
    const ACCESS: (&str, &str) = ("EACCES", "Permission denied");
    const SPACE: (&str, &str) = ("ENOSPC", "No space left on device");
    const DEVICE: (&str, &str) = ("EIO", "Input/output error");
    const FILES: (&str, &str) = ("EMFILE", "Too many open files");
    match name {
        "flock" => &[("ENOLCK", "No locks available"), DEVICE, ("EBADF", ""), ("EOPNOTSUPP", "")],
        "openat2" | "openat" | "open" | "creat" => &[ACCESS, FILES, SPACE, DEVICE],
        _ if name.contains("write") || name.contains("sync") => &[SPACE, DEVICE],
        "sendfile" | "copy_file_range" | "splice" | "ftruncate" | "fallocate" => &[SPACE, DEVICE],
        _ if name.starts_with("rename") => &[SPACE, ACCESS, DEVICE, ("EXDEV", "cross-device link")],
        _ if name.starts_with("mkdir") => &[SPACE, ACCESS, DEVICE],
        _ if name.contains("read") && !name.starts_with("readlink") => &[DEVICE],
        _ => &[ACCESS, DEVICE],
    }
}

/// The situation of a build.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scene {
    /// After an edit that changes, adds and removes pages.
    Edited,
    /// Into a fresh folder.
    First,
    /// After an edit that cannot be built.
    Broken,
    /// Into a fresh folder, of a site that cannot be built.
    FirstBroken,
    /// After a build that was killed while it put its files in place, and another edit.
    Mending,
    /// After a first build that was killed, and an edit.
    MendingFirst,
    /// After a build that was killed, with its edit undone.
    Reverting,
    /// Without any change.
    Unchanged,
}

impl Scene {
    fn is_first(self) -> bool {
        matches!(self, Scene::First | Scene::FirstBroken | Scene::MendingFirst)
    }

    fn is_broken(self) -> bool {
        matches!(self, Scene::Broken | Scene::FirstBroken)
    }

    /// Returns how many calls to try by default of each kind in each place. Those after another interrupted build
    /// take longest, and meet the same code.
    fn some(self) -> usize {
        match self {
            Scene::Mending | Scene::MendingFirst | Scene::Reverting => 1,
            _ => 2,
        }
    }
}

/// The site before and after, with the outputs of clean builds of both.
struct Stage {
    scene: Scene,
    program: PathBuf,
    judge: Judge,
    before: Files,
    /// The output of the build that is killed first, if there is one.
    between: Files,
    after: Files,
    clean_before: Files,
    clean_between: Files,
    clean_after: Files,
    /// The call at which the first of two builds is killed.
    first: Option<Call>,
    /// Whether the last case ended with the site from before, built.
    is_before: bool,
}

impl Stage {
    fn new(scene: Scene, program: &Path) -> Stage {
        let before = Model::new();
        let mut after = before.clone();
        if !matches!(scene, Scene::Unchanged | Scene::Reverting) {
            let text = after.articles.entry(5).or_default();
            (text.title, text.body) = (7, 3);
            after.articles.entry(3).or_default().alias = 2;
            after.articles.entry(6).or_default().month = 1;
            after.articles.remove(&1);
            after.articles.entry(9).or_default().sibling = true;
            after.folder = true;
        }
        let mut middle = before.clone();
        middle.articles.entry(4).or_default().title = 1;
        middle.articles.remove(&8);
        middle.folder = true;
        let clean_after = if scene.is_broken() { Files::new() } else { clean(&after) };
        after.broken = scene.is_broken();
        let mut stage = Stage {
            scene,
            program: program.to_owned(),
            judge: Judge::new(),
            clean_before: clean(&before),
            clean_between: clean(&middle),
            before: before.files(),
            between: middle.files(),
            after: after.files(),
            clean_after,
            first: None,
            is_before: false,
        };
        if matches!(scene, Scene::Mending | Scene::MendingFirst | Scene::Reverting) {
            stage.first = Some(stage.middle());
        }
        stage
    }

    /// Returns a call in the middle of a build's changes.
    fn middle(&mut self) -> Call {
        let first = self.scene.is_first();
        self.settle(first);
        self.judge.edit(&self.between);
        let (_, calls) = calls(&self.program, self.judge.root(), CHANGES);
        let name = if first { "write" } else { "rename" };
        let calls: Vec<Call> = calls.into_iter().filter(|call| call.name.starts_with(name)).collect();
        calls[calls.len() / 2].clone()
    }

    /// Restores the site from before, built or without any trace of a build.
    fn settle(&mut self, first: bool) {
        self.judge.edit(&self.before);
        if first {
            return self.judge.forget(true, true);
        }
        let known = std::mem::take(&mut self.is_before);
        let mut faults = if known { Vec::new() } else { self.judge.mend(&self.clean_before) };
        if !faults.is_empty() {
            // Damage from the previous case was reported there.
            self.judge.forget(true, true);
            faults = self.judge.mend(&self.clean_before);
        }
        assert!(faults.is_empty(), "{:?}: a clean build: {faults:?}", self.scene);
        // A build reads files of this very moment again until it has seen them grow old. After that every run is
        // alike.
        sleep(Duration::from_millis(25));
        faults = self.judge.mend(&self.clean_before);
        assert!(faults.is_empty(), "{:?}: a build with nothing to do: {faults:?}", self.scene);
    }

    /// Does everything before the build in question.
    fn prepare(&mut self) {
        self.settle(self.scene.is_first());
        if let Some(first) = self.first.clone() {
            self.judge.edit(&self.between);
            let ran = inject(&self.program, self.judge.root(), &first, KILL);
            assert!(ran.hit, "{:?}: the first build was not killed: {}", self.scene, ran.stderr);
        }
        self.judge.edit(&self.after);
    }

    /// Returns the calls of the build in question.
    fn calls(&mut self, names: &str) -> Vec<Call> {
        self.prepare();
        let (ran, calls) = calls(&self.program, self.judge.root(), names);
        let expected = if self.scene.is_broken() { 1 } else { 0 };
        assert_eq!(ran.status.code(), Some(expected), "{:?}: {}", self.scene, ran.stderr);
        assert!(!calls.is_empty(), "{:?}: no call was seen", self.scene);
        calls
    }

    /// Returns the faults of the output folder after an interrupted build.
    fn faults_between(&self) -> Vec<String> {
        let there = self.judge.there();
        match self.scene {
            Scene::First => self.judge.faults_of_first(&self.clean_after),
            Scene::FirstBroken => self.judge.faults_of_first(&Files::new()),
            Scene::MendingFirst if self.judge.unfinished() => Vec::new(),
            Scene::MendingFirst => between(&[&self.clean_between, &self.clean_after], &there),
            Scene::Mending | Scene::Reverting => {
                between(&[&self.clean_before, &self.clean_between, &self.clean_after], &there)
            }
            Scene::Broken => between(&[&self.clean_before], &there),
            Scene::Edited | Scene::Unchanged => between(&[&self.clean_before, &self.clean_after], &there),
        }
    }

    /// Makes one call fail or never happen, and returns what is wrong. `None` if the call was not reached.
    fn try_one(&mut self, call: &Call, what: &str, words: &str, revert: bool) -> Option<Vec<String>> {
        self.prepare();
        let ran = inject(&self.program, self.judge.root(), call, what);
        if !ran.hit {
            return None;
        }
        let mut faults = if what == KILL { Vec::new() } else { self.faults_of_end(&ran, call, words) };
        faults.extend(self.faults_between());
        let back = revert || self.scene.is_broken();
        if back {
            self.judge.edit(&self.before);
        }
        // A folder that could not be removed stays, and nothing records it any more.
        let stays = what != KILL && could_not_tidy(call);
        let clean = if back { &self.clean_before } else { &self.clean_after };
        faults.extend(self.judge.mend_but(clean, |path| stays && path.ends_with('/')));
        if stays {
            remove_empty(&self.judge.public());
        }
        let then = if back { "then reverted and built" } else { "then built" };
        self.is_before = back && faults.is_empty();
        if !faults.is_empty() {
            faults.insert(0, format!("{} ({then})", ran.command));
        }
        Some(faults)
    }

    /// Returns what is wrong with the end of a build that met an error.
    fn faults_of_end(&self, ran: &Ran, call: &Call, words: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let message = ran.stderr.trim();
        match ran.status.code() {
            Some(0) if !self.scene.is_broken() => {
                let folders =
                    |files: &Files| files.clone().into_iter().filter(|(path, _)| !path.ends_with('/')).collect();
                let (expected, there): (Files, Files) = (folders(&self.clean_after), folders(&self.judge.there()));
                let found = differences(&expected, &there).into_iter();
                faults.extend(found.map(|fault| format!("ended well, but {fault}")));
            }
            // An error of the site may be the only message.
            Some(1) if self.scene.is_broken() => faults.extend(self.faults_of_refusal(call)),
            Some(code @ (1 | 3 | 4)) => {
                let public =
                    call.path.split('/').next().is_none_or(|first| first == "public" || first.starts_with('.'));
                if code != 4 && public {
                    faults.push(format!("exit {code} for a fault of the output folder: {message}"));
                }
                if code != 4 {
                    faults.extend(self.faults_of_refusal(call));
                }
                // A failed check or cleanup may be ignored, and a later call that relied on it may fail for another
                // reason.
                let later = (call.name.contains("stat") || call.name == "rmdir") && message.contains("(os error ");
                if !message.contains(words) && !later {
                    faults.push(format!("exit {code} without the reason ({words}): {message}"));
                }
                if message.contains("all files are unchanged") && self.scene == Scene::Edited {
                    let files = |files: &Files| {
                        let counts = |path: &str| !path.ends_with('/') && !path.starts_with(OWN);
                        files.clone().into_iter().filter(|(path, _)| counts(path)).collect()
                    };
                    let (expected, there): (Files, Files) = (files(&self.clean_before), files(&self.judge.there()));
                    faults.extend(
                        differences(&expected, &there).into_iter().map(|fault| format!("not as it was: {fault}")),
                    );
                }
                if !self.names(message, call) {
                    faults.push(format!("exit {code} without the path: {message}"));
                }
            }
            _ => faults.push(format!("{}: {message}", ran.status)),
        }
        faults
    }

    /// Returns what is wrong after a build that ended because of errors in the site: it must not have changed
    /// anything.
    fn faults_of_refusal(&self, call: &Call) -> Vec<String> {
        match self.scene {
            _ if could_not_tidy(call) => Vec::new(),
            Scene::Edited | Scene::Broken | Scene::Unchanged => differences(&self.clean_before, &self.judge.there()),
            Scene::First | Scene::FirstBroken => differences(&Files::new(), &self.judge.there()),
            Scene::Mending | Scene::MendingFirst | Scene::Reverting => Vec::new(),
        }
    }

    /// Returns whether a message names the file of a call, or the folder that was walked, created or removed with
    /// it.
    fn names(&self, message: &str, call: &Call) -> bool {
        let path = Path::new(&call.path);
        let own = path.ancestors().find(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(OWN)));
        let parent = path.parent().filter(|parent| parent.components().count() > 1);
        let target = call.to.as_deref().map(Path::new);
        let root = self.judge.root().to_string_lossy();
        let names = |path: &Path| message.contains(format!("{root}/{}", path.display()).trim_end_matches('/'));
        let below = |path: &Path| message.contains(&*path.to_string_lossy()) && path.components().count() > 1;
        // For calls that are counted by thread, another thread may reach the number first in this run.
        if matches!(call.address, Address::Number(_)) {
            return message.contains(&*self.judge.root().to_string_lossy()) || message.contains("--> ");
        }
        // A call that is identified only by name may be one on a file of the same name elsewhere.
        let namesake =
            path.file_name().is_some_and(|name| name.len() > 6 && message.contains(&*name.to_string_lossy()));
        namesake || [Some(path), target, own, parent].into_iter().flatten().any(|path| names(path) || below(path))
    }

    /// Tries these calls with these errors, and panics with everything that is wrong.
    fn judge(&mut self, cases: &[(Call, &str, &str)]) {
        let (mut faults, mut missed) = (Vec::new(), Vec::new());
        for (at, (call, what, words)) in cases.iter().enumerate() {
            let ways = if all() { vec![false, true] } else { vec![at % 2 == 1] };
            for revert in ways {
                match self.try_one(call, what, words, revert) {
                    Some(found) if found.is_empty() => {}
                    Some(found) => faults.push(found.join("\n    ")),
                    None => missed.push(format!("{} {what} on {} ({:?})", call.name, call.path, call.address)),
                }
            }
            let left = cases.len() - at - 1;
            assert!(faults.len() < MOST, "{:?}, and {left} calls were not tried:\n{}", self.scene, faults.join("\n"));
        }
        assert!(faults.is_empty(), "{:?}, {} of {}:\n{}", self.scene, faults.len(), cases.len(), faults.join("\n"));
        // If names changed from run to run, this test would test nothing.
        assert!(missed.len() * 10 <= cases.len(), "{:?}: not reached:\n{}", self.scene, missed.join("\n"));
    }
}

/// Returns whether a call that did not happen was to remove a folder.
fn could_not_tidy(call: &Call) -> bool {
    matches!(&*call.name, "rmdir" | "unlinkat")
}

fn remove_empty(root: &Path) {
    let folders = walkdir::WalkDir::new(root).contents_first(true).into_iter().filter_map(Result::ok);
    folders.filter(|entry| entry.file_type().is_dir()).for_each(|entry| drop(std::fs::remove_dir(entry.path())));
}

/// Selects from every kind of call in every kind of place the first, the last and some between, or the one in the
/// middle; all of them on request.
fn choose(calls: Vec<Call>, most: impl Fn(&Call) -> usize) -> Vec<Call> {
    let mut groups: BTreeMap<(String, String), Vec<Call>> = BTreeMap::new();
    for call in calls {
        let mut parts = call.path.split('/');
        let (first, second) = (parts.next().unwrap_or_default(), parts.next());
        let place = match second {
            Some(own) if own.starts_with('.') => {
                format!("{first}/{own}{}", if parts.next().is_some() { "/" } else { "" })
            }
            Some(_) => format!("{first}/"),
            None => first.to_owned(),
        };
        groups.entry((call.name.clone(), place)).or_default().push(call);
    }
    let pick = |group: Vec<Call>| {
        let (len, most) = (group.len(), if all() { usize::MAX } else { most(&group[0]) });
        let between = |n: usize| if most == 1 { len / 2 } else { n * (len - 1) / (most - 1) };
        let chosen = (0..len.min(most)).map(|n| if len <= most { n } else { between(n) });
        chosen.map(|at| group[at].clone()).collect::<Vec<_>>()
    };
    groups.into_values().flat_map(pick).collect()
}

/// Kills the build of a scene before each of its changes.
fn killed(scene: Scene) {
    let Some(program) = trace::program() else { return };
    let mut stage = Stage::new(scene, &program);
    let calls = stage.calls(CHANGES);
    let cases: Vec<(Call, &str, &str)> =
        choose(calls, |_| scene.some() + 1).into_iter().map(|call| (call, KILL, "")).collect();
    stage.judge(&cases);
}

/// Makes each call of the build of a scene fail.
fn refused(scene: Scene, names: &[&str]) {
    let Some(program) = trace::program() else { return };
    let mut stage = Stage::new(scene, &program);
    let calls = stage.calls(&names.join(","));
    let mut cases = Vec::new();
    // Calls that only read are of many kinds.
    let looks: Vec<&str> = LOOKS.split(',').map(|name| name.trim_start_matches('?')).collect();
    let some = |call: &Call| if looks.contains(&&*call.name) { 1 } else { scene.some() };
    for (at, call) in choose(calls, some).into_iter().enumerate() {
        let errors = errors(&call.name);
        let chosen = if all() { errors } else { &errors[at % errors.len()..][..1] };
        cases.extend(chosen.iter().map(|(error, words)| (call.clone(), format!("error={error}"), *words)));
    }
    let cases: Vec<(Call, &str, &str)> =
        cases.iter().map(|(call, what, words)| (call.clone(), &**what, *words)).collect();
    stage.judge(&cases);
}

/// A large file is read for its digest and again for its copy. If either fails, the file is still copied, or its
/// absence is reported.
#[test]
fn a_copy_is_never_left_out_in_silence() {
    let Some(program) = trace::program() else { return };
    let mut stage = Stage::new(Scene::First, &program);
    let mut reads = stage.calls("read");
    reads.retain(|call| call.path.ends_with("static/large.txt"));
    assert!(reads.len() > 2, "only {} readings", reads.len());
    let cases: Vec<(Call, &str, &str)> =
        reads.into_iter().map(|call| (call, "error=EIO", "Input/output error")).collect();
    stage.judge(&cases);
}

/// If no file can be renamed from some call on, not even back, the build names the affected files, and the next
/// build completes the output.
#[test]
fn what_cannot_be_taken_back_is_named() {
    let Some(program) = trace::program() else { return };
    let mut stage = Stage::new(Scene::Edited, &program);
    let renames = stage.calls("?rename,?renameat,?renameat2");
    let at: Vec<&Call> =
        renames.iter().filter(|call| call.to.as_deref().is_some_and(|to| to.starts_with("public/"))).collect();
    assert!(at.len() > 10, "{renames:?}");
    let chosen: Vec<(Call, &str, &str)> = (0..at.len())
        .step_by(if all() { 1 } else { 6 })
        .map(|n| (at[n].clone(), "error=EIO+", "Input/output error"))
        .collect();
    stage.judge(&chosen);
    // The same for all renames, whatever their target.
    let mut named = 0;
    for number in [3, 5, 9, 15, 25] {
        stage.prepare();
        let address = Address::Number(number);
        let call = Call { name: "renameat,renameat2".to_owned(), path: String::new(), to: None, address };
        let ran = inject(&program, stage.judge.root(), &call, "error=EIO+");
        assert!(ran.hit && ran.status.code() == Some(4), "{number}: {}", ran.stderr);
        let mut faults = stage.faults_between();
        if ran.stderr.contains("could not be restored") {
            named += 1;
            assert!(ran.stderr.contains("the next build completes them"), "{}", ran.stderr);
        } else {
            assert!(ran.stderr.contains("all files are unchanged"), "{}", ran.stderr);
        }
        faults.extend(stage.judge.mend(&stage.clean_after));
        assert!(faults.is_empty(), "{number}: {faults:?}");
    }
    assert!(named > 0);
}

/// One test for each scene, so that a failure of one does not hide those of others.
macro_rules! scenes {
    ($($name:ident: $run:ident($($argument:expr),+);)+) => {
        $(#[test]
        fn $name() {
            $run($($argument),+);
        })+
    };
}

scenes! {
    killed_after_an_edit: killed(Scene::Edited);
    killed_in_a_first_build: killed(Scene::First);
    killed_after_an_error: killed(Scene::Broken);
    killed_after_an_error_in_a_first_build: killed(Scene::FirstBroken);
    killed_while_mending: killed(Scene::Mending);
    killed_while_mending_a_first_build: killed(Scene::MendingFirst);
    killed_while_reverting: killed(Scene::Reverting);
    killed_with_nothing_to_do: killed(Scene::Unchanged);
    refused_after_an_edit: refused(Scene::Edited, &[CHANGES, LOOKS]);
    refused_in_a_first_build: refused(Scene::First, &[CHANGES, LOOKS]);
    refused_after_an_error: refused(Scene::Broken, &[CHANGES]);
    refused_after_an_error_in_a_first_build: refused(Scene::FirstBroken, &[CHANGES]);
    refused_while_mending: refused(Scene::Mending, &[CHANGES, "?openat,?openat2"]);
    refused_while_mending_a_first_build: refused(Scene::MendingFirst, &[CHANGES, "?openat,?openat2"]);
    refused_while_reverting: refused(Scene::Reverting, &[CHANGES, "?openat,?openat2"]);
    refused_with_nothing_to_do: refused(Scene::Unchanged, &[CHANGES, LOOKS]);
}
