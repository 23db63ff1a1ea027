//! Terms of one kind whose labels differ by a slip: "Asahi Shinbun" and "Asahi Shimbun".
//!
//! Two labels are near when one insertion, deletion or substitution leads from one to the other, or when they are the
//! same without spaces, hyphens, case and accents. Candidates are found by the strings that one deletion makes of each
//! (the method of SymSpell), so that ten thousand tags cost no more than their letters.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use super::Subject;
use crate::archive::term::Taxonomy;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::content::article::Article;
use crate::content::place::TermKind;

/// Shorter labels are near by nature: "Iran" and "Iraq".
const SHORTEST: usize = 6;

pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    // A record that could not be read may have said that two names are one.
    for kind in TermKind::ALL.into_iter().filter(|kind| !subject.archive.failed.has_record(*kind)) {
        let taxonomy = subject.archive.taxonomy(kind);
        for (a, b) in near(taxonomy) {
            let (a, b) = (taxonomy.get(a), taxonomy.get(b));
            // The rarer one is the slip; at a tie the later by id.
            let (slip, right) = if a.articles.len() < b.articles.len() { (a, b) } else { (b, a) };
            let at = match (slip.articles.last(), &slip.record) {
                (Some(&ix), _) => written(subject, &subject.archive.article(ix).card, &slip.label, problems),
                (None, Some(record)) => Span::file(record.file.clone()),
                (None, None) => Span::file(crate::base::config::FILE),
            };
            let counts = (slip.articles.len(), right.articles.len());
            problems.push(problem::near_terms(at, kind.name(), (&slip.label, &right.label), counts));
        }
    }
}

/// Where an article writes a label; the title where it writes it otherwise.
fn written(subject: &Subject, card: &Article, label: &str, problems: &mut Diagnostics) -> Span {
    let file = card.file.clone();
    let text = (subject.read)(&file, problems).unwrap_or_default();
    // Names follow the title in no fixed order, but seldom stand in it.
    let found = text.match_indices(label).map(|(at, _)| at).find(|at| !card.title_at.contains(at));
    found.map_or_else(|| card.span(), |at| Span::new(&file, at..at + label.len()))
}

fn folded(label: &str) -> Vec<char> {
    let marks = unicode_normalization::char::is_combining_mark;
    label.nfd().filter(|c| c.is_alphanumeric() && !marks(*c)).flat_map(char::to_lowercase).collect()
}

fn near(taxonomy: &Taxonomy) -> BTreeSet<(u32, u32)> {
    let mut buckets: BTreeMap<(Option<u32>, String), Vec<u32>> = BTreeMap::new();
    let folds: Vec<Vec<char>> = taxonomy.terms.iter().map(|t| folded(&t.label)).collect();
    for (ix, chars) in folds.iter().enumerate() {
        let parent = taxonomy.terms[ix].parent;
        buckets.entry((parent, chars.iter().collect())).or_default().push(ix as u32);
        let skips = if chars.len() < SHORTEST { 0 } else { chars.len() };
        for skip in 0..skips {
            let without: String = chars.iter().enumerate().filter(|(i, _)| *i != skip).map(|(_, c)| c).collect();
            let bucket = buckets.entry((parent, without)).or_default();
            if bucket.last() != Some(&(ix as u32)) {
                bucket.push(ix as u32);
            }
        }
    }
    let mut pairs = BTreeSet::new();
    for bucket in buckets.values().filter(|b| b.len() > 1) {
        for (i, &a) in bucket.iter().enumerate() {
            for &b in &bucket[i + 1..] {
                if a != b && one_slip(&folds[a as usize], &folds[b as usize]) {
                    pairs.insert((a.min(b), a.max(b)));
                }
            }
        }
    }
    pairs
}

/// Whether at most one edit leads from one to the other; a digit is never a slip ("G7", "2023").
fn one_slip(a: &[char], b: &[char]) -> bool {
    let same_start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same_start..], &b[same_start..]);
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - same_end], &b[..b.len() - same_end]);
    a.len() <= 1 && b.len() <= 1 && !a.iter().chain(b).any(|c| c.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        let near = |a: &str, b: &str| one_slip(&folded(a), &folded(b));
        assert!(near("Asahi Shinbun", "Asahi Shimbun"));
        assert!(near("Asahi-Shimbun", "asahi shimbun"));
        assert!(near("Economy", "Econnomy"));
        assert!(!near("Elections 2023", "Elections 2024"));
        assert!(!near("Economy", "Ecology"));
    }
}
