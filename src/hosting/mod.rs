//! Floor 2: facts about hosts: how each resolves addresses, content types, the meaning of `_redirects` and
//! `_headers`, overlays, and limits. Texts and tables only: no disk, no network.

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
