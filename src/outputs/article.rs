//! Article pages: the translation with its credits, and its original as a block of its own; further translations.

use super::article_page::{ArticlePage, OriginalView};
use super::body::{self, Body};
use super::head::{Head, absolute_or_same};
use super::made::{Made, Read};
use super::page::PageView;
use super::schema::{self, rights_url};
use super::world::World;
use crate::archive::archive::{ArticleIx, Placed};
use crate::base::config::Publish;
use crate::base::date;
use crate::base::diag::Diagnostics;
use crate::base::locale::{Length, direction};
use crate::content::article::Sibling;
use crate::content::details::{self, Details};
use crate::content::markdown;
use crate::content::place::TermKind;
use crate::theme::view::{Sink, Values};

/// Characters of an original that is published as an excerpt: what quotation allows almost everywhere.
const EXCERPT_CHARS: usize = 200;

/// The page of an article.
pub fn article(world: &World, ix: ArticleIx, read: Read, problems: &mut Diagnostics) -> Option<Made> {
    let placed = world.archive.article(ix);
    let file = placed.card.file.clone();
    let text = read(&file, problems)?;
    let (details, source, at) = details::load(&file, &text).map_err(|found| problems.extend(found)).ok()?;
    let body =
        Body { file: &file, text: source, at, address: &placed.address, prefix: "", lang: &world.config.language };
    let html = body::render(world, &body, problems);
    let original = original(world, placed, &details, read, problems)?;
    let url = world.config.urls.page(&placed.address);
    let page = ArticlePage {
        placed,
        details: &details,
        title: &placed.card.title,
        lang: &world.config.language,
        url: &url,
        original,
        sibling: None,
    };
    Some(made(world, ix, &page, &html, None))
}

/// The page of a further translation.
pub fn translation(world: &World, ix: ArticleIx, at: usize, read: Read, problems: &mut Diagnostics) -> Option<Made> {
    let placed = world.archive.article(ix);
    let sibling = &placed.siblings[at];
    let file = placed.card.file.clone();
    let text = read(&file, problems)?;
    let (details, _, _) = details::load(&file, &text).map_err(|found| problems.extend(found)).ok()?;
    let own = read(&sibling.file, problems)?;
    let (own, source, offset) = details::load_sibling(&sibling.file, &own).map_err(|f| problems.extend(f)).ok()?;
    let address = format!("{}/{}", placed.address, sibling.lang);
    let body =
        Body { file: &sibling.file, text: source, at: offset, address: &address, prefix: "", lang: &sibling.lang };
    let html = body::render(world, &body, problems);
    let original = original(world, placed, &details, read, problems)?;
    let url = world.config.urls.page(&address);
    let page = ArticlePage {
        placed,
        details: &details,
        title: &sibling.title,
        lang: &sibling.lang,
        url: &url,
        original,
        sibling: Some(&own),
    };
    Some(made(world, ix, &page, &html, Some(sibling)))
}

/// What of the original may be printed: of one whose publication is `none`, nothing but what the article's own front
/// matter says about it.
fn original(
    world: &World,
    placed: &Placed,
    details: &Details,
    read: Read,
    problems: &mut Diagnostics,
) -> Option<Option<OriginalView>> {
    let said = details.original.clone();
    if said.is_none() && placed.original.is_none() {
        return Some(None);
    }
    let said = said.unwrap_or_default();
    let publish = placed.publish(world.config);
    let mut view = OriginalView {
        lang: said.lang,
        title: said.title,
        url: said.url,
        archive_url: said.archive_url,
        authors: Box::default(),
        page: said.page,
        date: said.date,
        publish,
        html: None,
    };
    let Some(sibling) = placed.original() else { return Some(Some(view)) };
    view.lang = view.lang.or_else(|| Some(sibling.lang.clone()));
    let text = read(&sibling.file, problems)?;
    let (own, source, at) = details::load_sibling(&sibling.file, &text).map_err(|f| problems.extend(f)).ok()?;
    let body =
        Body { file: &sibling.file, text: source, at, address: &placed.address, prefix: "o-", lang: &sibling.lang };
    // Rendered in any case: what is not printed is still checked.
    let html = body::render(world, &body, problems);
    if publish == Publish::None {
        return Some(Some(view));
    }
    view.title = view.title.or(own.title);
    view.authors = own.authors;
    view.html = match publish {
        Publish::Full => Some(html),
        _ => markdown::first_block(source, EXCERPT_CHARS).map(|text| {
            let mut html = String::from("<p>");
            super::head::escape(&text, &mut html);
            html.push_str("</p>\n");
            html
        }),
    };
    Some(Some(view))
}

