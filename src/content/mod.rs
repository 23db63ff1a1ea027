//! Floor 2: one content file at a time: articles, siblings, records, standalone pages and pictures; and an original
//! beside its translation. This room does not touch the disk, and does not combine other files of the site.

pub mod quantity;
pub mod search;
pub mod markdown;
pub mod align;
pub mod glossary;
pub mod content_path;
pub mod file_names;
pub mod front_matter;
pub mod svg;
pub mod webp_codes;
pub mod image_headers;
pub mod picture;
#[cfg(feature = "images")]
pub mod resize;
pub mod doubtful_values;
pub mod slugs_and_aliases;
pub mod byline_words;
pub mod name_parts;
pub mod byline;
pub mod printed_url;
pub mod person;
pub mod correction;
pub mod details;
pub mod cited;
pub mod searchable;
pub mod extract;
pub mod original_url;
pub mod article_kind;
pub mod series;
pub mod article;
pub mod sibling;
pub mod record;
