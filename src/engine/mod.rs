//! Floor 7: from a folder to a [`site::Site`], and from a site to `public/`.

pub mod manifest;
pub mod follow;
pub mod state;
pub mod tracked;
pub mod store;
pub mod discover;
pub mod sources;
pub mod identify;
pub mod budget;
pub mod parse;
pub mod pictures;
pub mod site;
pub mod beside;
pub mod ledger;
pub mod load;
pub mod live;
pub mod refused;
pub mod output;
pub mod moves;
pub mod obstacles;
pub mod twins;
pub mod recent;
pub mod write;
pub mod diff;
pub mod work;
pub mod build;
