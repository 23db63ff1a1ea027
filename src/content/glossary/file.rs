//! Reads one file of the glossary. Each `[[term]]` has a line for each language: a form, a list of forms with the
//! preferred one first, or a table with `preferred`, `variants` and `avoid`.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use super::folded::TermText;
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
    pub preferred: TermForm,
    /// Further forms that translations may use.
    pub variants: Vec<TermForm>,
    /// Forms that translations must not use.
    pub avoid: Vec<TermForm>,
}

/// A form, with its place in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct TermForm {
    pub text: Box<str>,
    pub at: Range<usize>,
}

impl TermForms {
    /// Returns the forms that translations may use.
    pub fn admitted(&self) -> impl Iterator<Item = &TermForm> {
        [&self.preferred].into_iter().chain(&self.variants)
    }

    /// Returns all forms.
    pub fn all(&self) -> impl Iterator<Item = &TermForm> {
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
    let mut take = |forms: Vec<Spanned<&str>>| -> Vec<TermForm> {
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
fn usable(r: &Reader, form: Spanned<&str>, exact: bool, seen: &mut Vec<(TermText, Range<usize>)>) -> Option<TermForm> {
    let folded = TermText::new(form.value);
    let found = if !folded.has_word() {
        Some(problem::unfindable_term(r.span(&form.at), form.value))
    } else {
        let same = seen.iter().find(|(other, _)| folded.is_same(other, exact));
        same.map(|(_, first)| problem::repeated_form(r.span(&form.at), form.value, r.span(first)))
    };
    let good = found.is_none();
    r.problems.borrow_mut().extend(found);
    seen.push((folded, form.at.clone()));
    good.then(|| TermForm { text: form.value.into(), at: form.at })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns each problem as `line: code: label (help)`.
    fn problems(text: &str) -> Vec<String> {
        let (_, found) = read(&"content/glossary/a.toml".into(), text);
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        let shown = found.iter().map(|found| {
            let at = found.at.as_ref().map_or(0, |at| line(at.range.start));
            format!("{at}: {}: {} ({})", found.code, found.label, found.help.as_deref().unwrap_or_default())
        });
        shown.collect()
    }

    #[test]
    fn every_way_to_write_forms_is_read() {
        let text = "[[term]]\nJA = \"参議院\"\nzh-hant = [\"參議院\", \"參院\"]\nen = { preferred = \" Upper House \", \
                    variants = \"House of Councillors\", avoid = [\"Senate\"] }\ncase = \"exact\"\nnote = \"N\"\n";
        let (read, found) = read(&"content/glossary/a.toml".into(), text);
        assert_eq!(found, []);
        let terms = read.expect("it is TOML").terms;
        let shown = |forms: &TermForms| {
            let texts =
                |forms: &[TermForm]| forms.iter().map(|form| form.text.to_string()).collect::<Vec<_>>().join("/");
            format!("{} {}|{}|{}", forms.lang, forms.preferred.text, texts(&forms.variants), texts(&forms.avoid))
        };
        let [term] = terms.as_slice() else { panic!("{terms:?}") };
        let languages: Vec<String> = term.languages.iter().map(shown).collect();
        assert_eq!(languages, ["en Upper House|House of Councillors|Senate", "ja 参議院||", "zh-Hant 參議院|參院|"]);
        assert_eq!((term.exact, term.note.as_deref()), (true, Some("N")));
        assert_eq!(problems(""), [""; 0]);
    }

    /// Files as people type them, and the only problem of each.
    const TYPED: &[(&str, &str)] = &[
        (
            "[[term]]\nja = \"甲\"\njapanese = \"甲\"\nen = \"A\"",
            "3: unknown-key: ignored (write `ja` instead of `japanese`)",
        ),
        (
            "[[term]]\nja = \"甲\"\nzh_TW = \"甲\"\nen = \"A\"",
            "3: unknown-key: ignored (write `zh-TW` instead of `zh_TW`)",
        ),
        (
            "[[term]]\n\"英語\" = \"A\"\nja = \"甲\"\nfr = \"B\"",
            "2: unknown-key: ignored (write `en` instead of `英語`)",
        ),
        ("[[term]]\n日本語 = \"甲\"\nen = \"A\"", "2: invalid-toml: cannot be parsed (write: ja = \"甲\")"),
        ("[[term]]\nja = “甲”\nen = \"A\"", "2: invalid-toml: cannot be parsed (write: ja = \"甲\")"),
        (
            "[[term]]\njp = \"甲\"\nen = \"A\"",
            "2: unknown-language: expected a tag such as en, ja or zh-Hant (did you mean `ja`?)",
        ),
        (
            "[term]\nja = \"甲\"\nen = \"A\"",
            "1: wrong-type: expected an array of tables (write [[term]] instead of [term])",
        ),
        ("[[terms]]\nja = \"甲\"", "1: unknown-key: ignored (write `term` instead of `terms`)"),
        (
            "[[term]]\nja = \"甲\"\nen = 7",
            "3: wrong-type: expected a string, a list of strings or a table with the key `preferred` (put the value in quotes)",
        ),
        ("[[term]]\nja = \"甲\"\nen = \"\"", "3: empty-value: expected something such as: en = \"…\" ()"),
        ("[[term]]\nja = \"甲\"\nen = []", "3: empty-value: expected something such as: en = \"…\" ()"),
        (
            "[[term]]\nja = \"甲\"\nen = { avoid = \"B\" }",
            "3: missing-key: expected a line such as: preferred = \"Upper House\" ()",
        ),
        (
            "[[term]]\nja = \"甲\"\nen = { term = \"B\" }",
            "3: missing-key: expected `preferred` (write `preferred` instead of `term`)",
        ),
        (
            "[[term]]\nja = \"甲\"\nen = { preferred = \"B\", deprecated = \"C\" }",
            "3: unknown-key: ignored (write `avoid` instead of `deprecated`)",
        ),
        (
            "[[term]]\nja = \"甲\"\nen = { preferred = \"B\", variant = \"C\" }",
            "3: unknown-key: ignored (write `variants` instead of `variant`)",
        ),
        (
            "[[term]]\nja = \"甲\"\nen = \"A\"\ncase_sensitive = true",
            "4: unknown-key: ignored (write case = \"exact\")",
        ),
        (
            "[[term]]\nja = \"甲\"\nen = \"A\"\ncase = \"exactly\"",
            "4: not-a-choice: expected one of any, exact (did you mean `exact`?)",
        ),
        ("[[term]]\nja = \"甲\"\nen = \"A\"\n備考 = \"x\"", "4: invalid-toml"),
        (
            "[[term]]\nja = \"甲\"\nen = \"A\"\nremark = \"x\"",
            "4: unknown-key: ignored (write `note` instead of `remark`)",
        ),
        (
            "[[term]]\nja = \"甲\"\nen = \"A\"\nkind = \"office\"",
            "4: unknown-key: ignored (delete the line, or write it in `note`",
        ),
        (
            "[[term]]\nsource = \"甲\"\nja = \"乙\"\nen = \"A\"",
            "2: unknown-key: ignored (write a line for each language",
        ),
        ("[[term]]\nja = \"甲\"\nen = \"…\"", "3: bad-term: expected words that a text can contain ()"),
        (
            "[[term]]\nja = \"甲\"",
            "2: unused-term: it has no effect (add a line for another language, such as: en = \"Upper House\")",
        ),
        ("[[term]]\nja = \"甲\"\nen = [\"A\", \"ａ\"]", "3: duplicate-term: ignored (delete it here"),
        ("[[term]]\nhe = \"甲\"\niw = \"乙\"\nen = \"A\"", "3: duplicate-term: ignored (write all forms in one line"),
        ("[[term]]\nja = \"甲\\u0007\"\nen = \"A\"", "2: control-character"),
    ];

    #[test]
    fn what_people_type_is_understood() {
        for (text, expected) in TYPED {
            let found = problems(text);
            assert!(
                found.len() == 1 && found[0].starts_with(expected),
                "{text}\nexpected {expected}\nfound {found:#?}"
            );
        }
        assert_eq!(problems("[[term]]\nja = \"甲\"\nen = [\"Diet\", \"diet\"]\ncase = \"exact\""), [""; 0]);
        assert_eq!(problems("[[term]]\nen = { preferred = \"Kyiv\", avoid = [\"Kiev\"] }"), [""; 0]);
    }

    #[test]
    fn one_problem_hides_no_other() {
        let text = "[[term]]\nja = 1\nen = { preferred = \"A\", avoids = \"B\" }\n[[term]]\nfrench = \"x\"\nnote = 2\n";
        let codes: Vec<String> = problems(text);
        let codes: Vec<&str> = codes.iter().filter_map(|found| found.split(": ").nth(1)).collect();
        assert_eq!(codes, ["unknown-key", "wrong-type", "wrong-type", "unused-term", "unknown-key"]);
    }
}
