//! Target: a local or mounted folder. It is changed in place file by file, or holds releases that a link switches
//! between.
//!
//! In place, each file is written to a temporary file and renamed. With releases, `current` is a link to the newest
//! folder in `releases/`. A new release starts with hard links to all files of the previous one, so it costs only
//! what changed, and files that others added stay. Recto neither writes nor removes anything through a link below
//! the root: such links belong to others.

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
use crate::system::pool;
use crate::system::root::Root;

/// The folder with the releases, and the link to the newest one.
pub const RELEASES: &str = "releases";
pub const CURRENT: &str = "current";
/// A folder for the target's own files, which are never part of the site.
const OWN: &str = ".recto";
/// Files that are written but not yet in place.
const INCOMING: &str = ".recto/incoming";

/// Number of workers. Disks and network drives answer several requests at once.
const THREADS: usize = 4;

pub struct Folder {
    root: PathBuf,
    /// The folder that holds the site: the root, or the release in progress.
    site: PathBuf,
    /// The number of releases to keep; `None` to change files in place.
    releases: Option<usize>,
    /// Set once this run has locked the folder against other deploys from this machine.
    lock: OnceLock<Lock>,
}

impl Folder {
    /// Opens a folder. The folder is created with its first file; its parent must exist.
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

    /// Locks out other deploys from this machine, from the first change on. A run that only reads leaves nothing
    /// behind, and the manifest shows changes made in between.
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
            // A killed run left this folder. It holds nothing but that run's work.
            disk::remove_dir_all(&self.site)?;
        }
        // A killed run may also have left these. Remove links with such names, so that nothing is written through
        // them.
        for name in disk::names(&own)?.iter().filter(|name| name.starts_with("incoming")) {
            disk::remove_file(&own.join(name))?;
        }
        Ok(())
    }

    /// Returns the folder of the site as it is served.
    fn served(&self) -> PathBuf {
        if self.releases.is_some() { self.root.join(CURRENT) } else { self.root.clone() }
    }

    /// Returns the numbers of all entries that are named like a release.
    fn numbers(&self) -> DiskResult<Vec<u64>> {
        let mut numbers: Vec<u64> =
            disk::names(&self.root.join(RELEASES))?.iter().filter_map(|name| name.parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn last(&self) -> DiskResult<u64> {
        Ok(self.numbers()?.last().copied().unwrap_or(0))
    }

    /// Returns whether Recto made this release. Others may number theirs, too.
    fn is_ours(&self, release: &str) -> DiskResult<bool> {
        disk::exists(&self.root.join(RELEASES).join(release).join(manifest::PATH))
    }

    /// Starts a release, unless one is in progress: hard-links every file of the previous one.
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
            // Another worker may have made the folder already.
            disk::remove_file(&odd).or_else(|why| if is_folder(&odd)? { Ok(()) } else { Err(why) })?;
        }
        let there = digest_of_file(&place)?;
        match upload.judge(there.as_deref()) {
            PutDecision::Foreign => return Ok(PutOutcome::Foreign),
            PutDecision::Stands => return Ok(PutOutcome::Done { version: None, sent: false }),
            PutDecision::Put => {}
        }
        // The place is a dangling link or a folder. Only an empty folder is replaced.
        let free = there.is_some() || disk::remove_dir_if_empty(&place) || (over_anything && !disk::is_dir(&place)?);
        if !free {
            return Ok(PutOutcome::Foreign);
        }
        disk::write(incoming, &upload.file.read(output)?)?;
        make_parent(&place)?;
        disk::rename(incoming, &place)?;
        Ok(PutOutcome::Done { version: None, sent: true })
    }

    /// Compares the file at a path of the served folder with its manifest entry.
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

    /// Returns the path that blocks a folder which is needed for a place: a file, or a link to anything.
    fn in_the_way(&self, place: &Path) -> DiskResult<Option<PathBuf>> {
        in_the_way(&self.site, place)
    }

    /// Makes `current` point to the new release, and removes the oldest releases.
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

/// Returns the path that blocks a folder which a place below `site` needs.
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

/// Returns whether this is a folder itself and not a link to one.
fn is_folder(path: &Path) -> DiskResult<bool> {
    Ok(disk::is_dir(path)? && !disk::is_link(path)?)
}

/// Returns the digest of the file at a place, following a link.
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
        // The lock keeps out deploys from this machine. Deploys from other machines on a shared drive change the
        // manifest.
        if self.manifest()?.map(|held| held.bytes) != over.map(|held| held.bytes.clone()) {
            return Err(DeployError::Busy(format!("another deploy to {} came first", self.address())));
        }
        self.start()?;
        let incoming = self.site.join(INCOMING);
        make_parent(&incoming)?;
        disk::write(&incoming, bytes)?;
        disk::rename(&incoming, &self.site.join(manifest::PATH))?;
        if let Some(keep) = self.releases {
            // Others may have added files since this release was begun.
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
            // The name of a release in progress ends in letters.
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
        pool::each(THREADS, work).into_iter().collect()
    }

    fn remove(&self, files: &[&Removal], force: bool, told: OnItem<bool>) -> Result<(), DeployError> {
        self.start()?;
        for (at, file) in files.iter().enumerate() {
            let place = self.site.join(&file.path);
            if self.in_the_way(&place)?.is_some() {
                // Nothing behind a link or a file belongs to Recto, unless the upload replaces that link or file.
                told(at, file.in_the_way);
                continue;
            }
            let there = digest_of_file(&place)?;
            // A dangling link does not belong to Recto, either.
            let theirs = there.map_or(disk::is_link(&place)?, |digest| !file.digests.contains(&digest));
            if !force && theirs {
                told(at, false);
                continue;
            }
            if !disk::is_dir(&place)? {
                disk::remove_file(&place)?;
            }
            // Remove folders that are empty after their last file is gone.
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
        let work = |_| -> DiskResult<Vec<(usize, FileStatus)>> {
            let mut found = Vec::new();
            while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < files.len()) {
                found.push((at, self.stand(&served, files[at].0, files[at].1)?));
            }
            Ok(found)
        };
        let found: DiskResult<Vec<Vec<(usize, FileStatus)>>> = pool::each(THREADS, work).into_iter().collect();
        found?.into_iter().flatten().for_each(|(at, stand)| standing.add(files[at].0, stand));
        Ok(standing)
    }

    fn names(&self) -> PathRules {
        // Test with the one file that is certain to exist.
        let capitals = self.served().join(manifest::PATH.to_uppercase());
        if disk::exists(&capitals).unwrap_or(false) { PathRules::Folded } else { PathRules::Folders }
    }

    fn at_once(&self) -> bool {
        self.releases.is_some()
    }
}
