//! Every problem that Recto reports: one constructor each, so that a code means one thing and its wording has one
//! place. They know values and places, and never look anything up. `docs/src/diagnostics/` has a page for each code.

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
