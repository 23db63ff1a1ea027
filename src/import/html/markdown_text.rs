//! The entry: HTML in, Markdown and notes out.

use super::reader::{HtmlOptions, MarkupNote, Reader};
use super::tree::{self, Handle};
use crate::import::notes::NoteKind;
use crate::import::prose::block_writer;
use crate::import::prose::model::Prose;

/// Markdown, and what the HTML had that it has not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkdownText {
    pub text: String,
    pub notes: Vec<MarkupNote>,
}

/// Turns HTML, such as the text of an article, into Recto's Markdown. Takes any input in linear time.
pub fn to_markdown(html: &str, options: &HtmlOptions) -> MarkdownText {
    let tree = tree::fragment(html);
    from_node(&tree.document, tree.flattened, options)
}

/// Turns what a node holds into Markdown.
pub(super) fn from_node(root: &Handle, flattened: bool, options: &HtmlOptions) -> MarkdownText {
    let mut reader = Reader::new(root, options);
    if flattened {
        reader.note(NoteKind::LeftOut, "elements that are nested too deep: their content stays", "");
    }
    let blocks = reader.children_as_blocks(root);
    let notes = reader.finish_notes();
    MarkdownText { text: block_writer::write(&Prose { blocks, notes }), notes: reader.notes }
}

/// Returns the text of HTML in one line, such as that of a title.
pub fn plain_text(html: &str) -> String {
    let tree = tree::fragment(html);
    tree::text_of(&tree.document).split_whitespace().collect::<Vec<_>>().join(" ")
}
