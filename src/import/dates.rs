//! Reads dates as people write them, in many languages and calendars, as dates of front matter. It says what it had
//! to guess. Pure; it must not know which key or column a date comes from.

use jiff::tz::{Offset, TimeZone};
use unicode_normalization::UnicodeNormalization;

use super::clocks;
use crate::base::date::{self, WrittenDate};
use crate::base::date_suggestions;

/// A date that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadDate {
    /// `2021-03-24`, `2021-03-24T09:00:00`, or RFC 3339.
    pub date: String,
    /// What is not certain about it, in words: "the day may be the second number".
    pub guess: Option<String>,
}

/// Which number comes first in `03/04/2021`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayOrder {
    #[default]
    Unknown,
    DayFirst,
    MonthFirst,
}

/// The most bytes of a text that may be a date.
const LONGEST: usize = 200;

/// Reads a date. Where day and month may be either, `order` decides; without it, the day is the first, as in most of
/// the world, and the result is a guess.
pub fn read(text: &str, order: DayOrder) -> Option<ReadDate> {
    if text.len() > LONGEST {
        return None;
    }
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let trimmed = folded.trim().trim_matches(|c: char| "\"'“”‘’「」`()[]<>*_".contains(c)).trim();
    if let Some(certain) = plain(trimmed) {
        return Some(ReadDate { date: certain, guess: None });
    }
    let (bare, zone) = without_zone(trimmed);
    let bare = clocks::plain(&without_label(&bare));
    let mut found = date_suggestions::suggestions(&bare);
    let mut guess = None;
    if found.is_empty() {
        let numbers = of_numbers(&bare);
        found = date_suggestions::suggestions(&numbers);
        guess = (!found.is_empty()).then(|| format!("read from \"{numbers}\""));
    }
    let chosen = match (&found[..], order) {
        ([], _) => return of_year(&bare),
        ([_, month_first, ..], DayOrder::MonthFirst) => month_first,
        ([first, ..], _) => first,
    };
    if found.len() > 1 && order == DayOrder::Unknown {
        guess = Some("day and month may be the other way round".to_owned());
    } else if date_suggestions::lacks_day(&bare) {
        guess = Some("it has no day; the first of the month".to_owned());
    } else if is_short(&bare) {
        guess = Some("its year has two digits".to_owned());
    }
    let written = date::parse(chosen).ok()?;
    Some(ReadDate { date: canonical(&in_zone(written, zone.as_ref())), guess })
}

/// Returns which number is the day, if some of these dates can be read in one way only and none contradicts them.
pub fn order_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> DayOrder {
    let (mut day_first, mut month_first) = (false, false);
    for text in texts {
        let numbers: Vec<u32> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
        if let [a @ 1..=31, b @ 1..=31, year, ..] = numbers[..]
            && (year > 31 || text.contains('/'))
        {
            day_first |= a > 12 && b <= 12;
            month_first |= b > 12 && a <= 12;
        }
    }
    match (day_first, month_first) {
        (true, false) => DayOrder::DayFirst,
        (false, true) => DayOrder::MonthFirst,
        _ => DayOrder::Unknown,
    }
}

