//! Reads the text of a Word file, or its notes, as paragraphs and tables.

use super::parts::DocxParts;
use crate::import::prose::model::Block;
use crate::import::prose::model::{Cell, Inline, Style, Table, lines};
use crate::import::xml::{XmlElement, XmlEvent, XmlReader};

/// A paragraph or table, before lists are made.
#[derive(Clone, Debug)]
pub(super) enum DocxItem {
    Paragraph(DocxParagraph),
    Table(Table),
}

#[derive(Clone, Debug, Default)]
pub(super) struct DocxParagraph {
    /// The name of its style, in lower case.
    pub(super) style: String,
    /// Its numbering and level.
    pub(super) numbering: Option<(String, u32)>,
    pub(super) content: Vec<Inline>,
}

/// What a part of a Word file has.
#[derive(Debug, Default)]
pub(super) struct DocxText {
    pub(super) items: Vec<DocxItem>,
    /// The items of notes, by their ids: the part is one of notes.
    pub(super) notes: Vec<(String, Vec<DocxItem>)>,
    /// What was left out: a subject, and words.
    pub(super) left_out: Vec<(&'static str, String)>,
    pub(super) broken: Option<String>,
}

/// How characters look.
#[derive(Clone, Copy, Debug, Default)]
struct RunLook {
    bold: bool,
    italic: bool,
    struck: bool,
    raised: Option<&'static str>,
}

/// A table that is being read, and what is outside of its current cell.
struct OpenTable {
    table: Table,
    row: Vec<Cell>,
    outside: Vec<DocxItem>,
}

struct DocumentReader<'p> {
    parts: &'p DocxParts,
    text: DocxText,
    path: Vec<String>,
    paragraph: DocxParagraph,
    look: RunLook,
    tables: Vec<OpenTable>,
    /// The address of the open link, and where its content starts.
    link: Option<(String, usize)>,
    ruby: Option<(String, String)>,
    /// How many elements are open whose content is left out.
    skipping: usize,
    boxed: String,
    /// The kind of notes of this part: "f" or "e".
    kind: &'static str,
}

/// Elements whose content does not count: removed by a tracked change, moved away, repeated for old programs.
const SKIPPED: [&str; 5] = ["del", "moveFrom", "Fallback", "txbxContent", "sectPr"];

/// Reads a part. `kind` is put before the ids of notes, since those of footnotes and endnotes are the same.
pub(super) fn read(xml: &str, parts: &DocxParts, kind: &'static str) -> DocxText {
    let mut reader = DocumentReader {
        parts,
        text: DocxText::default(),
        path: Vec::new(),
        paragraph: DocxParagraph::default(),
        look: RunLook::default(),
        tables: Vec::new(),
        link: None,
        ruby: None,
        skipping: 0,
        boxed: String::new(),
        kind,
    };
    let mut events = XmlReader::new(xml);
    loop {
        match events.next() {
            Ok(Some(XmlEvent::Start(element))) => reader.start(element),
            Ok(Some(XmlEvent::Text(text))) => reader.characters(&text),
            Ok(Some(XmlEvent::End(name))) => reader.end(&name),
            Ok(None) => return reader.text,
            Err(why) => {
                reader.text.broken = Some(why);
                return reader.text;
            }
        }
    }
}

