//! Puts articles into their series, and finds the parts beside one. It must not know pages.

use std::collections::BTreeMap;

use super::archive::{Archive, ArticleIx, IndexedArticle};
use super::series::Series;

/// Collects the series of all articles, sorted by id.
pub(super) fn collect(articles: &[IndexedArticle]) -> Vec<Series> {
    let mut all: BTreeMap<&str, Vec<ArticleIx>> = BTreeMap::new();
    for (ix, placed) in (0..).zip(articles) {
        if let Some(series) = &placed.card.series {
            all.entry(&series.id).or_default().push(ix);
        }
    }
    let in_order = |(id, mut parts): (&str, Vec<ArticleIx>)| {
        parts.sort_by_key(|&ix| key(&articles[ix as usize]));
        let first = parts.first().and_then(|&ix| articles[ix as usize].card.series.as_ref());
        Series { id: id.into(), label: first.map(|series| series.name.clone()).unwrap_or_default(), articles: parts }
    };
    all.into_iter().map(in_order).collect()
}

/// The order of the parts: without a number last, then by date, the time of posting and id.
fn key(placed: &IndexedArticle) -> impl Ord + use<> {
    let card = &placed.card;
    let part = card.series.as_ref().and_then(|series| series.part).unwrap_or(u32::MAX);
    (part, card.date, card.posted, placed.rank)
}

/// The place of an article in its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceInSeries<'a> {
    pub series: &'a Series,
    pub previous: Option<ArticleIx>,
    pub next: Option<ArticleIx>,
}

impl Archive {
    /// Returns the place of an article in its series, if it is in one.
    pub fn in_series(&self, ix: ArticleIx) -> Option<PlaceInSeries<'_>> {
        let placed = self.article(ix);
        let part = placed.card.series.as_ref()?;
        let at = self.series.binary_search_by(|series| series.id.cmp(&part.id)).ok()?;
        let series = &self.series[at];
        let own = key(placed);
        let at = series.articles.binary_search_by(|&other| key(self.article(other)).cmp(&own)).ok()?;
        let previous = at.checked_sub(1).map(|before| series.articles[before]);
        Some(PlaceInSeries { series, previous, next: series.articles.get(at + 1).copied() })
    }
}
