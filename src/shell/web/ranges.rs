//! Range requests: a part of a file, for a browser that plays a film or resumes a download (RFC 9110, 14). Several
//! ranges at once are not supported: then the whole file is sent, as the standard allows.

use std::ops::Range;

use axum::http::header::RANGE;
use axum::http::{HeaderMap, HeaderValue, Method};

/// The requested part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestedRange {
    /// The whole body: there was no range, or no valid one.
    Whole,
    Bytes(Range<usize>),
    /// A range after the end.
    Nothing,
}

const BLANK: [char; 2] = [' ', '\t'];

/// Returns the only range of a header as the digits of its first and last position in bytes, one of which may be
/// missing. Blanks are allowed only around the commas of a list, whose empty elements are ignored (RFC 9110, 5.6.1
/// and 14.1.1).
fn only(header: &str) -> Option<(&str, &str)> {
    let (unit, set) = header.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    // Blanks around a header are not part of it.
    let set = set.trim_end_matches(BLANK);
    let (first, rest) = set.split_once(',').map_or((set, None), |(first, rest)| (first, Some(rest)));
    let inner = first.trim_end_matches(BLANK);
    let others = rest.into_iter().flat_map(|rest| rest.split(',')).map(|element| element.trim_matches(BLANK));
    let mut elements = [inner].into_iter().chain(others).filter(|element| !element.is_empty());
    let range = elements.next().filter(|_| elements.next().is_none())?;
    let (first, last) = range.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(first) && digits(last) && first.len() + last.len() > 0).then_some((first, last))
}

/// Parses a `Range` header for a body of `length` bytes.
pub fn part(header: &str, length: usize) -> RequestedRange {
    let Some((first, last)) = only(header) else { return RequestedRange::Whole };
    // A number that overflows is behind every end.
    let number = |text: &str| (!text.is_empty()).then(|| text.parse::<usize>().unwrap_or(usize::MAX));
    match (number(first), number(last)) {
        (Some(first), Some(last)) if last < first => RequestedRange::Whole,
        (Some(first), _) if first >= length => RequestedRange::Nothing,
        (Some(first), Some(last)) => RequestedRange::Bytes(first..last.saturating_add(1).min(length)),
        (Some(first), None) => RequestedRange::Bytes(first..length),
        (None, count) => match count.unwrap_or(0).min(length) {
            0 => RequestedRange::Nothing,
            count => RequestedRange::Bytes(length - count..length),
        },
    }
}

/// Returns the only range of a request in its usual form. `None` if the whole is to be sent: there is no range, it
/// is invalid, or it must not be followed.
pub fn plain(method: &Method, asks: &HeaderMap) -> Option<HeaderValue> {
    let mut all = asks.get_all(RANGE).iter();
    let header = all.next().filter(|_| all.next().is_none() && *method == Method::GET)?.to_str().ok()?;
    // Use the largest possible length: a malformed range is malformed for every file.
    if part(header, usize::MAX) == RequestedRange::Whole {
        return None;
    }
    let (first, last) = only(header)?;
    let number = |digits: &str| match digits {
        "" => String::new(),
        // A number that overflows is behind every end.
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
            ("bytes=0-", RequestedRange::Bytes(0..10)),
            ("bytes=0-1", RequestedRange::Bytes(0..2)),
            ("bytes=9-9", RequestedRange::Bytes(9..10)),
            ("bytes=3-99", RequestedRange::Bytes(3..10)),
            ("BYTES=3-4", RequestedRange::Bytes(3..5)),
            ("bytes=3-4 ", RequestedRange::Bytes(3..5)),
            ("bytes=3-4 , ", RequestedRange::Bytes(3..5)),
            ("bytes=,, 3-4\t,", RequestedRange::Bytes(3..5)),
            ("bytes= ,3-4", RequestedRange::Bytes(3..5)),
            ("bytes=-3", RequestedRange::Bytes(7..10)),
            ("bytes=-99", RequestedRange::Bytes(0..10)),
            ("bytes=0-99999999999999999999999", RequestedRange::Bytes(0..10)),
            ("bytes=10-", RequestedRange::Nothing),
            ("bytes=10-12", RequestedRange::Nothing),
            ("bytes=99999999999999999999999-", RequestedRange::Nothing),
            ("bytes=-0", RequestedRange::Nothing),
            ("bytes=4-2", RequestedRange::Whole),
            ("bytes=0-1,3-4", RequestedRange::Whole),
            ("bytes=-", RequestedRange::Whole),
            ("bytes=", RequestedRange::Whole),
            ("bytes=,", RequestedRange::Whole),
            ("bytes=0-1 , 3-4", RequestedRange::Whole),
            ("bytes= 3-4", RequestedRange::Whole),
            ("bytes=0 - 3", RequestedRange::Whole),
            ("bytes=0 -3", RequestedRange::Whole),
            ("bytes=0- 3", RequestedRange::Whole),
            ("bytes=3 -", RequestedRange::Whole),
            ("bytes=- 3", RequestedRange::Whole),
            ("bytes=,3 -4", RequestedRange::Whole),
            ("bytes =3-4", RequestedRange::Whole),
            (" bytes=3-4", RequestedRange::Whole),
            ("bytes=a-b", RequestedRange::Whole),
            ("bytes=1-b", RequestedRange::Whole),
            ("bytes=+1-2", RequestedRange::Whole),
            ("bytes", RequestedRange::Whole),
            ("lines=1-2", RequestedRange::Whole),
            ("", RequestedRange::Whole),
        ] {
            assert_eq!(part(header, 10), expected, "{header}");
        }
        let plainly = |header: &str| {
            let asks: HeaderMap = [(RANGE, HeaderValue::from_str(header).expect("a value"))].into_iter().collect();
            plain(&Method::GET, &asks).map(|plain| plain.to_str().expect("ASCII").to_owned())
        };
        assert_eq!(plainly("BYTES=3-4 ,").as_deref(), Some("bytes=3-4"));
        assert_eq!(plainly("bytes=3 - 4"), None);
        assert_eq!(plainly("bytes=-99999999999999999999999").as_deref(), Some("bytes=-18446744073709551615"));
        assert_eq!(plainly("bytes=4-2"), None);
        assert_eq!([part("bytes=0-", 0), part("bytes=-1", 0)], [RequestedRange::Nothing, RequestedRange::Nothing]);
    }
}
