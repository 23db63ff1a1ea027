//! Finds the notes of a text: a link to a place whose text links back, as WordPress, its plug-ins, Word, pandoc and the
//! programs for Markdown write them. It reads the tree and changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{self, Handle, attribute, descendants, key, name, parent};

/// The notes of a text. Nodes are known by their places.
#[derive(Default)]
pub(super) struct FoundNotes {
    /// Links that are marks of notes: the number of the note.
    pub(super) marks: BTreeMap<usize, usize>,
    /// Nodes that hold notes: not part of the text itself.
    pub(super) bodies: BTreeSet<usize>,
    /// Links from notes back to their marks, and the labels before a note.
    pub(super) back_links: BTreeSet<usize>,
    /// The nodes with the notes, by number.
    pub(super) notes: Vec<Handle>,
    /// Every id that a link within the text leads to.
    pub(super) linked: BTreeSet<String>,
}

/// How ids of notes start, in all programs that are known.
const NAMES: [&str; 12] = [
    "fn",
    "_ftn",
    "ftn",
    "_edn",
    "edn",
    "footnote",
    "endnote",
    "note",
    "cite_note",
    "easy-footnote",
    "sdfootnote",
    "identifier",
];

/// Finds the notes in a tree.
pub(super) fn find(root: &Handle) -> FoundNotes {
    let nodes = descendants(root);
    let mut places: BTreeMap<String, (usize, Handle)> = BTreeMap::new();
    let mut links = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        for id in ["id", "name"].iter().filter_map(|key| tree::filled(node, key)) {
            places.entry(id).or_insert((at, node.clone()));
        }
        if name(node) == "a"
            && let Some(target) = tree::filled(node, "href").and_then(|href| Some(href.strip_prefix('#')?.to_owned()))
        {
            links.push((at, node.clone(), target));
        }
    }
    let mut found = FoundNotes::default();
    let mut by_body: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, link, target) in &links {
        found.linked.insert(target.clone());
        let Some((place, node)) = places.get(target) else { continue };
        if place < at {
            continue;
        }
        let Some(body) = body_of(node, link) else { continue };
        let back = back_links(&body, link);
        if back.is_empty() && !is_named(target, link) {
            continue;
        }
        let number = *by_body.entry(key(&body)).or_insert_with(|| {
            found.bodies.insert(key(&body));
            found.notes.push(body.clone());
            found.notes.len()
        });
        found.marks.insert(key(link), number);
        found.back_links.extend(back.iter().map(key));
        if name(node) == "a" {
            found.back_links.insert(key(node));
        }
    }
    found
}

/// Returns the block of a note: the target, or what it stands in. A note does not hold its own mark.
fn body_of(target: &Handle, link: &Handle) -> Option<Handle> {
    let mut node = target.clone();
    for _ in 0..4 {
        if matches!(name(&node), "li" | "p" | "div" | "dd" | "aside" | "tr" | "td") {
            return (!holds(&node, link)).then_some(node);
        }
        node = parent(&node)?;
    }
    None
}

fn holds(node: &Handle, inner: &Handle) -> bool {
    let mut at = Some(inner.clone());
    while let Some(inner) = at {
        if key(&inner) == key(node) {
            return true;
        }
        at = parent(&inner);
    }
    false
}

/// The most nodes of a note that are searched for a link back.
const NOTE: usize = 200;

/// Returns the links in a note that lead to its mark, or to what the mark stands in.
fn back_links(body: &Handle, link: &Handle) -> Vec<Handle> {
    let mut ids = Vec::new();
    let mut at = Some(link.clone());
    for _ in 0..3 {
        let Some(node) = at else { break };
        ids.extend(["id", "name"].iter().filter_map(|key| attribute(&node, key)));
        at = parent(&node);
    }
    ids.extend(link.children.borrow().iter().filter_map(|child| attribute(child, "id")));
    let mut found = Vec::new();
    let mut open = vec![body.clone()];
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        if seen > NOTE {
            break;
        }
        if name(&node) == "a"
            && let Some(target) = attribute(&node, "href").and_then(|href| Some(href.strip_prefix('#')?.to_owned()))
            && (ids.contains(&target) || is_arrow(&tree::text_of(&node)))
        {
            found.push(node.clone());
        }
        open.extend(node.children.borrow().iter().cloned());
    }
    found
}

fn is_arrow(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().all(|c| "↩↑^⏎⤴\u{fe0e}\u{fe0f}".contains(c))
}

/// Returns whether a link without a link back is the mark of a note by the names of both: `<sup><a href="#fn1">1</a>`.
fn is_named(target: &str, link: &Handle) -> bool {
    let target = target.to_lowercase();
    let rest = NAMES.iter().find_map(|name| target.strip_prefix(name));
    let numbered = rest.is_some_and(|rest| rest.bytes().any(|b| b.is_ascii_digit()) || rest.contains('-'));
    let raised = parent(link).is_some_and(|node| name(&node) == "sup")
        || link.children.borrow().iter().any(|child| name(child) == "sup");
    let text = tree::text_of(link);
    let label = text.trim().trim_matches(['[', ']', '(', ')']);
    numbered && (raised || label.bytes().all(|b| b.is_ascii_digit())) && label.chars().count() < 5
}
