//! Walks the folders of a site and lists its files. It must not parse a file.
//!
//! Every folder is opened below the site's without following a link, so one that becomes a link does not redirect the
//! walk. `symlinks.rs` decides which files may be links. Ignored files are left out by name (`base/ignored_files.rs`)
//! before any other check, since an editor's lock file is a dangling link.

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

/// A file in one of the site's folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Path below the site's root, `/`-separated and spelled as in the file system: for messages and for reading.
    pub file: Arc<str>,
    /// Offset in `file` at which its path below the walked folder starts.
    below: usize,
    /// Whether it is a symbolic link, so that its content may change unnoticed.
    pub linked: bool,
    pub stat: Stat,
    /// The digest of its bytes, once it is known.
    pub digest: Option<Digest>,
    /// What the last build recorded about it.
    pub known: Option<Box<RecordedInput>>,
}

/// The state's record of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedInput {
    pub digest: Digest,
    /// Where the state keeps its card and its extract.
    pub kept: InputPlaces,
}

impl Input {
    /// Describes a file that was not found by a walk.
    pub fn single(file: &str, stat: Stat, digest: Digest) -> Input {
        Input { file: file.into(), below: 0, linked: false, stat, digest: Some(digest), known: None }
    }

    /// Returns the path below the walked folder.
    pub fn path(&self) -> &str {
        &self.file[self.below..]
    }

    /// Returns whether it has the bytes that the last build read.
    pub fn is_unchanged(&self) -> bool {
        self.digest.is_some() && self.digest == self.known.as_ref().map(|known| known.digest)
    }
}

/// All files that were found.
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
    /// Files that exist but are not published, sorted.
    pub ignored: Vec<IgnoredFile>,
}

impl Inputs {
    /// Returns the inputs of each folder, each list sorted by file.
    pub fn folders(&mut self) -> [&mut Vec<Input>; 6] {
        let Inputs { site: _, content, templates, strings, statics, theme, default_theme, themes: _, ignored: _ } =
            self;
        [content, templates, strings, statics, theme, default_theme]
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _, ignored: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }

    /// Returns the warnings about ignored files.
    pub fn remarks(&self) -> Diagnostics {
        ignored(&self.ignored)
    }

    /// Returns one input by its file.
    pub fn get_mut(&mut self, file: &str) -> Option<&mut Input> {
        self.folders().into_iter().find_map(|list| {
            let at = list.binary_search_by(|input| (*input.file).cmp(file)).ok()?;
            Some(&mut list[at])
        })
    }

    /// Returns all inputs in one sequence.
    pub fn into_all(self) -> impl Iterator<Item = Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _, ignored: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }

    /// Returns all inputs.
    pub fn all(&self) -> impl Iterator<Item = &Input> {
        let Inputs { site, content, templates, strings, statics, theme, default_theme, themes: _, ignored: _ } = self;
        [site, content, templates, strings, statics, theme, default_theme].into_iter().flatten()
    }
}

/// Walks the site at `root` and returns all of its files.
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

/// Returns the names in the folder of themes. Empty if that folder is a link, which a walk reports.
fn themes(root: &Root) -> DiskResult<Vec<String>> {
    if !root.is_folder(THEMES)? {
        return Ok(Vec::new());
    }
    let folders = root.list(THEMES)?.into_iter().filter(|entry| entry.kind != EntryKind::File);
    Ok(folders.map(|entry| entry.name.to_string_lossy().into_owned()).collect())
}

/// Walks the site again, only at these places: paths below the root of files and folders, present or removed. Inputs
/// found there have no digest. Returns the files that were found if they are the same files as before.
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

/// Walks only `content/`.
pub fn content(root: &Arc<Root>, threads: usize) -> DiskResult<Vec<Input>> {
    let walk = Walk { root: root.clone(), folder: "content".to_owned(), rule: WalkRule::Content, include: None };
    walk.whole(threads, &mut Diagnostics::new(), &mut Vec::new())
}

/// The folder of themes.
const THEMES: &str = "themes";

/// The folders of a site, in the order of [`Inputs::folders`].
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

/// Returns the folders that a site is read from.
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
    /// Patterns of ignored files that are included anyway.
    include: Option<Arc<Globs>>,
}

/// What a walk finds.
#[derive(Default)]
struct WalkFindings {
    inputs: Vec<Input>,
    /// Folders that are still to be walked.
    folders: Vec<String>,
    problems: Diagnostics,
    ignored: Vec<IgnoredFile>,
}

/// How deep one thread walks before it shares the rest with the others. Sites are filed by year and month.
const ALONE: usize = 3;

impl Walk {
    /// Returns whether the folder exists. Anything else in its place is a problem.
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

    /// Walks the whole folder.
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

    /// Replaces the inputs at or below these places. Returns the files that were found if they are those of before.
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
            // An input at a place sorts before those below it, but not always directly before.
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

    /// Returns whether a walk through the folder would reach a place and continue from there. Records a file there.
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
            // A file in place of the folder does not count.
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

    /// Returns why an entry is ignored, if it is. A nested repository is reported only if a pattern includes it.
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
            // Patterns are relative to `static/`; those for other folders begin with the folder's name.
            path.insert(0, (&self.folder, NameCare::Named));
        }
        let taken = if folder { include.reach(&path) } else { include.take(&path) };
        (!taken).then_some(why)
    }

    /// Returns why a name in this folder is ignored, if it is.
    fn judge(&self, name: &str, folder: bool) -> Option<IgnoreReason> {
        ignored_files::ignore_reason(name, folder).filter(|why| match self.rule {
            WalkRule::Static => !ignored_files::is_public(name),
            // A text may link to a file with such a name on purpose.
            WalkRule::Content => *why != IgnoreReason::Backup,
            WalkRule::Theme => true,
        })
    }

    /// Returns whether a file would replace one of Recto's own in the output or at a target, or make a repository.
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

    /// Walks below a folder, at most `depth` levels.
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

    /// Opens a folder that was found. Skips one that was removed meanwhile; reports one that is no longer a folder.
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

    /// Records an entry of a folder, or ignores it. Returns the path of a folder that is to be walked.
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
        // An entry that has been removed meanwhile is skipped.
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

/// Returns warnings about ignored files that may have been meant for publication, one for each reason.
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

/// Returns the `/`-separated path of `path` below `base`; `None` if it is not below it or not UTF-8.
pub fn relative(path: &Path, base: &Path) -> Option<String> {
    let below = path.strip_prefix(base).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|c| c.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
