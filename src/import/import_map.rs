//! The file of `--map`: what people say about their source. It must not know formats or the site.
//!
//! Every table is optional. Names on the left are those of the source, and are compared without case and outer spaces.

use std::collections::BTreeMap;

use super::imported::ExtraValue;
use crate::base::doc::{self, KeyValue, Value};

/// What the user says about a source. Look names up with [`ImportMap::key`] and its like, which ignore case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportMap {
    /// Their key → ours, `extra.NAME`, or empty to leave it out.
    pub keys: BTreeMap<String, String>,
    /// A spelling of a person → the name to use, or empty if it names nobody.
    pub people: BTreeMap<String, String>,
    /// A section or category of the source → ours, as a path (`International > Asia`), or empty to leave it out.
    pub sections: BTreeMap<String, String>,
    /// What the source calls a language → a tag (`zh_cn` → `zh-Hans`).
    pub languages: BTreeMap<String, String>,
    /// A column of a table → our key, `body`, `body_file` or empty.
    pub columns: BTreeMap<String, String>,
    /// A shortcode, include or tag of the source → its Markdown or HTML, with `{0}`, `{NAME}` and `{inner}` for its
    /// arguments and what it encloses; or empty to leave it out.
    pub shortcodes: BTreeMap<String, String>,
    /// Values for texts that do not say them: `section`, `source` and `translator`; and the `language` of a new site.
    pub defaults: BTreeMap<String, String>,
    /// What the heads of Markdown files look like: the name of a description that Recto has, or a table.
    pub description: Option<ExtraValue>,
}

/// Returns a name as the tables have it: lower case, without outer spaces.
pub fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

impl ImportMap {
    /// Reads a map. The error is a message for people, with the line.
    pub fn parse(text: &str) -> Result<ImportMap, String> {
        let entries = doc::parse_toml(text, 0).map_err(|errors| match errors.first() {
            Some(error) => format!("line {}: {}", line_of(text, error.at.start), error.message),
            None => "it is not TOML".to_owned(),
        })?;
        let mut map = ImportMap::default();
        for entry in &entries {
            let line = line_of(text, entry.key_at.start);
            let table = match entry.key.as_ref() {
                "keys" => &mut map.keys,
                "people" => &mut map.people,
                "sections" => &mut map.sections,
                "languages" => &mut map.languages,
                "columns" => &mut map.columns,
                "shortcodes" => &mut map.shortcodes,
                "defaults" => &mut map.defaults,
                "description" => {
                    map.description = extra_value(&entry.node.value);
                    continue;
                }
                other => return Err(format!("line {line}: there is no table `{other}`; the tables are {TABLES}")),
            };
            read_table(entry, line, table)?;
        }
        Ok(map)
    }

    /// Returns our key for one of the source's, if the map has it; empty: leave it out.
    pub fn key(&self, theirs: &str) -> Option<&str> {
        find(&self.keys, theirs)
    }

    /// Returns the name of a person, if the map has this spelling; empty: nobody.
    pub fn person(&self, spelling: &str) -> Option<&str> {
        find(&self.people, spelling)
    }

    /// Returns our path of a section, if the map has theirs; empty: leave it out.
    pub fn section(&self, theirs: &str) -> Option<&str> {
        find(&self.sections, theirs)
    }

    /// Returns the tag of a language, if the map has their name for it.
    pub fn language(&self, theirs: &str) -> Option<&str> {
        find(&self.languages, theirs)
    }

    /// Returns our key for a column, if the map has it; empty: leave it out.
    pub fn column(&self, theirs: &str) -> Option<&str> {
        find(&self.columns, theirs)
    }

    /// Returns what replaces a shortcode, if the map says it.
    pub fn shortcode(&self, theirs: &str) -> Option<&str> {
        find(&self.shortcodes, theirs)
    }

    /// Returns the value of one of our keys for texts that do not say it.
    pub fn default_of(&self, key: &str) -> Option<&str> {
        find(&self.defaults, key).filter(|value| !value.is_empty())
    }
}

const TABLES: &str = "`keys`, `people`, `sections`, `languages`, `columns`, `shortcodes`, `defaults` and `description`";

fn find<'m>(table: &'m BTreeMap<String, String>, name: &str) -> Option<&'m str> {
    if table.is_empty() { None } else { table.get(&plain(name)).map(String::as_str) }
}

fn read_table(entry: &KeyValue, line: usize, table: &mut BTreeMap<String, String>) -> Result<(), String> {
    let Value::Table(rows) = &entry.node.value else {
        return Err(format!("line {line}: `{}` must be a table", entry.key));
    };
    for row in rows {
        let value = match &row.node.value {
            Value::String(text) => text.trim().to_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Boolean(false) => String::new(),
            other => {
                return Err(format!(
                    "`{}` of `{}` must be a text, and is {}; false or \"\" leaves it out",
                    row.key,
                    entry.key,
                    other.kind()
                ));
            }
        };
        table.insert(plain(&row.key), value);
    }
    Ok(())
}

fn line_of(text: &str, at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count() + 1
}

/// Returns a value of a document in the types of an import; `None` if it is empty.
pub fn extra_value(value: &Value) -> Option<ExtraValue> {
    Some(match value {
        Value::Null => return None,
        Value::String(text) | Value::Date(text) => ExtraValue::Text(text.to_string()),
        Value::Integer(number) => ExtraValue::Integer(*number),
        Value::Float(number) => ExtraValue::Float(*number),
        Value::Boolean(on) => ExtraValue::Boolean(*on),
        Value::Array(items) => ExtraValue::List(items.iter().filter_map(|item| extra_value(&item.value)).collect()),
        Value::Table(entries) => ExtraValue::Table(
            entries.iter().filter_map(|e| Some((e.key.to_string(), extra_value(&e.node.value)?))).collect(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_read_without_case() {
        let text = "description = \"lctt\"\n[keys]\nVia = \"original.url\"\nlayout = false\n\n[people]\n\"LuJun9972 \" = \"lujun9972\"\n[defaults]\nsource = \"The Gazette\"\n";
        let map = ImportMap::parse(text).unwrap();
        assert_eq!((map.key("VIA"), map.key("layout"), map.key("x")), (Some("original.url"), Some(""), None));
        assert_eq!(map.person(" lujun9972"), Some("lujun9972"));
        assert_eq!((map.default_of("source"), map.default_of("section")), (Some("The Gazette"), None));
        assert_eq!(map.description, Some(ExtraValue::Text("lctt".into())));
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        assert!(ImportMap::parse("\n[poeple]\n").unwrap_err().starts_with("line 2: there is no table `poeple`"));
        assert!(ImportMap::parse("a = = 1\n").unwrap_err().starts_with("line 1: "));
        assert!(ImportMap::parse("[keys]\na = [1]\n").unwrap_err().contains("`a` of `keys` must be a text"));
    }
}
