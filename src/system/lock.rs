//! Locks: one build at a time in a folder, one deploy at a time to a target. It must not know what is built or
//! deployed.
//!
//! A lock is the system's own and ends with the process. If the system has none (NFS without a lock service, some
//! containers), a lock file is used. It names its owner, who renews its time while working. A lock file that was
//! left behind is taken over when its process is gone from this machine, or when nobody has renewed it for five
//! minutes, so it never blocks a build for good.

use std::fs::{File, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::beneath;
use super::disk::{self, DiskError, DiskResult, Stat};
use super::root::Root;

/// The file to lock in a folder that cannot be locked itself.
const IN_FOLDER: &str = ".recto-lock";
/// The ending of a lock file's name.
const OWNER: &str = ".owner";
/// How often the owner renews a lock file.
const RENEWED: Duration = Duration::from_secs(20);
/// How long a lock file is valid without being renewed. Measured by the file system's clock, which is the same for
/// all machines that share it.
const STALE: Duration = Duration::from_secs(300);
/// How often to try a lock file that others remove at the same moment.
const TRIES: usize = 5;

/// A lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    held: LockHandle,
    /// The path on which the system's locks do not work.
    without: Option<PathBuf>,
}

#[derive(Debug)]
enum LockHandle {
    System(File),
    /// A system lock on a file that is removed with it.
    Passing(File, Root),
    Owned(LockFile),
    /// No lock: Windows does not open folders as files, so there the user must avoid two builds at once.
    Nothing,
}

/// A file that replaces a system lock.
#[derive(Debug)]
struct LockFile {
    folder: Root,
    name: String,
    /// Stops the thread that renews the file when it is dropped.
    end: Option<Sender<()>>,
    renewing: Option<JoinHandle<()>>,
}

impl Lock {
    fn system(file: File) -> Lock {
        Lock { held: LockHandle::System(file), without: None }
    }

    /// Returns the path for which the system has no locks, so that a lock file is used instead. This is worth a
    /// warning.
    pub fn without(&self) -> Option<&Path> {
        self.without.as_deref()
    }
}

impl Drop for Lock {
    /// Unlocks explicitly. Closing the file is not enough: if another thread is starting a program, that program
    /// holds a copy of every open file until it runs, and a lock belongs to all copies.
    fn drop(&mut self) {
        match &mut self.held {
            LockHandle::System(file) => drop(file.unlock()),
            LockHandle::Passing(file, folder) => {
                let _ = folder.remove_file(IN_FOLDER);
                let _ = file.unlock();
            }
            LockHandle::Owned(owned) => owned.release(),
            LockHandle::Nothing => {}
        }
    }
}

/// The result of an attempt to get a system lock.
enum LockAttempt {
    Locked(File),
    Busy,
    NoLocks,
}

