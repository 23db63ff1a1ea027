//! One text of a site of Jekyll: its head, its path and what the settings say of both. It must not know other texts.

use super::data;
use super::places::{LanguageFolders, PathWords, is_html};
use super::settings::JekyllSettings;
use crate::import::fields;
use crate::import::head::{self, Head, HeadEntry};
use crate::import::import_map::ImportMap;
use crate::import::imported::{ExtraValue, ImportedText, Publication};
use crate::import::liquid::values::ValueTable;
use crate::import::notes::{Note, NoteKind, Notes};
use crate::import::permalinks::{self, PermalinkWords};

/// A text before its body is rendered.
pub struct RawText {
    pub text: ImportedText,
    /// What `page.…` means in its body.
    pub page: ValueTable,
    /// The names by which `post_url` links it: `en/news/2013-02-22-title`.
    pub names: Vec<String>,
    pub is_html: bool,
}

/// What all texts share.
pub struct JekyllSite<'a> {
    pub settings: &'a JekyllSettings,
    pub folders: &'a LanguageFolders,
    pub people: Option<&'a ValueTable>,
    pub map: &'a ImportMap,
}

/// Keys by which texts in several languages name each other.
const GROUP_KEYS: [&str; 9] = [
    "ref",
    "lang-ref",
    "lang_ref",
    "translation_id",
    "translation_key",
    "translationkey",
    "page_id",
    "i18n_id",
    "translation-id",
];

/// Reads a text. `kind` is `posts`, `drafts`, `pages` or the name of a collection.
pub fn read(path: &str, written: &str, kind: &str, site: &JekyllSite, notes: &mut Notes) -> Result<RawText, String> {
    let settings = site.settings;
    let below = &path[settings.root.len()..];
    let words = site.folders.words(below);
    let head = head::read(written)?.unwrap_or_else(|| Head { body_line: 1, ..Head::default() });
    head.report(path, notes);
    let body = written.get(head.body..).unwrap_or_default();
    let trimmed = body.trim_start_matches('\n');
    let mut text = ImportedText {
        from: path.to_owned(),
        body: trimmed.to_owned(),
        body_line: head.body_line + body.len() - trimmed.len(),
        ..ImportedText::default()
    };
    let (mut group, mut permalink) = (None, None);
    let defaults = settings.defaults_for(below, kind);
    let missing = defaults.into_iter().filter(|entry| head.get(&entry.key).is_none());
    for entry in head.entries.iter().chain(missing) {
        let key = entry.key.to_lowercase();
        match (key.as_str(), fields::plain(&entry.value)) {
            _ if site.map.key(&entry.key).is_some() => fields::set(&mut text, entry, site.map, notes),
            ("permalink", Some(pattern)) => permalink = Some(pattern).filter(|pattern| !pattern.is_empty()),
            (key, Some(name)) if GROUP_KEYS.contains(&key) => group = Some(name).filter(|name| !name.is_empty()),
            _ => fields::set(&mut text, &in_words(entry), site.map, notes),
        }
    }
    match kind {
        "pages" => text.publication = Publication::Page,
        "drafts" => text.publication = Publication::Draft,
        _ => {}
    }
    fill_from_path(&mut text, &words, kind == "pages", notes);
    address(&mut text, &words, below, permalink, kind, settings);
    credits(&mut text, site);
    if text.own.is_none() {
        text.group = group.map_or_else(|| words.group.clone(), |name| format!("ref:{name}"));
    }
    let page = page_values(&head, &text);
    let named = format!("{}/{}", words.folders.join("/"), words.stem);
    let names = vec![named.trim_matches('/').to_owned(), words.stem.clone(), below_posts(below)];
    Ok(RawText { page, names, is_html: is_html(path), text })
}

/// The path below `_posts` without its ending.
fn below_posts(path: &str) -> String {
    let below = path.rsplit_once("_posts/").map_or(path, |(_, below)| below);
    below.rsplit_once('.').map_or(below, |(stem, _)| stem).to_owned()
}

/// Tags and categories in one text are words between spaces.
fn in_words(entry: &HeadEntry) -> HeadEntry {
    let plural = matches!(entry.key.to_lowercase().as_str(), "tags" | "categories");
    match &entry.value {
        ExtraValue::Text(text) if plural && !text.contains([',', '，', '、', ';']) => {
            let words = text.split_whitespace().map(|word| ExtraValue::Text(word.to_owned())).collect();
            HeadEntry { value: ExtraValue::List(words), ..entry.clone() }
        }
        _ => entry.clone(),
    }
}

