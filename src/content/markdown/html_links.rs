//! The addresses in raw HTML that is printed as HTML: a body's references, and the places where they are replaced.
//! Knows tags, not where an address leads.

use super::html_tags::{self, HtmlAttribute, HtmlPiece, HtmlTag};
use super::link_target::LinkUse;
use super::sanitize;
use crate::base::config::RawHtml;
use std::ops::Range;

/// Raw HTML as it was put together from the lines of a block.
#[derive(Default)]
pub(super) struct HtmlSource {
    pub(super) text: String,
    /// Where lines begin: in the text, and in the body.
    pub(super) lines: Vec<(usize, usize)>,
}

impl HtmlSource {
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
fn usage(element: &str, name: &str) -> Option<LinkUse> {
    Some(match (element, name) {
        ("img" | "input", "src") => LinkUse::Image,
        ("audio" | "embed" | "frame" | "iframe" | "script" | "source" | "track" | "video", "src")
        | ("video", "poster")
        | ("object", "data")
        | ("image" | "feimage" | "use", "href" | "xlink:href") => LinkUse::Media,
        ("a" | "area" | "link", "href") | (_, "cite") | ("form", "action") | ("button" | "input", "formaction") => {
            LinkUse::Link
        }
        _ => return None,
    })
}

/// A browser takes white space around an address off.
pub(super) fn trim(address: &str) -> &str {
    address.trim_matches(|c: char| c <= ' ')
}

/// What an attribute holds.
pub(super) enum AttributeContent {
    Address(String, LinkUse),
    /// A `srcset`, and where in it there are addresses.
    Choice(String, Vec<Range<usize>>),
    Other,
}

pub(super) fn holds(html: &str, tag: &HtmlTag, attribute: &HtmlAttribute) -> AttributeContent {
    let value = || html_tags::decode(&html[attribute.value.clone()]).into_owned();
    if attribute.name == "srcset" && matches!(&*tag.name, "img" | "source") {
        let value = value();
        let candidates = html_tags::candidates(&value);
        return AttributeContent::Choice(value, candidates);
    }
    match usage(&tag.name, &attribute.name) {
        Some(usage) => AttributeContent::Address(trim(&value()).to_owned(), usage),
        None => AttributeContent::Other,
    }
}

/// All addresses in raw HTML: each with its use and the place of the value.
pub(super) fn addresses(html: &str, mode: RawHtml, mut found: impl FnMut(String, LinkUse, &Range<usize>)) {
    let mut skipping = None;
    for piece in html_tags::pieces(html) {
        let HtmlPiece::Tag(tag) = piece else { continue };
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
                AttributeContent::Address(address, usage) => found(address, usage, &attribute.value),
                AttributeContent::Choice(choice, addresses) => {
                    addresses.into_iter().for_each(|at| found(choice[at].to_owned(), LinkUse::Media, &attribute.value));
                }
                AttributeContent::Other => {}
            }
        }
    }
}
