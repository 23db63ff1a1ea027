//! The world: everything that may influence an output: configuration, strings, and the archive with its cards and
//! terms, each prepared once.
//!
//! A page that needs its own files is made from [`Common`] and from facts taken from the [`World`] beforehand. It
//! cannot reach the archive, so its fingerprint cannot miss anything from there.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::archive::archive::{Archive, ArticleIx, IndexedArticle, ListingId};
use crate::archive::term::{Taxonomy, TermIx};
use crate::base::config::{Config, Topic};
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::base::limits;
use crate::base::locale::direction;
use crate::base::weburl::rights_url;
use crate::content::article::ArticleKind;
use crate::content::content_path::TermKind;
use crate::content::markdown::MarkdownLabels;
use crate::content::name_parts::NameParts;
use crate::content::person::Person;
use crate::theme::strings::Strings;
use crate::theme::theme::Theme;
use crate::theme::view::{CachedLeaf, Fields, Leaf, Sink, Value};

use super::addresses::{
    CORRECTIONS, FeedFormat, feed_formats, feed_path, has_corrections, has_corrections_feed, has_feed,
};
pub use super::common::Common;
use super::common::KnownDay;
use super::index_files::IndexFiles;
use super::reference_cells::ReferenceCell;
use super::statics::Statics;

/// Everything that may influence an output.
pub struct World<'a> {
    pub common: Common<'a>,
    pub archive: &'a Archive,
    pub theme: &'a Theme,
    pub statics: &'a Statics,
    pub leaves: &'a Leaves,
    /// The files of the search index. No page depends on them.
    pub index: &'a IndexFiles,
}

impl<'a> Deref for World<'a> {
    type Target = Common<'a>;

    fn deref(&self) -> &Common<'a> {
        &self.common
    }
}

/// Cards and terms as templates see them. A card is rendered for the first listing that shows it and then cached,
/// because about ten listings show it.
pub struct Leaves {
    terms: [Vec<TermLeaf>; 4],
    cards: Vec<CardCell>,
    /// Whether a template uses the fields of cards, and not only the HTML that the theme's component renders.
    fields: bool,
    /// The problems found while rendering cards.
    problems: Mutex<Diagnostics>,
    /// The references to articles as files of references have them, made for the first such file. Empty if there is none.
    pub references: Vec<ReferenceCell>,
    /// Whether a template prints references.
    pub cites: bool,
    pub labels: [MarkdownLabels; 3],
    pub days: Vec<KnownDay>,
}

/// A term as templates see it, with other values that pages print.
#[derive(Debug, Hash)]
pub struct TermLeaf {
    kept: CachedLeaf,
    pub label: Box<str>,
    /// The root-relative URL of its page.
    pub url: String,
    /// The family name of a translator.
    pub family: Option<Box<str>>,
    /// Whether a translator is a desk.
    pub team: bool,
}

impl TermLeaf {
    fn new(fields: &TermFields) -> TermLeaf {
        let term = fields.taxonomy.get(fields.ix);
        let record = term.record.as_deref();
        TermLeaf {
            kept: CachedLeaf::new(fields),
            label: term.label.clone(),
            url: fields.url(),
            family: record.and_then(|record| record.family.clone()),
            team: record.is_some_and(|record| record.team),
        }
    }
}

impl TermLeaf {
    /// Returns the parts of a translator's name. What the record does not say, the text may.
    pub fn parts<'a>(&'a self, said: &'a [Person]) -> NameParts<'a> {
        let said = said.iter().find(|person| person.name == self.label);
        let family = self.family.as_deref().or_else(|| said?.family.as_deref());
        NameParts::new(&self.label, family, self.team || said.is_some_and(|person| person.team))
    }
}

impl Leaf for &TermLeaf {
    fn digest(&self) -> Digest {
        (&self.kept).digest()
    }

    fn value(&self) -> Value {
        (&self.kept).value()
    }
}

/// The cached part of a card: its digest, and the HTML from the theme's component (`None` if rendering failed).
#[derive(Default)]
struct CardCell {
    digest: OnceLock<Digest>,
    html: OnceLock<Option<Value>>,
}

