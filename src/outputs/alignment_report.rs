//! Reports what the alignment of two texts shows. `content` finds it; this file makes diagnostics with places in both
//! files.

use std::borrow::Cow;
use std::ops::Range;

use super::aligned_texts::{AlignedText, AlignedTexts};
use super::world::Common;
use crate::base::diag::{Diagnostic, Diagnostics, Span};
use crate::base::problem::{self, Gap, LanguageSource, NumberInText};
use crate::content::align::block::{Block, BlockKind};
use crate::content::align::findings::{self, Coverage, Finding, NumberFinding, Role, StatedNumber, What};
use crate::content::align::language_guess::{Guess, name};
use crate::content::align::path::Side;
use crate::content::article::{ArticleKind, Extent};
use crate::content::glossary::check::{self, TermProblem};
use crate::content::quantity::compare::Level;

/// Reports the findings of two aligned texts. They belong to the page that shows the translation.
pub fn report(common: &Common, texts: &AlignedTexts, problems: &mut Diagnostics) {
    let [original, translation] = [&texts.original, &texts.translation].map(side);
    let found = findings::findings(original, translation, &texts.alignment, coverage(texts));
    problems.extend(found.iter().filter_map(|finding| diagnostic(common, texts, finding)));
    // Of a text in the wrong language there is nothing more to say.
    let foreign =
        |finding: &Finding| matches!(finding.what, What::WrongLanguage(..) | What::Exchanged | What::LeftInOriginal(_));
    if texts.alignment.refused.is_none() && !found.iter().any(foreign) {
        report_terms(texts, problems);
    }
}

/// Reports terms of the glossary that the translation lacks or should render otherwise.
fn report_terms(texts: &AlignedTexts, problems: &mut Diagnostics) {
    let Some(terms) = texts.terms else { return };
    let AlignedTexts { original, translation, alignment, .. } = texts;
    let rows = check::rows(&original.blocks, &translation.blocks, &alignment.rows);
    let place = |text: &AlignedText, blocks: &Range<u32>, at: &Range<usize>| {
        let part = check::locate(&text.blocks, blocks, at.clone());
        part.map_or_else(|| span(text, blocks), |(block, part)| text.span_of(block, part))
    };
    for finding in check::glossary_findings(terms, &rows) {
        let row = &alignment.rows[finding.row];
        problems.push(match &finding.what {
            TermProblem::Unrendered(at) => {
                let beside = Some(place(original, &row.original, at));
                finding.report(span(translation, &row.translation), beside)
            }
            TermProblem::Avoided { translation: at, original: beside } => {
                let beside = beside.as_ref().map(|at| place(original, &row.original, at));
                finding.report(place(translation, &row.translation, at), beside)
            }
        });
    }
}

fn side<'a>(text: &'a AlignedText) -> Side<'a> {
    Side { lang: text.lang, blocks: &text.blocks }
}

/// Returns how much of the original an editor expects in the translation.
fn coverage(texts: &AlignedTexts) -> Coverage {
    match (texts.kind, texts.extent) {
        (ArticleKind::Summary | ArticleKind::Digest, _) | (_, Some(Extent::Gist)) => Coverage::Retold,
        (_, Some(Extent::Full)) => Coverage::Full,
        (_, Some(Extent::Abridged | Extent::Excerpts)) => Coverage::Partial,
        (_, None) => Coverage::Unstated,
    }
}

fn diagnostic(common: &Common, texts: &AlignedTexts, finding: &Finding) -> Option<Diagnostic> {
    let AlignedTexts { original, translation, .. } = texts;
    let (of_original, of_translation) = (&finding.original, &finding.translation);
    // The places of the blocks, for findings that have some on both sides.
    let (place, other) = (|| span(translation, of_translation), || span(original, of_original));
    Some(match &finding.what {
        What::Untranslated => {
            let full = texts.extent == Some(Extent::Full);
            let noun = noun(original, of_original);
            problem::untranslated_block(other(), of_original.len(), noun, full, gap(translation, of_translation.start))
        }
        What::Added => {
            let noun = noun(translation, of_translation);
            problem::added_block(place(), of_translation.len(), noun, gap(original, of_original.start))
        }
        What::TooLong(percent) | What::TooShort(percent) => problem::length_differs(place(), *percent, other()),
        What::Kinds(one, two) => problem::different_kind(place(), [word(*one), word(*two)], other()),
        What::MissingImage(url) => problem::missing_image(place(), url, other()),
        What::Number(number) => return numbers(texts, finding, number),
        What::Doubtful { rows } => {
            let first = |text: &AlignedText, at: u32| text.span((at as usize).min(text.blocks.len().saturating_sub(1)));
            let (place, other) = (first(translation, of_translation.start), first(original, of_original.start));
            problem::doubtful_pairs(place, *rows as usize, translation.file, other)
        }
        What::Copies => problem::copied_text(start(translation), start(original)),
        What::WrongLanguage(Role::Original, guess) => {
            wrong_language(common, original, "original", &language_of(*guess), start(translation))
        }
        What::WrongLanguage(Role::Translation, guess) => {
            wrong_language(common, translation, "translation", &language_of(*guess), start(original))
        }
        What::Exchanged => {
            let names = [spoken(original.lang), spoken(translation.lang)];
            problem::exchanged_texts(start(translation), [&names[0], &names[1]], start(original))
        }
        What::LeftInOriginal(guess) => {
            let expected = spoken(translation.lang);
            problem::untranslated_text(start(translation), &language_of(*guess), &expected, start(original))
        }
        What::BlocksLeftInOriginal => {
            let names = [spoken(original.lang), spoken(translation.lang)];
            let (count, noun) = (of_translation.len(), noun(translation, of_translation));
            problem::untranslated_part(place(), count, noun, [&names[0], &names[1]], other())
        }
    })
}

