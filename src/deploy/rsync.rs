//! Target: a folder of another machine, by rsync over SSH or at a daemon; changed in place, file by file.
//!
//! **What others changed.** A file that stands there in the size and with the time (of whole seconds) that it was sent with is
//! taken for the one that was sent. Every other file is fetched and digested before it is written over or removed. So what is
//! not seen is a change that keeps size and time, and one between that look and the moment in which rsync writes.
//!
//! **Two at once.** Rsync cannot compare and swap, but it makes a symbolic link in one step, and only where there is none. So
//! whoever is to put a manifest over another *claims* that one first: by a link `.recto/claim-STATE-0` to their own name,
//! STATE being the digest of the manifest that is to go. They look whether it is theirs and the manifest is still the one; then
//! they write, and sweep claims on older states away with it. A claim whose holder was killed is found dead when nothing has
//! happened for [`PATIENCE`], and the next number is claimed instead; a holder who took longer than a third of that from the
//! claim to the writing gives up. What remains: a holder whose writing, once begun, takes the other two thirds.

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

/// How long a claim is believed without anything happening.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at somebody else's claim: the first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(3));

const OWN: &str = ".recto";

/// What is the same for all targets of this kind.
pub struct RsyncSetup<'m> {
    /// A folder of the target's own, made if need be.
    pub scratch: &'m Path,
    /// The name of this run, which no other run has, and those of runs that are known to be over.
    pub holder: &'m str,
    pub ended: &'m [String],
    /// What the variable `RSYNC_RSH` says, if it is set.
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
    /// No other deploy from this machine works with the scratch folder.
    lock: Lock,
}

/// Recto's own files there.
struct OwnFiles {
    manifest: Option<Vec<u8>>,
    /// When that was written, by the clock there.
    written: Option<i64>,
    /// Names of claims, and whose they are.
    claims: BTreeMap<String, String>,
}

/// Opens a folder by SSH.
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

/// Opens a folder at a daemon: `host` may be `user@host:port`, and `path` starts with the module.
pub fn open_daemon(host: &str, path: &str, machine: RsyncSetup) -> Result<Rsync, DeployError> {
    let (lock, scratch) = prepare(machine.scratch)?;
    let far = RemoteFolder::daemon(host, path, scratch.join("empty"), machine.secrets.clone())?;
    Ok(Rsync::new(far, lock, scratch, &machine))
}

/// Locks the scratch folder and empties what is to be empty.
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
    // The folder may have come with the site: rsync writes through links.
    for folder in ["claim", "doubt", "empty", "known", "made", "put"] {
        root.refuse_odd(folder)?;
    }
    fresh(&scratch.join("empty"))?;
    root.make_folder("known")?;
    Ok((lock, scratch))
}

/// Makes a folder an empty one.
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
        // One word, whatever the name is.
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
        // What a link leads to is no file of the target.
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

    /// Claims the state that is to be replaced; gives all claims on it, ours being the last, and when it was made.
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

    /// Digests of files as they stand there; of those that do not, nothing.
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

    /// What is to become of uploads where something stands; fetches what cannot be told by size and time.
    fn judge(&self, uploads: &[Upload], there: &RemoteListing) -> Result<Vec<PutDecision>, DeployError> {
        let doubtful = |upload: &&Upload| {
            let known = match &upload.over {
                Precondition::Anything => return false,
                Precondition::Nothing => None,
                Precondition::Known { version, .. } => version.as_deref(),
            };
            // What an interrupted deploy may have put there can have the size and the time of what was there before.
            there.file(&upload.file.path).is_some_and(|version| Some(version) != known || upload.coming.is_some())
        };
        let doubtful: Vec<&str> = uploads.iter().filter(doubtful).map(|upload| upload.file.path.as_str()).collect();
        let digests = self.digests(&doubtful)?;
        let asked: BTreeSet<&str> = doubtful.into_iter().collect();
        let judge = |upload: &Upload| {
            let path = upload.file.path.as_str();
            match (&upload.over, there.file(path)) {
                (Precondition::Anything, _) => PutDecision::Put,
                // One that could not be looked at is not ours to write over.
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

    /// Sends files of the output folder as they are, or those that are first made, in a folder for that.
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
            // Folders that are not there are named, so that they get the permissions of ours; others keep theirs.
            paths.extend(folders(path).filter(|folder| there.get(folder) != Some(&RemoteKind::Folder)));
            paths.insert(path);
        }
        if paths.is_empty() { Ok(()) } else { self.far.send(paths, from) }
    }

    /// Removes folders of files that have gone, where nothing is left in them, from the bottom up.
    fn sweep(&self, gone: &BTreeSet<String>) -> Result<(), DeployError> {
        let parent = |path: &String| path.rsplit_once('/').map(|(parent, _)| parent.to_owned());
        let mut left: BTreeSet<String> = gone.iter().filter_map(parent).collect();
        while !left.is_empty() {
            let above: BTreeSet<String> = left.iter().flat_map(|path| folders(path)).map(str::to_owned).collect();
            let lowest: BTreeSet<String> = left.difference(&above).cloned().collect();
            let gone = self.far.remove(lowest.iter().map(String::as_str))?;
            // One that stays keeps all above it.
            let stay: BTreeSet<&str> = lowest.difference(&gone).flat_map(|path| folders(path)).collect();
            let higher = left.intersection(&above).cloned().chain(gone.iter().filter_map(parent));
            left = higher.filter(|path| !stay.contains(path.as_str())).collect();
        }
        Ok(())
    }
}

impl Rsync {
    /// Of files that have the size and time with which they were sent, those of other bytes all the same. They are compared with
    /// what is here; what is not here any more is not read.
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
        // Only what may go over anything comes so far with something in the way.
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
            // A link, but nothing that is behind one.
            None => {
                force && there.get(&file.path) == Some(&RemoteKind::Other) && there.in_the_way(&file.path).is_none()
            }
        };
        let going = files.iter().filter(ours).map(|file| file.path.as_str());
        let going: BTreeSet<&str> = going.collect();
        let gone = if going.is_empty() { BTreeSet::new() } else { self.far.remove(going.iter().copied())? };
        for (at, file) in files.iter().enumerate() {
            // What is to take its place may be there already.
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
