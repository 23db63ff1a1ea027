//! Floor 9: doors and windows. Arguments, streams, sockets, the clock.

pub mod unpublished;
pub mod report;
pub mod leftovers;
pub mod exit;
pub mod build;
pub mod init;
pub mod new;
#[cfg(feature = "serve")]
pub mod web;
pub mod args;
pub mod others;
pub mod list;
pub mod explain;
pub mod baseline;
pub mod check;
pub mod deploy;
pub mod workflow;
pub mod cli;
