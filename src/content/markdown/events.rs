//! Wraps the parser for this room: its options, and its events with their places in the source. Nearly all bodies pass
//! straight through. In others, emphasis is repaired for Chinese and Japanese, comments are dropped, references are
//! checked, and rubies are found.
//!
//! Two events of disabled parser options are reused: [`Event::InlineMath`] holds tags of a ruby (see `ruby`), and
//! [`Event::DisplayMath`] ends the excerpt.

use super::brace_ruby;
use super::charrefs;
use super::cjk::{self, SpannedEvent};
use super::comments;
use super::marks::{self, FoundMark};
use super::problem::MarkdownProblem;
use super::ruby;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, OffsetIter, Options, Parser, Tag, TagEnd};
use std::collections::VecDeque;
use std::ops::Range;

pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
}

pub(super) struct Events<'a> {
    body: &'a str,
    parser: OffsetIter<'a>,
    cjk: bool,
    ruby: bool,
    /// Whether the body may have marks, and rubies in braces.
    may_mark: bool,
    braces: bool,
    /// Whether the body may have comments, and numeric references.
    comments: bool,
    references: bool,
    /// Whether comments in scripts are kept.
    scripts: bool,
    /// Problems of references, and separately of those in raw HTML, which do not matter if the HTML is printed as
    /// text.
    pub(super) problems: Vec<MarkdownProblem>,
    pub(super) problems_of_html: Vec<MarkdownProblem>,
    /// The marks so far.
    pub(super) marks: Vec<FoundMark>,
    /// The rest of a block of HTML, or of a row.
    queue: VecDeque<SpannedEvent<'a>>,
    /// Finished inline events, and the block event that ended them.
    ready: std::vec::IntoIter<SpannedEvent<'a>>,
    held: Option<SpannedEvent<'a>>,
    /// Whether this is inside a code or HTML block.
    literal: bool,
    /// Whether to repair stretches without CJK characters, too, to compare with the parser's own pairing.
    #[cfg(test)]
    forced: bool,
}

impl<'a> Events<'a> {
    /// Returns the events of a body that [`comments::hide`] has processed.
    pub(super) fn new(body: &'a str) -> Self {
        Self::with(body, cjk::has_cjk(body))
    }

    /// Returns the events without repaired emphasis.
    pub(super) fn unrepaired(body: &'a str) -> Self {
        Events { ruby: false, may_mark: false, braces: false, ..Self::with(body, false) }
    }

    /// Sets whether comments in scripts are kept.
    pub(super) fn with_scripts(self, scripts: bool) -> Self {
        Events { scripts, ..self }
    }

    fn with(body: &'a str, cjk: bool) -> Self {
        let html = memchr::memchr(b'<', body.as_bytes()).is_some();
        Events {
            body,
            parser: Parser::new_ext(body, options()).into_offset_iter(),
            cjk,
            ruby: html && ruby::may_have(body),
            may_mark: marks::may_have(body, comments::HIDDEN_MARK),
            braces: brace_ruby::may_have(body),
            comments: html,
            references: charrefs::may_have(body),
            scripts: false,
            problems: Vec::new(),
            problems_of_html: Vec::new(),
            marks: Vec::new(),
            queue: VecDeque::new(),
            ready: Vec::new().into_iter(),
            held: None,
            literal: false,
            #[cfg(test)]
            forced: false,
        }
    }

    /// Returns whether the body may have line ends between wide characters.
    pub(super) fn has_cjk(&self) -> bool {
        self.cjk
    }

    #[cfg(test)]
    pub(super) fn forced(body: &'a str) -> Self {
        Events { forced: true, ..Self::with(body, true) }
    }

