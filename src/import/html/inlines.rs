//! Reads what stands in a line.

use super::element_kinds::{self, KEPT};
use super::reader::{Reader, is_blank_text};
use super::tree::{self, Handle, NodeData, attribute, filled, key, name};
use crate::import::notes::NoteKind;
use crate::import::prose::model::{Block, Inline, Style};

impl Reader<'_> {
    /// Reads all children of a node as inlines.
    pub(super) fn children_as_inlines(&mut self, node: &Handle) -> Vec<Inline> {
        let mut out = Vec::new();
        for child in node.children.borrow().iter() {
            self.inline(child, &mut out);
        }
        out
    }

    pub(super) fn inline(&mut self, node: &Handle, out: &mut Vec<Inline>) {
        match &node.data {
            NodeData::Text { contents } => out.push(Inline::Text(contents.borrow().to_string())),
            NodeData::Comment { contents } => self.comment(contents, out),
            NodeData::Element { .. } => {
                let mut read = self.descend(|reader| reader.element(node));
                out.append(&mut read);
            }
            _ => {}
        }
    }

    fn comment(&mut self, contents: &str, out: &mut Vec<Inline>) {
        let words = contents.trim();
        if words == "more" || words.starts_with("more ") {
            out.push(Inline::More);
        } else if words == "nextpage" {
            self.note(NoteKind::LeftOut, "page break `<!--nextpage-->`", "");
        }
    }

    fn element(&mut self, node: &Handle) -> Vec<Inline> {
        let called = name(node);
        if let Some(what) = element_kinds::left_out(called) {
            let checks = called == "input" && matches!(attribute(node, "type").as_deref(), Some("checkbox" | "hidden"));
            if !what.is_empty() && !checks {
                self.note(NoteKind::LeftOut, what, &tree::text_of(node));
            }
            return Vec::new();
        }
        if self.found.bodies.contains(&key(node)) || self.found.back_links.contains(&key(node)) {
            return Vec::new();
        }
        match called {
            "br" => vec![Inline::Break],
            "b" | "strong" => self.strong(node),
            "em" | "i" | "cite" | "dfn" | "var" => self.styled(Style::Emphasis, node),
            "del" | "s" | "strike" => self.styled(Style::Struck, node),
            "code" | "tt" | "samp" => vec![Inline::Code(tree::text_of(node))],
            "span" | "font" => self.span(node),
            "a" => self.anchor(node),
            "img" | "picture" => self.picture(node).into_iter().collect(),
            "ruby" => self.ruby(node),
            "q" => {
                let mut content = self.children_as_inlines(node);
                content.insert(0, Inline::Text("“".into()));
                content.push(Inline::Text("”".into()));
                content
            }
            "noscript" => self.without_script(node),
            "recto-note" => self.inline_note(node),
            "sup" if self.raised_mark(node).is_some() => self.raised_mark(node).into_iter().collect(),
            _ => match KEPT.iter().find(|kept| **kept == called) {
                Some(kept) => self.kept(kept, node),
                None => self.children_as_inlines(node),
            },
        }
    }

    fn styled(&mut self, style: Style, node: &Handle) -> Vec<Inline> {
        vec![Inline::Styled(style, self.children_as_inlines(node))]
    }

    fn strong(&mut self, node: &Handle) -> Vec<Inline> {
        let style = attribute(node, "style").unwrap_or_default().replace(' ', "");
        // Google Docs puts everything that is copied from it into such an element.
        match style.contains("font-weight:normal") {
            true => self.children_as_inlines(node),
            false => self.styled(Style::Strong, node),
        }
    }

    fn span(&mut self, node: &Handle) -> Vec<Inline> {
        let mut content = self.children_as_inlines(node);
        for style in span_styles(node) {
            content = vec![Inline::Styled(style, content)];
        }
        content
    }

    /// Keeps an element that Markdown has nothing for.
    fn kept(&mut self, element: &'static str, node: &Handle) -> Vec<Inline> {
        let content = self.children_as_inlines(node);
        if content.is_empty() {
            return content;
        }
        self.note(NoteKind::LeftAsText, &format!("`<{element}>` as HTML"), &tree::text_of(node));
        let title = filled(node, "title").filter(|_| element == "abbr");
        let attributes = title.map(|title| ("title", title)).into_iter().collect();
        vec![Inline::Element { name: element, attributes, content }]
    }

    fn anchor(&mut self, node: &Handle) -> Vec<Inline> {
        if let Some(number) = self.found.marks.get(&key(node)) {
            return vec![Inline::NoteMark(number.to_string())];
        }
        let content = self.children_as_inlines(node);
        let Some(address) = filled(node, "href") else { return content };
        match address.strip_prefix('#') {
            Some(_) if !self.headed(&address) => {
                self.note(NoteKind::LeftOut, "link within the page", &address);
                content
            }
            _ => self.link(&address, content),
        }
    }

    /// Returns whether an address within the page leads to a heading, whose id is kept.
    fn headed(&self, address: &str) -> bool {
        self.heading_ids.contains(&address[1..])
    }

    /// Returns the mark of a note that a `<sup>` holds, if it holds nothing else.
    fn raised_mark(&self, node: &Handle) -> Option<Inline> {
        let mut number = None;
        for child in node.children.borrow().iter() {
            let found = self.found.marks.get(&key(child));
            let bracket = matches!(&child.data, NodeData::Text { contents } if contents.borrow().trim().chars().all(|c| "[](),".contains(c)));
            match (found, number) {
                (Some(found), None) => number = Some(*found),
                (None, _) if bracket => {}
                _ => return None,
            }
        }
        number.map(|number| Inline::NoteMark(number.to_string()))
    }

    /// Reads a note that stands in its place: `<recto-note>`.
    fn inline_note(&mut self, node: &Handle) -> Vec<Inline> {
        let content = self.children_as_inlines(node);
        let label = (self.found.notes.len() + self.inline_notes.len() + 1).to_string();
        self.inline_notes.push((label.clone(), vec![Block::Paragraph(content)]));
        vec![Inline::NoteMark(label)]
    }

    /// Reads what pages show without scripts: pictures, unless the same one stands before it.
    fn without_script(&mut self, node: &Handle) -> Vec<Inline> {
        let siblings = tree::parent(node).map(|parent| parent.children.borrow().clone()).unwrap_or_default();
        let at = siblings.iter().position(|sibling| key(sibling) == key(node)).unwrap_or(0);
        let before = siblings[..at].iter().rev().find(|sibling| !is_blank_text(sibling));
        let repeated = before.is_some_and(|node| matches!(name(node), "img" | "picture") || has_picture(node));
        if repeated || !has_picture(node) {
            return Vec::new();
        }
        self.children_as_inlines(node)
    }

    fn ruby(&mut self, node: &Handle) -> Vec<Inline> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let (mut words, mut readings) = (Vec::new(), Vec::new());
        let flush = |words: &mut Vec<String>, readings: &mut Vec<String>, pairs: &mut Vec<(String, String)>| {
            if words.len() == readings.len() {
                pairs.extend(words.drain(..).zip(readings.drain(..)));
            } else {
                pairs.push((words.drain(..).collect(), readings.drain(..).collect()));
            }
        };
        for child in node.children.borrow().iter() {
            let text = || tree::text_of(child).split_whitespace().collect::<Vec<_>>().join(" ");
            match name(child) {
                "rp" => {}
                "rt" => readings.push(text()),
                "rtc" => {
                    readings.extend(child.children.borrow().iter().filter(|rt| name(rt) == "rt").map(tree::text_of))
                }
                _ if is_blank_text(child) => {}
                _ => {
                    if !readings.is_empty() {
                        flush(&mut words, &mut readings, &mut pairs);
                    }
                    words.push(text());
                }
            }
        }
        if !words.is_empty() || !readings.is_empty() {
            flush(&mut words, &mut readings, &mut pairs);
        }
        match pairs.iter().all(|(word, reading)| word.is_empty() || reading.is_empty()) {
            true => pairs.into_iter().map(|(word, reading)| Inline::Text(word + &reading)).collect(),
            false => vec![Inline::Ruby(pairs)],
        }
    }
}

fn has_picture(node: &Handle) -> bool {
    tree::find(node, |inner| name(inner) == "img").is_some()
}

/// Returns the styles that the style sheet of an element gives it.
pub(super) fn span_styles(node: &Handle) -> Vec<Style> {
    let Some(style) = attribute(node, "style") else { return Vec::new() };
    let style = style.to_lowercase().replace(' ', "");
    let bold = ["font-weight:bold", "font-weight:600", "font-weight:700", "font-weight:800", "font-weight:900"];
    let mut styles = Vec::new();
    if bold.iter().any(|found| style.contains(found)) {
        styles.push(Style::Strong);
    }
    if style.contains("font-style:italic") || style.contains("font-style:oblique") {
        styles.push(Style::Emphasis);
    }
    if style.contains("text-decoration:line-through") {
        styles.push(Style::Struck);
    }
    styles
}
