//! Checks output paths that differ only in case or Unicode normalization. They are one file on macOS and Windows. It
//! knows only the plan.

use std::collections::BTreeMap;

use super::subject::Subject;
use crate::base::diag::Diagnostics;
use crate::base::{path, problem};

/// Reports colliding output paths.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let paths: Vec<&str> = subject.plan.outputs.iter().map(|output| &*output.path).collect();
    for (first, path) in pairs(&paths) {
        if let Some(output) = subject.plan.find(path) {
            problems.push(problem::case_twins(output.place(subject.archive), first, path));
        }
    }
}

/// Returns whether a path is ASCII without capitals. Of two colliding paths, at least one is not.
fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
}

/// Returns pairs of colliding paths in a list sorted by bytes. At least one path of a pair is not plain, so only few
/// paths have to be folded.
pub fn pairs<'p>(paths: &[&'p str]) -> Vec<(&'p str, &'p str)> {
    let mut seen: BTreeMap<String, &'p str> = BTreeMap::new();
    let mut found = Vec::new();
    for path in paths.iter().copied().filter(|path| !is_plain(path)) {
        let key = path::fold(path);
        let plain = paths.binary_search(&&*key).ok().map(|at| paths[at]).filter(|plain| *plain != path);
        match plain.or_else(|| seen.get(&key).copied()) {
            Some(first) => found.push((first.min(path), first.max(path))),
            None => drop(seen.insert(key, path)),
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_found() {
        let mut paths = vec!["a/x", "a/X", "b", "\u{c9}", "e\u{301}", "\u{e9}", "Z", "plain"];
        paths.sort_unstable();
        let found = pairs(&paths);
        assert_eq!(found, [("a/X", "a/x"), ("e\u{301}", "\u{e9}"), ("\u{c9}", "\u{e9}")]);
    }
}
