//! A site on disk beside its model, and the judge of its builds. Whatever was built before, a build gives the
//! output and the messages of a clean build, touches nothing else, and leaves nothing to do for the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::SystemTime;

use recto::base::diag::Diagnostics;
use recto::engine::build::{self, Build, BuildEnd, BuildSummary};
use recto::engine::site::LoadOptions;
use recto::engine::write::OutputChange;
use recto::system::root::Root;
use tempfile::TempDir;

use crate::model::{Content, Model};
use crate::support::{Site, temporary};

/// The folder in which most builds happen.
pub const PUBLIC: &str = "public";

/// The times of the clock, in order.
pub const CLOCK: [&str; 6] = [
    "2024-03-10T00:00:00Z",
    "2024-03-11T18:00:00Z",
    "2024-03-13T12:00:00Z",
    "2024-03-15T00:00:00Z",
    "2024-03-18T00:00:00Z",
    "2026-11-01T00:00:00Z",
];

/// The state of a file after a build: its bytes, and what shows whether it was written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub bytes: Vec<u8>,
    modified: SystemTime,
    number: u64,
}

pub type Stamps = BTreeMap<String, Stamp>;

/// The result of a build: its summary unless it failed, and its messages.
struct Built {
    summary: Option<BuildSummary>,
    problems: Diagnostics,
}

/// The result of a clean build in a folder of its own.
struct Clean {
    built: Built,
    outputs: Stamps,
    /// Its sources and options.
    from: (BTreeMap<String, Content>, String),
}

pub struct Stage {
    /// The parent of the site's folder, which may move within it.
    pub folder: TempDir,
    pub model: Model,
    /// The last model that could be built.
    pub good: Option<Model>,
    /// The files as they are on disk.
    pub disk: BTreeMap<String, Content>,
    pub options: LoadOptions,
    /// Index of the time in [`CLOCK`].
    pub clock: usize,
    /// Whether the next build treats warnings as errors.
    pub strict: bool,
    /// Whether the output is an older one, which may be that of a site with another title and address.
    pub restored: bool,
    /// Files in the output that are not Recto's.
    pub strays: BTreeMap<String, Vec<u8>>,
    /// Whether files that are overwritten with the same size keep their mtime.
    pub keep_times: bool,
    /// Whether nothing was edited, so that the next build has nothing to do if the last one succeeded.
    pub still: bool,
    /// Whether the last build succeeded.
    settled: bool,
    /// The number of builds in a row that failed.
    pub failed: usize,
    /// A saved state.
    pub aside: Option<BTreeMap<String, Vec<u8>>>,
    /// The numbers of successful and failed builds.
    pub tally: [usize; 2],
    writes: usize,
    clean: Option<Rc<Clean>>,
}

impl Stage {
    pub fn new(model: Model) -> Stage {
        let folder = temporary();
        let root = folder.path().join("site");
        fs::create_dir(&root).expect("a folder can be made");
        let root = Root::shared(&root).expect("the folder is there");
        let options = LoadOptions { root, ..Site::new("").options() };
        let mut stage = Stage {
            folder,
            model,
            good: None,
            disk: BTreeMap::new(),
            options,
            clock: 0,
            strict: false,
            restored: false,
            strays: BTreeMap::new(),
            keep_times: false,
            still: false,
            settled: false,
            failed: 0,
            aside: None,
            tally: [0, 0],
            writes: 0,
            clean: None,
        };
        stage.set_clock(0);
        stage.sync();
        stage
    }

    pub fn set_clock(&mut self, at: usize) {
        self.clock = at.min(CLOCK.len() - 1);
        self.options.now = recto::base::date::parse(CLOCK[self.clock]).expect("a time");
    }

    /// Brings the disk up to the model, without touching unchanged files.
    pub fn sync(&mut self) {
        let wanted = self.model.files();
        let gone: Vec<String> = self.disk.keys().filter(|path| !wanted.contains_key(*path)).cloned().collect();
        for path in gone {
            self.disk.remove(&path);
            remove(self.options.root.path(), &path);
        }
        for (path, content) in wanted {
            if self.disk.get(&path) != Some(&content) {
                let file = self.options.root.place(&path);
                let time = fs::symlink_metadata(&file).and_then(|m| m.modified()).ok();
                self.writes += 1;
                put(&file, &content, self.writes.is_multiple_of(2));
                let old = self.disk.insert(path, content.clone());
                if let (true, Some(time), Some(Content::Bytes(old)), Content::Bytes(new)) =
                    (self.keep_times, time, old, content)
                    && old.len() == new.len()
                {
                    set_modified(&file, time);
                }
            }
        }
        self.keep_times = false;
    }

