//! Reads sites of Zola.

mod settings;
mod addresses;
mod bodies;
mod shortcodes;
pub mod read;
