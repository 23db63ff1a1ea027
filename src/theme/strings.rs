//! Interface strings, from `i18n/LANG.toml` of the site, its theme and the built-in theme, along the language's chain
//! of fallbacks. It must not know templates.
//!
//! A string that depends on a number is a table of ICU plural categories. A nearer language wins over a nearer level:
//! for a Japanese site, a Japanese string of the built-in theme is better than an English string of the site.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::base::diag::{self, Diagnostics, Span, is_bidi_control, is_unprintable};
use crate::base::digest::Digest;
use crate::base::doc::{self, Value};
use crate::base::locale::{self, Locale};
use crate::base::problem;

/// The last fallback of every language.
const LAST: &str = "en";

/// A file of strings.
pub struct StringsFile {
    /// The path in messages.
    pub path: Arc<str>,
    /// 0 for the site, 1 for its theme, 2 for the built-in theme.
    pub level: usize,
    pub lang: String,
    pub text: String,
}

#[derive(Debug, Hash)]
enum Message {
    Plain(String),
    /// Texts by plural category.
    Plural(BTreeMap<String, String>),
}

/// The strings of a site's language.
pub struct Strings {
    messages: BTreeMap<String, Message>,
    /// Keys of strings that are missing in the language and all its fallbacks, sorted. They are printed in English.
    pub untranslated: Vec<String>,
    pub locale: Arc<Locale>,
    /// Keys that are in the site's files but in neither theme, with their places.
    pub own: Vec<(String, Span)>,
}

/// An argument of a string.
pub enum Arg<'a> {
    Text(&'a str),
    Number(i64),
}

impl Strings {
    /// Merges the files and appends problems.
    pub fn load(files: &[StringsFile], locale: Arc<Locale>, problems: &mut Diagnostics) -> Strings {
        let mut load = |chain: &[String]| {
            let mut messages = BTreeMap::new();
            // From the farthest to the nearest, so that the nearest wins.
            for lang in chain.iter().rev() {
                for level in (0..=2).rev() {
                    for file in files.iter().filter(|f| f.lang == *lang && f.level == level) {
                        read(file, &mut messages, problems);
                    }
                }
            }
            messages
        };
        let chain = locale::fallbacks(&locale.tag);
        let mut messages = load(&chain);
        let mut untranslated = Vec::new();
        if !chain.iter().any(|tag| tag == LAST) {
            for (key, message) in load(&[LAST.to_owned()]) {
                if let Entry::Vacant(place) = messages.entry(key) {
                    untranslated.push(place.key().clone());
                    place.insert(message);
                }
            }
        }
        let own = own(files, &chain);
        Strings { messages, untranslated, locale, own }
    }

    /// Returns the known key that is nearest to a key of the site.
    pub fn meant(&self, key: &str) -> Option<String> {
        let own = |known: &&str| self.own.iter().any(|(own, _)| own == known);
        diag::did_you_mean(key, self.messages.keys().map(String::as_str).filter(|known| !own(known)))
    }

    /// Returns a digest of all strings.
    pub fn digest(&self) -> Digest {
        Digest::of_value(&self.messages)
    }

    /// Returns whether there is a string with this key.
    pub fn contains(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }

    /// Returns the string of a key, with each `{name}` replaced by its argument. The argument `n` chooses the plural.
    pub fn get(&self, key: &str, args: &[(&str, Arg)]) -> Option<String> {
        let text = match self.messages.get(key)? {
            Message::Plain(text) => text,
            Message::Plural(forms) => {
                let n = args.iter().find_map(|(name, arg)| match arg {
                    Arg::Number(n) if *name == "n" => Some(*n),
                    _ => None,
                });
                let category = self.locale.plural(n.unwrap_or(0));
                forms.get(category).or_else(|| forms.get("other"))?
            }
        };
        if args.is_empty() || !text.contains('{') {
            return Some(text.clone());
        }
        Some(self.fill(text, args))
    }

    /// Iterates over the strings that do not depend on arguments.
    pub fn constant(&self) -> impl Iterator<Item = (&str, &str)> {
        self.messages.iter().filter_map(|(key, message)| match message {
            Message::Plain(text) => Some((key.as_str(), text.as_str())),
            Message::Plural(_) => None,
        })
    }

    /// Returns a string without arguments. If the string is missing, returns the key; loading the theme reports that.
    pub fn plain(&self, key: &str) -> String {
        self.get(key, &[]).unwrap_or_else(|| key.to_owned())
    }

    /// Returns a label and a value as the language joins them: `Correction: Ministers meet`.
    pub fn labelled(&self, label: &str, value: &str) -> String {
        let args = [("label", Arg::Text(label)), ("value", Arg::Text(value))];
        self.get("labelled", &args).unwrap_or_else(|| value.to_owned())
    }

