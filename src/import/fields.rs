//! Puts a loosely typed value of a head into a text, under our key for it. Formats whose texts have keys share this. It
//! must not know which program wrote the head.

use super::dates::{self, DayOrder};
use super::head::HeadEntry;
use super::import_map::ImportMap;
use super::imported::{CreditRole, ExtraValue, ImportedCredit, ImportedPerson, ImportedText, Publication};
use super::names;
use super::notes::{Note, NoteKind, Notes};
use super::own;
use crate::base::diag;
use crate::base::key_aliases::{FileKind, KeyMeaning, ROWS};
use crate::base::key_suggestions::normalized_key;
use crate::base::{language, weburl};

#[path = "fields/key_table.rs"]
mod key_table;

/// Puts one value into a text: under the key that the map has for it, our own, or that which other programs mean.
/// What no field holds goes to `extra`, with a note.
pub fn set(text: &mut ImportedText, entry: &HeadEntry, map: &ImportMap, notes: &mut Notes) {
    let mut setter = Setter { text, entry, map, notes };
    match map.key(&entry.key) {
        Some("") => {}
        Some(ours) => setter.put(&target(ours).unwrap_or_else(|| format!("extra.{ours}")), &entry.value),
        None => setter.by_name(&entry.key, &entry.value),
    }
}

/// Our key for one of theirs: `posted` for `publishDate`. `None`: nothing is known.
pub fn target(key: &str) -> Option<String> {
    if let Some(name) = key.strip_prefix("extra.") {
        return Some(format!("extra.{name}"));
    }
    let word = normalized_key(key);
    if let Some(ours) = key_table::find(&word) {
        return Some(ours.to_owned());
    }
    let is_for_articles = |kinds: &[FileKind]| kinds.contains(&FileKind::Article);
    let row = ROWS.iter().find(|(kinds, table, names, _)| {
        is_for_articles(kinds)
            && table.is_empty()
            && names.contains(&*word)
            && names.split_whitespace().any(|name| name == word)
    })?;
    match row.3 {
        KeyMeaning::Key(ours) => Some(ours.to_owned()),
        KeyMeaning::Words(_) => None,
    }
}

struct Setter<'a> {
    text: &'a mut ImportedText,
    entry: &'a HeadEntry,
    map: &'a ImportMap,
    notes: &'a mut Notes,
}

