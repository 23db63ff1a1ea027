//! Finds the references of a body: the destinations of its links and images, in Markdown and in raw HTML. It must not
//! know where they lead.

use super::comments;
use super::events::{Events, options};
use super::html_links::{self, HtmlSource};
use super::link_target::{LinkReference, LinkUse};
use crate::base::config::RawHtml;
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// Returns whether a body may have references. Fast.
pub(super) fn may_refer(body: &str) -> bool {
    body.contains('<') || (body.contains('[') && (body.contains("](") || body.contains("]:")))
}

pub(super) fn references(body: &str, html: RawHtml) -> Vec<LinkReference> {
    let hidden = comments::hide(body, options());
    let mut references = ReferenceCollector::new(&hidden.text, html);
    for (event, at) in Events::unrepaired(&hidden.text).with_scripts(html == RawHtml::Allow) {
        references.event(&event, &at);
    }
    references.finish()
}

/// Collects the references of a body from its events.
pub(super) struct ReferenceCollector<'a> {
    body: &'a str,
    html: RawHtml,
    /// The open block of HTML that is printed as HTML.
    block: Option<(HtmlSource, Range<usize>)>,
    found: Vec<LinkReference>,
}

impl<'a> ReferenceCollector<'a> {
    /// Starts with a body that [`comments::hide`] has processed.
    pub(super) fn new(body: &'a str, html: RawHtml) -> Self {
        ReferenceCollector { body, html, block: None, found: Vec::new() }
    }

    pub(super) fn event(&mut self, event: &Event, at: &Range<usize>) {
        let printed = self.html != RawHtml::Escape;
        let (dest, usage) = match event {
            Event::Start(Tag::Link { link_type: LinkType::Email, dest_url, .. }) => {
                (format!("mailto:{dest_url}"), LinkUse::Link)
            }
            Event::Start(Tag::Link { dest_url, .. }) => (dest_url.to_string(), LinkUse::Link),
            Event::Start(Tag::Image { dest_url, .. }) => (dest_url.to_string(), LinkUse::Image),
            Event::Start(Tag::HtmlBlock) if printed => {
                self.block = Some((HtmlSource::default(), at.clone()));
                return;
            }
            Event::Html(text) => return self.block.iter_mut().for_each(|(source, _)| source.push(text, at)),
            Event::End(TagEnd::HtmlBlock) => {
                if let Some((HtmlSource { text, lines }, whole)) = self.block.take() {
                    in_html(self.body, self.html, &text, &lines, &whole, &mut self.found);
                }
                return;
            }
            Event::InlineHtml(text) if printed => {
                return in_html(self.body, self.html, text, &[(0, at.start)], at, &mut self.found);
            }
            _ => return,
        };
        self.found.push(LinkReference { dest, at: at.clone(), usage });
    }

    pub(super) fn finish(self) -> Vec<LinkReference> {
        self.found
    }
}

/// Collects the references in raw HTML.
fn in_html(
    body: &str,
    mode: RawHtml,
    html: &str,
    lines: &[(usize, usize)],
    whole: &Range<usize>,
    found: &mut Vec<LinkReference>,
) {
    html_links::addresses(html, mode, |dest, usage, at| {
        found.push(LinkReference { dest, at: html_links::place(body, html, lines, at, whole), usage });
    });
}
