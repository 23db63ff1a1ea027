//! Floor 6: doors and windows. Arguments, streams, the clock.

pub mod cli;
pub mod init;
pub mod new;
pub mod report;
