//! Reads a whole body as plain text for a search, together with its references, in one pass of the parser.
//!
//! The text is what the page prints: that of all units (see `unit_text`), without marks, comments and addresses. Three
//! things differ from the text of units, which is read by people: the order, since a note stands where it is defined;
//! the readings of rubies, which follow their block, so that they do not part its words; and white space. Raw HTML that
//! is hard to follow is rendered, and its text is that of the units.

use super::cjk;
use super::comments;
use super::events::{Events, is_inline, options};
use super::html_links::HtmlSource;
use super::html_tags::{HtmlPiece, HtmlTag, decode, decode_text, pieces};
use super::link_target::{LinkReference, LinkTarget, LinkUse};
use super::options::{MarkdownLabels, MarkdownOptions};
use super::references::{self, ReferenceCollector};
use super::ruby::Gloss;
use super::sanitize;
use super::unit_text::{INLINE, is_hidden};
use super::url::{UrlKind, kind};
use crate::base::config::RawHtml;
use crate::base::secret;
use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::ops::Range;

/// Elements of raw HTML whose text is not simply printed where it stands.
#[rustfmt::skip]
const INTRICATE: [&str; 26] = [
    "body", "button", "datalist", "frameset", "head", "html", "iframe", "math", "noembed", "noframes", "noscript",
    "object", "optgroup", "option", "plaintext", "rb", "rp", "rt", "rtc", "ruby", "script", "select", "style", "svg",
    "template", "textarea",
];

/// The text and the references of a body.
#[derive(Default)]
pub struct BodyText {
    /// What the page prints, each block on a line of its own. White space has no meaning otherwise.
    pub text: String,
    pub references: Vec<LinkReference>,
}

pub(super) fn read(body: &str, html: RawHtml) -> BodyText {
    let hidden = comments::hide(body, options());
    let events = Events::new(&hidden.text).with_scripts(html == RawHtml::Allow);
    let mut reader = TextReader::new(&hidden.text, html, events.has_cjk());
    let mut collector = references::may_refer(body).then(|| ReferenceCollector::new(&hidden.text, html));
    for (event, at) in events {
        if let Some(collector) = &mut collector {
            collector.event(&event, &at);
        }
        reader.event(event, at);
    }
    let text = if reader.intricate { rendered(body, html) } else { reader.finish() };
    BodyText { text, references: collector.map(ReferenceCollector::finish).unwrap_or_default() }
}

/// Returns the text of all units of the rendered body.
fn rendered(body: &str, html: RawHtml) -> String {
    let keep = |_: &str, _| LinkTarget::Keep;
    let labels = MarkdownLabels::default();
    let options = MarkdownOptions { html, prefix: "", labels: &labels, resolve: &keep, credits: &[] };
    let rendered = super::render::render(body, &options);
    let mut text = String::with_capacity(body.len());
    for unit in 0..rendered.units.len() {
        text.push_str(&rendered.text(unit));
        text.push('\n');
    }
    text
}

/// An image being read.
struct ReadImage<'a> {
    depth: u32,
    /// Whether it is shown. Otherwise its alternative text is text.
    shown: bool,
    title: CowStr<'a>,
}

/// A paragraph that starts with an image. If it has nothing else, the title of the image is printed as its caption.
struct ReadFigure<'a> {
    images: u32,
    others: bool,
    title: CowStr<'a>,
}

struct TextReader<'a> {
    body: &'a str,
    mode: RawHtml,
    text: String,
    /// The readings of rubies in the block.
    readings: String,
    gloss: Gloss,
    image: Option<ReadImage<'a>>,
    figure: Option<ReadFigure<'a>>,
    /// An open block of HTML.
    html: Option<HtmlSource>,
    /// Whether the body has wide characters, the last character of text, and a pending line end.
    cjk: bool,
    last: char,
    soft_break: bool,
    /// Whether there is HTML that must be rendered.
    intricate: bool,
}

impl<'a> TextReader<'a> {
    fn new(body: &'a str, mode: RawHtml, cjk: bool) -> Self {
        TextReader {
            body,
            mode,
            text: String::with_capacity(body.len() + 16),
            readings: String::new(),
            gloss: Gloss::default(),
            image: None,
            figure: None,
            html: None,
            cjk,
            last: ' ',
            soft_break: false,
            intricate: false,
        }
    }

    fn finish(mut self) -> String {
        self.block();
        self.text
    }

    fn event(&mut self, event: Event<'a>, at: Range<usize>) {
        if !is_inline(&event) {
            return self.block_event(event, &at);
        }
        match event {
            Event::Text(text) => self.push(&text, at.start),
            Event::Code(code) => {
                self.push(&code, at.start);
                self.last = if self.image.is_none() { ' ' } else { self.last };
            }
            Event::SoftBreak if self.cjk => self.soft_break = true,
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => {
                self.text.push(if self.image.is_some() { ' ' } else { '\n' });
                self.last = ' ';
            }
            Event::Start(Tag::Image { dest_url, title, .. }) => self.start_image(&dest_url, title, at.start),
            Event::End(TagEnd::Image) => self.end_image(),
            // A single tilde is text.
            Event::Start(Tag::Strikethrough) if !self.body[at.start..].starts_with("~~") => self.push("~", at.start),
            Event::End(TagEnd::Strikethrough) if !self.body[at.start..].starts_with("~~") => self.push("~", at.end - 1),
            Event::Start(_) | Event::FootnoteReference(_) => {
                self.settle(at.start);
                if let (Event::FootnoteReference(_), Some(figure), None) = (event, &mut self.figure, &self.image) {
                    figure.others = true;
                }
            }
            Event::InlineMath(tags) => {
                self.settle(at.start);
                self.gloss.tags(&tags, &mut self.readings);
            }
            Event::InlineHtml(html) if self.mode == RawHtml::Escape => self.push(&html, at.start),
            Event::InlineHtml(html) => {
                self.settle(at.start);
                if self.image.is_none() {
                    self.raw(&html);
                }
            }
            Event::TaskListMarker(_) => self.text.push(' '),
            _ => {}
        }
    }

