//! Floor 5: everything that the site consists of, a file per kind of page.
//!
//! [`plan::plan`] lists all outputs as [`job::Job`]s; a job says which template, which recipe and which files make it, from which
//! its bytes follow. Nothing here reaches disk, clock or environment: the bodies come through
//! the `read` that the engine passes in.

pub mod statics;
pub mod addresses;
pub mod active_content;
pub mod world;
pub mod output_content;
pub mod recipe;
pub mod head;
pub mod image_credits;
pub mod foreign_syntax;
pub mod body;
pub mod document;
pub mod page;
pub mod article_page;
pub mod schema;
pub mod article;
pub mod terms;
pub mod profile;
pub mod listing;
pub mod feed;
pub mod sitemap;
pub mod job;
pub mod path_clashes;
pub mod plan;
pub mod alias_table;
