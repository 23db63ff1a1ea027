//! The content of an output before it is written: a view for a template, bytes, a copy of a file or a smaller picture.
//! Plain values: nothing is rendered here.

use std::sync::Arc;

use tera::Context;

use crate::base::diag::Diagnostics;
use crate::content::picture::Picture;

/// Reads a text file of the site by its path below the root; a failure is a problem that it reports.
pub type ReadText<'a> = &'a dyn Fn(&str, &mut Diagnostics) -> Option<String>;

/// Takes the files that an output reads when it is made, one by one.
pub type FileVisitor<'r, 'w> = &'r mut dyn FnMut(&'w Arc<str>);

/// How an output is made.
pub enum OutputContent {
    /// By the template of its kind, from this view.
    View(Context),
    /// By a writer of Recto's own.
    Bytes(Vec<u8>),
    /// As a copy of a file below the site's root.
    Copy(Arc<str>),
    /// As a picture made smaller, to this width.
    Image(Arc<Picture>, u32),
}
