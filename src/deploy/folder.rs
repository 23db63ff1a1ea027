//! Target: a local or mounted folder, changed in place file by file, or as releases that a link switches.
//!
//! In place, a file is written beside its place and renamed into it. As releases, `current` is a link to the newest of
//! `releases/`; a new release starts with hard links to all files of the old one, so that it costs what changed, and what
//! others have put there stays. A link below the root is theirs: nobody writes or removes anything through one.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::desired_files::DesiredFile;
use super::manifest::{self, ManifestEntry, TargetManifest};
use super::target::{
    DeployError, ManifestText, OnItem, PathRules, Precondition, PutDecision, PutOutcome, Removal, Target, Upload,
};
use super::verify::{FileStatus, TargetStatus, settled};
use crate::base::limits::MANIFEST_BYTES;
use crate::base::printable;
use crate::system::disk::{self, DiskResult};
use crate::system::lock::{self, Lock};
use crate::system::root::Root;

/// Where the releases are, and the link to the newest.
pub const RELEASES: &str = "releases";
pub const CURRENT: &str = "current";
/// A folder of the target's own, never of the site.
const OWN: &str = ".recto";
/// Files that are written and not yet in place.
const INCOMING: &str = ".recto/incoming";

/// Workers: disks and network drives answer several at once.
const THREADS: usize = 4;

pub struct Folder {
    root: PathBuf,
    /// The folder that holds the site: the root, or the release that is being made.
    site: PathBuf,
    /// As releases: how many to keep.
    releases: Option<usize>,
    /// Held while no other deploy from this machine may work in it.
    lock: OnceLock<Lock>,
}

impl Folder {
    /// Opens a folder, which is made with the first file; the one above it must be there.
    pub fn open(root: &Path, releases: Option<usize>) -> Result<Folder, DeployError> {
        let there = disk::is_dir(root)?;
        let above = root.parent().filter(|above| disk::is_dir(above).unwrap_or(false));
        let root = match (there, above, root.file_name()) {
            (true, ..) => disk::canonical(root)?,
            (false, Some(above), Some(name)) => disk::canonical(above)?.join(name),
            _ => {
                let why = format!("cannot create {}: its parent folder does not exist", printable::path(root));
                return Err(DeployError::Refused(why));
            }
        };
        let mut folder = Folder { site: root.clone(), root, releases, lock: OnceLock::new() };
        if releases.is_some() {
            folder.site = folder.root.join(RELEASES).join(format!("{}.new", folder.last()? + 1));
        }
        Ok(folder)
    }

    /// Keeps other deploys from this machine out, from the first change on: who only looks leaves nothing behind, and what
    /// came in between is found by the manifest.
    fn enter(&self) -> Result<(), DeployError> {
        if self.lock.get().is_some() {
            return Ok(());
        }
        let own = self.root.join(OWN);
        if disk::is_link(&own)? {
            return Err(DeployError::Refused(format!(
                "{} is a symbolic link, not a folder; nothing was done",
                printable::path(&own)
            )));
        }
        disk::create_dir_all(&own)?;
        let Some(lock) = lock::file(&Root::open(&self.root)?, &format!("{OWN}/lock"))? else {
            let place = printable::path(&self.root);
            return Err(DeployError::Busy(format!("another deploy to {place} is running; nothing was done")));
        };
        let _ = self.lock.set(lock);
        if self.releases.is_some() {
            // A run that was killed left it, and what it holds is part of its work only.
            disk::remove_dir_all(&self.site)?;
        }
        // So may it have left these; and nobody writes through a link that is called like one.
        for name in disk::names(&own)?.iter().filter(|name| name.starts_with("incoming")) {
            disk::remove_file(&own.join(name))?;
        }
        Ok(())
    }

    /// The folder of the site as it is served.
    fn served(&self) -> PathBuf {
        if self.releases.is_some() { self.root.join(CURRENT) } else { self.root.clone() }
    }

