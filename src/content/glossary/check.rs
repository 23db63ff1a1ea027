//! Checks the terms of a translation, row by row beside its original. It takes finished rows, and must not align
//! texts.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use super::folded::TermText;
use super::matcher::FormMatch;
use super::pair::{PairTerm, PairTerms};
use super::pattern::Care;
use crate::base::diag::{Diagnostic, Span};
use crate::base::problem::{self, GlossaryForms};
use crate::content::align::block::{Block, BlockKind};
use crate::content::align::row::Row;

/// A row of an alignment, as texts. One of them may be empty.
#[derive(Clone, Debug)]
pub struct TermRow<'t> {
    pub original: Cow<'t, str>,
    pub translation: Cow<'t, str>,
    /// Whether it is a headline or a summary. They shorten, so a term may be missing there.
    pub headline: bool,
}

/// A term that a translation lacks, or renders in a way that it must not.
#[derive(Clone, Debug, PartialEq)]
pub struct TermFinding<'g> {
    /// The number of the row.
    pub row: usize,
    pub term: &'g PairTerm,
    /// The form as the text has it.
    pub written: Box<str>,
    pub what: TermProblem,
}

/// What is wrong, with byte ranges in the texts of the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermProblem {
    /// The term is at this place in the original, and the translation has none of its forms.
    Unrendered(Range<usize>),
    /// The translation has a form here that must not be used. Where the original has the term, if it does.
    Avoided { translation: Range<usize>, original: Option<Range<usize>> },
}

/// Returns the texts of the rows of an alignment.
pub fn rows<'t>(original: &'t [Block], translation: &'t [Block], rows: &[Row]) -> Vec<TermRow<'t>> {
    let text = |blocks: &'t [Block], range: &Range<u32>| match in_row(blocks, range) {
        [block] if has_terms(block) => Cow::Borrowed(&*block.text),
        blocks => {
            let texts: Vec<&str> = blocks.iter().filter(|block| has_terms(block)).map(|block| &*block.text).collect();
            Cow::Owned(texts.join("\n"))
        }
    };
    let is_headline = |block: &Block| matches!(block.kind, BlockKind::Title | BlockKind::Summary);
    let row = |row: &Row| TermRow {
        original: text(original, &row.original),
        translation: text(translation, &row.translation),
        headline: in_row(translation, &row.translation).iter().any(is_headline),
    };
    rows.iter().map(row).collect()
}

/// Returns the block that a place in the text of a row is in, and the place in the block's text.
pub fn locate(blocks: &[Block], row: &Range<u32>, mut at: Range<usize>) -> Option<(usize, Range<usize>)> {
    let numbered = (row.start as usize..).zip(in_row(blocks, row));
    for (number, block) in numbered.filter(|(_, block)| has_terms(block)) {
        if at.start < block.text.len() {
            return Some((number, at.start..at.end.min(block.text.len())));
        }
        let before = block.text.len() + 1;
        at = at.start.checked_sub(before)?..at.end.checked_sub(before)?;
    }
    None
}

fn in_row<'t>(blocks: &'t [Block], row: &Range<u32>) -> &'t [Block] {
    blocks.get(row.start as usize..row.end as usize).unwrap_or_default()
}

/// Returns whether a block is checked: not code.
fn has_terms(block: &Block) -> bool {
    block.kind != BlockKind::Code
}

/// Returns what is wrong with the terms of a translation, in the order of the rows.
///
/// A term must be rendered in the first row of the text in which the original has it; later, a pronoun may stand for it.
/// So each term is reported at most once. A form to be avoided is reported in every row whose original has the term. If
/// the term has no form in the language of the original, it is reported everywhere, unless another term admits it.
pub fn glossary_findings<'g>(terms: &'g PairTerms, rows: &[TermRow]) -> Vec<TermFinding<'g>> {
    let mut findings = Vec::new();
    let mut done = BTreeSet::new();
    for (row, texts) in rows.iter().enumerate().filter(|(_, texts)| !texts.translation.is_empty()) {
        let original = TermText::new(&texts.original);
        let from = terms.in_original();
        let there = from.matcher.find_longest(&original, Care::Strict);
        let rendering = Rendering { terms, text: &texts.translation, folded: OnceCell::new() };
        let place = |found: &FormMatch| original.source(&texts.original, found.start..found.end);
        let mut add = |term: usize, written: &str, what| {
            findings.push(TermFinding { row, term: &terms.terms[term], written: written.into(), what });
        };
        let mut avoided = BTreeSet::new();
        for (term, translation, is_admitted) in rendering.avoided(&there) {
            let original = there.iter().find(|found| from.forms[found.pattern].0 == term).map(place);
            if original.is_some() || (terms.terms[term].original.is_empty() && !is_admitted) {
                add(term, &texts.translation[translation.clone()], TermProblem::Avoided { translation, original });
                avoided.insert(term);
            }
        }
        for found in &there {
            let term = from.forms[found.pattern].0;
            if done.contains(&term) {
                continue;
            }
            // A word may be a form of several terms. Any of their renderings will do.
            let mut same = there.iter().filter(|other| (other.start, other.end) == (found.start, found.end));
            let good = same.any(|other| rendering.has(from.forms[other.pattern].0));
            if good || !texts.headline {
                done.insert(term);
            }
            if !good && !texts.headline && !avoided.contains(&term) {
                let place = place(found);
                add(term, &texts.original[place.clone()], TermProblem::Unrendered(place));
            }
        }
    }
    findings
}

