//! Floor 4: everything that the site consists of, a file per kind of page.
//!
//! [`plan`] lists all outputs; [`prepare`] says for one of them which template, which view and which files make it, and
//! [`render`] makes its bytes of exactly that. Nothing here reaches disk, clock or environment: the bodies come through
//! the `read` that the engine passes in.

pub mod article;
pub mod body;
pub mod feed;
pub mod head;
pub mod listing;
pub mod page;
pub mod plan;
pub mod render;
pub mod schema;
pub mod sitemap;
pub mod terms;
pub mod world;
