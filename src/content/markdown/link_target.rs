//! Destinations in a body: their use, the references of a body, and the resolver's answers. It only defines types,
//! and resolves nothing.

use std::ops::Range;

/// How a destination is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkUse {
    Link,
    Image,
    /// A video, its poster, or one of several pictures, shown unchanged.
    Media,
}

/// The resolver's answer for a destination.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LinkTarget {
    /// Keep it as written.
    Keep,
    /// Replace it by this address (not yet escaped).
    To(String),
    /// Replace it and show the image with these properties.
    Shown(Box<DisplayedImage>),
    /// Print only the text of the link, or the alternative text of the image.
    Drop,
}

/// An image and how to show it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DisplayedImage {
    pub address: String,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
    /// Addresses and widths of the variants that browsers may choose from, the narrowest first. Empty if there is no
    /// choice.
    pub choice: Vec<(String, u32)>,
    /// The width on the page, for this choice.
    pub sizes: &'static str,
}

/// One destination in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkReference {
    /// The destination with entities and escapes decoded. An e-mail autolink gets the prefix `mailto:`.
    pub dest: String,
    pub at: Range<usize>,
    pub usage: LinkUse,
}
