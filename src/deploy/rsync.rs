//! Target: a folder on another machine, over SSH or from a daemon, through rsync. It is changed in place, file by
//! file.
//!
//! **Changes by others.** A file with the size and the time (in whole seconds) with which it was sent is taken for
//! the one that was sent. Every other file is fetched and digested before it is overwritten or removed. So two
//! changes go unnoticed: one that keeps size and time, and one between that check and the moment when rsync writes.
//!
//! **Two deploys at once.** Rsync cannot compare and swap, but it creates a symbolic link atomically, and only
//! where nothing exists. So a deploy that wants to replace a manifest first *claims* the present one: by a link
//! `.recto/claim-STATE-0` to its own name, where STATE is the digest of the manifest to be replaced. It checks that
//! the claim is its own and that the manifest has not changed. Then it writes, and removes claims on older states
//! with the same call. If the holder of a claim was killed, the claim expires when nothing has happened for
//! [`PATIENCE`], and the next deploy claims the next number. A holder gives up if it took longer than a third of
//! that time from the claim to the write. One case remains: a holder whose write, once begun, takes longer than the
//! other two thirds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::delta::folders;
use super::desired_files::{DesiredFile, FileSource};
use super::manifest::{self, TargetManifest};
use super::redact::Secrets;
use super::remote_folder::{self, RemoteFolder, RemoteKind, RemoteListing};
use super::target::{
    DeployError, ManifestText, OnItem, Precondition, PutDecision, PutOutcome, Removal, Target, Upload,
};
use super::verify::{FileStatus, TargetStatus, settled};
use crate::base::digest::Digest;
use crate::base::printable;
use crate::system::disk;
use crate::system::lock::{self, Lock};
use crate::system::root::Root;

/// How long a claim is valid without a sign of life.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// The pauses between checks of another deploy's claim: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(3));

const OWN: &str = ".recto";

/// What all targets of this kind share.
pub struct RsyncSetup<'m> {
    /// A folder of the target's own, created if it is missing.
    pub scratch: &'m Path,
    /// The unique name of this run, and the names of runs that are known to have ended.
    pub holder: &'m str,
    pub ended: &'m [String],
    /// The value of `RSYNC_RSH`, if it is set.
    pub shell: Option<&'m str>,
    pub secrets: Secrets,
    pub patience: Duration,
}

pub struct Rsync {
    far: RemoteFolder,
    scratch: PathBuf,
    token: String,
    ended: Vec<String>,
    patience: Duration,
    /// Locks the scratch folder against other deploys from this machine.
    lock: Lock,
}

/// Recto's own files at the target.
struct OwnFiles {
    manifest: Option<Vec<u8>>,
    /// When the manifest was written, by the target's clock.
    written: Option<i64>,
    /// Names of claims, and their holders.
    claims: BTreeMap<String, String>,
}

/// Opens a folder over SSH.
pub fn open_ssh(
    user: Option<&str>,
    host: &str,
    port: Option<u16>,
    path: &str,
    machine: RsyncSetup,
) -> Result<Rsync, DeployError> {
    let (lock, scratch) = prepare(machine.scratch)?;
    let far =
        RemoteFolder::ssh((user, host, port), path, machine.shell, scratch.join("empty"), machine.secrets.clone())?;
    Ok(Rsync::new(far, lock, scratch, &machine))
}

/// Opens a folder of a daemon. `host` may be `user@host:port`, and `path` starts with the module.
pub fn open_daemon(host: &str, path: &str, machine: RsyncSetup) -> Result<Rsync, DeployError> {
    let (lock, scratch) = prepare(machine.scratch)?;
    let far = RemoteFolder::daemon(host, path, scratch.join("empty"), machine.secrets.clone())?;
    Ok(Rsync::new(far, lock, scratch, &machine))
}