    /// Renames a file of the site, keeping its mtime.
    pub fn rename(&mut self, from: &str, to: &str) {
        let [source, target] = [from, to].map(|path| self.options.root.place(path));
        fs::create_dir_all(target.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::rename(source, target).expect("a file can be renamed");
        let content = self.disk.remove(from).expect("it was written");
        self.disk.insert(to.to_owned(), content);
    }

    /// Builds into a folder of the site, and returns what is wrong with the result.
    pub fn judge(&mut self, folder: &str) -> Result<(), String> {
        let clean = self.clean()?;
        let output = self.options.root.place(folder);
        let before = stamps(&output);
        let built = self.build_restored(&output, &before)?;
        let after = stamps(&output);
        same_problems(&built.problems, &clean.built.problems)?;
        let strays = if folder == PUBLIC { self.strays.clone() } else { BTreeMap::new() };
        let was_settled = std::mem::replace(&mut self.settled, built.summary.is_some());
        self.tally[usize::from(built.summary.is_none())] += 1;
        match (&built.summary, &clean.built.summary) {
            (None, None) => {
                self.failed += usize::from(!self.strict);
                untouched(&before, &after).map_err(|why| format!("the build failed, and yet {why}"))
            }
            (Some(summary), Some(wanted)) => {
                same_outputs(&after, &clean.outputs, &strays)?;
                no_empty_folders(&output)?;
                same_summary(summary, wanted)?;
                true_changes(summary, &before, &after)?;
                if self.still && was_settled {
                    nothing_done(summary).map_err(|why| format!("nothing was edited, and yet {why}"))?;
                }
                let again = self.build(&output)?;
                same_problems(&again.problems, &built.problems).map_err(|why| format!("built again: {why}"))?;
                let summary = again.summary.ok_or("built again, it failed")?;
                nothing_done(&summary).map_err(|why| format!("built again, {why}"))?;
                same_summary(&summary, wanted).map_err(|why| format!("built again: {why}"))?;
                untouched(&after, &stamps(&output)).map_err(|why| format!("built again, {why}"))?;
                self.good = Some(self.model.clone());
                self.failed = 0;
                Ok(())
            }
            (None, Some(_)) => Err("the build failed, a clean one does not".to_owned()),
            (Some(_), None) => Err("the build did not fail, a clean one does".to_owned()),
        }
    }

    fn build(&self, output: &Path) -> Result<Built, String> {
        run(&self.options, output, self.strict, false)
    }

    /// Builds. The output of another site is refused, untouched, and then taken over.
    fn build_restored(&mut self, output: &Path, before: &Stamps) -> Result<Built, String> {
        let restored = std::mem::take(&mut self.restored);
        match self.build(output) {
            Err(why) if restored && why.contains("was built from another site") => {
                untouched(before, &stamps(output)).map_err(|what| format!("the output was refused, and yet {what}"))?;
                run(&self.options, output, self.strict, true)
            }
            built => built,
        }
    }

    /// Returns a clean build of the same site with the same options. The last one is kept, since many tricks change
    /// no source.
    fn clean(&mut self) -> Result<Rc<Clean>, String> {
        let from = (self.disk.clone(), format!("{:?} {}", self.options, self.strict));
        if let Some(clean) = self.clean.as_ref().filter(|clean| clean.from == from) {
            return Ok(clean.clone());
        }
        let folder = temporary();
        self.disk.iter().for_each(|(path, content)| put(&folder.path().join(path), content, false));
        let options =
            LoadOptions { root: Root::shared(folder.path()).expect("the folder is there"), ..self.options.clone() };
        let output = folder.path().join(PUBLIC);
        let built = run(&options, &output, self.strict, false)?;
        let clean = Rc::new(Clean { built, outputs: stamps(&output), from });
        self.clean = Some(clean.clone());
        Ok(clean)
    }

    /// Checks that a build has changed no source.
    pub fn sources_are_untouched(&self) -> Result<(), String> {
        for (path, content) in &self.disk {
            let file = self.options.root.place(path);
            if let Content::Bytes(bytes) = content
                && fs::read(&file).ok().as_ref() != Some(bytes)
            {
                return Err(format!("{path} is no longer what was written"));
            }
        }
        Ok(())
    }
}

fn run(options: &LoadOptions, output: &Path, strict: bool, adopt: bool) -> Result<Built, String> {
    let build = Build { output: output.to_owned(), strict, verify: false, explain: true, adopt };
    let report = build::build(options, &build).map_err(|e| e.to_string())?;
    let summary = match report.end {
        BuildEnd::Built(summary) => Some(summary),
        BuildEnd::Errors { .. } => None,
        BuildEnd::Refused(refused) => return Err(format!("refused: {refused}")),
    };
    Ok(Built { summary, problems: report.problems })
}

/// Writes a file in place or, like many editors, to another file that is renamed over it.
pub fn put(file: &Path, content: &Content, by_rename: bool) {
    fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
    match content {
        Content::Bytes(bytes) if by_rename => {
            let other = file.with_file_name(".#new");
            fs::write(&other, bytes).expect("a file can be written");
            fs::rename(&other, file).expect("a file can be renamed");
        }
        Content::Bytes(bytes) => fs::write(file, bytes).expect("a file can be written"),
        Content::Link(target) => link(target, file),
    }
}

#[cfg(unix)]
fn link(target: &str, file: &Path) {
    std::os::unix::fs::symlink(target, file).expect("a link can be made");
}

#[cfg(not(unix))]
fn link(target: &str, file: &Path) {
    fs::write(file, target).expect("a file can be written");
}

/// Removes a file, and the folders that are empty then.
pub fn remove(root: &Path, path: &str) {
    let file = root.join(path);
    fs::remove_file(&file).expect("a file can be removed");
    let mut folder = file.parent();
    while let Some(dir) = folder.filter(|dir| *dir != root && fs::remove_dir(dir).is_ok()) {
        folder = dir.parent();
    }
}

pub fn set_modified(file: &Path, time: SystemTime) {
    let opened = fs::File::options().append(true).open(file);
    opened.and_then(|f| f.set_modified(time)).expect("an mtime can be set");
}

/// Returns every file below a folder; empty if there is no folder.
pub fn stamps(root: &Path) -> Stamps {
    let entries = walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok).filter(|e| e.file_type().is_file());
    let stamp = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(root).ok()?.to_str()?.to_owned();
        let found = entry.metadata().ok()?;
        let bytes = fs::read(entry.path()).ok()?;
        Some((path, Stamp { bytes, modified: found.modified().ok()?, number: number(&found) }))
    };
    entries.filter_map(stamp).collect()
}

