//! Values of Liquid: `site.url`, `page.title`, `site.data.x | where: "a", "b" | first`. Whatever is not known here has
//! no value, and its markup stays as text. It must not know tags.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::import::fields;
use crate::import::imported::ExtraValue;

/// Named values.
pub type ValueTable = BTreeMap<String, ExtraValue>;

/// What a text can refer to.
#[derive(Clone, Debug, Default)]
pub struct LiquidScope<'a> {
    /// The settings of the site.
    pub site: Option<&'a ValueTable>,
    /// The files below `_data/`.
    pub data: Option<&'a ValueTable>,
    pub page: Option<&'a ValueTable>,
    /// What `assign` and `include` set.
    pub variables: ValueTable,
    /// The address of the site with its folder, without a slash at its end.
    pub base_url: &'a str,
    /// The folder of the site: empty, or `/blog`.
    pub base_path: &'a str,
}

impl LiquidScope<'_> {
    /// Returns what an expression means, if it can be told.
    pub fn value(&self, expression: &str) -> Option<Cow<'_, ExtraValue>> {
        let parts = split(expression, '|');
        let mut parts = parts.into_iter();
        let mut value = self.operand(parts.next()?.trim())?;
        for filter in parts {
            value = self.filtered(value, filter.trim())?;
        }
        Some(value)
    }

    /// Returns what an expression prints, if it can be told.
    pub fn printed(&self, expression: &str) -> Option<String> {
        let value = self.value(expression)?;
        match value.as_ref() {
            ExtraValue::Table(_) => None,
            other => fields::plain(other),
        }
    }

    fn operand(&self, written: &str) -> Option<Cow<'_, ExtraValue>> {
        if let Some(text) = quoted(written) {
            return Some(Cow::Owned(ExtraValue::Text(text.to_owned())));
        }
        if let Ok(number) = written.parse() {
            return Some(Cow::Owned(ExtraValue::Integer(number)));
        }
        let text = |text: &str| Some(Cow::Owned(ExtraValue::Text(text.to_owned())));
        match written {
            "site.url" => return text(self.base_url.strip_suffix(self.base_path).unwrap_or(self.base_url)),
            "site.baseurl" => return text(self.base_path),
            _ => {}
        }
        let (table, path) = match written.split_once('.') {
            Some(("site", path)) => match path.strip_prefix("data.") {
                Some(path) => (self.data?, path),
                None => (self.site?, path),
            },
            Some(("page", path)) => (self.page?, path),
            _ => (&self.variables, written),
        };
        let mut steps = path.split('.');
        let mut value = table.get(steps.next()?.trim())?;
        for step in steps {
            value = match value {
                ExtraValue::Table(table) => table.get(step.trim())?,
                _ => return None,
            };
        }
        Some(Cow::Borrowed(value))
    }

    fn filtered<'v>(&self, value: Cow<'v, ExtraValue>, filter: &str) -> Option<Cow<'v, ExtraValue>> {
        let (name, arguments) = filter.split_once(':').unwrap_or((filter, ""));
        let arguments = split(arguments, ',');
        let argument = |at: usize| {
            let written = arguments.get(at)?.trim();
            self.operand(written).and_then(|value| fields::plain(&value))
        };
        match name.trim() {
            "where" => return Some(filtered_rows(value, &argument(0)?, &argument(1)?)),
            "first" | "last" => return one_of(value, name.trim() == "first"),
            _ => {}
        }
        let text = fields::plain(&value)?;
        let new = match name.trim() {
            "relative_url" => self.address(&text, self.base_path),
            "absolute_url" => self.address(&text, self.base_url),
            "strip" | "lstrip" | "rstrip" | "normalize_whitespace" => text.trim().to_owned(),
            "upcase" => text.to_uppercase(),
            "downcase" => text.to_lowercase(),
            "escape" | "xml_escape" | "escape_once" | "markdownify" | "strip_html" => text,
            "append" => text + &argument(0)?,
            "prepend" => argument(0)? + &text,
            "remove" => text.replace(&argument(0)?, ""),
            "replace" => {
                let (from, to) = (argument(0)?, argument(1)?);
                // An empty text is between all letters.
                if from.is_empty() || to.len() > 1000 { text } else { text.replace(&from, &to) }
            }
            "default" => {
                if text.is_empty() {
                    argument(0)?
                } else {
                    text
                }
            }
            _ => return None,
        };
        Some(Cow::Owned(ExtraValue::Text(new)))
    }

    fn address(&self, path: &str, start: &str) -> String {
        if path.contains("://") || path.starts_with("source:") {
            return path.to_owned();
        }
        format!("{start}/{}", path.trim_start_matches('/'))
    }
}

/// Returns the rows of a list of tables in which a key has a value.
fn filtered_rows<'v>(value: Cow<'v, ExtraValue>, key: &str, wanted: &str) -> Cow<'v, ExtraValue> {
    let ExtraValue::List(rows) = value.as_ref() else { return Cow::Owned(ExtraValue::List(Vec::new())) };
    let is_wanted = |row: &&ExtraValue| match row {
        ExtraValue::Table(table) => match table.get(key) {
            Some(ExtraValue::Text(text)) => text == wanted,
            Some(other) => fields::plain(other).is_some_and(|text| text == wanted),
            None => false,
        },
        _ => false,
    };
    Cow::Owned(ExtraValue::List(rows.iter().filter(is_wanted).cloned().collect()))
}

fn one_of(value: Cow<'_, ExtraValue>, first: bool) -> Option<Cow<'_, ExtraValue>> {
    let ExtraValue::List(rows) = value.as_ref() else { return None };
    let row = if first { rows.first() } else { rows.last() };
    row.cloned().map(Cow::Owned)
}

/// Returns a text without its quotation marks, if it has them.
pub fn quoted(written: &str) -> Option<&str> {
    ['"', '\''].iter().find_map(|mark| written.strip_prefix(*mark)?.strip_suffix(*mark))
}

/// Splits a text at a mark outside of quotation marks.
fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut out, mut from, mut quote) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == mark => {
                out.push(&text[from..at]);
                from = at + c.len_utf8();
            }
            None => {}
        }
    }
    out.push(&text[from..]);
    out
}

/// Returns a setting as a text.
pub fn setting(table: &ValueTable, key: &str) -> Option<String> {
    table.get(key).and_then(fields::plain).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Returns the rows of a setting that is a table.
pub fn inner<'t>(table: &'t ValueTable, key: &str) -> Option<&'t ValueTable> {
    match table.get(key) {
        Some(ExtraValue::Table(table)) => Some(table),
        _ => None,
    }
}
