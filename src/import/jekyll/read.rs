//! Recognises a site of Jekyll, and reads its texts. It must not know other formats.

use std::collections::BTreeMap;

use super::data;
use super::places::{JekyllPlace, LanguageFolders, place};
use super::settings::{self, JekyllSettings};
use super::texts::{self, JekyllSite, RawText};
use crate::import::dates;
use crate::import::html::{self, HtmlOptions};
use crate::import::import_map::ImportMap;
use crate::import::imported::{CreditRole, Imported, ImportedText, Publication, TextRole};
use crate::import::kramdown;
use crate::import::liquid::link_names::LinkNames;
use crate::import::liquid::renderer::{LiquidDialect, LiquidPlace, LiquidSource, render};
use crate::import::liquid::values::{LiquidScope, ValueTable};
use crate::import::notes::{Note, NoteKind, Notes};
use crate::import::source::Source;

/// Settings that only Hexo has.
const OF_HEXO: [&str; 6] =
    ["source_dir", "public_dir", "new_post_name", "skip_render", "post_asset_folder", "render_drafts"];

/// Says why a source is a site of Jekyll.
pub fn recognise(source: &Source) -> Option<String> {
    let is_post = |path: &&str| path.starts_with("_posts/") || path.contains("/_posts/");
    let first = source.paths().find(is_post)?;
    match settings::find(source) {
        Some(path) => {
            let (_, table) = settings::read_table(source, path).ok()?;
            // Jekyll would take `source` for a category.
            let beside = first.starts_with("source/_posts/") && !table.contains_key("source");
            let hexo = beside || OF_HEXO.iter().any(|key| table.contains_key(*key));
            (!hexo).then(|| format!("`{path}` and `_posts/`"))
        }
        None => {
            let name = first.rsplit('/').next().unwrap_or(first);
            let dated = dates::of_file_name(name).is_some() && name.as_bytes().get(4) == Some(&b'-');
            (dated && !source.has("package.json")).then(|| "`_posts/` with dates in the names of its files".to_owned())
        }
    }
}

/// Reads a site.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let settings = JekyllSettings::read(source)?;
    let folders = LanguageFolders::find(source, &settings);
    let data = data::read(source, &settings);
    let site = JekyllSite { settings: &settings, folders: &folders, people: data::people(&data, &settings), map };
    let mut imported = Imported { site: settings.site(), ..Imported::default() };
    let mut raw = Vec::new();
    for path in source.below(settings.root.trim_end_matches('/')) {
        file(path, source, &site, &mut imported, &mut raw);
    }
    if imported.site.language.is_none() {
        imported.site.language = most_frequent(&raw, &mut imported.notes);
    }
    leave_out_foreign_pages(&mut raw, map, &mut imported);
    roles(&mut raw);
    bodies(raw, source, &site, &data, &mut imported);
    Ok(imported)
}

fn note(kind: NoteKind, path: &str, subject: &str, value: &str) -> Note {
    Note::new(kind, subject, path, value)
}

/// Reads one file.
fn file(path: &str, source: &Source, site: &JekyllSite, imported: &mut Imported, raw: &mut Vec<RawText>) {
    let below = &path[site.settings.root.len()..];
    let mut left_out = |subject: &str| imported.notes.add(note(NoteKind::LeftOut, path, subject, ""));
    let kind = match place(below, site.settings) {
        JekyllPlace::Post => "posts",
        JekyllPlace::Draft => "drafts",
        JekyllPlace::Page => "pages",
        JekyllPlace::InCollection(name) => {
            if !site.settings.collections.get(name).is_some_and(|collection| collection.has_pages) {
                return left_out(&format!("collection `{name}`, which has no pages"));
            }
            name
        }
        JekyllPlace::HtmlPage => return left_out("page of HTML"),
        JekyllPlace::Data => {
            let is_of_people = ["authors.", "people.", "members."].iter().any(|name| below.contains(name));
            if !is_of_people {
                left_out("data file");
            }
            return;
        }
        JekyllPlace::Asset => {
            let address = format!("/{}", below.trim_start_matches('_'));
            imported.assets.insert(path.to_owned(), vec![address]);
            return;
        }
        JekyllPlace::Machinery => return,
    };
    let read = source.text(path).and_then(|text| {
        if text.uncertain {
            let encoding = text.encoding.unwrap_or("UTF-8");
            imported.notes.add(note(NoteKind::Guessed, path, "encoding", encoding));
        }
        // A page without front matter is a file that Jekyll copies.
        if kind == "pages" && !text.text.trim_start().starts_with("---") {
            return Ok(None);
        }
        texts::read(path, &text.text, kind, site, &mut imported.notes).map(Some)
    });
    match read {
        Ok(Some(text)) => raw.push(text),
        Ok(None) => drop(imported.assets.insert(path.to_owned(), vec![format!("/{below}")])),
        Err(why) => imported.notes.add(note(NoteKind::LeftOut, path, "file that cannot be read", &why)),
    }
}

