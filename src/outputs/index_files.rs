//! The files of the search index among the outputs. A build makes the index before the plan; elsewhere nobody knows
//! its files before somebody asks for one.

use crate::base::digest::Digest;
use crate::search::index::{ENTRY, IndexFile, WORDS};

/// The folder of the index in the output.
pub const FOLDER: &str = "search/";

/// The files of the index.
#[derive(Debug, Default)]
pub struct IndexFiles {
    /// Sorted by path.
    pub files: Vec<IndexFile>,
    /// Whether these are all files, as a build has made them.
    pub is_made: bool,
}

impl IndexFiles {
    /// Takes the files of an index.
    pub fn made(files: Vec<IndexFile>) -> IndexFiles {
        IndexFiles { files, is_made: true }
    }

    /// Returns the one file that every index has.
    pub fn unmade() -> IndexFiles {
        let entry = IndexFile { path: ENTRY.into(), digest: Digest::default(), bytes: None };
        IndexFiles { files: vec![entry], is_made: false }
    }
}

/// Returns whether only a build plans the output at this path: a file of the index that is not its first.
pub fn is_only_built(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|file| file.ends_with(".bin") && file != ENTRY)
}

/// Returns whether a file names others, and so is written after them.
pub fn names_others(file: &IndexFile) -> bool {
    matches!(&*file.path, ENTRY | WORDS)
}
