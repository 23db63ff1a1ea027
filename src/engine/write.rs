//! Writes rendered outputs to `public/` so that readers never see a partial file. It must not know templates or
//! articles.
//!
//! Every output is rendered before the first is put in place. In a folder with an earlier build, a changed file is
//! written to a staging folder inside it. It is swapped with its target when all outputs have rendered
//! (`transaction.rs`: all or nothing) and every place was checked (`obstacles.rs`). An unchanged file keeps its
//! mtime. A fresh folder is written directly and counts as incomplete until its manifest says otherwise. The
//! manifest, `.recto-manifest`, lists what Recto wrote; only those files may be removed or overwritten. All paths
//! are relative to the open folder, and no link is followed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use super::folder_cache::FolderCache;
pub use super::manifest::MANIFEST;
use super::manifest::{self, OutputManifest, SiteIdentity};
use super::obstacles::ObstacleCheck;
pub use super::output_folder::place;
use super::output_folder::{self, CreatedFolder};
use super::path_folding::PathFolding;
use super::rights;
use super::symlinks;
use super::transaction::{Transaction, remove_empty};
pub use super::write_errors::OutputRefusal;
use super::write_errors::UnfinishedWrite;
use crate::base::digest::Digest;
use crate::system::beneath::{self, EntryKind};
use crate::system::disk::{self, DiskError, DiskResult, Stat};
use crate::system::lock::{self, Lock};
use crate::system::root::Root;

/// Name of the manifest while it is written.
const NEW_MANIFEST: &str = ".recto-manifest.new";
/// Name of the staging folder in the output folder.
const STAGING: &str = ".recto-staging";
/// Prefix of the names of lock files.
const LOCKS: &str = ".recto-lock";
/// Prefix of files in the staging folder that only test the file system. No number starts like this.
const PROBE: &str = ".recto-staging/00";

/// The number of files that were written, removed and left alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteCounts {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
}

/// Why an output was written or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputChange {
    New,
    Changed,
    Removed,
}

impl OutputChange {
    pub fn word(self) -> &'static str {
        ["new", "changed", "removed"][self as usize]
    }
}

/// Outputs that were written or removed, by path.
pub type OutputChanges = Vec<(String, OutputChange)>;

/// Who builds, as far as that decides whether a folder may be written.
#[derive(Clone, Debug, Default)]
pub struct FolderClaim {
    pub maker: SiteIdentity,
    /// The identity that this site had in its last build into this folder, or whether a build was killed: then the
    /// folder belongs to this site even if its identity has changed.
    pub last: Option<SiteIdentity>,
    pub interrupted: bool,
    /// Whether to take over the folder of another site.
    pub adopt: bool,
}

impl FolderClaim {
    fn may_write(&self, other: &SiteIdentity) -> bool {
        self.adopt || self.interrupted || self.maker.is(other) || self.last.as_ref() == Some(other)
    }
}

/// An output folder during a build.
pub struct OutputWriter {
    root: Root,
    maker: SiteIdentity,
    /// The manifest of the last build.
    known: OutputManifest,
    /// Whether the folder was empty, so that outputs are written in place.
    fresh: bool,
    /// The folder and its parent, if this build created it.
    made: Option<CreatedFolder>,
    /// The permissions of a new file, once they have been requested.
    mode: OnceLock<Option<u32>>,
    /// The permissions of a new folder.
    folder_mode: OnceLock<Option<u32>>,
    folds: OnceLock<PathFolding>,
    /// Folders in which outputs were written last.
    recent: FolderCache,
}

/// An output that was written: in place, or in the staging folder to be renamed.
#[derive(Clone, Copy, Debug)]
pub struct StagedOutput {
    /// Whether its file did not hold these bytes already.
    pub changed: bool,
    /// Whether its file has these bytes but other permissions than new files get.
    pub askew: bool,
    /// The stat of the file in place; `None` while it is staged.
    pub stat: Option<Stat>,
}

