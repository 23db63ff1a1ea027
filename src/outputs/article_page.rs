//! Everything that one page of an article prints, gathered from its files and the archive.

use super::world::World;
use crate::archive::archive::Placed;
use crate::base::config::Publish;
use crate::base::date::Day;
use crate::content::details::{Details, SiblingDetails};
use crate::content::place::TermKind;

/// Everything that one page of an article prints.
pub struct ArticlePage<'a> {
    pub placed: &'a Placed,
    pub details: &'a Details,
    pub title: &'a str,
    pub lang: &'a str,
    pub url: &'a str,
    pub original: Option<OriginalView>,
    /// For a further translation: what its own file says.
    pub sibling: Option<&'a SiblingDetails>,
}

/// The original as far as it may be printed.
pub struct OriginalView {
    pub lang: Option<Box<str>>,
    pub title: Option<Box<str>>,
    pub url: Option<Box<str>>,
    pub archive_url: Option<Box<str>>,
    pub authors: Box<[Box<str>]>,
    pub page: Option<Box<str>>,
    pub date: Option<Day>,
    pub publish: Publish,
    pub html: Option<String>,
}

impl ArticlePage<'_> {
    /// The day that the original was printed: its own date, else the article's.
    pub fn source_date(&self) -> Day {
        self.original.as_ref().and_then(|o| o.date).unwrap_or(self.placed.card.date)
    }

    /// The original byline: the article's, or that of a further translation's own file.
    pub fn authors(&self) -> &[Box<str>] {
        let own = self.sibling.map(|own| &own.authors).filter(|authors| !authors.is_empty());
        own.unwrap_or(&self.details.authors)
    }

    /// The authors of the original in its own language, where its file names them.
    pub fn original_authors(&self) -> &[Box<str>] {
        let own = self.original.as_ref().map(|original| &original.authors).filter(|authors| !authors.is_empty());
        own.unwrap_or(&self.details.authors)
    }

    /// What the page's own text is summed up by.
    pub fn summary(&self) -> Option<&str> {
        self.sibling.map_or(&self.details.summary, |own| &own.summary).as_deref()
    }

    /// The page of the source.
    pub fn source_page(&self) -> Option<&str> {
        self.details.page.as_deref()
    }

    /// Name, absolute URL of the profile, and whether it is a desk (`extra.team = true` in its record).
    pub fn translators(&self, world: &World) -> Vec<(String, Option<String>, bool)> {
        if let Some(own) = self.sibling.filter(|s| !s.translators.is_empty()) {
            return own.translators.iter().map(|name| (name.to_string(), None, false)).collect();
        }
        let terms = self.placed.terms(TermKind::Translator).iter();
        terms
            .map(|&ix| {
                let term = world.archive.term(TermKind::Translator, ix);
                let url = world.config.urls.page(&term.address(TermKind::Translator));
                let team = term.record.as_ref().is_some_and(|r| r.extra.get("team") == Some(&true.into()));
                (term.label.to_string(), world.config.urls.absolute(&url), team)
            })
            .collect()
    }
}
