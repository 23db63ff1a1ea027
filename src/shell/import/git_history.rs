//! The history of a source that is a git repository: which commits changed each file, followed when it moved, and its
//! bytes at that time. Git is the system's, started as deploys start it. It must not know formats.
//!
//! A repository may be hostile: nothing of its configuration starts a program here, and git reaches no network.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::deploy::process::{GIT, OTHER_REPOSITORY, ProgramCall};
use crate::deploy::redact::Secrets;
use crate::deploy::target::DeployError;
use crate::import::source::{FileHistory, FileVersion};

/// Settings of a repository that could start programs.
const SAFE: [&str; 12] = [
    "--no-pager",
    "--no-optional-locks",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "log.showSignature=false",
    "-c",
    "gc.auto=0",
    "-c",
    "protocol.allow=never",
];

/// The files whose oldest versions are read at once.
const AHEAD: usize = 48;
/// How many versions of each, from the oldest.
const OLDEST: usize = 4;

/// The history of a folder. It is read when it is first asked for.
pub struct GitHistory {
    folder: PathBuf,
    /// An error says why there is none.
    index: OnceCell<Result<HistoryIndex, String>>,
    /// The bytes of versions that were read ahead, by commit and path.
    ahead: RefCell<BTreeMap<(String, String), Vec<u8>>>,
}

/// All files of a repository with their versions.
struct HistoryIndex {
    /// The path of the source within the repository, empty or with a slash at its end.
    prefix: String,
    /// The versions of each file, the newest first, in the order of the files' paths. Their paths are the repository's.
    files: Vec<Vec<FileVersion>>,
    /// Where a file is in `files`, by every path that it has had.
    places: BTreeMap<String, usize>,
}

/// Returns the message of a failed call.
fn words(error: DeployError) -> String {
    match error {
        DeployError::Network(why) | DeployError::Refused(why) | DeployError::Busy(why) => why,
        DeployError::Disk(why) | DeployError::Stopped(why) => why.to_string(),
        DeployError::Foreign(paths) => paths.join(", "),
    }
}

impl GitHistory {
    pub fn new(folder: &Path) -> GitHistory {
        GitHistory { folder: folder.to_owned(), index: OnceCell::new(), ahead: RefCell::default() }
    }

    /// Returns `owner/name` of the repository's remote on a host of repositories.
    pub fn repository(&self) -> Option<String> {
        let out = self.git("look at the repository", &["config", "--local", "--get", "remote.origin.url"], Vec::new());
        let url = String::from_utf8(out.ok()?).ok()?;
        let url = url.trim().trim_end_matches('/').trim_end_matches(".git");
        let mut parts = url.rsplit(['/', ':']);
        let (name, owner) = (parts.next()?, parts.next()?);
        (!name.is_empty() && !owner.is_empty()).then(|| format!("{owner}/{name}"))
    }

    /// Returns why nothing is known of the past of any file, if so.
    pub fn trouble(&self) -> Option<&str> {
        self.index().err()
    }

    fn index(&self) -> Result<&HistoryIndex, &str> {
        self.index.get_or_init(|| self.read()).as_ref().map_err(String::as_str)
    }

    fn git(&self, what: &str, args: &[&str], input: Vec<u8>) -> Result<Vec<u8>, String> {
        let secrets = Secrets::default();
        let call = ProgramCall::new(GIT, what, &secrets)
            .without(&OTHER_REPOSITORY)
            .without(&["GIT_EXTERNAL_DIFF"])
            .folder(&self.folder);
        let call = call.with("GIT_NO_LAZY_FETCH", "1").with("GIT_ALLOW_PROTOCOL", "none").args(SAFE).args(args);
        call.input(input).run_well().map_err(words)
    }

