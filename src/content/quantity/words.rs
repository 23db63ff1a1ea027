//! Words of numbers and dates in languages that write words with spaces, and in Thai. `lexicon.rs` looks them up in
//! tables.

use super::dates;
use super::folded::{is_ideograph, is_space, is_thai, is_word};
use super::kinds::QuantityKind;
use super::lexicon::{Meaning, WordMatch};
use super::phrases::{self, PhraseSum};
use super::state::QuantityReader;
use super::tongue::Tongue;

/// The most words of a number.
const MOST_WORDS: usize = 16;

impl QuantityReader<'_> {
    /// Reads the word at `at`. Returns its end, or that of the phrase that it starts.
    pub fn word(&mut self, at: usize) -> usize {
        let end = self.text.word_end(at);
        if let Some(end) = self.address(at, end) {
            return end;
        }
        if self.tongue() == Tongue::Ko {
            return self.korean_word(at, end);
        }
        if self.tongue() == Tongue::Vi
            && let Some(end) = self.vietnamese_word(at, end)
        {
            return end;
        }
        let Some(found) = self.find(at, end) else {
            return self.unknown_word(at, end);
        };
        self.known_word(found)
    }

    /// Returns the end of a word at `at` that means nothing for certain. Most words do.
    #[inline]
    pub fn unknown_word_end(&self, at: usize) -> Option<usize> {
        let rest = self.text.chars.get(at..)?;
        let mut length = rest.iter().position(|c| !c.is_ascii_lowercase()).unwrap_or(rest.len());
        let is_ascii = rest.get(length).is_none_or(char::is_ascii);
        if !is_ascii {
            length += rest[length..].iter().position(|&c| !is_word(c)).unwrap_or(rest.len() - length);
        }
        let (first, next) = (*rest.first()?, rest.get(length).copied().unwrap_or(' '));
        // What belongs to the word, a mail address, a web address.
        if length == 0 || matches!(next, '\'' | '@') || matches!((first, next), ('h', ':') | ('w', '.')) {
            return None;
        }
        let may_mean = match self.tongue() {
            Tongue::Vi => true,
            Tongue::Th => is_thai(first),
            Tongue::Ko => matches!(first, '오' | '최' | '약' | '수' | '절') || rest[..length].contains(&'요'),
            Tongue::De | Tongue::It => {
                phrases::may_be_compound(first, self.text.get(at + 1), self.tongue() == Tongue::De)
            }
            _ => false,
        };
        let may_be_roman = matches!(first, 'i' | 'v' | 'x' | 'l') && length <= 7 && self.text.is_capital(at);
        if may_mean || may_be_roman {
            return None;
        }
        let end = at + length;
        let may_find = match is_ascii {
            true => self.lexicon.may_find_ascii(&self.text, at, end),
            false => self.lexicon.may_find(&self.text, at, end),
        };
        (!may_find).then_some(end)
    }

    /// Reads the Thai word at `at`.
    pub fn thai(&mut self, at: usize) -> usize {
        match self.lexicon.find_glued(&self.text, at) {
            // Without spaces a scale word or unit is part of others.
            Some(WordMatch { meaning: Meaning::Scale(_) | Meaning::Unit(_), end, .. }) => end,
            Some(found) => self.known_word(found),
            None => at + 1,
        }
    }

    fn known_word(&mut self, found: WordMatch) -> usize {
        let WordMatch { meaning, start: at, end } = found;
        match meaning {
            Meaning::Month(month) => self.month(month, at, end),
            Meaning::MonthBesideDigits(month) if self.is_beside_digits(at, end) => self.month(month, at, end),
            Meaning::Weekday(day) if self.is_weekday(at) => {
                self.add(QuantityKind::Weekday, f64::from(day), at, end);
            }
            Meaning::PerhapsWeekday(day) if self.text.is_capital(at) || self.tongue() == Tongue::He => {
                self.add_soft(QuantityKind::Weekday, f64::from(day), at, end);
            }
            Meaning::Number(_) | Meaning::Ordinal(_) | Meaning::Scale(_) => return self.number_in_words(found),
            Meaning::Fraction(value) => return self.fraction(value, at, end),
            Meaning::Loose(value) => self.add_loose(value, at, end),
            Meaning::Decade(value) => {
                self.add_soft(QuantityKind::Decade, value, at, end);
            }
            Meaning::Time(minutes) => self.add_time(minutes, None, at, end),
            Meaning::About => self.about(end),
            Meaning::Percent if self.tongue() == Tongue::Tr => self.percent_until = end + 2,
            _ => {}
        }
        end
    }

    /// In these languages names of months are capital letters' words.
    fn month(&mut self, month: u8, at: usize, end: usize) {
        if matches!(self.tongue(), Tongue::En | Tongue::De | Tongue::Tr) && !self.text.is_capital(at) {
            let mid = self.tongue() == Tongue::En && month == 5;
            if !mid {
                return;
            }
        }
        self.add_soft(QuantityKind::Month, f64::from(month), at, end);
    }

    /// Whether digits stand beside a word.
    fn is_beside_digits(&self, at: usize, end: usize) -> bool {
        let behind = self.text.skip(end, 2, |c| is_space(c) || matches!(c, '.' | ','));
        let before = (1..=3).map(|back| self.text.get(at.wrapping_sub(back))).find(|c| !is_space(*c) && *c != '.');
        let latin = self.text.get(at).is_ascii_alphabetic();
        let capital = !latin || self.text.is_capital(at) || !matches!(self.tongue(), Tongue::En | Tongue::De);
        // "until Oct. The": a point behind an abbreviation.
        let point =
            self.tongue() == Tongue::En && end - at >= 3 && self.text.get(end) == '.' && is_space(self.text.before(at));
        capital && (point || self.text.is_digit(behind) || before.is_some_and(|c| c.is_ascii_digit()))
    }

    /// Whether the word is a weekday, not a word that looks like it.
    fn is_weekday(&self, at: usize) -> bool {
        match self.tongue() {
            Tongue::En | Tongue::De => self.text.is_capital(at),
            _ => true,
        }
    }

    /// Skips web and mail addresses and names of accounts.
    fn address(&self, at: usize, end: usize) -> Option<usize> {
        let web = match (self.text.get(at), self.text.get(end)) {
            (_, '@') => true,
            ('h', ':') => self.text.starts_with(at, "http") && self.text.starts_with(end, "://"),
            ('w', '.') => self.text.starts_with(at, "www."),
            _ => false,
        };
        let stops = |c: char| is_space(c) || is_ideograph(c) || matches!(c, '"' | '<' | '>' | ')' | '\u{ff09}');
        web.then(|| self.text.skip(end, usize::MAX, |c| !stops(c)))
    }

    /// Reads what no table has: compounds of German and Italian, Roman numerals.
    fn unknown_word(&mut self, at: usize, end: usize) -> usize {
        // `l'11 settembre`, `d'août`.
        if matches!(self.tongue(), Tongue::Fr | Tongue::It | Tongue::Pt)
            && let Some(mid) = (at + 1..end.min(at + 8)).find(|&mid| self.text.get(mid) == '\'')
        {
            return self.word_behind(mid + 1, end);
        }
        let german = self.tongue() == Tongue::De;
        let may_be_compound = match self.tongue() {
            Tongue::De | Tongue::It => phrases::may_be_compound(self.text.get(at), self.text.get(at + 1), german),
            _ => false,
        };
        if may_be_compound && end - at <= 40 {
            let word: String = self.text.chars[at..end].iter().collect();
            let compound = if german { phrases::german(&word) } else { phrases::italian(&word) };
            if let Some((value, taken)) = compound {
                let end = at + word[..taken].chars().count();
                let quantity = self.add_soft(QuantityKind::Number, value, at, end);
                quantity.in_words = true;
                quantity.approximate = true;
                return self.text.word_end(at);
            }
        }
        let may_be_roman = matches!(self.text.get(at), 'i' | 'v' | 'x' | 'l') && end - at <= 7;
        let long = end - at > 1 || !matches!(self.tongue(), Tongue::En | Tongue::Other);
        if may_be_roman
            && long
            && self.text.is_capital(at)
            && let Some(value) = dates::roman(&self.text, at, end)
        {
            self.add_soft(QuantityKind::Ordinal, value, at, end);
        }
        end
    }

    /// Reads the rest of a word behind an apostrophe.
    fn word_behind(&mut self, at: usize, end: usize) -> usize {
        match self.find(at, end) {
            Some(found) => self.known_word(found),
            None => end,
        }
    }

    /// Reads half, a third, and half a million.
    fn fraction(&mut self, value: f64, at: usize, end: usize) -> usize {
        let mut next = self.text.skip_spaces(end);
        let word = self.text.word_end(next);
        if matches!(self.text.chars[next..word], ['a'] | ['a', 'n'] | ['d', 'e'] | ['d']) {
            next = self.text.skip_spaces(word);
        }
        if let Some(WordMatch { meaning: Meaning::Scale(factor), end, .. }) = self.word_at(next) {
            let quantity = self.add_soft(QuantityKind::Number, value * factor, at, end);
            quantity.in_words = true;
            quantity.scale = factor;
            return end;
        }
        let quantity = self.add_soft(QuantityKind::Fraction, value, at, end);
        quantity.in_words = true;
        end
    }

    /// Reads the number whose first word was found.
    fn number_in_words(&mut self, first: WordMatch) -> usize {
        let mut sum = PhraseSum::new();
        let mut end = first.start;
        let mut ordinal = false;
        let mut next = Some(first);
        for _ in 0..MOST_WORDS {
            let Some(found) = next else { break };
            let fits = match found.meaning {
                Meaning::Number(value) => sum.add(value),
                Meaning::Ordinal(value) => {
                    ordinal = sum.add(value);
                    ordinal
                }
                Meaning::Scale(factor) => sum.multiply(factor),
                _ => false,
            };
            if !fits {
                break;
            }
            end = found.end;
            if ordinal {
                break;
            }
            next = self.next_number_word(end);
        }
        let behind = self.word_at(self.text.skip_spaces(end));
        self.add_number_in_words(&sum, ordinal, first.start, end, behind)
    }

    fn add_number_in_words(
        &mut self,
        sum: &PhraseSum,
        ordinal: bool,
        start: usize,
        mut end: usize,
        behind: Option<WordMatch>,
    ) -> usize {
        let value = sum.value();
        let mut kind = if ordinal { QuantityKind::Ordinal } else { QuantityKind::Number };
        let mut unit = None;
        let mut loose = None;
        match behind {
            Some(WordMatch { meaning: Meaning::Percent, end: behind, .. }) => {
                kind = QuantityKind::Percentage;
                end = behind;
            }
            Some(WordMatch { meaning: Meaning::Unit(found), .. }) => unit = Some(found),
            Some(WordMatch { meaning: Meaning::Loose(many), end: behind, .. }) if many >= 10.0 => {
                loose = Some((many, behind))
            }
            _ => {}
        }
        let strong = sum.scale >= 1000.0 && sum.counted && value > 12.0;
        let quantity = self.add(kind, value, start, end);
        quantity.in_words = true;
        quantity.approximate |= !strong;
        quantity.soft = !strong;
        quantity.scale = sum.scale;
        quantity.unit = unit;
        // Two decades are twenty years.
        if let Some((many, behind)) = loose {
            self.add_loose(value * many, start, behind);
            return behind;
        }
        end
    }

    /// Returns the word of a number behind `at`, also behind "and".
    fn next_number_word(&mut self, at: usize) -> Option<WordMatch> {
        let place = self.text.skip(at, 2, |c| is_space(c) || c == '-');
        if place == at && self.tongue() != Tongue::Th {
            return None;
        }
        let found = self.word_at(place)?;
        if !matches!(found.meaning, Meaning::And) {
            return Some(found);
        }
        let place = self.text.skip_spaces(found.end);
        self.word_at(place).filter(|found| matches!(found.meaning, Meaning::Number(_) | Meaning::Ordinal(_)))
    }

    /// Reads a Korean word: particles are glued to names of weekdays.
    fn korean_word(&mut self, at: usize, end: usize) -> usize {
        const DAYS: [char; 7] = ['월', '화', '수', '목', '금', '토', '일'];
        for place in at..end {
            if self.text.get(place + 1) != '요' {
                continue;
            }
            let day = DAYS.iter().position(|day| *day == self.text.get(place));
            if let Some(day) = day.filter(|_| self.text.starts_with(place + 1, "요일")) {
                self.add(QuantityKind::Weekday, (day + 1) as f64, place, place + 3);
            }
        }
        if self.text.starts_with(at, "절반") {
            self.add_soft(QuantityKind::Fraction, 0.5, at, at + 2);
        }
        if let Some(found) = self.find(at, end) {
            return self.known_word(found).max(end);
        }
        end
    }

    /// Reads Vietnamese words that stand before the number of a month or day, and weekdays, which are ordinals in lower
    /// case.
    fn vietnamese_word(&mut self, at: usize, end: usize) -> Option<usize> {
        match self.text.chars[at..end.min(at + 8)] {
            ['t', 'h', 'á', 'n', 'g'] => {
                self.month_until = end + 2;
                return Some(end);
            }
            ['n', 'g', 'à', 'y'] => {
                self.day_until = end + 2;
                return Some(end);
            }
            ['t', 'h', 'ứ'] => {}
            _ => return None,
        }
        let found = self.find(at, end)?;
        let Meaning::Ordinal(value) = found.meaning else { return None };
        let last = self.text.skip_spaces(end);
        let weekday = (2.0..=7.0).contains(&value) && (self.text.is_capital(last) || self.text.is_capital(at));
        if weekday {
            self.add(QuantityKind::Weekday, value - 1.0, at, found.end);
        } else {
            self.add_soft(QuantityKind::Ordinal, value, at, found.end);
        }
        Some(found.end)
    }

    /// Whether a word starts at `at`, not inside another.
    pub fn starts_word(&self, at: usize) -> bool {
        is_word(self.text.get(at))
    }
}
