//! A part of a file: what a browser asks for that plays a film, or goes on with what it has (RFC 9110, 14). Several parts at
//! once nobody needs here: then the whole is sent, as the standard allows.

use std::ops::Range;

use axum::http::header::RANGE;
use axum::http::{HeaderMap, HeaderValue, Method};

/// What of so many bytes is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it: nothing else was asked for, or nothing that means anything.
    Whole,
    Bytes(Range<usize>),
    /// What comes after the end.
    Nothing,
}

const BLANK: [char; 2] = [' ', '\t'];

/// Reads a `Range` header, for a body of this length.
pub fn part(header: &str, length: usize) -> Part {
    let Some((unit, ranges)) = header.split_once('=') else { return Part::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Part::Whole;
    }
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // More than can be counted is behind every end.
        digits.then(|| text.parse::<usize>().unwrap_or(usize::MAX))
    };
    let Some((first, last)) = ranges.trim_matches(BLANK).split_once('-') else { return Part::Whole };
    match (number(first.trim_end_matches(BLANK)), number(last.trim_start_matches(BLANK))) {
        (Some(first), Some(last)) if last < first => Part::Whole,
        (Some(first), _) if first >= length && (last.is_empty() || number(last).is_some()) => Part::Nothing,
        (Some(first), Some(last)) => Part::Bytes(first..last.saturating_add(1).min(length)),
        (Some(first), None) if last.is_empty() => Part::Bytes(first..length),
        (None, Some(count)) if first.is_empty() => match count.min(length) {
            0 => Part::Nothing,
            count => Part::Bytes(length - count..length),
        },
        _ => Part::Whole,
    }
}

/// The one range that a request asks for, in the way everybody writes it; `None` where the whole is to be sent: none is asked for, it
/// means nothing, or it is not to be followed.
pub fn plain(method: &Method, asks: &HeaderMap) -> Option<HeaderValue> {
    let mut all = asks.get_all(RANGE).iter();
    let header = all.next().filter(|_| all.next().is_none() && *method == Method::GET)?.to_str().ok()?;
    // As seen from a file that ends nowhere: what is malformed is so for every file.
    if part(header, usize::MAX) == Part::Whole {
        return None;
    }
    let ranges = header.split_once('=')?.1;
    let (first, last) = ranges.trim_matches(BLANK).split_once('-')?;
    let number = |text: &str| match text.trim_matches(BLANK) {
        "" => String::new(),
        // More than can be counted is behind every end.
        digits => digits.parse::<u64>().unwrap_or(u64::MAX).to_string(),
    };
    HeaderValue::from_str(&format!("bytes={}-{}", number(first), number(last))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_ten_bytes() {
        for (header, expected) in [
            ("bytes=0-", Part::Bytes(0..10)),
            ("bytes=0-1", Part::Bytes(0..2)),
            ("bytes=9-9", Part::Bytes(9..10)),
            ("bytes=3-99", Part::Bytes(3..10)),
            ("BYTES=3-4", Part::Bytes(3..5)),
            ("bytes= 3-4 ", Part::Bytes(3..5)),
            ("bytes=-3", Part::Bytes(7..10)),
            ("bytes=-99", Part::Bytes(0..10)),
            ("bytes=0-99999999999999999999999", Part::Bytes(0..10)),
            ("bytes=10-", Part::Nothing),
            ("bytes=10-12", Part::Nothing),
            ("bytes=99999999999999999999999-", Part::Nothing),
            ("bytes=-0", Part::Nothing),
            ("bytes=4-2", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=1-b", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(part(header, 10), expected, "{header}");
        }
        let plainly = |header: &str| {
            let asks: HeaderMap = [(RANGE, HeaderValue::from_str(header).expect("a value"))].into_iter().collect();
            plain(&Method::GET, &asks).map(|plain| plain.to_str().expect("ASCII").to_owned())
        };
        assert_eq!(plainly("BYTES= 3 - 4 ").as_deref(), Some("bytes=3-4"));
        assert_eq!(plainly("bytes=-99999999999999999999999").as_deref(), Some("bytes=-18446744073709551615"));
        assert_eq!(plainly("bytes=4-2"), None);
        assert_eq!([part("bytes=0-", 0), part("bytes=-1", 0)], [Part::Nothing, Part::Nothing]);
    }
}
