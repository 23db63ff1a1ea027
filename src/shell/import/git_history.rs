//! The history of a source that is a git repository, read by the system's git. It must not know formats.
//!
//! A repository may have settings that run programs. Every call turns off those that `log` and `cat-file` know, and
//! fetches nothing.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::deploy::process::{GIT, ProgramCall};
use crate::deploy::redact::Secrets;
use crate::import::source::{FileHistory, FileVersion};

/// A change of a file: where it was before, if it was renamed.
#[derive(Clone, Debug)]
struct FileChange {
    commit: usize,
    path: String,
    before: Option<String>,
}

/// All commits, and the changes of each path.
#[derive(Debug, Default)]
struct HistoryIndex {
    /// Id and date.
    commits: Vec<(String, String)>,
    /// The newest first.
    changes: BTreeMap<String, Vec<FileChange>>,
}

/// The history of a folder. It is read when it is first asked for.
pub struct GitHistory {
    folder: PathBuf,
    /// The folder of the source below the top of the repository, with a slash, or empty.
    index: OnceCell<HistoryIndex>,
}

/// Settings of a repository that could run a program.
const SAFE: [&str; 14] = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "log.showSignature=false",
    "-c",
    "diff.external=",
    "-c",
    "core.quotePath=false",
    "-c",
    "protocol.allow=never",
    "-c",
    "core.attributesFile=/dev/null",
];

/// How many times a rename is followed.
const RENAMES: usize = 20;

impl GitHistory {
    pub fn new(folder: &Path) -> GitHistory {
        GitHistory { folder: folder.to_owned(), index: OnceCell::new() }
    }

    fn git(&self, args: &[&str]) -> Option<Vec<u8>> {
        let secrets = Secrets::default();
        let call = ProgramCall::new(GIT, "read the history of the source", &secrets);
        let call = call.args(SAFE).args(args).folder(&self.folder);
        call.with("GIT_NO_LAZY_FETCH", "1").with("GIT_OPTIONAL_LOCKS", "0").run_well().ok()
    }

    /// Returns `owner/name` of the repository's remote on a host of repositories.
    pub fn repository(&self) -> Option<String> {
        let out = self.git(&["config", "--local", "--get", "remote.origin.url"])?;
        let url = String::from_utf8(out).ok()?;
        let url = url.trim().trim_end_matches('/').trim_end_matches(".git");
        let mut parts = url.rsplit(['/', ':']);
        let (name, owner) = (parts.next()?, parts.next()?);
        (!name.is_empty() && !owner.is_empty()).then(|| format!("{owner}/{name}"))
    }

    fn index(&self) -> &HistoryIndex {
        self.index.get_or_init(|| {
            let format = "--format=%x01%H %cI";
            let args =
                ["log", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--name-status", "-M", "-z", format];
            self.git(&args).map(|out| index_of(&out)).unwrap_or_default()
        })
    }
}

/// Reads the output of `git log --name-status -z`.
fn index_of(out: &[u8]) -> HistoryIndex {
    let mut index = HistoryIndex::default();
    let text = String::from_utf8_lossy(out);
    let mut fields = text.split('\0').peekable();
    while let Some(field) = fields.next() {
        let field = field.trim_start_matches('\n');
        if let Some(head) = field.strip_prefix('\u{1}') {
            let (id, date) = head.trim().split_once(' ').unwrap_or((head.trim(), ""));
            index.commits.push((id.to_owned(), date.to_owned()));
            continue;
        }
        let Some(commit) = index.commits.len().checked_sub(1) else { continue };
        let renamed = field.starts_with('R') || field.starts_with('C');
        let single = ["A", "M", "D", "T"].contains(&field);
        if !renamed && !single {
            continue;
        }
        let Some(first) = fields.next() else { break };
        let (path, before) = match renamed {
            true => (fields.next().unwrap_or_default(), Some(first.to_owned())),
            false => (first, None),
        };
        if field != "D" {
            let change = FileChange { commit, path: path.to_owned(), before };
            index.changes.entry(path.to_owned()).or_default().push(change);
        }
    }
    index
}

impl FileHistory for GitHistory {
    fn versions(&self, path: &str) -> Vec<FileVersion> {
        let index = self.index();
        let (mut versions, mut path, mut since) = (Vec::new(), path.to_owned(), 0);
        for _ in 0..RENAMES {
            let (mut before, from) = (None, since);
            for change in index.changes.get(&path).into_iter().flatten().filter(|change| change.commit >= from) {
                let (commit, date) = index.commits[change.commit].clone();
                versions.push(FileVersion { commit, path: change.path.clone(), date });
                since = change.commit;
                if change.before.is_some() {
                    before.clone_from(&change.before);
                    break;
                }
            }
            match before {
                Some(before) => path = before,
                None => break,
            }
        }
        versions
    }

    fn bytes(&self, version: &FileVersion) -> Result<Vec<u8>, String> {
        let is_id = version.commit.bytes().all(|byte| byte.is_ascii_hexdigit()) && version.commit.len() >= 40;
        let object = format!("{}:{}", version.commit, version.path);
        let read = is_id.then(|| self.git(&["cat-file", "blob", &object])).flatten();
        read.ok_or_else(|| format!("git cannot read {} of {}", version.path, version.commit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read() {
        let log = "\u{1}c3 2021-03-03T00:00:00+00:00\0\nM\0a.md\0A\0x.md\0\u{1}c2 2021-02-02T00:00:00+00:00\0\nR090\0old/a.md\0a.md\0\
                   \u{1}c1 2021-01-01T00:00:00+00:00\0\nA\0old/a.md\0D\0y.md\0";
        let history = GitHistory { folder: PathBuf::new(), index: OnceCell::new() };
        history.index.set(index_of(log.as_bytes())).unwrap();
        let found: Vec<(String, String)> =
            history.versions("a.md").into_iter().map(|version| (version.commit, version.path)).collect();
        let expected = [("c3", "a.md"), ("c2", "a.md"), ("c1", "old/a.md")];
        assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!((history.versions("x.md").len(), history.versions("y.md").len()), (1, 0));
    }
}
