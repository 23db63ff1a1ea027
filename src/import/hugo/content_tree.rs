//! Where the files of a site of Hugo stand: their language, their bundle and their section. Made once from the paths of
//! all files. It must not know what is in them.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::HugoSettings;
use crate::base::language;
use crate::import::source::Source;

/// What a file of content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentKind {
    Page,
    /// `_index.md`: the page of a section.
    Section,
    /// A text within another's bundle, which Hugo does not publish.
    Resource,
}

/// A file of content in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentFile {
    pub path: String,
    pub kind: ContentKind,
    /// The place of its language in the settings.
    pub language: usize,
    /// Its path below the content without its language and ending: `posts/a` for `posts/a/index.ja.md`.
    pub logical: String,
}

impl ContentFile {
    /// The folders above it.
    pub fn folders(&self) -> Vec<&str> {
        let mut steps: Vec<&str> = self.logical.split('/').collect();
        steps.pop();
        steps
    }

    /// Its name without date, language and ending, or that of its bundle.
    pub fn name(&self) -> &str {
        self.logical.rsplit('/').next().unwrap_or_default()
    }

    pub fn ending(&self) -> String {
        self.path.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
    }
}

/// All files of a site.
#[derive(Debug, Default)]
pub struct ContentTree {
    /// In the order of their paths.
    pub files: Vec<ContentFile>,
    /// Folders of bundles (`content/posts/a`), with the logical path of their pages.
    pub bundles: BTreeMap<String, String>,
    /// Files that are no content, with the path under which they are served, if their place alone says it.
    pub assets: BTreeMap<String, Option<String>>,
    /// Codes of languages that names of files have and the settings lack. Their places follow those of the settings.
    pub unlisted: Vec<String>,
}

/// Endings of texts. Of those, Recto reads Markdown and HTML.
const TEXTS: [&str; 10] = ["md", "markdown", "mdown", "html", "htm", "adoc", "asciidoc", "org", "rst", "pandoc"];

/// Finds the place of every file.
pub fn read(source: &Source, settings: &HugoSettings) -> ContentTree {
    let mut tree = ContentTree::default();
    let mut texts: Vec<(&str, &str, Option<usize>)> = Vec::new();
    for path in source.paths() {
        if path.split('/').any(|step| step.starts_with('.')) {
            continue;
        }
        let below = |folder: &str| path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
        let content = settings.content.iter().find_map(|(folder, language)| Some((below(folder)?, *language)));
        if let Some((rest, language)) = content {
            match rest.rsplit_once('.') {
                Some((_, ending)) if TEXTS.contains(&ending.to_lowercase().as_str()) => {
                    texts.push((path, rest, language));
                }
                _ => drop(tree.assets.insert(path.to_owned(), Some(format!("/{rest}")))),
            }
        } else if let Some(rest) = settings.statics.iter().find_map(|folder| below(folder)) {
            tree.assets.insert(path.to_owned(), Some(format!("/{rest}")));
        } else if below(&format!("{}assets", settings.root)).is_some() {
            tree.assets.insert(path.to_owned(), None);
        }
    }
    place(&texts, settings, &mut tree);
    tree
}

/// Splits the language off a name: `index.ja` → `index`, `ja`.
fn split_language<'n>(
    stem: &'n str,
    settings: &HugoSettings,
    is_there: &dyn Fn(&str) -> bool,
) -> (&'n str, Option<String>) {
    let Some((name, code)) = stem.rsplit_once('.') else { return (stem, None) };
    let lower = code.to_lowercase();
    let known = settings.languages.iter().any(|language| language.code == lower);
    // A site that does not list its languages has them in its names all the same.
    let evident = || {
        settings.languages.len() == 1
            && language::canonical_tag(code).is_some()
            && language::doubt(code).is_none()
            && is_there(name)
    };
    if known || evident() { (name, Some(lower)) } else { (stem, None) }
}

fn place(texts: &[(&str, &str, Option<usize>)], settings: &HugoSettings, tree: &mut ContentTree) {
    let stem_of = |path: &str| path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_owned();
    let stems: BTreeSet<String> = texts.iter().map(|(path, ..)| stem_of(path)).collect();
    let folder_of = |path: &str| path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned());
    let mut found = Vec::new();
    for (path, rest, language) in texts {
        let (folder, file) = rest.rsplit_once('/').unwrap_or(("", rest));
        let stem = stem_of(file);
        let beside = folder_of(path);
        let is_there =
            |name: &str| stems.contains(&if beside.is_empty() { name.to_owned() } else { format!("{beside}/{name}") });
        let (name, code) = split_language(&stem, settings, &is_there);
        let code_place = code.map(|code| settings.languages.iter().position(|known| known.code == code).ok_or(code));
        let kind = if name == "_index" { ContentKind::Section } else { ContentKind::Page };
        let logical = match name {
            "_index" => folder.to_owned(),
            "index" if !folder.is_empty() => {
                tree.bundles.insert(beside, folder.to_owned());
                folder.to_owned()
            }
            name if folder.is_empty() => name.to_owned(),
            name => format!("{folder}/{name}"),
        };
        found.push((
            ContentFile { path: (*path).to_owned(), kind, language: language.unwrap_or(0), logical },
            code_place,
        ));
    }
    for (mut file, code) in found {
        let is_index = tree.bundles.get(&folder_of(&file.path)).is_some_and(|logical| *logical == file.logical);
        if file.kind == ContentKind::Page && !is_index && tree.bundle_of(&file.path).is_some() {
            file.kind = ContentKind::Resource;
        }
        match code {
            Some(Ok(place)) => file.language = place,
            // A language that the configuration does not list.
            Some(Err(code)) => file.language = tree.unlisted(code, settings),
            None => {}
        }
        tree.files.push(file);
    }
}

impl ContentTree {
    /// Returns the place of a language that the settings lack.
    fn unlisted(&mut self, code: String, settings: &HugoSettings) -> usize {
        let at = self.unlisted.iter().position(|known| *known == code).unwrap_or_else(|| {
            self.unlisted.push(code);
            self.unlisted.len() - 1
        });
        settings.languages.len() + at
    }

    /// Returns the folder of the bundle that a file stands in.
    pub fn bundle_of(&self, path: &str) -> Option<&str> {
        let mut end = path.rfind('/')?;
        loop {
            if let Some((folder, _)) = self.bundles.get_key_value(&path[..end]) {
                return Some(folder);
            }
            end = path[..end].rfind('/')?;
        }
    }
}
