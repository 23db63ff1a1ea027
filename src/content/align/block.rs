//! The blocks of a text, as the alignment sees them. They come from the units of a rendered body. It must not know
//! the other text.

use std::cell::OnceCell;
use std::ops::Range;

use super::letters::{Length, length};
pub use crate::content::markdown::Mark;
use crate::content::markdown::{RenderedBody, UnitKind};
use crate::content::quantity::quantity::{Quantity, quantities};

/// A block of a text: what stands in one cell of a facing page.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub kind: BlockKind,
    /// The plain text.
    pub text: String,
    /// The destinations of its links and images, in order.
    pub urls: Vec<Box<str>>,
    /// What the author says about its counterpart.
    pub mark: Option<Mark>,
    /// The index of its unit in [`RenderedBody::units`]; `None` for a title or summary.
    pub unit: Option<usize>,
    /// The byte range in the body.
    pub source: Range<usize>,
    pub numbers: Numbers,
}

impl Block {
    /// Returns the quantities of its text, which is in the language `lang`.
    pub fn quantities(&self, lang: &str) -> &[Quantity] {
        self.numbers.quantities.get_or_init(|| quantities(&self.text, lang))
    }

    /// Returns the length of its text.
    pub fn length(&self) -> Length {
        *self.numbers.length.get_or_init(|| length(&self.text))
    }
}

/// The quantities of a block's text and its length, read when they are first needed: both the alignment and the search
/// for findings need them. A copy has none yet, since its text may be changed.
#[derive(Debug, Default)]
pub struct Numbers {
    quantities: OnceCell<Vec<Quantity>>,
    length: OnceCell<Length>,
}

impl Clone for Numbers {
    fn clone(&self) -> Numbers {
        Numbers::default()
    }
}

impl PartialEq for Numbers {
    fn eq(&self, _: &Numbers) -> bool {
        true
    }
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    Title,
    Summary,
    Heading(u8),
    Paragraph,
    Item,
    Quote,
    Callout,
    Table,
    Figure,
    Code,
    Rule,
    Html,
}

/// Returns the blocks of a body, in order. A list gives its items, each with the lists inside it. Everything else at
/// the top level is one block, and so is HTML that encloses others. Notes are not aligned.
pub fn blocks(rendered: &RenderedBody) -> Vec<Block> {
    let block = |at: usize| {
        let unit = &rendered.units[at];
        Block {
            kind: kind(unit.kind),
            text: whole_text(rendered, at),
            urls: rendered.urls(at),
            mark: unit.mark,
            unit: Some(at),
            source: unit.source.clone(),
            numbers: Numbers::default(),
        }
    };
    units(rendered).map(block).collect()
}

/// Iterates over the units of a body that are blocks, in order.
pub fn units(rendered: &RenderedBody) -> impl Iterator<Item = usize> {
    let is_list = |unit: usize| matches!(rendered.units[unit].kind, UnitKind::List(_));
    let blocks = rendered.units.iter().enumerate().filter(move |(_, unit)| match unit.parent {
        None => !matches!(unit.kind, UnitKind::List(_) | UnitKind::Notes),
        Some(parent) => rendered.units[parent].parent.is_none() && is_list(parent),
    });
    blocks.map(|(at, _)| at)
}

/// Returns the text of a unit with that of all units inside it.
fn whole_text(rendered: &RenderedBody, at: usize) -> String {
    let end = rendered.units[at].html.end;
    let within = rendered.units[at + 1..].iter().take_while(|unit| unit.html.start < end).count();
    let mut text = rendered.text(at);
    for unit in at + 1..=at + within {
        let inner = rendered.text(unit);
        if !text.is_empty() && !inner.is_empty() {
            text.push('\n');
        }
        text.push_str(&inner);
    }
    text
}

fn kind(kind: UnitKind) -> BlockKind {
    match kind {
        UnitKind::Heading(level) => BlockKind::Heading(level),
        UnitKind::Paragraph | UnitKind::Note => BlockKind::Paragraph,
        UnitKind::List(_) | UnitKind::Item => BlockKind::Item,
        UnitKind::Quote => BlockKind::Quote,
        UnitKind::Callout => BlockKind::Callout,
        UnitKind::Table => BlockKind::Table,
        UnitKind::Figure => BlockKind::Figure,
        UnitKind::Code => BlockKind::Code,
        UnitKind::Rule => BlockKind::Rule,
        UnitKind::Html | UnitKind::Notes => BlockKind::Html,
    }
}
