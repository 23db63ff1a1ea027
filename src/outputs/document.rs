//! The document of an article: the contents of its texts, loaded, used and dropped. The article's page is made from
//! it, and so is any other output that prints an article.
//!
//! A document does not know where or how it is printed.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::output_content::ReadText;
use crate::archive::archive::{Archive, IndexedArticle};
use crate::base::config::{Config, Layout, Publish};
use crate::base::date::Day;
use crate::base::diag::Diagnostics;
use crate::content::article::{Article, ArticleKind, Sibling};
use crate::content::details::{self, Details, SiblingDetails};
use crate::content::markdown;
use crate::content::person::Person;
use crate::content::searchable::EXCERPT_CHARS;

/// The files of a document, by their cards, and how much of the original may be published.
pub struct DocumentFiles<'a> {
    pub article: &'a Article,
    /// The further translation that the document is about, or the original itself.
    pub sibling: Option<&'a Sibling>,
    /// The original to show with a translation.
    pub original: Option<&'a Sibling>,
    pub publish: Publish,
    /// Where the page shows the original.
    pub layout: Layout,
    /// The language of the site.
    pub language: &'a str,
    /// Whether the article is itself the original.
    pub is_original: bool,
    /// Whether the document is about the original beside the article.
    pub shows_original: bool,
}

/// Leaves out the cards: each comes from its own file, and the digest of that file covers it.
impl Hash for DocumentFiles<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let DocumentFiles { article: _, sibling, original, publish, layout, language, is_original, shows_original } =
            self;
        (sibling.is_some(), original.is_some(), publish, layout, language, is_original, shows_original).hash(state);
    }
}

impl<'a> DocumentFiles<'a> {
    /// Collects the files of an article, or of its sibling at `sibling`.
    pub fn new(
        archive: &'a Archive,
        placed: &'a IndexedArticle,
        config: &'a Config,
        sibling: Option<usize>,
    ) -> DocumentFiles<'a> {
        let shows_original = sibling.is_some() && sibling == placed.original;
        DocumentFiles {
            article: &placed.card,
            sibling: sibling.map(|at| &*placed.siblings[at]),
            original: placed.original().filter(|_| !shows_original).map(|original| &**original),
            publish: placed.publish(config),
            layout: archive.layout(placed, config),
            language: &config.language,
            is_original: placed.card.is_original(&config.language),
            shows_original,
        }
    }

    /// Iterates over their paths below the site's root.
    pub fn paths(&self) -> impl Iterator<Item = &'a Arc<str>> + use<'a> {
        let siblings = [self.original, self.sibling];
        [&self.article.file].into_iter().chain(siblings.into_iter().flatten().map(|sibling| &sibling.file))
    }

    /// Loads the document. Returns `None` and appends the problem if a file cannot be read.
    pub fn load(&self, read: ReadText, problems: &mut Diagnostics) -> Option<Document> {
        let file = &self.article.file;
        let text = read(file, problems)?;
        let (details, _, at) = details::load(file, &text).map_err(|found| problems.extend(found)).ok()?;
        let body = Body { text, at };
        let sibling = match self.sibling {
            Some(sibling) => Some(load_sibling(&sibling.file, read, problems)?),
            None => None,
        };
        let original = match &sibling {
            Some(sibling) if self.is_original => Some(self.article_itself(&details, sibling)),
            _ => self.original(&details, read, problems)?,
        };
        Some(Document { details, body, sibling, original })
    }

    /// Combines what the article's front matter and the original's file say about the original, as far as it may be
    /// published.
    fn original(&self, details: &Details, read: ReadText, problems: &mut Diagnostics) -> Option<Option<OriginalText>> {
        let said = details.original.clone().filter(|said| {
            let is_original = self.shows_original || self.article.kind == ArticleKind::Original;
            !is_original || !said.is_language_alone()
        });
        if said.is_none() && self.original.is_none() {
            return Some(None);
        }
        let details::OriginalDetails { lang, title, url, archive_url, revision, page, date } = said.unwrap_or_default();
        // On its own page, the original's title is the headline.
        let title = title.filter(|_| !self.shows_original);
        let mut original = OriginalText {
            lang,
            title,
            url,
            archive_url,
            revision,
            authors: Box::default(),
            page,
            date,
            publish: self.publish,
            here: false,
            summary: None,
            body: None,
        };
        if let Some(card) = self.original {
            let SiblingDocument { details, body } = load_sibling(&card.file, read, problems)?;
            original.lang = original.lang.or_else(|| Some(card.lang.clone()));
            original.body = Some(body);
            original.summary = details.summary;
            if self.publish != Publish::None {
                original.title = original.title.or(details.title);
                original.authors = details.authors;
            }
        }
        Some(Some(original))
    }

    /// Returns the article as the original of one of its translations.
    fn article_itself(&self, details: &Details, sibling: &SiblingDocument) -> OriginalText {
        OriginalText {
            lang: Some(self.language.into()),
            title: Some(self.article.title.clone()),
            url: None,
            archive_url: None,
            revision: None,
            // The page already shows the authors, unless the translation spells them differently.
            authors: if sibling.details.authors.is_empty() { Box::default() } else { details.authors.clone() },
            page: None,
            date: None,
            publish: Publish::Full,
            here: true,
            summary: details.summary.clone(),
            body: None,
        }
    }
}

