//! The credit lines at the head of a text: who wrote and translated it, where the original is. It must not know where a
//! text comes from.

use crate::base::weburl;
use crate::import::dates::{self, DayOrder};
use crate::import::imported::{CreditRole, ImportedCredit, ImportedText};
use crate::import::names;

/// What a label introduces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CreditLabel {
    Person(CreditRole),
    Original,
    OriginalTitle,
    Date,
    Source,
    /// What nothing has a place for, such as "首发".
    Other,
}

/// Labels in lower case, longer ones first where one starts with another.
const LABELS: [(&str, CreditLabel); 44] = [
    ("原文作者", CreditLabel::Person(CreditRole::Author)),
    ("原作者", CreditLabel::Person(CreditRole::Author)),
    ("作者", CreditLabel::Person(CreditRole::Author)),
    ("著者", CreditLabel::Person(CreditRole::Author)),
    ("原文链接", CreditLabel::Original),
    ("原文連結", CreditLabel::Original),
    ("原文地址", CreditLabel::Original),
    ("原文出处", CreditLabel::Original),
    ("链接", CreditLabel::Original),
    ("原文リンク", CreditLabel::Original),
    ("元記事", CreditLabel::Original),
    ("原文日期", CreditLabel::Date),
    ("原文时间", CreditLabel::Date),
    ("发布时间", CreditLabel::Date),
    ("发布日期", CreditLabel::Date),
    ("原文标题", CreditLabel::OriginalTitle),
    ("原題", CreditLabel::OriginalTitle),
    ("原文", CreditLabel::Original),
    ("来源", CreditLabel::Source),
    ("出处", CreditLabel::Source),
    ("译者", CreditLabel::Person(CreditRole::Translator)),
    ("譯者", CreditLabel::Person(CreditRole::Translator)),
    ("訳者", CreditLabel::Person(CreditRole::Translator)),
    ("翻译", CreditLabel::Person(CreditRole::Translator)),
    ("翻訳", CreditLabel::Person(CreditRole::Translator)),
    ("校对者", CreditLabel::Person(CreditRole::Reviewer)),
    ("校对", CreditLabel::Person(CreditRole::Reviewer)),
    ("校對", CreditLabel::Person(CreditRole::Reviewer)),
    ("审校", CreditLabel::Person(CreditRole::Reviewer)),
    ("校閲", CreditLabel::Person(CreditRole::Reviewer)),
    ("定稿", CreditLabel::Person(CreditRole::Editor)),
    ("编辑", CreditLabel::Person(CreditRole::Editor)),
    ("选题", CreditLabel::Person(CreditRole::Collector)),
    ("首发", CreditLabel::Other),
    ("original title", CreditLabel::OriginalTitle),
    ("original article", CreditLabel::Original),
    ("original", CreditLabel::Original),
    ("translated by", CreditLabel::Person(CreditRole::Translator)),
    ("translator", CreditLabel::Person(CreditRole::Translator)),
    ("reviewed by", CreditLabel::Person(CreditRole::Reviewer)),
    ("edited by", CreditLabel::Person(CreditRole::Editor)),
    ("written by", CreditLabel::Person(CreditRole::Author)),
    ("author", CreditLabel::Person(CreditRole::Author)),
    ("source", CreditLabel::Source),
];

/// The most lines of credits, and bytes of one.
const LINES: usize = 12;
const LONGEST: usize = 1000;

/// A label in a line, and what follows it.
type Labelled<'l> = (CreditLabel, &'l str);

/// Takes the credits off the head of a body, if there are any. Returns whether there were.
pub fn take(text: &mut ImportedText) -> bool {
    let Some((lines, end)) = head_lines(&text.body) else { return false };
    let mut found: Vec<Labelled> = Vec::new();
    for line in &lines {
        let row = labelled(line);
        if row.is_empty() {
            return false;
        }
        found.extend(row);
    }
    let found: Vec<(CreditLabel, String)> = found.into_iter().map(|(label, value)| (label, value.to_owned())).collect();
    for (label, value) in &found {
        put(text, *label, value);
    }
    let skipped = text.body[..end].matches('\n').count();
    let rest = text.body[end..].to_owned();
    let trimmed = rest.trim_start();
    text.body_line += skipped + rest[..rest.len() - trimmed.len()].matches('\n').count();
    text.body = trimmed.to_owned();
    true
}

/// Returns the lines of the first paragraph without their marks of a quotation, and where it ends.
fn head_lines(body: &str) -> Option<(Vec<&str>, usize)> {
    let (mut lines, mut at) = (Vec::new(), 0);
    for line in body.split_inclusive('\n') {
        let bare = line.trim();
        let inner = bare.trim_start_matches('>').trim();
        let is_comment = bare.starts_with("<!--") && bare.ends_with("-->") && !bare.contains("more");
        if inner.is_empty() || is_comment {
            // A quotation may have blank lines between its own.
            if !lines.is_empty() && !bare.starts_with('>') {
                break;
            }
        } else {
            if lines.len() == LINES || inner.len() > LONGEST {
                return None;
            }
            lines.push(inner.trim_start_matches(['*', '-', '+']).trim());
        }
        at += line.len();
    }
    (!lines.is_empty()).then_some((lines, at))
}