/// Locks the scratch folder and empties its work folders.
fn prepare(scratch: &Path) -> Result<(Lock, PathBuf), DeployError> {
    disk::create_dir_all(scratch)?;
    let scratch = disk::canonical(scratch)?;
    let root = Root::open(&scratch)?;
    let Some(lock) = lock::file(&root, "lock")? else {
        return Err(DeployError::Busy(format!(
            "another deploy is using {}; nothing was done",
            printable::path(&scratch)
        )));
    };
    // The folder may have come with the site, and rsync writes through links.
    for folder in ["claim", "doubt", "empty", "known", "made", "put"] {
        root.refuse_odd(folder)?;
    }
    fresh(&scratch.join("empty"))?;
    root.make_folder("known")?;
    Ok((lock, scratch))
}

/// Makes a folder empty, creating it if it is missing.
fn fresh(folder: &Path) -> Result<(), DeployError> {
    disk::remove_dir_all(folder)?;
    Ok(disk::create_dir_all(folder)?)
}

#[cfg(unix)]
fn link(place: &Path, at: &str) -> Result<(), DeployError> {
    Ok(disk::point(place, Path::new(at))?)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &str) -> Result<(), DeployError> {
    Err(DeployError::Refused("rsync targets need symbolic links, which this system does not support".to_owned()))
}

impl Rsync {
    fn new(far: RemoteFolder, lock: Lock, scratch: PathBuf, machine: &RsyncSetup) -> Rsync {
        // Make any name one word.
        let token = |holder: &str| Digest::of(holder.as_bytes()).short();
        let ended = machine.ended.iter().map(|holder| token(holder)).collect();
        Rsync { far, scratch, token: token(machine.holder), ended, patience: machine.patience, lock }
    }

    fn own(&self) -> Result<OwnFiles, DeployError> {
        let known = self.scratch.join("known");
        self.far.fetch_own(&known)?;
        let folder = known.join(OWN);
        if disk::is_link(&folder)? {
            disk::remove_file(&folder)?;
            return Err(DeployError::Refused(format!("{OWN} at {} is a symbolic link, not a folder", self.address())));
        }
        let file = known.join(manifest::PATH);
        // A file behind a link is not part of the target.
        let stat = disk::stat(&file)?;
        let manifest = if stat.is_some() { Some(disk::read(&file)?) } else { None };
        let written = stat.map(|stat| stat.modified.div_euclid(1_000_000_000));
        let mut claims = BTreeMap::new();
        for name in disk::names(&folder)? {
            let place = folder.join(&name);
            if name.starts_with("claim-") && disk::is_link(&place)? {
                claims.insert(name, disk::link_target(&place));
            }
        }
        Ok(OwnFiles { manifest, written, claims })
    }

    fn busy(&self) -> DeployError {
        DeployError::Busy(format!("another deploy to {} came first", self.address()))
    }

    /// Claims the state that is to be replaced. Returns all claims on it, ours last, and when ours was made.
    fn claim(&self, over: Option<&[u8]>) -> Result<(BTreeMap<String, String>, Instant), DeployError> {
        let state = over.map_or_else(|| "none".to_owned(), |bytes| Digest::of(bytes).short());
        let of_state = format!("claim-{state}-");
        for number in 0.. {
            let name = format!("{of_state}{number}");
            let folder = self.scratch.join("claim");
            fresh(&folder.join(OWN))?;
            link(&folder.join(OWN).join(&name), &self.token)?;
            let begun = Instant::now();
            self.far.link_own(&folder)?;
            let mut pause = PAUSES.0;
            loop {
                let OwnFiles { manifest, mut claims, written: _ } = self.own()?;
                if manifest.as_deref() != over {
                    return Err(self.busy());
                }
                claims.retain(|name, _| name.starts_with(&of_state));
                match claims.get(&name) {
                    Some(holder) if *holder == self.token => {
                        let later = claims.contains_key(&format!("{of_state}{}", number + 1));
                        return if later { Err(self.busy()) } else { Ok((claims, begun)) };
                    }
                    Some(holder) if self.ended.contains(holder) => break,
                    Some(_) if begun.elapsed() > self.patience => break,
                    Some(_) => std::thread::sleep(pause),
                    None => {
                        let what = "symbolic links do not work there, so Recto cannot know whether another deploy is \
                                    running";
                        return Err(DeployError::Network(format!("{}: {what}", self.address())));
                    }
                }
                pause = (pause * 2).min(PAUSES.1);
            }
        }
        Err(self.busy())
    }

