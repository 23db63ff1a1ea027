//! Floor 0: values that every other room uses: diagnostics, paths, dates, languages, documents, configuration. This
//! room does not touch disk, clock, environment or network, and does not know articles.
//!
//! Reading order: a file imports only files listed before it.

pub mod join;
pub mod limits;
pub mod byte_search;
pub mod diag;
pub mod printable;
pub mod digest;
pub mod letter_case;
pub mod reserved;
pub mod path;
pub mod globs;
pub mod ignored_files;
pub mod date;
pub mod language;
pub mod date_suggestions;
pub mod locale;
pub mod segments;
pub mod doc;
pub mod key_aliases;
pub mod key_suggestions;
pub mod secret;
pub mod weburl;
pub mod target_address;
pub mod problem;
pub mod syntax_hints;
pub mod syntax_errors;
pub mod doc_values;
pub mod reader;
pub mod reader_entries;
pub mod severity;
pub mod active_content;
pub mod deploy_settings;
pub mod credit_defaults;
pub mod time_zones;
pub mod originals;
pub mod feed_settings;
pub mod contact_settings;
pub mod search_settings;
pub mod citation_settings;
pub mod config;
