//! Paths that are the same file on some systems: those that differ only in case or in the encoding of accents. Only
//! `PathFolding::of` touches the disk; it removes its files again.

use std::collections::BTreeMap;

use crate::base::path::fold;
use crate::system::root::Root;

/// Returns whether two paths may be the same file.
pub fn may_be_one_file(one: &str, other: &str) -> bool {
    one != other && fold(one) == fold(other)
}

/// Returns pairs of a path in one list and one in the other that may be the same file.
pub fn pairs_between<'p>(ones: &[&'p str], others: &[&'p str]) -> Vec<(&'p str, &'p str)> {
    if ones.is_empty() || others.is_empty() {
        return Vec::new();
    }
    let keys: BTreeMap<String, &'p str> = ones.iter().map(|one| (fold(one), *one)).collect();
    let found = others.iter().filter_map(|other| Some((*keys.get(&fold(other))?, *other)));
    found.filter(|(one, other)| one != other).collect()
}

/// Which spellings a file system treats as the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathFolding {
    case: bool,
    accents: bool,
}

impl PathFolding {
    /// Tests the file system with files whose names start with `prefix`, and removes them again.
    pub fn of(root: &Root, prefix: &str) -> PathFolding {
        let finds = |made: &str, asked: &str| {
            let (made, asked) = (format!("{prefix}{made}"), format!("{prefix}{asked}"));
            let found = root.write(&made, b"").is_ok() && root.exists(&asked).unwrap_or(false);
            let _ = root.remove_file(&made);
            found
        };
        PathFolding { case: finds("a", "A"), accents: finds("\u{e9}", "e\u{301}") }
    }

    /// Returns whether two spellings of a path are the same file.
    pub fn makes_one(self, one: &str, other: &str) -> bool {
        let by_case = || one.to_lowercase() == other.to_lowercase();
        let by_accents = || {
            use unicode_normalization::UnicodeNormalization;
            one.nfc().eq(other.nfc())
        };
        match (self.case, self.accents) {
            (true, true) => may_be_one_file(one, other),
            (true, false) => by_case(),
            (false, true) => by_accents(),
            (false, false) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_found() {
        assert_eq!(pairs_between(&["a/x", "b"], &["A/x", "b", "c"]), [("a/x", "A/x")]);
    }

    #[test]
    fn what_is_one_depends_on_the_file_system() {
        let folds = |case, accents| PathFolding { case, accents };
        for (one, other, case, accents) in
            [("Tag/x", "tag/x", true, false), ("\u{e9}", "e\u{301}", false, true), ("\u{c9}", "e\u{301}", true, true)]
        {
            for (c, a) in [(false, false), (false, true), (true, false), (true, true)] {
                let expected = (!case || c) && (!accents || a);
                assert_eq!(folds(c, a).makes_one(one, other), expected, "{one} {other} {c} {a}");
            }
        }
    }

    #[test]
    fn a_file_system_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let folds = PathFolding::of(&root, ".probe");
        root.write("x", b"").unwrap();
        assert_eq!(folds.case, folder.path().join("X").exists());
        root.remove_file("x").unwrap();
        assert!(root.list("").unwrap().is_empty());
    }
}