    fn read(&self) -> Result<HistoryIndex, String> {
        let ask = |args: &[&str]| self.git("look at the repository", args, Vec::new());
        let answer = ask(&["rev-parse", "--is-shallow-repository", "--show-prefix"])?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (is_shallow, prefix) = answer.split_once('\n').unwrap_or((&answer, ""));
        let prefix = prefix.trim_end_matches('\n').to_owned();
        if is_shallow == "true" {
            return Err("the repository is a shallow clone, without the history of its files".to_owned());
        }
        let listed = ask(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD"])?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let paths: BTreeSet<&str> = listed.split('\0').filter(|path| !path.is_empty()).collect();
        let log = ["log", "--topo-order", "--raw", "-M", "-l2000", "--no-abbrev", "-z"];
        let rest = ["--no-ext-diff", "--no-textconv", "--format=%x01%H %aI", "HEAD", "--"];
        let args: Vec<&str> = log.into_iter().chain(rest).collect();
        let log = self.git("read the history of the source", &args, Vec::new())?;
        let mut trail = Trail::new(&paths);
        trail.read(&String::from_utf8_lossy(&log));
        Ok(HistoryIndex { prefix, files: trail.files, places: trail.places })
    }

    /// Reads the oldest versions of a file and of those after it.
    fn read_ahead(&self, version: &FileVersion, index: &HistoryIndex) -> Result<(), String> {
        let place = index.places.get(&version.path).copied().unwrap_or(index.files.len());
        let mut wanted: Vec<&FileVersion> = vec![version];
        for versions in index.files.iter().skip(place).take(AHEAD) {
            wanted.extend(versions.iter().rev().take(OLDEST));
        }
        wanted.retain(|version| !version.path.contains('\n'));
        let names: String = wanted.iter().map(|version| format!("{}:{}\n", version.commit, version.path)).collect();
        let what = "read earlier versions of the source's files";
        let out = self.git(what, &["cat-file", "--batch"], names.into_bytes())?;
        let mut ahead = self.ahead.borrow_mut();
        ahead.clear();
        let mut rest = &out[..];
        for version in wanted {
            let Some(end) = memchr::memchr(b'\n', rest) else { break };
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            let mut words = head.rsplitn(3, ' ');
            let (last, kind) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let Ok(length) = last.parse::<usize>() else { continue };
            if rest.len() < length {
                break;
            }
            if kind == "blob" {
                ahead.insert((version.commit.clone(), version.path.clone()), rest[..length].to_vec());
            }
            rest = rest.get(length + 1..).unwrap_or_default();
        }
        Ok(())
    }
}

impl FileHistory for GitHistory {
    fn versions(&self, path: &str) -> Vec<FileVersion> {
        let Ok(index) = self.index() else { return Vec::new() };
        let full = format!("{}{path}", index.prefix);
        let versions = index.places.get(&full).and_then(|place| index.files.get(*place));
        let here = |version: &FileVersion| FileVersion {
            path: version.path.strip_prefix(&index.prefix).unwrap_or(&version.path).to_owned(),
            ..version.clone()
        };
        versions.into_iter().flatten().map(here).collect()
    }

    fn bytes(&self, version: &FileVersion) -> Result<Vec<u8>, String> {
        let index = self.index()?;
        let full = format!("{}{}", index.prefix, version.path);
        // A file may have come from a folder beside the source's.
        let path = if index.places.contains_key(&full) { full } else { version.path.clone() };
        let key = (version.commit.clone(), path.clone());
        let known = self.ahead.borrow_mut().remove(&key);
        if let Some(bytes) = known {
            return Ok(bytes);
        }
        self.read_ahead(&FileVersion { path, ..version.clone() }, index)?;
        let found = self.ahead.borrow_mut().remove(&key);
        found.ok_or_else(|| format!("git has no file {} at {}", version.path, version.commit))
    }
}

/// Follows files from the newest commit to the oldest.
struct Trail {
    files: Vec<Vec<FileVersion>>,
    places: BTreeMap<String, usize>,
    /// Files whose name no other file has: they are the same wherever they stand.
    names: BTreeMap<String, usize>,
}

/// Names that many files have had, whatever the last commit has.
const COMMON: [&str; 4] = ["index", "readme", "_index", "post"];

fn own_name(path: &str) -> Option<&str> {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    (!COMMON.contains(&stem.as_str())).then_some(name)
}

impl Trail {
    fn new(paths: &BTreeSet<&str>) -> Trail {
        let places: BTreeMap<String, usize> =
            paths.iter().enumerate().map(|(at, path)| ((*path).to_owned(), at)).collect();
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (at, name) in paths.iter().enumerate().filter_map(|(at, path)| Some((at, own_name(path)?))) {
            counts.entry(name).or_insert((at, 0)).1 += 1;
        }
        let single = counts.into_iter().filter(|(_, (_, count))| *count == 1);
        let names = single.map(|(name, (at, _))| (name.to_owned(), at)).collect();
        Trail { files: vec![Vec::new(); paths.len()], places, names }
    }

