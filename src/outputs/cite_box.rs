//! The references on an article's own page: three styles as text, and three formats as links that a browser
//! downloads. They stand in the page itself, because some hosts limit the number of files.

use std::borrow::Cow;

use super::article_page::ArticlePage;
use super::citation::reference::{PlaceInSource, Reference, Work};
use super::citation::{biblatex, csl_json, data_url, ris, styles};
use super::world::{Common, TermLeaf};
use crate::content::article::ArticleKind;
use crate::theme::view::{Sink, Values};

/// Adds the references to the page's text.
pub fn fields(common: &Common, s: &mut Values, page: &ArticlePage) {
    if !common.cites {
        return s.none("cite");
    }
    let reference = reference(common, page);
    let mut text = String::with_capacity(1024);
    let mut url = |write: &dyn Fn(&mut String)| {
        text.clear();
        write(&mut text);
        let mut url = String::new();
        data_url::write(&text, &mut url);
        url
    };
    // Addresses have nothing that a file name must not have; ids may have it.
    let slug = page.facts.address.rsplit('/').next().unwrap_or_default();
    s.table("cite", |s| {
        match page.facts.files.sibling {
            Some(sibling) => s.text("name", &format!("{slug}.{}", sibling.lang)),
            None => s.text("name", slug),
        }
        s.html("chicago", &styles::chicago(&reference));
        s.html("apa", &styles::apa(&reference));
        s.html("mla", &styles::mla(&reference));
        s.html("ris", &url(&|text| ris::write(&reference, text)));
        s.html("biblatex", &url(&|text| biblatex::write(&reference, text)));
        s.html(
            "csl_json",
            &url(&|text| {
                text.push('[');
                csl_json::write(&reference, text);
                text.push(']');
            }),
        );
    });
}

fn reference<'a>(common: &'a Common, page: &'a ArticlePage) -> Reference<'a> {
    let (facts, details, card) = (page.facts, page.details(), page.card());
    let original = page.original().filter(|_| page.kind() != ArticleKind::Original);
    let said = page.said_of_translators();
    let leaf = |t: &&'a TermLeaf| t.parts(said);
    let page_in_source = page.source_page().or_else(|| page.original()?.page.as_deref());
    Reference {
        id: match facts.files.sibling {
            Some(sibling) => Cow::Owned(format!("{}.{}", card.id, sibling.lang)),
            None => Cow::Borrowed(&card.id),
        },
        title: page.title,
        authors: page.authors().0.iter().map(|author| author.parts()).collect(),
        translators: facts.translators.iter().map(leaf).collect(),
        work: Work::of(page.kind()),
        newspaper: joined(facts.sources.iter().copied(), ", "),
        date: page.source_date(),
        place: PlaceInSource::new(page_in_source, details.issue.as_deref(), details.edition.as_deref()),
        section: joined(facts.sections.first().into_iter().flatten().copied(), " > "),
        language: page.lang,
        original_title: original.and_then(|original| original.title.as_deref()),
        original_language: original.and_then(|original| original.lang.as_deref()),
        archive: &common.config.title,
        url: common.config.urls.absolute(page.url),
    }
}

/// Joins the labels of terms.
pub fn joined<'a>(terms: impl IntoIterator<Item = &'a TermLeaf>, separator: &str) -> Cow<'a, str> {
    let mut terms = terms.into_iter();
    let Some(first) = terms.next() else { return Cow::Borrowed("") };
    terms.fold(Cow::Borrowed(&*first.label), |mut all, term| {
        let joined = all.to_mut();
        joined.push_str(separator);
        joined.push_str(&term.label);
        all
    })
}
