//! Reads one file of the glossary. Each `[[term]]` has a line for each language: a form, a list of forms with the
//! preferred one first, or a table with `preferred`, `variants` and `avoid`.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use super::folded::Folded;
use crate::base::diag::{Diagnostics, Severity};
use crate::base::doc::{self, KeyValue, Value};
use crate::base::doc_values::is_blank;
use crate::base::key_suggestions::FileKind;
use crate::base::language;
use crate::base::reader::{Reader, Spanned};
use crate::base::{problem, syntax_errors};

/// A file of the glossary.
#[derive(Clone, Debug, PartialEq)]
pub struct GlossaryFile {
    pub file: Arc<str>,
    pub terms: Vec<GlossaryTerm>,
}

/// A term: what it is called in each language.
#[derive(Clone, Debug, PartialEq)]
pub struct GlossaryTerm {
    /// Its languages, in the order of their tags.
    pub languages: Vec<TermForms>,
    /// A remark of the editors.
    pub note: Option<Box<str>>,
    /// Whether only texts with the same capitals match.
    pub exact: bool,
}

/// The forms of a term in a language.
#[derive(Clone, Debug, PartialEq)]
pub struct TermForms {
    /// The language tag.
    pub lang: Box<str>,
    pub preferred: Form,
    /// Further forms that translations may use.
    pub variants: Vec<Form>,
    /// Forms that translations must not use.
    pub avoid: Vec<Form>,
}

/// A form, with its place in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub text: Box<str>,
    pub at: Range<usize>,
}

impl TermForms {
    /// Returns the forms that translations may use.
    pub fn admitted(&self) -> impl Iterator<Item = &Form> {
        [&self.preferred].into_iter().chain(&self.variants)
    }

    /// Returns all forms.
    pub fn all(&self) -> impl Iterator<Item = &Form> {
        self.admitted().chain(&self.avoid)
    }
}

/// Reads a file. Returns `None` if it is not TOML.
pub fn read(file: &Arc<str>, text: &str) -> (Option<GlossaryFile>, Diagnostics) {
    let entries = match doc::parse_toml(text, 0) {
        Ok(entries) => entries,
        Err(errors) => return (None, syntax_errors::all(file, text, FileKind::Glossary, false, &errors)),
    };
    let problems = RefCell::new(Diagnostics::new());
    let mut r = Reader::new(file, &entries, 0..0, Severity::Warning, &problems).of(FileKind::Glossary, false);
    let terms = r.tables("term").into_iter().filter_map(term).collect();
    r.finish();
    (Some(GlossaryFile { file: file.clone(), terms }), problems.into_inner())
}

fn term(mut r: Reader) -> Option<GlossaryTerm> {
    let note = r.text("note");
    let case = r.choice("case", &[("any", false), ("exact", true)]);
    let exact = case.is_some_and(|case| case.value);
    let mut languages: Vec<TermForms> = Vec::new();
    let entries = r.others(|key| tag(key).is_some());
    let written = entries.len();
    for entry in entries {
        let Some(lang) = tag(&entry.key) else { continue };
        let key_at = r.span(&entry.key_at);
        if let Some(doubt) = language::doubt(&lang) {
            r.problems.borrow_mut().push(problem::unknown_language(key_at.clone(), &lang, &doubt));
        }
        let found = forms(&r, &lang, entry, exact);
        match languages.iter().find(|other| *other.lang == *lang) {
            Some(other) => {
                let first = r.span(&other.preferred.at);
                r.problems.borrow_mut().push(problem::repeated_language(key_at, &lang, first));
            }
            None => languages.extend(found),
        }
    }
    languages.sort_by(|a, b| a.lang.cmp(&b.lang));
    if written < 2 && languages.iter().all(|forms| forms.avoid.is_empty()) {
        let at = r.span(&languages.first().map_or(r.place(), |forms| forms.preferred.at.clone()));
        r.problems.borrow_mut().push(problem::unused_term(at, languages.first().map(|forms| &*forms.lang)));
    }
    r.finish();
    (!languages.is_empty()).then_some(GlossaryTerm { languages, note, exact })
}

/// Returns the language tag that a key is. Longer words that look like a tag are misspelt keys (`variants`).
fn tag(key: &str) -> Option<String> {
    let first = key.split('-').next().unwrap_or_default();
    language::canonical_tag(key).filter(|_| matches!(first.len(), 2 | 3))
}

/// Reads the forms of a language.
fn forms<'r, 'a>(r: &Reader<'r, 'a>, lang: &str, entry: &'r KeyValue<'a>, exact: bool) -> Option<TermForms> {
    let (key, node) = (&*entry.key, &entry.node);
    let (preferred, variants, avoid) = match &node.value {
        Value::Table(entries) => {
            let mut inner = r.nested(key, entries, node.at.clone());
            let preferred = inner.string("preferred");
            if preferred.is_none() {
                inner.missing("preferred", "preferred = \"Upper House\"");
            }
            let (variants, avoid) = (inner.strings("variants"), inner.strings("avoid"));
            inner.finish();
            (preferred, variants, avoid)
        }
        Value::String(_) | Value::Array(_) => {
            let mut forms = r.strings_in(key, node).into_iter();
            let preferred = forms.next();
            if preferred.is_none() && is_empty(&node.value) {
                let found = problem::empty_value(r.span(&node.at), &format!("term.{key}"), &format!("{key} = \"…\""));
                r.problems.borrow_mut().push(found);
            }
            (preferred, forms.collect(), Vec::new())
        }
        other => {
            let expected = "a string, a list of strings or a table with the key `preferred`";
            let found = problem::wrong_type(r.span(&node.at), &format!("term.{key}"), expected, other.kind());
            r.problems.borrow_mut().push(found);
            return None;
        }
    };
    let mut seen = Vec::new();
    let mut take = |forms: Vec<Spanned<&str>>| -> Vec<Form> {
        forms.into_iter().filter_map(|form| usable(r, form, exact, &mut seen)).collect()
    };
    let preferred = take(preferred.into_iter().collect()).pop();
    let (variants, avoid) = (take(variants), take(avoid));
    Some(TermForms { lang: lang.into(), preferred: preferred?, variants, avoid })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(|item| is_blank(&item.value)),
        value => is_blank(value),
    }
}

/// Returns a form that can be found in a text and was not given before; reports any other.
fn usable(r: &Reader, form: Spanned<&str>, exact: bool, seen: &mut Vec<(Folded, Range<usize>)>) -> Option<Form> {
    let folded = Folded::new(form.value);
    let found = if !folded.has_word() {
        Some(problem::unfindable_term(r.span(&form.at), form.value))
    } else {
        let same = seen.iter().find(|(other, _)| folded.is_same(other, exact));
        same.map(|(_, first)| problem::repeated_form(r.span(&form.at), form.value, r.span(first)))
    };
    let good = found.is_none();
    r.problems.borrow_mut().extend(found);
    seen.push((folded, form.at.clone()));
    good.then(|| Form { text: form.value.into(), at: form.at })
}