    fn fill(&self, text: &str, args: &[(&str, Arg)]) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            out.push_str(before);
            let named = after.find('}').and_then(|close| {
                let (_, arg) = args.iter().find(|(name, _)| *name == &after[1..close])?;
                Some((close, arg))
            });
            match named {
                Some((close, Arg::Text(value))) => {
                    out.push_str(value);
                    rest = &after[close + 1..];
                }
                Some((close, Arg::Number(n))) => {
                    out.push_str(&self.locale.number(*n));
                    rest = &after[close + 1..];
                }
                None => {
                    out.push('{');
                    rest = &after[1..];
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// Lists the keys that are in the site's files but in neither theme.
fn own(files: &[StringsFile], chain: &[String]) -> Vec<(String, Span)> {
    let read = |file: &&StringsFile| file.lang == LAST || chain.contains(&file.lang);
    let entries = |file: &StringsFile| -> Vec<(String, Span)> {
        let entries = doc::parse_toml(&file.text, 0).unwrap_or_default();
        entries.into_iter().map(|e| (e.key.into_owned(), Span::new(&file.path, e.key_at))).collect()
    };
    let mut own: Vec<(String, Span)> = files.iter().filter(|f| f.level == 0).filter(read).flat_map(entries).collect();
    if !own.is_empty() {
        let known: BTreeSet<String> =
            files.iter().filter(|f| f.level > 0).filter(read).flat_map(entries).map(|(key, _)| key).collect();
        own.retain(|(key, _)| !known.contains(key));
    }
    own
}

fn read(file: &StringsFile, messages: &mut BTreeMap<String, Message>, problems: &mut Diagnostics) {
    let entries = match doc::parse_toml(&file.text, 0) {
        Ok(entries) => entries,
        Err(errors) => {
            let span = |e: &doc::SyntaxError| Span::new(&file.path, e.at.clone());
            problems.extend(errors.iter().map(|e| problem::syntax(span(e), "TOML", &e.message)));
            return;
        }
    };
    for entry in entries {
        let span = Span::new(&file.path, entry.node.at.clone());
        match entry.node.value {
            Value::String(text) => {
                judge(file, &entry.key, &text, &entry.node.at, problems);
                messages.insert(entry.key.into_owned(), Message::Plain(text.into_owned()));
            }
            Value::Table(forms) => {
                let mut plural = BTreeMap::new();
                for form in forms {
                    match form.node.value {
                        Value::String(text) => {
                            judge(file, &form.key, &text, &form.node.at, problems);
                            plural.insert(form.key.into_owned(), text.into_owned());
                        }
                        other => problems.push(problem::wrong_type(span.clone(), &form.key, "a string", other.kind())),
                    }
                }
                messages.insert(entry.key.into_owned(), Message::Plural(plural));
            }
            other => problems.push(problem::wrong_type(span, &entry.key, "a string or a plural table", other.kind())),
        }
    }
}

/// Reports characters that a page cannot contain, or that reorder text. They may come from an escape sequence.
fn judge(file: &StringsFile, key: &str, text: &str, at: &Range<usize>, problems: &mut Diagnostics) {
    if text.contains(is_bidi_control) {
        problems.push(problem::bidi_control(Span::new(&file.path, at.clone()), text));
    }
    if let Some(c) = text.chars().find(|c| is_unprintable(*c)) {
        let key: String = key.chars().filter(|c| !c.is_control() && !is_unprintable(*c)).collect();
        problems.push(problem::control_character(Span::new(&file.path, at.clone()), &format!("`{key}`"), c));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(lang: &str, files: &[(usize, &str, &str)]) -> Strings {
        let files: Vec<StringsFile> = files
            .iter()
            .map(|(level, lang, text)| StringsFile {
                path: "x".into(),
                level: *level,
                lang: (*lang).into(),
                text: (*text).into(),
            })
            .collect();
        let mut problems = Vec::new();
        let strings = Strings::load(&files, Arc::new(Locale::new(lang).unwrap()), &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        strings
    }

    #[test]
    fn plurals_and_fallbacks() {
        let en = (2, "en", "a = \"A\"\nb = \"B\"\n[n]\none = \"{n} article\"\nother = \"{n} articles\"");
        let site = strings("en", &[en, (0, "en", "b = \"site B\"")]);
        assert_eq!(site.get("n", &[("n", Arg::Number(1))]).unwrap(), "1 article");
        assert_eq!(site.get("n", &[("n", Arg::Number(1234))]).unwrap(), "1,234 articles");
        assert_eq!(site.plain("b"), "site B");
        let ja = strings("ja", &[en, (0, "en", "b = \"site B\""), (2, "ja", "b = \"び\"")]);
        assert_eq!((ja.plain("a"), ja.plain("b")), ("A".into(), "び".into()));
        assert_eq!(ja.get("n", &[("n", Arg::Number(2))]).unwrap(), "2 articles");
        assert_eq!(ja.untranslated, ["a", "n"]);
        assert!(site.untranslated.is_empty());
        let austrian = strings("de-AT", &[en, (2, "de", "a = \"Ä\""), (1, "de-AT", "b = \"B\"")]);
        assert_eq!(austrian.untranslated, ["n"]);
    }

    #[test]
    fn arguments_are_not_filled_twice() {
        let site = strings("en", &[(2, "en", "x = \"{a} and {b} and {c\"")]);
        let text = site.get("x", &[("a", Arg::Text("{b}")), ("b", Arg::Text("2"))]).unwrap();
        assert_eq!(text, "{b} and 2 and {c");
    }
}
