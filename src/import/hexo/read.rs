//! Recognises a site of Hexo, and reads its texts. It must not know other formats.

use std::collections::BTreeMap;

use super::settings::{self, HexoSettings};
use super::texts::{self, RawText};
use crate::import::import_map::ImportMap;
use crate::import::imported::{Imported, Publication};
use crate::import::liquid::link_names::LinkNames;
use crate::import::liquid::renderer::{LiquidDialect, LiquidPlace, LiquidSource, render};
use crate::import::liquid::values::{LiquidScope, ValueTable};
use crate::import::notes::{Note, NoteKind};
use crate::import::source::Source;

/// Says why a source is a site of Hexo.
pub fn recognise(source: &Source) -> Option<String> {
    let folder = settings::folder(source)?;
    if !source.below(&format!("{folder}_posts")).any(is_text) {
        return None;
    }
    let posts = format!("`{folder}_posts/`");
    match settings::find(source, &folder) {
        Some(path) => Some(format!("{posts} and `{path}`")),
        None => Some(format!("{posts} without settings of Jekyll")),
    }
}

fn is_text(path: &str) -> bool {
    path.ends_with(".md") || path.ends_with(".markdown")
}

/// Reads a site.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let settings = HexoSettings::read(source)?;
    let mut imported = Imported { site: settings.site(), ..Imported::default() };
    let mut raw: Vec<RawText> = Vec::new();
    for path in source.below(settings.folder.trim_end_matches('/')) {
        let below = &path[settings.folder.len()..];
        let (publication, rest) = match below.split_once('/') {
            _ if is_hidden(below) => continue,
            Some(("_posts", rest)) if is_text(path) => (Publication::Article, rest),
            Some(("_drafts", rest)) if is_text(path) => (Publication::Draft, rest),
            Some(("_data", _)) => {
                imported.notes.add(left_out(path, "data file", String::new()));
                continue;
            }
            Some((folder, _)) if folder.starts_with('_') && !matches!(folder, "_posts" | "_drafts") => continue,
            _ if is_page(below, &settings) => (Publication::Page, below),
            _ => {
                asset(path, below, &mut imported.assets);
                continue;
            }
        };
        let read = source
            .text(path)
            .and_then(|text| texts::read(path, rest, &text.text, publication, &settings, map, &mut imported.notes));
        match read {
            Ok(text) => raw.push(text),
            Err(why) => imported.notes.add(left_out(path, "file that cannot be read", why)),
        }
    }
    asset_addresses(&raw, &settings, &mut imported.assets);
    bodies(raw, source, map, &settings, &mut imported);
    Ok(imported)
}

fn left_out(path: &str, subject: &str, value: String) -> Note {
    Note::new(NoteKind::LeftOut, subject, path, value)
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|step| step.starts_with('.') || step == "node_modules" || step == "themes")
}

/// Returns whether a file is a page. At the top of a repository without settings, a readme is none.
fn is_page(path: &str, settings: &HexoSettings) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let about = matches!(name.as_str(), "readme.md" | "license.md" | "contributing.md" | "changelog.md");
    is_text(path) && !(about && (settings.folder.is_empty() || path.contains('/')))
}

fn asset(path: &str, below: &str, assets: &mut BTreeMap<String, Vec<String>>) {
    let served = !below.starts_with('_') && !is_text(below) && !below.ends_with(".html");
    let addresses = if served { vec![format!("/{below}")] } else { Vec::new() };
    if !is_text(below) {
        assets.insert(path.to_owned(), addresses);
    }
}

/// Files in the folder with the name of a post are served beside it.
fn asset_addresses(raw: &[RawText], settings: &HexoSettings, assets: &mut BTreeMap<String, Vec<String>>) {
    let folders: BTreeMap<&str, &str> = raw
        .iter()
        .filter_map(|raw| {
            let stem = raw.text.from.rsplit_once('.')?.0;
            Some((stem, raw.text.addresses.first()?.as_str()))
        })
        .collect();
    let posts = format!("{}_posts/", settings.folder);
    for (path, addresses) in assets.iter_mut().filter(|(path, _)| path.starts_with(&posts)) {
        let mut folder = path.as_str();
        while let Some((above, _)) = folder.rsplit_once('/') {
            if let Some(address) = folders.get(above) {
                let start = address.rsplit_once('/').map_or("", |(start, _)| start);
                addresses.push(format!("{start}{}", &path[above.len()..]));
                break;
            }
            folder = above;
        }
    }
}

/// Renders the bodies.
fn bodies(raw: Vec<RawText>, source: &Source, map: &ImportMap, settings: &HexoSettings, imported: &mut Imported) {
    let mut names = LinkNames::default();
    for raw in &raw {
        names.add(&raw.text.from, raw.names.iter().map(String::as_str), &raw.text.title);
    }
    let liquid = LiquidSource { dialect: LiquidDialect::Hexo, source, map, names: &names, root: &settings.folder };
    for raw in raw {
        let mut text = raw.text;
        let scope = LiquidScope {
            site: Some(&settings.table),
            data: None,
            page: Some(&raw.page),
            variables: ValueTable::new(),
            base_url: &settings.base_url,
            base_path: &settings.base_path,
        };
        let place = LiquidPlace { file: &text.from, line: text.body_line, is_html: false };
        text.body = render(&text.body, &liquid, scope, place, &mut imported.notes);
        imported.texts.push(text);
    }
}
