//! The sources of a site: its templates and strings, its static files, its cards.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::discover::{Input, Inputs};
use super::disk::{self, DiskResult};
use super::pool::{self, Limit, Outcome, TIME_LIMIT};
use crate::archive::index::Parsed;
use crate::base::config::{self, Config};
use crate::base::diag::{self, Diagnostics, Severity, Span};
use crate::base::digest::Digest;
use crate::base::locale::Locale;
use crate::base::problem;
use crate::content::article::{self, Article, Sibling};
use crate::content::front_matter;
use crate::content::place::{Place, place};
use crate::content::record::{self, Page, Record};
use crate::outputs::statics::{self, StaticFile, StaticSource, Statics};
use crate::theme::strings::Strings;
use crate::theme::theme::{self as themes, TemplateFile, Theme};

/// The formatters of the site's language; English where ICU has none for it, which is said.
pub fn locale(config: &Config, problems: &mut Diagnostics) -> Locale {
    Locale::new(&config.language).unwrap_or_else(|why| {
        problems.push(problem::internal(Span::file(config::FILE), &why));
        Locale::new("en").expect("invariant: English is compiled in")
    })
}

/// Reads a file below the root as text; a failure is a problem.
pub fn read_text(root: &Path, file: &str, problems: &mut Diagnostics) -> Option<String> {
    let bytes = match disk::read(&root.join(file)) {
        Ok(bytes) => bytes,
        Err(error) => {
            problems.push(problem::unreadable(Span::file(file), &error.source.to_string()));
            return None;
        }
    };
    match front_matter::text(&file.into(), &bytes) {
        Ok(Cow::Owned(text)) => Some(text),
        // Nothing was changed but perhaps a byte order mark cut off: the bytes can be kept.
        Ok(Cow::Borrowed(text)) if text.len() == bytes.len() => String::from_utf8(bytes).ok(),
        Ok(Cow::Borrowed(text)) => Some(text.to_owned()),
        Err(found) => {
            problems.push(*found);
            None
        }
    }
}

/// Loads templates and strings in three levels. `None` where a template is wrong.
pub fn theme(root: &Path, config: &Config, inputs: &Inputs, problems: &mut Diagnostics) -> Option<Theme> {
    let name = &*config.theme.value;
    if name != themes::DEFAULT && !inputs.themes.iter().any(|t| t == name) {
        let known: Vec<&str> = inputs.themes.iter().map(String::as_str).chain([themes::DEFAULT]).collect();
        let at = Span::new(&config::FILE.into(), config.theme.at.clone());
        problems.push(problem::unknown_theme(at, name, &known));
    }
    let mut files = ThemeFiles::default();
    let default = format!("themes/{}/", themes::DEFAULT);
    for (path, bytes) in themes::built_in() {
        let overridden = inputs.default_theme.iter().any(|i| i.path == path);
        if !overridden
            && !path.starts_with("static/")
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            files.add(2, &default, path, themes::built_in_path(path).into(), text.to_owned(), problems);
        }
    }
    let own = format!("themes/{name}/");
    let site = inputs.templates.iter().map(|i| (0, "", format!("templates/{}", i.path), i));
    let site = site.chain(inputs.strings.iter().map(|i| (0, "", format!("i18n/{}", i.path), i)));
    let themed = inputs.theme.iter().map(|i| (1, own.as_str(), i.path.clone(), i));
    let ejected = inputs.default_theme.iter().map(|i| (2, default.as_str(), i.path.clone(), i));
    for (level, prefix, below, input) in site.chain(themed).chain(ejected) {
        if !below.starts_with("static/")
            && let Some(text) = read_text(root, &input.file, problems)
        {
            files.add(level, prefix, &below, input.file.clone(), text, problems);
        }
    }
    let locale = Arc::new(locale(config, problems));
    let strings = Strings::load(&files.strings, locale, problems);
    Theme::load(name, files.templates, strings, problems)
}

#[derive(Default)]
struct ThemeFiles {
    templates: Vec<TemplateFile>,
    strings: Vec<crate::theme::strings::StringsFile>,
}

