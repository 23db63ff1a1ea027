//! Views: what a template sees, field by field. It must not know what the fields mean.
//!
//! A view passes the name and value of each field to a [`Sink`]. There are two sinks: [`Values`] builds the context of
//! the template, [`Digests`] computes a digest. So everything that a template sees is hashed, and a template cannot
//! see anything else. `docs/src/reference/templates.md` documents every field for authors of themes;
//! `tests/suite/themes.rs` checks that.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use tera::Context;
pub use tera::Value;
use tera::value::Key;

use crate::base::digest::{Digest, HashBuffer};

/// Receives the fields of a view.
pub trait Sink: Sized {
    /// Adds plain text, which the template escapes.
    fn text(&mut self, key: &'static str, value: &str);
    /// Adds HTML that Recto made, which is not escaped again.
    fn html(&mut self, key: &'static str, value: &str);
    /// Adds HTML rendered from a file according to `facts`, or nothing. The digest covers the facts; the file has its
    /// own digest.
    fn rendered<F: Hash>(&mut self, key: &'static str, facts: Option<&F>, html: impl FnOnce() -> Option<String>);
    fn number(&mut self, key: &'static str, value: i64);
    fn flag(&mut self, key: &'static str, value: bool);
    /// Adds an empty field.
    fn none(&mut self, key: &'static str);
    /// Adds a table.
    fn table(&mut self, key: &'static str, fields: impl FnOnce(&mut Self));
    /// Adds a list of tables.
    fn tables<T>(&mut self, key: &'static str, items: impl IntoIterator<Item = T>, fields: impl FnMut(&mut Self, T));
    /// Adds a list of texts.
    fn texts<'t>(&mut self, key: &'static str, items: impl IntoIterator<Item = &'t str>);
    /// Adds a card or a term.
    fn leaf(&mut self, key: &'static str, leaf: impl Leaf);
    /// Adds a list of cards or terms.
    fn leaves<L: Leaf>(&mut self, key: &'static str, leaves: impl IntoIterator<Item = L>);
    /// Adds a list of lists of terms.
    fn trails<L: Leaf>(&mut self, key: &'static str, trails: impl IntoIterator<Item = Vec<L>>);
    /// Adds a table that the user wrote.
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

    /// Adds a table, or an empty field.
    fn maybe_table<T>(&mut self, key: &'static str, value: Option<T>, fields: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => self.table(key, |s| fields(s, value)),
            None => self.none(key),
        }
    }

    /// Adds the fields `label` and `url`.
    fn link(&mut self, label: &str, url: &str) {
        self.text("label", label);
        self.text("url", url);
    }
}

/// Something whose fields can be passed to either sink.
pub trait Fields {
    fn walk(&self, s: &mut impl Sink);

    fn to_value(&self) -> Value {
        let mut values = Values::default();
        self.walk(&mut values);
        values.into_value()
    }

    fn to_digest(&self) -> Digest {
        let mut digests = Digests::default();
        self.walk(&mut digests);
        digests.digest()
    }
}

/// A card or a term that many pages show. A listing hashes the digests of its cards, not their fields, and prints
/// values that are built once for all listings.
pub trait Leaf {
    fn digest(&self) -> Digest;
    fn value(&self) -> Value;
}

/// Builds the fields of `T` for every page that shows it, without caching.
impl<T: Fields> Leaf for T {
    fn digest(&self) -> Digest {
        self.to_digest()
    }

    fn value(&self) -> Value {
        self.to_value()
    }
}

/// A leaf that is built once.
#[derive(Clone, Debug)]
pub struct CachedLeaf {
    digest: Digest,
    value: Value,
}

impl CachedLeaf {
    pub fn new(fields: &impl Fields) -> CachedLeaf {
        CachedLeaf { digest: fields.to_digest(), value: fields.to_value() }
    }
}

impl Hash for CachedLeaf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl Leaf for &CachedLeaf {
    fn digest(&self) -> Digest {
        self.digest
    }

    fn value(&self) -> Value {
        self.value.clone()
    }
}

/// The sink that builds template values.
#[derive(Debug, Default)]
pub struct Values {
    fields: Vec<(&'static str, Value)>,
}

/// Keeps the order of the fields in a sorted map. This is the cheapest way to fill a tera map, which hashes every key.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct FieldKey(usize, &'static str);

impl From<FieldKey> for Key<'static> {
    fn from(key: FieldKey) -> Key<'static> {
        Key::Str(key.1)
    }
}

impl Values {
    fn put(&mut self, key: &'static str, value: Value) {
        self.fields.push((key, value));
    }

    fn into_value(self) -> Value {
        let fields = self.fields.into_iter().enumerate();
        Value::from(fields.map(|(at, (key, value))| (FieldKey(at, key), value)).collect::<BTreeMap<_, _>>())
    }

    /// Returns the context of a template.
    pub fn into_context(self) -> Context {
        let mut context = Context::new();
        self.add_to(&mut context);
        context
    }

    /// Adds the fields to an existing context.
    pub fn add_to(self, context: &mut Context) {
        for (key, value) in self.fields {
            context.insert_value(key, value);
        }
    }
}

impl Sink for Values {
    fn rendered<F: Hash>(&mut self, key: &'static str, _: Option<&F>, html: impl FnOnce() -> Option<String>) {
        self.maybe_html(key, html().as_deref());
    }

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

    fn leaf(&mut self, key: &'static str, leaf: impl Leaf) {
        self.put(key, leaf.value());
    }

    fn leaves<L: Leaf>(&mut self, key: &'static str, leaves: impl IntoIterator<Item = L>) {
        self.put(key, list(leaves));
    }

    fn trails<L: Leaf>(&mut self, key: &'static str, trails: impl IntoIterator<Item = Vec<L>>) {
        self.put(key, Value::from(trails.into_iter().map(list).collect::<Vec<Value>>()));
    }

    fn json(&mut self, key: &'static str, value: &serde_json::Map<String, serde_json::Value>) {
        self.put(key, Value::from_serializable(value));
    }
}

fn list<L: Leaf>(leaves: impl IntoIterator<Item = L>) -> Value {
    Value::from(leaves.into_iter().map(|leaf| leaf.value()).collect::<Vec<Value>>())
}

/// The sink that computes a digest. Every field starts with a byte for its kind, then its name. A text ends with a
/// byte that no text contains, and a table or list with a byte that starts no field. So no two views produce the same
/// bytes.
#[derive(Default)]
pub struct Digests {
    bytes: HashBuffer,
}

/// The kinds of fields in a digest.
#[derive(Clone, Copy)]
enum Tag {
    End,
    Text,
    Html,
    Number,
    Flag,
    None,
    Table,
    Leaf,
    Json,
    Tables,
    Texts,
    Leaves,
    Trails,
    Item,
}

impl Digests {
    fn start(&mut self, tag: Tag, key: &str) {
        self.bytes.write_u8(tag as u8);
        key.hash(&mut self.bytes);
    }

    fn end(&mut self) {
        self.bytes.write_u8(Tag::End as u8);
    }

    fn item(&mut self) {
        self.bytes.write_u8(Tag::Item as u8);
    }

    /// Adds a value that the template does not see, but that decides what it sees.
    pub fn value(&mut self, value: &impl Hash) {
        value.hash(&mut self.bytes);
    }

    pub fn digest(&self) -> Digest {
        self.bytes.digest()
    }
}

impl Sink for Digests {
    fn rendered<F: Hash>(&mut self, key: &'static str, facts: Option<&F>, _: impl FnOnce() -> Option<String>) {
        self.start(Tag::Html, key);
        facts.hash(&mut self.bytes);
    }

    fn text(&mut self, key: &'static str, value: &str) {
        self.start(Tag::Text, key);
        value.hash(&mut self.bytes);
    }

    fn html(&mut self, key: &'static str, value: &str) {
        self.start(Tag::Html, key);
        value.hash(&mut self.bytes);
    }

    fn number(&mut self, key: &'static str, value: i64) {
        self.start(Tag::Number, key);
        value.hash(&mut self.bytes);
    }

    fn flag(&mut self, key: &'static str, value: bool) {
        self.start(Tag::Flag, key);
        value.hash(&mut self.bytes);
    }

    fn none(&mut self, key: &'static str) {
        self.start(Tag::None, key);
    }

    fn table(&mut self, key: &'static str, fields: impl FnOnce(&mut Self)) {
        self.start(Tag::Table, key);
        fields(self);
        self.end();
    }

    fn tables<T>(
        &mut self,
        key: &'static str,
        items: impl IntoIterator<Item = T>,
        mut fields: impl FnMut(&mut Self, T),
    ) {
        self.start(Tag::Tables, key);
        for item in items {
            self.item();
            fields(self, item);
        }
        self.end();
    }

    fn texts<'t>(&mut self, key: &'static str, items: impl IntoIterator<Item = &'t str>) {
        self.start(Tag::Texts, key);
        for item in items {
            self.item();
            item.hash(&mut self.bytes);
        }
        self.end();
    }

    fn leaf(&mut self, key: &'static str, leaf: impl Leaf) {
        self.start(Tag::Leaf, key);
        leaf.digest().hash(&mut self.bytes);
    }

    fn leaves<L: Leaf>(&mut self, key: &'static str, leaves: impl IntoIterator<Item = L>) {
        self.start(Tag::Leaves, key);
        for leaf in leaves {
            self.item();
            leaf.digest().hash(&mut self.bytes);
        }
        self.end();
    }

    fn trails<L: Leaf>(&mut self, key: &'static str, trails: impl IntoIterator<Item = Vec<L>>) {
        self.start(Tag::Trails, key);
        for trail in trails {
            self.item();
            self.leaves("", trail);
        }
        self.end();
    }

    fn json(&mut self, key: &'static str, value: &serde_json::Map<String, serde_json::Value>) {
        self.start(Tag::Json, key);
        // A map prints its keys sorted and quoted, so that nothing in it resembles the end of the field.
        for (name, value) in value {
            self.item();
            name.hash(&mut self.bytes);
            value.to_string().hash(&mut self.bytes);
        }
        self.end();
    }
}
