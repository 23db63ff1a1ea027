//! The series of an article: `series = "NAME"` or `{ name, part }`. It must not know the other parts.

use serde::{Deserialize, Serialize};

use crate::base::letter_case::CaseMapping;
use crate::base::reader::{Reader, Spanned};
use crate::base::reader_entries::TextOrTable;
use crate::base::{path, problem};

/// The place of an article in a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesPart {
    /// The name as written.
    pub name: Box<str>,
    /// The slug of the name. Articles with the same one are in the same series.
    pub id: Box<str>,
    pub part: Option<u32>,
}

/// Reads `series`. Reports a name without letters, and more than one series.
pub fn read(r: &mut Reader, letters: CaseMapping) -> Option<Box<SeriesPart>> {
    let (mut first, mut name_at) = (None, 0..0);
    for entry in r.entries_of("series") {
        let (name, part) = match entry {
            TextOrTable::Text(name) => (Spanned { value: name.value.to_owned(), at: name.at }, None),
            TextOrTable::Table(mut table) => {
                let name = table.string("name");
                if name.is_none() {
                    table.missing("name", "name = \"The harbour papers\"");
                }
                let part = table.integer("part", 1..=1_000_000).and_then(|part| u32::try_from(part).ok());
                table.finish();
                let Some(name) = name else { continue };
                (Spanned { value: name.value.to_owned(), at: name.at }, part)
            }
        };
        let why = match first {
            Some(_) => "an article is in one series at most",
            None if !path::has_slug(&name.value) => "it contains no letters or digits",
            None => {
                name_at = name.at.clone();
                first = Some((name.value, part));
                continue;
            }
        };
        r.problems.borrow_mut().push(problem::bad_term(r.span(&name.at), "series", &name.value, why));
    }
    let (name, part) = first?;
    let id = path::slug_in(&name, letters);
    // The slug becomes a folder of the output.
    if let Err(why) = path::check_segment(&id) {
        r.problems.borrow_mut().push(problem::bad_term(r.span(&name_at), "series", &name, &why));
        return None;
    }
    Some(Box::new(SeriesPart { name: name.into(), id: id.into(), part }))
}
