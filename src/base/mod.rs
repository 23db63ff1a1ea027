//! Floor 0: words that every other room uses. Nothing here touches disk, clock, environment or network.
//!
//! Reading order: a file imports only files listed before it.

pub mod config;
pub mod date;
pub mod diag;
pub mod digest;
pub mod doc;
pub mod locale;
pub mod path;
pub mod problem;
pub mod reader;
