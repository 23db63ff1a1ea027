//! The configuration of a site of Zola. It must not know texts.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::fields;
use crate::import::head::{self, Head};
use crate::import::imported::{ExtraValue, ImportedSite};
use crate::import::source::Source;

/// How Zola makes addresses of names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SlugMode {
    #[default]
    On,
    Safe,
    Off,
}

/// What the configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZolaSettings {
    pub site: ImportedSite,
    pub default_language: String,
    /// The other languages, as names of files have them.
    pub languages: BTreeSet<String>,
    pub slugs: SlugMode,
    pub theme: Option<String>,
}

/// The names that the file may have.
const FILES: [&str; 2] = ["zola.toml", "config.toml"];

/// Finds the configuration: a file of one of the names with `base_url`, which Zola requires.
pub fn find(source: &Source) -> Option<(&'static str, Head)> {
    FILES.into_iter().find_map(|file| {
        if !source.has(file) {
            return None;
        }
        let head = head::read_settings(&source.text(file).ok()?.text, "toml").ok()?;
        head.entries.iter().any(|entry| entry.key == "base_url").then_some((file, head))
    })
}

impl ZolaSettings {
    pub fn of(head: &Head) -> ZolaSettings {
        let word = |key: &str| head.get(key).and_then(fields::plain).filter(|word| !word.is_empty());
        let table = |key: &str| match head.get(key) {
            Some(ExtraValue::Table(table)) => Some(table),
            _ => None,
        };
        let default_language = word("default_language").unwrap_or_else(|| "en".to_owned());
        let mut languages: BTreeSet<String> =
            table("languages").map(|table| table.keys().cloned().collect()).unwrap_or_default();
        // Until Zola 0.15, `languages` was a list of tables.
        if let Some(ExtraValue::List(items)) = head.get("languages") {
            languages.extend(items.iter().filter_map(|item| match item {
                ExtraValue::Table(table) => table.get("code").and_then(fields::plain),
                _ => None,
            }));
        }
        languages.remove(&default_language);
        let slugs = table("slugify").and_then(|table| table.get("paths")).and_then(fields::plain);
        ZolaSettings {
            site: ImportedSite {
                title: word("title"),
                description: word("description"),
                base_url: word("base_url").filter(|url| url.contains("://")),
                language: Some(default_language.clone()),
                timezone: None,
            },
            default_language,
            languages,
            slugs: match slugs.as_deref() {
                Some("safe") => SlugMode::Safe,
                Some("off") => SlugMode::Off,
                _ => SlugMode::On,
            },
            theme: word("theme"),
        }
    }

    /// Splits the language off the stem of a file: `index.fr`, `about`.
    pub fn stem_and_language<'s>(&self, stem: &'s str) -> (&'s str, Option<&'s str>) {
        match stem.rsplit_once('.') {
            Some((name, tag)) if self.languages.contains(tag) || tag == self.default_language => (name, Some(tag)),
            _ => (stem, None),
        }
    }
}

/// The titles of sections, by folder below `content`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SectionTitles {
    titles: BTreeMap<String, String>,
}

impl SectionTitles {
    pub fn add(&mut self, folder: &str, title: String) {
        self.titles.insert(folder.to_owned(), title);
    }

    /// The path of titles of a folder. Folders of years and months are no sections.
    pub fn path(&self, folder: &str) -> Vec<String> {
        let mut out = Vec::new();
        let mut end = 0;
        for step in folder.split('/').filter(|step| !step.is_empty()) {
            end += step.len() + usize::from(end > 0);
            if step.bytes().all(|b| b.is_ascii_digit()) {
                continue;
            }
            out.push(self.titles.get(&folder[..end]).cloned().unwrap_or_else(|| step.to_owned()));
        }
        out
    }
}
