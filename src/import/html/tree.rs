//! Parses HTML into a tree whose depth is limited, and reads its elements. It knows nothing of Markdown.
//!
//! A parser compares each attribute of a tag with the others, searches all open elements for some tags, and opens
//! unclosed formatting again in every paragraph. So tags with very many attributes become text, and tags that would be
//! nested too deep are left out before the tree is built; what they enclose stays.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use html5ever::interface::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use markup5ever_rcdom::RcDom;
pub(super) use markup5ever_rcdom::{Handle, NodeData};

/// The most open elements, and the most open elements of formatting.
const DEPTH: u32 = 120;
const FORMATTING_DEPTH: u32 = 24;
/// The most words in a tag that may be attributes.
const ATTRIBUTES: usize = 1_000;
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements without an end tag, or that the next one of their kind closes.
const ENDLESS: [&str; 22] = [
    "area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li", "link",
    "meta", "option", "p", "source", "td", "tr", "wbr",
];

/// A tree, and whether it is shallower than its HTML.
pub(super) struct HtmlTree {
    pub(super) document: Handle,
    pub(super) flattened: bool,
}

/// Parses a part of a page, such as an article, as the body of a page.
pub(super) fn fragment(html: &str) -> HtmlTree {
    parse("<!DOCTYPE html><body>", html)
}

/// Parses a whole page.
pub(super) fn page(html: &str) -> HtmlTree {
    parse("", html)
}

fn parse(before: &str, html: &str) -> HtmlTree {
    let options = TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() };
    let sink = ShallowSink {
        builder: TreeBuilder::new(RcDom::default(), options),
        open: RefCell::default(),
        dropped: RefCell::default(),
        total: Cell::new(0),
        formatting: Cell::new(0),
        flattened: Cell::new(false),
    };
    let tokenizer = Tokenizer::new(sink, Default::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(before));
    input.push_back(StrTendril::from_slice(&without_long_tags(html)));
    while let TokenizerResult::Script(_) = tokenizer.feed(&input) {}
    tokenizer.end();
    let flattened = tokenizer.sink.flattened.get();
    HtmlTree { document: tokenizer.sink.builder.sink.document.clone(), flattened }
}

/// Hands tokens to the builder of the tree, except those that would nest too deep.
struct ShallowSink {
    builder: TreeBuilder<Handle, RcDom>,
    /// Open and dropped elements by name.
    open: RefCell<BTreeMap<String, u32>>,
    dropped: RefCell<BTreeMap<String, u32>>,
    total: Cell<u32>,
    formatting: Cell<u32>,
    flattened: Cell<bool>,
}

impl ShallowSink {
    fn admits(&self, tag: &Tag) -> bool {
        let name = &*tag.name;
        if ENDLESS.contains(&name) || tag.self_closing {
            return true;
        }
        let formats = u32::from(FORMATTING.contains(&name));
        let mut open = self.open.borrow_mut();
        if tag.kind == TagKind::StartTag {
            if self.total.get() >= DEPTH || (formats == 1 && self.formatting.get() >= FORMATTING_DEPTH) {
                *self.dropped.borrow_mut().entry(name.to_owned()).or_default() += 1;
                self.flattened.set(true);
                return false;
            }
            *open.entry(name.to_owned()).or_default() += 1;
            self.total.set(self.total.get() + 1);
            self.formatting.set(self.formatting.get() + formats);
            return true;
        }
        if let Some(dropped) = self.dropped.borrow_mut().get_mut(name).filter(|dropped| **dropped > 0) {
            *dropped -= 1;
            return false;
        }
        let mut close = |name: &str, most: u32| {
            let Some(count) = open.get_mut(name) else { return };
            let closed = most.min(*count);
            *count -= closed;
            self.total.set(self.total.get() - closed);
            if FORMATTING.contains(&name) {
                self.formatting.set(self.formatting.get() - closed);
            }
        };
        close(name, 1);
        // The end of these ends what is open in them.
        match name {
            "ruby" => ["rt", "rp", "rb", "rtc"].iter().for_each(|inner| close(inner, u32::MAX)),
            "table" => {
                ["tbody", "thead", "tfoot", "th", "caption", "colgroup"].iter().for_each(|inner| close(inner, 1))
            }
            _ => {}
        }
        true
    }
}