    /// What is called like a release.
    fn numbers(&self) -> DiskResult<Vec<u64>> {
        let mut numbers: Vec<u64> =
            disk::names(&self.root.join(RELEASES))?.iter().filter_map(|name| name.parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn last(&self) -> DiskResult<u64> {
        Ok(self.numbers()?.last().copied().unwrap_or(0))
    }

    /// Whether it is a release that Recto has made: others number theirs, too.
    fn is_ours(&self, release: &str) -> DiskResult<bool> {
        disk::exists(&self.root.join(RELEASES).join(release).join(manifest::PATH))
    }

    /// Starts a release, if there is none: every file of the old one, by a second name.
    fn start(&self) -> Result<(), DeployError> {
        self.enter()?;
        if self.releases.is_none() || disk::is_dir(&self.site)? {
            return Ok(());
        }
        let making = self.site.with_extension("making");
        disk::remove_dir_all(&making)?;
        disk::twin(&self.served(), &making, &|path| path != manifest::PATH && !path.starts_with(INCOMING))?;
        disk::rename(&making, &self.site)?;
        Ok(())
    }

    fn put(&self, upload: &Upload, output: &Path, incoming: &Path) -> Result<PutOutcome, DeployError> {
        let place = self.site.join(&upload.file.path);
        let over_anything = upload.over == Precondition::Anything;
        if let Some(odd) = self.in_the_way(&place)? {
            if !over_anything {
                return Ok(PutOutcome::Foreign);
            }
            // Another worker may have been quicker, and made the folder.
            disk::remove_file(&odd).or_else(|why| if is_folder(&odd)? { Ok(()) } else { Err(why) })?;
        }
        let there = digest_of_file(&place)?;
        match upload.judge(there.as_deref()) {
            PutDecision::Foreign => return Ok(PutOutcome::Foreign),
            PutDecision::Stands => return Ok(PutOutcome::Done { version: None, sent: false }),
            PutDecision::Put => {}
        }
        // A link to nothing, or a folder: only an empty one makes way.
        let free = there.is_some() || disk::remove_dir_if_empty(&place) || (over_anything && !disk::is_dir(&place)?);
        if !free {
            return Ok(PutOutcome::Foreign);
        }
        disk::write(incoming, &upload.file.read(output)?)?;
        make_parent(&place)?;
        disk::rename(incoming, &place)?;
        Ok(PutOutcome::Done { version: None, sent: true })
    }

    /// How a file stands that was put at a path of the folder that is served.
    fn stand(&self, served: &Path, path: &str, entry: &ManifestEntry) -> DiskResult<FileStatus> {
        let place = served.join(path);
        if in_the_way(served, &place)?.is_some() {
            return Ok(FileStatus::Blocked);
        }
        Ok(match disk::stat(&place)? {
            None if disk::exists(&place)? => FileStatus::Blocked,
            None => FileStatus::Missing,
            Some(stat) if stat.size != entry.size || disk::digest(&place)?.long() != entry.digest => {
                FileStatus::Changed
            }
            Some(_) => FileStatus::Same,
        })
    }

    /// What stands where a folder of a place is to be, and is none: a file, or a link, wherever it leads to.
    fn in_the_way(&self, place: &Path) -> DiskResult<Option<PathBuf>> {
        in_the_way(&self.site, place)
    }

    /// Switches to the release that was made, and lets the oldest go.
    #[cfg(unix)]
    fn switch(&self, keep: usize) -> Result<(), DeployError> {
        let number = self.last()? + 1;
        let name = number.to_string();
        disk::rename(&self.site, &self.root.join(RELEASES).join(&name))?;
        disk::point(&self.root.join(CURRENT), &Path::new(RELEASES).join(&name))?;
        let mut ours = Vec::new();
        for number in self.numbers()? {
            if self.is_ours(&number.to_string())? {
                ours.push(number);
            }
        }
        for old in &ours[..ours.len().saturating_sub(keep.max(1))] {
            disk::remove_dir_all(&self.root.join(RELEASES).join(old.to_string()))?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn switch(&self, _: usize) -> Result<(), DeployError> {
        Err(DeployError::Refused("`releases` needs symbolic links, which this system does not support".to_owned()))
    }
}

/// What stands where a folder of a place below `site` is to be, and is none.
fn in_the_way(site: &Path, place: &Path) -> DiskResult<Option<PathBuf>> {
    let mut above: Vec<&Path> = place.ancestors().skip(1).take_while(|folder| *folder != site).collect();
    while let Some(folder) = above.pop() {
        if disk::exists(folder)? && !is_folder(folder)? {
            return Ok(Some(folder.to_owned()));
        }
    }
    Ok(None)
}

fn make_parent(place: &Path) -> DiskResult<()> {
    place.parent().map_or(Ok(()), disk::create_dir_all)
}

/// Whether this is a folder itself, and no link to one.
fn is_folder(path: &Path) -> DiskResult<bool> {
    Ok(disk::is_dir(path)? && !disk::is_link(path)?)
}

/// The digest of the file at a place, or that a link there leads to.
fn digest_of_file(place: &Path) -> DiskResult<Option<String>> {
    let there = disk::stat_followed(place)?;
    there.map(|_| Ok(disk::digest(place)?.long())).transpose()
}

impl Target for Folder {
    fn address(&self) -> String {
        format!("file://{}", printable::path(&self.root))
    }

    fn lock(&self) -> Option<&Lock> {
        self.lock.get()
    }

    fn manifest(&self) -> Result<Option<ManifestText>, DeployError> {
        let place = self.served().join(manifest::PATH);
        let Some(stat) = disk::stat_followed(&place)? else { return Ok(None) };
        if stat.size > MANIFEST_BYTES as u64 {
            return Err(DeployError::long_manifest(&self.address()));
        }
        let written = Some(stat.modified.div_euclid(1_000_000_000));
        Ok(disk::read_if_there(&place)?.map(|bytes| ManifestText { bytes, version: None, written }))
    }

    fn put_manifest(&self, bytes: &[u8], over: Option<&ManifestText>) -> Result<ManifestText, DeployError> {
        self.enter()?;
        // The lock keeps others from this machine away; on a drive of several machines they show by the manifest.
        if self.manifest()?.map(|held| held.bytes) != over.map(|held| held.bytes.clone()) {
            return Err(DeployError::Busy(format!("another deploy to {} came first", self.address())));
        }
        self.start()?;
        let incoming = self.site.join(INCOMING);
        make_parent(&incoming)?;
        disk::write(&incoming, bytes)?;
        disk::rename(&incoming, &self.site.join(manifest::PATH))?;
        if let Some(keep) = self.releases {
            // What others have put there since this one was begun.
            let before = over.and_then(|held| TargetManifest::parse(&held.bytes).ok()).unwrap_or_default();
            let theirs = |path: &str| !path.starts_with(".recto/") && !before.files.contains_key(path);
            disk::twin(&self.served(), &self.site, &theirs)?;
            self.switch(keep)?;
        }
        Ok(ManifestText { bytes: bytes.to_owned(), version: None, written: None })
    }

    fn occupied(&self) -> Result<bool, DeployError> {
        let theirs = |name: &String| name != OWN && (self.releases.is_none() || name != RELEASES);
        if disk::names(&self.root)?.iter().any(theirs) {
            return Ok(true);
        }
        for name in disk::names(&self.root.join(RELEASES))? {
            // One that was being made ends in letters.
            if name.parse::<u64>().is_ok() && !self.is_ours(&name)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn upload(&self, uploads: &[Upload], output: &Path, told: OnItem<PutOutcome>) -> Result<(), DeployError> {
        self.start()?;
        disk::create_dir_all(&self.site.join(OWN))?;
        let next = AtomicUsize::new(0);
        let work = |worker: usize| -> Result<(), DeployError> {
            let incoming = self.site.join(format!("{INCOMING}.{worker}"));
            while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < uploads.len()) {
                told(at, self.put(&uploads[at], output, &incoming)?);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..THREADS).map(|worker| scope.spawn(move || work(worker))).collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }

    fn remove(&self, files: &[&Removal], force: bool, told: OnItem<bool>) -> Result<(), DeployError> {
        self.start()?;
        for (at, file) in files.iter().enumerate() {
            let place = self.site.join(&file.path);
            if self.in_the_way(&place)?.is_some() {
                // Behind a link, or a file, there is nothing of ours; unless that is what is to take its place.
                told(at, file.in_the_way);
                continue;
            }
            let there = digest_of_file(&place)?;
            // A link to nothing is not ours, either.
            let theirs = there.map_or(disk::is_link(&place)?, |digest| !file.digests.contains(&digest));
            if !force && theirs {
                told(at, false);
                continue;
            }
            if !disk::is_dir(&place)? {
                disk::remove_file(&place)?;
            }
            // Folders that are empty now go with their last file.
            let mut folder = place.parent();
            while let Some(parent) = folder.filter(|parent| *parent != self.site && disk::remove_dir_if_empty(parent)) {
                folder = parent.parent();
            }
            told(at, true);
        }
        Ok(())
    }

    fn audit(&self, manifest: &TargetManifest, _: &[DesiredFile], _: &Path) -> Result<TargetStatus, DeployError> {
        let served = self.served();
        let there = disk::files(&served)?;
        let mut standing = TargetStatus::of(manifest, there.iter().map(String::as_str));
        let files: Vec<(&String, &ManifestEntry)> = settled(manifest).collect();
        let next = AtomicUsize::new(0);
        let work = || -> DiskResult<Vec<(usize, FileStatus)>> {
            let mut found = Vec::new();
            while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < files.len()) {
                found.push((at, self.stand(&served, files[at].0, files[at].1)?));
            }
            Ok(found)
        };
        let found: DiskResult<Vec<Vec<(usize, FileStatus)>>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
            let ends = workers.into_iter().map(|worker| worker.join());
            ends.map(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        found?.into_iter().flatten().for_each(|(at, stand)| standing.add(files[at].0, stand));
        Ok(standing)
    }

    fn names(&self) -> PathRules {
        // By the one file that is surely there.
        let capitals = self.served().join(manifest::PATH.to_uppercase());
        if disk::exists(&capitals).unwrap_or(false) { PathRules::Folded } else { PathRules::Folders }
    }

    fn at_once(&self) -> bool {
        self.releases.is_some()
    }
}
