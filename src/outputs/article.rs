//! Article pages: the translation with its credits, its original beside or below it, and its further translations.
//! Rendering must not read the archive.

use super::addresses::CORRECTIONS;
use super::aligned_texts::AlignedTexts;
use super::anchors;
use super::article_head;
use super::article_page::{ArticleFacts, ArticlePage, Neighbour};
use super::cite_box;
use super::correction_marks;
use super::document::{Document, DocumentFiles, OriginalText};
use super::facing::{Facing, TextPair};
use super::head::absolute_or_same;
use super::image_credits::ImageCredits;
use super::kept_rows::RowCache;
use super::mark_messages;
use super::output_content::{FileVisitor, OutputContent, ReadText};
use super::page::{Crumb, PageView};
use super::paragraph_links;
use super::recipe::{BoxedRecipe, Recipe};
use super::report_links::ReportLinks;
use super::world::{Common, World};
use crate::archive::archive::ArticleIx;
use crate::base::config::Publish;
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::base::locale::direction;
use crate::base::weburl::rights_url;
use crate::content::article::ArticleKind;
use crate::content::correction::note_id;
use crate::content::details::Details;
use crate::content::markdown::RenderedBody;
use crate::content::person::Person;
use crate::theme::view::{Sink, Values};

/// The recipe of an article page. It cannot read the archive; the facts hold everything it needs from there.
pub struct ArticleRecipe<'w> {
    common: Common<'w>,
    facts: ArticleFacts<'w>,
}

impl<'w> ArticleRecipe<'w> {
    /// Creates the recipe for an article's own page, or for the page of its sibling at `sibling`.
    pub fn boxed(world: &'w World<'w>, ix: ArticleIx, sibling: Option<usize>) -> BoxedRecipe<'w> {
        Box::new(ArticleRecipe { common: world.common, facts: ArticleFacts::new(world, ix, sibling) })
    }
}

/// Passes each file that the page reads to `add`.
pub fn reads<'w>(world: &World<'w>, ix: ArticleIx, sibling: Option<usize>, add: FileVisitor<'_, 'w>) {
    DocumentFiles::new(world.archive, world.archive.article(ix), world.common.config, sibling).paths().for_each(add);
}

/// Aligns an article, or its sibling at `sibling`, with its original, and passes both texts to `then`. Returns `None`
/// if there is no original beside it or a file cannot be read; in that case the problem is appended.
pub fn align<R>(
    world: &World,
    ix: ArticleIx,
    sibling: Option<usize>,
    read: ReadText,
    problems: &mut Diagnostics,
    then: impl FnOnce(&AlignedTexts) -> R,
) -> Option<R> {
    let facts = ArticleFacts::new(world, ix, sibling);
    let document = facts.files.load(read, problems)?;
    let (common, body) = (&world.common, document.body());
    // What is wrong in the texts belongs to a check of their pages.
    let (credits, mut found) = (&mut ImageCredits::default(), Diagnostics::new());
    let rendered = facts.text.render_credited(common, body.markdown(), body.at, credits, &mut found);
    let original = render_original(common, &facts, &document, credits, &mut found);
    let pair = TextPair::new(common, &facts, &document, &rendered, original.as_ref())?;
    Some(then(&pair.aligned()))
}

impl Recipe for ArticleRecipe<'_> {
    fn digest(&self) -> Digest {
        Digest::of_value(&self.facts)
    }

    fn make(self: Box<Self>, read: ReadText, rows: &mut RowCache, problems: &mut Diagnostics) -> Option<OutputContent> {
        let ArticleRecipe { common, facts } = &*self;
        let document = facts.files.load(read, problems)?;
        let mut credits = ImageCredits::new(&document.details.images, rights_url);
        let body = document.body();
        let mut rendered = facts.text.render_credited(common, body.markdown(), body.at, &mut credits, problems);
        let original = render_original(common, facts, &document, &mut credits, problems);
        if document.sibling.is_none() {
            let file = &facts.files.article.file;
            credits.report_unused(&document.details.images, file, &facts.elsewhere, problems);
        }
        let (anchors, moved) =
            anchors::compare(rows.take_anchors(), &rendered, facts.text.file, (body.markdown(), body.at));
        rows.keep_anchors(anchors);
        problems.extend(moved);
        let page = ArticlePage {
            facts,
            document: &document,
            title: facts.title(),
            lang: facts.lang(common),
            url: &facts.url(common),
            article_url: &common.config.urls.page(facts.address),
        };
        let pair = TextPair::new(common, facts, &document, &rendered, original.as_ref());
        let alignment = pair.map(|pair| pair.align(common, rows, problems));
        let marked = match page.is_sibling() {
            true => Vec::new(),
            false => correction_marks::add(common, page.corrections(), &mut rendered),
        };
        let pair = TextPair::new(common, facts, &document, &rendered, original.as_ref());
        let facing = pair.zip(alignment).and_then(|(pair, alignment)| {
            pair.show(common, facts, &document, page.original_url(), &alignment, problems)
        });
        if original.is_none() && !facts.files.is_original && !facts.files.shows_original && !rendered.marks.is_empty() {
            mark_messages::report_idle(facts.text.file, (body.markdown(), body.at), &rendered, problems);
        }
        Some(view(common, &page, &rendered, &marked, facing.as_ref()))
    }
}

