//! Sites in a browser: `recto serve` shows a site while it is written, `recto preview` a finished one as a host would.
//!
//! This room alone opens sockets and watches files. It must not know how a page is made: it asks a [`Live`] site for the
//! output of a path, and adds nothing to it but one script.
//!
//! [`Live`]: crate::engine::live::Live

pub mod target;
pub mod guard;
pub mod gate;
pub mod listen;
pub mod ranges;
pub mod send;
pub mod answer;
pub mod desk;
pub mod events;
pub mod watch;
pub mod serve;
pub mod guest;
pub mod preview;
