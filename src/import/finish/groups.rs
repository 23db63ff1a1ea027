//! Which texts are one article in several languages, and which of them is the article. It must not know paths.
//!
//! The article is the text in the site's language. Recto never guesses that a text beside an article is its original:
//! without a word from the source, it is a further translation.

use std::collections::BTreeMap;

use super::languages::is_same;
use crate::import::imported::{CreditRole, ImportedText, Publication, TextRole};

/// The texts of one article, by their index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextGroup {
    /// The article or page.
    pub base: usize,
    /// Texts beside it, with their languages.
    pub beside: Vec<(usize, String)>,
    /// The original, if it is one of them and the source says so.
    pub original: Option<usize>,
    /// Whether no text is in the site's language. Then the base stands beside an article that does not exist.
    pub orphaned: bool,
}

impl TextGroup {
    /// All texts of the group.
    pub fn members(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.base).chain(self.beside.iter().map(|(at, _)| *at))
    }
}

/// Groups texts. `languages` has the tag of each text, and `site` is that of the site.
pub fn group(texts: &[ImportedText], languages: &[String], site: &str) -> Vec<TextGroup> {
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        match text.group.as_str() {
            name if !name.is_empty() && text.publication != Publication::Page => {
                named.entry(name).or_default().push(at)
            }
            _ => sets.push(vec![at]),
        }
    }
    sets.extend(named.into_values());
    sets.sort();
    let mut groups = Vec::new();
    for set in sets {
        split(set, languages, &mut |set| groups.push(group_of(texts, languages, site, set)));
    }
    groups
}

/// Passes on sets in which each language occurs once: a second text in a language is an article of its own.
fn split(set: Vec<usize>, languages: &[String], take: &mut dyn FnMut(Vec<usize>)) {
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for at in set {
        let free = |set: &&mut Vec<usize>| !set.iter().any(|other| languages[*other] == languages[at]);
        match sets.iter_mut().find(free) {
            Some(set) => set.push(at),
            None => sets.push(vec![at]),
        }
    }
    sets.into_iter().for_each(take);
}

fn group_of(texts: &[ImportedText], languages: &[String], site: &str, set: Vec<usize>) -> TextGroup {
    let exact = |at: &&usize| languages[**at] == site;
    let same = |at: &&usize| is_same(&languages[**at], site);
    let no_original = |at: &&usize| texts[**at].role != TextRole::Original;
    let found = set.iter().find(exact).or_else(|| set.iter().find(same));
    let base = found
        .or_else(|| set.iter().find(|at| texts[**at].role == TextRole::Translation))
        .or_else(|| set.iter().find(no_original))
        .or(set.first())
        .copied()
        .unwrap_or_default();
    let beside: Vec<(usize, String)> =
        set.iter().filter(|at| **at != base).map(|at| (*at, languages[*at].clone())).collect();
    let original = beside.iter().map(|(at, _)| *at).find(|at| texts[*at].role == TextRole::Original);
    let orphaned = found.is_none() && texts[base].publication != Publication::Page;
    TextGroup { base, beside, original, orphaned }
}

/// Returns whether the text says anything that only a translation has.
pub fn is_translation(text: &ImportedText, group: &TextGroup) -> bool {
    let original = &text.original;
    text.role == TextRole::Translation
        || group.original.is_some()
        || original.url.is_some()
        || original.title.is_some()
        || original.language.is_some()
        || text.credits.iter().any(|credit| credit.role == CreditRole::Translator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(group: &str, role: TextRole) -> ImportedText {
        ImportedText { group: group.into(), role, ..ImportedText::default() }
    }

    #[test]
    fn the_article_is_in_the_language_of_the_site() {
        let texts = [
            text("a", TextRole::Original),
            text("a", TextRole::Translation),
            text("", TextRole::Unknown),
            text("b", TextRole::Unknown),
            text("b", TextRole::Unknown),
            text("c", TextRole::Unknown),
        ];
        let languages = ["ja", "en", "en", "ko", "en", "ko"].map(str::to_owned);
        let groups = group(&texts, &languages, "en");
        assert_eq!((groups[0].base, groups[0].original, groups[0].orphaned), (1, Some(0), false));
        assert_eq!((groups[1].base, groups[1].beside.len()), (2, 0));
        assert_eq!((groups[2].base, groups[2].original), (4, None));
        assert_eq!((groups[3].base, groups[3].orphaned), (5, true));
    }

    #[test]
    fn a_language_occurs_once() {
        let texts = [text("a", TextRole::Unknown), text("a", TextRole::Unknown), text("a", TextRole::Unknown)];
        let languages = ["en", "en", "ja"].map(str::to_owned);
        let groups = group(&texts, &languages, "en");
        assert_eq!(groups.iter().map(|g| (g.base, g.beside.len())).collect::<Vec<_>>(), [(0, 1), (1, 0)]);
    }

    #[test]
    fn simplified_chinese_is_chinese() {
        let texts = [text("a", TextRole::Original), text("a", TextRole::Translation)];
        let groups = group(&texts, &["en".to_owned(), "zh-Hans".to_owned()], "zh");
        assert_eq!((groups[0].base, groups[0].original), (1, Some(0)));
    }
}
