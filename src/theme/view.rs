//! What a template sees, field by field.
//!
//! A view is a walk that names its fields and values to a [`Sink`]. [`Values`] makes the template's context of them; what
//! is not walked, no template can see. The fields that themes may rely on are written in `docs/themes.md`.

use tera::value::Key;
use tera::{Context, Map, Value};

/// Takes the fields of a view.
pub trait Sink: Sized {
    /// Plain text, escaped by the template.
    fn text(&mut self, key: &'static str, value: &str);
    /// HTML that Recto made: not escaped again.
    fn html(&mut self, key: &'static str, value: &str);
    fn number(&mut self, key: &'static str, value: i64);
    fn flag(&mut self, key: &'static str, value: bool);
    /// A field that is there, but empty.
    fn none(&mut self, key: &'static str);
    /// A table.
    fn table(&mut self, key: &'static str, fields: impl FnOnce(&mut Self));
    /// A list of tables.
    fn tables<T>(&mut self, key: &'static str, items: impl IntoIterator<Item = T>, fields: impl FnMut(&mut Self, T));
    /// A list of texts.
    fn texts<'t>(&mut self, key: &'static str, items: impl IntoIterator<Item = &'t str>);
    /// A prepared card or term.
    fn leaf(&mut self, key: &'static str, leaf: &Leaf);
    /// A list of prepared cards or terms.
    fn leaves<'l>(&mut self, key: &'static str, leaves: impl IntoIterator<Item = &'l Leaf>);
    /// A list of lists of prepared terms.
    fn trails<'l>(&mut self, key: &'static str, trails: impl IntoIterator<Item = Vec<&'l Leaf>>);
    /// The user's own table.
    fn json(&mut self, key: &'static str, value: &serde_json::Map<String, serde_json::Value>);

    fn maybe_text(&mut self, key: &'static str, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.none(key),
        }
    }

    fn maybe_html(&mut self, key: &'static str, value: Option<&str>) {
        match value {
            Some(value) => self.html(key, value),
            None => self.none(key),
        }
    }

    /// A table, or none.
    fn maybe_table<T>(&mut self, key: &'static str, value: Option<T>, fields: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => self.table(key, |s| fields(s, value)),
            None => self.none(key),
        }
    }

    /// {label, url}.
    fn link(&mut self, label: &str, url: &str) {
        self.text("label", label);
        self.text("url", url);
    }
}

/// A card or a term, prepared once and shared by every page that shows it.
#[derive(Clone, Debug)]
pub struct Leaf {
    value: Value,
}

impl Leaf {
    /// Prepares the leaf whose fields `walk` names.
    pub fn new(walk: impl FnOnce(&mut Values)) -> Leaf {
        let mut values = Values::default();
        walk(&mut values);
        Leaf { value: values.into_value() }
    }
}

/// The sink that makes template values.
#[derive(Debug, Default)]
pub struct Values {
    map: Map,
}

impl Values {
    fn put(&mut self, key: &'static str, value: Value) {
        self.map.insert(Key::Str(key), value);
    }

    fn into_value(self) -> Value {
        Value::from(self.map)
    }

    /// The context of a template.
    pub fn into_context(self) -> Context {
        let mut context = Context::new();
        self.add_to(&mut context);
        context
    }

    /// Adds the fields to a context that is there.
    pub fn add_to(self, context: &mut Context) {
        for (key, value) in self.map {
            if let Key::Str(key) = key {
                context.insert_value(key, value);
            }
        }
    }
}

impl Sink for Values {
    fn text(&mut self, key: &'static str, value: &str) {
        self.put(key, Value::from(value));
    }

    fn html(&mut self, key: &'static str, value: &str) {
        self.put(key, Value::safe_string(value));
    }

    fn number(&mut self, key: &'static str, value: i64) {
        self.put(key, Value::from(value));
    }

    fn flag(&mut self, key: &'static str, value: bool) {
        self.put(key, Value::from(value));
    }

    fn none(&mut self, key: &'static str) {
        self.put(key, Value::none());
    }

    fn table(&mut self, key: &'static str, fields: impl FnOnce(&mut Self)) {
        let mut table = Values::default();
        fields(&mut table);
        self.put(key, table.into_value());
    }

    fn tables<T>(
        &mut self,
        key: &'static str,
        items: impl IntoIterator<Item = T>,
        mut fields: impl FnMut(&mut Self, T),
    ) {
        let list: Vec<Value> = items
            .into_iter()
            .map(|item| {
                let mut table = Values::default();
                fields(&mut table, item);
                table.into_value()
            })
            .collect();
        self.put(key, Value::from(list));
    }

    fn texts<'t>(&mut self, key: &'static str, items: impl IntoIterator<Item = &'t str>) {
        self.put(key, Value::from(items.into_iter().map(Value::from).collect::<Vec<Value>>()));
    }

    fn leaf(&mut self, key: &'static str, leaf: &Leaf) {
        self.put(key, leaf.value.clone());
    }

    fn leaves<'l>(&mut self, key: &'static str, leaves: impl IntoIterator<Item = &'l Leaf>) {
        self.put(key, list(leaves));
    }

    fn trails<'l>(&mut self, key: &'static str, trails: impl IntoIterator<Item = Vec<&'l Leaf>>) {
        self.put(key, Value::from(trails.into_iter().map(list).collect::<Vec<Value>>()));
    }

    fn json(&mut self, key: &'static str, value: &serde_json::Map<String, serde_json::Value>) {
        self.put(key, Value::from_serializable(value));
    }
}

fn list<'l>(leaves: impl IntoIterator<Item = &'l Leaf>) -> Value {
    Value::from(leaves.into_iter().map(|leaf| leaf.value.clone()).collect::<Vec<Value>>())
}