/// Renders the original. It is always rendered as a whole, to align it and to report its problems, whatever may be
/// published.
pub(super) fn render_original(
    common: &Common,
    facts: &ArticleFacts,
    document: &Document,
    credits: &mut ImageCredits,
    problems: &mut Diagnostics,
) -> Option<RenderedBody> {
    let (text, body) = facts.original.as_ref().zip(document.original_to_check())?;
    // The article's page reports the problems of the original.
    let mut repeated = Diagnostics::new();
    let problems = if facts.files.sibling.is_some() { &mut repeated } else { problems };
    Some(text.render_credited(common, body.markdown(), body.at, credits, problems))
}

/// Makes the view. `marked` says for each correction whether a mark in the text leads to it.
fn view(
    common: &Common,
    page: &ArticlePage,
    rendered: &RenderedBody,
    marked: &[bool],
    facing: Option<&Facing>,
) -> OutputContent {
    let mut s = Values::default();
    let kind = match page.is_sibling() {
        _ if page.shows_original() => "original",
        true => "translation",
        false => "article",
    };
    let trail = page.facts.sections.first().into_iter().flatten();
    let crumbs: Vec<Crumb> = trail.map(|term| ((&*term.label).into(), term.url.as_str().into())).collect();
    let (lang, dir) = (page.lang, direction(page.lang));
    let head = article_head::head(common, page, &crumbs);
    PageView { kind, title: page.title, url: page.url, lang, dir, head: &head, crumbs: &crumbs }.walk(&mut s);
    s.table("article", |s| {
        facts(common, s, page);
        people(s, page);
        places(common, s, page);
        match facing.and_then(|facing| facing.html.as_ref()) {
            Some(_) => s.html("content", &rendered.html),
            None => s.html("content", &paragraph_links::numbered(rendered)),
        }
        original_fields(common, s, page, facing);
        facing_fields(s, facing);
        versions(common, s, page);
        rights(s, page.details());
        corrections(common, s, page, marked);
        report(common, s, page, rendered);
        cite_box::fields(common, s, page);
        s.json("extra", &page.details().extra);
    });
    OutputContent::View(s.into_context())
}

fn facts(common: &Common, s: &mut Values, page: &ArticlePage) {
    let card = page.card();
    s.text("id", &card.id);
    s.text("title", page.title);
    s.text("url", page.url);
    s.text("permalink", &absolute_or_same(common.config, page.url));
    s.text("lang", page.lang);
    s.text("dir", direction(page.lang));
    common.date(s, card.date);
    s.table("posted", |s| common.time(s, card.posted));
    s.maybe_table("updated", card.updated, |s, at| common.time(s, at));
    s.text("kind", page.kind().word());
    s.text("label", &common.kind_label(page.kind()));
    s.maybe_text("extent", page.extent().map(|e| e.word()));
    let extent = common.extent_label(card).filter(|_| !page.shows_original());
    s.maybe_text("extent_label", extent.as_deref());
    s.maybe_text("genre", common.genre(card).as_deref());
    s.maybe_text("locator", card.locator.as_deref());
    s.maybe_text("dateline", page.details().dateline.as_deref());
    s.maybe_text("summary", page.summary());
    s.maybe_table("cover", page.cover(), |s, shown| {
        s.text("url", &shown.address);
        s.maybe_table("size", shown.size, |s, (width, height)| {
            s.number("width", width.into());
            s.number("height", height.into());
        });
    });
}

fn people(s: &mut Values, page: &ArticlePage) {
    s.leaves("sources", page.facts.sources.iter().copied());
    s.leaves("translators", page.facts.translators.iter().copied());
    let (people, lang) = page.authors();
    authors(s, "authors", people, Some(lang));
    let details = page.details();
    for (key, names, people) in [
        ("edited_by", Some("editors"), &details.editors),
        ("reviewed_by", Some("reviewers"), &details.reviewers),
        ("collected_by", None, &details.collectors),
    ] {
        if let Some(names) = names {
            s.texts(names, people.iter().map(|person| &*person.name));
        }
        authors(s, key, people, Some(page.facts.files.language));
    }
}

/// Adds people, whose names are in `lang`.
fn authors(s: &mut Values, key: &'static str, authors: &[Person], lang: Option<&str>) {
    s.tables(key, authors, |s, author| {
        s.text("label", &author.name);
        s.maybe_text("role", author.role.as_deref());
        s.maybe_text("url", author.url.as_deref());
        s.maybe_text("lang", lang);
        s.maybe_text("dir", lang.map(direction));
    });
}

