//! BibLaTeX, for LaTeX. Every character that TeX treats specially is escaped, except in the address, which BibLaTeX
//! takes as it is.
//!
//! BibTeX and biber count braces even where they are escaped, so a brace without its counterpart is a command.

use std::fmt::Write;

use super::reference::{Reference, on_one_line};
use crate::base::byte_search;
use crate::base::digest::Digest;
use crate::content::name_parts::NameParts;

/// The names of languages in BibLaTeX. It prints other names as they are, so others stay tags.
const LANGUAGES: [(&str, &str); 19] = [
    ("ar", "Arabic"),
    ("cs", "czech"),
    ("da", "danish"),
    ("de", "german"),
    ("en", "english"),
    ("es", "spanish"),
    ("fi", "finnish"),
    ("fr", "french"),
    ("he", "Hebrew"),
    ("it", "italian"),
    ("ja", "japanese"),
    ("ko", "Korean"),
    ("nl", "dutch"),
    ("pl", "polish"),
    ("pt", "portuguese"),
    ("ru", "russian"),
    ("tr", "turkish"),
    ("uk", "ukrainian"),
    ("zh", "Chinese"),
];

/// Appends a reference.
pub fn write(reference: &Reference, out: &mut String) {
    out.push_str("@article{");
    key(reference, out);
    // The inner braces keep its capitals.
    out.push_str(",\ntitle={{");
    escape(reference.title, out);
    out.push_str("}}");
    people(out, "author", &reference.authors);
    people(out, "translator", &reference.translators);
    field(out, "journaltitle", &reference.newspaper);
    out.push_str(",\nentrysubtype={newspaper}");
    // Writing to a string cannot fail.
    let _ = write!(out, ",\ndate={{{}}}", reference.date);
    maybe(out, "edition", reference.place.edition);
    maybe(out, "number", reference.place.issue);
    if let Some(pages) = reference.place.pages {
        field(out, "pages", &pages.replace('–', "-"));
    }
    field(out, "language", language(reference.language));
    maybe(out, "origtitle", reference.original_title);
    maybe(out, "origlanguage", reference.original_language.map(language));
    field(out, "addendum", reference.archive);
    if let Some(url) = &reference.url {
        out.push_str(",\nurl={");
        // Nothing but percent-encoding keeps braces balanced in an address.
        for c in url.chars() {
            match c {
                '{' => out.push_str("%7B"),
                '}' => out.push_str("%7D"),
                '\\' => out.push_str("%5C"),
                c => out.push(c),
            }
        }
        out.push('}');
    }
    out.push_str("\n}\n");
}

fn language(tag: &str) -> &str {
    let main = tag.split('-').next().unwrap_or(tag);
    LANGUAGES.iter().find(|(known, _)| *known == main).map_or(tag, |(_, name)| name)
}

/// Writes the key: the last part of the id and the year. A part of it that is not ASCII gives way to a digest.
fn key(reference: &Reference, out: &mut String) {
    let name = reference.id.rsplit('/').next().unwrap_or_default();
    let start = out.len();
    for c in name.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => out.push(c),
            _ if out.len() > start && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    if !out.ends_with('-') && out.len() > start {
        out.push('-');
    }
    if !name.is_ascii() {
        out.push_str(&Digest::of(reference.id.as_bytes()).short()[..8]);
        out.push('-');
    }
    let _ = write!(out, "{}", reference.date.year());
}

fn field(out: &mut String, name: &str, value: &str) {
    out.push_str(",\n");
    out.push_str(name);
    out.push_str("={");
    escape(value, out);
    out.push('}');
}

fn maybe(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        field(out, name, value);
    }
}

fn people(out: &mut String, role: &str, names: &[NameParts]) {
    for (at, name) in names.iter().enumerate() {
        if at == 0 {
            let _ = write!(out, ",\n{role}={{");
        } else {
            out.push_str(" and ");
        }
        match name {
            NameParts::Whole(name) => braced(name, out),
            NameParts::Person { family, given } => {
                part(family, out);
                out.push_str(", ");
                part(given, out);
            }
        }
    }
    if !names.is_empty() {
        out.push('}');
    }
}

/// Writes a part of a name. Braces keep a comma or the word "and" from dividing it.
fn part(text: &str, out: &mut String) {
    let divides = text.contains(',') || text.split_whitespace().any(|word| word.eq_ignore_ascii_case("and"));
    if divides { braced(text, out) } else { escape(text, out) }
}

fn braced(text: &str, out: &mut String) {
    out.push('{');
    escape(text, out);
    out.push('}');
}

/// Escapes text for TeX, on one line.
fn escape(text: &str, out: &mut String) {
    let line = on_one_line(text);
    let bytes = line.as_bytes();
    if byte_search::find(bytes, SPECIAL).is_none() {
        return out.push_str(&line);
    }
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let new = match byte {
            b'\\' => "{\\textbackslash}",
            b'{' if has_pairs(&line) => "\\{",
            b'}' if has_pairs(&line) => "\\}",
            b'{' => "{\\textbraceleft}",
            b'}' => "{\\textbraceright}",
            b'#' => "\\#",
            b'$' => "\\$",
            b'%' => "\\%",
            b'&' => "\\&",
            b'_' => "\\_",
            // These two are accents over what follows.
            b'~' => "\\~{}",
            b'^' => "\\^{}",
            // TeX joins two of these to another character.
            b'-' | b'\'' | b'`' | b',' if at > 0 && bytes[at - 1] == *byte => {
                out.push_str(&line[from..at]);
                out.push_str("{}");
                from = at;
                continue;
            }
            _ => continue,
        };
        out.push_str(&line[from..at]);
        out.push_str(new);
        from = at + 1;
    }
    out.push_str(&line[from..]);
}

/// The characters that may need an escape, alone or beside another.
const SPECIAL: [u8; 14] = *b"\\{}#$%&_~^-'`,";

/// Returns whether every brace of a text has its counterpart.
fn has_pairs(text: &str) -> bool {
    let mut open = 0usize;
    text.chars().all(|c| match c {
        '{' => {
            open += 1;
            true
        }
        '}' => match open.checked_sub(1) {
            Some(rest) => {
                open = rest;
                true
            }
            None => false,
        },
        _ => true,
    }) && open == 0
}
