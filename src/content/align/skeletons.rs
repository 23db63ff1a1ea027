//! The consonants of names, as far as all scripts write them alike: プーチン, Путин and Putin have the same.

use super::lengths::Script;

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
pub fn are_comparable(a: Script, b: Script) -> bool {
    let has = |script| {
        use Script::{Arabic, Cyrillic, Hangul, Hebrew, Indic, Kana, Latin};
        matches!(script, Latin | Cyrillic | Hebrew | Arabic | Indic | Kana | Hangul)
    };
    has(a) && has(b) && !(a == Script::Latin && b == Script::Latin)
}

/// Calls `found` with the consonants of each word of a text that may be a name, as a number.
pub fn skeletons(text: &str, script: Script, mut found: impl FnMut(u64)) {
    let mut word: Vec<char> = Vec::new();
    for c in text.chars().chain([' ']) {
        if belongs(c, script) {
            // A word of a hostile length is no name.
            if word.len() < 40 {
                word.push(c);
            }
        } else if !word.is_empty() {
            forms(&word, script, &mut found);
            word.clear();
        }
    }
}

/// Returns whether a character is a letter of a name in a script.
fn belongs(c: char, script: Script) -> bool {
    match script {
        Script::Latin => c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'),
        Script::Cyrillic => matches!(c, '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' | '\''),
        Script::Kana => matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}'),
        Script::Hangul => matches!(c, '\u{ac00}'..='\u{d7a3}'),
        Script::Arabic => matches!(c, '\u{621}'..='\u{64a}' | '\u{671}'..='\u{6d3}'),
        Script::Hebrew => matches!(c, '\u{5d0}'..='\u{5ea}'),
        Script::Indic => matches!(c, '\u{900}'..='\u{963}' | '\u{970}'..='\u{97f}'),
        _ => false,
    }
}

const ARABIC_PREFIXES: [&str; 9] = ["ال", "وال", "بال", "لل", "و", "ب", "ل", "ف", "ك"];

/// Calls `found` with the skeletons of a word, with and without what the language attaches to it.
fn forms(word: &[char], script: Script, found: &mut impl FnMut(u64)) {
    match script {
        Script::Latin if word[0].is_uppercase() => push(&latin(word), found),
        Script::Hangul => {
            // One or two syllables may be a particle.
            for attached in 0..3.min(word.len() - 1) {
                push(&hangul(&word[..word.len() - attached]), found);
            }
        }
        Script::Arabic => {
            push(&classes(word, arabic), found);
            for prefix in ARABIC_PREFIXES {
                let length = prefix.chars().count();
                if word.len() >= length + 3 && prefix.chars().eq(word[..length].iter().copied()) {
                    push(&classes(&word[length..], arabic), found);
                }
            }
        }
        Script::Hebrew => {
            push(&classes(word, hebrew), found);
            if word.len() > 3 && "בהולמשכ".contains(word[0]) {
                push(&classes(&word[1..], hebrew), found);
            }
        }
        Script::Kana => push(&classes(word, kana), found),
        Script::Cyrillic => push(&classes(word, cyrillic), found),
        Script::Indic => push(&classes(word, devanagari), found),
        _ => {}
    }
}

/// Calls `found` with the first consonants as a number, and once more with one less, for endings.
fn push(skeleton: &[u8], found: &mut impl FnMut(u64)) {
    let number = |part: &[u8]| part.iter().fold(0, |sum, &class| sum * 8 + u64::from(class));
    if skeleton.len() >= FEWEST {
        found(number(&skeleton[..skeleton.len().min(MOST)]));
    }
    if skeleton.len() >= MOST {
        found(number(&skeleton[..MOST - 1]) | 1 << 32);
    }
}

/// Adds a class, unless it repeats the last one.
fn add(out: &mut Vec<u8>, class: u8) {
    if class != 0 && out.last() != Some(&class) {
        out.push(class);
    }
}

fn classes(word: &[char], class: impl Fn(char) -> u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(8);
    word.iter().for_each(|&c| add(&mut out, class(c)));
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

fn hangul(word: &[char]) -> Vec<u8> {
    let mut out = Vec::with_capacity(8);
    for &c in word {
        let syllable = u32::from(c) - 0xac00;
        add(&mut out, INITIALS[(syllable / 588) as usize]);
        add(&mut out, FINALS[(syllable % 28) as usize]);
    }
    out
}

fn latin(word: &[char]) -> Vec<u8> {
    let letter = |at: usize| word.get(at).map_or(' ', |c| if c.is_ascii() { c.to_ascii_lowercase() } else { *c });
    let mut out = Vec::with_capacity(8);
    let mut at = 0;
    while at < word.len() {
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
                add(&mut out, K);
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
        add(&mut out, class);
        at += taken;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, script: Script) -> Vec<u64> {
        let mut all = Vec::new();
        skeletons(text, script, |skeleton| all.push(skeleton));
        all
    }

    #[test]
    fn scripts_agree_about_a_name() {
        let name = all("Lindqvist", Script::Latin);
        assert!(!name.is_empty());
        for (text, script) in [
            ("リンドクヴィスト", Script::Kana),
            ("Линдквист", Script::Cyrillic),
            ("린드크비스트는", Script::Hangul),
            ("ليندكفيست", Script::Arabic),
            ("ולינדקוויסט", Script::Hebrew),
            ("लिंडक्विस्ट", Script::Indic),
        ] {
            assert!(all(text, script).iter().any(|skeleton| name.contains(skeleton)), "{text}");
        }
    }

    #[test]
    fn short_words_are_no_names() {
        assert_eq!(all("to the and a Lee", Script::Latin), [0u64; 0]);
        assert_eq!(all("", Script::Hangul), [0u64; 0]);
    }
}
