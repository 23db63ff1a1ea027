//! The view of an article page: facts taken from the archive beforehand, and the contents of its files. It must not
//! read the archive.

use std::sync::Arc;

use super::addresses::FeedFormat;
use super::body::BodySource;
use super::document::{Document, DocumentFiles, OriginalText};
use super::world::{CardView, Common, TermLeaf, World};
use crate::archive::archive::{ArticleIx, IndexedArticle, ListingId};
use crate::archive::series_parts::PlaceInSeries;
use crate::base::date::Day;
use crate::content::article::{Article, ArticleKind, Extent};
use crate::content::content_path::TermKind;
use crate::content::correction::Correction;
use crate::content::details::Details;
use crate::content::glossary::pair::PairTerms;
use crate::content::markdown::DisplayedImage;
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
    /// The titles and URLs of the feeds that have the article: the site's, and that of its primary section.
    pub feeds: Vec<(&'a str, Vec<(FeedFormat, String)>)>,
    /// The next older and next newer article of the primary section.
    pub previous: Option<Neighbour<'a>>,
    pub next: Option<Neighbour<'a>>,
    /// The place in a series.
    pub series: Option<SeriesFacts<'a>>,
    /// The related articles, as listings show them.
    pub related: Vec<CardView<'a>>,
    /// Every text that has a page, if there is more than one. The first is the article itself.
    pub versions: Vec<TranslationLink<'a>>,
    /// The cover, and the images in further translations, as written there. An image credit of the article may refer to
    /// one of them.
    pub elsewhere: Vec<&'a str>,
    /// The body of the page and that of the original.
    pub text: BodySource<'a>,
    pub original: Option<BodySource<'a>>,
    /// What the glossary says for the languages of both.
    pub glossary: Option<Arc<PairTerms>>,
}

/// The series of an article, and the parts beside it.
#[derive(Hash)]
pub struct SeriesFacts<'a> {
    pub label: &'a str,
    /// The root-relative URL of its page.
    pub url: String,
    pub part: Option<u32>,
    pub previous: Option<Neighbour<'a>>,
    pub next: Option<Neighbour<'a>>,
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
            translators: {
                let all = placed.translators(sibling, &world.config.language);
                all.into_iter().map(|ix| world.leaves.term(TermKind::Translator, ix)).collect()
            },
            feeds: feeds(world, placed),
            previous: older.map(|ix| Neighbour::new(world, ix)),
            next: newer.map(|ix| Neighbour::new(world, ix)),
            series: SeriesFacts::new(world, ix),
            related: world.archive.related(ix).into_iter().map(|ix| world.card(ix)).collect(),
            versions: versions(world, placed),
            elsewhere: {
                let translated = placed.translations().flat_map(|(_, t)| &t.refs);
                let cover = card.refs.iter().take(usize::from(card.cover));
                cover.chain(translated).filter(|r| r.image).map(|r| &*r.dest).collect()
            },
            text: match files.sibling {
                // The assets of an original are beside the article.
                Some(own) if files.shows_original => BodySource::new(world, &own.file, &own.refs, address, &own.lang),
                None => BodySource::new(world, &card.file, &card.refs, address, &world.config.language),
                Some(sibling) => {
                    let address = format!("{address}/{}", sibling.lang);
                    BodySource::new(world, &sibling.file, &sibling.refs, &address, &sibling.lang)
                }
            },
            original: match files.original {
                Some(original) => {
                    Some(BodySource::new(world, &original.file, &original.refs, address, &original.lang).second("o-"))
                }
                None if files.is_original && files.sibling.is_some() => {
                    let lang = &world.config.language;
                    Some(BodySource::new(world, &card.file, &card.refs, address, lang).second("o-"))
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

impl<'a> SeriesFacts<'a> {
    fn new(world: &'a World<'a>, ix: ArticleIx) -> Option<SeriesFacts<'a>> {
        let part = world.archive.article(ix).card.series.as_ref()?.part;
        let PlaceInSeries { series, previous, next } = world.archive.in_series(ix)?;
        Some(SeriesFacts {
            label: &series.label,
            url: world.config.urls.page(&series.address()),
            part,
            previous: previous.map(|ix| Neighbour::new(world, ix)),
            next: next.map(|ix| Neighbour::new(world, ix)),
        })
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

fn feeds<'a>(world: &'a World<'a>, placed: &IndexedArticle) -> Vec<(&'a str, Vec<(FeedFormat, String)>)> {
    let section = ListingId::Term(TermKind::Section, placed.section());
    let all = [
        (&*world.config.title, ListingId::Home),
        (&*world.leaves.term(TermKind::Section, placed.section()).label, section),
    ];
    all.into_iter().map(|(title, id)| (title, world.feeds(id))).filter(|(_, feeds)| !feeds.is_empty()).collect()
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

/// The widest picture that a page offers to be shown beside links to it, in pixels.
const SHARED_WIDTH: u32 = 2000;

/// A picture that may be shown beside a link to the page.
pub struct PageImage {
    /// The absolute URL.
    pub url: String,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
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

    /// Returns the translators of the page's text, with the absolute URLs of their profiles. What their records do not
    /// say, the text may.
    pub fn translators(&self, common: &Common) -> Vec<Person> {
        let said = self.said_of_translators();
        let url = |term: &TermLeaf| common.config.urls.absolute(&term.url).map(Into::into);
        let person = |term: &&TermLeaf| {
            let said = said.iter().find(|person| person.name == term.label);
            Person {
                name: term.label.clone(),
                family: term.family.clone().or_else(|| said?.family.clone()),
                role: said.and_then(|person| person.role.clone()),
                url: url(term).or_else(|| said?.url.clone()),
                team: term.team || said.is_some_and(|person| person.team),
            }
        };
        self.facts.translators.iter().map(person).collect()
    }

    /// Returns what the text itself says of its translators besides their names.
    pub fn said_of_translators(&self) -> &[Person] {
        let own = self.document.sibling_details().map(|own| &*own.translators).filter(|people| !people.is_empty());
        own.unwrap_or(&self.details().translators)
    }

    /// Returns the cover of the article, unless the page is that of another text.
    pub fn cover(&self) -> Option<&DisplayedImage> {
        self.facts.text.cover().filter(|_| self.card().cover && !self.is_sibling())
    }

    /// Returns the cover or the first picture of the page's text, with an absolute URL.
    pub fn image(&self, common: &Common) -> Option<PageImage> {
        let shown = self.facts.text.first_picture()?;
        let (url, width) = match shown.choice.iter().rev().find(|(_, width)| *width <= SHARED_WIDTH) {
            Some((url, width)) => (url, Some(*width)),
            None => (&shown.address, shown.size.map(|(width, _)| width)),
        };
        let size = shown.size.zip(width).map(|((full, height), width)| {
            (width, (u64::from(height) * u64::from(width) / u64::from(full.max(1))).max(1) as u32)
        });
        Some(PageImage { url: common.config.urls.absolute(url)?, size })
    }
}
