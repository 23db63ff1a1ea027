//! Suggests keys for unknown ones from other generators, languages, scripts or keyboards: for `headline`, the message
//! suggests `title`.
//!
//! Only messages use these suggestions. No value is ever read under another name.

use unicode_normalization::UnicodeNormalization;

use super::date;
use super::diag::{did_you_mean, nearest, quoted};
use super::doc::{KeyValue, Value};
pub use super::key_aliases::FileKind;
use super::key_aliases::FileKind::{Article, Glossary, Other, Page, Record, Sibling, Site};
use super::key_aliases::KeyMeaning::{self, Key, Words};
use super::key_aliases::ROWS;
use super::language;

impl FileKind {
    /// Returns the kind of a content file by its path. Siblings count as articles here; only their reader can tell
    /// them apart.
    pub fn of(file: &str) -> FileKind {
        let folder = file.strip_prefix("content/").and_then(|below| below.split_once('/')).map_or("", |(f, _)| f);
        match folder {
            "articles" => Article,
            "pages" => Page,
            "sections" | "sources" | "translators" | "tags" => Record,
            "glossary" => Glossary,
            _ => Other,
        }
    }

    /// Returns the first lines of a new file of this kind, in TOML.
    pub fn keys_to_start_with(self) -> &'static str {
        match self {
            Record => "label",
            Page | Sibling => "title",
            _ => "title, date, source, translator, section",
        }
    }

    /// Returns advice for a key that means nothing to Recto.
    pub fn of_your_own(self) -> Option<&'static str> {
        match self {
            Article => Some("write keys of your own in the table `extra`"),
            Record => Some(
                "use label, native, aliases, lang, country, url, order, description, family or team; write keys of your own in the table `extra`",
            ),
            Page => Some(
                "use title, summary, updated, draft, order or aliases; write keys of your own in the table `extra`",
            ),
            Sibling => Some("use title, author, translator or summary; a sibling takes the rest from its article"),
            Site | Glossary | Other => None,
        }
    }

    /// Returns the known keys of a table in such a file.
    pub fn keys(self, table: &str) -> &'static [&'static str] {
        let table = self.table(table);
        KEYS.iter().find(|(place, of, _)| *place == self && *of == table).map_or(&[], |(_, _, keys)| keys)
    }

    /// Returns the name under which a table is listed here: the tables of languages in a glossary have the same keys.
    fn table(self, table: &str) -> &str {
        if self == Glossary && table.matches('.').count() > 1 { OF_LANGUAGE } else { table }
    }
}

/// The table of a language in a glossary.
const OF_LANGUAGE: &str = "term.LANG.";

type TableKeys = (FileKind, &'static str, &'static [&'static str]);

/// The keys of tables that have required keys.
const KEYS: [TableKeys; 9] = [
    (
        Article,
        "",
        &[
            "title",
            "date",
            "source",
            "translator",
            "section",
            "tags",
            "summary",
            "posted",
            "updated",
            "expires",
            "draft",
            "slug",
            "aliases",
            "kind",
            "extent",
            "genre",
            "page",
            "time",
            "issue",
            "edition",
            "author",
            "dateline",
            "editor",
            "reviewer",
            "original",
            "rights",
            "corrections",
            "images",
            "extra",
        ],
    ),
    (Sibling, "", &["title", "author", "translator", "summary"]),
    (Page, "", &["title", "summary", "updated", "draft", "order", "aliases", "extra"]),
    (
        Site,
        "",
        &[
            "title",
            "base_url",
            "language",
            "timezone",
            "description",
            "rights",
            "theme",
            "permalinks",
            "pagination",
            "feeds",
            "corrections",
            "contact",
            "credits",
            "original",
            "topics",
            "redirects",
            "assets",
            "markdown",
            "search",
            "check",
            "static",
            "citations",
            "extra",
            "deploy",
        ],
    ),
    (Article, "corrections.", &["date", "kind", "note", "paragraph"]),
    (Article, "images.", &["src", "credit", "rights"]),
    (Glossary, "", &["term"]),
    (Glossary, "term.", &["note", "case"]),
    (Glossary, OF_LANGUAGE, &["preferred", "variants", "avoid"]),
];

/// Normalizes case, width, `_` and `-`, quotes and invisible characters of a key.
pub fn normalized_key(key: &str) -> String {
    let dropped = |c: &char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(*c, '_' | '-' | '.' | ':' | '#' | '*' | '@' | '$')
            || is_quote(*c)
            || matches!(*c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
    };
    key.nfkc().filter(|c| !dropped(c)).flat_map(char::to_lowercase).filter(|c| *c != '\u{307}').nfc().collect()
}

/// Returns whether `plain`, a normalized key, is the known key `key`.
fn is_plain(key: &str, plain: &str) -> bool {
    key.bytes().filter(|byte| *byte != b'_').eq(plain.bytes())
}

/// Returns whether a character is any kind of quote that keyboards and word processors produce.
pub fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '´' | '‘'..='‟' | '‹' | '›' | '«' | '»' | '「'..='』' | '〝'..='〟' | '＂' | '＇' | '｀' | '′' | '″')
}

