//! What an article says of itself: who made its text, and how much of the original it covers.

use serde::{Deserialize, Serialize};

/// Who made the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ArticleKind {
    Translation,
    Summary,
    Original,
    Digest,
}

impl ArticleKind {
    pub(super) const WORDS: [(&'static str, ArticleKind); 4] = [
        ("translation", ArticleKind::Translation),
        ("summary", ArticleKind::Summary),
        ("original", ArticleKind::Original),
        ("digest", ArticleKind::Digest),
    ];

    pub fn word(self) -> &'static str {
        ArticleKind::WORDS[self as usize].0
    }
}

/// How much of the original the text covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extent {
    Full,
    Abridged,
    Excerpts,
    Gist,
}

impl Extent {
    pub(super) const WORDS: [(&'static str, Extent); 4] = [
        ("full", Extent::Full),
        ("abridged", Extent::Abridged),
        ("excerpts", Extent::Excerpts),
        ("gist", Extent::Gist),
    ];

    pub fn word(self) -> &'static str {
        Extent::WORDS[self as usize].0
    }
}
