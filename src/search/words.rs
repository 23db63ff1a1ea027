//! The words that mean the same: names of records in all their spellings, and the terms of the site's glossary.

/// A group of forms that mean the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WordGroup {
    /// The facet that finds the same articles, such as `src:asahi`; empty for a term of the glossary.
    pub facet: String,
    /// The forms as people write them.
    pub forms: Vec<String>,
}
