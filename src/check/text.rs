//! Texts that can deceive: explicit bidirectional overrides in titles, labels and excerpts (CVE-2021-42574's trick).

use super::Subject;
use crate::base::diag::{Diagnostics, Span, is_bidi_control};
use crate::base::problem;
use crate::content::place::TermKind;

pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let hidden = |text: &str| text.chars().any(is_bidi_control);
    for placed in &subject.archive.articles {
        let card = &placed.card;
        for text in [Some(&card.title), card.excerpt.as_ref()].into_iter().flatten().filter(|t| hidden(t)) {
            problems.push(problem::bidi_control(card.span(), text));
        }
        for sibling in placed.siblings.iter().filter(|s| hidden(&s.title)) {
            problems.push(problem::bidi_control(Span::file(sibling.file.clone()), &sibling.title));
        }
    }
    for kind in TermKind::ALL {
        for term in subject.archive.taxonomy(kind).terms.iter().filter(|t| hidden(&t.label)) {
            let at = match (&term.record, term.articles.last()) {
                (Some(record), _) => Span::file(record.file.clone()),
                (None, Some(&ix)) => subject.archive.article(ix).card.span(),
                (None, None) => Span::file(crate::base::config::FILE),
            };
            problems.push(problem::bidi_control(at, &term.label));
        }
    }
}
