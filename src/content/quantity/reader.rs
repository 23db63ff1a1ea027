//! The reader of quantities: one pass over a text, then a look at neighbours: days beside months, ranges with one scale
//! word.

use super::east_asian::STARTS;
use super::folded::{JOINT, is_ideograph, is_space, is_thai, is_word};
use super::ideographs;
use super::kinds::{Quantity, QuantityKind, significant};
use super::state::QuantityReader;
use super::tongue::Tongue;

/// Returns the quantities of a text, in order.
pub fn read(text: &str, tongue: Tongue) -> Vec<Quantity> {
    // Places are kept in 32 bits.
    if text.len() >= u32::MAX as usize {
        return Vec::new();
    }
    let mut reader = QuantityReader::new(text, tongue);
    let mut at = 0;
    loop {
        at = reader.skip_plain(at);
        if at >= reader.text.end() {
            break;
        }
        let next = reader.step(at);
        debug_assert!(next > at, "the reader must go on");
        at = next.max(at + 1);
    }
    reader.join_days();
    reader.join_scales();
    reader.share_scales();
    reader.found
}

/// What stands between the numbers of a range or of a choice.
const RANGES: [&str; 50] = [
    "-",
    "–",
    "—",
    "~",
    "〜",
    "～",
    "\u{2011}",
    "から",
    "ないし",
    "至",
    "到",
    "或",
    "、",
    "에서",
    "내지",
    "to",
    "or",
    "and",
    "bis",
    "oder",
    "und",
    "à",
    "ou",
    "et",
    "a",
    "o",
    "y",
    "e",
    "до",
    "или",
    "и",
    "або",
    "та",
    "إلى",
    "أو",
    "و",
    "עד",
    "או",
    "عל",
    "تا",
    "یا",
    "से",
    "या",
    "đến",
    "hoặc",
    "ถึง",
    "หรือ",
    "ile",
    "veya",
    "ila",
];

