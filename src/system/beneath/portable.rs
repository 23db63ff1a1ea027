//! The calls of `beneath` on systems other than Unix. They work by path and check each part first; a link that is
//! created in between goes unnoticed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::entry::{DirEntry, EntryKind};
use crate::system::disk::Stat;

/// A folder, by its path.
pub type Handle = PathBuf;

const LINK: &str = "the path leads through a symbolic link";

pub fn root(path: &Path) -> io::Result<Handle> {
    let path = fs::canonicalize(path)?;
    if path.is_dir() { Ok(path) } else { Err(io::ErrorKind::NotADirectory.into()) }
}

pub fn folder(dir: &Handle, path: &str) -> io::Result<Handle> {
    let path = place(dir, path)?;
    if fs::symlink_metadata(&path)?.is_dir() { Ok(path) } else { Err(io::ErrorKind::NotADirectory.into()) }
}

pub fn reader(dir: &Handle, path: &str) -> io::Result<File> {
    File::open(whole(dir, path)?)
}

pub fn create(dir: &Handle, path: &str) -> io::Result<File> {
    File::create_new(place(dir, path)?)
}

pub fn read_write(dir: &Handle, path: &str) -> io::Result<File> {
    let path = place(dir, path)?;
    refuse_link(&path)?;
    File::options().create(true).truncate(false).read(true).write(true).open(path)
}

pub fn look(dir: &Handle, path: &str) -> io::Result<fs::Metadata> {
    fs::symlink_metadata(place(dir, path)?)
}

pub fn glance(dir: &Handle, path: &str) -> io::Result<Option<Stat>> {
    Ok(Some(look(dir, path)?).filter(fs::Metadata::is_file).map(|metadata| Stat::of(&metadata)))
}

pub fn kind_at(dir: &Handle, path: &str) -> io::Result<EntryKind> {
    Ok(of(look(dir, path)?.file_type()))
}

/// Returns the kind and stat of an entry directly in a folder.
pub fn entry(dir: &Handle, name: &str) -> io::Result<(EntryKind, Stat)> {
    let found = look(dir, name)?;
    Ok((of(found.file_type()), Stat::of(&found)))
}

/// Returns how many names a file has, as far as the system says.
pub fn names(_: &fs::Metadata) -> u64 {
    1
}

fn of(kind: fs::FileType) -> EntryKind {
    match () {
        () if kind.is_symlink() => EntryKind::Link,
        () if kind.is_dir() => EntryKind::Folder,
        () if kind.is_file() => EntryKind::File,
        () => EntryKind::Other("neither a file nor a folder"),
    }
}

pub fn list(dir: &Handle, path: &str) -> io::Result<Vec<DirEntry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(whole(dir, path)?)? {
        let entry = entry?;
        entries.push(DirEntry { name: entry.file_name(), kind: of(entry.file_type()?) });
    }
    Ok(entries)
}

pub fn make_folder(dir: &Handle, path: &str) -> io::Result<()> {
    fs::create_dir(place(dir, path)?)
}

pub fn remove_file(dir: &Handle, path: &str) -> io::Result<()> {
    fs::remove_file(place(dir, path)?)
}

pub fn remove_folder(dir: &Handle, path: &str) -> io::Result<()> {
    fs::remove_dir(place(dir, path)?)
}

pub fn rename(from: (&Handle, &str), to: (&Handle, &str)) -> io::Result<()> {
    fs::rename(place(from.0, from.1)?, place(to.0, to.1)?)
}

pub fn exchange(_: (&Handle, &str), _: (&Handle, &str)) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub fn link(from: (&Handle, &str), to: (&Handle, &str)) -> io::Result<()> {
    fs::hard_link(whole(from.0, from.1)?, place(to.0, to.1)?)
}

pub fn may_write(dir: &Handle) -> io::Result<()> {
    match fs::symlink_metadata(dir)?.permissions().readonly() {
        true => Err(io::ErrorKind::PermissionDenied.into()),
        false => Ok(()),
    }
}

pub fn device(_: &Handle) -> io::Result<i128> {
    Ok(0)
}

pub fn open_folder(_: &Handle, _: &str) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

pub fn is_not_supported(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

pub fn has_no_locks(error: &io::Error) -> bool {
    is_not_supported(error)
}

pub fn mode(_: &fs::Metadata) -> u32 {
    0
}

pub fn folder_mode(_: &Handle, _: &str) -> io::Result<Option<u32>> {
    Ok(None)
}

pub fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

pub fn target(dir: &Handle, path: &str) -> io::Result<PathBuf> {
    fs::read_link(place(dir, path)?)
}

/// Returns the path of a place. Fails if any folder above it is a link.
fn place(dir: &Handle, path: &str) -> io::Result<PathBuf> {
    let mut place = dir.clone();
    let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
    while let Some(part) = parts.next() {
        if part == ".." || part.contains(['\\', ':']) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        place.push(part);
        if parts.peek().is_some() {
            refuse_link(&place)?;
        }
    }
    Ok(place)
}

/// Like [`place`], but fails if the place itself is a link, too.
fn whole(dir: &Handle, path: &str) -> io::Result<PathBuf> {
    let place = place(dir, path)?;
    refuse_link(&place)?;
    Ok(place)
}

fn refuse_link(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => Err(io::Error::other(LINK)),
        _ => Ok(()),
    }
}

pub fn met_link(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|error| error.to_string() == LINK)
}
