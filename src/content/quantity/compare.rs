//! Where a translation states other quantities than its original.
//!
//! A warning needs a substitution: something on each side that the other lacks. What only one side states may be what
//! a translator rightly adds or leaves out, and is a note.

use std::ops::Range;

use super::equal::{converted, dimensions, same};
use super::folded::FoldedText;
use super::kinds::{Quantity, QuantityKind};
use super::tongue::Tongue;

/// Blocks with more quantities are not compared: tables of figures, lists of results.
const MOST_QUANTITIES: usize = 600;

/// The most warnings of one kind for a pair of blocks.
const MOST_WARNINGS: usize = 3;

/// A text with its quantities.
#[derive(Clone, Copy)]
pub struct TextQuantities<'a> {
    pub text: &'a str,
    pub quantities: &'a [Quantity],
}

/// How certain it is that a difference is a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It may well be what a translator rightly does: one side states something that the other does not.
    Note,
    /// A likely mistake, too doubtful for a warning.
    Hint,
    Warn,
}

/// A quantity of one text that differs, for a message.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedQuantity {
    pub kind: QuantityKind,
    /// The byte range in the text.
    pub at: Range<usize>,
    /// Its value in English: `3.2 trillion`, `2021`, `Wednesday`, `15:30`.
    pub value: String,
}

/// Quantities that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub level: Level,
    /// What only the original states; `None` in a note about the translation.
    pub original: Option<StatedQuantity>,
    /// What only the translation states; `None` in a note about the original.
    pub translation: Option<StatedQuantity>,
}

/// Compares the quantities of blocks that belong together. Warnings come first, then hints, then notes.
pub fn compare(original: TextQuantities, translation: TextQuantities) -> Vec<Difference> {
    let (a, b) = (original.quantities, translation.quantities);
    if (a.is_empty() && b.is_empty()) || a.len().max(b.len()) > MOST_QUANTITIES {
        return Vec::new();
    }
    let mut only_a: Vec<usize> = (0..a.len()).filter(|&at| !b.iter().any(|other| same(&a[at], other))).collect();
    let mut only_b: Vec<usize> = (0..b.len()).filter(|&at| !a.iter().any(|other| same(other, &b[at]))).collect();
    let named = dimensions(a).next().is_some() && dimensions(b).next().is_some();
    if only_a.is_empty() && only_b.is_empty() {
        return Vec::new();
    }
    only_a.retain(|&at| !b.iter().any(|other| converted(&a[at], other, named)));
    only_b.retain(|&at| !a.iter().any(|other| converted(other, &b[at], named)));
    drop_joined(&mut only_a, original, translation.text);
    drop_joined(&mut only_b, translation, original.text);
    let mut comparison = Comparison { a, b, only_a, only_b, found: Vec::new() };
    comparison.numbers();
    comparison.names(QuantityKind::Weekday);
    comparison.names(QuantityKind::Month);
    comparison.days();
    comparison.hints(QuantityKind::Time, |_| true);
    comparison.hints(QuantityKind::Number, is_small_in_digits);
    comparison.notes();
    comparison.found.sort_by_key(|difference| std::cmp::Reverse(difference.level));
    comparison.found
}

/// Whether a quantity is one that a translator keeps.
fn is_strong(quantity: &Quantity) -> bool {
    use QuantityKind::{Identifier, Weekday};
    !quantity.soft && !matches!(quantity.kind, Weekday | Identifier)
}

/// Kinds that stand for each other.
fn alike(a: QuantityKind, b: QuantityKind) -> bool {
    let number = |kind| matches!(kind, QuantityKind::Number | QuantityKind::Percentage | QuantityKind::Year);
    a == b || (number(a) && number(b))
}

fn is_small_in_digits(quantity: &Quantity) -> bool {
    quantity.soft
        && !quantity.in_words
        && (2.0..100.0).contains(&quantity.value)
        && quantity.value.fract() == 0.0
        && matches!(quantity.kind, QuantityKind::Number | QuantityKind::Ordinal)
}

