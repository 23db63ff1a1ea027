//! Reads sites of Hugo: content, bundles, languages, permalinks and shortcodes. It must not know other formats.

pub mod settings;
pub mod permalinks;
pub mod content_tree;
pub mod references;
pub mod shortcodes;
pub mod known_shortcodes;
pub mod originals;
pub mod profiles;
pub mod read;
