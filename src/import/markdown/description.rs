//! A description of how the Markdown files of a source say who wrote what. Two descriptions ship; a map may name one
//! of them, change some of its values, or write its own. It must not know texts.

use std::collections::BTreeMap;

use crate::base::doc;
use crate::import::import_map::{ImportMap, extra_value, plain};
use crate::import::imported::ExtraValue;

/// What stands before a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeadKind {
    /// Front matter, or nothing.
    #[default]
    FrontMatter,
    /// Lines of `[#]: key: (value)`, which Markdown takes as definitions.
    Comments,
    /// A list or a quote of labels and values: `> * 译者：name`.
    List,
}

/// How the files of a source are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Description {
    pub head: HeadKind,
    /// What stands before a value, in lower case → our key, `extra.NAME`, or empty to leave it out.
    pub labels: BTreeMap<String, String>,
    /// Parts of lines that every text repeats at its end.
    pub drop: Vec<String>,
    pub language: Option<String>,
    pub original_language: Option<String>,
    /// Folders of articles at the top; none: all.
    pub articles: Vec<String>,
    /// Folders of originals, which have the same file names.
    pub originals: Vec<String>,
    /// Our key for what a file name says apart from its date.
    pub file_name: Option<String>,
    /// Whether the host of the original's address is the source.
    pub source_is_host: bool,
    /// The address of the repository, if texts link to its files.
    pub repository: Option<String>,
    /// Texts that stand where nobody has been named, in lower case.
    pub nobody: Vec<String>,
}

/// The descriptions that ship: their names, and the first line of a file that shows one.
const SHIPPED: [(&str, &str); 2] = [("lctt", include_str!("lctt.toml")), ("quote", include_str!("quote.toml"))];

impl Description {
    /// Returns a description that ships.
    pub fn named(name: &str) -> Result<Description, String> {
        let (_, text) = SHIPPED.iter().find(|(known, _)| *known == plain(name)).ok_or_else(|| {
            let names: Vec<String> = SHIPPED.iter().map(|(name, _)| format!("`{name}`")).collect();
            format!("there is no description `{name}` of Markdown files; Recto has {}", names.join(" and "))
        })?;
        let entries = doc::parse_toml(text, 0).map_err(|_| format!("the description `{name}` is not TOML"))?;
        let rows = entries.iter().filter_map(|e| Some((e.key.to_string(), extra_value(&e.node.value)?)));
        let mut description = Description::default();
        description.take(&rows.collect())?;
        Ok(description)
    }

    /// Returns the description that a map gives; `None`: it gives none.
    pub fn of_map(map: &ImportMap) -> Result<Option<Description>, String> {
        let mut description = match &map.description {
            None => return Ok(None),
            Some(ExtraValue::Text(name)) => Description::named(name)?,
            Some(ExtraValue::Table(table)) => {
                let mut description = match table.get("like") {
                    Some(ExtraValue::Text(name)) => Description::named(name)?,
                    _ => Description::default(),
                };
                description.take(table)?;
                description
            }
            Some(_) => return Err("`description` must be a name or a table".to_owned()),
        };
        description.labels.extend(map.keys.iter().map(|(theirs, ours)| (theirs.clone(), ours.clone())));
        Ok(Some(description))
    }

    /// Takes the values of a table.
    fn take(&mut self, table: &BTreeMap<String, ExtraValue>) -> Result<(), String> {
        for (key, value) in table {
            match (key.as_str(), value) {
                ("like", _) => {}
                ("head", ExtraValue::Text(kind)) => {
                    self.head = match kind.as_str() {
                        "front matter" => HeadKind::FrontMatter,
                        "comments" => HeadKind::Comments,
                        "list" => HeadKind::List,
                        other => {
                            return Err(format!(
                                "`head` must be `front matter`, `comments` or `list`, and is `{other}`"
                            ));
                        }
                    }
                }
                ("language", ExtraValue::Text(tag)) => self.language = Some(tag.clone()),
                ("original_language", ExtraValue::Text(tag)) => self.original_language = Some(tag.clone()),
                ("file_name", ExtraValue::Text(ours)) => self.file_name = Some(ours.clone()),
                ("repository", ExtraValue::Text(url)) => self.repository = Some(url.trim_end_matches('/').to_owned()),
                ("source_is_host", ExtraValue::Boolean(on)) => self.source_is_host = *on,
                ("articles", value) => self.articles = texts(key, value)?,
                ("originals", value) => self.originals = texts(key, value)?,
                ("drop", value) => self.drop = texts(key, value)?,
                ("nobody", value) => self.nobody = texts(key, value)?.iter().map(|text| plain(text)).collect(),
                ("labels", ExtraValue::Table(rows)) => {
                    for (label, ours) in rows {
                        let ours = match ours {
                            ExtraValue::Text(ours) => ours.clone(),
                            ExtraValue::Boolean(false) => String::new(),
                            _ => return Err(format!("`{label}` of `labels` must be a text")),
                        };
                        self.labels.insert(plain(label), ours);
                    }
                }
                (key, _) => return Err(format!("`description` has no `{key}` of this kind")),
            }
        }
        Ok(())
    }

    /// Returns our key for a label.
    pub fn key(&self, label: &str) -> Option<&str> {
        self.labels.get(&plain(label)).map(String::as_str)
    }

    /// Returns whether a line is one that every text repeats.
    pub fn drops(&self, line: &str) -> bool {
        self.drop.iter().any(|part| line.contains(part.as_str()))
    }
}

fn texts(key: &str, value: &ExtraValue) -> Result<Vec<String>, String> {
    let text = |value: &ExtraValue| match value {
        ExtraValue::Text(text) => Some(text.trim_end_matches('/').to_owned()),
        _ => None,
    };
    let list = match value {
        ExtraValue::List(items) => items.iter().map(text).collect(),
        value => text(value).map(|text| vec![text]),
    };
    list.ok_or_else(|| format!("`{key}` must be a list of texts"))
}
