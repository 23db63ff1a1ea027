//! Dates, times and telephone numbers in digits: 24.3.2021, 2021-03-24, 15:30, 03-1234-5678; also Roman numerals. It
//! must not know the words of a language.

use super::folded::{FoldedText, JOINT, is_space, is_word};
use super::tongue::Tongue;

/// A date in digits. `swapped` if day and month may stand the other way round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Date {
    pub year: f64,
    pub month: u32,
    pub day: u32,
    pub swapped: bool,
    pub end: usize,
}

/// Returns a run of one to four digits, and its end.
fn part(text: &FoldedText, at: usize) -> Option<(u32, usize)> {
    let end = text.skip(at, 5, |c| c.is_ascii_digit());
    if end == at || end - at > 4 {
        return None;
    }
    let value = text.chars[at..end].iter().fold(0, |sum, c| sum * 10 + c.to_digit(10).unwrap_or(0));
    Some((value, end))
}

/// Reads the date that starts at `at`: three numbers with the same separator.
pub fn date(text: &FoldedText, at: usize) -> Option<Date> {
    let (first, a) = part(text, at)?;
    let separator = text.get(a);
    if !matches!(separator, '.' | '/' | '-') {
        return None;
    }
    let gap = |at: usize| text.skip(at + 1, 1, |c| separator == '.' && is_space(c));
    let (second, b) = part(text, gap(a))?;
    if text.get(b) != separator {
        return None;
    }
    let (third, end) = part(text, gap(b))?;
    if text.is_digit(end) || (text.get(end) == separator && text.is_digit(end + 1)) {
        return None;
    }
    let (long_first, long_last) = (a - at == 4, end - gap(b) == 4);
    let (year, month, day) = if long_first {
        (first, second, third)
    } else if long_last || (end - gap(b) == 2 && separator != '-' && a - at <= 2) {
        let american = text.tongue == Tongue::En && separator == '/';
        let (day, month) = if american || second > 12 { (second, first) } else { (first, second) };
        (if long_last { third } else { third + if third < 50 { 2000 } else { 1900 } }, month, day)
    } else {
        return None;
    };
    let (day, month) = if month > 12 && day <= 12 { (month, day) } else { (day, month) };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    Some(Date { year: f64::from(year), month, day, swapped: !long_first && day <= 12, end })
}

/// Returns two numbers of at most two digits with a point or slash between them, and their end.
pub fn pair(text: &FoldedText, at: usize) -> Option<(u32, u32, char, usize)> {
    let (first, a) = part(text, at)?;
    let separator = text.get(a);
    if !matches!(separator, '.' | '/') || a - at > 2 {
        return None;
    }
    let (second, end) = part(text, a + 1)?;
    let more = matches!(text.get(end), '/' | ',') && text.is_digit(end + 1);
    (end - a <= 3 && !more && !text.is_digit(end)).then_some((first, second, separator, end))
}

/// Reads the time that starts at `at`: hours and two digits of minutes. Returns minutes after midnight, the end, and
/// what separates them: a space where one follows a colon, which may also be a colon between two numbers.
pub fn time(text: &FoldedText, at: usize) -> Option<(f64, usize, char)> {
    let (hours, end) = part(text, at)?;
    let separator = text.get(end);
    if hours > 30 || end - at > 2 || !matches!(separator, ':' | '.' | 'h') {
        return None;
    }
    let from = if separator == ':' { text.skip(end + 1, 1, |c| c == ' ') } else { end + 1 };
    let separator = if from > end + 1 { ' ' } else { separator };
    let (minutes, end) = part(text, from)?;
    if end - from != 2 || minutes > 59 || text.is_digit(end) {
        return None;
    }
    if matches!(text.get(end), ':' | '.' | ',') && text.is_digit(end + 1) {
        return None;
    }
    Some((f64::from(hours * 60 + minutes), end, separator))
}

/// Returns the end of the telephone number, or other number of several groups, that starts at `at`.
pub fn telephone(text: &FoldedText, at: usize) -> Option<usize> {
    let plus = text.before(at) == '+';
    let bracket = text.before(at) == '(';
    let (mut end, mut groups, mut digits, mut hyphens) = (at, 0, 0, 0);
    loop {
        let next = text.skip(end, 6, |c| c.is_ascii_digit());
        if next == end || next - end > 5 {
            break;
        }
        digits += next - end;
        groups += 1;
        end = next;
        let gap = text.skip(end, 2, |c| matches!(c, '-' | ' ' | JOINT | '(' | ')' | '\u{2013}' | '.' | '/'));
        if gap == end || !text.is_digit(gap) || groups > 8 {
            break;
        }
        hyphens += usize::from(matches!(text.get(end), '-' | '\u{2013}'));
        end = gap;
    }
    // A group that is too long ended the loop behind a gap.
    while end > at && !text.is_digit(end - 1) {
        end -= 1;
    }
    let starts = plus || text.get(at) == '0' || bracket && hyphens > 0;
    let known = starts && groups >= 2 && (8..=15).contains(&digits);
    let hyphened = groups >= 3 && hyphens + 1 == groups && digits >= 9;
    ((known || hyphened) && !is_word(text.get(end))).then_some(end)
}

/// Returns the value of a Roman numeral below 90 in capitals.
pub fn roman(text: &FoldedText, at: usize, end: usize) -> Option<f64> {
    let value = |at: usize| match text.written(at) {
        'I' | 'І' => Some(1.0),
        'V' => Some(5.0),
        'X' | 'Х' => Some(10.0),
        'L' => Some(50.0),
        _ => None,
    };
    if end - at > 7 {
        return None;
    }
    let mut total = 0.0;
    for place in at..end {
        let own = value(place)?;
        let next = if place + 1 < end { value(place + 1)? } else { 0.0 };
        total += if own < next { -own } else { own };
    }
    (total > 0.0 && written(total as u32) == end - at).then_some(total)
}

/// Returns how many letters the Roman numeral of a value has.
fn written(value: u32) -> usize {
    let ones = [0, 1, 2, 3, 2, 1, 2, 3, 4, 2][(value % 10) as usize];
    let tens = [0, 1, 2, 3, 2, 1, 2, 3, 4, 2][(value / 10 % 10) as usize];
    ones + tens
}
