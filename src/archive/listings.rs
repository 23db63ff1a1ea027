//! Fills the listings of the archive. Those of terms keep the order of the articles: by `posted`. Those of dates are
//! ordered by `date` first.

use super::archive::{Archive, ArticleIx, IndexedArticle};
use super::term::Taxonomy;
use crate::base::join::join;

/// Fills the listings of terms, dates and corrections, and the list of ids.
pub(super) fn fill(archive: &mut Archive) {
    let Archive { articles, taxonomies, years, months, days, by_id: ids, .. } = archive;
    let articles = &*articles;
    let [section, tag, source, translator] = taxonomies;
    join(
        || [section, source].into_iter().for_each(|taxonomy| list_terms(articles, taxonomy)),
        || {
            [tag, translator].into_iter().for_each(|taxonomy| list_terms(articles, taxonomy));
            for (ix, placed) in articles.iter().enumerate() {
                days.entry(placed.card.date).or_default().push(ix as ArticleIx);
            }
            // From the last day to the first, months and years are ordered by date without sorting.
            for (day, list) in days.iter().rev() {
                years.entry(day.year()).or_default().extend(list);
                months.entry((day.year(), day.month())).or_default().extend(list);
            }
            *ids = by_id(articles);
        },
    );
    archive.corrections = corrections(archive);
}

fn list_terms(articles: &[IndexedArticle], taxonomy: &mut Taxonomy) {
    for (ix, placed) in articles.iter().enumerate() {
        let ix = ix as ArticleIx;
        for &term in placed.terms(taxonomy.kind) {
            let mut at = Some(term);
            while let Some(term) = at {
                let term = &mut taxonomy.terms[term as usize];
                // An article in two subsections counts once in their parent.
                if term.articles.last() != Some(&ix) {
                    term.articles.push(ix);
                }
                at = term.parent;
            }
        }
    }
    taxonomy.terms.iter_mut().for_each(|term| term.articles.shrink_to_fit());
}

/// Returns all articles, sorted by id.
fn by_id(articles: &[IndexedArticle]) -> Vec<ArticleIx> {
    let mut order: Vec<ArticleIx> = (0..articles.len() as ArticleIx).collect();
    order.sort_by_cached_key(|&ix| articles[ix as usize].rank);
    order
}

/// Lists all corrections, newest first: by day descending, then by id, then by place. A correction of today moves no
/// older one to another page.
fn corrections(archive: &Archive) -> Vec<(ArticleIx, u32)> {
    let of = |(ix, placed): (usize, &IndexedArticle)| {
        (0..placed.card.corrections.len() as u32).map(move |at| (ix as ArticleIx, at))
    };
    let mut all: Vec<(ArticleIx, u32)> = archive.articles.iter().enumerate().flat_map(of).collect();
    all.sort_by_key(|&(ix, at)| (std::cmp::Reverse(archive.correction((ix, at)).date), archive.article(ix).rank, at));
    all
}
