//! The entry: finds exports in a source and reads them.

use std::collections::BTreeMap;

use super::export;
use super::media::MediaFiles;
use super::posts::{self, PostReader};
use crate::import::import_map::ImportMap;
use crate::import::imported::{Imported, ImportedSite};
use crate::import::notes::{Note, NoteKind};
use crate::import::source::{MEDIA, Source};

/// How much of a file is looked at for its name spaces.
const HEAD: usize = 8_000;

/// Says whether a source is an export, and why.
pub fn recognise(source: &Source) -> Option<String> {
    exports(source).first().map(|path| format!("`{path}` is an export of WordPress (WXR)"))
}

fn exports<'s>(source: &'s Source) -> Vec<&'s str> {
    let below = |path: &str| path.starts_with(MEDIA) || path.matches('/').count() > 1;
    let files = source.paths().filter(|path| path.to_lowercase().ends_with(".xml") && !below(path));
    files.take(50).filter(|path| source.bytes(path).is_ok_and(|bytes| is_export(&bytes))).collect()
}

fn is_export(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    memchr::memmem::find(head, b"wordpress.org/export/").is_some() && memchr::memmem::find(head, b"<rss").is_some()
}

/// Reads all exports of a source: large sites are exported in several files.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let mut imported = Imported::default();
    let paths: Vec<String> = exports(source).into_iter().map(str::to_owned).collect();
    for path in &paths {
        read_file(source, path, map, &mut imported)?;
    }
    if imported.texts.is_empty() {
        return Err("there is no post and no page in this export".to_owned());
    }
    Ok(imported)
}

fn read_file(source: &Source, path: &str, map: &ImportMap, imported: &mut Imported) -> Result<(), String> {
    let export = export::read(&source.text(path)?.text);
    if let Some(why) = &export.broken {
        if export.items.is_empty() {
            return Err(format!("{path}: {why}"));
        }
        note(imported, NoteKind::LeftOut, "rest of the export", path, why);
    }
    let say = |key: &str| export.site.get(key).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    if imported.site == ImportedSite::default() {
        imported.site = ImportedSite {
            title: say("title"),
            description: say("description"),
            base_url: say("base_blog_url").or_else(|| say("link")),
            language: say("language"),
            timezone: None,
        };
    }
    let media = MediaFiles::new(source, &export.items);
    let reusable = export.items.iter().filter(|item| item.field("post_type") == "wp_block");
    let reusable: BTreeMap<String, String> =
        reusable.map(|item| (item.field("post_id").to_owned(), item.content().to_owned())).collect();
    let texts = || export.items.iter().filter(|item| posts::is_text(item));
    let ids = texts().map(|item| item.field("post_id").to_owned()).collect();
    let reader = PostReader { file: path, export: &export, map, media: &media, reusable, ids };
    for item in texts() {
        let text = reader.read(item, &mut imported.notes);
        imported.texts.push(text);
    }
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    for item in export.items.iter().filter(|item| !posts::is_text(item)) {
        let what = match item.field("status") {
            "trash" => "item in the trash".to_owned(),
            _ => format!("`{}`", item.field("post_type")),
        };
        *others.entry(what).or_default() += 1;
    }
    for (what, count) in others.iter().filter(|(what, _)| *what != "`attachment`") {
        note(imported, NoteKind::LeftOut, &format!("{what}, which is no text"), path, &count.to_string());
    }
    let (assets, missing) = media.finish();
    imported.assets.extend(assets);
    for address in missing {
        note(
            imported,
            NoteKind::LeftOut,
            "picture that stays at the old site: name its folder with `--media`",
            path,
            &address,
        );
    }
    Ok(())
}

fn note(imported: &mut Imported, kind: NoteKind, subject: &str, file: &str, value: &str) {
    imported.notes.add(Note::new(kind, subject, file, value));
}
