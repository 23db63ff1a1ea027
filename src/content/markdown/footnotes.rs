//! Footnotes: numbered by their first marks, collected for the end of the page, with links back to every mark. It
//! knows ids and HTML fragments, not the parser.
//!
//! A definition may be anywhere, so its HTML is kept here until the body is finished.

use super::escape;
use std::collections::BTreeMap;
use std::ops::Range;

pub(super) struct Footnote {
    pub(super) label: String,
    /// The place of the first mark, or of the definition.
    pub(super) at: Range<usize>,
    /// The place of the definition, once it is found.
    pub(super) source: Range<usize>,
    /// The HTML, `None` until the definition is found.
    pub(super) html: Option<String>,
    pub(super) marks: u32,
    /// Whether another definition has the same label.
    pub(super) duplicate: bool,
}

#[derive(Default)]
pub(super) struct Footnotes {
    by_label: BTreeMap<String, usize>,
    /// In the order of their first marks: the index gives the number.
    noted: Vec<Footnote>,
    /// Definitions that have no mark yet.
    waiting: BTreeMap<String, Footnote>,
    duplicates: Vec<Footnote>,
}

fn key(label: &str) -> String {
    label.to_lowercase()
}

impl Footnotes {
    /// Adds a mark. Returns the number of the note, and the number of this mark among the note's marks.
    pub(super) fn mark(&mut self, label: &str, at: Range<usize>) -> (usize, u32) {
        let key = key(label);
        let place = match self.by_label.get(&key) {
            Some(&place) => place,
            None => {
                let waiting = self.waiting.remove(&key);
                let source = waiting.as_ref().map_or(at.clone(), |note| note.source.clone());
                let html = waiting.and_then(|note| note.html);
                self.noted.push(Footnote { label: label.to_owned(), at, source, html, marks: 0, duplicate: false });
                self.by_label.insert(key, self.noted.len() - 1);
                self.noted.len() - 1
            }
        };
        self.noted[place].marks += 1;
        (place + 1, self.noted[place].marks)
    }

    pub(super) fn define(&mut self, label: &str, at: Range<usize>, html: String) {
        let key = key(label);
        let source = at.clone();
        let note = Footnote { label: label.to_owned(), at, source, html: Some(html), marks: 0, duplicate: false };
        match self.by_label.get(&key) {
            Some(&place) if self.noted[place].html.is_none() => {
                (self.noted[place].html, self.noted[place].source) = (note.html, note.source);
            }
            None if !self.waiting.contains_key(&key) => {
                self.waiting.insert(key, note);
            }
            _ => self.duplicates.push(Footnote { duplicate: true, ..note }),
        }
    }

    /// Returns all notes to print: those with marks, then the others in the order of their places.
    pub(super) fn finish(self) -> Vec<Footnote> {
        let mut all = self.noted;
        let marked = all.len();
        all.extend(self.waiting.into_values());
        all.extend(self.duplicates);
        all[marked..].sort_by_key(|note| note.at.start);
        all
    }
}

/// Writes the id of a mark: `o-fnref-1-2`. The first mark has no second number.
pub(super) fn mark_id(out: &mut String, prefix: &str, number: usize, mark: u32) {
    out.push_str(prefix);
    out.push_str("fnref-");
    escape::number(out, number as u64);
    if mark > 1 {
        out.push('-');
        escape::number(out, u64::from(mark));
    }
}

pub(super) fn note_id(out: &mut String, prefix: &str, number: usize) {
    out.push_str(prefix);
    out.push_str("fn-");
    escape::number(out, number as u64);
}
