//! Numbers in digits in languages that write words with spaces, with what stands before and behind them: scale words,
//! percent signs, units, currencies, endings of ordinals and decades.

use super::dates;
use super::digits::{self, Plain};
use super::folded::{JOINT, is_space, is_thai, is_word};
use super::kinds::{Dimension, QuantityKind, QuantityUnit};
use super::lexicon::{Meaning, WordMatch};
use super::state::{QuantityReader, Suffix};
use super::tongue::Tongue;

/// Letters before digits that are currencies, not names.
const CURRENCIES: [&str; 23] = [
    "us", "a", "c", "nz", "hk", "r", "rs", "eur", "usd", "cny", "jpy", "rmb", "gbp", "krw", "n", "sh", "ksh", "s",
    "chf", "nt", "inr", "aud", "rp",
];

/// Words before a hyphen and a number that are no names.
const BEFORE_NUMBERS: [&str; 12] =
    ["mid", "pre", "post", "early", "late", "under", "over", "age", "aged", "ages", "non", "all"];

/// Returns the currency of a sign.
pub fn currency(c: char) -> Option<QuantityUnit> {
    let name = match c {
        '$' | '﹩' => "$usd",
        '€' => "$eur",
        '£' => "$gbp",
        '¥' => "$jpy",
        '₩' => "$krw",
        '₽' => "$rub",
        '₴' => "$uah",
        '₪' => "$ils",
        '₹' => "$inr",
        '฿' => "$thb",
        '₺' => "$try",
        '₫' => "$vnd",
        _ => return None,
    };
    QuantityUnit::named(name)
}

/// Returns the unit of a character that is one.
fn unit_sign(c: char) -> Option<QuantityUnit> {
    let name = match c {
        '㎡' => "m2",
        '㎢' => "km2",
        '㎞' => "km",
        '㎝' => "cm",
        '㎜' => "mm",
        '㎏' => "kg",
        _ => return None,
    };
    QuantityUnit::named(name)
}

