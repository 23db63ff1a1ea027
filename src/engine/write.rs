//! Write: from rendered outputs to `public/`, so that a reader never sees half of anything.
//!
//! Every output is rendered before the first is put in place. Where the folder holds an earlier build, a changed file is
//! written into a staging folder inside it and renamed over its target when all have rendered; an unchanged one is left
//! alone, with its mtime. A fresh folder is written directly and counts as incomplete until its manifest says otherwise.
//! The manifest, `.recto-manifest`, lists what Recto wrote: it alone says what may be removed or overwritten.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use super::disk::{self, DiskError, DiskResult, Lock, Stat};
use super::follow;
use super::root::Root;
use crate::base::digest::Digest;
use crate::base::shown;

/// Name of the manifest in the output folder; never deployed.
pub const MANIFEST: &str = ".recto-manifest";
/// Name of the manifest while it is written.
const NEW_MANIFEST: &str = ".recto-manifest.new";
/// Name of the staging folder in the output folder.
const STAGING: &str = ".recto-staging";
const HEADER: &str = "recto-manifest 1";
const INCOMPLETE: &str = "recto-manifest 1 incomplete";

/// Why an output folder cannot be written.
#[derive(Debug)]
pub enum Refused {
    /// Not empty, and without a manifest.
    Foreign(PathBuf),
    /// The site itself, or a folder of it that holds its sources, or one that holds the site.
    Source(PathBuf),
    /// Another build is at work in it, and who that is, where it said so.
    Busy(PathBuf, String),
    /// A file that Recto did not write stands where an output belongs.
    InTheWay(PathBuf),
    Disk(DiskError),
}

impl From<DiskError> for Refused {
    fn from(error: DiskError) -> Refused {
        Refused::Disk(error)
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Refused::Foreign(path) => write!(
                f,
                "{} is not empty and was not made by Recto (it has no {MANIFEST}); nothing was written\n\
                 help: empty it yourself, or choose another folder with --output",
                shown::path(path)
            ),
            Refused::Source(path) => write!(
                f,
                "{} holds sources and cannot be the output folder\nhelp: choose another folder with --output",
                shown::path(path)
            ),
            Refused::Busy(path, holder) => {
                let holder = if holder.is_empty() { String::new() } else { format!(" ({holder})") };
                write!(
                    f,
                    "another build or deploy{holder} is at work in {}\nhelp: wait for it to end",
                    shown::path(path)
                )
            }
            Refused::InTheWay(path) => write!(
                f,
                "{} was not written by Recto and stands where an output belongs; nothing was written\n\
                 help: move it to static/, or remove it",
                shown::path(path)
            ),
            Refused::Disk(error) => error.fmt(f),
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
}

/// Why an output was touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    New,
    Changed,
    Removed,
}

impl Change {
    pub fn word(self) -> &'static str {
        ["new", "changed", "removed"][self as usize]
    }
}

/// The manifest of the last build.
struct Known {
    manifest: String,
    /// Its lines after the first, sorted.
    lines: OnceLock<Vec<Range<usize>>>,
}

impl Known {
    /// Its paths as they were written.
    fn written(&self) -> impl Iterator<Item = &str> {
        self.manifest.lines().skip(1)
    }

    /// Its paths, sorted; without what leads out of the folder, if somebody wrote that.
    fn safe(&self) -> impl Iterator<Item = &str> {
        let paths = self.lines().iter().map(|line| &self.manifest[line.clone()]);
        paths.filter(|path| crate::base::path::check_old_path(path).is_ok())
    }

    fn lines(&self) -> &[Range<usize>] {
        self.lines.get_or_init(|| {
            let start = self.manifest.as_ptr() as usize;
            let place = |line: &str| line.as_ptr() as usize - start;
            let mut lines: Vec<_> = self.written().map(|line| place(line)..place(line) + line.len()).collect();
            lines.sort_by(|a, b| self.manifest[a.clone()].cmp(&self.manifest[b.clone()]));
            lines
        })
    }

    /// The first path that is not less.
    fn next(&self, path: &str) -> Option<&str> {
        let lines = self.lines();
        let at = lines.partition_point(|line| &self.manifest[line.clone()] < path);
        lines.get(at).map(|line| &self.manifest[line.clone()])
    }

    fn contains(&self, path: &str) -> bool {
        self.next(path) == Some(path)
    }

    /// Whether it has a path below this one.
    fn has_below(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.next(&below).is_some_and(|next| next.starts_with(&below))
    }
}

