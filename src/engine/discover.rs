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
    /// Whether it is a symbolic link: then it may change where nobody looks.
    pub linked: bool,
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
        Input { file: file.into(), below: 0, linked: false, stat, digest: Some(digest), known: None }
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
    /// Those of the folders, each list sorted by file.
    pub fn folders(&mut self) -> [&mut Vec<Input>; 6] {
        let Inputs { site: _, content, templates, strings, statics, theme, default_theme, themes: _ } = self;
        [content, templates, strings, statics, theme, default_theme]
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }

    /// One of them.
    pub fn get_mut(&mut self, file: &str) -> Option<&mut Input> {
        self.folders().into_iter().find_map(|list| {
            let at = list.binary_search_by(|input| (*input.file).cmp(file)).ok()?;
            Some(&mut list[at])
        })
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
    let mut inputs = Inputs { themes: disk::names(&root.join(THEMES))?, ..Inputs::default() };
    for (walk, list) in walks(root, theme).into_iter().zip(inputs.folders()) {
        if let Some(walk) = walk {
            *list = walk.whole(threads, problems)?;
        }
    }
    Ok(inputs)
}

/// Looks again at these places (paths below the root, of files and folders, of what is there and what is not any more) and
/// nowhere else. What is found there has no digest. Gives the files that were found, if they are just those of before.
pub fn look_again(
    inputs: &mut Inputs,
    root: &Path,
    theme: &str,
    places: &[String],
    threads: usize,
    problems: &mut Diagnostics,
) -> DiskResult<Option<Vec<Arc<str>>>> {
    let root = &disk::canonical(root)?;
    problems.retain(|found| {
        let file = found.at.as_ref().map_or("", |at| &*at.file);
        !places.iter().any(|place| is_at_or_below(file, place) || is_at_or_below(place, file))
    });
    let mut found = Some(Vec::new());
    inputs.themes = disk::names(&root.join(THEMES))?;
    for (walk, list) in walks(root, theme).into_iter().zip(inputs.folders()) {
        if let Some(walk) = walk {
            let files = walk.again(list, places, threads, problems)?;
            found = found.zip(files).map(|(mut all, files)| {
                all.extend(files);
                all
            });
        }
    }
    Ok(found)
}

/// The folder of themes.
const THEMES: &str = "themes";

/// The folders of a site in the order of [`Inputs::folders`].
fn walks(root: &Path, theme: &str) -> [Option<Walk>; 6] {
    let walk = |folder: &str, rule| Some(Walk { root: root.to_owned(), folder: folder.to_owned(), rule });
    let own = format!("{THEMES}/{theme}");
    let default = format!("{THEMES}/{}", crate::theme::theme::DEFAULT);
    [
        walk("content", Rule::Content),
        walk("templates", Rule::Content),
        walk("i18n", Rule::Content),
        walk("static", Rule::Static),
        if own == default { None } else { walk(&own, Rule::Theme) },
        walk(&default, Rule::Theme),
    ]
}

/// The folders that a site with this theme is read from.
pub fn folders(root: &Path, theme: &str) -> Vec<PathBuf> {
    walks(root, theme).into_iter().flatten().map(|walk| walk.root.join(walk.folder)).collect()
}

