//! Numbers, dates and times in Japanese, Chinese and Korean: what stands before and behind a number decides what it
//! is. `ideographs.rs` reads the numbers themselves; `counters.rs` has the tables.

use super::alternatives::Alternatives;
use super::char_set::{CharSet, EastAsianSet};
use super::counters::{COUNTERS, ERAS, MONEY, SHORT_UNITS, UNITS};
use super::folded::{is_space, is_word};
use super::ideographs::{self, Numeral, digit};
use super::kinds::{QuantityKind, QuantityUnit};
use super::state::QuantityReader;
use super::suffixes::currency;
use super::tongue::Tongue;

/// The ideographs and kana that a number, or what [`QuantityReader::ideograph`] reads, can start with.
pub static STARTS: EastAsianSet = EastAsianSet::new()
    .with(&['〇', '零', '一', '壱', '壹', '二', '弐', '两', '兩', '贰', '三', '参', '四', '五', '六', '七', '八', '九'])
    .with(&['十', '拾', '百', '千', '万', '萬', '億', '亿', '兆', '数', '數', '几', '幾', '何'])
    .with(&['明', '大', '昭', '平', '令', '民', '月', '火', '水', '木', '金', '土', '日', '星', '礼', '禮', '周', '週'])
    .with(&['午', '下', '上', '晚', '傍', '夜', '中', '早', '凌', '清', '未', '半', '過', '过', '正', '倍', '翻', '双'])
    .with(&['両', '約', '约', 'お', 'ほ', '近', '超', '逾']);

