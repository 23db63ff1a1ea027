//! The two texts of a facing page as the alignment sees them, with their rows. Checks of rows and the HTML of the page
//! start from here.

use std::ops::Range;
use std::sync::Arc;

use crate::base::diag::Span;
use crate::content::align::block::Block;
use crate::content::align::path::{self, RowEvidence, Side};
use crate::content::align::row::Alignment;
use crate::content::align::terms::TermLexicon;
use crate::content::article::{ArticleKind, Extent};
use crate::content::glossary::pair::PairTerms;

/// An original and its translation, aligned.
pub struct AlignedTexts<'a> {
    pub original: AlignedText<'a>,
    pub translation: AlignedText<'a>,
    pub alignment: Alignment,
    /// How much of the original the translation says it covers.
    pub extent: Option<Extent>,
    /// What the translation is.
    pub kind: ArticleKind,
    /// The terms of the glossary in both languages.
    pub terms: Option<&'a PairTerms>,
}

impl AlignedTexts<'_> {
    /// Returns what speaks for each row and against it; `None` for a row with an empty side.
    pub fn evidence(&self) -> Vec<Option<RowEvidence>> {
        let none = TermLexicon::new(&[]);
        let lexicon = self.terms.map_or(&none, PairTerms::lexicon);
        path::evidence(self.original.side(), self.translation.side(), lexicon, &self.alignment.rows)
    }
}

/// One of two aligned texts.
pub struct AlignedText<'a> {
    /// The path of the file below the site's root.
    pub file: &'a Arc<str>,
    /// The byte at which the body starts.
    pub at: usize,
    /// The Markdown of the body.
    pub body: &'a str,
    /// The place of the title in the file.
    pub title_at: Range<usize>,
    pub lang: &'a str,
    /// Its blocks. A title and a summary are in front if both texts have them.
    pub blocks: Vec<Block>,
}

impl AlignedText<'_> {
    pub fn side(&self) -> Side<'_> {
        Side { lang: self.lang, blocks: &self.blocks }
    }

    /// Returns the place of a block. A summary is at the title.
    pub fn span(&self, block: usize) -> Span {
        match self.blocks.get(block) {
            Some(Block { unit: Some(_), source, .. }) => {
                Span::new(self.file, self.at + source.start..self.at + source.end)
            }
            _ => Span::new(self.file, self.title_at.clone()),
        }
    }

    /// Returns the place of a part of a block's plain text; that of the whole block if the part is written otherwise.
    pub fn span_of(&self, block: usize, part: Range<usize>) -> Span {
        let whole = self.span(block);
        let found = self.blocks.get(block).filter(|block| block.unit.is_some()).and_then(|block| {
            let (before, part) = (block.text.get(..part.start)?, block.text.get(part)?);
            let source = self.body.get(block.source.clone())?;
            // The same part may stand there several times.
            let (at, _) = source.match_indices(part).nth(before.matches(part).count())?;
            let start = whole.range.start + at;
            Some(Span::new(self.file, start..start + part.len()))
        });
        found.unwrap_or(whole)
    }
}
