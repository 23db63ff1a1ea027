//! A text as the reader of quantities sees it: one character after another, in lower case, with ASCII digits and
//! punctuation, without marks that readers do not see, and each with its place in the text.

use unicode_normalization::char::compose;

use super::char_set::char_at;
use super::tongue::Tongue;

/// The first digits of the decimal digits of writings.
const ZEROS: [u32; 22] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x17E0, 0x1810, 0x1946, 0xABF0, 0xA620,
];

/// A space that does not break a line or is narrow: it separates thousands in any language.
pub const JOINT: char = '\u{a0}';

/// A folded text.
pub struct FoldedText<'t> {
    pub text: &'t str,
    pub tongue: Tongue,
    pub chars: Vec<char>,
    starts: Vec<u32>,
}

impl<'t> FoldedText<'t> {
    pub fn new(text: &'t str, tongue: Tongue) -> FoldedText<'t> {
        let mut chars = Vec::with_capacity(text.len());
        let mut starts = Vec::with_capacity(text.len());
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii() {
                // Without a branch, the compiler turns these into vector instructions.
                if let Some(chunk) = bytes[at..].first_chunk::<CHUNK>().filter(|chunk| chunk.is_ascii()) {
                    chars.extend(chunk.map(|byte| char::from(byte.to_ascii_lowercase())));
                    starts.extend(std::array::from_fn::<u32, CHUNK, _>(|n| (at + n) as u32));
                    at += CHUNK;
                } else {
                    chars.push(char::from(byte.to_ascii_lowercase()));
                    starts.push(at as u32);
                    at += 1;
                }
                continue;
            }
            let Some((c, end)) = char_at(text, at) else { break };
            let start = std::mem::replace(&mut at, end);
            let c = if is_plain(c) { Some(c) } else { join(&mut chars, c) };
            if let Some(c) = c {
                chars.push(c);
                starts.push(start as u32);
            }
        }
        FoldedText { text, tongue, chars, starts }
    }

    /// Returns the place behind the last character.
    #[inline]
    pub fn end(&self) -> usize {
        self.chars.len()
    }

    /// Returns the character at `at`; `\0` behind the end.
    #[inline]
    pub fn get(&self, at: usize) -> char {
        self.chars.get(at).copied().unwrap_or('\0')
    }

    /// Returns the character before `at`; `\0` before the first.
    #[inline]
    pub fn before(&self, at: usize) -> char {
        at.checked_sub(1).map_or('\0', |at| self.get(at))
    }

    /// Returns the byte range of the characters from `start` up to `end`.
    pub fn bytes(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let byte = |at: usize| self.starts.get(at).map_or(self.text.len(), |&byte| byte as usize);
        if end <= start {
            return byte(start)..byte(start);
        }
        byte(start)..byte(end - 1) + self.written(end - 1).len_utf8()
    }

    /// Returns the character at `at` as the text has it.
    pub fn written(&self, at: usize) -> char {
        let byte = self.starts.get(at).map_or(self.text.len(), |&byte| byte as usize);
        self.text[byte..].chars().next().unwrap_or('\0')
    }

    pub fn is_capital(&self, at: usize) -> bool {
        self.written(at).is_uppercase()
    }

    /// Returns whether the characters from `at` are those of `folded`.
    #[inline]
    pub fn starts_with(&self, at: usize, folded: &str) -> bool {
        let mut chars = self.chars.get(at..).unwrap_or_default().iter();
        folded.chars().all(|c| chars.next() == Some(&c))
    }

    /// Returns the place behind the characters from `at` that `skip` accepts, at most `most`.
    pub fn skip(&self, at: usize, most: usize, skip: impl Fn(char) -> bool) -> usize {
        let mut end = at;
        while end < self.end() && end - at < most && skip(self.get(end)) {
            end += 1;
        }
        end
    }

    /// Returns the place behind at most two spaces.
    pub fn skip_spaces(&self, at: usize) -> usize {
        self.skip(at, 2, is_space)
    }

    #[inline]
    pub fn is_digit(&self, at: usize) -> bool {
        self.get(at).is_ascii_digit()
    }

    /// Returns the end of the word that starts at `at`. Apostrophes inside it belong to it, and the one behind a Hebrew
    /// letter that stands for a number.
    pub fn word_end(&self, at: usize) -> usize {
        let mut end = at;
        while let Some(&c) = self.chars.get(end) {
            let joins = || is_word(self.get(end + 1)) || (self.tongue == Tongue::He && end == at + 1);
            if !is_word(c) && (c != '\'' || end == at || !joins()) {
                break;
            }
            end += 1;
        }
        end
    }
}

#[inline]
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | JOINT | '\n' | '\t')
}

/// Whether a character belongs to words of writings with spaces.
#[inline]
pub fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    match c {
        // The common writings, so that most characters need no table. Signs of vowels in the writings of India are no
        // letters, but belong to words.
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        '\u{400}'..='\u{45f}' | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}' | '\u{1e00}'..='\u{1eff}' => true,
        '\u{671}'..='\u{6d3}' => true,
        '\u{900}'..='\u{dff}' => !matches!(c, '\u{964}' | '\u{965}'),
        '\u{ac00}'..='\u{d7a3}' => true,
        '\u{2000}'..='\u{206f}' => false,
        _ => !is_ideograph(c) && c.is_alphabetic(),
    }
}

/// Whether a character belongs to a writing without spaces between words: ideographs and kana.
#[inline]
pub fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[inline]
pub fn is_thai(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}')
}