impl DocumentReader<'_> {
    fn within(&self, name: &str) -> bool {
        self.path.iter().any(|open| open == name)
    }

    fn start(&mut self, element: XmlElement) {
        if SKIPPED.contains(&element.name.as_str()) {
            self.skipping += 1;
        }
        if self.skipping == 0 {
            self.element(&element);
        }
        self.path.push(element.name);
    }

    fn element(&mut self, element: &XmlElement) {
        let value = element.attribute("val").unwrap_or_default();
        let on = !matches!(value, "0" | "false" | "none" | "off");
        let in_run = self.path.last().is_some_and(|parent| parent == "rPr") && !self.within("pPr");
        match element.name.as_str() {
            "p" => self.paragraph = DocxParagraph::default(),
            "r" => self.look = RunLook::default(),
            "pStyle" => {
                let name = self.parts.styles.get(value).cloned();
                self.paragraph.style = name.unwrap_or_else(|| value.to_lowercase());
            }
            "ilvl" => {
                let level = value.parse().unwrap_or(0).min(20);
                self.paragraph.numbering.get_or_insert_default().1 = level;
            }
            "numId" if value != "0" => value.clone_into(&mut self.paragraph.numbering.get_or_insert_default().0),
            "numId" => self.paragraph.numbering = None,
            "b" if in_run => self.look.bold = on,
            "i" if in_run => self.look.italic = on,
            "strike" | "dstrike" if in_run => self.look.struck = on,
            "vertAlign" if in_run => {
                self.look.raised = match value {
                    "superscript" => Some("sup"),
                    "subscript" => Some("sub"),
                    _ => None,
                }
            }
            "tab" if self.within("r") => self.add(Inline::Text(" ".into())),
            "br" if element.attribute("type").is_none() => self.add(Inline::Break),
            "cr" => self.add(Inline::Break),
            "noBreakHyphen" => self.add(Inline::Text("\u{2011}".into())),
            "hyperlink" => {
                let address = element.attribute("id").and_then(|id| self.parts.links.get(id)).cloned();
                self.link = address.map(|address| (address, self.paragraph.content.len()));
            }
            "footnoteReference" => self.mark("f", element),
            "endnoteReference" => self.mark("e", element),
            "footnote" | "endnote" => self.text.items.clear(),
            "ruby" => self.ruby = Some(Default::default()),
            "docPr" => {
                let words = ["descr", "title", "name"].iter().find_map(|key| element.attribute(key));
                self.text
                    .left_out
                    .push(("picture or drawing within a Word file", words.unwrap_or_default().to_owned()));
            }
            "tbl" => {
                let outside = std::mem::take(&mut self.text.items);
                self.tables.push(OpenTable { table: Table::default(), row: Vec::new(), outside });
            }
            "tc" => self.text.items.clear(),
            _ => {}
        }
        if element.name == "footnote" || element.name == "endnote" {
            let id = element.attribute("id").unwrap_or_default();
            self.text.notes.push((format!("{}{id}", self.kind), Vec::new()));
        }
    }

    fn mark(&mut self, kind: &str, element: &XmlElement) {
        if let Some(id) = element.attribute("id") {
            self.paragraph.content.push(Inline::NoteMark(format!("{kind}{id}")));
        }
    }

    fn characters(&mut self, text: &str) {
        if self.path.last().is_none_or(|name| name != "t") {
            return;
        }
        if self.within("txbxContent") && !self.within("Fallback") {
            self.boxed.push_str(text);
        }
        if self.skipping > 0 {
            return;
        }
        let in_reading = self.within("rt");
        match &mut self.ruby {
            Some((_, reading)) if in_reading => reading.push_str(text),
            Some((word, _)) => word.push_str(text),
            None => self.add(Inline::Text(text.to_owned())),
        }
    }

    /// Adds what is in a run, as the run looks.
    fn add(&mut self, inline: Inline) {
        let mut inline = inline;
        if let Some(name) = self.look.raised {
            inline = Inline::Element { name, attributes: Vec::new(), content: vec![inline] };
        }
        let styles =
            [(self.look.struck, Style::Struck), (self.look.italic, Style::Emphasis), (self.look.bold, Style::Strong)];
        for (_, style) in styles.into_iter().filter(|(on, _)| *on) {
            inline = Inline::Styled(style, vec![inline]);
        }
        self.paragraph.content.push(inline);
    }

    fn end(&mut self, name: &str) {
        self.path.pop();
        if SKIPPED.contains(&name) {
            self.skipping = self.skipping.saturating_sub(1);
            if name == "txbxContent" && !self.boxed.trim().is_empty() {
                self.text.left_out.push(("text box", std::mem::take(&mut self.boxed)));
            }
        }
        if self.skipping > 0 {
            return;
        }
        match name {
            "p" => self.text.items.push(DocxItem::Paragraph(std::mem::take(&mut self.paragraph))),
            "hyperlink" => {
                if let Some((address, start)) = self.link.take() {
                    let content = self.paragraph.content.split_off(start.min(self.paragraph.content.len()));
                    self.paragraph.content.push(Inline::Link { address, content });
                }
            }
            "ruby" => {
                if let Some(pair) = self.ruby.take() {
                    self.paragraph.content.push(Inline::Ruby(vec![pair]));
                }
            }
            "tc" => self.end_cell(),
            "tr" => {
                if let Some(open) = self.tables.last_mut() {
                    let row = std::mem::take(&mut open.row);
                    open.table.rows.push(row);
                }
            }
            "tbl" => {
                if let Some(mut open) = self.tables.pop() {
                    if open.table.rows.len() > 1 {
                        open.table.head = open.table.rows.remove(0);
                    }
                    self.text.items = open.outside;
                    self.text.items.push(DocxItem::Table(open.table));
                }
            }
            "footnote" | "endnote" => {
                let items = std::mem::take(&mut self.text.items);
                if let Some((_, note)) = self.text.notes.last_mut() {
                    *note = items;
                }
            }
            _ => {}
        }
    }

    /// Makes a cell of the paragraphs in it. A table in a cell becomes its lines.
    fn end_cell(&mut self) {
        let blocks = std::mem::take(&mut self.text.items).into_iter().map(|item| match item {
            DocxItem::Paragraph(paragraph) => Block::Paragraph(paragraph.content),
            DocxItem::Table(table) => Block::Table(table),
        });
        let cell = lines(blocks);
        if let Some(open) = self.tables.last_mut() {
            open.row.push(cell);
        }
    }
}
