//! Floor 7: from a folder to a [`site::Site`], and from a site to `public/`. It must not know commands, sockets or
//! targets.

pub mod manifest;
pub mod symlinks;
pub mod extracts;
pub mod state;
pub mod git_index;
pub mod store;
pub mod discover;
pub mod site_files;
pub mod identify;
pub mod budget;
pub mod card;
pub mod parse;
pub mod variant_cache;
pub mod site;
pub mod site_overlay;
pub mod ledger;
pub mod load;
pub mod live;
pub mod write_errors;
pub mod output_folder;
pub mod transaction;
pub mod obstacles;
pub mod path_folding;
pub mod folder_cache;
pub mod rights;
pub mod write;
pub mod diff;
pub mod process;
pub mod build_result;
pub mod examine;
pub mod build;
