//! Front matter in the languages of other programs: TOML and YAML. It must not know which keys exist.

use serde_json::Value;

use crate::base::diag::key_in_toml;
use crate::base::doc::{KeyValue, Node, Value as Written};

/// Keys and values in the order in which they are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Front {
    entries: Vec<(&'static str, FrontValue)>,
}

#[derive(Clone, Debug, PartialEq)]
enum FrontValue {
    /// A date or a time, which both languages write without quotes.
    Date(String),
    Json(Value),
    Table(Front),
}

impl Front {
    /// Adds a value, unless it is empty.
    pub fn add(&mut self, key: &'static str, value: impl Into<Value>) {
        let value = value.into();
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => false,
        };
        if !empty {
            self.entries.push((key, FrontValue::Json(value)));
        }
    }

    /// Adds a date or a time, such as `2021-03-24`, if there is one.
    pub fn date(&mut self, key: &'static str, date: Option<&str>) {
        self.entries.extend(date.map(|date| (key, FrontValue::Date(date.to_owned()))));
    }

    /// Adds a table, unless it is empty.
    pub fn table(&mut self, key: &'static str, table: Front) {
        if !table.entries.is_empty() {
            self.entries.push((key, FrontValue::Table(table)));
        }
    }

    /// Returns the text of a TOML document.
    pub fn toml(&self) -> String {
        let mut out = String::new();
        self.toml_below("", &mut out);
        out
    }

    fn toml_below(&self, above: &str, out: &mut String) {
        let is_table = |value: &FrontValue| matches!(value, FrontValue::Table(_) | FrontValue::Json(Value::Object(_)));
        for (key, value) in self.entries.iter().filter(|(_, value)| !is_table(value)) {
            let value = match value {
                FrontValue::Date(date) => date.clone(),
                FrontValue::Json(value) => toml_inline(value),
                FrontValue::Table(_) => continue,
            };
            out.push_str(&format!("{key} = {value}\n"));
        }
        for (key, value) in &self.entries {
            let path = if above.is_empty() { (*key).to_owned() } else { format!("{above}.{key}") };
            match value {
                FrontValue::Table(table) => {
                    out.push_str(&format!("\n[{path}]\n"));
                    table.toml_below(&path, out);
                }
                FrontValue::Json(Value::Object(map)) => toml_table(&path, map, out),
                _ => {}
            }
        }
    }

    /// Returns the text of a YAML document.
    pub fn yaml(&self) -> String {
        let mut out = String::new();
        self.yaml_below(0, &mut out);
        out
    }

    fn yaml_below(&self, depth: usize, out: &mut String) {
        for (key, value) in &self.entries {
            match value {
                FrontValue::Date(date) => out.push_str(&format!("{}{key}: {date}\n", "  ".repeat(depth))),
                FrontValue::Json(value) => yaml_entry(key, value, depth, out),
                FrontValue::Table(table) => {
                    out.push_str(&format!("{}{key}:\n", "  ".repeat(depth)));
                    table.yaml_below(depth + 1, out);
                }
            }
        }
    }
}

/// Writes a table with a header, its tables after its other values.
fn toml_table(path: &str, map: &serde_json::Map<String, Value>, out: &mut String) {
    out.push_str(&format!("\n[{path}]\n"));
    for (key, value) in map.iter().filter(|(_, value)| !value.is_object() && !value.is_null()) {
        out.push_str(&format!("{} = {}\n", key_in_toml(key), toml_inline(value)));
    }
    for (key, value) in map {
        if let Value::Object(below) = value {
            toml_table(&format!("{path}.{}", key_in_toml(key)), below, out);
        }
    }
}

/// Returns a value on one line. TOML has no null, so it is left out of tables and lists.
fn toml_inline(value: &Value) -> String {
    match value {
        Value::Null => "\"\"".to_owned(),
        // JSON may leave U+007F as it is, TOML may not.
        Value::String(_) => value.to_string().replace('\u{7f}', "\\u007F"),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter(|item| !item.is_null()).map(toml_inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| format!("{} = {}", key_in_toml(key), toml_inline(value)))
                .collect();
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn yaml_entry(key: &str, value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let bare = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&key);
    let key = if bare { key.to_owned() } else { Value::from(key).to_string() };
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push_str(&format!("{indent}{key}:\n"));
            map.iter().for_each(|(key, value)| yaml_entry(key, value, depth + 1, out));
        }
        Value::Array(items) if !items.is_empty() && items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            out.push_str(&format!("{indent}{key}:\n"));
            items.iter().for_each(|item| out.push_str(&format!("{indent}  - {item}\n")));
        }
        // JSON is YAML.
        other => out.push_str(&format!("{indent}{key}: {other}\n")),
    }
}

