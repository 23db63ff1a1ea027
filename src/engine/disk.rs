//! The disk: every file operation of the program, with the action and the path in its error.

#![allow(clippy::disallowed_methods, reason = "this is the one file that may")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The machine's refusal: what was tried, on what, and why it failed.
#[derive(Debug)]
pub struct DiskError {
    pub action: &'static str,
    pub path: PathBuf,
    pub source: io::Error,
}

impl std::fmt::Display for DiskError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "cannot {} {}: {}", self.action, self.path.display(), self.source)
    }
}

impl std::error::Error for DiskError {}

pub type DiskResult<T> = Result<T, DiskError>;

fn context<T>(action: &'static str, path: &Path, result: io::Result<T>) -> DiskResult<T> {
    result.map_err(|source| DiskError { action, path: path.to_owned(), source })
}

pub fn read(path: &Path) -> DiskResult<Vec<u8>> {
    context("read", path, fs::read(path))
}

/// The bytes of a file, or `None` where there is none.
pub fn read_if_there(path: &Path) -> DiskResult<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(e) => context("read", path, Err(e)),
    }
}

/// Writes a new file, making the folders above it.
pub fn write(path: &Path, bytes: &[u8]) -> DiskResult<()> {
    match fs::write(path, bytes) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            if let Some(parent) = path.parent() {
                create_dir_all(parent)?;
            }
            context("write", path, fs::write(path, bytes))
        }
        result => context("write", path, result),
    }
}

pub fn rename(from: &Path, to: &Path) -> DiskResult<()> {
    match fs::rename(from, to) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            if let Some(parent) = to.parent() {
                create_dir_all(parent)?;
            }
            context("rename a file to", to, fs::rename(from, to))
        }
        result => context("rename a file to", to, result),
    }
}

pub fn remove_file(path: &Path) -> DiskResult<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        result => context("remove", path, result),
    }
}

/// Removes a folder if it is empty.
pub fn remove_dir_if_empty(path: &Path) -> bool {
    fs::remove_dir(path).is_ok()
}

/// Removes a folder of Recto's own with all that is in it.
pub fn remove_dir_all(path: &Path) -> DiskResult<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        result => context("remove", path, result),
    }
}

pub fn create_dir_all(path: &Path) -> DiskResult<()> {
    context("create the folder", path, fs::create_dir_all(path))
}

/// Whether something is there; a link counts as itself.
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

pub fn is_dir(path: &Path) -> bool {
    path.is_dir()
}

/// Whether this is a symbolic link itself.
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink())
}

/// Size of a regular file (not of a link); `None` where there is none.
pub fn file_size(path: &Path) -> Option<u64> {
    fs::symlink_metadata(path).ok().filter(|m| m.is_file()).map(|m| m.len())
}

/// Names in a folder, sorted; empty where there is no folder.
pub fn names(path: &Path) -> DiskResult<Vec<String>> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return context("list the folder", path, Err(e)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(context("list the folder", path, entry)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The path without links and `..`.
pub fn canonical(path: &Path) -> DiskResult<PathBuf> {
    context("find", path, fs::canonicalize(path))
}

/// A lock on a folder, held as long as the value lives; nothing where the system cannot lock folders.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, never read")] Option<fs::File>);

/// Locks a folder for this process; `None` where another holds it. The lock is the system's own and goes with the process.
pub fn lock_folder(path: &Path) -> DiskResult<Option<Lock>> {
    // Windows opens no folders as files: there two builds at once are the user's to avoid.
    let Ok(folder) = fs::File::open(path) else { return Ok(Some(Lock(None))) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(Lock(Some(folder)))),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => context("lock", path, Err(error)),
    }
}

/// Where a symbolic link points, as written.
pub fn link_target(path: &Path) -> String {
    fs::read_link(path).map(|t| t.display().to_string()).unwrap_or_default()
}

/// The nearest folder, from `start` upwards, that has a `site.toml`.
pub fn find_site(start: &Path) -> Option<PathBuf> {
    let found = start.ancestors().find(|dir| dir.join(crate::base::config::FILE).is_file())?;
    // The last ancestor of a relative path is empty: the current folder.
    Some(if found.as_os_str().is_empty() { PathBuf::from(".") } else { found.to_owned() })
}
