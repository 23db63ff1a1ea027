//! The consonants of names, as far as all scripts write them alike: プーチン, Путин and Putin have the same. It must not
//! know languages, only scripts.

use super::lengths::LengthScript;
use crate::content::quantity::char_set::char_at;

/// Classes of consonants. Vowels, h, w and y have none: scripts disagree about them.
const P: u8 = 1;
const T: u8 = 2;
const K: u8 = 3;
const S: u8 = 4;
const N: u8 = 5;
const R: u8 = 6;

/// The fewest consonants that tell a name from others.
const FEWEST: usize = 3;
/// As many consonants are kept; more would only find less.
const MOST: usize = 5;

/// Returns whether names are compared between texts in these scripts.
pub fn are_comparable(a: LengthScript, b: LengthScript) -> bool {
    let has = |script| {
        use LengthScript::{Arabic, Cyrillic, Hangul, Hebrew, Indic, Kana, Latin};
        matches!(script, Latin | Cyrillic | Hebrew | Arabic | Indic | Kana | Hangul)
    };
    has(a) && has(b) && !(a == LengthScript::Latin && b == LengthScript::Latin)
}

/// The most letters of a word: one of a hostile length is no name.
const LONGEST: usize = 40;

/// Calls `found` with the consonants of each word of a text that may be a name, as a number.
pub fn skeletons(text: &str, script: LengthScript, mut found: impl FnMut(u64)) {
    let found = &mut found;
    match script {
        LengthScript::Latin => latin_names(text, |word| latin(word).push(found)),
        LengthScript::Cyrillic => words(
            text,
            |c| matches!(c, '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' | '\''),
            |word| classes(word, cyrillic).push(found),
        ),
        LengthScript::Kana => {
            words(text, |c| matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}'), |word| classes(word, kana).push(found))
        }
        LengthScript::Hangul => words(text, |c| matches!(c, '\u{ac00}'..='\u{d7a3}'), |word| korean(word, found)),
        LengthScript::Arabic => {
            words(text, |c| matches!(c, '\u{621}'..='\u{64a}' | '\u{671}'..='\u{6d3}'), |word| prefixed(word, found))
        }
        LengthScript::Hebrew => words(
            text,
            |c| matches!(c, '\u{5d0}'..='\u{5ea}'),
            |word| {
                classes(word, hebrew).push(found);
                if word.len() > 3 && "בהולמשכ".contains(word[0]) {
                    classes(&word[1..], hebrew).push(found);
                }
            },
        ),
        LengthScript::Indic => words(
            text,
            |c| matches!(c, '\u{900}'..='\u{963}' | '\u{970}'..='\u{97f}'),
            |word| classes(word, devanagari).push(found),
        ),
        _ => {}
    }
}

/// Calls `found` with each word of a text, which consists of characters that `belongs` accepts.
fn words(text: &str, belongs: impl Fn(char) -> bool, mut found: impl FnMut(&[char])) {
    let mut word = ['\0'; LONGEST];
    let (mut length, mut at) = (0, 0);
    while let Some(&byte) = text.as_bytes().get(at) {
        // Neither ideographs nor spaces belong to a word of any script.
        if length == 0 && (matches!(byte, 0xe4..=0xe9) || byte == b' ') {
            at += if byte == b' ' { 1 } else { 3 };
            continue;
        }
        let Some((c, end)) = char_at(text, at) else { break };
        at = end;
        if belongs(c) {
            if length < LONGEST {
                word[length] = c;
                length += 1;
            }
        } else if length > 0 {
            found(&word[..length]);
            length = 0;
        }
    }
    if length > 0 {
        found(&word[..length]);
    }
}

/// Calls `found` with each word in Latin letters that starts with a capital, in lower case as far as it is in ASCII.
fn latin_names(text: &str, mut found: impl FnMut(&[char])) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some((c, end)) = char_at(text, at) {
        let start = at;
        at = end;
        if !is_latin(c) {
            continue;
        }
        loop {
            let rest = &bytes[at..];
            at += rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
            match char_at(text, at) {
                Some((c, end)) if is_latin(c) => at = end,
                _ => break,
            }
        }
        if c.is_uppercase() {
            let mut word = ['\0'; LONGEST];
            let mut length = 0;
            let mut letter = start;
            while let Some((c, end)) = char_at(text, letter).filter(|_| letter < at && length < LONGEST) {
                word[length] = if c.is_ascii() { c.to_ascii_lowercase() } else { c };
                length += 1;
                letter = end;
            }
            found(&word[..length]);
        }
    }
}