impl QuantityReader<'_> {
    /// Reads the number that may start at `at`. Returns its end, or the place behind what is no number.
    pub fn east_asian_number(&mut self, at: usize) -> usize {
        if self.text.is_digit(at)
            && let Some(end) = self.digits_in_names_and_forms(at)
        {
            return end;
        }
        // 4K, 5G.
        if self.text.is_digit(at)
            && self.text.get(at + 1).is_ascii_alphabetic()
            && self.text.is_capital(at + 1)
            && !is_word(self.text.get(at + 2))
        {
            let value = f64::from(self.text.get(at).to_digit(10).unwrap_or(0));
            self.add_soft(QuantityKind::Identifier, value, at, at + 2);
            return at + 2;
        }
        let Some(numeral) = ideographs::numeral(&self.text, at) else {
            return self.text.skip(at, usize::MAX, |c| c.is_ascii_digit()).max(at + 1);
        };
        let ordinal = self.text.before(at) == '第' || self.text.starts_with(at.wrapping_sub(2), "第 ");
        let behind = self.text.skip(numeral.end, 1, is_space);
        if !numeral.has_digits && !self.is_counted(&numeral, behind, ordinal) {
            return numeral.end;
        }
        if let Some(end) = self.fraction_of(at, &numeral, behind).or_else(|| self.clock(at, &numeral, behind)) {
            return end;
        }
        if let Some(end) = self.century(at, &numeral, behind).or_else(|| self.calendar(at, &numeral, behind)) {
            return end;
        }
        self.counted(at, &numeral, behind, ordinal)
    }

    /// Reads names, dates, times and telephone numbers in digits.
    fn digits_in_names_and_forms(&mut self, at: usize) -> Option<usize> {
        self.identifier(at).or_else(|| self.digits_with_form(at))
    }

    /// Whether ideographs are a number: something is counted, or they cannot be anything else.
    fn is_counted(&self, numeral: &Numeral, behind: usize, ordinal: bool) -> bool {
        let next = self.text.get(behind);
        let fraction = self.text.starts_with(behind, "分の") || self.text.starts_with(behind, "分之");
        ordinal
            || fraction
            || (COUNTERS.contains(next) && next != '\0')
            || (numeral.length >= 3 && self.text.get(behind) == '年')
    }

    /// Reads percentages and fractions: 5割2分, 三成, 百分之三十, 3分の1.
    fn fraction_of(&mut self, at: usize, numeral: &Numeral, behind: usize) -> Option<usize> {
        let text = &self.text;
        if text.starts_with(behind, "分の") || text.starts_with(behind, "分之") {
            let from = text.skip(behind + 2, 1, is_space);
            let part = ideographs::numeral(text, from)?;
            let whole = numeral.value;
            if whole <= 0.0 {
                return None;
            }
            if whole == 100.0 {
                let quantity = self.add(QuantityKind::Percentage, part.value, at, part.end);
                quantity.digits = part.digits;
            } else {
                self.add_soft(QuantityKind::Fraction, part.value / whole, at, part.end);
            }
            return Some(part.end);
        }
        let tenths = match text.get(behind) {
            '割' => text.get(behind + 1) != '合',
            '成' => {
                let next = text.get(behind + 1);
                text.tongue.is_chinese()
                    && numeral.value < 10.0
                    && !matches!(
                        next,
                        '为' | '為' | '立' | '员' | '員' | '功' | '果' | '本' | '长' | '長' | '年' | '就' | '交'
                    )
            }
            _ => false,
        };
        if !tenths {
            return None;
        }
        let (mut value, mut end) = (numeral.value * 10.0, behind + 1);
        for (sign, weight) in [('分', 1.0), ('厘', 0.1)] {
            let next = text.get(end).to_digit(10).map(f64::from).or_else(|| digit(text.get(end)));
            if let Some(next) = next.filter(|_| text.get(end + 1) == sign) {
                value += next * weight;
                end += 2;
            }
        }
        let after = self.more_behind(end);
        let quantity = self.add(QuantityKind::Percentage, value, at, end);
        quantity.soft = numeral.approximate;
        quantity.approximate |= numeral.approximate || after;
        Some(end)
    }

    /// Reads times: 午後3時半, 下午三点二十分, 오후 6시 30분.
    fn clock(&mut self, at: usize, numeral: &Numeral, behind: usize) -> Option<usize> {
        let text = &self.text;
        let next = text.get(behind + 1);
        let before = self.afternoon.filter(|(_, until)| at <= *until).map(|(afternoon, _)| afternoon);
        let hour = match text.get(behind) {
            '時' => !matches!(next, '間' | '代' | '期' | '価' | '刻' | '点'),
            '时' => !matches!(next, '间' | '代' | '期' | '候' | '刻'),
            '点' | '點' => {
                before.is_some() || matches!(next, '半' | '钟' | '鐘' | '整') || self.minutes(behind + 1).is_some()
            }
            '시' => !matches!(next, '간' | '즌' | '대') || next == '\0',
            _ => false,
        };
        let japanese_points = text.tongue == Tongue::Ja && text.get(behind) == '点';
        if !hour || japanese_points || numeral.value > 30.0 || numeral.scale > 1.0 || numeral.value.fract() != 0.0 {
            return None;
        }
        let mut end = behind + 1;
        let mut minutes = numeral.value * 60.0;
        if let Some((more, behind)) = self.minutes(end) {
            minutes += more;
            end = behind;
        }
        self.add_time(minutes, before, at, end);
        Some(end)
    }

    /// Returns the minutes at `at`: 30分, 半.
    fn minutes(&self, at: usize) -> Option<(f64, usize)> {
        let place = self.text.skip(at, 1, is_space);
        if matches!(self.text.get(place), '半' | '반') {
            return Some((30.0, place + 1));
        }
        if !ideographs::starts_number(&self.text, place) {
            return None;
        }
        let numeral = ideographs::numeral(&self.text, place)?;
        let ends = matches!(self.text.get(numeral.end), '分' | '분') && numeral.value < 60.0;
        ends.then_some((numeral.value, numeral.end + 1))
    }

    /// Reads decades and centuries: 1990年代, 20世紀90年代.
    fn century(&mut self, at: usize, numeral: &Numeral, behind: usize) -> Option<usize> {
        let is_century = |at: usize| ["世紀", "世纪", "세기"].iter().any(|word| self.text.starts_with(at, word));
        let is_decade = |at: usize| ["年代", "년대"].iter().any(|word| self.text.starts_with(at, word));
        if is_decade(behind) && numeral.value < 2100.0 {
            let value = if numeral.value < 100.0 { numeral.value + 1900.0 } else { numeral.value };
            self.add_soft(QuantityKind::Decade, value, at, behind + 2);
            return Some(behind + 2);
        }
        if !is_century(behind) {
            return None;
        }
        let end = behind + 2;
        let decade = ideographs::starts_number(&self.text, end).then(|| ideographs::numeral(&self.text, end)).flatten();
        if let Some(decade) = decade.filter(|decade| is_decade(decade.end) && decade.value < 100.0) {
            let value = (numeral.value - 1.0) * 100.0 + decade.value;
            self.add_soft(QuantityKind::Decade, value, at, decade.end + 2);
            return Some(decade.end + 2);
        }
        self.add_soft(QuantityKind::Ordinal, numeral.value, at, end);
        Some(end)
    }

    /// Reads years, months and days.
    fn calendar(&mut self, at: usize, numeral: &Numeral, behind: usize) -> Option<usize> {
        let text = &self.text;
        let next = text.get(behind + 1);
        let (value, whole) = (numeral.value, numeral.value.fract() == 0.0 && numeral.scale <= 1.0);
        match text.get(behind) {
            '年' | '년' if whole && (1000.0..=2100.0).contains(&value) && numeral.length == 4 => {
                let span = matches!(next, '間' | '间' | '以') && text.get(behind + 2) != '来'
                    || matches!(next, '간' | '余' | '多');
                if span {
                    return None;
                }
                self.add(QuantityKind::Year, value, at, behind + 1);
                Some(behind + 1)
            }
            '月' | '월' if whole && (1.0..=12.0).contains(&value) => {
                let other = matches!(next, '間' | '间' | '球' | '曜')
                    || text.before(at) == '第'
                    || text.starts_with(behind, "월드");
                if other {
                    return None;
                }
                self.add_soft(QuantityKind::Month, value, at, behind + 1);
                Some(behind + 1)
            }
            '日' | '号' | '號' | '일' if whole && (1.0..=31.0).contains(&value) => {
                const OTHERS: [char; 19] = [
                    '間', '间', '本', '連', '连', '目', 'ぶ', '前', '後', '后', '元', '圆', '圓', '曜', '线', '線',
                    '간', '째', '전',
                ];
                if OTHERS.contains(&next) || (text.get(behind) == '号' && text.tongue == Tongue::Ja) {
                    return None;
                }
                self.add_soft(QuantityKind::Day, value, at, behind + 1);
                Some(behind + 1)
            }
            _ => None,
        }
    }

    /// Adds a number that counts something.
    fn counted(&mut self, at: usize, numeral: &Numeral, behind: usize, ordinal: bool) -> usize {
        let percent = self.percent_end(behind);
        let unit = self.unit_behind(behind).or_else(|| {
            let sign = self.text.before(at);
            currency(sign).or_else(|| currency(self.text.get(at.wrapping_sub(2))).filter(|_| is_space(sign)))
        });
        let after = self.more_behind(behind);
        static RANKS: Alternatives<13> = Alternatives::new([
            "番目",
            "位",
            "回目",
            "번째",
            "위",
            "代目",
            "章",
            "条",
            "節",
            "四半期",
            "季度",
            "분기",
            "度目",
        ]);
        let ordinal = ordinal || RANKS.find(&self.text, behind).is_some();
        let kind = if percent.is_some() {
            QuantityKind::Percentage
        } else if ordinal {
            QuantityKind::Ordinal
        } else if numeral.length == 4
            && (1000.0..=2100.0).contains(&numeral.value)
            && unit.is_none()
            && numeral.has_digits
        {
            QuantityKind::Year
        } else {
            QuantityKind::Number
        };
        let end = percent.unwrap_or(numeral.end);
        let quantity = self.add(kind, numeral.value, at, end);
        // 万, 千, 百 alone and 数百 are no exact numbers.
        let bare = !numeral.has_digits && (end - at == 1 || numeral.approximate);
        let words = !numeral.has_digits && numeral.scale < 1e4;
        let small = numeral.value <= 12.0 && numeral.value.fract() == 0.0 && percent.is_none();
        quantity.soft = bare || words || small;
        quantity.in_words = !numeral.has_digits;
        quantity.approximate |= numeral.approximate || after || bare;
        quantity.digits = numeral.digits.max(1);
        quantity.scale = numeral.scale;
        quantity.alternative = numeral.alternative;
        quantity.unit = unit;
        end
    }

    fn percent_end(&self, at: usize) -> Option<usize> {
        static FORMS: Alternatives<10> = Alternatives::new([
            "%",
            "‰",
            "パーセント",
            "퍼센트",
            "프로",
            "個百分點",
            "个百分点",
            "個百分点",
            "百分点",
            "百分點",
        ]);
        FORMS.find(&self.text, at).map(|form| at + form.chars().count())
    }

    fn unit_behind(&self, at: usize) -> Option<QuantityUnit> {
        static STARTS: CharSet = CharSet::new().with_keys(&UNITS).with_keys(&MONEY).with_keys(&SHORT_UNITS);
        let may_be_found = STARTS.may_have(self.text.get(at));
        let found = |table: &[(&str, &'static str)]| {
            let table = if may_be_found { table } else { &[] };
            table.iter().find(|(form, _)| self.text.starts_with(at, form)).map(|(_, name)| *name)
        };
        if let Some(name) = found(&UNITS).or_else(|| found(&MONEY)) {
            return QuantityUnit::named(name);
        }
        let end = self.text.word_end(at);
        let short = found(&SHORT_UNITS).filter(|name| !is_word(self.text.get(at + name.len())) || end - at <= 3);
        if let Some(name) = short {
            return QuantityUnit::named(name);
        }
        match self.text.get(at) {
            '℃' => QuantityUnit::named("C"),
            '°' | '℉' if matches!(self.text.get(at + 1), 'f') || self.text.get(at) == '℉' => {
                QuantityUnit::named("F")
            }
            '度' | '도' | '°' => QuantityUnit::named("deg"),
            c => currency(c),
        }
    }

    /// Whether "or more" stands at `at`.
    fn more_behind(&self, at: usize) -> bool {
        static WORDS: Alternatives<14> = Alternatives::new([
            "以上",
            "以下",
            "未満",
            "程度",
            "前後",
            "ほど",
            "余",
            "超",
            "あまり",
            "左右",
            "多",
            "이상",
            "여",
            "가까",
        ]);
        (at..at + 4).any(|at| WORDS.find(&self.text, at).is_some())
    }

    /// Reads what starts with an ideograph, kana or Hangul that is no number: eras, weekdays, halves, words before times
    /// and numbers.
    pub fn ideograph(&mut self, at: usize) -> usize {
        let text = &self.text;
        let starts = |words: &[&str]| {
            let found = words.iter().find(|word| text.starts_with(at, word));
            found.map(|word| at + word.chars().count())
        };
        // What is read here is in [`STARTS`].
        let read = match text.get(at) {
            '明' | '大' | '昭' | '平' | '令' | '民' => self.era_or_about(at),
            '月' | '火' | '水' | '木' | '金' | '土' | '日' | '星' | '礼' | '禮' | '周' | '週' => {
                self.ideographic_weekday(at)
            }
            '午' | '下' | '上' | '晚' | '傍' | '夜' | '中' | '早' | '凌' | '清' | '未' | '오' => {
                let after = starts(&["午後", "下午", "晚上", "傍晚", "오후", "夜", "中午"]).map(|end| (true, end));
                let morning = ["午前", "上午", "早上", "凌晨", "오전", "未明", "早朝", "清晨"];
                let half = after.or_else(|| starts(&morning).map(|end| (false, end)));
                self.afternoon = half.map_or(self.afternoon, |(afternoon, end)| Some((afternoon, end + 2)));
                half.map(|(_, end)| end)
            }
            '半' | '過' | '过' => {
                let end = starts(&["半数", "半數", "過半", "过半", "半分"]);
                if let Some(end) = end {
                    self.add_soft(QuantityKind::Fraction, 0.5, at, end);
                }
                end
            }
            '正' if text.get(at + 1) == '午' => {
                self.add_time(720.0, None, at, at + 2);
                Some(at + 2)
            }
            '倍' | '翻' | '双' | '両' => {
                let end = starts(&["倍増", "翻番", "翻倍", "双方", "両"]);
                if let Some(end) = end {
                    self.add_soft(QuantityKind::Number, 2.0, at, end).in_words = true;
                }
                end
            }
            '約' | '约' | 'お' | 'ほ' | '近' | '超' | '逾' | '최' | '약' => {
                let words = ["約", "约", "およそ", "ほぼ", "近く", "超过", "超過", "逾", "近", "최소", "약"];
                let end = starts(&words);
                if let Some(end) = end {
                    self.about(end.saturating_sub(6));
                }
                end
            }
            _ => None,
        };
        read.unwrap_or(at + 1)
    }

    /// Reads the year of an era, or 大約.
    fn era_or_about(&mut self, at: usize) -> Option<usize> {
        let text = &self.text;
        if matches!(text.get(at + 1), '約' | '约') {
            self.about(at.saturating_sub(4));
            return Some(at + 2);
        }
        let japanese = ERAS.iter().find(|(era, _)| text.starts_with(at, era)).map(|(_, base)| *base);
        let republic = text.tongue == Tongue::ZhHant && matches!((text.get(at), text.get(at + 1)), ('民', '國' | '国'));
        let base = japanese.or(republic.then_some(1911.0))?;
        self.era(at, at + 2, base)
    }

    /// Reads the year of an era: 令和3年, 平成元年, 民國110年.
    fn era(&mut self, at: usize, from: usize, base: f64) -> Option<usize> {
        let from = self.text.skip(from, 1, is_space);
        let (value, end) = match self.text.get(from) {
            '元' => (1.0, from + 1),
            _ if ideographs::starts_number(&self.text, from) => {
                let numeral = ideographs::numeral(&self.text, from)?;
                (numeral.value, numeral.end)
            }
            _ => return None,
        };
        let place = self.text.skip(end, 1, is_space);
        let follows = self.text.get(place) == '年' && (1.0..200.0).contains(&value);
        if !follows || self.text.get(place + 1) == '間' {
            return None;
        }
        self.add(QuantityKind::Year, base + value, at, place + 1);
        Some(place + 1)
    }

    /// Reads weekdays: 月曜日, （月）, 星期一, 週三.
    fn ideographic_weekday(&mut self, at: usize) -> Option<usize> {
        const JAPANESE: &str = "月火水木金土日";
        const CHINESE: &str = "一二三四五六日";
        let text = &self.text;
        let japanese = |c: char| JAPANESE.chars().position(|day| day == c).map(|day| (day + 1) as f64);
        if text.tongue == Tongue::Ja {
            if text.get(at + 1) == '曜' {
                let day = japanese(text.get(at))?;
                let end = if text.get(at + 2) == '日' { at + 3 } else { at + 2 };
                self.add(QuantityKind::Weekday, day, at, end);
                return Some(end);
            }
            return None;
        }
        let from = ["星期", "礼拜", "禮拜", "周", "週"].iter().find(|word| text.starts_with(at, word))?;
        let place = at + from.chars().count();
        let c = if text.get(place) == '天' { '日' } else { text.get(place) };
        let day = CHINESE.chars().position(|day| day == c)?;
        let other = matches!(text.get(place + 1), '年' | '岁' | '歲' | '个' | '個' | '次' | '期');
        if other || (place == at + 1 && c == '日' && text.get(place + 1) == '报') {
            return None;
        }
        self.add(QuantityKind::Weekday, (day + 1) as f64, at, place + 1);
        Some(place + 1)
    }

    /// Reads a weekday in brackets, as Japanese newspapers write it: （月）.
    pub fn bracketed_weekday(&mut self, at: usize) -> usize {
        let day = "月火水木金土日".chars().position(|day| day == self.text.get(at + 1));
        let closed = self.text.get(at + 2) == ')' && self.text.tongue == Tongue::Ja;
        let behind_date = matches!(self.text.before(at), '日');
        if let Some(day) = day.filter(|_| closed) {
            self.add(QuantityKind::Weekday, (day + 1) as f64, at, at + 3).soft = !behind_date;
            return at + 3;
        }
        at + 1
    }
}
