//! The configuration of a site of Hugo: `hugo.toml`, `config.yaml` and their like, and the folder `config/_default/`.
//! Keys are compared without case, as Hugo does it. It must not know content.

use std::collections::BTreeMap;

use crate::import::fields;
use crate::import::head;
use crate::import::imported::{ExtraValue, ImportedSite};
use crate::import::source::Source;

/// A language of the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HugoLanguage {
    /// What stands in file names and addresses, in lower case: `zh-cn`.
    pub code: String,
    /// Its tag, if the configuration says more than the code.
    pub tag: String,
    pub title: Option<String>,
}

/// What the configuration says about content and addresses.
#[derive(Clone, Debug, Default)]
pub struct HugoSettings {
    /// The folder of the site in the source: empty, or with a slash at its end.
    pub root: String,
    pub site: ImportedSite,
    /// The default language is the first.
    pub languages: Vec<HugoLanguage>,
    pub default_in_folder: bool,
    /// Folders of content (without a slash at their end), the longest first, with the place of their language.
    pub content: Vec<(String, Option<usize>)>,
    /// Folders whose files are served from the top.
    pub statics: Vec<String>,
    /// By section, in lower case.
    pub permalinks: BTreeMap<String, String>,
    pub ugly: bool,
    pub keeps_case: bool,
}

type Table = BTreeMap<String, ExtraValue>;

const ENDINGS: [&str; 4] = ["toml", "yaml", "yml", "json"];

/// Finds the folder of the site and the files of its configuration, and says which they are.
pub fn find(source: &Source) -> Option<(String, Vec<String>)> {
    let mut roots: Vec<&str> = vec![""];
    // The site may stand in a folder of its repository.
    let folders = source.paths().filter_map(|path| path.split_once('/').map(|(folder, _)| folder));
    folders.for_each(|folder| {
        if roots.last() != Some(&folder) {
            roots.push(folder);
        }
    });
    roots.into_iter().find_map(|folder| {
        let root = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let files = configuration(source, &root);
        (!files.is_empty()).then_some((root, files))
    })
}

fn configuration(source: &Source, root: &str) -> Vec<String> {
    let file = |stem: &str| ENDINGS.iter().map(|end| format!("{root}{stem}.{end}")).find(|path| source.has(path));
    let mut found: Vec<String> = file("hugo").into_iter().collect();
    let has_content = source.below(&format!("{root}content")).next().is_some();
    let has_more = ["archetypes", "layouts", "themes", "i18n"]
        .iter()
        .any(|folder| source.below(&format!("{root}{folder}")).next().is_some());
    if found.is_empty()
        && (has_content || has_more)
        && let Some(path) = file("config").filter(|path| is_of_hugo(source, path))
    {
        found.push(path);
    }
    let folder: Vec<&str> = source.below(&format!("{root}config/_default")).collect();
    found.extend(folder.into_iter().filter(|path| ENDINGS.contains(&ending(path))).map(str::to_owned));
    found
}

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Returns whether a file `config.toml` is of Hugo, and not of Zola.
fn is_of_hugo(source: &Source, path: &str) -> bool {
    let table = table_of(source, path).unwrap_or_default();
    !table.contains_key("base_url")
        && ["baseurl", "languagecode", "defaultcontentlanguage", "params", "languages", "theme", "module"]
            .iter()
            .any(|key| table.contains_key(*key))
}

/// Reads a file of settings, with its keys in lower case.
fn table_of(source: &Source, path: &str) -> Result<Table, String> {
    let text = source.text(path)?.text;
    let head = head::read_settings(&text, if ending(path) == "yml" { "yaml" } else { ending(path) })?;
    Ok(head.entries.into_iter().map(|entry| (entry.key.to_lowercase(), entry.value)).collect())
}

/// Returns the table under a key, whatever its case.
fn table<'t>(table: &'t Table, key: &str) -> Option<&'t Table> {
    match value(table, key)? {
        ExtraValue::Table(inner) => Some(inner),
        _ => None,
    }
}

fn value<'t>(table: &'t Table, key: &str) -> Option<&'t ExtraValue> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

fn word(table: &Table, key: &str) -> Option<String> {
    value(table, key).and_then(fields::plain).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty())
}

fn is_on(table: &Table, key: &str) -> bool {
    value(table, key).and_then(fields::truth) == Some(true)
}

/// Reads the configuration.
pub fn read(source: &Source) -> Result<HugoSettings, String> {
    let (root, files) = find(source).ok_or("it has no `hugo.toml`, no `config.toml` and no `config/_default/`")?;
    let mut all = Table::new();
    for path in &files {
        let found = table_of(source, path).map_err(|why| format!("{path}: {why}"))?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.split('.').next().unwrap_or(name).to_lowercase();
        match stem.as_str() {
            "hugo" | "config" => all.extend(found),
            // `languages.toml`, `permalinks.yaml`
            _ => drop(all.insert(stem, ExtraValue::Table(found))),
        }
    }
    Ok(of_table(&all, root, source))
}

