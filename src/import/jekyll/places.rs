//! What the path of a file says in a site of Jekyll: whether it is a post, its day, its folders, its language. It must
//! not know what stands in files.

use std::collections::BTreeSet;

use super::settings::JekyllSettings;
use crate::base::language;
use crate::import::dates;
use crate::import::source::Source;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JekyllPlace<'p> {
    Post,
    Draft,
    /// A text of a collection.
    InCollection(&'p str),
    Page,
    /// A page of HTML, which mostly is a template.
    HtmlPage,
    Data,
    /// A file that is served as it is.
    Asset,
    /// A file of the program or the theme.
    Machinery,
}

/// Endings of files that a theme or a program needs.
const MACHINERY: [&str; 8] = [".scss", ".sass", ".rb", ".xml", ".coffee", ".gemspec", ".lock", ".less"];

/// Files about the project.
const ABOUT: [&str; 6] = ["README.md", "LICENSE.md", "CONTRIBUTING.md", "CHANGELOG.md", "CLAUDE.md", "404.md"];

/// Finds out what a file is by its path below the site's folder.
pub fn place<'p>(path: &'p str, settings: &JekyllSettings) -> JekyllPlace<'p> {
    let is_text = is_markdown(path) || is_html(path);
    let hidden = |step: &str| step.starts_with(['_', '.', '#', '~']);
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if settings.excludes(path) || name.starts_with('.') {
        return JekyllPlace::Machinery;
    }
    for (at, step) in folder.split('/').enumerate() {
        let collection = step.strip_prefix('_').filter(|name| at == 0 && settings.collections.contains_key(*name));
        match (step, collection) {
            ("_posts", _) if is_text => return JekyllPlace::Post,
            ("_drafts", _) if is_text => return JekyllPlace::Draft,
            ("_data", _) if at == 0 => return JekyllPlace::Data,
            ("node_modules" | "vendor", _) => return JekyllPlace::Machinery,
            (_, Some(name)) if is_text => return JekyllPlace::InCollection(name),
            (_, Some(_)) => return JekyllPlace::Asset,
            (step, None) if hidden(step) => return JekyllPlace::Machinery,
            _ => {}
        }
    }
    match name {
        _ if hidden(name) || MACHINERY.iter().any(|ending| name.ends_with(ending)) => JekyllPlace::Machinery,
        _ if ABOUT.contains(&name) => JekyllPlace::Machinery,
        _ if is_markdown(name) => JekyllPlace::Page,
        _ if is_html(name) => JekyllPlace::HtmlPage,
        _ => JekyllPlace::Asset,
    }
}

pub fn is_markdown(path: &str) -> bool {
    [".md", ".markdown", ".mkd", ".mkdn", ".mkdown"].iter().any(|ending| path.ends_with(ending))
}

pub fn is_html(path: &str) -> bool {
    path.ends_with(".html") || path.ends_with(".htm")
}

/// What the name of a file and its folders say of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathWords {
    pub date: Option<String>,
    pub slug: String,
    /// The name of the file without its ending.
    pub stem: String,
    /// The folders before `_posts`, without that of the language.
    pub categories: Vec<String>,
    /// All folders before `_posts`.
    pub folders: Vec<String>,
    pub language: Option<String>,
    /// The path without languages, which all languages of a text have in common.
    pub group: String,
}

/// The folders that hold the texts of a language.
#[derive(Clone, Debug, Default)]
pub struct LanguageFolders {
    names: BTreeSet<String>,
}

impl LanguageFolders {
    /// Finds the folders. One alone may have any other meaning.
    pub fn find(source: &Source, settings: &JekyllSettings) -> LanguageFolders {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for path in source.below(settings.root.trim_end_matches('/')) {
            let path = &path[settings.root.len()..];
            if path.contains("_posts/") {
                names.extend(path.split('/').rev().skip(1).filter(|step| is_language(step)));
            }
        }
        match names.len() {
            0 | 1 => LanguageFolders::default(),
            _ => LanguageFolders { names: names.into_iter().map(str::to_owned).collect() },
        }
    }

    fn has(&self, folder: &str) -> bool {
        self.names.contains(folder)
    }

    /// Reads a path below the site's folder.
    pub fn words(&self, path: &str) -> PathWords {
        let mut steps: Vec<&str> = path.split('/').collect();
        let name = steps.pop().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let (plain, suffix) = match stem.rsplit_once('.') {
            Some((plain, tag)) if is_language(tag) => (plain, Some(tag)),
            _ => (stem, None),
        };
        let (date, slug) = match dates::of_file_name(plain) {
            Some((day, rest)) if !rest.is_empty() => (Some(day), rest),
            _ => (None, plain),
        };
        let folder = steps.iter().find(|step| self.has(step)).copied();
        let marker = steps.iter().position(|step| matches!(*step, "_posts" | "_drafts"));
        let folders: Vec<String> = steps[..marker.unwrap_or(0)].iter().map(|step| (*step).to_owned()).collect();
        let without: Vec<&str> = steps.iter().filter(|step| !self.has(step)).copied().collect();
        PathWords {
            date,
            slug: slug.to_owned(),
            stem: stem.to_owned(),
            categories: folders.iter().filter(|folder| !self.has(folder)).cloned().collect(),
            folders,
            language: suffix.or(folder).map(str::to_owned),
            group: format!("{}/{plain}", without.join("/")),
        }
    }
}

/// Returns whether a name is a language of two letters, perhaps with a country or script: `zh_cn`.
fn is_language(name: &str) -> bool {
    if !name.is_ascii() {
        return false;
    }
    let (primary, rest) = name.split_at(name.len().min(2));
    let fits = primary.len() == 2
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && (rest.is_empty() || rest.starts_with(['-', '_']) && (3..=5).contains(&rest.len()));
    fits && language::canonical_tag(&name.replace('_', "-")).is_some_and(|tag| language::doubt(&tag).is_none())
}
