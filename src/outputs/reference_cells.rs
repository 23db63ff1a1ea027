//! References to articles, kept for all files that list them: an article is in about seven listings, each with a file
//! of every format. This file has only the place to keep them.

use std::sync::OnceLock;

use crate::base::digest::Digest;

/// What is kept of the reference to an article.
#[derive(Default)]
pub struct ReferenceCell {
    pub digest: OnceLock<Digest>,
    /// The reference as text in every format, in the order of `CitationFormat::ALL`.
    pub texts: [OnceLock<Box<str>>; 2],
}
