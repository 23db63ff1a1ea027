//! The addresses in raw HTML, where it is printed as such: what a body refers to, and what is resolved when it is rendered.

use super::sanitize;
use super::tags::{self, Attribute, Piece, Tag};
use super::target::Use;
use crate::base::config::RawHtml;
use std::ops::Range;

/// Raw HTML as it was put together from the lines of a block.
#[derive(Default)]
pub(super) struct Source {
    pub(super) text: String,
    /// Where lines begin: in the text, and in the body.
    pub(super) lines: Vec<(usize, usize)>,
}

impl Source {
    pub(super) fn push(&mut self, html: &str, at: &Range<usize>) {
        self.lines.push((self.text.len(), at.start));
        self.text.push_str(html);
    }
}

/// Where a part of raw HTML stands in the body; `whole` where that cannot be told.
pub(super) fn place(
    body: &str,
    html: &str,
    lines: &[(usize, usize)],
    part: &Range<usize>,
    whole: &Range<usize>,
) -> Range<usize> {
    let line = lines.partition_point(|(start, _)| *start <= part.start).checked_sub(1);
    let Some(&(start, at)) = line.and_then(|line| lines.get(line)) else { return whole.clone() };
    let found = at + part.start - start..at + part.end - start;
    match body.get(found.clone()) == html.get(part.clone()) {
        true => found,
        false => whole.clone(),
    }
}

/// How an attribute of an element uses the address that it holds.
fn usage(element: &str, name: &str) -> Option<Use> {
    Some(match (element, name) {
        ("img" | "input", "src") => Use::Image,
        ("audio" | "embed" | "frame" | "iframe" | "script" | "source" | "track" | "video", "src")
        | ("video", "poster")
        | ("object", "data")
        | ("image" | "feimage" | "use", "href" | "xlink:href") => Use::Media,
        ("a" | "area" | "link", "href") | (_, "cite") | ("form", "action") | ("button" | "input", "formaction") => {
            Use::Link
        }
        _ => return None,
    })
}

/// A browser takes white space around an address off.
pub(super) fn trim(address: &str) -> &str {
    address.trim_matches(|c: char| c <= ' ')
}

/// What an attribute holds.
pub(super) enum Holds {
    Address(String, Use),
    /// A `srcset`, and where in it there are addresses.
    Choice(String, Vec<Range<usize>>),
    Other,
}

pub(super) fn holds(html: &str, tag: &Tag, attribute: &Attribute) -> Holds {
    let value = || tags::decode(&html[attribute.value.clone()]).into_owned();
    if attribute.name == "srcset" && matches!(&*tag.name, "img" | "source") {
        let value = value();
        let candidates = tags::candidates(&value);
        return Holds::Choice(value, candidates);
    }
    match usage(&tag.name, &attribute.name) {
        Some(usage) => Holds::Address(trim(&value()).to_owned(), usage),
        None => Holds::Other,
    }
}

/// All addresses in raw HTML: each with its use and the place of the value.
pub(super) fn addresses(html: &str, mode: RawHtml, mut found: impl FnMut(String, Use, &Range<usize>)) {
    let mut skipping = None;
    for piece in tags::pieces(html) {
        let Piece::Tag(tag) = piece else { continue };
        if mode == RawHtml::Sanitize {
            match sanitize::dropped(&tag.name) {
                Some(name) if !tag.end => skipping = skipping.or(Some(name)),
                gone => skipping = skipping.filter(|_| gone != skipping),
            }
        }
        if tag.end || skipping.is_some() {
            continue;
        }
        for attribute in &tag.attributes {
            if mode == RawHtml::Sanitize && !sanitize::keeps(&tag.name, &attribute.name) {
                continue;
            }
            match holds(html, &tag, attribute) {
                Holds::Address(address, usage) => found(address, usage, &attribute.value),
                Holds::Choice(choice, addresses) => {
                    addresses.into_iter().for_each(|at| found(choice[at].to_owned(), Use::Media, &attribute.value));
                }
                Holds::Other => {}
            }
        }
    }
}
