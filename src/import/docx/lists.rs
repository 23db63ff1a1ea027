//! Makes blocks of the paragraphs of a Word file: headings and quotes by their styles, lists by their numberings.

use super::document::{DocxItem, DocxParagraph};
use super::parts::DocxParts;
use crate::import::prose::model::{Block, ListItem, is_blank, plain_text};

/// Returns the blocks of items.
pub(super) fn blocks(items: Vec<DocxItem>, parts: &DocxParts) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut list: Vec<(u32, bool, DocxParagraph)> = Vec::new();
    for item in items {
        if let DocxItem::Paragraph(paragraph) = &item
            && is_blank(&paragraph.content)
        {
            continue;
        }
        match item {
            DocxItem::Paragraph(paragraph) if level(&paragraph, parts).is_some() => {
                let (level, numbered) = level(&paragraph, parts).unwrap_or_default();
                list.push((level, numbered, paragraph));
            }
            item => {
                end_list(&mut list, &mut out);
                match item {
                    DocxItem::Paragraph(paragraph) => add_paragraph(paragraph, &mut out),
                    DocxItem::Table(table) => out.push(Block::Table(table)),
                }
            }
        }
    }
    end_list(&mut list, &mut out);
    out
}

/// Returns the level of a heading, by its style.
pub(super) fn heading(style: &str) -> Option<u8> {
    let number = style.strip_prefix("heading").or_else(|| style.strip_prefix("見出し"))?.trim();
    number.parse().ok().filter(|level| (1..=9).contains(level))
}

/// Returns the level of a paragraph in a list, and whether that has numbers.
fn level(paragraph: &DocxParagraph, parts: &DocxParts) -> Option<(u32, bool)> {
    if heading(&paragraph.style).is_some() {
        return None;
    }
    if let Some((id, level)) = &paragraph.numbering {
        return Some((*level, parts.is_numbered(id, *level)));
    }
    let numbered = paragraph.style.starts_with("list number");
    let listed = numbered || paragraph.style.starts_with("list bullet");
    let digit = paragraph.style.chars().next_back().and_then(|c| c.to_digit(10)).unwrap_or(1);
    listed.then(|| (digit.saturating_sub(1), numbered))
}

fn add_paragraph(paragraph: DocxParagraph, out: &mut Vec<Block>) {
    let DocxParagraph { style, content, .. } = paragraph;
    if let Some(level) = heading(&style) {
        out.push(Block::Heading { level: (level + 1).min(6), id: None, content });
    } else if style.contains("quote") {
        match out.last_mut() {
            Some(Block::Quote(inner)) => inner.push(Block::Paragraph(content)),
            _ => out.push(Block::Quote(vec![Block::Paragraph(content)])),
        }
    } else if style.contains("code") || style == "html preformatted" {
        let line = plain_text(&content);
        match out.last_mut() {
            Some(Block::Code { text, .. }) => {
                text.push('\n');
                text.push_str(&line);
            }
            _ => out.push(Block::Code { language: None, text: line }),
        }
    } else {
        out.push(Block::Paragraph(content));
    }
}

/// Nests the paragraphs of a list by their levels.
fn end_list(list: &mut Vec<(u32, bool, DocxParagraph)>, out: &mut Vec<Block>) {
    // The open lists, outermost first: their level, and whether they have numbers.
    let mut open: Vec<(u32, bool, Vec<ListItem>)> = Vec::new();
    for (level, numbered, paragraph) in list.drain(..) {
        while open.last().is_some_and(|(last, ..)| *last > level) {
            close(&mut open, out);
        }
        if open.last().is_some_and(|(last, of, _)| *last == level && *of != numbered) {
            close(&mut open, out);
        }
        if open.last().is_none_or(|(last, ..)| *last < level) {
            open.push((level, numbered, Vec::new()));
        }
        if let Some((.., items)) = open.last_mut() {
            items.push(ListItem { task: None, blocks: vec![Block::Paragraph(paragraph.content)] });
        }
    }
    while !open.is_empty() {
        close(&mut open, out);
    }
}

fn close(open: &mut Vec<(u32, bool, Vec<ListItem>)>, out: &mut Vec<Block>) {
    let Some((_, numbered, items)) = open.pop() else { return };
    let list = Block::List { start: numbered.then_some(1), items };
    match open.last_mut().and_then(|(.., items)| items.last_mut()) {
        Some(item) => item.blocks.push(list),
        None => out.push(list),
    }
}
