//! Sites of Jekyll: `_config.yml`, posts anywhere in a folder `_posts`, drafts, collections, pages. It must not know other
//! formats.

pub mod settings;
pub mod places;
pub mod data;
pub mod texts;
pub mod read;

#[cfg(test)]
mod tests;
