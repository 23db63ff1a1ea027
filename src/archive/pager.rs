//! Stable page numbers: page 1 is the oldest. Arithmetic only.
//!
//! n articles, p a page: the numbered pages 1 … max(0, ⌊n/p⌋ − 1) hold p each, counted from the oldest; the root holds
//! the rest, between one and two pages' worth. So a numbered page changes only when an article as old as its own does.

use std::ops::Range;

/// The pages of a listing of `n` articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pager {
    pub n: usize,
    pub per_page: usize,
}

impl Pager {
    /// How many numbered pages there are.
    pub fn numbered(&self) -> usize {
        (self.n / self.per_page).saturating_sub(1)
    }

    /// The articles of a page, as a range of the listing newest first; `None` is the root.
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
        /// Every article stands on exactly one page, and adding a newest one moves none on a numbered page.
        #[test]
        fn pages_partition_and_stand_still(n in 0usize..2000, per_page in 1usize..60) {
            let (old, new) = (Pager { n, per_page }, Pager { n: n + 1, per_page });
            let mut seen = vec![false; n];
            for page in (1..=old.numbered()).map(Some).chain([None]) {
                for i in old.range(page) {
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
