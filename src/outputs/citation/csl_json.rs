//! CSL-JSON, the data of citeproc, pandoc and Zotero.
//!
//! - The site is the `archive`, not the `source`: the styles of Chicago and of the APA print only the first, and that of
//!   the MLA prints both if there are both.
//! - There is no `original-date`, because `issued` is the date of the original already, and styles would print it twice.
//! - `note` repeats the headline of the original: it becomes Zotero's field Extra, and Zotero takes `original-title`
//!   from there.

use std::fmt::Write;

use super::reference::{Reference, on_one_line};
use crate::base::byte_search;
use crate::content::name_parts::NameParts;

/// Appends a reference: an object, without the list that holds it.
pub fn write(reference: &Reference, out: &mut String) {
    out.push_str("{\"id\":");
    string(out, &reference.id);
    out.push_str(",\"type\":\"article-newspaper\"");
    field(out, "title", reference.title);
    people(out, "author", &reference.authors);
    people(out, "translator", &reference.translators);
    let date = reference.date;
    // Writing to a string cannot fail.
    let _ = write!(out, ",\"issued\":{{\"date-parts\":[[{},{},{}]]}}", date.year(), date.month(), date.day());
    field(out, "container-title", &reference.newspaper);
    maybe(out, "edition", reference.place.edition);
    maybe(out, "issue", reference.place.issue);
    maybe(out, "page", reference.place.pages);
    if !reference.section.is_empty() {
        field(out, "section", &reference.section);
    }
    field(out, "language", reference.language);
    if let Some(title) = reference.original_title {
        field(out, "original-title", title);
        let note = format!("Original Title: {}", on_one_line(title));
        field(out, "note", &note);
    }
    field(out, "archive", reference.archive);
    maybe(out, "URL", reference.url.as_deref());
    out.push('}');
}

fn field(out: &mut String, name: &str, value: &str) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    string(out, value);
}

fn maybe(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        field(out, name, value);
    }
}

fn people(out: &mut String, role: &str, names: &[NameParts]) {
    if names.is_empty() {
        return;
    }
    out.push_str(",\"");
    out.push_str(role);
    out.push_str("\":");
    for (at, name) in names.iter().enumerate() {
        out.push(if at == 0 { '[' } else { ',' });
        match name {
            NameParts::Whole(name) => {
                out.push_str("{\"literal\":");
                string(out, name);
            }
            NameParts::Person { family, given } => {
                out.push_str("{\"family\":");
                string(out, family);
                out.push_str(",\"given\":");
                string(out, given);
            }
        }
        out.push('}');
    }
    out.push(']');
}

/// Writes a string on one line, so that only two characters need an escape.
fn string(out: &mut String, text: &str) {
    out.push('"');
    let line = on_one_line(text);
    let mut rest = &*line;
    while let Some(at) = byte_search::find(rest.as_bytes(), *b"\"\\") {
        out.push_str(&rest[..at]);
        out.push('\\');
        out.push(char::from(rest.as_bytes()[at]));
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}
