//! Civil dates and instants.
//!
//! An article has two dates. The *civil day* printed by the source ([`Day`]) determines date pages and permalinks and
//! is never converted between zones. The *instant* when the translation was posted ([`Instant`]) orders listings and
//! feeds and is shown in the site's time zone. The time zone database is bundled, so that every machine gives the same
//! result.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// A civil day.
pub type Day = Date;
/// A point in time.
pub type Instant = jiff::Timestamp;

/// Serializes days as numbers, for the state of a build.
pub mod day_as_numbers {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::Day;

    pub fn serialize<S: Serializer>(day: &Day, s: S) -> Result<S::Ok, S::Error> {
        (day.year(), day.month(), day.day()).serialize(s)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(d: D) -> Result<Day, D::Error> {
        let (year, month, day) = <(i16, i8, i8)>::deserialize(d)?;
        Day::new(year, month, day).map_err(D::Error::custom)
    }

    pub mod maybe {
        use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

        use super::Day;

        pub fn serialize<S: Serializer>(day: &Option<Day>, s: S) -> Result<S::Ok, S::Error> {
            day.map(|day| (day.year(), day.month(), day.day())).serialize(s)
        }

        pub fn deserialize<'d, D: Deserializer<'d>>(d: D) -> Result<Option<Day>, D::Error> {
            let day = Option::<(i16, i8, i8)>::deserialize(d)?;
            day.map(|(year, month, day)| Day::new(year, month, day)).transpose().map_err(D::Error::custom)
        }
    }
}

/// Serializes instants as nanoseconds since 1970, for the state of a build.
pub mod instant_as_number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::Instant;

    pub fn serialize<S: Serializer>(at: &Instant, s: S) -> Result<S::Ok, S::Error> {
        at.as_nanosecond().serialize(s)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(d: D) -> Result<Instant, D::Error> {
        Instant::from_nanosecond(i128::deserialize(d)?).map_err(D::Error::custom)
    }

    /// The same for an optional instant.
    pub mod maybe {
        use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

        use super::Instant;

        pub fn serialize<S: Serializer>(at: &Option<Instant>, s: S) -> Result<S::Ok, S::Error> {
            at.map(Instant::as_nanosecond).serialize(s)
        }

        pub fn deserialize<'d, D: Deserializer<'d>>(d: D) -> Result<Option<Instant>, D::Error> {
            let at = Option::<i128>::deserialize(d)?;
            at.map(Instant::from_nanosecond).transpose().map_err(D::Error::custom)
        }
    }
}

/// A date as written in front matter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WrittenDate {
    Day(Date),
    /// A date-time without an offset, in the site's local time.
    Local(DateTime),
    /// A date-time with an offset: the instant, and the local time as written.
    Zoned(Instant, DateTime),
}

impl WrittenDate {
    /// Returns the civil day as written, without conversion.
    pub fn day(&self) -> Day {
        match self {
            WrittenDate::Day(d) => *d,
            WrittenDate::Local(t) | WrittenDate::Zoned(_, t) => t.date(),
        }
    }

    /// Returns the instant. A day means 00:00 in the site's zone. A time that a clock change skips moves forward by
    /// the gap, and a repeated time is the first one (RFC 5545's rule, jiff's default). Only years 1 to 9999 are
    /// accepted, so the result is always representable, except for the last hours of 9999, which are clamped.
    pub fn instant(&self, zone: &TimeZone) -> Instant {
        let local = match self {
            WrittenDate::Zoned(at, _) => return *at,
            WrittenDate::Day(d) => d.to_datetime(Time::midnight()),
            WrittenDate::Local(t) => *t,
        };
        zone.to_timestamp(local).unwrap_or(Instant::MAX)
    }
}

impl From<Instant> for WrittenDate {
    fn from(at: Instant) -> WrittenDate {
        WrittenDate::Zoned(at, Offset::UTC.to_datetime(at))
    }
}

/// Parses `YYYY-MM-DD`, optionally with `T` or a space and `HH:MM[:SS[.fff]]`, optionally with `Z` or `±HH:MM`. `Err`
/// describes the problem in the words of a label.
pub fn parse(text: &str) -> Result<WrittenDate, String> {
    const EXPECTED: &str = "expected YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS±HH:MM";
    let wrong = |what: &str| format!("{what}; {EXPECTED}");
    let text = text.trim();
    let (day, rest) = match text.find(['T', 't', ' ']) {
        Some(i) => (&text[..i], Some(&text[i + 1..])),
        None => (text, None),
    };
    let date = parse_day(day).map_err(|e| if e.is_empty() { EXPECTED.to_owned() } else { wrong(&e) })?;
    let Some(rest) = rest else { return Ok(WrittenDate::Day(date)) };
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let clock = rest[..zone_at].trim();
    let time = parse_time(clock).ok_or_else(|| wrong(&format!("`{clock}` is not a time")))?;
    let local = date.to_datetime(time);
    match &rest[zone_at..] {
        "" => Ok(WrittenDate::Local(local)),
        zone => {
            let offset = parse_offset(zone).ok_or_else(|| wrong(&format!("`{zone}` is not an offset")))?;
            let at = offset.to_timestamp(local).map_err(|_| wrong("out of range"))?;
            Ok(WrittenDate::Zoned(at, local))
        }
    }
}

