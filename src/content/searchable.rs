//! The terms of a text for a search: from what the page prints of its front matter and of its body. It must not know
//! the index.

use super::details::{Details, SiblingDetails};
use super::markdown;
use super::person::Person;
use super::search::collector::{SearchTermCollector, TextPart};
use super::search::text_terms::TextTerms;

/// The length in characters of an original that is published as an excerpt. Almost every country's right of quotation
/// allows this much.
pub const EXCERPT_CHARS: usize = 200;

/// Returns the terms of an article in `lang`. `body` is the text of its body.
pub fn of_article(title: &str, details: &Details, body: &str, lang: &str) -> TextTerms {
    let mut terms = SearchTermCollector::default();
    if let Some(original) = &details.original {
        let lang = original.lang.as_deref().unwrap_or_default();
        original.title.iter().for_each(|title| terms.add(title, lang, TextPart::Title));
    }
    people(&mut terms, &details.authors, lang);
    let original = terms.finish();
    terms.add(title, lang, TextPart::Title);
    let notes = details.corrections.iter().map(|written| &written.correction.note);
    for helpers in [&details.editors, &details.reviewers, &details.collectors] {
        people(&mut terms, helpers, lang);
    }
    details.summary.iter().chain(&details.dateline).chain(notes).for_each(|text| terms.add(text, lang, TextPart::Body));
    terms.add(body, lang, TextPart::Body);
    TextTerms { full: terms.finish(), original, ..TextTerms::default() }
}

fn people(terms: &mut SearchTermCollector, people: &[Person], lang: &str) {
    for text in people.iter().flat_map(|person| [Some(&person.name), person.role.as_ref()]).flatten() {
        terms.add(text, lang, TextPart::Body);
    }
}

/// Returns the terms of a sibling in `lang`. `body` is the text of its body, `markdown` the body as written.
pub fn of_sibling(title: &str, details: &SiblingDetails, body: &str, markdown: &str, lang: &str) -> TextTerms {
    let mut terms = SearchTermCollector::default();
    let head = |terms: &mut SearchTermCollector| {
        terms.add(title, lang, TextPart::Title);
        people(terms, &details.authors, lang);
    };
    head(&mut terms);
    if let Some(excerpt) = markdown::first_block(markdown, EXCERPT_CHARS) {
        terms.add(&excerpt, lang, TextPart::Body);
    }
    let excerpt = terms.finish();
    head(&mut terms);
    details.summary.iter().for_each(|summary| terms.add(summary, lang, TextPart::Body));
    terms.add(body, lang, TextPart::Body);
    TextTerms { full: terms.finish(), excerpt, ..TextTerms::default() }
}
