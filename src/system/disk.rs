//! File operations by path, with the action and the path in every error. It must not know sites or outputs.

#![allow(clippy::disallowed_methods, reason = "this is the one file that may")]

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::base::digest::{Digest, DigestStream};
use crate::base::printable;

/// The machine's refusal: what was tried, on what, and why it failed.
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
    /// What to do about it, where that is known.
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

/// What the file system says about a file: two that agree in all of it are one file that nobody has written to since, if
/// enough time passed in between ([`Stat::before`]). Nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Stat {
    pub size: u64,
    pub modified: i64,
    /// When its contents or its entry changed: this one no program can set back. 0 where the system has none.
    pub changed: i64,
    pub inode: u64,
    /// Whether the file has other names, by which it may be written to; no part of what it is.
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

/// The coarsest tick of a file system's clock that Linux has (100 Hz): within it a second write leaves no trace.
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

    /// Whether the file was last touched clearly before a time of its file system's clock (git's rule for racy entries).
    pub fn before(&self, time: i64) -> bool {
        self.modified.max(self.changed) < time.saturating_sub(TICK)
    }
}

/// The stat of a regular file (not of a link); `None` where there is none.
pub fn stat(path: &Path) -> DiskResult<Option<Stat>> {
    Ok(look(path, fs::symlink_metadata(path))?.filter(fs::Metadata::is_file).map(|m| Stat::of(&m)))
}

/// The stat of the file that a path leads to.
pub fn stat_followed(path: &Path) -> DiskResult<Option<Stat>> {
    Ok(look(path, fs::metadata(path))?.filter(fs::Metadata::is_file).map(|m| Stat::of(&m)))
}

/// The digest of a file, read in pieces.
pub fn digest(path: &Path) -> DiskResult<Digest> {
    let mut file = context("read", path, fs::File::open(path))?;
    let failed = |source| DiskError { action: "read", path: path.to_owned(), source };
    in_pieces(&mut file, failed, |_| Ok(()))
}

/// Reads an open file in pieces and hands them on; gives the digest of all.
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

pub fn read(path: &Path) -> DiskResult<Vec<u8>> {
    context("read", path, fs::read(path))
}

/// Reads a file that seems to have this size. (The standard library would ask for that once more, and for the place in the file.)
pub fn read_whole(file: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    // One more than it holds: then the reading ends without asking for more room. A size alone is no reason to fail: files may
    // have holes.
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

/// The bytes of a file, or `None` where there is none.
pub fn read_if_there(path: &Path) -> DiskResult<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if is_absence(&e) => Ok(None),
        Err(e) => context("read", path, Err(e)),
    }
}

/// Writes a new file, making the folders above it; gives its stat.
pub fn write(path: &Path, bytes: &[u8]) -> DiskResult<Option<Stat>> {
    let mut file = create(path)?;
    context("write", path, file.write_all(bytes))?;
    Ok(file.metadata().ok().map(|m| Stat::of(&m)))
}

/// Opens a new file. Where most files have a folder of their own, the folder comes first: an open that fails costs as much
/// as one that does not.
fn create(path: &Path) -> DiskResult<fs::File> {
    if path.file_name().is_some_and(|name| name == "index.html")
        && let Some(parent) = path.parent()
    {
        match fs::create_dir(parent) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => create_dir_all(parent)?,
            // It is there, or opening the file will say what is wrong.
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

/// A new file that is written in large pieces from its beginning to its end, but for a head that is known last.
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

    pub fn write(&mut self, bytes: &[u8]) -> DiskResult<()> {
        context("write", &self.path, self.file.write_all(bytes))
    }

    /// Writes the head.
    pub fn finish(mut self, head: &[u8]) -> DiskResult<()> {
        context("write", &self.path, self.file.rewind().and_then(|()| self.file.write_all(head)))
    }
}

/// A file of which parts are read.
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

    /// So many bytes from a place on; that they are not there is an error.
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
        // A file in the place of a folder above it: then it is not there either.
        Err(e) if is_absence(&e) => Ok(()),
        result => context("remove", path, result),
    }
}

/// Removes a folder if it is empty; whether it is not there any more.
pub fn remove_dir_if_empty(path: &Path) -> bool {
    fs::remove_dir(path).is_ok() || matches!(exists(path), Ok(false))
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

/// What is there, if anything is. Not knowing is not the same as nothing: a folder that cannot be looked at would be
/// taken for a site without content, and its pages be removed.
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

/// Whether something is there; a link counts as itself.
pub fn exists(path: &Path) -> DiskResult<bool> {
    Ok(look(path, fs::symlink_metadata(path))?.is_some())
}

pub fn is_dir(path: &Path) -> DiskResult<bool> {
    Ok(look(path, fs::metadata(path))?.is_some_and(|m| m.is_dir()))
}

/// Whether this is a symbolic link itself.
pub fn is_link(path: &Path) -> DiskResult<bool> {
    Ok(look(path, fs::symlink_metadata(path))?.is_some_and(|m| m.is_symlink()))
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

/// The same of a path whose last parts need not be there yet.
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

/// Makes a folder the twin of another, if there is that one: of its files and links that it has not, those that `is_taken` by
/// their path, by a second name. A file that can have none, being somebody else's, is copied. Folders get the permissions
/// of theirs; empty ones are left out.
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

/// The paths of all files below a folder, which may be a link, and of links, which are not followed; none where there is no
/// folder.
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

/// Makes a path a symbolic link, in one step also where it is one already.
#[cfg(unix)]
pub fn point(link: &Path, at: &Path) -> DiskResult<()> {
    let new = link.with_extension("new");
    remove_file(&new)?;
    context("make the link", &new, std::os::unix::fs::symlink(at, &new))?;
    rename(&new, link)
}

/// Where a symbolic link points, as written.
pub fn link_target(path: &Path) -> String {
    fs::read_link(path).map(|t| t.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The nearest folder, from a real path upwards, that is the top of a git repository.
pub fn find_repository(start: &Path) -> DiskResult<Option<PathBuf>> {
    for dir in start.ancestors() {
        if exists(&dir.join(".git"))? {
            return Ok(Some(dir.to_owned()));
        }
    }
    Ok(None)
}

/// The nearest folder, from `start` upwards, that has a `site.toml`.
pub fn find_site(start: &Path) -> DiskResult<Option<PathBuf>> {
    for dir in start.ancestors() {
        let file = dir.join(crate::base::config::FILE);
        // What else stands there is said when it is to be read.
        if look(&file, fs::symlink_metadata(&file))?.is_some_and(|m| !m.is_dir()) {
            // The last ancestor of a relative path is empty: the current folder.
            return Ok(Some(if dir.as_os_str().is_empty() { PathBuf::from(".") } else { dir.to_owned() }));
        }
    }
    Ok(None)
}
