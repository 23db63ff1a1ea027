//! Numbers in ideographs, in Hangul, and in digits mixed with them: 三百二十, 3兆2千億, 3.2万亿, 3조 2천억, 二〇二一. It must not
//! know what a number counts.

use super::digits;
use super::folded::{FoldedText, is_space};
use super::tongue::Tongue;

/// A number in East Asian writing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Numeral {
    pub value: f64,
    pub alternative: Option<f64>,
    pub end: usize,
    /// Significant digits.
    pub digits: u8,
    /// The number of digits, ASCII or ideographs, of a number without units.
    pub length: usize,
    /// The last large unit, or 1.
    pub scale: f64,
    pub has_digits: bool,
    pub has_ideographs: bool,
    /// Whether it says that it is inexact: 数百, 30余, 七八十.
    pub approximate: bool,
    /// Whether it has a unit: 十, 百, 千.
    pub has_units: bool,
}

/// Returns the value of an ideographic digit.
pub fn digit(c: char) -> Option<f64> {
    Some(match c {
        '〇' | '零' | '○' => 0.0,
        '一' | '壱' | '壹' => 1.0,
        '二' | '弐' | '两' | '兩' | '贰' => 2.0,
        '三' | '参' => 3.0,
        '四' => 4.0,
        '五' => 5.0,
        '六' => 6.0,
        '七' => 7.0,
        '八' => 8.0,
        '九' => 9.0,
        _ => return None,
    })
}

/// Returns a unit below ten thousand.
fn small(c: char) -> Option<f64> {
    Some(match c {
        '十' | '拾' | '십' => 10.0,
        '百' | '백' => 100.0,
        '千' | '천' => 1000.0,
        _ => return None,
    })
}

/// Returns a unit from ten thousand. 京 is a capital far more often than 1e16.
fn large(text: &FoldedText, at: usize) -> Option<f64> {
    Some(match text.get(at) {
        '万' | '萬' | '만' => 1e4,
        '億' | '亿' | '억' => 1e8,
        // In Chinese 兆 is mega before a unit.
        '兆' if text.tongue.is_chinese()
            && matches!(text.get(at + 1), '焦' | '瓦' | '赫' | '帕' | '字' | '伏' | '比') =>
        {
            return None;
        }
        '兆' | '조' => 1e12,
        _ => return None,
    })
}

fn unit(text: &FoldedText, at: usize) -> Option<f64> {
    small(text.get(at)).or_else(|| large(text, at))
}

/// Whether a number can start with this character.
pub fn starts_number(text: &FoldedText, at: usize) -> bool {
    let c = text.get(at);
    c.is_ascii_digit()
        || (text.tongue.has_ideographs() && (digit(c).is_some() || unit(text, at).is_some()))
        || (is_vague(c) && unit(text, at + 1).is_some())
}

/// Whether a character says "several" before a unit.
fn is_vague(c: char) -> bool {
    matches!(c, '数' | '數' | '几' | '幾' | '수' | '何')
}

/// Whether a character says "and more" between a number and what is counted.
fn is_more(c: char) -> bool {
    matches!(c, '多' | '余' | '餘' | '여')
}

/// The state of a number that is being read.
#[derive(Default)]
struct IdeographSum {
    numeral: Numeral,
    total: f64,
    section: f64,
    current: Option<f64>,
    /// How many ideographic digits stand before this place, without a unit.
    run: usize,
    after_large: bool,
}

/// Reads the number that starts at `at`. `None` if none does.
pub fn numeral(text: &FoldedText, at: usize) -> Option<Numeral> {
    let mut sum = IdeographSum { numeral: Numeral { scale: 1.0, ..Numeral::default() }, ..IdeographSum::default() };
    let mut place = at;
    if is_vague(text.get(at)) {
        sum.numeral.approximate = true;
        place += 1;
    }
    while let Some(next) = sum.step(text, place) {
        place = next;
    }
    if place == at || (sum.numeral.approximate && place == at + 1) {
        return None;
    }
    sum.numeral.end = place;
    sum.numeral.value = sum.total + sum.section + sum.current.unwrap_or(0.0);
    if sum.numeral.digits == 0 || sum.numeral.has_ideographs {
        sum.numeral.digits = sum.numeral.digits.max(super::kinds::significant(sum.numeral.value));
    }
    let IdeographSum { mut numeral, .. } = sum;
    // 三四: three or four.
    let pair = sum.run == 2 && numeral.length == 2 && !numeral.has_units && !numeral.has_digits;
    if pair && numeral.value >= 11.0 && numeral.value % 10.0 == (numeral.value / 10.0).floor() + 1.0 {
        numeral.alternative = Some(numeral.value % 10.0);
        numeral.value = (numeral.value / 10.0).floor();
        numeral.approximate = true;
    }
    Some(numeral)
}

