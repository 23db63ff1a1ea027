//! Stable page numbers: page 1 is the oldest. This file is arithmetic only.
//!
//! With n articles and p per page, the numbered pages are 1 … max(0, ⌊n/p⌋ − 1). Each holds p articles, counted from
//! the oldest. The root holds the rest: fewer than two pages' worth, and at least one if there are that many articles.
//! So a numbered page changes only when an article as old as its own is added or removed.

use std::ops::Range;

/// The pages of a listing of `n` articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pager {
    pub n: usize,
    pub per_page: usize,
}

impl Pager {
    /// Returns the number of numbered pages.
    pub fn numbered(&self) -> usize {
        (self.n / self.per_page).saturating_sub(1)
    }

    /// Returns the page with the article at a place in the listing, newest first. `None` is the root.
    pub fn page_of(&self, at: usize) -> Option<usize> {
        let below = at.checked_sub(self.range(None).len())?;
        Some(self.numbered() - below / self.per_page)
    }

    /// Returns the articles of a page as a range of the listing, newest first. `None` is the root.
    pub fn range(&self, number: Option<usize>) -> Range<usize> {
        match number {
            Some(k) => self.n - k * self.per_page..self.n - (k - 1) * self.per_page,
            None => 0..self.n - self.numbered() * self.per_page,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_contracts_example() {
        let pager = Pager { n: 12, per_page: 5 };
        assert_eq!((pager.numbered(), pager.range(Some(1)), pager.range(None)), (1, 7..12, 0..7));
        assert_eq!(Pager { n: 0, per_page: 5 }.range(None), 0..0);
    }

    proptest! {
        /// Every article is on exactly one page, and adding a newer article never changes a numbered page.
        #[test]
        fn pages_partition_and_stand_still(n in 0usize..2000, per_page in 1usize..60) {
            let (old, new) = (Pager { n, per_page }, Pager { n: n + 1, per_page });
            let mut seen = vec![false; n];
            for page in (1..=old.numbered()).map(Some).chain([None]) {
                for i in old.range(page) {
                    prop_assert_eq!(old.page_of(i), page);
                    prop_assert!(!std::mem::replace(&mut seen[i], true));
                }
            }
            prop_assert!(seen.iter().all(|s| *s));
            prop_assert!(old.range(None).len() < 2 * per_page);
            for k in 1..=old.numbered() {
                let (a, b) = (old.range(Some(k)), new.range(Some(k)));
                prop_assert_eq!((a.start + 1, a.end + 1), (b.start, b.end));
            }
        }
    }
}
