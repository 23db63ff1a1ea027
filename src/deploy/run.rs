//! The conductor of a deploy: look, plan, take the lease, put, commit, remove. It must not know a kind of target.
//!
//! Whatever stops it in between, the target stays whole: the old site with some new files that nothing links yet, or with some
//! pages of the new one that link only what is there. The next run goes on from there.

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

/// How long a lease is believed without a sign of life, in seconds. It is renewed when half of it is over. Clocks of those who
/// deploy are to agree better than that; stores do not take requests of clocks that are far off anyway.
const LEASE: i64 = LEASE_SECONDS;

/// As much is sent before the lease is looked at again: so many files, and so many bytes as a minute takes, by what the last part
/// took; at least and at most these.
const BATCH_FILES: usize = 1000;
const PART: RangeInclusive<u64> = 1 << 20..=256 << 20;
const MINUTE: f64 = 60.0;
/// The first part, of which nobody knows how fast it goes.
const FIRST: u64 = 8 << 20;

/// From so many files on, a target does not lose more than a quarter of them by a mistake: a site without its content, or a
/// clock that takes all articles for future ones.
const LARGE: usize = 20;

/// What to do, and how carefully.
pub struct DeployRequest<'a> {
    pub output: &'a Path,
    pub wanted: &'a [DesiredFile],
    /// More removals than these are refused.
    pub max_deletes: usize,
    /// Whether somebody who is there has said so: else a large target keeps most of its files, whatever a setting says.
    pub asked: bool,
    /// A target that holds other files is taken over.
    pub adopt: bool,
    /// What others changed is written over, and what they do at the moment is not waited for.
    pub force: bool,
    pub dry_run: bool,
    /// The target is compared with its manifest, and what is missing or has changed there is sent again.
    pub verify: bool,
    /// The name of this run, and those of runs from here that are known to be over.
    pub holder: String,
    pub ended: &'a [String],
    /// Seconds since 1970.
    pub now: &'a dyn Fn() -> i64,
    pub show: &'a (dyn DeployObserver + Sync),
}

/// Hears what is going on.
pub trait DeployObserver {
    /// What was found at a target that was to be verified.
    fn verified(&self, _address: &str, _standing: &TargetStatus) {}
    fn plan(&self, address: &str, delta: &Delta);
    /// What a host would not take, or not follow.
    fn problems(&self, _problems: &[Diagnostic]) {}
    /// Folders where the system has no locks, so that a file stands for one.
    fn without_locks(&self, _folders: &[PathBuf]) {}
    /// Files and bytes that have been put, of so many.
    fn progress(&self, files: (usize, usize), bytes: (u64, u64));
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeploySummary {
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub removed: usize,
    /// Files whose bytes were sent; the others were there already.
    pub sent: usize,
    pub bytes: u64,
    /// Files that were to go and stayed, since somebody else has changed them.
    pub kept: usize,
}

/// Brings a site to a target.
pub fn deploy(job: &DeployRequest, target: &dyn Target) -> Result<DeploySummary, DeployError> {
    let held = target.manifest()?;
    deploy_over(job, target, held)
}

/// The same, where the target's manifest was read already.
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
        // They are new to whoever reads the site.
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
    // What an interrupted deploy may have brought, and perhaps has not, is no loss.
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

/// The manifest of the target, where it may be worked on.
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
        // All is sent anew; what has gone from the site since stays there.
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

/// When a lease is over. Nobody takes one for longer than [`LEASE`]: one that ends later is believed for that time from when it
/// was written, which the target knows; where it does not, or has another opinion of what time it is, from now.
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

/// A deploy in its course.
struct DeployRun<'a> {
    job: &'a DeployRequest<'a>,
    target: &'a dyn Target,
    held: Option<ManifestText>,
    /// What stands at the target, as far as it is known.
    manifest: TargetManifest,
    put: (usize, u64),
    of: (usize, u64),
    done: DeploySummary,
    /// Bytes of the next part.
    most: u64,
    /// Paths that were tried to be put.
    begun: BTreeSet<String>,
    /// Whether the target may be another than it was.
    touched: bool,
}

impl DeployRun<'_> {
    fn go(&mut self, delta: &Delta) -> Result<(), DeployError> {
        // A path that was a file cannot become a folder, nor the other way round, before what stands there has gone: the
        // one case in which a reader may miss a page for a while.
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
                // Pages begin to link what is new, so that it is no longer new to whoever goes on from here.
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
            // From here on the new site stands, and what goes is linked by nothing any more.
            self.sign()?;
        }
        self.remove(&last)?;
        self.sign_off()
    }

    /// Writes down that files are to go: whoever wants them back is not to think that they are there.
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
                    // It did not come, so that nothing there can be taken for it.
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
            // What somebody else has changed is theirs from now on.
            self.manifest.leaving.remove(&removals[at].path);
            self.manifest.files.remove(&removals[at].path);
            self.manifest.coming.remove(&removals[at].path);
            *(if removed { &mut self.done.removed } else { &mut self.done.kept }) += 1;
        }
        result
    }

    /// Writes down what stands there, with the lease.
    fn sign(&mut self) -> Result<(), DeployError> {
        let until = (self.job.now)() + LEASE;
        self.manifest.lease = Some(Lease { holder: self.job.holder.clone(), until });
        self.write()
    }

    fn sign_off(&mut self) -> Result<(), DeployError> {
        self.manifest.lease = None;
        self.write()
    }

    /// Renews the lease, when half of it is over.
    fn stay(&mut self) -> Result<(), DeployError> {
        let until = self.manifest.lease.as_ref().map_or(i64::MAX, |lease| lease.until);
        if until - (self.job.now)() < LEASE / 2 { self.sign() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), DeployError> {
        let text = self.manifest.to_text();
        // Nobody could read it again.
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

    /// Leaves the target to the next run at once, if it can still be reached; else the lease ends by itself.
    fn give_up(&mut self, delta: &Delta) {
        // What was never begun did not come: what stands there is still what the manifest says, and `--verify` can tell.
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

/// How many bytes go into a minute, if so many took so long.
fn next_part(bytes: u64, took: Duration) -> u64 {
    let rate = bytes as f64 / took.as_secs_f64().max(0.001);
    ((rate * MINUTE) as u64).clamp(*PART.start(), *PART.end())
}

/// The first uploads of a group, as many as are sent at once, and the others.
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
        // One as it should be, by the holder's clock.
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