impl QuantityReader<'_> {
    /// Returns the next place from `at` where something may start.
    fn skip_plain(&self, mut at: usize) -> usize {
        let ideographs = self.tongue().has_ideographs();
        let east_asian = ideographs || self.tongue() == Tongue::Ko;
        while let Some(&c) = self.text.chars.get(at) {
            let class = ASCII.get(c as usize).copied().unwrap_or(AsciiClass::Other);
            let starts = match class {
                AsciiClass::Nothing => false,
                AsciiClass::Start => true,
                AsciiClass::Point => self.text.is_digit(at + 1),
                AsciiClass::Bracket => east_asian,
                AsciiClass::Other if ideographs && is_east_asian(c) => STARTS.has(c),
                AsciiClass::Other if !is_word(c) => match east_asian {
                    true => !matches!(c, JOINT | '\u{2010}'..='\u{2027}'),
                    false => self.tongue() == Tongue::Th && is_thai(c) || vulgar_fraction(c).is_some(),
                },
                AsciiClass::Letter | AsciiClass::Other => match self.unknown_word_end(at) {
                    Some(end) => {
                        at = end;
                        continue;
                    }
                    None => true,
                },
            };
            if starts {
                break;
            }
            at += 1;
        }
        at
    }

    /// Reads what starts at `at`; returns the place behind it.
    fn step(&mut self, at: usize) -> usize {
        let c = self.text.get(at);
        let east_asian = self.tongue().has_ideographs() || self.tongue() == Tongue::Ko;
        if east_asian {
            if c == '(' {
                return self.bracketed_weekday(at);
            }
            let vague_word = self.tongue() == Tongue::Ko && is_word(self.text.before(at)) && !c.is_ascii_digit();
            if ideographs::starts_number(&self.text, at) && !vague_word {
                return self.east_asian_number(at);
            }
            if is_ideograph(c) {
                return self.ideograph(at);
            }
            if self.tongue() == Tongue::Ko && is_word(c) {
                let end = self.ideograph(at);
                return if end > at + 1 { end } else { self.word(at) };
            }
        }
        if c == '.' && self.text.is_digit(at + 1) && is_space(self.text.before(at)) {
            return self.decimals(at);
        }
        if c.is_ascii_digit() {
            return self.number(at);
        }
        if is_thai(c) && self.tongue() == Tongue::Th {
            return self.thai(at);
        }
        if is_word(c) {
            return self.word(at);
        }
        if matches!(c, '@' | '#') && is_word(self.text.get(at + 1)) {
            return self.text.skip(at + 1, usize::MAX, |c| is_word(c) || c.is_ascii_digit() || c == '_').max(at + 1);
        }
        if let Some(value) = vulgar_fraction(c) {
            self.add_soft(QuantityKind::Fraction, value, at, at + 1);
        }
        at + 1
    }

    /// Reads decimals without a zero before them: `.321`.
    fn decimals(&mut self, at: usize) -> usize {
        let end = self.text.skip(at + 1, 6, |c| c.is_ascii_digit());
        let value =
            self.text.chars[at + 1..end].iter().fold(0.0, |sum, c| sum * 10.0 + f64::from(c.to_digit(10).unwrap_or(0)));
        let length = end - at - 1;
        let quantity = self.add(QuantityKind::Number, value / 10f64.powi(length as i32), at, end);
        quantity.digits = length as u8;
        end
    }

    /// "2 million 600 thousand" is one number.
    fn join_scales(&mut self) {
        let text = self.text.text;
        let joined_by_and = matches!(self.tongue(), Tongue::Ar | Tongue::Fa);
        self.found.dedup_by(|second, first| {
            if second.scale < 1000.0 {
                return false;
            }
            let gap = text.get(first.at.end..second.at.start).unwrap_or("?").trim();
            let and = gap.is_empty() || (gap == "و" && joined_by_and);
            let numbers = first.kind == QuantityKind::Number && second.kind == QuantityKind::Number;
            let fits = and && numbers && first.unit.is_none() && second.value < first.scale;
            if fits {
                first.value += second.value;
                first.at.end = second.at.end;
                first.digits = significant(first.value);
                first.scale = second.scale;
                first.unit = second.unit;
            }
            fits
        });
    }

    /// Small numbers beside the name of a month are days, and so are numbers beside days: 28-30 September.
    fn join_days(&mut self) {
        let text = self.text.text;
        let count = self.found.len();
        for at in 0..count {
            for forward in [false, true] {
                let Some(other) = (if forward { Some(at + 1).filter(|at| *at < count) } else { at.checked_sub(1) })
                else {
                    continue;
                };
                let [quantity, neighbour] = [&self.found[at], &self.found[other]];
                if is_small(quantity) && is_near(text, quantity, neighbour, true) {
                    self.make_day(at);
                }
            }
        }
        for at in (1..count).rev() {
            let [before, day] = [&self.found[at - 1], &self.found[at]];
            if is_small(before) && is_near(text, before, day, false) {
                self.make_day(at - 1);
            }
        }
    }

    fn make_day(&mut self, at: usize) {
        let quantity = &mut self.found[at];
        quantity.kind = QuantityKind::Day;
        quantity.soft = true;
    }

    /// In "20 to 30 million" the first number is 20 or 20 million.
    fn share_scales(&mut self) {
        let text = self.text.text;
        for at in 1..self.found.len() {
            let [before, number] = [&self.found[at - 1], &self.found[at]];
            let numbers = matches!(before.kind, QuantityKind::Number | QuantityKind::Percentage)
                && matches!(number.kind, QuantityKind::Number | QuantityKind::Percentage);
            let scaled = before.scale <= 1.0 && number.scale > 1.0;
            if !numbers || !scaled || before.alternative.is_some() {
                continue;
            }
            let gap = text.get(before.at.end..number.at.start).unwrap_or("?");
            if RANGES.contains(&gap.trim().trim_matches(is_space)) {
                let scale = number.scale;
                let before = &mut self.found[at - 1];
                before.alternative = Some(before.value * scale);
            }
        }
    }
}

/// Whether a character is an ideograph, kana, or the punctuation beside them.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3020}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// What may start with a character of ASCII.
#[derive(Clone, Copy)]
enum AsciiClass {
    Nothing,
    Letter,
    Start,
    /// A number, if a digit follows.
    Point,
    /// A weekday, in East Asian languages.
    Bracket,
    /// It is not in ASCII.
    Other,
}

static ASCII: [AsciiClass; 128] = {
    let mut table = [AsciiClass::Nothing; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' => AsciiClass::Letter,
            b'0'..=b'9' | b'A'..=b'Z' | b'@' | b'#' => AsciiClass::Start,
            b'.' => AsciiClass::Point,
            b'(' => AsciiClass::Bracket,
            _ => AsciiClass::Nothing,
        };
        byte += 1;
    }
    table
};

/// Whether a number may be a day of the month.
fn is_small(quantity: &Quantity) -> bool {
    matches!(quantity.kind, QuantityKind::Number | QuantityKind::Ordinal)
        && (1.0..=31.0).contains(&quantity.value)
        && quantity.value.fract() == 0.0
        && !quantity.in_words
        && quantity.scale <= 1.0
        && quantity.unit.is_none()
}