impl ThemeFiles {
    /// Takes a file by its path below the theme's folder. `level` is 0 for the site's own, 2 for the built-in theme's.
    fn add(
        &mut self,
        level: usize,
        prefix: &str,
        below: &str,
        path: Arc<str>,
        text: String,
        problems: &mut Diagnostics,
    ) {
        let extension = crate::base::path::extension(below).unwrap_or_default();
        if below == "theme.toml" {
            themes::check_manifest(&path, &text, problems);
        } else if let Some(template) = below.strip_prefix("templates/") {
            if matches!(extension.as_str(), "html" | "htm" | "xml" | "svg" | "txt") {
                self.templates.push(TemplateFile { name: format!("{prefix}{template}"), path, text });
            } else {
                let help = "templates are .html, .xml, .svg or .txt files; other files belong into static/";
                problems.push(problem::stray_file(Span::file(path), "it is no template", help));
            }
        } else if below.starts_with("i18n/") {
            match themes::strings_file(level, &path, below, text) {
                Some(file) => self.strings.push(file),
                None => {
                    let help = "files of strings are i18n/LANG.toml, such as i18n/en.toml";
                    problems.push(problem::stray_file(Span::file(path), "its name is no language", help));
                }
            }
        }
    }
}

/// Static files in three levels: the site's, the theme's, the built-in theme's; the first of a name wins.
pub fn statics(root: &Path, config: &Config, inputs: &Inputs) -> DiskResult<Statics> {
    let mut files: BTreeMap<String, StaticFile> = BTreeMap::new();
    let mut add = |name: &str, source: StaticSource, of_theme: bool| {
        let path = name.to_owned();
        let file = files.entry(path.clone()).or_insert(StaticFile { name: path.clone(), path, source, of_theme });
        // The site's own file of a theme's name stands where templates look for the theme's.
        file.of_theme |= of_theme;
    };
    for input in &inputs.statics {
        add(&input.path, StaticSource::File(input.file.clone()), false);
    }
    for input in inputs.theme.iter().chain(&inputs.default_theme) {
        if let Some(name) = input.path.strip_prefix("static/") {
            add(name, StaticSource::File(input.file.clone()), true);
        }
    }
    for (path, bytes) in themes::built_in() {
        if let Some(name) = path.strip_prefix("static/") {
            add(name, StaticSource::BuiltIn(bytes), true);
        }
    }
    let mut statics = Statics { files: files.into_values().collect(), digests: BTreeMap::new() };
    if config.hashed_assets {
        for file in statics.files.iter_mut().filter(|f| f.of_theme) {
            let digest = match &file.source {
                StaticSource::File(path) => Digest::of(&disk::read(&root.join(&**path))?),
                StaticSource::BuiltIn(bytes) => Digest::of(bytes),
            };
            file.path = statics::hashed(&file.name, &digest.short());
        }
        for input in inputs.content.iter().filter(|i| place(&i.path) == Place::Asset) {
            let digest = Digest::of(&disk::read(&root.join(&*input.file))?);
            statics.digests.insert(input.path.nfc().collect::<String>().into(), digest.short());
        }
    }
    Ok(statics)
}

enum Card {
    Article(Article),
    Sibling(Sibling),
    Record(Record),
    Page(Page),
    /// A draft that has not yet all that an article needs.
    Unfinished(String),
    /// A text that could not be read, of the article of this id: no error if that is a draft.
    Unread(String),
    Nothing,
}

/// How content is parsed.
pub struct Parsing {
    pub root: std::path::PathBuf,
    /// Whether drafts are published: only then must they be finished.
    pub drafts: bool,
    pub threads: usize,
}

