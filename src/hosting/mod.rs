//! Floor 2: what is known of hosts: how one finds a page, the types of files, what `_redirects` and `_headers` mean,
//! what a host gets beside a site and how much it takes. Texts and tables only: no disk, no network.

pub mod content_types;
pub mod hosts;
pub mod patterns;
pub mod remarks;
pub mod redirects;
pub mod headers;
pub mod default_headers;
pub mod overlay_input;
pub mod limits;
pub mod rule_files;
pub mod servers;
pub mod overlay;
