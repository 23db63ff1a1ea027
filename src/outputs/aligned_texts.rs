//! The two texts of a facing page as the alignment sees them, with their rows. Checks of rows and the HTML of the page
//! start from here.

use std::ops::Range;
use std::sync::Arc;

use crate::base::diag::Span;
use crate::content::align::block::Block;
use crate::content::align::row::Alignment;
use crate::content::article::{ArticleKind, Extent};

/// An original and its translation, aligned.
pub struct AlignedTexts<'a> {
    pub original: AlignedText<'a>,
    pub translation: AlignedText<'a>,
    pub alignment: Alignment,
    /// How much of the original the translation says it covers.
    pub extent: Option<Extent>,
    /// What the translation is.
    pub kind: ArticleKind,
}

/// One of two aligned texts.
pub struct AlignedText<'a> {
    /// The path of the file below the site's root.
    pub file: &'a Arc<str>,
    /// The byte at which the body starts.
    pub at: usize,
    /// The place of the title in the file.
    pub title_at: Range<usize>,
    pub lang: &'a str,
    /// Its blocks. A title and a summary are in front if both texts have them.
    pub blocks: Vec<Block>,
}

impl AlignedText<'_> {
    /// Returns the place of a block. A summary is at the title.
    pub fn span(&self, block: usize) -> Span {
        match self.blocks.get(block) {
            Some(Block { unit: Some(_), source, .. }) => {
                Span::new(self.file, self.at + source.start..self.at + source.end)
            }
            _ => Span::new(self.file, self.title_at.clone()),
        }
    }
}