impl Setter<'_> {
    fn by_name(&mut self, key: &str, value: &ExtraValue) {
        if let Some(ours) = target(key) {
            return self.put(&ours, value);
        }
        // A slip of the finger: `tilte`. Short words are near to too many others.
        let word = normalized_key(key);
        let near = diag::nearest(&word, key_table::OFTEN_MISSPELT.iter().copied())
            .filter(|near| word.len() > 4 && is_slip(&word, near));
        match near {
            Some(near) => {
                self.note(NoteKind::Guessed, &format!("`{key}` read as `{near}`"), value);
                self.put(&target(near).unwrap_or_default(), value);
            }
            None => self.unknown(key, value),
        }
    }

    fn unknown(&mut self, key: &str, value: &ExtraValue) {
        let name = key.trim().to_owned();
        if name.is_empty() {
            return;
        }
        self.note(NoteKind::UnknownKey, &format!("`{name}`"), value);
        self.text.extra.entry(name).or_insert_with(|| value.clone());
    }

    fn note(&mut self, kind: NoteKind, subject: &str, value: &ExtraValue) {
        let line = plain(value).unwrap_or_default();
        let value: String = line.lines().next().unwrap_or_default().chars().take(200).collect();
        self.notes.add(Note::new(kind, subject, &self.text.from, value).at_line(self.entry.line));
    }

    fn put(&mut self, key: &str, value: &ExtraValue) {
        if is_empty(value) {
            return;
        }
        let string = plain(value).filter(|_| !matches!(value, ExtraValue::List(_) | ExtraValue::Table(_)));
        match (key, string) {
            ("", _) => {
                self.note(NoteKind::LeftOut, &format!("`{}`, a switch of the other program", self.entry.key), value)
            }
            ("title", Some(title)) if self.text.title.is_empty() => self.text.title = title.trim().to_owned(),
            ("title", Some(title)) if self.text.title == title.trim() => {}
            ("date" | "posted" | "updated" | "expires", _) => self.date(key, value),
            ("published", _) => self.published(value),
            ("draft", _) => {
                if truth(value) == Some(true) {
                    self.text.publication = Publication::Draft;
                }
            }
            ("status", Some(status)) => self.status(&status, value),
            ("author" | "translator" | "reviewer" | "editor" | "collector", _) => self.people(key, value),
            ("section", _) => self.sections(value),
            ("tags", _) => {
                for tag in words(value) {
                    if !self.text.tags.contains(&tag) {
                        self.text.tags.push(tag);
                    }
                }
            }
            ("source", _) => self.sources(value),
            ("address", Some(address)) => {
                if let Some(path) = path_of(&address) {
                    self.text.addresses.retain(|known| *known != path);
                    self.text.addresses.insert(0, path);
                }
            }
            ("aliases", _) => {
                for path in strings(value).iter().filter_map(|address| path_of(address)) {
                    if !self.text.addresses.contains(&path) {
                        self.text.addresses.push(path);
                    }
                }
            }
            // What sources call languages is read later, for all formats alike.
            ("language", Some(tag)) => self.text.language = Some(tag),
            ("cover", _) => match picture(value) {
                Some(cover) => self.fill(key, cover, value),
                None => self.unknown(&self.entry.key.clone(), value),
            },
            ("original", _) => self.original(value),
            ("recto", _) => {
                if !own::take(self.text, value) {
                    self.unknown(&self.entry.key.clone(), value);
                }
            }
            ("extra", _) if matches!(value, ExtraValue::Table(_)) => self.inner(value, true),
            ("taxonomies", _) => self.inner(value, false),
            (key, _) if key.starts_with("extra.") => {
                self.text.extra.insert(key["extra.".len()..].to_owned(), value.clone());
            }
            (key, Some(string)) => self.fill(key, string.trim().to_owned(), value),
            (_, None) => self.list_as_text(key, value),
        }
    }

    /// Puts the values of a table that stands for many keys: `params`, `taxonomies`, `extra`.
    fn inner(&mut self, value: &ExtraValue, is_own: bool) {
        let ExtraValue::Table(table) = value else { return self.unknown(&self.entry.key.clone(), value) };
        for (key, value) in table {
            match self.map.key(key) {
                Some("") => {}
                Some(ours) => self.put(&target(ours).unwrap_or_else(|| format!("extra.{ours}")), value),
                // A table of one's own may hold anything; only what is clear is read.
                None => match target(key).filter(|ours| !is_own || !matches!(&**ours, "" | "extra" | "draft" | "date"))
                {
                    Some(ours) => self.put(&ours, value),
                    None if is_own => {
                        self.text.extra.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                    None => self.unknown(key, value),
                },
            }
        }
    }

    fn fill(&mut self, key: &str, string: String, value: &ExtraValue) {
        let string = match key {
            "original.language" => language::suggest(&string).unwrap_or(string),
            _ => string,
        };
        let original = &mut self.text.original;
        let slot = match key {
            "summary" => &mut self.text.summary,
            "slug" => &mut self.text.slug,
            "rights" => &mut self.text.rights,
            "cover" => &mut self.text.cover,
            "original.url" if !weburl::is_web(&string) => return self.unknown(&self.entry.key.clone(), value),
            "original.url" => &mut original.url,
            "original.title" => &mut original.title,
            "original.page" => &mut original.page,
            "original.author_url" => &mut original.author_url,
            "original.archive_url" => &mut original.archive_url,
            "original.revision" => &mut original.revision,
            "original.language" => &mut original.language,
            key => return self.field(key, string, value),
        };
        match slot {
            None => *slot = Some(string),
            Some(known) if *known == string => {}
            Some(_) => self.second(key, value),
        }
    }

    /// Fills one of the fields that hold plain texts.
    fn field(&mut self, key: &str, string: String, value: &ExtraValue) {
        let known = match key {
            "kind" => ["translation", "summary", "original", "digest"].contains(&&*string).then_some("kind"),
            "extent" => ["full", "abridged", "excerpts", "gist"].contains(&&*string).then_some("extent"),
            _ => key_table::PLAIN.iter().find(|plain| **plain == key).copied(),
        };
        match known.filter(|_| !matches!(value, ExtraValue::Boolean(_))) {
            None => self.unknown(&self.entry.key.clone(), value),
            Some(field) => match self.text.fields.get(field) {
                None => drop(self.text.fields.insert(field, string)),
                Some(known) if *known == string => {}
                Some(_) => self.second(key, value),
            },
        }
    }

    /// Keeps a second value of a key under the other program's name.
    fn second(&mut self, key: &str, value: &ExtraValue) {
        self.note(NoteKind::UnknownKey, &format!("a second `{key}`"), value);
        self.text.extra.entry(self.entry.key.clone()).or_insert_with(|| value.clone());
    }

    /// Takes the first of a list where one text belongs.
    fn list_as_text(&mut self, key: &str, value: &ExtraValue) {
        match (value, strings(value).first()) {
            (ExtraValue::List(items), Some(first)) if items.len() == 1 => {
                self.put(key, &ExtraValue::Text(first.clone()));
            }
            _ => self.unknown(&self.entry.key.clone(), value),
        }
    }

    fn date(&mut self, key: &str, value: &ExtraValue) {
        let written = plain(value).unwrap_or_default();
        // Hugo writes a year 1 for no date.
        if written.starts_with("0001-01-01") {
            return;
        }
        let Some(read) = dates::read(&written, DayOrder::Unknown) else {
            self.note(NoteKind::UnknownKey, &format!("`{key}` that is no date"), value);
            self.text.extra.entry(self.entry.key.clone()).or_insert_with(|| value.clone());
            return;
        };
        if let Some(guess) = &read.guess {
            self.note(NoteKind::Guessed, &format!("`{key}`: {guess}"), value);
        }
        let slot = match key {
            "posted" => &mut self.text.posted,
            "updated" => &mut self.text.updated,
            "expires" => &mut self.text.expires,
            "original.date" => &mut self.text.original.date,
            _ => &mut self.text.date,
        };
        match slot {
            None => *slot = Some(read.date),
            Some(known) if *known == read.date => {}
            Some(_) => self.second(key, value),
        }
    }

    fn published(&mut self, value: &ExtraValue) {
        match truth(value) {
            Some(true) => {}
            Some(false) => self.text.publication = Publication::Draft,
            None => self.date("posted", value),
        }
    }

    fn status(&mut self, status: &str, value: &ExtraValue) {
        match &*status.trim().to_lowercase() {
            "publish" | "published" | "public" | "visible" | "done" => {}
            "draft" | "private" | "pending" | "hidden" | "wip" => self.text.publication = Publication::Draft,
            _ => self.unknown(&self.entry.key.clone(), value),
        }
    }

    fn people(&mut self, key: &str, value: &ExtraValue) {
        let role = match key {
            "translator" => CreditRole::Translator,
            "reviewer" => CreditRole::Reviewer,
            "editor" => CreditRole::Editor,
            "collector" => CreditRole::Collector,
            _ => CreditRole::Author,
        };
        for person in people(value) {
            let known = |credit: &&mut ImportedCredit| credit.role == role && credit.person.name == person.name;
            match self.text.credits.iter_mut().find(known) {
                Some(known) => known.person.url = known.person.url.take().or(person.url),
                None => self.text.credits.push(ImportedCredit { role, person }),
            }
        }
    }

    /// Adds sections. A list within a list is a path, and so is a text with `>`.
    fn sections(&mut self, value: &ExtraValue) {
        let items = match value {
            ExtraValue::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in items {
            let path: Vec<String> = match item {
                ExtraValue::List(steps) => steps.iter().flat_map(strings).collect(),
                one => plain(one).unwrap_or_default().split('>').map(|step| step.trim().to_owned()).collect(),
            };
            let path: Vec<String> = path.into_iter().filter(|step| !step.is_empty()).collect();
            if !path.is_empty() && !self.text.sections.contains(&path) {
                self.text.sections.push(path);
            }
        }
    }

    fn sources(&mut self, value: &ExtraValue) {
        if let ExtraValue::Table(table) = value {
            let word = |names: &[&str]| names.iter().find_map(|name| table.get(*name).and_then(plain));
            if let Some(url) = word(&["url", "link", "href"]).filter(|url| weburl::is_web(url)) {
                self.text.original.url.get_or_insert(url);
            }
            if let Some(name) = word(&["name", "title", "label"]) {
                self.text.sources.push(name);
            }
            return;
        }
        for source in strings(value) {
            if weburl::is_web(&source) {
                self.text.original.url.get_or_insert(source);
            } else if !self.text.sources.contains(&source) {
                self.text.sources.push(source);
            }
        }
    }

    /// Reads what a head says of the original: a table, its address or its title.
    fn original(&mut self, value: &ExtraValue) {
        match value {
            ExtraValue::Table(table) => {
                for (key, value) in table {
                    match key_table::of_original(&normalized_key(key)) {
                        Some("original.date") => self.date("original.date", value),
                        Some(ours) => self.put(ours, value),
                        None => self.unknown(&format!("original_{key}"), value),
                    }
                }
            }
            _ => match plain(value) {
                Some(url) if weburl::is_web(&url) => self.fill("original.url", url, value),
                Some(title) => self.fill("original.title", title, value),
                None => self.unknown(&self.entry.key.clone(), value),
            },
        }
    }
}

/// Returns whether one word is another with a letter too many, too few, wrong or moved.
fn is_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([x, y], [v, w]) => (x, y) == (w, v),
        (a, b) => a.len() <= 1 && b.len() <= 1,
    }
}