fn digits(text: &str, count: usize) -> Option<i16> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn parse_day(text: &str) -> Result<Date, String> {
    let mut parts = text.splitn(3, '-');
    let mut part = |n| parts.next().and_then(|p| digits(p, n)).ok_or_else(String::new);
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if year == 0 {
        return Err("there is no year 0".to_owned());
    }
    if !(1..=12).contains(&month) {
        return Err(format!("there is no month {month}"));
    }
    Date::new(year, month as i8, day as i8).map_err(|_| format!("month {month} of {year} has no day {day}"))
}

fn parse_time(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = whole.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = parts.next().map_or(Some(0), |s| digits(s, 2))?;
    let nano = match fraction {
        "" => 0,
        f if f.len() <= 9 && f.bytes().all(|b| b.is_ascii_digit()) => format!("{f:0<9}").parse().ok()?,
        _ => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    // Treat a leap second as the second before it, because :60 is never printed.
    Time::new(hour as i8, minute as i8, second.min(59) as i8, nano).ok()
}

fn parse_offset(text: &str) -> Option<Offset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let (sign, rest) = text.split_at(1);
    let (hours, minutes) = rest.split_once(':').or_else(|| (rest.len() == 4).then(|| rest.split_at(2)))?;
    let seconds = i32::from(digits(hours, 2)?) * 3600 + i32::from(digits(minutes, 2)?) * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

/// Formats an instant in the site's zone as RFC 3339 with seconds: `2021-03-24T09:00:00+09:00`. The year is 0 to 9999
/// ([`WrittenDate::instant`]).
pub fn rfc3339(at: Instant, zone: &TimeZone) -> String {
    let offset = zone.to_offset(at);
    let local = offset.to_datetime(at);
    let seconds = offset.seconds();
    let (sign, seconds) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
    // Formatted by hand: a page has several times, and the general formatter is ten times slower.
    let mut out = String::with_capacity(25);
    let mut two = |n: i32, before: char| {
        if before != '\0' {
            out.push(before);
        }
        out.push(char::from(b'0' + (n / 10 % 10) as u8));
        out.push(char::from(b'0' + (n % 10) as u8));
    };
    let year = i32::from(local.year()).clamp(0, 9999);
    two(year / 100, '\0');
    two(year % 100, '\0');
    two(i32::from(local.month()), '-');
    two(i32::from(local.day()), '-');
    two(i32::from(local.hour()), 'T');
    two(i32::from(local.minute()), ':');
    two(i32::from(local.second()), ':');
    two(seconds / 3600, sign);
    two(seconds % 3600 / 60, ':');
    out
}

/// Returns the civil day of an instant in the site's zone.
pub fn day_of(at: Instant, zone: &TimeZone) -> Day {
    zone.to_offset(at).to_datetime(at).date()
}

/// Expands the strftime directives of a permalink (`%Y %m %d %y %j %H %M %S %B…`, implemented by jiff). Only those
/// that need no locale are useful. The pattern was tested when the configuration was read.
pub fn strftime(pattern: &str, local: DateTime) -> Result<String, String> {
    jiff::fmt::strtime::format(pattern, local).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_contract_allows() {
        assert_eq!(parse("2021-03-24"), Ok(WrittenDate::Day(jiff::civil::date(2021, 3, 24))));
        assert!(matches!(parse("2021-03-24 09:00"), Ok(WrittenDate::Local(_))));
        assert!(matches!(parse("2021-03-24 09:00:00 +0900"), Ok(WrittenDate::Zoned(..))));
        let Ok(WrittenDate::Zoned(at, local)) = parse("2021-03-24T23:30:00-08:00") else { panic!() };
        assert_eq!(at.to_string(), "2021-03-25T07:30:00Z");
        assert_eq!(local.date(), jiff::civil::date(2021, 3, 24));
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(parse("2021-13-24").unwrap_err().starts_with("there is no month 13;"));
        assert!(parse("2021-02-30").unwrap_err().starts_with("month 2 of 2021 has no day 30;"));
        assert!(parse("24 March").unwrap_err().starts_with("expected"));
        assert!(parse("2021-03-24T25:00").unwrap_err().contains("is not a time"));
        assert!(parse("2021-03-24T05:00+9").unwrap_err().contains("is not an offset"));
    }

    #[test]
    fn prints_in_the_sites_zone() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let at = parse("2021-03-24").unwrap().instant(&zone);
        assert_eq!(rfc3339(at, &zone), "2021-03-24T00:00:00+09:00");
        assert_eq!(day_of(at, &zone), jiff::civil::date(2021, 3, 24));
    }
}