/// Returns the language of most posts.
fn most_frequent(raw: &[RawText], notes: &mut Notes) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut from = "";
    for raw in raw.iter().filter(|raw| raw.text.publication == Publication::Article) {
        if let Some(language) = raw.text.language.as_deref() {
            *counts.entry(language).or_default() += 1;
            from = &raw.text.from;
        }
    }
    let found = counts.into_iter().max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)))?.0.to_owned();
    notes.add(note(NoteKind::Guessed, from, "language of the site, that of most posts", &found));
    Some(found)
}

/// Pages have no siblings: leaves out those in other languages than the site's.
fn leave_out_foreign_pages(raw: &mut Vec<RawText>, map: &ImportMap, imported: &mut Imported) {
    let own = map.default_of("language").map(str::to_owned).or_else(|| imported.site.language.clone());
    let Some(own) = own else { return };
    let primary = |tag: &str| tag.replace('_', "-").to_lowercase().split('-').next().unwrap_or_default().to_owned();
    raw.retain(|raw| {
        let text = &raw.text;
        let language = text.language.as_deref().unwrap_or(&own);
        let foreign = text.publication == Publication::Page && text.own.is_none() && primary(language) != primary(&own);
        if foreign {
            let subject = "page in another language than the site";
            imported.notes.add(note(NoteKind::LeftOut, &text.from, subject, language));
        }
        !foreign
    });
}

fn is_translated(text: &ImportedText) -> bool {
    text.credits.iter().any(|credit| credit.role == CreditRole::Translator)
}

/// Finds originals: of several texts in a group, the only one that names no translator.
fn roles(raw: &mut [RawText]) {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, raw) in raw.iter().enumerate() {
        if raw.text.own.is_none() && raw.text.publication != Publication::Page {
            groups.entry(raw.text.group.clone()).or_default().push(at);
        }
    }
    for members in groups.into_values() {
        let (translated, others): (Vec<usize>, Vec<usize>) =
            members.into_iter().partition(|at| is_translated(&raw[*at].text));
        if let ([one], false) = (&others[..], translated.is_empty()) {
            raw[*one].text.role = TextRole::Original;
        }
        for at in translated {
            raw[at].text.role = TextRole::Translation;
        }
    }
}

/// Renders the bodies.
fn bodies(raw: Vec<RawText>, source: &Source, site: &JekyllSite, data: &ValueTable, imported: &mut Imported) {
    let mut names = LinkNames::default();
    for raw in &raw {
        names.add(&raw.text.from, raw.names.iter().map(String::as_str), &raw.text.title);
    }
    let settings = site.settings;
    let root = &settings.root;
    let liquid = LiquidSource { dialect: LiquidDialect::Jekyll, source, map: site.map, names: &names, root };
    for raw in raw {
        let mut text = raw.text;
        let scope = LiquidScope {
            site: Some(&settings.table),
            data: Some(data),
            page: Some(&raw.page),
            variables: ValueTable::new(),
            base_url: &settings.base_url,
            base_path: &settings.base_path,
        };
        let place = LiquidPlace { file: &text.from, line: text.body_line, is_html: raw.is_html };
        let notes = &mut imported.notes;
        // Bodies of an export are Recto's own Markdown.
        let plain = match raw.is_html || text.own.is_some() {
            true => text.body.clone(),
            false => kramdown::plain(&text.body, &text.from, text.body_line, notes),
        };
        let rendered = render(&plain, &liquid, scope, place, notes);
        text.body = if raw.is_html { of_html(&rendered, &text.from, notes) } else { rendered };
        imported.texts.push(text);
    }
}

fn of_html(written: &str, from: &str, notes: &mut Notes) -> String {
    let read = html::to_markdown(written, &HtmlOptions::default());
    for found in read.notes {
        notes.add(note(found.kind, from, &found.subject, &found.value));
    }
    read.text
}