fn is_empty(value: &ExtraValue) -> bool {
    match value {
        ExtraValue::Text(text) => text.trim().is_empty(),
        ExtraValue::List(items) => items.iter().all(is_empty),
        ExtraValue::Table(table) => table.is_empty(),
        _ => false,
    }
}

/// A value as one text; lists joined by commas.
pub fn plain(value: &ExtraValue) -> Option<String> {
    match value {
        ExtraValue::Text(text) => Some(text.trim().to_owned()),
        ExtraValue::Integer(number) => Some(number.to_string()),
        ExtraValue::Float(number) => Some(number.to_string()),
        ExtraValue::Boolean(on) => Some(on.to_string()),
        ExtraValue::List(items) => Some(items.iter().filter_map(plain).collect::<Vec<_>>().join(", ")),
        ExtraValue::Table(_) => None,
    }
}

/// The texts of a value: one, or those of a list.
pub fn strings(value: &ExtraValue) -> Vec<String> {
    match value {
        ExtraValue::List(items) => items.iter().flat_map(strings).collect(),
        one => plain(one).filter(|text| !text.is_empty()).into_iter().collect(),
    }
}

/// Tags: those of a list, or the parts of a text between commas.
fn words(value: &ExtraValue) -> Vec<String> {
    let split = |text: String| -> Vec<String> {
        let parts = text.split([',', '，', '、', ';', '；']).map(|tag| tag.trim().trim_start_matches('#').trim());
        parts.filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
    };
    match value {
        ExtraValue::List(_) => strings(value),
        one => plain(one).map(split).unwrap_or_default(),
    }
}

