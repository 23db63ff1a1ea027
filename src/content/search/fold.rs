//! Folding: a text without what a reader does not distinguish in a search: case, accents, width, points of vowels.
//!
//! The result is, in Unicode's terms, NFC(letters(dropped(lower case(NFKD(text))))), with the tables of `char_table.rs`.
//! The function `fold` of `search.js` computes exactly this. Here, most characters take a short cut with the same result.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::char_table::{self, DROPPED, is_in};

/// Appends the folded text to `out`.
pub fn fold(text: &str, out: &mut String) {
    let (start, table) = (out.len(), &**TABLE);
    let mut rest = text;
    loop {
        let ascii = ascii_length(rest);
        let (run, other) = rest.split_at(ascii);
        let from = out.len();
        out.push_str(run);
        out[from..].make_ascii_lowercase();
        rest = other;
        // Outside of ASCII, characters that can be folded by themselves.
        let mut chars = rest.chars();
        let next = loop {
            let before = chars.as_str();
            match chars.next().map(|c| (c, short_cut(c, table))) {
                None => return,
                Some((c, _)) if c.is_ascii() => break before,
                Some((_, ShortCut::One(folded))) => out.push(folded),
                Some((_, ShortCut::Nothing)) => {}
                Some((_, ShortCut::None)) => {
                    let length = before.find(|c| is_boundary(c, table)).unwrap_or(before.len());
                    let (run, after) = before.split_at(length);
                    fold_slowly(run, start, out);
                    chars = after.chars();
                }
            }
        };
        rest = next;
    }
}

/// Returns the number of ASCII bytes at the start of a text.
fn ascii_length(text: &str) -> usize {
    const CHUNK: usize = 16;
    let bytes = text.as_bytes();
    let whole = bytes.chunks_exact(CHUNK).take_while(|chunk| chunk.is_ascii()).count() * CHUNK;
    whole + bytes[whole..].iter().take_while(|byte| byte.is_ascii()).count()
}

/// How a character is folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ShortCut {
    /// To one character, which affects none beside it.
    One(char),
    Nothing,
    /// There is no short cut.
    None,
}

/// Returns whether a run of characters without a short cut ends before a character.
fn is_boundary(c: char, table: &[ShortCut]) -> bool {
    c.is_ascii() || matches!(short_cut(c, table), ShortCut::One(_))
}

#[inline]
fn short_cut(c: char, table: &[ShortCut]) -> ShortCut {
    match c {
        'а'..='и' | 'к'..='я' => ShortCut::One(c),
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fe}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => {
            ShortCut::One(c)
        }
        '\u{ac00}'..='\u{d7a3}' | '\u{3001}'..='\u{3029}' | '\u{e01}'..='\u{e32}' => ShortCut::One(c),
        '\0'..TABLE_END => table[c as usize],
        '\u{ff01}'..='\u{ff5e}' => {
            let half = char::from((c as u32 - 0xfee0) as u8);
            ShortCut::One(half.to_ascii_lowercase())
        }
        _ => ShortCut::None,
    }
}

/// The end of the characters in [`TABLE`]: Latin, Greek, Cyrillic, Hebrew, Arabic, and their additions; punctuation.
const TABLE_END: char = '\u{2070}';

/// The short cuts of common characters, computed by folding each.
static TABLE: LazyLock<Box<[ShortCut]>> = LazyLock::new(|| {
    let of = |c: char| {
        let is_common = matches!(c, '\u{80}'..='\u{6ff}' | '\u{1e00}'..='\u{1fff}' | '\u{2000}'..);
        if !is_common {
            return ShortCut::None;
        }
        if is_in(&DROPPED, c) {
            return ShortCut::Nothing;
        }
        let mut folded = String::new();
        fold_slowly(c.encode_utf8(&mut [0; 4]), 0, &mut folded);
        let mut chars = folded.chars();
        match (chars.next(), chars.next()) {
            (Some(one), None) if canonical_combining_class(one) == 0 => ShortCut::One(one),
            _ => ShortCut::None,
        }
    };
    ('\0'..TABLE_END).map(of).collect()
});

/// Folds a run of characters. Takes back the last character since `start`, because the run may combine with it.
fn fold_slowly(run: &str, start: usize, out: &mut String) {
    let last = if out.len() > start { out.pop() } else { None };
    let lower = last.into_iter().chain(run.chars()).nfkd().flat_map(char::to_lowercase);
    let letters = lower.filter(|c| !is_in(&DROPPED, *c)).flat_map(|c| {
        let replaced = char_table::replacement(c);
        replaced.unwrap_or_default().chars().chain(replaced.is_none().then_some(c))
    });
    out.extend(letters.nfc());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        fold(text, &mut out);
        out
    }

    /// The definition, without short cuts.
    fn defined(text: &str) -> String {
        let mut out = String::new();
        fold_slowly(text, 0, &mut out);
        out
    }

    #[test]
    fn what_is_folded() {
        for (text, want) in [
            ("Crème BRÛLÉE", "creme brulee"),
            ("Straße, ẞ", "strasse, ss"),
            ("İstanbul Iğdır", "istanbul igdir"),
            ("Ёлка Київ ґанок", "елка киiв ганок".replace('i', "і").as_str()),
            ("ΟΔΟΣ ὁδός", "οδοσ οδοσ"),
            ("ＡＢＣ１２３　ﾊﾝｶｸ", "abc123 ハンカク"),
            ("か\u{3099}ぱ㌔", "がぱキロ"),
            ("한국 \u{1112}\u{1161}\u{11ab}", "한국 한"),
            ("أَحْمَدُ مُؤْتَمَر ٢٠٢١", "احمد موتمر 2021"),
            ("مدرسة على کتابی", "مدرسه علي كتابي"),
            ("שָׁלוֹם־עולם", "שלום־עולם"),
            ("ज़रूर क़लम", "जरूर कलम"),
            ("Việt Nam, Łódź", "viet nam, lodz"),
            ("soft\u{ad}hyphen zero\u{200b}width", "softhyphen zerowidth"),
            ("…½²", "...1⁄22"),
        ] {
            assert_eq!(folded(text), want, "{text}");
        }
    }

    #[test]
    fn every_character_is_folded_as_defined() {
        for c in ('\0'..'\u{1f000}').chain('\u{2f800}'..'\u{2fa20}').chain('\u{e0000}'..'\u{e0200}') {
            for text in [format!("か{c}\u{3099}"), format!("가{c}x{c}é"), format!("é{c}\u{e38}\u{301}{c}")] {
                assert_eq!(folded(&text), defined(&text), "{c:?} in {text:?}");
            }
        }
    }

    #[test]
    fn a_text_is_folded_behind_what_is_there() {
        let mut out = String::from("か");
        fold("\u{3099}", &mut out);
        assert_eq!(out, "か\u{3099}");
    }

    proptest! {
        #[test]
        fn any_text_is_folded_as_defined(text in r"[\PC\u{300}-\u{345}\u{5b0}-\u{5c7}\u{64b}-\u{655}\u{93c}\u{94d}\u{e31}-\u{e4e}\u{1100}-\u{11ff}\u{3099}\u{309a}かがハ가각é]{0,24}") {
            prop_assert_eq!(folded(&text), defined(&text));
        }

        #[test]
        fn folding_again_changes_nothing(text in r"\PC{0,24}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }
    }
}
