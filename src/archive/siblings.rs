//! Attaches siblings to their articles, and determines which sibling is the original. It must not know terms.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::archive::Archive;
use crate::base::config::{Config, Publish};
use crate::base::diag::{Diagnostics, Span};
use crate::base::{limits, problem};
use crate::content::article::{Article, Sibling};
use crate::content::content_path;

/// Removes items that repeat the one before them from another file, such as `NAME.md` and `NAME/index.md`.
pub(super) fn set_apart<T>(
    sorted: &mut Vec<Arc<T>>,
    what: &str,
    same: impl Fn(&T, &T) -> Option<(Span, Arc<str>)>,
    problems: &mut Diagnostics,
) {
    sorted.dedup_by(|second, first| {
        let found = same(first, second);
        problems.extend(found.iter().map(|(at, file)| problem::duplicate_file(at.clone(), file, what)));
        found.is_some()
    });
}

/// Removes and reports siblings beyond the limit.
fn cap(texts: &mut Vec<Arc<Sibling>>, id: &str, problems: &mut Diagnostics) {
    if let Some(first) = texts.get(limits::SIBLINGS) {
        let at = Span::file(first.file.clone());
        problems.push(problem::too_many_siblings(at, id, texts.len(), limits::SIBLINGS));
        texts.truncate(limits::SIBLINGS);
    }
}

/// Returns which of an article's siblings is the original. An article that is itself the original has none.
pub(super) fn original(card: &Article, texts: &[Arc<Sibling>], config: &Config) -> Option<usize> {
    match texts {
        _ if card.is_original(&config.language) => None,
        [_] => Some(0),
        several => several.iter().position(|text| card.original_lang.as_ref() == Some(&text.lang)),
    }
}

/// Attaches each sibling to its article and determines which sibling is the original. `siblings` are sorted by article
/// and language.
pub(super) fn attach(archive: &mut Archive, siblings: Vec<Arc<Sibling>>, config: &Config, problems: &mut Diagnostics) {
    let mut siblings = siblings.into_iter().peekable();
    let mut lost = Vec::new();
    for at in 0..archive.by_id.len() {
        let ix = archive.by_id[at] as usize;
        let id = &archive.articles[ix].card.id;
        while let Some(before) = siblings.next_if(|sibling| sibling.article < *id) {
            lost.push(before);
        }
        let mut texts: Vec<Arc<Sibling>> = std::iter::from_fn(|| siblings.next_if(|s| s.article == *id)).collect();
        if texts.is_empty() {
            continue;
        }
        cap(&mut texts, id, problems);
        let same = |a: &Sibling, b: &Sibling| (a.lang == b.lang).then(|| (b.span(), a.file.clone()));
        set_apart(&mut texts, "text", same, problems);
        // If one sibling could not be read, the roles of the others are unknown.
        let broken = archive.failed.has_sibling_of(id);
        let placed = &mut archive.articles[ix];
        let said = &placed.card.original_lang;
        let is_original = placed.card.is_original(&config.language);
        placed.original = original(&placed.card, &texts, config);
        if let ([only], Some(_), false, Some(lang)) = (texts.as_slice(), placed.original, broken, said.as_deref())
            && *lang != *only.lang
        {
            problems.push(problem::original_language(placed.card.span(), lang, &only.lang));
        }
        if is_original {
            check_translations(&placed.card, &texts, placed.publish(config), config, problems);
        } else if placed.original.is_none() && !broken {
            // A guess could publish an original that must not be published.
            let tags: Vec<&str> = texts.iter().map(|t| &*t.lang).collect();
            problems.push(problem::ambiguous_original(placed.card.span(), &tags.join(", ")));
        }
        for text in texts.iter().filter(|t| *t.lang == *config.language) {
            let found = problem::sibling_in_site_language(Span::file(text.file.clone()), &config.language);
            problems.push(found);
        }
        placed.siblings = texts.into();
    }
    let lost: Vec<Arc<Sibling>> = lost.into_iter().chain(siblings).collect();
    archive.count_skipped_translations(&lost, config);
    let lost = lost.into_iter().filter(|sibling| {
        // The problem of the article is reported at the article.
        archive.skipped(&sibling.article).is_none() && !archive.failed.has_article(&sibling.article)
    });
    let (articles, orphans): (Vec<_>, Vec<_>) = lost.partition(|sibling| sibling.is_article);
    let is_of = |article: &Arc<Sibling>, id: &str| {
        let own = article.file.strip_prefix("content/articles/").and_then(|file| file.strip_suffix(".md"));
        own.is_some_and(|own| own.nfc().eq(id.chars()))
    };
    for orphan in orphans.into_iter().filter(|orphan| !articles.iter().any(|article| is_of(article, &orphan.article))) {
        let name = content_path::beside(&orphan.file);
        problems.push(problem::orphan_sibling(Span::file(orphan.file.clone()), &name));
        archive.orphans.push(orphan.file.clone());
    }
    archive.orphans.sort();
    if articles.is_empty() {
        return;
    }
    // Report one cause once: the file's other problems disappear when it is named correctly.
    problems.retain(|found| !found.at.as_ref().is_some_and(|at| articles.iter().any(|card| card.file == at.file)));
    for article in articles {
        problems.push(problem::misnamed_article(Span::file(article.file.clone()), &article.lang));
        archive.failed.add(&article.file);
    }
}

/// Checks the siblings of an article that is itself the original. A sibling that also claims to be the original is an
/// error, because it could publish a text that must not be published.
fn check_translations(
    card: &Article,
    texts: &[Arc<Sibling>],
    publish: Publish,
    config: &Config,
    problems: &mut Diagnostics,
) {
    // On a site in `en`, `en-GB` is not a different language.
    let is_ours = |lang: &str| lang.split('-').next() == config.language.split('-').next();
    if let Some(said) = card.original_lang.as_deref().filter(|lang| **lang != *config.language) {
        let text = texts.iter().find(|text| *text.lang == *said).map(|text| &*text.file);
        if text.is_some() || !is_ours(said) {
            let safe = publish == Publish::Full;
            problems.push(problem::conflicting_original(card.span(), &config.language, said, text, safe));
            return;
        }
    }
    if config.credits.translator.is_none() {
        let silent = texts.iter().filter(|text| text.translators.is_empty());
        problems.extend(silent.map(|text| problem::uncredited_translation(text.span())));
    }
}
