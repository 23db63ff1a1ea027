//! What is known of hosts and of files on them: how a host finds a page, which type a file has, and what `_redirects` and
//! `_headers` mean. Texts and tables alone: this room touches no disk and no network.

pub mod types;
pub mod hosts;
pub mod patterns;
pub mod redirects;
pub mod headers;
