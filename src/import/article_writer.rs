//! Writes the files of a site: front matter in TOML, and a body. It must not know where values come from.

use std::collections::BTreeMap;

use super::imported::{ExtraValue, ImportedOriginal, ImportedPerson};
use crate::base::date;
use crate::base::diag::{in_toml, key_in_toml};

/// Which kind of file a text becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    Article,
    Sibling,
    Page,
    /// The record of a term.
    Record,
}

/// The values of a file, in the words of front matter.
#[derive(Clone, Debug, Default)]
pub struct FileValues {
    pub title: String,
    pub date: Option<String>,
    pub posted: Option<String>,
    pub updated: Option<String>,
    pub expires: Option<String>,
    pub draft: bool,
    pub slug: Option<String>,
    pub sources: Vec<String>,
    pub translators: Vec<String>,
    pub sections: Vec<String>,
    pub tags: Vec<String>,
    pub authors: Vec<ImportedPerson>,
    pub editors: Vec<String>,
    pub reviewers: Vec<String>,
    pub summary: Option<String>,
    /// `kind`, `extent`, `genre`, `issue`, …
    pub fields: BTreeMap<&'static str, String>,
    pub aliases: Vec<String>,
    pub original: ImportedOriginal,
    pub rights: Option<String>,
    pub extra: BTreeMap<String, ExtraValue>,
    /// Keys that stand as they are, in the place of any others: from a file that Recto wrote itself.
    pub own: BTreeMap<String, ExtraValue>,
}

/// The keys of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordValues {
    pub label: String,
    pub family: Option<String>,
    pub url: Option<String>,
    pub aliases: Vec<String>,
}

/// Lines of front matter. Every value is on a line of its own, so that one that must go is one line.
#[derive(Debug, Default)]
struct HeadLines<'v> {
    text: String,
    /// Keys that stand elsewhere.
    own: Option<&'v BTreeMap<String, ExtraValue>>,
}

impl HeadLines<'_> {
    fn raw(&mut self, key: &str, value: &str) {
        if !self.own.is_some_and(|own| own.contains_key(key)) {
            self.text.push_str(&format!("{} = {value}\n", key_in_toml(key)));
        }
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value.map(one_line).filter(|value| !value.is_empty()) {
            self.raw(key, &in_toml(&value));
        }
    }

    /// A moment: a value of TOML's own if it is one, so that it reads as a date.
    fn date(&mut self, key: &str, value: Option<&str>) {
        let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else { return };
        let whole = value.len() == "2021-03-24".len() || value.len() >= "2021-03-24T00:00:00".len();
        match date::parse(value) {
            Ok(_) if whole => self.raw(key, value),
            _ => self.raw(key, &in_toml(value)),
        }
    }

    /// One name as a text, several as a list. A text that looks like several names is a list of one.
    fn names(&mut self, key: &str, names: &[String]) {
        let several = |name: &str| name.contains([',', '、', '，', ';', '；']) || name.contains(" and ");
        match names {
            [] => {}
            [name] if !several(name) => self.text(key, Some(name)),
            names => self.list(key, names),
        }
    }

    fn list(&mut self, key: &str, items: &[String]) {
        let items: Vec<String> = items.iter().map(|item| in_toml(&one_line(item))).collect();
        if !items.is_empty() {
            self.raw(key, &format!("[{}]", items.join(", ")));
        }
    }

    /// A list with a line for each item.
    fn long_list(&mut self, key: &str, items: &[String]) {
        match items {
            [] => {}
            [item] => self.raw(key, &format!("[{}]", in_toml(item))),
            items => {
                let lines: String = items.iter().map(|item| format!("  {},\n", in_toml(item))).collect();
                self.raw(key, &format!("[\n{lines}]"));
            }
        }
    }

    fn people(&mut self, key: &str, people: &[ImportedPerson]) {
        let people: Vec<String> = people.iter().map(person).collect();
        match &people[..] {
            [] => {}
            [one] => self.raw(key, one),
            all => self.raw(key, &format!("[{}]", all.join(", "))),
        }
    }

    fn table(&mut self, name: &str, lines: HeadLines) {
        if !lines.text.is_empty() && !self.own.is_some_and(|own| own.contains_key(name)) {
            self.text.push_str(&format!("\n[{name}]\n{}", lines.text));
        }
    }

    /// Keys as they are; tables come last, as they must.
    fn own_keys(&mut self, tables: bool) {
        for (key, value) in self.own.into_iter().flatten() {
            match value {
                ExtraValue::Table(entries) if tables => {
                    let mut lines = HeadLines::default();
                    entries.iter().for_each(|(key, value)| lines.raw(key, &extra_value(value)));
                    self.text.push_str(&format!("\n[{}]\n{}", key_in_toml(key), lines.text));
                }
                ExtraValue::Table(_) => {}
                value if !tables => self.text.push_str(&format!("{} = {}\n", key_in_toml(key), extra_value(value))),
                _ => {}
            }
        }
    }
}

