//! Writes rendered outputs to `public/`, so that a reader never sees half of anything. It must not know templates or
//! articles.
//!
//! Every output is rendered before the first is put in place. Where the folder holds an earlier build, a changed file is
//! written into a staging folder inside it and changes places with its target when all have rendered (`transaction.rs`: all or nothing)
//! and every place was looked at (`obstacles.rs`); an unchanged one is left alone, with its mtime. A fresh folder is written
//! directly and counts as incomplete until its manifest says otherwise. The manifest, `.recto-manifest`, lists what Recto wrote: it
//! alone says what may be removed or overwritten. Everything goes relative to the open folder, and follows no link.

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
/// Starts the names of files that stand for a lock.
const LOCKS: &str = ".recto-lock";
/// Starts the names of files in the staging folder that only ask the file system something; no number starts so.
const PROBE: &str = ".recto-staging/00";

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteCounts {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
}

/// Why an output was touched.
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

/// Who builds, as far as it decides whether a folder may be written.
#[derive(Clone, Debug, Default)]
pub struct FolderClaim {
    pub maker: SiteIdentity,
    /// What the last build of this site into this folder was known by, or whether one was killed: then it is this site's
    /// whatever its name is by now.
    pub last: Option<SiteIdentity>,
    pub interrupted: bool,
    /// Whether the folder of another site is taken over.
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
    /// What the last build wrote.
    known: OutputManifest,
    /// Whether the folder was empty: then outputs are written in place.
    fresh: bool,
    /// Where the folder is, if it was made by this build.
    made: Option<CreatedFolder>,
    /// The rights of a new file, once somebody has asked.
    mode: OnceLock<Option<u32>>,
    /// Those of a new folder.
    folder_mode: OnceLock<Option<u32>>,
    folds: OnceLock<PathFolding>,
    /// Folders in which outputs were written last.
    recent: FolderCache,
}

/// An output that was put down: in its place, or in the staging folder where it waits for its rename.
#[derive(Clone, Copy, Debug)]
pub struct StagedOutput {
    /// Whether the place did not hold these bytes already.
    pub changed: bool,
    /// Whether it holds them with other rights than new files get.
    pub askew: bool,
    /// Of what stands in the place; unknown as long as it waits.
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

/// What putting everything in its place did.
pub struct CommitResult {
    pub written: WriteCounts,
    /// The stats of the outputs that were put in place, in their order.
    pub stats: Vec<Option<Stat>>,
    /// Paths that were removed.
    pub removed: Vec<String>,
}

/// The files of an output folder, by the manifest of the build that ended there; says in words why there are none.
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
    /// Opens the output folder of the site at `site`, or says why not. No output is touched yet; no other build can open it
    /// while the lock is held.
    pub fn open(output: &Path, site: &Path, claim: &FolderClaim) -> Result<(OutputWriter, Lock), OutputRefusal> {
        let (root, made) = output_folder::open(output, site)?;
        let Some(lock) = lock::folder(&root)? else {
            return Err(OutputRefusal::Busy(output.to_owned(), lock::holder(&root, LOCKS)));
        };
        // What keeps an empty folder in version control is no content.
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

    /// Whether the last build ended, and wrote just these paths (sorted).
    pub fn is_of<'p>(&self, paths: impl Iterator<Item = &'p str>) -> bool {
        let same = !self.known.incomplete && !self.fresh && self.known.maker.as_ref() == Some(&self.maker);
        same && self.known.written().eq(paths)
    }

    /// Whether the folder was empty.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Whether nothing that stands in the folder can be trusted to be whole.
    pub fn is_incomplete(&self) -> bool {
        self.known.incomplete
    }

