//! Defines the card of an input, and reads that of a text, with what other pages may show of it. It opens no file,
//! and reads no picture: `parse.rs` does.

use std::sync::Arc;

use super::discover::Input;
use crate::base::config::Config;
use crate::base::diag::{self, Diagnostics, Severity, Span};
use crate::base::digest::Digest;
use crate::base::{language, problem};
use crate::content::article::{self, Article, Sibling, TextParts};
use crate::content::content_path::ContentPath;
use crate::content::extract::Extract;
use crate::content::file_names;
use crate::content::glossary::file::{self as glossary, GlossaryFile};
use crate::content::picture::Picture;
use crate::content::record::{self, Record, StandalonePage};
use crate::content::search::text_terms::TextTerms;
use crate::content::sibling;

/// The card of an input.
#[derive(Clone, PartialEq)]
pub enum ParsedCard {
    Article(Arc<Article>),
    Sibling(Arc<Sibling>),
    Record(Arc<Record>),
    Page(Arc<StandalonePage>),
    Glossary(Arc<GlossaryFile>),
    /// An asset that is a picture.
    Picture(Arc<Picture>),
    /// A draft that still lacks what an article needs.
    Unfinished(Box<str>),
    /// A text that could not be read, with the id of its article. Not an error if that article is a draft.
    Unread(Box<str>),
    Nothing,
}

/// The result of reading an input.
#[derive(Clone)]
pub struct Reading {
    pub card: ParsedCard,
    pub problems: Diagnostics,
    /// The digest of its bytes, if they could be read.
    pub digest: Option<Digest>,
}

impl Reading {
    /// Returns whether two readings are equal.
    pub fn is_as(&self, other: &Reading) -> bool {
        self.card == other.card && self.problems == other.problems
    }

    /// Returns whether other pages and reports show the same after both readings. Places in the file do not count.
    pub fn says_as(&self, other: &Reading) -> bool {
        self.problems.is_empty()
            && other.problems.is_empty()
            && self.card.without_places() == other.card.without_places()
    }
}

impl ParsedCard {
    fn without_places(&self) -> ParsedCard {
        match self {
            ParsedCard::Article(card) => ParsedCard::Article(Arc::new(card.without_places())),
            ParsedCard::Sibling(card) => ParsedCard::Sibling(Arc::new(card.without_places())),
            ParsedCard::Record(card) => ParsedCard::Record(Arc::new(card.without_places())),
            ParsedCard::Page(card) => ParsedCard::Page(Arc::new(card.without_places())),
            other => other.clone(),
        }
    }
}

/// Reads a text and its card and, with `terms`, its terms for a search. `problems` are those of the file's characters.
pub fn read(
    drafts: bool,
    terms: bool,
    config: &Config,
    input: &Input,
    kind: ContentPath,
    text: &str,
    mut problems: Diagnostics,
) -> (ParsedCard, TextParts, Diagnostics) {
    let mut and = |found: Diagnostics| {
        problems.extend(found);
        std::mem::take(&mut problems)
    };
    let mut parts = TextParts::default();
    let (card, mut found) = match kind {
        ContentPath::Article { id } => {
            let (read, mut found) = article::read_parts(&input.file, &id, text, config, terms);
            let card = taken(read, &mut parts);
            if let Some((beside, written, tag)) = file_names::meant_as_sibling(&id) {
                let at = Span::file(input.file.clone());
                if card.is_none() && !article::is_dated(&input.file, text) {
                    found = vec![problem::invalid_language_of_file(at, beside, written, &tag)];
                } else if written.contains('_') {
                    found.push(problem::sibling_by_name(at, beside, written, &tag));
                }
            }
            let found = and(found);
            let card = card.map(|card| ParsedCard::Article(Arc::new(card)));
            let (card, found) = finished(card, found, &id, drafts, &input.file, text);
            return (card, parts, found);
        }
        ContentPath::Sibling { article, lang } => {
            let (read, mut found) = sibling::read_parts(&input.file, &article, &lang, text, config.raw_html, terms);
            let card = taken(read, &mut parts);
            if card.is_none() {
                let mut found = and(found);
                or_said(None, &input.file, &mut found);
                return (ParsedCard::Unread(article.into()), parts, found);
            }
            if let Some(doubt) = language::doubt(&lang) {
                let (at, beside) = (Span::file(input.file.clone()), file_names::last(&article));
                found.push(problem::unknown_language_of_file(at, beside, &lang, &doubt));
            }
            (card.map(|card| ParsedCard::Sibling(Arc::new(card))), and(found))
        }
        ContentPath::Record { kind, id } => {
            let (read, found) = record::read(&input.file, kind, &id, text, config);
            (taken(read.map(without_terms), &mut parts).map(|card| ParsedCard::Record(Arc::new(card))), and(found))
        }
        ContentPath::Page { path } => {
            let (read, found) = record::read_page(&input.file, &path, text, config);
            (taken(read.map(without_terms), &mut parts).map(|card| ParsedCard::Page(Arc::new(card))), and(found))
        }
        ContentPath::Glossary => {
            let (read, found) = glossary::read(&input.file, text);
            (read.map(|terms| ParsedCard::Glossary(Arc::new(terms))), and(found))
        }
        ContentPath::Asset | ContentPath::Stray | ContentPath::Nameless => {
            (Some(ParsedCard::Nothing), Diagnostics::new())
        }
    };
    (or_said(card, &input.file, &mut found), parts, found)
}

/// Moves what was read besides a card to `to`, and returns the card.
fn taken<T>(read: Option<(T, TextParts)>, to: &mut TextParts) -> Option<T> {
    read.map(|(card, parts)| {
        *to = parts;
        card
    })
}

/// A search does not find records and standalone pages.
fn without_terms<T>((card, extract): (T, Extract)) -> (T, TextParts) {
    (card, (extract, None))
}

/// Reads the terms of an article or sibling again. Returns `None` if the text has no card.
pub fn terms(config: &Config, file: &Arc<str>, kind: &ContentPath, text: &str) -> Option<TextTerms> {
    match kind {
        ContentPath::Article { id } => article::read_parts(file, id, text, config, true).0?.1.1,
        ContentPath::Sibling { article, lang } => {
            sibling::read_parts(file, article, lang, text, config.raw_html, true).0?.1.1
        }
        _ => None,
    }
}

/// Turns the result of a text into a card. An article that cannot be read is an error, unless it is a draft that is
/// not published: its writer is not done yet.
fn finished(
    card: Option<ParsedCard>,
    mut found: Diagnostics,
    id: &str,
    drafts: bool,
    file: &Arc<str>,
    text: &str,
) -> (ParsedCard, Diagnostics) {
    let wrong = card.is_none() || diag::count_errors(&found, false) > 0;
    if wrong && !drafts && article::is_draft(file, text) {
        found.iter_mut().for_each(|problem| problem.severity = Severity::Warning);
        return (card.unwrap_or_else(|| ParsedCard::Unfinished(id.into())), found);
    }
    (or_said(card, file, &mut found), found)
}

/// Makes sure that a missing card has an error: an article must never be skipped silently.
fn or_said(card: Option<ParsedCard>, file: &Arc<str>, found: &mut Diagnostics) -> ParsedCard {
    if card.is_none() && diag::count_errors(found, false) == 0 {
        found.push(problem::internal(Span::file(file.clone()), "the file produced neither a card nor a problem"));
    }
    card.unwrap_or(ParsedCard::Nothing)
}
