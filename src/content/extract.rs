//! Extracts: what Recto keeps of a text that is not on its card, because no other page shows it.
//!
//! An extract is made together with the card, but the state stores it separately, so that they are not all in memory.
//! It depends only on the text: the archive resolves its links, and the rendered page has the ids. The terms of a text
//! (`searchable.rs`) are kept elsewhere.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::correction::WrittenCorrection;
use super::markdown;
use crate::base::path;

/// The extract of one text. Most are empty, and an empty one takes no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extract {
    /// Links to ids of the same page and to addresses of the site. Links to other files are on the card.
    pub links: Box<[Link]>,
}

/// A link that can be checked only against the whole site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The destination as written: `#p2`, `/tags/economy/#p2`.
    pub dest: Box<str>,
    /// The byte range in the file.
    pub at: Range<u32>,
    pub origin: LinkSyntax,
}

/// The syntax that made a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkSyntax {
    Body,
    /// A paragraph in `[[corrections]]`, which the page links to.
    Correction,
}

impl Link {
    /// Returns the link for a destination in a body, if it is of this kind.
    pub fn of_body(dest: &str, at: &Range<usize>) -> Option<Link> {
        let is_one = match dest.strip_prefix('/') {
            Some(below) => !below.starts_with('/'),
            None => dest.strip_prefix('#').is_some_and(|fragment| !markdown::is_no_id(fragment)),
        };
        is_one.then(|| Link { dest: dest.into(), at: narrow(at), origin: LinkSyntax::Body })
    }

    /// Returns the link to the paragraph that a correction names.
    pub fn of_correction(written: &WrittenCorrection) -> Option<Link> {
        let paragraph = written.correction.paragraph?;
        let at = narrow(&written.paragraph_at);
        Some(Link { dest: format!("#p{paragraph}").into(), at, origin: LinkSyntax::Correction })
    }

    /// Returns the id that the link requires.
    pub fn id(&self) -> Option<String> {
        self.dest.split_once('#').and_then(|(_, fragment)| id(fragment))
    }
}

/// Returns the id that a fragment requires, or `None` if it is the top of the page or a text fragment.
pub fn id(fragment: &str) -> Option<String> {
    let id = fragment.split_once(":~:").map_or(fragment, |(id, _)| id);
    let id = path::decode_percent(id).unwrap_or_default();
    (!markdown::is_no_id(&id)).then(|| markdown::fragment(&id).into_owned())
}

/// Converts to 32 bits. No text has four gigabytes.
fn narrow(at: &Range<usize>) -> Range<u32> {
    at.start as u32..at.end as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_only_the_site_knows() {
        for dest in ["#p1", "/tags/", "/", "#p1:~:text=x", "#日本"] {
            assert!(Link::of_body(dest, &(0..1)).is_some(), "{dest}");
        }
        for dest in ["#", "#top", "#TOP", "#:~:text=x", "//example.org/", "other.md#p1", "https://example.org/#p1", ""]
        {
            assert!(Link::of_body(dest, &(0..1)).is_none(), "{dest}");
        }
    }

    #[test]
    fn fragments_ask_for_ids() {
        for (fragment, asked) in [
            ("p1", Some("p1")),
            ("p1:~:text=x", Some("p1")),
            ("%C3%A9", Some("é")),
            ("fn:2", Some("fn-2")),
            ("top", None),
        ] {
            assert_eq!(id(fragment).as_deref(), asked, "{fragment}");
        }
    }
}
