//! The terms of the glossary for a translation from one language into another. It must not know articles.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use super::file::{GlossaryFile, GlossaryTerm, TermForm, TermForms};
use super::matcher::Matcher;
use super::pattern::FormPattern;
use crate::base::digest::Digest;
use crate::base::locale;
use crate::content::align::terms::{TermLexicon, TermPair};

/// The terms that have a form in the language of a translation. Its hash is that of a digest of everything that it
/// decides: whatever is made with it is fresh as long as that is the same.
#[derive(Debug)]
pub struct PairTerms {
    pub terms: Vec<PairTerm>,
    languages: [Box<str>; 2],
    digest: Digest,
    matchers: OnceLock<[FormIndex; 2]>,
    /// The forms to be avoided of terms that have none in the language of the original.
    everywhere: OnceLock<Option<Matcher>>,
    lexicon: OnceLock<TermLexicon>,
}

/// A term in two languages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PairTerm {
    /// Its forms in the language of the original; empty if it has none.
    pub original: Vec<Box<str>>,
    pub preferred: Box<str>,
    /// Further forms that the translation may use.
    pub variants: Vec<Box<str>>,
    pub avoid: Vec<Box<str>>,
    /// The editors' remark.
    pub note: Option<Box<str>>,
    /// The file that defines it, and the key of the translation's language there.
    pub file: Arc<str>,
    pub key: Box<str>,
    exact: bool,
}

/// The forms of all terms in one language, and what they are forms of.
#[derive(Debug)]
pub(super) struct FormIndex {
    pub matcher: Matcher,
    /// For each pattern: the number of its term, and whether it is to be avoided.
    pub forms: Vec<(usize, bool)>,
    /// The first pattern of each term, and the end of the last.
    starts: Vec<usize>,
}

impl Hash for PairTerms {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl PairTerms {
    /// Collects the terms. Returns `None` if there are none.
    pub(super) fn new(files: &[Arc<GlossaryFile>], original: &str, translation: &str) -> Option<PairTerms> {
        let [from, to] = [original, translation].map(locale::fallbacks);
        let all = files.iter().flat_map(|file| file.terms.iter().map(move |term| (file, term)));
        let terms: Vec<PairTerm> = all.filter_map(|(file, term)| pair(&file.file, term, &from, &to)).collect();
        let digest = Digest::of_value(&(original, translation, &terms));
        let languages = [original.into(), translation.into()];
        let (matchers, everywhere, lexicon) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        (!terms.is_empty()).then(|| PairTerms { terms, languages, digest, matchers, everywhere, lexicon })
    }

    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Returns the terms that have forms in both languages, for alignments.
    pub fn lexicon(&self) -> &TermLexicon {
        self.lexicon.get_or_init(|| {
            let pairs: Vec<TermPair> = self.terms.iter().filter_map(PairTerm::for_alignment).collect();
            TermLexicon::new(&pairs)
        })
    }

    pub(super) fn in_original(&self) -> &FormIndex {
        &self.matchers()[0]
    }

    pub(super) fn in_translation(&self) -> &FormIndex {
        &self.matchers()[1]
    }

    pub(super) fn everywhere(&self) -> Option<&Matcher> {
        let make = || {
            let terms = self.terms.iter().filter(|term| term.original.is_empty());
            let forms = terms.flat_map(|term| term.avoid.iter().map(|form| (form, term.exact)));
            let patterns = forms.filter_map(|(form, exact)| FormPattern::new(form, &self.languages[1], exact));
            let patterns: Vec<FormPattern> = patterns.collect();
            (!patterns.is_empty()).then(|| Matcher::new(patterns))
        };
        self.everywhere.get_or_init(make).as_ref()
    }

    fn matchers(&self) -> &[FormIndex; 2] {
        self.matchers.get_or_init(|| {
            let original = |term: &PairTerm| term.original.iter().map(|form| (form.clone(), false)).collect();
            let translation = |term: &PairTerm| {
                let admitted = term.admitted().map(|form| (form.into(), false));
                admitted.chain(term.avoid.iter().map(|form| (form.clone(), true))).collect()
            };
            [self.searched(&self.languages[0], original), self.searched(&self.languages[1], translation)]
        })
    }

    fn searched(&self, lang: &str, forms: impl Fn(&PairTerm) -> Vec<(Box<str>, bool)>) -> FormIndex {
        let (mut patterns, mut owners, mut starts) = (Vec::new(), Vec::new(), Vec::new());
        for (number, term) in self.terms.iter().enumerate() {
            starts.push(patterns.len());
            for (form, avoided) in forms(term) {
                if let Some(pattern) = FormPattern::new(&form, lang, term.exact) {
                    patterns.push(pattern);
                    owners.push((number, avoided));
                }
            }
        }
        starts.push(patterns.len());
        FormIndex { matcher: Matcher::new(patterns), forms: owners, starts }
    }
}

impl FormIndex {
    /// Returns the patterns of a term that may be used, or those to be avoided.
    pub fn of(&self, term: usize, avoided: bool) -> impl Iterator<Item = usize> {
        (self.starts[term]..self.starts[term + 1]).filter(move |pattern| self.forms[*pattern].1 == avoided)
    }
}

impl PairTerm {
    /// Returns the forms that the translation may use.
    pub fn admitted(&self) -> impl Iterator<Item = &str> {
        [&self.preferred].into_iter().chain(&self.variants).map(|form| &**form)
    }

    fn for_alignment(&self) -> Option<TermPair<'_>> {
        let translation = self.admitted().chain(self.avoid.iter().map(|form| &**form)).collect();
        let original: Vec<&str> = self.original.iter().map(|form| &**form).collect();
        (!original.is_empty()).then_some(TermPair { original, translation })
    }
}

/// Returns a term in two languages, each given with its fallbacks.
fn pair(file: &Arc<str>, term: &GlossaryTerm, original: &[String], translation: &[String]) -> Option<PairTerm> {
    let texts = |forms: &[TermForm]| -> Vec<Box<str>> { forms.iter().map(|form| form.text.clone()).collect() };
    let to = forms_in(term, translation)?;
    let from = forms_in(term, original).filter(|from| from.lang != to.lang);
    if from.is_none() && to.avoid.is_empty() {
        return None;
    }
    Some(PairTerm {
        // A form that translations must not use names the term in an original all the same.
        original: from.map(|from| from.all().map(|form| form.text.clone()).collect()).unwrap_or_default(),
        preferred: to.preferred.text.clone(),
        variants: texts(&to.variants),
        avoid: texts(&to.avoid),
        note: term.note.clone(),
        file: file.clone(),
        key: to.lang.clone(),
        exact: term.exact,
    })
}

/// Returns the forms in the first of these languages that the term has.
fn forms_in<'t>(term: &'t GlossaryTerm, fallbacks: &[String]) -> Option<&'t TermForms> {
    fallbacks.iter().find_map(|tag| term.languages.iter().find(|forms| *forms.lang == **tag))
}
