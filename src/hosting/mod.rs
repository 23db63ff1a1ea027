//! What is known of hosts and of files on them: how a host finds a page, which type a file has, what `_redirects` and `_headers`
//! mean, what a host is given beside a site and how much it takes. Texts and tables alone: this room touches no disk and no
//! network.

pub mod types;
pub mod hosts;
pub mod patterns;
pub mod remarks;
pub mod redirects;
pub mod headers;
pub mod fields;
pub mod moves;
pub mod limits;
pub mod files;
pub mod servers;
pub mod overlay;
