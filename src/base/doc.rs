//! A tree of keys and values with spans, the same for TOML and YAML. Only this file knows `toml` and `serde-saphyr`.
//! It must not know which keys exist.
//!
//! `reader.rs` reads front matter, records and `site.toml` from this tree, so that every message can point at the
//! value. A document is parsed once. Strings are borrowed from the text where possible.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and its place in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'a> {
    pub at: Range<usize>,
    pub value: Value<'a>,
    /// A plain YAML scalar as written, so that `page: 27` and `title: No` can be read as texts.
    pub plain: Option<&'a str>,
}

/// The value of a key, with the types of TOML.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    String(Cow<'a, str>),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// A TOML date or date-time, as written.
    Date(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Table(Vec<KeyValue<'a>>),
}

/// An entry of a table: the key, its place and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyValue<'a> {
    pub key: Cow<'a, str>,
    pub key_at: Range<usize>,
    pub node: Node<'a>,
}

/// An error reported by the parser.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    pub at: Range<usize>,
    pub message: String,
}

/// The maximum nesting of tables and arrays. No `extra` needs more, and recursion over a document must not overflow
/// the stack.
const DEPTH: usize = super::limits::DOCUMENT_DEPTH;

impl Value<'_> {
    /// Returns the type of the value in words, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::String(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Boolean(_) => "a boolean",
            Value::Date(_) => "a date",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
        }
    }
}

/// Parses TOML. `offset` is where `text` starts in its file, and all ranges refer to the file. Returns all errors that
/// the parser found.
pub fn parse_toml(text: &str, offset: usize) -> Result<Vec<KeyValue<'_>>, Vec<SyntaxError>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(toml_errors(text, offset, &errors));
    }
    let mut too_deep = None;
    let entries = toml_table(table.into_inner(), text, offset, 0, &mut too_deep);
    match too_deep {
        Some(at) => Err(vec![SyntaxError { at, message: format!("nested more than {DEPTH} levels deep") }]),
        None => Ok(entries),
    }
}

/// Converts the errors of a document and keeps the first of each line. Later errors on a line are mostly consequences
/// of the first.
fn toml_errors(text: &str, offset: usize, errors: &[toml::de::Error]) -> Vec<SyntaxError> {
    let mut out: Vec<SyntaxError> = Vec::new();
    // A file with an error on every line has very many errors. Find their lines by binary search, not from the start.
    let ends: Vec<usize> = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
    let mut lines = BTreeSet::new();
    for error in errors {
        let at = widen(text, error.span().unwrap_or(0..0));
        if lines.insert(ends.partition_point(|end| *end < at.start)) {
            out.push(SyntaxError { at: offset + at.start..offset + at.end, message: error.message().to_owned() });
        }
    }
    out
}

/// Widens a range to at least one whole character. The parser may report an empty range, one just past the end, or one
/// inside a curly quote.
fn widen(text: &str, at: Range<usize>) -> Range<usize> {
    let mut start = text.floor_char_boundary(at.start.min(text.trim_end().len()));
    let mut end = text.ceil_char_boundary(at.end).max(start);
    if start == end {
        match text[start..].chars().next().filter(|c| *c != '\n' && *c != '\r') {
            Some(c) => end += c.len_utf8(),
            None => start -= text[..start].chars().next_back().map_or(0, char::len_utf8),
        }
    }
    start..end
}

/// Replaces line ends in a value by `\n`. Only an escape such as `"\r\n"` can contain another; borrowed text comes
/// from the file, which has none.
fn lines(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Owned(text) if text.contains('\r') => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        text => text,
    }
}

fn toml_table<'a>(
    table: DeTable<'a>,
    text: &'a str,
    offset: usize,
    depth: usize,
    too_deep: &mut Option<Range<usize>>,
) -> Vec<KeyValue<'a>> {
    let entry = |(key, node): (toml::Spanned<Cow<'a, str>>, toml::Spanned<DeValue<'a>>)| {
        let span = key.span();
        let node = toml_node(node, text, offset, depth + 1, too_deep);
        KeyValue { key: lines(key.into_inner()), key_at: offset + span.start..offset + span.end, node }
    };
    table.into_iter().map(entry).collect()
}

