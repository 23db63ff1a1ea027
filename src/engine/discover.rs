//! Discover: which files the site has. Walks the folders; it must not parse a file.
//!
//! Every folder is opened below the site's, without following a link, and its entries are looked at in it: a folder that becomes a
//! link while the walk is under way leads it nowhere. Which files may be links, `symlinks.rs` says. What is not for readers is left out
//! by its name (`base/ignored_files.rs`) before anything else is asked about it: an editor's lock is a link to nowhere.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::state::InputPlaces;
use super::symlinks;
use crate::base::config::Config;
use crate::base::diag::{Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::globs::{Globs, NameCare};
use crate::base::ignored_files::{self, IgnoreReason, IgnoredFile};
use crate::base::{printable, problem, reserved};
use crate::system::beneath::{DirEntry, EntryKind};
use crate::system::disk::{DiskResult, Stat};
use crate::system::pool::{self, ItemLimit, Outcome};
use crate::system::root::Root;

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
    pub known: Option<Box<RecordedInput>>,
}

/// What the state has of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedInput {
    pub digest: Digest,
    /// Where its card and its extract stand in the state.
    pub kept: InputPlaces,
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
    pub ignored: Vec<IgnoredFile>,
}

impl Inputs {
    /// Those of the folders, each list sorted by file.
    pub fn folders(&mut self) -> [&mut Vec<Input>; 6] {
        let Inputs { site: _, content, templates, strings, statics, theme, default_theme, themes: _, ignored: _ } =
            self;
        [content, templates, strings, statics, theme, default_theme]
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _, ignored: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }

    /// What is to be said of what was left out.
    pub fn remarks(&self) -> Diagnostics {
        ignored(&self.ignored)
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
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _, ignored: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }

    pub fn all(&self) -> impl Iterator<Item = &Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _, ignored: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }
}

/// Walks the site at `root`.
pub fn discover(root: &Arc<Root>, config: &Config, threads: usize, problems: &mut Diagnostics) -> DiskResult<Inputs> {
    let mut inputs = Inputs { themes: themes(root)?, ..Inputs::default() };
    let mut ignored = Vec::new();
    for (walk, list) in walks(root, config).into_iter().zip(inputs.folders()) {
        if let Some(walk) = walk {
            *list = walk.whole(threads, problems, &mut ignored)?;
        }
    }
    ignored.sort();
    inputs.ignored = ignored;
    Ok(inputs)
}

/// The names of what lies in the folder of themes; none where that is a folder of somewhere else, which a walk says.
fn themes(root: &Root) -> DiskResult<Vec<String>> {
    if !root.is_folder(THEMES)? {
        return Ok(Vec::new());
    }
    let folders = root.list(THEMES)?.into_iter().filter(|entry| entry.kind != EntryKind::File);
    Ok(folders.map(|entry| entry.name.to_string_lossy().into_owned()).collect())
}

/// Looks again at these places (paths below the root, of files and folders, of what is there and what is not any more) and
/// nowhere else. What is found there has no digest. Gives the files that were found, if they are just those of before.
pub fn look_again(
    inputs: &mut Inputs,
    root: &Arc<Root>,
    config: &Config,
    places: &[String],
    threads: usize,
    problems: &mut Diagnostics,
) -> DiskResult<Option<Vec<Arc<str>>>> {
    let stays = |file: &str| !places.iter().any(|place| is_at_or_below(file, place) || is_at_or_below(place, file));
    problems.retain(|found| stays(found.at.as_ref().map_or("", |at| &*at.file)));
    let mut ignored = std::mem::take(&mut inputs.ignored);
    ignored.retain(|one| stays(&one.file));
    let mut found = Some(Vec::new());
    inputs.themes = themes(root)?;
    for (walk, list) in walks(root, config).into_iter().zip(inputs.folders()) {
        if let Some(walk) = walk {
            let files = walk.again(list, places, threads, (&mut *problems, &mut ignored))?;
            found = found.zip(files).map(|(mut all, files)| {
                all.extend(files);
                all
            });
        }
    }
    ignored.sort();
    ignored.dedup();
    inputs.ignored = ignored;
    Ok(found)
}