/// Finds the labels of a line. Empty if it has other text, too.
fn labelled(line: &str) -> Vec<Labelled<'_>> {
    let mut starts: Vec<(CreditLabel, usize, usize)> = Vec::new();
    let mut from = 0;
    while from < line.len() {
        match label_at(line, from) {
            Some((label, value)) => {
                starts.push((label, from, value));
                from = value;
            }
            None if starts.is_empty() => return Vec::new(),
            None => match next_part(line, from) {
                Some(next) => from = next,
                None => break,
            },
        }
    }
    let ends = starts.iter().skip(1).map(|(_, start, _)| *start).chain([line.len()]);
    starts.iter().zip(ends).map(|((label, _, value), end)| (*label, trimmed(&line[*value..end]))).collect()
}

fn trimmed(value: &str) -> &str {
    value.trim_matches(|c: char| c.is_whitespace() || "，,；;、|｜。*".contains(c))
}

/// Returns where the next part of a line starts: behind a separator that is not within brackets.
fn next_part(line: &str, from: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in line[from..].char_indices() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth -= 1,
            '，' | ',' | '；' | ';' | '、' | '|' | '｜' | ' ' | '。' if depth <= 0 => {
                return Some(from + at + c.len_utf8());
            }
            _ => {}
        }
    }
    None
}

/// Reads a label: `译者：`, `**译者**:`, `[原文链接](`. Returns where its value starts.
fn label_at(line: &str, from: usize) -> Option<(CreditLabel, usize)> {
    let rest = &line[from..];
    let bare = rest.trim_start_matches(|c: char| c.is_whitespace() || "*_[【".contains(c));
    let is_link = rest.trim_start_matches(|c: char| c.is_whitespace() || "*_".contains(c)).starts_with('[');
    let starts = |name: &str| bare.get(..name.len()).is_some_and(|start| start.to_lowercase() == name);
    let (name, label) = LABELS.iter().find(|(name, _)| starts(name))?;
    let after = &bare[name.len()..];
    let value = |after: &str| line.len() - after.len();
    let marks = after.trim_start_matches(|c: char| c.is_whitespace() || "*_】".contains(c));
    if let Some(after) = marks.strip_prefix([':', '：']) {
        let after = after.trim_start_matches(['*', '_']);
        // `[译者：A](url)`
        return Some((*label, if is_link && after.contains("](") { from } else { value(after) }));
    }
    if is_link && after.starts_with("](") {
        return Some((*label, value(&after[1..])));
    }
    // `Translated by A`
    (name.ends_with(" by") && after.starts_with(' ')).then(|| (*label, value(after)))
}

/// Puts what follows a label into a text.
fn put(text: &mut ImportedText, label: CreditLabel, value: &str) {
    match label {
        CreditLabel::Person(role) => {
            for person in separate(value).into_iter().flat_map(names::people) {
                if !text.credits.iter().any(|known| known.role == role && known.person.name == person.name) {
                    text.credits.push(ImportedCredit { role, person });
                }
            }
        }
        CreditLabel::Date => {
            let Some(read) = dates::read(value, DayOrder::Unknown) else { return };
            // The day of the source; what stands in the head is when the translation was posted.
            text.posted = text.posted.take().or(text.date.take());
            text.date = Some(read.date.clone());
            text.original.date = Some(read.date);
        }
        CreditLabel::OriginalTitle => text.original.title = Some(value.to_owned()).filter(|title| !title.is_empty()),
        CreditLabel::Original => original(text, value),
        CreditLabel::Source => match link(value) {
            (name, Some(url)) => {
                text.sources.extend(name);
                text.original.url.get_or_insert(url);
            }
            (Some(name), None) => text.sources.push(name),
            (None, None) => {}
        },
        CreditLabel::Other => {}
    }
}

/// Splits people with links at what stands between them, so that they keep their order.
fn separate(value: &str) -> Vec<&str> {
    if !value.contains("](") {
        return vec![value];
    }
    let (mut out, mut from, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, c) in value.char_indices() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth -= 1,
            '，' | ',' | '、' | '；' | ';' if depth <= 0 => {
                out.push(&value[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    out.push(&value[from..]);
    out
}

fn original(text: &mut ImportedText, value: &str) {
    let (title, url) = link(value);
    if let Some(url) = url {
        text.original.url.get_or_insert(url);
    }
    if let Some(title) = title.filter(|title| !weburl::is_web(title)) {
        text.original.title.get_or_insert(title);
    }
}

/// Reads `[title](address)`, `(address)`, an address, or a title.
fn link(value: &str) -> (Option<String>, Option<String>) {
    let value = value.trim();
    let (title, rest) = match value.find("](") {
        Some(at) => (value[..at].trim_start_matches('['), &value[at + 2..]),
        None => match value.strip_prefix('(') {
            Some(rest) => ("", rest),
            None => {
                let bare = value.trim_matches(['<', '>']);
                return if weburl::is_web(bare) {
                    (None, Some(bare.to_owned()))
                } else {
                    (Some(bare.to_owned()).filter(|bare| !bare.is_empty()), None)
                };
            }
        },
    };
    let url = closed(rest).split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']);
    let title = title.trim_matches(['《', '》', '*']).trim();
    (Some(title.to_owned()).filter(|title| !title.is_empty()), Some(url.to_owned()).filter(|url| weburl::is_web(url)))
}

/// Returns a text up to the bracket that closes it.
fn closed(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return &text[..at],
            ')' => depth -= 1,
            _ => {}
        }
    }
    text
}
