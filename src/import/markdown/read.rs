//! Recognises a folder of Markdown, and reads its files. It must not know other formats.

use super::description::{Description, HeadKind};
use super::labelled::{self, MarkdownFile};
use super::originals::{FoundOriginal, OriginalIndex, has_east_asian, is_markdown, name_of};
use super::values::{self, ValueContext};
use crate::import::body_destinations;
use crate::import::dates;
use crate::import::fields;
use crate::import::head::{self, HeadEntry};
use crate::import::import_map::ImportMap;
use crate::import::imported::{CreditRole, Imported, ImportedText, TextRole};
use crate::import::notes::{Note, NoteKind};
use crate::import::source::Source;

/// The files that are looked at to find the description of a source.
const LOOKED_AT: usize = 60;

/// Says why a source is a folder of Markdown.
pub fn recognise(source: &Source) -> Option<String> {
    let count = source.paths().filter(|path| is_markdown(path)).count();
    let files = if count == 1 { "Markdown file" } else { "Markdown files" };
    (count > 0).then(|| match describe(source) {
        Some("lctt") => format!("{count} {files}, with `[#]: key: (value)` or `via:` and credits"),
        Some(_) => format!("{count} {files}, with lists of labels and values at their heads"),
        None => format!("{count} {files}"),
    })
}

/// Returns the name of the shipped description that fits the files of a source.
fn describe(source: &Source) -> Option<&'static str> {
    let all: Vec<&str> = source.paths().filter(|path| is_markdown(path)).collect();
    let step = (all.len() / LOOKED_AT).max(1);
    let (mut comments, mut lists, mut seen) = (0, 0, 0);
    for path in all.iter().step_by(step).take(LOOKED_AT) {
        let Ok(text) = source.text(path) else { continue };
        seen += 1;
        let text = text.text;
        let head: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(6).collect();
        let is_via = |line: &str| line.starts_with("via:") || line.starts_with("via：") || line.starts_with("译者：");
        comments += usize::from(text.starts_with("[#]:") || text.lines().rev().take(60).any(is_via));
        let is_label = |line: &&&str| {
            line.starts_with(['>', '*', '-'])
                && ["原文地址", "原文链接", "译者"].iter().any(|label| line.contains(label))
        };
        lists += usize::from(head.iter().filter(is_label).count() > 1);
    }
    // A third is enough: old files of such projects have no head yet.
    match () {
        () if comments * 3 >= seen && comments >= lists && comments > 0 => Some("lctt"),
        () if lists * 3 >= seen && lists > 0 => Some("quote"),
        () => None,
    }
}

/// Reads a folder of Markdown.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let description = match Description::of_map(map)? {
        Some(description) => description,
        None => {
            let mut description = describe(source).map_or(Ok(Description::default()), Description::named)?;
            description.labels.extend(map.keys.iter().map(|(theirs, ours)| (theirs.clone(), ours.clone())));
            description
        }
    };
    let mut imported = Imported::default();
    imported.site.language = description.language.clone();
    let index = OriginalIndex::new(source, &description);
    let all = !description.articles.iter().any(|folder| source.below(folder).next().is_some());
    for path in source.paths() {
        let is_original = description.originals.iter().any(|folder| is_below(path, folder));
        let is_article = !is_original && (all || description.articles.iter().any(|folder| is_below(path, folder)));
        if !is_markdown(path) {
            imported.assets.insert(path.to_owned(), Vec::new());
        } else if is_article && !is_of_project(path) {
            article(path, source, &description, map, &index, &mut imported);
        }
    }
    Ok(imported)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Returns whether a file is about the project itself.
fn is_of_project(path: &str) -> bool {
    let stem = name_of(path).split('.').next().unwrap_or_default().to_lowercase();
    path.starts_with('.')
        || matches!(stem.as_str(), "readme" | "contributing" | "license" | "changelog" | "code_of_conduct")
}

fn left_out(path: &str, subject: &str, value: String) -> Note {
    Note::new(NoteKind::LeftOut, subject, path, value)
}

/// Reads one article, with its original.
fn article(
    path: &str,
    source: &Source,
    description: &Description,
    map: &ImportMap,
    index: &OriginalIndex,
    imported: &mut Imported,
) {
    let decoded = match source.text(path) {
        Ok(decoded) => decoded,
        Err(why) => {
            imported.notes.add(left_out(path, "file that cannot be read", why));
            return;
        }
    };
    if description.original_language.is_some() && description.language.is_some() {
        let foreign = !index.is_translated(&decoded.text) && is_distinct(description);
        if foreign {
            imported.notes.add(left_out(path, "text that is not translated yet", String::new()));
            return;
        }
    }
    let (head, start) = front_matter(path, &decoded.text, description, imported);
    let mut file = labelled::read(&decoded.text[start..], description);
    let before = decoded.text[..start].matches('\n').count();
    file.body_line += before;
    file.values.iter_mut().for_each(|value| value.line += before);
    let mut text = text_of(path, &file, head, source, description, map, imported);
    let past = index.past(path, &decoded.text);
    let guess = |subject: &str, value: &str| Note::new(NoteKind::Guessed, subject, path, value);
    text.posted = text.posted.take().or(past.placed.or_else(|| past.begun.clone()));
    if let Some(begun) = past.begun.as_deref().filter(|_| text.date.is_none()) {
        text.date = begun.get(..10).map(str::to_owned);
        imported.notes.add(guess("`date`, from the history of the file", begun));
    }
    if text.date.is_none()
        && let Some(day) = folder_date(path)
    {
        imported.notes.add(guess("`date`, from the name of the folder", &day));
        text.date = Some(day);
    }
    if let Some(folder) = past.first_folder.filter(|_| text.sections.is_empty()) {
        text.sections.push(vec![folder]);
    }
    if let Some(found) = past.original {
        original(path, &found, source, description, map, &mut text, imported);
    }
    imported.texts.push(text);
}

