//! File operations by path, with the action and the path in every error. It must not know sites or outputs.

#![allow(clippy::disallowed_methods, reason = "this is the one file that may")]

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::base::digest::{Digest, DigestStream};
use crate::base::printable;

/// An error of the file system: what was tried, on which path, and why it failed.
#[derive(Debug)]
pub struct DiskError {
    pub action: &'static str,
    pub path: PathBuf,
    pub source: io::Error,
}

impl std::fmt::Display for DiskError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "cannot {} {}: {}", self.action, printable::path(&self.path), self.source)
    }
}

impl std::error::Error for DiskError {}

impl DiskError {
    /// Says what to do about the error, if that is known.
    pub fn help(&self) -> Option<String> {
        let reads = ["read", "access", "list the folder"].contains(&self.action);
        let place = match self.action {
            "write into" | "read" | "access" | "list the folder" => &self.path,
            _ => self.path.parent().unwrap_or(&self.path),
        };
        match self.source.kind() {
            io::ErrorKind::PermissionDenied => Some(format!(
                "make {} {} for your user; `ls -ld` shows its owner and permissions",
                printable::path(place),
                if reads { "readable" } else { "writable" }
            )),
            io::ErrorKind::ReadOnlyFilesystem => {
                Some(format!("remount the file system of {} for writing: it is read-only", printable::path(place)))
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Some("free some disk space, and try again".to_owned())
            }
            _ => None,
        }
    }
}

pub type DiskResult<T> = Result<T, DiskError>;

fn context<T>(action: &'static str, path: &Path, result: io::Result<T>) -> DiskResult<T> {
    result.map_err(|source| DiskError { action, path: path.to_owned(), source })
}

/// The stat of a file. Two equal stats mean the same file without a write in between, if enough time has passed
/// ([`Stat::before`]). Times are in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Stat {
    pub size: u64,
    pub modified: i64,
    /// When the content or the inode changed. No program can set this time back. 0 if the system has none.
    pub changed: i64,
    pub inode: u64,
    /// Whether the file has other names, through which it may be written. Not part of the comparison.
    #[serde(skip)]
    pub shared: bool,
}

impl PartialEq for Stat {
    fn eq(&self, other: &Stat) -> bool {
        let of = |stat: &Stat| (stat.size, stat.modified, stat.changed, stat.inode);
        of(self) == of(other)
    }
}

impl Eq for Stat {}

/// The coarsest clock tick of Linux file systems (100 Hz), in nanoseconds. A second write within it leaves no
/// trace.
const TICK: i64 = 10_000_000;

