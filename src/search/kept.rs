//! What the state keeps of an index, so that the next build codes only the pieces that an edit touches.

use serde::{Deserialize, Serialize};

use crate::base::digest::Digest;

/// What the state keeps of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptIndex {
    /// The language of the site, which the lines of items do not name.
    pub(super) language: Box<str>,
    /// The digest of every file: its path and the digest of its bytes.
    pub(super) files: Vec<(Box<str>, Digest)>,
}