/// Outputs that were written or removed, by path.
pub type Changes = Vec<(String, Change)>;

/// An output folder during a build.
pub struct Target {
    root: PathBuf,
    /// What the last build wrote.
    known: Known,
    /// Whether the last build was killed before it could say that it was done.
    incomplete: bool,
    /// Whether the folder was empty: then outputs are written in place.
    fresh: bool,
    /// Whether the folder was made by this build.
    made: bool,
}

/// An output that was put down: in its place, or in the staging folder where it waits for its rename.
#[derive(Clone, Copy, Debug)]
pub struct Staged {
    /// Whether the place did not hold these bytes already.
    pub changed: bool,
    /// Of what stands in the place; unknown as long as it waits.
    pub stat: Option<Stat>,
}

impl Staged {
    pub fn unchanged(stat: Option<Stat>) -> Staged {
        Staged { changed: false, stat }
    }

    fn changed(stat: Option<Stat>) -> Staged {
        Staged { changed: true, stat }
    }
}

/// What putting everything in its place did.
pub struct Committed {
    pub written: Written,
    /// The stats of the outputs that were put in place, in their order.
    pub stats: Vec<Option<Stat>>,
    /// Paths that were removed.
    pub removed: Vec<String>,
}

/// The place of an output folder without links, whether it exists or not.
pub fn place(root: &Path) -> DiskResult<PathBuf> {
    // The nearest folder that exists; for a relative path that may be the current one, whose name is empty.
    let mut there = root;
    while let Some(above) = there.parent()
        && !disk::exists(there)?
    {
        there = above;
    }
    let rest = root.strip_prefix(there).unwrap_or(Path::new(""));
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    Ok(lexical(&disk::canonical(there)?, rest))
}

/// The files of an output folder, by the manifest of the build that ended there; says in words why there are none.
pub fn listed(root: &Path) -> DiskResult<Result<Vec<String>, &'static str>> {
    let Some(bytes) = disk::read_if_there(&root.join(MANIFEST))? else {
        return Ok(Err("Recto has built nothing there"));
    };
    let manifest = String::from_utf8_lossy(&bytes).into_owned();
    let known = Known { manifest, lines: OnceLock::new() };
    Ok(match known.manifest.lines().next() {
        Some(HEADER) => Ok(known.safe().map(str::to_owned).collect()),
        Some(INCOMPLETE) => Err("the last build there did not end"),
        _ => Err("it was not made by this version of Recto"),
    })
}

impl Target {
    /// Opens the output folder of the site at `site`, or says why not. No output is touched yet; no other build can open it
    /// while the lock is held.
    pub fn open(root: &Path, site: &Path) -> Result<(Target, Lock), Refused> {
        let made = !disk::exists(root)?;
        guard(&place(root)?, &disk::canonical(site)?, root)?;
        disk::create_dir_all(root)?;
        let Some(lock) = disk::lock_folder(root)? else { return Err(Refused::Busy(root.to_owned(), String::new())) };
        // What keeps an empty folder in version control is no content.
        let mut names = disk::names(root)?.into_iter().filter(|n| n != ".gitkeep" && n != STAGING && n != NEW_MANIFEST);
        let mut manifest = String::new();
        let mut incomplete = false;
        if let Some(bytes) = disk::read_if_there(&root.join(MANIFEST))? {
            manifest = String::from_utf8_lossy(&bytes).into_owned();
            match manifest.lines().next() {
                Some(HEADER) => {}
                Some(INCOMPLETE) => incomplete = true,
                _ => return Err(Refused::Foreign(root.to_owned())),
            }
        } else if names.next().is_some() {
            return Err(Refused::Foreign(root.to_owned()));
        }
        disk::remove_dir_all(&root.join(STAGING))?;
        disk::remove_file(&root.join(NEW_MANIFEST))?;
        let fresh = names.all(|n| n == MANIFEST);
        let known = Known { manifest, lines: OnceLock::new() };
        Ok((Target { root: root.to_owned(), known, incomplete, fresh, made }, lock))
    }