/// A person as a name or, with more than that, as a table. A comma in a name would be read as an inverted name.
fn person(person: &ImportedPerson) -> String {
    let ImportedPerson { name, family, role, url } = person;
    let family = family.as_ref().filter(|family| name.contains(family.as_str()));
    if family.is_none() && role.is_none() && url.is_none() && !name.contains([',', '，']) {
        return in_toml(name);
    }
    let rest = [("family", family), ("role", role.as_ref()), ("url", url.as_ref())];
    let rest = rest.map(|(key, value)| value.map_or(String::new(), |value| format!(", {key} = {}", in_toml(value))));
    format!("{{ name = {}{} }}", in_toml(name), rest.concat())
}

/// Writes a text: its front matter and its body.
pub fn text_file(values: &FileValues, form: FileForm, body: &str) -> String {
    let mut head = HeadLines { own: (!values.own.is_empty()).then_some(&values.own), ..HeadLines::default() };
    head.text("title", Some(&values.title));
    head.own_keys(false);
    if form == FileForm::Article {
        article_keys(&mut head, values);
    }
    if form == FileForm::Sibling {
        head.names("translator", &values.translators);
        head.people("author", &values.authors);
        head.text("summary", values.summary.as_deref());
    }
    if form == FileForm::Page {
        head.text("summary", values.summary.as_deref());
        head.date("updated", values.updated.as_deref());
        if values.draft {
            head.raw("draft", "true");
        }
        head.long_list("aliases", &values.aliases);
    }
    if form != FileForm::Sibling {
        let mut extra = HeadLines::default();
        for (key, value) in &values.extra {
            extra.raw(key, &extra_value(value));
        }
        head.table("extra", extra);
    }
    head.own_keys(true);
    whole(&head, body)
}

fn article_keys<'v>(head: &mut HeadLines<'v>, values: &'v FileValues) {
    head.date("date", values.date.as_deref());
    head.date("posted", values.posted.as_deref());
    head.date("updated", values.updated.as_deref());
    head.date("expires", values.expires.as_deref());
    if values.draft {
        head.raw("draft", "true");
    }
    head.text("slug", values.slug.as_deref());
    head.names("source", &values.sources);
    head.names("translator", &values.translators);
    head.names("section", &values.sections);
    head.list("tags", &values.tags);
    for (key, value) in &values.fields {
        head.text(key, Some(value));
    }
    head.people("author", &values.authors);
    head.names("editor", &values.editors);
    head.names("reviewer", &values.reviewers);
    head.text("summary", values.summary.as_deref());
    head.long_list("aliases", &values.aliases);
    let mut original = HeadLines::default();
    original.text("lang", values.original.language.as_deref());
    original.text("title", values.original.title.as_deref());
    original.text("url", values.original.url.as_deref());
    original.text("archive_url", values.original.archive_url.as_deref());
    original.date("date", values.original.date.as_deref());
    original.text("page", values.original.page.as_deref());
    head.table("original", original);
    let mut rights = HeadLines::default();
    rights.text("translation", values.rights.as_deref());
    head.table("rights", rights);
}

/// Writes the record of a term.
pub fn record_file(values: &RecordValues) -> String {
    let mut head = HeadLines::default();
    head.text("label", Some(&values.label));
    head.text("family", values.family.as_deref());
    head.text("url", values.url.as_deref());
    head.list("aliases", &values.aliases);
    whole(&head, "")
}

fn whole(head: &HeadLines, body: &str) -> String {
    let body = body.trim_matches('\n').trim_end();
    match body {
        "" => format!("+++\n{}+++\n", head.text),
        body => format!("+++\n{}+++\n\n{body}\n", head.text),
    }
}

