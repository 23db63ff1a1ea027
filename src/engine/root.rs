//! A folder that is opened once, and all that is read or written below it, relative to it.
//!
//! No link is followed on the way, and only regular files are read: whoever can put links, FIFOs or devices into a site or an
//! output leads Recto nowhere, not even while it runs. Paths are `/`-separated, without `..`.

use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::beneath::{self, Entry, Handle, Kind};
use super::disk::{self, DiskError, DiskResult, Stat};
use crate::base::digest::{Digest, Stream};

/// An open folder.
#[derive(Debug)]
pub struct Root {
    /// Its path without links, for messages and for the few who need one.
    path: PathBuf,
    dir: Handle,
}

impl Root {
    /// Opens a folder that the user named; links on the way to it are the user's own.
    pub fn open(path: &Path) -> DiskResult<Root> {
        let path = disk::canonical(path)?;
        let dir = beneath::root(&path).map_err(|source| DiskError { action: "open", path: path.clone(), source })?;
        Ok(Root { path, dir })
    }

    /// Opens a folder below this one.
    pub fn folder(&self, path: &str) -> DiskResult<Root> {
        let dir = self.context("open", path, beneath::folder(&self.dir, path))?;
        Ok(Root { path: self.place(path), dir })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole path of a place, for messages.
    pub fn place(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.path.clone() } else { self.path.join(path) }
    }

    /// What stands at a place, if anything does; a link there counts as itself.
    pub fn kind(&self, path: &str) -> DiskResult<Option<Kind>> {
        self.if_there("look at", path, beneath::kind_at(&self.dir, path))
    }

    pub fn exists(&self, path: &str) -> DiskResult<bool> {
        Ok(self.kind(path)?.is_some())
    }

    pub fn is_folder(&self, path: &str) -> DiskResult<bool> {
        Ok(self.kind(path)? == Some(Kind::Folder))
    }

    /// The stat of a regular file; `None` where there is none.
    pub fn stat(&self, path: &str) -> DiskResult<Option<Stat>> {
        let found = self.if_there("look at", path, beneath::look(&self.dir, path))?;
        Ok(found.filter(Metadata::is_file).map(|metadata| Stat::of(&metadata)))
    }

    /// Where the link at a place points, as written.
    pub fn link_target(&self, path: &str) -> String {
        beneath::target(&self.dir, path).map(|target| target.display().to_string()).unwrap_or_default()
    }