/// Removes numbers whose digits are part of a run in the other text: 116 123 and 116123.
fn drop_joined(only: &mut Vec<usize>, stated: TextQuantities, other: &str) {
    if !only.iter().any(|&at| is_strong(&stated.quantities[at])) {
        return;
    }
    let mut runs = plain_runs_of_digits(other).unwrap_or_else(|| runs_of_digits(other));
    runs.retain(|run| run.len() >= LONG_RUN);
    if runs.is_empty() {
        return;
    }
    only.retain(|&at| {
        let quantity = &stated.quantities[at];
        let written = stated.text.get(quantity.at.clone()).unwrap_or_default();
        let digits = match written.is_ascii() {
            true => written.chars().filter(char::is_ascii_digit).collect(),
            false => runs_of_digits(written).concat(),
        };
        quantity.is_scaled() || digits.len() < 3 || !runs.iter().any(|run| run.contains(&digits))
    });
}

/// The fewest digits of a run of which a number may be a part.
const LONG_RUN: usize = 6;

/// Does what [`runs_of_digits`] does for most texts, several times as fast, but without short runs. Returns `None` if a
/// text has characters that may be digits, that may join digits, or that readers do not see.
fn plain_runs_of_digits(text: &str) -> Option<Vec<String>> {
    let bytes = text.as_bytes();
    let is_plain = |(at, byte): (usize, &u8)| {
        let next = |n: usize| bytes.get(at + n).copied().unwrap_or_default();
        match byte {
            ..0xC0 => true,
            0xC2 => !matches!(next(1), 0..=0xA0 | 0xAD),
            0xC3 | 0xD0 | 0xD1 | 0xE4..=0xE9 | 0xEB | 0xEC => true,
            // Hangul.
            0xEA => next(1) >= 0xB0,
            0xED => next(1) <= 0x9D,
            // Dashes and quotation marks.
            0xE2 => next(1) == 0x80 && matches!(next(2), 0x93..=0x9F),
            // An ideographic space, and marks on kana.
            0xE3 => !matches!((next(1), next(2)), (0x80, 0x80) | (0x82, 0x99 | 0x9A)),
            _ => false,
        }
    };
    if !text.is_ascii() && !bytes.iter().enumerate().all(is_plain) {
        return None;
    }
    let mut runs = Vec::new();
    if bytes.iter().filter(|byte| byte.is_ascii_digit()).count() < LONG_RUN {
        return Some(runs);
    }
    let mut run = String::new();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte.is_ascii_digit() {
            run.push(char::from(byte));
        } else if !run.is_empty() {
            let joins = matches!(byte, b' ' | b'-' | b'.' | b',') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
            if !joins {
                runs.push(std::mem::take(&mut run));
            }
        }
    }
    if !run.is_empty() {
        runs.push(run);
    }
    Some(runs)
}

/// Returns the digits of a text that only spaces, hyphens, points and commas separate.
fn runs_of_digits(text: &str) -> Vec<String> {
    let folded = FoldedText::new(text, Tongue::Other);
    let mut runs = Vec::new();
    let mut run = String::new();
    for (at, c) in folded.chars.iter().enumerate() {
        let joins = matches!(c, ' ' | '-' | '.' | ',' | '\u{a0}') && folded.is_digit(at + 1);
        if c.is_ascii_digit() {
            run.push(*c);
        } else if !joins && !run.is_empty() {
            runs.push(std::mem::take(&mut run));
        }
    }
    if !run.is_empty() {
        runs.push(run);
    }
    runs
}

