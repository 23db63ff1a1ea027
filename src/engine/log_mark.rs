//! What the state says of its log of terms (`term_log.rs`). It must not open the log.

use serde::{Deserialize, Serialize};

/// Which log belongs to a state, and how much of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogMark {
    /// The number of the file.
    pub file: u8,
    /// The bytes that belong to the state; 0 if it has no log.
    pub length: u64,
    /// The bytes of entries that a text has.
    pub live: u64,
}
