//! Sites in a browser: `recto serve` shows a site while it is written, `recto preview` a finished one as a host would.
//!
//! This room alone opens sockets and watches files. It must not know how a page is made: it asks a [`Live`] site for the
//! output of a path, and adds nothing to it but one script.
//!
//! [`Live`]: crate::engine::live::Live

pub mod request_path;
pub mod request_guard;
pub mod connections;
pub mod listen;
pub mod ranges;
pub mod send_file;
pub mod response;
pub mod served_site;
pub mod events;
pub mod watch;
pub mod serve;
pub mod host_overlay;
pub mod preview;
