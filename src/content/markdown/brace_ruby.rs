//! Ruby in braces: `{漢字|かんじ}`, or with a reading for each character, `{漢字|かん|じ}`.
//!
//! Braces and bars have other uses, so this is a ruby only if it cannot be meant otherwise: the word or its reading is
//! Chinese, Japanese or Korean. In a table, the bar is written `\|`. Full-width braces and bars count as well, because
//! Japanese keyboards type them. The result is the same as that of HTML (see `ruby`).

use super::cjk::SpannedEvent;
use memchr::memmem;
use pulldown_cmark::{CowStr, Event};
use std::ops::Range;

/// The maximum number of bytes between the braces.
const LENGTH: usize = 400;

/// Returns whether a body may have a ruby in braces.
pub(super) fn may_have(body: &str) -> bool {
    let bytes = body.as_bytes();
    let half = memchr::memchr_iter(b'{', bytes).any(|at| bytes.get(at + 1).is_some_and(|next| is_inside(*next)));
    half && !body.is_ascii() || memmem::find(bytes, "｛".as_bytes()).is_some()
}

/// Returns whether a byte may be the first of a word with a reading.
fn is_inside(byte: u8) -> bool {
    !byte.is_ascii() || byte.is_ascii_alphanumeric()
}

/// A ruby, as byte ranges in a text.
struct BraceRuby<'t> {
    length: usize,
    /// Words with their readings.
    pairs: Vec<(&'t str, &'t str)>,
}

/// Replaces the rubies in a stretch of inline events.
pub(super) fn find<'a>(body: &'a str, events: &mut Vec<SpannedEvent<'a>>) {
    let has_brace = |(event, _): &SpannedEvent| matches!(event, Event::Text(text) if text.contains(['{', '｛']));
    if !events.iter().any(has_brace) {
        return;
    }
    let (mut done, mut run) = (Vec::with_capacity(events.len() + 16), Vec::new());
    for event in std::mem::take(events) {
        if matches!(event.0, Event::Text(_)) {
            // The parser splits a text at an escaped bar.
            run.push(event);
        } else {
            in_run(body, &mut run, &mut done);
            done.push(event);
        }
    }
    in_run(body, &mut run, &mut done);
    *events = done;
}

/// A run of texts.
#[derive(Default)]
struct TextRun {
    whole: String,
    /// For each text, its start in the whole and in the body, and whether its first character is escaped.
    parts: Vec<(usize, usize, bool)>,
}

impl TextRun {
    fn new(body: &str, run: &[SpannedEvent]) -> TextRun {
        let (mut texts, mut last) = (TextRun::default(), None);
        for (event, at) in run {
            let Event::Text(text) = event else { continue };
            // A backslash that is not text escapes what follows.
            let escaped = body[..at.start].ends_with('\\') && last != Some(at.start);
            texts.parts.push((texts.whole.len(), at.start, escaped));
            texts.whole.push_str(text);
            last = Some(at.end);
        }
        texts
    }

    fn is_escaped(&self, at: usize) -> bool {
        self.parts.binary_search_by_key(&at, |(start, ..)| *start).is_ok_and(|part| self.parts[part].2)
    }

    /// Returns the place in the body of a place in the whole.
    fn place(&self, at: usize) -> usize {
        let part = self.parts.partition_point(|(start, ..)| *start <= at).saturating_sub(1);
        self.parts.get(part).map_or(0, |(start, body, _)| body + at - start)
    }

    fn rubies(&self) -> Vec<(usize, BraceRuby<'_>)> {
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some(open) = self.whole[from..].find(['{', '｛']).map(|open| from + open) {
            from = self.whole.ceil_char_boundary(open + 1);
            // Tags of templates and formulas.
            if self.whole[..open].ends_with(['{', '$', '^', '_']) || self.is_escaped(open) {
                continue;
            }
            let ruby = ruby(&self.whole[open..]);
            if let Some(ruby) = ruby.filter(|ruby| !self.is_escaped(open + ruby.length - 1)) {
                from = open + ruby.length;
                found.push((open, ruby));
            }
        }
        found
    }
}

/// Moves a run to `done`, with its rubies replaced.
fn in_run<'a>(body: &'a str, run: &mut Vec<SpannedEvent<'a>>, done: &mut Vec<SpannedEvent<'a>>) {
    let texts = TextRun::new(body, run);
    let found = texts.rubies();
    if found.is_empty() {
        return done.append(run);
    }
    let (mut part, mut written) = (0, 0);
    for (open, ruby) in found {
        copy(run, &texts, &mut part, written..open, done);
        // The first character of the word decides whether a line end before it is a space.
        write(&ruby, texts.place(texts.whole.ceil_char_boundary(open + 1)).min(body.len()), done);
        written = open + ruby.length;
    }
    copy(run, &texts, &mut part, written..texts.whole.len(), done);
    run.clear();
}

/// Copies a part of the run, from its text `part` on.
fn copy<'a>(
    run: &[SpannedEvent<'a>],
    texts: &TextRun,
    part: &mut usize,
    range: Range<usize>,
    done: &mut Vec<SpannedEvent<'a>>,
) {
    while let Some((Event::Text(text), at)) = run.get(*part) {
        let start = texts.parts[*part].0;
        let (from, to) = (range.start.max(start), range.end.min(start + text.len()));
        if from < to {
            let words = text[from - start..to - start].to_owned();
            // A reference such as `&amp;` is longer than its text.
            let place = match text.len() == at.len() {
                true => at.start + from - start..at.start + to - start,
                false => at.clone(),
            };
            done.push((Event::Text(words.into()), place));
        }
        if start + text.len() > range.end {
            return;
        }
        *part += 1;
    }
}

