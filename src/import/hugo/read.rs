//! Recognises a site of Hugo, and reads its texts. It must not know other formats.

use std::collections::BTreeMap;

use super::content_tree::{self, ContentFile, ContentKind, ContentTree};
use super::known_shortcodes::HugoShortcodes;
use super::originals;
use super::permalinks::{self, AddressFacts};
use super::profiles;
use super::references::ReferenceIndex;
use super::settings::{self, HugoSettings};
use super::shortcodes;
use crate::base::path;
use crate::import::body_destinations;
use crate::import::dates;
use crate::import::fields;
use crate::import::head::{self, Head, HeadEntry};
use crate::import::html::{HtmlOptions, to_markdown};
use crate::import::import_map::ImportMap;
use crate::import::imported::{ExtraValue, Imported, ImportedText, Publication};
use crate::import::notes::{Note, NoteKind};
use crate::import::source::Source;

/// Says why a source is a site of Hugo.
pub fn recognise(source: &Source) -> Option<String> {
    let (root, files) = settings::find(source)?;
    let content = source.below(&format!("{root}content")).next().map(|_| format!(" and `{root}content/`"));
    Some(format!("`{}`{}", files.first()?, content.unwrap_or_default()))
}

/// Reads a site of Hugo.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let settings = settings::read(source)?;
    let tree = content_tree::read(source, &settings);
    let mut imported = Imported { site: settings.site.clone(), ..Imported::default() };
    let index = ReferenceIndex::new(&tree);
    let root_is_blog = !tree.files.iter().any(|file| file.kind == ContentKind::Page && file.logical.contains('/'));
    let mut reader = HugoReader {
        source,
        map,
        settings: &settings,
        tree: &tree,
        index: &index,
        labels: BTreeMap::new(),
        root_is_blog,
        imported: &mut imported,
    };
    // Sections first, because their texts need their titles.
    for file in tree.files.iter().filter(|file| file.kind == ContentKind::Section) {
        reader.section(file);
    }
    for file in &tree.files {
        match file.kind {
            ContentKind::Section => {}
            ContentKind::Resource => reader.left_out(file, "a text within another's bundle", ""),
            ContentKind::Page => reader.page(file),
        }
    }
    originals::find(&mut imported.texts, &mut imported.notes);
    imported.assets = assets(&tree, &imported.texts);
    Ok(imported)
}

struct HugoReader<'a> {
    source: &'a Source<'a>,
    map: &'a ImportMap,
    settings: &'a HugoSettings,
    tree: &'a ContentTree,
    index: &'a ReferenceIndex<'a>,
    /// Titles of sections, by language and folder.
    labels: BTreeMap<(usize, &'a str), String>,
    root_is_blog: bool,
    imported: &'a mut Imported,
}

/// Sections that say nothing but that they hold articles.
const PLAIN_SECTIONS: [&str; 8] = ["post", "posts", "blog", "blogs", "article", "articles", "entry", "entries"];

impl<'a> HugoReader<'a> {
    fn note(&mut self, kind: NoteKind, file: &ContentFile, line: Option<usize>, subject: &str, value: &str) {
        let value = value.lines().next().unwrap_or_default().chars().take(160).collect();
        let note = Note { kind, subject: subject.to_owned(), file: file.path.clone(), line, value };
        self.imported.notes.add(note);
    }

    fn left_out(&mut self, file: &ContentFile, subject: &str, value: &str) {
        self.note(NoteKind::LeftOut, file, None, subject, value);
    }

    /// Reads a file: its text, and its head, which may be empty.
    fn open(&mut self, file: &ContentFile) -> Option<(String, Head)> {
        let read = self.source.text(&file.path).and_then(|decoded| {
            if let (Some(encoding), true) = (decoded.encoding, decoded.uncertain) {
                self.note(NoteKind::Guessed, file, None, "the encoding of a file", encoding);
            }
            let head = head::read(&decoded.text)?;
            Ok((decoded.text, head.unwrap_or(Head { body_line: 1, ..Head::default() })))
        });
        match read {
            Ok((text, head)) => {
                head.report(&file.path, &mut self.imported.notes);
                Some((text, head))
            }
            Err(why) => {
                self.left_out(file, "a file that cannot be read", &why);
                None
            }
        }
    }

    /// Takes the title of a section. Its text has no place.
    fn section(&mut self, file: &'a ContentFile) {
        let Some((text, head)) = self.open(file) else { return };
        if let Some(title) = head.get("title").and_then(fields::plain).filter(|title| !title.is_empty()) {
            self.labels.insert((file.language, file.logical.as_str()), title);
        }
        let body = text[head.body..].trim();
        if !body.is_empty() {
            self.note(NoteKind::LeftOut, file, Some(head.body_line), "the text of a section's page", body);
        }
    }

