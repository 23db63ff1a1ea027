//! Reads JSON Lines, in which each line is an article, and JSON files with a list of them. An export by Recto has the
//! further texts of an article in its row. It must not know what a key means.

use serde_json::{Map, Value};

use super::row::{self, SheetRow};
use crate::import::dates::DayOrder;
use crate::import::head;
use crate::import::import_map::ImportMap;
use crate::import::imported::{Imported, ImportedText, TextRole};
use crate::import::notes::{Note, NoteKind};
use crate::import::own;
use crate::import::source::Source;

fn is_lines(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("jsonl" | "ndjson"))
}

/// Says why a source has JSON Lines.
pub fn recognise(source: &Source) -> Option<String> {
    let files: Vec<&str> = source.paths().filter(|path| is_lines(path)).collect();
    match files[..] {
        [] => None,
        [one] => Some(format!("JSON Lines in `{one}`")),
        [first, ..] => Some(format!("{} files with JSON Lines, such as `{first}`", files.len())),
    }
}

/// Reads all files with JSON Lines.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let mut imported = Imported::default();
    for path in source.paths() {
        if !is_lines(path) {
            imported.assets.insert(path.to_owned(), Vec::new());
            continue;
        }
        let decoded = source.text(path)?;
        for (at, line) in decoded.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(Value::Object(row)) => article(row, path, at + 1, source, map, &mut imported),
                Ok(_) => imported.notes.add(left_out(path, at + 1, "line that is no object", line)),
                Err(error) => imported.notes.add(left_out(path, at + 1, "line that is not JSON", &error.to_string())),
            }
        }
    }
    Ok(imported)
}

fn left_out(path: &str, line: usize, subject: &str, value: &str) -> Note {
    Note::new(NoteKind::LeftOut, subject, path, &value[..value.floor_char_boundary(160)]).at_line(line)
}

/// Makes the texts of a row: the article, and those in its `texts`.
fn article(
    mut row: Map<String, Value>,
    path: &str,
    line: usize,
    source: &Source,
    map: &ImportMap,
    imported: &mut Imported,
) {
    let from = format!("{path}#{line}");
    let texts = match row.remove("texts") {
        Some(Value::Array(texts)) => texts,
        _ => Vec::new(),
    };
    let files = row.remove("files");
    let Some(mut text) = text(row, &from, files.as_ref(), path, line, source, map, imported) else { return };
    if text.group.is_empty() && !texts.is_empty() {
        text.group.clone_from(&from);
    }
    for (at, other) in texts.into_iter().enumerate() {
        let Value::Object(mut other) = other else { continue };
        let from = format!("{from}.{}", at + 1);
        let role = other.get("role").and_then(Value::as_str).map(str::to_owned);
        let own_files = other.remove("files");
        let files = own_files.as_ref().or(files.as_ref());
        if let Some(mut other) = self::text(other, &from, files, path, line, source, map, imported) {
            other.group.clone_from(&text.group);
            match role.as_deref() {
                Some("original") => other.role = TextRole::Original,
                _ if other.role == TextRole::Unknown => other.role = TextRole::Translation,
                _ => {}
            }
            imported.texts.push(other);
        }
    }
    imported.texts.push(text);
}

#[allow(clippy::too_many_arguments, reason = "a row and where it is from")]
fn text(
    mut row: Map<String, Value>,
    from: &str,
    files: Option<&Value>,
    path: &str,
    line: usize,
    source: &Source,
    map: &ImportMap,
    imported: &mut Imported,
) -> Option<ImportedText> {
    let own = row.remove(own::KEY).and_then(|own| head::of_json(&own, 0));
    row.remove("role");
    // The number of a row means nothing elsewhere.
    row.remove("id");
    let cells =
        row.into_iter().filter_map(|(key, written)| Some((key, head::of_json(&written, 0)?, DayOrder::Unknown)));
    let row = SheetRow { path, from: from.to_owned(), line, cells: cells.collect() };
    let mut text = row::read(row, source, map, imported)?;
    if let Some(own) = own {
        own::take(&mut text, &own);
    }
    if let Some(Value::Object(files)) = files {
        let resolve = |dest: &str| {
            let path = files.get(dest)?.as_str().filter(|path| source.has(path))?;
            Some(format!("source:{}", crate::import::body_destinations::encoded(path)))
        };
        text.body = crate::import::body_destinations::replaced(&text.body, &resolve);
        if let Some(cover) = text.cover.as_deref().and_then(resolve) {
            text.cover = Some(cover);
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests;
