//! What an import did not understand, guessed or lost. Formats and the later steps write notes; the report counts them.

use std::collections::BTreeMap;

/// What happened to a value. The report has a section for each, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// A value that the source does not say, and that was derived from something else.
    Guessed,
    /// A value that an article needs and that nothing tells.
    Missing,
    /// A key that no field of an article holds; it is under `extra` now.
    UnknownKey,
    /// Markup of the other program that was left as text.
    LeftAsText,
    /// Something that was not taken over.
    LeftOut,
}

/// One note: what, in which file of the source, at which line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    pub kind: NoteKind,
    /// What the note is about, without the value, so that notes can be counted: "`date`", "Liquid tag `include`".
    pub subject: String,
    /// The path of the file in the source.
    pub file: String,
    /// The line in that file, from 1, if it is known.
    pub line: Option<usize>,
    /// The value or markup, at most a line.
    pub value: String,
}

impl Note {
    /// A note on a file as a whole.
    pub fn new(kind: NoteKind, subject: impl Into<String>, file: impl Into<String>, value: impl Into<String>) -> Note {
        Note { kind, subject: subject.into(), file: file.into(), line: None, value: value.into() }
    }

    /// Sets the line.
    pub fn at_line(self, line: usize) -> Note {
        Note { line: Some(line), ..self }
    }
}

/// The notes of an import.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    notes: Vec<Note>,
}

impl Notes {
    pub fn add(&mut self, note: Note) {
        self.notes.push(note);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter()
    }

    /// Groups notes by kind and subject, each group in the order of (file, line).
    pub fn by_subject(&self) -> BTreeMap<(NoteKind, &str), Vec<&Note>> {
        let mut groups: BTreeMap<_, Vec<&Note>> = BTreeMap::new();
        for note in &self.notes {
            groups.entry((note.kind, note.subject.as_str())).or_default().push(note);
        }
        for group in groups.values_mut() {
            group.sort_by(|a, b| (&a.file, a.line, &a.value).cmp(&(&b.file, b.line, &b.value)));
        }
        groups
    }
}