/// Joins the lines of a value, and makes all white space single spaces.
pub fn one_line(text: &str) -> String {
    // Spaces that do not break and those between Chinese or Japanese words are part of the text.
    let breaks = |c: char| matches!(c, ' ' | '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    text.trim().split(breaks).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn extra_value(value: &ExtraValue) -> String {
    match value {
        ExtraValue::Text(text) => in_toml(text),
        ExtraValue::Integer(number) => number.to_string(),
        ExtraValue::Float(number) if number.is_finite() => format!("{number:?}"),
        ExtraValue::Float(number) => in_toml(&number.to_string()),
        ExtraValue::Boolean(on) => on.to_string(),
        ExtraValue::List(items) => {
            let items: Vec<String> = items.iter().map(extra_value).collect();
            format!("[{}]", items.join(", "))
        }
        ExtraValue::Table(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{} = {}", key_in_toml(key), extra_value(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::doc;

    #[test]
    fn an_article_is_written() {
        let named = |name: &str, url: Option<&str>| ImportedPerson {
            name: name.into(),
            url: url.map(Into::into),
            ..ImportedPerson::default()
        };
        let values = FileValues {
            title: "Ministers \"meet\"\n in Tokyo".into(),
            date: Some("2021-03-24".into()),
            posted: Some("2021-03-25T09:00:00+09:00".into()),
            sources: vec!["Asahi, Mainichi".into()],
            translators: vec!["A. Person".into()],
            sections: vec!["International > Asia".into()],
            tags: vec!["Diplomacy".into(), "日本".into()],
            authors: vec![named("Ida Marram", None), named("Sae", Some("https://example.org/s"))],
            aliases: vec!["/a/".into(), "/b/".into()],
            original: ImportedOriginal { language: Some("ja".into()), ..ImportedOriginal::default() },
            extra: BTreeMap::from([
                ("a key".into(), ExtraValue::List(vec![ExtraValue::Integer(1), ExtraValue::Boolean(true)])),
                ("b".into(), ExtraValue::Table(BTreeMap::from([("x".into(), ExtraValue::Float(1.0))]))),
            ]),
            ..FileValues::default()
        };
        let expected = "+++\ntitle = \"Ministers \\\"meet\\\" in Tokyo\"\ndate = 2021-03-24\nposted = 2021-03-25T09:00:00+09:00\n\
            source = [\"Asahi, Mainichi\"]\ntranslator = \"A. Person\"\nsection = \"International > Asia\"\n\
            tags = [\"Diplomacy\", \"日本\"]\nauthor = [\"Ida Marram\", { name = \"Sae\", url = \"https://example.org/s\" }]\n\
            aliases = [\n  \"/a/\",\n  \"/b/\",\n]\n\n[original]\nlang = \"ja\"\n\n[extra]\n\"a key\" = [1, true]\nb = { x = 1.0 }\n+++\n\nBody.\n";
        let written = text_file(&values, FileForm::Article, "\n\nBody.\n\n");
        assert_eq!(written.replace("'", "\""), expected.replace("'", "\""));
        let head = written.split("+++\n").nth(1).unwrap();
        assert!(doc::parse_toml(head, 0).is_ok(), "{head}");
    }

    #[test]
    fn own_keys_stand_in_the_place_of_others() {
        let table = BTreeMap::from([("lang".to_owned(), ExtraValue::Text("ja".into()))]);
        let own = BTreeMap::from([
            ("original".to_owned(), ExtraValue::Table(table)),
            ("source".to_owned(), ExtraValue::Text("The Gazette".into())),
        ]);
        let values =
            FileValues { title: "A".into(), sources: vec!["x".into()], draft: true, own, ..FileValues::default() };
        let expected = "+++\ntitle = \"A\"\nsource = \"The Gazette\"\ndraft = true\n\n[original]\nlang = \"ja\"\n+++\n";
        assert_eq!(text_file(&values, FileForm::Article, ""), expected);
    }

    #[test]
    fn a_record_is_written() {
        let record = RecordValues { label: "Mei".into(), aliases: vec!["mei9".into()], ..RecordValues::default() };
        assert_eq!(record_file(&record), "+++\nlabel = \"Mei\"\naliases = [\"mei9\"]\n+++\n");
    }
}
