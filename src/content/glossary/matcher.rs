//! Finds the forms of many terms in a text at once. A table of first characters leaves only a few forms to try at each
//! place.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::folded::{FoldedChar, TermCharClass, TermText};
use super::pattern::{Care, FormPattern};

/// Forms that are searched together.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    patterns: Vec<FormPattern>,
    /// The numbers of the patterns by their first characters: four, or as many as their first word has.
    starts: HashMap<Key, Vec<u32>, RandomState>,
    /// Which numbers of first characters there are.
    lengths: Vec<usize>,
    /// Which first characters occur, as a filter that may let others pass.
    glance: [u64; 8],
    /// Whether some pattern may start inside a word.
    inside: bool,
}

/// The first characters of a pattern, up to four.
type Key = [char; 4];

fn key(chars: &[FoldedChar]) -> Key {
    let mut key = ['\0'; 4];
    key.iter_mut().zip(chars).for_each(|(to, c)| *to = c.lower);
    key
}

/// A form in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormMatch {
    /// The range of characters in the folded text.
    pub start: usize,
    pub end: usize,
    /// The number of the pattern.
    pub pattern: usize,
}

impl Matcher {
    pub fn new(patterns: Vec<FormPattern>) -> Matcher {
        let mut matcher = Matcher { patterns, ..Matcher::default() };
        for (number, pattern) in matcher.patterns.iter().enumerate() {
            let first = pattern.first();
            let (word, bit) = glance(first[0].lower);
            matcher.glance[word] |= bit;
            matcher.inside |= pattern.may_start_inside();
            let length = first.len().min(4);
            if !matcher.lengths.contains(&length) {
                matcher.lengths.push(length);
            }
            matcher.starts.entry(key(&first[..length])).or_default().push(number as u32);
        }
        matcher
    }

    /// Returns every form at every place, by place; at one place, in the order of the patterns.
    pub fn find(&self, text: &TermText, care: Care) -> Vec<FormMatch> {
        let mut found = Vec::new();
        let chars = text.chars();
        let mut before = TermCharClass::Other;
        for (start, c) in chars.iter().enumerate() {
            let is_inside =
                matches!(std::mem::replace(&mut before, c.class), TermCharClass::Word | TermCharClass::Mark);
            let (word, bit) = glance(c.lower);
            if self.glance[word] & bit == 0 || is_inside && !self.inside {
                continue;
            }
            let first = found.len();
            let keys = self.lengths.iter().filter_map(|length| Some(key(chars.get(start..start + length)?)));
            for number in keys.filter_map(|key| self.starts.get(&key)).flatten() {
                let pattern = *number as usize;
                let end = self.patterns[pattern].end(text, start, care);
                found.extend(end.map(|end| FormMatch { start, end, pattern }));
            }
            found[first..].sort_unstable_by_key(|found| found.pattern);
        }
        found
    }

    /// Returns whether a text has one form.
    pub fn is_in(&self, pattern: usize, text: &TermText, care: Care) -> bool {
        let pattern = &self.patterns[pattern];
        let first = pattern.first()[0].lower;
        let starts = text.chars().iter().enumerate().filter(|(_, c)| c.lower == first);
        starts.map(|(start, _)| start).any(|start| pattern.end(text, start, care).is_some())
    }

    /// Returns the longest forms from left to right that do not overlap. Forms with the same place all count.
    pub fn find_longest(&self, text: &TermText, care: Care) -> Vec<FormMatch> {
        let mut all = self.find(text, care);
        all.sort_unstable_by_key(|found| (found.start, std::cmp::Reverse(found.end), found.pattern));
        let mut taken = 0..0;
        all.retain(|found| {
            let same = (found.start..found.end) == taken;
            let free = found.start >= taken.end;
            if free {
                taken = found.start..found.end;
            }
            same || free
        });
        all
    }
}

