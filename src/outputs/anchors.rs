//! Ids of blocks that readers may have linked to: compares the blocks of a page with those of its last rendering.
//!
//! The state keeps a short hash of each block. If an unchanged block stands at another id, links from elsewhere lead to
//! the wrong place. Nothing here affects a page.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::diag::{Diagnostic, Span};
use crate::base::problem::{self, MovedAnchor};
use crate::content::markdown::{BlockNumber, Name, RenderedBody};

/// A hash of a block. Two blocks seldom have the same, and then at worst a warning is missing or wrong.
type BlockHash = [u8; 3];

/// The blocks of a page, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchors {
    hashes: Vec<BlockHash>,
    /// The numbers of blocks that do not have the next number, by their place.
    chosen: Vec<(u32, BlockNumber)>,
}

/// What is kept of a page: its blocks, and those that it had before blocks last moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnchors {
    now: Anchors,
    before: Anchors,
}

impl Anchors {
    fn new(rendered: &RenderedBody) -> Anchors {
        let mut anchors = Anchors { hashes: Vec::with_capacity(rendered.blocks as usize), chosen: Vec::new() };
        let mut last = 0;
        for (at, unit) in rendered.units.iter().enumerate() {
            let Name::Block(number) = unit.name else { continue };
            if number != BlockNumber::plain(last + 1) {
                anchors.chosen.push((anchors.hashes.len() as u32, number));
            }
            last = number.number();
            // Without its own tag, which has the id, and the blocks inside it.
            let inner = rendered.units.get(at + 1).map_or(usize::MAX, |next| next.html.start);
            let html = &rendered.html[unit.html.start..unit.html.end.min(inner)];
            anchors.hashes.push(hash(&html.as_bytes()[html.find('>').unwrap_or(0)..]));
        }
        anchors
    }

    /// Iterates over the numbers of the blocks.
    fn numbers(&self) -> impl Iterator<Item = BlockNumber> {
        let (mut chosen, mut last) = (self.chosen.iter().peekable(), 0);
        (0..self.hashes.len() as u32).map(move |at| {
            let own = chosen.next_if(|(place, _)| *place == at).map(|(_, number)| *number);
            let number = own.unwrap_or(BlockNumber::plain(last + 1));
            last = number.number();
            number
        })
    }

    /// Returns the numbers of the blocks by their hash, without those that several have.
    fn by_hash(&self) -> BTreeMap<BlockHash, Option<(usize, BlockNumber)>> {
        let mut found = BTreeMap::new();
        for (at, (hash, number)) in self.hashes.iter().zip(self.numbers()).enumerate() {
            found.entry(*hash).and_modify(|known| *known = None).or_insert(Some((at, number)));
        }
        found
    }

    /// Returns the blocks of this page that had another number: their place, and that number.
    fn moved(&self, last: &Anchors) -> Vec<(usize, BlockNumber)> {
        if last.hashes.is_empty() || self == last {
            return Vec::new();
        }
        let was = last.by_hash();
        let mut moved: Vec<(usize, BlockNumber)> = Vec::new();
        for (hash, now) in self.by_hash() {
            let (Some((at, now)), Some(Some((_, was)))) = (now, was.get(&hash)) else { continue };
            if now != *was {
                moved.push((at, *was));
            }
        }
        moved.sort_by_key(|(at, _)| *at);
        moved
    }
}

