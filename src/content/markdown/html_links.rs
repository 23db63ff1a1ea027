//! Finds the addresses in raw HTML that is printed as HTML: the references of a body, and the places to replace. It
//! knows tags, not where an address leads.

use super::html_tags::{self, HtmlAttribute, HtmlPiece, HtmlTag};
use super::link_target::LinkUse;
use super::sanitize;
use crate::base::config::RawHtml;
use std::ops::Range;

/// Raw HTML, joined from the lines of a block.
#[derive(Default)]
pub(super) struct HtmlSource {
    pub(super) text: String,
    /// The start of each line: in the joined text, and in the body.
    pub(super) lines: Vec<(usize, usize)>,
}

impl HtmlSource {
    pub(super) fn push(&mut self, html: &str, at: &Range<usize>) {
        self.lines.push((self.text.len(), at.start));
        self.text.push_str(html);
    }
}

/// Returns the place in the body of a part of raw HTML, or `whole` if it cannot be determined.
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

/// Returns how an attribute of an element uses its address.
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

/// Removes white space around an address, as a browser does.
pub(super) fn trim(address: &str) -> &str {
    address.trim_matches(|c: char| c <= ' ')
}

/// The content of an attribute.
pub(super) enum AttributeContent {
    Address(String, LinkUse),
    /// A `srcset`, and the ranges of the addresses in it.
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

/// Passes all addresses in raw HTML to `found`, each with its use and the place of the value.
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
