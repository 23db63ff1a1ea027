//! Floor 8: a built site at a target, where only what changed is sent and a reader never meets half of it.
//!
//! [`wanted`] says what is to stand there, [`manifest`] what does, [`delta`] what lies between; [`run`] conducts, and knows of
//! a target only what the trait in [`target`] says. A file per kind of target. [`deployment`] puts a deploy together: the build
//! that it uses, the target ([`choose`]), whose run it is ([`runs`]), what the host is given.

pub mod redact;
pub mod encode;
pub mod wanted;
pub mod manifest;
pub mod compress;
pub mod standing;
pub mod target;
pub mod delta;
pub mod folder;
pub mod place;
#[cfg(feature = "cloud")]
pub mod credentials;
#[cfg(feature = "cloud")]
pub mod bounded;
#[cfg(feature = "cloud")]
pub mod stores;
#[cfg(feature = "cloud")]
pub mod requests;
#[cfg(feature = "cloud")]
pub mod objects;
pub mod process;
pub mod gitnames;
pub mod git;
pub mod far;
pub mod rsync;
pub mod run;
pub mod choose;
pub mod runs;
pub mod connect;
pub mod deployment;
