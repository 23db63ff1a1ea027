//! Reads the keys at the head of a text: TOML between `+++`, YAML between `---`, JSON. What does not parse is read line
//! by line, and the faults are named, so that a stray tab does not lose an article. It must not know what keys mean.

use std::collections::BTreeMap;

use super::imported::ExtraValue;
use super::notes::{Note, NoteKind, Notes};
use crate::base::doc::{self, KeyValue, Node, Value};

#[path = "head/lines.rs"]
mod lines;

/// One key of a head.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadEntry {
    pub key: String,
    pub value: ExtraValue,
    /// From 1.
    pub line: usize,
}

/// Something in a head that breaks the rules of its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadFault {
    pub line: usize,
    pub message: String,
}

/// The keys of a text, in their order. A key may occur twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    pub entries: Vec<HeadEntry>,
    /// Where the body starts: its byte, and its line from 1.
    pub body: usize,
    pub body_line: usize,
    pub faults: Vec<HeadFault>,
}

impl Head {
    /// Notes what is wrong with the head.
    pub fn report(&self, file: &str, notes: &mut Notes) {
        for fault in &self.faults {
            let subject = "front matter with mistakes, read line by line";
            notes.add(Note::new(NoteKind::Guessed, subject, file, &fault.message).at_line(fault.line));
        }
    }

    /// The first value of a key, without case.
    pub fn get(&self, key: &str) -> Option<&ExtraValue> {
        self.entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(key)).map(|entry| &entry.value)
    }
}

/// The most bytes of a head. Whole articles are shorter.
const LONGEST: usize = 1 << 20;

/// The language of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeadLanguage {
    Toml,
    Yaml,
}

/// Reads the head of a text; `None` if it has none.
pub fn read(text: &str) -> Result<Option<Head>, String> {
    let start = text.len() - text.trim_start().len();
    let rest = &text[start..];
    let first = rest.lines().next().unwrap_or_default().trim_end();
    let language = match first {
        "+++" => HeadLanguage::Toml,
        "---" => HeadLanguage::Yaml,
        _ if first.starts_with('{') && !first.starts_with("{{") && !first.starts_with("{%") => {
            return json(text, start);
        }
        _ => return Ok(None),
    };
    let from = after_line(text, start);
    match closing(text, from, language) {
        Some((end, body)) => head(text, from, end, body, language).map(Some),
        None if lines::is_key(text[from..].lines().next().unwrap_or_default(), language) => {
            let end = text[from..].find("\n\n").map_or(text.len(), |at| from + at + 1);
            let mut head = head(text, from, end, end, language)?;
            let message = format!("nothing closes the front matter, which must end with a line `{first}`");
            head.faults.push(HeadFault { line: line_at(text, start), message });
            Ok(Some(head))
        }
        None => Ok(None),
    }
}

/// Reads the head of a text of Hexo, whose YAML ends with a line `---` and may have none at its start.
pub fn read_unopened(text: &str) -> Result<Option<Head>, String> {
    let start = text.len() - text.trim_start().len();
    let first = text[start..].lines().next().unwrap_or_default().trim_end();
    if matches!(first, "---" | "+++") || first.starts_with(['{', ';']) {
        return read(text);
    }
    if !lines::is_key(first, HeadLanguage::Yaml) {
        return Ok(None);
    }
    match closing(text, start, HeadLanguage::Yaml) {
        // Text that happens to start with "Note: …" and has a rule much later is no head.
        Some((end, body)) if text[start..end].lines().all(lines::may_stand_in_yaml) => {
            head(text, start, end, body, HeadLanguage::Yaml).map(Some)
        }
        _ => Ok(None),
    }
}

/// Reads a file that has nothing but keys: `hugo.toml`, `_config.yml`, `config.json`.
pub fn read_settings(text: &str, extension: &str) -> Result<Head, String> {
    let language = match extension {
        "toml" => HeadLanguage::Toml,
        "json" => return json(text, text.len() - text.trim_start().len()).map(Option::unwrap_or_default),
        _ => HeadLanguage::Yaml,
    };
    head(text, 0, text.len(), text.len(), language)
}

/// Finds the line that closes a head: its start, and the start of the next line.
fn closing(text: &str, from: usize, language: HeadLanguage) -> Option<(usize, usize)> {
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        let bare = line.trim_end();
        let is_end = match language {
            HeadLanguage::Toml => bare == "+++",
            HeadLanguage::Yaml => {
                bare == "..." || (bare.len() >= 3 && line.starts_with("---") && bare.bytes().all(|b| b == b'-'))
            }
        };
        if is_end {
            return Some((at, at + line.len()));
        }
        at += line.len();
    }
    None
}

