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
use std::ops::Range;

/// A rendered body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderedBody {
    pub html: String,
    /// In the order of the page, each before the units inside it.
    pub units: Vec<Unit>,
    /// The prefix of every id.
    pub prefix: &'static str,
    /// How many blocks have an id `p1`, `p2`, …
    pub blocks: u32,
    pub headings: Vec<Heading>,
    /// The indices of the credits that were printed.
    pub credited: Vec<usize>,
    pub problems: Vec<MarkdownProblem>,
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
    /// `p7`
    Block(u32),
    /// The heading at this index in [`RenderedBody::headings`].
    Heading(usize),
    /// `fn-7`
    Note(usize),
}

impl RenderedBody {
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
