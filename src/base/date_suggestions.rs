//! Recognizes dates in other formats, such as `24/03/2021`, `March 24, 2021` or `令和3年3月24日`, to suggest how to write
//! them.
//!
//! Only messages and imports use these rules. No date of a site is parsed with them: an editor has to type the
//! suggestion.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

/// Returns the dates that a text may mean, in Recto's format: several if it is ambiguous, none if it does not resemble
/// a date. Without a day, the suggestion is the first of the month.
pub fn suggestions(text: &str) -> Vec<String> {
    // No date is this long.
    if text.len() > 200 {
        return Vec::new();
    }
    let text = folded(text);
    let text =
        text.trim().trim_matches(|c| matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」' | '`' | '(' | ')'));
    if text.is_empty() || text.len() > 80 || !text.contains(|c: char| c.is_ascii_digit()) && !text.contains('元') {
        return Vec::new();
    }
    let (text, time) = without_time(text);
    let days = epoch(&text).or_else(|| named(&text)).unwrap_or_else(|| numbers(&text));
    days.into_iter().map(|day| format!("{day}{time}")).collect()
}

/// Converts to lower case and ASCII digits.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).map(digit).collect()
}

/// Converts a digit of another script to ASCII.
fn digit(c: char) -> char {
    // Arabic, Persian, Devanagari, Bengali, Gujarati, Tamil, Telugu, Kannada, Malayalam, Thai, Lao, Tibetan, Burmese,
    // Khmer.
    const ZEROS: [u32; 14] = [
        0x0660, 0x06F0, 0x0966, 0x09E6, 0x0AE6, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0,
    ];
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// Returns whether a text gives a year and a month but no day.
pub fn lacks_day(text: &str) -> bool {
    let text = folded(text);
    let pieces = pieces(&without_time(text.trim()).0);
    let numbers = pieces.iter().filter(|piece| matches!(piece, DateToken::Number(..))).count();
    let words = || pieces.iter().filter_map(|piece| if let DateToken::Word(word) = piece { Some(word) } else { None });
    let month = words().any(|word| month(word).is_some());
    let first_year = words().any(|word| word.contains('元') && !matches!(word.as_str(), "公元" | "西元"));
    numbers + usize::from(month) + usize::from(first_year) == 2
}

/// Returns the help for `key`: what to write instead.
pub fn help(key: &str, text: &str, yaml: bool) -> Option<String> {
    let sign = if yaml { ":" } else { " =" };
    let words = |day: &str| in_words(day).unwrap_or_default();
    let alone = folded(text);
    let number = alone.trim().parse().ok().filter(|written| (1900..=2650).contains(written));
    if let Some(year) = number.and_then(|written| year(written, 4)).or_else(|| year_of_era(&alone)) {
        return Some(format!("add the month and the day: {key}{sign} {year}-01-01"));
    }
    match &suggestions(text)[..] {
        [] => None,
        [one] if lacks_day(text) => Some(format!("add the day: {key}{sign} {one}")),
        [one] => Some(format!("write {key}{sign} {one}")),
        [one, other, ..] => Some(format!(
            "write {key}{sign} {one} if it is {}, {key}{sign} {other} if it is {}",
            words(one),
            words(other)
        )),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum DateToken {
    /// The value and the number of digits.
    Number(i32, usize),
    Word(String),
}

fn pieces(text: &str) -> Vec<DateToken> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let same = |other: char| {
            if c.is_ascii_digit() { other.is_ascii_digit() } else { other.is_alphabetic() || is_mark(other) }
        };
        let end = match c.is_ascii_digit() || c.is_alphabetic() {
            true => rest.find(|other| !same(other)).unwrap_or(rest.len()),
            false => {
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        let piece = &rest[..end];
        match piece.parse() {
            Ok(number) => out.push(DateToken::Number(number, piece.len())),
            Err(_) => out.push(DateToken::Word(piece.to_owned())),
        }
        rest = &rest[end..];
    }
    out
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Splits off a time of day: `10:30`, `9:05 pm`, `T09:00:00+0900`. Returns the rest, and the time in Recto's format or
/// an empty string.
fn without_time(text: &str) -> (String, String) {
    let Some(colon) = text.find(':') else { return (text.to_owned(), String::new()) };
    let start = text[..colon]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let clock = &text[start..];
    let end = clock.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(clock.len());
    let numbers: Vec<i32> = clock[..end].split(':').filter_map(|n| n.parse().ok()).collect();
    let after = clock[end..]
        .trim_start_matches(|c: char| c == '.' || c.is_ascii_digit() && clock[end..].starts_with('.'))
        .trim_start();
    let day = format!("{} {}", text[..start].trim_end_matches(['t', ' ', ',']), without_zone(after));
    let half = if after.starts_with("pm") || after.starts_with("p.m") { 12 } else { 0 };
    let midnight = after.starts_with("am") || after.starts_with("a.m");
    match numbers[..] {
        [hour, minute, ref rest @ ..] if hour < 24 && minute < 60 && rest.len() < 2 => {
            let hour = if midnight && hour == 12 {
                0
            } else if hour < 12 {
                hour + half
            } else {
                hour
            };
            let second = rest.first().copied().unwrap_or(0).min(59);
            (day.trim().to_owned(), format!("T{hour:02}:{minute:02}:{second:02}{}", zone(after)))
        }
        _ => (day.trim().to_owned(), String::new()),
    }
}

/// Returns the offset at the end of a time, in Recto's format.
fn zone(after: &str) -> String {
    let after = after.trim();
    let offset = after.find(['+', '-']).map(|at| after[at..].chars().filter(|c| *c != ':').collect::<String>());
    match offset {
        Some(offset) if offset.len() >= 5 && offset[1..5].bytes().all(|b| b.is_ascii_digit()) => {
            format!("{}:{}", &offset[..3], &offset[3..5])
        }
        _ if after == "z" || after.ends_with("gmt") || after.ends_with("utc") => "Z".to_owned(),
        _ => String::new(),
    }
}

/// Returns the text after a time and its offset. Some formats put the year there.
fn without_zone(after: &str) -> String {
    let words = after.split_whitespace().filter(|word| !word.starts_with(['+', '-', '(', 'z']));
    words
        .filter(|word| !matches!(*word, "am" | "pm" | "a.m." | "p.m." | "gmt" | "utc" | "jst"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn day(year: i32, month: i32, day: i32) -> Option<Date> {
    let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    (1000..=9999).contains(&year).then(|| Date::new(year, month, day).ok())?
}

/// Subtracts 543 from a year of the Buddhist calendar.
fn year(written: i32, digits: usize) -> Option<i32> {
    match (written, digits) {
        (2400..=2650, 4) => Some(written - 543),
        (1000..=9999, 4) => Some(written),
        (0..=68, 2) => Some(2000 + written),
        (69..=99, 2) => Some(1900 + written),
        _ => None,
    }
}

/// Parses seconds or milliseconds since 1970, and dates written as one number.
fn epoch(text: &str) -> Option<Vec<Date>> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let seconds = |s| jiff::Timestamp::from_second(s).ok().map(|at| jiff::tz::Offset::UTC.to_datetime(at).date());
    let found = match text.len() {
        8 => day(number as i32 / 10_000, number as i32 / 100 % 100, number as i32 % 100),
        10 => seconds(number),
        13 => seconds(number / 1000),
        _ => None,
    };
    Some(found.into_iter().collect())
}

/// Eras, each with the year before its first year.
const ERAS: [(&str, i32); 30] = [
    ("公元", 0),
    ("西元", 0),
    ("西暦", 0),
    ("西历", 0),
    ("서기", 0),
    ("皇紀", -660),
    ("佛曆", -543),
    ("佛历", -543),
    ("仏暦", -543),
    ("仏滅", -543),
    ("พุทธศักราช", -543),
    ("中華民國", 1911),
    ("中华民国", 1911),
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("大正", 1911),
    ("明治", 1867),
    ("民國", 1911),
    ("民国", 1911),
    ("r", 2018),
    ("h", 1988),
    ("s", 1925),
    ("t", 1911),
    ("m", 1867),
    ("reiwa", 2018),
    ("heisei", 1988),
    ("showa", 1925),
    ("민국", 1911),
    ("พ", -543),
];

/// Names of months by their first letters, in the order of the months. Three letters are enough.
const MONTHS: [&str; 12] = [
    "january januar jänner enero janvier gennaio janeiro januari stycznia styczeń января январь січня ocak ม.ค มกราคม มค يناير ינואר tháng1 jan ene ιανουαρίου",
    "february februar febrero février fevrier febbraio fevereiro februari lutego luty февраля февраль лютого şubat กุมภาพันธ์ กพ فبراير פברואר fev fév φεβρουαρίου",
    "march märz maerz marzo mars março marco maart marca marzec марта март березня mart มีนาคม มีค مارس מרץ maret mär mrz μαρτίου",
    "april abril avril aprile kwietnia kwiecień апреля апрель квітня nisan เมษายน เมย أبريل ابريل אפריל abr avr απριλίου",
    "may mai mayo maggio maio mei maja мая май травня mayıs พฤษภาคม พค مايو מאי mag μαΐου",
    "june juni junio juin giugno junho czerwca czerwiec июня июнь червня haziran มิถุนายน มิย يونيو יוני giu ιουνίου",
    "july juli julio juillet luglio julho lipca lipiec июля июль липня temmuz กรกฎาคม กค يوليو יולי lug ιουλίου",
    "august agosto août aout augustus sierpnia sierpień августа август серпня ağustos สิงหาคม สค أغسطس اغسطس אוגוסט agustus ago αυγούστου",
    "september septiembre setiembre septembre settembre setembro września wrzesień сентября сентябрь вересня eylül กันยายน กย سبتمبر ספטמבר set σεπτεμβρίου",
    "october oktober octubre octobre ottobre outubro października październik октября октябрь жовтня ekim ตุลาคม ตค أكتوبر اكتوبر אוקטובר ott out οκτωβρίου",
    "november noviembre novembre novembro listopada listopad ноября ноябрь листопада kasım พฤศจิกายน พย نوفمبر נובמבר νοεμβρίου",
    "december dezember diciembre décembre decembre dicembre dezembro desember grudnia grudzień декабря декабрь грудня aralık ธันวาคม ธค ديسمبر דצמבר dic dez δεκεμβρίου",
];

/// Finds the month among words. Whole names come first: `mar` is March, but `mai` is May, and "mar. 5 janvier" is a
/// Tuesday in January.
fn month_of(words: &[&str]) -> Option<i32> {
    words.iter().find_map(|word| whole_month(word)).or_else(|| words.iter().find_map(|word| month(word)))
}

fn whole_month(word: &str) -> Option<i32> {
    month_with(&|name| name == word)
}

fn month(word: &str) -> Option<i32> {
    let letters = word.chars().count();
    whole_month(word).or_else(|| month_with(&|name| letters >= 3 && name.starts_with(word)))
}

fn month_with(is: &dyn Fn(&str) -> bool) -> Option<i32> {
    MONTHS.iter().position(|names| names.split(' ').any(is)).map(|at| at as i32 + 1)
}

/// Years of the Buddhist calendar, equal to 1857 to 2107. As Gregorian years they are too far in the future for a
/// newspaper.
const BUDDHIST: std::ops::RangeInclusive<i16> = 2400..=2650;

/// Explains why a valid day is not the intended one: its year is one of the Buddhist calendar.
pub fn of_another_calendar(day: Date) -> Option<String> {
    let year = day.year();
    BUDDHIST
        .contains(&year)
        .then(|| format!("{year} is a year of the Buddhist calendar; it is {} in the Gregorian calendar", year - 543))
}

/// Returns the year of a text that consists only of an era and a year: `民國115年`, `令和8年`.
fn year_of_era(text: &str) -> Option<i32> {
    let pieces = pieces(text.trim());
    let (DateToken::Word(word), rest) = pieces.split_first()? else { return None };
    // A single Latin letter is too ambiguous.
    let known = |(era, _): &&(&str, i32)| era.chars().count() > 1 || !era.is_ascii();
    let mut eras = ERAS.iter().filter(known);
    let (era, before) =
        eras.find(|(era, _)| word.strip_prefix(era).is_some_and(|end| matches!(end, "" | "元" | "元年")))?;
    let first = word != era;
    let year = match rest.iter().find_map(|piece| if let DateToken::Number(n, _) = piece { Some(*n) } else { None }) {
        None if first => 1,
        Some(year) if !first => year,
        _ => return None,
    };
    let numbers = rest.iter().filter(|piece| matches!(piece, DateToken::Number(..))).count();
    (numbers < 2).then_some(before + year).filter(|year| (1000..=9999).contains(year))
}

/// Parses a date with the name of a month or era.
fn named(text: &str) -> Option<Vec<Date>> {
    let pieces = pieces(text);
    let numbers: Vec<(i32, usize)> = pieces
        .iter()
        .filter_map(|piece| if let DateToken::Number(n, len) = piece { Some((*n, *len)) } else { None })
        .collect();
    let words: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| if let DateToken::Word(word) = piece { Some(word.as_str()) } else { None })
        .collect();
    if let Some((era, before)) = words.first().and_then(|word| {
        ERAS.iter()
            .find(|(era, _)| word.strip_prefix(era).is_some_and(|rest| rest.is_empty() || rest.starts_with('元')))
    }) {
        let first = words[0] != *era;
        let (year, rest) = if first { (1, &numbers[..]) } else { (numbers.first()?.0, numbers.get(1..)?) };
        let (m, d) = (rest.first()?.0, rest.get(1).map_or(1, |d| d.0));
        return Some(day(before + year, m, d).into_iter().collect());
    }
    let m = month_of(&words)?;
    // Of several days, as in "24-25 March 2021", the first counts.
    let days_and_year = |year: (i32, usize)| numbers.first().is_some_and(|n| n.1 < 3).then(|| [numbers[0], year]);
    let long = numbers.iter().copied().skip(2).find(|(_, digits)| *digits == 4).and_then(days_and_year);
    let found = match *long.as_ref().map_or(&numbers[..], |two| two) {
        [(y, 4)] => day(year(y, 4)?, m, 1),
        // 24 March 2021, March 24, 2021, 2021 March 24. Of two short numbers, the year is the last.
        [(y, 4), (d, _), ..] => day(year(y, 4)?, m, d),
        [(d, 1 | 2), (y, digits), ..] => day(year(y, digits)?, m, d),
        _ => None,
    };
    Some(found.into_iter().collect())
}

/// Parses a date of numbers with any separators.
fn numbers(text: &str) -> Vec<Date> {
    let pieces = pieces(text);
    let words =
        pieces.iter().filter_map(|piece| if let DateToken::Word(word) = piece { Some(word.as_str()) } else { None });
    // Weekdays in brackets may accompany it. Any other word means that it is not a date.
    if !words.clone().all(|word| {
        matches!(word, "年" | "月" | "日" | "号" | "號" | "년" | "월" | "일" | "t")
            || word.chars().count() == 1
            || word.ends_with('曜')
            || word.ends_with("曜日")
            || word.starts_with("星期")
    }) {
        return Vec::new();
    }
    let numbers: Vec<(i32, usize)> = pieces
        .iter()
        .filter_map(|piece| if let DateToken::Number(n, len) = piece { Some((*n, *len)) } else { None })
        .collect();
    let mut out: Vec<Date> = match numbers[..] {
        [(y, 4), (m, 1 | 2)] => year(y, 4).and_then(|y| day(y, m, 1)).into_iter().collect(),
        [(m, 1 | 2), (y, 4)] => year(y, 4).and_then(|y| day(y, m, 1)).into_iter().collect(),
        [(y, 4), (m, 1 | 2), (d, 1 | 2), ..] => {
            let y = year(y, 4);
            let right = y.and_then(|y| day(y, m, d));
            right.or_else(|| y.and_then(|y| day(y, d, m))).into_iter().collect()
        }
        [(a, 1 | 2), (b, 1 | 2), (y, digits @ (2 | 4))] => match year(y, digits) {
            // The day comes first in most of the world. With dots, it always does.
            Some(y) if text.contains('.') => day(y, b, a).or_else(|| day(y, a, b)).into_iter().collect(),
            Some(y) => [day(y, b, a), day(y, a, b)].into_iter().flatten().collect(),
            None => Vec::new(),
        },
        _ => Vec::new(),
    };
    out.dedup();
    out
}

/// Writes a date in words, to distinguish two suggestions: `3 April 2021`.
pub fn in_words(written: &str) -> Option<String> {
    let mut parts = written.get(..10)?.splitn(3, '-');
    let (y, m, d): (i16, i8, i8) =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let day = Date::new(y, m, d).ok()?;
    let name = MONTHS.get(day.month() as usize - 1)?.split(' ').next()?;
    Some(format!("{} {}{}", day.day(), name[..1].to_uppercase(), &name[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_elsewhere() {
        for (text, right) in [
            ("24/03/2021", "2021-03-24"),
            ("March 24, 2021", "2021-03-24"),
            ("24 March 2021", "2021-03-24"),
            ("2021.3.24", "2021-03-24"),
            ("2021/3/24", "2021-03-24"),
            ("令和3年3月24日", "2021-03-24"),
            ("平成30年12月1日", "2018-12-01"),
            ("令和元年５月１日", "2019-05-01"),
            ("２０２１年３月２４日", "2021-03-24"),
            ("2021年3月24日", "2021-03-24"),
            ("2021年3月24日（水）", "2021-03-24"),
            ("20210324", "2021-03-24"),
            ("Mär 2021", "2021-03-01"),
            ("18.11.2026", "2026-11-18"),
            ("3/24/2021", "2021-03-24"),
            ("2021-3-24", "2021-03-24"),
            ("2021. 3. 24.", "2021-03-24"),
            ("2021년 3월 24일", "2021-03-24"),
            ("24. März 2021", "2021-03-24"),
            ("24 de marzo de 2021", "2021-03-24"),
            ("24 mars 2021", "2021-03-24"),
            ("1er mai 2021", "2021-05-01"),
            ("24 марта 2021 г.", "2021-03-24"),
            ("Wed, 24 Mar 2021", "2021-03-24"),
            ("Mar. 24th, 2021", "2021-03-24"),
            ("Wed, 24 Mar 2021 10:00:00 +0900", "2021-03-24T10:00:00+09:00"),
            ("24/03/2021 10:30", "2021-03-24T10:30:00"),
            ("2021/3/24 9:05 pm", "2021-03-24T21:05:00"),
            ("2021-3-24T9:00:00Z", "2021-03-24T09:00:00Z"),
            ("1616544000", "2021-03-24"),
            ("R3.3.24", "2021-03-24"),
            ("民國110年3月24日", "2021-03-24"),
            ("24 มีนาคม 2564", "2021-03-24"),
            ("2021-03", "2021-03-01"),
            ("２０２１－０３－２４", "2021-03-24"),
            ("2021–03–24", "2021-03-24"),
            ("2021 03 24", "2021-03-24"),
            ("2021-24-03", "2021-03-24"),
            ("Wed Mar 24 10:00:00 2021", "2021-03-24T10:00:00"),
            ("24-Mar-21", "2021-03-24"),
        ] {
            assert_eq!(suggestions(text), [right], "{text}");
        }
    }

    #[test]
    fn years_of_other_calendars() {
        for (text, year) in
            [("民國115年", 2026), ("令和8年", 2026), ("令和元年", 2019), ("พ.ศ. 2569", 2026), ("佛曆2564年", 2021)]
        {
            let expected = format!("add the month and the day: date = {year}-01-01");
            assert_eq!(help("date", text, false), Some(expected), "{text}");
        }
        for (text, right) in [
            ("中華民國115年3月24日", "2026-03-24"),
            ("令和8年3月24日", "2026-03-24"),
            ("公元2021年3月24日", "2021-03-24"),
            ("2564-03-24", "2021-03-24"),
            ("พ.ศ. 2564-03-24", "2021-03-24"),
        ] {
            assert_eq!(suggestions(text), [right], "{text}");
        }
        let day = |year| Date::new(year, 3, 24).expect("a day");
        assert!(of_another_calendar(day(2564)).is_some_and(|why| why.contains("2021")));
        assert!([1605, 2026, 2099, 2399, 2651].iter().all(|year| of_another_calendar(day(*year)).is_none()));
    }

    #[test]
    fn dates_that_are_in_doubt() {
        assert_eq!(suggestions("03/04/2021"), ["2021-04-03", "2021-03-04"]);
        assert_eq!(suggestions("03/03/2021"), ["2021-03-03"]);
        for nothing in ["", "yesterday", "soon", "31/31/2021", "2021-13-45", "n/a", "12", "x 5 y", "2021-02-30"] {
            assert!(suggestions(nothing).is_empty(), "{nothing}: {:?}", suggestions(nothing));
        }
        assert_eq!(in_words("2021-04-03").as_deref(), Some("3 April"));
        assert!(lacks_day("Mär 2021") && lacks_day("2021-03") && lacks_day("March 2021") && !lacks_day("24/03/2021"));
        assert!(
            lacks_day("令和元年5月")
                && !lacks_day("20210324")
                && !lacks_day("令和3年3月24日")
                && !lacks_day("24 March 2021")
        );
    }
}
