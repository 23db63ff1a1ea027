//! Floor 5: the only room that touches the disk. From a folder to a [`site::Site`], and from a site to `public/`.

pub mod disk;
pub mod pool;
pub mod clock;
pub mod discover;
pub mod sources;
pub mod site;
pub mod write;
pub mod build;
