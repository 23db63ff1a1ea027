//! How much of an original a site shows, and where: `[original] publish` and `layout`. It must not know articles.

use serde::{Deserialize, Serialize};

use super::reader::Reader;

/// How much of an original is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Publish {
    Full,
    /// The first block, at most 200 characters.
    Excerpt,
    None,
}

impl Publish {
    pub const WORDS: [(&'static str, Publish); 3] =
        [("full", Publish::Full), ("excerpt", Publish::Excerpt), ("none", Publish::None)];

    pub fn word(self) -> &'static str {
        Publish::WORDS[self as usize].0
    }
}

/// Where a page shows the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Layout {
    /// Beside the translation, row by row.
    Facing,
    /// Below the translation.
    Below,
    /// Nowhere: only its headline and a link.
    Link,
    /// Beside the translation, and on a page of its own.
    Page,
}

impl Layout {
    pub const WORDS: [(&'static str, Layout); 4] =
        [("facing", Layout::Facing), ("below", Layout::Below), ("link", Layout::Link), ("page", Layout::Page)];

    pub fn word(self) -> &'static str {
        Layout::WORDS[self as usize].0
    }
}

/// Reads the table `[original]` of `site.toml`.
pub fn read(table: &mut Reader) -> (Publish, Layout) {
    let publish = table.choice("publish", &Publish::WORDS).map_or(Publish::Full, |p| p.value);
    let layout = table.choice("layout", &Layout::WORDS).map_or(Layout::Facing, |l| l.value);
    (publish, layout)
}