impl StagedOutput {
    pub fn unchanged(stat: Option<Stat>) -> StagedOutput {
        StagedOutput { changed: false, askew: false, stat }
    }

    fn changed(stat: Option<Stat>) -> StagedOutput {
        StagedOutput { changed: true, askew: false, stat }
    }
}

/// The result of putting all outputs in place.
pub struct CommitResult {
    pub written: WriteCounts,
    /// The stats of the outputs that were put in place, in their order.
    pub stats: Vec<Option<Stat>>,
    /// Paths that were removed.
    pub removed: Vec<String>,
}

/// Lists the files of an output folder from its manifest. The inner `Err` says in words why that is not possible.
pub fn listed(root: &Path) -> DiskResult<Result<Vec<String>, &'static str>> {
    let none = Err("Recto has not built a site there");
    if !disk::exists(root)? {
        return Ok(none);
    }
    let Some(bytes) = Root::open(root)?.read_if_there(MANIFEST)? else { return Ok(none) };
    Ok(match OutputManifest::parse(&bytes) {
        Some(manifest) if manifest.incomplete => Err("the last build there did not finish"),
        Some(manifest) => Ok(manifest.safe().map(str::to_owned).collect()),
        None => Err("it was built by another version of Recto"),
    })
}

impl OutputWriter {
    /// Opens the output folder of the site at `site`, or says why not. Touches no output yet. No other build can
    /// open it while the lock is held.
    pub fn open(output: &Path, site: &Path, claim: &FolderClaim) -> Result<(OutputWriter, Lock), OutputRefusal> {
        let (root, made) = output_folder::open(output, site)?;
        let Some(lock) = lock::folder(&root)? else {
            return Err(OutputRefusal::Busy(output.to_owned(), lock::holder(&root, LOCKS)));
        };
        // A file that keeps an empty folder in version control is not content.
        let own = |name: &str| name == ".gitkeep" || name == STAGING || name == NEW_MANIFEST || name.starts_with(LOCKS);
        let entries = root.list("")?;
        let mut names = entries.iter().map(|entry| entry.name.to_string_lossy()).filter(|name| !own(name));
        let mut known = OutputManifest::default();
        if let Some(bytes) = root.read_if_there(MANIFEST)? {
            known = OutputManifest::parse(&bytes).ok_or_else(|| OutputRefusal::Foreign(output.to_owned()))?;
            if let Some(other) = known.maker.as_ref().filter(|other| !claim.may_write(other)) {
                return Err(OutputRefusal::OtherSite(output.to_owned(), other.clone()));
            }
        } else if names.next().is_some() {
            return Err(OutputRefusal::Foreign(output.to_owned()));
        }
        let fresh = names.all(|name| name == MANIFEST);
        let maker = claim.maker.clone();
        let target = OutputWriter {
            root,
            maker,
            known,
            fresh,
            made,
            mode: OnceLock::new(),
            folder_mode: OnceLock::new(),
            folds: OnceLock::new(),
            recent: FolderCache::default(),
        };
        target.sweep()?;
        target.root.remove_file(NEW_MANIFEST)?;
        Ok((target, lock))
    }

