//! Reads the pages of a site of Zola as texts. It must not know the site that they go to.

use std::collections::BTreeMap;

use super::addresses::{self, PagePlace};
use super::bodies::{self, BodyPlace};
use super::settings::{self, SectionTitles, ZolaSettings};
use super::shortcodes;
use crate::base::path;
use crate::import::fields;
use crate::import::head::{self, Head, HeadEntry};
use crate::import::import_map::ImportMap;
use crate::import::imported::{Imported, ImportedText, Publication};
use crate::import::notes::{Note, NoteKind, Notes};
use crate::import::source::Source;

/// The folder with the pages.
const CONTENT: &str = "content";

/// Returns why a source is a site of Zola.
pub fn recognise(source: &Source) -> Option<String> {
    let (file, _) = settings::find(source)?;
    source.below(CONTENT).any(is_markdown).then(|| format!("`{file}` with `base_url`, and `content/`"))
}

/// Reads a site of Zola.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let mut imported = Imported::default();
    let settings = match settings::find(source) {
        Some((file, head)) => {
            head.report(file, &mut imported.notes);
            ZolaSettings::of(&head)
        }
        None => ZolaSettings { default_language: "en".to_owned(), ..ZolaSettings::default() },
    };
    imported.site = settings.site.clone();
    let sections = sections(source, &settings, &mut imported.notes);
    let reader = PageReader { source, map, settings: &settings, sections: &sections };
    let mut own_folders = BTreeMap::new();
    for path in source.below(CONTENT).filter(|path| is_markdown(path) && !is_section(path)) {
        if let Some(text) = reader.page(path, &mut own_folders, &mut imported.notes) {
            imported.texts.push(text);
        }
    }
    imported.assets = assets(source, &settings, &own_folders);
    Ok(imported)
}

fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("md"))
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_section(path: &str) -> bool {
    name_of(path).starts_with("_index.")
}

/// Reads a file and its head; a file that cannot be read is noted.
fn file(source: &Source, path: &str, notes: &mut Notes) -> Option<(String, Head)> {
    let read = source.text(path).and_then(|decoded| {
        let head = head::read(&decoded.text)?.unwrap_or(Head { body_line: 1, ..Head::default() });
        Ok((decoded.text, head))
    });
    match read {
        Ok(read) => Some(read),
        Err(why) => {
            notes.add(note(NoteKind::LeftOut, "file that cannot be read", path, &why));
            None
        }
    }
}

fn note(kind: NoteKind, subject: &str, file: &str, value: &str) -> Note {
    let value: String = value.lines().next().unwrap_or_default().chars().take(200).collect();
    Note::new(kind, subject, file, value)
}

/// Reads the titles of the sections. Their pages are lists, which Recto makes by itself.
fn sections(source: &Source, settings: &ZolaSettings, notes: &mut Notes) -> SectionTitles {
    let mut titles = SectionTitles::default();
    for path in source.below(CONTENT).filter(|path| is_section(path) && is_markdown(path)) {
        let Some((text, head)) = file(source, path, notes) else { continue };
        let stem = name_of(path).rsplit_once('.').map_or("", |(stem, _)| stem);
        let is_default = settings.stem_and_language(stem).1.is_none_or(|tag| tag == settings.default_language);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = folder.strip_prefix(CONTENT).unwrap_or(folder).trim_start_matches('/');
        if let Some(title) = head.get("title").and_then(fields::plain).filter(|title| is_default && !title.is_empty()) {
            titles.add(folder, title);
        }
        if let Some(line) = text[head.body..].lines().find(|line| !line.trim().is_empty()) {
            notes.add(note(NoteKind::LeftOut, "text above the list of a section", path, line));
        }
    }
    titles
}

/// Reads pages.
struct PageReader<'a> {
    source: &'a Source<'a>,
    map: &'a ImportMap,
    settings: &'a ZolaSettings,
    sections: &'a SectionTitles,
}

