//! What a source may hold: how many files, how deep, how long their names, how many bytes in all, and how much more than
//! the archive that they are packed in. The same for folders and archives. It must not read anything.

use crate::base::diag::quoted;
use crate::base::limits::{IMPORT_BYTES, IMPORT_DEPTH, IMPORT_FILE, IMPORT_FILES, IMPORT_PATH, IMPORT_RATIO};

/// Below this number of bytes the ratio says nothing: a page of blanks is no bomb.
const SMALL: u64 = 1_000_000;

/// Counts the files of a source as they are listed.
#[derive(Debug, Default)]
pub struct SourceTally {
    files: usize,
    bytes: u64,
    /// The bytes of the archive, if it is one.
    packed: Option<u64>,
}

impl SourceTally {
    /// Starts a count. `packed` is the length of the archive.
    pub fn new(packed: Option<u64>) -> SourceTally {
        SourceTally { packed, ..SourceTally::default() }
    }

    /// Counts a file. The error says which limit it exceeds.
    pub fn add(&mut self, path: &str, bytes: u64) -> Result<(), String> {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        let what = quoted(path);
        if self.files > IMPORT_FILES {
            return Err(format!("it has more than {IMPORT_FILES} files"));
        }
        if path.len() > IMPORT_PATH {
            return Err(format!("the path {what} has {} bytes; at most {IMPORT_PATH} are allowed", path.len()));
        }
        let depth = path.split('/').count();
        if depth > IMPORT_DEPTH {
            return Err(format!("{what} lies {depth} levels deep; at most {IMPORT_DEPTH} are allowed"));
        }
        if bytes > IMPORT_FILE {
            return Err(format!("{what} has {bytes} bytes; at most {IMPORT_FILE} are allowed"));
        }
        if self.bytes > IMPORT_BYTES {
            return Err(format!("its files have more than {IMPORT_BYTES} bytes together"));
        }
        match self.packed {
            Some(packed) => check_ratio(self.bytes, packed),
            None => Ok(()),
        }
    }

    /// Counts a folder, which has a depth like a file in it.
    pub fn add_folder(&mut self, path: &str) -> Result<(), String> {
        let depth = path.split('/').count() + 1;
        if depth > IMPORT_DEPTH || path.len() > IMPORT_PATH {
            let what = quoted(path);
            return Err(format!("the folder {what} lies too deep; at most {IMPORT_DEPTH} levels are allowed"));
        }
        Ok(())
    }
}

/// Checks that so many bytes may come out of an archive of this length.
pub fn check_ratio(bytes: u64, packed: u64) -> Result<(), String> {
    if bytes > SMALL && bytes > packed.saturating_mul(IMPORT_RATIO) {
        return Err(format!("it unpacks to more than {IMPORT_RATIO} times its length"));
    }
    Ok(())
}

/// Checks a path that an archive gives a file: relative, without `..`. Returns it with plain slashes.
pub fn inside(name: &str) -> Result<String, String> {
    let refuse = |why: &str| Err(format!("it has an entry {}, {why}", quoted(name)));
    let plain = name.replace('\\', "/");
    if plain.starts_with('/') || plain.get(1..2) == Some(":") {
        return refuse("whose path is absolute");
    }
    if name.chars().any(char::is_control) {
        return refuse("whose path has control characters");
    }
    let mut parts = Vec::new();
    for part in plain.split('/') {
        match part {
            "" | "." => {}
            ".." => return refuse("whose path leads outside"),
            part => parts.push(part),
        }
    }
    match parts.is_empty() {
        true => refuse("which has no name"),
        false => Ok(parts.join("/")),
    }
}

/// Returns whether a link in an archive leads to a place in it.
pub fn leads_inside(link: &str, target: &str) -> bool {
    let target = target.replace('\\', "/");
    if target.starts_with('/') || target.get(1..2) == Some(":") {
        return false;
    }
    let mut depth = link.split('/').count() - 1;
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return false,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    true
}

/// Folders that are no part of a source: repositories, packages, and what systems and editors leave.
pub fn is_left_out(folder: &str) -> bool {
    folder.starts_with('.') || ["node_modules", "__MACOSX", "CVS"].contains(&folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(inside("./a//b.md").as_deref(), Ok("a/b.md"));
        assert_eq!(inside("a\\b.md").as_deref(), Ok("a/b.md"));
        for bad in
            ["../a", "a/../b", "/etc/passwd", "C:\\a", "C:/a", "a\\..\\..\\b", "", "./", "a\u{0}b", "\\\\host\\a"]
        {
            assert!(inside(bad).is_err(), "{bad:?}");
        }
        assert!(leads_inside("a/b/link", "../c") && leads_inside("link", "a"));
        assert!(!leads_inside("a/link", "../../x") && !leads_inside("link", "/etc") && !leads_inside("link", ".."));
    }

    #[test]
    fn a_bomb_is_known_by_its_ratio() {
        assert!(check_ratio(200_000_000, 1_000_000).is_ok() && check_ratio(200_000_001, 1_000_000).is_err());
        assert!(check_ratio(900_000, 100).is_ok());
    }
}