impl QuantityReader<'_> {
    /// Reads the number at `at`, in a language that writes words with spaces or Thai. Returns its end.
    pub fn number(&mut self, at: usize) -> usize {
        if let Some(end) = self.identifier(at).or_else(|| self.digits_with_form(at)) {
            return end;
        }
        let Some(plain) = digits::plain(&self.text, at) else {
            let end = self.text.skip(at, usize::MAX, |c| c.is_ascii_digit());
            self.add_soft(QuantityKind::Identifier, 0.0, at, end);
            return end;
        };
        if self.is_named(at, &plain) {
            self.add_soft(QuantityKind::Identifier, plain.value, at, plain.end);
            return self.text.skip(plain.end, 20, |c| is_word(c) && c.is_ascii());
        }
        if let Some(end) = self.decade(at, &plain).or_else(|| self.hour(at, &plain)) {
            return end;
        }
        let plain = self.half_behind(plain);
        let suffix = self.suffix(at, &plain);
        self.add_number(at, &plain, suffix);
        // 6 decades are 60 years.
        let behind = self.text.skip_spaces(suffix.end);
        if let Some(WordMatch { meaning: Meaning::Loose(many), end, .. }) = self.word_at(behind)
            && many >= 10.0
            && plain.bare
            && plain.value < 100.0
        {
            self.add_loose(plain.value * many, at, end);
            return end;
        }
        suffix.end
    }

    /// Adds "and a half" behind a whole number to it.
    fn half_behind(&mut self, plain: Plain) -> Plain {
        let half = |found: WordMatch| found.meaning == Meaning::Fraction(0.5);
        let place = self.text.skip_spaces(plain.end);
        if !plain.bare || plain.value > 999.0 || place == plain.end || !is_word(self.text.get(place)) {
            return plain;
        }
        let end = match self.word_at(place) {
            // The conjunctions of Hebrew and Arabic are part of the word.
            Some(found) if half(found) && matches!(self.text.get(place), 'ו' | 'و') => Some(found.end),
            Some(WordMatch { meaning: Meaning::And, end, .. }) => {
                let next = self.text.skip_spaces(end);
                let article = self.text.get(next) == 'a' && is_space(self.text.get(next + 1));
                self.word_at(if article { next + 2 } else { next }).filter(|found| half(*found)).map(|found| found.end)
            }
            _ => None,
        };
        match end {
            Some(end) => Plain {
                value: plain.value + 0.5,
                alternative: Some(plain.value),
                end,
                bare: false,
                digits: plain.digits + 1,
                ..plain
            },
            None => plain,
        }
    }

    /// Adds a number with its suffix, as the kind that it is.
    fn add_number(&mut self, at: usize, plain: &Plain, suffix: Suffix) {
        let value = plain.value * suffix.scale;
        let scaled = suffix.scale > 1.0;
        let sign = self.text.before(at);
        let money = currency(sign).or_else(|| currency(self.text.get(at.wrapping_sub(2))).filter(|_| is_space(sign)));
        let percent = suffix.percent || sign == '%' || at < self.percent_until;
        let small = plain.bare && plain.value <= 31.0 && !scaled;
        let ordinal = self.ordinal_end(plain.end).filter(|_| plain.bare && !scaled);
        let year = self.year(plain, &suffix).filter(|_| money.is_none() && !percent && ordinal.is_none());
        let (month, day) = (at < self.month_until && small, at < self.day_until && small);
        let after = self.about_behind(suffix.end);
        let kind = if percent {
            QuantityKind::Percentage
        } else if month && plain.value <= 12.0 {
            QuantityKind::Month
        } else if day {
            QuantityKind::Day
        } else if year.is_some() {
            QuantityKind::Year
        } else if ordinal.is_some() {
            QuantityKind::Ordinal
        } else {
            QuantityKind::Number
        };
        let soft = match kind {
            QuantityKind::Month | QuantityKind::Day => true,
            QuantityKind::Ordinal => value <= 31.0,
            QuantityKind::Percentage => false,
            _ => value <= 12.0 && plain.bare && !scaled,
        };
        let quantity = self.add(kind, year.map_or(value, |(year, _)| year), at, suffix.end);
        quantity.soft = soft;
        quantity.digits = plain.digits;
        quantity.scale = suffix.scale;
        quantity.alternative = year.map_or(plain.alternative.map(|other| other * suffix.scale), |(_, other)| other);
        quantity.unit = suffix.unit.or(money);
        quantity.approximate |= after;
    }

    /// Returns the year, and another reading of it, that four digits state. Thai counts from 543 before the Common Era,
    /// Iran from 621 and a half after its beginning.
    fn year(&self, plain: &Plain, suffix: &Suffix) -> Option<(f64, Option<f64>)> {
        if !plain.bare || plain.length != 4 || suffix.scale > 1.0 || suffix.unit.is_some() {
            return None;
        }
        let year = plain.value;
        match self.tongue() {
            Tongue::Th if (2350.0..=2650.0).contains(&year) => Some((year - 543.0, Some(year))),
            Tongue::Fa if (1250.0..=1450.0).contains(&year) => Some((year, Some(year + 621.5))),
            _ if (1000.0..=2100.0).contains(&year) => Some((year, None)),
            _ => None,
        }
    }

    /// Reads telephone numbers, dates and times in digits.
    pub fn digits_with_form(&mut self, at: usize) -> Option<usize> {
        if let Some(date) = dates::date(&self.text, at) {
            let thai = self.tongue() == Tongue::Th && date.year > 2350.0;
            self.add(QuantityKind::Year, if thai { date.year - 543.0 } else { date.year }, at, date.end);
            let (day, month) = (f64::from(date.day), f64::from(date.month));
            self.add_soft(QuantityKind::Month, month, at, date.end).alternative = date.swapped.then_some(day);
            self.add_soft(QuantityKind::Day, day, at, date.end).alternative = date.swapped.then_some(month);
            return Some(date.end);
        }
        if let Some(end) = self.short_date(at) {
            return Some(end);
        }
        if let Some(end) = dates::telephone(&self.text, at) {
            let quantity = self.add_soft(QuantityKind::Identifier, 0.0, at, end);
            quantity.digits = 15;
            return Some(end);
        }
        let (minutes, end, separator) = dates::time(&self.text, at)?;
        let (half, after) = self.half_of_day(end);
        if matches!(separator, '.' | ' ') && !after {
            return None;
        }
        let end = if after { half.1 } else { end };
        self.add_time(minutes, half.0, at, end);
        Some(end)
    }

    /// Reads a date without a year, or a fraction: 18.01., 19/07, 3/4. What it is cannot be known, so all is soft.
    fn short_date(&mut self, at: usize) -> Option<usize> {
        let (first, second, separator, end) = dates::pair(&self.text, at)?;
        let [one, two] = [f64::from(first), f64::from(second)];
        if separator == '.' {
            let points = matches!(self.tongue(), Tongue::De | Tongue::Ru | Tongue::Uk | Tongue::Tr | Tongue::Other);
            if !points || first > 31 || !(1..=12).contains(&second) || self.text.get(end) != '.' {
                return None;
            }
            self.add_soft(QuantityKind::Day, one, at, end);
            self.add_soft(QuantityKind::Month, two, at, end);
            return Some(end);
        }
        if first > 31 || second > 31 || second == 0 {
            return None;
        }
        self.add_soft(QuantityKind::Number, one, at, end);
        self.add_soft(QuantityKind::Number, two, at, end);
        self.add_soft(QuantityKind::Fraction, one / two, at, end);
        Some(end)
    }

    /// Returns whether a word for a half of the day or "o'clock" stands at `at`: (afternoon?, its end).
    fn half_of_day(&mut self, at: usize) -> ((Option<bool>, usize), bool) {
        let place = self.text.skip_spaces(at);
        let Some(found) = self.word_at(place) else { return ((None, at), false) };
        let half = match found.meaning {
            Meaning::Afternoon => Some(true),
            Meaning::Morning => Some(false),
            Meaning::Hour => {
                let next = self.text.skip_spaces(found.end);
                let behind = self.word_at(next).map(|found| (found.meaning, found.end));
                return match behind {
                    Some((Meaning::Afternoon, end)) => ((Some(true), end), true),
                    Some((Meaning::Morning, end)) => ((Some(false), end), true),
                    _ => ((None, found.end), true),
                };
            }
            _ => return ((None, at), false),
        };
        ((half, found.end), true)
    }

    /// Adds a time of day. Hours up to twelve move to the afternoon if a word says so.
    pub fn add_time(&mut self, minutes: f64, afternoon: Option<bool>, at: usize, end: usize) {
        let minutes = match afternoon {
            Some(true) if minutes < 720.0 => minutes + 720.0,
            Some(false) if (720.0..780.0).contains(&minutes) => minutes - 720.0,
            _ => minutes,
        };
        self.add_soft(QuantityKind::Time, minutes, at, end);
    }

    /// Reads an hour with a word behind it: 6 p.m., 18 Uhr.
    fn hour(&mut self, at: usize, plain: &Plain) -> Option<usize> {
        if !plain.bare || plain.value > 24.0 {
            return None;
        }
        let (half, after) = self.half_of_day(plain.end);
        if !after {
            return None;
        }
        let mut minutes = plain.value * 60.0;
        let mut end = half.1;
        // "18 Uhr 30", "18h30".
        if half.0.is_none() && self.text.get(end - 1) != '.' {
            let next = self.text.skip(end, 1, is_space);
            if let Some(more) =
                digits::plain(&self.text, next).filter(|more| self.text.is_digit(next) && more.length == 2)
            {
                let ends = !is_word(self.text.get(more.end)) && self.tongue() != Tongue::En;
                if ends && more.bare && more.value < 60.0 {
                    minutes += more.value;
                    end = more.end;
                }
            }
        }
        self.add_time(minutes, half.0, at, end);
        Some(end)
    }

    /// Reads a number that a name holds: F-35, G7, COVID-19.
    pub fn identifier(&mut self, at: usize) -> Option<usize> {
        let before = self.text.before(at);
        let hyphen = before == '-' && at >= 2;
        let letter = if hyphen { self.text.get(at - 2) } else { before };
        let latin = letter.is_ascii_alphabetic();
        let cyrillic = matches!(letter, '\u{400}'..='\u{52f}') && self.text.is_capital(at - 1 - usize::from(hyphen));
        if !latin && !cyrillic {
            return None;
        }
        let last = at - usize::from(hyphen);
        let mut start = last;
        while start > 0 && last - start < 12 && is_word(self.text.get(start - 1)) {
            start -= 1;
        }
        let name: String = self.text.chars[start..last].iter().collect();
        let plain = digits::plain(&self.text, at)?;
        let year = plain.bare && plain.length == 4 && (1000.0..2100.0).contains(&plain.value);
        let number = if hyphen {
            year || BEFORE_NUMBERS.contains(&name.as_str()) || self.text.get(plain.end) == '%' || plain.length > 4
        } else {
            CURRENCIES.contains(&name.as_str()) && (plain.length >= 2 || !plain.bare)
        };
        if number {
            return None;
        }
        self.add_soft(QuantityKind::Identifier, plain.value, at, plain.end);
        Some(self.text.skip(plain.end, 12, |c| c.is_ascii_alphabetic()))
    }

    /// Whether capital letters behind digits make a name: 5G, 4K, 737MAX.
    fn is_named(&mut self, at: usize, plain: &Plain) -> bool {
        let end = plain.end;
        let money = currency(self.text.before(at)).is_some();
        if !plain.bare || !self.text.get(end).is_ascii_alphabetic() || !self.text.is_capital(end) || money {
            return false;
        }
        let word = self.text.word_end(end);
        // 4K and 6000K are no thousands.
        if word == end + 1 && self.text.get(end) == 'k' {
            return plain.length == 1 || plain.length > 3;
        }
        let scale = matches!(self.text.get(end), 'k' | 'm' | 'b' | 't') && word == end + 1;
        let unit = word - end <= 2 && matches!(self.text.get(end), 'k' | 'm' | 'c' | 'f' | 'h');
        !scale && !unit && self.find(end, word).is_none()
    }

    /// Reads a decade: 1990s, '90s, 90er.
    fn decade(&mut self, at: usize, plain: &Plain) -> Option<usize> {
        let end = plain.end;
        if !plain.bare || plain.value < 10.0 || plain.value % 10.0 != 0.0 || !matches!(plain.length, 2 | 4) {
            return None;
        }
        let start = if self.text.get(end) == '\'' || self.text.get(end) == '-' { end + 1 } else { end };
        let word = self.text.word_end(start);
        if word == start {
            return None;
        }
        let ending: String = self.text.chars[start..word.min(start + 4)].iter().collect();
        let known = match self.tongue() {
            Tongue::En | Tongue::Other => ending == "s",
            Tongue::De => matches!(ending.as_str(), "er" | "ern"),
            Tongue::Ru | Tongue::Uk => {
                start > end && matches!(ending.as_str(), "х" | "е" | "ые" | "ых" | "ті" | "тих" | "хх")
            }
            Tongue::Tr => matches!(ending.as_str(), "lar" | "larda" | "ler" | "lerde") || ending.starts_with("lar"),
            _ => false,
        };
        if !known {
            return None;
        }
        let value = if plain.value < 100.0 { plain.value + 1900.0 } else { plain.value };
        self.add_soft(QuantityKind::Decade, value, at, word);
        Some(word)
    }

    /// Returns the end of an ordinal's ending: 3rd, 3º, 3e, 3-й.
    fn ordinal_end(&self, at: usize) -> Option<usize> {
        let start = if self.text.get(at) == '-' { at + 1 } else { at };
        if matches!(self.text.get(at), 'º' | 'ª' | '°') && !matches!(self.text.get(at + 1), 'c' | 'f') {
            return Some(at + 1);
        }
        let word = self.text.word_end(start);
        if word <= start {
            return None;
        }
        let ending: String = self.text.chars[start..word.min(start + 5)].iter().collect();
        let known = match self.tongue() {
            Tongue::En | Tongue::Other => matches!(ending.as_str(), "st" | "nd" | "rd" | "th"),
            Tongue::Fr => matches!(ending.as_str(), "er" | "ère" | "e" | "ème" | "re" | "nd" | "eme"),
            Tongue::De => matches!(ending.as_str(), "te" | "ten" | "ste" | "sten"),
            Tongue::Ru | Tongue::Uk => {
                start > at
                    && matches!(
                        ending.as_str(),
                        "й" | "го" | "я" | "м" | "ой" | "ый" | "ю" | "му" | "е" | "а" | "ї" | "у" | "ю́"
                    )
            }
            Tongue::Tr => matches!(ending.as_str(), "inci" | "nci" | "üncü" | "uncu"),
            _ => false,
        };
        known.then_some(word)
    }

    /// Whether "or more" stands at `at`.
    fn about_behind(&mut self, at: usize) -> bool {
        let place = self.text.skip_spaces(at);
        self.text.get(place) == '+' || matches!(self.word_at(place).map(|found| found.meaning), Some(Meaning::About))
    }

    /// Reads what stands behind a number: scale words, then percent or a unit.
    fn suffix(&mut self, at: usize, plain: &Plain) -> Suffix {
        let mut suffix = Suffix { scale: 1.0, end: plain.end, ..Suffix::default() };
        if self.letter_scale(at, plain, &mut suffix) {
            return suffix;
        }
        for _ in 0..4 {
            let place = self.text.skip(suffix.end, 2, |c| is_space(c) || c == '-' || c == JOINT);
            let c = self.text.get(place);
            if matches!(c, '%' | '‰') {
                suffix.percent = true;
                suffix.end = place + 1;
                return suffix;
            }
            if let Some(unit) = currency(c) {
                suffix.unit = Some(unit);
                return suffix;
            }
            if matches!(c, '°' | 'º' | '℃' | '℉') {
                let letter = self.text.get(self.text.skip(place + 1, 1, is_space));
                let fahrenheit = c == '℉' || letter == 'f';
                let celsius = c == '℃' || matches!(letter, 'c' | 'с');
                suffix.unit = QuantityUnit::named(if fahrenheit {
                    "F"
                } else if celsius {
                    "C"
                } else {
                    "deg"
                });
                return suffix;
            }
            if let Some(unit) = unit_sign(c) {
                suffix.unit = Some(unit);
                return suffix;
            }
            if !is_word(c) && !is_thai(c) {
                return suffix;
            }
            let Some(found) = self.word_at(place) else { return suffix };
            match found.meaning {
                Meaning::Scale(factor) if suffix.unit.is_none() => {
                    suffix.scale *= factor;
                    suffix.end = found.end;
                }
                Meaning::Percent => {
                    suffix.percent = true;
                    suffix.end = found.end;
                    return suffix;
                }
                Meaning::Unit(unit) => {
                    let square = self.text.get(found.end) == '²' && unit.dimension == Dimension::Length;
                    let area = QuantityUnit { dimension: Dimension::Area, factor: unit.factor * unit.factor };
                    suffix.unit = Some(if square { area } else { unit });
                    return suffix;
                }
                Meaning::About | Meaning::And if suffix.scale > 1.0 => return suffix,
                _ => return suffix,
            }
        }
        suffix
    }

    /// Reads a scale of one letter behind the number of a currency: $5m, 3bn, 20k.
    fn letter_scale(&mut self, at: usize, plain: &Plain, suffix: &mut Suffix) -> bool {
        let place = self.text.skip(plain.end, 1, is_space);
        let glued = place == plain.end;
        let word = self.text.word_end(place);
        let money = (1..=4).any(|back| at >= back && currency(self.text.get(at - back)).is_some())
            || self.text.before(at).is_ascii_alphabetic();
        let factor = match (self.text.get(place), word - place) {
            ('k', 1) if glued => 1e3,
            ('m', 1) if money => 1e6,
            ('b', 1) if money || glued => 1e9,
            ('t', 1) if money && glued => 1e12,
            _ => return false,
        };
        if factor > 1e3 && !matches!(self.tongue(), Tongue::En | Tongue::Other) {
            return false;
        }
        suffix.scale = factor;
        suffix.end = word;
        true
    }
}
