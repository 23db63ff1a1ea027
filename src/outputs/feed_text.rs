//! The whole text of an article for a feed: its credits, its body, its corrections, and the link to its original. Of an
//! original beside it, a feed carries nothing, whatever the pages may print.

use std::hash::{Hash, Hasher};

use super::body::BodySource;
use super::head::{absolute_or_same, escape};
use super::image_credits::ImageCredits;
use super::output_content::ReadText;
use super::world::World;
use crate::archive::archive::{ArticleIx, IndexedArticle};
use crate::base::diag::Diagnostics;
use crate::base::weburl::rights_url;
use crate::content::content_path::TermKind;
use crate::content::correction::Correction;
use crate::content::details::{self, Details};
use crate::content::markdown;
use crate::theme::strings::Arg;

/// An article of a feed, before its text is read.
pub struct FeedArticle<'w> {
    placed: &'w IndexedArticle,
    body: BodySource<'w>,
    /// The credits that come from the archive.
    credits: String,
}

/// Leaves out the card: it comes from the article's file, and the digest of that covers it.
impl Hash for FeedArticle<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let FeedArticle { placed: _, body, credits } = self;
        (body, credits).hash(state);
    }
}

impl<'w> FeedArticle<'w> {
    pub fn new(world: &'w World<'w>, ix: ArticleIx) -> FeedArticle<'w> {
        let placed = world.archive.article(ix);
        let card = &placed.card;
        let body = BodySource::new(world, &card.file, &card.refs, &placed.address, &world.config.language);
        FeedArticle { placed, body, credits: credits(world, placed) }
    }

    /// Returns the text of the article at this absolute address. The outer `None` means that the file cannot be read,
    /// which is reported; the inner one that the address is none.
    pub fn text(&self, world: &World, url: &str, read: ReadText, problems: &mut Diagnostics) -> Option<Option<String>> {
        let file = &self.placed.card.file;
        let text = read(file, problems)?;
        let (details, body, at) = details::load(file, &text).map_err(|found| problems.extend(found)).ok()?;
        let mut images = ImageCredits::new(&details.images, rights_url);
        // The article's page reports the problems of the text.
        let rendered = self.body.render_credited(world, body, at, &mut images, &mut Diagnostics::new());
        let Some(body) = markdown::feed_html(&rendered.html, url) else { return Some(None) };
        let language = &world.config.language;
        let mut html = format!("<div lang=\"{language}\" dir=\"{}\">\n<p>", world.locale().dir);
        html.push_str(&self.credits);
        byline(world, &details, &mut html);
        html.push_str("</p>\n");
        if let Some(summary) = &details.summary {
            paragraph(&mut html, &[], summary);
        }
        html.push_str(&body);
        corrections(world, &self.placed.card.corrections, &mut html);
        ends(world, &details, &mut html);
        html.push_str("</div>\n");
        Some(Some(html))
    }
}

/// Returns source, day and place, then translators and kind, each in a line.
fn credits<'w>(world: &World<'w>, placed: &'w IndexedArticle) -> String {
    let card = &placed.card;
    let separator = world.strings.plain("list_separator");
    let names = |html: &mut String, kind: TermKind| {
        for (at, term) in world.terms(kind, placed.terms(kind)).enumerate() {
            if at > 0 {
                escape(&separator, html);
            }
            link(html, &absolute_or_same(world.config, &term.url), &term.label);
        }
    };
    let mut html = String::new();
    names(&mut html, TermKind::Source);
    for part in [Some(&*world.day(card.date)), card.locator.as_deref()].into_iter().flatten() {
        if !html.is_empty() {
            html.push_str(" · ");
        }
        isolated(&mut html, part);
    }
    html.push_str("<br>");
    if !placed.terms(TermKind::Translator).is_empty() {
        escape(&world.strings.plain("translated_by"), &mut html);
        html.push(' ');
        names(&mut html, TermKind::Translator);
        html.push_str(" · ");
    }
    escape(&world.label(card), &mut html);
    if let Some(extent) = world.extent_label(card) {
        let args = [("text", Arg::Text(&extent))];
        escape(&world.strings.get("in_parentheses", &args).unwrap_or_default(), &mut html);
    }
    html
}

/// Adds the byline and the dateline, if the article has them.
fn byline(world: &World, details: &Details, html: &mut String) {
    if details.authors.is_empty() && details.dateline.is_none() {
        return;
    }
    html.push_str("<br>");
    if !details.authors.is_empty() {
        escape(&world.strings.plain("by"), html);
        html.push(' ');
        let separator = world.strings.plain("list_separator");
        for (at, author) in details.authors.iter().enumerate() {
            if at > 0 {
                escape(&separator, html);
            }
            isolated(html, &author.name);
        }
    }
    if let Some(dateline) = &details.dateline {
        if !details.authors.is_empty() {
            html.push_str(" · ");
        }
        isolated(html, dateline);
    }
}

/// Adds the notes about corrections.
fn corrections(world: &World, all: &[Correction], html: &mut String) {
    for correction in all {
        let kind = world.strings.plain(correction.kind.string());
        let day = world.day(correction.date);
        paragraph(html, &[&kind, &day], &correction.note);
    }
}

/// Adds the link to the original, and the rights in the translation.
fn ends(world: &World, details: &Details, html: &mut String) {
    let original = details.original.as_ref();
    let links = [
        ("read_original", original.and_then(|original| original.url.as_deref())),
        ("archived_copy", original.and_then(|original| original.archive_url.as_deref())),
    ];
    for (key, url) in links.into_iter().filter_map(|(key, url)| Some((key, url?))) {
        html.push_str("<p>");
        link(html, url, &world.strings.plain(key));
        html.push_str("</p>\n");
    }
    if let Some(rights) = details.rights.as_ref().and_then(|rights| rights.translation.as_deref()) {
        html.push_str("<p>");
        match rights_url(rights) {
            Some(url) => link(html, &url, rights),
            None => escape(rights, html),
        }
        html.push_str("</p>\n");
    }
}

/// Adds a paragraph that starts with words of the interface.
fn paragraph(html: &mut String, start: &[&str], text: &str) {
    html.push_str("<p>");
    for word in start {
        html.push_str("<strong>");
        escape(word, html);
        html.push_str("</strong> ");
    }
    escape(text, html);
    html.push_str("</p>\n");
}

/// Adds a link. The address was checked when it was read.
fn link(html: &mut String, url: &str, label: &str) {
    html.push_str("<a href=\"");
    escape(url, html);
    html.push_str("\">");
    isolated(html, label);
    html.push_str("</a>");
}

fn isolated(html: &mut String, text: &str) {
    html.push_str("<bdi>");
    escape(text, html);
    html.push_str("</bdi>");
}
