//! Addresses of people under keys of their own: `translator: A、B` and `translatorlink: https://a.example https://b.example`.
//! It must not know files.

use crate::base::key_suggestions::normalized_key;
use crate::base::weburl;
use crate::import::fields;
use crate::import::head::HeadEntry;
use crate::import::import_map::ImportMap;
use crate::import::imported::{CreditRole, ImportedCredit, ImportedText};

/// What keys for addresses start with, and the role of the people.
const ROLES: [(&str, CreditRole); 5] = [
    ("author", CreditRole::Author),
    ("translator", CreditRole::Translator),
    ("reviewer", CreditRole::Reviewer),
    ("editor", CreditRole::Editor),
    ("collector", CreditRole::Collector),
];

/// Returns whose addresses a key holds.
pub fn role_of(key: &str) -> Option<CreditRole> {
    let word = normalized_key(key);
    ROLES.iter().find_map(|(start, role)| {
        let end = word.strip_prefix(start)?;
        let end = end.strip_prefix('s').unwrap_or(end);
        matches!(end, "link" | "links" | "url" | "urls" | "website" | "homepage" | "github").then_some(*role)
    })
}

/// Gives people their addresses, if there are as many of them. Returns whether the entry is used.
pub fn give(text: &mut ImportedText, entry: &HeadEntry, map: &ImportMap) -> bool {
    let Some(role) = role_of(&entry.key).filter(|_| map.key(&entry.key).is_none()) else { return false };
    let written = fields::strings(&entry.value);
    let parts = written.iter().flat_map(|text| text.split(|c: char| c.is_whitespace() || ",，、;；|".contains(c)));
    let urls: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let people: Vec<&mut ImportedCredit> = text.credits.iter_mut().filter(|credit| credit.role == role).collect();
    if urls.is_empty() || urls.len() != people.len() || !urls.iter().all(|url| weburl::is_web(url)) {
        return urls.is_empty();
    }
    for (credit, url) in people.into_iter().zip(urls) {
        credit.person.url.get_or_insert_with(|| url.to_owned());
    }
    true
}
