//! The view of an article page: facts taken from the archive beforehand, and the contents of its files. It must not
//! read the archive.

use std::sync::Arc;

use super::body::BodyText;
use super::document::{Document, DocumentFiles, OriginalText};
use super::world::{CardView, Common, TermLeaf, World};
use crate::archive::archive::{ArticleIx, IndexedArticle};
use crate::base::date::Day;
use crate::content::article::{Article, ArticleKind, Extent};
use crate::content::content_path::TermKind;
use crate::content::correction::Correction;
use crate::content::details::Details;
use crate::content::glossary::pair::PairTerms;
use crate::content::person::Person;

/// Everything from the archive that an article page depends on. Together with the digests of its files, it determines
/// the page.
#[derive(Hash)]
pub struct ArticleFacts<'a> {
    pub files: DocumentFiles<'a>,
    /// The address of the article, without leading or trailing slash.
    pub address: &'a str,
    /// The trail of each section, the primary one first.
    pub sections: Vec<Vec<&'a TermLeaf>>,
    pub tags: Vec<&'a TermLeaf>,
    pub sources: Vec<&'a TermLeaf>,
    pub translators: Vec<&'a TermLeaf>,
    /// The next older and next newer article of the primary section.
    pub previous: Option<Neighbour<'a>>,
    pub next: Option<Neighbour<'a>>,
    /// The related articles, as listings show them.
    pub related: Vec<CardView<'a>>,
    /// Every text that has a page, if there is more than one. The first is the article itself.
    pub versions: Vec<TranslationLink<'a>>,
    /// The images in further translations, as written there. An image credit of the article may refer to one of them.
    pub elsewhere: Vec<&'a str>,
    /// The body of the page and that of the original.
    pub text: BodyText<'a>,
    pub original: Option<BodyText<'a>>,
    /// What the glossary says for the languages of both.
    pub glossary: Option<Arc<PairTerms>>,
}

/// The link to another article.
#[derive(Hash)]
pub struct Neighbour<'a> {
    pub title: &'a str,
    /// The root-relative URL.
    pub url: String,
    pub day: Day,
}

/// A text of the article that has a page, and its address.
#[derive(Hash)]
pub struct TranslationLink<'a> {
    /// Whether it is the original beside the article.
    pub is_original: bool,
    pub lang: &'a str,
    pub title: &'a str,
    pub url: String,
}

impl<'a> ArticleFacts<'a> {
    /// Collects the facts for the article's own page, or for that of its sibling at `sibling`.
    pub fn new(world: &'a World<'a>, ix: ArticleIx, sibling: Option<usize>) -> ArticleFacts<'a> {
        let placed = world.archive.article(ix);
        let (card, address) = (&placed.card, &*placed.address);
        let (older, newer) = world.archive.beside(ix);
        let files = DocumentFiles::new(world.archive, placed, world.config, sibling);
        let terms = |kind| world.terms(kind, placed.terms(kind)).collect();
        ArticleFacts {
            address,
            sections: placed.terms(TermKind::Section).iter().map(|&ix| world.trail(ix)).collect(),
            tags: terms(TermKind::Tag),
            sources: terms(TermKind::Source),
            translators: terms(TermKind::Translator),
            previous: older.map(|ix| Neighbour::new(world, ix)),
            next: newer.map(|ix| Neighbour::new(world, ix)),
            related: world.archive.related(ix).into_iter().map(|ix| world.card(ix)).collect(),
            versions: versions(world, placed),
            elsewhere: placed.translations().flat_map(|(_, t)| &t.refs).filter(|r| r.image).map(|r| &*r.dest).collect(),
            text: match files.sibling {
                // The assets of an original are beside the article.
                Some(own) if files.shows_original => BodyText::new(world, &own.file, &own.refs, address, &own.lang),
                None => BodyText::new(world, &card.file, &card.refs, address, &world.config.language),
                Some(sibling) => {
                    let address = format!("{address}/{}", sibling.lang);
                    BodyText::new(world, &sibling.file, &sibling.refs, &address, &sibling.lang)
                }
            },
            original: match files.original {
                Some(original) => {
                    Some(BodyText::new(world, &original.file, &original.refs, address, &original.lang).second("o-"))
                }
                None if files.is_original && files.sibling.is_some() => {
                    let lang = &world.config.language;
                    Some(BodyText::new(world, &card.file, &card.refs, address, lang).second("o-"))
                }
                None => None,
            },
            glossary: glossary(world, &files),
            files,
        }
    }

    /// Returns the language of the page's text.
    pub fn lang<'c>(&'c self, common: &'c Common) -> &'c str {
        self.files.sibling.map_or(&common.config.language, |s| &s.lang)
    }

    /// Returns the headline of the page's text.
    pub fn title(&self) -> &str {
        self.files.sibling.map_or(&self.files.article.title, |s| &s.title)
    }

    /// Returns the root-relative URL of the page.
    pub fn url(&self, common: &Common) -> String {
        let urls = &common.config.urls;
        match self.files.sibling {
            Some(sibling) => urls.page(&format!("{}/{}", self.address, sibling.lang)),
            None => urls.page(self.address),
        }
    }
}

impl<'a> Neighbour<'a> {
    fn new(world: &'a World<'a>, ix: ArticleIx) -> Neighbour<'a> {
        let placed = world.archive.article(ix);
        Neighbour { title: &placed.card.title, url: world.config.urls.page(&placed.address), day: placed.card.date }
    }
}

