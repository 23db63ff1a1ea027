//! Floor 2: one file at a time. What an article, a sibling, a record and a standalone page say, and what a
//! picture is; nothing about the site.

pub mod markdown;
pub mod place;
pub mod names;
pub mod front_matter;
pub mod svg;
pub mod heads;
pub mod picture;
#[cfg(feature = "images")]
pub mod resize;
pub mod asked;
pub mod chosen;
pub mod details;
pub mod extract;
pub mod origin;
pub mod article;
pub mod record;