/// Walks through the texts and what lies beside them, and nothing else.
pub fn content(root: &Arc<Root>, threads: usize) -> DiskResult<Vec<Input>> {
    let walk = Walk { root: root.clone(), folder: "content".to_owned(), rule: WalkRule::Content, include: None };
    walk.whole(threads, &mut Diagnostics::new(), &mut Vec::new())
}

/// The folder of themes.
const THEMES: &str = "themes";

/// The folders of a site in the order of [`Inputs::folders`].
fn walks(root: &Arc<Root>, config: &Config) -> [Option<Walk>; 6] {
    let include = Arc::new(config.include.clone());
    let walk = |folder: &str, rule| {
        let asked = match rule {
            WalkRule::Static => !include.is_empty(),
            WalkRule::Content => include.begin_with(folder),
            WalkRule::Theme => false,
        };
        let include = asked.then(|| include.clone());
        Some(Walk { root: root.clone(), folder: folder.to_owned(), rule, include })
    };
    let own = format!("{THEMES}/{}", config.theme.value);
    let default = format!("{THEMES}/{}", crate::theme::theme::DEFAULT);
    [
        walk("content", WalkRule::Content),
        walk("templates", WalkRule::Content),
        walk("i18n", WalkRule::Content),
        walk("static", WalkRule::Static),
        if own == default { None } else { walk(&own, WalkRule::Theme) },
        walk(&default, WalkRule::Theme),
    ]
}

/// The folders that a site is read from.
pub fn folders(root: &Path, config: &Config) -> Vec<PathBuf> {
    let own = format!("{THEMES}/{}", config.theme.value);
    let default = format!("{THEMES}/{}", crate::theme::theme::DEFAULT);
    ["content", "templates", "i18n", "static", &own, &default].map(|folder| root.join(folder)).into()
}

fn is_at_or_below(file: &str, place: &str) -> bool {
    place.is_empty() || file.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(Clone, Copy, PartialEq)]
enum WalkRule {
    Content,
    /// Some hidden files are copied too (`.well-known/`, `.nojekyll`).
    Static,
    Theme,
}

/// A walk through one folder of the site.
struct Walk {
    root: Arc<Root>,
    folder: String,
    rule: WalkRule,
    /// What is taken in all the same.
    include: Option<Arc<Globs>>,
}

/// What is met on a walk.
#[derive(Default)]
struct WalkFindings {
    inputs: Vec<Input>,
    /// Where it goes on deeper.
    folders: Vec<String>,
    problems: Diagnostics,
    ignored: Vec<IgnoredFile>,
}

/// How deep one thread walks before it shares the rest with the others: sites are filed by year and month.
const ALONE: usize = 3;