/// Returns the terms of the glossary in the languages of the original and of the page's text.
fn glossary(world: &World, files: &DocumentFiles) -> Option<Arc<PairTerms>> {
    let language = &*world.config.language;
    let original = match (files.original, files.sibling) {
        (Some(original), _) => &*original.lang,
        (None, Some(_)) if files.is_original => language,
        (None, _) => return None,
    };
    world.archive.glossary.pair(original, files.sibling.map_or(language, |sibling| &sibling.lang))
}

fn versions<'a>(world: &'a World<'a>, placed: &'a IndexedArticle) -> Vec<TranslationLink<'a>> {
    let urls = &world.config.urls;
    let mut out: Vec<TranslationLink> = world
        .archive
        .pages_beside(placed, world.config)
        .map(|(at, t)| TranslationLink {
            is_original: placed.original == Some(at),
            lang: &t.lang,
            title: &t.title,
            url: urls.page(&format!("{}/{}", placed.address, t.lang)),
        })
        .collect();
    if !out.is_empty() {
        let url = urls.page(&placed.address);
        let lang = &world.config.language;
        out.insert(0, TranslationLink { is_original: false, lang, title: &placed.card.title, url });
    }
    out
}

/// An article page: its facts and the contents of its files.
pub struct ArticlePage<'a> {
    pub facts: &'a ArticleFacts<'a>,
    pub document: &'a Document,
    pub title: &'a str,
    pub lang: &'a str,
    pub url: &'a str,
    /// The root-relative URL of the article's own page.
    pub article_url: &'a str,
}

impl<'a> ArticlePage<'a> {
    pub fn card(&self) -> &'a Article {
        self.facts.files.article
    }

    pub fn details(&self) -> &'a Details {
        &self.document.details
    }

    pub fn original(&self) -> Option<&'a OriginalText> {
        self.document.original.as_ref()
    }

    /// Returns the URL of the original, root-relative if the original is on this site.
    pub fn original_url(&self) -> Option<&'a str> {
        let original = self.original()?;
        if original.here { Some(self.article_url) } else { original.url.as_deref() }
    }

    /// Returns whether this is the page of a text beside the article.
    pub fn is_sibling(&self) -> bool {
        self.document.sibling.is_some()
    }

    /// Returns whether this is the original's own page.
    pub fn shows_original(&self) -> bool {
        self.facts.files.shows_original
    }

    /// Returns how much of the original the page's text covers.
    pub fn extent(&self) -> Option<Extent> {
        self.card().extent.filter(|_| !self.shows_original())
    }

    /// Iterates over the corrections of the page's text. They are of the translation.
    pub fn corrections(&self) -> impl Iterator<Item = &'a Correction> {
        let shows_original = self.shows_original();
        let written = self.details().corrections.iter().filter(move |_| !shows_original);
        written.map(|written| &written.correction)
    }

    /// Returns the rights of the page's text.
    pub fn rights(&self) -> Option<&'a str> {
        let rights = self.details().rights.as_ref()?;
        if self.shows_original() { rights.original.as_deref() } else { rights.translation.as_deref() }
    }

    /// Returns whether the page's text is an original or a translation.
    pub fn kind(&self) -> ArticleKind {
        if self.shows_original() {
            return ArticleKind::Original;
        }
        if self.is_sibling() && self.facts.files.is_original { ArticleKind::Translation } else { self.card().kind }
    }

    /// Returns the day when the original was printed: its own date, else the article's.
    pub fn source_date(&self) -> Day {
        self.original().and_then(|o| o.date).unwrap_or(self.card().date)
    }

    /// Returns the original byline and its language: the article's, or that in the file of a further translation.
    pub fn authors(&self) -> (&'a [Person], &'a str) {
        let own = self.document.sibling_details().map(|own| &*own.authors).filter(|authors| !authors.is_empty());
        own.map_or((&self.details().authors, self.facts.files.language), |own| (own, self.lang))
    }

    /// Returns the authors of the original in its own language, if its file names them.
    pub fn original_authors(&self) -> &[Person] {
        let own = self.original().map(|original| &original.authors).filter(|authors| !authors.is_empty());
        own.unwrap_or(&self.details().authors)
    }

    /// Returns the summary of the page's own text.
    pub fn summary(&self) -> Option<&str> {
        self.document.sibling_details().map_or(&self.details().summary, |own| &own.summary).as_deref()
    }

    /// Returns the page in the source.
    pub fn source_page(&self) -> Option<&str> {
        self.details().page.as_deref()
    }

    /// Returns the translators of a sibling, if they differ from the article's. They are names without term pages. An
    /// original has no translator, so its siblings inherit only the site's default.
    pub fn own_translators<'c>(&'c self, common: &'c Common) -> Option<Vec<&'c str>> {
        let own = self.document.sibling_details()?.translators.iter().map(|name| &**name).collect::<Vec<_>>();
        match own.is_empty() {
            _ if self.shows_original() => Some(Vec::new()),
            true if self.facts.files.is_original => {
                Some(common.config.credits.translator.as_deref().into_iter().collect())
            }
            true => None,
            false => Some(own),
        }
    }

    /// Returns name, absolute URL of the profile, and whether the translator is a desk.
    pub fn translators<'c>(&'c self, common: &'c Common) -> Vec<(&'c str, Option<String>, bool)> {
        if let Some(own) = self.own_translators(common) {
            return own.into_iter().map(|name| (name, None, false)).collect();
        }
        let facts = self.facts.translators.iter();
        facts.map(|t| (&*t.label, common.config.urls.absolute(&t.url), t.team)).collect()
    }
}