fn head(text: &str, from: usize, end: usize, body: usize, language: HeadLanguage) -> Result<Head, String> {
    if end - from > LONGEST {
        return Err(format!("its front matter is longer than {LONGEST} bytes"));
    }
    let (written, first_line) = (&text[from..end], line_at(text, from));
    let (entries, faults) = match parsed(written, language) {
        Ok(entries) => (entries_of(&entries, written, first_line), Vec::new()),
        Err(_) => lines::read(written, first_line, language),
    };
    Ok(Head { entries, body, body_line: line_at(text, body), faults })
}

fn parsed(text: &str, language: HeadLanguage) -> Result<Vec<KeyValue<'_>>, (usize, String)> {
    let read = match language {
        HeadLanguage::Toml => doc::parse_toml(text, 0),
        HeadLanguage::Yaml => doc::parse_yaml(text, 0),
    };
    read.map_err(|errors| {
        errors.into_iter().next().map_or_else(Default::default, |error| (error.at.start, error.message))
    })
}

/// Reads JSON, which ends with its last brace.
fn json(text: &str, start: usize) -> Result<Option<Head>, String> {
    let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<serde_json::Value>();
    let Some(Ok(value @ serde_json::Value::Object(_))) = values.next() else { return Ok(None) };
    let end = start + values.byte_offset();
    if end - start > LONGEST {
        return Err(format!("its front matter is longer than {LONGEST} bytes"));
    }
    let (written, line) = (&text[start..end], line_at(text, start));
    let entries = match doc::parse_yaml(written, 0) {
        Ok(entries) => entries_of(&entries, written, line),
        Err(_) => match of_json(&value, 0) {
            Some(ExtraValue::Table(table)) => {
                table.into_iter().map(|(key, value)| HeadEntry { key, value, line }).collect()
            }
            _ => Vec::new(),
        },
    };
    let blank = text[end..].find(|c: char| c != ' ' && c != '\t').map_or(text.len(), |at| end + at);
    let body = if text[blank..].starts_with('\n') { blank + 1 } else { end };
    Ok(Some(Head { entries, body, body_line: line_at(text, body), faults: Vec::new() }))
}

/// Returns a JSON value in the types of an import; `None` if it is empty or too deep.
pub fn of_json(value: &serde_json::Value, depth: usize) -> Option<ExtraValue> {
    use serde_json::Value as Json;
    if depth > crate::base::limits::DOCUMENT_DEPTH {
        return None;
    }
    Some(match value {
        Json::Null => return None,
        Json::Bool(on) => ExtraValue::Boolean(*on),
        Json::Number(number) => match number.as_i64() {
            Some(number) => ExtraValue::Integer(number),
            None => ExtraValue::Float(number.as_f64()?),
        },
        Json::String(text) => ExtraValue::Text(text.clone()),
        Json::Array(items) => ExtraValue::List(items.iter().filter_map(|item| of_json(item, depth + 1)).collect()),
        Json::Object(entries) => ExtraValue::Table(
            entries.iter().filter_map(|(key, value)| Some((key.clone(), of_json(value, depth + 1)?))).collect(),
        ),
    })
}

fn entries_of(entries: &[KeyValue], text: &str, first_line: usize) -> Vec<HeadEntry> {
    let mut sorted: Vec<&KeyValue> = entries.iter().collect();
    sorted.sort_by_key(|entry| entry.key_at.start);
    let (mut at, mut line) = (0, first_line);
    let mut out = Vec::with_capacity(sorted.len());
    for entry in sorted {
        let start = entry.key_at.start.clamp(at, text.len().max(at));
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[at..start]).count();
        at = start;
        if let Some(value) = value_of(&entry.node) {
            out.push(HeadEntry { key: entry.key.to_string(), value, line });
        }
    }
    out
}

/// Returns a value in the types of an import. A plain number stays as it is written if its writing says more than its
/// value: `1.10`, `007`.
fn value_of(node: &Node) -> Option<ExtraValue> {
    let as_written = |number: String| node.plain.filter(|plain| *plain != number).map(|plain| plain.to_owned());
    Some(match &node.value {
        Value::Null => return None,
        Value::String(text) | Value::Date(text) => ExtraValue::Text(text.to_string()),
        Value::Integer(number) => as_written(number.to_string()).map_or(ExtraValue::Integer(*number), ExtraValue::Text),
        Value::Float(number) => as_written(number.to_string()).map_or(ExtraValue::Float(*number), ExtraValue::Text),
        Value::Boolean(on) => ExtraValue::Boolean(*on),
        Value::Array(items) => ExtraValue::List(items.iter().filter_map(value_of).collect()),
        Value::Table(entries) => {
            let rows = entries.iter().filter_map(|entry| Some((entry.key.to_string(), value_of(&entry.node)?)));
            ExtraValue::Table(rows.collect::<BTreeMap<_, _>>())
        }
    })
}

fn after_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

fn line_at(text: &str, at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count() + 1
}

#[cfg(test)]
#[path = "head/tests.rs"]
mod tests;
