//! Reads figures: a picture or table with a caption.

use super::reader::Reader;
use super::tree::{Handle, has_class, key, name};
use crate::import::prose::model::{Block, Inline, is_blank};

/// How deep below a figure its caption may be.
const CAPTION_DEPTH: usize = 3;

impl Reader<'_> {
    /// Returns whether an element is a figure by its class: WordPress before HTML had figures.
    pub(super) fn is_figure(&self, node: &Handle) -> bool {
        name(node) == "figure" || has_class(node, "wp-caption")
    }

    pub(super) fn figure(&mut self, node: &Handle) -> Vec<Block> {
        let caption = caption_of(node, CAPTION_DEPTH);
        let caption_key = caption.as_ref().map(key);
        let skipped = std::mem::replace(&mut self.skipped, caption_key);
        let mut blocks = self.children_as_blocks(node);
        self.skipped = skipped;
        let Some(caption) = caption else { return blocks };
        let text = self.lines_of(&caption);
        if is_blank(&text) {
            return blocks;
        }
        if let [Block::Table(table)] = blocks.as_mut_slice()
            && table.caption.is_empty()
        {
            table.caption = text;
            return blocks;
        }
        if let [Block::Paragraph(content)] = blocks.as_mut_slice()
            && let Some(image) = only_picture(content)
        {
            let Inline::Image { caption, .. } = image else { return blocks };
            *caption = self.caption_text(&text);
            return blocks;
        }
        let words = self.wrapped(text);
        blocks.push(Block::Paragraph(words));
        blocks
    }
}

/// Returns the caption of a figure, not that of a figure inside it.
fn caption_of(node: &Handle, depth: usize) -> Option<Handle> {
    for child in node.children.borrow().iter() {
        if name(child) == "figcaption" || has_class(child, "wp-caption-text") {
            return Some(child.clone());
        }
    }
    if depth == 0 {
        return None;
    }
    let children = node.children.borrow();
    let inside =
        children.iter().filter(|child| matches!(name(child), "div" | "a" | "p" | "section" | "span" | "center"));
    inside.filter(|child| !has_class(child, "wp-caption")).find_map(|child| caption_of(child, depth - 1))
}

/// Returns the picture of a paragraph that has nothing else.
fn only_picture(content: &mut [Inline]) -> Option<&mut Inline> {
    let mut shown = content.iter_mut().filter(|inline| !is_blank(std::slice::from_ref(*inline)));
    let (first, second) = (shown.next()?, shown.next());
    (second.is_none() && matches!(first, Inline::Image { .. })).then_some(first)
}
