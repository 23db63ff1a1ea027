//! The rows of a page, kept from one rendering to the next, so that a page that is made again for another reason than
//! its texts aligns nothing; and its anchors, to find those that have moved.

use serde::{Deserialize, Serialize};

use super::anchors::KeptAnchors;
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::content::align::row::Alignment;

/// The rows of two texts, and what was found in them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRows {
    /// A digest of everything that rows and findings depend on.
    pub of: Digest,
    pub alignment: Alignment,
    pub found: Diagnostics,
}

/// The rows of the last rendering of a page, and of this one.
#[derive(Debug, Default)]
pub struct RowCache {
    last: Option<KeptRows>,
    now: Option<KeptRows>,
    /// Whether the texts had to be aligned.
    aligned: bool,
    /// The anchors of the last rendering until they are taken, then those of this one.
    anchors: Option<KeptAnchors>,
}

impl RowCache {
    pub fn new(last: Option<KeptRows>, anchors: Option<KeptAnchors>) -> RowCache {
        RowCache { last, anchors, ..RowCache::default() }
    }

    /// Takes the anchors of the last rendering, or at the end those of this one.
    pub fn take_anchors(&mut self) -> Option<KeptAnchors> {
        self.anchors.take()
    }

    pub fn keep_anchors(&mut self, anchors: KeptAnchors) {
        self.anchors = Some(anchors);
    }

    /// Takes the rows of the last rendering if they are of the same texts, which have this many blocks.
    pub fn take(&mut self, of: Digest, (original, translation): (usize, usize)) -> Option<KeptRows> {
        self.last.take_if(|last| last.of == of && last.alignment.covers(original, translation))
    }

    /// Keeps the rows for the next rendering.
    pub fn keep(&mut self, rows: KeptRows, aligned: bool) {
        self.now = Some(rows);
        self.aligned = aligned;
    }

    /// Returns the rows to keep, and whether the texts had to be aligned.
    pub fn finish(self) -> (Option<KeptRows>, bool) {
        (self.now, self.aligned)
    }
}