/// Converts a value of Recto's own front matter. A number or a word that YAML reads as something else is a text in
/// Recto (`page: 27`), except below `extra`, where it stays what it is.
pub fn own_value(key: &str, node: &Node) -> Value {
    let inside = |key: &str, items: &[KeyValue]| {
        Value::Object(
            items.iter().map(|entry| (entry.key.to_string(), own_value(key_of(key, entry), &entry.node))).collect(),
        )
    };
    match (&node.value, node.plain) {
        (Written::Integer(_) | Written::Float(_) | Written::Boolean(_), Some(plain))
            if key != "extra" && !matches!(key, "team" | "draft") =>
        {
            plain.into()
        }
        (Written::Null, _) => Value::Null,
        (Written::String(text) | Written::Date(text), _) => text.as_ref().into(),
        (Written::Integer(number), _) => (*number).into(),
        (Written::Float(number), _) => (*number).into(),
        (Written::Boolean(on), _) => (*on).into(),
        (Written::Array(items), _) => items.iter().map(|item| own_value(key, item)).collect(),
        (Written::Table(entries), _) => inside(key, entries),
    }
}

/// Returns the key that decides how an entry is read: everything below `extra` is like it.
fn key_of<'k>(above: &'k str, entry: &'k KeyValue) -> &'k str {
    if above == "extra" { above } else { &entry.key }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::doc;

    fn sample() -> Front {
        let mut front = Front::default();
        front.add("title", "A \"fog\"\nline");
        front.date("date", Some("2021-03-24"));
        front.add("none", Value::Null);
        front.add("tags", vec!["x", "yes"]);
        let mut recto = Front::default();
        recto.add("file", "articles/a.md");
        recto.add(
            "keys",
            serde_json::json!({"author": [{"name": "Ida", "team": true}], "original": {"lang": "ja", "a b": 1.5}}),
        );
        let mut params = Front::default();
        params.table("recto", recto);
        front.table("params", params);
        front
    }

    /// Reads a document back as JSON.
    fn json(entries: &[KeyValue]) -> Value {
        Value::Object(entries.iter().map(|e| (e.key.to_string(), own_value("extra", &e.node))).collect())
    }

    #[test]
    fn both_languages_say_the_same() {
        let expected = serde_json::json!({
            "title": "A \"fog\"\nline", "date": "2021-03-24", "tags": ["x", "yes"],
            "params": {"recto": {"file": "articles/a.md",
                "keys": {"author": [{"name": "Ida", "team": true}], "original": {"lang": "ja", "a b": 1.5}}}},
        });
        let (toml, yaml) = (sample().toml(), sample().yaml());
        assert_eq!(json(&doc::parse_toml(&toml, 0).unwrap_or_else(|e| panic!("{e:?}: {toml}"))), expected);
        assert_eq!(json(&doc::parse_yaml(&yaml, 0).unwrap_or_else(|e| panic!("{e:?}: {yaml}"))), expected);
        assert!(toml.contains("date = 2021-03-24\n") && yaml.contains("date: 2021-03-24\n"));
    }

    #[test]
    fn plain_numbers_of_yaml_stay_texts_outside_of_extra() {
        let yaml = "page: 27\ntime: 1.50\nauthor: {name: x, team: true}\nextra: {n: 27}\n";
        let entries = doc::parse_yaml(yaml, 0).unwrap();
        let read: Vec<Value> = entries.iter().map(|e| own_value(&e.key, &e.node)).collect();
        assert_eq!(
            read,
            ["27".into(), "1.50".into(), serde_json::json!({"name": "x", "team": true}), serde_json::json!({"n": 27}),]
        );
    }
}
