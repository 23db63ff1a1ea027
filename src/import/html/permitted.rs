//! Writes a part of the tree as HTML that Recto's sanitizer keeps: known elements and attributes, everything else without
//! its tags.

use super::element_kinds;
use super::reader::Reader;
use super::tree::{Handle, NodeData, attribute, name};
use crate::import::prose::model::{Inline, plain_text};

const ELEMENTS: [&str; 51] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "var",
];
const ATTRIBUTES: [(&str, &[&str]); 7] = [
    ("a", &["href"]),
    ("img", &["src", "alt"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("ol", &["start"]),
    ("col", &["span"]),
    ("abbr", &["title"]),
];
const VOID: [&str; 4] = ["br", "col", "hr", "img"];

enum Step {
    Open(Handle),
    Close(&'static str),
}

impl Reader<'_> {
    /// Writes a node with all that it holds. Blank lines, which would end the HTML for Markdown, are written otherwise.
    pub(super) fn permitted_html(&self, node: &Handle) -> String {
        let mut out = String::new();
        let mut steps = vec![Step::Open(node.clone())];
        let mut verbatim = 0;
        while let Some(step) = steps.pop() {
            match step {
                Step::Close(element) => {
                    verbatim -= u32::from(element == "pre");
                    out.push_str(&format!("</{element}>"));
                    if matches!(element, "tr" | "caption" | "thead" | "tbody" | "tfoot" | "p" | "li") {
                        out.push('\n');
                    }
                }
                Step::Open(node) => {
                    if let NodeData::Text { contents } = &node.data {
                        write_text(&mut out, &contents.borrow(), verbatim > 0);
                        continue;
                    }
                    let called = name(&node);
                    if element_kinds::left_out(called).is_some() {
                        continue;
                    }
                    if let Some(element) = ELEMENTS.iter().find(|element| **element == called) {
                        self.write_tag(&mut out, &node, element);
                        if VOID.contains(element) {
                            continue;
                        }
                        verbatim += u32::from(*element == "pre");
                        steps.push(Step::Close(element));
                    }
                    steps.extend(node.children.borrow().iter().rev().map(|child| Step::Open(child.clone())));
                }
            }
        }
        out.trim().to_owned()
    }

    fn write_tag(&self, out: &mut String, node: &Handle, element: &str) {
        out.push('<');
        out.push_str(element);
        let own = ATTRIBUTES.iter().find(|(name, _)| *name == element).map_or(&[][..], |(_, keys)| keys);
        for key in own.iter().chain(&["lang"]) {
            let Some(value) = attribute(node, key) else { continue };
            let value = if matches!(*key, "href" | "src") { self.address(&value) } else { value };
            if (value == "1" && key.ends_with("span")) || value.trim().is_empty() && *key != "alt" {
                continue;
            }
            out.push_str(&format!(" {key}=\""));
            escape(out, &value.replace('\n', " "));
            out.push('"');
        }
        out.push('>');
    }
}

/// Writes text. Outside of `<pre>`, white space collapses; in it, line ends are references, so that no line is blank.
fn write_text(out: &mut String, text: &str, verbatim: bool) {
    if verbatim {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                out.push_str("&#10;");
            }
            escape(out, line);
        }
        return;
    }
    for (at, part) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
        if at > 0 && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
        escape(out, part);
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Recto reads comments, rubies and marks in HTML as well.
            '{' => out.push_str("&#123;"),
            c => out.push(c),
        }
    }
}

/// Returns a caption as HTML.
pub(super) fn caption_html(caption: &[Inline]) -> String {
    let mut out = String::from("<caption>");
    escape(&mut out, &plain_text(caption));
    out.push_str("</caption>");
    out
}
