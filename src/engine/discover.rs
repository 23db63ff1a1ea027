//! Discover: which files the site has. Walks; parses nothing.
//!
//! Symbolic links are followed to files inside the site only, and in themes not at all: a theme, which one may have
//! downloaded, reads nothing outside itself.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::disk::{self, DiskError, DiskResult, Stat};
use super::pool::{self, Limit, Outcome};
use crate::base::diag::{Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::problem;

/// A file below one of the site's folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Path below the site's root, `/`-separated, as the file system spells it: for messages and for reading.
    pub file: Arc<str>,
    /// Where in that its path below the folder starts that was walked.
    below: usize,
    pub stat: Stat,
    /// Of its bytes, as soon as that is known.
    pub digest: Option<Digest>,
    /// What the last build made of it.
    pub known: Option<Box<Known>>,
}

/// What the state has of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub digest: Digest,
    /// Where its card stands among those of the state.
    pub card: Range<u64>,
}

impl Input {
    /// A file that was not walked to.
    pub fn single(file: &str, stat: Stat, digest: Digest) -> Input {
        Input { file: file.into(), below: 0, stat, digest: Some(digest), known: None }
    }

    /// Path below the folder that was walked.
    pub fn path(&self) -> &str {
        &self.file[self.below..]
    }

    /// Whether it has the bytes that the last build read.
    pub fn is_unchanged(&self) -> bool {
        self.digest.is_some() && self.digest == self.known.as_ref().map(|known| known.digest)
    }
}

/// Everything found.
#[derive(Debug, Default)]
pub struct Inputs {
    /// `site.toml`.
    pub site: Vec<Input>,
    pub content: Vec<Input>,
    pub templates: Vec<Input>,
    pub strings: Vec<Input>,
    pub statics: Vec<Input>,
    /// Files of the site's theme, and of a `themes/default` folder that overrides the built-in theme.
    pub theme: Vec<Input>,
    pub default_theme: Vec<Input>,
    /// Names of the folders in `themes/`.
    pub themes: Vec<String>,
}

impl Inputs {
    fn lists(&mut self) -> [&mut Vec<Input>; 7] {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme]
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Input> {
        self.lists().into_iter().flatten()
    }

    /// All of them, without their folders.
    pub fn into_all(self) -> impl Iterator<Item = Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }

    pub fn all(&self) -> impl Iterator<Item = &Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }
}

