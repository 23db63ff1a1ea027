//! The start of a map: what a source has, as lines that users change. Every line but the names of the tables is a comment, so the
//! file as it is changes nothing. It must not touch the disk.

use std::collections::BTreeMap;

use super::imported::Imported;
use super::notes::NoteKind;
use crate::base::diag::in_toml;

/// How many names a table has at most.
const MOST: usize = 1_000;

/// Returns a map with all names of a source. `notes` are those of its format.
pub fn start(imported: &Imported) -> String {
    let mut keys = BTreeMap::new();
    for note in imported.notes.iter().filter(|note| note.kind == NoteKind::UnknownKey) {
        let key = note.subject.split('`').nth(1).unwrap_or(&note.subject);
        *keys.entry(key.to_owned()).or_insert(0) += 1;
    }
    let (mut people, mut sections, mut languages) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for text in &imported.texts {
        for credit in &text.credits {
            *people.entry(credit.person.name.trim().to_owned()).or_insert(0) += 1;
        }
        for path in &text.sections {
            *sections.entry(path.join(" > ")).or_insert(0) += 1;
        }
        if let Some(language) = &text.language {
            *languages.entry(language.clone()).or_insert(0) += 1;
        }
    }
    let mut out = String::from(
        "# What `recto import --map` knows of this source. Take the `#` from a line and change its right side.\n\
         # The numbers say how many texts have a name. \"\" leaves it out.\n",
    );
    let about = "a key of the source = a key of Recto, such as \"original.url\", or \"extra.NAME\"";
    table(&mut out, "keys", about, &keys, &|key| format!("extra.{key}"));
    table(&mut out, "people", "a spelling = the name to use", &people, &str::to_owned);
    let about = "a category = a section of the site, such as \"International > Asia\"";
    table(&mut out, "sections", about, &sections, &str::to_owned);
    table(&mut out, "languages", "what the source calls a language = its tag", &languages, &str::to_owned);
    out.push_str("\n# Values for texts that do not say them.\n[defaults]\n");
    for key in ["section", "source", "translator"] {
        out.push_str(&format!("# {key} = \"\"\n"));
    }
    out
}

fn table(out: &mut String, name: &str, about: &str, rows: &BTreeMap<String, usize>, right: &dyn Fn(&str) -> String) {
    if rows.is_empty() {
        return;
    }
    out.push_str(&format!("\n# {about}\n[{name}]\n"));
    let mut rows: Vec<(&String, &usize)> = rows.iter().filter(|(name, _)| !name.is_empty()).collect();
    rows.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    for (name, count) in rows.iter().take(MOST) {
        out.push_str(&format!("# {} = {}  # {count}\n", in_toml(name), in_toml(&right(name))));
    }
    if rows.len() > MOST {
        out.push_str(&format!("# … and {} more\n", rows.len() - MOST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::import_map::ImportMap;
    use crate::import::imported::{CreditRole, ImportedCredit, ImportedPerson, ImportedText};
    use crate::import::notes::{Note, Notes};

    #[test]
    fn a_start_changes_nothing_until_it_is_edited() {
        let person = ImportedPerson { name: "Mei \"9\"".into(), ..ImportedPerson::default() };
        let text = ImportedText {
            credits: vec![ImportedCredit { role: CreditRole::Translator, person }],
            sections: vec![vec!["World".into(), "Asia".into()]],
            ..ImportedText::default()
        };
        let mut notes = Notes::default();
        notes.add(Note::new(NoteKind::UnknownKey, "`weather`", "a.md", ""));
        let start = start(&Imported { texts: vec![text], notes, ..Imported::default() });
        assert!(start.contains("# \"weather\" = \"extra.weather\"  # 1\n"), "{start}");
        assert!(start.contains("# \"World > Asia\" = \"World > Asia\"  # 1\n"), "{start}");
        assert_eq!(ImportMap::parse(&start), Ok(ImportMap::default()));
        let edited = start.replace("# \"Mei", "\"Mei");
        assert_eq!(ImportMap::parse(&edited).unwrap().person("mei \"9\""), Some("Mei \"9\""));
    }
}
