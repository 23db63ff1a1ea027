//! Runs a deploy: look, plan, take the lease, upload, commit, remove. It must not know any kind of target.
//!
//! If a deploy is interrupted, the target stays usable. It holds the old site with some new files that nothing
//! links to yet, or with some new pages that link only to existing files. The next run continues from there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::delta::{Delta, Phase, ProtectedChanges};
use super::desired_files::DesiredFile;
use super::manifest::{Lease, ManifestEntry, TargetManifest};
use super::target::{DeployError, ManifestText, PutOutcome, Removal, Target, Upload};
use super::verify::TargetStatus;
use crate::base::diag::Diagnostic;
use crate::base::limits::{LEASE_SECONDS, MANIFEST_BYTES};

/// How long a lease is valid without being renewed, in seconds. It is renewed after half of that time. The clocks
/// of all machines that deploy must agree better than that; most stores reject requests from a clock that is far
/// off anyway.
const LEASE: i64 = LEASE_SECONDS;

/// Limits of a batch, after which the lease is checked again. A batch has at most this many files, and as many
/// bytes as the last batch suggests for one minute, between these limits.
const BATCH_FILES: usize = 1000;
const PART: RangeInclusive<u64> = 1 << 20..=256 << 20;
const MINUTE: f64 = 60.0;
/// Bytes of the first batch, when the speed is not known yet.
const FIRST: u64 = 8 << 20;

/// A target with at least this many files never loses more than a quarter of them by mistake, for example through a
/// site without its content, or a clock that makes all articles future ones.
const LARGE: usize = 20;

/// What to deploy, and which checks apply.
pub struct DeployRequest<'a> {
    pub output: &'a Path,
    pub wanted: &'a [DesiredFile],
    /// Refuse to remove more files than this.
    pub max_deletes: usize,
    /// Whether the user gave that number on the command line. Otherwise a large target keeps most of its files,
    /// whatever a setting says.
    pub asked: bool,
    /// Take over a target that holds other files.
    pub adopt: bool,
    /// Overwrite changes by others, and do not wait for a deploy in progress.
    pub force: bool,
    pub dry_run: bool,
    /// Compare the target with its manifest, and send missing and changed files again.
    pub verify: bool,
    /// The name of this run, and the names of earlier runs from here that are known to have ended.
    pub holder: String,
    pub ended: &'a [String],
    /// Returns the current time in seconds since 1970.
    pub now: &'a dyn Fn() -> i64,
    pub show: &'a (dyn DeployObserver + Sync),
}

/// Receives events of a deploy.
pub trait DeployObserver {
    /// Receives the result of `--verify`.
    fn verified(&self, _address: &str, _standing: &TargetStatus) {}
    fn plan(&self, address: &str, delta: &Delta);
    /// Receives what a host would not accept or not follow.
    fn problems(&self, _problems: &[Diagnostic]) {}
    /// Receives folders on which the system has no locks, so that a lock file is used instead.
    fn without_locks(&self, _folders: &[PathBuf]) {}
    /// Receives the number of files and bytes that are done, each with its total.
    fn progress(&self, files: (usize, usize), bytes: (u64, u64));
}

/// The result of a deploy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeploySummary {
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub removed: usize,
    /// Files whose bytes were sent. The others were there already.
    pub sent: usize,
    pub bytes: u64,
    /// Files that should have been removed but were kept, since somebody else has changed them.
    pub kept: usize,
}

/// Brings a site to a target.
pub fn deploy(job: &DeployRequest, target: &dyn Target) -> Result<DeploySummary, DeployError> {
    let held = target.manifest()?;
    deploy_over(job, target, held)
}

