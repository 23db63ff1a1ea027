//! The calls of `beneath` on Unix: `openat2` where the kernel has it, otherwise one folder after another.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests plant what it works on"))]

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{self, Access, AtFlags, CWD, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::entry::{DirEntry, EntryKind};
use crate::system::disk::Stat;

/// An open folder.
pub type Handle = OwnedFd;

/// Opens a folder only as a starting point. Without `O_PATH`, a folder that can be entered but not read cannot be
/// opened.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
const PLACE: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
const PLACE: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);

const NEW: Mode = Mode::RUSR.union(Mode::WUSR).union(Mode::RGRP).union(Mode::WGRP).union(Mode::ROTH).union(Mode::WOTH);
const NEW_FOLDER: Mode = Mode::RWXU.union(Mode::RWXG).union(Mode::RWXO);

/// Opens a folder that the user named. Links in its path are the user's own and are followed.
pub fn root(path: &Path) -> io::Result<Handle> {
    Ok(fs::openat(CWD, path, PLACE, Mode::empty())?)
}

/// Opens a folder below. An empty path means the folder itself.
pub fn folder(dir: &Handle, path: &str) -> io::Result<Handle> {
    open(dir, path, PLACE, Mode::empty())
}

/// Opens any entry for reading, without blocking.
pub fn reader(dir: &Handle, path: &str) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(open(dir, path, flags, Mode::empty())?.into())
}

/// Creates a new file. Fails if the path exists.
pub fn create(dir: &Handle, path: &str) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    Ok(open(dir, path, flags, NEW)?.into())
}

/// Opens a file for reading and writing; creates it if it is missing.
pub fn read_write(dir: &Handle, path: &str) -> io::Result<File> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(open(dir, path, flags, NEW)?.into())
}

