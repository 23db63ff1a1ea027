//! Addresses by a pattern such as `/:year/:month/:day/:title/`, as Jekyll and Hexo have it. It must not know which
//! program a pattern is of.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::base::date::{self, Instant, WrittenDate};

/// The words of a text's address, by their names in a pattern.
pub type PermalinkWords = BTreeMap<&'static str, String>;

/// Fills a pattern. `None` if it names something that this text does not have.
pub fn expand(pattern: &str, words: &PermalinkWords) -> Option<String> {
    let mut out = String::from("/");
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        // `:title_x` may be `:title` and `_x`.
        let name = (1..=end).rev().map(|end| &after[..end]).find(|name| words.contains_key(name));
        let Some(name) = name else {
            if end == 0 {
                out.push(':');
                rest = after;
                continue;
            }
            return None;
        };
        out.push_str(words.get(name)?);
        rest = &after[name.len()..];
    }
    out.push_str(rest);
    let mut plain = String::with_capacity(out.len());
    for c in out.chars() {
        if c != '/' || !plain.ends_with('/') {
            plain.push(if c == ' ' { '-' } else { c });
        }
    }
    Some(plain)
}

/// Adds the words of a date, in the time zone of the site.
pub fn add_date(words: &mut PermalinkWords, written: &str, zone: Option<&str>) {
    let Ok(read) = date::parse(written) else { return };
    let at = match read {
        WrittenDate::Day(day) => day.to_datetime(jiff::civil::Time::midnight()),
        WrittenDate::Local(at) => at,
        WrittenDate::Zoned(at, local) => local_of(at, local, zone),
    };
    const FORMATS: [(&str, &str); 12] = [
        ("year", "%Y"),
        ("short_year", "%y"),
        ("month", "%m"),
        ("i_month", "%-m"),
        ("day", "%d"),
        ("i_day", "%-d"),
        ("y_day", "%j"),
        ("hour", "%H"),
        ("minute", "%M"),
        ("second", "%S"),
        ("short_month", "%b"),
        ("long_month", "%B"),
    ];
    words.extend(FORMATS.iter().filter_map(|(name, format)| Some((*name, date::strftime(format, at).ok()?))));
}

fn local_of(at: Instant, written: DateTime, zone: Option<&str>) -> DateTime {
    match zone.and_then(|zone| jiff::tz::TimeZone::get(zone).ok()) {
        Some(zone) => zone.to_datetime(at),
        None => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_filled() {
        let mut words = PermalinkWords::from([("title", "a b".to_owned()), ("categories", String::new())]);
        add_date(&mut words, "2021-03-04T23:30:00Z", Some("Asia/Tokyo"));
        for (pattern, address) in [
            ("/:categories/:year/:month/:day/:title/", Some("/2021/03/05/a-b/")),
            (":year/:i_month/:title.html", Some("/2021/3/a-b.html")),
            ("/:year/:y_day/:title_x", Some("/2021/064/a-b_x")),
            ("/:short_month/:long_month/", Some("/Mar/March/")),
            ("/:id/:title", None),
        ] {
            assert_eq!(expand(pattern, &words).as_deref(), address, "{pattern}");
        }
    }
}