impl Leaves {
    pub fn new(config: &Config, archive: &Archive, theme: &Theme) -> Leaves {
        let terms = TermKind::ALL.map(|kind| {
            let taxonomy = archive.taxonomy(kind);
            let fields = |ix| TermLeaf::new(&TermFields { config, taxonomy, ix });
            (0..taxonomy.terms.len() as TermIx).map(fields).collect()
        });
        let labels = labels(&theme.strings);
        let language = Some((config.language.clone(), theme.strings.locale.dir));
        let foreign = MarkdownLabels { language, ..labels.clone() };
        let original = originals(&theme.strings, &foreign);
        let cards = (0..archive.articles.len()).map(|_| CardCell::default()).collect();
        let fields = theme.mentions(".articles");
        let cites = theme.mentions(".cite");
        let cited = if config.citations.any() { archive.articles.len() } else { 0 };
        let references = (0..cited).map(|_| ReferenceCell::default()).collect();
        let days = archive.days().map(KnownDay::new).collect();
        let (problems, labels) = (Mutex::default(), [labels, foreign, original]);
        Leaves { terms, cards, fields, problems, references, cites, labels, days }
    }

    pub fn term(&self, kind: TermKind, ix: TermIx) -> &TermLeaf {
        &self.terms[kind as usize][ix as usize]
    }

    /// Takes the problems found while rendering cards. They belong to the cards, not to the listings that show them.
    pub fn take_problems(&self) -> Diagnostics {
        std::mem::take(&mut *self.problems.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Returns the labels for an original on the page of its translation, which give its landmarks distinct names.
fn originals(strings: &Strings, foreign: &MarkdownLabels) -> MarkdownLabels {
    let original = strings.plain("original");
    let named = |value: &str| strings.labelled(&original, value);
    MarkdownLabels { footnotes: named(&foreign.footnotes), table: named(&foreign.table), ..foreign.clone() }
}

fn labels(strings: &Strings) -> MarkdownLabels {
    let s = |key: &str| strings.plain(key);
    MarkdownLabels {
        language: None,
        note: s("alert_note"),
        tip: s("alert_tip"),
        important: s("alert_important"),
        warning: s("alert_warning"),
        caution: s("alert_caution"),
        footnotes: s("footnotes"),
        back_to_text: s("back_to_text"),
        table: s("table"),
        task_done: s("task_done"),
        task_open: s("task_open"),
        image_credit: s("image_credit"),
    }
}

/// The fields of a term.
pub struct TermFields<'a> {
    pub config: &'a Config,
    pub taxonomy: &'a Taxonomy,
    pub ix: TermIx,
}

impl TermFields<'_> {
    fn url(&self) -> String {
        self.config.urls.page(&self.taxonomy.get(self.ix).address(self.taxonomy.kind))
    }
}

impl Fields for TermFields<'_> {
    fn walk(&self, s: &mut impl Sink) {
        let term = self.taxonomy.get(self.ix);
        let record = term.record.as_deref();
        let lang = record.and_then(|r| r.lang.as_deref());
        s.text("kind", self.taxonomy.kind.name());
        s.text("id", &term.id);
        s.link(&term.label, &self.url());
        s.maybe_text("native", record.and_then(|r| r.native.as_deref()).filter(|native| **native != *term.label));
        s.maybe_text("lang", lang);
        s.maybe_text("dir", lang.map(direction));
    }
}

/// The fields of a card.
#[derive(Clone, Copy)]
pub struct CardFields<'w> {
    world: &'w World<'w>,
    ix: ArticleIx,
    /// The further translation that it shows, instead of the article's own text.
    sibling: Option<usize>,
}

impl Fields for CardFields<'_> {
    fn walk(&self, s: &mut impl Sink) {
        let (world, ix) = (self.world, self.ix);
        let placed = world.archive.article(ix);
        let card = &placed.card;
        let sibling = self.sibling.map(|at| &*placed.siblings[at]);
        let kind = match sibling {
            Some(_) if card.is_original(&world.config.language) => ArticleKind::Translation,
            _ => card.kind,
        };
        // Every term has pages with this card. Listing all terms on each card would make the pages grow quadratically.
        let terms = |kind: TermKind| world.terms(kind, placed.terms(kind)).take(limits::CARD_TERMS);
        s.text("id", &card.id);
        s.text("title", sibling.map_or(&card.title, |sibling| &sibling.title));
        s.text("url", &world.text_url(placed, self.sibling));
        s.maybe_text("lang", sibling.map(|sibling| &*sibling.lang));
        s.maybe_text("dir", sibling.map(|sibling| direction(&sibling.lang)));
        world.date(s, card.date);
        s.table("posted", |s| world.time(s, card.posted));
        s.leaves("sources", terms(TermKind::Source));
        let translators = placed.translators(self.sibling, &world.config.language);
        let translator = |&ix: &TermIx| world.leaves.term(TermKind::Translator, ix);
        s.leaves("translators", translators.iter().take(limits::CARD_TERMS).map(translator));
        s.maybe_text("locator", card.locator.as_deref());
        s.leaves("trail", world.trail(placed.section()));
        s.text("kind", kind.word());
        s.text("label", &world.kind_label(kind));
        s.maybe_text("extent_label", world.extent_label(card).as_deref());
        s.maybe_text("genre", world.genre(card).as_deref());
        s.maybe_text("excerpt", card.excerpt.as_deref().filter(|_| sibling.is_none()));
        s.leaves("tags", terms(TermKind::Tag));
    }
}

