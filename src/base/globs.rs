//! Path patterns: `*` and `?` in a name, `**` for any folders. A pattern without a slash matches at any depth, and one
//! that matches a folder matches everything in it. It works on strings, not files.
//!
//! The patterns say which ignored files are published anyway (`[static] include`). So some names must be *named* in a
//! pattern: a wildcard that matches everything does not include them.

use unicode_normalization::UnicodeNormalization;

/// How explicitly a pattern must ask for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameCare {
    /// An ordinary name.
    Plain,
    /// A name that a pattern must ask for, possibly with wildcards.
    Asked,
    /// A name that a pattern must spell out.
    Named,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PatternPart {
    /// Any number of folders, whose names need at most this care.
    Folders(NameCare),
    Name(String),
}

/// A list of patterns, any of which may match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Globs(Vec<Vec<PatternPart>>);

impl Globs {
    /// Adds a pattern. `Err` explains why it is invalid.
    pub fn add(&mut self, pattern: &str) -> Result<(), &'static str> {
        let text: String = pattern.nfc().collect::<String>().replace('\\', "/");
        let text = text.strip_prefix("./").unwrap_or(&text);
        // A path from the site's root works, too.
        let text = text.strip_prefix("static/").unwrap_or(text).trim_end_matches('/');
        let names: Vec<&str> = text.split('/').filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return Err("it matches no file");
        }
        if names.iter().any(|name| matches!(*name, "." | "..")) {
            return Err("it leads out of the folder");
        }
        if text.contains(['{', '}', '[', ']', '!']) {
            return Err("the only wildcards are *, ** and ?");
        }
        let mut parts: Vec<PatternPart> = Vec::new();
        if !text.contains('/') {
            parts.push(PatternPart::Folders(NameCare::Plain));
        }
        parts.extend(names.into_iter().map(|name| match name {
            "**" => PatternPart::Folders(NameCare::Asked),
            name => PatternPart::Name(name.to_owned()),
        }));
        // `a/**` matches everything below `a`.
        if parts.last() == Some(&PatternPart::Folders(NameCare::Asked)) {
            parts.push(PatternPart::Name("*".to_owned()));
        }
        self.0.push(parts);
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether a pattern starts with this folder.
    pub fn begin_with(&self, folder: &str) -> bool {
        self.0.iter().any(|parts| matches!(parts.first(), Some(PatternPart::Name(name)) if name == folder))
    }

    /// Returns whether a pattern matches a path, given as names with the care that each needs.
    pub fn take(&self, path: &[(&str, NameCare)]) -> bool {
        self.0.iter().any(|parts| matches(parts, path, false))
    }

    /// Returns the indices of patterns that match none of these paths. Here a wildcard matches any name.
    pub fn idle<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Vec<usize> {
        let mut idle: Vec<usize> = (0..self.0.len()).collect();
        for path in paths.filter(|_| !self.0.is_empty()) {
            let names: Vec<(&str, NameCare)> = path.split('/').map(|name| (name, NameCare::Plain)).collect();
            idle.retain(|at| !matches(&self.0[*at], &names, false));
            if idle.is_empty() {
                break;
            }
        }
        idle
    }

    /// Returns whether a pattern may match something below this folder.
    pub fn reach(&self, folder: &[(&str, NameCare)]) -> bool {
        self.0.iter().any(|parts| matches(parts, folder, true))
    }
}

/// Returns whether `parts` match a path or, with `begun`, whether they may match a path that starts with this one.
fn matches(parts: &[PatternPart], path: &[(&str, NameCare)], begun: bool) -> bool {
    let Some(((name, care), rest)) = path.split_first() else {
        return begun || parts.iter().all(|part| matches!(part, PatternPart::Folders(_)));
    };
    match parts.split_first() {
        // A pattern that matches a folder also matches everything below it.
        None => path.iter().all(|(_, care)| *care < NameCare::Named),
        Some((PatternPart::Folders(most), after)) => {
            matches(after, path, begun) || (care <= most && matches(parts, rest, begun))
        }
        Some((PatternPart::Name(pattern), after)) => {
            // `.*` includes hidden files, but does not name any particular one.
            let named = pattern.chars().any(|c| !matches!(c, '*' | '?' | '.'));
            (named || *care < NameCare::Named) && is_like(pattern, name) && matches(after, rest, begun)
        }
    }
}

/// Returns whether a pattern of `*` and `?` matches a name.
fn is_like(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.nfc().collect());
    let (mut p, mut n) = (0, 0);
    // The last star, and the end of what it matches so far.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            _ => {
                let Some((at, until)) = star else { return false };
                star = Some((at, until + 1));
                (p, n) = (at + 1, until + 1);
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path in which hidden names must be asked for and names with a tilde must be named.
    fn path(text: &str) -> Vec<(&str, NameCare)> {
        let care = |name: &str| match (name.contains('~'), name.starts_with('.')) {
            (true, _) => NameCare::Named,
            (false, true) => NameCare::Asked,
            (false, false) => NameCare::Plain,
        };
        text.split('/').map(|name| (name, care(name))).collect()
    }

    fn globs(pattern: &str) -> Globs {
        let mut globs = Globs::default();
        globs.add(pattern).expect("a pattern");
        globs
    }

    #[test]
    fn patterns_and_paths() {
        for (pattern, yes, no) in [
            (".a", &[".a", "x/.a", ".a/b/c"][..], &[".ab", ".x/.a", ".a/x~"][..]),
            ("/.a", &[".a", ".a/b"], &["x/b"]),
            (".a/**", &[".a/b", ".a/.b/c"], &[".a", ".a/b~", ".a/x~/y"]),
            ("**", &[".a", ".a/b", "a"], &["a~", "b/a~"]),
            ("**/*.pem", &[".a/x.pem", "x.pem"], &["x.pem.txt"]),
            ("*.pem", &["a/x.pem", "a/x~.pem"], &[".a/x.pem"]),
            ("a/*/c~", &["a/b/c~", "a/.b/c~"], &["a/c~", "a/b/b/c~", "a/b~/c~"]),
            ("*~", &["a~", "x/b~"], &["a"]),
            (".*", &[".a", "x/.b"], &[".a~", "x/.~b"]),
            ("**/.?*", &[".a", "x/.b"], &[".a~"]),
            ("?", &["a", "日"], &["ab", "~"]),
            ("static/.a", &[".a"], &["a"]),
            ("caf\u{e9}~", &["cafe\u{301}~"], &["cafe~"]),
            ("a*b*c", &["abc", "a1b2b3c", "abbc"], &["acb", "ab"]),
        ] {
            for text in yes {
                assert!(globs(pattern).take(&path(text)), "{pattern} {text}");
            }
            for text in no {
                assert!(!globs(pattern).take(&path(text)), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn folders_in_which_something_is_meant() {
        for (pattern, folder, expected) in [
            (".a/b/c~", ".a", true),
            (".a/b/c~", ".a/b", true),
            (".a/b/c~", ".a/c", false),
            ("*.pem", "x~", false),
            ("**", "x~", false),
            ("x~/y", "x~", true),
            (".a", ".a/b", true),
        ] {
            assert_eq!(globs(pattern).reach(&path(folder)), expected, "{pattern} {folder}");
        }
    }

    #[test]
    fn what_is_no_pattern() {
        for bad in ["", "/", "../x", "a/./b", "{a,b}", "[ab]", "!x"] {
            assert!(Globs::default().add(bad).is_err(), "{bad}");
        }
    }
}
