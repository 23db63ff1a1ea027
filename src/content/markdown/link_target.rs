//! Destinations in a body: how each is used, what a body refers to, and the caller's answer to where it leads.

use std::ops::Range;

/// How a destination is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkUse {
    Link,
    Image,
    /// A film, its poster, one of several pictures: shown as it is.
    Media,
}

/// The caller's answer to a destination.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LinkTarget {
    /// It stays as written.
    Keep,
    /// It is replaced by this address (not yet escaped).
    To(String),
    /// The same for an image, with what is known of it.
    Shown(Box<DisplayedImage>),
    /// The link's text, or the image's alternative text, is printed without a link.
    Drop,
}

/// An image as it is to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DisplayedImage {
    pub address: String,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
    /// Addresses and widths of all that browsers may choose from, the narrowest first; none where there is no choice.
    pub choice: Vec<(String, u32)>,
    /// How wide it is on the page, for that choice.
    pub sizes: &'static str,
}

/// One destination in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// As written, entities and escapes decoded; `mailto:` put before an e-mail autolink.
    pub dest: String,
    pub at: Range<usize>,
    pub usage: LinkUse,
}