impl Stat {
    #[cfg(unix)]
    pub fn of(metadata: &fs::Metadata) -> Stat {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Stat {
            size: metadata.len(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
            shared: metadata.nlink() > 1,
        }
    }

    #[cfg(not(unix))]
    pub fn of(metadata: &fs::Metadata) -> Stat {
        let since = metadata.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = since.map_or(0, |d| d.as_nanos() as i64);
        Stat { size: metadata.len(), modified, changed: 0, inode: 0, shared: false }
    }

    /// Returns whether the file was last touched clearly before a time of its file system's clock (git's rule for
    /// racy entries).
    pub fn before(&self, time: i64) -> bool {
        self.modified.max(self.changed) < time.saturating_sub(TICK)
    }
}

/// Returns the stat of a regular file (not of a link); `None` if there is none.
pub fn stat(path: &Path) -> DiskResult<Option<Stat>> {
    Ok(look(path, fs::symlink_metadata(path))?.filter(fs::Metadata::is_file).map(|m| Stat::of(&m)))
}

/// Returns the stat of the file at a path, following links.
pub fn stat_followed(path: &Path) -> DiskResult<Option<Stat>> {
    Ok(look(path, fs::metadata(path))?.filter(fs::Metadata::is_file).map(|m| Stat::of(&m)))
}

/// Returns the digest of a file, read in pieces.
pub fn digest(path: &Path) -> DiskResult<Digest> {
    let mut file = context("read", path, fs::File::open(path))?;
    let failed = |source| DiskError { action: "read", path: path.to_owned(), source };
    in_pieces(&mut file, failed, |_| Ok(()))
}

/// Reads an open file in pieces, passes each on, and returns the digest of the whole.
pub fn in_pieces<E>(
    file: &mut impl Read,
    failed: impl Fn(io::Error) -> E,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<Digest, E> {
    let mut stream = DigestStream::default();
    let mut buffer = vec![0; 128 << 10];
    loop {
        let n = match file.read(&mut buffer) {
            Ok(0) => return Ok(stream.digest()),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        stream.add(&buffer[..n]);
        take(&buffer[..n])?;
    }
}

/// Reads a file.
pub fn read(path: &Path) -> DiskResult<Vec<u8>> {
    context("read", path, fs::read(path))
}

/// Reads a file that is expected to have this size. The standard library would query the size and the position
/// again.
pub fn read_whole(file: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    // One byte more than the file holds: then the read ends without a larger buffer. Do not fail on a large size
    // alone, since files may have holes.
    let mut bytes = vec![0; usize::try_from(size).unwrap_or(0).min(1 << 30) + 1];
    let mut filled = 0;
    loop {
        match file.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled == bytes.len() {
            bytes.resize(filled * 2, 0);
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// Reads a file; `None` if there is none.
pub fn read_if_there(path: &Path) -> DiskResult<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if is_absence(&e) => Ok(None),
        Err(e) => context("read", path, Err(e)),
    }
}

/// Writes a new file, creates the folders above it, and returns its stat.
pub fn write(path: &Path, bytes: &[u8]) -> DiskResult<Option<Stat>> {
    let mut file = create(path)?;
    context("write", path, file.write_all(bytes))?;
    Ok(file.metadata().ok().map(|m| Stat::of(&m)))
}

/// Creates a new file. Creates its folder first, since most files have a folder of their own, and an open that
/// fails costs as much as one that succeeds.
fn create(path: &Path) -> DiskResult<fs::File> {
    if path.file_name().is_some_and(|name| name == "index.html")
        && let Some(parent) = path.parent()
    {
        match fs::create_dir(parent) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => create_dir_all(parent)?,
            // The folder exists, or opening the file will report what is wrong.
            _ => {}
        }
    }
    match fs::File::create(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            if let Some(parent) = path.parent() {
                create_dir_all(parent)?;
            }
            context("write", path, fs::File::create(path))
        }
        result => context("write", path, result),
    }
}

/// A new file that is written in large pieces from beginning to end, except for a head that is known last.
pub struct OutFile {
    path: PathBuf,
    file: fs::File,
}

impl OutFile {
    /// Starts a new file with room for the head.
    pub fn start(path: &Path, mut file: fs::File, head: usize) -> DiskResult<OutFile> {
        context("write", path, file.write_all(&vec![0; head]))?;
        Ok(OutFile { path: path.to_owned(), file })
    }

    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) -> DiskResult<()> {
        context("write", &self.path, self.file.write_all(bytes))
    }

    /// Writes the head.
    pub fn finish(mut self, head: &[u8]) -> DiskResult<()> {
        context("write", &self.path, self.file.rewind().and_then(|()| self.file.write_all(head)))
    }
}

/// A file that is read in parts.
#[derive(Debug)]
pub struct InFile {
    path: PathBuf,
    file: Mutex<fs::File>,
    pub size: u64,
}

impl InFile {
    pub fn new(path: &Path, file: fs::File, size: u64) -> InFile {
        InFile { path: path.to_owned(), file: Mutex::new(file), size }
    }

    /// Reads `length` bytes from an offset. Fails if the file is shorter.
    pub fn read_at(&self, at: u64, length: u64) -> DiskResult<Vec<u8>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut read = || {
            if at.checked_add(length).is_none_or(|end| end > self.size) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            file.seek(SeekFrom::Start(at))?;
            let mut bytes = Vec::with_capacity(length as usize);
            (&mut *file).take(length).read_to_end(&mut bytes)?;
            if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
        };
        context("read", &self.path, read())
    }
}

/// Renames a file, replacing the target. Creates the folders above it if they are missing.
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

/// Removes a file. Succeeds if there is none.
pub fn remove_file(path: &Path) -> DiskResult<()> {
    match fs::remove_file(path) {
        // A file in place of a parent folder: then the path does not exist, either.
        Err(e) if is_absence(&e) => Ok(()),
        result => context("remove", path, result),
    }
}

/// Removes a folder if it is empty. Returns whether it is gone.
pub fn remove_dir_if_empty(path: &Path) -> bool {
    fs::remove_dir(path).is_ok() || matches!(exists(path), Ok(false))
}

/// Removes a folder of Recto's own with everything in it.
pub fn remove_dir_all(path: &Path) -> DiskResult<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        result => context("remove", path, result),
    }
}

/// Creates a folder and those above it.
pub fn create_dir_all(path: &Path) -> DiskResult<()> {
    context("create the folder", path, fs::create_dir_all(path))
}

/// Returns the metadata of an entry, if it exists. Any other error must not count as "does not exist": an
/// unreadable folder would be taken for a site without content, and its pages would be removed.
fn look(path: &Path, result: io::Result<fs::Metadata>) -> DiskResult<Option<fs::Metadata>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(e) if is_absence(&e) => Ok(None),
        Err(e) => context("access", path, Err(e)),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Returns whether something exists. A link counts as itself.
pub fn exists(path: &Path) -> DiskResult<bool> {
    Ok(look(path, fs::symlink_metadata(path))?.is_some())
}

