//! Every problem that Recto can name: one constructor each, so that a code means one thing and its wording stands in one
//! place. `docs/src/diagnostics/` has a page for each code.

pub mod codes;
mod files;
mod keys;
mod articles;
mod themes;
mod checks;

pub use articles::*;
pub use checks::*;
pub use files::*;
pub use keys::*;
pub use themes::*;
