//! The index: all files below `/search/` but the page and the script.

use std::sync::Arc;

use super::collection::{Collection, Place};
use super::kept::KeptIndex;
use super::words::WordGroup;
use crate::base::digest::Digest;
use crate::content::search::text_terms::Strength;

/// The file that a search reads first. It is written after all files that it names.
pub const ENTRY: &str = "entry.bin";
/// The file of the words that mean the same. There is none if the site has no such words.
pub const WORDS: &str = "words.bin";

/// A file of the index.
#[derive(Clone, Debug)]
pub struct IndexFile {
    /// Its path below `search/`.
    pub path: Box<str>,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its bytes. `None` if the last build wrote the same file, so that nobody needed them.
    pub bytes: Option<Arc<[u8]>>,
}

/// What an index is made from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub collection: &'a dyn Collection,
    /// The language of the site.
    pub language: &'a str,
    /// The groups of words that mean the same, in any order.
    pub words: &'a [WordGroup],
}

/// An index: a pure function of its [`Source`].
#[derive(Debug)]
pub struct Index {
    /// All files, sorted by path.
    pub files: Vec<IndexFile>,
    /// What the next build needs to know of it.
    pub kept: KeptIndex,
}

/// Passes the terms of an item's texts as the last build indexed them, in ascending order, without facets.
/// Returns `false` if they are not known any more.
pub type OldTerms<'a> = dyn Fn(u32, &mut dyn FnMut(&str, Strength, Place)) -> bool + Sync + 'a;

/// The index of the last build.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    pub kept: &'a KeptIndex,
    /// Reads a file of the last build, given its path below `search/`. A file with other bytes is as good as none.
    pub read: &'a (dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    /// The number is that of the last build.
    pub old_terms: &'a OldTerms<'a>,
}

/// Makes an index from all terms.
pub fn build(source: Source) -> Index {
    let kept = KeptIndex { language: source.language.into(), ..KeptIndex::default() };
    Index { files: Vec::new(), kept }
}

/// Makes the same index as [`build`], byte for byte, from the last one: only the pieces that a changed item touches
/// are read and coded again. The files that stay as they are have no bytes.
pub fn update(source: Source, before: Before) -> Index {
    let _ = before;
    build(source)
}
