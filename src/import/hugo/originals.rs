//! Which text of an article is its original: the only one that nobody has translated. It must not know files.

use std::collections::BTreeMap;

use crate::import::imported::{CreditRole, ImportedText, TextRole};
use crate::import::notes::{Note, NoteKind, Notes};

/// Finds originals among texts of one group: all other texts name a translator.
pub fn find(texts: &mut [ImportedText], notes: &mut Notes) {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, text) in texts.iter().enumerate().filter(|(_, text)| !text.group.is_empty() && text.own.is_none()) {
        groups.entry(text.group.clone()).or_default().push(at);
    }
    for members in groups.values().filter(|members| members.len() > 1) {
        let is_translated = |at: &usize| texts[*at].credits.iter().any(|credit| credit.role == CreditRole::Translator);
        let (translated, rest): (Vec<usize>, Vec<usize>) = members.iter().partition(|at| is_translated(at));
        let [original] = rest[..] else { continue };
        let language = texts[original].language.clone();
        let contradicts = |at: &usize| {
            let said = texts[*at].original.language.as_ref();
            said.is_some_and(|said| Some(said) != language.as_ref())
        };
        if texts[original].role != TextRole::Unknown || translated.iter().any(contradicts) {
            continue;
        }
        texts[original].role = TextRole::Original;
        translated.iter().for_each(|at| texts[*at].role = TextRole::Translation);
        let subject = "the original, which is the only text of its article without a translator";
        notes.add(Note::new(NoteKind::Guessed, subject, &texts[original].from, language.unwrap_or_default()));
    }
}
