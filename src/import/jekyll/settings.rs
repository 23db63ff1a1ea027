//! The settings of a site of Jekyll: `_config.yml`. It must not know texts.

use std::collections::BTreeMap;

use crate::import::fields;
use crate::import::head::{self, HeadEntry};
use crate::import::imported::{ExtraValue, ImportedSite};
use crate::import::liquid::values::{ValueTable, inner, setting};
use crate::import::source::Source;

/// Values for all texts in a place.
#[derive(Clone, Debug)]
pub struct ScopeDefaults {
    /// The start of a path; with `*`, a pattern for it.
    path: String,
    /// `posts`, `pages`, `drafts`, or the name of a collection.
    kind: String,
    values: Vec<HeadEntry>,
}

/// A collection: its name is that of its folder, without `_`.
#[derive(Clone, Debug, Default)]
pub struct JekyllCollection {
    pub has_pages: bool,
    pub permalink: Option<String>,
}

/// What `_config.yml` says.
#[derive(Clone, Debug, Default)]
pub struct JekyllSettings {
    /// The folder of the site in the source: empty, or `docs/`.
    pub root: String,
    pub table: ValueTable,
    pub permalink: String,
    pub collections: BTreeMap<String, JekyllCollection>,
    pub exclude: Vec<String>,
    pub timezone: Option<String>,
    /// Without a slash at its end; empty if it is not known.
    pub base_url: String,
    /// Empty, or `/blog`.
    pub base_path: String,
    defaults: Vec<ScopeDefaults>,
}

const NAMES: [&str; 3] = ["_config.yml", "_config.yaml", "_config.toml"];

/// Returns the path of the settings that are nearest to the top of a source.
pub fn find<'s>(source: &'s Source) -> Option<&'s str> {
    let is_settings = |path: &&str| NAMES.contains(&path.rsplit('/').next().unwrap_or(path));
    let depth = |path: &&str| (path.matches('/').count(), path.len());
    source.paths().filter(is_settings).filter(|path| path.matches('/').count() < 3).min_by_key(depth)
}

/// Reads settings as a table, and the folder in which they stand.
pub fn read_table(source: &Source, path: &str) -> Result<(String, ValueTable), String> {
    let text = source.text(path)?.text;
    let ending = path.rsplit('.').next().unwrap_or("yml");
    let head = head::read_settings(&text, ending).map_err(|why| format!("{path}: {why}"))?;
    let root = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    Ok((root, head.entries.into_iter().map(|entry| (entry.key, entry.value)).collect()))
}

impl JekyllSettings {
    pub fn read(source: &Source) -> Result<JekyllSettings, String> {
        let (mut root, table) = match find(source) {
            Some(path) => read_table(source, path)?,
            None => Default::default(),
        };
        // Octopress keeps its texts in `source/`.
        if let Some(folder) = setting(&table, "source").filter(|folder| !matches!(folder.as_str(), "." | "./")) {
            let folder = format!("{root}{}/", folder.trim_matches(['.', '/']));
            if source.below(folder.trim_end_matches('/')).next().is_some() {
                root = folder;
            }
        }
        let base_path = setting(&table, "baseurl").map_or(String::new(), |path| path.trim_matches('/').to_owned());
        let base_path = if base_path.is_empty() { base_path } else { format!("/{base_path}") };
        let host = setting(&table, "url").unwrap_or_default();
        let host = if host.contains("localhost") { "" } else { host.trim_end_matches('/') };
        let base_url = if host.is_empty() { String::new() } else { format!("{host}{base_path}") };
        Ok(JekyllSettings {
            permalink: pattern(&setting(&table, "permalink").unwrap_or_default()),
            collections: collections(&table),
            exclude: table.get("exclude").map(fields::strings).unwrap_or_default(),
            timezone: setting(&table, "timezone"),
            defaults: defaults(&table),
            base_url,
            base_path,
            root,
            table,
        })
    }

    /// What the source says of itself.
    pub fn site(&self) -> ImportedSite {
        ImportedSite {
            title: setting(&self.table, "title").or_else(|| setting(&self.table, "name")),
            description: setting(&self.table, "description"),
            base_url: Some(self.base_url.clone()).filter(|url| !url.is_empty()),
            language: ["lang", "language", "locale", "default_lang"].iter().find_map(|key| setting(&self.table, key)),
            timezone: self.timezone.clone(),
        }
    }

    /// Returns whether a path below the site's folder is left out.
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.iter().any(|written| {
            let written = written.trim_matches('/').trim_end_matches("/**").trim_end_matches("/*");
            path.strip_prefix(written).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Returns the values for a text that it does not say itself, those of the nearest place first.
    pub fn defaults_for(&self, path: &str, kind: &str) -> Vec<&HeadEntry> {
        let fits = |row: &&ScopeDefaults| {
            (row.kind.is_empty() || row.kind.trim_end_matches('s') == kind.trim_end_matches('s'))
                && is_below(path, &row.path)
        };
        let mut rows: Vec<&ScopeDefaults> = self.defaults.iter().filter(fits).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.path.len(), !row.kind.is_empty())));
        let mut out: Vec<&HeadEntry> = Vec::new();
        for entry in rows.into_iter().flat_map(|row| &row.values) {
            if !out.iter().any(|known| known.key == entry.key) {
                out.push(entry);
            }
        }
        out
    }
}

/// Returns whether a path starts with another, in which `*` stands for one step.
fn is_below(path: &str, start: &str) -> bool {
    let mut steps = path.split('/');
    start.split('/').filter(|step| !step.is_empty()).all(|wanted| {
        steps.next().is_some_and(|step| match wanted.split_once('*') {
            Some((before, after)) => step.starts_with(before) && step.ends_with(after),
            None => step == wanted,
        })
    })
}

/// Returns the pattern for the name of a style.
fn pattern(written: &str) -> String {
    match written {
        "" | "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        other => other,
    }
    .to_owned()
}

fn collections(table: &ValueTable) -> BTreeMap<String, JekyllCollection> {
    let mut out = BTreeMap::new();
    match table.get("collections") {
        Some(ExtraValue::Table(rows)) => {
            for (name, row) in rows {
                let row = match row {
                    ExtraValue::Table(row) => row.clone(),
                    _ => ValueTable::new(),
                };
                let has_pages = row.get("output").and_then(fields::truth).unwrap_or(false);
                out.insert(name.clone(), JekyllCollection { has_pages, permalink: setting(&row, "permalink") });
            }
        }
        Some(names) => out.extend(fields::strings(names).into_iter().map(|name| (name, JekyllCollection::default()))),
        None => {}
    }
    out
}

fn defaults(table: &ValueTable) -> Vec<ScopeDefaults> {
    let Some(ExtraValue::List(rows)) = table.get("defaults") else { return Vec::new() };
    let row = |row: &ExtraValue| {
        let ExtraValue::Table(row) = row else { return None };
        let scope = inner(row, "scope");
        let word = |key: &str| scope.and_then(|scope| setting(scope, key)).unwrap_or_default();
        let values = inner(row, "values")?
            .iter()
            // Layouts and switches of the theme are no news for every text.
            .filter(|(key, _)| fields::target(key).is_some_and(|ours| !ours.is_empty()))
            .map(|(key, value)| HeadEntry { key: key.clone(), value: value.clone(), line: 1 })
            .collect();
        Some(ScopeDefaults { path: word("path"), kind: word("type"), values })
    };
    rows.iter().filter_map(row).collect()
}
