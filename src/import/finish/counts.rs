//! What an import has made, in numbers. It must not know how.

use std::collections::BTreeMap;

/// Where the values of a field came from, by the number of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldCount {
    /// The source says it.
    pub filled: usize,
    /// The map or the site has a default.
    pub by_default: usize,
    /// Derived from something else.
    pub guessed: usize,
    pub missing: usize,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueOrigin {
    Source,
    Default,
    Guess,
    Nowhere,
}

/// The numbers of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    pub articles: usize,
    pub drafts: usize,
    pub pages: usize,
    /// Texts beside articles that are their originals.
    pub originals: usize,
    /// Other texts beside articles.
    pub translations: usize,
    /// Texts without an article in the site's language.
    pub orphans: usize,
    pub records: usize,
    pub assets: usize,
    pub aliases: usize,
    /// Links that lead to another imported text now.
    pub links: usize,
    fields: BTreeMap<&'static str, FieldCount>,
}

/// The fields of the report, in its order.
pub const FIELDS: [&str; 14] = [
    "title",
    "date",
    "posted",
    "source",
    "translator",
    "author",
    "reviewer",
    "editor",
    "section",
    "tags",
    "summary",
    "original.url",
    "original.lang",
    "rights",
];

impl ImportCounts {
    pub fn count(&mut self, field: &'static str, from: ValueOrigin) {
        let count = self.fields.entry(field).or_default();
        match from {
            ValueOrigin::Source => count.filled += 1,
            ValueOrigin::Default => count.by_default += 1,
            ValueOrigin::Guess => count.guessed += 1,
            ValueOrigin::Nowhere => count.missing += 1,
        }
    }

    /// Counts a field that an article may lack.
    pub fn count_if(&mut self, field: &'static str, there: bool) {
        if there {
            self.count(field, ValueOrigin::Source);
        }
    }

    pub fn field(&self, field: &str) -> FieldCount {
        self.fields.get(field).copied().unwrap_or_default()
    }
}
