//! A rendered body, and the units that it is made of.
//!
//! Every block at the top level of a body is one unit, and so is the section of notes at its end. Units tile the HTML: a
//! caller can wrap each of them, or put something between two, and what lies outside of them is white space. Three kinds
//! hold further units, which name them as their parent: a list holds its items (and an item the lists in it), the notes
//! hold each note, and HTML that encloses other blocks (`<details>`, a blank line, Markdown, `</details>`) holds those.
//! A list is a unit of its own because its tags must be in some unit; its items are units because a reader cites them.
//!
//! So the units are the headings and what has an id `p1`, `p2`, …, with what separates them. What stands in a quotation, a
//! callout, a table or a note, and a paragraph of an item, is part of that unit: it has no such id, and could be no row of
//! a facing page.

use super::problem::MarkdownProblem;
use std::ops::Range;

/// A rendered body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderedBody {
    pub html: String,
    /// In the order of the page, each before those inside it.
    pub units: Vec<Unit>,
    /// What stands before every id.
    pub prefix: &'static str,
    /// How many blocks carry an id `p1`, `p2`, …
    pub blocks: u32,
    pub headings: Vec<Heading>,
    /// The credits that were printed, by number.
    pub credited: Vec<usize>,
    pub problems: Vec<MarkdownProblem>,
}

/// A heading as printed: the first is level 2, since the page's only h1 is the headline; the others follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub level: u8,
    pub id: String,
    pub text: String,
}

/// A block of the page. Its plain text and its id are made when they are asked for: [`RenderedBody::text`], [`RenderedBody::id`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub kind: UnitKind,
    pub name: Name,
    /// Bytes of the HTML: all of the unit, those inside it included. Its markup is complete, unless authors are trusted
    /// with HTML and leave some open.
    pub html: Range<usize>,
    /// Bytes of the body. A note stands where it is defined; the section of all notes, which nobody wrote, at the end.
    pub source: Range<usize>,
    /// The unit that holds it, by its place.
    pub parent: Option<usize>,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// With its level on the page, 2 to 6.
    Heading(u8),
    Paragraph,
    /// With the number of its first item where items are numbered.
    List(Option<u64>),
    Item,
    Quote,
    /// A quotation that begins with `[!NOTE]` or the like.
    Callout,
    Table,
    /// A paragraph of images alone, with a caption or without.
    Figure,
    Code,
    Rule,
    /// A block of HTML, be it printed as text.
    Html,
    /// The section of notes.
    Notes,
    Note,
}

/// What a unit is called in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// It has no id.
    None,
    /// `p7`
    Block(u32),
    /// The heading at this place in [`RenderedBody::headings`].
    Heading(usize),
    /// `fn-7`
    Note(usize),
}

impl RenderedBody {
    /// The id of a unit as it stands on the page.
    pub fn id(&self, unit: usize) -> Option<String> {
        match self.units.get(unit)?.name {
            Name::None => None,
            Name::Block(number) => Some(format!("{}p{number}", self.prefix)),
            Name::Heading(place) => self.headings.get(place).map(|heading| heading.id.clone()),
            Name::Note(number) => Some(format!("{}fn-{number}", self.prefix)),
        }
    }
}

/// The units directly inside one.
pub(super) fn inside(units: &[Unit], holder: usize) -> impl Iterator<Item = usize> {
    let end = units[holder].html.end;
    let within = units[holder + 1..].iter().take_while(move |unit| unit.html.start < end);
    within.enumerate().filter(move |(_, unit)| unit.parent == Some(holder)).map(move |(n, _)| holder + 1 + n)
}

/// Copies HTML, stretch by stretch between the ends of units, while `write` changes what it likes; the units' places follow.
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
