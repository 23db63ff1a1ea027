//! Floor 5: everything that the site consists of, a file per kind of page.
//!
//! [`plan::plan`] lists all outputs; [`render::prepare`] says for one of them which template, which view and which files make it, from which
//! its bytes follow. Nothing here reaches disk, clock or environment: the bodies come through
//! the `read` that the engine passes in.

pub mod statics;
pub mod addresses;
pub mod active;
pub mod plan;
pub mod moved;
pub mod world;
pub mod made;
pub mod head;
pub mod credits;
pub mod habits;
pub mod body;
pub mod page;
pub mod article_page;
pub mod schema;
pub mod article;
pub mod terms;
pub mod profile;
pub mod listing;
pub mod feed;
pub mod sitemap;
pub mod render;
