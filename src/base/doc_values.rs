//! Helpers for the values in `doc.rs`: secrets, blank texts, conversion to JSON. It must not know which key a value
//! belongs to.

use super::doc::{KeyValue, Value};
use super::{secret, weburl};

/// Returns whether an entry holds a secret: its name suggests one, its value is an address with one, or an entry below
/// it holds one.
pub fn holds_secret(entry: &KeyValue) -> bool {
    fn inside(value: &Value) -> bool {
        match value {
            Value::String(text) => text.contains("://") && secret::is_in_address(text),
            Value::Array(items) => items.iter().any(|item| inside(&item.value)),
            Value::Table(entries) => entries.iter().any(holds_secret),
            _ => false,
        }
    }
    secret::is_name(&entry.key) || inside(&entry.node.value)
}

/// Returns whether a value that templates may print is, or contains, an address with a user or a password.
pub fn prints_secret(value: &Value) -> bool {
    match value {
        Value::String(text) => weburl::looks_secret(text),
        Value::Array(items) => items.iter().any(|item| prints_secret(&item.value)),
        Value::Table(entries) => entries.iter().any(|entry| prints_secret(&entry.node.value)),
        _ => false,
    }
}

/// Returns whether a value is a text without content.
pub fn is_blank(value: &Value) -> bool {
    matches!(value, Value::String(text) if text.trim().is_empty())
}

/// Converts a value to JSON for templates.
pub fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::String(s) | Value::Date(s) => s.as_ref().into(),
        Value::Integer(i) => (*i).into(),
        Value::Float(f) => (*f).into(),
        Value::Boolean(b) => (*b).into(),
        Value::Array(items) => items.iter().map(|n| to_json(&n.value)).collect(),
        Value::Table(entries) => {
            serde_json::Value::Object(entries.iter().map(|e| (e.key.to_string(), to_json(&e.node.value))).collect())
        }
    }
}
