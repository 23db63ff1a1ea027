//! Cutting: a folded text becomes terms. `search.js` cuts queries by the same rules.
//!
//! - A word is a run of letters, marks and digits. An apostrophe or hyphen ends it.
//! - A number with separators is a term without its separators of thousands and with a decimal point: `1,234.5` is
//!   `1234.5`. Other chains of numbers, such as dates, are cut at their separators.
//! - A word in Arabic letters is its light stem.
//! - A run of ideographs and kana, of Hangul, or of a writing without spaces is each pair of neighbouring characters; a
//!   run of one character is that character.

use unicode_normalization::char::is_combining_mark;

use super::arabic;
use super::char_table::{ARABIC, HANGUL, IDEOGRAPHS, UNSPACED, is_in};
use super::text_terms::LONGEST_TERM;

/// What a character is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CharClass {
    /// What stands between terms.
    Other,
    Word,
    Digit,
    Arabic,
    Ideograph,
    Hangul,
    /// A letter of a writing without spaces.
    Unspaced,
}

/// The classes of ASCII.
const ASCII: [CharClass; 128] = {
    let mut classes = [CharClass::Other; 128];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_digit() {
            classes[byte] = CharClass::Digit;
        } else if (byte as u8).is_ascii_alphabetic() {
            classes[byte] = CharClass::Word;
        }
        byte += 1;
    }
    classes
};

#[inline]
fn class(c: char) -> CharClass {
    if let Some(class) = ASCII.get(c as usize) {
        return *class;
    }
    match c {
        // The common writings, so that most characters need no table.
        '\u{df}'..='\u{24f}' if c != '÷' => CharClass::Word,
        '\u{430}'..='\u{45f}' | '\u{5d0}'..='\u{5ea}' => CharClass::Word,
        '\u{627}'..='\u{63a}' | '\u{641}'..='\u{64a}' => CharClass::Arabic,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' => CharClass::Ideograph,
        '\u{ac00}'..='\u{d7a3}' => CharClass::Hangul,
        '\u{2010}'..='\u{2060}' | '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => CharClass::Other,
        _ => rare_class(c),
    }
}

fn rare_class(c: char) -> CharClass {
    match c {
        _ if is_in(&ARABIC, c) => CharClass::Arabic,
        _ if is_in(&IDEOGRAPHS, c) => CharClass::Ideograph,
        _ if is_in(&HANGUL, c) => CharClass::Hangul,
        _ if is_in(&UNSPACED, c) => CharClass::Unspaced,
        _ if c.is_alphabetic() || c.is_numeric() || is_combining_mark(c) => CharClass::Word,
        _ => CharClass::Other,
    }
}

/// Passes every term of a folded text to `each`, in the order of the text.
pub fn cut(folded: &str, each: &mut impl FnMut(&str)) {
    let mut rest = folded;
    while let Some(c) = rest.chars().next() {
        let length = c.len_utf8();
        let end = match class(c) {
            CharClass::Other => length,
            CharClass::Word => word(rest, length, each),
            CharClass::Digit => number(rest, each),
            CharClass::Arabic => {
                let end = run_end(rest, length, |class| class == CharClass::Arabic);
                each(shortened(arabic::stem(&rest[..end])));
                end
            }
            class => pairs(rest, length, class, each),
        };
        rest = &rest[end..];
    }
}

/// Returns the end of a run, from `at`.
#[inline]
fn run_end(text: &str, at: usize, within: impl Fn(CharClass) -> bool) -> usize {
    let mut end = at;
    for c in text[at..].chars() {
        if !within(class(c)) {
            break;
        }
        end += c.len_utf8();
    }
    end
}

/// Returns a term without what is behind its longest length.
#[inline]
fn shortened(term: &str) -> &str {
    if term.len() <= LONGEST_TERM { term } else { &term[..term.floor_char_boundary(LONGEST_TERM)] }
}

fn word(text: &str, from: usize, each: &mut impl FnMut(&str)) -> usize {
    let end = run_end(text, from, |class| matches!(class, CharClass::Word | CharClass::Digit));
    each(shortened(&text[..end]));
    end
}

/// Cuts what starts with a digit. Returns its end.
fn number(text: &str, each: &mut impl FnMut(&str)) -> usize {
    let end = chain_end(text.as_bytes());
    let chain = &text[..end];
    let first = chain.bytes().position(|byte| !byte.is_ascii_digit());
    let Some(first) = first else { return word(text, end, each) };
    let (whole, decimals) = parts(chain, first);
    match decimals {
        // A number without separators of thousands and with a point is itself.
        Some(_) if whole == first && chain.as_bytes()[first] == b'.' => each(shortened(chain)),
        Some(decimals) => {
            let mut plain: String = chain[..whole].chars().filter(char::is_ascii_digit).collect();
            if !decimals.is_empty() {
                plain.push('.');
                plain.push_str(decimals);
            }
            each(shortened(&plain));
        }
        None => chain.split(['.', ',']).for_each(|part| each(shortened(part))),
    }
    end
}