impl TermFinding<'_> {
    /// Returns the diagnostic, with the places in both files.
    pub fn report(&self, translation: Span, original: Option<Span>) -> Diagnostic {
        let PairTerm { preferred, variants, note, file, key, .. } = self.term;
        let variants = variants.iter().map(|form| &**form).collect();
        let forms = GlossaryForms { preferred, variants, note: note.as_deref(), file, key };
        match (&self.what, original) {
            (TermProblem::Unrendered(_), Some(original)) => {
                problem::unrendered_term(translation, original, &self.written, &forms)
            }
            (TermProblem::Unrendered(_), None) => {
                problem::unrendered_term(translation.clone(), translation, &self.written, &forms)
            }
            (TermProblem::Avoided { .. }, original) => {
                problem::avoided_term(translation, original, &self.written, &forms)
            }
        }
    }
}

/// A text of a translation. Most rows have few terms, so it is searched for these and not for all.
struct Rendering<'t> {
    terms: &'t PairTerms,
    text: &'t str,
    folded: OnceCell<TermText>,
}

impl Rendering<'_> {
    fn folded(&self) -> &TermText {
        self.folded.get_or_init(|| TermText::new(self.text))
    }

    /// Returns whether the text has a form of a term that may be used.
    fn has(&self, term: usize) -> bool {
        let searched = self.terms.in_translation();
        searched.of(term, false).any(|pattern| searched.matcher.is_in(pattern, self.folded(), Care::Lenient))
    }

    /// Returns the forms to be avoided, if there are any of these terms or of those that are avoided everywhere: the
    /// term, the place, and whether the same words are an admitted form of another term. A part of a longer form is not
    /// one of them.
    fn avoided(&self, there: &[FormMatch]) -> Vec<(usize, Range<usize>, bool)> {
        let (from, searched) = (self.terms.in_original(), self.terms.in_translation());
        let is_in = |pattern: usize| searched.matcher.is_in(pattern, self.folded(), Care::Strict);
        let mut of_row = there.iter().flat_map(|found| searched.of(from.forms[found.pattern].0, true));
        let everywhere = || self.terms.everywhere().is_some_and(|m| !m.find(self.folded(), Care::Strict).is_empty());
        if !of_row.any(is_in) && !everywhere() {
            return Vec::new();
        }
        let longest = searched.matcher.find_longest(self.folded(), Care::Strict);
        let is_admitted = |found: &FormMatch| {
            let mut same = longest.iter().filter(|other| (other.start, other.end) == (found.start, found.end));
            same.any(|other| !searched.forms[other.pattern].1)
        };
        let avoided = longest.iter().filter(|found| searched.forms[found.pattern].1);
        let place = |found: &FormMatch| self.folded().source(self.text, found.start..found.end);
        avoided.map(|found| (searched.forms[found.pattern].0, place(found), is_admitted(found))).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::base::diag::Diagnostics;
    use crate::content::glossary::file;
    use crate::content::glossary::glossary::Glossary;

    const TERMS: &str = r#"
[[term]]
ja = { preferred = "参議院", variants = ["参院"] }
en = { preferred = "House of Councillors", variants = ["Upper House"], avoid = ["Senate"] }

[[term]]
ja = "上院"
en = "Senate"

[[term]]
ja = "首相"
en = "prime minister"

[[term]]
ja = "国会"
en = "Diet"
ko = "국회"
case = "exact"

[[term]]
ko = "국회"
en = ["National Assembly", "assembly"]

[[term]]
en = { preferred = "Kyiv", avoid = ["Kiev"] }

[[term]]
ja = "参議院議員"
en = "councillor"
"#;

    fn glossary(text: &str) -> Glossary {
        let (read, found) = file::read(&"content/glossary/a.toml".into(), text);
        assert_eq!(found, []);
        Glossary::new(vec![Arc::new(read.expect("it is TOML"))], "en", &mut Diagnostics::new())
    }

    /// Returns what is found, as `row: preferred < place`, with `!` for a form to be avoided.
    fn findings(from: &str, rows: &[(&str, &str)]) -> Vec<String> {
        let terms = glossary(TERMS).pair(from, "en").expect("there are terms");
        let rows: Vec<TermRow> = rows
            .iter()
            .map(|(original, translation)| TermRow {
                original: original.trim_start_matches('#').into(),
                translation: (*translation).into(),
                headline: original.starts_with('#'),
            })
            .collect();
        let found = glossary_findings(&terms, &rows);
        let shown = found.iter().map(|found| match &found.what {
            TermProblem::Unrendered(at) => {
                format!("{}: {} < {}", found.row, found.term.preferred, &rows[found.row].original[at.clone()])
            }
            TermProblem::Avoided { translation, .. } => {
                format!(
                    "{}: {} ! {}",
                    found.row,
                    found.term.preferred,
                    &rows[found.row].translation[translation.clone()]
                )
            }
        });
        shown.collect()
    }

    #[test]
    fn a_term_must_be_rendered() {
        let good = [("参議院は法案を可決した。", "The Upper House passed the bill."), ("参院は", "It then")];
        assert_eq!(findings("ja", &good), [""; 0]);
        assert_eq!(findings("ja", &[good[1], good[0]]), ["0: House of Councillors < 参院"]);
        assert_eq!(findings("ja", &[("首相は", "Prime\nMinisters said")]), [""; 0]);
        assert_eq!(findings("ja", &[("参議院議員が", "A councillor")]), [""; 0], "the longest form counts");
        assert_eq!(findings("ja", &[("首相は", "He said"), ("首相は", "He said")]), ["0: prime minister < 首相"]);
        assert_eq!(findings("ja", &[("国会は", "His diet")]), ["0: Diet < 国会"]);
        assert_eq!(findings("ko", &[("국회는", "The National Assembly")]), [""; 0], "either term will do");
    }

    /// Finds every form in every text, with the terms and places of `glossary_findings`.
    fn naive_findings(terms: &PairTerms, rows: &[TermRow]) -> Vec<(usize, usize, bool, Box<str>)> {
        let (from, to) = (terms.in_original(), terms.in_translation());
        let (mut found, mut done) = (Vec::new(), BTreeSet::new());
        for (row, texts) in rows.iter().enumerate().filter(|(_, texts)| !texts.translation.is_empty()) {
            let [original, translation] = [&texts.original, &texts.translation].map(|text| TermText::new(text));
            let there = from.matcher.find_longest(&original, Care::Strict);
            let longest = to.matcher.find_longest(&translation, Care::Strict);
            let all = to.matcher.find(&translation, Care::Lenient);
            let has = |term| all.iter().any(|one| to.forms[one.pattern] == (term, false));
            let same = |a: &FormMatch, b: &FormMatch| (a.start, a.end) == (b.start, b.end);
            let mut avoided = BTreeSet::new();
            for one in longest.iter().filter(|one| to.forms[one.pattern].1) {
                let term = to.forms[one.pattern].0;
                let in_original = there.iter().any(|other| from.forms[other.pattern].0 == term);
                let admitted = longest.iter().any(|other| same(one, other) && !to.forms[other.pattern].1);
                if in_original || terms.terms[term].original.is_empty() && !admitted {
                    let written = &texts.translation[translation.source(&texts.translation, one.start..one.end)];
                    found.push((row, term, true, written.into()));
                    avoided.insert(term);
                }
            }
            for one in &there {
                let term = from.forms[one.pattern].0;
                let good = there.iter().any(|other| same(one, other) && has(from.forms[other.pattern].0));
                // A form in a headline decides only if it is rendered there.
                let first = (good || !texts.headline) && done.insert(term);
                if first && !good && !avoided.contains(&term) {
                    let written = &texts.original[original.source(&texts.original, one.start..one.end)];
                    found.push((row, term, false, written.into()));
                }
            }
        }
        found
    }

    fn words(of: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(of), 0..8).prop_map(|words| words.join(" "))
    }

    proptest! {
        /// A search for the few terms of a row finds what a search for all terms finds.
        #[test]
        fn few_terms_are_as_good_as_all(
            rows in prop::collection::vec((
                words(&["参議院", "参院", "上院", "首相", "国会", "参議院議員", "国회", "국회는", "キエフ", "は"]),
                words(&["Senate", "the", "Senates", "Upper House", "upper-house", "Diet", "diet", "Kiev's", "Kyiv", "assembly", "prime minister"]),
                any::<bool>(),
            ), 0..5),
            lang in prop::sample::select(vec!["ja", "ko", "de"]),
        ) {
            let glossary = glossary(TERMS);
            let terms = glossary.pair(lang, "en").expect("there are terms");
            let rows: Vec<TermRow> = rows.iter().map(|(original, translation, headline)| TermRow {
                original: original.into(),
                translation: translation.into(),
                headline: *headline,
            }).collect();
            let found = glossary_findings(&terms, &rows).into_iter().map(|found| {
                let term = terms.terms.iter().position(|term| term == found.term).expect("it is there");
                (found.row, term, matches!(found.what, TermProblem::Avoided { .. }), found.written)
            });
            prop_assert_eq!(found.collect::<Vec<_>>(), naive_findings(&terms, &rows));
        }
    }

    #[test]
    fn headlines_may_shorten() {
        assert_eq!(findings("ja", &[("#首相が訪米", "Visit begins"), ("首相は", "He")]), ["1: prime minister < 首相"]);
        assert_eq!(findings("ja", &[("#首相が訪米", "Prime minister leaves"), ("首相は", "He")]), [""; 0]);
        assert_eq!(findings("ja", &[("首相は", ""), ("", "He")]), [""; 0], "rows with one side are reported as such");
    }

    #[test]
    fn a_form_may_be_avoided() {
        assert_eq!(findings("ja", &[("参院は", "The Senate")]), ["0: House of Councillors ! Senate"]);
        assert_eq!(findings("ja", &[("米上院は", "The Senate")]), [""; 0]);
        assert_eq!(findings("ja", &[("キエフで", "In Kiev,")]), ["0: Kyiv ! Kiev"], "it has no Japanese form");
        assert_eq!(findings("de", &[("", "Kiev's")]), ["0: Kyiv ! Kiev"]);
    }

    #[test]
    fn a_place_in_a_row_is_a_place_in_a_block() {
        let block = |kind, text: &str| Block {
            kind,
            text: text.to_owned(),
            urls: Vec::new(),
            mark: None,
            unit: Some(0),
            source: 0..0,
            numbers: crate::content::align::block::Numbers::default(),
        };
        let blocks = ["参院", "一", "国会", "二"].map(|text| block(BlockKind::Paragraph, text));
        let blocks = [&blocks[..2], &[block(BlockKind::Code, "x")], &blocks[2..]].concat();
        let row = Row { original: 1..4, translation: 0..1, confidence: 90, marked: false };
        let rows = rows(&blocks, &blocks, &[row]);
        assert_eq!((&*rows[0].original, &*rows[0].translation, rows[0].headline), ("一\n国会", "参院", false));
        assert_eq!(locate(&blocks, &(1..4), 4..10), Some((3, 0..6)));
        assert_eq!(locate(&blocks, &(1..4), 0..3), Some((1, 0..3)));
        assert_eq!(locate(&blocks, &(1..4), 20..23), None);
    }

    #[test]
    fn languages_fall_back() {
        let glossary = glossary("[[term]]\nzh = \"国会\"\nzh-Hant = \"國會\"\nen = \"parliament\"\n");
        let original = |lang| glossary.pair(lang, "en-GB").expect("there is a term").terms[0].original[0].to_string();
        let found = ["zh", "zh-Hans", "zh-Hant", "zh-TW", "zh-HK"].map(original);
        assert_eq!(found, ["国会", "国会", "國會", "國會", "國會"]);
        assert!(glossary.pair("ja", "en").is_none() && glossary.pair("en", "fr").is_none());
        assert_ne!(glossary.digest_for("zh", "en"), glossary.digest_for("zh-Hant", "en"));
        assert_eq!(glossary.digest_for("ja", "en"), glossary.digest_for("ko", "en"));
        let terms = glossary.pair("zh", "en").expect("there is a term");
        let mut found = 0;
        terms.lexicon().original.find("国会、國會", |_| found += 1);
        assert_eq!(found, 1);
    }
}
