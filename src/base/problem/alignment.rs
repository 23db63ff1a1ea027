//! Diagnostics of a translation and its original, side by side. Every one names a place in both texts. This file only
//! contains wording.

use crate::base::diag::{Diagnostic, Span, quoted};

/// Returns "a paragraph" or "3 paragraphs".
fn counted(count: usize, noun: &str) -> String {
    match count {
        1 if noun.starts_with('i') => format!("an {noun}"),
        1 => format!("a {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn them(count: usize) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

/// Where a text without a counterpart would stand in the other text.
pub enum Gap {
    /// Before this block.
    Before(Span),
    /// After this block, the last one.
    After(Span),
}

impl Gap {
    fn note(self, found: Diagnostic, text: &str) -> Diagnostic {
        match self {
            Gap::Before(at) => found.note(Some(at), format!("the {text} continues here")),
            Gap::After(at) => found.note(Some(at), format!("the {text} ends here")),
        }
    }
}

/// Reports blocks of an original without a counterpart. `full` says whether the article claims to be complete.
pub fn untranslated_block(at: Span, count: usize, noun: &str, full: bool, gap: Gap) -> Diagnostic {
    let are = if count == 1 { "is" } else { "are" };
    let message = format!("{} of the original {are} not translated", counted(count, noun));
    let label = if full { "expected a translation, because `extent` is \"full\"" } else { "expected a translation" };
    let them = them(count);
    let (of_each, extent) = match count {
        1 => ("its end", "`extent = \"abridged\"` in the front matter"),
        _ => ("the end of each", "`extent = \"abridged\"` in the front matter"),
    };
    gap.note(Diagnostic::warning("untranslated-block", message).at(at, label), "translation").help(format!(
        "translate {them}; or, if you left {them} out on purpose, write `<!--=-->` at {of_each}, or {extent}"
    ))
}

/// Reports blocks of a translation without a counterpart.
pub fn added_block(at: Span, count: usize, noun: &str, gap: Gap) -> Diagnostic {
    let (have, of_each) = if count == 1 { ("has", "its end") } else { ("have", "the end of each") };
    let message = format!("{} of the translation {have} no counterpart in the original", counted(count, noun));
    let found = Diagnostic::warning("added-block", message).at(at, "nothing in the original corresponds to this");
    gap.note(found, "original").help(format!(
        "if the translator added {}, write `<!--+-->` at {of_each}; if not, complete the original",
        them(count)
    ))
}

/// Reports a block that is much longer or shorter than expected for its original: `percent` of the usual length.
pub fn length_differs(at: Span, percent: u32, original: Span) -> Diagnostic {
    let (message, label, help) = match percent {
        101.. => (
            format!("this text is {}.{} times as long as expected for its original", percent / 100, percent % 100 / 10),
            "more than the original can account for",
            "check whether something was added here, or belongs to another paragraph; or run `recto align` on this file \
             to see the pairs",
        ),
        _ => (
            format!("this text has only {percent} % of the length expected for its original"),
            "expected more text",
            "check whether a sentence is missing; or run `recto align` on this file to see the pairs",
        ),
    };
    Diagnostic::warning("length-differs", message).at(at, label).note(Some(original), "the original").help(help)
}

/// A number, date or percentage as a text states it, and its value in English.
pub struct NumberInText<'a> {
    pub at: Span,
    pub written: &'a str,
    pub value: &'a str,
}

impl NumberInText<'_> {
    /// Returns "`3兆2千億`, which is 3.2 trillion".
    fn said(&self) -> String {
        match self.written.trim() == self.value {
            true => quoted(self.written),
            false => format!("{}, which is {}", quoted(self.written), self.value),
        }
    }
}

/// Reports a number, date or percentage that is not that of the original. `certain` says whether it is most likely a
/// mistake.
pub fn different_number(original: &NumberInText, translation: &NumberInText, certain: bool) -> Diagnostic {
    let code = if certain { "different-number" } else { "doubtful-number" };
    let message = format!("the original says {}; the translation says {}", original.said(), translation.said());
    Diagnostic::warning(code, message)
        .at(translation.at.clone(), format!("expected {}", original.value))
        .note(Some(original.at.clone()), "the original")
        .help("correct the translation; if you convert a unit, give the original's number as well: 5 miles (8 km)")
}

/// Reports a number, date or percentage that only one of the texts states. `which` and `other` are "original" and
/// "translation", `place` is in the other text.
pub fn one_sided_number(stated: &NumberInText, which: &str, other: &str, place: Span) -> Diagnostic {
    Diagnostic::warning("doubtful-number", format!("only the {which} says {}", stated.said()))
        .at(stated.at.clone(), format!("expected in the {other}, too"))
        .note(Some(place), format!("the {other}"))
}

/// Reports two blocks of different kinds in one row.
pub fn different_kind(at: Span, [original, translation]: [&str; 2], place: Span) -> Diagnostic {
    let message = format!("{} of the original has {} beside it", counted(1, original), counted(1, translation));
    Diagnostic::warning("different-kind", message)
        .at(at, format!("expected {}", counted(1, original)))
        .note(Some(place), "the original")
        .help(format!(
            "make both {original}s; if they do not correspond, write `<!--=-->` at the end of the original's and \
             `<!--+-->` at the end of this one"
        ))
}

/// Reports an image of the original that the translation does not show.
pub fn missing_image(at: Span, url: &str, original: Span) -> Diagnostic {
    // An image of the site is written by its name, beside the text.
    let url = if url.starts_with('/') { url.rsplit('/').next().unwrap_or(url) } else { url };
    Diagnostic::warning(
        "missing-image",
        format!("the translation does not show {}, an image of the original", quoted(url)),
    )
    .at(at, "expected an image here")
    .note(Some(original), "the original")
    .help(format!("add the image: ![what it shows]({url})"))
}

/// Reports that several pairs of blocks are uncertain.
pub fn doubtful_pairs(at: Span, count: usize, file: &str, original: Span) -> Diagnostic {
    let message = format!("{count} pairs of paragraphs are uncertain: the translation may not follow its original");
    Diagnostic::warning("doubtful-pairs", message)
        .at(at, "the first uncertain pair")
        .note(Some(original), "the original")
        .help(format!(
            "run `recto align {file}` and mark the paragraphs without a counterpart, or those that belong together"
        ))
}

/// Reports a text of which too much is the same as in its original.
pub fn copied_text(at: Span, original: Span) -> Diagnostic {
    let message = "more than a quarter of the translation is identical to the original";
    Diagnostic::warning("untranslated-text", message)
        .at(at, "expected a translation")
        .note(Some(original), "the original")
        .help("translate the rest; until then, write `draft = true` in the front matter")
}

/// Where the language of a text is written.
pub enum LanguageSource {
    /// `language` in site.toml.
    Site,
    /// The name of the file.
    FileName,
    /// `[original] lang`.
    Article,
}

/// Reports a text in another language than it states. `which` is "translation" or "original".
pub fn wrong_language(
    at: Span,
    which: &str,
    found: &str,
    (expected, tag): (&str, &str),
    source: LanguageSource,
    other: Span,
) -> Diagnostic {
    let (because, help) = match source {
        LanguageSource::Site => (
            "the `language` in site.toml",
            "replace the text; or, if this text is the original, write `kind = \"original\"` and its language in \
             `[original] lang`",
        ),
        LanguageSource::FileName => {
            ("the tag in the name of the file", "replace the text, or rename the file with the tag of its language")
        }
        LanguageSource::Article => ("`[original] lang`", "replace the text, or correct `[original] lang`"),
    };
    let other_text = if which == "original" { "the translation" } else { "the original" };
    Diagnostic::warning("wrong-language", format!("this {which} is {found}, not in {expected}"))
        .at(at, format!("expected `{tag}`, {because}"))
        .note(Some(other), other_text)
        .help(help)
}

/// Reports two texts of which each is in the language of the other.
pub fn exchanged_texts(at: Span, [original, translation]: [&str; 2], other: Span) -> Diagnostic {
    let message = format!("the translation is in {original} and the original in {translation}");
    Diagnostic::warning("wrong-language", message)
        .at(at, format!("expected {translation}"))
        .note(Some(other), "the original")
        .help("exchange the texts of the two files")
}

/// Reports a translation in the language of its original.
pub fn untranslated_text(at: Span, language: &str, expected: &str, original: Span) -> Diagnostic {
    Diagnostic::warning("untranslated-text", format!("the translation is still {language}, like its original"))
        .at(at, format!("expected a translation into {expected}"))
        .note(Some(original), "the original")
        .help("translate it; until then, write `draft = true` in the front matter")
}

/// Reports blocks of a translation in the language of the original.
pub fn untranslated_part(
    at: Span,
    count: usize,
    noun: &str,
    [language, expected]: [&str; 2],
    original: Span,
) -> Diagnostic {
    let are = if count == 1 { "is" } else { "are" };
    let message = format!("{} of the translation {are} still in {language}", counted(count, noun));
    Diagnostic::warning("untranslated-text", message)
        .at(at, format!("expected {expected}"))
        .note(Some(original), "the original")
        .help(format!(
            "translate {}; if readers should see the original's words, make {} a quotation (`> …`)",
            them(count),
            them(count)
        ))
}
