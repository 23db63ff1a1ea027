//! Discover: which files the site has. Walks; parses nothing.
//!
//! Symbolic links are followed to files inside the site only, and in themes not at all: a theme, which one may have
//! downloaded, reads nothing outside itself. What is not for readers is left out by its name (`base/leftovers.rs`) before
//! anything else is asked about it: an editor's lock is a link to nowhere.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::disk::{self, DiskError, DiskResult, Stat};
use super::pool::{self, Limit, Outcome};
use crate::base::config::Config;
use crate::base::diag::{Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::globs::{Care, Globs};
use crate::base::leftovers::{self, LeftOut, Why};
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
    /// What is there and not for readers, sorted.
    pub left_out: Vec<LeftOut>,
}

impl Inputs {
    /// Those of the folders, each list sorted by file.
    pub fn folders(&mut self) -> [&mut Vec<Input>; 6] {
        let Inputs { site: _, content, templates, strings, statics, theme, default_theme, themes: _, left_out: _ } =
            self;
        [content, templates, strings, statics, theme, default_theme]
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _, left_out: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }

    /// What is to be said of what was left out.
    pub fn remarks(&self) -> Diagnostics {
        left_out(&self.left_out)
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
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _, left_out: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }

    pub fn all(&self) -> impl Iterator<Item = &Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _, left_out: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }
}

/// Walks the site at `root`.
pub fn discover(root: &Path, config: &Config, threads: usize, problems: &mut Diagnostics) -> DiskResult<Inputs> {
    let root = &disk::canonical(root)?;
    let mut inputs = Inputs { themes: disk::names(&root.join(THEMES))?, ..Inputs::default() };
    let mut left_out = Vec::new();
    for (walk, list) in walks(root, config).into_iter().zip(inputs.folders()) {
        if let Some(walk) = walk {
            *list = walk.whole(threads, problems, &mut left_out)?;
        }
    }
    left_out.sort();
    inputs.left_out = left_out;
    Ok(inputs)
}

/// Looks again at these places (paths below the root, of files and folders, of what is there and what is not any more) and
/// nowhere else. What is found there has no digest. Gives the files that were found, if they are just those of before.
pub fn look_again(
    inputs: &mut Inputs,
    root: &Path,
    config: &Config,
    places: &[String],
    threads: usize,
    problems: &mut Diagnostics,
) -> DiskResult<Option<Vec<Arc<str>>>> {
    let root = &disk::canonical(root)?;
    let stays = |file: &str| !places.iter().any(|place| is_at_or_below(file, place) || is_at_or_below(place, file));
    problems.retain(|found| stays(found.at.as_ref().map_or("", |at| &*at.file)));
    let mut left_out = std::mem::take(&mut inputs.left_out);
    left_out.retain(|one| stays(&one.file));
    let mut found = Some(Vec::new());
    inputs.themes = disk::names(&root.join(THEMES))?;
    for (walk, list) in walks(root, config).into_iter().zip(inputs.folders()) {
        if let Some(walk) = walk {
            let files = walk.again(list, places, threads, (&mut *problems, &mut left_out))?;
            found = found.zip(files).map(|(mut all, files)| {
                all.extend(files);
                all
            });
        }
    }
    left_out.sort();
    left_out.dedup();
    inputs.left_out = left_out;
    Ok(found)
}

/// Walks through the texts and what lies beside them, and nothing else.
pub fn content(root: &Path, threads: usize) -> DiskResult<Vec<Input>> {
    let walk = Walk { root: disk::canonical(root)?, folder: "content".to_owned(), rule: Rule::Content, include: None };
    walk.whole(threads, &mut Diagnostics::new(), &mut Vec::new())
}

/// The folder of themes.
const THEMES: &str = "themes";

