//! Reads typed values from a table with spans, and collects every problem. It must not know what the keys mean.
//!
//! A getter never fails: it reports a value of the wrong type and treats it as absent, so that one run finds every
//! problem of a file. [`Reader::finish`] reports the keys that were never read.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::byte_search;
use super::date::{self, WrittenDate};
use super::date_suggestions;
use super::diag::{Diagnostics, Severity, Span, is_bidi_control, is_unprintable};
use super::doc::{KeyValue, Node, Value};
use super::doc_values::{holds_secret, is_blank, prints_secret, to_json};
use super::key_suggestions::{self, FileKind};
use super::{language, limits, problem, weburl};

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spanned<T> {
    pub value: T,
    pub at: Range<usize>,
}

/// The number of unknown keys in a table that get suggestions.
const MOST: usize = 200;

/// Returns the maximum length in bytes of a key's text, which may be printed on a thousand pages.
fn longest(key: &str) -> usize {
    match key {
        "title" => limits::TITLE_BYTES,
        "section" | "tags" | "source" | "translator" | "author" | "editor" | "reviewer" | "label" | "native"
        | "country" | "family" | "role" | "genre" | "issue" | "edition" | "page" | "time" => limits::NAME_BYTES,
        _ => limits::VALUE_BYTES,
    }
}

/// A table that is being read. Nested tables have readers of their own, which share the list of problems.
pub struct Reader<'r, 'a> {
    pub file: &'r Arc<str>,
    pub problems: &'r RefCell<Diagnostics>,
    entries: &'r [KeyValue<'a>],
    /// The place of the whole table, for reports of missing keys.
    at: Range<usize>,
    /// The prefix that completes the names of keys: `original.` inside `[original]`.
    prefix: String,
    asked: Vec<&'static str>,
    unknown: Severity,
    /// Whether to look for secrets among unknown keys.
    guarded: bool,
    /// The kind and the language of the file, for suggestions.
    place: FileKind,
    yaml: bool,
    /// Entries for which a better name was already reported.
    told: Vec<usize>,
}

