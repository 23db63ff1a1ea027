//! The card of an article: what *other* pages may show of it, and nothing else. It must not know the archive.
//!
//! A card is made from one file. Only the archive knows which terms its names mean, which sibling is its original and
//! where its links lead. [`super::details`] reads the rest of the front matter, for the article's own page.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

pub use super::article_kind::{ArticleKind, Extent};
use super::cited::CitedDetails;
use super::content_path::{self, TermKind};
use super::correction::Correction;
use super::doubtful_values;
use super::extract::{Extract, Link};
use super::front_matter::{self, SplitFile};
use super::markdown::{self, LinkReference, LinkUse};
use super::original_url;
use super::person;
use super::search::text_terms::TextTerms;
use super::searchable;
use super::series::{self, SeriesPart};
use super::slugs_and_aliases;
use crate::base::config::{Config, Layout, Publish, RawHtml};
use crate::base::date::{self, Day, Instant, WrittenDate};
use crate::base::diag::{Diagnostics, Span};
use crate::base::letter_case::CaseMapping;
use crate::base::reader::{Reader, Spanned};
use crate::base::{limits, path, problem};

/// The number of words in an excerpt taken from the body, as is common in indexes of press archives.
pub const EXCERPT_WORDS: usize = 60;

/// A link or image in a body that refers to another content file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContentRef {
    /// The decoded path below `content/` without fragment: `articles/2021/other.md`, `articles/2021/map.svg`.
    pub target: Box<str>,
    pub fragment: Option<Box<str>>,
    /// The destination as written.
    pub dest: Box<str>,
    pub at: Range<usize>,
    /// Whether it shows the file as a picture, as opposed to linking it.
    pub image: bool,
    /// Whether it shows the file unchanged.
    pub media: bool,
}

/// Names of terms as written, with their places.
pub type TermNames = Box<[Spanned<Box<str>>]>;

/// The card of an article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The path below `content/articles` without the extension, in NFC.
    pub id: Box<str>,
    /// The path of the file below the site's root, as the file system spells it.
    #[serde(skip)]
    pub file: Arc<str>,
    pub title: Box<str>,
    /// The place of the title, for problems of the article as a whole.
    pub title_at: Range<usize>,
    /// The civil day as printed by the source.
    #[serde(with = "date::day_as_numbers")]
    pub date: Day,
    #[serde(with = "date::instant_as_number")]
    pub posted: Instant,
    #[serde(with = "date::instant_as_number::maybe")]
    pub updated: Option<Instant>,
    #[serde(with = "date::instant_as_number::maybe")]
    pub expires: Option<Instant>,
    pub draft: bool,
    pub slug: Box<str>,
    /// Names of terms as written, by [`TermKind`].
    pub names: [TermNames; 4],
    pub kind: ArticleKind,
    pub extent: Option<Extent>,
    pub genre: Option<Box<str>>,
    /// The place in the source: `p. 27, evening`.
    pub locator: Option<Box<str>>,
    pub excerpt: Option<Box<str>>,
    /// Paths without leading or trailing slash, with their places.
    pub aliases: Box<[(Box<str>, Range<usize>)]>,
    /// A number for the URL of the original. Articles with the same original have the same number.
    pub original_number: Option<u64>,
    /// The address of the original on another site, for feeds.
    pub original_url: Option<Box<str>>,
    /// The names of the original's authors, for feeds.
    pub byline: Box<[Box<str>]>,
    pub original_lang: Option<Box<str>>,
    /// How much of the original is published, if the article says so.
    pub publish: Option<Publish>,
    /// Where its page shows the original, if the article says so.
    pub layout: Option<Layout>,
    /// In the order of the front matter.
    pub corrections: Box<[Correction]>,
    /// What only files of references need. None if the site has no such files.
    pub cited: Option<Box<CitedDetails>>,
    pub series: Option<Box<SeriesPart>>,
    /// Whether the first reference is the cover, which the body need not show.
    pub cover: bool,
    pub refs: Box<[ContentRef]>,
}

impl Article {
    /// Returns whether the article is itself the original, on a site in this language. All its siblings are then
    /// translations.
    pub fn is_original(&self, language: &str) -> bool {
        self.kind == ArticleKind::Original || self.original_lang.as_deref() == Some(language)
    }

