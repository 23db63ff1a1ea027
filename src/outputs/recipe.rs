//! A recipe: an output before it is made. It says what the output follows from, and makes it of just that.
//!
//! There are three ways to say it, and a kind of output takes the cheapest that cannot forget anything. A page of many files has its facts
//! (`article_page.rs`), and makes itself of nothing else. Any other page is a [`View`], whose walk is its digest and its context. What
//! Recto writes without a template is written at once, and its bytes are its digest.

use std::sync::Arc;

use super::output_content::{OutputContent, ReadText};
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::content::picture::Picture;
use crate::theme::view::{Digests, Sink, Values};

/// An output before it is made.
pub trait Recipe {
    /// The digest of all that the bytes follow from, but for the template, what all outputs share, and the files.
    fn digest(&self) -> Digest;

    /// How the output is made. `None` where a file could not be read; the problem is in the list.
    fn make(self: Box<Self>, read: ReadText, problems: &mut Diagnostics) -> Option<OutputContent>;
}

/// A recipe of any kind.
pub type BoxedRecipe<'w> = Box<dyn Recipe + 'w>;

/// What a template is given, walked for either sink.
pub trait View {
    /// Names every field. What a file says is made in [`Sink::rendered`] alone, so that no digest reads it.
    fn walk(&self, s: &mut impl Sink, read: ReadText, problems: &mut Diagnostics);
}

impl<V: View> Recipe for V {
    fn digest(&self) -> Digest {
        let mut digests = Digests::default();
        self.walk(&mut digests, &|_, _| None, &mut Diagnostics::new());
        digests.digest()
    }

    fn make(self: Box<Self>, read: ReadText, problems: &mut Diagnostics) -> Option<OutputContent> {
        let mut values = Values::default();
        self.walk(&mut values, read, problems);
        Some(OutputContent::View(values.into_context()))
    }
}

/// Bytes, which are written as fast as any digest.
pub struct BytesRecipe(pub Vec<u8>);

impl Recipe for BytesRecipe {
    fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    fn make(self: Box<Self>, _: ReadText, _: &mut Diagnostics) -> Option<OutputContent> {
        Some(OutputContent::Bytes(self.0))
    }
}

/// A copy of a file. All that is to be known is in the path of the output and in the file.
pub struct CopyRecipe<'w>(pub &'w Arc<str>);

impl Recipe for CopyRecipe<'_> {
    fn digest(&self) -> Digest {
        Digest::default()
    }

    fn make(self: Box<Self>, _: ReadText, _: &mut Diagnostics) -> Option<OutputContent> {
        Some(OutputContent::Copy(self.0.clone()))
    }
}

/// A picture made smaller, to this width; the same holds.
pub struct VariantRecipe<'w>(pub &'w Arc<Picture>, pub u32);

impl Recipe for VariantRecipe<'_> {
    fn digest(&self) -> Digest {
        Digest::default()
    }

    fn make(self: Box<Self>, _: ReadText, _: &mut Diagnostics) -> Option<OutputContent> {
        Some(OutputContent::Image(self.0.clone(), self.1))
    }
}
