//! Reads blocks: paragraphs, headings, lists, quotes, and what holds them.

use super::element_kinds;
use super::inlines::span_styles;
use super::reader::{Reader, Wrap, is_blank_text};
use super::tree::{self, Handle, NodeData, attribute, filled, has_class, key, name};
use crate::import::notes::NoteKind;
use crate::import::prose::model::{Block, Inline, ListItem, Style, is_blank, lines};

/// Blocks, and the line that is being read.
#[derive(Default)]
struct Flow {
    blocks: Vec<Block>,
    line: Vec<Inline>,
}

impl Reader<'_> {
    /// Reads all children of a node as blocks.
    pub(super) fn children_as_blocks(&mut self, node: &Handle) -> Vec<Block> {
        let mut flow = Flow::default();
        for child in node.children.borrow().iter() {
            if self.is_block(child) {
                self.flush(&mut flow);
                let mut blocks = self.descend(|reader| reader.block(child));
                flow.blocks.append(&mut blocks);
            } else {
                self.inline(child, &mut flow.line);
            }
        }
        self.flush(&mut flow);
        flow.blocks
    }

    /// Reads a node as inlines; blocks in it become lines.
    pub(super) fn lines_of(&mut self, node: &Handle) -> Vec<Inline> {
        lines(self.children_as_blocks(node))
    }

    /// Ends the current line: a paragraph, or several if empty lines divide it.
    fn flush(&mut self, flow: &mut Flow) {
        let mut paragraph: Vec<Inline> = Vec::new();
        let mut breaks = 0;
        for inline in std::mem::take(&mut flow.line) {
            match &inline {
                Inline::Break => breaks += 1,
                Inline::Text(text) if breaks > 0 && text.trim().is_empty() => continue,
                _ => {
                    if breaks > 1 {
                        self.add_paragraph(std::mem::take(&mut paragraph), flow);
                    }
                    breaks = 0;
                }
            }
            paragraph.push(inline);
        }
        self.add_paragraph(paragraph, flow);
    }

    fn add_paragraph(&mut self, paragraph: Vec<Inline>, flow: &mut Flow) {
        if is_blank(&paragraph) {
            return;
        }
        let shown = paragraph.iter().filter(|inline| !is_blank(std::slice::from_ref(*inline)));
        if shown.eq([&Inline::More]) {
            flow.blocks.push(Block::More);
            return;
        }
        flow.blocks.push(Block::Paragraph(self.wrapped(paragraph)));
    }

    fn block(&mut self, node: &Handle) -> Vec<Block> {
        let called = name(node);
        if self.skipped == Some(key(node)) || self.found.bodies.contains(&key(node)) {
            return Vec::new();
        }
        if let Some(what) = element_kinds::left_out(called) {
            if !what.is_empty() {
                self.note(NoteKind::LeftOut, what, &tree::text_of(node));
            }
            return Vec::new();
        }
        if self.is_figure(node) {
            return self.figure(node);
        }
        match called {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(node, called),
            "blockquote" => self.quote(node),
            "ul" | "ol" | "menu" | "dir" => self.list(node, called == "ol"),
            "dl" => self.definitions(node),
            "pre" | "listing" | "xmp" | "plaintext" => self.preformatted(node),
            "hr" if self.in_notes(node) => Vec::new(),
            "hr" => vec![Block::Rule],
            "table" => self.table(node),
            "iframe" | "video" | "audio" | "object" | "embed" => self.embedded(node),
            "details" => {
                self.note(NoteKind::LeftOut, "`<details>`: its content is always open", &tree::text_of(node));
                self.children_as_blocks(node)
            }
            "summary" | "dt" | "legend" => self.within(Wrap::Style(Style::Strong), node),
            "b" | "strong" => self.within(Wrap::Style(Style::Strong), node),
            "em" | "i" | "cite" => self.within(Wrap::Style(Style::Emphasis), node),
            "del" | "s" | "strike" => self.within(Wrap::Style(Style::Struck), node),
            "span" | "font" => match span_styles(node).first() {
                Some(style) => self.within(Wrap::Style(*style), node),
                None => self.children_as_blocks(node),
            },
            "a" => match filled(node, "href").filter(|href| !href.starts_with('#') && !href.starts_with("javascript:"))
            {
                Some(address) => self.within(Wrap::Link(self.address(&address)), node),
                None => self.children_as_blocks(node),
            },
            _ => self.children_as_blocks(node),
        }
    }

    fn within(&mut self, wrap: Wrap, node: &Handle) -> Vec<Block> {
        self.wraps.push(wrap);
        let blocks = self.children_as_blocks(node);
        self.wraps.pop();
        blocks
    }

    fn heading(&mut self, node: &Handle, called: &str) -> Vec<Block> {
        let level = called.as_bytes().get(1).map_or(2, |digit| digit.saturating_sub(b'0'));
        let inner: Vec<Handle> = tree::descendants(node);
        let ids = std::iter::once(node).chain(&inner).flat_map(|node| [attribute(node, "id"), attribute(node, "name")]);
        let id = ids.flatten().find(|id| self.heading_ids.contains(id));
        let mut content = self.lines_of(node);
        for inline in &mut content {
            // A whole heading in bold is bold twice.
            if let Inline::Styled(Style::Strong, inner) = inline {
                *inline = Inline::Element { name: "", attributes: Vec::new(), content: std::mem::take(inner) };
            }
        }
        let content = without_wrappers(content);
        match is_blank(&content) {
            true => Vec::new(),
            false => vec![Block::Heading { level: (level + self.shift).min(6), id, content }],
        }
    }

    fn quote(&mut self, node: &Handle) -> Vec<Block> {
        let content = self.children_as_blocks(node);
        if content.is_empty() { Vec::new() } else { vec![Block::Quote(content)] }
    }

    fn list(&mut self, node: &Handle, numbered: bool) -> Vec<Block> {
        let mut items: Vec<ListItem> = Vec::new();
        for child in node.children.borrow().iter() {
            if is_blank_text(child)
                || matches!(child.data, NodeData::Comment { .. })
                || self.found.bodies.contains(&key(child))
            {
                continue;
            }
            let task = tree::find(child, |inner| name(inner) == "input")
                .filter(|input| attribute(input, "type").as_deref() == Some("checkbox"))
                .map(|input| attribute(&input, "checked").is_some());
            let (mut blocks, nested) = match name(child) {
                "li" => (self.descend(|reader| reader.children_as_blocks(child)), false),
                "" => (vec![Block::Paragraph(vec![Inline::Text(tree::text_of(child))])], false),
                called if element_kinds::is_block(called) => (self.descend(|reader| reader.block(child)), true),
                _ => {
                    let mut line = Vec::new();
                    self.inline(child, &mut line);
                    (vec![Block::Paragraph(line)], false)
                }
            };
            blocks.retain(|block| !matches!(block, Block::Paragraph(content) if is_blank(content)));
            match items.last_mut() {
                // A list directly in a list belongs to the item before it.
                Some(last) if nested => last.blocks.append(&mut blocks),
                _ if blocks.is_empty() && !numbered => {}
                _ => {
                    let task = task.filter(|_| matches!(blocks.first(), Some(Block::Paragraph(_))));
                    items.push(ListItem { task, blocks });
                }
            }
        }
        if items.iter().all(|item| item.blocks.is_empty()) {
            return Vec::new();
        }
        // Galleries are lists of pictures; each is a figure of its own.
        let pictured = |item: &ListItem| matches!(item.blocks.as_slice(), [Block::Paragraph(content)] if matches!(content.as_slice(), [Inline::Image { .. }]));
        if !numbered && items.iter().all(pictured) {
            return items.into_iter().flat_map(|item| item.blocks).collect();
        }
        let start = attribute(node, "start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
        vec![Block::List { start: numbered.then_some(start), items }]
    }

    /// Reads a list of definitions as a list: the term in bold, its definitions below it.
    fn definitions(&mut self, node: &Handle) -> Vec<Block> {
        let mut items: Vec<ListItem> = Vec::new();
        let mut parts = Vec::new();
        for child in node.children.borrow().iter() {
            match name(child) {
                "dt" | "dd" => parts.push(child.clone()),
                // Groups, as HTML allows them.
                "div" => parts
                    .extend(child.children.borrow().iter().filter(|part| matches!(name(part), "dt" | "dd")).cloned()),
                _ => {}
            }
        }
        for part in parts {
            let is_term = name(&part) == "dt";
            let blocks = match is_term {
                true => self.descend(|reader| reader.block(&part)),
                false => self.descend(|reader| reader.children_as_blocks(&part)),
            };
            match items.last_mut() {
                Some(last) if !is_term => last.blocks.extend(blocks),
                _ => items.push(ListItem { task: None, blocks }),
            }
        }
        items.retain(|item| !item.blocks.is_empty());
        // A term and a single line stand in one paragraph.
        for item in &mut items {
            if let [Block::Paragraph(term), Block::Paragraph(definition)] = item.blocks.as_mut_slice() {
                let mut line = std::mem::take(term);
                line.push(Inline::Break);
                line.append(definition);
                item.blocks = vec![Block::Paragraph(line)];
            }
        }
        if items.is_empty() { Vec::new() } else { vec![Block::List { start: None, items }] }
    }

    /// Returns whether a rule only divides notes from the text.
    fn in_notes(&self, node: &Handle) -> bool {
        !self.found.notes.is_empty()
            && (has_class(node, "footnotes-sep")
                || tree::parent(node).is_some_and(|parent| {
                    ["footnotes", "footnote", "endnotes"].iter().any(|class| has_class(&parent, class))
                }))
    }
}

/// Replaces elements without a name by their content.
fn without_wrappers(content: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::new();
    for inline in content {
        match inline {
            Inline::Element { name: "", content, .. } => out.extend(content),
            other => out.push(other),
        }
    }
    out
}
