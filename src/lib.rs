//! Recto, a static site generator for archives of translated news.
//!
//! The rooms, from the ground up. A room imports only from lower floors; `tests/suite/tidy.rs` checks this.
//!
//! - [`base`] – plain values, the configuration, diagnostics
//! - [`system`] – disk, locks, clock, threads
//! - [`content`] – one content file at a time
//! - [`hosting`] – the rules and limits of hosts
//! - [`archive`] – all articles together, without their bodies
//! - [`import`] – archives of other programs
//! - [`search`] – the search index
//! - [`theme`] – templates and their views
//! - [`outputs`] and [`check`] – one file per kind of page, one file per rule
//! - [`export`] – a site as another program keeps it
//! - [`engine`] – the build, from a folder to a site
//! - [`deploy`] – targets
//! - [`shell`] – the command line

#![forbid(unsafe_code)]

pub mod base;
pub mod system;
pub mod content;
pub mod hosting;
pub mod archive;
pub mod import;
pub mod search;
pub mod theme;
pub mod outputs;
pub mod check;
pub mod export;
pub mod engine;
pub mod deploy;
pub mod shell;