    /// Reads the output of `git log --raw -z`.
    fn read(&mut self, log: &str) {
        let mut tokens = log.split('\0').map(|token| token.trim_start_matches('\n')).filter(|token| !token.is_empty());
        let (mut commit, mut date) = ("", "");
        while let Some(token) = tokens.next() {
            if let Some(head) = token.strip_prefix('\u{1}') {
                (commit, date) = head.split_once(' ').unwrap_or((head, ""));
            } else if let Some(status) = token.strip_prefix(':').and_then(|row| row.rsplit(' ').next()) {
                let Some(old) = tokens.next() else { break };
                let renamed = status.starts_with(['R', 'C']);
                let new = if renamed { tokens.next().unwrap_or(old) } else { old };
                if !status.starts_with('D') {
                    self.add(commit, date, new, renamed.then_some(old));
                }
            }
        }
    }

    fn add(&mut self, commit: &str, date: &str, path: &str, old: Option<&str>) {
        let named = || own_name(path).and_then(|name| self.names.get(name)).copied();
        let Some(place) = self.places.get(path).copied().or_else(named) else { return };
        self.places.entry(path.to_owned()).or_insert(place);
        if let Some(old) = old {
            self.places.entry(old.to_owned()).or_insert(place);
            if let Some(name) = own_name(old) {
                self.names.entry(name.to_owned()).or_insert(place);
            }
        }
        let version = FileVersion { commit: commit.to_owned(), path: path.to_owned(), date: date.to_owned() };
        self.files[place].push(version);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "tests make repositories")]

    use super::*;

    struct Repository(tempfile::TempDir);

    impl Repository {
        fn new() -> Repository {
            let repository = Repository(tempfile::tempdir().unwrap());
            repository.git("2021-01-01T00:00:00Z", &["init", "-q", "."]);
            repository
        }

        fn git(&self, date: &str, args: &[&str]) {
            let secrets = Secrets::default();
            let mut call =
                ProgramCall::new(GIT, "make a repository", &secrets).without(&OTHER_REPOSITORY).folder(self.0.path());
            for who in ["AUTHOR", "COMMITTER"] {
                for (what, value) in [("NAME", "Ann"), ("EMAIL", "ann@example.org"), ("DATE", date)] {
                    call = call.with(&format!("GIT_{who}_{what}"), value);
                }
            }
            call.args(args).run_well().unwrap_or_else(|error| panic!("{}", words(error)));
        }

        fn commit(&self, date: &str, files: &[(&str, Option<&str>)]) {
            for (path, text) in files {
                let path = self.0.path().join(path);
                match text {
                    Some(text) => {
                        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                        std::fs::write(path, text).unwrap();
                    }
                    None => std::fs::remove_file(path).unwrap(),
                }
            }
            self.git(date, &["add", "-A"]);
            self.git(date, &["commit", "-q", "-m", "change"]);
        }
    }

