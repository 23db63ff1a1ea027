//! A named person or desk: the original author of an article, or a translator. It must not know which key names it.

use serde::{Deserialize, Serialize};

use super::byline;
use super::byline_words;
use super::name_parts::{self, NameParts};
use super::printed_url;
use crate::base::doc::Value;
use crate::base::problem;
use crate::base::reader::{Reader, Spanned};
use crate::base::reader_entries::TextOrTable;

/// A person or a desk, as front matter names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The name as pages print it.
    pub name: Box<str>,
    /// The part of the name that citations sort by.
    pub family: Option<Box<str>>,
    pub role: Option<Box<str>>,
    /// An absolute http or https URL.
    pub url: Option<Box<str>>,
    /// Whether it is a desk or an agency.
    pub team: bool,
}

impl Person {
    /// Creates a person of whom only the name is known.
    pub fn named(name: &str) -> Person {
        Person { name: name.into(), ..Person::default() }
    }

    /// Returns whether this is a desk or an agency, as the author says or by the words of its name.
    pub fn is_team(&self) -> bool {
        self.team || (self.family.is_none() && byline_words::is_team(&self.name))
    }

    /// Returns the parts of the name, for citations.
    pub fn parts(&self) -> NameParts<'_> {
        NameParts::new(&self.name, self.family.as_deref(), self.team)
    }
}

/// Reads the people of a key: a text, a table, or a list of both.
pub fn people(r: &mut Reader, key: &'static str) -> Box<[Person]> {
    let entries = r.entries_of(key);
    entries
        .into_iter()
        .filter_map(|entry| match entry {
            TextOrTable::Text(text) => Some(of_text(r, key, &text)),
            TextOrTable::Table(table) => of_table(table),
        })
        .collect()
}

/// Returns the names of a key: texts, or the `name` of tables. [`in_tables`] reads the rest of the tables.
pub fn names<'r>(r: &mut Reader<'r, '_>, key: &'static str) -> Vec<Spanned<&'r str>> {
    if !has_table(r, key) {
        return r.strings(key);
    }
    let name = |entry| match entry {
        TextOrTable::Text(text) => Some(text),
        TextOrTable::Table(mut table) => Reader::string(&mut table, "name"),
    };
    r.entries_of(key).into_iter().filter_map(name).collect()
}

/// Reads the people of a key if one of them is a table; otherwise [`names`] says everything.
pub fn in_tables(r: &mut Reader, key: &'static str) -> Box<[Person]> {
    if has_table(r, key) { helpers(r, key) } else { Box::default() }
}

fn has_table(r: &mut Reader, key: &'static str) -> bool {
    let is_table = |value: &Value| matches!(value, Value::Table(_));
    r.node(key).is_some_and(|node| match &node.value {
        Value::Array(items) => items.iter().any(|item| is_table(&item.value)),
        value => is_table(value),
    })
}

/// Reads people other than authors. A name that is written as one text is printed as it is.
pub fn helpers(r: &mut Reader, key: &'static str) -> Box<[Person]> {
    let entries = r.entries_of(key).into_iter();
    let person = |entry| match entry {
        TextOrTable::Text(text) => Some(Person::named(text.value)),
        TextOrTable::Table(table) => of_table(table),
    };
    entries.filter_map(person).collect()
}

/// Reads a name that is written as one text. Suggests a table for a byline with more than a name.
fn of_text(r: &Reader, key: &str, text: &Spanned<&str>) -> Person {
    let read = byline::read(text.value);
    let person = Person {
        name: read.name.into(),
        family: read.family.map(Into::into),
        role: read.role.map(Into::into),
        ..Person::default()
    };
    if read.doubtful {
        let line = r.line(&format!("{key} = {}", suggestion(&person)));
        r.problems.borrow_mut().push(problem::byline_as_name(r.span(&text.at), text.value, &line));
    }
    person
}

/// Returns the value to write for a byline.
fn suggestion(person: &Person) -> String {
    let quoted = |text: String| serde_json::Value::from(text).to_string();
    let name = quoted(byline::uncapitalized(&person.name, true));
    let rest = [("family", &person.family, true), ("role", &person.role, false)];
    let rest = rest.map(|(key, value, title)| {
        value
            .as_deref()
            .map_or_else(String::new, |value| format!(", {key} = {}", quoted(byline::uncapitalized(value, title))))
    });
    match rest.concat().as_str() {
        "" => name,
        rest => format!("{{ name = {name}{rest} }}"),
    }
}

fn of_table(mut table: Reader) -> Option<Person> {
    let name = table.text("name");
    if name.is_none() {
        table.missing("name", "name = \"Onizuka Sae\"");
    }
    let family = family(&mut table, name.as_deref());
    let person = Person {
        family: family.map(|family| family.value.into()),
        role: table.text("role"),
        url: printed_url::read(&mut table, "url"),
        team: table.boolean("team").unwrap_or(false),
        name: name.clone().unwrap_or_default(),
    };
    table.finish();
    name.map(|_| person)
}

/// Reads a family name, which must be a part of the name.
pub fn family<'r>(r: &mut Reader<'r, '_>, name: Option<&str>) -> Option<Spanned<&'r str>> {
    let family = r.string("family")?;
    let Some(name) = name.filter(|name| name_parts::without(name, family.value).is_none()) else { return Some(family) };
    r.problems.borrow_mut().push(problem::family_not_in_name(r.span(&family.at), family.value, name));
    None
}