    /// Returns the place for problems of the article as a whole.
    pub fn span(&self) -> Span {
        Span::new(&self.file, self.title_at.clone())
    }

    /// Returns a copy without the places in the file.
    pub fn without_places(&self) -> Article {
        Article {
            title_at: 0..0,
            names: self.names.each_ref().map(|names| names.iter().map(name_without_place).collect()),
            aliases: self.aliases.iter().map(|(alias, _)| (alias.clone(), 0..0)).collect(),
            refs: refs_without_places(&self.refs),
            ..self.clone()
        }
    }
}

fn name_without_place(name: &Spanned<Box<str>>) -> Spanned<Box<str>> {
    Spanned { value: name.value.clone(), at: 0..0 }
}

/// Returns the same references without their places.
pub fn refs_without_places(refs: &[ContentRef]) -> Box<[ContentRef]> {
    refs.iter().map(|reference| ContentRef { at: 0..0, ..reference.clone() }).collect()
}

/// The card of a sibling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sibling {
    /// The id of the article.
    pub article: Box<str>,
    /// The path of the file below the site's root.
    #[serde(skip)]
    pub file: Arc<str>,
    pub lang: Box<str>,
    pub title: Box<str>,
    pub title_at: Range<usize>,
    /// The translators as written, with their places.
    pub translators: TermNames,
    /// Whether its front matter has keys that only an article has. It may be an article with a wrong file name.
    pub is_article: bool,
    pub refs: Box<[ContentRef]>,
}

impl Sibling {
    /// Returns the place for problems of the text as a whole.
    pub fn span(&self) -> Span {
        Span::new(&self.file, self.title_at.clone())
    }

    /// Returns a copy without the places in the file.
    pub fn without_places(&self) -> Sibling {
        let translators = self.translators.iter().map(name_without_place).collect();
        Sibling { title_at: 0..0, translators, refs: refs_without_places(&self.refs), ..self.clone() }
    }
}

/// What a reading gives besides the card: the extract and, where they are asked for, the terms.
pub type TextParts = (Extract, Option<TextTerms>);

/// Reads a card and the text's extract. Returns `None` if the front matter cannot be read or lacks a required key.
pub fn read(file: &Arc<str>, id: &str, text: &str, config: &Config) -> (Option<(Article, Extract)>, Diagnostics) {
    let (read, problems) = read_parts(file, id, text, config, false);
    (read.map(|(card, (extract, _))| (card, extract)), problems)
}

/// Reads a card, the text's extract and, with `terms`, its terms for a search.
pub fn read_parts(
    file: &Arc<str>,
    id: &str,
    text: &str,
    config: &Config,
    terms: bool,
) -> (Option<(Article, TextParts)>, Diagnostics) {
    let parts = match front_matter::split(file, text) {
        Ok(parts) => parts,
        Err(found) => return (None, found),
    };
    let problems = RefCell::new(Diagnostics::new());
    let mut reader = front_matter::reader(file, &parts, &problems);
    let (body, (refs, mut links)) = body(file, &parts, config.raw_html, terms);
    let card = card(&mut reader, &parts, refs, id, config);
    let details = super::details::read(&mut reader);
    reader.finish();
    links.extend(details.corrections.iter().filter_map(Link::of_correction));
    let read = card.map(|mut card| {
        card.original_url = details.original.as_ref().and_then(|original| original.url.clone());
        card.byline = details.authors.iter().map(|author| author.name.clone()).collect();
        card.cited = config.citations.any().then(|| CitedDetails::new(&details)).flatten();
        let terms = body.map(|body| searchable::of_article(&card.title, &details, &body, &config.language));
        card.corrections = details.corrections.into_iter().map(|written| written.correction).collect();
        (card, (Extract { links: links.into() }, terms))
    });
    (read, problems.into_inner())
}

/// References to other content files, and links that only the whole site can resolve.
pub type References = (Box<[ContentRef]>, Vec<Link>);

