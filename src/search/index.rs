//! The index: all files below `/search/` but the page and the script.

use std::sync::Arc;

use crate::base::digest::Digest;

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
