//! `recto import`: reads a source from the disk, and writes what `crate::import` makes of it into a site.

pub mod open_source;
pub mod git_history;
pub mod new_site;
pub mod site_files;
pub mod run;
