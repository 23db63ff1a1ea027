//! Every problem that Recto reports has one constructor here, so that each code has one meaning and one wording. The
//! constructors receive values and places, and look nothing up. `docs/src/diagnostics/` has a page for each code.

pub mod codes;
mod files;
mod keys;
mod articles;
mod themes;
mod checks;
mod glossary;
mod alignment;

pub use alignment::*;
pub use articles::*;
pub use checks::*;
pub use files::*;
pub use glossary::*;
pub use keys::*;
pub use themes::*;
