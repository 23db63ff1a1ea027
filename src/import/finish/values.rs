//! The values of an article's front matter: what the source says, what the map and the site say for it, and what can be
//! guessed. Everything that is guessed or missing gets a note. It must not know links or paths.

use super::counts::{ImportCounts, ValueOrigin};
use super::groups::{TextGroup, is_translation};
use super::languages::is_same;
use super::people::PeopleIndex;
use super::settings::{FinishSettings, NO_SECTION, UNKNOWN};
use super::terms;
use crate::base::date;
use crate::base::diag::{is_bidi_control, is_unprintable};
use crate::base::limits::{TITLE_BYTES, VALUE_BYTES};
use crate::base::weburl;
use crate::import::article_writer::{FileValues, one_line};
use crate::import::imported::{CreditRole, ExtraValue, ImportedPerson, ImportedText, Publication, TextRole};
use crate::import::notes::{Note, NoteKind, Notes};

/// Makes values, and keeps notes and counts of them.
pub struct ValueMaker<'a> {
    pub settings: &'a FinishSettings<'a>,
    pub people: &'a PeopleIndex,
    /// The name of the old site, which printed what names no other source.
    pub site_title: Option<&'a str>,
    /// The language in which the source says that its texts are, unless they say another.
    pub source_language: Option<String>,
    pub notes: Notes,
    pub counts: ImportCounts,
}

/// The texts of a group that say something of an article.
pub struct TextFamily<'t> {
    pub text: &'t ImportedText,
    pub group: &'t TextGroup,
    /// The original beside it, and its language.
    pub original: Option<(&'t ImportedText, &'t str)>,
    /// The language of the text.
    pub language: &'t str,
}