impl<'r, 'a> Reader<'r, 'a> {
    /// Creates a reader of a document's root table. Unknown keys are reported with severity `unknown`.
    pub fn new(
        file: &'r Arc<str>,
        entries: &'r [KeyValue<'a>],
        at: Range<usize>,
        unknown: Severity,
        problems: &'r RefCell<Diagnostics>,
    ) -> Reader<'r, 'a> {
        let (prefix, asked, told) = (String::new(), Vec::new(), Vec::new());
        let (guarded, place, yaml) = (false, FileKind::Other, false);
        Reader { file, problems, entries, at, prefix, asked, unknown, guarded, place, yaml, told }
    }

    /// Sets the kind of the file, and whether it is in YAML.
    pub fn of(self, place: FileKind, yaml: bool) -> Self {
        Reader { place, yaml, ..self }
    }

    /// Sets the kind to a sibling.
    pub fn of_sibling(self) -> Self {
        Reader { place: FileKind::Sibling, ..self }
    }

    /// Reports secrets: unknown keys that look like one get a diagnostic of their own, and source lines of targets are
    /// never shown.
    pub fn guarded(self) -> Reader<'r, 'a> {
        Reader { guarded: true, ..self }
    }

    /// Returns the span of a range in this file.
    pub fn span(&self, at: &Range<usize>) -> Span {
        Span::new(self.file, at.clone())
    }

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Returns the raw value of `key`. A YAML `key:` without a value counts as absent.
    pub fn node(&mut self, key: &'static str) -> Option<&'r Node<'a>> {
        self.asked.push(key);
        let entry = self.entries.iter().find(|e| e.key == key)?;
        (entry.node.value != Value::Null).then_some(&entry.node)
    }

    /// Returns whether a key is present, without marking it as read.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    pub(super) fn wrong_type(&self, key: &str, node: &Node, expected: &str) {
        self.wrong_type_with(key, node, expected, None);
    }

    fn wrong_type_with(&self, key: &str, node: &Node, expected: &str, help: Option<String>) {
        let span = self.span(&node.at);
        let found = problem::wrong_type(span, &self.name(key), expected, node.value.kind()).maybe_help(help);
        self.problems.borrow_mut().push(found);
    }

    /// Formats a TOML line in the language of this file.
    pub fn line(&self, toml: &str) -> String {
        key_suggestions::line(toml, self.yaml)
    }

    /// Returns whether the value of `key` is one string, not a list.
    pub fn is_text(&self, key: &str) -> bool {
        self.entries.iter().any(|e| e.key == key && matches!(e.node.value, Value::String(_)))
    }

    /// Returns a string, trimmed. Returns `None` for an empty one, and for one with control characters, which are
    /// parse errors in HTML and forbidden in XML.
    pub fn plain(&self, key: &str, text: &'r str, at: &Range<usize>) -> Option<Spanned<&'r str>> {
        if !self.is_printable(key, text, at) {
            return None;
        }
        let value = text.trim();
        let form = self.place == FileKind::Glossary && key != "note";
        let most = if form { limits::GLOSSARY_FORM } else { longest(key) };
        if value.len() > most {
            let found = problem::too_long(self.span(at), &self.name(key), value.len(), most);
            let help = form.then(|| "write only the term, and remarks in `note`".to_owned());
            self.problems.borrow_mut().push(found.maybe_help(help));
            return None;
        }
        (!value.is_empty()).then(|| Spanned { value, at: at.clone() })
    }

    /// Returns whether a text has no control character, and reports each. They can only come from an escape
    /// (`"\u0092"`), because the file itself has none. Also reports characters that reorder text.
    pub fn is_printable(&self, key: &str, text: &str, at: &Range<usize>) -> bool {
        if byte_search::find_where(text.as_bytes(), |byte| !(b' '..=b'~').contains(&byte)).is_none() {
            return true;
        }
        if text.contains(is_bidi_control) {
            self.problems.borrow_mut().push(problem::bidi_control(self.span(at), text));
        }
        if !text.contains(is_unprintable) {
            return true;
        }
        let all: BTreeSet<char> = text.chars().filter(|c| is_unprintable(*c)).collect();
        let key: String = key.chars().filter(|c| !c.is_control() && !is_unprintable(*c)).collect();
        let name = format!("`{}`", self.name(&key));
        let found = all.into_iter().map(|c| problem::control_character(self.span(at), &name, c));
        self.problems.borrow_mut().extend(found);
        false
    }

    /// Does the same for everything in a user's own table.
    fn judge(&self, key: &str, entries: &[KeyValue]) {
        for entry in entries {
            let key = format!("{key}.{}", entry.key);
            if self.is_printable(&key, &entry.key, &entry.key_at) {
                self.judge_value(&key, &entry.node);
            }
        }
    }

    fn judge_value(&self, key: &str, node: &Node) {
        match &node.value {
            Value::String(text) => {
                if self.is_printable(key, text, &node.at)
                    && let Some(scheme) = weburl::acts(text)
                {
                    self.problems.borrow_mut().push(problem::acting_url(self.span(&node.at), &self.name(key), &scheme));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.judge_value(key, item)),
            Value::Table(entries) => self.judge(key, entries),
            _ => {}
        }
    }

    /// Returns a string, trimmed. Returns `None` if it is missing, empty or invalid, and reports invalid ones.
    pub fn string(&mut self, key: &'static str) -> Option<Spanned<&'r str>> {
        let node = self.node(key)?;
        match &node.value {
            Value::String(s) => self.plain(key, s, &node.at),
            _ if node.plain.is_some() => self.plain(key, node.plain.unwrap_or_default(), &node.at),
            _ => {
                self.wrong_type(key, node, "a string");
                None
            }
        }
    }

    /// Like [`Reader::string`], but returns an owned text without its place.
    pub fn text(&mut self, key: &'static str) -> Option<Box<str>> {
        self.string(key).map(|s| s.value.into())
    }

    /// Returns the canonical form of a language tag. Reports a tag that does not name a language.
    pub fn language(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let written = self.string(key)?;
        let tag = language::canonical_tag(written.value);
        let found = match &tag {
            None => Some(problem::invalid_tag(self.span(&written.at), written.value)),
            Some(tag) => {
                language::doubt(tag).map(|doubt| problem::unknown_language(self.span(&written.at), tag, &doubt))
            }
        };
        self.problems.borrow_mut().extend(found);
        Some(Spanned { value: tag?, at: written.at })
    }

    /// Returns a string or an array of strings as a list, without empty ones.
    pub fn strings(&mut self, key: &'static str) -> Vec<Spanned<&'r str>> {
        self.node(key).map_or_else(Vec::new, |node| self.strings_in(key, node))
    }

    /// Does the same with the value of a key that is the user's own.
    pub fn strings_in(&self, key: &str, node: &'r Node<'a>) -> Vec<Spanned<&'r str>> {
        let items = match &node.value {
            Value::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let items = self.few(key, items);
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match &item.value {
                Value::String(s) => out.extend(self.plain(key, s, &item.at)),
                _ if item.plain.is_some() => out.extend(self.plain(key, item.plain.unwrap_or_default(), &item.at)),
                _ => self.wrong_type(key, item, "a string or an array of strings"),
            }
        }
        out
    }

    /// Returns the entries of a list up to the limit, and reports the rest. Lists in `site.toml` are limited by the
    /// size of the file.
    pub(super) fn few(&self, key: &str, items: &'r [Node<'a>]) -> &'r [Node<'a>] {
        let terms = self.place == FileKind::Glossary && self.prefix.is_empty();
        let most = if terms { limits::GLOSSARY_TERMS } else { limits::LIST };
        match items.get(most) {
            Some(first) if self.place != FileKind::Site => {
                let found = problem::too_many(self.span(&first.at), &self.name(key), items.len(), most);
                let help = match self.place {
                    FileKind::Glossary if terms => Some("move the rest to another file in content/glossary".to_owned()),
                    FileKind::Glossary => Some("keep only the forms that texts use".to_owned()),
                    _ => None,
                };
                self.problems.borrow_mut().push(found.maybe_help(help));
                &items[..most]
            }
            _ => items,
        }
    }

    /// Like [`Reader::strings`], but returns owned texts without their places.
    pub fn texts(&mut self, key: &'static str) -> Box<[Box<str>]> {
        self.strings(key).into_iter().map(|s| s.value.into()).collect()
    }

    /// Returns a boolean. Reports any other type, with a suggestion for words such as `yes`.
    pub fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        match node.value {
            Value::Boolean(b) => Some(b),
            _ => {
                let meant = key_suggestions::truth(&node.value);
                let help = meant.map(|meant| self.line(&format!("write {key} = {meant}")));
                self.wrong_type_with(key, node, "true or false", help);
                None
            }
        }
    }

    /// Returns an integer. Reports one outside the range `allowed`.
    pub fn integer(&mut self, key: &'static str, allowed: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let node = self.node(key)?;
        match node.value {
            Value::Integer(i) if allowed.contains(&i) => Some(i),
            Value::Integer(i) => {
                let span = self.span(&node.at);
                self.problems.borrow_mut().push(problem::out_of_range(span, &self.name(key), i, &allowed));
                None
            }
            _ => {
                let number = if let Value::String(text) = &node.value { text.trim().parse::<i64>().ok() } else { None };
                let help = number.map(|number| self.line(&format!("write {key} = {number}, without quotes")));
                self.wrong_type_with(key, node, "a whole number", help);
                None
            }
        }
    }

    /// Returns a TOML date or date-time, or a string in the same format.
    pub fn date(&mut self, key: &'static str) -> Option<Spanned<WrittenDate>> {
        let node = self.node(key)?;
        let text = match &node.value {
            Value::Date(text) | Value::String(text) => text.as_ref(),
            _ => node.plain.unwrap_or_default(),
        };
        let number = if let Value::Integer(number) = node.value { number.to_string() } else { String::new() };
        let text = if text.is_empty() { &number } else { text };
        if text.is_empty() && !matches!(node.value, Value::String(_)) {
            self.wrong_type(key, node, "a date such as 2021-03-24");
            return None;
        }
        let read = date::parse(text);
        // `expires` may have a far-away year, to mean "never".
        let elsewhere = read.as_ref().ok().filter(|_| key != "expires");
        let read =
            elsewhere.and_then(|read| date_suggestions::of_another_calendar(read.day())).map_or(read.clone(), Err);
        match read {
            Ok(value) => Some(Spanned { value, at: node.at.clone() }),
            // The same help as for a missing key, see [`Reader::missing`].
            Err(_) if text.trim().is_empty() => {
                let example = self.line("date = 2021-03-24").replacen("date", key, 1);
                self.problems.borrow_mut().push(problem::empty_value(self.span(&node.at), &self.name(key), &example));
                None
            }
            Err(why) => {
                let help = date_suggestions::help(key, text, self.yaml);
                self.problems
                    .borrow_mut()
                    .push(problem::invalid_date(self.span(&node.at), text, &why).maybe_help(help));
                None
            }
        }
    }

    /// Returns one of a list of words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, words: &[(&'static str, T)]) -> Option<Spanned<T>> {
        let word = self.string(key)?;
        match words.iter().find(|(w, _)| *w == word.value) {
            Some((_, value)) => Some(Spanned { value: *value, at: word.at }),
            None => {
                let words: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
                let span = self.span(&word.at);
                self.problems.borrow_mut().push(problem::not_a_choice(span, &self.name(key), word.value, &words));
                None
            }
        }
    }

    /// Returns a reader of a nested table.
    pub fn table(&mut self, key: &'static str) -> Option<Reader<'r, 'a>> {
        let node = self.node(key)?;
        match &node.value {
            Value::Table(entries) => Some(self.nested(key, entries, node.at.clone())),
            _ => {
                let help = key_suggestions::as_table(self.place, &self.name(key), &node.value, self.yaml);
                self.wrong_type_with(key, node, "a table", help);
                None
            }
        }
    }

    /// Returns readers of an array of tables.
    pub fn tables(&mut self, key: &'static str) -> Vec<Reader<'r, 'a>> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Value::Array(items) = &node.value else {
            let help = match (&node.value, self.yaml) {
                (Value::Table(_), false) => Some(format!("write [[{0}]] instead of [{0}]", self.name(key))),
                (Value::Table(_), true) => Some("start the first line of every entry with `- `".to_owned()),
                _ => None,
            };
            self.wrong_type_with(key, node, "an array of tables", help);
            return Vec::new();
        };
        let items = self.few(key, items);
        let mut out = Vec::new();
        for item in items {
            match &item.value {
                Value::Table(entries) => out.push(self.nested(key, entries, item.at.clone())),
                _ => self.wrong_type(key, item, "an array of tables"),
            }
        }
        out
    }

    /// Returns every entry of a table whose keys are the user's own.
    pub fn open_table(&mut self, key: &'static str) -> &'r [KeyValue<'a>] {
        match self.node(key) {
            Some(Node { value: Value::Table(entries), .. }) => entries,
            Some(node) => {
                self.wrong_type(key, node, "a table");
                &[]
            }
            None => &[],
        }
    }

    /// Returns a user's own table, which is passed to templates unchanged.
    pub fn extra(&mut self, key: &'static str) -> serde_json::Map<String, serde_json::Value> {
        let entries = self.open_table(key);
        self.judge(key, entries);
        for entry in entries.iter().filter(|entry| prints_secret(&entry.node.value)) {
            let name = format!("{}.{}", self.name(key), entry.key);
            self.problems.borrow_mut().push(problem::secret_in_url(self.span(&entry.key_at), &name));
        }
        entries.iter().map(|e| (e.key.to_string(), to_json(&e.node.value))).collect()
    }

    /// Returns the entries that were not read yet and that `accepts` takes, and marks them as read.
    pub fn others(&mut self, accepts: impl Fn(&str) -> bool) -> Vec<&'r KeyValue<'a>> {
        let free = |entry: &KeyValue| !self.asked.contains(&entry.key.as_ref()) && accepts(&entry.key);
        let found = self.entries.iter().enumerate().filter(|(_, entry)| free(entry));
        let (places, entries): (Vec<usize>, Vec<_>) = found.unzip();
        self.told.extend(places);
        entries
    }

    /// Returns the place of the whole table.
    pub fn place(&self) -> Range<usize> {
        self.at.clone()
    }

    /// Creates a reader of the entries of `key`.
    pub fn nested(&self, key: &str, entries: &'r [KeyValue<'a>], at: Range<usize>) -> Reader<'r, 'a> {
        Reader {
            file: self.file,
            problems: self.problems,
            entries,
            at,
            prefix: format!("{}{key}.", self.prefix),
            asked: Vec::new(),
            unknown: self.unknown,
            guarded: self.guarded,
            place: self.place,
            yaml: self.yaml,
            told: Vec::new(),
        }
    }

    /// Reports that `key` is missing, unless it has a wrong value, which was already reported.
    pub fn missing(&mut self, key: &str, example: &str) {
        let example = &if self.yaml { example.replacen(" = ", ": ", 1) } else { example.to_owned() };
        let present = self.entries.iter().find(|e| e.key == key);
        let found = match present.map(|e| &e.node.value) {
            None => match self.meant_as(key) {
                Some(entry) => {
                    let line = match &entry.node.value {
                        Value::String(text) if key == "date" => date_suggestions::help(key, text, self.yaml),
                        _ => None,
                    };
                    problem::misnamed_key(self.span(&entry.key_at), &self.name(key), &entry.key, line)
                }
                None => problem::missing_key(self.span(&self.at), &self.name(key), example),
            },
            Some(Value::Null) => {
                let at = present.map_or(self.at.clone(), |e| e.key_at.clone());
                problem::empty_value(self.span(&at), &self.name(key), example)
            }
            Some(value) if is_blank(value) => {
                let at = present.map_or(self.at.clone(), |e| e.node.at.clone());
                problem::empty_value(self.span(&at), &self.name(key), example)
            }
            Some(Value::Array(items)) if items.iter().all(|i| is_blank(&i.value)) => {
                let at = present.map_or(self.at.clone(), |e| e.node.at.clone());
                problem::empty_value(self.span(&at), &self.name(key), example)
            }
            Some(_) => return,
        };
        let found = if self.is_of_target() { found.bare() } else { found };
        self.problems.borrow_mut().push(found);
    }

    /// Returns the entry that was probably meant as a missing key.
    fn meant_as(&mut self, key: &str) -> Option<&'r KeyValue<'a>> {
        let meant = |entry: &&KeyValue| key_suggestions::is_meant(self.place, &self.prefix, entry, key);
        let secret = |entry: &KeyValue| self.guarded && holds_secret(entry);
        let (at, entry) =
            self.entries.iter().enumerate().take(MOST).find(|(_, entry)| meant(entry) && !secret(entry))?;
        self.told.push(at);
        Some(entry)
    }

    fn is_of_target(&self) -> bool {
        self.guarded && self.prefix.starts_with("deploy.")
    }

    /// Reports the keys that were never read.
    pub fn finish(self) {
        for (at, entry) in self.entries.iter().enumerate() {
            if self.asked.contains(&entry.key.as_ref()) || self.told.contains(&at) {
                continue;
            }
            let span = self.span(&entry.key_at);
            let name = self.name(&entry.key);
            let found = match self.guarded && holds_secret(entry) {
                true => problem::secret_in_site(span, &format!("`{name}`")),
                false => {
                    let there = |key: &str| self.entries.iter().any(|other| other.key == key);
                    let help = || key_suggestions::help(self.place, &self.prefix, entry, &self.asked, self.yaml, there);
                    let help = (at < MOST).then(help).flatten();
                    problem::unknown_key(span, &name, help, self.unknown)
                }
            };
            let found = if self.is_of_target() { found.bare() } else { found };
            self.problems.borrow_mut().push(found);
        }
    }
}