    fn page(&mut self, file: &'a ContentFile) {
        if !matches!(file.ending().as_str(), "md" | "markdown" | "mdown" | "html" | "htm") {
            return self.left_out(file, "a text that is no Markdown", &file.ending());
        }
        let Some((written, head)) = self.open(file) else { return };
        let mut text = ImportedText {
            from: file.path.clone(),
            language: Some(self.language(file.language)),
            group: file.logical.clone(),
            ..ImportedText::default()
        };
        let url = self.keys(&head, &mut text);
        let is_own = text.own.is_some();
        if !is_own && is_hidden(&head) {
            return self.left_out(file, "a text that Hugo does not publish (`headless`, `build`)", "");
        }
        let name = file.name();
        let dated = dates::of_file_name(name);
        if text.date.is_none() && !is_own {
            text.date = dated.as_ref().map(|(day, _)| day.clone()).or_else(|| self.first_day(file, &text));
        }
        if !is_own {
            self.publication(file, &mut text);
            self.sections(file, &mut text);
        }
        self.addresses(file, url.as_deref(), &mut text);
        self.body(file, &head, &written, &mut text);
        self.imported.texts.push(text);
    }

    fn language(&self, place: usize) -> String {
        let listed = self.settings.languages.get(place).map(|language| language.tag.clone());
        let unlisted = || self.tree.unlisted.get(place.checked_sub(self.settings.languages.len())?).cloned();
        listed.or_else(unlisted).unwrap_or_default()
    }

    /// Puts the keys of a head into a text. Returns its address, if the head has one.
    fn keys(&mut self, head: &Head, text: &mut ImportedText) -> Option<String> {
        let mut url = None;
        let mut later = Vec::new();
        for entry in &head.entries {
            let mapped = self.map.key(&entry.key).is_some();
            match entry.key.to_lowercase().as_str() {
                "url" if !mapped => url = fields::plain(&entry.value).filter(|url| !url.is_empty()),
                "translationkey" if !mapped => {
                    text.group = fields::plain(&entry.value).map_or_else(String::new, |key| format!("#{key}"));
                }
                "type" | "resources" | "menu" | "menus" if !mapped => self.switch(entry, text),
                "lang" if !mapped => {}
                key if profiles::role_of(key).is_some() => later.push(entry),
                _ => fields::set(text, entry, self.map, &mut self.imported.notes),
            }
        }
        // Addresses of people, when all people are known.
        for entry in later {
            if !profiles::give(text, entry, self.map) {
                fields::set(text, entry, self.map, &mut self.imported.notes);
            }
        }
        url
    }

    fn switch(&mut self, entry: &HeadEntry, text: &mut ImportedText) {
        if entry.key.eq_ignore_ascii_case("type") && fields::plain(&entry.value).as_deref() == Some("page") {
            text.publication = Publication::Page;
        }
        let subject = format!("`{}`, a switch of the other program", entry.key);
        let value = fields::plain(&entry.value).unwrap_or_default();
        self.imported.notes.add(Note::new(NoteKind::LeftOut, subject, &text.from, value).at_line(entry.line));
    }

    /// Returns the day of a file's first version.
    fn first_day(&mut self, file: &ContentFile, text: &ImportedText) -> Option<String> {
        let known = [&text.posted, &text.updated].into_iter().any(Option::is_some);
        let versions = self.source.history().filter(|_| !known)?.versions(&file.path);
        let day = versions.last()?.date.get(..10)?.to_owned();
        self.note(NoteKind::Guessed, file, None, "`date`, from the history of the file", &day);
        Some(day)
    }

    /// Tells standalone pages from articles: they stand at the top, without a date.
    fn publication(&self, file: &ContentFile, text: &mut ImportedText) {
        let top = file.folders().first().map(|folder| folder.to_lowercase());
        let is_page = match top.as_deref() {
            None => !self.root_is_blog,
            Some("page" | "pages") => true,
            Some(_) => false,
        };
        let undated = text.date.is_none() && text.posted.is_none();
        if is_page && (undated || top.is_none()) && text.publication != Publication::Draft {
            text.publication = Publication::Page;
        }
    }

    /// Makes sections of the folders, unless the text has categories.
    fn sections(&self, file: &ContentFile, text: &mut ImportedText) {
        if !text.sections.is_empty() || text.publication == Publication::Page {
            return;
        }
        let folders = file.folders();
        let mut path = Vec::new();
        let mut end = 0;
        for folder in &folders {
            end += folder.len() + usize::from(end > 0);
            let is_number = folder.bytes().all(|b| b.is_ascii_digit());
            if is_number || PLAIN_SECTIONS.contains(&folder.to_lowercase().as_str()) {
                continue;
            }
            let label = self.labels.get(&(file.language, &file.logical[..end]));
            path.push(label.cloned().unwrap_or_else(|| (*folder).to_owned()));
        }
        if !path.is_empty() {
            text.sections.push(path);
        }
    }

