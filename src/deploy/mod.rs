//! Floor 8: brings a built site to a target, sends only what changed, and never shows readers a broken site. It
//! must not know the command line.
//!
//! [`desired_files`] lists the files that the target should hold, [`manifest`] those that it holds, and [`delta`]
//! the difference. [`run`] carries a deploy out. It uses a target only through the trait in [`target`]; each kind
//! of target has its own file. [`deployment`] prepares a deploy: the build, the target ([`choose_target`]), the
//! lock ([`run_lock`]) and the files for the host.

pub mod redact;
pub mod encoders;
pub mod desired_files;
pub mod manifest;
pub mod compressed_copies;
pub mod verify;
pub mod target;
pub mod delta;
pub mod folder;
pub mod folder_check;
#[cfg(feature = "cloud")]
pub mod credentials;
#[cfg(feature = "cloud")]
pub mod http_limits;
#[cfg(feature = "cloud")]
pub mod store_client;
#[cfg(feature = "cloud")]
pub mod requests;
#[cfg(feature = "cloud")]
pub mod objects;
pub mod process;
pub mod git_names;
pub mod git;
pub mod remote_folder;
pub mod rsync;
pub mod run;
pub mod choose_target;
pub mod run_lock;
pub mod connect;
pub mod deployment;