/// Returns whether a path is a folder.
pub fn is_dir(path: &Path) -> DiskResult<bool> {
    Ok(look(path, fs::metadata(path))?.is_some_and(|m| m.is_dir()))
}

/// Returns whether this is a symbolic link.
pub fn is_link(path: &Path) -> DiskResult<bool> {
    Ok(look(path, fs::symlink_metadata(path))?.is_some_and(|m| m.is_symlink()))
}

/// Returns the names in a folder, sorted; empty if there is no folder.
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

/// Returns the path without links and `..`.
pub fn canonical(path: &Path) -> DiskResult<PathBuf> {
    context("find", path, fs::canonicalize(path))
}

/// Like [`canonical`], but the last parts of the path need not exist yet.
pub fn real(path: &Path) -> DiskResult<PathBuf> {
    let whole = context("find", path, std::path::absolute(path))?;
    for above in whole.ancestors() {
        if exists(above)? {
            let rest = whole.strip_prefix(above).into_iter().flat_map(Path::components);
            return Ok(rest.fold(canonical(above)?, |path, part| path.join(part)));
        }
    }
    Ok(whole)
}

/// Mirrors a folder into another by hard links, if it exists. Links only files and links that the new folder lacks
/// and for which `is_taken` returns true, given their path. A file that cannot be linked, since it belongs to
/// somebody else, is copied. Folders get the permissions of the originals; empty ones are left out.
pub fn twin(from: &Path, to: &Path, is_taken: &dyn Fn(&str) -> bool) -> DiskResult<()> {
    create_dir_all(to)?;
    twin_below(from, to, "", is_taken)
}

fn twin_below(from: &Path, to: &Path, below: &str, is_taken: &dyn Fn(&str) -> bool) -> DiskResult<()> {
    let Some(there) = look(from, fs::metadata(from))? else { return Ok(()) };
    let new = !exists(to)?;
    if !new && !is_dir(to)? {
        return Ok(());
    }
    for entry in context("list the folder", from, fs::read_dir(from))? {
        let name = context("list the folder", from, entry)?.file_name();
        let (from, place) = (from.join(&name), to.join(&name));
        let path = format!("{below}{}", name.to_string_lossy());
        let found = look(&from, fs::symlink_metadata(&from))?;
        if found.is_some_and(|found| found.is_dir()) {
            twin_below(&from, &place, &format!("{path}/"), is_taken)?;
        } else if is_taken(&path) && !exists(&place)? {
            create_dir_all(to)?;
            let linked = fs::hard_link(&from, &place).or_else(|_| fs::copy(&from, &place).map(drop));
            context("link", &place, linked)?;
        }
    }
    let made = new && exists(to)?;
    if made { context("set the permissions of", to, fs::set_permissions(to, there.permissions())) } else { Ok(()) }
}

/// Returns the paths of all files and links below a folder. The folder itself may be a link; links below it are not
/// followed. Empty if there is no folder.
pub fn files(root: &Path) -> DiskResult<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, below)) = folders.pop() {
        if !is_dir(&folder)? {
            continue;
        }
        for entry in context("list the folder", &folder, fs::read_dir(&folder))? {
            let entry = context("list the folder", &folder, entry)?;
            let path = format!("{below}{}", entry.file_name().to_string_lossy());
            match context("access", &entry.path(), entry.file_type())?.is_dir() {
                true => folders.push((entry.path(), format!("{path}/"))),
                false => files.push(path),
            }
        }
    }
    Ok(files)
}

/// Makes a path a symbolic link, atomically even if it already is one.
#[cfg(unix)]
pub fn point(link: &Path, at: &Path) -> DiskResult<()> {
    let new = link.with_extension("new");
    remove_file(&new)?;
    context("make the link", &new, std::os::unix::fs::symlink(at, &new))?;
    rename(&new, link)
}

/// Returns the target of a symbolic link as written.
pub fn link_target(path: &Path) -> String {
    fs::read_link(path).map(|t| t.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Finds the nearest folder, from a real path upwards, that is the top of a git repository.
pub fn find_repository(start: &Path) -> DiskResult<Option<PathBuf>> {
    for dir in start.ancestors() {
        if exists(&dir.join(".git"))? {
            return Ok(Some(dir.to_owned()));
        }
    }
    Ok(None)
}

/// Finds the nearest folder, from `start` upwards, that contains `site.toml`.
pub fn find_site(start: &Path) -> DiskResult<Option<PathBuf>> {
    for dir in start.ancestors() {
        let file = dir.join(crate::base::config::FILE);
        // If it is something else, reading it will report that.
        if look(&file, fs::symlink_metadata(&file))?.is_some_and(|m| !m.is_dir()) {
            // The last ancestor of a relative path is empty: the current folder.
            return Ok(Some(if dir.as_os_str().is_empty() { PathBuf::from(".") } else { dir.to_owned() }));
        }
    }
    Ok(None)
}
