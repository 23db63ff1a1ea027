//! The line below the title of a Word file or a saved page: "By Ida Marram | March 24, 2021". It must not know what the
//! line was taken from.

use super::dates;
use super::imported::{CreditRole, ImportedCredit};
use super::names;

/// The most characters of such a line; a longer one is a paragraph.
const CHARS: usize = 120;

/// Words before the names of authors, in lower case.
const LEADS: [&str; 7] = ["by ", "文/", "作者", "記者", "von ", "par ", "por "];

/// What the line says.
#[derive(Debug, Default)]
pub struct CreditLine {
    /// The day.
    pub date: Option<String>,
    pub authors: Vec<ImportedCredit>,
}

/// Reads a line. `None`: it has words that are neither a date nor a byline.
pub fn read(line: &str) -> Option<CreditLine> {
    if line.chars().count() > CHARS {
        return None;
    }
    let mut found = CreditLine::default();
    for part in line.split(['|', '·', '•', '｜', '—']).map(str::trim).filter(|part| !part.is_empty()) {
        let lower = part.to_lowercase();
        if let Some(read) = dates::read(part, Default::default()) {
            found.date = Some(read.date.chars().take(10).collect());
        } else if LEADS.iter().any(|lead| lower.starts_with(lead)) {
            let people = names::people(part).into_iter();
            found.authors = people.map(|person| ImportedCredit { role: CreditRole::Author, person }).collect();
        } else {
            return None;
        }
    }
    Some(found)
}