impl PageReader<'_> {
    /// Reads a page, and records where the files beside it were served.
    fn page(&self, path: &str, own_folders: &mut BTreeMap<String, String>, notes: &mut Notes) -> Option<ImportedText> {
        let (written, head) = file(self.source, path, notes)?;
        head.report(path, notes);
        let below = path.strip_prefix(CONTENT).unwrap_or(path).trim_start_matches('/');
        let place = addresses::place(below, self.settings);
        let word = |key: &str| head.get(key).and_then(fields::plain).filter(|word| !word.is_empty());
        let address_key = if self.map.key("path").is_none() { word("path") } else { None };
        let address = addresses::of_page(&place, address_key.as_deref(), word("slug").as_deref(), self.settings);
        if let Some(folder) = place.own_folder {
            let known = own_folders.entry(folder.to_owned()).or_insert_with(|| address.clone());
            if place.language.is_none() {
                known.clone_from(&address);
            }
        }
        let language = place.language.unwrap_or(&self.settings.default_language);
        let mut text = ImportedText {
            from: path.to_owned(),
            group: place.group.clone(),
            language: Some(language.to_owned()),
            addresses: vec![address],
            body_line: head.body_line,
            ..ImportedText::default()
        };
        self.fields(&mut text, &head, address_key.is_some(), notes);
        text.date = text
            .date
            .take()
            .or_else(|| place.day.clone())
            .or_else(|| address_key.as_deref().and_then(addresses::day_in).or_else(|| addresses::day_in(below)));
        // The name at the end of its address, whatever dots it has: `Rust-1.24.1`.
        let last = text.addresses.first().and_then(|address| address.trim_end_matches('/').rsplit('/').next());
        text.slug = text.slug.take().or_else(|| last.map(path::slug).filter(|slug| path::has_slug(slug)));
        self.rest(&mut text, &place, notes);
        let place = BodyPlace { source: self.source, settings: self.settings, file: path, body_line: head.body_line };
        let body = bodies::internal(&written[head.body..], &place, notes);
        let body = shortcodes::expand(&body, &place, self.map, notes);
        text.body = bodies::linked(&body, &place);
        text.cover = text.cover.take().map(|cover| place.file_of(&cover).unwrap_or(cover));
        Some(text)
    }

    /// Puts the keys into the text; the site's own table comes last, because an export by Recto has its say there.
    fn fields(&self, text: &mut ImportedText, head: &Head, without_path: bool, notes: &mut Notes) {
        let is_own = |entry: &&HeadEntry| entry.key == "extra";
        let switches = ["template", "weight", "in_search_index", "insert_anchor_links", "render", "generate_feeds"];
        let first = head.entries.iter().filter(|entry| !is_own(entry));
        for entry in first.chain(head.entries.iter().filter(is_own)) {
            let is_switch = switches.contains(&&*entry.key) && self.map.key(&entry.key).is_none();
            if !(is_switch || without_path && entry.key == "path") {
                fields::set(text, entry, self.map, notes);
            }
        }
    }

    /// Fills in what the place of a page says.
    fn rest(&self, text: &mut ImportedText, place: &PagePlace, notes: &mut Notes) {
        if text.title.is_empty() {
            text.title = place.name.replace(['-', '_'], " ").trim().to_owned();
            notes.add(note(NoteKind::Guessed, "`title`, from the name of the file", &text.from, &text.title));
        }
        if text.own.is_some() {
            return;
        }
        // Zola lists only pages with a date by date; the others are pages such as "About".
        if text.date.is_none() && text.posted.is_none() && text.publication == Publication::Article {
            text.publication = Publication::Page;
        }
        let path = self.sections.path(place.folder);
        if text.sections.is_empty() && !path.is_empty() && text.publication != Publication::Page {
            text.sections.push(path);
        }
    }
}

/// The files that are no pages, with the addresses under which Zola served them.
fn assets(
    source: &Source,
    settings: &ZolaSettings,
    own_folders: &BTreeMap<String, String>,
) -> BTreeMap<String, Vec<String>> {
    let mut assets = BTreeMap::new();
    for path in source.below(CONTENT).filter(|path| !is_markdown(path)) {
        let below = &path[CONTENT.len() + 1..];
        let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
        // The page whose folder, or a folder above it, has the file.
        let mut owner = Some(folder);
        let mut address = None;
        while let Some(at) = owner.filter(|at| !at.is_empty() && address.is_none()) {
            address = own_folders.get(at).map(|page| format!("{page}{}", &below[at.len() + 1..]));
            owner = at.rsplit_once('/').map(|(above, _)| above);
        }
        let address = address.unwrap_or_else(|| format!("{}{name}", addresses::of_section(folder, settings)));
        assets.insert(path.to_owned(), vec![address]);
    }
    let theme = settings.theme.as_ref().map(|theme| format!("themes/{theme}/static"));
    for folder in ["static".to_owned()].into_iter().chain(theme) {
        for path in source.below(&folder) {
            assets.insert(path.to_owned(), vec![path[folder.len()..].to_owned()]);
        }
    }
    assets
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
