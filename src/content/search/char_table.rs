//! The table behind folding and cutting: which characters are dropped, which stand for others, and which writings have
//! no spaces between words.
//!
//! This is the only place that lists them. The part of `themes/default/static/search.js` between `table:begin` and
//! `table:end` is generated from it (`tests/suite/search_text.rs`).

/// Characters from the first to the second, both included.
pub type CharRange = (char, char);

/// Characters that folding drops: accents and points of vowels, the dot below letters of India, signs of variants,
/// joiners, marks of direction, soft hyphens. Signs of vowels that are not optional stay.
pub const DROPPED: [CharRange; 37] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{300}', '\u{36f}'),
    ('\u{483}', '\u{489}'),
    ('\u{591}', '\u{5bd}'),
    ('\u{5bf}', '\u{5bf}'),
    ('\u{5c1}', '\u{5c2}'),
    ('\u{5c4}', '\u{5c5}'),
    ('\u{5c7}', '\u{5c7}'),
    ('\u{610}', '\u{61c}'),
    ('\u{640}', '\u{640}'),
    ('\u{64b}', '\u{65f}'),
    ('\u{670}', '\u{670}'),
    ('\u{6d6}', '\u{6dc}'),
    ('\u{6df}', '\u{6e4}'),
    ('\u{6e7}', '\u{6e8}'),
    ('\u{6ea}', '\u{6ed}'),
    ('\u{8ca}', '\u{8e1}'),
    ('\u{8e3}', '\u{8ff}'),
    ('\u{93c}', '\u{93c}'),
    ('\u{9bc}', '\u{9bc}'),
    ('\u{a3c}', '\u{a3c}'),
    ('\u{abc}', '\u{abc}'),
    ('\u{b3c}', '\u{b3c}'),
    ('\u{c3c}', '\u{c3c}'),
    ('\u{cbc}', '\u{cbc}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{1ab0}', '\u{1aff}'),
    ('\u{1dc0}', '\u{1dff}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{20d0}', '\u{20ff}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{fe20}', '\u{fe2f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{e0000}', '\u{e007f}'),
    ('\u{e0100}', '\u{e01ef}'),
];

/// Letters, in lower case and decomposed, with what they stand for: letters that Unicode does not decompose, and those
/// of Arabic and Persian that are written in several ways.
pub const LETTERS: [(char, &str); 24] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('ð', "d"),
    ('ø', "o"),
    ('þ', "th"),
    ('đ', "d"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ĸ', "k"),
    ('ł', "l"),
    ('ŋ', "n"),
    ('œ', "oe"),
    ('ŧ', "t"),
    ('ʼ', "'"),
    ('ς', "σ"),
    ('ґ', "г"),
    ('ة', "ه"),
    ('ى', "ي"),
    ('ٱ', "ا"),
    ('ک', "ك"),
    ('ھ', "ه"),
    ('ہ', "ه"),
    ('ی', "ي"),
    ('ە', "ه"),
];

/// The zeros of the decimal digits of writings. The digits behind each become those of ASCII.
pub const ZEROS: [char; 35] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{c66}',
    '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{1090}', '\u{17e0}', '\u{1810}',
    '\u{1946}', '\u{19d0}', '\u{1a80}', '\u{1a90}', '\u{1b50}', '\u{1bb0}', '\u{1c40}', '\u{1c50}', '\u{a620}',
    '\u{a8d0}', '\u{a900}', '\u{a9d0}', '\u{a9f0}', '\u{aa50}', '\u{abf0}',
];

/// Letters of Arabic, whose words are indexed by their light stems.
pub const ARABIC: [CharRange; 9] = [
    ('\u{620}', '\u{64a}'),
    ('\u{66e}', '\u{6d3}'),
    ('\u{6d5}', '\u{6d5}'),
    ('\u{6ee}', '\u{6ef}'),
    ('\u{6fa}', '\u{6fc}'),
    ('\u{6ff}', '\u{6ff}'),
    ('\u{750}', '\u{77f}'),
    ('\u{870}', '\u{887}'),
    ('\u{8a0}', '\u{8c9}'),
];

/// Ideographs and kana.
pub const IDEOGRAPHS: [CharRange; 13] = [
    ('\u{3005}', '\u{3007}'),
    ('\u{3021}', '\u{3029}'),
    ('\u{303b}', '\u{303b}'),
    ('\u{3041}', '\u{3096}'),
    ('\u{309d}', '\u{309f}'),
    ('\u{30a1}', '\u{30fa}'),
    ('\u{30fc}', '\u{30ff}'),
    ('\u{31f0}', '\u{31ff}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{4e00}', '\u{9fff}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{1aff0}', '\u{1b16f}'),
    ('\u{20000}', '\u{3fffd}'),
];

/// Syllables and letters of Hangul.
pub const HANGUL: [CharRange; 4] =
    [('\u{1100}', '\u{11ff}'), ('\u{a960}', '\u{a97f}'), ('\u{ac00}', '\u{d7a3}'), ('\u{d7b0}', '\u{d7ff}')];

/// Letters of Thai, Lao, Burmese and Khmer.
pub const UNSPACED: [CharRange; 11] = [
    ('\u{e01}', '\u{e3a}'),
    ('\u{e40}', '\u{e4e}'),
    ('\u{e81}', '\u{ece}'),
    ('\u{edc}', '\u{edf}'),
    ('\u{1000}', '\u{103f}'),
    ('\u{1050}', '\u{108f}'),
    ('\u{109a}', '\u{109d}'),
    ('\u{1780}', '\u{17d3}'),
    ('\u{17dc}', '\u{17dd}'),
    ('\u{a9e0}', '\u{a9fe}'),
    ('\u{aa60}', '\u{aa7f}'),
];

/// Returns whether a character is in one of the ranges, which are sorted.
pub fn is_in(ranges: &[CharRange], c: char) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).is_some_and(|at| c <= ranges[at].1)
}

/// Returns what a character stands for, if it is in the table.
pub fn replacement(c: char) -> Option<&'static str> {
    if let Ok(at) = LETTERS.binary_search_by_key(&c, |(letter, _)| *letter) {
        return Some(LETTERS[at].1);
    }
    const DIGITS: &str = "0123456789";
    let after = ZEROS.partition_point(|zero| *zero <= c);
    let digit = c as usize - *ZEROS.get(after.checked_sub(1)?)? as usize;
    DIGITS.get(digit..digit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for ranges in [&DROPPED[..], &ARABIC, &IDEOGRAPHS, &HANGUL, &UNSPACED] {
            assert!(ranges.iter().all(|(first, last)| first <= last));
            assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0), "{ranges:?}");
        }
        assert!(LETTERS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(ZEROS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn digits_of_all_writings() {
        for (n, digit) in "0123456789".chars().enumerate() {
            for zero in ZEROS {
                let written = char::from_u32(zero as u32 + n as u32).unwrap();
                assert_eq!(replacement(written), Some(&*digit.to_string()), "{written}");
            }
        }
        assert_eq!((replacement('\u{66a}'), replacement('a'), replacement('\u{e5a}')), (None, None, None));
    }
}
