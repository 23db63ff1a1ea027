//! How an output is made, before it is.

use std::sync::Arc;

use tera::Context;

use crate::base::diag::Diagnostics;
use crate::content::picture::Picture;
use crate::theme::view::Values;

/// Reads a text file of the site by its path below the root; a failure is a problem that it reports.
pub type Read<'a> = &'a dyn Fn(&str, &mut Diagnostics) -> Option<String>;

/// How an output is made.
pub enum Made {
    /// By a template.
    Template { template: &'static str, context: Context },
    /// By a writer of Recto's own.
    Bytes(Vec<u8>),
    /// As a copy of a file below the site's root.
    Copy(Arc<str>),
    /// As a picture made smaller, to this width.
    Image(Arc<Picture>, u32),
}

impl Made {
    pub fn template(template: &'static str, view: Values) -> Made {
        Made::Template { template, context: view.into_context() }
    }
}
