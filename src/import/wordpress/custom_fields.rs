//! Custom fields of a post, `wp:postmeta`: by the map, by the names that common plug-ins use, and the rest as any other
//! key of a text.

use crate::import::fields;
use crate::import::head::HeadEntry;
use crate::import::import_map::ImportMap;
use crate::import::imported::{ExtraValue, ImportedText};
use crate::import::notes::{Note, NoteKind, Notes};

/// Custom fields of plug-ins, and the keys that they are here.
const KNOWN: [(&str, &str); 10] = [
    ("_yoast_wpseo_metadesc", "summary"),
    ("rank_math_description", "summary"),
    ("_aioseo_description", "summary"),
    ("_seopress_titles_desc", "summary"),
    ("translator_name", "translator"),
    ("author_name", "author"),
    ("original_link", "original.url"),
    ("original_author", "author"),
    ("source_name", "source"),
    ("source_url", "original.url"),
];

/// Puts a custom field into a text.
pub(super) fn take(text: &mut ImportedText, key: &str, value: &str, map: &ImportMap, notes: &mut Notes) {
    let value = value.trim();
    let known = KNOWN.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(key)).map(|(_, ours)| *ours);
    let mapped = map.key(key).is_some();
    // Names that start with an underscore are the programs' own.
    if value.is_empty() || PROGRAMS.contains(&key) || (key.starts_with('_') && !mapped && known.is_none()) {
        return;
    }
    if known == Some("summary") && text.summary.is_some() && !mapped {
        return;
    }
    if is_serialized(value) {
        let subject = format!("custom field `{key}`: a value of PHP");
        let value: String = value.chars().take(120).collect();
        notes.add(Note::new(NoteKind::LeftOut, subject, &text.from, value));
        return;
    }
    let key = known.filter(|_| !mapped).unwrap_or(key).to_owned();
    fields::set(text, &HeadEntry { key, value: ExtraValue::Text(value.to_owned()), line: 1 }, map, notes);
}

/// Custom fields that other files read, or that say nothing of the text.
const PROGRAMS: [&str; 6] = ["footnotes", "wpml_language", "wpml_trid", "trid", "enclosure", "dsq_thread_id"];

/// Returns whether a value is one of PHP, as plug-ins store them: `a:1:{…}`.
fn is_serialized(value: &str) -> bool {
    let mut start = value.chars();
    matches!(start.next(), Some('a' | 'O' | 's' | 'C')) && start.next() == Some(':') && value.ends_with(['}', ';'])
}
