//! The state of a reading, and what its caller decides. The files after it read one kind of element each, as methods.

use std::collections::BTreeSet;

use super::element_kinds;
use super::footnotes::{self, FoundNotes};
use super::tree::{self, Handle, NodeData, key, name};
use crate::import::notes::NoteKind;
use crate::import::prose::model::{Block, Inline, Style};

/// What the caller of a reading decides.
pub struct HtmlOptions<'a> {
    /// Returns what an address becomes (`source:PATH` for a file of the source), or `None` if it stays.
    pub resolve: &'a dyn Fn(&str) -> Option<String>,
}

impl Default for HtmlOptions<'_> {
    fn default() -> Self {
        HtmlOptions { resolve: &|_| None }
    }
}

/// Something of the HTML that did not become Markdown as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkupNote {
    pub kind: NoteKind,
    /// "`<iframe>`".
    pub subject: String,
    /// An address or the first words.
    pub value: String,
}

/// How deep readings call themselves. The tree is not deeper than three times its limit, since a browser inserts some.
const DEPTH: usize = 360;

/// A mark around everything in an element that holds blocks.
#[derive(Clone)]
pub(super) enum Wrap {
    Style(Style),
    Link(String),
}

/// A reading of a tree.
pub(super) struct Reader<'a> {
    pub(super) options: &'a HtmlOptions<'a>,
    pub(super) found: FoundNotes,
    /// Elements of a line that hold blocks, by their places.
    holders: BTreeSet<usize>,
    pub(super) notes: Vec<MarkupNote>,
    /// What is open around the current blocks.
    pub(super) wraps: Vec<Wrap>,
    pub(super) depth: usize,
    /// The caption of the current figure, which is not part of its content.
    pub(super) skipped: Option<usize>,
    /// Ids of headings that links within the text lead to.
    pub(super) heading_ids: BTreeSet<String>,
    /// Added to the level of headings, if the text has headings of the first level: that is the title's.
    pub(super) shift: u8,
    /// Notes that stand in the text itself (`<recto-note>`), after those that were found.
    pub(super) inline_notes: Vec<(String, Vec<Block>)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(root: &Handle, options: &'a HtmlOptions<'a>) -> Reader<'a> {
        let nodes = tree::descendants(root);
        let mut holders = BTreeSet::new();
        // Children come after their parents, so from the end every child is known before its parent.
        for node in nodes.iter().rev() {
            let called = name(node);
            let holds = element_kinds::is_block(called) || holders.contains(&key(node));
            if holds
                && element_kinds::left_out(called).is_none()
                && let Some(parent) = tree::parent(node)
            {
                holders.insert(key(&parent));
            }
        }
        let found = footnotes::find(root);
        let mut heading_ids = BTreeSet::new();
        for heading in nodes.iter().filter(|node| matches!(name(node), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")) {
            let inner = tree::descendants(heading);
            for id in std::iter::once(heading)
                .chain(&inner)
                .flat_map(|n| [tree::attribute(n, "id"), tree::attribute(n, "name")])
                .flatten()
            {
                let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'));
                if plain && found.linked.contains(&id) {
                    heading_ids.insert(id);
                }
            }
        }
        let shift = u8::from(nodes.iter().any(|node| name(node) == "h1"));
        Reader {
            options,
            found,
            holders,
            notes: Vec::new(),
            wraps: Vec::new(),
            depth: 0,
            skipped: None,
            heading_ids,
            shift,
            inline_notes: Vec::new(),
        }
    }

    /// Returns whether a node must be read as blocks.
    pub(super) fn is_block(&self, node: &Handle) -> bool {
        let called = name(node);
        element_kinds::is_block(called) || (!called.is_empty() && self.holders.contains(&key(node)))
    }

    pub(super) fn note(&mut self, kind: NoteKind, subject: &str, value: &str) {
        let value: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let value = match value.char_indices().nth(120) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value,
        };
        self.notes.push(MarkupNote { kind, subject: subject.to_owned(), value });
    }

    /// Goes a level deeper, unless that would be too deep.
    pub(super) fn descend<T: Default>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEPTH {
            return T::default();
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Returns what an address becomes.
    pub(super) fn address(&self, written: &str) -> String {
        let written = written.trim();
        let plain: String = written.chars().filter(|c| !matches!(c, '\n' | '\r' | '\t')).collect();
        (self.options.resolve)(&plain).unwrap_or(plain)
    }

    /// Puts what is open around blocks around inlines.
    pub(super) fn wrapped(&self, mut inlines: Vec<Inline>) -> Vec<Inline> {
        for wrap in self.wraps.iter().rev() {
            inlines = vec![match wrap {
                Wrap::Style(style) => Inline::Styled(*style, inlines),
                Wrap::Link(address) => Inline::Link { address: address.clone(), content: inlines },
            }];
        }
        inlines
    }

    /// Reads a note's block without the labels before it and the links back.
    pub(super) fn finish_notes(&mut self) -> Vec<(String, Vec<Block>)> {
        let mut notes = Vec::new();
        let found = std::mem::take(&mut self.found.notes);
        for (at, node) in found.iter().enumerate() {
            let mut content = match name(node) {
                "tr" => self.cells_as_blocks(node),
                _ => self.children_as_blocks(node),
            };
            if let Some(Block::Paragraph(inlines)) = content.first_mut() {
                without_label(inlines);
            }
            if content.is_empty() {
                content.push(Block::Paragraph(vec![Inline::Text(tree::text_of(node))]));
            }
            notes.push(((at + 1).to_string(), content));
        }
        notes.append(&mut self.inline_notes);
        notes
    }
}

/// Takes a number and what surrounds it from the start of a note: "1. ", "[1] ", "^ ".
fn without_label(inlines: &mut Vec<Inline>) {
    while inlines.first().is_some_and(|first| matches!(first, Inline::Text(text) if text.trim().is_empty())) {
        inlines.remove(0);
    }
    let Some(Inline::Text(text)) = inlines.first_mut() else { return };
    let rest = text.trim_start();
    let label = rest.trim_start_matches(['[', '(', '^', '↑']);
    let digits = label.bytes().take_while(u8::is_ascii_digit).count();
    let after = label[digits..].trim_start_matches([']', ')', '.', ':']);
    if (label.len() < rest.len() || (digits > 0 && after.len() < label.len() - digits)) && digits < 5 {
        *text = after.trim_start().to_owned();
    }
}

/// Returns whether a node is text that prints nothing.
pub(super) fn is_blank_text(node: &Handle) -> bool {
    matches!(&node.data, NodeData::Text { contents } if contents.borrow().chars().all(char::is_whitespace))
}
