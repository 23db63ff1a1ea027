//! Writes blocks as Markdown.

use super::escape::Surroundings;
use super::inline_writer;
use super::model::{Block, Cell, ColumnAlignment, Inline, ListItem, Prose, Table, is_blank, plain_text};
use super::pieces::is_unwanted;

/// Quotes and lists that are nested deeper are written without their marks. Recto reads 64 levels.
const DEPTH: usize = 48;

/// Returns the Markdown of a text, which ends with a line end unless it is empty.
pub fn write(prose: &Prose) -> String {
    let mut out = blocks(&prose.blocks, 0);
    for (label, content) in &prose.notes {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        let note = blocks(content, 1);
        out.push_str(&format!("[^{label}]: {}", indented(&note, "    ")));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Returns the Markdown of inlines as a paragraph of their own.
pub fn write_line(inlines: &[Inline]) -> String {
    inline_writer::write(inlines, Surroundings::default())
}

fn blocks(blocks: &[Block], depth: usize) -> String {
    let mut out = String::new();
    let mut before: Option<&Block> = None;
    // Whether the list above has the second kind of marker.
    let mut other_marker = false;
    for block in blocks {
        other_marker = match (before, block) {
            (Some(Block::List { start: a, .. }), Block::List { start: b, .. }) => {
                a.is_some() == b.is_some() && !other_marker
            }
            _ => false,
        };
        let below_table = matches!(before, Some(Block::Table(_)));
        let written = self::block(block, depth, other_marker, below_table);
        if written.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(&written);
        before = Some(block);
    }
    out
}

fn block(block: &Block, depth: usize, other_marker: bool, below_table: bool) -> String {
    match block {
        Block::Paragraph(content) => {
            inline_writer::write(content, Surroundings { below_table, ..Surroundings::default() })
        }
        Block::Heading { content, .. } if is_blank(content) => String::new(),
        Block::Heading { level, id, content } => {
            let text = inline_writer::write(content, Surroundings { heading: true, ..Surroundings::default() });
            let id = id.as_ref().map(|id| format!(" {{#{id}}}")).unwrap_or_default();
            format!("{} {text}{id}", "#".repeat(usize::from((*level).clamp(1, 6))))
        }
        Block::Quote(content) if depth >= DEPTH => blocks(content, depth),
        Block::Quote(content) => quoted(&blocks(content, depth + 1)),
        Block::List { items, .. } if depth >= DEPTH => {
            let items: Vec<String> = items.iter().map(|item| blocks(&item.blocks, depth)).collect();
            items.join("\n\n")
        }
        Block::List { start, items } => list(*start, items, depth, other_marker),
        Block::Code { language, text } => code(language.as_deref(), text),
        Block::Rule => if depth == 0 { "---" } else { "___" }.to_owned(),
        Block::Table(table) => self::table(table),
        Block::Html(html) => {
            html.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
        }
        Block::More => "<!--more-->".to_owned(),
    }
}

/// Returns a text with all lines but the first indented.
fn indented(text: &str, indent: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(indent);
            }
        }
        out.push_str(line);
    }
    out
}

fn quoted(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let lines = text.split('\n').map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

fn list(start: Option<u64>, items: &[ListItem], depth: usize, other_marker: bool) -> String {
    let tight = items.iter().all(is_tight);
    let mut written = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let mut text = match tight {
            true => item.blocks.iter().map(|b| block(b, depth + 1, false, false)).collect::<Vec<_>>().join("\n"),
            false => blocks(&item.blocks, depth + 1),
        };
        if let Some(done) = item.task {
            text.insert_str(0, if done { "[x] " } else { "[ ] " });
        }
        let marker = match start {
            Some(start) => {
                let number = start.min(900_000_000) + at as u64;
                format!("{number}{}", if other_marker { ")" } else { "." })
            }
            None => if other_marker { "*" } else { "-" }.to_owned(),
        };
        let indent = " ".repeat(marker.len() + 1);
        written.push(match text.is_empty() {
            // Empty items within each other would be a rule: `- - -`.
            true => format!("{marker} <!-- -->"),
            false => format!("{marker} {}", indented(&text, &indent)),
        });
    }
    written.join(if tight { "\n" } else { "\n\n" })
}

/// Returns whether an item needs no blank lines: a paragraph, and lists below it that may follow it directly.
fn is_tight(item: &ListItem) -> bool {
    let Some((first, rest)) = item.blocks.split_first() else { return true };
    matches!(first, Block::Paragraph(_))
        && rest.len() < 2
        && rest.iter().all(|block| match block {
            Block::List { start, items } => {
                start.is_none_or(|start| start == 1)
                    && items.first().is_some_and(|item| !item.blocks.is_empty())
                    && items.iter().all(is_tight)
            }
            _ => false,
        })
}

fn code(language: Option<&str>, text: &str) -> String {
    let text: String = text.chars().filter(|c| !is_unwanted(*c)).collect();
    let text = text.trim_end_matches(['\n', ' ']).trim_start_matches('\n');
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let language: String =
        language.unwrap_or_default().chars().filter(|c| c.is_alphanumeric() || "+-#._".contains(*c)).collect();
    format!("{fence}{language}\n{text}\n{fence}")
}

fn table(table: &Table) -> String {
    let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0).max(table.head.len());
    if columns == 0 {
        return String::new();
    }
    let mut out = row(&table.head, columns);
    out.push_str("\n|");
    for column in 0..columns {
        out.push_str(match table.alignments.get(column).copied().unwrap_or_default() {
            ColumnAlignment::Unset => " --- |",
            ColumnAlignment::Left => " :-- |",
            ColumnAlignment::Center => " :-: |",
            ColumnAlignment::Right => " --: |",
        });
    }
    for cells in &table.rows {
        out.push('\n');
        out.push_str(&row(cells, columns));
    }
    let last = table.rows.last().and_then(|cells| cells.first()).map(|cell| plain_text(cell));
    if last.is_some_and(|text| text.trim_start().starts_with([':', '：'])) {
        // The last row would be the caption.
        out.push('\n');
        out.push_str(&row(&[], columns));
    }
    if !is_blank(&table.caption) {
        let caption = inline_writer::write(&table.caption, Surroundings { heading: true, ..Surroundings::default() });
        out.push_str(&format!("\n\n: {caption}"));
    }
    out
}

fn row(cells: &[Cell], columns: usize) -> String {
    let mut out = String::from("|");
    for column in 0..columns {
        let cell = cells.get(column).map(Vec::as_slice).unwrap_or_default();
        let text = inline_writer::write(cell, Surroundings { table: true, ..Surroundings::default() });
        out.push(' ');
        out.push_str(&text);
        out.push_str(if text.is_empty() { "|" } else { " |" });
    }
    out
}
