//! Languages as sources name them. It must not know texts.

use std::collections::BTreeMap;

use crate::base::language;
use crate::import::import_map::ImportMap;

/// Names that are no tags, although `language::suggest` reads them as a language without its script.
const LOCALES: [(&str, &str); 8] = [
    ("zh-cn", "zh-Hans"),
    ("zh-sg", "zh-Hans"),
    ("cn", "zh-Hans"),
    ("zh-tw", "zh-Hant"),
    ("zh-hk", "zh-Hant"),
    ("zh-mo", "zh-Hant"),
    ("tw", "zh-Hant"),
    ("hk", "zh-Hant"),
];

/// Finds tags for names of languages, each once.
#[derive(Debug, Default)]
pub struct LanguageNames {
    known: BTreeMap<String, Option<String>>,
}

impl LanguageNames {
    /// Returns the tag for what a source calls a language; `None` if it is none.
    pub fn tag(&mut self, name: &str, map: &ImportMap) -> Option<String> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let found = tag(map.language(name).unwrap_or(name));
        self.known.insert(name.to_owned(), found.clone());
        found
    }
}

fn tag(name: &str) -> Option<String> {
    let plain = name.trim().replace('_', "-");
    let lower = plain.to_lowercase();
    if let Some((_, tag)) = LOCALES.iter().find(|(locale, _)| *locale == lower) {
        return Some((*tag).to_owned());
    }
    language::canonical_tag(&plain)
        .filter(|tag| language::doubt(tag).is_none())
        .or_else(|| language::suggest(&plain).and_then(|tag| language::canonical_tag(&tag)))
}

/// Returns whether two tags name the same written language: `en` and `en-US`, `zh` and `zh-Hans`, but not `zh-Hans` and
/// `zh-Hant`.
pub fn is_same(one: &str, other: &str) -> bool {
    let parts = |tag: &str| {
        let mut parts = tag.split('-');
        let language = parts.next().unwrap_or_default().to_owned();
        (language, parts.find(|part| part.len() == 4).map(str::to_owned))
    };
    let ((a, a_script), (b, b_script)) = (parts(one), parts(other));
    a == b && (a_script.is_none() || b_script.is_none() || a_script == b_script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_tags() {
        let map = ImportMap::parse("[languages]\nroman = \"sr-Latn\"\n").unwrap();
        let mut names = LanguageNames::default();
        for (name, tag) in [
            ("zh_cn", Some("zh-Hans")),
            ("zh-TW", Some("zh-Hant")),
            ("ja", Some("ja")),
            ("en_US", Some("en-US")),
            ("Japanese", Some("ja")),
            ("jp", Some("ja")),
            ("roman", Some("sr-Latn")),
            ("??", None),
        ] {
            assert_eq!(names.tag(name, &map).as_deref(), tag, "{name}");
        }
        assert!(is_same("zh", "zh-Hans") && is_same("en-US", "en") && !is_same("zh-Hans", "zh-Hant"));
        assert!(!is_same("en", "ja"));
    }
}