/// The comparison of two blocks: the indices of what only one side states, and what was found.
struct Comparison<'a> {
    a: &'a [Quantity],
    b: &'a [Quantity],
    only_a: Vec<usize>,
    only_b: Vec<usize>,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    /// Strong numbers: a warning if both sides have one left. Also if one side states a number more often than the other,
    /// which has another instead.
    fn numbers(&mut self) {
        let strong = |of: &[Quantity], only: &[usize]| -> Vec<usize> {
            only.iter().copied().filter(|&at| is_strong(&of[at])).collect()
        };
        let mut a = strong(self.a, &self.only_a);
        let mut b = strong(self.b, &self.only_b);
        if a.is_empty() && b.is_empty() {
            return;
        }
        let (left_a, left_b) = self.left();
        let substituted = !a.is_empty() && !b.is_empty();
        if !substituted {
            let (rest_a, rest_b) = (strong(self.a, &left_a), strong(self.b, &left_b));
            a = if a.is_empty() { rest_a } else { a };
            b = if b.is_empty() { rest_b } else { b };
        }
        let mut pairs = self.closest(&mut a, &mut b, substituted);
        // A small number with a zero or more too many.
        for y in b {
            if pairs.len() < MOST_WARNINGS && self.only_b.contains(&y) {
                let slips = |x: &usize| is_power_of_ten(self.b[y].value / self.a[*x].value);
                let mut small = self.only_a.iter().copied().filter(|&x| is_small_in_digits(&self.a[x]));
                pairs.extend(small.find(slips).map(|x| (x, y)));
            }
        }
        pairs.sort_unstable_by_key(|(_, y)| *y);
        let warned = pairs.len();
        pairs.into_iter().for_each(|(x, y)| self.report(Level::Warn, Some(x), Some(y)));
        let small = left_a.into_iter().find(|&x| is_small_in_digits(&self.a[x]) && self.only_a.contains(&x));
        if let (0, Some(x), Some(&y)) = (warned, small, strong(self.b, &self.only_b).first()) {
            self.report(Level::Hint, Some(x), Some(y));
        }
    }

    /// Takes the numbers out of both sides that most likely stand for each other, the closest first: of 48 million and
    /// 400, the former stands for 4.8 million.
    fn closest(&self, a: &mut Vec<usize>, b: &mut Vec<usize>, substituted: bool) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        while pairs.len() < MOST_WARNINGS {
            let all = b.iter().flat_map(|&y| a.iter().map(move |&x| (x, y)));
            let fits = |&(x, y): &(usize, usize)| {
                let (x, y) = (&self.a[x], &self.b[y]);
                (substituted || alike(x.kind, y.kind)) && !other_money(x, y)
            };
            let best = all.filter(fits).min_by_key(|&(x, y)| {
                let (x, y) = (&self.a[x], &self.b[y]);
                (!is_slip_of_scale(x.value, y.value), x.kind != y.kind, distance(x, y))
            });
            let Some((x, y)) = best else { break };
            a.retain(|&other| other != x);
            b.retain(|&other| other != y);
            pairs.push((x, y));
        }
        pairs
    }

    /// Matches one to one; returns what is left of both. Numbers that are hard to match choose first.
    fn left(&self) -> (Vec<usize>, Vec<usize>) {
        let mut free: Vec<usize> = (0..self.b.len()).filter(|&at| self.b[at].kind != QuantityKind::Weekday).collect();
        let mut order: Vec<usize> = (0..self.a.len()).filter(|&at| self.a[at].kind != QuantityKind::Weekday).collect();
        order.sort_by_key(|&at| self.a[at].soft);
        let mut left = Vec::new();
        for at in order {
            let x = &self.a[at];
            let like = free.iter().position(|&y| self.b[y].kind == x.kind && same(x, &self.b[y]));
            match like.or_else(|| free.iter().position(|&y| same(x, &self.b[y]))) {
                Some(place) => drop(free.remove(place)),
                None => left.push(at),
            }
        }
        left.sort_unstable();
        (left, free)
    }

    /// Weekdays and months: a warning if both sides have one left, a hint if the translation has a new one.
    fn names(&mut self, kind: QuantityKind) {
        let a: Vec<usize> = self.only_a.iter().copied().filter(|&at| self.a[at].kind == kind).collect();
        let b: Vec<usize> = self.only_b.iter().copied().filter(|&at| self.b[at].kind == kind).collect();
        let mut pairs = a.iter().zip(&b).peekable();
        if pairs.peek().is_none() {
            let other = (0..self.a.len()).find(|&at| self.a[at].kind == kind);
            if let (Some(x), Some(&y)) = (other, b.first()) {
                self.report(Level::Hint, Some(x), Some(y));
            }
            return;
        }
        let pairs: Vec<(usize, usize)> = pairs.map(|(x, y)| (*x, *y)).collect();
        for (x, y) in pairs {
            let doubtful = kind == QuantityKind::Weekday && (self.a[x].soft || self.b[y].soft);
            self.report(if doubtful { Level::Hint } else { Level::Warn }, Some(x), Some(y));
        }
    }

    /// Days of the month, beside a month on both sides.
    fn days(&mut self) {
        let days = |of: &[Quantity], only: &[usize]| -> Vec<usize> {
            only.iter().copied().filter(|&at| of[at].kind == QuantityKind::Day && is_beside_month(of, at)).collect()
        };
        let (a, b) = (days(self.a, &self.only_a), days(self.b, &self.only_b));
        for (x, y) in a.iter().zip(&b) {
            self.report(Level::Warn, Some(*x), Some(*y));
        }
    }

    /// A hint for the first of a kind that is left on both sides.
    fn hints(&mut self, kind: QuantityKind, fits: impl Fn(&Quantity) -> bool) {
        let find =
            |of: &[Quantity], only: &[usize]| only.iter().copied().find(|&at| of[at].kind == kind && fits(&of[at]));
        if let (Some(x), Some(y)) = (find(self.a, &self.only_a), find(self.b, &self.only_b)) {
            self.report(Level::Hint, Some(x), Some(y));
        }
    }

    /// Notes about strong numbers that only one side states.
    fn notes(&mut self) {
        let told = |term: Option<&StatedQuantity>, at: &Range<usize>| term.is_some_and(|term| term.at == *at);
        for at in self.only_a.clone() {
            let quantity = &self.a[at];
            let known = self.found.iter().any(|other| told(other.original.as_ref(), &quantity.at));
            if is_strong(quantity) && !known {
                self.report(Level::Note, Some(at), None);
            }
        }
        for at in self.only_b.clone() {
            let quantity = &self.b[at];
            let known = self.found.iter().any(|other| told(other.translation.as_ref(), &quantity.at));
            if is_strong(quantity) && !known {
                self.report(Level::Note, None, Some(at));
            }
        }
    }

    fn report(&mut self, level: Level, original: Option<usize>, translation: Option<usize>) {
        let original = original.map(|at| term(&self.a[at]));
        let translation = translation.map(|at| term(&self.b[at]));
        self.found.push(Difference { level, original, translation });
    }
}