fn toml_node<'a>(
    node: toml::Spanned<DeValue<'a>>,
    text: &'a str,
    offset: usize,
    depth: usize,
    too_deep: &mut Option<Range<usize>>,
) -> Node<'a> {
    let span = node.span();
    let at = offset + span.start..offset + span.end;
    if depth > DEPTH {
        too_deep.get_or_insert(at.clone());
        return Node { at, value: Value::Null, plain: None };
    }
    let value = match node.into_inner() {
        DeValue::String(s) => Value::String(lines(s)),
        DeValue::Integer(i) => match i64::from_str_radix(i.as_str(), i.radix()) {
            Ok(i) => Value::Integer(i),
            Err(_) => Value::Float(i.as_str().parse().unwrap_or(f64::NAN)),
        },
        DeValue::Float(f) => Value::Float(f.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(b) => Value::Boolean(b),
        DeValue::Datetime(_) => Value::Date(Cow::Borrowed(text.get(span).unwrap_or_default())),
        DeValue::Array(items) => {
            Value::Array(items.into_iter().map(|n| toml_node(n, text, offset, depth + 1, too_deep)).collect())
        }
        DeValue::Table(table) => Value::Table(toml_table(table, text, offset, depth, too_deep)),
    };
    Node { at, value, plain: None }
}

/// Parses YAML, like [`parse_toml`] for TOML. The parser's budget limits aliases, depth and size.
pub fn parse_yaml(text: &str, offset: usize) -> Result<Vec<KeyValue<'_>>, Vec<SyntaxError>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let root: Spanned<YamlValue> = match serde_saphyr::from_str(text) {
        Ok(root) => root,
        Err(e) => {
            let at = widen(text, e.location().map_or(0..0, |l| yaml_range(&l, text)));
            let at = offset + at.start..offset + at.end;
            let message = e.render_with_formatter(&serde_saphyr::DefaultMessageFormatter);
            return Err(vec![SyntaxError { at, message: plain_message(&message) }]);
        }
    };
    let node = yaml_node(root, text, offset, 0);
    match node.value {
        Value::Table(entries) => Ok(entries),
        Value::Null => Ok(Vec::new()),
        other => {
            let message = format!("expected keys and values, found {}", other.kind());
            Err(vec![SyntaxError { at: node.at, message }])
        }
    }
}

/// Returns a YAML error without its place, which is relative to the front matter, and without advice to programmers.
fn plain_message(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let line = match line.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((place, rest)) if place.bytes().all(|b| b.is_ascii_digit() || b" column".contains(&b)) => rest,
        _ => line,
    };
    line.split(", set ").next().unwrap_or(line).to_owned()
}

enum YamlValue {
    Null,
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Array(Vec<Spanned<YamlValue>>),
    Table(Vec<(Spanned<String>, Spanned<YamlValue>)>),
}

fn yaml_range(location: &serde_saphyr::Location, text: &str) -> Range<usize> {
    let span = location.span();
    let (start, len) = match (span.byte_offset(), span.byte_len()) {
        (Some(start), Some(len)) => (start as usize, len as usize),
        // Syntax errors have only a line and a column, in characters from 1.
        _ => {
            let line = (location.line() as usize).saturating_sub(1);
            let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            let column = (location.column() as usize).saturating_sub(1);
            let within = text[start.min(text.len())..].chars().take(column).map(char::len_utf8).sum::<usize>();
            (start + within, 0)
        }
    };
    let start = text.floor_char_boundary(start);
    // The span of a block extends to the next token. End the marked range at the last visible character.
    let end = text.ceil_char_boundary(start + len);
    match text.get(start..end) {
        Some(marked) => start..start + marked.trim_end().len(),
        None => start..start,
    }
}

