//! `recto align`: shows which blocks of an original and of its translation belong together, and writes marks that fix
//! them.

pub mod pairs;
pub mod show;
pub mod write;
pub mod run;