/// Returns the equivalent of `entry` in a table. `known` are the table's keys.
pub fn meaning<'k>(
    place: FileKind,
    table: &str,
    entry: &KeyValue,
    known: &[&'k str],
) -> Option<(Option<&'k str>, Option<&'static str>)> {
    let word = normalized_key(&entry.key);
    if let Some(key) = known.iter().find(|key| is_plain(key, &word)) {
        return Some((Some(key), None));
    }
    if let Some(words) = of_value(place, table, &word, &entry.node.value) {
        return match words {
            Key(key) => known.iter().find(|k| **k == key).map(|key| (Some(*key), None)),
            Words(words) => Some((None, Some(words))),
        };
    }
    match row(place, table, &word)? {
        Key(key) => known.iter().find(|k| **k == key).map(|key| (Some(*key), None)),
        Words(words) => Some((None, Some(words))),
    }
}

fn row(place: FileKind, table: &str, word: &str) -> Option<KeyMeaning> {
    let table = place.table(table);
    // A migrated archive has such keys in every file, so skip most rows with a fast substring search.
    let glance = memchr::memmem::Finder::new(word);
    let is = |names: &str| glance.find(names.as_bytes()).is_some() && names.split_whitespace().any(|name| name == word);
    ROWS.iter().find(|(places, of, names, _)| places.contains(&place) && *of == table && is(names)).map(|row| row.3)
}

/// Returns the equivalent of a key whose meaning depends on its value.
fn of_value(place: FileKind, table: &str, word: &str, value: &Value) -> Option<KeyMeaning> {
    if !table.is_empty() || !matches!(place, Article | Page) {
        return None;
    }
    let text = match value {
        Value::String(text) | Value::Date(text) => text.trim().to_lowercase(),
        Value::Boolean(true) | Value::Integer(1) => "true".to_owned(),
        Value::Boolean(false) | Value::Integer(0) => "false".to_owned(),
        _ => String::new(),
    };
    let hidden = matches!(&*text, "false" | "no" | "off" | "draft" | "private" | "pending" | "hidden");
    match word {
        "published" | "publish" | "public" | "visible" if hidden => {
            Some(Words("write draft = true instead, which leaves the text out"))
        }
        "published" | "publish" | "public" | "visible" if date::parse(&text).is_ok() => Some(Key("posted")),
        "published" | "publish" | "public" | "visible" => {
            Some(Words("delete the line: everything is published unless it has draft = true"))
        }
        "status" | "poststatus" | "state" | "visibility" if hidden => {
            Some(Words("write draft = true instead, which leaves the text out"))
        }
        "status" | "poststatus" | "state" | "visibility" => {
            Some(Words("delete the line: everything is published unless it has draft = true"))
        }
        _ => None,
    }
}