    /// Returns the parser's next event, without comments and with checked references. Most texts have neither, and
    /// then the large event is not moved again.
    #[inline]
    fn pull(&mut self) -> Option<SpannedEvent<'a>> {
        if self.comments || self.references || self.may_mark { self.sift() } else { self.parser.next() }
    }

    fn sift(&mut self) -> Option<SpannedEvent<'a>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            let (event, at) = self.parser.next()?;
            let event = if self.references { self.judged(event, &at) } else { event };
            match &event {
                Event::InlineHtml(html) if self.comments => match comments::is_comment(html) {
                    None => return Some((event, at)),
                    Some(true) => return Some((Event::DisplayMath("".into()), at)),
                    Some(false) if !self.may_mark => {}
                    Some(false) if html.starts_with(comments::HIDDEN_MARK) => {
                        self.marks.push(FoundMark { at, words: Vec::new(), within: true });
                    }
                    Some(false) if marks::of_comment(html).is_some() => return Some((event, at)),
                    Some(false) => {}
                },
                Event::Start(Tag::HtmlBlock) => self.html_block(event, at),
                _ => return Some((event, at)),
            }
        }
    }

    /// Queues a block of HTML without its comments, if anything else is left.
    fn html_block(&mut self, start: Event<'a>, at: Range<usize>) {
        self.queue.push_back((start, at.clone()));
        for event in self.parser.by_ref() {
            let ended = matches!(event.0, Event::End(TagEnd::HtmlBlock));
            self.queue.push_back(event);
            if ended {
                break;
            }
        }
        let known = self.problems_of_html.len();
        if self.references {
            charrefs::judge(&self.body[at.clone()], at.start, true, &mut self.problems_of_html);
        }
        let html = |event: &SpannedEvent<'a>| match event {
            (Event::Html(html), at) => Some((html.clone(), at.clone())),
            _ => None,
        };
        let lines: Vec<_> = self.queue.iter().filter_map(html).collect();
        if !lines.iter().any(|(line, _)| comments::may_have(line)) {
            return;
        }
        let whole: String = lines.iter().map(|(line, _)| &**line).collect();
        let Some((kept, more)) = comments::strip(&whole, self.scripts) else { return };
        if self.may_mark {
            marks::in_block(&whole, |part| place(&lines, part).unwrap_or(at.clone()), &mut self.marks);
        }
        if self.problems_of_html.len() > known && !kept.iter().any(|part| charrefs::is_faulty(&whole[part.clone()])) {
            self.problems_of_html.truncate(known);
        }
        let (start, end) = (self.queue.pop_front(), self.queue.pop_back());
        self.queue.clear();
        if more {
            self.queue.push_back((Event::DisplayMath("".into()), at));
        }
        if kept.iter().all(|range| whole[range.clone()].trim().is_empty()) {
            return;
        }
        self.queue.extend(start);
        let (mut from, mut next) = (0, 0);
        for (line, at) in lines {
            next += kept[next..].iter().take_while(|range| range.end <= from).count();
            for range in kept[next..].iter().take_while(|range| range.start < from + line.len()) {
                let part = range.start.max(from)..range.end.min(from + line.len());
                if part.is_empty() {
                    continue;
                }
                // A line usually equals its source.
                let place = match line.len() == at.len() {
                    true => at.start + part.start - from..at.start + part.end - from,
                    false => at.clone(),
                };
                self.queue.push_back((Event::Html(whole[part].to_owned().into()), place));
            }
            from += line.len();
        }
        self.queue.extend(end);
    }

    /// Returns an event with corrected references.
    fn judged(&mut self, event: Event<'a>, at: &Range<usize>) -> Event<'a> {
        let (body, found) = (self.body, &mut self.problems);
        let mut mend = |text: CowStr<'a>| match charrefs::mend(&text, body, at, found) {
            Some(mended) => mended.into(),
            None => text,
        };
        match event {
            Event::Text(text) => Event::Text(mend(text)),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Link { link_type, dest_url: mend(dest_url), title: mend(title), id })
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Image { link_type, dest_url: mend(dest_url), title: mend(title), id })
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(mend(info))))
            }
            Event::InlineHtml(html) => {
                if comments::is_comment(&html).is_none() {
                    charrefs::judge(&body[at.clone()], at.start, true, &mut self.problems_of_html);
                }
                Event::InlineHtml(html)
            }
            event => event,
        }
    }

    /// Reads a stretch of inline events up to the next block. Returns whether it consists of marks only.
    fn gather(&mut self) -> bool {
        let mut stretch = Vec::new();
        while let Some((event, at)) = self.pull() {
            if is_inline(&event) {
                stretch.push((event, at));
            } else {
                self.held = Some((event, at));
                break;
            }
        }
        let mut only_marks = false;
        if self.may_mark && !stretch.is_empty() {
            // In a cell, braces are text.
            let ends = !matches!(self.held, Some((Event::End(TagEnd::TableCell), _)));
            only_marks = ends && marks::take_end(self.body, &mut stretch, &mut self.marks) && stretch.is_empty();
            marks::take_within(&mut stretch, &mut self.marks);
        }
        if let (true, Some((_, first)), Some((_, last))) = (self.cjk, stretch.first(), stretch.last()) {
            let source = &self.body[first.start..last.end.max(first.end)];
            if source.contains(['*', '_', '~']) && (cjk::has_cjk(source) || self.is_forced()) {
                stretch = cjk::repair(self.body, stretch);
            }
        }
        if self.ruby {
            ruby::find(&mut stretch);
        }
        if self.braces {
            brace_ruby::find(self.body, &mut stretch);
        }
        self.ready = stretch.into_iter();
        only_marks
    }

    /// Handles the marks of a block that starts. Returns the event again, unless the block consists of marks only.
    fn marked(&mut self, (mut event, at): SpannedEvent<'a>) -> Option<SpannedEvent<'a>> {
        match &mut event {
            Event::Start(Tag::Paragraph) if self.may_mark && self.gather() => {
                self.held = None;
                return None;
            }
            Event::Start(Tag::Heading { id, .. }) => {
                let known = self.marks.len();
                self.gather();
                if id.is_none() && self.marks.len() > known {
                    // `# A {#b} <!--^-->`: the parser expects attributes at the end.
                    let mut stretch: Vec<SpannedEvent<'a>> = std::mem::take(&mut self.ready).collect();
                    *id = marks::take_id(&mut stretch);
                    self.ready = stretch.into_iter();
                }
                self.keep_ruby(&at);
                if let Some((part, words)) = marks::of_attributes(&self.body[at.clone()]) {
                    let part = at.start + part.start..at.start + part.end;
                    if self.marks.iter().skip(known).all(|mark| mark.at != part) {
                        self.marks.push(FoundMark { at: part, words, within: false });
                    }
                }
            }
            Event::Start(Tag::TableRow) if self.may_mark => {
                let mut row = Vec::new();
                while let Some(event) = self.pull() {
                    let ended = matches!(event.0, Event::End(TagEnd::TableRow));
                    row.push(event);
                    if ended {
                        break;
                    }
                }
                let mut inside: Vec<SpannedEvent<'a>> =
                    row.iter().filter(|(event, _)| is_inline(event)).cloned().collect();
                let known = self.marks.len();
                if marks::take_end(self.body, &mut inside, &mut self.marks) && inside.is_empty() {
                    return None;
                }
                self.marks.truncate(known);
                row.into_iter().rev().for_each(|event| self.queue.push_front(event));
            }
            _ => {}
        }
        Some((event, at))
    }

    /// Puts a ruby back that the parser took for the attributes of a heading.
    fn keep_ruby(&mut self, heading: &Range<usize>) {
        let source = self.body[heading.clone()].trim_end().trim_end_matches('#').trim_end();
        let Some(at) = source.rfind('{').filter(|at| self.braces && brace_ruby::is_one(&source[*at..])) else { return };
        let (start, end) = (heading.start + at, heading.start + source.len());
        let mut stretch: Vec<SpannedEvent<'a>> = std::mem::take(&mut self.ready).collect();
        let last = stretch.last().map_or(start, |(_, at)| at.end);
        if last <= start {
            // The white space before it was dropped, too.
            let from = if stretch.is_empty() { start } else { last };
            stretch.push((Event::Text(self.body[from..end].into()), from..end));
            brace_ruby::find(self.body, &mut stretch);
        }
        self.ready = stretch.into_iter();
    }

    #[cfg(test)]
    fn is_forced(&self) -> bool {
        self.forced
    }

    #[cfg(not(test))]
    fn is_forced(&self) -> bool {
        false
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = SpannedEvent<'a>;

    fn next(&mut self) -> Option<SpannedEvent<'a>> {
        if !self.cjk && !self.ruby && !self.may_mark && !self.braces {
            return self.pull();
        }
        loop {
            if let Some(event) = self.ready.next() {
                return Some(event);
            }
            if self.held.is_none() {
                if self.literal {
                    self.held = self.pull();
                } else {
                    self.gather();
                    if let Some(event) = self.ready.next() {
                        return Some(event);
                    }
                }
            }
            let held = self.held.take()?;
            match held {
                (Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock), _) => self.literal = true,
                (Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock), _) => self.literal = false,
                _ => {}
            }
            if !self.may_mark && !self.braces {
                return Some(held);
            }
            if let Some(event) = self.marked(held) {
                return Some(event);
            }
        }
    }
}

/// Returns the place in the body of a part of joined lines.
fn place(lines: &[(CowStr, Range<usize>)], part: Range<usize>) -> Option<Range<usize>> {
    let mut from = 0;
    for (line, at) in lines {
        if part.start < from + line.len() {
            let start = at.start + part.start - from;
            return (line.len() == at.len()).then(|| start..start + part.len());
        }
        from += line.len();
    }
    None
}

pub(super) fn is_inline(event: &Event) -> bool {
    match event {
        Event::Start(tag) => {
            matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
        }
        Event::End(tag) => {
            matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
        }
        Event::Html(_) | Event::Rule => false,
        _ => true,
    }
}