impl IdeographSum {
    /// Takes what stands at `place`; returns the place behind it, `None` at the end of the number.
    fn step(&mut self, text: &FoldedText, place: usize) -> Option<usize> {
        let c = text.get(place);
        if c.is_ascii_digit() {
            return self.plain(text, place);
        }
        if let Some(value) = digit(c).filter(|_| text.tongue.has_ideographs()) {
            return self.ideograph(text, place, value);
        }
        let counted = c != '십' || self.current.is_some() || self.numeral.approximate;
        if let Some(value) = small(c).filter(|_| counted) {
            return self.small(place, value);
        }
        if let Some(value) = large(text, place) {
            return self.large(place, value);
        }
        if is_more(c) && (self.current.is_some() || self.numeral.has_units) && unit(text, place + 1).is_some() {
            self.numeral.approximate = true;
            return Some(place + 1);
        }
        let started = self.current.is_some() || self.numeral.has_units || self.total > 0.0;
        (started && is_space(c) && self.continues(text, place + 1)).then_some(place + 1)
    }

    /// Whether a number continues behind a space: `1 万 5 千`, `3조 2천억`.
    fn continues(&self, text: &FoldedText, place: usize) -> bool {
        if self.current.is_some() && self.numeral.has_digits {
            return unit(text, place).is_some() && !matches!(text.get(place), '十' | '百')
                || is_more(text.get(place)) && unit(text, place + 1).is_some();
        }
        if !text.is_digit(place) || !self.numeral.has_digits || self.current.is_some() {
            return false;
        }
        let Some(next) = digits::plain(text, place) else { return false };
        let smaller = next.value < self.numeral.scale.max(1000.0);
        smaller && (text.tongue == Tongue::Ko || unit(text, text.skip(next.end, 1, is_space)).is_some())
    }

    fn plain(&mut self, text: &FoldedText, place: usize) -> Option<usize> {
        if self.current.is_some() {
            return None;
        }
        let plain = digits::plain(text, place)?;
        self.current = Some(plain.value);
        let numeral = &mut self.numeral;
        numeral.has_digits = true;
        numeral.digits = match numeral.has_units {
            true => (numeral.digits + plain.digits).min(15),
            false => plain.digits,
        };
        numeral.length = if plain.bare { plain.length } else { 0 };
        numeral.alternative = plain.alternative.filter(|_| !numeral.has_units);
        self.after_large = false;
        Some(plain.end)
    }

    fn ideograph(&mut self, text: &FoldedText, place: usize, value: f64) -> Option<usize> {
        if self.run == 0 && self.current.is_some() {
            return None;
        }
        self.numeral.has_ideographs = true;
        self.run += 1;
        if self.run > 17 {
            return None;
        }
        self.numeral.length = self.run;
        let before = self.current;
        // 七八十: seventy to eighty.
        if self.run == 2 && unit(text, place + 1).is_some() && before.is_some_and(|before| before > 0.0) {
            self.numeral.approximate = true;
            self.after_large = false;
            return Some(place + 1);
        }
        self.current = Some(before.map_or(value, |before| before * 10.0 + value));
        self.after_large = false;
        let point = matches!(text.get(place + 1), '・' | '.' | '点' | '點');
        // 九点二十分 is a time.
        let clock = matches!(text.get(place + 1), '点' | '點')
            && (text.tongue == Tongue::Ja || (3..7).any(|more| matches!(text.get(place + more), '分' | '十' | '刻')));
        if point && digit(text.get(place + 2)).is_some() && !clock {
            return Some(self.decimals(text, place + 2));
        }
        Some(place + 1)
    }

    /// Takes ideographic digits behind a decimal point.
    fn decimals(&mut self, text: &FoldedText, from: usize) -> usize {
        let mut place = from;
        let mut weight = 0.1;
        while let Some(value) = digit(text.get(place)).filter(|_| place < from + 6) {
            self.current = Some(self.current.unwrap_or(0.0) + value * weight);
            weight /= 10.0;
            place += 1;
        }
        self.current = self.current.map(|value| (value * 1e6).round() / 1e6);
        self.numeral.length = 0;
        self.run = 3;
        place
    }

    fn small(&mut self, place: usize, value: f64) -> Option<usize> {
        self.section += self.current.take().unwrap_or(1.0) * value;
        self.numeral.has_units = true;
        self.numeral.has_ideographs = true;
        self.run = 0;
        self.numeral.length = 0;
        self.after_large = false;
        if value >= 1000.0 {
            self.numeral.scale = self.numeral.scale.max(value);
        }
        Some(place + 1)
    }

    fn large(&mut self, place: usize, value: f64) -> Option<usize> {
        let before = self.section + self.current.take().unwrap_or(0.0);
        if before == 0.0 && self.total > 0.0 && self.after_large {
            // 3.2万亿.
            self.total *= value;
        } else {
            self.total += if before == 0.0 { 1.0 } else { before } * value;
        }
        self.section = 0.0;
        self.run = 0;
        self.numeral.length = 0;
        self.numeral.has_units = true;
        self.numeral.has_ideographs = true;
        self.after_large = true;
        self.numeral.scale = if self.numeral.scale > 1000.0 && self.total >= 1e12 { value.max(1e4) } else { value };
        Some(place + 1)
    }
}
