//! Stems: which forms of a word belong together, by the Snowball stemmers. A browser gets links between forms instead
//! of stemmers.
//!
//! Without the feature `search`, no language has a stemmer.

/// The number of a language that has a stemmer; 0 for any other. It is the place of its tag among all, from 1, so that
/// the order of numbers is that of tags.
pub type LanguageNumber = u8;

#[cfg(feature = "search")]
mod snowball {
    use snowball_stemmers_rs::Algorithm;

    /// The languages with a stemmer, sorted by their tags. Arabic and Persian are not among them: their words are cut
    /// to light stems as terms.
    pub const STEMMERS: [(&str, Algorithm); 35] = [
        ("ca", Algorithm::Catalan),
        ("cs", Algorithm::Czech),
        ("da", Algorithm::Danish),
        ("de", Algorithm::German),
        ("el", Algorithm::Greek),
        ("en", Algorithm::English),
        ("eo", Algorithm::Esperanto),
        ("es", Algorithm::Spanish),
        ("et", Algorithm::Estonian),
        ("eu", Algorithm::Basque),
        ("fi", Algorithm::Finnish),
        ("fr", Algorithm::French),
        ("ga", Algorithm::Irish),
        ("hi", Algorithm::Hindi),
        ("hu", Algorithm::Hungarian),
        ("hy", Algorithm::Armenian),
        ("id", Algorithm::Indonesian),
        ("it", Algorithm::Italian),
        ("lt", Algorithm::Lithuanian),
        ("nb", Algorithm::Norwegian),
        ("ne", Algorithm::Nepali),
        ("nl", Algorithm::Dutch),
        ("nn", Algorithm::Norwegian),
        ("no", Algorithm::Norwegian),
        ("pl", Algorithm::Polish),
        ("pt", Algorithm::Portuguese),
        ("ro", Algorithm::Romanian),
        ("ru", Algorithm::Russian),
        ("sr", Algorithm::Serbian),
        ("st", Algorithm::Sesotho),
        ("sv", Algorithm::Swedish),
        ("ta", Algorithm::Tamil),
        ("tr", Algorithm::Turkish),
        ("uk", Algorithm::Ukrainian),
        ("yi", Algorithm::Yiddish),
    ];
}

/// How many languages have a stemmer, and one.
pub const LANGUAGES: usize = 36;

/// Returns the number of a language, by the first part of its tag.
#[cfg(feature = "search")]
pub fn language(tag: &str) -> LanguageNumber {
    let first = tag.split('-').next().unwrap_or_default();
    let at = snowball::STEMMERS.binary_search_by(|(known, _)| (*known).cmp(first));
    at.map_or(0, |at| at as u8 + 1)
}

#[cfg(not(feature = "search"))]
pub fn language(_tag: &str) -> LanguageNumber {
    0
}

/// Returns whether a term can have a stem: a word that begins with a letter. Facets, numbers and quantities have none.
pub fn is_word(term: &str) -> bool {
    term.chars().next().is_some_and(char::is_alphabetic)
}

/// Returns the stem of a word in the language with this number; `None` if it has no stemmer.
#[cfg(feature = "search")]
pub fn stem(language: LanguageNumber, word: &str) -> Option<std::borrow::Cow<'_, str>> {
    let (_, algorithm) = snowball::STEMMERS.get(usize::from(language).checked_sub(1)?)?;
    Some(snowball_stemmers_rs::Stemmer::create(*algorithm).stem(word))
}

#[cfg(not(feature = "search"))]
pub fn stem(_language: LanguageNumber, _word: &str) -> Option<std::borrow::Cow<'_, str>> {
    None
}

#[cfg(all(test, feature = "search"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn languages_are_known_by_their_first_part() {
        let tags = snowball::STEMMERS.map(|(tag, _)| tag);
        assert!(tags.is_sorted() && tags.len() + 1 == LANGUAGES);
        assert_eq!((language("en"), language("pt-BR")), (6, 26));
        assert_eq!([language("ja"), language("zh-Hans"), language("ar"), language("")], [0; 4]);
        assert_eq!(stem(language("en-GB"), "harbours").as_deref(), Some("harbour"));
        assert_eq!(stem(language("ru"), "газеты"), stem(language("ru"), "газета"));
        assert_eq!((stem(0, "fog"), stem(200, "fog")), (None, None));
    }

    proptest! {
        /// Terms come from any text: a stemmer may get a word of any script, cut anywhere.
        #[test]
        fn stemmers_take_any_word(word in "\\PC{0,12}", letters in "[a-zçéßœşıа-яёіїєґα-ωϊա-ֆऀ-ॿ஀-௿א-ת\u{300}-\u{308}']{0,16}") {
            for language in 0..=LANGUAGES as u8 {
                stem(language, &word);
                stem(language, &letters);
            }
        }
    }
}
