//! Floor 5: the only room that touches the disk. From a folder to a [`site::Site`], and from a site to `public/`.

pub mod disk;
pub mod beneath;
pub mod root;
pub mod pool;
pub mod clock;
pub mod state;
pub mod store;
pub mod discover;
pub mod identify;
pub mod sources;
pub mod parse;
pub mod pictures;
pub mod site;
pub mod beside;
pub mod ledger;
pub mod load;
pub mod live;
pub mod write;
pub mod diff;
pub mod work;
pub mod build;