/// Reads front matter. Returns its entries, and where the rest of the text starts.
fn front_matter(path: &str, text: &str, description: &Description, imported: &mut Imported) -> (Vec<HeadEntry>, usize) {
    if description.head != HeadKind::FrontMatter {
        return (Vec::new(), 0);
    }
    match head::read(text) {
        Ok(Some(found)) => {
            found.report(path, &mut imported.notes);
            (found.entries, found.body)
        }
        Ok(None) => (Vec::new(), 0),
        Err(why) => {
            imported.notes.add(left_out(path, "front matter that cannot be read", why));
            (Vec::new(), 0)
        }
    }
}

/// Returns whether the script of a text tells whether it is translated.
fn is_distinct(description: &Description) -> bool {
    let is = |tag: &Option<String>| {
        tag.as_deref().is_some_and(|tag| ["zh", "ja", "ko"].iter().any(|known| tag.starts_with(known)))
    };
    is(&description.language) != is(&description.original_language)
}

/// Makes a text of a file.
fn text_of(
    path: &str,
    file: &MarkdownFile,
    head: Vec<HeadEntry>,
    source: &Source,
    description: &Description,
    map: &ImportMap,
    imported: &mut Imported,
) -> ImportedText {
    let mut text = ImportedText {
        from: path.to_owned(),
        language: description.language.clone(),
        body: body_destinations::internal(&file.body, path, source, description.repository.as_deref()),
        body_line: file.body_line,
        ..ImportedText::default()
    };
    for entry in &head {
        fields::set(&mut text, entry, map, &mut imported.notes);
    }
    if text.title.is_empty() {
        text.title = file.title.clone().unwrap_or_default();
    } else if let Some(title) = file.title.as_ref().filter(|title| **title != text.title) {
        // A heading that is not the title again is part of the text.
        text.body = format!("# {title}\n\n{}", text.body);
    }
    text.original.language = text.original.language.take().or_else(|| description.original_language.clone());
    let context = ValueContext { description, definitions: &file.definitions };
    for value in &file.values {
        values::set(&mut text, value, &context, &mut imported.notes);
    }
    let name = name_of(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let dated = dates::of_file_name(stem);
    let words = dated.as_ref().map_or(stem, |(_, rest)| rest).trim().to_owned();
    text.date = text.date.take().or(dated.map(|(day, _)| day));
    let guess = |subject: &str, value: &str| Note::new(NoteKind::Guessed, subject, path, value);
    // Names of files cannot have all characters: `--` stands for a colon.
    let spoken = words.replace("--", ": ");
    if description.file_name.as_deref() == Some("original.title")
        && text.original.title.is_none()
        && !has_east_asian(&spoken)
    {
        imported.notes.add(guess("title of the original, from the name of the file", &spoken));
        text.original.title = Some(spoken.clone()).filter(|title| !title.is_empty());
    }
    if text.title.is_empty() {
        text.title = if spoken.is_empty() { stem.to_owned() } else { spoken };
        imported.notes.add(guess("`title`, from the name of the file", &text.title));
    }
    if text.sources.is_empty()
        && description.source_is_host
        && let Some(host) = text.original.url.as_deref().and_then(values::host)
    {
        text.sources.push(host);
    }
    text
}

/// Adds the text of an original.
fn original(
    path: &str,
    found: &FoundOriginal,
    source: &Source,
    description: &Description,
    map: &ImportMap,
    text: &mut ImportedText,
    imported: &mut Imported,
) {
    let file = labelled::read(&found.text, description);
    let mut original = text_of(&found.from, &file, Vec::new(), source, description, map, imported);
    original.language = description.original_language.clone();
    original.role = TextRole::Original;
    original.group = path.to_owned();
    original.addresses.clear();
    if description.head == HeadKind::Comments && file.title.is_none() {
        original.title = text.original.title.clone().unwrap_or(original.title);
    }
    text.group = path.to_owned();
    text.role = TextRole::Translation;
    text.original.revision = text.original.revision.take().or_else(|| found.revision.clone());
    text.original.title = text.original.title.take().or_else(|| Some(original.title.clone()));
    text.original.url = text.original.url.take().or_else(|| original.original.url.clone());
    if !text.credits.iter().any(|credit| credit.role == CreditRole::Author) {
        let authors = original.credits.iter().filter(|credit| credit.role == CreditRole::Author);
        text.credits.extend(authors.cloned());
    }
    original.credits.retain(|credit| credit.role == CreditRole::Author);
    imported.texts.push(original);
}

/// Reads the month of a folder: `published/202103/x.md`, `2021/03/x.md`.
fn folder_date(path: &str) -> Option<String> {
    let folders: Vec<&str> = path.split('/').rev().skip(1).collect();
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let (year, month) = match folders[..] {
        [both, ..] if digits(both, 6) => both.split_at(4),
        [month, year, ..] if digits(year, 4) && digits(month, 2) => (year, month),
        _ => return None,
    };
    let day = format!("{year}-{month}-01");
    crate::base::date::parse(&day).is_ok().then_some(day)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
