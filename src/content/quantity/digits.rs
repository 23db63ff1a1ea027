//! Numbers in digits, with separators of thousands and decimals as languages write them. If a separator is ambiguous,
//! the number has both readings.

use super::folded::{FoldedText, JOINT};
use super::tongue::Tongue;

/// The longest run of digits that is a number.
const MOST_DIGITS: usize = 17;

/// A number in digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plain {
    pub value: f64,
    /// Its value if the separator meant the other thing.
    pub alternative: Option<f64>,
    pub end: usize,
    /// The number of digits.
    pub length: usize,
    /// Significant digits.
    pub digits: u8,
    /// Whether it has digits only.
    pub bare: bool,
}

/// Reads the number that starts at `at` with a digit, or with a point before one. `None` for runs of digits that are too
/// long for a number.
pub fn plain(text: &FoldedText, at: usize) -> Option<Plain> {
    let mut groups = Groups::default();
    let mut end = groups.take(text, at);
    let first = groups.lengths[0];
    while groups.count < groups.lengths.len() {
        let separator = text.get(end);
        let joins = text.is_digit(end + 1)
            && match separator {
                '.' | ',' => true,
                '\'' | JOINT => fits(text, end, first),
                ' ' => (text.tongue.spaced_thousands() || text.starts_with(end + 1, "000")) && fits(text, end, first),
                // ２９・６, but not 2・26事件.
                '・' => text.tongue == Tongue::Ja && groups.count == 1 && !is_date_of_event(text, end + 1),
                _ => false,
            };
        // A list (`2018,2019`) or a mixture of separators ends the number.
        if !joins || !groups.accepts(separator, text.skip(end + 1, 20, |c| c.is_ascii_digit()) - end - 1) {
            break;
        }
        groups.separators[groups.count - 1] = separator;
        end = groups.take(text, end + 1);
    }
    if groups.total > MOST_DIGITS {
        return None;
    }
    Some(groups.read(text, at, end))
}

/// Whether digits, and then a word for what happened on a day, stand at `at`.
fn is_date_of_event(text: &FoldedText, at: usize) -> bool {
    let end = text.skip(at, 3, |c| c.is_ascii_digit());
    ["事", "テ", "地", "大", "ク", "独", "同", "か", "以", "、"].iter().any(|word| text.starts_with(end, word))
}

/// Returns whether three digits follow a space, as after thousands.
fn fits(text: &FoldedText, space: usize, first: usize) -> bool {
    // 16 100x185 are two numbers.
    let behind = text.get(space + 4);
    first <= 3
        && (1..=3).all(|n| text.is_digit(space + n))
        && !behind.is_ascii_digit()
        && !matches!(behind, 'x' | '×' | 'v')
}

/// Groups of digits and the separators between them.
#[derive(Default)]
struct Groups {
    lengths: [usize; 6],
    separators: [char; 6],
    count: usize,
    total: usize,
}

impl Groups {
    /// Takes the digits from `at`; returns their end.
    fn take(&mut self, text: &FoldedText, at: usize) -> usize {
        let end = text.skip(at, usize::MAX, |c| c.is_ascii_digit());
        self.lengths[self.count] = end - at;
        self.count += 1;
        self.total += end - at;
        end
    }

    /// Returns whether another group of this length may follow.
    fn accepts(&self, separator: char, length: usize) -> bool {
        let before = &self.separators[..self.count - 1];
        let group = |length: usize| (2..=3).contains(&length);
        match before.last() {
            None => separator == '・' || self.lengths[0] <= 3 || (length <= 2 && matches!(separator, '.' | ',')),
            Some(last) if *last == separator => {
                // `12.5.2021` is no number.
                self.lengths[..self.count].iter().skip(1).all(|l| group(*l)) && group(length)
            }
            // The decimals behind thousands.
            Some(last) => {
                matches!(separator, '.' | ',')
                    && !matches!((*last, separator), ('.', '.') | (',', ','))
                    && before.iter().all(|s| s == last)
                    && self.lengths[self.count - 1] == 3
            }
        }
    }

    fn read(&self, text: &FoldedText, at: usize, end: usize) -> Plain {
        let separators = &self.separators[..self.count - 1];
        let last = self.lengths[self.count - 1];
        let decimals = match separators {
            [] => 0,
            ['・'] => last,
            [.., before, separator] if before != separator => last,
            [one] if last != 3 && matches!(one, '.' | ',') => last,
            ['.' | ','] if text.get(at) == '0' => last,
            // Three digits behind a single point or comma: by language.
            ['.'] if !text.tongue.decimal_comma() => last,
            [','] if text.tongue.decimal_comma() => last,
            _ => 0,
        };
        let doubtful = matches!(separators, ['.' | ',']) && last == 3 && text.get(at) != '0';
        let mut all = 0.0;
        let (mut seen, mut significant) = (0, 0);
        for place in at..end {
            if let Some(digit) = text.get(place).to_digit(10) {
                all = all * 10.0 + f64::from(digit);
                seen += usize::from(seen > 0 || digit != 0);
                significant = if digit == 0 { significant } else { seen };
            }
        }
        let value = all / 10f64.powi(decimals as i32);
        Plain {
            value,
            alternative: doubtful.then(|| if decimals == 0 { all / 1000.0 } else { all }),
            end,
            length: self.total,
            digits: significant.max(1) as u8,
            bare: separators.is_empty(),
        }
    }
}