fn is_beside_month(of: &[Quantity], at: usize) -> bool {
    let day = &of[at].at;
    let near = of[at.saturating_sub(2)..].iter().take(5);
    let mut months = near.filter(|other| other.kind == QuantityKind::Month).map(|month| &month.at);
    // A date in digits is one place for both.
    months.any(|month| month == day || month.start.abs_diff(day.end).min(day.start.abs_diff(month.end)) <= 12)
}

/// Whether both are amounts of money, in different currencies: a translator may convert them.
fn other_money(a: &Quantity, b: &Quantity) -> bool {
    match (a.unit, b.unit) {
        (Some(a), Some(b)) => a.is_money() && b.is_money() && a.dimension != b.dimension,
        _ => false,
    }
}

fn is_power_of_ten(ratio: f64) -> bool {
    [10.0, 100.0, 1000.0].iter().any(|power| (ratio - power).abs() < 1e-6)
}

/// Whether two values have the same digits.
fn is_slip_of_scale(a: f64, b: f64) -> bool {
    let power = (a.max(1e-9) / b.max(1e-9)).log10();
    power.round() != 0.0 && (power - power.round()).abs() < 1e-6
}

/// How far two values are apart, in steps of a tenth of a magnitude.
fn distance(a: &Quantity, b: &Quantity) -> u64 {
    let magnitude = |value: f64| value.abs().max(1e-9).log10();
    ((magnitude(a.value) - magnitude(b.value)).abs() * 100.0).min(1e9) as u64
}

