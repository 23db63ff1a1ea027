//! The report of an import: what was made, where the fields came from, and what was guessed, missing or left out. It must
//! not know where it is printed.

use super::finish::counts::{FIELDS, ImportCounts};
use super::notes::{Note, NoteKind, Notes};

/// How many examples a group of notes has.
const EXAMPLES: usize = 3;

/// Writes a number and its noun.
fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Returns the report as text. With `all`, every note is in it.
pub fn report(counts: &ImportCounts, notes: &Notes, all: bool) -> String {
    let mut out = totals(counts);
    out.push_str(&fields(counts));
    let groups = notes.by_subject();
    for kind in [NoteKind::Guessed, NoteKind::Missing, NoteKind::UnknownKey, NoteKind::LeftAsText, NoteKind::LeftOut] {
        let of_kind: Vec<_> = groups.iter().filter(|((known, _), _)| *known == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{}\n", title(kind)));
        for ((_, subject), notes) in of_kind {
            out.push_str(&format!("  {subject}: {}\n", notes.len()));
            let shown = if all { notes.len() } else { EXAMPLES };
            notes.iter().take(shown).for_each(|note| out.push_str(&format!("    {}\n", example(note))));
        }
    }
    out
}

fn title(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Guessed => "Guessed",
        NoteKind::Missing => "Missing",
        NoteKind::UnknownKey => "Keys without a field, now under `extra`",
        NoteKind::LeftAsText => "Left as text",
        NoteKind::LeftOut => "Left out",
    }
}

fn example(note: &Note) -> String {
    let line = note.line.map(|line| format!(":{line}")).unwrap_or_default();
    match note.value.is_empty() {
        true => format!("{}{line}", note.file),
        false => format!("{}{line}: {}", note.file, note.value),
    }
}

fn totals(counts: &ImportCounts) -> String {
    let drafts = match counts.drafts {
        0 => String::new(),
        n => format!(" ({})", counted(n, "draft", "drafts")),
    };
    let mut first = vec![
        format!("{}{drafts}", counted(counts.articles, "article", "articles")),
        counted(counts.originals, "original", "originals"),
    ];
    let more = [
        (counts.translations, "text in another language", "texts in other languages"),
        (counts.orphans, "text without an article", "texts without an article"),
        (counts.pages, "page", "pages"),
    ];
    first.extend(more.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(*n, one, many)));
    let second = [
        counted(counts.records, "record of a translator", "records of translators"),
        counted(counts.assets, "picture or other file", "pictures and other files"),
        counted(counts.aliases, "alias", "aliases"),
        counted(counts.links, "link between them", "links between them"),
    ];
    format!("{}\n{}\n", first.join(", "), second.join(", "))
}

/// A table of the fields that any article has.
fn fields(counts: &ImportCounts) -> String {
    let mut rows = Vec::new();
    for field in FIELDS {
        let count = counts.field(field);
        if count != Default::default() {
            rows.push([
                field.to_owned(),
                count.filled.to_string(),
                count.by_default.to_string(),
                count.guessed.to_string(),
                count.missing.to_string(),
            ]);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{:<14}{:>9}{:>9}{:>9}{:>9}\n", "field", "source", "default", "guessed", "missing");
    for row in rows {
        let [field, numbers @ ..] = row;
        let cells: String =
            numbers.iter().map(|number| format!("{:>9}", if number == "0" { "" } else { number })).collect();
        out.push_str(format!("{field:<14}{cells}").trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::finish::counts::ValueOrigin;

    #[test]
    fn a_report_has_counts_and_examples() {
        let mut counts = ImportCounts::default();
        (counts.articles, counts.drafts, counts.pages) = (5, 1, 1);
        counts.count("title", ValueOrigin::Source);
        counts.count("title", ValueOrigin::Guess);
        let mut notes = Notes::default();
        for n in 1..=4 {
            let (subject, file) = ("`title`, from the name of the file".to_owned(), format!("{n}.md"));
            notes.add(Note { kind: NoteKind::Guessed, subject, file, line: Some(n), value: "x".into() });
        }
        let expected = "5 articles (1 draft), 0 originals, 1 page\n\
            0 records of translators, 0 pictures and other files, 0 aliases, 0 links between them\n\n\
            field            source  default  guessed  missing\ntitle                 1                 1\n\n\
            Guessed\n  `title`, from the name of the file: 4\n    1.md:1: x\n    2.md:2: x\n    3.md:3: x\n";
        assert_eq!(report(&counts, &notes, false), expected);
        assert!(report(&counts, &notes, true).contains("4.md:4: x"));
    }
}
