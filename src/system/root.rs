//! An open folder, and all reading and writing below it, relative to it. It must not know what the folder is for.
//!
//! It follows no link in a path, and reads only regular files. So links, FIFOs or devices that somebody puts into a
//! site or an output folder cannot redirect Recto, not even while it runs. Paths are `/`-separated, without `..`.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests plant what it works on"))]

use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::beneath::{self, DirEntry, EntryKind, Handle};
use super::disk::{self, DiskError, DiskResult, InFile, OutFile, Stat};
use crate::base::digest::Digest;
use crate::base::printable;

/// An open folder.
#[derive(Debug)]
pub struct Root {
    /// Its path without links, for messages and for the few callers that need one.
    path: PathBuf,
    dir: Handle,
}

impl Root {
    /// Opens a folder that the user named. Links in its path are the user's own and are followed.
    pub fn open(path: &Path) -> DiskResult<Root> {
        let path = disk::canonical(path)?;
        let dir = beneath::root(&path).map_err(|source| DiskError { action: "open", path: path.clone(), source })?;
        Ok(Root { path, dir })
    }

    /// Like [`Root::open`], for a root that several threads share.
    pub fn shared(path: &Path) -> DiskResult<Arc<Root>> {
        Root::open(path).map(Arc::new)
    }

    /// Opens a folder below this one.
    pub fn folder(&self, path: &str) -> DiskResult<Root> {
        let dir = self.context("open", path, beneath::folder(&self.dir, path))?;
        Ok(Root { path: self.place(path), dir })
    }