/// Returns what to write instead of an unknown entry. `yaml` selects the language; `there` says whether a key is
/// already present.
pub fn help(
    place: FileKind,
    table: &str,
    entry: &KeyValue,
    known: &[&str],
    yaml: bool,
    there: impl Fn(&str) -> bool,
) -> Option<String> {
    match meaning(place, table, entry, known) {
        Some((Some(key), _)) if there(key) => Some(format!("delete this line: the file already has the key `{key}`")),
        Some((Some(key), _)) => Some(format!("write `{key}` instead of {}", quoted(&entry.key))),
        Some((None, words)) => words.map(|words| line(words, yaml)),
        None if place == Glossary && table == "term." => tag(&entry.key)
            .or_else(|| did_you_mean(&entry.key, known.iter().copied()))
            .or_else(|| Some("write a language as its BCP 47 tag, such as ja or zh-Hant".to_owned())),
        None => did_you_mean(&entry.key, known.iter().copied())
            .or_else(|| known.contains(&"extra").then(|| place.of_your_own()).flatten().map(str::to_owned))
            .or_else(|| {
                (place == Sibling && table.is_empty()).then(|| place.of_your_own()).flatten().map(str::to_owned)
            }),
    }
}

/// Returns the language tag that a key was probably meant as.
fn tag(key: &str) -> Option<String> {
    language::suggest(key).map(|tag| format!("write `{tag}` instead of {}", quoted(key)))
}

/// Converts a line of TOML to YAML if `yaml` is true.
pub fn line(toml: &str, yaml: bool) -> String {
    if yaml { toml.replace(" = ", ": ") } else { toml.to_owned() }
}

/// Returns the value that was probably meant where a boolean was expected.
pub fn truth(value: &Value) -> Option<bool> {
    let text = match value {
        Value::String(text) => text.trim().to_lowercase(),
        Value::Integer(number) => number.to_string(),
        _ => return None,
    };
    match &*text {
        "true" | "yes" | "y" | "on" | "1" | "ja" | "oui" | "si" | "sí" | "да" | "はい" | "是" => Some(true),
        "false" | "no" | "n" | "off" | "0" | "nein" | "non" | "нет" | "いいえ" | "否" => Some(false),
        _ => None,
    }
}

/// Returns the lines to write if a plain value is given instead of a table.
pub fn as_table(place: FileKind, key: &str, value: &Value, yaml: bool) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim(),
        _ => "",
    };
    let site = place == Site;
    let inner = match key {
        "original" if site => "publish",
        "original" if text.contains("://") || text.starts_with("www.") => "url",
        "original"
            if !text.is_empty() && text.len() <= 7 && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') =>
        {
            "lang"
        }
        "original" => "title",
        "rights" => "translation",
        "permalinks" => "article",
        "pagination" => "per_page",
        "feeds" | "citations" => "for",
        "corrections" if site => "page",
        "contact" => "report",
        "credits" => "translator",
        "topics" => "bar",
        "markdown" => "html",
        "search" => "enable",
        "redirects" => "as",
        "assets" => "names",
        "deploy" => return Some("write:\n[deploy.production]\nto = \"…\"".to_owned()),
        _ => return None,
    };
    let written = match value {
        Value::String(_) => serde_json::Value::from(text).to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        _ => "…".to_owned(),
    };
    Some(match (yaml, site) {
        (true, _) => format!("write:\n{key}:\n  {inner}: {written}"),
        (false, true) => format!("write:\n[{key}]\n{inner} = {written}"),
        (false, false) => format!("write below all other keys:\n[{key}]\n{inner} = {written}"),
    })
}

