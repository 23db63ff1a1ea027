//! Lower and upper case by the language of a site: Turkish and Azeri write i with a dot and ı without one, Lithuanian
//! keeps the dot below an accent. All other languages follow Unicode's default. Knows strings only.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_locale::LanguageIdentifier;
use icu_locale::langid;

/// The rules of a language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseMapping {
    #[default]
    Plain,
    Turkic,
    Lithuanian,
}

impl CaseMapping {
    /// Of a canonical tag.
    pub fn of(tag: &str) -> CaseMapping {
        match tag.split('-').next() {
            Some("tr" | "az") => CaseMapping::Turkic,
            Some("lt") => CaseMapping::Lithuanian,
            _ => CaseMapping::Plain,
        }
    }

    fn language(self) -> LanguageIdentifier {
        match self {
            CaseMapping::Plain => LanguageIdentifier::UNKNOWN,
            CaseMapping::Turkic => langid!("tr"),
            CaseMapping::Lithuanian => langid!("lt"),
        }
    }

    /// What of a text has rules of its own, lowered; for most languages that is nothing, and costs nothing.
    pub fn prepare(self, text: &str) -> Cow<'_, str> {
        match self {
            CaseMapping::Plain => Cow::Borrowed(text),
            _ => CaseMapper::new().lowercase_to_string(text, &self.language()),
        }
    }

    pub fn lower(self, text: &str) -> String {
        self.prepare(text).chars().flat_map(char::to_lowercase).collect()
    }

    pub fn upper(self, text: &str) -> String {
        match self {
            CaseMapping::Plain => text.to_uppercase(),
            _ => CaseMapper::new().uppercase_to_string(text, &self.language()).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_its_own_letters() {
        let table = [
            ("tr", "İSTANBUL VE IĞDIR", "istanbul ve ığdır"),
            ("tr-CY", "I\u{307}", "i"),
            ("az-Latn", "BAKI", "bakı"),
            ("en", "IĞDIR", "iğdir"),
            ("en", "İ", "i\u{307}"),
            ("lt", "Ì", "i\u{307}\u{300}"),
            ("lt", "I", "i"),
        ];
        for (tag, text, lowered) in table {
            assert_eq!(CaseMapping::of(tag).lower(text), lowered, "{tag}: {text}");
        }
        assert_eq!((&*CaseMapping::of("tr").upper("iı"), &*CaseMapping::of("en").upper("iı")), ("İI", "II"));
    }
}