/// Whether a number stands beside a month or, if not `months`, beside a day: at most a word is between them.
fn is_near(text: &str, number: &Quantity, other: &Quantity, months: bool) -> bool {
    let wanted = if months { QuantityKind::Month } else { QuantityKind::Day };
    // A date in digits has its own day.
    if other.kind != wanted || number.at == other.at {
        return false;
    }
    let gap = match number.at.start < other.at.start {
        true => number.at.end..other.at.start,
        false => other.at.end..number.at.start,
    };
    let gap = text.get(gap).unwrap_or("????????");
    let most = if months { 7 } else { 5 };
    gap.len() <= 24
        && gap.chars().count() <= most
        && !gap.contains([';', '(', '\n'])
        && (months || gap.chars().all(|c| is_space(c) || c.is_alphabetic() || matches!(c, '-' | '–' | '.')))
}

fn vulgar_fraction(c: char) -> Option<f64> {
    Some(match c {
        '½' => 0.5,
        '⅓' => 1.0 / 3.0,
        '⅔' => 2.0 / 3.0,
        '¼' => 0.25,
        '¾' => 0.75,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing that the reader passes over would have been read.
    #[test]
    fn skips_only_what_starts_nothing() {
        for tongue in [Tongue::Ja, Tongue::ZhHans, Tongue::ZhHant, Tongue::Ko, Tongue::En, Tongue::Th, Tongue::Other] {
            let chars = ('\0'..'\u{100}').chain('\u{2000}'..'\u{2800}').chain('\u{3000}'..'\u{a000}');
            for c in chars.filter(|c| !matches!(*c, '\u{80}'..='\u{a0}' | '\u{ad}')) {
                for text in ["曜日本分の万年", "午後3時", "日)", "", "1日"].map(|rest| format!("{c}{rest}"))
                {
                    agrees(&text, tongue);
                }
            }
        }
    }

    #[test]
    fn skips_only_words_that_mean_nothing() {
        let tongues =
            [Tongue::En, Tongue::De, Tongue::Fr, Tongue::It, Tongue::Es, Tongue::Tr, Tongue::Vi, Tongue::Other];
        let words = "The first of May was in May a zwölf zweijährig ventidue XIV vi mid-May at least half http://a.b www.a \
                     a@b o'clock one's d'août l'11 nothing percent 5 pm p.m. Monday monday hundreds and harbour Sunday Times";
        let words: Vec<&str> = words.split(' ').collect();
        all_agree(&words, &tongues);
        let others = [
            (Tongue::Fr, "été août aujourd'hui d'août Élise onze première février à l'œuvre Xérès"),
            (Tongue::De, "zwölf fünf fünfzig März Fähre größer Zwölfjährige Übermorgen"),
            (Tongue::Tr, "yüzde beş Ağustos ığdır gün yarım"),
            (Tongue::Ru, "пять пятнадцать мая май Майя паром около процентов миллион миллиардеров в половине ёлка"),
            (Tongue::Uk, "п'ять п'ятниця травня близько відсотків порон об'єкт тисяча"),
            (Tongue::Ar, "خمسة والخمسة مليون بالمئة للمرة الأحد أحد نحو العبارة وثلاثين ف"),
            (Tongue::He, "חמישה וחמישה ה' אחוזים במאי שלושים ביום מיליון ג'ירפה המעבורת"),
            (Tongue::Hi, "पांच लाख प्रतिशत सोमवार मई लगभग नाव"),
            (Tongue::Ko, "오후 최소 약 수백 절반 월요일 요일 다섯 만 배 첫날 정도 오늘 요금 수요일에 a수"),
            (Tongue::Th, "ห้า ล้าน a ก"),
            (Tongue::Ja, "Перу été five 五 ABC"),
        ];
        for (tongue, words) in others {
            all_agree(&words.split(' ').collect::<Vec<&str>>(), &[tongue, Tongue::Other]);
        }
    }

    /// Compares all pairs of words.
    fn all_agree(words: &[&str], tongues: &[Tongue]) {
        for (first, second) in words.iter().flat_map(|first| words.iter().map(move |second| (first, second))) {
            for &tongue in tongues {
                agrees(&format!("{first} {second}"), tongue);
                agrees(&format!("{first}-{second}, {first}"), tongue);
                agrees(&format!("“{first}, {first}{second}"), tongue);
            }
        }
    }

    /// Compares what is passed over with what step by step would have been read there.
    fn agrees(text: &str, tongue: Tongue) {
        let mut reader = QuantityReader::new(text, tongue);
        let end = reader.skip_plain(0);
        let mut at = 0;
        while at < end {
            at = reader.step(at);
        }
        assert_eq!(at, end, "{tongue:?} {text}");
        assert!(reader.found.is_empty() && reader.afternoon.is_none(), "{tongue:?} {text}");
        assert_eq!(reader.about_until + reader.percent_until, 0, "{tongue:?} {text}");
        assert_eq!(reader.month_until + reader.day_until, 0, "{tongue:?} {text}");
    }
}