#[inline]
fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

const ARABIC_PREFIXES: [&str; 9] = ["ال", "وال", "بال", "لل", "و", "ب", "ل", "ف", "ك"];

/// Calls `found` with the skeletons of a Korean word: one or two syllables may be a particle.
fn korean(word: &[char], found: &mut impl FnMut(u64)) {
    for attached in 0..3.min(word.len() - 1) {
        hangul(&word[..word.len() - attached]).push(found);
    }
}

/// Calls `found` with the skeletons of an Arabic word, with and without what the language attaches to it.
fn prefixed(word: &[char], found: &mut impl FnMut(u64)) {
    classes(word, arabic).push(found);
    for prefix in ARABIC_PREFIXES {
        let length = prefix.chars().count();
        if word.len() >= length + 3 && prefix.chars().eq(word[..length].iter().copied()) {
            classes(&word[length..], arabic).push(found);
        }
    }
}

/// The first consonants of a word.
#[derive(Default)]
struct Skeleton {
    classes: [u8; MOST],
    length: usize,
}

impl Skeleton {
    /// Adds a class, unless it repeats the last one or there are enough.
    fn add(&mut self, class: u8) {
        let repeats = self.length > 0 && self.classes[self.length - 1] == class;
        if class != 0 && !repeats && self.length < MOST {
            self.classes[self.length] = class;
            self.length += 1;
        }
    }

    /// Calls `found` with the consonants as a number, and once more with one less, for endings.
    fn push(&self, found: &mut impl FnMut(u64)) {
        let number = |part: &[u8]| part.iter().fold(0, |sum, &class| sum * 8 + u64::from(class));
        if self.length >= FEWEST {
            found(number(&self.classes[..self.length]));
        }
        if self.length >= MOST {
            found(number(&self.classes[..MOST - 1]) | 1 << 32);
        }
    }
}

fn classes(word: &[char], class: impl Fn(char) -> u8) -> Skeleton {
    let mut out = Skeleton::default();
    word.iter().for_each(|&c| out.add(class(c)));
    out
}

fn kana(c: char) -> u8 {
    match c {
        'カ'..='ゴ' => K,
        'サ'..='ゾ' | 'チ' | 'ヂ' | 'ツ' | 'ヅ' => S,
        'タ' | 'ダ' | 'テ' | 'デ' | 'ト' | 'ド' => T,
        'ナ'..='ノ' | 'ン' | 'マ'..='モ' => N,
        'フ' | 'バ' | 'パ' | 'ビ' | 'ピ' | 'ブ' | 'プ' | 'ベ' | 'ペ' | 'ボ' | 'ポ' | 'ヴ' => P,
        'ラ'..='ロ' => R,
        _ => 0,
    }
}

fn cyrillic(c: char) -> u8 {
    match c.to_lowercase().next().unwrap_or(c) {
        'п' | 'б' | 'ф' | 'в' => P,
        'т' | 'д' => T,
        'к' | 'г' | 'ґ' => K,
        'с' | 'з' | 'ж' | 'ш' | 'щ' | 'ч' | 'ц' | 'ђ' | 'ј' | 'ћ' => S,
        'м' | 'н' => N,
        'р' | 'л' => R,
        _ => 0,
    }
}

fn arabic(c: char) -> u8 {
    match c {
        'ب' | 'ف' | 'پ' | 'ڤ' => P,
        'ت' | 'ط' | 'د' | 'ض' | 'ث' | 'ذ' => T,
        'ك' | 'ق' | 'گ' | 'ک' | 'غ' => K,
        'س' | 'ص' | 'ز' | 'ظ' | 'ش' | 'ج' | 'چ' | 'ژ' => S,
        'م' | 'ن' => N,
        'ر' | 'ل' => R,
        _ => 0,
    }
}