    /// Returns the digests of files at the target; missing files are left out.
    fn digests<'p>(&self, paths: &[&'p str]) -> Result<BTreeMap<&'p str, String>, DeployError> {
        let folder = self.scratch.join("doubt");
        let mut digests = BTreeMap::new();
        if !paths.is_empty() {
            fresh(&folder)?;
            self.far.fetch(paths.iter().copied(), &folder)?;
            for path in paths {
                if disk::stat(&folder.join(path))?.is_some() {
                    digests.insert(*path, disk::digest(&folder.join(path))?.long());
                }
            }
            disk::remove_dir_all(&folder)?;
        }
        Ok(digests)
    }

    /// Decides about uploads to paths that are not empty. Fetches files that size and time cannot identify.
    fn judge(&self, uploads: &[Upload], there: &RemoteListing) -> Result<Vec<PutDecision>, DeployError> {
        let doubtful = |upload: &&Upload| {
            let known = match &upload.over {
                Precondition::Anything => return false,
                Precondition::Nothing => None,
                Precondition::Known { version, .. } => version.as_deref(),
            };
            // A file from an interrupted deploy may have the size and time of the previous one.
            there.file(&upload.file.path).is_some_and(|version| Some(version) != known || upload.coming.is_some())
        };
        let doubtful: Vec<&str> = uploads.iter().filter(doubtful).map(|upload| upload.file.path.as_str()).collect();
        let digests = self.digests(&doubtful)?;
        let asked: BTreeSet<&str> = doubtful.into_iter().collect();
        let judge = |upload: &Upload| {
            let path = upload.file.path.as_str();
            match (&upload.over, there.file(path)) {
                (Precondition::Anything, _) => PutDecision::Put,
                // A file that could not be checked must not be overwritten.
                (_, Some(_)) if asked.contains(path) => {
                    digests.get(path).map_or(PutDecision::Foreign, |digest| upload.judge(Some(digest)))
                }
                (Precondition::Known { digest, .. }, Some(_)) => upload.judge(Some(digest)),
                _ if there.get(path).is_some() || there.in_the_way(path).is_some() => PutDecision::Foreign,
                _ => upload.judge(None),
            }
        };
        Ok(uploads.iter().map(judge).collect())
    }

    /// Sends files of the output folder as they are, and files made in memory from a temporary folder.
    fn send(
        &self,
        uploads: &[&Upload],
        there: &RemoteListing,
        output: &Path,
        made: Option<&Path>,
    ) -> Result<(), DeployError> {
        let from = made.unwrap_or(output);
        let mut paths: BTreeSet<&str> = BTreeSet::new();
        for upload in uploads {
            let path = upload.file.path.as_str();
            match (&upload.file.source, made) {
                (FileSource::Output, None) => {}
                (FileSource::Bytes(_) | FileSource::Encoded { .. }, Some(made)) => {
                    disk::write(&made.join(path), &upload.file.read(output)?)?;
                }
                (FileSource::Output, Some(_)) | (FileSource::Bytes(_) | FileSource::Encoded { .. }, None) => continue,
            }
            // Name the missing folders, so that they get our permissions; existing ones keep theirs.
            paths.extend(folders(path).filter(|folder| there.get(folder) != Some(&RemoteKind::Folder)));
            paths.insert(path);
        }
        if paths.is_empty() { Ok(()) } else { self.far.send(paths, from) }
    }

    /// Removes the folders of removed files if they are empty, innermost first.
    fn sweep(&self, gone: &BTreeSet<String>) -> Result<(), DeployError> {
        let parent = |path: &String| path.rsplit_once('/').map(|(parent, _)| parent.to_owned());
        let mut left: BTreeSet<String> = gone.iter().filter_map(parent).collect();
        while !left.is_empty() {
            let above: BTreeSet<String> = left.iter().flat_map(|path| folders(path)).map(str::to_owned).collect();
            let lowest: BTreeSet<String> = left.difference(&above).cloned().collect();
            let gone = self.far.remove(lowest.iter().map(String::as_str))?;
            // A folder that stays keeps all folders above it.
            let stay: BTreeSet<&str> = lowest.difference(&gone).flat_map(|path| folders(path)).collect();
            let higher = left.intersection(&above).cloned().chain(gone.iter().filter_map(parent));
            left = higher.filter(|path| !stay.contains(path.as_str())).collect();
        }
        Ok(())
    }
}

