//! Reads a sibling: a text beside an article, in another language. Its card is in [`super::article`]. It must not
//! know whether the article exists.

use std::cell::RefCell;
use std::sync::Arc;

use super::article::{self, Sibling, TextParts};
use super::content_path::TermKind;
use super::details;
use super::doubtful_values;
use super::extract::Extract;
use super::front_matter;
use super::person;
use super::searchable;
use crate::base::config::RawHtml;
use crate::base::diag::Diagnostics;
use crate::base::reader::Spanned;

/// Reads the card of a sibling and the text's extract.
pub fn read(
    file: &Arc<str>,
    article: &str,
    lang: &str,
    text: &str,
    html: RawHtml,
) -> (Option<(Sibling, Extract)>, Diagnostics) {
    let (read, problems) = read_parts(file, article, lang, text, html, false);
    (read.map(|(card, (extract, _))| (card, extract)), problems)
}

/// Reads the card of a sibling, the text's extract and, with `terms`, its terms for a search.
pub fn read_parts(
    file: &Arc<str>,
    article: &str,
    lang: &str,
    text: &str,
    html: RawHtml,
    terms: bool,
) -> (Option<(Sibling, TextParts)>, Diagnostics) {
    let parts = match front_matter::split(file, text) {
        Ok(parts) => parts,
        Err(found) => return (None, found),
    };
    let problems = RefCell::new(Diagnostics::new());
    let mut r = front_matter::reader(file, &parts, &problems).of_sibling();
    let title = r.string("title");
    if title.is_none() {
        r.missing("title", "title = \"閣僚会合、東京で\"");
    }
    let details = details::read_sibling(&mut r);
    let translators = person::names(&mut r, "translator");
    doubtful_values::several(&r, TermKind::Translator, &translators);
    let translators = translators.into_iter().map(|name| Spanned { value: name.value.into(), at: name.at }).collect();
    let is_article = !r.has("draft") && ["date", "source", "section"].into_iter().any(|key| r.has(key));
    r.finish();
    let (body, (refs, links)) = article::body(file, &parts, html, terms);
    let sibling = title.map(|title| Sibling {
        article: article.into(),
        file: file.clone(),
        lang: lang.into(),
        title: title.value.into(),
        title_at: title.at,
        translators,
        is_article,
        refs,
    });
    let read = sibling.map(|sibling| {
        let terms = body.map(|body| searchable::of_sibling(&sibling.title, &details, &body, parts.body, lang));
        (sibling, (Extract { links: links.into() }, terms))
    });
    (read, problems.into_inner())
}
