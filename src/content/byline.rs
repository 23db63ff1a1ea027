//! Reads a name that is written as one text: `Onizuka, Sae`, or a whole byline such as `BY TOMOHIRO OSAKI, STAFF
//! WRITER`. A table says the same without a doubt; the reader of front matter suggests one for a byline.

use super::{byline_words, name_parts};

/// What a text says of a person or a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Byline {
    /// The name as a page prints it.
    pub name: String,
    pub family: Option<String>,
    pub role: Option<String>,
    /// Whether the text has more than a name.
    pub doubtful: bool,
}

/// Reads a text. A comma separates a family name from the rest, or a name from a role. If it may separate anything
/// else, the text stays whole.
pub fn read(text: &str) -> Byline {
    let bare = without_by(text);
    let doubtful = bare.len() < text.len();
    let whole = |name: &str| Byline { name: name.to_owned(), family: None, role: None, doubtful };
    let parts: Vec<&str> = bare.split([',', '，']).map(str::trim).collect();
    if parts.len() == 1 || parts.iter().any(|part| part.is_empty() || byline_words::is_suffix(part)) {
        return whole(bare);
    }
    let role = parts.iter().skip(1).position(|part| is_role(part, bare)).map(|at| at + 1);
    let names = &parts[..role.unwrap_or(parts.len())];
    let name = match *names {
        [name] => whole(name),
        [family, given] if may_be_inverted(family, given) => inverted(family, given),
        _ => return whole(bare),
    };
    Byline { doubtful: doubtful || role.is_some(), role: role.map(|at| parts[at..].join(", ")), ..name }
}

/// Returns a text without the word that introduces a byline.
fn without_by(text: &str) -> &str {
    let by = text.get(..3).filter(|by| by.eq_ignore_ascii_case("by "));
    by.map_or(text, |by| text[by.len()..].trim_start())
}

/// Returns whether a part of a byline is a role. Names have capital letters, in scripts that have them.
fn is_role(part: &str, byline: &str) -> bool {
    let is_small = |text: &str| text.starts_with(char::is_lowercase);
    (is_small(part) && !is_small(byline)) || byline_words::is_role(part)
}

/// Returns whether these are the two parts of one name. Two words on both sides are more probably two people, and
/// after the name of a desk stands its place.
fn may_be_inverted(family: &str, given: &str) -> bool {
    let words = |text: &str| text.split_whitespace().count();
    let of_person = |text: &str| !byline_words::is_team(text) && !text.contains(|c: char| c.is_ascii_digit());
    words(family) <= 3
        && words(given) <= 3
        && (words(family) == 1 || words(given) == 1)
        && of_person(family)
        && of_person(given)
}

fn inverted(family: &str, given: &str) -> Byline {
    let unspaced = format!("{family}{given}").chars().all(name_parts::is_unspaced);
    let name = if unspaced { format!("{family} {given}") } else { format!("{given} {family}") };
    Byline { name, family: Some(family.to_owned()), role: None, doubtful: false }
}

/// Returns a text with the usual capitals, if it has no small letters.
pub fn uncapitalized(text: &str, title: bool) -> String {
    if text.contains(char::is_lowercase) || !text.contains(char::is_uppercase) {
        return text.to_owned();
    }
    let mut inside = !title;
    let small = |c: char| {
        let keep = !std::mem::replace(&mut inside, !title || c.is_alphanumeric() || c == '\'' || c == '’');
        if keep { c.to_string() } else { c.to_lowercase().to_string() }
    };
    text.chars().map(small).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        let Byline { name, family, role, doubtful } = read(text);
        let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        format!("{name} | {} | {}{}", or(family), or(role), if doubtful { " ?" } else { "" })
    }

    #[test]
    fn texts() {
        for (text, read) in [
            ("Onizuka Sae", "Onizuka Sae | - | -"),
            ("Fujita, Hiromichi", "Hiromichi Fujita | Fujita | -"),
            ("García Márquez, Gabriel", "Gabriel García Márquez | García Márquez | -"),
            ("鬼塚，佐江", "鬼塚 佐江 | 鬼塚 | -"),
            ("BY TOMOHIRO OSAKI, STAFF WRITER", "TOMOHIRO OSAKI | - | STAFF WRITER ?"),
            ("By John Smith", "John Smith | - | - ?"),
            ("John Smith, Tokyo correspondent, The Quay Post", "John Smith | - | Tokyo correspondent, The Quay Post ?"),
            ("Osaki, Tomohiro, staff writer", "Tomohiro Osaki | Osaki | staff writer ?"),
            ("鬼塚佐江, 政治部記者", "鬼塚佐江 | - | 政治部記者 ?"),
            ("Jean Dupont, envoyé spécial", "Jean Dupont | - | envoyé spécial ?"),
            ("Анна Каренина, корреспондент", "Анна Каренина | - | корреспондент ?"),
            ("Mok Jaei, librarian", "Mok Jaei | - | librarian ?"),
            ("Halcyon Desk, Tokyo", "Halcyon Desk, Tokyo | - | -"),
            ("John Smith, Mary Jones", "John Smith, Mary Jones | - | -"),
            ("A, B, C", "A, B, C | - | -"),
            ("John Smith, Jr.", "John Smith, Jr. | - | -"),
            ("Harbour Press, Inc.", "Harbour Press, Inc. | - | -"),
            ("Byron Smith", "Byron Smith | - | -"),
            ("Smith,", "Smith, | - | -"),
        ] {
            assert_eq!(line(text), read, "{text}");
        }
    }

    #[test]
    fn capitals() {
        assert_eq!(uncapitalized("TOMOHIRO O'HARA-OSAKI", true), "Tomohiro O'hara-Osaki");
        assert_eq!(
            (uncapitalized("STAFF WRITER", false), uncapitalized("NHK writer", false)),
            ("staff writer".into(), "NHK writer".into())
        );
    }
}
