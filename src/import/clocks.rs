//! Rewrites times of day and Chinese numbers, as people write them, to digits and colons: `下午3时5分` and `9 a.m.`.
//! `dates.rs` reads the result. Pure.

/// Words for the halves of a day, and what to add to an hour below twelve.
const HALVES: [(&str, u32); 12] = [
    ("午前", 0),
    ("上午", 0),
    ("오전", 0),
    ("凌晨", 0),
    ("早上", 0),
    ("清晨", 0),
    ("午後", 12),
    ("午后", 12),
    ("下午", 12),
    ("오후", 12),
    ("晚上", 12),
    ("傍晚", 12),
];

/// Marks after an hour. `h` and `uhr` are those of French and German.
const HOUR_MARKS: [&str; 8] = ["時", "时", "點", "点", "시", "uhr", "hrs", "h"];
const MINUTE_MARKS: [&str; 4] = ["分", "분", "min", "m"];

/// Rewrites the numbers and the time of a text in lower case.
pub fn plain(text: &str) -> String {
    let text = with_digits(text);
    let mut half = None;
    let mut bare = text.clone();
    for (word, hours) in HALVES {
        if bare.contains(word) {
            half = Some(hours);
            bare = bare.replace(word, " ");
        }
    }
    let (before, hour, minute, after) =
        match marked(&bare).or_else(|| half_marked(&bare)).or_else(|| colon(&bare, half)) {
            Some(found) => found,
            None => return text,
        };
    let hour = match half {
        Some(12) if hour < 12 => hour + 12,
        Some(0) if hour == 12 => 0,
        _ => hour,
    };
    format!("{} {hour:02}:{minute:02} {}", before.trim(), after.trim()).trim().to_owned()
}

/// What stands before a time, its hour and minute, and what stands after it.
type ClockReading<'a> = (&'a str, u32, u32, &'a str);

/// Reads the number at the end of a text: where it starts, and its value.
fn number_before(text: &str) -> Option<(usize, u32)> {
    let text = text.trim_end();
    let start = text.len() - text.bytes().rev().take_while(u8::is_ascii_digit).count();
    text[start..].parse().ok().map(|value| (start, value))
}

/// Reads the number at the start of a text, and what follows it.
fn number_after(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start();
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..end].parse().ok().map(|value| (value, &text[end..]))
}

/// Finds `15時30分`, `15h30`, `15 Uhr`.
fn marked(text: &str) -> Option<ClockReading<'_>> {
    for mark in HOUR_MARKS {
        for (at, _) in text.match_indices(mark) {
            let after = &text[at + mark.len()..];
            let is_word = mark.is_ascii() && after.starts_with(char::is_alphabetic);
            let Some((start, hour)) = number_before(&text[..at]).filter(|(_, hour)| *hour < 25 && !is_word) else {
                continue;
            };
            if text[..start].ends_with(':') {
                // `10:30 Uhr`
                let (from, hour) = number_before(&text[..start - 1])?;
                let (minute, _) = number_after(&text[start..])?;
                return Some((&text[..from], hour, minute, after));
            }
            let minute = number_after(after).filter(|(minute, _)| *minute < 60);
            let (minute, after) = match minute {
                Some((minute, rest)) => {
                    let mark = MINUTE_MARKS.iter().find(|mark| rest.trim_start().starts_with(**mark));
                    (minute, mark.map_or(rest, |mark| &rest.trim_start()[mark.len()..]))
                }
                None => (if after.starts_with('半') { 30 } else { 0 }, after.trim_start_matches(['半', '整'])),
            };
            return Some((&text[..start], hour % 24, minute, after));
        }
    }
    None
}

/// Finds `9 a.m.` and `9pm`.
fn half_marked(text: &str) -> Option<ClockReading<'_>> {
    for (mark, add) in [("a.m.", 0), ("p.m.", 12), ("am", 0), ("pm", 12)] {
        for (at, _) in text.match_indices(mark) {
            let Some((start, hour)) = number_before(&text[..at]) else { continue };
            if (1..=12).contains(&hour) && !text[..start].ends_with([':', '.']) {
                return Some((&text[..start], hour % 12 + add, 0, &text[at + mark.len()..]));
            }
        }
    }
    None
}

/// Finds `3:05`, if a half of the day is written in words elsewhere.
fn colon(text: &str, half: Option<u32>) -> Option<ClockReading<'_>> {
    half?;
    let at = text.find(':')?;
    let (start, hour) = number_before(&text[..at])?;
    let (minute, after) = number_after(&text[at + 1..])?;
    Some((&text[..start], hour, minute, after))
}

/// Writes Chinese numbers before a unit of time with digits: `二〇二一年三月二十四日`.
fn with_digits(text: &str) -> String {
    let value = |c: char| "〇一二三四五六七八九".chars().position(|digit| digit == c || (c == '零' && digit == '〇'));
    let is_number = |c: char| value(c).is_some() || matches!(c, '十' | '廿' | '卅');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_number) {
        let (before, tail) = rest.split_at(at);
        let end = tail.find(|c| !is_number(c)).unwrap_or(tail.len());
        let (number, after) = tail.split_at(end);
        out.push_str(before);
        if after.starts_with(|c: char| "年月日号號時时點点分".contains(c)) {
            out.push_str(&digits(number, &value));
        } else {
            out.push_str(number);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn digits(number: &str, value: &dyn Fn(char) -> Option<usize>) -> String {
    if !number.contains(['十', '廿', '卅']) {
        return number.chars().filter_map(value).map(|digit| digit.to_string()).collect();
    }
    let (mut tens, mut ones) = (0, 0);
    for c in number.chars() {
        match c {
            '十' => (tens, ones) = (ones.max(1), 0),
            '廿' => tens = 2,
            '卅' => tens = 3,
            _ => ones = value(c).unwrap_or(0),
        }
    }
    (tens * 10 + ones).to_string()
}