/// Returns a hash of bytes that is the same on every machine.
fn hash(bytes: &[u8]) -> BlockHash {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = bytes.len() as u64;
    let mut words = bytes.chunks_exact(8);
    for word in words.by_ref() {
        let word = u64::from_le_bytes(word.try_into().unwrap_or_default());
        sum = (sum.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    }
    for byte in words.remainder() {
        sum = (sum.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(FACTOR);
    }
    sum ^= sum >> 29;
    let [.., a, b, c] = sum.wrapping_mul(FACTOR).to_be_bytes().map(|byte| byte);
    [a, b, c]
}

/// Compares a page with its last rendering. Returns what to keep, and the problem if blocks have moved. `body` is the
/// text and where it starts in its file.
pub fn compare(
    last: Option<KeptAnchors>,
    rendered: &RenderedBody,
    file: &Arc<str>,
    body: (&str, usize),
) -> (KeptAnchors, Option<Diagnostic>) {
    let now = Anchors::new(rendered);
    let KeptAnchors { now: last, before } = last.unwrap_or_default();
    let moved = now.moved(&last);
    if moved.is_empty() {
        return (KeptAnchors { now, before }, None);
    }
    // An author has put the ids back.
    if !before.hashes.is_empty() && now.moved(&before).is_empty() {
        return (KeptAnchors { now, before: Anchors::default() }, None);
    }
    let found = diagnostic(&now, &last, &moved, rendered, file, body);
    (KeptAnchors { now, before: last }, found)
}

fn diagnostic(
    now: &Anchors,
    last: &Anchors,
    moved: &[(usize, BlockNumber)],
    rendered: &RenderedBody,
    file: &Arc<str>,
    (body, body_at): (&str, usize),
) -> Option<Diagnostic> {
    let (at, was) = *moved.first()?;
    let numbers: Vec<BlockNumber> = now.numbers().collect();
    let number = numbers[at];
    let mut blocks = rendered.units.iter().filter(|unit| matches!(unit.name, Name::Block(_)));
    let source = blocks.nth(at)?.source.clone();
    let line = body.get(source.clone()).and_then(|text| text.lines().next()).map_or(0, str::len);
    let known = last.by_hash();
    // The first of the new blocks directly before it.
    let new = (0..at).rev().take_while(|before| !known.contains_key(&now.hashes[*before])).last();
    let help = match new {
        Some(new) if number.number() > was.number() => {
            let before = new.checked_sub(1).map_or(0, |before| numbers[before].number());
            MovedAnchor::Inserted { before, count: at - new }
        }
        _ if number.number() < was.number() => MovedAnchor::Removed,
        _ => MovedAnchor::Other,
    };
    let span = Span::new(file, body_at + source.start..body_at + source.start + line);
    let leads = numbers.contains(&was);
    Some(problem::moved_anchor(span, (&was.to_string(), &number.to_string()), leads, moved.len() - 1, help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config::RawHtml;
    use crate::content::markdown::{LinkTarget, MarkdownLabels, MarkdownOptions, render};

    fn rendered(body: &str) -> RenderedBody {
        let labels = MarkdownLabels::default();
        let html = RawHtml::Escape;
        render(
            body,
            &MarkdownOptions { html, prefix: "", labels: &labels, resolve: &|_, _| LinkTarget::Keep, credits: &[] },
        )
    }

    /// Renders versions of a text in turn, and returns what is said of the last.
    fn said(versions: &[&str]) -> Option<String> {
        let (mut kept, mut said) = (None, None);
        for body in versions {
            let (now, found) = compare(kept, &rendered(body), &"a.md".into(), (body, 0));
            (kept, said) = (Some(now), found);
        }
        let found = said?;
        let place = found.at.map(|at| versions.last().unwrap()[at.range.start..at.range.end].to_owned());
        Some(format!("{} | {} | {}", place.unwrap_or_default(), found.message, found.help.unwrap_or_default()))
    }

    #[test]
    fn only_moved_blocks_are_reported() {
        for quiet in [
            &["a\n\nb", "a\n\nb"] as &[&str],
            &["a\n\nb", "a\n\nc"],
            &["a\n\nb", "a\n\nb\n\nc"],
            &["a\n\nb", "a\n\nx {#p1a}\n\nb"],
            &["a\n\nb\n\nc", "a\n\nc {#p3}"],
            &["a\n\na\n\na", "a\n\na"],
            &["a\n\n- b\n  - c", "a\n\n- b\n  - x {#p2a}\n  - c"],
            // The ids are put back.
            &["a\n\nb", "a\n\nx\n\nb", "a\n\nx {#p1a}\n\nb"],
            &["a\n\nb", "a\n\nx\n\nb", "a\n\nb"],
            &["a\n\nb", "a\n\nx\n\nb", "a\n\nx\n\nb\n\nc"],
        ] {
            assert_eq!(said(quiet), None, "{quiet:?}");
        }
        for (versions, place, help) in [
            (&["a\n\nb\n\nc", "a\n\nx\n\nb\n\nc"], "b", "`<!--#p1a-->`"),
            (&["a\n\nb\n\nc", "x\n\na\n\nb\n\nc"], "a", "`<!--#p0a-->`"),
            (&["a\n\nb\n\nc", "a\n\nx\n\ny\n\nb\n\nc"], "b", "`<!--#p1b-->`"),
            (&["a\n\nb\n\nc", "a\n\nc"], "c", "`<!--#p3-->`"),
            (&["a\n\nb\n\nc", "a\n\nc\n\nb"], "c", "<!--#p3-->"),
        ] {
            let said = said(versions).unwrap_or_default();
            assert!(said.starts_with(&format!("{place} | ")) && said.contains(help), "{versions:?}: {said}");
        }
    }
}
