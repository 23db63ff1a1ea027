//! Floor 6: a site as another program keeps it. Pure: the engine reads the texts, and the shell writes the files.
//!
//! `text.rs` says what is known of a text, and `body.rs` leads its links to addresses. Then there is a file for each
//! format. A format must not know the archive, and what comes before must not know formats.

pub mod front;
pub mod file;
pub mod body;
pub mod site;
pub mod text;
pub mod bundle;
pub mod hugo;
pub mod zola;
pub mod jekyll;
pub mod rows;
pub mod format;