impl ValueMaker<'_> {
    pub fn note(&mut self, kind: NoteKind, subject: &str, text: &ImportedText, value: &str) {
        let value = one_line(value);
        self.notes.add(Note::new(kind, subject, &text.from, &value[..value.floor_char_boundary(200)]));
    }

    /// Makes the values of an article.
    pub fn article(&mut self, family: &TextFamily) -> FileValues {
        let text = family.text;
        let mut values = FileValues { title: self.title(text), ..FileValues::default() };
        let named = !text.title.trim().is_empty();
        self.counts.count("title", if named { ValueOrigin::Source } else { ValueOrigin::Guess });
        self.dates(family, &mut values);
        self.people(text, &mut values);
        self.original(family, &mut values);
        values.fields = text.fields.iter().map(|(key, value)| (*key, clean(value))).collect();
        self.kind(family, &mut values);
        self.source(family, &mut values);
        self.section(text, &mut values);
        values.tags = terms::names(&text.tags);
        self.counts.count_if("tags", !values.tags.is_empty());
        values.summary = text.summary.as_deref().map(clean).filter(|summary| summary.len() <= VALUE_BYTES);
        self.counts.count_if("summary", values.summary.is_some());
        values.rights = text.rights.as_deref().map(clean).filter(|rights| !weburl::looks_secret(rights));
        self.counts.count_if("rights", values.rights.is_some());
        values.draft |= text.publication == Publication::Draft;
        self.extra(text, &mut values);
        values
    }

    /// Makes the values of a text that an export by Recto wrote: nothing of it is guessed.
    pub fn own(&mut self, text: &ImportedText) -> FileValues {
        let mut values = FileValues { title: self.title(text), ..FileValues::default() };
        values.summary.clone_from(&text.summary);
        if let Some(own) = &text.own {
            values.own.clone_from(&own.keys);
            if own.is_sibling {
                return values;
            }
        }
        (values.date, values.posted) = (text.date.clone(), text.posted.clone());
        (values.updated, values.expires) = (text.updated.clone(), text.expires.clone());
        values.draft = text.publication == Publication::Draft;
        values.tags.clone_from(&text.tags);
        values
    }

    /// Makes the values of a text beside an article.
    pub fn sibling(&mut self, text: &ImportedText) -> FileValues {
        if text.own.is_some() {
            return self.own(text);
        }
        let mut values = FileValues { title: self.title(text), ..FileValues::default() };
        self.people(text, &mut values);
        values.summary = text.summary.as_deref().map(clean).filter(|summary| summary.len() <= VALUE_BYTES);
        values
    }

    /// Makes the values of a standalone page.
    pub fn page(&mut self, text: &ImportedText) -> FileValues {
        let mut values = FileValues { title: self.title(text), ..FileValues::default() };
        values.summary = text.summary.as_deref().map(clean).filter(|summary| summary.len() <= VALUE_BYTES);
        values.updated = text.updated.clone().filter(|written| date::parse(written).is_ok());
        self.extra(text, &mut values);
        values
    }

    fn title(&mut self, text: &ImportedText) -> String {
        let title = clean(&text.title);
        if !title.is_empty() {
            return title[..title.floor_char_boundary(TITLE_BYTES.min(title.len()))].to_owned();
        }
        let name = text.slug.as_deref().unwrap_or_else(|| text.from.rsplit('/').next().unwrap_or_default());
        let words = name.split('.').next().unwrap_or(name).replace(['-', '_'], " ");
        let title = if words.trim().is_empty() { "Untitled".to_owned() } else { clean(&words) };
        self.note(NoteKind::Guessed, "`title`, from the name of the file", text, &title);
        title
    }

    /// The day on which the source printed it, and the time at which the translation was posted.
    fn dates(&mut self, family: &TextFamily, values: &mut FileValues) {
        let text = family.text;
        let mut good = |key: &str, written: &Option<String>| {
            let written = written.as_deref().map(str::trim).filter(|written| !written.is_empty())?;
            if date::parse(written).is_ok() {
                return Some(written.to_owned());
            }
            self.note(NoteKind::LeftOut, &format!("`{key}`, which is no date"), text, written);
            None
        };
        let date = good("date", &text.date);
        let (posted, updated) = (good("posted", &text.posted), good("updated", &text.updated));
        let original = good("original.date", &text.original.date);
        values.expires = good("expires", &text.expires);
        let has_time = |written: &&String| written.len() > "2021-03-24".len();
        values.posted = posted.clone().or_else(|| date.clone().filter(|date| has_time(&date)));
        values.updated = updated.clone();
        let sources = [("posted", &posted), ("updated", &updated)];
        let day = match (&original, &date) {
            (Some(day), _) | (None, Some(day)) => {
                self.counts.count("date", ValueOrigin::Source);
                Some(day.clone())
            }
            (None, None) => {
                let found = sources.into_iter().find_map(|(key, written)| Some((key, written.clone()?)));
                match &found {
                    Some((key, day)) => {
                        self.counts.count("date", ValueOrigin::Guess);
                        self.note(NoteKind::Guessed, &format!("`date`, from `{key}`"), text, day);
                    }
                    None => {
                        self.counts.count("date", ValueOrigin::Nowhere);
                        self.note(NoteKind::Missing, "`date`; the article is a draft until it has one", text, "");
                        values.draft = true;
                    }
                }
                found.map(|(_, day)| day)
            }
        };
        // A translation that was dated when it was posted, of an original with a date of its own.
        if values.posted.is_none() && original.is_some() {
            values.posted = date.filter(|date| Some(date) != original.as_ref());
        }
        values.date = day.map(|day| date::parse(&day).map_or(day, |date| date.day().to_string()));
        self.counts.count_if("posted", values.posted.is_some());
    }

    fn people(&mut self, text: &ImportedText, values: &mut FileValues) {
        for credit in &text.credits {
            let Some(person) = self.people.named(&credit.person, self.settings.map) else { continue };
            let person = ImportedPerson { role: person.role.as_deref().map(clean), ..person };
            let names = match credit.role {
                CreditRole::Author => {
                    if !values.authors.iter().any(|known| known.name == person.name) {
                        values.authors.push(person);
                    }
                    continue;
                }
                CreditRole::Translator => &mut values.translators,
                CreditRole::Reviewer => &mut values.reviewers,
                CreditRole::Editor => &mut values.editors,
                CreditRole::Collector => {
                    let list =
                        values.extra.entry("collector".to_owned()).or_insert_with(|| ExtraValue::List(Vec::new()));
                    if let ExtraValue::List(names) = list {
                        names.push(ExtraValue::Text(person.name));
                    }
                    continue;
                }
            };
            if !names.contains(&person.name) {
                names.push(person.name);
            }
        }
    }

    fn original(&mut self, family: &TextFamily, values: &mut FileValues) {
        let text = family.text;
        let mut original = text.original.clone();
        if let Some((beside, language)) = family.original {
            original.language = Some(language.to_owned());
            original.url = original.url.or_else(|| beside.original.url.clone());
        }
        let address = |url: &String| weburl::is_web(url) && !weburl::looks_secret(url) && url.len() <= VALUE_BYTES;
        for (key, url) in [("original.url", &mut original.url), ("original.archive_url", &mut original.archive_url)] {
            *url = url.take().map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
            if let Some(bad) = url.take_if(|url| !address(url)) {
                self.note(NoteKind::LeftOut, &format!("`{key}`, which is no address"), text, &bad);
            }
        }
        if original.language.as_deref().is_some_and(|tag| is_same(tag, &self.settings.config.language)) {
            // A translation of a text in its own language is none; the source means something else.
            let only = original.language.take().unwrap_or_default();
            if is_translation(text, family.group) && text.role != TextRole::Original {
                self.note(NoteKind::LeftOut, "`original.lang`, which is the site's own", text, &only);
            }
        }
        original.date = original.date.filter(|written| date::parse(written).is_ok());
        original.title = original.title.as_deref().map(clean).filter(|title| title.len() <= VALUE_BYTES);
        self.counts.count_if("original.url", original.url.is_some());
        self.counts.count_if("original.lang", original.language.is_some());
        for (key, value) in
            [("original_author_url", original.author_url.take()), ("original_revision", original.revision.take())]
        {
            if let Some(value) = value {
                values.extra.insert(key.to_owned(), ExtraValue::Text(value));
            }
        }
        values.original = original;
    }

    /// Who made the text: a translator, or the author alone.
    fn kind(&mut self, family: &TextFamily, values: &mut FileValues) {
        let text = family.text;
        let said = values.fields.get("kind").cloned();
        let map = self.settings.map;
        let default = map.default_of("translator").map(str::to_owned);
        let of_site = self.settings.chosen_default("translator").map(str::to_owned);
        if said.as_deref() == Some("original") {
            values.translators.clear();
            return;
        }
        if !values.translators.is_empty() {
            self.counts.count("translator", ValueOrigin::Source);
            return;
        }
        // Of several languages of one text, that of the old site is the first.
        let foreign = self.source_language.as_deref().is_some_and(|tag| !is_same(tag, family.language));
        let evident =
            said.is_some() || is_translation(text, family.group) || (foreign && !family.group.beside.is_empty());
        if let Some(name) = default {
            self.counts.count("translator", ValueOrigin::Default);
            values.translators.push(name);
        } else if of_site.is_some() {
            self.counts.count("translator", ValueOrigin::Default);
        } else if !evident {
            values.fields.insert("kind", "original".to_owned());
            self.counts.count("translator", ValueOrigin::Guess);
            self.note(
                NoteKind::Guessed,
                "`kind = \"original\"`, because nothing says that it is a translation",
                text,
                "",
            );
        } else {
            self.counts.count("translator", ValueOrigin::Nowhere);
            let default = self.settings.site_default("translator").unwrap_or(UNKNOWN);
            self.note(NoteKind::Missing, &format!("`translator`; it is \"{default}\" now"), text, "");
            if self.settings.site_default("translator").is_none() {
                values.translators.push(UNKNOWN.to_owned());
            }
        }
    }

    fn source(&mut self, family: &TextFamily, values: &mut FileValues) {
        let text = family.text;
        values.sources = terms::names(&text.sources);
        if !values.sources.is_empty() {
            return self.counts.count("source", ValueOrigin::Source);
        }
        let settings = self.settings;
        if let Some(name) = settings.map.default_of("source") {
            values.sources.push(name.to_owned());
            return self.counts.count("source", ValueOrigin::Default);
        }
        if settings.chosen_default("source").is_some() {
            return self.counts.count("source", ValueOrigin::Default);
        }
        let host = values.original.url.as_deref().and_then(terms::host);
        if let Some(host) = host {
            self.counts.count("source", ValueOrigin::Guess);
            self.note(NoteKind::Guessed, "`source`, from the address of the original", text, &host);
            values.sources.push(host);
            return;
        }
        if values.fields.get("kind").is_some_and(|kind| kind == "original") {
            self.counts.count("source", ValueOrigin::Guess);
        } else {
            self.counts.count("source", ValueOrigin::Nowhere);
            let default = settings.site_default("source").or(self.site_title).unwrap_or(&settings.config.title);
            self.note(NoteKind::Missing, &format!("`source`; it is \"{default}\" now"), text, "");
        }
        if settings.site_default("source").is_none() {
            let title = self.site_title.unwrap_or(&settings.config.title);
            values.sources.extend(terms::names(&[title.to_owned(), UNKNOWN.to_owned()]).into_iter().take(1));
        }
    }

    fn section(&mut self, text: &ImportedText, values: &mut FileValues) {
        values.sections = terms::sections(&text.sections, self.settings.map);
        if !values.sections.is_empty() {
            return self.counts.count("section", ValueOrigin::Source);
        }
        if let Some(path) = self.settings.map.default_of("section") {
            values.sections.push(path.to_owned());
            return self.counts.count("section", ValueOrigin::Default);
        }
        if self.settings.chosen_default("section").is_some() {
            return self.counts.count("section", ValueOrigin::Default);
        }
        self.counts.count("section", ValueOrigin::Nowhere);
        let default = self.settings.site_default("section").unwrap_or(NO_SECTION);
        self.note(NoteKind::Missing, &format!("`section`; it is \"{default}\" now"), text, "");
        if self.settings.site_default("section").is_none() {
            values.sections.push(NO_SECTION.to_owned());
        }
    }

    fn extra(&mut self, text: &ImportedText, values: &mut FileValues) {
        for (key, value) in &text.extra {
            values.extra.entry(clean(key)).or_insert_with(|| cleaned(value));
        }
        if let Some(cover) = &text.cover {
            values.extra.insert("cover".to_owned(), ExtraValue::Text(cover.clone()));
        }
    }

    /// Counts the credits of an article in the report.
    pub fn count_credits(&mut self, values: &FileValues) {
        self.counts.count_if("author", !values.authors.is_empty());
        self.counts.count_if("reviewer", !values.reviewers.is_empty());
        self.counts.count_if("editor", !values.editors.is_empty());
    }
}

/// Takes out characters that no text of a site may have, and joins lines.
pub fn clean(text: &str) -> String {
    one_line(&printable(text))
}

fn printable(text: &str) -> String {
    text.chars().filter(|c| !is_bidi_control(*c) && (!is_unprintable(*c) || c.is_whitespace())).collect()
}

/// Takes such characters out of a body, and returns how many there were.
pub fn clean_body(body: String) -> (String, usize) {
    let bad = |c: char| is_bidi_control(c) || is_unprintable(c) || c == '\r';
    match body.chars().filter(|c| bad(*c)).count() {
        0 => (body, 0),
        count => (body.chars().filter(|c| !bad(*c)).collect(), count),
    }
}

fn cleaned(value: &ExtraValue) -> ExtraValue {
    match value {
        ExtraValue::Text(text) => ExtraValue::Text(printable(text)),
        ExtraValue::List(items) => ExtraValue::List(items.iter().map(cleaned).collect()),
        ExtraValue::Table(entries) => {
            ExtraValue::Table(entries.iter().map(|(key, value)| (clean(key), cleaned(value))).collect())
        }
        other => other.clone(),
    }
}
