//! Puts labelled values into a text: people, addresses, dates. It must not know where in a file they stood.

use super::description::Description;
use super::labelled::{LabelledValue, clean_title};
use crate::base::weburl;
use crate::import::dates::{self, DayOrder};
use crate::import::imported::{CreditRole, ExtraValue, ImportedCredit, ImportedPerson, ImportedText};
use crate::import::names::{self, CommaMeaning, Definitions};
use crate::import::notes::{Note, NoteKind, Notes};

/// What the values of a file are put with.
pub struct ValueContext<'a> {
    pub description: &'a Description,
    pub definitions: &'a Definitions,
}

/// Puts one value into a text. A value that is there already stays.
pub fn set(text: &mut ImportedText, value: &LabelledValue, context: &ValueContext, notes: &mut Notes) {
    let Some(key) = context.description.key(&value.label) else { return };
    let written = value.value.trim().trim_end_matches([']', ' ']);
    let written = if value.value.contains('[') { value.value.trim() } else { written };
    if written.is_empty() || key.is_empty() {
        return;
    }
    match key {
        "author" => people(text, CreditRole::Author, written, context),
        "translator" => people(text, CreditRole::Translator, written, context),
        "reviewer" => people(text, CreditRole::Reviewer, written, context),
        "editor" => people(text, CreditRole::Editor, written, context),
        "collector" => people(text, CreditRole::Collector, written, context),
        "original" => {
            let (label, url) = link(written);
            fill(&mut text.original.url, url);
            fill(&mut text.original.title, label.map(|label| clean_title(&label)));
        }
        "original.url" => {
            let (label, url) = link(written);
            fill(&mut text.original.url, url.or_else(|| label.filter(|label| weburl::is_web(label))));
        }
        "original.title" => fill(&mut text.original.title, Some(clean_title(written))),
        "original.author_url" => fill(&mut text.original.author_url, Some(written.to_owned())),
        "title" => {
            if text.title.is_empty() {
                text.title = clean_title(written);
            }
        }
        "address" => text.addresses.extend(path_of(written)),
        "summary" => fill(&mut text.summary, Some(written.to_owned())),
        "source" => text.sources.extend(names::people(written).into_iter().map(|source| source.name)),
        "section" => text.sections.push(written.split('>').map(|part| part.trim().to_owned()).collect()),
        "tags" => text.tags.extend(words(written)),
        "rights" => fill(&mut text.rights, Some(written.to_owned())),
        "date" | "posted" | "updated" => date(text, key, value, notes),
        key => {
            let name = key.strip_prefix("extra.").unwrap_or(key);
            text.extra.insert(name.to_owned(), ExtraValue::Text(written.to_owned()));
        }
    }
}

fn fill(field: &mut Option<String>, value: Option<String>) {
    if field.is_none() {
        *field = value.filter(|value| !value.is_empty());
    }
}

fn date(text: &mut ImportedText, key: &str, value: &LabelledValue, notes: &mut Notes) {
    let Some(read) = dates::read(&value.value, DayOrder::Unknown) else {
        notes.add(note(NoteKind::LeftOut, &format!("`{key}` that is no date"), text, value));
        return;
    };
    if let Some(guess) = &read.guess {
        notes.add(note(NoteKind::Guessed, &format!("`{key}`: {guess}"), text, value));
    }
    match key {
        "posted" => fill(&mut text.posted, Some(read.date)),
        "updated" => fill(&mut text.updated, Some(read.date)),
        _ => fill(&mut text.date, Some(read.date)),
    }
}

fn note(kind: NoteKind, subject: &str, text: &ImportedText, value: &LabelledValue) -> Note {
    Note::new(kind, subject, &text.from, &value.value).at_line(value.line)
}

/// Adds people, or completes those whom another place of the file names, too: a head has the name, a tail its profile.
fn people(text: &mut ImportedText, role: CreditRole, written: &str, context: &ValueContext) {
    let nobody = |person: &ImportedPerson| context.description.nobody.contains(&person.name.to_lowercase());
    let found = names::people_with(written, CommaMeaning::Between, context.definitions);
    for person in found.into_iter().filter(|person| !nobody(person)) {
        let same = |known: &&mut ImportedCredit| {
            let known = (known.role, &known.person);
            known.0 == role
                && (known.1.name.eq_ignore_ascii_case(&person.name)
                    || (known.1.url.is_some() && known.1.url == person.url))
        };
        match text.credits.iter_mut().find(same) {
            Some(known) => known.person.url = known.person.url.take().or(person.url),
            None => text.credits.push(ImportedCredit { role, person }),
        }
    }
}

/// Reads the first link of a value: its label and its address. Without one, an address or all of the text.
pub fn link(value: &str) -> (Option<String>, Option<String>) {
    let web = |url: &str| weburl::is_web(url).then(|| url.to_owned());
    let value = value.trim();
    if let Some(inside) = value.strip_prefix('[')
        && let Some((label, rest)) = inside.rsplit_once("](")
    {
        let url = rest.split_whitespace().next().unwrap_or_default();
        let url = url.strip_suffix(')').unwrap_or(url.split(')').next().unwrap_or(url));
        return (Some(label.to_owned()), web(url.trim_matches(['<', '>'])));
    }
    let start = value.find("http");
    let url = start.and_then(|at| {
        let end = value[at..].find(|c: char| c.is_whitespace() || matches!(c, ']' | '>' | '"' | '）'));
        web(end.map_or(&value[at..], |end| &value[at..at + end]))
    });
    let label = value[..start.unwrap_or(value.len())].trim().trim_matches(['[', '<', '(']).trim();
    (Some(label.to_owned()).filter(|label| !label.is_empty()), url)
}

/// Returns the path of an address.
fn path_of(url: &str) -> Option<String> {
    let (_, url) = link(url);
    let path = url?.split_once("://")?.1.split_once('/').map(|(_, path)| format!("/{path}"))?;
    let path = path.split(['#', '?']).next()?.to_owned();
    (path.len() > 1).then_some(path)
}

/// Splits tags.
fn words(text: &str) -> Vec<String> {
    let parts = text.split([',', '，', '、', ';', '；']).map(|tag| tag.trim().trim_start_matches('#'));
    parts.filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

/// Returns the name of the host of an address, for a source that has no other name.
pub fn host(url: &str) -> Option<String> {
    let host = url.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host).split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty()).then(|| host.to_owned())
}
