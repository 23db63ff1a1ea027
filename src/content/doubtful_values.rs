//! Reports front matter values that are valid but probably not what the author meant: one string that lists several
//! names, or an unusual genre. The values are not changed.

use std::collections::BTreeSet;

use super::content_path::TermKind;
use crate::base::diag::Diagnostics;
use crate::base::problem::LIST_AS_TEXT;
use crate::base::reader::{Reader, Spanned};
use crate::base::{path, problem};

/// Known genres. A value that is nearly one of them is reported as a typo; any other value is the site's own genre.
const GENRES: [&str; 16] = [
    "report",
    "editorial",
    "opinion",
    "interview",
    "poll",
    "analysis",
    "feature",
    "column",
    "commentary",
    "letter",
    "review",
    "obituary",
    "speech",
    "statement",
    "essay",
    "reportage",
];

/// Parts of a single name that may follow a comma: `Harbour Press, Inc.`
const PARTS: [&str; 14] =
    ["inc", "ltd", "llc", "llp", "plc", "co", "corp", "gmbh", "jr", "sr", "phd", "md", "esq", "s.a"];

/// Reads the genre.
pub fn genre(r: &mut Reader) -> Option<Box<str>> {
    let genre = r.string("genre")?;
    if let Some(right) = nearly(genre.value) {
        r.problems.borrow_mut().push(problem::near_genre(r.span(&genre.at), genre.value, right));
    }
    Some(genre.value.into())
}

fn nearly(genre: &str) -> Option<&'static str> {
    let word = genre.to_lowercase();
    let near = |known: &str| {
        let slips = strsim::osa_distance(&word, known);
        slips > 0 && slips <= known.len() / 4 && !word.starts_with(known) && !known.starts_with(&word)
    };
    GENRES.into_iter().find(|known| !GENRES.contains(&&*word) && near(known))
}

/// Warns if one string may be several names: `source = "Asahi, Mainichi"`. An array with one item avoids the warning.
pub fn several(r: &Reader, kind: TermKind, found: &[Spanned<&str>]) {
    let [name] = found else { return };
    let key = kind.name_of_key();
    // Names of sections may contain commas: "Health, Science and Environment".
    if kind == TermKind::Section || !r.is_text(key) {
        return;
    }
    if let Some(names) = names_in(name.value) {
        let quoted = |name: &str| serde_json::Value::from(name).to_string();
        let list: Vec<String> = names.into_iter().map(quoted).collect();
        let list = r.line(&format!("{key} = [{}]", list.join(", ")));
        let one = r.line(&format!("{key} = [{}]", quoted(name.value)));
        let found = problem::list_as_text(r.span(&name.at), kind.name(), name.value, &list, &one);
        r.problems.borrow_mut().push(found);
    }
}

/// Removes the warning for strings that are the label or alias of a record, because a record shows that the string is
/// one name.
pub fn answered<'n>(names: impl Iterator<Item = (TermKind, &'n str)>, problems: &mut Diagnostics) {
    if !problems.iter().any(|found| found.code == LIST_AS_TEXT) {
        return;
    }
    let asked = names.filter(|(_, name)| names_in(name).is_some());
    let answered: BTreeSet<String> = asked.map(|(kind, name)| problem::one_or_several(kind.name(), name)).collect();
    problems.retain(|found| found.code != LIST_AS_TEXT || !answered.contains(&found.message));
}

fn names_in(text: &str) -> Option<Vec<&str>> {
    let names: Vec<&str> = text.split([',', ';', '、', '，', '；', '､']).map(str::trim).collect();
    let part = |name: &&str| PARTS.contains(&name.trim_end_matches('.').to_lowercase().as_str());
    (names.len() > 1 && names.iter().all(|name| path::has_slug(name)) && !names.iter().any(part)).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genres() {
        assert_eq!(
            (nearly("editoral"), nearly("Opnion"), nearly("intervew")),
            (Some("editorial"), Some("opinion"), Some("interview"))
        );
        for own in ["editorial", "Editorial", "reports", "poll", "polls", "op-ed", "brief", "column", "note", "社説"]
        {
            assert_eq!(nearly(own), None, "{own}");
        }
    }

    #[test]
    fn names() {
        assert_eq!(names_in("Asahi, Mainichi"), Some(vec!["Asahi", "Mainichi"]));
        assert_eq!(names_in("朝日、毎日"), Some(vec!["朝日", "毎日"]));
        assert!(names_in("Tokyo, Japan Press").is_some() && names_in("A; B").is_some());
        for one in ["Asahi", "Harbour Press, Inc.", "John Doe, Jr.", "Asahi, ", "The Times & Star"] {
            assert_eq!(names_in(one), None, "{one}");
        }
    }
}
