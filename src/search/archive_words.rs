//! The words of an archive that mean the same: the names of its terms in all their spellings, and its glossary.
//! `words.rs` makes the file of them.

use super::archive_items::facet_of;
use super::words::WordGroup;
use crate::archive::archive::Archive;
use crate::content::content_path::TermKind;
use crate::content::glossary::file::TermForms;

/// Returns the groups of words that mean the same.
pub fn word_groups(archive: &Archive) -> Vec<WordGroup> {
    let mut groups = Vec::new();
    for kind in TermKind::ALL {
        // Only a record says what else a name is.
        for term in archive.taxonomy(kind).terms.iter().filter(|term| !term.articles.is_empty()) {
            let Some(record) = &term.record else { continue };
            let names = std::iter::once(&term.label).chain(record.aliases.iter().map(|(alias, _)| alias));
            let forms: Vec<String> = names.chain(&record.native).map(|name| name.to_string()).collect();
            groups.push(WordGroup { facet: facet_of(kind, &term.id), forms });
        }
    }
    for term in archive.glossary.files().iter().flat_map(|file| &file.terms) {
        let forms = term.languages.iter().flat_map(TermForms::all).map(|form| form.text.to_string()).collect();
        groups.push(WordGroup { facet: String::new(), forms });
    }
    groups
}
