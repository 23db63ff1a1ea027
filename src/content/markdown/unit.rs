//! A rendered body and what it is made of.

use super::problem::Problem;

/// A rendered body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    pub html: String,
    /// How many blocks carry an id `p1`, `p2`, …
    pub blocks: u32,
    pub headings: Vec<Heading>,
    /// The credits that were printed, by number.
    pub credited: Vec<usize>,
    pub problems: Vec<Problem>,
}

/// A heading as printed: the first is level 2, since the page's only h1 is the headline; the others follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub level: u8,
    pub id: String,
    pub text: String,
}
