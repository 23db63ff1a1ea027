//! Checks names that were merged into one term because they have the same id: OPEC and OPEC+ are both `opec`. It reads
//! labels, not texts.
//!
//! Differences in case, spaces, hyphens, width, and styles of quotes and dashes are variants of one name. All other
//! differences may separate two names. Labels and aliases in records are intended, and not reported.

use unicode_normalization::UnicodeNormalization;

use super::subject::Subject;
use crate::archive::term::{Spelling, Taxonomy, Term};
use crate::base::diag::{Diagnostics, Span};
use crate::base::letter_case::CaseMapping;
use crate::base::{path, problem};
use crate::content::content_path::TermKind;

/// Reports merged names.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let letters = subject.config.letters();
    for kind in TermKind::ALL {
        let taxonomy = subject.archive.taxonomy(kind);
        for term in &taxonomy.terms {
            let names = names(term, letters);
            let Some(chief) = names.iter().find(|name| name.is_label) else { continue };
            for other in names.iter().filter(|name| !name.is_label) {
                let Some(at) = other.at else { continue };
                let own = id_of_its_own(taxonomy, term, other.text, letters);
                let records = [own, term.id.to_string()].map(|id| format!("content/{}/{id}.md", kind.plural()));
                let address = subject.config.urls.page(&term.address(kind));
                let names = [(other.text, other.count), (chief.text, chief.count)];
                problems.push(problem::merged_terms(at.clone(), kind.name(), names, &address, &records));
            }
        }
    }
}

/// A name of a term, without regard to its spelling.
struct SpelledName<'a> {
    key: String,
    text: &'a str,
    count: u32,
    at: Option<&'a Span>,
    is_label: bool,
}

/// Returns the names of a term: the most frequent spelling of each, with the number of articles for all its spellings.
fn names(term: &Term, letters: CaseMapping) -> Vec<SpelledName<'_>> {
    let mut spellings: Vec<&Spelling> = term.spellings.iter().collect();
    if spellings.len() + usize::from(term.record.is_some()) < 2 {
        return Vec::new();
    }
    spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.count));
    // The label comes first. It may come from a record, so that no article has to use it.
    let label = SpelledName { key: key(&term.label, letters), text: &term.label, count: 0, at: None, is_label: true };
    let mut names = vec![label];
    for spelling in spellings {
        let key = key(&spelling.text, letters);
        match names.iter_mut().find(|name| name.key == key) {
            Some(name) => name.count += spelling.count,
            None => {
                let Spelling { text, count, at, .. } = spelling;
                names.push(SpelledName { key, text, count: *count, at: Some(at), is_label: false });
            }
        }
    }
    names
}

/// Returns the key that distinguishes names.
fn key(text: &str, letters: CaseMapping) -> String {
    let plain: String = text.nfkc().collect();
    let plain = letters.lower(&plain);
    let same = |c: char| match c {
        _ if c.is_whitespace() || path::is_invisible(c) => None,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FB}' | '\u{B7}' => None,
        '\u{2018}' | '\u{2019}' | '\u{2BC}' => Some('\''),
        '\u{201C}'..='\u{201F}' | '\u{AB}' | '\u{BB}' => Some('"'),
        _ => Some(c),
    };
    plain.chars().filter_map(same).collect()
}

/// Suggests an id for a record that makes the name a separate term.
fn id_of_its_own(taxonomy: &Taxonomy, term: &Term, name: &str, letters: CaseMapping) -> String {
    let words = [('+', " plus "), ('#', " sharp "), ('&', " and "), ('%', " percent "), ('@', " at "), ('*', " star ")];
    let spelt = words.iter().fold(name.to_owned(), |name, (sign, word)| name.replace(*sign, word));
    let parent = term.id.rsplit_once('/').map(|(parent, _)| format!("{parent}/")).unwrap_or_default();
    let slug = path::slug_in(&spelt, letters);
    let numbered = (2..).map(|n| format!("{slug}-{n}"));
    let mut ids = std::iter::once(slug.clone()).chain(numbered).map(|slug| format!("{parent}{slug}"));
    ids.find(|id| taxonomy.find(id).is_none()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_write_one_name() {
        let same = |a: &str, b: &str| key(a, CaseMapping::Plain) == key(b, CaseMapping::Plain);
        for (a, b) in [
            ("World Cup", "world-cup"),
            ("Prime Minister’s", "prime minister's"),
            ("ジャパン・タイムズ", "ジャパン タイムズ"),
            ("ＮＨＫ", "NHK"),
            ("São", "Sa\u{303}o"),
            ("North–South", "North-South"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in
            [("OPEC", "OPEC+"), ("C", "C#"), ("C#", "C++"), (".NET", "NET"), ("Yahoo!", "Yahoo"), ("AT&T", "AT T")]
        {
            assert!(!same(a, b), "{a} {b}");
        }
    }
}
