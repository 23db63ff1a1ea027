//! The glossary of a site: all files of `content/glossary`, and their terms by pairs of languages. It must not read
//! texts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::file::GlossaryFile;
use super::folded::TermText;
use super::pair::PairTerms;
use crate::base::diag::{Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::problem;

/// The glossary of a site. Empty if there is none.
#[derive(Debug, Default)]
pub struct Glossary {
    /// Sorted by path.
    files: Vec<Arc<GlossaryFile>>,
    /// What was asked for, by the languages of original and translation. Made once for each of the few pairs.
    pairs: Mutex<Vec<KnownPair>>,
}

/// Two languages, and their terms.
type KnownPair = ([Box<str>; 2], Option<Arc<PairTerms>>);

impl Glossary {
    /// Puts the files together. `language` is that of the site, into which most texts are translated.
    pub fn new(mut files: Vec<Arc<GlossaryFile>>, language: &str, problems: &mut Diagnostics) -> Glossary {
        files.sort_by(|a, b| a.file.cmp(&b.file));
        report_repeated(&files, language, problems);
        Glossary { files, pairs: Mutex::default() }
    }

    /// Returns its files.
    pub fn files(&self) -> &[Arc<GlossaryFile>] {
        &self.files
    }

    /// Returns the number of terms.
    pub fn len(&self) -> usize {
        self.files.iter().map(|file| file.terms.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the terms for translations from one language into another, if there are any.
    pub fn pair(&self, original: &str, translation: &str) -> Option<Arc<PairTerms>> {
        if self.files.is_empty() {
            return None;
        }
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        let is = |[from, to]: &[Box<str>; 2]| **from == *original && **to == *translation;
        if let Some((_, known)) = pairs.iter().find(|(languages, _)| is(languages)) {
            return known.clone();
        }
        let made = PairTerms::new(&self.files, original, translation).map(Arc::new);
        pairs.push(([original.into(), translation.into()], made.clone()));
        made
    }

    /// Returns the digest of these terms; of a pair of languages without terms, always the same one.
    pub fn digest_for(&self, original: &str, translation: &str) -> Digest {
        self.pair(original, translation).map(|terms| terms.digest()).unwrap_or_default()
    }
}

/// Reports terms that occur twice: the same form in the same language, other than the site's own. In the site's
/// language, two terms may well be the same word.
fn report_repeated(files: &[Arc<GlossaryFile>], language: &str, problems: &mut Diagnostics) {
    let mut seen: BTreeMap<(String, &str), (Span, usize)> = BTreeMap::new();
    let own = |lang: &str| lang.split('-').next() == language.split('-').next();
    let terms = files.iter().flat_map(|file| file.terms.iter().map(move |term| (file, term)));
    for (number, (file, term)) in terms.enumerate() {
        // One report for each term is enough.
        let mut told = false;
        let others = term.languages.iter().filter(|forms| !own(&forms.lang));
        for (lang, form) in others.flat_map(|forms| forms.admitted().map(move |form| (&*forms.lang, form))) {
            let lower: String = TermText::new(&form.text).chars().iter().map(|c| c.lower).collect();
            let at = Span::new(&file.file, form.at.clone());
            let (first, owner) = seen.entry((lower, lang)).or_insert_with(|| (at.clone(), number));
            if *owner != number && !told {
                problems.push(problem::duplicate_term(at, &form.text, first.clone()));
                told = true;
            }
        }
    }
}
