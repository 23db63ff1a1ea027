//! Floor 9: the command line: arguments, streams, sockets, the clock. It must not know how a page is made.

pub mod unpublished;
pub mod report;
pub mod ignored_files;
pub mod exit;
pub mod build;
pub mod init;
pub mod new;
#[cfg(feature = "serve")]
pub mod web;
pub mod args;
pub mod command_hints;
pub mod list;
pub mod export_folder;
pub mod export;
pub mod explain;
pub mod baseline;
pub mod typed_paths;
pub mod check;
pub mod align;
pub mod import;
pub mod stale;
pub mod deploy;
pub mod workflow;
pub mod cli;
