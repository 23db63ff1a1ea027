//! Renders a body: converts the parser's events to HTML in one pass. This file handles blocks and `inline.rs` their
//! content. It must not know the site.

use super::comments;
use super::escape;
use super::events::{Events, is_inline};
use super::highlight;
use super::html_links::HtmlSource;
use super::isolate;
use super::marks::FoundMark;
use super::options::MarkdownOptions;
use super::problem::ProblemKind;
use super::sanitize::{self, SOFT};
use super::unit::{self, Heading, Name, RenderedBody, UnitKind};
use super::writer::{BLOCK_DEPTH, Figure, OpenCode, OpenHeading, OpenHtml, Writer};
use crate::base::config::RawHtml;
use crate::base::limits::PAGE_BYTES;
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd};
use std::fmt::Write;
use std::ops::Range;

pub(super) fn render(body: &str, options: &MarkdownOptions) -> RenderedBody {
    let hidden = comments::hide(body, super::events::options());
    let mut events = Events::new(&hidden.text).with_scripts(options.html == RawHtml::Allow);
    let mut writer = Writer::new(&hidden.text, options, events.has_cjk());
    writer.written = body;
    if !body.is_ascii() {
        writer.look_for_overrides();
    }
    for (event, at) in events.by_ref() {
        let place = at.clone();
        writer.event(event, at);
        if writer.out.len() + writer.noted > PAGE_BYTES {
            writer.problem(&place, ProblemKind::Swollen);
            return RenderedBody { problems: writer.problems, ..RenderedBody::default() };
        }
    }
    let of_html = if options.html == RawHtml::Escape { Vec::new() } else { events.problems_of_html };
    for found in hidden.problems.into_iter().chain(events.problems).chain(of_html) {
        writer.problem(&found.at, found.kind);
    }
    writer.finish(events.marks)
}

#[cfg(test)]
pub(super) fn render_forced(body: &str, options: &MarkdownOptions) -> RenderedBody {
    let mut writer = Writer::new(body, options, false);
    for (event, at) in Events::forced(body) {
        writer.event(event, at);
    }
    writer.finish(Vec::new())
}

