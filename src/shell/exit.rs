//! Exit codes, and errors with advice on what to do. It must not end the program.

use crate::system::disk::DiskError;

pub const CONTENT: u8 = 1;
pub const USAGE: u8 = 2;
pub const CONFIGURATION: u8 = 3;
pub const DISK: u8 = 4;
pub const NETWORK: u8 = 5;

/// An error that ends the run: exit code and message.
pub type ExitError = (u8, String);

pub fn disk_failure(error: DiskError) -> ExitError {
    (DISK, with_help(&error, ""))
}

/// Describes a disk error, its consequences, and what to do.
pub fn with_help(error: &DiskError, note: &str) -> String {
    let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    format!("{error}{note}{help}")
}