/// Reads the body: its references and, with `terms`, its text.
pub fn body(file: &str, parts: &SplitFile, html: RawHtml, terms: bool) -> (Option<String>, References) {
    if !terms {
        return (None, references(file, parts.body, parts.body_at, html));
    }
    let markdown::BodyText { text, references } = markdown::body_text(parts.body, html);
    (Some(text), divided(file, parts.body_at, references))
}

/// Returns whether a file that cannot be read as an article says that it is a draft.
pub fn is_draft(file: &Arc<str>, text: &str) -> bool {
    let problems = RefCell::new(Diagnostics::new());
    let parts = front_matter::split(file, text).ok();
    parts.is_some_and(|parts| front_matter::reader(file, &parts, &problems).boolean("draft") == Some(true))
}

/// Returns whether a file has keys that only an article has, not a sibling.
pub fn is_dated(file: &Arc<str>, text: &str) -> bool {
    let problems = RefCell::new(Diagnostics::new());
    let dated = |parts: &SplitFile| {
        let mut r = front_matter::reader(file, parts, &problems);
        ["date", "section", "source"].into_iter().any(|key| r.node(key).is_some())
    };
    front_matter::split(file, text).is_ok_and(|parts| dated(&parts))
}

fn card(r: &mut Reader, parts: &SplitFile, refs: Box<[ContentRef]>, id: &str, config: &Config) -> Option<Article> {
    let title = r.string("title");
    if title.is_none() {
        r.missing("title", "title = \"Ministers meet in Tokyo\"");
    }
    let date = r.date("date");
    if date.is_none() {
        r.missing("date", "date = 2021-03-24");
    }
    let posted = r.date("posted");
    let (original_lang, publish, layout) = original(r);
    let kind = kind(r, original_lang.as_deref(), config);
    let elsewhere = original_lang.as_deref().is_some_and(|lang| lang != &*config.language);
    let publish = publish.map(|said| of_beside(r, kind == ArticleKind::Original && !elsewhere, said));
    let names = names(r, kind, config);
    let slug = slug(r, id, date.as_ref(), config.letters());
    let genre = doubtful_values::genre(r);
    let extent = r.choice("extent", &Extent::WORDS).map(|e| e.value);
    let summary = r.text("summary");
    let updated = r.date("updated").map(|u| u.value.instant(&config.zone));
    let expires = r.date("expires").map(|e| e.value.instant(&config.zone));
    let draft = r.boolean("draft").unwrap_or(false);
    let series = series::read(r, config.letters());
    let (cover, refs) = with_cover(cover(r), refs);
    let aliases = slugs_and_aliases::aliases(r);
    let locator = locator(r);
    let (title, date) = (title?, date?);
    let day = date.value.day();
    let instant = match &posted {
        Some(posted) => posted.value.instant(&config.zone),
        None => WrittenDate::Day(day).instant(&config.zone),
    };
    if let Some(posted) = posted.as_ref().filter(|p| p.value.day() < day) {
        let found = problem::date_after_posted(r.span(&date.at), &day.to_string(), &posted.value.day().to_string());
        r.problems.borrow_mut().push(found);
    }
    Some(Article {
        id: id.into(),
        file: r.file.clone(),
        title: title.value.into(),
        title_at: title.at,
        date: day,
        posted: instant,
        updated,
        expires,
        draft,
        slug: slug?,
        names: names?,
        kind,
        extent,
        genre,
        locator,
        excerpt: summary.or_else(|| markdown::excerpt(parts.body, EXCERPT_WORDS).map(Into::into)),
        aliases,
        original_lang,
        publish,
        layout,
        corrections: Box::default(),
        cited: None,
        series,
        cover,
        refs,
        original_number: original_url::number(&parts.entries),
        original_url: None,
        byline: Box::default(),
    })
}

/// Reads the picture that stands for the article: a file beside it, as a picture of the body would name it.
fn cover(r: &mut Reader) -> Option<ContentRef> {
    let written = r.string("cover")?;
    let Some((target, _)) = resolve(folder(r.file), written.value) else {
        r.problems.borrow_mut().push(problem::missing_asset(r.span(&written.at), written.value));
        return None;
    };
    let (target, dest) = (target.into(), written.value.into());
    Some(ContentRef { target, fragment: None, dest, at: written.at, image: true, media: false })
}