    /// Returns the path without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the full path of a place, for messages.
    pub fn place(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.path.clone() } else { self.path.join(path) }
    }

    /// Returns the kind of an entry, if it exists. A link counts as itself.
    pub fn kind(&self, path: &str) -> DiskResult<Option<EntryKind>> {
        self.if_there("access", path, beneath::kind_at(&self.dir, path))
    }

    /// Returns whether an entry exists. A link counts as itself.
    pub fn exists(&self, path: &str) -> DiskResult<bool> {
        Ok(self.kind(path)?.is_some())
    }

    pub fn is_folder(&self, path: &str) -> DiskResult<bool> {
        Ok(self.kind(path)? == Some(EntryKind::Folder))
    }

    /// Returns whether a regular file has exactly this name (some systems find others), without a link in its path.
    pub fn has_file(&self, path: &str) -> bool {
        matches!(self.kind(path), Ok(Some(EntryKind::File))) && self.is_named(path)
    }

    /// Returns whether a folder exists, as [`Root::has_file`] does for a file.
    pub fn has_folder(&self, path: &str) -> bool {
        matches!(self.kind(path), Ok(Some(EntryKind::Folder))) && self.is_named(path)
    }

    fn is_named(&self, path: &str) -> bool {
        let place = path.split('/').fold(self.path.clone(), |folder, name| folder.join(name));
        disk::canonical(&place).is_ok_and(|real| real == place)
    }

    /// Returns the stat of a regular file; `None` if there is none.
    pub fn stat(&self, path: &str) -> DiskResult<Option<Stat>> {
        let found = self.if_there("access", path, beneath::look(&self.dir, path))?;
        Ok(found.filter(Metadata::is_file).map(|metadata| Stat::of(&metadata)))
    }

    /// Returns the stat of a regular file with one call instead of three, for many files. A link above the file
    /// goes unnoticed, so use it only to compare with a known stat.
    pub fn glance(&self, path: &str) -> DiskResult<Option<Stat>> {
        Ok(self.if_there("access", path, beneath::glance(&self.dir, path))?.flatten())
    }

    /// Returns the kind and stat of an entry directly in this folder; `None` if there is none.
    pub fn entry(&self, name: &str) -> DiskResult<Option<(EntryKind, Stat)>> {
        self.if_there("access", name, beneath::entry(&self.dir, name))
    }

    /// Fails if a place is a link, lies behind a link, or is neither file nor folder.
    pub fn refuse_odd(&self, path: &str) -> DiskResult<()> {
        match self.kind(path)? {
            Some(EntryKind::Link) => {
                let source = self.link_on_the_way(path, io::Error::other("it is a symbolic link"));
                Err(DiskError { action: "use", path: self.place(path), source })
            }
            Some(EntryKind::Other(what)) => Err(self.is_no_file("use", path, what)),
            Some(EntryKind::File | EntryKind::Folder) | None => Ok(()),
        }
    }

    /// Applies [`Root::refuse_odd`] to everything below a folder.
    pub fn refuse_odd_below(&self, path: &str) -> DiskResult<()> {
        for entry in self.list(path)? {
            let place = format!("{path}{}{}", if path.is_empty() { "" } else { "/" }, entry.name.to_string_lossy());
            match entry.kind {
                EntryKind::File => {}
                EntryKind::Folder => self.refuse_odd_below(&place)?,
                EntryKind::Link | EntryKind::Other(_) => self.refuse_odd(&place)?,
            }
        }
        Ok(())
    }

    fn is_no_file(&self, action: &'static str, path: &str, what: &str) -> DiskError {
        let source =
            io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, and Recto opens only regular files"));
        DiskError { action, path: self.place(path), source }
    }

    /// Returns the target of the link at a place as written.
    pub fn link_target(&self, path: &str) -> String {
        beneath::target(&self.dir, path).map(|target| target.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Lists a folder, sorted by name; empty if there is no folder.
    pub fn list(&self, path: &str) -> DiskResult<Vec<DirEntry>> {
        let mut entries = self.if_there("list the folder", path, beneath::list(&self.dir, path))?.unwrap_or_default();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// Opens a regular file for reading.
    pub fn reader(&self, path: &str) -> DiskResult<(File, Stat)> {
        let opened = beneath::reader(&self.dir, path).and_then(|file| {
            let metadata = file.metadata()?;
            if !metadata.is_file() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
            }
            Ok((file, Stat::of(&metadata)))
        });
        self.context("read", path, opened)
    }

    /// Reads a file and returns its bytes, and its stat after reading. If the stat is unchanged, nobody wrote to
    /// the file meanwhile.
    pub fn read(&self, path: &str) -> DiskResult<(Vec<u8>, Stat)> {
        self.read_at_most(path, u64::MAX)
    }

    /// Like [`Root::read`], but fails for a file of more than `most` bytes, even if it grows while it is read.
    pub fn read_at_most(&self, path: &str, most: u64) -> DiskResult<(Vec<u8>, Stat)> {
        let (file, stat) = self.reader(path)?;
        let fits = |bytes: u64| if bytes > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) };
        let read = fits(stat.size).and_then(|()| {
            let bytes = disk::read_whole(&mut (&file).take(most.saturating_add(1)), stat.size)?;
            fits(bytes.len() as u64).and_then(|()| Ok((bytes, Stat::of(&file.metadata()?))))
        });
        self.context("read", path, read)
    }

    /// Reads a file; `None` if there is none. Checks its kind first, for files that were not listed before.
    pub fn read_if_there(&self, path: &str) -> DiskResult<Option<Vec<u8>>> {
        if let Some(EntryKind::Other(what)) = self.kind(path)? {
            return Err(self.is_no_file("read", path, what));
        }
        match self.read(path) {
            Ok((bytes, _)) => Ok(Some(bytes)),
            Err(error) if beneath::is_absence(&error.source) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the digest of a file, read in pieces.
    pub fn digest(&self, path: &str) -> DiskResult<Digest> {
        self.read_into(path, self.reader(path)?.0, &mut |_| Ok(()))
    }

    /// Copies a file to a new one below another folder. Returns the digest of the bytes, and the copy's stat.
    pub fn copy(&self, path: &str, to: &Root, place: &str) -> DiskResult<(Digest, Option<Stat>)> {
        let (from, _) = self.reader(path)?;
        let mut file = to.create(place)?;
        let digest = self.read_into(path, from, &mut |bytes| to.context("write", place, file.write_all(bytes)))?;
        Ok((digest, file.metadata().ok().map(|metadata| Stat::of(&metadata))))
    }

    fn read_into(
        &self,
        path: &str,
        mut file: File,
        take: &mut dyn FnMut(&[u8]) -> DiskResult<()>,
    ) -> DiskResult<Digest> {
        let failed = |source| DiskError { action: "read", path: self.place(path), source };
        disk::in_pieces(&mut file, failed, take)
    }

    /// Creates a new file and the folders above it. An existing file is removed first, not written to, since it may
    /// be linked from elsewhere.
    pub fn create(&self, path: &str) -> DiskResult<File> {
        // Most pages have a folder of their own. Creating it first costs less than an open that fails.
        if let Some((folder, "index.html")) = path.rsplit_once('/')
            && let Err(error) = beneath::make_folder(&self.dir, folder)
            && error.kind() == io::ErrorKind::NotFound
        {
            self.make_folder(folder)?;
        }
        let mut created = beneath::create(&self.dir, path);
        if let Err(error) = &created {
            match error.kind() {
                io::ErrorKind::NotFound => {
                    path.rsplit_once('/').map_or(Ok(()), |(above, _)| self.make_folder(above))?;
                    created = beneath::create(&self.dir, path);
                }
                io::ErrorKind::AlreadyExists => {
                    self.remove_file(path)?;
                    created = beneath::create(&self.dir, path);
                }
                _ => {}
            }
        }
        self.context("write", path, created)
    }

    /// Writes a new file, creates the folders above it, and returns its stat.
    pub fn write(&self, path: &str, bytes: &[u8]) -> DiskResult<Option<Stat>> {
        let mut file = self.create(path)?;
        self.context("write", path, file.write_all(bytes))?;
        Ok(file.metadata().ok().map(|metadata| Stat::of(&metadata)))
    }

    /// Opens a file for reading and writing, or creates it: for locks. If it is a link or has other names, it is
    /// replaced first.
    pub fn read_write(&self, path: &str) -> DiskResult<File> {
        match self.kind(path)? {
            Some(EntryKind::Other(what)) => return Err(self.is_no_file("open", path, what)),
            Some(EntryKind::Link) => self.remove_file(path)?,
            _ => {}
        }
        let mut opened = self.context("open", path, beneath::read_write(&self.dir, path))?;
        if self.context("open", path, opened.metadata()).is_ok_and(|found| beneath::names(&found) > 1) {
            self.remove_file(path)?;
            opened = self.context("open", path, beneath::read_write(&self.dir, path))?;
        }
        match opened.metadata() {
            Ok(found) if found.is_file() => Ok(opened),
            result => self.context("open", path, result.and(Err(io::Error::other("it is not a regular file")))),
        }
    }

    /// Returns the file system's current time, by writing and removing a file; 0 if that is not possible.
    pub fn time(&self, name: &str) -> i64 {
        let time = self.write(name, b"time").ok().flatten().map_or(0, |stat| stat.modified);
        let _ = self.remove_file(name);
        time
    }

    /// Starts a new file that is written in large pieces, with room for a head.
    pub fn out_file(&self, path: &str, head: usize) -> DiskResult<OutFile> {
        OutFile::start(&self.place(path), self.create(path)?, head)
    }

    /// Opens a file to read parts of it; `None` if there is none. Checks its kind first.
    pub fn in_file_if_there(&self, path: &str) -> DiskResult<Option<InFile>> {
        if let Some(EntryKind::Other(what)) = self.kind(path)? {
            return Err(self.is_no_file("read", path, what));
        }
        match self.reader(path) {
            Ok((file, stat)) => Ok(Some(InFile::new(&self.place(path), file, stat.size))),
            Err(error) if beneath::is_absence(&error.source) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates a folder and those above it.
    pub fn make_folder(&self, path: &str) -> DiskResult<()> {
        if path.is_empty() {
            return Ok(());
        }
        match beneath::make_folder(&self.dir, path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.contains('/') => {
                path.rsplit_once('/').map_or(Ok(()), |(above, _)| self.make_folder(above))?;
                match beneath::make_folder(&self.dir, path) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                        self.context("create the folder", path, Err(error))
                    }
                    _ => Ok(()),
                }
            }
            // It is a folder, or opening a file in it will report what is wrong.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.context("create the folder", path, beneath::folder(&self.dir, path).map(drop))
            }
            Err(error) => self.context("create the folder", path, Err(error)),
        }
    }

    /// Renames a file, and creates the folders above its new place.
    pub fn rename(&self, from: &str, to: &str) -> DiskResult<()> {
        match beneath::rename((&self.dir, from), (&self.dir, to)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && to.contains('/') => {
                to.rsplit_once('/').map_or(Ok(()), |(above, _)| self.make_folder(above))?;
                self.context("rename a file to", to, beneath::rename((&self.dir, from), (&self.dir, to)))
            }
            result => self.context("rename a file to", to, result),
        }
    }

    /// Creates a new file; `None` if the path exists.
    pub fn create_new(&self, path: &str) -> DiskResult<Option<File>> {
        match beneath::create(&self.dir, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            created => self.context("write", path, created).map(Some),
        }
    }

    /// Renames a file to a place below another folder.
    pub fn rename_to(&self, from: &str, to: &Root, place: &str) -> DiskResult<()> {
        to.context("rename a file to", place, beneath::rename((&self.dir, from), (&to.dir, place)))
    }

    /// Swaps a file with one below another folder. Returns whether the file system supports that.
    pub fn exchange(&self, path: &str, other: &Root, place: &str) -> DiskResult<bool> {
        match beneath::exchange((&self.dir, path), (&other.dir, place)) {
            Err(error) if beneath::is_not_supported(&error) => Ok(false),
            result => other.context("rename a file to", place, result).map(|()| true),
        }
    }

    /// Gives a file a second name or, where that is not possible, copies it.
    pub fn keep(&self, path: &str, other: &Root, place: &str) -> DiskResult<()> {
        match beneath::link((&self.dir, path), (&other.dir, place)) {
            Ok(()) => Ok(()),
            Err(_) => self.copy(path, other, place).map(drop),
        }
    }

    /// Checks that files can be created in this folder.
    pub fn check_writable(&self) -> DiskResult<()> {
        self.context("write into", "", beneath::may_write(&self.dir))
    }

    /// Returns the device number of this folder's file system.
    pub fn device(&self) -> DiskResult<i128> {
        self.context("access", "", beneath::device(&self.dir))
    }

    /// Opens this folder as a file that can be locked.
    pub fn lockable(&self) -> io::Result<File> {
        beneath::open_folder(&self.dir, "")
    }

    /// Returns the permissions of a regular file, if there is one.
    pub fn mode(&self, path: &str) -> DiskResult<Option<u32>> {
        let found = self.if_there("access", path, beneath::look(&self.dir, path))?;
        Ok(found.filter(Metadata::is_file).map(|metadata| beneath::mode(&metadata)))
    }

    /// Sets the permissions of a regular file, and returns its new stat.
    pub fn set_mode(&self, path: &str, mode: u32) -> DiskResult<Stat> {
        let (file, _) = self.reader(path)?;
        let set = beneath::set_mode(&file, mode).and_then(|()| file.metadata());
        Ok(Stat::of(&self.context("set the permissions of", path, set)?))
    }

    /// Returns the permissions of a folder, if there is one and the system has permissions.
    pub fn folder_mode(&self, path: &str) -> Option<u32> {
        beneath::folder_mode(&self.dir, path).ok().flatten()
    }

    /// Sets the permissions of a folder.
    pub fn set_folder_mode(&self, path: &str, mode: u32) -> DiskResult<()> {
        let set = beneath::open_folder(&self.dir, path).and_then(|folder| beneath::set_mode(&folder, mode));
        self.context("set the permissions of", path, set)
    }

    /// Removes a file or a link, if there is one. Fails if a folder above it is a link.
    pub fn remove_file(&self, path: &str) -> DiskResult<()> {
        self.if_there("remove", path, beneath::remove_file(&self.dir, path)).map(|_| ())
    }

    /// Removes a folder if it is empty, in two tries, because no later build looks for it. Returns whether it is gone.
    pub fn remove_folder_if_empty(&self, path: &str) -> bool {
        (0..2).any(|_| beneath::remove_folder(&self.dir, path).is_ok()) || matches!(self.exists(path), Ok(false))
    }

    /// Removes an empty folder, if it exists.
    pub fn remove_folder(&self, path: &str) -> DiskResult<()> {
        self.if_there("remove", path, beneath::remove_folder(&self.dir, path)).map(|_| ())
    }

    /// Removes a folder of Recto's own with everything in it. If a link is in its place, only the link is removed.
    pub fn remove_tree(&self, path: &str) -> DiskResult<()> {
        match self.kind(path)? {
            None => return Ok(()),
            Some(EntryKind::Folder) => {}
            Some(_) => return self.remove_file(path),
        }
        let folder = self.folder(path)?;
        for entry in folder.list("")? {
            match entry.name.to_str() {
                Some(name) => folder.remove_tree(name)?,
                None => {
                    let error =
                        io::Error::other("it contains a file that Recto did not write: its name is not valid UTF-8");
                    return self.context("remove", path, Err(error));
                }
            }
        }
        self.if_there("remove", path, beneath::remove_folder(&self.dir, path)).map(|_| ())
    }

    /// Turns "does not exist" into `None`. Any other error stays one: an unreadable folder would be taken for an
    /// empty one.
    fn if_there<T>(&self, action: &'static str, path: &str, result: io::Result<T>) -> DiskResult<Option<T>> {
        match result {
            Ok(found) => Ok(Some(found)),
            Err(error) if beneath::is_absence(&error) => Ok(None),
            Err(error) => self.context(action, path, Err(error)),
        }
    }

    fn context<T>(&self, action: &'static str, path: &str, result: io::Result<T>) -> DiskResult<T> {
        result.map_err(|source| {
            let source = if beneath::met_link(&source) { self.link_on_the_way(path, source) } else { source };
            DiskError { action, path: self.place(path), source }
        })
    }

    /// Adds both ends of the link to an error about a link in the path.
    fn link_on_the_way(&self, path: &str, error: io::Error) -> io::Error {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for place in ends.map(|end| &path[..end]) {
            if let Ok(to) = beneath::target(&self.dir, place).map(|to| printable::path(&to)) {
                // Show the path below this folder, so that a problem reads the same wherever the site is.
                let it = if place == path { "it".into() } else { printable::text(place) };
                let why = format!("{it} is a symbolic link to {to}, which Recto does not follow: remove the link");
                return io::Error::new(error.kind(), why);
            }
        }
        error
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_operation_follows_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let place = |path: &str| folder.path().join(path);
        let inside = || std::fs::create_dir_all(place("site/content")).unwrap();
        inside();
        std::fs::create_dir_all(place("outside/deep")).unwrap();
        std::fs::write(place("outside/secret"), b"secret").unwrap();
        symlink("../outside", place("site/link")).unwrap();
        symlink("../../outside/secret", place("site/content/secret")).unwrap();
        let root = Root::open(&place("site")).unwrap();
        for path in ["link/secret", "content/secret"] {
            let error = root.read(path).unwrap_err().to_string();
            assert!(error.contains("is a symbolic link to ../"), "{error}");
            assert!(root.digest(path).is_err() && root.read_if_there(path).is_err());
        }
        assert!(root.write("link/new", b"").is_err() && root.write("link/deep/index.html", b"").is_err());
        assert!(root.make_folder("link/other").is_err() && root.list("link").is_err());
        assert!(root.rename("content/secret", "link/x").is_err() && root.remove_file("link/secret").is_err());
        assert!(!root.remove_folder_if_empty("link/deep") && !root.remove_folder_if_empty("link"));
        assert_eq!(root.kind("link").unwrap(), Some(EntryKind::Link));
        // A write replaces a link, and removing a link to a folder does not remove its target.
        root.write("content/secret", b"new").unwrap();
        root.remove_tree("link").unwrap();
        assert!(root.read("content/secret").unwrap().0 == b"new" && !place("site/link").exists());
        let mut left: Vec<_> = std::fs::read_dir(place("outside")).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["deep", "secret"]);
        assert_eq!(std::fs::read(place("outside/secret")).unwrap(), b"secret");
    }

    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &fifo,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        let root = Root::open(folder.path()).unwrap();
        assert_eq!(root.kind("fifo").unwrap(), Some(EntryKind::Other("a FIFO")));
        assert!(root.read("fifo").is_err() && root.stat("fifo").unwrap().is_none() && root.read("").is_err());
    }

    #[test]
    fn a_file_with_two_names_keeps_its_other_bytes() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("one"), b"old").unwrap();
        std::fs::hard_link(folder.path().join("one"), folder.path().join("two")).unwrap();
        let root = Root::open(folder.path()).unwrap();
        root.write("two", b"new").unwrap();
        assert_eq!((root.read("one").unwrap().0, root.read("two").unwrap().0), (b"old".to_vec(), b"new".to_vec()));
    }
}