fn is_at_or_below(file: &str, place: &str) -> bool {
    place.is_empty() || file.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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

impl Walk {
    /// Whether there is a folder to walk.
    fn base(&self, problems: &mut Diagnostics) -> DiskResult<Option<PathBuf>> {
        let base = self.root.join(&self.folder);
        // A link that leads nowhere is no folder without files.
        if disk::is_link(&base)? && (self.rule == Rule::Theme || !self.leads_inside(&base)) {
            problems.push(problem::symlink(Span::file(self.folder.as_str()), &disk::link_target(&base)));
            return Ok(None);
        }
        Ok(disk::is_dir(&base)?.then_some(base))
    }

    /// Walks through the whole folder.
    fn whole(self, threads: usize, problems: &mut Diagnostics) -> DiskResult<Vec<Input>> {
        let Some(base) = self.base(problems)? else { return Ok(Vec::new()) };
        let mut all = self.below(&base, Some(ALONE))?;
        let folders = std::mem::take(&mut all.folders);
        let limit = Limit { time: pool::TIME_LIMIT, applies: &|_| false };
        let folder = self.folder.clone();
        for outcome in pool::run(folders.len(), threads, limit, move |at| self.below(&folders[at], None)) {
            let met = match outcome {
                Outcome::Done(met) => met?,
                Outcome::Panicked(why) => {
                    problems.push(problem::internal(Span::file(folder.as_str()), &why));
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

    /// Replaces what is at these places or below. Gives the files that were found, if they are just those of before.
    fn again(
        self,
        list: &mut Vec<Input>,
        places: &[String],
        threads: usize,
        problems: &mut Diagnostics,
    ) -> DiskResult<Option<Vec<Arc<str>>>> {
        if places.iter().any(|place| is_at_or_below(&self.folder, place)) {
            *list = self.whole(threads, problems)?;
            return Ok(None);
        }
        let mut met = Met::default();
        let mut before: Vec<Range<usize>> = Vec::new();
        for place in places.iter().filter(|place| is_at_or_below(place, &self.folder)) {
            // What stands at a place comes before what stands below it, but perhaps not right before.
            for start in [place.as_str().to_owned(), format!("{place}/")] {
                let first = list.partition_point(|input| *input.file < *start);
                let rest = list[first..].iter().take_while(|input| is_at_or_below(&input.file, place));
                before.push(first..first + rest.count());
            }
            if let Some(path) = self.reach(place)? {
                let found = self.below(&path, None)?;
                met.inputs.extend(found.inputs);
                met.problems.extend(found.problems);
            }
        }
        problems.extend(met.problems);
        met.inputs.sort_by(|a, b| a.file.cmp(&b.file));
        met.inputs.dedup_by(|a, b| a.file == b.file);
        let mut before: Vec<usize> = before.into_iter().flatten().collect();
        before.sort_unstable();
        before.dedup();
        let same = before.len() == met.inputs.len()
            && before.iter().zip(&met.inputs).all(|(&at, input)| list[at].file == input.file);
        if same {
            let files = met.inputs.iter().map(|input| input.file.clone()).collect();
            before.into_iter().zip(met.inputs).for_each(|(at, input)| list[at] = input);
            return Ok(Some(files));
        }
        let mut gone = before.into_iter().peekable();
        let mut at = 0..;
        list.retain(|_| gone.next_if_eq(&at.next().unwrap_or_default()).is_none());
        list.append(&mut met.inputs);
        list.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(None)
    }

    /// The path of a place, if a walk through the folder would come there.
    fn reach(&self, place: &str) -> DiskResult<Option<PathBuf>> {
        let Some(mut path) = self.base(&mut Diagnostics::new())? else { return Ok(None) };
        let below = place.get(self.folder.len() + 1..).unwrap_or_default();
        let mut names = below.split('/').peekable();
        while let Some(name) = names.next() {
            path.push(name);
            let goes_on = names.peek().is_some();
            if !self.keeps(name) || !disk::exists(&path)? || goes_on && (disk::is_link(&path)? || !disk::is_dir(&path)?)
            {
                return Ok(None);
            }
        }
        Ok(Some(path))
    }

    /// Whether a file or folder of this name is looked at.
    fn keeps(&self, name: &str) -> bool {
        match self.rule {
            Rule::Static => !matches!(name, ".DS_Store" | ".gitkeep" | "Thumbs.db"),
            _ => !name.starts_with('.') && !name.starts_with('#') && !name.ends_with('~'),
        }
    }

    fn leads_inside(&self, path: &Path) -> bool {
        disk::canonical(path).is_ok_and(|target| target.starts_with(&self.root))
    }

    /// Walks below a folder, at most so deep.
    fn below(&self, start: &Path, depth: Option<usize>) -> DiskResult<Met> {
        let mut met = Met::default();
        // What goes wrong while a folder is read comes without its path, right after the folder.
        let mut last = start.to_owned();
        // Only the folder itself may be a link: where it leads has been looked at.
        let walk = WalkDir::new(start).follow_links(false).follow_root_links(start == self.root.join(&self.folder));
        let entries = walk.max_depth(depth.unwrap_or(usize::MAX)).into_iter();
        let keep = |e: &DirEntry| e.depth() == 0 || e.file_name().to_str().is_none_or(|name| self.keeps(name));
        for entry in entries.filter_entry(keep) {
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
            linked: kind.is_symlink(),
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

/// The `/`-separated path of `path` below `base`; `None` where it is not below it or not UTF-8.
pub fn relative(path: &Path, base: &Path) -> Option<String> {
    let below = path.strip_prefix(base).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|c| c.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
