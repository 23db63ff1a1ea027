//! Names that no file in an output folder may have: those of a Git repository, and Recto's own.
//!
//! File systems treat many names as equal. NTFS drops dots and spaces at the end of a name, reads the part after a
//! colon as a stream of the file, treats `\` as a slash and creates short names (`git~1`). HFS+ ignores invisible
//! characters. Both ignore case. A name is rejected if any of them may take it for a repository; Git itself refuses
//! such names in a tree.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::diag::is_unseen;

/// The reason why a name is rejected.
pub const GIT: &str = "Git would treat it as a repository";
pub const OWN: &str = "Recto reserves this name for its own files";
const SERVER: &str = "Git or a web server would read it as its settings";

/// Files that configure a program. Some of them may be in `static/`, where the owner put them.
const SETTINGS: [&str; 11] = [
    ".gitmodules",
    ".gitattributes",
    ".htaccess",
    ".htpasswd",
    ".user.ini",
    "web.config",
    "gitmod~1",
    "gi7eba~1",
    "gitatt~1",
    "gi7d29~1",
    "htacce~1",
];

/// Files that hosts read at the root of a site. Recto writes them for hosts that use them.
const OF_HOSTS: [&str; 5] = ["_redirects", "_headers", "_worker.js", "_routes.json", ".nojekyll"];

/// Returns why no file or folder of an output may have this name, if it is reserved.
pub fn name(segment: &str) -> Option<&'static str> {
    pieces(segment)?.find_map(|piece| {
        if piece == ".git" || is_short(&piece, "git") {
            return Some(GIT);
        }
        let own = piece == ".recto" || piece.starts_with(".recto-");
        (own || is_short(&piece, "recto") || is_short(&piece, "recto-")).then_some(OWN)
    })
}

/// Returns whether a file of this name holds settings. No folder may have such a name, which would break Git and web
/// servers.
pub fn is_setting(segment: &str) -> bool {
    pieces(segment).is_some_and(|mut pieces| pieces.any(|piece| SETTINGS.contains(&&*piece)))
}

/// Checks a path that comes from a text. There, names of server settings are reserved, too.
pub fn in_address(path: &str) -> Option<&'static str> {
    let first = path.split('/').next().unwrap_or_default();
    if first.starts_with(['_', '.']) && OF_HOSTS.iter().any(|own| own.eq_ignore_ascii_case(first)) {
        return Some("hosts give a file of this name a special meaning");
    }
    let of = |segment: &str| name(segment).or_else(|| is_setting(segment).then_some(SERVER));
    path.split('/').find_map(of)
}

/// Returns whether `recto serve` answers this path itself.
pub fn is_of_serve(path: &str) -> bool {
    path.starts_with('_') && path.split('/').next().is_some_and(|first| first.eq_ignore_ascii_case("__recto"))
}

/// Returns the names that file systems may read a segment as, or `None` for the many names that are unambiguous.
fn pieces(segment: &str) -> Option<impl Iterator<Item = Cow<'_, str>>> {
    let odd = |byte: u8| matches!(byte, b'~' | b'\\' | b':') || byte >= 0x80;
    let first = segment.bytes().next()?;
    let plain = first != b'.' && first | 0x20 != b'w' && !segment.bytes().any(odd);
    (!plain).then(|| segment.split(['\\', ':']).filter(|piece| may_be(piece)).map(plain_name))
}

/// Returns whether a name starts like a reserved one. Most names in other scripts do not, and need no further checks.
fn may_be(piece: &str) -> bool {
    let first = piece.chars().find(|c| !is_ignored(c)).and_then(|c| std::iter::once(c).nfkc().next());
    first.is_some_and(|c| matches!(c.to_ascii_lowercase(), '.' | 'g' | 'h' | 'r' | 'w'))
}

/// Returns whether HFS+ drops a character from names, or it is otherwise invisible.
fn is_ignored(c: &char) -> bool {
    is_unseen(*c) || c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{FE00}'..='\u{FE0F}')
}

