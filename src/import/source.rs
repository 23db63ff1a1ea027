//! The files of a source, whatever they are stored in. Formats see sorted paths and decoded texts, and nothing else.

use std::collections::BTreeMap;

use super::encoding::{self, DecodedText};

/// Reads the bytes of a file by its path in the source. The error is a message for people.
pub type ReadFile<'a> = dyn Fn(&str) -> Result<Vec<u8>, String> + 'a;

/// The folder in which the files of `--media FOLDER` stand: `@media/2021/03/a.jpg`.
pub const MEDIA: &str = "@media";

/// A version of a file in the history of its repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileVersion {
    /// The id of the commit.
    pub commit: String,
    /// Its path at that time.
    pub path: String,
    /// When it was written, in RFC 3339.
    pub date: String,
}

/// What a repository knows of its files' past.
pub trait FileHistory {
    /// All versions of a file, the newest first, followed through renames. Empty if there is no history of it.
    fn versions(&self, path: &str) -> Vec<FileVersion>;

    /// The bytes of a version.
    fn bytes(&self, version: &FileVersion) -> Result<Vec<u8>, String>;
}

/// A folder, an archive (zip, tar) or a single file as a set of files.
pub struct Source<'a> {
    /// The name of the folder or file, without its ending: the last guess for a title or a date.
    pub name: String,
    /// Every file's path (`/`-separated, relative, without `.` and `..`) and its length in bytes.
    files: BTreeMap<String, u64>,
    read: &'a ReadFile<'a>,
    history: Option<&'a dyn FileHistory>,
}

impl<'a> Source<'a> {
    pub fn new(name: impl Into<String>, files: BTreeMap<String, u64>, read: &'a ReadFile<'a>) -> Source<'a> {
        Source { name: name.into(), files, read, history: None }
    }

    /// Adds the history of the repository that the source is.
    pub fn with_history(self, history: &'a dyn FileHistory) -> Source<'a> {
        Source { history: Some(history), ..self }
    }

    /// The history of the files, if the source is a repository.
    pub fn history(&self) -> Option<&'a dyn FileHistory> {
        self.history
    }

    /// The paths of all files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The paths of all files below `folder` (without a slash at its end), sorted.
    pub fn below<'s>(&'s self, folder: &str) -> impl Iterator<Item = &'s str> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = start.clone();
        self.files.range(from..).map(|(path, _)| path.as_str()).take_while(move |path| path.starts_with(&start))
    }

    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The length of a file in bytes.
    pub fn length(&self, path: &str) -> Option<u64> {
        self.files.get(path).copied()
    }

    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        (self.read)(path)
    }

    /// Reads and decodes a text.
    pub fn text(&self, path: &str) -> Result<DecodedText, String> {
        self.bytes(path).map(|bytes| encoding::decode(&bytes))
    }
}

/// Gives a test the source that consists of these paths and bytes.
#[cfg(test)]
pub fn with_files<T>(files: &[(&str, impl AsRef<[u8]>)], run: impl FnOnce(Source) -> T) -> T {
    let all: BTreeMap<&str, &[u8]> = files.iter().map(|(path, bytes)| (*path, bytes.as_ref())).collect();
    let lengths = all.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.len() as u64)).collect();
    let read = |path: &str| all.get(path).map(|bytes| bytes.to_vec()).ok_or_else(|| "no such file".to_owned());
    run(Source::new("sample", lengths, &read))
}