/// Puts the cover before the references of the body.
fn with_cover(cover: Option<ContentRef>, refs: Box<[ContentRef]>) -> (bool, Box<[ContentRef]>) {
    match cover {
        Some(cover) => (true, std::iter::once(cover).chain(refs).collect()),
        None => (false, refs),
    }
}

/// Reads who made the text. A text in the language of its original cannot be a translation of it.
fn kind(r: &mut Reader, lang: Option<&str>, config: &Config) -> ArticleKind {
    let said = r.choice("kind", &ArticleKind::WORDS);
    match said {
        _ if lang != Some(&*config.language) => said.map_or(ArticleKind::Translation, |said| said.value),
        None => ArticleKind::Original,
        Some(Spanned { value: ArticleKind::Translation, at }) => {
            r.problems.borrow_mut().push(problem::translation_of_itself(r.span(&at), &config.language));
            ArticleKind::Original
        }
        Some(other) => other.value,
    }
}

/// Returns how much of a sibling's original is published. An article that is its own original has no such sibling.
fn of_beside(r: &Reader, is_original: bool, said: Spanned<Publish>) -> Publish {
    if is_original && said.value != Publish::Full {
        r.problems.borrow_mut().push(problem::publish_of_itself(r.span(&said.at), said.value.word()));
    }
    said.value
}

/// Reads the names of all terms. Returns `None` if a required one is missing.
fn names(r: &mut Reader, kind: ArticleKind, config: &Config) -> Option<[TermNames; 4]> {
    let mut missing = false;
    let mut read = |term: TermKind, required: bool, default: Option<&str>, example: &str| {
        let mut found = match term {
            TermKind::Translator => person::names(r, term.name_of_key()),
            _ => r.strings(term.name_of_key()),
        };
        if let Some(first) = found.first().filter(|_| term == TermKind::Translator && kind == ArticleKind::Original) {
            r.problems.borrow_mut().push(problem::translator_of_original(r.span(&first.at), first.value));
            found.clear();
        }
        doubtful_values::several(r, term, &found);
        let mut names: Vec<Spanned<Box<str>>> = Vec::with_capacity(found.len());
        for name in &found {
            let sluggable = match term {
                TermKind::Section => {
                    let mut steps = section_steps(name.value).peekable();
                    steps.peek().is_some() && steps.all(path::has_slug)
                }
                _ => path::has_slug(name.value),
            };
            let steps = if term == TermKind::Section { section_steps(name.value).count() } else { 1 };
            if steps > limits::SECTION_DEPTH {
                let found = problem::deep_section(r.span(&name.at), name.value, steps, limits::SECTION_DEPTH);
                r.problems.borrow_mut().push(found);
            } else if !sluggable {
                let why = "it contains no letters or digits";
                r.problems.borrow_mut().push(problem::bad_term(r.span(&name.at), term.name(), name.value, why));
            } else if !names.iter().any(|n| *n.value == *name.value) {
                names.push(Spanned { value: name.value.into(), at: name.at.clone() });
            }
        }
        if found.is_empty() {
            match default {
                Some(default) => names.push(Spanned { value: default.into(), at: 0..0 }),
                None if required => {
                    r.missing(term.name_of_key(), example);
                    missing = true;
                }
                None => {}
            }
        }
        names.into_boxed_slice()
    };
    let credited = kind != ArticleKind::Original;
    let defaults = &config.credits;
    let names = [
        read(
            TermKind::Section,
            true,
            defaults.section.as_deref(),
            "section = \"international/east-asia\" (or a default in [credits] of site.toml)",
        ),
        read(TermKind::Tag, false, None, ""),
        read(
            TermKind::Source,
            true,
            defaults.source.as_deref(),
            "source = \"The Daily Harbour\" (or a default in [credits] of site.toml)",
        ),
        read(
            TermKind::Translator,
            credited,
            defaults.translator.as_deref().filter(|_| credited),
            "translator = \"A. Person\" (or a default in [credits] of site.toml)",
        ),
    ];
    (!missing).then_some(names)
}

/// Splits a section path as written into its steps: at ` > ` if it occurs, else at `/`.
pub fn section_steps(path: &str) -> impl Iterator<Item = &str> {
    let separator = if path.contains(" > ") { " > " } else { "/" };
    path.split(separator).map(str::trim).filter(|s| !s.is_empty())
}