/// Reads a truth as people write it.
pub fn truth(value: &ExtraValue) -> Option<bool> {
    match value {
        ExtraValue::Boolean(on) => Some(*on),
        ExtraValue::Integer(number @ (0 | 1)) => Some(*number == 1),
        ExtraValue::Text(text) => match &*text.trim().to_lowercase() {
            "true" | "yes" | "on" | "y" | "1" => Some(true),
            "false" | "no" | "off" | "n" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Reads people: texts, tables with a name, or lists of both.
pub fn people(value: &ExtraValue) -> Vec<ImportedPerson> {
    match value {
        ExtraValue::List(items) => items.iter().flat_map(people).collect(),
        ExtraValue::Table(table) => {
            let word = |names: &[&str]| {
                names.iter().find_map(|name| table.get(*name).and_then(plain).filter(|word| !word.is_empty()))
            };
            let name = word(&["name", "full_name", "fullname", "display_name", "title", "login"]);
            let url = word(&["url", "link", "website", "home", "uri", "github"]).filter(|url| weburl::is_web(url));
            let person = |name| ImportedPerson { name, family: word(&["family"]), role: word(&["role"]), url };
            name.map(person).into_iter().collect()
        }
        one => plain(one).map(|text| names::people(&text)).unwrap_or_default(),
    }
}

/// The address of a picture: a text, the first of a list, or that in a table.
fn picture(value: &ExtraValue) -> Option<String> {
    match value {
        ExtraValue::Text(text) => Some(text.trim().to_owned()),
        ExtraValue::List(items) => picture(items.first()?),
        ExtraValue::Table(table) => {
            let names = ["src", "url", "image", "path", "feature", "relative", "teaser"];
            names.iter().find_map(|name| match table.get(*name) {
                Some(ExtraValue::Text(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
                _ => None,
            })
        }
        _ => None,
    }
}

/// Returns the path of an address, with a slash at its start.
pub fn path_of(address: &str) -> Option<String> {
    let address = address.trim();
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => address.trim_start_matches('/'),
    };
    let path = path.split(['#', '?']).next()?;
    (!path.is_empty()).then(|| format!("/{path}"))
}

#[cfg(test)]
#[path = "fields/tests.rs"]
mod tests;
