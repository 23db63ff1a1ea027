//! Checks for languages in `[search] languages` that no text has. It takes the languages from the archive and reads
//! no text.

use std::sync::Arc;

use super::subject::Subject;
use crate::base::config;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::base::search_settings::covers;

/// Reports languages that no text has.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let search = &subject.config.search;
    if search.languages.is_empty() || subject.archive.articles.is_empty() {
        return;
    }
    let of_texts = || {
        let siblings = subject.archive.articles.iter().flat_map(|placed| &placed.siblings);
        std::iter::once(&*subject.config.language).chain(siblings.map(|sibling| &*sibling.lang))
    };
    let file: Arc<str> = config::FILE.into();
    for wanted in search.languages.iter().filter(|wanted| !of_texts().any(|tag| covers(&wanted.value, tag))) {
        problems.push(problem::idle_language(Span::new(&file, wanted.at.clone()), &wanted.value));
    }
}