/// Brings a site to a target whose manifest was already read.
pub fn deploy_over(
    job: &DeployRequest,
    target: &dyn Target,
    held: Option<ManifestText>,
) -> Result<DeploySummary, DeployError> {
    if held.as_ref().is_some_and(|held| !job.verify && TargetManifest::is_just(&held.bytes, job.wanted)) {
        let unchanged = job.wanted.len();
        job.show.plan(&target.address(), &Delta { unchanged, ..Delta::default() });
        return Ok(DeploySummary { unchanged, ..DeploySummary::default() });
    }
    let mut manifest = known(job, target, held.as_ref())?;
    let before =
        manifest.files.len() + manifest.leaving.keys().filter(|path| !manifest.files.contains_key(*path)).count();
    let mut standing = TargetStatus::default();
    if job.verify && held.is_some() {
        standing = target.audit(&manifest, job.wanted, job.output)?;
        job.show.verified(&target.address(), &standing);
        // Missing files are new to readers.
        manifest.files.retain(|path, _| !standing.missing.contains(path));
    }
    let care = match (job.force, job.adopt) {
        (true, _) => ProtectedChanges::None,
        (false, true) => ProtectedChanges::Known,
        (false, false) => ProtectedChanges::All,
    };
    let delta = Delta::new(job.wanted, &manifest, &standing, care, target.names());
    let done = DeploySummary { unchanged: delta.unchanged, ..DeploySummary::default() };
    let settled = manifest.coming.is_empty() && manifest.lease.is_none() && standing.missing.is_empty();
    if delta.is_empty() && settled && held.is_some() {
        job.show.plan(&target.address(), &delta);
        return Ok(done);
    }
    // A file that an interrupted deploy may or may not have uploaded does not count as a loss.
    let stood = |path: &String| manifest.files.contains_key(path) || manifest.leaving.contains_key(path);
    let lost: Vec<&str> = delta.removals.iter().map(|one| &one.path).filter(|path| stood(path)).map(|p| &**p).collect();
    if !job.asked && before >= LARGE && lost.len() * 4 > before {
        let most = format!("that is more than a quarter of the {before} files at the target");
        return Err(too_many(&lost, &most));
    }
    if lost.len() > job.max_deletes {
        let may =
            if job.max_deletes == 0 { "no file may".to_owned() } else { format!("at most {} may", job.max_deletes) };
        return Err(too_many(&lost, &format!("{may} be removed")));
    }
    job.show.plan(&target.address(), &delta);
    if job.dry_run {
        return Ok(DeploySummary {
            new: delta.new,
            changed: delta.files() - delta.new,
            removed: delta.removals.len(),
            ..done
        });
    }
    let mut run = DeployRun {
        job,
        target,
        held,
        manifest: manifest.clone(),
        put: (0, 0),
        of: (delta.files(), delta.bytes()),
        done,
        most: FIRST,
        begun: BTreeSet::new(),
        touched: false,
    };
    run.go(&delta).inspect_err(|_| run.give_up(&delta)).map_err(|why| match why {
        DeployError::Disk(error) if run.touched => DeployError::Stopped(error),
        why => why,
    })?;
    Ok(run.done)
}

/// Returns the manifest of the target, if this run may change the target.
fn known(job: &DeployRequest, target: &dyn Target, held: Option<&ManifestText>) -> Result<TargetManifest, DeployError> {
    let address = target.address();
    let Some(held) = held else {
        if !job.adopt && target.occupied()? {
            return Err(DeployError::Refused(format!(
                "{address} contains files that Recto did not put there; nothing was done\n\
                 help: deploy with --adopt to keep them: it overwrites those in the place of the site's files, and removes none"
            )));
        }
        return Ok(TargetManifest::default());
    };
    let manifest = match TargetManifest::parse(&held.bytes) {
        Ok(manifest) => manifest,
        // Send all files again. Files that the site no longer has stay there.
        Err(_) if job.force => TargetManifest::default(),
        Err(why) => {
            return Err(DeployError::Refused(format!(
                "the manifest at {address} cannot be used: {why}; nothing was done\n\
                 help: use --force to upload the whole site again"
            )));
        }
    };
    if let Some(lease) = &manifest.lease {
        let now = (job.now)();
        let until = end_of(lease, held.written, now);
        let over = until <= now || job.ended.contains(&lease.holder);
        if !over && !job.force && !job.dry_run {
            let minutes = (until - now) / 60 + 1;
            return Err(DeployError::Busy(format!(
                "another deploy to {address} is running; nothing was done\n\
                 help: wait for it to finish; if it was killed, wait {minutes} min, or use --force now"
            )));
        }
    }
    Ok(manifest)
}