fn of_table(all: &Table, root: String, source: &Source) -> HugoSettings {
    let default = word(all, "defaultContentLanguage").unwrap_or_else(|| "en".to_owned()).to_lowercase();
    let mut settings = HugoSettings {
        default_in_folder: is_on(all, "defaultContentLanguageInSubdir"),
        ugly: is_on(all, "uglyURLs"),
        keeps_case: is_on(all, "disablePathToLower"),
        ..HugoSettings::default()
    };
    let content = word(all, "contentDir").unwrap_or_else(|| "content".to_owned());
    let folder = |name: &str| format!("{root}{}", name.trim_start_matches("./").trim_matches('/'));
    let described = table(all, "languages");
    let tag = |table: &Table| ["languageCode", "locale"].iter().find_map(|key| word(table, key));
    let first = described.and_then(|languages| table(languages, &default));
    settings.languages.push(HugoLanguage {
        tag: first.and_then(tag).or_else(|| tag(all)).unwrap_or_else(|| default.clone()),
        title: first.and_then(|table| word(table, "title")),
        code: default.clone(),
    });
    settings.content.push((folder(&content), None));
    for (code, language) in described.into_iter().flatten() {
        let ExtraValue::Table(language) = language else { continue };
        if is_on(language, "disabled") {
            continue;
        }
        let lower = code.to_lowercase();
        let place = settings.languages.iter().position(|known| known.code == lower).unwrap_or_else(|| {
            let tag = tag(language).unwrap_or_else(|| code.clone());
            settings.languages.push(HugoLanguage { code: lower, tag, title: word(language, "title") });
            settings.languages.len() - 1
        });
        if let Some(own) = word(language, "contentDir") {
            settings.content.push((folder(&own), Some(place)));
        }
    }
    mounts(all, &folder, &mut settings);
    settings.content.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(b.1.is_some().cmp(&a.1.is_some())));
    settings.content.dedup_by(|a, b| a.0 == b.0);
    let statics = value(all, "staticDir").map(fields::strings).unwrap_or_else(|| vec!["static".to_owned()]);
    settings.statics.extend(statics.iter().map(|name| folder(name)));
    settings.permalinks = patterns(all);
    let params = table(all, "params");
    settings.site = ImportedSite {
        title: word(all, "title").or_else(|| settings.languages[0].title.clone()),
        description: word(all, "description").or_else(|| params.and_then(|params| word(params, "description"))),
        base_url: word(all, "baseURL").filter(|url| url.contains("://") && !url.contains("//example.")),
        language: Some(settings.languages[0].tag.clone()),
        timezone: word(all, "timeZone"),
    };
    folders_of_languages(&content, &folder, source, &mut settings);
    settings.root = root;
    settings
}

/// Finds one content folder a language below `content/`, about which the configuration need not say anything.
fn folders_of_languages(content: &str, folder: &impl Fn(&str) -> String, source: &Source, settings: &mut HugoSettings) {
    let has_default = settings.content.iter().any(|(_, language)| language.is_some());
    if !has_default && settings.languages.len() > 1 {
        let own = |(place, language): (usize, &HugoLanguage)| {
            let folder = folder(&format!("{content}/{}", language.code));
            let is_there = source.below(&folder).next().is_some();
            is_there.then_some((folder, Some(place)))
        };
        let found: Vec<_> = settings.languages.iter().enumerate().filter_map(own).collect();
        if found.len() == settings.languages.len() {
            settings.content.extend(found);
            settings.content.rotate_right(settings.languages.len());
        }
    }
}

/// Reads the patterns of addresses, by section.
fn patterns(all: &Table) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (section, pattern) in table(all, "permalinks").into_iter().flatten() {
        match pattern {
            ExtraValue::Text(pattern) => drop(out.insert(section.to_lowercase(), pattern.clone())),
            ExtraValue::Table(inner) if section == "page" => {
                let rows = inner.iter().filter_map(|(key, value)| Some((key.to_lowercase(), fields::plain(value)?)));
                out.extend(rows);
            }
            _ => {}
        }
    }
    out
}

/// Takes the folders that `[[module.mounts]]` puts in the place of content and static files.
fn mounts(all: &Table, folder: &dyn Fn(&str) -> String, settings: &mut HugoSettings) {
    let Some(ExtraValue::List(rows)) = table(all, "module").and_then(|module| value(module, "mounts")) else { return };
    for row in rows {
        let ExtraValue::Table(row) = row else { continue };
        let (Some(from), Some(target)) = (word(row, "source"), word(row, "target")) else { continue };
        let place = word(row, "lang").map(|code| code.to_lowercase());
        let place = place.and_then(|code| settings.languages.iter().position(|known| known.code == code));
        match target.trim_matches('/') {
            "content" => settings.content.push((folder(&from), place)),
            "static" => settings.statics.push(folder(&from)),
            _ => {}
        }
    }
}