/// Returns whether an entry can only be meant as the missing key `missing`.
pub fn is_meant(place: FileKind, table: &str, entry: &KeyValue, missing: &str) -> bool {
    let known = place.keys(table);
    if known.contains(&&*entry.key) || entry.node.value == Value::Null {
        return false;
    }
    let word = normalized_key(&entry.key);
    if is_plain(missing, &word) {
        return true;
    }
    match meaning(place, table, entry, known) {
        Some((key, _)) => key == Some(missing),
        None => nearest(&entry.key, known.iter().copied()) == Some(missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::doc;

    fn is(place: FileKind, table: &str, key: &str, value: &str, known: &[&'static str]) -> String {
        let text = format!("{} = {value}", serde_json::Value::from(key));
        let entries = doc::parse_toml(&text, 0).unwrap();
        match meaning(place, table, &entries[0], known) {
            Some((Some(key), _)) => key.to_owned(),
            Some((None, Some(words))) => words.to_owned(),
            _ => String::new(),
        }
    }

    #[test]
    fn keys_of_elsewhere() {
        let article = Article.keys("");
        for (key, here) in [
            ("headline", "title"),
            ("Title", "title"),
            ("ＴＩＴＬＥ", "title"),
            ("“title”", "title"),
            ("題名", "title"),
            ("Titel", "title"),
            ("Título", "title"),
            ("标题", "title"),
            ("日付", "date"),
            ("翻訳者", "translator"),
            ("译者", "translator"),
            ("description", "summary"),
            ("excerpt", "summary"),
            ("Category", "section"),
            ("categories", "section"),
            ("authors", "author"),
            ("translators", "translator"),
            ("sources", "source"),
            ("tag", "tags"),
            ("keywords", "tags"),
            ("lastmod", "updated"),
            ("publishDate", "posted"),
            ("post-date", "posted"),
            ("expiryDate", "expires"),
            ("redirect_from", "aliases"),
            ("title\u{200B}", "title"),
            ("archive-url", ""),
        ] {
            let found = is(Article, "", key, "\"x\"", article);
            match here {
                "" => assert!(found.contains("archive_url"), "{key}: {found}"),
                here => assert_eq!(found, here, "{key}"),
            }
        }
    }

    #[test]
    fn values_of_elsewhere() {
        let article = Article.keys("");
        for (key, value, part) in [
            ("published", "false", "draft = true"),
            ("published", "true", "delete"),
            ("status", "\"draft\"", "draft = true"),
            ("layout", "\"post\"", "template"),
            ("weight", "1", "posted"),
            ("permalink", "\"/x\"", "aliases"),
            ("lang", "\"ja\"", "NAME.ja.md"),
            ("taxonomies", "{}", "section"),
        ] {
            let found = is(Article, "", key, value, article);
            assert!(found.contains(part), "{key}: {found}");
        }
        assert_eq!(is(Article, "", "published", "\"2021-03-24\"", article), "posted");
        assert_eq!(is(Article, "", "wholly_other", "1", article), "");
    }

    #[test]
    fn keys_of_records_pages_and_the_site() {
        let record = ["label", "native", "aliases", "lang", "country", "url", "order", "description", "extra"];
        for (key, here) in [
            ("name", "label"),
            ("title", "label"),
            ("weight", "order"),
            ("website", "url"),
            ("summary", "description"),
            ("名称", "label"),
        ] {
            assert_eq!(is(Record, "", key, "\"x\"", &record), here, "{key}");
        }
        for (key, here) in [
            ("baseURL", "base_url"),
            ("url", "base_url"),
            ("baseurl", "base_url"),
            ("languageCode", "language"),
            ("Base-Url", "base_url"),
        ] {
            assert_eq!(is(Site, "", key, "\"x\"", Site.keys("")), here, "{key}");
        }
        assert_eq!(is(Page, "", "description", "\"x\"", Page.keys("")), "summary");
        assert!(is(Sibling, "", "date", "2021-03-24", Sibling.keys("")).contains("article"));
    }

    /// A foreign name must not be a known key of the same table.
    #[test]
    fn the_table_means_one_thing() {
        for place in [Article, Sibling, Page, Record, Site] {
            let mut seen = std::collections::BTreeSet::new();
            for (places, table, names, here) in ROWS.iter().filter(|row| row.0.contains(&place)) {
                for name in names.split_whitespace() {
                    assert!(
                        matches!(here, Words(_)) || !place.keys(table).contains(&name) || places.len() > 1,
                        "{place:?} {name}"
                    );
                    let _ = seen.insert((table, normalized_key(name)));
                }
            }
            assert!(seen.len() > 20);
        }
    }

    #[test]
    fn what_is_missing_may_stand_under_another_name() {
        let meant = |key: &str, missing: &str| {
            let text = format!("{} = 1", serde_json::Value::from(key));
            is_meant(Article, "", &doc::parse_toml(&text, 0).unwrap()[0], missing)
        };
        assert!(
            meant("headline", "title")
                && meant("titel", "title")
                && meant("Title", "title")
                && meant("tittle", "title")
        );
        assert!(meant("sorce", "source") && meant("datum", "date"));
        assert!(!meant("dateline", "date") && !meant("headline", "date") && !meant("xyz", "title"));
    }
}
