//! Discover: which files the site has. Walks; parses nothing.
//!
//! Symbolic links are followed to files inside the site only, and in themes not at all: a theme, which one may have
//! downloaded, reads nothing outside itself.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use super::disk::{self, DiskError, DiskResult, Stat};
use crate::base::diag::{Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::problem;

/// A file below one of the site's folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Path below the folder that was walked, `/`-separated, as the file system spells it.
    pub path: String,
    /// Path below the site's root, for messages and for reading.
    pub file: Arc<str>,
    pub stat: Stat,
    /// Of its bytes, as soon as that is known.
    pub digest: Option<Digest>,
    /// What the last build made of it.
    pub known: Option<Known>,
}

/// What the state has of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub digest: Digest,
    /// Where its card stands in the state.
    pub card: Range<usize>,
}

impl Input {
    /// A file that was not walked to.
    pub fn single(file: &str, stat: Stat, digest: Digest) -> Input {
        Input { path: file.to_owned(), file: file.into(), stat, digest: Some(digest), known: None }
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

    pub fn all(&self) -> impl Iterator<Item = &Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }
}

/// Walks the site at `root` with the theme `theme`.
pub fn discover(root: &Path, theme: &str, problems: &mut Diagnostics) -> DiskResult<Inputs> {
    let root = &disk::canonical(root)?;
    let themes = disk::names(&root.join("themes"))?;
    let mut walk = |folder: &str, rule: Rule| walk(root, folder, rule, problems);
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

fn walk(root: &Path, folder: &str, rule: Rule, problems: &mut Diagnostics) -> DiskResult<Vec<Input>> {
    let base = root.join(folder);
    if !disk::is_dir(&base) {
        return Ok(Vec::new());
    }
    let inside = |path: &Path| disk::canonical(path).is_ok_and(|target| target.starts_with(root));
    if disk::is_link(&base) && (rule == Rule::Theme || !inside(&base)) {
        problems.push(problem::symlink(Span::file(folder), &disk::link_target(&base)));
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    let keep = move |name: &str| match rule {
        Rule::Static => !matches!(name, ".DS_Store" | ".gitkeep" | "Thumbs.db"),
        _ => !name.starts_with('.') && !name.starts_with('#') && !name.ends_with('~'),
    };
    let entries = WalkDir::new(&base).follow_links(false).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|e| e.depth() == 0 || e.file_name().to_str().is_none_or(keep)) {
        let entry = entry.map_err(|e| walk_error(&base, e))?;
        let kind = entry.file_type();
        if kind.is_dir() {
            continue;
        }
        let Some(path) = relative(entry.path(), &base) else {
            let lossy = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().into_owned();
            problems.push(problem::bad_file_name(Span::file(lossy.clone()), &lossy, "its name is not UTF-8"));
            continue;
        };
        let file: Arc<str> = format!("{folder}/{path}").into();
        let stat = match kind.is_file() {
            true => Some(Stat::of(&entry.metadata().map_err(|e| walk_error(&base, e))?)),
            false => disk::stat_followed(entry.path()),
        };
        if kind.is_symlink() {
            if rule == Rule::Theme || !inside(entry.path()) || disk::is_dir(entry.path()) {
                problems.push(problem::symlink(Span::file(file), &disk::link_target(entry.path())));
                continue;
            }
        } else if !kind.is_file() {
            continue;
        }
        // What went away meanwhile is not there; what leads nowhere was reported.
        out.extend(stat.map(|stat| Input { path, file, stat, digest: None, known: None }));
    }
    Ok(out)
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