impl Rsync {
    /// Returns the files that have the size and time with which they were sent, but other bytes. They are compared
    /// with local files; those that no longer exist locally are not read.
    fn differing(
        &self,
        manifest: &TargetManifest,
        same: &BTreeSet<&str>,
        wanted: &[DesiredFile],
        output: &Path,
    ) -> Result<BTreeSet<String>, DeployError> {
        let is_here = |file: &&DesiredFile| {
            let known = manifest.files.get(&file.path).map(|entry| &entry.digest);
            same.contains(file.path.as_str()) && known == Some(&file.digest.long())
        };
        let made = self.scratch.join("made");
        fresh(&made)?;
        let (mut built, mut others) = (Vec::new(), Vec::new());
        for file in wanted.iter().filter(is_here) {
            if file.source == FileSource::Output {
                built.push(file.path.as_str());
            } else {
                disk::write(&made.join(&file.path), &file.read(output)?)?;
                others.push(file.path.as_str());
            }
        }
        let mut differing = BTreeSet::new();
        for (paths, folder) in [(built, output), (others, made.as_path())] {
            if !paths.is_empty() {
                differing.extend(self.far.differing(paths, folder)?);
            }
        }
        disk::remove_dir_all(&made)?;
        Ok(differing)
    }
}

impl Target for Rsync {
    fn address(&self) -> String {
        self.far.address.clone()
    }

    fn lock(&self) -> Option<&Lock> {
        Some(&self.lock)
    }

    fn manifest(&self) -> Result<Option<ManifestText>, DeployError> {
        let own = self.own()?;
        Ok(own.manifest.map(|bytes| ManifestText { bytes, version: None, written: own.written }))
    }

    fn put_manifest(&self, bytes: &[u8], over: Option<&ManifestText>) -> Result<ManifestText, DeployError> {
        let (claims, begun) = self.claim(over.map(|held| held.bytes.as_slice()))?;
        let folder = self.scratch.join("put");
        fresh(&folder.join(OWN))?;
        for (name, holder) in &claims {
            link(&folder.join(OWN).join(name), holder)?;
        }
        disk::write(&folder.join(manifest::PATH), bytes)?;
        if begun.elapsed() > self.patience / 3 {
            return Err(self.busy());
        }
        self.far.send_own(&folder)?;
        Ok(ManifestText { bytes: bytes.to_owned(), version: None, written: None })
    }

    fn audit(
        &self,
        manifest: &TargetManifest,
        wanted: &[DesiredFile],
        output: &Path,
    ) -> Result<TargetStatus, DeployError> {
        let there = self.far.all()?;
        let mut standing = TargetStatus::of(manifest, there.files());
        let (mut same, mut doubtful): (BTreeSet<&str>, Vec<&str>) = Default::default();
        for (path, entry) in settled(manifest) {
            match there.file(path) {
                Some(version) if entry.version.as_deref() == Some(version) => drop(same.insert(path)),
                Some(_) => doubtful.push(path),
                None if there.get(path).is_some() || there.in_the_way(path).is_some() => {
                    standing.add(path, FileStatus::Blocked);
                }
                None => standing.add(path, FileStatus::Missing),
            }
        }
        let digests = self.digests(&doubtful)?;
        for path in doubtful {
            let own = digests.get(path).is_some_and(|digest| *digest == manifest.files[path].digest);
            standing.add(path, if own { FileStatus::Same } else { FileStatus::Changed });
        }
        let differing = self.differing(manifest, &same, wanted, output)?;
        for path in same {
            standing.add(path, if differing.contains(path) { FileStatus::Changed } else { FileStatus::Same });
        }
        Ok(standing)
    }