    /// Returns whether the last build is complete, and wrote exactly these paths (sorted).
    pub fn is_of<'p>(&self, paths: impl Iterator<Item = &'p str>) -> bool {
        let same = !self.known.incomplete && !self.fresh && self.known.maker.as_ref() == Some(&self.maker);
        same && self.known.written().eq(paths)
    }

    /// Returns whether the folder was empty.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Returns whether any file in the folder may be partial.
    pub fn is_incomplete(&self) -> bool {
        self.known.incomplete
    }

    /// Starts writing. Marks a fresh folder as Recto's, with all paths that it will hold.
    pub fn begin<'p>(&self, paths: impl Iterator<Item = &'p str>) -> DiskResult<()> {
        if self.fresh {
            return self.save_manifest(&manifest::text(&self.maker, true, paths));
        }
        self.root.make_folder(STAGING)
    }

    /// Returns the stat of the file at a path; `None` in a fresh folder.
    pub fn stat(&self, path: &str) -> DiskResult<Option<Stat>> {
        if self.fresh { Ok(None) } else { self.root.stat(path) }
    }

    /// Returns a stat to compare with a known one. A link above the path does no harm here, if the very same file
    /// is behind it.
    pub fn glance(&self, path: &str) -> DiskResult<Option<Stat>> {
        if self.fresh { Ok(None) } else { self.root.glance(path) }
    }

    /// Returns the digest of the file at a path.
    pub fn digest(&self, path: &str) -> Option<Digest> {
        self.root.digest(path).ok()
    }

    /// Returns whether an output has other permissions than a new file gets. Called only if its stat shows that it
    /// may have been touched.
    pub fn is_askew(&self, path: &str) -> bool {
        let new = *self.mode.get_or_init(|| {
            let probe = format!("{PROBE}mode");
            let mode = self.root.write(&probe, b"").and_then(|_| self.root.mode(&probe)).ok().flatten();
            let _ = self.root.remove_file(&probe);
            mode
        });
        new.is_some() && self.root.mode(path).is_ok_and(|mode| mode.is_some() && mode != new)
    }

    /// Gives an output the permissions of new files and returns its new stat. A file of another owner is left as it
    /// is.
    pub fn straighten(&self, path: &str) -> Option<Stat> {
        self.root.set_mode(path, self.mode.get().copied().flatten()?).ok()
    }

    /// Corrects the permissions of the folders of outputs, some of which were touched or written.
    pub fn straighten_folders(&self, paths: &[&str], touched: impl Fn(usize) -> bool) {
        if self.fresh {
            return;
        }
        rights::straighten(&self.root, paths, touched, || {
            *self.folder_mode.get_or_init(|| {
                // Use a name that a sweep removes, in case this is interrupted.
                let mode = self.root.make_folder(STAGING).ok().and_then(|()| self.root.folder_mode(STAGING));
                self.root.remove_folder_if_empty(STAGING);
                mode
            })
        });
    }

    /// Writes the bytes of output number `at`; `there` is the stat of the present file. Called from several
    /// threads.
    pub fn put(&self, at: usize, path: &str, bytes: &[u8], there: Option<Stat>) -> Result<StagedOutput, OutputRefusal> {
        if self.fresh {
            let (folder, rest) = self.recent.split(&self.root, path)?;
            return Ok(StagedOutput::changed(folder.write(rest, bytes)?));
        }
        // A file that cannot be read is written again.
        if there.is_some_and(|there| there.size == bytes.len() as u64) && self.holds(path, bytes) {
            return Ok(StagedOutput { changed: false, askew: self.is_askew(path), stat: there });
        }
        self.root.write(&staged(at), bytes)?;
        Ok(StagedOutput::changed(None))
    }

    /// Writes a copy of a file of the site, which may be large; `digest` is that of its bytes. Returns the digest
    /// of what was copied.
    pub fn put_copy(
        &self,
        at: usize,
        path: &str,
        source: &Root,
        from: &str,
        digest: Digest,
        there: Option<Stat>,
    ) -> Result<(StagedOutput, Digest), OutputRefusal> {
        if !self.fresh && there.is_some() && self.digest(path) == Some(digest) {
            return Ok((StagedOutput { changed: false, askew: self.is_askew(path), stat: there }, digest));
        }
        if self.fresh {
            let (folder, rest) = self.recent.split(&self.root, path)?;
            let (digest, stat) = symlinks::copy(source, from, &folder, rest)?;
            return Ok((StagedOutput::changed(stat), digest));
        }
        let (digest, _) = symlinks::copy(source, from, &self.root, &staged(at))?;
        Ok((StagedOutput::changed(None), digest))
    }

    /// Puts staged outputs (numbers and paths) in place in the given order when all have rendered, removes outputs
    /// that the plan (`paths`, sorted) no longer has, and writes the manifest last. An error undoes all of that.
    pub fn commit(&self, paths: &[&str], staged: &[(usize, &str)]) -> Result<CommitResult, OutputRefusal> {
        let same_set = self.is_of(paths.iter().copied());
        let is_gone = |path: &&str| paths.binary_search(path).is_err();
        let gone: Vec<&str> = if same_set { Vec::new() } else { self.known.safe().filter(is_gone).collect() };
        let written = WriteCounts { written: staged.len(), unchanged: paths.len() - staged.len(), removed: gone.len() };
        let removed = gone.iter().map(|path| (*path).to_owned()).collect();
        let whole = |paths: &[&str]| manifest::text(&self.maker, false, paths.iter().copied());
        if self.fresh {
            self.save_manifest(&whole(paths))?;
            return Ok(CommitResult { written, stats: Vec::new(), removed });
        }
        self.look(staged, &gone)?;
        // Write the union first: if the build is killed, all files in the folder are still known to be Recto's.
        if !same_set {
            let all: BTreeSet<&str> = paths.iter().copied().chain(self.known.safe()).collect();
            let maker = self.known.maker.as_ref().unwrap_or(&self.maker);
            // If the first build did not end, the folder is still incomplete.
            self.save_manifest(&manifest::text(maker, self.known.incomplete, all.into_iter()))?;
        }
        let mut moves = Transaction::new(&self.root, self.root.folder(STAGING)?, paths.len());
        let moved = self.place(&mut moves, paths, staged, &gone).and_then(|stats| {
            if !same_set {
                self.save_manifest(&whole(paths))?;
            }
            Ok(stats)
        });
        let stats = match moved {
            Ok(stats) => stats,
            Err(why) => {
                let new = moves.take_back();
                if new.is_empty() {
                    // If it cannot be restored, the manifest lists too many files, which does no harm.
                    let _ = self.save_manifest(self.known.text());
                    let _ = self.sweep();
                }
                return Err(OutputRefusal::Unfinished(UnfinishedWrite { why, new, all: false }));
            }
        };
        drop(moves);
        let untidy =
            |why| OutputRefusal::Unfinished(UnfinishedWrite { why, new: removed_and(staged, &gone), all: true });
        self.sweep().map_err(untidy)?;
        Ok(CommitResult { written, stats, removed })
    }

    /// Checks before the first change that all changes are possible.
    fn look(&self, staged: &[(usize, &str)], gone: &[&str]) -> Result<(), OutputRefusal> {
        let is_twin = |one: &str, other: &str| self.are_one(one, other);
        let look = ObstacleCheck { root: &self.root, known: &self.known, gone, is_twin: &is_twin };
        let looked = look.at(staged.iter().map(|(_, path)| *path));
        if looked.is_err() {
            let _ = self.sweep();
        }
        looked.map_err(OutputRefusal::before_writing)
    }

    /// Puts outputs in place and removes obsolete ones. Obsolete files are removed last, so that no page is missing
    /// while others still link to it. Only a file in place of a folder, or a folder in place of a file, is removed
    /// first.
    fn place<'p>(
        &self,
        moves: &mut Transaction<'p>,
        paths: &[&str],
        staged: &[(usize, &'p str)],
        gone: &[&'p str],
    ) -> DiskResult<Vec<Option<Stat>>> {
        let (blocking, rest): (Vec<&str>, Vec<&str>) = gone.iter().partition(|path| blocks(path, paths));
        blocking.into_iter().try_for_each(|path| moves.remove(path))?;
        let stats = staged.iter().map(|(at, path)| moves.put(*at, path)).collect::<DiskResult<_>>()?;
        // An obsolete path may be another spelling of a file that was just written, or that held the same bytes.
        let new: Vec<&str> = match rest.is_empty() {
            true => Vec::new(),
            false => paths.iter().copied().filter(|path| !self.known.contains(path)).collect(),
        };
        let twins = super::path_folding::pairs_between(&new, &rest);
        let written = |path: &str| twins.iter().any(|(one, other)| *other == path && self.are_one(one, other));
        rest.into_iter().filter(|path| !written(path)).try_for_each(|path| moves.remove(path))?;
        Ok(stats)
    }

    /// Returns whether two paths are the same file in this file system.
    pub fn are_one(&self, one: &str, other: &str) -> bool {
        super::path_folding::may_be_one_file(one, other) && self.folds().makes_one(one, other)
    }

    fn folds(&self) -> &PathFolding {
        self.folds.get_or_init(|| PathFolding::of(&self.root, PROBE))
    }

    /// Returns how an output that was written has changed.
    pub fn change(&self, path: &str) -> OutputChange {
        if self.known.contains(path) { OutputChange::Changed } else { OutputChange::New }
    }

    /// Returns the time of the folder's file system.
    pub fn time(&self) -> DiskResult<i64> {
        let time = self.root.write(&format!("{PROBE}time"), b"time").ok().flatten().map_or(0, |stat| stat.modified);
        self.sweep()?;
        Ok(time)
    }

    /// Returns whether an output has exactly these bytes.
    pub fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.root.read(path).is_ok_and(|(there, _)| there == bytes)
    }

    fn save_manifest(&self, text: &str) -> DiskResult<()> {
        self.root.write(NEW_MANIFEST, text.as_bytes())?;
        self.root.rename(NEW_MANIFEST, MANIFEST)
    }

    /// Removes the staging folder: every file with a name that Recto gives. Nothing else belongs there.
    fn sweep(&self) -> DiskResult<()> {
        let staging = match self.root.folder(STAGING) {
            Err(error) if error.source.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            opened => opened?,
        };
        for entry in staging.list("")? {
            let name = entry.name.to_string_lossy();
            let own = name.starts_with("00") || name.bytes().all(|byte| byte.is_ascii_digit());
            if !own || entry.kind == EntryKind::Folder {
                let source = std::io::Error::other("it was not written by Recto");
                return Err(DiskError { action: "remove", path: staging.place(&name), source });
            }
            staging.remove_file(&name)?;
        }
        self.root.remove_folder(STAGING)
    }

    /// Ends after an error: restores the folder as it was.
    pub fn abandon<'p>(&self, paths: impl Iterator<Item = &'p str>) -> DiskResult<()> {
        if !self.fresh {
            return self.sweep();
        }
        for path in paths {
            match self.root.kind(path) {
                Ok(Some(EntryKind::File)) => self.root.remove_file(path)?,
                Err(error) if !beneath::is_absence(&error.source) => return Err(error),
                _ => continue,
            }
            remove_empty(&self.root, path.rsplit_once('/').map_or("", |(folder, _)| folder));
        }
        // If a folder could not be removed, the manifest still says whose it is.
        let own = |name: &str| name == MANIFEST || name == ".gitkeep" || name.starts_with(LOCKS);
        self.sweep()?;
        if self.root.list("")?.iter().all(|entry| own(&entry.name.to_string_lossy())) {
            self.root.remove_file(MANIFEST)?;
        }
        if let Some((from, below)) = &self.made {
            from.remove_folder_if_empty(below);
        }
        Ok(())
    }
}

/// Returns where an output waits in the staging folder.
fn staged(at: usize) -> String {
    format!("{STAGING}/{at}")
}

fn removed_and(staged: &[(usize, &str)], gone: &[&str]) -> Vec<String> {
    staged.iter().map(|(_, path)| *path).chain(gone.iter().copied()).map(str::to_owned).collect()
}

/// Returns whether an old output is a file where a planned one needs a folder, or the other way round.
fn blocks(path: &str, planned: &[&str]) -> bool {
    let below = format!("{path}/");
    let next = planned.partition_point(|planned| *planned < below.as_str());
    let as_folder = planned.get(next).is_some_and(|p| p.starts_with(&below));
    as_folder || path.match_indices('/').any(|(at, _)| planned.binary_search(&&path[..at]).is_ok())
}
