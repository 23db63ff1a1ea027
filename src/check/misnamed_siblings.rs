//! Checks articles that are probably siblings of another one: `ferry-ja.md` beside `ferry.md`. It reads names, not
//! texts.

use std::collections::BTreeMap;

use super::subject::Subject;
use crate::base::diag::Diagnostics;
use crate::base::problem;
use crate::content::article::Article;
use crate::content::content_path::{TermKind, meant_as_sibling};

/// Reports articles with the name of a sibling.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let cards = || subject.archive.articles.iter().map(|placed| &placed.card);
    let named: Vec<_> = cards().filter_map(|card| Some((card, meant_as_sibling(&card.id)?))).collect();
    if named.is_empty() {
        return;
    }
    let by_id: BTreeMap<&str, &Article> = cards().map(|card| (&*card.id, &**card)).collect();
    for (card, (article, lang)) in named {
        let sources = |card: &Article| -> Vec<Box<str>> {
            card.names[TermKind::Source as usize].iter().map(|name| name.value.clone()).collect()
        };
        let other = by_id.get(article).filter(|other| other.date == card.date && sources(other) == sources(card));
        if other.is_some() && lang != subject.config.language {
            problems.push(problem::sibling_name(card.span(), article, &lang));
        }
    }
}