    /// Whether the last build ended, and wrote just these paths (sorted).
    pub fn is_of<'p>(&self, paths: impl Iterator<Item = &'p str>) -> bool {
        !self.incomplete && !self.fresh && self.known.written().eq(paths)
    }

    /// Whether the folder was empty.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Whether nothing that stands in the folder can be trusted to be whole.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// Starts writing: a fresh folder is marked as Recto's, with all that it is about to hold.
    pub fn begin<'p>(&self, paths: impl Iterator<Item = &'p str>) -> DiskResult<()> {
        if self.fresh {
            return self.save_manifest(&manifest(INCOMPLETE, paths));
        }
        disk::create_dir_all(&self.root.join(STAGING))
    }

    /// What stands at a path; nothing in a fresh folder.
    pub fn stat(&self, path: &str) -> DiskResult<Option<Stat>> {
        if self.fresh { Ok(None) } else { disk::stat(&self.root.join(path)) }
    }

    /// The digest of what stands at a path.
    pub fn digest(&self, path: &str) -> Option<Digest> {
        disk::digest(&self.root.join(path)).ok()
    }

    /// Takes the bytes of output number `at`, where `there` stands something. Called from several threads.
    pub fn put(&self, at: usize, path: &str, bytes: &[u8], there: Option<Stat>) -> Result<Staged, Refused> {
        let target = self.root.join(path);
        if self.fresh {
            return Ok(Staged::changed(disk::write(&target, bytes)?));
        }
        if there.is_some_and(|there| there.size == bytes.len() as u64) && disk::read(&target)? == bytes {
            return Ok(Staged::unchanged(there));
        }
        self.check_way(path, &target)?;
        disk::write(&self.staged(at), bytes)?;
        Ok(Staged::changed(None))
    }

    /// The same for a copy of a file, which may be large: `digest` is that of its bytes. Gives the digest of what was
    /// copied.
    pub fn put_copy(
        &self,
        at: usize,
        path: &str,
        source: &Root,
        from: &str,
        digest: Digest,
        there: Option<Stat>,
    ) -> Result<(Staged, Digest), Refused> {
        let target = self.root.join(path);
        if self.fresh {
            let (digest, stat) = follow::copy(source, from, &target)?;
            return Ok((Staged::changed(stat), digest));
        }
        if there.is_some() && disk::digest(&target)? == digest {
            return Ok((Staged::unchanged(there), digest));
        }
        self.check_way(path, &target)?;
        let (digest, _) = follow::copy(source, from, &self.staged(at))?;
        Ok((Staged::changed(None), digest))
    }

    fn check_way(&self, path: &str, target: &Path) -> Result<(), Refused> {
        match self.in_the_way(path, target)? {
            Some(foreign) => Err(Refused::InTheWay(foreign)),
            None => Ok(()),
        }
    }

    /// What stands where an output belongs and is not Recto's: a file of its path or of a folder above, or a folder in
    /// which Recto wrote nothing.
    fn in_the_way(&self, path: &str, target: &Path) -> DiskResult<Option<PathBuf>> {
        if self.known.contains(path) {
            return Ok(None);
        }
        if disk::exists(target)? {
            let own = disk::is_dir(target)? && self.known.has_below(path);
            return Ok((!own).then(|| target.to_owned()));
        }
        let mut folder = path;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            folder = parent;
            let above = self.root.join(folder);
            if disk::exists(&above)? {
                return Ok((!disk::is_dir(&above)? && !self.known.contains(folder)).then_some(above));
            }
        }
        Ok(None)
    }

    fn staged(&self, at: usize) -> PathBuf {
        self.root.join(STAGING).join(at.to_string())
    }

    /// All have rendered: puts what is staged (numbers and paths) in place in the order given, removes what the plan
    /// (`paths`, sorted) no longer has, and writes the manifest last.
    pub fn commit(&self, paths: &[&str], staged: &[(usize, &str)]) -> DiskResult<Committed> {
        let same_set = self.is_of(paths.iter().copied());
        let is_gone = |path: &&str| paths.binary_search(path).is_err();
        let gone: Vec<&str> = if same_set { Vec::new() } else { self.known.safe().filter(is_gone).collect() };
        let mut stats = Vec::new();
        if !self.fresh {
            // The union first: killed half-way, what stands in the folder is still known to be Recto's.
            if !same_set {
                let all: BTreeSet<&str> = paths.iter().copied().chain(self.known.safe()).collect();
                // A first build that did not end is still not whole.
                let header = if self.incomplete { INCOMPLETE } else { HEADER };
                self.save_manifest(&manifest(header, all.into_iter()))?;
            }
            // What is gone goes last, so that no page is missing while others still link to it; but a file in the place
            // of a folder, or the other way round, must go first.
            let (blocking, rest): (Vec<&str>, Vec<&str>) = gone.iter().partition(|path| blocks(path, paths));
            blocking.into_iter().try_for_each(|path| self.remove(path))?;
            for (at, path) in staged {
                let target = self.root.join(path);
                disk::rename(&self.staged(*at), &target)?;
                stats.push(disk::stat(&target)?);
            }
            rest.into_iter().try_for_each(|path| self.remove(path))?;
        }
        if !same_set {
            self.save_manifest(&manifest(HEADER, paths.iter().copied()))?;
        }
        disk::remove_dir_all(&self.root.join(STAGING))?;
        let written = Written { written: staged.len(), unchanged: paths.len() - staged.len(), removed: gone.len() };
        Ok(Committed { written, stats, removed: gone.into_iter().map(str::to_owned).collect() })
    }

    /// How an output that was written has changed.
    pub fn change(&self, path: &str) -> Change {
        if self.known.contains(path) { Change::Changed } else { Change::New }
    }

    /// The time of the file system that the folder is on.
    pub fn time(&self) -> DiskResult<i64> {
        let staging = self.root.join(STAGING);
        disk::create_dir_all(&staging)?;
        let time = disk::time_at(&staging, "clock");
        disk::remove_dir_all(&staging)?;
        Ok(time)
    }

    /// Whether an output holds exactly these bytes.
    pub fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        disk::read(&self.root.join(path)).is_ok_and(|there| there == bytes)
    }

    fn save_manifest(&self, text: &str) -> DiskResult<()> {
        let temporary = self.root.join(NEW_MANIFEST);
        disk::write(&temporary, text.as_bytes())?;
        disk::rename(&temporary, &self.root.join(MANIFEST))
    }

    /// Removes an output and the folders that it leaves empty.
    fn remove(&self, path: &str) -> DiskResult<()> {
        let file = self.root.join(path);
        if disk::is_dir(&file)? {
            return Ok(());
        }
        disk::remove_file(&file)?;
        let mut folder = file.parent();
        while let Some(dir) = folder.filter(|dir| *dir != self.root) {
            if !disk::remove_dir_if_empty(dir) {
                break;
            }
            folder = dir.parent();
        }
        Ok(())
    }

    /// An error: the folder is left as it was.
    pub fn abandon<'p>(&self, paths: impl Iterator<Item = &'p str>) -> DiskResult<()> {
        if self.fresh {
            for path in paths {
                self.remove(path)?;
            }
            // Where a folder could not be removed, the manifest says whose it is.
            if disk::names(&self.root)?.iter().all(|name| name == MANIFEST || name == ".gitkeep") {
                disk::remove_file(&self.root.join(MANIFEST))?;
            }
            if self.made {
                disk::remove_dir_if_empty(&self.root);
            }
            return Ok(());
        }
        disk::remove_dir_all(&self.root.join(STAGING))
    }
}