fn hebrew(c: char) -> u8 {
    match c {
        'ב' | 'פ' | 'ף' => P,
        'ת' | 'ט' | 'ד' => T,
        'ק' | 'כ' | 'ך' | 'ג' => K,
        'ס' | 'ש' | 'ז' | 'צ' | 'ץ' => S,
        'מ' | 'ם' | 'נ' | 'ן' => N,
        'ר' | 'ל' => R,
        _ => 0,
    }
}

fn devanagari(c: char) -> u8 {
    match c {
        'प'..='भ' | 'व' => P,
        'ट'..='ढ' | 'त'..='ध' => T,
        'क'..='घ' => K,
        'च'..='झ' | 'श'..='स' => S,
        'ङ' | 'ञ' | 'ण' | 'न' | 'म' | 'ं' => N,
        'र' | 'ल' => R,
        _ => 0,
    }
}

/// The initial and final consonants of syllables, in the order of Unicode.
const INITIALS: [u8; 19] = [K, K, N, T, T, R, N, P, P, S, S, 0, S, S, S, K, T, P, 0];
const FINALS: [u8; 28] = [0, K, K, K, N, N, N, T, R, K, N, P, S, T, P, R, N, P, P, S, S, N, S, S, K, T, P, 0];

fn hangul(word: &[char]) -> Skeleton {
    let mut out = Skeleton::default();
    for &c in word {
        let syllable = u32::from(c) - 0xac00;
        out.add(INITIALS[(syllable / 588) as usize]);
        out.add(FINALS[(syllable % 28) as usize]);
    }
    out
}

fn latin(word: &[char]) -> Skeleton {
    let letter = |at: usize| word.get(at).copied().unwrap_or(' ');
    let mut out = Skeleton::default();
    let mut at = 0;
    while at < word.len() && out.length < MOST {
        if matches!(word[at], 'a' | 'e' | 'i' | 'o' | 'u') {
            at += 1;
            continue;
        }
        let (class, taken) = match (letter(at), letter(at + 1), letter(at + 2)) {
            ('s', 'c', 'h') | ('t', 'c', 'h') => (S, 3),
            ('s' | 'c' | 'z', 'h', _) | ('t', 's', _) => (S, 2),
            ('p', 'h', _) => (P, 2),
            ('t', 'h', _) => (T, 2),
            ('k', 'h', _) => (0, 2),
            ('c', 'k', _) | ('q', 'u', _) => (K, 2),
            ('n', 'g', _) => (N, 2),
            ('c', 'e' | 'i' | 'y', _) | ('ç' | 'Ç', ..) => (S, 1),
            ('x', ..) => {
                out.add(K);
                (S, 1)
            }
            ('p' | 'b' | 'f' | 'v', ..) => (P, 1),
            ('t' | 'd', ..) => (T, 1),
            ('k' | 'g' | 'q' | 'c', ..) => (K, 1),
            ('s' | 'z' | 'j' | 'ß' | 'š' | 'ž' | 'č' | 'ş' | 'Š' | 'Ž' | 'Č' | 'Ş', ..) => (S, 1),
            ('m' | 'n' | 'ñ' | 'ń', ..) => (N, 1),
            ('r' | 'l' | 'ł' | 'Ł', ..) => (R, 1),
            _ => (0, 1),
        };
        out.add(class);
        at += taken;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, script: LengthScript) -> Vec<u64> {
        let mut all = Vec::new();
        skeletons(text, script, |skeleton| all.push(skeleton));
        all
    }

    #[test]
    fn scripts_agree_about_a_name() {
        let name = all("Lindqvist", LengthScript::Latin);
        assert!(!name.is_empty());
        for (text, script) in [
            ("リンドクヴィスト", LengthScript::Kana),
            ("Линдквист", LengthScript::Cyrillic),
            ("린드크비스트는", LengthScript::Hangul),
            ("ليندكفيست", LengthScript::Arabic),
            ("ולינדקוויסט", LengthScript::Hebrew),
            ("लिंडक्विस्ट", LengthScript::Indic),
        ] {
            assert!(all(text, script).iter().any(|skeleton| name.contains(skeleton)), "{text}");
        }
    }

    #[test]
    fn short_words_are_no_names() {
        assert_eq!(all("to the and a Lee", LengthScript::Latin), [0u64; 0]);
        assert_eq!(all("", LengthScript::Hangul), [0u64; 0]);
    }
}