/// Fills what the head does not say from the path.
fn fill_from_path(text: &mut ImportedText, words: &PathWords, is_page: bool, notes: &mut Notes) {
    text.date = text.date.take().or_else(|| words.date.clone());
    text.language = text.language.take().or_else(|| words.language.clone());
    if text.slug.is_none() && !is_page {
        text.slug = Some(words.slug.clone());
    }
    if text.title.is_empty() {
        let path = if words.slug == "index" { words.group.trim_end_matches("/index") } else { &words.slug };
        text.title = titled(path);
        notes.add(Note::new(NoteKind::Guessed, "`title`, from the name of the file", &text.from, &text.title));
    }
    if text.sections.is_empty() && !words.categories.is_empty() && !is_page && text.own.is_none() {
        text.sections.push(words.categories.iter().map(|folder| titled(folder)).collect());
    }
}

/// `my-first-post` as `My First Post`.
fn titled(slug: &str) -> String {
    let last = slug.rsplit('/').next().unwrap_or(slug);
    let words = last.split(['-', '_']).filter(|word| !word.is_empty()).map(|word| {
        let mut chars = word.chars();
        chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect::<String>())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Finds the address of a text: the one that it says, or that of the pattern.
fn address(
    text: &mut ImportedText,
    words: &PathWords,
    path: &str,
    permalink: Option<String>,
    kind: &str,
    settings: &JekyllSettings,
) {
    let pattern = match (permalink, kind) {
        (Some(own), _) if own.contains("://") => fields::path_of(&own).unwrap_or_default(),
        (Some(own), _) => own,
        (None, "pages") if settings.permalink.ends_with('/') => "/:path/".to_owned(),
        (None, "pages") => "/:path:output_ext".to_owned(),
        (None, "drafts") => return,
        (None, "posts") => settings.permalink.clone(),
        (None, name) => {
            let collection = settings.collections.get(name);
            let own = collection.and_then(|collection| collection.permalink.clone());
            own.unwrap_or_else(|| "/:collection/:path:output_ext".to_owned())
        }
    };
    let known = permalink_words(text, words, path, kind, settings);
    if let Some(address) = permalinks::expand(&pattern, &known) {
        text.addresses.retain(|other| *other != address);
        text.addresses.insert(0, address);
    }
}

fn permalink_words(
    text: &ImportedText,
    words: &PathWords,
    path: &str,
    kind: &str,
    settings: &JekyllSettings,
) -> PermalinkWords {
    let below = match kind {
        "pages" | "posts" | "drafts" => path,
        _ => path.split_once('/').map_or(path, |(_, below)| below),
    };
    let below = below.rsplit_once('.').map_or(below, |(stem, _)| stem);
    let name = below.rsplit('/').next().unwrap_or(below);
    // Sections that came from folders are among the folders.
    let written = text.sections.iter().flatten().filter(|_| words.categories.is_empty());
    let mut categories: Vec<String> = Vec::new();
    for category in words.folders.iter().chain(written) {
        let slug = category.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
        if !categories.contains(&slug) {
            categories.push(slug);
        }
    }
    let slug = text.slug.clone().unwrap_or_else(|| words.slug.clone());
    let title = if kind == "posts" { slug.clone() } else { name.to_owned() };
    let path = if below == "index" { "" } else { below.strip_suffix("/index").unwrap_or(below) };
    let mut known = PermalinkWords::from([
        ("categories", categories.join("/")),
        ("title", title),
        ("slug", slug.to_lowercase()),
        ("name", name.to_owned()),
        ("output_ext", ".html".to_owned()),
        ("collection", kind.to_owned()),
        ("path", path.to_owned()),
        ("basename", name.to_owned()),
        ("lang", text.language.clone().unwrap_or_default()),
    ]);
    if let Some(date) = text.date.as_deref().or(words.date.as_deref()) {
        permalinks::add_date(&mut known, date, settings.timezone.as_deref());
    }
    known
}

/// Names of nobody.
const NOBODY: [&str; 4] = ["unknown author", "unknown", "anonymous", "admin"];

fn credits(text: &mut ImportedText, site: &JekyllSite) {
    text.credits.retain(|credit| !NOBODY.contains(&credit.person.name.to_lowercase().as_str()));
    let Some(people) = site.people else { return };
    for credit in &mut text.credits {
        data::fill(&mut credit.person, people);
    }
}

/// What `page.…` means.
fn page_values(head: &Head, text: &ImportedText) -> ValueTable {
    let mut page: ValueTable =
        head.entries.iter().rev().map(|entry| (entry.key.clone(), entry.value.clone())).collect();
    page.insert("title".to_owned(), ExtraValue::Text(text.title.clone()));
    if let Some(address) = text.addresses.first() {
        page.insert("url".to_owned(), ExtraValue::Text(address.clone()));
    }
    page
}
