//! The texts that reports quote, with their lines and columns. It must not know what is wrong with them.
//!
//! The place of a problem may be wrong for the present text, since the file may have changed, or may not be a text.
//! Every place is moved into the text, to a character boundary.

use std::cell::{Cell, OnceCell};
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use crate::base::diag::Span;
use crate::content::front_matter;
use crate::engine::site_files;
use crate::system::root::Root;
use crate::theme::theme::{built_in, built_in_path};

/// How many texts are kept. Problems are sorted by file, with an occasional note about another file.
const KEPT: usize = 8;

/// Reads the files below a folder.
pub struct SourceTexts<'r> {
    root: &'r Path,
    /// The open folder; `None` if it cannot be opened.
    opened: OnceCell<Option<Root>>,
    /// Recent files, the latest last; without a text if they cannot be read.
    recent: Vec<(Box<str>, Option<Rc<SourceText>>)>,
}

/// A text and its lines.
pub struct SourceText {
    text: String,
    /// The starts of the lines.
    starts: Vec<usize>,
    /// The last position whose column was counted: start of its line, position, column. So a line of a megabyte
    /// with a thousand problems is counted only once.
    counted: Cell<(usize, usize, usize)>,
}

impl<'r> SourceTexts<'r> {
    pub fn new(root: &'r Path) -> SourceTexts<'r> {
        SourceTexts { root, opened: OnceCell::new(), recent: Vec::new() }
    }

    /// Returns the text of a file, in which places are byte offsets.
    pub fn text(&mut self, file: &str) -> Option<Rc<SourceText>> {
        let entry = match self.recent.iter().position(|(name, _)| **name == *file) {
            Some(at) => self.recent.remove(at),
            None => (file.into(), self.read(file).map(|text| Rc::new(SourceText::new(text)))),
        };
        if self.recent.len() == KEPT {
            self.recent.remove(0);
        }
        let text = entry.1.clone();
        self.recent.push(entry);
        text
    }

    fn read(&self, file: &str) -> Option<String> {
        let own = built_in().into_iter().find(|(path, _)| file.ends_with(path) && built_in_path(path) == file);
        let bytes = match own {
            Some((_, bytes)) => bytes.to_vec(),
            None => {
                let root = self.opened.get_or_init(|| Root::open(self.root).ok()).as_ref()?;
                site_files::read_bytes(root, file, &mut Vec::new())?
            }
        };
        Some(front_matter::plain(&readable(&bytes)).into_owned())
    }

    /// Returns line and column (in characters, from 1) of the start of a place. For a whole file it does not read
    /// the file.
    pub fn position(&mut self, at: &Span) -> (usize, usize) {
        match at.range.start {
            0 => (1, 1),
            start => self.text(&at.file).map_or((1, 1), |text| text.position(start)),
        }
    }
}

impl SourceText {
    pub fn new(text: String) -> SourceText {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        SourceText { text, starts, counted: Cell::new((0, 0, 1)) }
    }

    /// Clamps a place to the text: in order, and at character boundaries.
    pub fn place(&self, at: &Span) -> Range<usize> {
        let start = self.text.floor_char_boundary(at.range.start);
        let end = self.text.ceil_char_boundary(at.range.end);
        start..end.max(start)
    }

    /// Returns the number of the line at a position, counted from 0.
    pub fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    /// Returns the range of a line without its end.
    pub fn line(&self, number: usize) -> Range<usize> {
        let start = self.starts[number];
        start..self.starts.get(number + 1).map_or(self.text.len(), |next| next - 1)
    }

    pub fn get(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// Returns line and column, from 1.
    fn position(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let number = self.line_of(at);
        let start = self.starts[number];
        let (line, place, column) = self.counted.get();
        let (from, column) = if line == start && place <= at { (place, column) } else { (start, 1) };
        let column = column + self.get(from..at).chars().count();
        self.counted.set((start, at, column));
        (number + 1, column)
    }
}

/// Decodes a file, with a question mark for every byte that is not UTF-8, so that places stay valid.
fn readable(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| '?'));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_place_becomes_one_of_the_text() {
        let text = SourceText::new("a “é”\nx".to_owned());
        let span = |start: usize, end: usize| Span::new(&"a.md".into(), start..end);
        for start in 0..20 {
            for end in [0, 1, 3, 4, 6, 9, 11, 12, 99, usize::MAX] {
                let place = text.place(&span(start, end));
                assert!(text.text.get(place.clone()).is_some(), "{start}..{end} became {place:?}");
            }
        }
        assert_eq!(text.place(&span(3, 4)), 2..5);
        assert_eq!(text.position(usize::MAX), (2, 2));
        // Forwards, back, and inside a character.
        for (at, position) in
            [(2, (1, 3)), (5, (1, 4)), (6, (1, 4)), (7, (1, 5)), (0, (1, 1)), (10, (1, 6)), (11, (2, 1))]
        {
            assert_eq!(text.position(at), position, "{at}");
        }
        assert_eq!((text.line(0), text.line(1)), (0..10, 11..12));
        assert_eq!(SourceText::new(String::new()).position(5), (1, 1));
    }
}