    /// What a folder holds, sorted by name; nothing where there is no folder.
    pub fn list(&self, path: &str) -> DiskResult<Vec<Entry>> {
        let mut entries = self.if_there("list the folder", path, beneath::list(&self.dir, path))?.unwrap_or_default();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// Opens a regular file to be read.
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

    /// The bytes of a file, and its stat when they had been read: one that is as before was not touched meanwhile.
    pub fn read(&self, path: &str) -> DiskResult<(Vec<u8>, Stat)> {
        let (mut file, stat) = self.reader(path)?;
        // One more than it holds: then the reading ends without asking for more room.
        let mut bytes = Vec::with_capacity(usize::try_from(stat.size).unwrap_or(0).min(64 << 20) + 1);
        let read = file.read_to_end(&mut bytes).and_then(|_| Ok(Stat::of(&file.metadata()?)));
        let stat = self.context("read", path, read)?;
        Ok((bytes, stat))
    }

    /// The bytes of a file, or `None` where there is none.
    pub fn read_if_there(&self, path: &str) -> DiskResult<Option<Vec<u8>>> {
        match self.read(path) {
            Ok((bytes, _)) => Ok(Some(bytes)),
            Err(error) if beneath::is_absence(&error.source) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The digest of a file, read in pieces.
    pub fn digest(&self, path: &str) -> DiskResult<Digest> {
        self.read_into(path, &mut |_| Ok(()))
    }

    /// Copies a file to a new one below another folder; gives the digest of the bytes, and the copy's stat.
    pub fn copy(&self, path: &str, to: &Root, place: &str) -> DiskResult<(Digest, Option<Stat>)> {
        let mut file = to.create(place)?;
        let digest = self.read_into(path, &mut |bytes| to.context("write", place, file.write_all(bytes)))?;
        Ok((digest, file.metadata().ok().map(|metadata| Stat::of(&metadata))))
    }

    fn read_into(&self, path: &str, take: &mut dyn FnMut(&[u8]) -> DiskResult<()>) -> DiskResult<Digest> {
        let (mut file, _) = self.reader(path)?;
        let mut stream = Stream::default();
        let mut buffer = vec![0; 128 << 10];
        loop {
            let n = match file.read(&mut buffer) {
                Ok(0) => return Ok(stream.digest()),
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return self.context("read", path, Err(error)),
            };
            stream.add(&buffer[..n]);
            take(&buffer[..n])?;
        }
    }

    /// A new file, in the place of one that may stand there (which is removed, not written into: it may be linked from
    /// elsewhere), with the folders above it.
    pub fn create(&self, path: &str) -> DiskResult<File> {
        // Most pages have a folder of their own: making it first costs less than an open that fails.
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

    /// Writes a new file, making the folders above it; gives its stat.
    pub fn write(&self, path: &str, bytes: &[u8]) -> DiskResult<Option<Stat>> {
        let mut file = self.create(path)?;
        self.context("write", path, file.write_all(bytes))?;
        Ok(file.metadata().ok().map(|metadata| Stat::of(&metadata)))
    }

    /// Opens a file to be read and written, or makes one: for locks. It has no other name.
    pub fn read_write(&self, path: &str) -> DiskResult<File> {
        let open = || {
            let file = beneath::read_write(&self.dir, path)?;
            if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a regular file")) }
        };
        self.context("open", path, open())
    }

    /// Makes a folder and those above it.
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
            // A folder, or else opening what should stand in it says what is wrong.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.context("create the folder", path, beneath::folder(&self.dir, path).map(drop))
            }
            Err(error) => self.context("create the folder", path, Err(error)),
        }
    }

    /// Renames a file, making the folders above its new place.
    pub fn rename(&self, from: &str, to: &str) -> DiskResult<()> {
        match beneath::rename((&self.dir, from), (&self.dir, to)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && to.contains('/') => {
                to.rsplit_once('/').map_or(Ok(()), |(above, _)| self.make_folder(above))?;
                self.context("rename a file to", to, beneath::rename((&self.dir, from), (&self.dir, to)))
            }
            result => self.context("rename a file to", to, result),
        }
    }

    /// Removes a file or a link, if there is one. A folder above it that is a link is an error.
    pub fn remove_file(&self, path: &str) -> DiskResult<()> {
        self.if_there("remove", path, beneath::remove_file(&self.dir, path)).map(|_| ())
    }

    /// Removes a folder if it is empty; whether it is not there any more.
    pub fn remove_folder_if_empty(&self, path: &str) -> bool {
        beneath::remove_folder(&self.dir, path).is_ok() || matches!(self.exists(path), Ok(false))
    }

    /// Removes a folder of Recto's own with all that is in it. A link in its place is removed itself.
    pub fn remove_tree(&self, path: &str) -> DiskResult<()> {
        match self.kind(path)? {
            None => return Ok(()),
            Some(Kind::Folder) => {}
            Some(_) => return self.remove_file(path),
        }
        let folder = self.folder(path)?;
        for entry in folder.list("")? {
            match entry.name.to_str() {
                Some(name) => folder.remove_tree(name)?,
                None => {
                    let error = io::Error::other("it holds a file that is not Recto's, whose name is not UTF-8");
                    return self.context("remove", path, Err(error));
                }
            }
        }
        self.if_there("remove", path, beneath::remove_folder(&self.dir, path)).map(|_| ())
    }

    /// Not knowing is not the same as nothing: a folder that cannot be looked at would be taken for one without files.
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

    /// Names both ends of the link that was met.
    fn link_on_the_way(&self, path: &str, error: io::Error) -> io::Error {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for place in ends.map(|end| &path[..end]) {
            if let Ok(target) = beneath::target(&self.dir, place) {
                let (place, target) = (self.place(place), target.display().to_string());
                let why = format!("{} is a symbolic link to {target}, and Recto follows none here", place.display());
                return io::Error::new(error.kind(), why);
            }
        }
        error
    }
}

#[cfg(test)]
mod tests {
    #![cfg(unix)]

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
        assert_eq!(root.kind("link").unwrap(), Some(Kind::Link));
        // What is written takes the place of a link, and a link to a folder is removed, not what it leads to.
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
        assert_eq!(root.kind("fifo").unwrap(), Some(Kind::Other("a FIFO")));
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