impl TokenSink for ShallowSink {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        match token {
            Token::TagToken(tag) if !self.admits(&tag) => TokenSinkResult::Continue,
            token => self.builder.process_token(token, line),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Makes tags with too many attributes text.
fn without_long_tags(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(start) = memchr::memchr(b'<', &bytes[at..]).map(|found| at + found) {
        let (mut end, mut words, mut quote) = (start + 1, 0, None);
        while let Some(&byte) = bytes.get(end) {
            match (quote, byte) {
                (Some(mark), _) if byte == mark => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') if bytes[end - 1] == b'=' => quote = Some(byte),
                (None, b'>') => break,
                (None, b' ' | b'\t' | b'\n' | b'/' | b'"' | b'\'') => words += 1,
                _ => {}
            }
            if words > ATTRIBUTES {
                break;
            }
            end += 1;
        }
        if words > ATTRIBUTES && bytes.get(start + 1).is_some_and(u8::is_ascii_alphabetic) {
            out.push_str(&html[copied..start]);
            out.push_str("&lt;");
            copied = start + 1;
        }
        at = if words > ATTRIBUTES || quote.is_some() { start + 1 } else { end.max(start + 1) };
        if quote.is_some() {
            // A quotation without an end: a parser drops the rest, so there is nothing more to find.
            break;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// Returns the name of an element, or "" for anything else.
pub(super) fn name(node: &Handle) -> &str {
    match &node.data {
        NodeData::Element { name, .. } => &name.local,
        _ => "",
    }
}

/// Returns an attribute of an element.
pub(super) fn attribute(node: &Handle, key: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else { return None };
    attrs.borrow().iter().find(|attribute| &*attribute.name.local == key).map(|attribute| attribute.value.to_string())
}

/// Returns an attribute that says something.
pub(super) fn filled(node: &Handle, key: &str) -> Option<String> {
    attribute(node, key).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

pub(super) fn has_class(node: &Handle, class: &str) -> bool {
    attribute(node, "class").is_some_and(|classes| classes.split_ascii_whitespace().any(|found| found == class))
}

pub(super) fn parent(node: &Handle) -> Option<Handle> {
    let weak = node.parent.take();
    let parent = weak.as_ref().and_then(std::rc::Weak::upgrade);
    node.parent.set(weak);
    parent
}

/// The place of a node, which tells it from others.
pub(super) fn key(node: &Handle) -> usize {
    std::rc::Rc::as_ptr(node).addr()
}

/// Returns all nodes below one, in the order of the text.
pub(super) fn descendants(node: &Handle) -> Vec<Handle> {
    let mut found = Vec::new();
    let mut open: Vec<Handle> = node.children.borrow().iter().rev().cloned().collect();
    while let Some(node) = open.pop() {
        open.extend(node.children.borrow().iter().rev().cloned());
        found.push(node);
    }
    found
}

/// Returns the first element below a node that fits.
pub(super) fn find(node: &Handle, fits: impl Fn(&Handle) -> bool) -> Option<Handle> {
    let mut open: Vec<Handle> = node.children.borrow().iter().rev().cloned().collect();
    while let Some(node) = open.pop() {
        if fits(&node) {
            return Some(node);
        }
        open.extend(node.children.borrow().iter().rev().cloned());
    }
    None
}

/// Returns all text below a node, as it is written; line breaks are line ends.
pub(super) fn text_of(node: &Handle) -> String {
    let mut text = String::new();
    let add = |node: &Handle, text: &mut String| match &node.data {
        NodeData::Text { contents } => text.push_str(&contents.borrow()),
        NodeData::Element { name, .. } if &*name.local == "br" => text.push('\n'),
        _ => {}
    };
    add(node, &mut text);
    descendants(node).iter().for_each(|node| add(node, &mut text));
    text
}