fn places(common: &Common, s: &mut Values, page: &ArticlePage) {
    let facts = page.facts;
    s.trails("sections", facts.sections.iter().cloned());
    s.leaves("tags", facts.tags.iter().copied());
    let neighbour = |s: &mut Values, other: &Neighbour| {
        s.text("title", other.title);
        s.text("url", &other.url);
        common.date(s, other.day);
    };
    s.maybe_table("previous", facts.previous.as_ref(), neighbour);
    s.maybe_table("next", facts.next.as_ref(), neighbour);
    s.maybe_table("series", facts.series.as_ref(), |s, series| {
        s.text("label", series.label);
        s.text("url", &series.url);
        s.maybe_text("part", series.part.map(|part| part.to_string()).as_deref());
        s.maybe_table("previous", series.previous.as_ref(), neighbour);
        s.maybe_table("next", series.next.as_ref(), neighbour);
    });
    s.leaves("related", facts.related.iter().copied());
}

fn original_fields(common: &Common, s: &mut Values, page: &ArticlePage, facing: Option<&Facing>) {
    s.maybe_table("original", page.original(), |s, original| {
        let lang = original.lang.as_deref();
        s.maybe_text("lang", lang);
        s.maybe_text("dir", lang.map(direction));
        s.maybe_text("language", lang.map(|l| common.language(l)).as_deref());
        s.maybe_text("title", original.title.as_deref());
        s.maybe_text("url", page.original_url());
        s.flag("here", original.here);
        s.maybe_text("archive_url", original.archive_url.as_deref());
        s.maybe_text("revision", original.revision.as_deref());
        s.maybe_text("locator", original.page.as_deref());
        s.maybe_table("date", original.date, |s, day| {
            s.text("iso", &day.to_string());
            s.text("label", &common.day(day));
        });
        authors(s, "authors", &original.authors, lang);
        s.text("publish", original.publish.word());
        s.maybe_text("reproduced", reproduced(page, original, facing).map(Publish::word));
        s.maybe_html("content", facing.and_then(|facing| facing.below.as_deref()));
    });
}

/// Returns how much of the original's text the page prints. `None` if there is no text that it could print.
fn reproduced(page: &ArticlePage, original: &OriginalText, facing: Option<&Facing>) -> Option<Publish> {
    let printed = facing.is_some_and(|facing| facing.html.is_some() || facing.below.is_some());
    let withheld = original.publish == Publish::None || page.document.original_to_check().is_some();
    if printed {
        return Some(original.publish);
    }
    let has_none = original.here || page.kind() == ArticleKind::Original;
    (withheld && !has_none).then_some(Publish::None)
}

/// Adds what the page shows of the original's body.
fn facing_fields(s: &mut Values, facing: Option<&Facing>) {
    s.maybe_table("facing", facing, |s, Facing { layout, html, below: _, counts }| {
        s.text("layout", layout.word());
        s.maybe_html("content", html.as_deref());
        s.number("rows", counts.rows as i64);
        s.number("aligned", counts.aligned as i64);
        s.number("untranslated", counts.untranslated as i64);
        s.number("added", counts.added as i64);
    });
}

/// Adds every text that has a page, if there is more than one.
fn versions(common: &Common, s: &mut Values, page: &ArticlePage) {
    s.tables("versions", &page.facts.versions, |s, version| {
        s.text("lang", version.lang);
        s.text("dir", direction(version.lang));
        s.text("language", &common.language(version.lang));
        s.text("title", version.title);
        s.text("url", &version.url);
        s.flag("original", version.is_original);
        s.flag("current", version.url == page.url);
    });
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

/// Adds the corrections of the article. On the page of a further translation, they lead to the article's own page,
/// since they are about its paragraphs.
fn corrections(common: &Common, s: &mut Values, page: &ArticlePage, marked: &[bool]) {
    s.tables("corrections", page.corrections().enumerate(), |s, (at, correction)| {
        let paragraph = correction.paragraph.map(|paragraph| paragraph.to_string());
        let here = marked.get(at).copied();
        let place = paragraph.as_deref().filter(|_| here.unwrap_or(true));
        let page = if here.is_some() { "" } else { page.article_url };
        s.text("id", &note_id(at));
        common.correction(s, correction);
        s.maybe_text("url", place.map(|p| format!("{page}#p{p}")).as_deref());
    });
    let all = common.config.corrections_page != Some(false) && page.corrections().next().is_some();
    let all = all.then(|| common.config.urls.page(CORRECTIONS));
    s.maybe_text("all_corrections", all.as_deref());
}

/// Adds the links for readers who found a mistake.
fn report(common: &Common, s: &mut Values, page: &ArticlePage, rendered: &RenderedBody) {
    let address = absolute_or_same(common.config, page.url);
    let links = ReportLinks::new(common, page.title, &address, rendered);
    s.maybe_table("report", links, |s, links| {
        s.text("url", &links.url);
        s.tables("paragraphs", links.paragraphs, |s, (number, url)| {
            s.text("number", &number);
            s.text("url", &url);
        });
    });
}