/// Returns the end of digits with single points and commas between them.
fn chain_end(bytes: &[u8]) -> usize {
    let digits = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(0);
    while matches!(bytes.get(end), Some(b'.' | b',')) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
    }
    end
}

/// Splits a chain that is one number: returns the end of its whole part, and its decimals. `first` is the place of the
/// first separator.
fn parts(chain: &str, first: usize) -> (usize, Option<&str>) {
    let bytes = chain.as_bytes();
    let mut whole = first;
    if (1..=3).contains(&first) && bytes[0] != b'0' {
        let separator = bytes[first];
        let group = |at: usize| {
            bytes.get(at) == Some(&separator)
                && bytes.get(at + 1..at + 4).is_some_and(|group| group.iter().all(u8::is_ascii_digit))
                && !bytes.get(at + 4).is_some_and(u8::is_ascii_digit)
        };
        while group(whole) {
            whole += 4;
        }
    }
    let decimals = chain[whole..].strip_prefix(['.', ',']).unwrap_or_default();
    (whole, (!decimals.contains(['.', ','])).then_some(decimals))
}

/// Cuts a run into pairs of characters. Returns its end.
fn pairs(text: &str, first: usize, own: CharClass, each: &mut impl FnMut(&str)) -> usize {
    let (mut before, mut last) = (0, first);
    for c in text[first..].chars() {
        if class(c) != own {
            break;
        }
        let end = last + c.len_utf8();
        each(&text[before..end]);
        (before, last) = (last, end);
    }
    if last == first {
        each(&text[..first]);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::search::fold::fold;
    use proptest::prelude::*;

    fn terms(text: &str) -> String {
        let (mut folded, mut terms) = (String::new(), Vec::new());
        fold(text, &mut folded);
        cut(&folded, &mut |term| terms.push(term.to_owned()));
        terms.join(" ")
    }

    #[test]
    fn what_is_cut() {
        for (text, want) in [
            ("The Prime Minister's 5G plan", "the prime minister s 5g plan"),
            ("l’été à Paris", "l ete a paris"),
            ("Covid-19 F35 2021年3月", "covid 19 f35 2021 年 3 月"),
            ("1,234 1.234.567 1,234.5 1.234,56", "1234 1234567 1234.5 1234.56"),
            ("3.2 3,2 0.123 1.2345", "3.2 3.2 0.123 1.2345"),
            ("24.03.2021 v5.4.1 1,2,3,", "24 03 2021 v5 4.1 1 2 3"),
            ("2.5km 1,000th 24th", "2.5 km 1000 th 24th"),
            ("東京電力のトップ", "東京 京電 電力 力の のト トッ ップ"),
            ("東 AI技術 ジョン・ケリー", "東 ai 技術 ジョ ョン ケリ リー"),
            ("대한민국 땅", "대한 한민 민국 땅"),
            ("ไทย", "ไท ทย"),
            ("والحكومة بالقاهرة", "حكوم قاهر"),
            ("प्रधानमंत्री", "प्रधानमंत्री"),
            ("मी x\u{301}", "मी x"),
            ("", ""),
            ("…—!", ""),
        ] {
            assert_eq!(terms(text), want, "{text}");
        }
    }

    #[test]
    fn long_words_are_cut_at_a_character() {
        let long = "ф".repeat(30);
        assert_eq!(terms(&long), "ф".repeat(24));
        assert_eq!(terms(&format!("a{long}")), format!("a{}", "ф".repeat(23)));
        assert_eq!(terms(&"1".repeat(60)).len(), LONGEST_TERM);
        assert_eq!(terms(&format!("{}.5", "1".repeat(60))).len(), LONGEST_TERM);
    }

    #[test]
    fn common_classes_are_those_of_the_tables() {
        for c in ('\u{80}'..'\u{32000}').filter(|c| c.to_lowercase().eq([*c])) {
            let mut folded = String::new();
            fold(c.encode_utf8(&mut [0; 4]), &mut folded);
            if folded.chars().eq([c]) {
                assert_eq!(class(c), rare_class(c), "{c:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_term_is_empty_or_too_long(text in r"[\PC0-9.,]{0,60}") {
            let mut folded = String::new();
            fold(&text, &mut folded);
            cut(&folded, &mut |term| assert!((1..=LONGEST_TERM).contains(&term.len())));
        }

        #[test]
        fn words_are_cut_the_same_in_any_text(text in r"[\PC0-9.,]{0,40}") {
            prop_assert_eq!(terms(&format!("{text}\n{text}")), format!("{0} {0}", terms(&text)).trim().to_owned());
        }
    }
}
