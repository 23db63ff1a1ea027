//! The entry: makes a text of each Word file of a source.

use std::io::Cursor;

use super::document::{self, DocxItem};
use super::lists;
use super::parts::DocxParts;
use crate::import::credit_line;
use crate::import::dates;
use crate::import::import_map::ImportMap;
use crate::import::imported::{CreditRole, Imported, ImportedCredit, ImportedText};
use crate::import::names;
use crate::import::notes::{Note, NoteKind};
use crate::import::packed::PackedSource;
use crate::import::prose::block_writer;
use crate::import::prose::model::{Block, Inline, Prose, plain_text};
use crate::import::source::{MEDIA, Source};

/// Says whether a source is a folder of Word files, and why.
pub fn recognise(source: &Source) -> Option<String> {
    files(source).next().map(|path| format!("`{path}` is a Word file"))
}

fn files<'s>(source: &'s Source) -> impl Iterator<Item = &'s str> {
    source.paths().filter(|path| {
        // Word keeps `~$name.docx` beside an open file.
        let name = path.rsplit('/').next().unwrap_or(path);
        path.to_lowercase().ends_with(".docx") && !name.starts_with("~$") && !path.starts_with(MEDIA)
    })
}

/// Reads all Word files. One that cannot be read is named and left out.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let mut imported = Imported::default();
    for path in files(source) {
        match source.bytes(path).and_then(|bytes| read_file(path, bytes, map, &mut imported)) {
            Ok(text) => imported.texts.push(text),
            Err(why) => note(&mut imported, NoteKind::LeftOut, "Word file that cannot be read", path, &why),
        }
    }
    match imported.texts.is_empty() {
        true => Err("there is no Word file that can be read".to_owned()),
        false => Ok(imported),
    }
}

fn note(imported: &mut Imported, kind: NoteKind, subject: &str, file: &str, value: &str) {
    let value: String = value.chars().take(120).collect();
    imported.notes.add(Note::new(kind, subject, file, value));
}

fn read_file(path: &str, bytes: Vec<u8>, map: &ImportMap, imported: &mut Imported) -> Result<ImportedText, String> {
    let packed = bytes.len() as u64;
    let archive = PackedSource::zip(Cursor::new(bytes), packed)?;
    let part = |name: &str| archive.read(name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let optional = |name: &str| part(name).unwrap_or_default();
    let xml = part("word/document.xml").map_err(|_| "it has no text (word/document.xml)".to_owned())?;
    let mut parts = DocxParts::default();
    parts.read_styles(&optional("word/styles.xml"));
    parts.read_numbering(&optional("word/numbering.xml"));
    parts.read_links(&optional("word/_rels/document.xml.rels"));
    parts.read_properties(&optional("docProps/core.xml"));
    let document = document::read(&xml, &parts, "");
    if let Some(why) = &document.broken {
        note(imported, NoteKind::LeftOut, "rest of a Word file", path, why);
    }
    for (subject, words) in &document.left_out {
        note(imported, NoteKind::LeftOut, subject, path, words);
    }
    let mut text = ImportedText { from: path.to_owned(), body_line: 1, ..ImportedText::default() };
    let mut items = document.items;
    take_title(&mut items, &parts, &mut text);
    fields(&parts, map, &mut text);
    take_credit_line(&mut items, &mut text, path, imported);
    let mut notes = Vec::new();
    for (name, kind) in [("word/footnotes.xml", "f"), ("word/endnotes.xml", "e")] {
        notes.extend(document::read(&optional(name), &parts, kind).notes);
    }
    let mut prose = Prose { blocks: lists::blocks(items, &parts), notes: Vec::new() };
    let mut marks = Vec::new();
    prose.blocks.iter_mut().for_each(|block| number_marks(block, &mut marks));
    for (at, id) in marks.iter().enumerate() {
        let items = notes.iter().find(|(note, _)| note == id).map(|(_, items)| items.clone()).unwrap_or_default();
        prose.notes.push(((at + 1).to_string(), lists::blocks(items, &parts)));
    }
    text.body = block_writer::write(&prose);
    if text.title.is_empty() {
        let stem = path.rsplit('/').next().unwrap_or(path);
        text.title = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem).to_owned();
        note(imported, NoteKind::Guessed, "`title` from the name of the file", path, &text.title);
    }
    Ok(text)
}

