//! A series: articles that belong together, in an order of their own. It must not know pages.

/// A series with its parts in order: by their numbers, then by date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    pub id: Box<str>,
    /// The name as the first part writes it.
    pub label: Box<str>,
    /// The indices of its articles.
    pub articles: Vec<u32>,
}

impl Series {
    /// Returns the address of its page.
    pub fn address(&self) -> String {
        format!("series/{}", self.id)
    }
}
