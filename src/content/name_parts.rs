//! The parts of a personal name: the family name, for citations and for sorting, and the rest. It must not know where
//! a name is written.
//!
//! A family name that an author gives always counts. Without one, the order of the parts is the usual order of the
//! script, and anything that may be the name of a desk, an agency or a newspaper is left whole: a person with an
//! undivided name is a smaller mistake than a desk with a family.

use std::borrow::Cow;

use super::byline_words;

/// A name as citations need it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NameParts<'a> {
    /// The name of a desk or an agency, or one that cannot be divided.
    Whole(&'a str),
    Person {
        family: &'a str,
        given: Cow<'a, str>,
    },
}

impl<'a> NameParts<'a> {
    /// Divides a name. `family` is a part of it, if it is given.
    pub fn new(name: &'a str, family: Option<&'a str>, team: bool) -> NameParts<'a> {
        if team {
            return NameParts::Whole(name);
        }
        let given = family.and_then(|family| Some((family, without(name, family)?)));
        match given.or_else(|| usual(name)) {
            Some((family, given)) if !given.is_empty() => NameParts::Person { family, given },
            _ => NameParts::Whole(name),
        }
    }

    /// Returns `Family, Given`, the form of indexes, or the whole name.
    pub fn inverted(&self) -> Cow<'a, str> {
        match self {
            NameParts::Whole(name) => Cow::Borrowed(name),
            NameParts::Person { family, given } => Cow::Owned(format!("{family}, {given}")),
        }
    }
}

/// Returns the rest of a name without its family name, which may stand anywhere in it, but not inside a word. Names in
/// Chinese characters, kana and Hangul have no spaces.
pub fn without<'a>(name: &'a str, family: &str) -> Option<Cow<'a, str>> {
    let is_edge = |left: Option<char>, right: Option<char>| match (left, right) {
        (Some(left), Some(right)) => !left.is_alphanumeric() || !right.is_alphanumeric() || is_unspaced(left),
        _ => true,
    };
    let is_part = |&(at, _): &(usize, &str)| {
        let (before, after) = (&name[..at], &name[at + family.len()..]);
        is_edge(before.chars().next_back(), family.chars().next())
            && is_edge(family.chars().next_back(), after.chars().next())
    };
    let (at, _) = name.match_indices(family).find(is_part)?;
    Some(joined(&name[..at], &name[at + family.len()..]))
}

/// Joins what stands before and after a family name.
fn joined<'a>(before: &'a str, after: &'a str) -> Cow<'a, str> {
    let trim = |text: &'a str| text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '・' | '·'));
    match (trim(before), trim(after)) {
        ("", rest) | (rest, "") => Cow::Borrowed(rest),
        (before, after) => Cow::Owned(format!("{before} {after}")),
    }
}

/// Returns whether a letter belongs to a script that writes a name without a space between its parts.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Returns the family name and the rest by the usual order of the script: first in Chinese characters, kana and Hangul,
/// last in Latin, Greek and Cyrillic letters. Names in other scripts stay whole.
fn usual(name: &str) -> Option<(&str, Cow<'_, str>)> {
    if byline_words::is_team(name) || byline_words::is_role(name) {
        return None;
    }
    if let Some((family, given)) = name.split_once([' ', '\u{3000}'])
        && family.chars().chain(given.chars()).all(is_unspaced)
    {
        return Some((family, Cow::Borrowed(given)));
    }
    let mut words: Vec<(usize, &str)> = Vec::new();
    for word in name.split(' ') {
        let at = words.last().map_or(0, |(at, word)| at + word.len() + 1);
        words.push((at, word));
    }
    if !(2..=5).contains(&words.len()) || !words.iter().all(|(_, word)| is_of_person(word)) {
        return None;
    }
    let last = words.iter().rposition(|(_, word)| !byline_words::is_suffix(word)).filter(|last| *last > 0)?;
    let first = (1..last).rev().take_while(|&at| byline_words::is_particle(words[at].1)).last().unwrap_or(last);
    let (start, end) = (words[first].0, words[last].0 + words[last].1.len());
    Some((&name[start..end], joined(&name[..start], &name[end..])))
}

/// Returns whether a word may be part of a personal name: it has no digits or marks, and begins with a capital letter
/// or is a particle such as `van`.
fn is_of_person(word: &str) -> bool {
    let cased = |c: char| matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}');
    let first = word.chars().next();
    word.chars().all(|c| cased(c) || matches!(c, '.' | '-' | '\'' | '’' | '\u{300}'..='\u{36f}'))
        && (first.is_some_and(char::is_uppercase) || byline_words::is_particle(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &str) -> String {
        NameParts::new(name, None, false).inverted().into_owned()
    }

    #[test]
    fn the_usual_order() {
        for (name, inverted) in [
            ("John Smith", "Smith, John"),
            ("J. R. Smith Jr.", "Smith, J. R. Jr."),
            ("Ludwig van der Berg", "van der Berg, Ludwig"),
            ("Анна Каренина", "Каренина, Анна"),
            ("鬼塚 佐江", "鬼塚, 佐江"),
            ("김 민수", "김, 민수"),
        ] {
            assert_eq!(parts(name), inverted, "{name}");
        }
    }

    #[test]
    fn desks_and_agencies_are_one_name() {
        for name in [
            "Reuters",
            "Halcyon Desk",
            "Yomiuri Political Desk",
            "Kyodo News",
            "The Quay Post",
            "Ministry of Fisheries",
            "Asahi Shimbun",
            "La Rédaction",
            "朝日新聞 政治部",
            "鬼塚佐江",
            "석민재 기자",
            "Staff Writer",
            "ジョン・スミス",
            "محمد علي",
            "Team 7",
            "Smith (London)",
            "Smith & Sons",
            "a writer",
            "",
        ] {
            assert_eq!(NameParts::new(name, None, false), NameParts::Whole(name));
        }
    }

    #[test]
    fn a_family_name_that_is_given_counts() {
        let inverted = |name, family| NameParts::new(name, Some(family), false).inverted().into_owned();
        assert_eq!(inverted("Onizuka Sae", "Onizuka"), "Onizuka, Sae");
        assert_eq!(inverted("鬼塚佐江", "鬼塚"), "鬼塚, 佐江");
        assert_eq!(inverted("Gabriel García Márquez", "García Márquez"), "García Márquez, Gabriel");
        assert_eq!(inverted("Ana Lima Neto (Lisbon)", "Lima"), "Lima, Ana Neto (Lisbon)");
        assert_eq!(inverted("Sukarno", "Sukarno"), "Sukarno");
        assert_eq!((without("Annette Ann", "Ann").as_deref(), without("Annette", "Ann")), (Some("Annette"), None));
        assert_eq!(NameParts::new("Onizuka Sae", Some("Onizuka"), true), NameParts::Whole("Onizuka Sae"));
    }
}
