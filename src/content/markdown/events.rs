//! The parser as the rest of this room uses it: its options, and its events with their place in the source, repaired
//! for Chinese and Japanese where a body has any. A body without goes straight through.

use super::cjk::{self, Spanned};
use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag, TagEnd};

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
    /// Inline events that are ready, and the block event that ended them.
    ready: std::vec::IntoIter<Spanned<'a>>,
    held: Option<Spanned<'a>>,
    /// Inside a code or HTML block.
    literal: bool,
    /// Repair also what has no CJK character, to compare with the parser's own pairing.
    #[cfg(test)]
    forced: bool,
}

impl<'a> Events<'a> {
    pub(super) fn new(body: &'a str) -> Self {
        Self::with(body, Parser::new_ext(body, options()).into_offset_iter(), cjk::has_cjk(body))
    }

    fn with(body: &'a str, parser: OffsetIter<'a>, cjk: bool) -> Self {
        Events {
            body,
            parser,
            cjk,
            ready: Vec::new().into_iter(),
            held: None,
            literal: false,
            #[cfg(test)]
            forced: false,
        }
    }

    /// Whether line ends between wide characters are to be looked for.
    pub(super) fn has_cjk(&self) -> bool {
        self.cjk
    }

    #[cfg(test)]
    pub(super) fn forced(body: &'a str) -> Self {
        let parser = Parser::new_ext(body, options()).into_offset_iter();
        Events { forced: true, ..Self::with(body, parser, true) }
    }

    #[cfg(test)]
    fn is_forced(&self) -> bool {
        self.forced
    }

    #[cfg(not(test))]
    fn is_forced(&self) -> bool {
        false
    }

    fn gather(&mut self) {
        let mut stretch = Vec::new();
        for (event, at) in self.parser.by_ref() {
            if is_inline(&event) {
                stretch.push((event, at));
            } else {
                self.held = Some((event, at));
                break;
            }
        }
        if let (Some((_, first)), Some((_, last))) = (stretch.first(), stretch.last()) {
            let source = &self.body[first.start..last.end.max(first.end)];
            if source.contains(['*', '_', '~']) && (cjk::has_cjk(source) || self.is_forced()) {
                stretch = cjk::repair(self.body, stretch);
            }
        }
        self.ready = stretch.into_iter();
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Spanned<'a>;

    fn next(&mut self) -> Option<Spanned<'a>> {
        if !self.cjk {
            return self.parser.next();
        }
        if let Some(event) = self.ready.next() {
            return Some(event);
        }
        if self.held.is_none() {
            if self.literal {
                self.held = self.parser.next();
            } else {
                self.gather();
                if let Some(event) = self.ready.next() {
                    return Some(event);
                }
            }
        }
        let held = self.held.take();
        match held {
            Some((Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock), _)) => self.literal = true,
            Some((Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock), _)) => self.literal = false,
            _ => {}
        }
        held
    }
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