fn made(world: &World, ix: ArticleIx, page: &ArticlePage, html: &str, sibling: Option<&Sibling>) -> Made {
    let head = head(world, page);
    let mut s = Values::default();
    let kind = if sibling.is_some() { "translation" } else { "article" };
    let trail = world.archive.taxonomy(TermKind::Section).trail(page.placed.section());
    let crumbs: Vec<(String, String)> = trail
        .into_iter()
        .map(|ix| crate::archive::archive::ListingId::Term(TermKind::Section, ix))
        .map(|id| (world.title(id), world.url(id)))
        .collect();
    let (lang, dir) = (page.lang, direction(page.lang));
    PageView { kind, title: page.title, url: page.url, lang, dir, head: &head, crumbs: &crumbs }.walk(&mut s);
    s.table("article", |s| {
        facts(world, s, page);
        people(world, s, page);
        places(world, s, ix, page);
        s.html("content", html);
        original_fields(world, s, page);
        versions(world, s, page);
        rights(s, page.details);
        corrections(world, s, page);
        s.json("extra", &page.details.extra);
    });
    Made::template("article.html", s)
}

fn facts(world: &World, s: &mut Values, page: &ArticlePage) {
    let card = &page.placed.card;
    s.text("id", &card.id);
    s.text("title", page.title);
    s.text("url", page.url);
    s.text("permalink", &absolute_or_same(world.config, page.url));
    s.text("lang", page.lang);
    s.text("dir", direction(page.lang));
    s.table("date", |s| world.date(s, card.date));
    s.table("posted", |s| world.time(s, card.posted));
    s.maybe_table("updated", card.updated, |s, at| world.time(s, at));
    s.text("kind", card.kind.word());
    s.text("label", &world.label(card));
    s.maybe_text("extent", card.extent.map(|e| e.word()));
    s.maybe_text("extent_label", world.extent_label(card).as_deref());
    s.maybe_text("genre", world.genre(card).as_deref());
    s.maybe_text("locator", card.locator.as_deref());
    s.maybe_text("dateline", page.details.dateline.as_deref());
    s.maybe_text("summary", page.summary());
}

fn people(world: &World, s: &mut Values, page: &ArticlePage) {
    let placed = page.placed;
    s.leaves("sources", world.terms(TermKind::Source, placed.terms(TermKind::Source)));
    match page.sibling.filter(|own| !own.translators.is_empty()) {
        // A text that names its own translators names people, not terms: it stands in no listing.
        Some(own) => s.tables("translators", &own.translators, |s, name| {
            s.text("label", name);
            s.none("native");
            s.none("lang");
            s.none("dir");
            s.none("url");
        }),
        None => s.leaves("translators", world.terms(TermKind::Translator, placed.terms(TermKind::Translator))),
    }
    s.texts("authors", page.authors().iter().map(|a| &**a));
    s.texts("editors", page.details.editors.iter().map(|a| &**a));
    s.texts("reviewers", page.details.reviewers.iter().map(|a| &**a));
}

fn places(world: &World, s: &mut Values, ix: ArticleIx, page: &ArticlePage) {
    let placed = page.placed;
    s.trails("sections", placed.terms(TermKind::Section).iter().map(|&section| world.trail(section)));
    s.leaves("tags", world.terms(TermKind::Tag, placed.terms(TermKind::Tag)));
    let (older, newer) = world.archive.beside(ix);
    let neighbour = |s: &mut Values, ix: ArticleIx| {
        let other = world.archive.article(ix);
        s.text("title", &other.card.title);
        s.text("url", &world.config.urls.page(&other.address));
        s.table("date", |s| world.date(s, other.card.date));
    };
    s.maybe_table("previous", older, neighbour);
    s.maybe_table("next", newer, neighbour);
    s.leaves("related", world.archive.related(ix).into_iter().map(|ix| world.card(ix)));
}

fn original_fields(world: &World, s: &mut Values, page: &ArticlePage) {
    s.maybe_table("original", page.original.as_ref(), |s, original| {
        let lang = original.lang.as_deref();
        s.maybe_text("lang", lang);
        s.maybe_text("dir", lang.map(direction));
        s.maybe_text("language", lang.map(|l| world.language(l)).as_deref());
        s.maybe_text("title", original.title.as_deref());
        s.maybe_text("url", original.url.as_deref());
        s.maybe_text("archive_url", original.archive_url.as_deref());
        s.maybe_text("locator", original.page.as_deref());
        s.maybe_table("date", original.date, |s, day| {
            s.text("iso", &day.to_string());
            s.text("label", &world.locale().day(day, Length::Long));
        });
        s.texts("authors", original.authors.iter().map(|a| &**a));
        s.text("publish", original.publish.word());
        s.maybe_html("content", original.html.as_deref());
    });
}

