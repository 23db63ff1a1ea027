//! RIS, which EndNote, Mendeley, Zotero and others read. A field is a line, so no value has a line break, and nothing
//! else needs an escape.
//!
//! Two tags are not the first that come to mind. The headline of the original is in a note, because Zotero ignores the
//! tags `TT` and `OP`. The archive is the name of a database: `DB` becomes the archive in Zotero, `DP` a catalogue.

use std::fmt::Write;

use super::reference::{Reference, on_one_line};
use crate::content::name_parts::NameParts;

/// Appends a reference, with the empty line that ends it.
pub fn write(reference: &Reference, out: &mut String) {
    out.push_str("TY  - NEWS\n");
    field(out, "TI", reference.title);
    reference.authors.iter().for_each(|name| person(out, "AU", name));
    reference.translators.iter().for_each(|name| person(out, "A4", name));
    field(out, "T2", &reference.newspaper);
    let date = reference.date;
    // Writing to a string cannot fail.
    let _ = writeln!(out, "PY  - {:04}\nDA  - {:04}/{:02}/{:02}", date.year(), date.year(), date.month(), date.day());
    maybe(out, "ET", reference.place.edition);
    maybe(out, "IS", reference.place.issue);
    maybe(out, "SP", reference.place.pages);
    field(out, "SE", &reference.section);
    field(out, "LA", reference.language);
    field(out, "DB", reference.archive);
    maybe(out, "UR", reference.url.as_deref());
    if let Some(title) = reference.original_title {
        tag(out, "N1");
        out.push_str("Original title: ");
        out.push_str(&on_one_line(title));
        out.push('\n');
    }
    out.push_str("ER  - \n\n");
}

fn tag(out: &mut String, tag: &str) {
    out.push_str(tag);
    out.push_str("  - ");
}

fn field(out: &mut String, name: &str, value: &str) {
    let value = on_one_line(value);
    if !value.is_empty() {
        tag(out, name);
        out.push_str(&value);
        out.push('\n');
    }
}

fn maybe(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        field(out, name, value);
    }
}

fn person(out: &mut String, name: &str, person: &NameParts) {
    match person {
        NameParts::Whole(whole) => field(out, name, whole),
        NameParts::Person { family, given } => {
            tag(out, name);
            out.push_str(&on_one_line(family));
            out.push_str(", ");
            out.push_str(&on_one_line(given));
            out.push('\n');
        }
    }
}