/// Returns the inode number, which changes when a new file is renamed over the old one.
#[cfg(unix)]
fn number(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> u64 {
    0
}

/// Returns whether a file of the output is Recto's own and not an output.
pub fn is_own(path: &str) -> bool {
    path.split('/').any(|name| name.starts_with(".recto"))
}

fn same_problems(found: &Diagnostics, wanted: &Diagnostics) -> Result<(), String> {
    let missing = wanted.iter().find(|problem| !found.contains(problem));
    let more = found.iter().find(|problem| !wanted.contains(problem));
    match (missing, more) {
        (None, None) if found == wanted => Ok(()),
        (None, None) => Err("the problems come in another order, or more than once".to_owned()),
        _ => Err(format!("other problems are named\n  missing: {missing:?}\n  too many: {more:?}")),
    }
}

/// Checks that the outputs are those of the clean build, with the strays beside them.
fn same_outputs(found: &Stamps, wanted: &Stamps, strays: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let bytes = |stamps: &Stamps| -> BTreeMap<String, Vec<u8>> {
        let outputs = stamps.iter().filter(|(path, _)| !is_own(path));
        outputs.map(|(path, stamp)| (path.clone(), stamp.bytes.clone())).collect()
    };
    let (found, mut wanted) = (bytes(found), bytes(wanted));
    wanted.extend(strays.clone());
    let paths: BTreeSet<&String> = found.keys().chain(wanted.keys()).collect();
    let different: Vec<&String> = paths.into_iter().filter(|path| found.get(*path) != wanted.get(*path)).collect();
    let Some(first) = different.first() else { return Ok(()) };
    let named: Vec<String> = different
        .iter()
        .take(12)
        .map(|path| {
            let word = match (found.get(*path), wanted.get(*path)) {
                (None, _) => "missing",
                (_, None) => "too many",
                _ => "other bytes",
            };
            format!("  {path}: {word}")
        })
        .collect();
    let lines = first_lines(found.get(*first), wanted.get(*first));
    Err(format!("{} outputs are not those of a clean build\n{}\n{lines}", different.len(), named.join("\n")))
}

/// Returns the first lines in which two files differ.
fn first_lines(found: Option<&Vec<u8>>, wanted: Option<&Vec<u8>>) -> String {
    let (Some(found), Some(wanted)) = (found, wanted) else { return String::new() };
    let [found, wanted] = [found, wanted].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let [mut a, mut b] = [found.lines(), wanted.lines()];
    loop {
        match (a.next(), b.next()) {
            (None, None) => return "  the line ends differ".to_owned(),
            (a, b) if a != b => {
                let [a, b] = [a, b].map(|line| line.unwrap_or("(end)"));
                let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
                let [a, b] =
                    [a, b].map(|line| line.chars().skip(same.saturating_sub(60)).take(200).collect::<String>());
                return format!("  found:  {a}\n  wanted: {b}");
            }
            _ => {}
        }
    }
}

fn no_empty_folders(output: &Path) -> Result<(), String> {
    let folders = walkdir::WalkDir::new(output).min_depth(1).into_iter().filter_map(Result::ok);
    let empty =
        |e: &walkdir::DirEntry| e.file_type().is_dir() && fs::read_dir(e.path()).is_ok_and(|mut d| d.next().is_none());
    match folders.into_iter().find(empty) {
        Some(folder) => Err(format!("an empty folder is left: {}", folder.path().display())),
        None => Ok(()),
    }
}

/// Checks that the summary's facts about the site do not depend on earlier builds.
fn same_summary(found: &BuildSummary, wanted: &BuildSummary) -> Result<(), String> {
    let facts = |s: &BuildSummary| {
        (s.articles, s.outputs.clone(), s.skipped.clone(), s.orphans.clone(), s.written.written + s.written.unchanged)
    };
    if facts(found) != facts(wanted) {
        return Err(format!("the summary differs\n  found:  {:?}\n  wanted: {:?}", facts(found), facts(wanted)));
    }
    Ok(())
}

/// Checks that the changes in a summary are those of the folder.
fn true_changes(summary: &BuildSummary, before: &Stamps, after: &Stamps) -> Result<(), String> {
    let bytes = |stamps: &Stamps, path: &str| stamps.get(path).map(|stamp| stamp.bytes.clone());
    let paths = before.keys().chain(after.keys()).filter(|path| !is_own(path));
    let real: BTreeSet<&String> = paths.filter(|path| bytes(before, path) != bytes(after, path)).collect();
    let named: BTreeSet<&String> = summary.changes.iter().map(|(path, _)| path).collect();
    if let Some(path) = real.difference(&named).next() {
        return Err(format!("{path} was changed without a word"));
    }
    for (path, change) in &summary.changes {
        // A file that somebody else has already removed is still listed as removed.
        let gone = *change == OutputChange::Removed && !after.contains_key(path);
        if !real.contains(path) && !gone {
            return Err(format!("{path} is named as {}, and is as it was", change.word()));
        }
    }
    let count =
        |removed: bool| summary.changes.iter().filter(|(_, c)| (*c == OutputChange::Removed) == removed).count();
    if (summary.written.written, summary.written.removed) != (count(false), count(true)) {
        return Err(format!("{:?} is not the number of {:?}", summary.written, summary.changes));
    }
    let same = |path: &&String| !named.contains(*path) && !is_own(path);
    match before.iter().find(|(path, stamp)| same(path) && after.get(*path) != Some(stamp)) {
        Some((path, _)) => Err(format!("{path} was written again with the same bytes")),
        None => Ok(()),
    }
}

fn nothing_done(summary: &BuildSummary) -> Result<(), String> {
    let (written, removed) = (summary.written.written, summary.written.removed);
    if summary.rendered + written + removed > 0 || !summary.changes.is_empty() {
        let named: Vec<&String> = summary.changes.iter().map(|(path, _)| path).take(12).collect();
        return Err(format!("{} were rendered, {written} written, {removed} removed: {named:?}", summary.rendered));
    }
    Ok(())
}

fn untouched(before: &Stamps, after: &Stamps) -> Result<(), String> {
    // Files of a killed build in the staging folder may be removed.
    let cleared = |path: &String| path.starts_with(".recto-staging/") && !after.contains_key(path);
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    match paths.into_iter().find(|path| before.get(*path) != after.get(*path) && !cleared(path)) {
        Some(path) => Err(format!("{path} was touched")),
        None => Ok(()),
    }
}
