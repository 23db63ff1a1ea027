//! What an external search engine may know of a page: `recto export --to search-jsonl`. It holds what the page prints
//! and nothing else.

use std::collections::BTreeSet;

use serde::Serialize;

use super::article::render_original;
use super::article_page::{ArticleFacts, ArticlePage};
use super::document::{Document, Printable};
use super::head::absolute_or_same;
use super::image_credits::ImageCredits;
use super::output_content::ReadText;
use super::world::World;
use crate::archive::archive::{Archive, ArticleIx, IndexedArticle};
use crate::archive::term::TermIx;
use crate::base::config::Layout;
use crate::base::date;
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::base::weburl::rights_url;
use crate::content::content_path::TermKind;
use crate::content::markdown::RenderedBody;

/// A page with a text: an article, and the sibling that the page is about.
pub type TextPage = (ArticleIx, Option<usize>);

/// Lists the pages of all articles and their further translations, the oldest article first. The own page of an
/// original is left out, since the record of its translation has its text.
pub fn pages(archive: &Archive) -> Vec<TextPage> {
    let mut order: Vec<ArticleIx> = (0..archive.articles.len() as ArticleIx).collect();
    order.sort_by(|a, b| {
        let key = |ix: &ArticleIx| (archive.article(*ix).card.posted, &archive.article(*ix).card.id);
        key(a).cmp(&key(b))
    });
    let texts = |ix: ArticleIx| {
        let translations = archive.article(ix).translations().map(move |(at, _)| (ix, Some(at)));
        std::iter::once((ix, None)).chain(translations)
    };
    order.into_iter().flat_map(texts).collect()
}

/// A term.
#[derive(Serialize)]
struct NamedTerm<'a> {
    id: &'a str,
    label: &'a str,
}

/// A block of a text, and the id of the place on the page where it stands.
#[derive(Serialize)]
struct Paragraph {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    text: String,
}

/// The original, as far as the page prints it.
#[derive(Serialize)]
struct OriginalRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// The record of a page.
#[derive(Serialize)]
struct SearchRecord<'a> {
    /// A key that every engine accepts: hexadecimal digits of a digest of article and language.
    id: String,
    /// The id of the article, which all its translations share.
    article: &'a str,
    /// Absolute if the site has a base URL.
    url: String,
    /// The address below the root of the site.
    path: String,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    date: String,
    posted: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<String>,
    /// The day of `date` as a number, such as 20210324.
    day: i32,
    /// The time of `posted` in seconds since 1970.
    posted_at: i64,
    language: &'a str,
    kind: &'a str,
    section: &'a str,
    sections: Vec<NamedTerm<'a>>,
    sources: Vec<NamedTerm<'a>>,
    translators: Vec<NamedTerm<'a>>,
    authors: Vec<&'a str>,
    tags: Vec<NamedTerm<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locator: Option<&'a str>,
    text: String,
    paragraphs: Vec<Paragraph>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<OriginalRecord<'a>>,
}

/// Makes the record of a page, as a line of JSON. `None` if a file cannot be read; then the problem is appended.
pub fn line(world: &World, (ix, sibling): TextPage, read: ReadText, problems: &mut Diagnostics) -> Option<Vec<u8>> {
    let facts = ArticleFacts::new(world, ix, sibling);
    let document = facts.files.load(read, problems)?;
    let common = &world.common;
    let mut credits = ImageCredits::new(&document.details.images, rights_url);
    let body = document.body();
    let rendered = facts.text.render_credited(common, body.markdown(), body.at, &mut credits, problems);
    let original = render_original(common, &facts, &document, &mut credits, problems);
    let page = ArticlePage {
        facts: &facts,
        document: &document,
        title: facts.title(),
        lang: facts.lang(common),
        url: &facts.url(common),
        article_url: &common.config.urls.page(facts.address),
    };
    let mut line = serde_json::to_vec(&record(world, ix, &page, &rendered, original.as_ref()))
        .expect("invariant: texts, numbers and lists can be written as JSON");
    line.push(b'\n');
    Some(line)
}

