//! Recto, a static site generator for archives of translated news.
//!
//! The rooms, from the ground up; a room imports only lower floors (`tests/suite/tidy.rs` holds that):
//! [`base`] words · [`system`] disk, locks, clock, threads · [`content`] one file at a time · [`hosting`] what is known of hosts · [`archive`] everything known,
//! no bodies · [`theme`] templates and what they see · [`outputs`] and [`check`] a file per kind of page and per kind of
//! rule · [`engine`] from a folder to a built site · [`deploy`] targets · [`shell`] the command line.

#![forbid(unsafe_code)]

pub mod base;
pub mod system;
pub mod content;
pub mod hosting;
pub mod archive;
pub mod theme;
pub mod outputs;
pub mod check;
pub mod engine;
pub mod deploy;
pub mod shell;
