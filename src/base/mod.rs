//! Floor 0: words that every other room uses. Nothing here touches disk, clock, environment or network.
//!
//! Reading order: a file imports only files listed before it.

pub mod both;
pub mod limits;
pub mod spans;
pub mod diag;
pub mod shown;
pub mod digest;
pub mod lower;
pub mod reserved;
pub mod path;
pub mod globs;
pub mod leftovers;
pub mod date;
pub mod language;
pub mod dated;
pub mod locale;
pub mod segments;
pub mod doc;
pub mod elsewhere;
pub mod habits;
pub mod secret;
pub mod weburl;
pub mod address;
pub mod problem;
pub mod slips;
pub mod unread;
pub mod values;
pub mod reader;
pub mod severity;
pub mod active;
pub mod deploys;
pub mod credits;
pub mod zones;
pub mod config;