    /// Starts writing: a fresh folder is marked as Recto's, with all that it is about to hold.
    pub fn begin<'p>(&self, paths: impl Iterator<Item = &'p str>) -> DiskResult<()> {
        if self.fresh {
            return self.save_manifest(&manifest::text(&self.maker, true, paths));
        }
        self.root.make_folder(STAGING)
    }

    /// What stands at a path; nothing in a fresh folder.
    pub fn stat(&self, path: &str) -> DiskResult<Option<Stat>> {
        if self.fresh { Ok(None) } else { self.root.stat(path) }
    }

    /// The same to compare it with what is known: nobody minds a link above it, behind which the very same file stands.
    pub fn glance(&self, path: &str) -> DiskResult<Option<Stat>> {
        if self.fresh { Ok(None) } else { self.root.glance(path) }
    }

    /// The digest of what stands at a path.
    pub fn digest(&self, path: &str) -> Option<Digest> {
        self.root.digest(path).ok()
    }

    /// Whether an output has other rights than a new file gets. Asked only where its stat does not say that nobody has
    /// touched it.
    pub fn is_askew(&self, path: &str) -> bool {
        let new = *self.mode.get_or_init(|| {
            let probe = format!("{PROBE}mode");
            let mode = self.root.write(&probe, b"").and_then(|_| self.root.mode(&probe)).ok().flatten();
            let _ = self.root.remove_file(&probe);
            mode
        });
        new.is_some() && self.root.mode(path).is_ok_and(|mode| mode.is_some() && mode != new)
    }

    /// Gives outputs the rights that new files get, and says what their stats are then. Who may not do that, whose file it is
    /// not, leaves it.
    pub fn straighten(&self, path: &str) -> Option<Stat> {
        self.root.set_mode(path, self.mode.get().copied().flatten()?).ok()
    }

    /// The same for the folders of outputs, of which some were touched or written.
    pub fn straighten_folders(&self, paths: &[&str], touched: impl Fn(usize) -> bool) {
        if self.fresh {
            return;
        }
        rights::straighten(&self.root, paths, touched, || {
            *self.folder_mode.get_or_init(|| {
                // One that a sweep knows, should this be cut off.
                let mode = self.root.make_folder(STAGING).ok().and_then(|()| self.root.folder_mode(STAGING));
                self.root.remove_folder_if_empty(STAGING);
                mode
            })
        });
    }

    /// Takes the bytes of output number `at`, where `there` stands something. Called from several threads.
    pub fn put(&self, at: usize, path: &str, bytes: &[u8], there: Option<Stat>) -> Result<StagedOutput, OutputRefusal> {
        if self.fresh {
            let (folder, rest) = self.recent.split(&self.root, path)?;
            return Ok(StagedOutput::changed(folder.write(rest, bytes)?));
        }
        // What cannot be read is written anew.
        if there.is_some_and(|there| there.size == bytes.len() as u64) && self.holds(path, bytes) {
            return Ok(StagedOutput { changed: false, askew: self.is_askew(path), stat: there });
        }
        self.root.write(&staged(at), bytes)?;
        Ok(StagedOutput::changed(None))
    }

    /// The same for a copy of a file of the site, which may be large: `digest` is that of its bytes. Gives the digest of what
    /// was copied.
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

    /// All have rendered: puts what is staged (numbers and paths) in place in the order given, removes what the plan
    /// (`paths`, sorted) no longer has, and writes the manifest last. With a fault all of that is taken back.
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
        // The union first: killed half-way, what stands in the folder is still known to be Recto's.
        if !same_set {
            let all: BTreeSet<&str> = paths.iter().copied().chain(self.known.safe()).collect();
            let maker = self.known.maker.as_ref().unwrap_or(&self.maker);
            // A first build that did not end is still not whole.
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
                    // It names more than there is, which does no harm where it cannot be mended.
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

    /// Before anything is changed: whether all of it can be.
    fn look(&self, staged: &[(usize, &str)], gone: &[&str]) -> Result<(), OutputRefusal> {
        let is_twin = |one: &str, other: &str| self.are_one(one, other);
        let look = ObstacleCheck { root: &self.root, known: &self.known, gone, is_twin: &is_twin };
        let looked = look.at(staged.iter().map(|(_, path)| *path));
        if looked.is_err() {
            let _ = self.sweep();
        }
        looked.map_err(OutputRefusal::before_writing)
    }

    /// What is gone goes last, so that no page is missing while others still link to it; but a file in the place of a folder,
    /// or the other way round, must go first.
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
        // What is the same file under another spelling has just been written, or held the same bytes already.
        let new: Vec<&str> = match rest.is_empty() {
            true => Vec::new(),
            false => paths.iter().copied().filter(|path| !self.known.contains(path)).collect(),
        };
        let twins = super::path_folding::pairs_between(&new, &rest);
        let written = |path: &str| twins.iter().any(|(one, other)| *other == path && self.are_one(one, other));
        rest.into_iter().filter(|path| !written(path)).try_for_each(|path| moves.remove(path))?;
        Ok(stats)
    }

    /// Whether two paths lead to one file in this file system.
    pub fn are_one(&self, one: &str, other: &str) -> bool {
        super::path_folding::may_be_one_file(one, other) && self.folds().makes_one(one, other)
    }

    fn folds(&self) -> &PathFolding {
        self.folds.get_or_init(|| PathFolding::of(&self.root, PROBE))
    }

    /// How an output that was written has changed.
    pub fn change(&self, path: &str) -> OutputChange {
        if self.known.contains(path) { OutputChange::Changed } else { OutputChange::New }
    }

    /// The time of the file system that the folder is on.
    pub fn time(&self) -> DiskResult<i64> {
        let time = self.root.write(&format!("{PROBE}time"), b"time").ok().flatten().map_or(0, |stat| stat.modified);
        self.sweep()?;
        Ok(time)
    }

    /// Whether an output holds exactly these bytes.
    pub fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.root.read(path).is_ok_and(|(there, _)| there == bytes)
    }

    fn save_manifest(&self, text: &str) -> DiskResult<()> {
        self.root.write(NEW_MANIFEST, text.as_bytes())?;
        self.root.rename(NEW_MANIFEST, MANIFEST)
    }

    /// Removes the staging folder: what carries a name that Recto makes. Nothing else belongs there.
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

    /// An error: the folder is left as it was.
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
        // Where a folder could not be removed, the manifest says whose it is.
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

/// Where an output waits in the staging folder.
fn staged(at: usize) -> String {
    format!("{STAGING}/{at}")
}

fn removed_and(staged: &[(usize, &str)], gone: &[&str]) -> Vec<String> {
    staged.iter().map(|(_, path)| *path).chain(gone.iter().copied()).map(str::to_owned).collect()
}

/// Whether an old output is a file where a planned one needs a folder, or the other way round.
fn blocks(path: &str, planned: &[&str]) -> bool {
    let below = format!("{path}/");
    let next = planned.partition_point(|planned| *planned < below.as_str());
    let as_folder = planned.get(next).is_some_and(|p| p.starts_with(&below));
    as_folder || path.match_indices('/').any(|(at, _)| planned.binary_search(&&path[..at]).is_ok())
}