/// Returns when a lease ends, in seconds since 1970. No lease lasts longer than [`LEASE`]. One that claims more
/// ends [`LEASE`] after it was written, by the target's clock; if the target does not know that time, or its clock
/// disagrees, [`LEASE`] from now.
fn end_of(lease: &Lease, written: Option<i64>, now: i64) -> i64 {
    if lease.until <= now + LEASE { lease.until } else { written.unwrap_or(now).min(now) + LEASE }
}

fn too_many(removals: &[&str], why: &str) -> DeployError {
    let some = &removals[..removals.len().min(5)];
    let more = removals.len() - some.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let count = if removals.len() == 1 { "1 file".to_owned() } else { format!("{} files", removals.len()) };
    DeployError::Refused(format!(
        "this deploy would remove {count}: {}{more}; {why}; nothing was sent\nhelp: to remove them, add --max-deletes {}",
        some.join(", "),
        removals.len()
    ))
}

/// A deploy in progress.
struct DeployRun<'a> {
    job: &'a DeployRequest<'a>,
    target: &'a dyn Target,
    held: Option<ManifestText>,
    /// What the target holds, as far as it is known.
    manifest: TargetManifest,
    put: (usize, u64),
    of: (usize, u64),
    done: DeploySummary,
    /// The size of the next batch in bytes.
    most: u64,
    /// Paths whose upload was tried.
    begun: BTreeSet<String>,
    /// Whether the target may have changed.
    touched: bool,
}