fn glance(c: char) -> (usize, u64) {
    let hash = (c as u32).wrapping_mul(0x9E37_79B1) >> 23;
    ((hash >> 6) as usize & 7, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matcher(forms: &[(&str, &str)]) -> Matcher {
        Matcher::new(forms.iter().filter_map(|(lang, form)| FormPattern::new(form, lang, false)).collect())
    }

    /// Returns what a form covers in a text, each match after another.
    fn found(lang: &str, form: &str, text: &str, care: Care) -> Vec<String> {
        let folded = TermText::new(text);
        let all = matcher(&[(lang, form)]).find(&folded, care);
        all.into_iter().map(|found| text[folded.source(text, found.start..found.end)].to_owned()).collect()
    }

    #[test]
    fn words_are_found_in_their_forms() {
        let table: &[(&str, &str, &str, &[&str])] = &[
            ("ja", "参議院", "参議院は参議院議員が", &["参議院", "参議院"]),
            ("ja", "インド", "インドネシアとインド", &["インド"]),
            ("ja", "トヨタ", "トヨタ自動車、ﾄﾖﾀ", &["トヨタ", "ﾄﾖﾀ"]),
            ("zh", "国会", "国 会\n", &["国 会"]),
            ("ko", "국회", "국회는 본국회에서 국회의원", &["국회", "국회"]),
            (
                "en",
                "Upper House",
                "The upper house, Upper Houses, an upper-house vote, upperhouse",
                &["upper house", "Upper Houses", "upper-house"],
            ),
            ("en", "ministry", "Ministries’ ministry's ministrystic", &["Ministries", "ministry"]),
            ("en", "Diet", "the Diet’s dietary diets", &["Diet", "diets"]),
            ("en", "US", "let us ask the US or the USA, USs", &["US", "USs"]),
            ("de", "Bundestag", "des Bundestages, Bundestagswahl", &["Bundestages"]),
            ("fr", "député", "les députés et la députée", &["députés", "députée"]),
            (
                "ru",
                "Государственная дума",
                "в Государственной думе, Государственную Думу",
                &["Государственной думе", "Государственную Думу"],
            ),
            ("ru", "партия", "партией и партиями партнёр", &["партией", "партиями"]),
            ("ru", "НАТО", "НАТО натовский", &["НАТО"]),
            ("ar", "البرلمان", "وفي البرلمان وللبرلمان وبرلماننا", &["برلمان", "برلمان", "برلماننا"]),
            ("ar", "دولة", "الدولة ودولتها", &["دولة", "دولتها"]),
            ("he", "כנסת", "בכנסת הכנסת כנסתו", &["כנסת", "כנסת", "כנסתו"]),
            ("th", "รัฐสภา", "ที่รัฐสภาไทย", &["รัฐสภา"]),
            ("vi", "quốc hội", "Quốc hội họp", &["Quốc hội"]),
            ("en", "G7", "the G7 and G70, G7-led", &["G7", "G7"]),
        ];
        for (lang, form, text, expected) in table {
            assert_eq!(found(lang, form, text, Care::Strict), *expected, "{form} in {text}");
        }
        assert_eq!(found("ja", "トヨタ", "トヨタグループ", Care::Lenient), ["トヨタ"]);
        assert_eq!(found("ko", "국회", "본국회에서", Care::Lenient), ["국회"]);
    }

    #[test]
    fn the_longest_form_wins() {
        let forms = [("ja", "参議院"), ("ja", "参議院議員"), ("ja", "議員"), ("ja", "参議院議員")];
        let text = TermText::new("参議院議員と参議院と議員");
        let found = matcher(&forms).find_longest(&text, Care::Strict);
        assert_eq!(found.iter().map(|f| f.pattern).collect::<Vec<_>>(), [1, 3, 0, 2]);
    }

    /// Words of several scripts, to build forms and texts that meet.
    fn word() -> impl Strategy<Value = String> {
        prop::sample::select(vec![
            "参",
            "議院",
            "議",
            "カイロ",
            "カ",
            "ロ",
            "국회",
            "국",
            "upper",
            "House",
            "up",
            "s",
            "es",
            "y",
            "ies",
            "minist",
            "дум",
            "дума",
            "ой",
            "парти",
            "я",
            "ال",
            "برلمان",
            "و",
            "ة",
            "כנסת",
            "ב",
            " ",
            "-",
            "'",
            "。",
            "7",
            "É",
            "e\u{301}",
            "ﾄﾖﾀ",
            "ー",
            "\u{AD}",
            "THE",
            "ไทย",
        ])
        .prop_map(str::to_owned)
    }

    proptest! {
        /// The table of first characters loses nothing and adds nothing.
        #[test]
        fn a_naive_search_finds_the_same(
            forms in prop::collection::vec((prop::sample::select(vec!["ja", "en", "ru", "ar", "ko"]), prop::collection::vec(word(), 1..4), any::<bool>()), 1..12),
            text in prop::collection::vec(word(), 0..40),
        ) {
            let patterns: Vec<FormPattern> =
                forms.iter().filter_map(|(lang, form, exact)| FormPattern::new(&form.concat(), lang, *exact)).collect();
            let text = TermText::new(&text.concat());
            for care in [Care::Strict, Care::Lenient] {
                let mut naive = Vec::new();
                for start in 0..text.chars().len() {
                    for (number, pattern) in patterns.iter().enumerate() {
                        let end = pattern.end(&text, start, care);
                        naive.extend(end.map(|end| FormMatch { start, end, pattern: number }));
                    }
                }
                prop_assert_eq!(&Matcher::new(patterns.clone()).find(&text, care), &naive);
                let longest = Matcher::new(patterns.clone()).find_longest(&text, care);
                prop_assert!(longest.windows(2).all(|pair| pair[0].end <= pair[1].start
                    || (pair[0].start, pair[0].end) == (pair[1].start, pair[1].end)));
                // Nothing is left out but what overlaps an earlier or longer form.
                prop_assert!(naive.iter().all(|found| longest.iter().any(|taken| taken == found
                    || (taken.start < found.end && found.start < taken.end))));
            }
        }

        /// In scripts without spaces, a form is found where its text is.
        #[test]
        fn han_matches_anywhere(form in "[参議院長日本]{1,3}", text in "[参議院長日本。]{0,30}") {
            let found = matcher(&[("ja", &form)]).find(&TermText::new(&text), Care::Strict);
            let (text, form): (Vec<char>, Vec<char>) = (text.chars().collect(), form.chars().collect());
            let naive: Vec<usize> = (0..text.len()).filter(|&at| text[at..].starts_with(&form)).collect();
            prop_assert_eq!(found.iter().map(|found| found.start).collect::<Vec<_>>(), naive);
        }

        /// A form is found in every text that is that form, and a place is always a part of the text.
        #[test]
        fn a_form_is_found_in_itself(form in "\\PC{1,12}", lang in prop::sample::select(vec!["ja", "en", "ru", "ar", "de"])) {
            if let Some(pattern) = FormPattern::new(&form, lang, true) {
                let folded = TermText::new(&form);
                let found = Matcher::new(vec![pattern]).find(&folded, Care::Strict);
                prop_assert!(!found.is_empty(), "{form:?} {folded:?}");
                for found in found {
                    prop_assert!(form.get(folded.source(&form, found.start..found.end)).is_some());
                }
            }
        }
    }
}
