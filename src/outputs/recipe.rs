//! A recipe: an output before it is made. It says what the output follows from, and makes it of just that.
//!
//! There are three ways to say it, and a kind of output takes the cheapest that cannot forget anything. A page of many files has its facts
//! (`article_page.rs`), and makes itself of nothing else. Any other page is a [`View`], whose walk is its digest and its context. What
//! Recto writes without a template is written at once, and its bytes are its digest.

use std::sync::Arc;

use super::made::{Made, Read};
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::content::picture::Picture;
use crate::theme::view::{Digests, Sink, Values};

/// An output before it is made.
pub trait Recipe {
    /// The digest of all that the bytes follow from, but for the template, what all outputs share, and the files.
    fn digest(&self) -> Digest;

    /// How the output is made. `None` where a file could not be read; the problem is in the list.
    fn make(self: Box<Self>, read: Read, problems: &mut Diagnostics) -> Option<Made>;
}

/// A recipe of any kind.
pub type Prepared<'w> = Box<dyn Recipe + 'w>;

/// What a template is given, walked for either sink.
pub trait View {
    /// Names every field. What a file says is made in [`Sink::rendered`] alone, so that no digest reads it.
    fn walk(&self, s: &mut impl Sink, read: Read, problems: &mut Diagnostics);
}

impl<V: View> Recipe for V {
    fn digest(&self) -> Digest {
        let mut digests = Digests::default();
        self.walk(&mut digests, &|_, _| None, &mut Diagnostics::new());
        digests.digest()
    }

    fn make(self: Box<Self>, read: Read, problems: &mut Diagnostics) -> Option<Made> {
        let mut values = Values::default();
        self.walk(&mut values, read, problems);
        Some(Made::View(values.into_context()))
    }
}

/// Bytes, which are written as fast as any digest.
pub struct Written(pub Vec<u8>);

impl Recipe for Written {
    fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    fn make(self: Box<Self>, _: Read, _: &mut Diagnostics) -> Option<Made> {
        Some(Made::Bytes(self.0))
    }
}

/// A copy of a file. All that is to be known is in the path of the output and in the file.
pub struct Copy<'w>(pub &'w Arc<str>);

impl Recipe for Copy<'_> {
    fn digest(&self) -> Digest {
        Digest::default()
    }

    fn make(self: Box<Self>, _: Read, _: &mut Diagnostics) -> Option<Made> {
        Some(Made::Copy(self.0.clone()))
    }
}

/// A picture made smaller, to this width; the same holds.
pub struct Variant<'w>(pub &'w Arc<Picture>, pub u32);

impl Recipe for Variant<'_> {
    fn digest(&self) -> Digest {
        Digest::default()
    }

    fn make(self: Box<Self>, _: Read, _: &mut Diagnostics) -> Option<Made> {
        Some(Made::Image(self.0.clone(), self.1))
    }
}
