//! Recognises files with printed pages, and makes texts of them. It must not know other formats.

use super::page::{self, PrintedPage};
use super::{digest, lines, paragraphs, split};
use crate::import::import_map::ImportMap;
use crate::import::imported::{CreditRole, Imported, ImportedCredit, ImportedPerson, ImportedText};
use crate::import::notes::{Note, NoteKind};
use crate::import::source::Source;

/// The files that are looked at to recognise a source.
const LOOKED_AT: usize = 20;

fn is_text(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), None | Some("txt" | "text" | "eml"))
}

/// Says why a source has printed pages.
pub fn recognise(source: &Source) -> Option<String> {
    let files: Vec<&str> = source.paths().filter(|path| is_text(path)).collect();
    let step = (files.len() / LOOKED_AT).max(1);
    let (mut pages, mut seen) = (0, 0);
    for path in files.iter().step_by(step).take(LOOKED_AT) {
        let Ok(text) = source.text(path) else { continue };
        seen += 1;
        let lines: Vec<&str> = text.text.lines().collect();
        let control = lines.iter().take(5).any(|line| lines::is_control(line));
        pages += usize::from(control || split::is_page(&lines) || digest::read(&lines, 0).is_some());
    }
    let what = if files.len() == 1 { "a text file" } else { "text files" };
    (pages * 2 >= seen && pages > 0)
        .then(|| format!("{what} with printed pages: a print control, or bullets with a date and a source"))
}

/// Reads printed pages.
pub fn read(source: &Source, _: &ImportMap) -> Result<Imported, String> {
    let mut imported = Imported::default();
    for path in source.paths().filter(|path| is_text(path)) {
        let decoded = source.text(path)?;
        let all: Vec<&str> = decoded.text.lines().collect();
        let ranges = split::pages(&all);
        let pages: Vec<PrintedPage> = match digest::read(&all, 0) {
            Some(pages) => pages,
            None => ranges.into_iter().filter_map(|range| page::read(&all[range.clone()], range.start)).collect(),
        };
        if pages.is_empty() {
            imported.notes.add(Note::new(NoteKind::LeftOut, "file without a page", path, ""));
        }
        let several = pages.len() > 1;
        for (at, page) in pages.iter().enumerate() {
            let from = if several { format!("{path}#{}", at + 1) } else { path.to_owned() };
            notes(page, path, &mut imported);
            let mut text = text_of(page, from);
            if !several {
                of_name(path, &mut text);
            }
            imported.texts.push(text);
        }
    }
    Ok(imported)
}

/// Notes what was guessed and what belongs to the site.
fn notes(page: &PrintedPage, path: &str, imported: &mut Imported) {
    let mut add = |kind: NoteKind, subject: &str, value: &str| {
        imported.notes.add(Note::new(kind, subject, path, value).at_line(page.line));
    };
    if let Some(date) = &page.credits.date
        && let Some(guess) = &date.guess
    {
        add(NoteKind::Guessed, &format!("`date`: {guess}"), &date.date);
    }
    if !page.topics.is_empty() {
        add(NoteKind::LeftOut, "topic bar, which `[topics] bar` of the site has", &page.topics.join(", "));
    }
}

/// Makes a text of a page.
fn text_of(page: &PrintedPage, from: String) -> ImportedText {
    let credits = &page.credits;
    let mut text = ImportedText {
        from,
        title: page.title.clone(),
        date: credits.date.as_ref().map(|date| date.date.clone()),
        summary: page.summary.clone(),
        sources: credits.sources.clone(),
        body: paragraphs::markdown(&page.paragraphs),
        body_line: page.body_line,
        ..ImportedText::default()
    };
    if !page.sections.is_empty() {
        text.sections.push(page.sections.clone());
    }
    // Without a word, an article is a translation.
    let kind = credits.kind.filter(|kind| *kind != "translation").map(str::to_owned);
    for (key, value) in [
        ("kind", kind),
        ("time", credits.time.clone()),
        ("page", credits.page.clone()),
        ("issue", credits.issue.clone()),
        ("edition", credits.edition.clone()),
        ("extent", credits.extent.map(str::to_owned)),
        ("genre", page.genre.map(str::to_owned)),
        ("dateline", page.dateline.clone()),
    ] {
        if let Some(value) = value {
            text.fields.insert(key, value);
        }
    }
    let authors = page.authors.iter().cloned().map(|person| ImportedCredit { role: CreditRole::Author, person });
    let translators = credits.translators.iter().map(|name| ImportedCredit {
        role: CreditRole::Translator,
        person: ImportedPerson { name: name.clone(), ..ImportedPerson::default() },
    });
    text.credits = authors.chain(translators).collect();
    text
}

/// Takes what the name of a file says: `20210325163437.txt` is the address of a page, and the day of its posting.
fn of_name(path: &str, text: &mut ImportedText) {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.len() < 11 || !stem.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    let day = format!("{}-{}-{}", &stem[..4], &stem[4..6], &stem[6..8]);
    if crate::base::date::parse(&day).is_ok() {
        text.posted = Some(day);
        text.addresses.push(format!("/{stem}/"));
    }
}

#[cfg(test)]
mod tests;