    /// Adds the address that Hugo gives to a text, and completes those of its aliases.
    fn addresses(&self, file: &ContentFile, url: Option<&str>, text: &mut ImportedText) {
        let folders = file.folders();
        let slug = text.slug.clone();
        let facts = AddressFacts {
            date: text.date.as_deref(),
            title: &text.title,
            slug: slug.as_deref(),
            name: file.name(),
            folders: &folders,
            keeps_case: self.settings.keeps_case,
        };
        let section = folders.first().map(|folder| folder.to_lowercase()).unwrap_or_default();
        let pattern = self.settings.permalinks.get(&section);
        let found = match url {
            Some(url) if url.contains(':') && !url.contains("://") => permalinks::address(url, &facts),
            Some(url) => fields::path_of(url),
            None => Some(
                pattern
                    .and_then(|pattern| permalinks::address(pattern, &facts))
                    .unwrap_or_else(|| permalinks::of_path(&facts, self.settings.ugly)),
            ),
        };
        let code = self.settings.languages.get(file.language).map(|language| language.code.clone());
        let code = code.filter(|_| file.language > 0 || self.settings.default_in_folder);
        let in_language = |address: &str| match &code {
            Some(code) => format!("/{code}/{}", address.trim_start_matches('/')),
            None => address.to_owned(),
        };
        let at_top = url.is_some_and(|url| url.starts_with('/') || url.contains("://"));
        let main = found.map(|address| if at_top { address } else { in_language(&address) });
        // An alias without a slash is relative to the text's own address.
        let folder = main.as_deref().map(|main| main.trim_end_matches('/').rsplit_once('/').map_or("", |(f, _)| f));
        let folder = folder.unwrap_or_default().to_owned();
        let aliases = std::mem::take(&mut text.addresses);
        text.addresses.extend(main);
        for alias in aliases {
            let alias = match alias.strip_prefix("/../") {
                Some(rest) => format!("{folder}/{rest}"),
                None => alias,
            };
            if !text.addresses.contains(&alias) {
                text.addresses.push(alias);
            }
        }
    }

    /// Replaces shortcodes in a body, and makes Markdown of HTML.
    fn body(&mut self, file: &'a ContentFile, head: &Head, written: &str, text: &mut ImportedText) {
        let body = &written[head.body..];
        let mut shortcodes =
            HugoShortcodes { map: self.map, index: self.index, file, head, notes: &mut self.imported.notes };
        let body = shortcodes::expand(body, head.body_line, &mut shortcodes);
        text.body_line = head.body_line;
        if text.own.is_some() {
            // Recto's export writes brackets without a counterpart so.
            text.body = body.replace("&#123;{<", "{{<").replace("&#123;{%", "{{%");
            return;
        }
        if matches!(file.ending().as_str(), "html" | "htm") {
            let markdown = to_markdown(&body, &HtmlOptions::default());
            for note in markdown.notes {
                self.note(note.kind, file, None, &note.subject, &note.value);
            }
            text.body = markdown.text;
            return;
        }
        let blank = body.len() - body.trim_start_matches('\n').len();
        text.body_line += blank;
        text.body = body[blank..].lines().filter(|line| line.trim() != "<!--more-->").fold(
            String::with_capacity(body.len()),
            |mut out, line| {
                out.push_str(line);
                out.push('\n');
                out
            },
        );
        self.cover(file, text);
    }

    /// Leads the cover to its file: in the bundle, or below the static files.
    fn cover(&self, file: &ContentFile, text: &mut ImportedText) {
        let Some(cover) = text.cover.as_deref().filter(|cover| !cover.contains("://")) else { return };
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = (!cover.starts_with('/')).then(|| path::join(folder, cover)).flatten();
        let served = self.settings.statics.iter().filter_map(|folder| path::join(folder, cover));
        let found = beside.into_iter().chain(served).find(|path| self.source.has(path));
        text.cover = Some(match found {
            Some(found) => format!("source:{}", body_destinations::encoded(&found)),
            None => format!("/{}", cover.trim_start_matches("./").trim_start_matches('/')),
        });
    }
}

/// Returns whether Hugo makes no page of a text.
fn is_hidden(head: &Head) -> bool {
    let headless = head.get("headless").and_then(fields::truth) == Some(true);
    let built = head.get("build").or_else(|| head.get("_build"));
    let never = match built {
        Some(ExtraValue::Table(table)) => table
            .get("render")
            .is_some_and(|render| matches!(fields::plain(render).as_deref(), Some("never" | "false"))),
        _ => false,
    };
    headless || never
}

/// Returns all files that texts may show, with the addresses under which Hugo serves them: those of a bundle under the
/// address of each of its texts.
fn assets(tree: &ContentTree, texts: &[ImportedText]) -> BTreeMap<String, Vec<String>> {
    let mut addresses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for text in texts {
        if let (Some((folder, _)), Some(address)) = (text.from.rsplit_once('/'), text.addresses.first()) {
            addresses.entry(folder).or_default().push(address);
        }
    }
    let mut out = BTreeMap::new();
    for (path, served) in &tree.assets {
        let folder = tree.bundle_of(path);
        let of_texts = folder.and_then(|folder| addresses.get(folder)).into_iter().flatten();
        let below = folder.map_or("", |folder| &path[folder.len()..]);
        let in_bundle = of_texts.map(|address| format!("{}{below}", address.trim_end_matches('/')));
        out.insert(path.clone(), in_bundle.chain(served.clone()).collect());
    }
    out
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
