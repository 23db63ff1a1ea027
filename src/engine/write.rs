//! Write: from rendered outputs to `public/`, so that a reader never sees half of anything.
//!
//! Every output is rendered before the first is put in place. Where the folder holds an earlier build, a changed file is
//! written into a staging folder inside it and renamed over its target when all have rendered; an unchanged one is left
//! alone, with its mtime. A fresh folder is written directly and counts as incomplete until its manifest says otherwise.
//! The manifest, `.recto-manifest`, lists what Recto wrote: it alone says what may be removed or overwritten.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::disk::{self, DiskError, DiskResult, Lock};

/// Name of the manifest in the output folder; never deployed.
pub const MANIFEST: &str = ".recto-manifest";
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
    /// Another build is at work in it.
    Busy(PathBuf),
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
                path.display()
            ),
            Refused::Source(path) => write!(
                f,
                "{} holds sources and cannot be the output folder\nhelp: choose another folder with --output",
                path.display()
            ),
            Refused::Busy(path) => write!(f, "another build is writing {}\nhelp: wait for it to end", path.display()),
            Refused::InTheWay(path) => write!(
                f,
                "{} was not written by Recto and stands where an output belongs; nothing was written\n\
                 help: move it to static/, or remove it",
                path.display()
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

/// An output folder during a build.
pub struct Target {
    root: PathBuf,
    /// Paths of the last build.
    known: BTreeSet<String>,
    /// Whether the last build was killed before it could say that it was done.
    incomplete: bool,
    /// Whether the folder was empty: then outputs are written in place.
    fresh: bool,
    /// Whether the folder was made by this build.
    made: bool,
    unchanged: AtomicUsize,
}

/// An output that waits for its rename: number of its staged file and its path.
pub struct Staged {
    file: Option<usize>,
}

impl Target {
    /// Opens the output folder of the site at `site`, or says why not. No output is touched yet; no other build can open it
    /// while the lock is held.
    pub fn open(root: &Path, site: &Path) -> Result<(Target, Lock), Refused> {
        let made = !disk::exists(root);
        // The nearest folder that exists; for a relative path that may be the current one, whose name is empty.
        let there = root.ancestors().find(|p| p.as_os_str().is_empty() || disk::exists(p)).unwrap_or(root);
        let rest = root.strip_prefix(there).unwrap_or(Path::new(""));
        let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
        guard(&lexical(&disk::canonical(there)?, rest), &disk::canonical(site)?, root)?;
        disk::create_dir_all(root)?;
        let Some(lock) = disk::lock_folder(root)? else { return Err(Refused::Busy(root.to_owned())) };
        let (mut known, mut incomplete) = (BTreeSet::new(), false);
        // What keeps an empty folder in version control is no content.
        let mut names = disk::names(root)?.into_iter().filter(|n| n != ".gitkeep" && n != STAGING);
        if let Some(manifest) = disk::read_if_there(&root.join(MANIFEST))? {
            let text = String::from_utf8_lossy(&manifest);
            let mut lines = text.lines();
            match lines.next() {
                Some(HEADER) => {}
                Some(INCOMPLETE) => incomplete = true,
                _ => return Err(Refused::Foreign(root.to_owned())),
            }
            let safe = |path: &&str| crate::base::path::check_output_path(path).is_ok();
            known = lines.filter(safe).map(str::to_owned).collect();
        } else if names.next().is_some() {
            return Err(Refused::Foreign(root.to_owned()));
        }
        disk::remove_dir_all(&root.join(STAGING))?;
        let fresh = names.all(|n| n == MANIFEST);
        let unchanged = AtomicUsize::new(0);
        Ok((Target { root: root.to_owned(), known, incomplete, fresh, made, unchanged }, lock))
    }

    /// Starts writing: a fresh folder is marked as Recto's, with all that it is about to hold.
    pub fn begin<'p>(&self, paths: impl Iterator<Item = &'p str>) -> DiskResult<()> {
        if self.fresh {
            return disk::write(&self.root.join(MANIFEST), manifest(INCOMPLETE, paths).as_bytes());
        }
        disk::create_dir_all(&self.root.join(STAGING))
    }

    /// Takes the bytes of output number `at`. Called from several threads.
    pub fn put(&self, at: usize, path: &str, bytes: &[u8]) -> Result<Staged, Refused> {
        let target = self.root.join(path);
        if self.fresh {
            disk::write(&target, bytes)?;
            return Ok(Staged { file: Some(at) });
        }
        let size = disk::file_size(&target);
        if size == Some(bytes.len() as u64) && disk::read(&target)? == bytes {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(Staged { file: None });
        }
        if let Some(foreign) = self.in_the_way(path, &target) {
            return Err(Refused::InTheWay(foreign));
        }
        disk::write(&self.staged(at), bytes)?;
        Ok(Staged { file: Some(at) })
    }

    /// What stands where an output belongs and is not Recto's: a file of its path or of a folder above, or a folder in
    /// which Recto wrote nothing.
    fn in_the_way(&self, path: &str, target: &Path) -> Option<PathBuf> {
        if self.known.contains(path) {
            return None;
        }
        if disk::exists(target) {
            let below = format!("{path}/");
            let own =
                disk::is_dir(target) && self.known.range(below.clone()..).next().is_some_and(|k| k.starts_with(&below));
            return (!own).then(|| target.to_owned());
        }
        let mut folder = path;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            folder = parent;
            let above = self.root.join(folder);
            if disk::exists(&above) {
                return (!disk::is_dir(&above) && !self.known.contains(folder)).then_some(above);
            }
        }
        None
    }

    fn staged(&self, at: usize) -> PathBuf {
        self.root.join(STAGING).join(at.to_string())
    }

    /// All have rendered: puts the new files in place in the order given, removes what the plan no longer has, and writes
    /// the manifest last.
    pub fn commit(&self, outputs: &[(&str, &Staged)]) -> DiskResult<(Written, Vec<(String, Change)>)> {
        let planned: BTreeSet<&str> = outputs.iter().map(|(path, _)| *path).collect();
        let gone: Vec<&String> = self.known.iter().filter(|p| !planned.contains(p.as_str())).collect();
        if !self.fresh {
            // The union first: killed half-way, what stands in the folder is still known to be Recto's.
            if gone.len() + planned.len() != self.known.len() || !gone.is_empty() {
                let all: BTreeSet<&str> =
                    planned.iter().copied().chain(self.known.iter().map(String::as_str)).collect();
                self.save_manifest(&manifest(HEADER, all.into_iter()))?;
            }
            // What is gone goes last, so that no page is missing while others still link to it; but a file in the place
            // of a folder, or the other way round, must go first.
            let (blocking, rest): (Vec<&String>, Vec<&String>) = gone.iter().partition(|path| blocks(path, &planned));
            blocking.into_iter().try_for_each(|path| self.remove(path))?;
            for (path, staged) in outputs {
                if let Some(at) = staged.file {
                    disk::rename(&self.staged(at), &self.root.join(path))?;
                }
            }
            rest.into_iter().try_for_each(|path| self.remove(path))?;
        }
        let unchanged_set = gone.is_empty() && planned.len() == self.known.len();
        if self.fresh || self.incomplete || !unchanged_set {
            self.save_manifest(&manifest(HEADER, planned.into_iter()))?;
        }
        disk::remove_dir_all(&self.root.join(STAGING))?;
        let unchanged = self.unchanged.load(Ordering::Relaxed);
        let written = Written { written: outputs.len() - unchanged, unchanged, removed: gone.len() };
        let touched = outputs.iter().filter(|(_, staged)| staged.file.is_some());
        let mut changes: Vec<(String, Change)> = touched
            .map(|(path, _)| {
                ((*path).to_owned(), if self.known.contains(*path) { Change::Changed } else { Change::New })
            })
            .chain(gone.into_iter().map(|path| (path.clone(), Change::Removed)))
            .collect();
        changes.sort_by(|a, b| a.0.cmp(&b.0));
        Ok((written, changes))
    }

    /// Whether an output holds exactly these bytes.
    pub fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        disk::read(&self.root.join(path)).is_ok_and(|there| there == bytes)
    }

    fn save_manifest(&self, text: &str) -> DiskResult<()> {
        let temporary = self.root.join(format!("{MANIFEST}.new"));
        disk::write(&temporary, text.as_bytes())?;
        disk::rename(&temporary, &self.root.join(MANIFEST))
    }

    /// Removes an output and the folders that it leaves empty.
    fn remove(&self, path: &str) -> DiskResult<()> {
        let file = self.root.join(path);
        if disk::is_dir(&file) {
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
            disk::remove_file(&self.root.join(MANIFEST))?;
            if self.made {
                disk::remove_dir_if_empty(&self.root);
            }
            return Ok(());
        }
        disk::remove_dir_all(&self.root.join(STAGING))
    }
}

/// Whether an old output is a file where a planned one needs a folder, or the other way round.
fn blocks(path: &str, planned: &BTreeSet<&str>) -> bool {
    let below = format!("{path}/");
    let as_folder = planned.range(below.as_str()..).next().is_some_and(|p| p.starts_with(&below));
    as_folder || path.match_indices('/').any(|(at, _)| planned.contains(&path[..at]))
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
    if site.starts_with(output) || inside || home || disk::exists(&output.join(".git")) {
        return Err(Refused::Source(named.to_owned()));
    }
    Ok(())
}
