//! The pairs of texts of a site that can be aligned. It must not show or write anything.

use std::collections::BTreeSet;

use crate::archive::archive::{ArticleIx, IndexedArticle};
use crate::base::diag::Diagnostics;
use crate::engine::site::Site;
use crate::outputs::aligned_texts::AlignedTexts;
use crate::outputs::article;

/// A translation whose original is beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FacingTranslation {
    article: ArticleIx,
    /// The further translation, by its place among the siblings; `None` for the article itself.
    sibling: Option<usize>,
}

/// Returns the pairs of a site that have a text among `files`; all pairs without `files`.
pub fn pairs(site: &Site, files: Option<&BTreeSet<String>>) -> Vec<FacingTranslation> {
    let archive = &site.archive;
    let mut pairs = Vec::new();
    for (at, placed) in archive.articles.iter().enumerate() {
        let is_original = placed.card.is_original(&site.config.language);
        let Some(original) = original_file(placed, is_original) else { continue };
        let wanted = |file: &str| files.is_none_or(|files| files.contains(file));
        let own = (None, &*placed.card.file);
        let further = placed.siblings.iter().enumerate().map(|(at, sibling)| (Some(at), &*sibling.file));
        for (sibling, file) in [own].into_iter().chain(further) {
            if file != original && (wanted(file) || wanted(original)) {
                pairs.push(FacingTranslation { article: at as ArticleIx, sibling });
            }
        }
    }
    pairs
}

/// Returns the file of an article's original, if it has one beside it or is one.
fn original_file(placed: &IndexedArticle, is_original: bool) -> Option<&str> {
    match is_original {
        true => Some(&placed.card.file),
        false => placed.original().map(|original| &*original.file),
    }
}

impl FacingTranslation {
    /// Aligns the texts and passes them to `then`. `None` if one of them cannot be read or is not a text to align; the
    /// problem is appended.
    pub fn align<R>(
        &self,
        site: &Site,
        problems: &mut Diagnostics,
        then: impl FnOnce(&AlignedTexts) -> R,
    ) -> Option<R> {
        let read = |file: &str, problems: &mut Diagnostics| site.read(file, problems);
        article::align(&site.world(), self.article, self.sibling, &read, problems, then)
    }
}
