//! The pages that a search may find, as the index sees them. It must not know the archive.

use crate::base::digest::Digest;
use crate::content::search::text_terms::Strength;

/// In which text of a page a term occurs. The numbers are those of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the text that the page is about: the translation.
    Text,
    /// In the original beside it.
    Original,
    Both,
}

/// An item: a page that a search may find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchItem<'a> {
    /// The root-relative URL of the page.
    pub address: String,
    pub title: &'a str,
    /// The language of the text.
    pub language: &'a str,
    /// The language of the original, if it is known.
    pub original_language: Option<&'a str>,
}

/// All items in their order: (`posted`, id) ascending, over all articles of the site. An article that is not published
/// keeps its number, so that publishing it changes no other number.
pub trait Collection: Sync {
    /// Returns the number of items, reserved numbers included.
    fn count(&self) -> u32;

    /// Returns an item; `None` if its number is only reserved.
    fn item(&self, number: u32) -> Option<SearchItem<'_>>;

    /// Returns a digest of everything that the index takes from the item: texts, facets, address, title, languages.
    fn digest(&self, number: u32) -> Digest;

    /// Passes the facets of the item to `each`, such as `\u{1}src:asahi`, in ascending order.
    fn facets(&self, number: u32, each: &mut dyn FnMut(&str));

    /// Passes the terms of the item's texts to `each`, in ascending order, without facets.
    fn terms(&self, number: u32, each: &mut dyn FnMut(&str, Strength, Place));
}

/// Passes the terms of an item's texts as the last build indexed them, in ascending order, without facets.
/// Returns `false` if they are not known any more.
pub type OldTerms<'a> = dyn Fn(u32, &mut dyn FnMut(&str, Strength, Place)) -> bool + Sync + 'a;