/// Reports numbers that differ, or a number that only one text states.
fn numbers(texts: &AlignedTexts, finding: &Finding, number: &NumberFinding) -> Option<Diagnostic> {
    let original = number.original.as_ref().map(|stated| in_text(&texts.original, stated));
    let translation = number.translation.as_ref().map(|stated| in_text(&texts.translation, stated));
    Some(match (original, translation) {
        (Some(original), Some(translation)) => {
            problem::different_number(&original, &translation, number.level == Level::Warn)
        }
        (None, Some(stated)) => {
            let place = span(&texts.original, &finding.original);
            problem::one_sided_number(&stated, "translation", "original", place)
        }
        (Some(stated), None) => {
            let place = span(&texts.translation, &finding.translation);
            problem::one_sided_number(&stated, "original", "translation", place)
        }
        (None, None) => return None,
    })
}

fn in_text<'a>(text: &'a AlignedText, stated: &'a StatedNumber) -> NumberInText<'a> {
    let block = stated.block as usize;
    let written = text.blocks.get(block).and_then(|block| block.text.get(stated.at.clone())).unwrap_or_default();
    NumberInText { at: text.span_of(block, stated.at.clone()), written, value: &stated.value }
}

fn wrong_language(common: &Common, text: &AlignedText, which: &str, found: &str, other: Span) -> Diagnostic {
    let source = match text.file.ends_with(&format!(".{}.md", text.lang)) {
        true => LanguageSource::FileName,
        false if text.lang == common.config.language => LanguageSource::Site,
        false => LanguageSource::Article,
    };
    problem::wrong_language(start(text), which, found, (&spoken(text.lang), text.lang), source, other)
}

/// Returns the place of the first block of a text that its language shows in.
fn start(text: &AlignedText) -> Span {
    let prose = |block: &Block| block.unit.is_some() && block.kind == BlockKind::Paragraph;
    text.span(text.blocks.iter().position(prose).unwrap_or(0))
}

/// Returns the place of blocks, or of the block beside an empty range.
fn span(text: &AlignedText, blocks: &Range<u32>) -> Span {
    let last = text.blocks.len().saturating_sub(1);
    let (first, last) = ((blocks.start as usize).min(last), (blocks.end.max(blocks.start + 1) as usize - 1).min(last));
    let (mut span, end) = (text.span(first), text.span(last));
    span.range.end = span.range.end.max(end.range.end);
    span
}

/// Returns the place in a text where something is missing, before the block `at`.
fn gap(text: &AlignedText, at: u32) -> Gap {
    match text.blocks.len() {
        count if (at as usize) < count => Gap::Before(text.span(at as usize)),
        count => Gap::After(text.span(count.saturating_sub(1))),
    }
}

/// Returns the word for the kind of all these blocks.
fn noun(text: &AlignedText, blocks: &Range<u32>) -> &'static str {
    let mut words = text.blocks[blocks.start as usize..blocks.end as usize].iter().map(|block| word(block.kind));
    let first = words.next().unwrap_or("block");
    if words.all(|word| word == first) { first } else { "block" }
}

fn word(kind: BlockKind) -> &'static str {
    use BlockKind::*;
    match kind {
        Title => "title",
        Summary => "summary",
        Heading(_) => "heading",
        Paragraph => "paragraph",
        Item => "list item",
        Quote => "quotation",
        Callout => "callout",
        Table => "table",
        Figure => "figure",
        Code => "code block",
        Rule => "rule",
        Html => "block of HTML",
    }
}

/// Returns "in French" or "in Cyrillic letters".
fn language_of(guess: Guess) -> String {
    match guess {
        Guess::Language(tag) => format!("in {}", name(tag).unwrap_or(tag)),
        Guess::Script(script) => format!("in {script} letters"),
    }
}

/// Returns the name of the language of a tag, or the tag.
fn spoken(tag: &str) -> Cow<'static, str> {
    name(tag).map_or_else(|| Cow::Owned(format!("`{tag}`")), Cow::Borrowed)
}