/// Ranges of characters that fold to themselves and join with no other: most of the letters of these scripts.
const PLAIN: [(u16, u16); 17] = [
    (0xDF, 0xFF),
    (0x430, 0x44F),
    (0x454, 0x457),
    (0x491, 0x491),
    (0x5D0, 0x5EA),
    (0x624, 0x624),
    (0x626, 0x628),
    (0x62A, 0x63A),
    (0x641, 0x648),
    (0x64A, 0x64A),
    (0x67E, 0x67E),
    (0x6AF, 0x6AF),
    (0x900, 0x93B),
    (0x93D, 0x957),
    (0x960, 0x965),
    (0xE01, 0xE3A),
    (0xE40, 0xE4E),
];

/// A bit for each character of [`PLAIN`].
static PLAIN_BITS: [u64; 64] = {
    let mut bits = [0; 64];
    let mut range = 0;
    while range < PLAIN.len() {
        let (mut code, last) = (PLAIN[range].0 as usize, PLAIN[range].1 as usize);
        while code <= last {
            bits[code >> 6] |= 1 << (code & 63);
            code += 1;
        }
        range += 1;
    }
    bits
};

/// Returns false only for some of the characters that fold to themselves and join with no other.
#[inline]
fn is_plain(c: char) -> bool {
    match PLAIN_BITS.get(c as usize >> 6) {
        Some(bits) => bits >> (c as u32 & 63) & 1 != 0,
        None => matches!(
            c,
            '\u{3001}'..='\u{301b}' | '\u{301d}'..='\u{3098}' | '\u{309b}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        ),
    }
}

fn may_compose(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1161}'..='\u{11c2}' | '\u{3099}' | '\u{309a}' | '\u{653}'..='\u{655}')
}

/// How many ASCII characters are folded at once.
const CHUNK: usize = 16;

/// Folds a character that is not in ASCII; `None` if readers do not see it, or if it joins with the last one.
fn join(before: &mut [char], c: char) -> Option<char> {
    let c = fold(c)?;
    if may_compose(c)
        && let Some(last) = before.last_mut()
    {
        if let Some(whole) = compose(*last, c) {
            *last = fold(whole).unwrap_or(whole);
            return None;
        }
        return matches!(c, '\u{1100}'..='\u{11ff}').then_some(c);
    }
    Some(c)
}

/// Folds a word of a table.
pub fn fold_word(word: &str) -> String {
    FoldedText::new(word, Tongue::Other).chars.into_iter().collect()
}

/// Returns what a character that is not in ASCII stands for; `None` if readers do not see it.
fn fold(c: char) -> Option<char> {
    let code = c as u32;
    Some(match code {
        // Marks of direction, joiners, soft hyphens, points of vowels, the Devanagari dot.
        0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2069 | 0xFEFF | 0x61C | 0x640 => return None,
        0x64B..=0x652 | 0x670 | 0x591..=0x5C7 | 0x93C | 0xFE00..=0xFE0F => return None,
        0xA0 | 0x2007 | 0x2009 | 0x202F | 0x200A | 0x2002..=0x2006 => JOINT,
        0x3000 => ' ',
        0xFF01..=0xFF5D => char::from(((code - 0xFEE0) as u8).to_ascii_lowercase()),
        0x66C => ',',
        0x66B => '.',
        0x66A | 0xFE6A => '%',
        0x2018 | 0x2019 | 0x2032 | 0x2BC | 0x5F3 => '\'',
        0x2010 | 0x2011 | 0x2212 => '-',
        0x2013..=0x2015 | 0xFF5E | 0x301C => '\u{2013}',
        // Letters of Arabic and Persian that are written in several ways.
        0x622 | 0x623 | 0x625 | 0x671 => '\u{627}',
        0x649 | 0x6CC => '\u{64A}',
        0x6A9 => '\u{643}',
        0x629 | 0x6C0 => '\u{647}',
        0x958..=0x95F => {
            char::from_u32([0x915, 0x916, 0x917, 0x91C, 0x921, 0x922, 0x92B, 0x92F][code as usize - 0x958])?
        }
        0x130 | 0x131 => 'i',
        0x401 | 0x451 => '\u{435}',
        0x660..0x1950 | 0xA620..0xAC00 => match ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)) {
            Some(zero) => char::from(b'0' + (code - zero) as u8),
            None => lower(c),
        },
        _ => lower(c),
    })
}

/// Returns the lower case of a character if it is one character.
fn lower(c: char) -> char {
    match c {
        // Most texts need no table.
        'а'..='я' | '\u{5d0}'..='\u{109f}' | '\u{3000}'..='\u{a63f}' | '\u{ac00}'..='\u{d7a3}' => return c,
        'А'..='Я' => return char::from_u32(c as u32 + 0x20).unwrap_or(c),
        _ => {}
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_characters_need_no_folding() {
        for c in ('\u{80}'..=char::MAX).filter(|c| is_plain(*c)) {
            assert!(fold(c) == Some(c) && !may_compose(c), "{c:?}");
        }
    }

    #[test]
    fn all_digits_become_those_of_ascii() {
        for (zero, n) in ZEROS.iter().flat_map(|zero| (0..10).map(move |n| (zero, n))) {
            let digit = char::from_u32(zero + n).unwrap();
            assert_eq!(fold(digit).unwrap().to_digit(10), Some(n), "{digit}");
        }
    }
}