fn load_sibling(file: &Arc<str>, read: ReadText, problems: &mut Diagnostics) -> Option<SiblingDocument> {
    let text = read(file, problems)?;
    let (details, _, at) = details::load_sibling(file, &text).map_err(|found| problems.extend(found)).ok()?;
    Some(SiblingDocument { details, body: Body { text, at } })
}

/// The contents of the texts of an article.
pub struct Document {
    /// The rest of the article's own front matter.
    pub details: Details,
    body: Body,
    /// The further translation, if the document is about one.
    pub sibling: Option<SiblingDocument>,
    pub original: Option<OriginalText>,
}

impl Document {
    /// Returns the body to print: the further translation's, else the article's.
    pub fn body(&self) -> &Body {
        self.sibling.as_ref().map_or(&self.body, |sibling| &sibling.body)
    }

    /// Returns the body of the original, for checking only: an original that is not published is still aligned and
    /// checked.
    pub fn original_to_check(&self) -> Option<&Body> {
        let original = self.original.as_ref()?;
        if original.here { Some(&self.body) } else { original.body.as_ref() }
    }

    /// Returns the part of the original's body that may be published.
    pub fn printable(&self) -> Printable<'_> {
        match (&self.original, self.original_to_check()) {
            (Some(original), Some(body)) => original.printable(body),
            _ => Printable::Nothing,
        }
    }

    /// Returns the details of the further translation.
    pub fn sibling_details(&self) -> Option<&SiblingDetails> {
        self.sibling.as_ref().map(|sibling| &sibling.details)
    }
}

/// The contents of a sibling.
pub struct SiblingDocument {
    pub details: SiblingDetails,
    pub body: Body,
}

/// A body in its file. It owns the whole file, to avoid a copy.
pub struct Body {
    text: String,
    /// The byte at which the body starts.
    pub at: usize,
}

impl Body {
    /// Returns the whole file.
    pub fn file(&self) -> &str {
        &self.text
    }

    /// Returns the Markdown of the body, without the front matter.
    pub fn markdown(&self) -> &str {
        &self.text[self.at..]
    }
}

/// The original of an article. It holds only what may be published, except that it always holds the body.
pub struct OriginalText {
    pub lang: Option<Box<str>>,
    pub title: Option<Box<str>>,
    /// The URL of the original on another site.
    pub url: Option<Box<str>>,
    pub archive_url: Option<Box<str>>,
    /// The version that was translated.
    pub revision: Option<Box<str>>,
    pub authors: Box<[Person]>,
    pub page: Option<Box<str>>,
    pub date: Option<Day>,
    pub publish: Publish,
    /// Whether the original is the article itself, on this site.
    pub here: bool,
    /// Its summary, for checking only.
    summary: Option<Box<str>>,
    body: Option<Body>,
}

/// The part of an original's body that may be published.
pub enum Printable<'a> {
    Nothing,
    /// Plain text.
    Excerpt(String),
    Full(&'a Body),
}

impl OriginalText {
    /// Returns the summary, for checking only.
    pub fn summary_to_check(&self) -> Option<&str> {
        self.summary.as_deref()
    }

    /// Returns the part of its body that may be published.
    fn printable<'b>(&self, body: &'b Body) -> Printable<'b> {
        match self.publish {
            Publish::None => Printable::Nothing,
            Publish::Full => Printable::Full(body),
            Publish::Excerpt => {
                markdown::first_block(body.markdown(), EXCERPT_CHARS).map_or(Printable::Nothing, Printable::Excerpt)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_printed_is_printable() {
        let printable = |publish: Publish, text: &str| {
            let original = OriginalText {
                lang: None,
                title: None,
                url: None,
                archive_url: None,
                revision: None,
                authors: Box::default(),
                page: None,
                date: None,
                publish,
                here: false,
                summary: None,
                body: Some(Body { text: format!("+++\n+++\n{text}"), at: 8 }),
            };
            assert_eq!(original.body.as_ref().map(Body::markdown), Some(text));
            let body = original.body.as_ref().unwrap();
            match original.printable(body) {
                Printable::Nothing => None,
                Printable::Excerpt(excerpt) => Some(excerpt),
                Printable::Full(body) => Some(body.markdown().to_owned()),
            }
        };
        let text = "One *two*.\n\nThree.";
        assert_eq!(printable(Publish::Full, text).as_deref(), Some(text));
        assert_eq!(printable(Publish::Excerpt, text).as_deref(), Some("One two."));
        assert_eq!(printable(Publish::Excerpt, ""), None);
        assert_eq!(printable(Publish::None, text), None);
    }
}