impl DeployRun<'_> {
    fn go(&mut self, delta: &Delta) -> Result<(), DeployError> {
        // A file cannot become a folder, nor a folder a file, until the old one is removed. This is the one case in
        // which readers may miss a page for a while.
        let (first, last): (Vec<&Removal>, Vec<&Removal>) =
            delta.removals.iter().partition(|removal| removal.in_the_way);
        for file in delta.all_uploads().map(|upload| upload.file) {
            self.manifest.coming.entry(file.path.clone()).or_default().insert(file.digest.long());
        }
        self.leave(&first);
        let at_once = self.target.at_once();
        if !at_once {
            self.sign()?;
        }
        let mut phase = Phase::New;
        for group in &delta.groups {
            if phase < Phase::Replacing && group.phase >= Phase::Replacing {
                self.remove(&first)?;
            }
            if phase < Phase::Changed && group.phase == Phase::Changed && self.done.new > 0 && !at_once {
                // From here on pages link to the new files, so a later run must not treat those as new.
                self.sign()?;
            }
            phase = group.phase;
            let mut rest = &group.uploads[..];
            while !rest.is_empty() {
                let (batch, later) = part(rest, self.most);
                self.upload(batch)?;
                self.stay()?;
                rest = later;
            }
        }
        self.leave(&last);
        if !at_once && !last.is_empty() {
            // From here on the new site is complete, and nothing links to the files that are removed.
            self.sign()?;
        }
        self.remove(&last)?;
        self.sign_off()
    }

    /// Records that files are to be removed, so that a run that wants them back does not assume that they exist.
    fn leave(&mut self, removals: &[&Removal]) {
        for removal in removals {
            if let Some(entry) = self.manifest.files.remove(&removal.path) {
                self.manifest.leaving.insert(removal.path.clone(), entry);
            }
        }
    }

    fn upload(&mut self, batch: &[Upload]) -> Result<(), DeployError> {
        let put: Mutex<BTreeMap<usize, PutOutcome>> = Mutex::default();
        let (files, bytes) = self.put;
        let told = |at: usize, what: PutOutcome| {
            let mut put = put.lock().unwrap_or_else(PoisonError::into_inner);
            put.insert(at, what);
            let sent: u64 = put.keys().map(|at| batch[*at].file.size).sum();
            self.job.show.progress((files + put.len(), self.of.0), (bytes + sent, self.of.1));
        };
        self.begun.extend(batch.iter().map(|upload| upload.file.path.clone()));
        let begun = Instant::now();
        self.touched = true;
        let result = self.target.upload(batch, self.job.output, &told);
        self.most = next_part(batch.iter().map(|upload| upload.file.size).sum(), begun.elapsed());
        let put = put.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut foreign = Vec::new();
        for (at, what) in put {
            let file = batch[at].file;
            match what {
                PutOutcome::Foreign => {
                    // The upload failed, so nothing there is ours.
                    self.manifest.coming.remove(&file.path);
                    foreign.push(file.path.clone());
                }
                PutOutcome::Done { version, sent } => self.stands(file, version, sent),
            }
        }
        result?;
        if foreign.is_empty() { Ok(()) } else { Err(DeployError::Foreign(foreign)) }
    }

    fn stands(&mut self, file: &DesiredFile, version: Option<String>, sent: bool) {
        let entry = ManifestEntry { digest: file.digest.long(), size: file.size, headers: file.marks(), version };
        let before = self.manifest.files.insert(file.path.clone(), entry);
        self.manifest.coming.remove(&file.path);
        self.manifest.leaving.remove(&file.path);
        if before.is_none() {
            self.done.new += 1;
        } else {
            self.done.changed += 1;
        }
        self.put = (self.put.0 + 1, self.put.1 + file.size);
        if sent {
            self.done.sent += 1;
            self.done.bytes += file.size;
        }
    }

    fn remove(&mut self, removals: &[&Removal]) -> Result<(), DeployError> {
        for batch in removals.chunks(BATCH_FILES) {
            self.stay()?;
            self.remove_batch(batch)?;
        }
        Ok(())
    }

    fn remove_batch(&mut self, removals: &[&Removal]) -> Result<(), DeployError> {
        let gone: Mutex<BTreeMap<usize, bool>> = Mutex::default();
        let told = |at: usize, removed: bool| {
            gone.lock().unwrap_or_else(PoisonError::into_inner).insert(at, removed);
        };
        self.touched = true;
        let result = self.target.remove(removals, self.job.force, &told);
        for (at, removed) in gone.into_inner().unwrap_or_else(PoisonError::into_inner) {
            // A file that somebody else has changed is theirs from now on.
            self.manifest.leaving.remove(&removals[at].path);
            self.manifest.files.remove(&removals[at].path);
            self.manifest.coming.remove(&removals[at].path);
            *(if removed { &mut self.done.removed } else { &mut self.done.kept }) += 1;
        }
        result
    }

    /// Writes the manifest of what the target holds now, with the lease.
    fn sign(&mut self) -> Result<(), DeployError> {
        let until = (self.job.now)() + LEASE;
        self.manifest.lease = Some(Lease { holder: self.job.holder.clone(), until });
        self.write()
    }

    fn sign_off(&mut self) -> Result<(), DeployError> {
        self.manifest.lease = None;
        self.write()
    }

    /// Renews the lease when half of it has passed.
    fn stay(&mut self) -> Result<(), DeployError> {
        let until = self.manifest.lease.as_ref().map_or(i64::MAX, |lease| lease.until);
        if until - (self.job.now)() < LEASE / 2 { self.sign() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), DeployError> {
        let text = self.manifest.to_text();
        // A longer manifest could not be read again.
        if text.len() > MANIFEST_BYTES {
            return Err(DeployError::Refused(format!(
                "the manifest of this site has {} bytes; at most {MANIFEST_BYTES} are allowed",
                text.len()
            )));
        }
        self.held = Some(self.target.put_manifest(text.as_bytes(), self.held.as_ref())?);
        self.touched = true;
        Ok(())
    }

    /// Releases the target at once, if it can still be reached. Otherwise the lease expires.
    fn give_up(&mut self, delta: &Delta) {
        // Uploads that were not begun changed nothing, so the manifest is still true of their paths; `--verify` can
        // check that.
        for upload in delta.all_uploads().filter(|upload| !self.begun.contains(&upload.file.path)) {
            match upload.coming {
                Some(before) => self.manifest.coming.insert(upload.file.path.clone(), before.clone()),
                None => self.manifest.coming.remove(&upload.file.path),
            };
        }
        let ours = self.manifest.lease.as_ref().is_some_and(|lease| lease.holder == self.job.holder);
        if ours && !self.target.at_once() {
            let _ = self.sign_off();
        }
    }
}