    fn occupied(&self) -> Result<bool, DeployError> {
        Ok(self.far.top()?.iter().any(|name| name != OWN))
    }

    fn upload(&self, uploads: &[Upload], output: &Path, told: OnItem<PutOutcome>) -> Result<(), DeployError> {
        let there = self.far.list(uploads.iter().map(|upload| upload.file.path.as_str()))?;
        let judged = self.judge(uploads, &there)?;
        let going: Vec<&Upload> = uploads
            .iter()
            .zip(&judged)
            .filter(|(_, judged)| **judged == PutDecision::Put)
            .map(|(upload, _)| upload)
            .collect();
        // Only uploads that may overwrite anything reach this point with something in their way.
        let in_the_way: BTreeSet<&str> =
            going.iter().filter_map(|upload| there.in_the_way(&upload.file.path)).collect();
        if !in_the_way.is_empty() {
            self.far.remove(in_the_way)?;
        }
        let made = self.scratch.join("made");
        fresh(&made)?;
        self.send(&going, &there, output, None)?;
        self.send(&going, &there, output, Some(&made))?;
        for (at, (upload, judged)) in uploads.iter().zip(judged).enumerate() {
            let path = &upload.file.path;
            let from = if upload.file.source == FileSource::Output { output } else { &made };
            let put = match judged {
                PutDecision::Foreign => PutOutcome::Foreign,
                PutDecision::Put => {
                    let version = disk::stat(&from.join(path))?.and_then(|stat| remote_folder::version(&stat));
                    PutOutcome::Done { version, sent: true }
                }
                PutDecision::Stands => PutOutcome::Done { version: there.file(path).map(str::to_owned), sent: false },
            };
            told(at, put);
        }
        Ok(disk::remove_dir_all(&made)?)
    }

    fn remove(&self, files: &[&Removal], force: bool, told: OnItem<bool>) -> Result<(), DeployError> {
        let there = self.far.list(files.iter().map(|file| file.path.as_str()))?;
        let doubtful = |file: &&&Removal| {
            let known = |it| Some(it) == file.version.as_deref() && file.digests.len() == 1;
            !force && there.file(&file.path).is_some_and(|it| !known(it))
        };
        let asked: BTreeSet<&str> = files.iter().filter(doubtful).map(|file| file.path.as_str()).collect();
        let digests = self.digests(&asked.iter().copied().collect::<Vec<_>>())?;
        let ours = |file: &&&Removal| match there.file(&file.path) {
            Some(_) if asked.contains(file.path.as_str()) => {
                digests.get(file.path.as_str()).is_some_and(|digest| file.digests.contains(digest))
            }
            Some(_) => true,
            // Remove a link, but nothing behind it.
            None => {
                force && there.get(&file.path) == Some(&RemoteKind::Other) && there.in_the_way(&file.path).is_none()
            }
        };
        let going = files.iter().filter(ours).map(|file| file.path.as_str());
        let going: BTreeSet<&str> = going.collect();
        let gone = if going.is_empty() { BTreeSet::new() } else { self.far.remove(going.iter().copied())? };
        for (at, file) in files.iter().enumerate() {
            // Its replacement may be there already.
            let absent = match there.get(&file.path) {
                None => there.in_the_way(&file.path).is_none() || file.in_the_way,
                Some(kind) => *kind == RemoteKind::Folder && file.in_the_way,
            };
            let going = going.contains(file.path.as_str());
            if !going || gone.contains(&file.path) {
                told(at, absent || going);
            }
        }
        if let Some(path) = going.iter().find(|path| !gone.contains(**path)) {
            return Err(DeployError::Network(format!("rsync did not remove {path} from {}", self.address())));
        }
        self.sweep(&gone)
    }
}
