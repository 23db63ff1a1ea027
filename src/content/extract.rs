//! Extracts: what a text is known for that no page of another text shows, and that so has no place on its card.
//!
//! An extract is made in the reading that makes the card, and kept by the state apart from the cards, so that nobody needs
//! to hold all of them. It follows from the text alone: where a link leads, the archive knows, and which ids a page has, the
//! page. What a search would find in the text belongs here, too, as a further field.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::details::Correction;
use super::markdown;
use crate::base::path;

/// What is known of one text. Most have nothing to say, and an empty extract takes no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extract {
    /// Links to ids of the same page and to addresses of the site. Those to other files are on the card.
    pub links: Box<[Link]>,
}

/// A link of which only the whole site knows whether it leads anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// As written: `#p2`, `/tags/economy/#p2`.
    pub dest: Box<str>,
    /// Bytes in the file.
    pub at: Range<u32>,
    pub origin: LinkSyntax,
}

/// What made a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkSyntax {
    Body,
    /// The paragraph that one of `[[corrections]]` names: the page links it.
    Correction,
}

impl Link {
    /// The link that a destination in a body makes, if it is one of these.
    pub fn of_body(dest: &str, at: &Range<usize>) -> Option<Link> {
        let is_one = match dest.strip_prefix('/') {
            Some(below) => !below.starts_with('/'),
            None => dest.strip_prefix('#').is_some_and(|fragment| !markdown::is_no_id(fragment)),
        };
        is_one.then(|| Link { dest: dest.into(), at: narrow(at), origin: LinkSyntax::Body })
    }

    pub fn of_correction(correction: &Correction) -> Option<Link> {
        let (paragraph, at) = correction.paragraph.as_ref()?;
        Some(Link { dest: format!("#p{paragraph}").into(), at: narrow(at), origin: LinkSyntax::Correction })
    }

    /// The id that it asks for.
    pub fn id(&self) -> Option<String> {
        self.dest.split_once('#').and_then(|(_, fragment)| id(fragment))
    }
}

/// The id that a fragment asks for, if it asks for one: not the top of the page, nor words in it.
pub fn id(fragment: &str) -> Option<String> {
    let id = fragment.split_once(":~:").map_or(fragment, |(id, _)| id);
    let id = path::decode_percent(id).unwrap_or_default();
    (!markdown::is_no_id(&id)).then(|| markdown::fragment(&id).into_owned())
}

/// No text has four gigabytes.
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
