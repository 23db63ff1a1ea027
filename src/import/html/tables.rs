//! Reads tables: as Markdown if they fit, as HTML if they have merged cells or blocks in cells, as their content if they
//! only place it on the page.

use super::permitted;
use super::reader::Reader;
use super::tree::{self, Handle, attribute, has_class, name};
use crate::import::notes::NoteKind;
use crate::import::prose::model::{Block, Cell, ColumnAlignment, Inline, Style, Table, is_blank, plain_text};

/// A cell as it was read.
struct ReadCell {
    node: Handle,
    blocks: Vec<Block>,
    columns: usize,
    rows: usize,
    header: bool,
    alignment: ColumnAlignment,
}

/// The most columns that a cell may say it spans.
const SPAN: usize = 100;

impl Reader<'_> {
    pub(super) fn table(&mut self, node: &Handle) -> Vec<Block> {
        if let Some(code) = self.numbered_code(node) {
            return code;
        }
        let (mut caption, mut rows) = (Vec::new(), Vec::new());
        for part in node.children.borrow().iter() {
            match name(part) {
                "caption" => caption = self.lines_of(part),
                "thead" | "tbody" | "tfoot" => {
                    for row in part.children.borrow().iter().filter(|row| name(row) == "tr") {
                        rows.push(self.cells(row, name(part) == "thead"));
                    }
                }
                "tr" => rows.push(self.cells(part, false)),
                _ => {}
            }
        }
        rows.retain(|row: &Vec<ReadCell>| !row.is_empty());
        let layout = matches!(attribute(node, "role").as_deref(), Some("presentation" | "none"));
        let nested = tree::find(node, |inner| name(inner) == "table").is_some();
        let columns = rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum()).max().unwrap_or(0);
        if layout || nested || columns < 2 && rows.len() < 2 {
            return self.layout(caption, rows);
        }
        let merged = rows.iter().any(|row| {
            let whole = row.len() == 1 && row[0].columns == columns;
            !whole && row.iter().any(|cell| cell.columns > 1) || row.iter().any(|cell| cell.rows > 1)
        });
        let plain =
            rows.iter().flatten().all(|cell| cell.blocks.iter().all(|block| matches!(block, Block::Paragraph(_))));
        if merged || !plain {
            return self.html_table(node, caption, &rows, merged);
        }
        vec![Block::Table(markdown_table(caption, rows, columns))]
    }

    fn cells(&mut self, row: &Handle, head: bool) -> Vec<ReadCell> {
        let mut cells = Vec::new();
        for node in row.children.borrow().iter().filter(|cell| matches!(name(cell), "td" | "th")) {
            let span = |key: &str| {
                attribute(node, key).and_then(|n| n.trim().parse::<usize>().ok()).unwrap_or(1).clamp(1, SPAN)
            };
            let wraps = std::mem::take(&mut self.wraps);
            let blocks = self.children_as_blocks(node);
            self.wraps = wraps;
            cells.push(ReadCell {
                node: node.clone(),
                blocks,
                columns: span("colspan"),
                rows: span("rowspan"),
                header: head || name(node) == "th",
                alignment: alignment(node),
            });
        }
        cells
    }

    /// Returns the content of a table that has no data.
    fn layout(&mut self, caption: Vec<Inline>, rows: Vec<Vec<ReadCell>>) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !is_blank(&caption) {
            blocks.push(Block::Paragraph(caption));
        }
        blocks.extend(rows.into_iter().flatten().flat_map(|cell| cell.blocks));
        self.note(NoteKind::LeftOut, "table without data: its content stands below each other", &first_words(&blocks));
        blocks
    }

    fn html_table(&mut self, node: &Handle, caption: Vec<Inline>, rows: &[Vec<ReadCell>], merged: bool) -> Vec<Block> {
        let words = rows.iter().flatten().map(|cell| tree::text_of(&cell.node)).find(|text| !text.trim().is_empty());
        let why = if merged { "table with merged cells as HTML" } else { "table with lists or paragraphs as HTML" };
        self.note(NoteKind::LeftAsText, why, &words.unwrap_or_default());
        let mut html = self.permitted_html(node);
        // The caption of a figure around it comes later, and a table in HTML has its own.
        if !is_blank(&caption) && !html.contains("<caption>") {
            html = html.replacen("<table>", &format!("<table>{}", permitted::caption_html(&caption)), 1);
        }
        vec![Block::Html(html)]
    }

    /// Reads a row as blocks: a note in a table of notes.
    pub(super) fn cells_as_blocks(&mut self, row: &Handle) -> Vec<Block> {
        self.cells(row, false).into_iter().flat_map(|cell| cell.blocks).collect()
    }
}

fn first_words(blocks: &[Block]) -> String {
    let first = blocks.iter().find_map(|block| match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => Some(plain_text(content)),
        _ => None,
    });
    first.unwrap_or_default()
}

fn markdown_table(caption: Vec<Inline>, rows: Vec<Vec<ReadCell>>, columns: usize) -> Table {
    let mut alignments = Vec::new();
    for column in 0..columns {
        let mut found = rows.iter().filter(|row| row.len() == columns).map(|row| row[column].alignment);
        let first = found.next_back().unwrap_or_default();
        // The header may be centred above numbers.
        let body: Vec<ColumnAlignment> = found.skip(1).collect();
        alignments.push(if body.iter().all(|other| *other == first) { first } else { ColumnAlignment::Unset });
    }
    let headed = rows.first().is_some_and(|row| {
        row.len() > 1
            && (row.iter().all(|cell| cell.header || cell.blocks.is_empty()) || row.iter().all(is_bold))
            && row.iter().any(|cell| !cell.blocks.is_empty())
    });
    let mut lines = rows.into_iter().map(|row| row.into_iter().map(|cell| inlines(cell.blocks)).collect::<Vec<Cell>>());
    let head = if headed { lines.next().unwrap_or_default() } else { Vec::new() };
    let head = head.into_iter().map(without_bold).collect();
    Table { caption, head, rows: lines.collect(), alignments }
}

fn is_bold(cell: &ReadCell) -> bool {
    matches!(cell.blocks.as_slice(), [Block::Paragraph(content)]
        if matches!(content.as_slice(), [Inline::Styled(Style::Strong, _)]))
}

/// Headers are bold anyway.
fn without_bold(cell: Cell) -> Cell {
    match <[Inline; 1]>::try_from(cell) {
        Ok([Inline::Styled(Style::Strong, content)]) => content,
        Ok(other) => other.into(),
        Err(cell) => cell,
    }
}

/// Joins the paragraphs of a cell.
fn inlines(blocks: Vec<Block>) -> Cell {
    let mut cell = Vec::new();
    for block in blocks {
        if let Block::Paragraph(content) = block {
            if !cell.is_empty() {
                cell.push(Inline::Break);
            }
            cell.extend(content);
        }
    }
    cell
}

fn alignment(node: &Handle) -> ColumnAlignment {
    let style = attribute(node, "style").unwrap_or_default().to_lowercase().replace(' ', "");
    let align = attribute(node, "align").unwrap_or_default().to_lowercase();
    let says = |word: &str| {
        align == word
            || style.contains(&format!("text-align:{word}"))
            || has_class(node, &format!("has-text-align-{word}"))
    };
    match () {
        () if says("right") => ColumnAlignment::Right,
        () if says("center") => ColumnAlignment::Center,
        () if says("left") => ColumnAlignment::Left,
        () => ColumnAlignment::Unset,
    }
}