impl Walk {
    /// Whether there is a folder to walk. What may not stand in its place is said.
    fn is_there(&self, problems: &mut Diagnostics) -> DiskResult<bool> {
        let ends = self.folder.match_indices('/').map(|(at, _)| at).chain([self.folder.len()]);
        for place in ends.map(|end| &self.folder[..end]) {
            let kind = self.root.kind(place)?;
            let odd = kind.and_then(|kind| symlinks::oddity(&self.root, place, kind));
            if let Some(odd) = odd.filter(|odd| !problems.contains(odd)) {
                problems.push(odd);
            }
            if kind != Some(EntryKind::Folder) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Walks through the whole folder.
    fn whole(
        self,
        threads: usize,
        problems: &mut Diagnostics,
        ignored: &mut Vec<IgnoredFile>,
    ) -> DiskResult<Vec<Input>> {
        if !self.is_there(problems)? {
            return Ok(Vec::new());
        }
        let mut all = self.below(&self.folder, Some(ALONE))?;
        let folders = std::mem::take(&mut all.folders);
        let limit = ItemLimit { applies: &|_| false, ..ItemLimit::ALL };
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
            all.ignored.extend(met.ignored);
        }
        problems.extend(all.problems);
        ignored.extend(all.ignored);
        all.inputs.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(all.inputs)
    }

    /// Replaces what is at these places or below. Gives the files that were found, if they are just those of before.
    fn again(
        self,
        list: &mut Vec<Input>,
        places: &[String],
        threads: usize,
        (problems, ignored): (&mut Diagnostics, &mut Vec<IgnoredFile>),
    ) -> DiskResult<Option<Vec<Arc<str>>>> {
        if places.iter().any(|place| is_at_or_below(&self.folder, place)) {
            *list = self.whole(threads, problems, ignored)?;
            return Ok(None);
        }
        let mut met = WalkFindings::default();
        let mut before: Vec<Range<usize>> = Vec::new();
        for place in places.iter().filter(|place| is_at_or_below(place, &self.folder)) {
            // What stands at a place comes before what stands below it, but perhaps not right before.
            for start in [place.as_str().to_owned(), format!("{place}/")] {
                let first = list.partition_point(|input| *input.file < *start);
                let rest = list[first..].iter().take_while(|input| is_at_or_below(&input.file, place));
                before.push(first..first + rest.count());
            }
            if self.reach(place, &mut met)? {
                let found = self.below(place, None)?;
                met.inputs.extend(found.inputs);
                met.problems.extend(found.problems);
                met.ignored.extend(found.ignored);
            }
        }
        for found in met.problems {
            if !problems.contains(&found) {
                problems.push(found);
            }
        }
        ignored.extend(met.ignored);
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

    /// Whether a walk through the folder would come to a place, and go on from there. A file there is met.
    fn reach(&self, place: &str, met: &mut WalkFindings) -> DiskResult<bool> {
        if !self.is_there(&mut met.problems)? {
            return Ok(false);
        }
        let start = self.folder.len();
        let ends = place.match_indices('/').map(|(at, _)| at).filter(|at| *at > start).chain([place.len()]);
        let mut above = start;
        for end in ends {
            let Some(folder) = self.open(&place[..above], met)? else { return Ok(false) };
            let name = &place[above + 1..end];
            let Some((kind, _)) = folder.entry(name)? else { return Ok(false) };
            // A file in the place of a folder is not what was asked for.
            let file = kind == EntryKind::File
                || kind == EntryKind::Link && symlinks::resolve(&self.root, &place[..end]).is_ok();
            let misses = file && end < place.len() && self.verdict(&place[..end], name, false).is_none();
            if misses || self.meet(&folder, &place[..above], &DirEntry { name: name.into(), kind }, met)?.is_none() {
                return Ok(false);
            }
            above = end;
        }
        Ok(true)
    }

    /// Why a file or folder is left out, if it is. A repository in a folder is nothing to speak of, unless somebody asks for it.
    fn verdict(&self, file: &str, name: &str, folder: bool) -> Option<IgnoreReason> {
        let why = self.unless_asked(file, name, folder);
        let own = why != Some(IgnoreReason::Versions) && self.is_own(file, name, folder);
        if own { Some(IgnoreReason::Own) } else { why }
    }

    fn unless_asked(&self, file: &str, name: &str, folder: bool) -> Option<IgnoreReason> {
        let Some(include) = &self.include else { return self.judge(name, folder) };
        let below = &file[self.folder.len() + 1..];
        let last = below.matches('/').count();
        let names = || below.split('/').enumerate().map(|(at, name)| (name, self.judge(name, at < last || folder)));
        let why = names().find_map(|(_, why)| why)?;
        let mut path: Vec<(&str, NameCare)> =
            names().map(|(name, why)| (name, why.map_or(NameCare::Plain, IgnoreReason::care))).collect();
        if self.rule == WalkRule::Content {
            // Patterns are of paths below `static/`; those of other folders begin with theirs.
            path.insert(0, (&self.folder, NameCare::Named));
        }
        let taken = if folder { include.reach(&path) } else { include.take(&path) };
        (!taken).then_some(why)
    }

    /// What is wrong with a name in this folder.
    fn judge(&self, name: &str, folder: bool) -> Option<IgnoreReason> {
        ignored_files::ignore_reason(name, folder).filter(|why| match self.rule {
            WalkRule::Static => !ignored_files::is_public(name),
            // What a text links by such a name is meant.
            WalkRule::Content => *why != IgnoreReason::Backup,
            WalkRule::Theme => true,
        })
    }

    /// Whether it would stand where Recto's own files do, in the output or at a target, or be a repository there.
    fn is_own(&self, file: &str, name: &str, folder: bool) -> bool {
        let at_top = || file.len() == self.folder.len() + 1 + name.len();
        self.rule != WalkRule::Content
            && (reserved::name(name).is_some()
                || (folder && reserved::is_setting(name))
                || (reserved::is_of_serve(name) && self.rule == WalkRule::Static && at_top()))
    }

    fn leave(&self, file: String, folder: bool, why: IgnoreReason, met: &mut WalkFindings) {
        met.ignored.push(IgnoredFile { file, folder, why });
    }

    /// Walks below a folder, at most so deep.
    fn below(&self, start: &str, depth: Option<usize>) -> DiskResult<WalkFindings> {
        let mut met = WalkFindings::default();
        let mut folders = vec![(start.to_owned(), 0)];
        while let Some((path, deep)) = folders.pop() {
            if Some(deep) == depth {
                met.folders.push(path);
                continue;
            }
            let Some(folder) = self.open(&path, &mut met)? else { continue };
            for entry in folder.list("")? {
                folders.extend(self.meet(&folder, &path, &entry, &mut met)?.map(|below| (below, deep + 1)));
            }
        }
        Ok(met)
    }

    /// Opens a folder that was found. What has gone meanwhile is not there, and what has become something else is said.
    fn open(&self, path: &str, met: &mut WalkFindings) -> DiskResult<Option<Root>> {
        let error = match self.root.folder(path) {
            Ok(folder) => return Ok(Some(folder)),
            Err(error) => error,
        };
        match self.root.kind(path)? {
            Some(EntryKind::Folder) => Err(error),
            Some(kind) => {
                met.problems.extend(symlinks::oddity(&self.root, path, kind));
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// Takes what a folder holds, or leaves it out. Gives the path of a folder through which the walk goes on.
    fn meet(&self, folder: &Root, above: &str, entry: &DirEntry, met: &mut WalkFindings) -> DiskResult<Option<String>> {
        let Some(name) = entry.name.to_str() else {
            let lossy = printable::path(&Path::new(above).join(&entry.name));
            met.problems.push(problem::bad_file_name(Span::file(lossy.clone()), &lossy, "its name is not valid UTF-8"));
            return Ok(None);
        };
        let file = format!("{above}/{name}");
        let is_folder = entry.kind == EntryKind::Folder;
        if let Some(why) = self.verdict(&file, name, is_folder) {
            self.leave(file, is_folder, why, met);
            return Ok(None);
        }
        let stat = match entry.kind {
            EntryKind::Folder => return Ok(Some(file)),
            EntryKind::File => folder.entry(name)?.filter(|(kind, _)| *kind == EntryKind::File).map(|(_, stat)| stat),
            EntryKind::Other(_) => None,
            EntryKind::Link => {
                symlinks::resolve(&self.root, &file).map_or(Ok(None), |target| self.root.stat(&target))?
            }
        };
        if stat.is_none() {
            met.problems.extend(symlinks::oddity(&self.root, &file, entry.kind));
        }
        // What went away meanwhile is not there.
        met.inputs.extend(stat.map(|stat| Input {
            file: file.into(),
            below: self.folder.len() + 1,
            linked: entry.kind == EntryKind::Link,
            stat,
            digest: None,
            known: None,
        }));
        Ok(None)
    }
}

/// Warnings of what somebody may have meant to publish, one for each reason.
fn ignored(all: &[IgnoredFile]) -> Diagnostics {
    let of = |why, is_meant: &dyn Fn(&str) -> bool| {
        let found: Vec<&IgnoredFile> = all.iter().filter(|one| one.why == why && is_meant(&one.file)).collect();
        (why, found)
    };
    let public = |file: &str| file.starts_with("static/");
    let text = |file: &str| file.starts_with("content/") && file.ends_with(".md");
    let kinds = [
        of(IgnoreReason::Hidden, &public),
        of(IgnoreReason::Packages, &public),
        of(IgnoreReason::Backup, &public),
        of(IgnoreReason::Secret, &public),
        of(IgnoreReason::Hidden, &text),
        of(IgnoreReason::Secret, &text),
        of(IgnoreReason::Own, &|_| true),
    ];
    kinds.iter().filter(|(_, found)| !found.is_empty()).map(|(why, found)| problem::left_out(*why, found)).collect()
}

/// The `/`-separated path of `path` below `base`; `None` where it is not below it or not UTF-8.
pub fn relative(path: &Path, base: &Path) -> Option<String> {
    let below = path.strip_prefix(base).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|c| c.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
