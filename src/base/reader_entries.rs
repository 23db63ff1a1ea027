//! Reads values that may be texts, tables or lists of both, such as `author`. It must not know which keys those are.

use super::doc::Value;
use super::reader::{Reader, Spanned};

/// A text or a table.
pub enum TextOrTable<'r, 'a> {
    Text(Spanned<&'r str>),
    Table(Reader<'r, 'a>),
}

impl<'r, 'a> Reader<'r, 'a> {
    /// Returns the texts and tables of a key, without empty texts.
    pub fn entries_of(&mut self, key: &'static str) -> Vec<TextOrTable<'r, 'a>> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let items = match &node.value {
            Value::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut out = Vec::with_capacity(items.len());
        for item in self.few(key, items) {
            match (&item.value, item.plain) {
                (Value::String(text), _) => out.extend(self.plain(key, text, &item.at).map(TextOrTable::Text)),
                (Value::Table(entries), _) => out.push(TextOrTable::Table(self.nested(key, entries, item.at.clone()))),
                (_, Some(text)) => out.extend(self.plain(key, text, &item.at).map(TextOrTable::Text)),
                _ => self.wrong_type(key, item, "a string, a table or an array of both"),
            }
        }
        out
    }
}
