//! Checks for terms of one kind with nearly the same label: "Asahi Shinbun" and "Asahi Shimbun". It reads labels, not
//! texts.
//!
//! Two labels are similar if one insertion, deletion or substitution turns one into the other, or if they are equal
//! without spaces, hyphens, case, accents and width. Two terms that both have a record are never reported. Candidates
//! are found with SymSpell's method: index every label under all strings that one deletion produces. So the cost is
//! proportional to the letters of all labels.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::subject::Subject;
use crate::archive::term::{Taxonomy, Term};
use crate::base::diag::{Diagnostics, Span};
use crate::base::letter_case::CaseMapping;
use crate::base::{path, problem};
use crate::content::content_path::TermKind;

/// The minimum length in characters. Shorter names are similar by chance: "Iran" and "Iraq".
const SHORTEST: usize = 6;

/// Reports terms with similar labels.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let letters = subject.config.letters();
    // An unreadable record might have merged the two names.
    for kind in TermKind::ALL.into_iter().filter(|kind| !subject.archive.failed.has_record(*kind)) {
        let taxonomy = subject.archive.taxonomy(kind);
        for (a, b) in near(taxonomy, letters) {
            let (a, b) = (taxonomy.get(a), taxonomy.get(b));
            // Two terms with the same slug are separate only because a record separates them.
            let slug = |term: &Term| path::slug_in(&term.label, letters);
            if (a.record.is_some() && b.record.is_some()) || slug(a) == slug(b) {
                continue;
            }
            // Assume that the rarer term is the typo; on a tie the one without a record, then the one with unusual
            // width, then the later by id.
            let rank =
                |term: &Term| (term.articles.len(), term.record.is_some(), term.label.nfkc().eq(term.label.chars()));
            let (slip, right) = if rank(a) < rank(b) { (a, b) } else { (b, a) };
            let counts = (slip.articles.len(), right.articles.len());
            let record = format!("content/{}/{}.md", kind.plural(), right.id);
            let by = difference(&slip.label, &right.label, letters);
            let labels = (&*slip.label, &*right.label);
            problems.push(problem::near_terms(written(slip), kind.name(), labels, counts, by, &record));
        }
    }
}

/// Returns the place where an article writes the label, else the term's record.
fn written(term: &Term) -> Span {
    let spelling = term.spellings.iter().find(|spelling| spelling.text == term.label).or(term.spellings.first());
    match (spelling, &term.record) {
        (Some(spelling), _) => spelling.at.clone(),
        (None, Some(record)) => Span::file(record.file.clone()),
        (None, None) => Span::file(crate::base::config::FILE),
    }
}