/// Returns a name as the most lenient file system reads it.
fn plain_name(piece: &str) -> Cow<'_, str> {
    let end = |name: &str| name.trim_end_matches(['.', ' ']).len();
    if piece.is_ascii() && !piece.bytes().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_control()) {
        return Cow::Borrowed(&piece[..end(piece)]);
    }
    let mut name: String = piece.nfkc().filter(|c| !is_ignored(c)).flat_map(char::to_lowercase).collect();
    name.truncate(end(&name));
    Cow::Owned(name)
}

/// Returns whether this is the short name that Windows gives to a file: `git~1`.
fn is_short(piece: &str, name: &str) -> bool {
    let number = piece.strip_prefix(name).and_then(|rest| rest.strip_prefix('~'));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_is_known() {
        for bad in [
            ".git",
            ".GIT",
            ".Git",
            "git~1",
            "GIT~1",
            "GiT~2",
            "git~1.",
            ".git.",
            ".git ",
            ".git . .",
            ".git::$INDEX_ALLOCATION",
            ".git:x",
            "git~1:stream",
            "x\\.git",
            ".git\\config",
            ".g\u{200C}it",
            "\u{FEFF}.git",
            ".gi\u{200D}t",
            ".git\u{202E}",
            ".g\u{206A}i\u{206F}t",
            ".GI\u{200B}T\u{AD}. ",
            "．git",
            ".ｇｉｔ",
            "ｇｉｔ～１",
            ".recto",
            ".RECTO",
            ".recto-manifest",
            ".Recto-x",
            ".recto.",
            "recto~1",
            "RECTO-~3",
            ".re\u{200D}cto",
        ] {
            assert!(name(bad).is_some(), "{bad:?}");
            assert!(in_address(&format!("a/{bad}/b")).is_some(), "{bad:?}");
        }
        for good in [
            "git",
            "recto",
            "a.git",
            ".github",
            ".gitea",
            "git~",
            "git~x",
            "~1",
            "digit~1",
            ".rectory",
            "legit",
            "日本",
            "gitmod~1",
            ".htaccess",
            "web.config",
            ".well-known",
            "",
            "w",
            "می\u{200C}خواهم",
        ] {
            assert!(name(good).is_none(), "{good:?}");
        }
        for bad in [".htaccess", "a/Web.Config", "x/.GITMODULES/y", "gi7eba~1", ".gitattributes."] {
            assert!(in_address(bad).is_some(), "{bad:?}");
        }
        assert!(
            in_address("_redirects").is_some()
                && in_address("_Headers/x").is_some()
                && in_address("a/_headers").is_none()
        );
        assert!(in_address("2021/03/24/webb.config.uration").is_none());
        assert!(is_of_serve("__recto/x") && is_of_serve("__RECTO") && !is_of_serve("a/__recto") && !is_of_serve("__r"));
    }

    proptest! {
        /// Invisible characters may be anywhere in the name, and characters that NTFS drops may follow it.
        #[test]
        fn disguises_are_seen_through(
            which in prop::sample::select(vec![".git", ".recto", ".recto-manifest", "git~1"]),
            capitals in any::<u32>(),
            hidden in prop::collection::vec((0usize..16, prop::sample::select(vec!['\u{200C}', '\u{200D}', '\u{200E}', '\u{202A}', '\u{2066}', '\u{206F}', '\u{FEFF}'])), 0..6),
            end in "[. ]{0,4}(:[$a-zA-Z_:]{0,12})?",
        ) {
            let mut chars: Vec<char> = which.chars().enumerate()
                .map(|(at, c)| if capitals >> at & 1 == 1 { c.to_ascii_uppercase() } else { c })
                .collect();
            for (at, c) in hidden {
                chars.insert(at.min(chars.len()), c);
            }
            let spelled: String = chars.into_iter().collect::<String>() + &end;
            prop_assert!(name(&spelled).is_some(), "{spelled:?}");
        }

        #[test]
        fn no_name_makes_it_panic(text in any::<String>()) {
            name(&text);
            in_address(&text);
        }
    }
}
