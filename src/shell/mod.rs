//! Floor 6: doors and windows. Arguments, streams, the clock.

pub mod report;
pub mod init;
pub mod new;
pub mod cli;
