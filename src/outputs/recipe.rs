//! Recipes: outputs before they are made. A recipe digests its inputs, and makes the output from these inputs only.
//!
//! There are three ways to do this. Each kind of output uses the cheapest one that cannot miss an input. A page of
//! many files collects its facts first (`article_page.rs`) and makes itself from them. Any other page is a [`View`],
//! whose walk produces both its digest and its context. An output without a template is written at once, and its bytes
//! are digested.

use std::sync::Arc;

use super::kept_rows::RowCache;
use super::output_content::{OutputContent, ReadText};
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::content::picture::Picture;
use crate::search::index::IndexFile;
use crate::theme::view::{Digests, Sink, Values};

/// An output before it is made.
pub trait Recipe {
    /// Returns a digest of all inputs except the template, the data that all outputs share, and the contents of files.
    fn digest(&self) -> Digest;

    /// Makes the output. Returns `None` and appends the problem if a file cannot be read. `rows` may save work and
    /// never affects the result.
    fn make(self: Box<Self>, read: ReadText, rows: &mut RowCache, problems: &mut Diagnostics) -> Option<OutputContent>;
}

/// A recipe of any kind.
pub type BoxedRecipe<'w> = Box<dyn Recipe + 'w>;

/// The data of a template, which can be walked with either sink.
pub trait View {
    /// Passes every field to the sink. Contents of files may be used only in [`Sink::rendered`], so that a digest
    /// reads no file.
    fn walk(&self, s: &mut impl Sink, read: ReadText, problems: &mut Diagnostics);
}

impl<V: View> Recipe for V {
    fn digest(&self) -> Digest {
        let mut digests = Digests::default();
        self.walk(&mut digests, &|_, _| None, &mut Diagnostics::new());
        digests.digest()
    }

    fn make(self: Box<Self>, read: ReadText, _: &mut RowCache, problems: &mut Diagnostics) -> Option<OutputContent> {
        let mut values = Values::default();
        self.walk(&mut values, read, problems);
        Some(OutputContent::View(values.into_context()))
    }
}

/// Bytes. Writing them is as fast as digesting their inputs.
pub struct BytesRecipe(pub Vec<u8>);

impl Recipe for BytesRecipe {
    fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    fn make(self: Box<Self>, _: ReadText, _: &mut RowCache, _: &mut Diagnostics) -> Option<OutputContent> {
        Some(OutputContent::Bytes(self.0))
    }
}

/// A copy of a file. The path of the output and the file determine it.
pub struct CopyRecipe<'w>(pub &'w Arc<str>);

impl Recipe for CopyRecipe<'_> {
    fn digest(&self) -> Digest {
        Digest::default()
    }

    fn make(self: Box<Self>, _: ReadText, _: &mut RowCache, _: &mut Diagnostics) -> Option<OutputContent> {
        Some(OutputContent::Copy(self.0.clone()))
    }
}

/// A variant of a picture, by its width in pixels. The path of the output and the file determine it.
pub struct VariantRecipe<'w>(pub &'w Arc<Picture>, pub u32);

impl Recipe for VariantRecipe<'_> {
    fn digest(&self) -> Digest {
        Digest::default()
    }

    fn make(self: Box<Self>, _: ReadText, _: &mut RowCache, _: &mut Diagnostics) -> Option<OutputContent> {
        Some(OutputContent::Image(self.0.clone(), self.1))
    }
}

/// A file of the search index. Its bytes are known, or can be made again.
pub struct IndexFileRecipe<'w>(pub &'w IndexFile);

impl Recipe for IndexFileRecipe<'_> {
    fn digest(&self) -> Digest {
        self.0.digest
    }

    fn make(self: Box<Self>, _: ReadText, _: &mut RowCache, _: &mut Diagnostics) -> Option<OutputContent> {
        Some(OutputContent::IndexFile(self.0.path.clone()))
    }
}