/// A card as listings show it: the HTML that the theme's component renders from its fields.
#[derive(Clone, Copy)]
pub struct CardView<'w>(CardFields<'w>);

impl Hash for CardView<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest().hash(state);
    }
}

impl Leaf for CardView<'_> {
    fn digest(&self) -> Digest {
        let CardFields { world, ix, sibling } = self.0;
        match sibling {
            None => *world.leaves.cards[ix as usize].digest.get_or_init(|| self.0.to_digest()),
            Some(_) => self.0.to_digest(),
        }
    }

    fn value(&self) -> Value {
        let CardFields { world, ix, sibling } = self.0;
        let make = || {
            let html = world.theme.render_card(&self.0, &world.archive.article(ix).card.file);
            let keep = |found| world.leaves.problems.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
            html.map_err(keep).ok().map(|html| Value::safe_string(&html))
        };
        // Only the pages of its translator show a further translation.
        let made = match sibling {
            None => world.leaves.cards[ix as usize].html.get_or_init(make).clone(),
            Some(_) => make(),
        };
        made.unwrap_or_else(Value::none)
    }
}

impl<'a> World<'a> {
    pub fn card(&self, ix: ArticleIx) -> CardView<'_> {
        CardView(CardFields { world: self, ix, sibling: None })
    }

    /// Adds the cards of a listing, newest first: as HTML, and as fields if a template uses them.
    pub fn cards(&self, s: &mut impl Sink, id: ListingId, articles: &[ArticleIx]) {
        let texts = |ix: ArticleIx| self.archive.article(ix).texts_in(id).map(move |sibling| (ix, sibling));
        let cards = || articles.iter().flat_map(|&ix| texts(ix));
        let card = |(ix, sibling)| CardView(CardFields { world: self, ix, sibling });
        s.leaves("cards", cards().map(card));
        if self.leaves.fields {
            s.leaves("articles", cards().map(|text| card(text).0));
        }
    }

    /// Returns the root-relative URL of an article, or of its sibling at `sibling`.
    pub fn text_url(&self, placed: &IndexedArticle, sibling: Option<usize>) -> String {
        match sibling {
            Some(at) => self.config.urls.page(&format!("{}/{}", placed.address, placed.siblings[at].lang)),
            None => self.config.urls.page(&placed.address),
        }
    }

    /// Iterates over the leaves of these terms.
    pub fn terms(&self, kind: TermKind, terms: &'a [TermIx]) -> impl Iterator<Item = &'a TermLeaf> {
        terms.iter().map(move |&ix| self.leaves.term(kind, ix))
    }

    /// Returns the sections from the top level down to this one, as leaves.
    pub fn trail(&self, section: TermIx) -> Vec<&'a TermLeaf> {
        let trail = self.archive.taxonomy(TermKind::Section).trail(section);
        trail.into_iter().map(|ix| self.leaves.term(TermKind::Section, ix)).collect()
    }

    /// Returns the digest of the data that all outputs share.
    pub fn site_digest(&self) -> Digest {
        let mut digests = crate::theme::view::Digests::default();
        self.site_fields(&mut digests);
        digests.value(&self.config.digest());
        digests.value(&self.strings.digest());
        digests.digest()
    }

    /// Returns the heading of a listing.
    pub fn title(&self, id: ListingId) -> String {
        match id {
            ListingId::Home => self.config.title.to_string(),
            ListingId::Term(kind, ix) => self.archive.term(kind, ix).label.to_string(),
            ListingId::Year(year) => self.locale().year(jiff::civil::date(year, 1, 1)),
            ListingId::Month(year, month) => self.locale().month_year(jiff::civil::date(year, month, 1)),
            ListingId::Day(day) => self.day(day).into_owned(),
        }
    }

    /// Returns the heading of a date, which has the weekday of a day.
    pub fn date_heading(&self, id: ListingId) -> Cow<'a, str> {
        match id {
            ListingId::Day(day) => self.full_day(day),
            other => self.title(other).into(),
        }
    }

    /// Returns the root-relative URL of a listing's root.
    pub fn url(&self, id: ListingId) -> String {
        self.config.urls.page(&self.archive.address(id))
    }

    /// Returns the root-relative URL of a listing's feed, if it has one.
    pub fn feed(&self, id: ListingId) -> Option<String> {
        has_feed(self.config, id).then(|| self.feed_url(&self.archive.address(id), FeedFormat::Atom))
    }

    /// Returns the formats and root-relative URLs of a listing's feeds, Atom first.
    pub fn feeds(&self, id: ListingId) -> Vec<(FeedFormat, String)> {
        self.feeds_at(&self.archive.address(id), has_feed(self.config, id))
    }

    /// Returns those of the feeds of all corrections.
    pub fn corrections_feeds(&self) -> Vec<(FeedFormat, String)> {
        self.feeds_at(CORRECTIONS, has_corrections_feed(self.config, self.archive))
    }

    fn feeds_at(&self, address: &str, has_feed: bool) -> Vec<(FeedFormat, String)> {
        let formats = feed_formats(self.config).filter(|_| has_feed);
        formats.map(|format| (format, self.feed_url(address, format))).collect()
    }

    fn feed_url(&self, address: &str, format: FeedFormat) -> String {
        self.config.urls.file(&feed_path(address, format))
    }

    /// Returns the root-relative URL of the page of all corrections, if there is one.
    pub fn corrections(&self) -> Option<String> {
        has_corrections(self.config, self.archive).then(|| self.config.urls.page(CORRECTIONS))
    }

    /// Adds the fields of `site`, which every template sees: configuration only, no articles and no counts.
    pub fn site_fields(&self, s: &mut impl Sink) {
        let config = self.config;
        s.table("site", |s| {
            s.text("title", &config.title);
            s.maybe_text("description", config.description.as_deref());
            s.text("language", &config.language);
            s.text("dir", self.locale().dir);
            s.text("url", &config.urls.page(""));
            s.maybe_text("base_url", config.urls.base_url.as_deref());
            s.maybe_text("feed", self.feed(ListingId::Home).as_deref());
            let search = config.search.enable.then_some("search");
            let nav = ["home", "archive", "sections", "tags", "sources", "translators"];
            s.tables("nav", nav.into_iter().chain(search), |s, key| {
                s.text("key", key);
                s.text("url", &config.urls.page(if key == "home" { "" } else { key }));
            });
            let corrections = (config.corrections_page == Some(true)).then_some(CORRECTIONS);
            s.maybe_text("corrections", corrections.map(|address| config.urls.page(address)).as_deref());
            s.maybe_text("search", search.map(|address| config.urls.page(address)).as_deref());
            let topics = config.topics.iter().zip(&self.archive.topics);
            s.tables("topics", topics, |s, topic| match topic {
                (Topic::Link { label, url }, _) => s.link(label, &config.urls.resolve(url)),
                (Topic::Tag(_), Some(tag)) => {
                    let tag = ListingId::Term(TermKind::Tag, *tag);
                    s.link(&self.title(tag), &self.url(tag));
                }
                // An invalid tag has already been reported as an error.
                (Topic::Tag(name), None) => s.link(name, ""),
            });
            let mut pages: Vec<_> = self.archive.pages.iter().filter(|page| page.order.is_some()).collect();
            pages.sort_by_key(|page| page.order);
            s.tables("pages", pages, |s, page| s.link(&page.title, &config.urls.page(&page.path)));
            s.maybe_table("rights", config.rights.as_deref(), |s, text| {
                s.text("label", text);
                s.maybe_text("url", rights_url(text).as_deref());
            });
            let assets: serde_json::Map<_, _> = self
                .statics
                .files
                .iter()
                .filter(|f| f.of_theme)
                .map(|f| (f.name.clone(), config.urls.file(&f.path).into()))
                .collect();
            s.json("assets", &assets);
            s.json("extra", &config.extra);
        });
    }
}