fn term(quantity: &Quantity) -> StatedQuantity {
    StatedQuantity { kind: quantity.kind, at: quantity.at.clone(), value: in_english(quantity) }
}

/// Returns the value of a quantity in English.
pub fn in_english(quantity: &Quantity) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let value = quantity.value;
    let index = (value.max(1.0) as usize) - 1;
    match quantity.kind {
        QuantityKind::Month => MONTHS[index.min(11)].to_owned(),
        QuantityKind::Weekday => DAYS[index.min(6)].to_owned(),
        QuantityKind::Time => format!("{}:{:02}", (value / 60.0) as u32, (value % 60.0) as u32),
        QuantityKind::Year => format!("{value}"),
        QuantityKind::Decade => format!("{value}s"),
        QuantityKind::Percentage => format!("{}%", number(value)),
        QuantityKind::Ordinal => ordinal(value),
        _ => number(value),
    }
}

/// Returns a number with a scale word from a million, and with commas below.
fn number(value: f64) -> String {
    for (scale, word) in [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")] {
        if value >= scale && value < 1e18 {
            return format!("{} {word}", decimal(value / scale));
        }
    }
    decimal(value)
}

/// Returns a number with at most four decimals and commas between thousands.
fn decimal(value: f64) -> String {
    if !value.is_finite() || value.abs() >= 1e18 {
        return "a very large number".to_owned();
    }
    let text = format!("{value:.4}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    let mut out = String::new();
    for (at, c) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 && c.is_ascii_digit() && !out.ends_with('-') {
            out.push(',');
        }
        out.push(c);
    }
    if !decimals.is_empty() {
        out.push('.');
        out.push_str(decimals);
    }
    out
}

fn ordinal(value: f64) -> String {
    let whole = value as u64;
    let ending = match (whole % 10, whole % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{whole}{ending}")
}

#[cfg(test)]
mod tests {
    use super::{LONG_RUN, plain_runs_of_digits, runs_of_digits};

    /// The shortcut for plain texts finds what a folded text shows.
    #[test]
    fn long_runs_of_digits() {
        let runs = |text: &str| -> Vec<String> {
            runs_of_digits(text).into_iter().filter(|run| run.len() >= LONG_RUN).collect()
        };
        let parts = [
            "116",
            " ",
            "-",
            ".",
            ",",
            "、",
            "は",
            "é",
            "12",
            "–",
            "年",
            "“",
            "\u{a0}",
            "１",
            "x",
            "７８９",
            "\u{3099}",
            "я",
            "«",
            "한",
            "갈",
        ];
        let mut state = 7u32;
        let mut plain = 0;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..9 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Without this, few would be plain.
                let most = if state & 0x8000 == 0 { 12 } else { parts.len() };
                text.push_str(parts[(state >> 16) as usize % most]);
            }
            if let Some(mut found) = plain_runs_of_digits(&text) {
                found.retain(|run| run.len() >= LONG_RUN);
                assert_eq!(found, runs(&text), "{text}");
                plain += 1;
            }
        }
        assert!(plain > 1000, "{plain}");
        assert_eq!(plain_runs_of_digits("at 116 123 or 116-124"), Some(vec!["116123".into(), "116124".into()]));
    }
}
