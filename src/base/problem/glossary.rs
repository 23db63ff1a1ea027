//! Diagnostics of the glossary and of terms in translations. This file only contains wording.

use crate::base::diag::{Diagnostic, Span, quoted};

/// Reports a term that has a form in no other language. `lang` is its only one.
pub fn unused_term(at: Span, lang: Option<&str>) -> Diagnostic {
    let (message, label) = match lang {
        Some(_) => ("the term has only one language", "it has no effect"),
        None => ("the term has no language", "it has no effect"),
    };
    let example = if lang == Some("en") { "ja = \"参議院\"" } else { "en = \"Upper House\"" };
    Diagnostic::warning("unused-term", message)
        .at(at, label)
        .help(format!("add a line for another language, such as: {example}"))
}

/// Reports a form that two terms have.
pub fn duplicate_term(at: Span, form: &str, first: Span) -> Diagnostic {
    Diagnostic::warning("duplicate-term", format!("two terms have the form {}", quoted(form)))
        .at(at, "also a form of another term")
        .note(Some(first), "the other term")
        .help("make them one term, with the second translation in `variants`; any of their translations is accepted until then")
}

/// Reports a form that a term has twice in one language.
pub fn repeated_form(at: Span, form: &str, first: Span) -> Diagnostic {
    Diagnostic::warning("duplicate-term", format!("the term has the form {} twice", quoted(form)))
        .at(at, "ignored")
        .note(Some(first), "the first one")
        .help("delete it here; if the two differ only in capitals, write case = \"exact\"")
}

/// Reports a language that a term has twice, under two tags.
pub fn repeated_language(at: Span, lang: &str, first: Span) -> Diagnostic {
    Diagnostic::warning("duplicate-term", format!("the term has the language {} twice", quoted(lang)))
        .at(at, "ignored")
        .note(Some(first), "the first one")
        .help(format!("write all forms in one line, the preferred one first: {lang} = [\"…\", \"…\"]"))
}

pub fn unfindable_term(at: Span, form: &str) -> Diagnostic {
    Diagnostic::error("bad-term", format!("{} cannot be a form of a term: it has no letter or digit", quoted(form)))
        .at(at, "expected words that a text can contain")
}

/// What the glossary says of a term in a language.
pub struct GlossaryForms<'a> {
    pub preferred: &'a str,
    pub variants: Vec<&'a str>,
    /// The editors' remark.
    pub note: Option<&'a str>,
    /// The file, and the key of the language in it.
    pub file: &'a str,
    pub key: &'a str,
}

impl GlossaryForms<'_> {
    /// Formats "`a`, `b` or `c`".
    fn any(&self) -> String {
        let mut all: Vec<String> =
            [&self.preferred].into_iter().chain(&self.variants).map(|form| quoted(form)).collect();
        match all.pop() {
            Some(last) if !all.is_empty() => format!("{} or {last}", all.join(", ")),
            last => last.unwrap_or_default(),
        }
    }

    fn remark(&self, found: Diagnostic) -> Diagnostic {
        match self.note {
            Some(note) => found.note(None, format!("in the glossary: {note}")),
            None => found,
        }
    }
}

/// Reports a term that a translation lacks. `at` is in the translation, `original` is the term in the original, as
/// `written` there.
pub fn unrendered_term(at: Span, original: Span, written: &str, forms: &GlossaryForms) -> Diagnostic {
    let message = format!("{} is not translated as {}", quoted(written), forms.any());
    let GlossaryForms { preferred, file, key, .. } = forms;
    let found = Diagnostic::warning("unrendered-term", message)
        .at(at, format!("expected {} here", quoted(preferred)))
        .note(Some(original), "the term in the original")
        .help(format!(
            "write {}; or add the form that is used here to `variants` of `{key}` in {file}",
            quoted(preferred)
        ));
    forms.remark(found)
}

/// Reports a form in a translation that the glossary avoids. `original` is the term in the original, if it has it.
pub fn avoided_term(at: Span, original: Option<Span>, written: &str, forms: &GlossaryForms) -> Diagnostic {
    let found = Diagnostic::warning("avoided-term", format!("the glossary avoids {}", quoted(written)))
        .at(at, format!("expected {}", forms.any()))
        .help(format!(
            "write {}; or remove the form from `avoid` of `{}` in {}",
            quoted(forms.preferred),
            forms.key,
            forms.file
        ));
    let found = match original {
        Some(original) => found.note(Some(original), "the term in the original"),
        None => found,
    };
    forms.remark(found)
}