/// Describes the difference between two similar labels.
fn difference(a: &str, b: &str, letters: CaseMapping) -> &'static str {
    let words = |text: &str| -> String { letters.lower(text).nfc().filter(|c| is_of_word(*c)).collect() };
    let wide = |text: &str| words(&text.nfkc().collect::<String>());
    let odd = |c: char| matches!(c, '\u{FF01}'..='\u{FFEE}' | '\u{3000}');
    if folded(a, letters) != folded(b, letters) {
        "one letter"
    } else if words(a) == words(b) {
        "spaces or hyphens"
    } else if wide(a) != wide(b) {
        "accents"
    } else if a.chars().chain(b.chars()).any(odd) {
        "the width of characters"
    } else {
        "the form of characters"
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Returns whether a mark may be omitted in writing: accents, and the vowel points of Hebrew and Arabic. Marks of kana
/// and of Indian scripts are part of the letter.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

fn folded(label: &str, letters: CaseMapping) -> Vec<char> {
    let plain: String = label.nfkc().collect();
    let plain = letters.lower(&plain);
    plain.nfd().filter(|c| is_of_word(*c) && !is_accent(*c)).nfc().collect()
}

fn near(taxonomy: &Taxonomy, letters: CaseMapping) -> BTreeSet<(u32, u32)> {
    let folds: Vec<Vec<char>> = taxonomy.terms.iter().map(|t| folded(&t.label, letters)).collect();
    let mut keys: Vec<(u64, u32)> = Vec::new();
    for (ix, chars) in (0..).zip(&folds) {
        variants(chars, |key| keys.push((key, ix)));
    }
    keys.sort_unstable();
    keys.dedup();
    let mut pairs = BTreeSet::new();
    for bucket in keys.chunk_by(|(one, _), (other, _)| one == other) {
        for (i, &(_, a)) in bucket.iter().enumerate() {
            for &(_, b) in &bucket[i + 1..] {
                let [parent, other] = [a, b].map(|ix| taxonomy.get(ix).parent);
                if parent == other && one_slip(&folds[a as usize], &folds[b as usize]) {
                    pairs.insert((a, b));
                }
            }
        }
    }
    pairs
}

/// Passes a hash of the label to `give`, and unless the label is short, a hash of every string that one deletion produces.
/// Equal strings have equal hashes; different strings hardly ever do.
fn variants(chars: &[char], mut give: impl FnMut(u64)) {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    let number = |c: &char| u64::from(*c) + 1;
    let mut starts = vec![0u64];
    for c in chars {
        starts.push(starts[starts.len() - 1].wrapping_mul(BASE).wrapping_add(number(c)));
    }
    give(starts[chars.len()]);
    if chars.len() < SHORTEST {
        return;
    }
    // The hash of the characters after the deleted one.
    let (mut end, mut power) = (0u64, 1u64);
    for (start, c) in starts.iter().zip(chars).rev() {
        give(start.wrapping_mul(power).wrapping_add(end));
        end = end.wrapping_add(number(c).wrapping_mul(power));
        power = power.wrapping_mul(BASE);
    }
}

/// Returns whether at most one edit separates the two. A changed digit is not a typo ("G7", "2023").
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
        let near = |a: &str, b: &str| one_slip(&folded(a, CaseMapping::Plain), &folded(b, CaseMapping::Plain));
        assert!(near("Asahi Shinbun", "Asahi Shimbun"));
        assert!(near("Asahi-Shimbun", "asahi shimbun"));
        assert!(near("Economy", "Econnomy"));
        assert!(!near("Elections 2023", "Elections 2024"));
        assert!(!near("Economy", "Ecology"));
        assert!(near("ＮＨＫ", "NHK") && near("ｻﾝｹｲ", "サンケイ") && near("ｶﾞｽ", "ガス") && near("ofﬁce", "Office"));
        let same = |a: &str, b: &str| folded(a, CaseMapping::Plain) == folded(b, CaseMapping::Plain);
        assert!(same("Sao", "São") && !same("ガス", "カス") && !same("हिन्दी", "हन्द"));
    }

    #[test]
    fn variants_are_a_label_and_its_deletions() {
        let of = |text: &str| {
            let mut out = Vec::new();
            variants(&text.chars().collect::<Vec<char>>(), |key| out.push(key));
            out
        };
        let whole = |text: &str| of(text)[0];
        assert_eq!(of("harbor")[1..], ["harbo", "harbr", "haror", "habor", "hrbor", "arbor"].map(whole));
        assert_eq!(of("short"), [whole("short")]);
        assert_ne!(whole("ab"), whole("ba"));
    }

    #[test]
    fn the_difference_is_named() {
        let by = |a: &str, b: &str| difference(a, b, CaseMapping::Plain);
        assert_eq!(by("ＮＨＫ", "NHK"), "the width of characters");
        assert_eq!(by("ofﬁce", "office"), "the form of characters");
        assert_eq!(by("AsahiShimbun", "Asahi Shimbun"), "spaces or hyphens");
        assert_eq!(by("Sao Tome", "São Tomé"), "accents");
        assert_eq!(by("Shinbun", "Shimbun"), "one letter");
    }
}
