//! Lower and upper case in the site's language: Turkish and Azeri distinguish i with and without a dot, and Lithuanian
//! keeps the dot below an accent. All other languages use Unicode's default rules.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_locale::LanguageIdentifier;
use icu_locale::langid;

/// The case rules of a language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseMapping {
    #[default]
    Plain,
    Turkic,
    Lithuanian,
}

impl CaseMapping {
    /// Returns the rules for a canonical tag.
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

    /// Lowers the characters that have special rules. For most languages this returns the text unchanged, at no cost.
    pub fn prepare(self, text: &str) -> Cow<'_, str> {
        match self {
            CaseMapping::Plain => Cow::Borrowed(text),
            _ => CaseMapper::new().lowercase_to_string(text, &self.language()),
        }
    }

    /// Converts a text to lower case.
    pub fn lower(self, text: &str) -> String {
        self.prepare(text).chars().flat_map(char::to_lowercase).collect()
    }

    /// Converts a text to upper case.
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
