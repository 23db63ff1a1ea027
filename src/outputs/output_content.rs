//! The content of an output before it is written: a view for a template, bytes, a copy of a file, or a variant of a
//! picture. These are plain values; nothing is rendered here.

use std::sync::Arc;

use tera::Context;

use crate::base::diag::Diagnostics;
use crate::content::picture::Picture;

/// Reads a text file by its path below the site's root. It reports a failure itself.
pub type ReadText<'a> = &'a dyn Fn(&str, &mut Diagnostics) -> Option<String>;

/// Receives the files that an output reads, one by one.
pub type FileVisitor<'r, 'w> = &'r mut dyn FnMut(&'w Arc<str>);

/// How an output is made.
pub enum OutputContent {
    /// Rendered with the template of its kind from this view.
    View(Context),
    /// Bytes that Recto made without a template.
    Bytes(Vec<u8>),
    /// A copy of a file below the site's root.
    Copy(Arc<str>),
    /// A variant of a picture, by its width in pixels.
    Image(Arc<Picture>, u32),
    /// A file of the search index, by its path below `search/`.
    IndexFile(Box<str>),
}
