//! Floor 5: all outputs of a site, one file per kind of page.
//!
//! [`plan::plan`] lists all outputs as [`job::Job`]s. A job names the template, recipe and files that determine its
//! bytes. This room does not touch disk, clock or environment: the engine passes in `read` to load bodies.

pub mod statics;
pub mod addresses;
pub mod reference_cells;
pub mod active_content;
pub mod index_files;
pub mod world;
pub mod output_content;
pub mod anchors;
pub mod kept_rows;
pub mod recipe;
pub mod head;
pub mod citation;
pub mod paragraph_links;
pub mod image_credits;
pub mod foreign_syntax;
pub mod mark_messages;
pub mod body;
pub mod document;
pub mod aligned_texts;
pub mod alignment_report;
pub mod page;
pub mod article_page;
pub mod correction_marks;
pub mod report_links;
pub mod facing_html;
pub mod facing;
pub mod schema;
pub mod cite_box;
pub mod article;
pub mod search_record;
pub mod listing_groups;
pub mod listing_words;
pub mod terms;
pub mod profile;
pub mod search_page;
pub mod citation_files;
pub mod listing;
pub mod corrections;
pub mod xml;
pub mod feed_facts;
pub mod feed_atom;
pub mod feed_json;
pub mod feed_text;
pub mod feed;
pub mod sitemap;
pub mod job;
pub mod path_clashes;
pub mod plan;
pub mod alias_table;
