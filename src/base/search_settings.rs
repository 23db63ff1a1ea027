//! What a search finds: the table `[search]` of `site.toml`. It must not know texts.

use super::reader::{Reader, Spanned};
use super::{language, problem};

/// The settings of the search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchSettings {
    /// Whether the site has a search. Never without the feature `search`.
    pub enable: bool,
    /// Whether it finds originals, too.
    pub originals: bool,
    /// The languages of the texts that it finds, as canonical tags; empty for all.
    pub languages: Vec<Spanned<Box<str>>>,
}

impl Default for SearchSettings {
    fn default() -> SearchSettings {
        SearchSettings { enable: cfg!(feature = "search"), originals: true, languages: Vec::new() }
    }
}

impl SearchSettings {
    /// Reads the table.
    pub fn read(r: &mut Reader) -> SearchSettings {
        let defaults = SearchSettings::default();
        let Some(mut table) = r.table("search") else { return defaults };
        let enable = table.boolean("enable").unwrap_or(true) && defaults.enable;
        let originals = table.boolean("originals").unwrap_or(defaults.originals);
        let languages = languages(&mut table);
        table.finish();
        SearchSettings { enable, originals, languages }
    }

    /// Returns whether the search finds texts in a language. A setting `zh` stands for `zh-Hant`, too.
    pub fn finds(&self, tag: &str) -> bool {
        self.languages.is_empty() || self.languages.iter().any(|wanted| covers(&wanted.value, tag))
    }

    /// Returns the settings without everything that no page prints.
    pub fn for_pages(&self) -> SearchSettings {
        SearchSettings { enable: self.enable, ..SearchSettings::default() }
    }
}

/// Returns whether a language tag stands for another: it is the same, or less exact.
pub fn covers(wanted: &str, tag: &str) -> bool {
    tag.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn languages(table: &mut Reader) -> Vec<Spanned<Box<str>>> {
    let mut languages: Vec<Spanned<Box<str>>> = Vec::new();
    for written in table.strings("languages") {
        let tag = language::canonical_tag(written.value);
        let found = match &tag {
            None => Some(problem::invalid_tag(table.span(&written.at), written.value)),
            Some(tag) => {
                language::doubt(tag).map(|doubt| problem::unknown_language(table.span(&written.at), tag, &doubt))
            }
        };
        table.problems.borrow_mut().extend(found);
        languages.extend(tag.map(|tag| Spanned { value: tag.into(), at: written.at }));
    }
    languages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_stands_for_its_varieties() {
        let set = |tags: &[&str]| SearchSettings {
            languages: tags.iter().map(|tag| Spanned { value: (*tag).into(), at: 0..0 }).collect(),
            ..SearchSettings::default()
        };
        assert!(set(&[]).finds("ja"));
        assert!(set(&["en", "zh"]).finds("zh-Hant") && set(&["zh-Hant"]).finds("zh-Hant"));
        assert!(!set(&["zh-Hant"]).finds("zh") && !set(&["zh"]).finds("zhx") && !set(&["en"]).finds("ja"));
    }
}