/// Takes the title: the paragraph with that style, or the first heading if nothing stands above it.
fn take_title(items: &mut Vec<DocxItem>, parts: &DocxParts, text: &mut ImportedText) {
    let shown = |item: &DocxItem| match item {
        DocxItem::Paragraph(paragraph) => !plain_text(&paragraph.content).is_empty(),
        DocxItem::Table(_) => true,
    };
    let is = |item: &DocxItem, fits: &dyn Fn(&str) -> bool| matches!(item, DocxItem::Paragraph(p) if fits(&p.style));
    let titled = items.iter().position(|item| shown(item) && is(item, &|style| matches!(style, "title" | "表題")));
    let headed =
        || items.iter().position(&shown).filter(|at| is(&items[*at], &|style| lists::heading(style) == Some(1)));
    if let Some(at) = titled.or_else(headed) {
        if let DocxItem::Paragraph(paragraph) = items.remove(at) {
            text.title = plain_text(&paragraph.content);
        }
        return;
    }
    text.title = parts.properties.get("title").cloned().unwrap_or_default();
}

fn fields(parts: &DocxParts, map: &ImportMap, text: &mut ImportedText) {
    let property = |key: &str| parts.properties.get(key).cloned();
    let date = |key: &str| property(key).and_then(|date| dates::read(&date, Default::default())).map(|read| read.date);
    text.posted = date("created");
    text.updated = date("modified").filter(|modified| Some(modified) != text.posted.as_ref());
    text.date = text.posted.as_ref().map(|posted| posted.chars().take(10).collect());
    text.summary = property("description");
    text.tags = property("keywords")
        .iter()
        .flat_map(|words| words.split([',', ';', '、']))
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty())
        .collect();
    text.language = property("language").map(|tag| map.language(&tag).map(str::to_owned).unwrap_or(tag));
    let people = property("creator").map(|creator| names::people(&creator)).unwrap_or_default();
    text.credits = people.into_iter().map(|person| ImportedCredit { role: CreditRole::Author, person }).collect();
}

/// Reads the credit line below the title: a date, or "By" and names. It says more than the properties of the file, which
/// are those of whoever saved it.
fn take_credit_line(items: &mut Vec<DocxItem>, text: &mut ImportedText, path: &str, imported: &mut Imported) {
    let first = items.iter().position(|item| match item {
        DocxItem::Paragraph(paragraph) => !plain_text(&paragraph.content).is_empty(),
        DocxItem::Table(_) => true,
    });
    let Some(at) = first else { return };
    let DocxItem::Paragraph(paragraph) = &items[at] else { return };
    let line = plain_text(&paragraph.content);
    if lists::heading(&paragraph.style).is_some() {
        return;
    }
    let Some(found) = credit_line::read(&line) else { return };
    text.date = found.date.or(text.date.take());
    if !found.authors.is_empty() {
        text.credits = found.authors;
    }
    note(imported, NoteKind::Guessed, "credit line under the title", path, &line);
    items.remove(at);
}

/// Numbers the marks of notes in their order.
fn number_marks(block: &mut Block, marks: &mut Vec<String>) {
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => number_in(content, marks),
        Block::Quote(blocks) => blocks.iter_mut().for_each(|block| number_marks(block, marks)),
        Block::List { items, .. } => {
            items.iter_mut().flat_map(|item| &mut item.blocks).for_each(|block| number_marks(block, marks));
        }
        Block::Table(table) => {
            table.head.iter_mut().chain(table.rows.iter_mut().flatten()).for_each(|cell| number_in(cell, marks));
        }
        Block::Code { .. } | Block::Rule | Block::Html(_) | Block::More => {}
    }
}

fn number_in(content: &mut [Inline], marks: &mut Vec<String>) {
    for inline in content {
        match inline {
            Inline::NoteMark(id) => {
                marks.push(std::mem::take(id));
                *id = marks.len().to_string();
            }
            Inline::Styled(_, content) | Inline::Link { content, .. } | Inline::Element { content, .. } => {
                number_in(content, marks)
            }
            _ => {}
        }
    }
}