    fn block_event(&mut self, event: Event<'a>, at: &Range<usize>) {
        if let (Event::Html(html), Some(source)) = (&event, &mut self.html) {
            return source.push(html, at);
        }
        if let Event::End(TagEnd::Paragraph) = event
            && let Some(figure) = self.figure.take().filter(|figure| figure.images == 1 && !figure.others)
        {
            self.text.push('\n');
            self.text.push_str(&figure.title);
        }
        self.block();
        match event {
            Event::Start(Tag::Paragraph) => {
                let rest = &self.body[at.start..];
                let image = rest.starts_with("![") || rest.starts_with("[![");
                self.figure = image.then(|| ReadFigure { images: 0, others: false, title: "".into() });
            }
            Event::Start(Tag::HtmlBlock) => self.html = Some(HtmlSource::default()),
            Event::End(TagEnd::HtmlBlock) => {
                let HtmlSource { text, .. } = self.html.take().unwrap_or_default();
                if self.mode == RawHtml::Escape {
                    self.text.push_str(&text);
                } else {
                    self.raw(&text);
                }
                self.block();
            }
            Event::Html(html) if self.mode == RawHtml::Escape => self.push(&html, at.start),
            Event::Html(html) => self.raw(&html),
            _ => {}
        }
    }

    /// Ends a block.
    fn block(&mut self) {
        if !self.readings.is_empty() {
            self.text.push(' ');
            self.text.push_str(&self.readings);
            self.readings.clear();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        (self.last, self.soft_break) = (' ', false);
    }

    fn push(&mut self, text: &str, at: usize) {
        self.settle(at);
        if self.gloss.takes(text) {
            return;
        }
        if self.cjk {
            self.last = text.chars().next_back().unwrap_or(self.last);
        }
        if let (Some(figure), None) = (&mut self.figure, &self.image) {
            figure.others |= !text.trim().is_empty();
        }
        self.text.push_str(text);
    }

    /// Writes a pending line end, unless it is between two wide characters.
    fn settle(&mut self, next: usize) {
        if std::mem::take(&mut self.soft_break) && !cjk::joins(self.last, self.body, next) {
            self.text.push(' ');
        }
    }

    fn start_image(&mut self, dest: &str, title: CowStr<'a>, at: usize) {
        self.settle(at);
        if let Some(image) = &mut self.image {
            image.depth += 1;
            return;
        }
        let shown = is_shown(dest);
        if shown {
            self.text.push(' ');
        }
        self.image = Some(ReadImage { depth: 1, shown, title });
    }

    fn end_image(&mut self) {
        let Some(mut image) = self.image.take() else { return };
        image.depth -= 1;
        if image.depth > 0 {
            self.image = Some(image);
            return;
        }
        if image.shown {
            self.text.push(' ');
        }
        if let Some(figure) = &mut self.figure {
            figure.images += u32::from(image.shown);
            figure.others |= !image.shown;
            figure.title = image.title;
        }
    }

    /// Reads raw HTML that is printed as HTML.
    fn raw(&mut self, html: &str) {
        if let Some(figure) = &mut self.figure {
            figure.others = true;
        }
        for piece in pieces(html) {
            match piece {
                HtmlPiece::Text(at) => self.text.push_str(&decode_text(&html[at])),
                HtmlPiece::Tag(tag) => self.tag(html, &tag),
                HtmlPiece::Comment(_) => {}
                HtmlPiece::Content(_) | HtmlPiece::Broken(_) => self.intricate = true,
            }
        }
    }

    fn tag(&mut self, html: &str, tag: &HtmlTag) {
        let name = &*tag.name;
        let sanitized = self.mode == RawHtml::Sanitize;
        if INTRICATE.contains(&name) || sanitized && sanitize::dropped(name).is_some() || !sanitized && is_hidden(tag) {
            self.intricate = true;
        } else if sanitized && !sanitize::keeps_tag(name) {
            // The tag is removed, its content stays.
        } else if name == "img" {
            let value = |name| tag.attribute(name).map(|attribute| decode(&html[attribute.value.clone()]));
            let space = if !sanitized || value("src").is_some_and(|src| is_shown(&src)) { " " } else { "" };
            for part in [space, &value("alt").unwrap_or_default(), space] {
                self.text.push_str(part);
            }
        } else if !INLINE.contains(&name) {
            self.text.push('\n');
        }
    }
}

/// Returns whether an image has an address that may be shown.
fn is_shown(dest: &str) -> bool {
    match kind(dest, LinkUse::Image) {
        UrlKind::Bad(_) => false,
        UrlKind::Web if secret::is_in_url(dest) => false,
        _ => !dest.is_empty(),
    }
}