fn yaml_node(node: Spanned<YamlValue>, text: &str, offset: usize, depth: usize) -> Node<'_> {
    let local = yaml_range(&node.referenced, text);
    let at = offset + local.start..offset + local.end;
    if depth > DEPTH {
        return Node { at, value: Value::Null, plain: None };
    }
    let scalar = matches!(node.value, YamlValue::Integer(_) | YamlValue::Float(_) | YamlValue::Boolean(_));
    let plain = text.get(local).filter(|_| scalar);
    let value = match node.value {
        YamlValue::Null => Value::Null,
        YamlValue::String(s) => Value::String(lines(Cow::Owned(s))),
        YamlValue::Integer(i) => Value::Integer(i),
        YamlValue::Float(f) => Value::Float(f),
        YamlValue::Boolean(b) => Value::Boolean(b),
        YamlValue::Array(items) => {
            Value::Array(items.into_iter().map(|n| yaml_node(n, text, offset, depth + 1)).collect())
        }
        YamlValue::Table(entries) => {
            let entry = |(key, node): (Spanned<String>, Spanned<YamlValue>)| {
                let local = yaml_range(&key.referenced, text);
                let key_at = offset + local.start..offset + local.end;
                KeyValue { key: lines(Cow::Owned(key.value)), key_at, node: yaml_node(node, text, offset, depth + 1) }
            };
            Value::Table(entries.into_iter().map(entry).collect())
        }
    };
    Node { at, value, plain }
}

impl<'de> Deserialize<'de> for YamlValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<YamlValue, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = YamlValue;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a value")
            }
            fn visit_bool<E>(self, b: bool) -> Result<YamlValue, E> {
                Ok(YamlValue::Boolean(b))
            }
            fn visit_i64<E>(self, i: i64) -> Result<YamlValue, E> {
                Ok(YamlValue::Integer(i))
            }
            fn visit_u64<E>(self, i: u64) -> Result<YamlValue, E> {
                Ok(i64::try_from(i).map_or(YamlValue::Float(i as f64), YamlValue::Integer))
            }
            fn visit_f64<E>(self, f: f64) -> Result<YamlValue, E> {
                Ok(YamlValue::Float(f))
            }
            fn visit_str<E>(self, s: &str) -> Result<YamlValue, E> {
                Ok(YamlValue::String(s.to_owned()))
            }
            fn visit_unit<E>(self) -> Result<YamlValue, E> {
                Ok(YamlValue::Null)
            }
            fn visit_none<E>(self) -> Result<YamlValue, E> {
                Ok(YamlValue::Null)
            }
            fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<YamlValue, D::Error> {
                YamlValue::deserialize(d)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<YamlValue, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(YamlValue::Array(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<YamlValue, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(YamlValue::Table(entries))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_make_one_tree() {
        let toml = "title = \"x\"\ntags = [\"a\", \"b\"]\n";
        let yaml = "title: x\ntags: [a, b]\n";
        let toml = parse_toml(toml, 4).unwrap();
        let yaml = parse_yaml(yaml, 4).unwrap();
        fn find<'a>(entries: &[KeyValue<'a>], key: &str) -> Node<'a> {
            entries.iter().find(|e| e.key == key).unwrap().node.clone()
        }
        assert_eq!(find(&toml, "title").value, Value::String("x".into()));
        assert_eq!(find(&toml, "title").at, 12..15);
        assert_eq!(find(&yaml, "title").value, Value::String("x".into()));
        assert_eq!(find(&yaml, "title").at, 11..12);
        let Value::Array(tags) = find(&yaml, "tags").value else { panic!() };
        assert_eq!(tags.len(), 2);
    }

    #[test]
    fn errors_have_places() {
        let errors = parse_toml("a = 1\nb = = 2\n", 10).unwrap_err();
        assert!(errors[0].at.start >= 16, "{errors:?}");
        let errors = parse_yaml("a: [1\nb: 2\n", 10).unwrap_err();
        assert!(!errors[0].message.is_empty());
        assert!(parse_yaml("- a\n- b\n", 0).unwrap_err()[0].message.contains("an array"));
    }

    #[test]
    fn places_are_whole_characters() {
        let text = "a “é” b";
        for start in 0..=text.len() + 2 {
            for end in 0..=text.len() + 2 {
                let at = widen(text, start..end);
                assert!(text.get(at.clone()).is_some_and(|marked| !marked.is_empty()), "{start}..{end} became {at:?}");
            }
        }
        let quotes = "title = “A”\n";
        assert_eq!(parse_toml(quotes, 0).unwrap_err()[0].at, 8..15);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("a = {}{}", "[".repeat(60), "]".repeat(60));
        assert!(parse_toml(&deep, 0).is_err());
    }
}