/// Returns how many bytes take a minute, given how long the last ones took.
fn next_part(bytes: u64, took: Duration) -> u64 {
    let rate = bytes as f64 / took.as_secs_f64().max(0.001);
    ((rate * MINUTE) as u64).clamp(*PART.start(), *PART.end())
}

/// Splits the uploads of a group into the next batch and the rest.
fn part<'g, 'a>(group: &'g [Upload<'a>], most: u64) -> (&'g [Upload<'a>], &'g [Upload<'a>]) {
    let mut bytes = 0;
    let fits = |upload: &&Upload| {
        bytes += upload.file.size;
        bytes <= most
    };
    let count = group.iter().take(BATCH_FILES).take_while(fits).count();
    group.split_at(count.max(1).min(group.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::target::Precondition;

    #[test]
    fn parts_hold_what_fits_and_at_least_one() {
        let file = DesiredFile::made("x", vec![0; 10]);
        let upload = Upload { file: &file, new: true, over: Precondition::Nothing, coming: None };
        let all = vec![upload; 2 * BATCH_FILES];
        let sizes = |most: u64, of: usize| {
            let (now, later) = part(&all[..of], most);
            (now.len(), later.len())
        };
        assert_eq!([sizes(35, 5), sizes(9, 5), sizes(50, 5)], [(3, 2), (1, 4), (5, 0)]);
        assert_eq!(sizes(u64::MAX, all.len()), (BATCH_FILES, BATCH_FILES));
    }

    #[test]
    fn no_lease_ends_later_than_ten_minutes_after_it_was_written() {
        let now = 1_800_000_000;
        let end = |until, written| end_of(&Lease { holder: String::new(), until }, written, now);
        // A normal lease, by the holder's clock.
        assert_eq!(end(now + LEASE, Some(now - 9999)), now + LEASE);
        assert_eq!(end(now - 1, Some(now)), now - 1);
        for until in [now + LEASE + 1, now + 100 * 365 * 86_400, i64::MAX] {
            assert_eq!(end(until, Some(now - 30)), now - 30 + LEASE, "{until}");
            assert_eq!(end(until, Some(now - LEASE)), now, "{until}");
            assert_eq!(end(until, None), now + LEASE, "{until}");
            // The target's clock is ahead.
            assert_eq!(end(until, Some(now + 9999)), now + LEASE, "{until}");
        }
        assert_eq!(end(i64::MIN, None), i64::MIN);
    }

    #[test]
    fn parts_are_as_large_as_a_minute_takes() {
        let minute = |bytes, seconds| next_part(bytes, Duration::from_secs(seconds));
        assert_eq!(minute(10 << 20, 10), 60 << 20);
        assert_eq!([minute(10 << 20, 6000), minute(10 << 20, 0)], [*PART.start(), *PART.end()]);
    }
}
