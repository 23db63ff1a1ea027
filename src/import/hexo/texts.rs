//! One text of a site of Hexo: its head, its credits and its addresses. It must not know other texts.

use super::credits;
use super::settings::HexoSettings;
use crate::import::dates;
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
    pub page: ValueTable,
    /// The names by which `post_link` links it.
    pub names: Vec<String>,
}

/// Reads a text at a path below the folder of texts. `below` is the path below `_posts`.
pub fn read(
    path: &str,
    below: &str,
    written: &str,
    publication: Publication,
    settings: &HexoSettings,
    map: &ImportMap,
    notes: &mut Notes,
) -> Result<RawText, String> {
    let head = head::read_unopened(written)?.unwrap_or_else(|| Head { body_line: 1, ..Head::default() });
    head.report(path, notes);
    let mut text = ImportedText {
        from: path.to_owned(),
        body: written.get(head.body..).unwrap_or_default().to_owned(),
        body_line: head.body_line,
        publication,
        ..ImportedText::default()
    };
    let mut permalink = None;
    for entry in &head.entries {
        match (entry.key.to_lowercase().as_str(), fields::plain(&entry.value)) {
            _ if map.key(&entry.key).is_some() => fields::set(&mut text, entry, map, notes),
            ("permalink", Some(written)) => permalink = Some(written).filter(|written| !written.is_empty()),
            ("categories" | "category", _) => categories(&mut text, entry),
            _ => fields::set(&mut text, entry, map, notes),
        }
    }
    let stem = below.rsplit_once('.').map_or(below, |(stem, _)| stem);
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let (day, slug) = match dates::of_file_name(name) {
        Some((day, rest)) if !rest.is_empty() => (Some(day), rest),
        _ => (None, name),
    };
    let mut guess = |subject: &str, value: &str| {
        notes.add(Note::new(NoteKind::Guessed, subject, path, value));
    };
    if let (None, Some(day)) = (&text.date, day) {
        guess("`date`, from the name of the file", &day);
        text.date = Some(day);
    }
    if text.title.is_empty() {
        text.title = slug.to_owned();
        guess("`title`, from the name of the file", slug);
    }
    let posted = text.date.clone();
    credits::take(&mut text);
    if publication != Publication::Page {
        text.slug = text.slug.take().or_else(|| permalink.as_deref().map(last_step).or(Some(slug.to_owned())));
    }
    addresses(&mut text, posted.as_deref(), stem, permalink.as_deref(), settings);
    let mut names = vec![stem.to_owned(), name.to_owned(), text.title.clone()];
    names.extend(permalink);
    let page = head.entries.iter().rev().map(|entry| (entry.key.clone(), entry.value.clone())).collect();
    Ok(RawText { text, page, names })
}

fn last_step(address: &str) -> String {
    let last = address.trim_matches('/').rsplit('/').next().unwrap_or(address);
    last.strip_suffix(".html").unwrap_or(last).to_owned()
}

/// Categories in a list are one path; lists in a list are a path each.
fn categories(text: &mut ImportedText, entry: &HeadEntry) {
    let path = |value: &ExtraValue| -> Vec<String> {
        fields::strings(value).iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    };
    let paths: Vec<Vec<String>> = match &entry.value {
        ExtraValue::List(items) if items.iter().any(|item| matches!(item, ExtraValue::List(_))) => {
            items.iter().map(path).collect()
        }
        value => vec![path(value)],
    };
    for path in paths {
        if !path.is_empty() && !text.sections.contains(&path) {
            text.sections.push(path);
        }
    }
}

/// Finds the addresses of a text: that of the pattern, and one that the text says.
fn addresses(
    text: &mut ImportedText,
    date: Option<&str>,
    stem: &str,
    permalink: Option<&str>,
    settings: &HexoSettings,
) {
    let name = stem.rsplit('/').next().unwrap_or(stem);
    if text.publication == Publication::Page {
        let address = permalink.and_then(fields::path_of).unwrap_or_else(|| match stem.strip_suffix("index") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("/{folder}"),
            _ => format!("/{stem}.html"),
        });
        return text.addresses.insert(0, address);
    }
    if text.publication == Publication::Draft && date.is_none() {
        return;
    }
    // With dates in the names of files, they are not in the title of an address.
    let bare = match dates::of_file_name(name) {
        Some((_, rest)) if settings.names.contains(":year") => stem.strip_suffix(name).unwrap_or("").to_owned() + rest,
        _ => stem.to_owned(),
    };
    // Older versions take `permalink` for the name, newer ones for the whole address.
    let is_name = permalink.is_some_and(|own| !own.trim_matches('/').contains(['/', '.']));
    let title = permalink.filter(|_| is_name).map_or(bare, |own| own.trim_matches('/').to_owned());
    let category = match text.sections.first() {
        Some(path) => path.iter().map(|name| settings.category_word(name)).collect::<Vec<_>>().join("/"),
        None => String::from("uncategorized"),
    };
    let mut words = PermalinkWords::from([
        ("title", title.clone()),
        ("name", title.rsplit('/').next().unwrap_or(&title).to_owned()),
        ("post_title", text.title.clone()),
        ("category", category),
        ("lang", text.language.clone().unwrap_or_default()),
    ]);
    if let Some(id) = text.extra.get("id").and_then(fields::plain) {
        words.insert("id", id);
    }
    if let Some(abbrlink) = text.extra.get("abbrlink").and_then(fields::plain) {
        words.insert("abbrlink", abbrlink);
    }
    if let Some(date) = date {
        permalinks::add_date(&mut words, date, settings.timezone.as_deref());
    }
    let of_pattern = permalinks::expand(&settings.permalink, &words);
    let own = permalink
        .and_then(fields::path_of)
        .map(|path| if is_name { format!("{}/", path.trim_end_matches('/')) } else { path });
    let found = if is_name { [of_pattern, own] } else { [own, of_pattern.filter(|_| permalink.is_none())] };
    for address in found.into_iter().flatten().rev() {
        text.addresses.retain(|other| *other != address);
        text.addresses.insert(0, address);
    }
}
