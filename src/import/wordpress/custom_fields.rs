//! Custom fields of a post, `wp:postmeta`: by the map, by the names that common plug-ins use, and the rest under `extra`.

use crate::import::import_map::ImportMap;
use crate::import::imported::{CreditRole, ExtraValue, ImportedCredit, ImportedText};
use crate::import::names;
use crate::import::notes::NoteKind;

/// Custom fields of plug-ins, and the keys that they are here.
const KNOWN: [(&str, &str); 14] = [
    ("_yoast_wpseo_metadesc", "summary"),
    ("rank_math_description", "summary"),
    ("_aioseo_description", "summary"),
    ("_seopress_titles_desc", "summary"),
    ("translator", "translator"),
    ("translator_name", "translator"),
    ("author_name", "author"),
    ("original_url", "original.url"),
    ("original_link", "original.url"),
    ("source_url", "original.url"),
    ("original_title", "original.title"),
    ("original_author", "author"),
    ("source", "source"),
    ("source_name", "source"),
];

/// Puts a custom field into a text. Returns a note, if it is worth one: its kind, its subject and its value.
pub(super) fn take(
    text: &mut ImportedText,
    key: &str,
    value: &str,
    map: &ImportMap,
) -> Option<(NoteKind, String, String)> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    let known = KNOWN.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(key)).map(|(_, ours)| *ours);
    let Some(ours) = map.key(key).or(known) else {
        // Names that start with an underscore are the programs' own.
        if key.starts_with('_') {
            return None;
        }
        if is_serialized(value) {
            return Some((NoteKind::LeftOut, format!("custom field `{key}`: a value of PHP"), value.to_owned()));
        }
        text.extra.entry(key.to_owned()).or_insert_with(|| ExtraValue::Text(value.to_owned()));
        return Some((NoteKind::UnknownKey, format!("custom field `{key}`"), value.to_owned()));
    };
    let some = Some(value.to_owned());
    let credit = |role: CreditRole, text: &mut ImportedText| {
        let people = names::people(value).into_iter().map(|person| ImportedCredit { role, person });
        text.credits.extend(people);
    };
    match ours {
        "" => {}
        "summary" => text.summary = text.summary.take().or(some),
        "title" => text.title = value.to_owned(),
        "translator" => credit(CreditRole::Translator, text),
        "author" => credit(CreditRole::Author, text),
        "editor" => credit(CreditRole::Editor, text),
        "reviewer" => credit(CreditRole::Reviewer, text),
        "collector" => credit(CreditRole::Collector, text),
        "source" => text.sources.push(value.to_owned()),
        "section" => text.sections.push(vec![value.to_owned()]),
        "tags" => text.tags.extend(value.split([',', '、']).map(|tag| tag.trim().to_owned())),
        "date" | "posted" | "updated" | "expires" | "original.date" => return take_date(text, ours, key, value),
        "rights" => text.rights = some,
        "cover" => text.cover = some,
        "original.url" => text.original.url = some,
        "original.title" => text.original.title = some,
        "original.lang" => text.original.language = some,
        "original.archive_url" => text.original.archive_url = some,
        "original.page" => text.original.page = some,
        "original.author_url" => text.original.author_url = some,
        "original.revision" => text.original.revision = some,
        ours => match PLAIN.iter().find(|plain| **plain == ours) {
            Some(plain) => {
                text.fields.insert(plain, value.to_owned());
            }
            None => {
                let name = ours.strip_prefix("extra.").unwrap_or(ours);
                text.extra.insert(name.to_owned(), ExtraValue::Text(value.to_owned()));
            }
        },
    }
    None
}

/// Keys of front matter whose values are plain texts.
const PLAIN: [&str; 8] = ["kind", "extent", "genre", "issue", "edition", "page", "time", "dateline"];

fn take_date(text: &mut ImportedText, ours: &str, key: &str, value: &str) -> Option<(NoteKind, String, String)> {
    let Some(read) = crate::import::dates::read(value, Default::default()) else {
        text.extra.insert(key.to_owned(), ExtraValue::Text(value.to_owned()));
        return Some((NoteKind::UnknownKey, format!("custom field `{key}`: no date"), value.to_owned()));
    };
    let date = Some(read.date);
    match ours {
        "date" => text.date = date,
        "posted" => text.posted = date,
        "updated" => text.updated = date,
        "expires" => text.expires = date,
        _ => text.original.date = date,
    }
    read.guess
        .map(|guess| (NoteKind::Guessed, format!("date of the custom field `{key}`"), format!("{value}: {guess}")))
}

/// Returns whether a value is one of PHP, as plug-ins store them: `a:1:{…}`.
fn is_serialized(value: &str) -> bool {
    let mut start = value.chars();
    matches!(start.next(), Some('a' | 'O' | 's' | 'C')) && start.next() == Some(':') && value.ends_with(['}', ';'])
}