    #[test]
    fn a_file_is_followed_through_folders_and_names() {
        let repository = Repository::new();
        let (english, chinese) = ("A clock must be wound.\n".repeat(20), "钟必须上弦。\n".repeat(20));
        repository.commit("2021-03-20T10:00:00+0800", &[("sources/tech/20210320 Clock.md", Some(&english))]);
        let moved = [("sources/tech/20210320 Clock.md", None), ("translated/20210320 Clock.md", Some(&*chinese))];
        repository.commit("2021-03-22T10:00:00+0800", &moved);
        let renamed = [("translated/20210320 Clock.md", None), ("published/20210320 上弦.md", Some(&*chinese))];
        repository.commit("2021-03-24T10:00:00+0800", &renamed);
        repository.commit("2021-03-25T10:00:00+0800", &[("published/index.md", Some("list"))]);
        let history = GitHistory::new(repository.0.path());
        let versions = history.versions("published/20210320 上弦.md");
        let told: Vec<(&str, &str)> = versions.iter().map(|v| (v.path.as_str(), v.date.as_str())).collect();
        assert_eq!(
            told,
            [
                ("published/20210320 上弦.md", "2021-03-24T10:00:00+08:00"),
                ("translated/20210320 Clock.md", "2021-03-22T10:00:00+08:00"),
                ("sources/tech/20210320 Clock.md", "2021-03-20T10:00:00+08:00"),
            ]
        );
        assert_eq!(history.bytes(&versions[2]).unwrap(), english.as_bytes());
        assert_eq!(history.bytes(&versions[0]).unwrap(), chinese.as_bytes());
        assert_eq!(history.versions("published/index.md").len(), 1);
        assert!(history.versions("nothing.md").is_empty());
        // A folder of the repository.
        let history = GitHistory::new(&repository.0.path().join("published"));
        let versions = history.versions("20210320 上弦.md");
        assert_eq!(versions[0].path, "20210320 上弦.md");
        assert_eq!(history.bytes(&versions[2]).unwrap(), english.as_bytes());
    }

    #[test]
    fn what_is_no_repository_or_a_part_of_one() {
        let folder = tempfile::tempdir().unwrap();
        assert!(GitHistory::new(folder.path()).trouble().is_some());
        let repository = Repository::new();
        assert!(GitHistory::new(repository.0.path()).versions("a.md").is_empty());
        repository.commit("2021-03-20T10:00:00Z", &[("a.md", Some("one"))]);
        repository.commit("2021-03-21T10:00:00Z", &[("a.md", Some("two"))]);
        let url = format!("file://{}", repository.0.path().to_str().unwrap());
        let clone = folder.path().join("clone");
        repository.git("2021-03-21T10:00:00Z", &["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
        let history = GitHistory::new(&clone);
        assert!(history.trouble().is_some_and(|why| why.contains("shallow")));
        assert!(history.versions("a.md").is_empty());
    }

    #[test]
    fn the_settings_of_a_repository_start_nothing() {
        let repository = Repository::new();
        repository.commit("2021-03-20T10:00:00Z", &[("a.md", Some("one"))]);
        let mark = repository.0.path().join("started");
        let program = repository.0.path().join("program.sh");
        std::fs::write(&program, format!("#!/bin/sh\ntouch '{}'\n", mark.to_str().unwrap())).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let run = format!("sh {}", program.to_str().unwrap());
        for (key, value) in [
            ("core.fsmonitor", run.as_str()),
            ("diff.external", &run),
            ("core.pager", &run),
            ("log.showSignature", "true"),
            ("gpg.program", program.to_str().unwrap()),
            ("core.sshCommand", &run),
        ] {
            repository.git("2021-03-20T10:00:00Z", &["config", key, value]);
        }
        let _ = std::fs::remove_file(&mark);
        let history = GitHistory::new(repository.0.path());
        assert_eq!(history.bytes(&history.versions("a.md")[0]).unwrap(), b"one");
        assert!(!mark.exists());
    }
}
