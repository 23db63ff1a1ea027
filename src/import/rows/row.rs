//! A row of a table as a text: its columns under our keys, its body, and the file that a column names. It must not know
//! how tables are written.

use std::borrow::Cow;

use crate::import::dates::{self, DayOrder};
use crate::import::fields;
use crate::import::head::HeadEntry;
use crate::import::html::{self, HtmlOptions};
use crate::import::import_map::{ImportMap, plain};
use crate::import::imported::{ExtraValue, Imported, ImportedText};
use crate::import::notes::{Note, NoteKind};
use crate::import::source::Source;

/// What a column is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnUse {
    /// A key; which one, `fields` and the map know.
    Key(String),
    Body,
    /// The path of a file with the body, from the top of the source or from the folder of the table.
    BodyFile,
    Dropped,
}

const BODIES: [&str; 13] = [
    "body",
    "content",
    "contents",
    "text",
    "full text",
    "fulltext",
    "html",
    "markdown",
    "本文",
    "正文",
    "内容",
    "본문",
    "texto",
];
const BODY_FILES: [&str; 6] = ["body_file", "body file", "file", "filename", "file name", "path"];

/// Says what a column is for, by the map or by its name.
pub fn column_use(name: &str, map: &ImportMap) -> ColumnUse {
    let known = plain(name);
    match map.column(name) {
        Some("") => ColumnUse::Dropped,
        Some("body") => ColumnUse::Body,
        Some("body_file") => ColumnUse::BodyFile,
        Some(ours) => ColumnUse::Key(ours.to_owned()),
        None if BODIES.contains(&known.as_str()) => ColumnUse::Body,
        None if BODY_FILES.contains(&known.as_str()) => ColumnUse::BodyFile,
        None => ColumnUse::Key(name.trim().to_owned()),
    }
}

/// Returns whether a column holds dates.
pub fn is_date(name: &str, map: &ImportMap) -> bool {
    let ColumnUse::Key(key) = column_use(name, map) else { return false };
    let ours = map.key(&key).map(str::to_owned).or_else(|| fields::target(&key));
    matches!(ours.as_deref(), Some("date" | "posted" | "updated" | "expires" | "original.date"))
}

/// A row to read.
pub struct SheetRow<'a> {
    /// The path of the table.
    pub path: &'a str,
    /// What names the text: the path, or the path with the number of the row.
    pub from: String,
    /// Its line in the table, from 1.
    pub line: usize,
    /// Names of columns with their values, and which number is the day in dates of the column.
    pub cells: Vec<(String, ExtraValue, DayOrder)>,
}

/// Makes a text of a row. `None`: all its cells are empty.
pub fn read(row: SheetRow, source: &Source, map: &ImportMap, imported: &mut Imported) -> Option<ImportedText> {
    let mut text = ImportedText { from: row.from.clone(), body_line: row.line, ..ImportedText::default() };
    let (mut body, mut any) = (None, false);
    let note = |kind, subject: &str, value: &str| {
        Note::new(kind, subject, row.path, value.lines().next().unwrap_or_default()).at_line(row.line)
    };
    for (name, value, order) in row.cells {
        let written = match &value {
            ExtraValue::Text(text) => Cow::Borrowed(text.trim()),
            _ => Cow::Borrowed("-"),
        };
        if written.is_empty() {
            continue;
        }
        any = true;
        match column_use(&name, map) {
            ColumnUse::Dropped => {}
            ColumnUse::Body => {
                if let ExtraValue::Text(text) = value {
                    body = Some((text, row.path.to_owned()));
                }
            }
            ColumnUse::BodyFile => match file_of(&written, row.path, source) {
                Some(path) => match source.text(&path) {
                    Ok(decoded) => body = body.or(Some((decoded.text, path))),
                    Err(why) => imported.notes.add(note(NoteKind::LeftOut, "body in a file", &why)),
                },
                None => imported.notes.add(note(NoteKind::LeftOut, "body in a file that the source has not", &written)),
            },
            ColumnUse::Key(key) => {
                let value = match dates::read(&written, order).filter(|_| is_date(&name, map)) {
                    Some(read) => {
                        if let Some(guess) = &read.guess {
                            imported.notes.add(note(NoteKind::Guessed, &format!("`{name}`: {guess}"), &written));
                        }
                        ExtraValue::Text(read.date)
                    }
                    None => value,
                };
                fields::set(&mut text, &HeadEntry { key, value, line: row.line }, map, &mut imported.notes);
            }
        }
    }
    if let Some((body, path)) = body {
        text.body = markdown(&body, &path, source, &row.from, row.line, imported);
    }
    any.then_some(text)
}

/// Finds the file that a cell names.
fn file_of(written: &str, table: &str, source: &Source) -> Option<String> {
    let bare = written.trim_start_matches("./").replace('\\', "/");
    let folder = table.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = if folder.is_empty() { bare.clone() } else { format!("{folder}/{bare}") };
    [beside, bare].into_iter().find(|path| source.has(path))
}

/// Returns whether a body is HTML: it has elements of blocks.
fn is_html(body: &str) -> bool {
    let start = body.trim_start().to_ascii_lowercase();
    let start = &start[..start.floor_char_boundary(2000)];
    ["<p>", "<p ", "<br", "<div", "<h2", "<ul>", "<!doctype", "<html"].iter().any(|tag| start.contains(tag))
}

/// Makes Markdown of a body that is HTML. Others are Markdown already.
fn markdown(body: &str, path: &str, source: &Source, from: &str, line: usize, imported: &mut Imported) -> String {
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let resolve = |dest: &str| {
        let found = [format!("{folder}{dest}"), dest.to_owned()].into_iter().find(|path| source.has(path))?;
        Some(format!("source:{}", crate::import::body_destinations::encoded(&found)))
    };
    if !is_html(body) {
        return crate::import::body_destinations::replaced(body, &resolve);
    }
    let made = html::to_markdown(body, &HtmlOptions { resolve: &resolve });
    for markup in made.notes {
        imported.notes.add(Note::new(markup.kind, markup.subject, from, markup.value).at_line(line));
    }
    made.text
}