/// Every translation of the article that has a page, where there is more than one.
fn versions(world: &World, s: &mut Values, page: &ArticlePage) {
    let others: Vec<(&str, &str, String)> = all_versions(world, page);
    s.tables("versions", others, |s, (lang, title, url)| {
        s.text("lang", lang);
        s.text("dir", direction(lang));
        s.text("language", &world.language(lang));
        s.text("title", title);
        s.text("url", &url);
        s.flag("current", url == page.url);
    });
}

fn all_versions<'a>(world: &'a World, page: &ArticlePage<'a>) -> Vec<(&'a str, &'a str, String)> {
    let placed = page.placed;
    let urls = &world.config.urls;
    let translations = placed.translations();
    let mut out: Vec<(&str, &str, String)> = translations
        .map(|(_, t)| (&*t.lang, &*t.title, urls.page(&format!("{}/{}", placed.address, t.lang))))
        .collect();
    if !out.is_empty() {
        out.insert(0, (&world.config.language, &placed.card.title, urls.page(&placed.address)));
    }
    out
}

fn rights(s: &mut Values, details: &Details) {
    s.maybe_table("rights", details.rights.as_ref(), |s, rights| {
        for (key, text) in
            [("translation", &rights.translation), ("original", &rights.original), ("note", &rights.note)]
        {
            s.maybe_table(key, text.as_deref(), |s, text| {
                s.text("label", text);
                s.maybe_text("url", rights_url(text).as_deref());
            });
        }
    });
}

fn corrections(world: &World, s: &mut Values, page: &ArticlePage) {
    s.tables("corrections", &page.details.corrections, |s, correction| {
        s.table("date", |s| {
            s.text("iso", &correction.date.to_string());
            s.text("label", &world.locale().day(correction.date, Length::Long));
        });
        s.text("kind", correction.kind);
        s.text("note", &correction.note);
        s.maybe_text("paragraph", correction.paragraph.map(|p| p.to_string()).as_deref());
        s.maybe_text("url", correction.paragraph.map(|p| format!("#p{p}")).as_deref());
    });
}

/// The metadata of an article: Open Graph, Zotero's and Scholar's tags, JSON-LD.
fn head(world: &World, page: &ArticlePage) -> Head {
    let (placed, details) = (page.placed, page.details);
    let (card, config) = (&placed.card, world.config);
    let excerpt = card.excerpt.as_deref().filter(|_| page.sibling.is_none());
    let description = page.summary().or(excerpt);
    let mut head = Head::new(world, page.title, page.url, description);
    for (lang, _, url) in all_versions(world, page) {
        head.alternate(lang, &absolute_or_same(config, &url));
    }
    let labels = |kind: TermKind| placed.terms(kind).iter().map(move |&ix| &*world.archive.term(kind, ix).label);
    let trail = world.archive.taxonomy(TermKind::Section).trail(placed.section());
    let trail: Vec<&str> = trail.into_iter().map(|ix| &*world.archive.term(TermKind::Section, ix).label).collect();
    let posted = date::rfc3339(card.posted, &config.zone);
    head.property("og:type", "article");
    head.property("article:published_time", &posted);
    if let Some(updated) = card.updated {
        head.property("article:modified_time", &date::rfc3339(updated, &config.zone));
    }
    head.property("article:section", &trail.join(" > "));
    head.name("DC.type", "newspaperArticle");
    head.name("DC.title", page.title);
    head.name("DC.language", page.lang);
    for (name, _, _) in page.translators(world) {
        head.name("z:translators", &name);
    }
    for author in page.authors() {
        head.name("DC.creator", author);
    }
    let sources: Vec<&str> = labels(TermKind::Source).collect();
    head.name("prism.publicationName", &sources.join(", "));
    head.name("prism.publicationDate", &page.source_date().to_string());
    if let Some(edition) = &details.edition {
        head.name("prism.edition", edition);
    }
    head.name("citation_title", page.title);
    head.name("citation_publication_date", &page.source_date().to_string().replace('-', "/"));
    head.name("citation_language", page.lang);
    if let Some(url) = config.urls.absolute(page.url) {
        head.name("citation_public_url", &url);
    }
    if let Some(first) = page.source_page().and_then(first_page) {
        head.name("citation_firstpage", first);
    }
    for tag in labels(TermKind::Tag) {
        head.name("DC.subject", tag);
    }
    if let Some(rights) = details.rights.as_ref().and_then(|r| r.translation.as_deref()) {
        head.name("DC.rights", rights);
    }
    head.json_ld(&schema::article(world, page));
    head
}

/// The first page of `pp. 1, 4-7` or `p. 27`.
fn first_page(page: &str) -> Option<&str> {
    let start = page.find(|c: char| c.is_ascii_digit())?;
    let rest = &page[start..];
    Some(&rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())])
}