/// Returns the metadata of an entry without opening it.
pub fn look(dir: &Handle, path: &str) -> io::Result<std::fs::Metadata> {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    {
        let place: File = open(dir, path, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?.into();
        place.metadata()
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
    {
        let (above, name) = parent(dir, path)?;
        match kind(fs::statat(&above, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode) {
            EntryKind::File | EntryKind::Folder => reader(&above, name)?.metadata(),
            EntryKind::Link => Err(Errno::LOOP.into()),
            EntryKind::Other(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
        }
    }
}

/// Returns the stat of a regular file, following links above it; `None` for anything else.
pub fn glance(dir: &Handle, path: &str) -> io::Result<Option<Stat>> {
    let found = fs::statat(dir, path, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok((kind(found.st_mode) == EntryKind::File).then(|| stat_of(&found)))
}

pub fn kind_at(dir: &Handle, path: &str) -> io::Result<EntryKind> {
    let (above, name) = parent(dir, path)?;
    Ok(kind(fs::statat(&above, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode))
}

/// Returns the kind and stat of an entry directly in an open folder, with one call that does not resolve the path
/// again.
pub fn entry(dir: &Handle, name: &str) -> io::Result<(EntryKind, Stat)> {
    if name.contains('/') || name == ".." {
        return Err(Errno::XDEV.into());
    }
    let found = fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok((kind(found.st_mode), stat_of(&found)))
}

/// Converts a stat as the standard library does for an open file.
#[allow(clippy::unnecessary_cast, reason = "the types are others on other systems")]
fn stat_of(found: &fs::Stat) -> Stat {
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    Stat {
        size: found.st_size as u64,
        modified: nanoseconds(found.st_mtime as i64, found.st_mtime_nsec as i64),
        changed: nanoseconds(found.st_ctime as i64, found.st_ctime_nsec as i64),
        inode: found.st_ino as u64,
        shared: found.st_nlink as u64 > 1,
    }
}

/// Returns how many names a file has.
pub fn names(file: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

fn kind(mode: fs::RawMode) -> EntryKind {
    of(FileType::from_raw_mode(mode))
}

fn of(kind: FileType) -> EntryKind {
    match kind {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Folder,
        FileType::Symlink => EntryKind::Link,
        FileType::Fifo => EntryKind::Other("a FIFO"),
        FileType::Socket => EntryKind::Other("a socket"),
        FileType::CharacterDevice | FileType::BlockDevice => EntryKind::Other("a device"),
        FileType::Unknown => EntryKind::Other("neither a file nor a folder"),
    }
}

/// Lists a folder, in no particular order.
pub fn list(dir: &Handle, path: &str) -> io::Result<Vec<DirEntry>> {
    let folder = open(dir, path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let mut entries = Vec::new();
    for entry in Dir::new(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems do not report the kind in a listing.
            FileType::Unknown => kind_of(dir, path, entry.file_name())?,
            known => Some(of(known)),
        };
        let name = OsStr::from_bytes(name).to_owned();
        entries.extend(kind.map(|kind| DirEntry { name, kind }));
    }
    Ok(entries)
}

/// Returns the kind of an entry; `None` if it has been removed meanwhile.
fn kind_of(dir: &Handle, path: &str, name: &std::ffi::CStr) -> io::Result<Option<EntryKind>> {
    match fs::statat(&folder(dir, path)?, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => Ok(Some(kind(found.st_mode))),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub fn make_folder(dir: &Handle, path: &str) -> io::Result<()> {
    let (above, name) = parent(dir, path)?;
    Ok(fs::mkdirat(&above, name, NEW_FOLDER)?)
}

pub fn remove_file(dir: &Handle, path: &str) -> io::Result<()> {
    let (above, name) = parent(dir, path)?;
    Ok(fs::unlinkat(&above, name, AtFlags::empty())?)
}

pub fn remove_folder(dir: &Handle, path: &str) -> io::Result<()> {
    let (above, name) = parent(dir, path)?;
    Ok(fs::unlinkat(&above, name, AtFlags::REMOVEDIR)?)
}

pub fn rename(from: (&Handle, &str), to: (&Handle, &str)) -> io::Result<()> {
    let (above, name) = parent(from.0, from.1)?;
    let (new_above, new_name) = parent(to.0, to.1)?;
    Ok(fs::renameat(&above, name, &new_above, new_name)?)
}

/// Swaps two files atomically.
pub fn exchange(one: (&Handle, &str), other: (&Handle, &str)) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        let (above, name) = parent(one.0, one.1)?;
        let (other_above, other_name) = parent(other.0, other.1)?;
        Ok(fs::renameat_with(&above, name, &other_above, other_name, fs::RenameFlags::EXCHANGE)?)
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        let _ = (one, other);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Gives a file a second name.
pub fn link(from: (&Handle, &str), to: (&Handle, &str)) -> io::Result<()> {
    let (above, name) = parent(from.0, from.1)?;
    let (new_above, new_name) = parent(to.0, to.1)?;
    Ok(fs::linkat(&above, name, &new_above, new_name, AtFlags::empty())?)
}

/// Checks that files can be created in and removed from an open folder.
pub fn may_write(dir: &Handle) -> io::Result<()> {
    Ok(fs::accessat(dir, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::empty())?)
}

/// Returns the device number of an open folder's file system.
pub fn device(dir: &Handle) -> io::Result<i128> {
    Ok(i128::from(fs::fstat(dir)?.st_dev))
}

/// Opens a folder itself, to lock or change it.
pub fn open_folder(dir: &Handle, path: &str) -> io::Result<File> {
    Ok(open(dir, path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?.into())
}

/// Returns whether an error means that this file system (NFS, some containers) or system does not support a call.
pub fn is_not_supported(error: &io::Error) -> bool {
    let unknown = [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::INVAL, Errno::PERM];
    error.kind() == io::ErrorKind::Unsupported
        || error.raw_os_error().is_some_and(|code| unknown.iter().any(|errno| errno.raw_os_error() == code))
}

/// Returns whether an error means that locks are not available here: NFS requires files open for writing, or has no
/// lock service.
pub fn has_no_locks(error: &io::Error) -> bool {
    let codes = [Errno::BADF, Errno::NOLCK];
    is_not_supported(error)
        || error.raw_os_error().is_some_and(|code| codes.iter().any(|errno| errno.raw_os_error() == code))
}

/// Returns the permissions of a file.
pub fn mode(metadata: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & 0o7777
}

/// Returns the permissions of a folder, following links above it.
#[allow(clippy::unnecessary_cast, reason = "the type is another on other systems")]
pub fn folder_mode(dir: &Handle, path: &str) -> io::Result<Option<u32>> {
    let found = fs::statat(dir, path, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok((kind(found.st_mode) == EntryKind::Folder).then_some(found.st_mode as u32 & 0o7777))
}

/// Sets the permissions of an open file or folder.
pub fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    Ok(fs::fchmod(file, Mode::from_raw_mode(mode as fs::RawMode))?)
}

/// Returns the target of a link as written.
pub fn target(dir: &Handle, path: &str) -> io::Result<std::path::PathBuf> {
    let (above, name) = parent(dir, path)?;
    let target = fs::readlinkat(&above, name, Vec::new())?;
    Ok(OsStr::from_bytes(target.to_bytes()).into())
}

/// The parent folder of a place: opened for it, or the folder that is already open.
enum ParentDir<'d> {
    Opened(OwnedFd),
    Given(&'d OwnedFd),
}

impl AsFd for ParentDir<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            ParentDir::Opened(fd) => fd.as_fd(),
            ParentDir::Given(fd) => fd.as_fd(),
        }
    }
}

/// Returns the parent folder of a place, and the place's name in it.
fn parent<'d, 'p>(dir: &'d Handle, path: &'p str) -> io::Result<(ParentDir<'d>, &'p str)> {
    match path.rsplit_once('/') {
        Some((above, name)) => Ok((ParentDir::Opened(folder(dir, above)?), name)),
        None => Ok((ParentDir::Given(dir), path)),
    }
}

/// Opens a path below a folder. No part of it may be a link.
fn open(dir: &Handle, path: &str, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
    let path = if path.is_empty() { "." } else { path };
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::fs::ResolveFlags;
        let how = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match fs::openat2(dir, path, flags, mode, how) {
            // Kernels before 5.6 do not know the call, and some containers forbid calls that they do not know.
            Err(Errno::NOSYS | Errno::PERM) => {}
            opened => return Ok(opened?),
        }
    }
    step_by_step(dir, path, flags, mode)
}

fn step_by_step(dir: &Handle, path: &str, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
    let mut above = None;
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        if matches!(part, ".." | "") {
            return Err(Errno::XDEV.into());
        }
        let dir = above.as_ref().unwrap_or(dir);
        let last = parts.peek().is_none();
        let flags = if last { flags } else { PLACE } | OFlags::NOFOLLOW;
        let opened = fs::openat(dir, part, flags, if last { mode } else { Mode::empty() });
        match opened {
            Ok(fd) if last => return Ok(fd),
            Ok(fd) => above = Some(fd),
            // Some systems report "not a directory" for a link in place of a folder.
            Err(Errno::NOTDIR) if is_link(dir, part) => return Err(Errno::LOOP.into()),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::NOENT.into())
}

fn is_link(dir: &Handle, name: &str) -> bool {
    fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|found| kind(found.st_mode) == EntryKind::Link)
}

/// Returns whether an error means that a link was in the path.
pub fn met_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::LOOP.raw_os_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_opening_agree() {
        let folder = tempfile::tempdir().unwrap();
        let place = |path: &str| folder.path().join(path);
        std::fs::create_dir_all(place("in/deep")).unwrap();
        std::fs::write(place("in/deep/file"), b"inside").unwrap();
        std::fs::write(place("outside"), b"outside").unwrap();
        let links = [("in/up", "../outside"), ("in/deep/link", "file"), ("in/folder", "deep"), ("in/loop", "loop")];
        for (link, target) in links {
            std::os::unix::fs::symlink(target, place(link)).unwrap();
        }
        let dir = root(&place("in")).unwrap();
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let error = |result: io::Result<OwnedFd>| result.map(drop).map_err(|e| e.raw_os_error());
        let paths = [
            "deep/file",
            "up",
            "deep/link",
            "folder/file",
            "folder",
            "loop",
            "loop/x",
            "../outside",
            "deep/none",
            "none/x",
            "deep/file/x",
            "deep",
        ];
        for path in paths {
            let steps = error(step_by_step(&dir, path, flags, Mode::empty()));
            assert_eq!(error(open(&dir, path, flags, Mode::empty())), steps, "{path}");
            assert_eq!(steps.is_ok(), matches!(path, "deep/file" | "deep"), "{path}");
        }
    }
}
