//! Sites in a browser: `recto serve` shows a site while it is written, `recto preview` a finished one as a host
//! would.
//!
//! Only this room opens sockets and watches files. It must not know how a page is made: it gets every output from a
//! [`Live`] site, and adds nothing but one script.
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