/// Walks the site at `root` with the theme `theme`.
pub fn discover(root: &Path, theme: &str, threads: usize, problems: &mut Diagnostics) -> DiskResult<Inputs> {
    let root = &disk::canonical(root)?;
    let themes = disk::names(&root.join("themes"))?;
    let mut walk = |folder: &str, rule: Rule| walk(root, folder, rule, threads, problems);
    let own = format!("themes/{theme}");
    let default = format!("themes/{}", crate::theme::theme::DEFAULT);
    Ok(Inputs {
        site: Vec::new(),
        content: walk("content", Rule::Content)?,
        templates: walk("templates", Rule::Content)?,
        strings: walk("i18n", Rule::Content)?,
        statics: walk("static", Rule::Static)?,
        theme: if own == default { Vec::new() } else { walk(&own, Rule::Theme)? },
        default_theme: walk(&default, Rule::Theme)?,
        themes,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Rule {
    Content,
    /// Hidden files are copied too (`.well-known/`, `.nojekyll`).
    Static,
    /// No links.
    Theme,
}

/// A walk through one folder of the site.
struct Walk {
    root: PathBuf,
    folder: String,
    rule: Rule,
}

/// What is met on a walk.
#[derive(Default)]
struct Met {
    inputs: Vec<Input>,
    /// Where it goes on deeper.
    folders: Vec<PathBuf>,
    problems: Diagnostics,
}

/// How deep one thread walks before it shares the rest with the others: sites are filed by year and month.
const ALONE: usize = 3;

fn walk(root: &Path, folder: &str, rule: Rule, threads: usize, problems: &mut Diagnostics) -> DiskResult<Vec<Input>> {
    let walk = Walk { root: root.to_owned(), folder: folder.to_owned(), rule };
    let base = root.join(folder);
    // A link that leads nowhere is no folder without files.
    if disk::is_link(&base)? && (rule == Rule::Theme || !walk.leads_inside(&base)) {
        problems.push(problem::symlink(Span::file(folder), &disk::link_target(&base)));
        return Ok(Vec::new());
    }
    if !disk::is_dir(&base)? {
        return Ok(Vec::new());
    }
    let mut all = walk.below(&base, Some(ALONE))?;
    let folders = std::mem::take(&mut all.folders);
    let limit = Limit { time: pool::TIME_LIMIT, applies: &|_| false };
    for outcome in pool::run(folders.len(), threads, limit, move |at| walk.below(&folders[at], None)) {
        let met = match outcome {
            Outcome::Done(met) => met?,
            Outcome::Panicked(why) => {
                problems.push(problem::internal(Span::file(folder), &why));
                continue;
            }
            Outcome::TooSlow => continue,
        };
        all.inputs.extend(met.inputs);
        all.problems.extend(met.problems);
    }
    problems.extend(all.problems);
    all.inputs.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(all.inputs)
}

impl Walk {
    fn leads_inside(&self, path: &Path) -> bool {
        disk::canonical(path).is_ok_and(|target| target.starts_with(&self.root))
    }

    /// Walks below a folder, at most so deep.
    fn below(&self, start: &Path, depth: Option<usize>) -> DiskResult<Met> {
        let rule = self.rule;
        let keep = move |name: &str| match rule {
            Rule::Static => !matches!(name, ".DS_Store" | ".gitkeep" | "Thumbs.db"),
            _ => !name.starts_with('.') && !name.starts_with('#') && !name.ends_with('~'),
        };
        let mut met = Met::default();
        // What goes wrong while a folder is read comes without its path, right after the folder.
        let mut last = start.to_owned();
        let entries = WalkDir::new(start).follow_links(false).max_depth(depth.unwrap_or(usize::MAX)).into_iter();
        for entry in entries.filter_entry(|e| e.depth() == 0 || e.file_name().to_str().is_none_or(keep)) {
            let entry = entry.map_err(|e| walk_error(&last, e))?;
            if !entry.file_type().is_dir() {
                self.meet(&entry, &mut met)?;
                continue;
            }
            last = entry.path().to_owned();
            if Some(entry.depth()) == depth {
                met.folders.push(entry.into_path());
            }
        }
        Ok(met)
    }

    fn meet(&self, entry: &DirEntry, met: &mut Met) -> DiskResult<()> {
        let (kind, path) = (entry.file_type(), entry.path());
        let Some(file) = relative(path, &self.root) else {
            let lossy = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned();
            met.problems.push(problem::bad_file_name(Span::file(lossy.clone()), &lossy, "its name is not UTF-8"));
            return Ok(());
        };
        let file: Arc<str> = file.into();
        let stat = if kind.is_file() {
            disk::stat(path)?
        } else if !kind.is_symlink() {
            None
        } else if self.rule == Rule::Theme || !self.leads_inside(path) || disk::is_dir(path)? {
            met.problems.push(problem::symlink(Span::file(file), &disk::link_target(path)));
            return Ok(());
        } else {
            disk::stat_followed(path)?
        };
        // What went away meanwhile is not there, and neither is what is no file.
        met.inputs.extend(stat.map(|stat| Input {
            file,
            below: self.folder.len() + 1,
            stat,
            digest: None,
            known: None,
        }));
        Ok(())
    }
}

fn walk_error(base: &Path, error: walkdir::Error) -> DiskError {
    let path = error.path().map_or_else(|| base.to_owned(), PathBuf::from);
    let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links"));
    DiskError { action: "walk", path, source }
}

/// The `/`-separated path of `path` below `base`; `None` where it is not UTF-8.
fn relative(path: &Path, base: &Path) -> Option<String> {
    let below = path.strip_prefix(base).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|c| c.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
