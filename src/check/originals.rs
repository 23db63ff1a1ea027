//! Checks for articles with the same original: a text translated twice, or a URL copied from another article.
//!
//! Cards have a number for the URL (`content/original_url.rs`), so only texts with the same number are read.

use std::collections::BTreeMap;

use super::subject::Subject;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::content::article::{Article, ArticleKind};
use crate::content::{front_matter, original_url};

/// Reports articles with the same original.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let mut by_number: BTreeMap<u64, Vec<&Article>> = BTreeMap::new();
    for placed in &subject.archive.articles {
        // A digest may quote an original that others translated.
        if let Some(number) = placed.card.original_number.filter(|_| placed.card.kind != ArticleKind::Digest) {
            by_number.entry(number).or_default().push(&placed.card);
        }
    }
    for mut cards in by_number.into_values().filter(|cards| cards.len() > 1) {
        if !cards.iter().any(|card| (subject.wanted)(&card.file)) {
            continue;
        }
        cards.sort_by(|a, b| (a.posted, &a.id).cmp(&(b.posted, &b.id)));
        let mut written =
            cards.into_iter().filter_map(|card| written(subject, card, problems)).collect::<Vec<_>>().into_iter();
        let Some((_, first)) = written.next() else { continue };
        problems.extend(written.map(|(url, span)| problem::same_original(span, &url, first.clone())));
    }
}

/// Reads the URL of an article's original, and its place.
fn written(subject: &Subject, card: &Article, problems: &mut Diagnostics) -> Option<(String, Span)> {
    let text = (subject.read)(&card.file, problems)?;
    let parts = front_matter::split(&card.file, &text).ok()?;
    original_url::url(&parts.entries).map(|(url, at)| (url.to_owned(), Span::new(&card.file, at)))
}