/// Returns the slug. A day in the file name is not part of the slug, and must be the article's date. If the front
/// matter has a slug, the file name does not matter.
fn slug(r: &mut Reader, id: &str, date: Option<&Spanned<WrittenDate>>, letters: CaseMapping) -> Option<Box<str>> {
    let Some(written) = r.string("slug") else {
        let mut stem = id.rsplit('/').next().unwrap_or(id);
        if let Some((day, rest)) = content_path::dated(stem) {
            if let Some(date) = date.filter(|date| date.value.day().to_string() != day) {
                let (is_day, day_of) = (date::parse(day).is_ok(), date.value.day().to_string());
                let found = problem::name_date(r.span(&date.at), r.file, day, is_day, &day_of);
                r.problems.borrow_mut().push(found);
            }
            stem = rest;
        }
        let stem = path::slug_in(stem, letters);
        if !path::has_slug(&stem) {
            r.missing("slug", "slug = \"ministers-meet\" (the file name has no letters or digits)");
            return None;
        }
        return Some(stem.into());
    };
    match slugs_and_aliases::slug(written.value) {
        Ok(slug) => Some(slug.into()),
        Err(why) => {
            r.problems.borrow_mut().push(problem::bad_slug(r.span(&written.at), written.value, &why));
            None
        }
    }
}

/// Reads the place in the source: issue, page, time and edition, in the order of a credit line.
fn locator(r: &mut Reader) -> Option<Box<str>> {
    let parts: Vec<Box<str>> = ["issue", "edition", "page", "time"].into_iter().filter_map(|k| r.text(k)).collect();
    (!parts.is_empty()).then(|| parts.join(", ").into())
}

/// Reads the language, publication and layout of the original, which the archive needs.
fn original(r: &mut Reader) -> (Option<Box<str>>, Option<Spanned<Publish>>, Option<Layout>) {
    let Some(mut table) = r.table("original") else { return (None, None, None) };
    let lang = table.language("lang").map(|tag| tag.value.into());
    (lang, table.choice("publish", &Publish::WORDS), table.choice("layout", &Layout::WORDS).map(|l| l.value))
}

/// Returns the folder of a content file, below `content/`.
pub fn folder(file: &str) -> &str {
    let inside = file.strip_prefix("content/").unwrap_or(file);
    inside.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns the references in the body of `file` to content files, and its links within the site.
pub fn references(file: &str, body: &str, body_at: usize, html: RawHtml) -> (Box<[ContentRef]>, Vec<Link>) {
    divided(file, body_at, markdown::references(body, html))
}

/// Divides the references of a body into those to content files, and links within the site.
fn divided(file: &str, body_at: usize, references: Vec<LinkReference>) -> (Box<[ContentRef]>, Vec<Link>) {
    let folder = folder(file);
    let (mut refs, mut links) = (Vec::new(), Vec::new());
    for reference in references {
        let at = body_at + reference.at.start..body_at + reference.at.end;
        if let Some((target, fragment)) = resolve(folder, &reference.dest) {
            refs.push(ContentRef {
                target: target.into(),
                fragment: fragment.map(Into::into),
                dest: reference.dest.into(),
                at,
                image: reference.usage == LinkUse::Image,
                media: reference.usage == LinkUse::Media,
            });
        } else {
            links.extend(Link::of_body(&reference.dest, &at));
        }
    }
    (refs.into(), links)
}

/// Resolves a relative destination to a path below `content/` and a fragment. Returns `None` for URLs, root-relative
/// paths and bare fragments.
pub fn resolve<'d>(folder: &str, dest: &'d str) -> Option<(String, Option<&'d str>)> {
    let (path, fragment) = match dest.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (dest, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    let scheme = path.split('/').next().is_some_and(|first| first.contains(':'));
    if path.is_empty() || path.starts_with('/') || scheme {
        return None;
    }
    let decoded = path::decode_percent(path)?;
    // A path that leaves content/ is kept as written, and later reported as missing.
    let target = path::join(folder, &decoded).unwrap_or(decoded);
    Some((target.nfc().collect(), fragment))
}