/// Whether an old output is a file where a planned one needs a folder, or the other way round.
fn blocks(path: &str, planned: &[&str]) -> bool {
    let below = format!("{path}/");
    let next = planned.partition_point(|planned| *planned < below.as_str());
    let as_folder = planned.get(next).is_some_and(|p| p.starts_with(&below));
    as_folder || path.match_indices('/').any(|(at, _)| planned.binary_search(&&path[..at]).is_ok())
}

fn manifest<'p>(header: &str, paths: impl Iterator<Item = &'p str>) -> String {
    let mut text = format!("{header}\n");
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    text
}

/// `base` with `rest` appended, `..` resolved by name: what does not exist yet is no link.
fn lexical(base: &Path, rest: &Path) -> PathBuf {
    let mut out = base.to_owned();
    for part in rest.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::Normal(name) => out.push(name),
            _ => {}
        }
    }
    out
}

/// Refuses a folder in which a build could overwrite sources: the site's root or one above it, a folder of its sources,
/// one under version control.
fn guard(output: &Path, site: &Path, named: &Path) -> Result<(), Refused> {
    let sources = ["content", "themes", "templates", "static", "i18n", ".git"];
    let inside = sources.iter().any(|folder| output.starts_with(site.join(folder)));
    let home = output.parent().is_none();
    if site.starts_with(output) || inside || home || is_repository(output)? {
        return Err(Refused::Source(named.to_owned()));
    }
    Ok(())
}

/// Whether a folder is under version control, and not by what an earlier version of Recto copied from `static/.git`.
fn is_repository(output: &Path) -> DiskResult<bool> {
    if !disk::exists(&output.join(".git"))? {
        return Ok(false);
    }
    let manifest = disk::read_if_there(&output.join(MANIFEST))?.unwrap_or_default();
    let ours = |line: &str| line == ".git" || line.starts_with(".git/");
    Ok(!String::from_utf8_lossy(&manifest).lines().skip(1).any(ours))
}
