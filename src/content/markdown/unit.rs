//! A rendered body, and its units.
//!
//! Every block at the top level of a body is a unit, and so is the section of notes at its end. Units cover the HTML
//! without overlaps: a caller can wrap each of them, or insert something between two; outside of them is only white
//! space. Three kinds of units contain further units, which name them as their parent: a list contains its items (and
//! an item the lists in it), the notes contain each note, and HTML that encloses other blocks (`<details>`, a blank
//! line, Markdown, `</details>`) contains those. A list is a unit because its tags must belong to one. Its items are
//! units because readers cite them.
//!
//! So the units are the headings, everything with an id `p1`, `p2`, …, and what separates them. The content of a
//! quotation, a callout, a table or a note, and a paragraph of an item, is part of that unit. It has no such id, and
//! could not be a row of a facing page.

use super::problem::MarkdownProblem;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// A rendered body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderedBody {
    pub html: String,
    /// In the order of the page, each before the units inside it.
    pub units: Vec<Unit>,
    /// The prefix of every id.
    pub prefix: &'static str,
    /// The last number of an id `p1`, `p2`, …: how many blocks have one, unless an author chose ids.
    pub blocks: u32,
    pub headings: Vec<Heading>,
    /// The indices of the credits that were printed.
    pub credited: Vec<usize>,
    pub problems: Vec<MarkdownProblem>,
    /// Where the marks in [`Unit::mark`] are in the body, each with the end of its unit's source.
    pub marks: Vec<(usize, Range<usize>)>,
}

/// A heading as printed. The first has level 2, because the page's only h1 is the headline; the others are relative to
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub level: u8,
    pub id: String,
    pub text: String,
}

/// A block of the page. [`RenderedBody::text`] and [`RenderedBody::id`] compute its plain text and its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub kind: UnitKind,
    pub name: Name,
    /// The byte range in the HTML, including the units inside. Its markup is complete, unless authors are trusted with
    /// HTML and leave elements open.
    pub html: Range<usize>,
    /// The byte range in the body. A note is at its definition; the section of all notes has no source and is at the
    /// end.
    pub source: Range<usize>,
    /// The index of the unit that contains it.
    pub parent: Option<usize>,
    /// What its author says about its counterpart in the other text.
    pub mark: Option<Mark>,
}

/// What an author says about the counterpart of a block, at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// `<!--^-->`: it belongs to the row of the block before it.
    Joined,
    /// `<!--=-->`, in an original: it is not translated.
    Untranslated,
    /// `<!--+-->`, in a translation: the translator added it.
    Added,
}

/// The kind of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// A heading with its level on the page, 2 to 6.
    Heading(u8),
    Paragraph,
    /// A list, with the number of its first item if items are numbered.
    List(Option<u64>),
    Item,
    Quote,
    /// A quotation that starts with `[!NOTE]` or the like.
    Callout,
    Table,
    /// A paragraph of images alone, with or without a caption.
    Figure,
    Code,
    Rule,
    /// A block of HTML, even if it is printed as text.
    Html,
    /// The section of notes.
    Notes,
    Note,
}

/// The name of a unit in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// No id.
    None,
    /// `p7`, `p7a`
    Block(BlockNumber),
    /// The heading at this index in [`RenderedBody::headings`].
    Heading(usize),
    /// `fn-7`
    Note(usize),
}

/// The number of a block. A block that was inserted later has that of the block before it, and letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockNumber {
    number: u32,
    /// Lower-case letters, then zeros.
    letters: [u8; 3],
}

impl BlockNumber {
    /// The largest number.
    const LARGEST: u32 = 100_000;

    /// Returns a number without letters.
    pub fn plain(number: u32) -> BlockNumber {
        BlockNumber { number, letters: [0; 3] }
    }

    /// Parses `7` and `7a`, in either case.
    pub fn parse(text: &str) -> Option<BlockNumber> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = text.split_at(digits);
        let number = number.parse().ok().filter(|number| *number <= Self::LARGEST && digits <= 6)?;
        let mut letters = [0; 3];
        if after.len() > letters.len() || !after.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        for (letter, b) in letters.iter_mut().zip(after.bytes()) {
            *letter = b.to_ascii_lowercase();
        }
        Some(BlockNumber { number, letters })
    }

    /// Returns the number without its letters.
    pub fn number(self) -> u32 {
        self.number
    }

    pub fn has_letters(self) -> bool {
        self.letters[0] != 0
    }
}

impl fmt::Display for BlockNumber {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.number)?;
        self.letters.iter().filter(|b| **b != 0).try_for_each(|b| write!(f, "{}", char::from(*b)))
    }
}

impl RenderedBody {
    /// Returns where the mark of a unit is in the body.
    pub fn mark_place(&self, unit: usize) -> Option<Range<usize>> {
        let end = self.units.get(unit).filter(|unit| unit.mark.is_some())?.source.end;
        self.marks.binary_search_by_key(&end, |(of, _)| *of).ok().map(|mark| self.marks[mark].1.clone())
    }

    /// Returns the id of a unit on the page.
    pub fn id(&self, unit: usize) -> Option<String> {
        match self.units.get(unit)?.name {
            Name::None => None,
            Name::Block(number) => Some(format!("{}p{number}", self.prefix)),
            Name::Heading(place) => self.headings.get(place).map(|heading| heading.id.clone()),
            Name::Note(number) => Some(format!("{}fn-{number}", self.prefix)),
        }
    }
}

/// Iterates over the units directly inside one.
pub(super) fn inside(units: &[Unit], holder: usize) -> impl Iterator<Item = usize> {
    let end = units[holder].html.end;
    let within = units[holder + 1..].iter().take_while(move |unit| unit.html.start < end);
    within.enumerate().filter(move |(_, unit)| unit.parent == Some(holder)).map(move |(n, _)| holder + 1 + n)
}

/// Copies HTML, one part at a time between the ends of units. `write` may change each part; the places of the units
/// are updated.
pub(super) fn rewrite(html: &str, units: &mut [Unit], mut write: impl FnMut(&str, &mut String)) -> String {
    let mut done = String::with_capacity(html.len());
    let (mut from, mut open) = (0, None);
    let mut up_to = |to: usize| {
        write(&html[std::mem::replace(&mut from, to)..to], &mut done);
        done.len()
    };
    for at in 0..units.len() {
        while let Some(ended) = open.filter(|_| open != units[at].parent) {
            units[ended].html.end = up_to(units[ended].html.end);
            open = units[ended].parent;
        }
        units[at].html.start = up_to(units[at].html.start);
        open = Some(at);
    }
    while let Some(ended) = open {
        units[ended].html.end = up_to(units[ended].html.end);
        open = units[ended].parent;
    }
    up_to(html.len());
    done
}