/// The folders of a site in the order of [`Inputs::folders`].
fn walks(root: &Path, config: &Config) -> [Option<Walk>; 6] {
    let include = Arc::new(config.include.clone());
    let walk = |folder: &str, rule| {
        let asked = match rule {
            Rule::Static => !include.is_empty(),
            Rule::Content => include.begin_with(folder),
            Rule::Theme => false,
        };
        let include = asked.then(|| include.clone());
        Some(Walk { root: root.to_owned(), folder: folder.to_owned(), rule, include })
    };
    let own = format!("{THEMES}/{}", config.theme.value);
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

/// The folders that a site is read from.
pub fn folders(root: &Path, config: &Config) -> Vec<PathBuf> {
    walks(root, config).into_iter().flatten().map(|walk| walk.root.join(walk.folder)).collect()
}

fn is_at_or_below(file: &str, place: &str) -> bool {
    place.is_empty() || file.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(Clone, Copy, PartialEq)]
enum Rule {
    Content,
    /// Some hidden files are copied too (`.well-known/`, `.nojekyll`).
    Static,
    /// No links.
    Theme,
}

/// A walk through one folder of the site.
struct Walk {
    root: PathBuf,
    folder: String,
    rule: Rule,
    /// What is taken in all the same.
    include: Option<Arc<Globs>>,
}

/// What is met on a walk.
#[derive(Default)]
struct Met {
    inputs: Vec<Input>,
    /// Where it goes on deeper.
    folders: Vec<PathBuf>,
    problems: Diagnostics,
    left_out: Vec<LeftOut>,
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
    fn whole(self, threads: usize, problems: &mut Diagnostics, left_out: &mut Vec<LeftOut>) -> DiskResult<Vec<Input>> {
        let Some(base) = self.base(problems)? else { return Ok(Vec::new()) };
        let mut all = self.below(&base, Some(ALONE))?;
        let folders = std::mem::take(&mut all.folders);
        let limit = Limit { applies: &|_| false, ..Limit::ALL };
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
            all.left_out.extend(met.left_out);
        }
        problems.extend(all.problems);
        left_out.extend(all.left_out);
        all.inputs.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(all.inputs)
    }

    /// Replaces what is at these places or below. Gives the files that were found, if they are just those of before.
    fn again(
        self,
        list: &mut Vec<Input>,
        places: &[String],
        threads: usize,
        (problems, left_out): (&mut Diagnostics, &mut Vec<LeftOut>),
    ) -> DiskResult<Option<Vec<Arc<str>>>> {
        if places.iter().any(|place| is_at_or_below(&self.folder, place)) {
            *list = self.whole(threads, problems, left_out)?;
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
            if let Some(path) = self.reach(place, &mut met)? {
                let found = self.below(&path, None)?;
                met.inputs.extend(found.inputs);
                met.problems.extend(found.problems);
                met.left_out.extend(found.left_out);
            }
        }
        problems.extend(met.problems);
        left_out.extend(met.left_out);
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
    fn reach(&self, place: &str, met: &mut Met) -> DiskResult<Option<PathBuf>> {
        let Some(mut path) = self.base(&mut Diagnostics::new())? else { return Ok(None) };
        let below = place.get(self.folder.len() + 1..).unwrap_or_default();
        let mut names = below.split('/').peekable();
        while let Some(name) = names.next() {
            path.push(name);
            if !disk::exists(&path)? {
                return Ok(None);
            }
            let folder = disk::is_dir(&path)? && !disk::is_link(&path)?;
            if let Some(why) = self.verdict(&path, name, folder) {
                self.leave(&path, folder, why, met);
                return Ok(None);
            }
            if names.peek().is_some() && !folder {
                return Ok(None);
            }
        }
        Ok(Some(path))
    }

    /// Why a file or folder is left out, if it is.
    fn verdict(&self, path: &Path, name: &str, folder: bool) -> Option<Why> {
        if self.is_own(path, name) {
            return Some(Why::Own);
        }
        let Some(include) = &self.include else { return self.judge(name, folder) };
        let below = relative(path, &self.root.join(&self.folder))?;
        let last = below.matches('/').count();
        let names = || below.split('/').enumerate().map(|(at, name)| (name, self.judge(name, at < last || folder)));
        let why = names().find_map(|(_, why)| why)?;
        let mut path: Vec<(&str, Care)> =
            names().map(|(name, why)| (name, why.map_or(Care::Plain, Why::care))).collect();
        if self.rule == Rule::Content {
            // Patterns are of paths below `static/`; those of other folders begin with theirs.
            path.insert(0, (&self.folder, Care::Named));
        }
        let taken = if folder { include.reach(&path) } else { include.take(&path) };
        (!taken).then_some(why)
    }

    /// What is wrong with a name in this folder.
    fn judge(&self, name: &str, folder: bool) -> Option<Why> {
        leftovers::judge(name, folder).filter(|why| match self.rule {
            Rule::Static => !leftovers::is_public(name),
            // What a text links by such a name is meant.
            Rule::Content => *why != Why::Backup,
            Rule::Theme => true,
        })
    }

    /// Whether it would stand where Recto's own files do, in the output or at a target.
    fn is_own(&self, path: &Path, name: &str) -> bool {
        self.rule == Rule::Static
            && leftovers::is_own(name)
            && path.parent().is_some_and(|above| *above == self.root.join(&self.folder))
    }

    fn leave(&self, path: &Path, folder: bool, why: Why, met: &mut Met) {
        let Some(file) = relative(path, &self.root) else { return };
        if why == Why::Own {
            let (below, own) =
                (file.strip_prefix("static/").unwrap_or(&file), "Recto keeps files of its own under this name");
            met.problems.push(problem::bad_output_path(Span::file(file.as_str()), below, own));
        }
        met.left_out.push(LeftOut { file, folder, why });
    }

    /// Whether a link gives a plain name to what looks like a secret, and no pattern names the link.
    fn hides_secret(&self, path: &Path, file: &str) -> bool {
        let target = disk::canonical(path).ok().and_then(|target| relative(&target, &self.root));
        if target.and_then(|target| leftovers::judge_path(&target)) != Some(Why::Secret) {
            return false;
        }
        let below = if self.rule == Rule::Content { file } else { &file[self.folder.len() + 1..] };
        let names: Vec<(&str, Care)> = below.split('/').map(|name| (name, Care::Named)).collect();
        !self.include.as_ref().is_some_and(|include| include.take(&names))
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
        let left: RefCell<Vec<(PathBuf, bool, Why)>> = RefCell::default();
        let keep = |e: &DirEntry| {
            let Some(name) = e.file_name().to_str().filter(|_| e.depth() > 0) else { return true };
            let folder = e.file_type().is_dir();
            let why = self.verdict(e.path(), name, folder);
            left.borrow_mut().extend(why.map(|why| (e.path().to_owned(), folder, why)));
            why.is_none()
        };
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
        left.into_inner().into_iter().for_each(|(path, folder, why)| self.leave(&path, folder, why, &mut met));
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
        } else if self.hides_secret(path, &file) {
            self.leave(path, false, Why::Secret, met);
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

/// Warnings of what somebody may have meant to publish, one for each reason.
fn left_out(all: &[LeftOut]) -> Diagnostics {
    let of = |why, is_meant: &dyn Fn(&str) -> bool| {
        let found: Vec<&LeftOut> = all.iter().filter(|one| one.why == why && is_meant(&one.file)).collect();
        (why, found)
    };
    let public = |file: &str| file.starts_with("static/");
    let text = |file: &str| file.starts_with("content/") && file.ends_with(".md");
    let kinds = [
        of(Why::Hidden, &public),
        of(Why::Packages, &public),
        of(Why::Backup, &public),
        of(Why::Secret, &public),
        of(Why::Hidden, &text),
        of(Why::Secret, &text),
    ];
    kinds.iter().filter(|(_, found)| !found.is_empty()).map(|(why, found)| problem::left_out(*why, found)).collect()
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