fn ask(file: File) -> Result<LockAttempt, std::io::Error> {
    match file.try_lock() {
        Ok(()) => Ok(LockAttempt::Locked(file)),
        Err(TryLockError::WouldBlock) => Ok(LockAttempt::Busy),
        Err(TryLockError::Error(error)) if beneath::has_no_locks(&error) => Ok(LockAttempt::NoLocks),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Locks a folder for this process; `None` if another process holds the lock.
pub fn folder(folder: &Root) -> DiskResult<Option<Lock>> {
    let failed = |source| DiskError { action: "lock", path: folder.path().to_owned(), source };
    let asked = match folder.lockable() {
        Ok(opened) => ask(opened).map_err(failed)?,
        Err(_) if !cfg!(unix) => return Ok(Some(Lock { held: LockHandle::Nothing, without: None })),
        // A folder that cannot be read cannot be opened for locking.
        Err(_) => LockAttempt::NoLocks,
    };
    match asked {
        LockAttempt::Busy => Ok(None),
        // Another machine or container may have no system locks where this process does, and use a lock file.
        LockAttempt::Locked(file) => match is_owned(folder, IN_FOLDER)? {
            true => Ok(None),
            false => Ok(Some(Lock::system(file))),
        },
        // NFS locks only files that are open for writing, which a folder cannot be.
        LockAttempt::NoLocks => file_in_folder(folder),
    }
}

/// Locks the file that represents its folder. Its holder removes the file; a lock on a removed file does not count.
fn file_in_folder(folder: &Root) -> DiskResult<Option<Lock>> {
    for _ in 0..TRIES {
        let file = folder.read_write(IN_FOLDER)?;
        let failed = |source| DiskError { action: "lock", path: folder.place(IN_FOLDER), source };
        match ask(file).map_err(failed)? {
            LockAttempt::Busy => return Ok(None),
            LockAttempt::NoLocks => {
                folder.remove_file(IN_FOLDER)?;
                return own(folder, IN_FOLDER);
            }
            LockAttempt::Locked(file) => {
                let opened = file.metadata().map_err(failed)?;
                if folder.stat(IN_FOLDER)?.is_some_and(|there| there.inode == Stat::of(&opened).inode) {
                    let held = LockHandle::Passing(file, folder.folder("")?);
                    return Ok(Some(Lock { held, without: None }));
                }
            }
        }
    }
    Ok(None)
}

/// Locks a file for this process and writes the holder into it; `None` if another process holds the lock.
pub fn file(folder: &Root, name: &str) -> DiskResult<Option<Lock>> {
    let opened = folder.read_write(name)?;
    let failed = |source| DiskError { action: "lock", path: folder.place(name), source };
    match ask(opened).map_err(failed)? {
        LockAttempt::Busy => Ok(None),
        LockAttempt::NoLocks => own(folder, name),
        LockAttempt::Locked(_) if is_owned(folder, name)? => Ok(None),
        LockAttempt::Locked(file) => {
            // A waiting build shows this name. It has no other use.
            let who = format!("process {}\n", std::process::id());
            let _ = file.set_len(0).and_then(|()| (&file).write_all(who.as_bytes()));
            Ok(Some(Lock::system(file)))
        }
    }
}

/// Like [`fn@file`], for a path that the user named or that Recto created.
pub fn file_at(path: &Path) -> DiskResult<Option<Lock>> {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("lock");
    file(&Root::open(above)?, name)
}

/// Returns in words who holds the lock on a file; empty if that is not known.
pub fn holder(folder: &Root, name: &str) -> String {
    let said = |name: &str| {
        let bytes = folder.read_if_there(name).ok().flatten().unwrap_or_default();
        String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().trim().to_owned()
    };
    let owner = said(&format!("{name}{OWNER}"));
    if owner.is_empty() { said(name) } else { owner }
}

// ---- lock files -------------------------------------------------------------------------------------------------

/// A process: this one, or the owner of a lock file. Written so that it cannot be confused with another process.
#[derive(Debug, PartialEq, Eq)]
struct ProcessId {
    id: u32,
    host: String,
    /// The PID namespace: in a container, another process has the same number.
    space: String,
    /// When the process began, by the system's count, since process numbers are reused.
    began: String,
}

impl ProcessId {
    fn this() -> ProcessId {
        let read = |path: &str| {
            let bytes = disk::read_if_there(Path::new(path)).ok().flatten().unwrap_or_default();
            String::from_utf8_lossy(&bytes).trim().to_owned()
        };
        let id = std::process::id();
        let host = read("/proc/sys/kernel/hostname");
        let boot = read("/proc/sys/kernel/random/boot_id");
        let space = format!("{boot}{}", disk::link_target(Path::new("/proc/self/ns/pid")));
        ProcessId { id, host, space, began: began(id).unwrap_or_default() }
    }

    fn parse(text: &str) -> Option<ProcessId> {
        let mut lines = text.lines();
        let (id, host) = lines.next()?.strip_prefix("process ")?.split_once(" on ")?;
        let (space, began) = lines.next()?.split_once('\t')?;
        let [host, space, began] = [host, space, began].map(str::to_owned);
        Some(ProcessId { id: id.parse().ok()?, host, space, began })
    }

    fn text(&self) -> String {
        format!("process {} on {}\n{}\t{}\n", self.id, self.host, self.space, self.began)
    }

    /// Returns whether the process is known to have ended: it ran on this machine and no longer runs.
    fn has_ended(&self) -> bool {
        let this = ProcessId::this();
        let here = (&self.host, &self.space) == (&this.host, &this.space);
        here && !this.began.is_empty() && began(self.id).as_ref() != Some(&self.began)
    }
}

/// Returns when a process began, if it runs and the system reports that.
fn began(id: u32) -> Option<String> {
    let stat = disk::read_if_there(Path::new(&format!("/proc/{id}/stat"))).ok()??;
    let stat = String::from_utf8_lossy(&stat).into_owned();
    // The name may contain anything, so count from behind it: what follows is the third field, and this is the
    // 22nd.
    stat.rsplit_once(')')?.1.split_whitespace().nth(19).map(str::to_owned)
}

/// Returns whether somebody holds a lock through a lock file.
fn is_owned(folder: &Root, name: &str) -> DiskResult<bool> {
    let owner = format!("{name}{OWNER}");
    Ok(folder.exists(&owner)? && left_behind(folder, &owner)?.is_none())
}

/// Returns the stat of a lock file whose owner is gone.
fn left_behind(folder: &Root, owner: &str) -> DiskResult<Option<Stat>> {
    let Some(there) = folder.stat(owner)? else { return Ok(None) };
    let bytes = folder.read_if_there(owner)?.unwrap_or_default();
    let process = ProcessId::parse(&String::from_utf8_lossy(&bytes));
    let probe = format!("{owner}.time");
    let now = folder.write(&probe, b"")?.map_or(0, |stat| stat.modified);
    folder.remove_file(&probe)?;
    let age = u128::try_from(now.saturating_sub(there.modified)).unwrap_or(0);
    let over = process.is_some_and(|process| process.has_ended()) || age > STALE.as_nanos();
    Ok(over.then_some(there))
}

/// Creates a lock file; `None` if another process has it.
fn own(folder: &Root, name: &str) -> DiskResult<Option<Lock>> {
    let owner = format!("{name}{OWNER}");
    for _ in 0..TRIES {
        if let Some(mut file) = folder.create_new(&owner)? {
            let text = ProcessId::this().text();
            let written = file.write_all(text.as_bytes());
            written.map_err(|source| DiskError { action: "write", path: folder.place(&owner), source })?;
            let (end, ended) = mpsc::channel::<()>();
            let renewing = Builder::new().spawn(move || {
                while ended.recv_timeout(RENEWED) == Err(RecvTimeoutError::Timeout) {
                    let _ = file.rewind().and_then(|()| file.write_all(text.as_bytes()));
                }
            });
            // Other processes remove a lock that is not renewed.
            let renewing = renewing.map_err(|source| {
                let _ = folder.remove_file(&owner);
                DiskError { action: "keep the lock", path: folder.place(&owner), source }
            })?;
            let folder_of_its_own = folder.folder("")?;
            let owned = LockFile { folder: folder_of_its_own, name: owner, end: Some(end), renewing: Some(renewing) };
            return Ok(Some(Lock { held: LockHandle::Owned(owned), without: Some(folder.path().to_owned()) }));
        }
        let Some(stale) = left_behind(folder, &owner)? else {
            if folder.exists(&owner)? {
                return Ok(None);
            }
            continue;
        };
        // If several processes see it, one renames it. Whoever gets the wrong file puts it back.
        let away = format!("{owner}.{}", std::process::id());
        if folder.rename(&owner, &away).is_ok() {
            if folder.stat(&away)?.is_some_and(|there| there.inode != stale.inode) {
                folder.rename(&away, &owner)?;
                return Ok(None);
            }
            folder.remove_file(&away)?;
        }
    }
    Ok(None)
}

impl LockFile {
    fn release(&mut self) {
        drop(self.end.take());
        if let Some(renewing) = self.renewing.take() {
            let _ = renewing.join();
        }
        let _ = self.folder.remove_file(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_for_a_lock() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let held = own(&root, "lock").unwrap().unwrap();
        assert!(held.without().is_some() && own(&root, "lock").unwrap().is_none());
        // A process that can lock the file itself sees the lock file, too.
        assert!(file(&root, "lock").unwrap().is_none());
        assert!(holder(&root, "lock").starts_with(&format!("process {} on ", std::process::id())));
        drop(held);
        assert!(file(&root, "lock").unwrap().is_some() && !root.exists("lock.owner").unwrap());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_left_behind_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let put = |process: &ProcessId| assert!(root.write("lock.owner", process.text().as_bytes()).is_ok());
        let gone = ProcessId { began: "1".to_owned(), ..ProcessId::this() };
        put(&gone);
        assert!(own(&root, "lock").unwrap().is_some());
        // Whether a process of another machine still runs is unknown; only the time of its lock file counts.
        let far = ProcessId { host: "elsewhere".to_owned(), ..gone };
        put(&far);
        assert!(own(&root, "lock").unwrap().is_none());
        let (file, stat) = root.reader("lock.owner").unwrap();
        let old = u64::try_from(stat.modified).unwrap() / 1_000_000_000 - STALE.as_secs() - 1;
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(old)).unwrap();
        assert!(own(&root, "lock").unwrap().is_some());
        // A truncated file of a process that was killed while writing it.
        root.write("lock.owner", b"proc").unwrap();
        assert!(own(&root, "lock").unwrap().is_none());
    }

    #[test]
    fn a_folder_has_one_lock() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let held = super::folder(&root).unwrap();
        assert!(held.is_some() && super::folder(&root).unwrap().is_none());
        drop(held);
        let held = file_in_folder(&root).unwrap();
        assert!(held.is_some() && file_in_folder(&root).unwrap().is_none());
        drop(held);
        assert!(!root.exists(IN_FOLDER).unwrap() && super::folder(&root).unwrap().is_some());
    }
}