impl Writer<'_> {
    fn event(&mut self, event: Event, at: Range<usize>) {
        if self.skipping.is_some() && !is_inline(&event) {
            self.skipping = None;
        }
        match event {
            Event::Text(text) => {
                self.look_for_mark(&text, &at);
                self.look_for_foreign(&at);
                if !((text.len() == 1 || self.inserted.is_some()) && self.insertion(&text, &at)) {
                    self.text(&text, &at);
                }
            }
            Event::Start(tag) => self.start(tag, &at),
            Event::End(tag) => self.end(tag, &at),
            Event::SoftBreak => self.soft_break(),
            Event::HardBreak => match &mut self.image {
                Some(image) => image.alt.push(' '),
                None => {
                    self.out.push_str("<br>\n");
                    self.last = ' ';
                }
            },
            Event::Code(code) => self.inline_code(&code, &at),
            Event::FootnoteReference(label) => self.note_mark(&label, &at),
            Event::InlineHtml(html) => self.inline_html(&html, &at),
            Event::Html(html) => match &mut self.html {
                Some(open) => open.source.push(&html, &at),
                None => self.inline_html(&html, &at),
            },
            Event::Rule => {
                self.open_top(UnitKind::Rule, &at);
                self.out.push_str("<hr>\n");
                self.close_top();
            }
            Event::TaskListMarker(done) => self.task(done),
            Event::InlineMath(tags) => self.ruby(&tags, &at),
            Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag, at: &Range<usize>) {
        if !matches!(tag, Tag::Paragraph) {
            self.captionable = None;
        }
        match tag {
            Tag::Paragraph => self.start_paragraph(at),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.start_emphasis(&tag, at),
            Tag::Link { link_type, dest_url, title, .. } => self.start_link(link_type, &dest_url, &title, at),
            Tag::Image { dest_url, title, .. } => self.start_image(&dest_url, &title, at),
            Tag::Heading { id, .. } => self.start_heading(id, at),
            Tag::BlockQuote(kind) => self.start_quote(kind, at),
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => highlight::language(info).map(str::to_owned),
                    CodeBlockKind::Indented => None,
                };
                self.open_top(UnitKind::Code, at);
                self.code = Some(OpenCode { language, text: String::new() });
            }
            Tag::HtmlBlock => {
                self.open_top(UnitKind::Html, at);
                self.html = Some(OpenHtml { at: at.clone(), source: HtmlSource::default() });
            }
            Tag::List(first) => self.start_list(first, at),
            Tag::Item => self.start_item(at),
            Tag::FootnoteDefinition(label) => {
                self.depth += 1;
                self.closed_units += 1;
                self.outer.push((label.into_string(), at.clone(), std::mem::take(&mut self.out)));
            }
            Tag::Table(columns) => self.start_table(columns, at),
            Tag::TableHead | Tag::TableRow => {}
            Tag::TableCell => self.start_cell(),
            // These options of the parser are off.
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => {}
            Tag::DefinitionList | Tag::DefinitionListTitle | Tag::DefinitionListDefinition => {}
        }
    }

    fn end(&mut self, tag: TagEnd, at: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => self.end_paragraph(at),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => self.end_emphasis(tag, at),
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.end_image(at),
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::BlockQuote(kind) => self.end_quote(kind),
            TagEnd::CodeBlock => self.code_block(),
            TagEnd::HtmlBlock => {
                self.html_block();
                self.close_top();
            }
            TagEnd::List(ordered) => {
                let unit = self.is_numbered();
                self.close_level(if ordered { "</ol>\n" } else { "</ul>\n" });
                if unit {
                    self.close_unit();
                }
            }
            TagEnd::Item => self.end_item(),
            TagEnd::FootnoteDefinition => {
                self.depth -= 1;
                self.closed_units -= 1;
                self.captionable = None;
                if let Some((label, at, outer)) = self.outer.pop() {
                    let note = std::mem::replace(&mut self.out, outer);
                    self.noted += note.len();
                    self.notes.define(&label, at, note);
                }
            }
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Superscript | TagEnd::Subscript | TagEnd::MetadataBlock(_) => {}
            TagEnd::DefinitionList | TagEnd::DefinitionListTitle | TagEnd::DefinitionListDefinition => {}
        }
    }

    /// Starts a unit if the block is at the top level.
    fn open_top(&mut self, kind: UnitKind, at: &Range<usize>) {
        if self.is_top() {
            self.open_unit(kind, at);
        }
    }

    fn close_top(&mut self) {
        if self.is_top() {
            self.close_unit();
        }
    }

    fn start_paragraph(&mut self, at: &Range<usize>) {
        if self.start_caption(at) {
            return;
        }
        self.open_top(UnitKind::Paragraph, at);
        let start = self.out.len();
        self.out.push_str("<p");
        self.unit_id();
        self.out.push('>');
        self.last = ' ';
        self.look_for_table(at);
        if self.body[at.start..].starts_with("![") || self.body[at.start..].starts_with("[![") {
            let content = self.out.len();
            self.figure = Some(Figure::new(start, content));
        }
    }

    fn end_paragraph(&mut self, at: &Range<usize>) {
        self.soft_break = false;
        if let Some(caption) = self.caption.take() {
            return self.end_caption(caption, at);
        }
        let figure = self.figure.take();
        if figure.as_ref().is_some_and(Figure::is_only_images) && self.is_top() {
            self.turn_unit(UnitKind::Figure);
        }
        match figure {
            Some(figure) if figure.is_one() => self.write_figure(&figure),
            _ => self.out.push_str("</p>\n"),
        }
        self.close_top();
    }

    fn start_heading(&mut self, id: Option<CowStr>, at: &Range<usize>) {
        let explicit = id.and_then(|id| {
            let own = self.ids.explicit(&id);
            if own.is_none() {
                self.problem(at, ProblemKind::BadHeadingId(id.to_string()));
            }
            own
        });
        self.last = ' ';
        self.open_top(UnitKind::Heading(2), at);
        self.heading = Some(OpenHeading { start: self.out.len(), id: explicit, text: String::new() });
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        self.soft_break = false;
        let Some(heading) = self.heading.take() else {
            return;
        };
        // Some authors start at `#`, most at `##`, because the headline is `#`. No level may be skipped after the h1.
        let top = *self.top_heading.get_or_insert(level as u8);
        let level = (level as u8 + 2).saturating_sub(top).clamp(2, 6);
        let text = heading.text.trim().to_owned();
        let (own, alias) = match heading.id {
            Some(own) => (own, None),
            None => {
                let own = self.ids.of(&text);
                let alias = self.ids.alias(&text, &own);
                (own, alias)
            }
        };
        let id = format!("{}{own}", self.options.prefix);
        let mut tag = format!("<h{level} id=\"{}", self.mark);
        escape::attribute(&mut tag, &id);
        tag.push_str("\">");
        if let Some(alias) = alias {
            self.soft_ids = true;
            // Letters, digits and hyphens need no escaping.
            let _ = write!(tag, "<span id=\"{SOFT}{}{alias}\"></span>", self.options.prefix);
        }
        self.out.insert_str(heading.start, &tag);
        self.out.push_str("</h");
        self.out.push(char::from(b'0' + level));
        self.out.push_str(">\n");
        if self.is_top() {
            self.turn_unit(UnitKind::Heading(level));
            self.name_unit(Name::Heading(self.headings.len()));
            self.close_unit();
        }
        self.headings.push(Heading { level, id, text });
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>, at: &Range<usize>) {
        self.open_top(if kind.is_some() { UnitKind::Callout } else { UnitKind::Quote }, at);
        if self.open_level(at) {
            let labels = self.options.labels;
            let alert = kind.map(|kind| match kind {
                BlockQuoteKind::Note => ("alert alert-note", &labels.note),
                BlockQuoteKind::Tip => ("alert alert-tip", &labels.tip),
                BlockQuoteKind::Important => ("alert alert-important", &labels.important),
                BlockQuoteKind::Warning => ("alert alert-warning", &labels.warning),
                BlockQuoteKind::Caution => ("alert alert-caution", &labels.caution),
            });
            self.out.push_str(if alert.is_some() { "<aside" } else { "<blockquote" });
            self.unit_id();
            if let Some((class, label)) = alert {
                self.class(class);
                self.out.push_str(" role=\"note\">\n<p");
                self.class("alert-title");
                self.label_language();
                self.out.push('>');
                escape::text(&mut self.out, label);
                self.out.push_str("</p>\n");
            } else {
                self.out.push_str(">\n");
            }
        }
        self.closed_units += 1;
    }

    fn end_quote(&mut self, kind: Option<BlockQuoteKind>) {
        self.closed_units -= 1;
        self.close_level(if kind.is_some() { "</aside>\n" } else { "</blockquote>\n" });
        self.close_top();
    }

    /// Goes one level down. Returns false if it is too deep to be printed.
    fn open_level(&mut self, at: &Range<usize>) -> bool {
        self.depth += 1;
        if self.depth > BLOCK_DEPTH {
            self.problem_once(at, ProblemKind::TooDeep);
        }
        self.depth <= BLOCK_DEPTH
    }

    fn close_level(&mut self, tag: &str) {
        if self.depth <= BLOCK_DEPTH {
            self.out.push_str(tag);
        }
        self.depth -= 1;
    }

    fn start_list(&mut self, first: Option<u64>, at: &Range<usize>) {
        if !self.open_level(at) {
            return;
        }
        if self.is_numbered() {
            self.open_unit(UnitKind::List(first), at);
        }
        match first {
            None => self.out.push_str("<ul>\n"),
            Some(1) => self.out.push_str("<ol>\n"),
            Some(first) => {
                self.out.push_str("<ol start=\"");
                escape::number(&mut self.out, first);
                self.out.push_str("\">\n");
            }
        }
    }

    fn start_item(&mut self, at: &Range<usize>) {
        let unit = self.is_numbered();
        if unit {
            self.open_unit(UnitKind::Item, at);
        }
        if self.depth <= BLOCK_DEPTH {
            // The text of a tight item may be directly before a nested list.
            self.out.push_str("<li");
            if unit {
                self.block_id();
            }
            self.out.push('>');
        }
        self.items += 1;
        self.last = ' ';
    }

    fn end_item(&mut self) {
        self.items -= 1;
        self.soft_break = false;
        if self.depth <= BLOCK_DEPTH {
            self.out.push_str("</li>\n");
        }
        if self.is_numbered() {
            self.close_unit();
        }
    }

    fn task(&mut self, done: bool) {
        let labels = self.options.labels;
        self.out.push_str(if done {
            "<input type=\"checkbox\" disabled checked"
        } else {
            "<input type=\"checkbox\" disabled"
        });
        self.label_language();
        self.attribute("aria-label", if done { &labels.task_done } else { &labels.task_open });
        self.out.push_str("> ");
    }

    fn inline_code(&mut self, code: &str, at: &Range<usize>) {
        self.settle(at.start);
        if self.image.is_some() {
            return self.text(code, at);
        }
        self.out.push_str("<code>");
        self.text(code, at);
        self.out.push_str("</code>");
        self.last = ' ';
    }

    fn code_block(&mut self) {
        let Some(code) = self.code.take() else { return };
        self.out.push_str("<pre");
        self.unit_id();
        self.out.push_str(" tabindex=\"0\"><code");
        if let Some(language) = &code.language {
            self.class(&format!("language-{language}"));
        }
        self.out.push('>');
        match code.language.and_then(|language| highlight::highlight(&language, &code.text, &mut self.highlightable)) {
            Some(html) => self.out.push_str(&html),
            None => escape::text(&mut self.out, &code.text),
        }
        self.out.push_str("</code></pre>\n");
        self.close_top();
    }

    fn html_block(&mut self) {
        let Some(html) = &mut self.html else { return };
        let (HtmlSource { text, lines }, at) = (std::mem::take(&mut html.source), html.at.clone());
        if self.options.html != RawHtml::Escape {
            self.raw(&text, &lines, &at);
            self.html = None;
            if !text.ends_with('\n') {
                self.out.push('\n');
            }
            return;
        }
        self.html = None;
        self.problem(&at, ProblemKind::EscapedHtml);
        self.out.push_str("<p");
        self.unit_id();
        self.out.push('>');
        escape::text(&mut self.out, text.trim());
        self.out.push_str("</p>\n");
    }

    /// Reports characters that reorder text. The end of a block ends their effect, so they cannot affect the rest of
    /// the page, only the block itself.
    fn look_for_overrides(&mut self) {
        // U+202A to U+202E are E2 80 AA to E2 80 AE. Quotation marks and dashes share the first two bytes.
        let bytes = self.body.as_bytes();
        for at in memchr::memmem::find_iter(bytes, b"\xE2\x80") {
            if matches!(bytes.get(at + 2), Some(0xAA..=0xAE)) {
                self.problem(&(at..at + 3), ProblemKind::BidiOverride);
            }
        }
    }

    fn finish(mut self, marks: Vec<FoundMark>) -> RenderedBody {
        self.write_notes();
        self.tell_removed();
        let marks = if marks.is_empty() { Vec::new() } else { self.place_marks(marks) };
        let Writer { mut out, mut units, .. } = self;
        let (prefix, mark) = (self.options.prefix, self.mark);
        if self.soft_ids {
            out = unit::rewrite(&out, &mut units, |stretch, done| self.ids.settle(stretch, prefix, mark, done));
        }
        match (self.options.html, self.found_html) {
            (RawHtml::Sanitize, true) => (out, units) = isolate::sanitized(&out, &units),
            (RawHtml::Sanitize, false) => {
                out = unit::rewrite(&out, &mut units, |stretch, done| sanitize::unmark(done, stretch));
            }
            (RawHtml::Allow, true) => units = isolate::enclosed(&out, units),
            _ => {}
        }
        let Writer { written, blocks, headings, credited, problems, .. } = self;
        let mut rendered = RenderedBody { html: out, units, prefix, blocks, headings, credited, problems, marks };
        if !rendered.marks.is_empty() {
            rendered.drop_enclosed_marks(written);
        }
        rendered
    }
}