/// Splits the date off the start of a file's name without its ending: `2021-03-24-title`, `20210324 Title`,
/// `2021_03_24`. Returns the date and the rest.
pub fn of_file_name(stem: &str) -> Option<(String, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let year = stem.get(..4).filter(|year| digits(year) == 4)?;
    let (month, day, end) = match digits(stem) {
        8 => (&stem[4..6], &stem[6..8], 8),
        4 => {
            let separator = stem[4..].chars().next().filter(|c| matches!(c, '-' | '_' | '.'))?;
            let rest = stem[5..].split_once(separator)?;
            let length = digits(rest.1).min(2);
            let end = 5 + rest.0.len() + 1 + length;
            (rest.0, &rest.1[..length], end)
        }
        _ => return None,
    };
    let day = format!("{year}-{month:0>2}-{day:0>2}");
    let known = date::parse(&day).ok()?.day();
    // A number of eight digits may be anything, but a year before print is no date of an archive.
    let rest = &stem[end..];
    if !(1600..=2399).contains(&known.year()) || rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some((day, rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.' | '—' | '–'))))
}

/// Reads a date that is already in the form of front matter, or is a number of seconds since 1970.
fn plain(text: &str) -> Option<String> {
    if text.bytes().all(|b| b.is_ascii_digit()) && matches!(text.len(), 10 | 13) {
        let number: i64 = text.parse().ok()?;
        let seconds = if text.len() == 13 { number / 1000 } else { number };
        let at = jiff::Timestamp::from_second(seconds).ok()?;
        return Some(canonical(&WrittenDate::from(at)));
    }
    // `2021-03-24T09:00:00+09:00[Asia/Tokyo]`
    let written = date::parse(&text.split('[').next()?.to_uppercase()).ok()?;
    date_suggestions::of_another_calendar(written.day()).is_none().then(|| canonical(&written))
}

/// Writes a date as front matter has it. Midnight without an offset says nothing.
fn canonical(written: &WrittenDate) -> String {
    match written {
        WrittenDate::Day(day) => day.to_string(),
        WrittenDate::Local(at) if at.time() == jiff::civil::Time::midnight() => at.date().to_string(),
        WrittenDate::Local(at) => format!("{}T{:02}:{:02}:{:02}", at.date(), at.hour(), at.minute(), at.second()),
        WrittenDate::Zoned(at, local) => {
            let seconds = Offset::UTC.to_timestamp(*local).map_or(0, |utc| utc.as_second() - at.as_second());
            let offset = i32::try_from(seconds).ok().and_then(|seconds| Offset::from_seconds(seconds).ok());
            date::rfc3339(*at, &TimeZone::fixed(offset.unwrap_or(Offset::UTC)))
        }
    }
}

/// Puts a time without an offset into a zone.
fn in_zone(written: WrittenDate, zone: Option<&TimeZone>) -> WrittenDate {
    match (&written, zone) {
        (WrittenDate::Local(local), Some(zone)) => WrittenDate::Zoned(written.instant(zone), *local),
        _ => written,
    }
}

/// Abbreviations of zones that mean one offset, in hours.
const ZONES: [(&str, i8); 15] = [
    ("jst", 9),
    ("kst", 9),
    ("hkt", 8),
    ("sgt", 8),
    ("msk", 3),
    ("eet", 2),
    ("eest", 3),
    ("cet", 1),
    ("cest", 2),
    ("bst", 1),
    ("est", -5),
    ("edt", -4),
    ("pst", -8),
    ("pdt", -7),
    ("mdt", -6),
];

/// Splits off the name of a zone at the end: `Asia/Shanghai`, `JST`.
fn without_zone(text: &str) -> (String, Option<TimeZone>) {
    let Some((rest, last)) = text.rsplit_once([' ', '[', '(']).filter(|(rest, _)| rest.contains(':')) else {
        return (text.to_owned(), None);
    };
    let name = last.trim_end_matches([']', ')']);
    let short =
        ZONES.iter().find(|(zone, _)| *zone == name).map(|(_, hours)| TimeZone::fixed(jiff::tz::offset(*hours)));
    let zone = short.or_else(|| name.contains('/').then(|| TimeZone::get(name).ok())?);
    match zone {
        Some(zone) => (rest.trim_end().to_owned(), Some(zone)),
        None => (text.to_owned(), None),
    }
}

/// Drops what introduces a date: `Posted: `, `掲載日：`.
fn without_label(text: &str) -> String {
    match text.split_once(':') {
        Some((label, rest)) if !label.is_empty() && !label.contains(|c: char| c.is_numeric()) => rest.trim().to_owned(),
        _ => text.to_owned(),
    }
}

/// Returns the part of a text from its first to its last digit, without words.
fn of_numbers(text: &str) -> String {
    let is_letter = |c: char| c.is_alphabetic() && !"年月日号號년월일".contains(c);
    let words: Vec<&str> = text.split_whitespace().filter(|word| !word.contains(is_letter)).collect();
    let text = words.join(" ");
    let digit = |c: char| c.is_ascii_digit();
    match (text.find(digit), text.rfind(digit)) {
        (Some(start), Some(end)) => text[start..=end].to_owned(),
        _ => String::new(),
    }
}

/// Reads a year alone.
fn of_year(text: &str) -> Option<ReadDate> {
    let year = text.trim().trim_end_matches(['年', '년']).parse::<i16>().ok()?;
    let guess = Some("it is a year alone; the first of January".to_owned());
    (1600..=2399).contains(&year).then(|| ReadDate { date: format!("{year}-01-01"), guess })
}

/// Returns whether a date has only numbers, of two digits at most.
fn is_short(text: &str) -> bool {
    let day = text.split_whitespace().next().unwrap_or_default();
    let numbers: Vec<&str> = day.split(['/', '-', '.']).collect();
    numbers.len() == 3 && numbers.iter().all(|n| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