fn record<'a>(
    world: &'a World,
    ix: ArticleIx,
    page: &'a ArticlePage,
    rendered: &RenderedBody,
    original: Option<&RenderedBody>,
) -> SearchRecord<'a> {
    let (placed, config, card) = (world.archive.article(ix), world.common.config, page.card());
    let excerpt = card.excerpt.as_deref().filter(|_| !page.is_sibling());
    let paragraphs = paragraphs(rendered);
    SearchRecord {
        id: Digest::of(format!("{}\n{}", card.id, page.lang).as_bytes()).long(),
        article: &card.id,
        url: absolute_or_same(config, page.url),
        path: match page.is_sibling() {
            true => format!("{}/{}", placed.address, page.lang),
            false => placed.address.to_string(),
        },
        title: page.title,
        summary: page.summary().or(excerpt),
        date: card.date.to_string(),
        posted: date::rfc3339(card.posted, &config.zone),
        updated: card.updated.map(|updated| date::rfc3339(updated, &config.zone)),
        day: i32::from(card.date.year()) * 10_000 + i32::from(card.date.month()) * 100 + i32::from(card.date.day()),
        posted_at: card.posted.as_second(),
        language: page.lang,
        kind: page.kind().word(),
        section: &world.archive.term(TermKind::Section, placed.section()).id,
        sections: sections(world.archive, placed),
        sources: terms(world.archive, placed, TermKind::Source),
        translators: {
            let sibling = page.facts.files.sibling;
            let at = sibling.and_then(|own| placed.siblings.iter().position(|text| text.lang == own.lang));
            let all = placed.translators(at, &config.language);
            all.into_iter().map(|ix| named(world.archive, TermKind::Translator, ix)).collect()
        },
        authors: page.authors().0.iter().map(|author| &*author.name).collect(),
        tags: terms(world.archive, placed, TermKind::Tag),
        locator: card.locator.as_deref(),
        text: joined(&paragraphs),
        paragraphs,
        original: original_record(world, page, original),
    }
}

/// Returns the original. Its text is there if the page prints it, or is linked to a page of this site that does.
fn original_record<'a>(
    world: &World,
    page: &'a ArticlePage,
    rendered: Option<&RenderedBody>,
) -> Option<OriginalRecord<'a>> {
    let (document, original): (&Document, _) = (page.document, page.original()?);
    let text = match document.printable() {
        _ if page.facts.files.layout == Layout::Link => None,
        Printable::Nothing => None,
        Printable::Excerpt(text) => Some(text),
        Printable::Full(_) => rendered.map(|rendered| joined(&paragraphs(rendered))),
    };
    Some(OriginalRecord {
        language: original.lang.as_deref(),
        title: original.title.as_deref(),
        url: page.original_url().map(|url| absolute_or_same(world.common.config, url)),
        text,
    })
}

fn named(archive: &Archive, kind: TermKind, ix: TermIx) -> NamedTerm<'_> {
    let term = archive.term(kind, ix);
    NamedTerm { id: &term.id, label: &term.label }
}

fn terms<'a>(archive: &'a Archive, placed: &IndexedArticle, kind: TermKind) -> Vec<NamedTerm<'a>> {
    placed.terms(kind).iter().map(|&ix| named(archive, kind, ix)).collect()
}

/// Returns the sections with those above them, each once, the primary one's first.
fn sections<'a>(archive: &'a Archive, placed: &IndexedArticle) -> Vec<NamedTerm<'a>> {
    let taxonomy = archive.taxonomy(TermKind::Section);
    let mut seen = BTreeSet::new();
    let trails = placed.terms(TermKind::Section).iter().flat_map(|&ix| taxonomy.trail(ix));
    trails.filter(|&ix| seen.insert(ix)).map(|ix| named(archive, TermKind::Section, ix)).collect()
}

/// Returns the blocks of a text that have words. A block without an id has that of the block around it.
fn paragraphs(rendered: &RenderedBody) -> Vec<Paragraph> {
    let id = |unit: usize| {
        let around = std::iter::successors(Some(unit), |&unit| rendered.units[unit].parent);
        around.into_iter().find_map(|unit| rendered.id(unit))
    };
    let paragraph = |unit: usize| {
        let text = rendered.text(unit).trim().to_owned();
        (!text.is_empty()).then(|| Paragraph { id: id(unit), text })
    };
    (0..rendered.units.len()).filter_map(paragraph).collect()
}

fn joined(paragraphs: &[Paragraph]) -> String {
    paragraphs.iter().map(|paragraph| &*paragraph.text).collect::<Vec<_>>().join("\n")
}