/// Parses every content file, in parallel; what one of them gets wrong hides nothing of the others.
pub fn parse(parsing: Parsing, config: &Arc<Config>, inputs: Vec<Input>, problems: &mut Diagnostics) -> Parsed {
    let mut parsed = Parsed::default();
    let (assets, texts): (Vec<Input>, Vec<Input>) = inputs.into_iter().partition(|i| place(&i.path) == Place::Asset);
    parsed.assets = assets.into_iter().map(|i| (i.path.nfc().collect::<String>().into(), i.file)).collect();
    let texts: Arc<[Input]> = texts.into();
    let (config, files, threads) = (config.clone(), texts.clone(), parsing.threads);
    let drafts = parsing.drafts;
    let mut unread = Vec::new();
    let work = move |at: usize| parse_one(&parsing, &config, &files[at]);
    for (at, outcome) in pool::run(texts.len(), threads, Limit::ALL, work).into_iter().enumerate() {
        let span = || Span::file(texts[at].file.clone());
        match outcome {
            Outcome::Done((Card::Unread(article), found)) => unread.push((article, found)),
            Outcome::Done((card, found)) => {
                problems.extend(found);
                match card {
                    Card::Article(card) => parsed.articles.push(card),
                    Card::Sibling(card) => parsed.siblings.push(card),
                    Card::Record(card) => parsed.records.push(card),
                    Card::Page(card) => parsed.pages.push(card),
                    Card::Unfinished(id) => parsed.unfinished.push(id.into()),
                    Card::Nothing | Card::Unread(_) => {}
                }
            }
            Outcome::Panicked(why) => problems.push(problem::internal(span(), &why)),
            Outcome::TooSlow => problems.push(problem::too_slow(span(), TIME_LIMIT.as_secs())),
        }
    }
    for (article, mut found) in unread {
        let draft = parsed.unfinished.iter().any(|id| **id == *article)
            || parsed.articles.iter().any(|card| card.draft && *card.id == *article);
        if draft && !drafts {
            found.iter_mut().for_each(|problem| problem.severity = Severity::Warning);
        }
        problems.extend(found);
    }
    parsed
}

fn parse_one(parsing: &Parsing, config: &Config, input: &Input) -> (Card, Diagnostics) {
    let mut problems = Diagnostics::new();
    let kind = place(&input.path);
    if kind == Place::Stray {
        let at = Span::file(input.file.clone());
        let help = "articles are content/articles/**.md, standalone pages content/pages/**.md";
        return (Card::Nothing, vec![problem::stray_file(at, "no Markdown belongs there, or not by that name", help)]);
    }
    let Some(text) = read_text(&parsing.root, &input.file, &mut problems) else { return (Card::Nothing, problems) };
    let (card, mut found) = match kind {
        Place::Article { id } => {
            let (card, found) = article::read(&input.file, &id, &text, config);
            return finished(card.map(Card::Article), found, &id, parsing, &input.file, &text);
        }
        Place::Sibling { article, lang } => {
            let (card, mut found) = article::read_sibling(&input.file, &article, &lang, &text);
            if card.is_none() {
                or_said(None, &input.file, &mut found);
                return (Card::Unread(article), found);
            }
            (card.map(Card::Sibling), found)
        }
        Place::Record { kind, id } => {
            let (card, found) = record::read(&input.file, kind, &id, &text);
            (card.map(Card::Record), found)
        }
        Place::Page { path } => {
            let (card, found) = record::read_page(&input.file, &path, &text, config);
            (card.map(Card::Page), found)
        }
        Place::Asset | Place::Stray => (Some(Card::Nothing), problems),
    };
    (or_said(card, &input.file, &mut found), found)
}

/// An article that cannot be read is an error, unless it is a draft that nobody asked for: its writer is not done yet.
fn finished(
    card: Option<Card>,
    mut found: Diagnostics,
    id: &str,
    parsing: &Parsing,
    file: &Arc<str>,
    text: &str,
) -> (Card, Diagnostics) {
    let wrong = card.is_none() || diag::count_errors(&found, false) > 0;
    if wrong && !parsing.drafts && article::is_draft(file, text) {
        found.iter_mut().for_each(|problem| problem.severity = Severity::Warning);
        return (card.unwrap_or_else(|| Card::Unfinished(id.to_owned())), found);
    }
    (or_said(card, file, &mut found), found)
}

/// No card without a reason: a silent skip would be the worst of errors.
fn or_said(card: Option<Card>, file: &Arc<str>, found: &mut Diagnostics) -> Card {
    if card.is_none() && diag::count_errors(found, false) == 0 {
        found.push(problem::internal(Span::file(file.clone()), "the file made no card, and nothing says why"));
    }
    card.unwrap_or(Card::Nothing)
}