/// Writes a ruby as HTML ruby is written: its tags as [`Event::InlineMath`].
fn write<'a>(ruby: &BraceRuby, at: usize, done: &mut Vec<SpannedEvent<'a>>) {
    let place = at..at;
    let tags = |tags: &'static str| (Event::InlineMath(tags.into()), at..at);
    let text = |text: &str| (Event::Text(CowStr::from(text.to_owned())), place.clone());
    done.push(tags("<ruby>"));
    for (word, reading) in &ruby.pairs {
        done.extend([text(word), tags("<rp>"), text("("), tags("</rp><rt>"), text(reading)]);
        done.extend([tags("</rt><rp>"), text(")"), tags("</rp>")]);
    }
    done.push(tags("</ruby>"));
}

/// Returns whether a text is one ruby.
pub(super) fn is_one(text: &str) -> bool {
    ruby(text).is_some_and(|ruby| ruby.length == text.len())
}

/// Reads a ruby at the start of a text.
fn ruby(text: &str) -> Option<BraceRuby<'_>> {
    let open = text.chars().next()?;
    let (close, bar): (char, &[char]) = if open == '{' { ('}', &['|', '｜']) } else { ('｝', &['|', '｜']) };
    let inside = &text[open.len_utf8()..text.floor_char_boundary(LENGTH)];
    let inside = &inside[..inside.find(['{', '｛', '}', '｝', '\n']).filter(|at| inside[*at..].starts_with(close))?];
    let length = open.len_utf8() + inside.len() + close.len_utf8();
    // `{{…}}` is a template tag.
    if text[length..].starts_with('}') || !inside.contains(bar) {
        return None;
    }
    let mut parts = inside.split(bar).map(str::trim);
    let word = parts.next()?;
    let readings: Vec<&str> = parts.collect();
    if word.is_empty() || readings.iter().any(|reading| !reading.contains(char::is_alphabetic)) {
        return None;
    }
    if !is_annotated(word, &readings) {
        return None;
    }
    let pairs = if let [reading] = *readings { vec![(word, reading)] } else { by_character(word, &readings)? };
    Some(BraceRuby { length, pairs })
}

/// Returns the characters of a word with their readings, if there are as many.
fn by_character<'t>(word: &'t str, readings: &[&'t str]) -> Option<Vec<(&'t str, &'t str)>> {
    let mut starts: Vec<usize> = word.char_indices().filter(|(_, c)| !is_joined(*c)).map(|(at, _)| at).collect();
    if starts.len() != readings.len() || starts.first() != Some(&0) {
        return None;
    }
    starts.push(word.len());
    Some(starts.windows(2).zip(readings).map(|(ends, reading)| (&word[ends[0]..ends[1]], *reading)).collect())
}

/// Returns whether a character belongs to the one before it: a variation selector, or a mark of voicing.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{3099}' | '\u{309a}')
}

fn is_han(c: char) -> bool {
    matches!(c, '々' | '〆' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Returns whether a character is kana, Bopomofo or Hangul.
fn is_sound(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3041}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31ff}'
        | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff66}'..='\u{ff9f}')
}

/// Returns whether a word can only have these as its readings. `{是|否}` may be a choice, and so may `{on|off}`.
fn is_annotated(word: &str, readings: &[&str]) -> bool {
    let all = |test: &dyn Fn(&str) -> bool| readings.iter().all(|reading| test(reading));
    if word.contains(is_han) {
        return all(&|reading| !reading.contains(is_han));
    }
    if word.contains(is_sound) {
        return all(&|reading| !reading.contains(is_sound));
    }
    word.contains(char::is_alphabetic) && all(&|reading| reading.contains(is_sound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_meant_otherwise() {
        for (text, pairs) in [
            ("{漢字|かんじ}", "漢字かんじ"),
            ("{漢字|かん|じ}", "漢かん 字じ"),
            ("｛漢字｜かんじ｝", "漢字かんじ"),
            ("{漢字｜かんじ}", "漢字かんじ"),
            ("{AIDS|エイズ}", "AIDSエイズ"),
            ("{北京|Běijīng}", "北京Běijīng"),
            ("{中|ㄓㄨㄥ}", "中ㄓㄨㄥ"),
            ("{大韓|대한}", "大韓대한"),
            ("{アメリカ|米国}", "アメリカ米国"),
            ("{取り消|とりけ}す", "取り消とりけ"),
            ("{葛\u{e0100}城|かつら|ぎ}", "葛\u{e0100}かつら 城ぎ"),
            ("{漢字|かん|じ|と}", ""),
            ("{東|とう|京|きょう}", ""),
            ("{on|off}", ""),
            ("{是|否}", ""),
            ("{はい|いいえ}", ""),
            ("{漢字|}", ""),
            ("{|かんじ}", ""),
            ("{漢字|かん\nじ}", ""),
            ("{漢字|かんじ｝", ""),
            ("{漢字}", ""),
            ("{東京は|大阪は}", ""),
            ("{ゴッホ|van Gogh}", "ゴッホvan Gogh"),
            ("{漢字|かんじ}}", ""),
        ] {
            let shown =
                |ruby: BraceRuby| ruby.pairs.iter().map(|(a, b)| format!("{a}{b}")).collect::<Vec<_>>().join(" ");
            assert_eq!(ruby(text).map(shown).unwrap_or_default(), pairs, "{text}");
        }
    }
}
