//! HTML as a browser's parser sees it: the elements of a document in order, and every parse error.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, parse_document};

/// A parsed document.
#[derive(Debug, Default)]
pub struct Document {
    pub errors: Vec<String>,
    /// In the order in which they start.
    pub elements: Vec<Element>,
    /// Comments, and processing instructions that a browser reads as such.
    pub comments: Vec<String>,
}

#[derive(Debug)]
pub struct Element {
    /// Local name; elements of SVG and MathML too.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// All text below it.
    pub text: String,
}

impl Element {
    pub fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| value.as_str())
    }
}

impl Document {
    /// Returns the elements with a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |e| e.name == name)
    }

    /// Returns the contents of the `<meta>` elements with a name or property.
    pub fn metas<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |e: &&Element| e.get("name") == Some(key) || e.get("property") == Some(key);
        self.all("meta").filter(named).filter_map(|e| e.get("content"))
    }

    pub fn has_id(&self, id: &str) -> bool {
        self.elements.iter().any(|e| e.get("id") == Some(id))
    }

    /// Returns whether the page is only a redirect.
    pub fn is_redirect(&self) -> bool {
        self.all("meta").any(|e| e.get("http-equiv").is_some_and(|v| v.eq_ignore_ascii_case("refresh")))
    }
}

/// Parses a document, with scripting enabled.
pub fn parse(html: &str) -> Document {
    let options = ParseOpts {
        tokenizer: TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() },
        tree_builder: TreeBuilderOpts { exact_errors: true, scripting_enabled: true, ..TreeBuilderOpts::default() },
    };
    parse_document(Sink::default(), options).one(html)
}

type Handle = Rc<Node>;

#[derive(Debug, Default)]
struct Node {
    name: Option<QualName>,
    attributes: RefCell<Vec<Attribute>>,
    text: RefCell<String>,
    comment: bool,
    children: RefCell<Vec<Handle>>,
    /// Parent, by weak reference, so that no node owns itself.
    parent: RefCell<std::rc::Weak<Node>>,
    /// The content of a `<template>`.
    contents: RefCell<Option<Handle>>,
}

#[derive(Default)]
struct Sink {
    document: Handle,
    errors: RefCell<Vec<String>>,
    line: std::cell::Cell<u64>,
}

impl Sink {
    fn insert(&self, parent: &Handle, at: usize, child: NodeOrText<Handle>) {
        let child = match child {
            NodeOrText::AppendNode(node) => {
                self.remove_from_parent(&node);
                node
            }
            NodeOrText::AppendText(text) => Rc::new(Node { text: RefCell::new(text.to_string()), ..Node::default() }),
        };
        *child.parent.borrow_mut() = Rc::downgrade(parent);
        let mut children = parent.children.borrow_mut();
        let at = at.min(children.len());
        children.insert(at, child);
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Document;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Document {
        let mut out = Document { errors: self.errors.take(), ..Document::default() };
        // Not recursive, since hostile pages are deep.
        let mut stack: Vec<(Handle, Vec<usize>)> = vec![(self.document.clone(), Vec::new())];
        let mut all = vec![self.document.clone()];
        while let Some((node, mut open)) = stack.pop() {
            let text = node.text.borrow();
            if let Some(name) = &node.name {
                let attributes = node.attributes.borrow();
                let attributes = attributes.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
                open.push(out.elements.len());
                out.elements.push(Element { name: name.local.to_string(), attributes, text: String::new() });
            } else if node.comment {
                out.comments.push(text.clone());
            } else {
                open.iter().for_each(|&at| out.elements[at].text.push_str(&text));
            }
            let contents = node.contents.borrow().clone();
            for child in node.children.borrow().iter().chain(&contents).rev() {
                all.push(child.clone());
                stack.push((child.clone(), open.clone()));
            }
        }
        // Free nodes from the bottom up, since dropping a deep tree would recurse.
        for node in all.iter().rev() {
            node.children.borrow_mut().clear();
        }
        out
    }

    fn parse_error(&self, message: Cow<'static, str>) {
        self.errors.borrow_mut().push(format!("line {}: {message}", self.line.get()));
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(line);
    }

    fn get_document(&self) -> Handle {
        self.document.clone()
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.as_ref().expect("only elements have names").expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Handle {
        let contents = flags.template.then(Handle::default);
        let (attributes, contents) = (RefCell::new(attributes), RefCell::new(contents));
        Rc::new(Node { name: Some(name), attributes, contents, ..Node::default() })
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        Rc::new(Node { text: RefCell::new(text.to_string()), comment: true, ..Node::default() })
    }

    fn create_pi(&self, _target: StrTendril, data: StrTendril) -> Handle {
        self.create_comment(data)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.insert(parent, usize::MAX, child);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        match element.parent.borrow().upgrade() {
            Some(_) => self.append_before_sibling(element, child),
            None => self.append(previous, child),
        }
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public: StrTendril, _system: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.contents.borrow().clone().expect("only templates have contents")
    }

    fn same_node(&self, a: &Handle, b: &Handle) -> bool {
        Rc::ptr_eq(a, b)
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, new: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(node) = &new {
            self.remove_from_parent(node);
        }
        let Some(parent) = sibling.parent.borrow().upgrade() else { return };
        let at = parent.children.borrow().iter().position(|c| Rc::ptr_eq(c, sibling)).unwrap_or(usize::MAX);
        self.insert(&parent, at, new);
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        let mut there = target.attributes.borrow_mut();
        for attribute in attributes {
            if !there.iter().any(|a| a.name == attribute.name) {
                there.push(attribute);
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        if let Some(parent) = target.parent.take().upgrade() {
            parent.children.borrow_mut().retain(|c| !Rc::ptr_eq(c, target));
        }
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        for child in node.children.take() {
            *child.parent.borrow_mut() = Rc::downgrade(new_parent);
            new_parent.children.borrow_mut().push(child);
        }
    }
}
