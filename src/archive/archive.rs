//! The archive: all published articles in order, all terms and dates, and the neighbours of each article. It must not
//! know outputs or templates.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::failed::UnreadableFiles;
use super::series::Series;
use super::term::{Taxonomy, Term, TermIx};
use crate::base::config::{Config, Layout, Publish};
use crate::base::date::{Day, Instant};
use crate::base::limits;
use crate::content::article::{Article, Sibling};
use crate::content::content_path::TermKind;
use crate::content::correction::Correction;
use crate::content::glossary::glossary::Glossary;
use crate::content::picture::Picture;
use crate::content::record::StandalonePage;

/// An index into [`Archive::articles`].
pub type ArticleIx = u32;

/// A published article with its address, terms and position.
#[derive(Debug)]
pub struct IndexedArticle {
    pub card: Arc<Article>,
    /// The address without leading or trailing slash: `2021/03/24/slug`.
    pub address: Box<str>,
    /// The terms of all kinds, one [`TermKind`] after the other, each in the order of the front matter. The first
    /// section is the primary one.
    terms: Box<[TermIx]>,
    /// The end of each kind's terms in `terms`.
    ends: [u32; 4],
    /// The siblings, sorted by language tag.
    pub siblings: Box<[Arc<Sibling>]>,
    /// The index in `siblings` of the original.
    pub original: Option<usize>,
    /// The translators that further translations name: the index in `siblings`, and the term.
    pub(super) translated: Box<[(u32, TermIx)]>,
    /// The position within the primary section, newest first.
    position: u32,
    /// The position in the order of ids.
    pub(super) rank: u32,
}

impl IndexedArticle {
    pub(super) fn new(card: Arc<Article>, address: Box<str>, terms: [&[TermIx]; 4], rank: u32) -> IndexedArticle {
        let mut end = 0;
        let ends = terms.map(|terms| {
            end += terms.len() as u32;
            end
        });
        let terms = terms.concat().into();
        let (siblings, translated) = (Box::default(), Box::default());
        IndexedArticle { card, address, terms, ends, siblings, original: None, translated, position: 0, rank }
    }

    /// Returns the terms of a kind, in the order of the front matter.
    pub fn terms(&self, kind: TermKind) -> &[TermIx] {
        &self.terms[self.range(kind)]
    }

    fn range(&self, kind: TermKind) -> Range<usize> {
        let start = (kind as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[kind as usize] as usize
    }

    /// Replaces the index of every term by `new(kind, old)`.
    pub(super) fn rename_terms(&mut self, new: impl Fn(TermKind, TermIx) -> TermIx) {
        for kind in TermKind::ALL {
            let range = self.range(kind);
            self.terms[range].iter_mut().for_each(|term| *term = new(kind, *term));
        }
        self.translated.iter_mut().for_each(|(_, term)| *term = new(TermKind::Translator, *term));
    }

    /// Returns the primary section.
    pub fn section(&self) -> TermIx {
        self.terms(TermKind::Section)[0]
    }

    /// Iterates over the further translations: all siblings except the original.
    pub fn translations(&self) -> impl Iterator<Item = (usize, &Arc<Sibling>)> {
        self.siblings.iter().enumerate().filter(|(i, _)| Some(*i) != self.original)
    }

    /// Returns the translators of the article's own text, or of its sibling at `sibling`, on a site in `language`. A
    /// further translation that names none has those of the article, unless the article is the original.
    pub fn translators(&self, sibling: Option<usize>, language: &str) -> Vec<TermIx> {
        let own = |at: usize| self.translated.iter().filter(move |(of, _)| *of as usize == at).map(|(_, term)| *term);
        match sibling {
            Some(at) if self.original == Some(at) => Vec::new(),
            Some(at) if self.card.is_original(language) || own(at).next().is_some() => own(at).collect(),
            _ => self.terms(TermKind::Translator).to_vec(),
        }
    }

    /// Iterates over the translators that further translations name: the index in `siblings`, and the term.
    pub fn translated(&self) -> impl Iterator<Item = (usize, TermIx)> {
        self.translated.iter().map(|&(at, term)| (at as usize, term))
    }

    /// Iterates over the texts that a listing shows of the article: its own (`None`), and for a translator the further
    /// translations (`Some`) that name this one.
    pub fn texts_in(&self, id: ListingId) -> impl Iterator<Item = Option<usize>> {
        let translator = if let ListingId::Term(TermKind::Translator, ix) = id { Some(ix) } else { None };
        let own = translator.is_none_or(|ix| self.terms(TermKind::Translator).contains(&ix));
        let others = self.translated().filter(move |(_, ix)| translator == Some(*ix)).map(|(at, _)| Some(at));
        own.then_some(None).into_iter().chain(others)
    }

    /// Returns how much of the original to print.
    pub fn publish(&self, config: &Config) -> Publish {
        self.card.publish.unwrap_or(config.publish)
    }

    /// Returns the sibling that is the original.
    pub fn original(&self) -> Option<&Arc<Sibling>> {
        self.original.map(|i| &self.siblings[i])
    }
}

/// A listing: the home page, a term or a date, on numbered pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListingId {
    Home,
    Term(TermKind, TermIx),
    Year(i16),
    Month(i16, i8),
    Day(Day),
}

/// The reason why an article is not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SkipReason {
    Draft,
    Future,
    Expired,
}

impl SkipReason {
    pub fn word(self) -> &'static str {
        ["draft", "future", "expired"][self as usize]
    }
}

/// An article that is not published.
#[derive(Clone, Debug, PartialEq)]
pub struct SkippedArticle {
    pub id: Box<str>,
    pub why: SkipReason,
    /// The path of its file below the site's root.
    pub file: Arc<str>,
    /// Its card, unless it is a draft that is not complete.
    pub card: Option<Arc<Article>>,
    /// How many further translations it would have.
    pub translations: usize,
}

impl SkippedArticle {
    /// Counts the further translations among siblings in these languages, of which none occurs twice.
    pub(super) fn count_translations(&mut self, languages: &[Box<str>], config: &Config) {
        let Some(card) = &self.card else { return };
        let has_original = !card.is_original(&config.language)
            && (languages.len() == 1 || languages.iter().any(|lang| card.original_lang.as_ref() == Some(lang)));
        self.translations = languages.len() - usize::from(has_original);
    }
}

/// All published articles with their terms, dates and order, and what was left out.
#[derive(Debug)]
pub struct Archive {
    /// Sorted newest first: by `posted` descending, then by id ascending.
    pub articles: Vec<IndexedArticle>,
    /// The indices 0, 1, 2, …: the listing of the home page.
    pub(super) all: Vec<ArticleIx>,
    /// All articles, sorted by id.
    pub(super) by_id: Vec<ArticleIx>,
    pub(super) taxonomies: [Taxonomy; 4],
    /// The articles of each primary section.
    pub(super) primary: Vec<SectionRow>,
    /// The listings of dates: by `date` descending, then like `articles`.
    pub(super) years: BTreeMap<i16, Vec<ArticleIx>>,
    pub(super) months: BTreeMap<(i16, i8), Vec<ArticleIx>>,
    pub(super) days: BTreeMap<Day, Vec<ArticleIx>>,
    /// All corrections, newest first: the article, and the index of the correction in it.
    pub corrections: Vec<(ArticleIx, u32)>,
    /// Sorted by id.
    pub series: Vec<Series>,
    /// The standalone pages, sorted by path.
    pub pages: Vec<Arc<StandalonePage>>,
    /// The files below `content/` that are not Markdown: path below `content/` in NFC, path below the site's root.
    /// Sorted by the first.
    pub assets: Vec<(Box<str>, Arc<str>)>,
    /// The assets that are pictures, sorted by the same path.
    pub pictures: Vec<(Box<str>, Arc<Picture>)>,
    /// The articles that are not published, sorted by id.
    pub skipped: Vec<SkippedArticle>,
    /// The tags of the topic bar, in its order. `None` marks a link.
    pub topics: Vec<Option<TermIx>>,
    /// The draft pages, sorted by path.
    pub draft_pages: Vec<Arc<StandalonePage>>,
    /// Not part of [`crate::base::config::Config`]'s digest or of any view: a page whose text is aligned has the digest
    /// of its pair of languages in its facts.
    pub glossary: Glossary,
    /// The files of siblings that have no article, sorted.
    pub orphans: Vec<Arc<str>>,
    pub failed: UnreadableFiles,
    /// The half-open range of times `[start, end)` at which the same articles would be published.
    pub window: (Instant, Instant),
}

/// Lists of terms, stored one after the other in one vector.
#[derive(Clone, Debug, Default)]
pub(super) struct TermLists {
    terms: Vec<TermIx>,
    /// The end of each list.
    ends: Vec<u32>,
}

impl TermLists {
    /// Appends a list. Leaves out duplicates.
    pub(super) fn push(&mut self, terms: impl Iterator<Item = TermIx>) {
        let start = self.terms.len();
        for term in terms {
            if !self.terms[start..].contains(&term) {
                self.terms.push(term);
            }
        }
        self.ends.push(self.terms.len() as u32);
    }

    pub(super) fn of(&self, at: usize) -> &[TermIx] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.terms[start as usize..self.ends[at] as usize]
    }
}

/// The articles of one primary section, newest first, and the tags of each, which [`Archive::related`] compares.
#[derive(Clone, Debug, Default)]
pub(super) struct SectionRow {
    articles: Vec<ArticleIx>,
    tags: TermLists,
}

/// How many of the nearest older articles of a section are searched for related ones. `RELATED` is how many are shown.
const RELATED_WINDOW: usize = 64;
const RELATED: usize = 3;

/// Returns the address of the page of a day.
pub fn day_address(day: Day) -> String {
    format!("{:04}/{:02}/{:02}", day.year(), day.month(), day.day())
}

impl Archive {
    pub fn article(&self, ix: ArticleIx) -> &IndexedArticle {
        &self.articles[ix as usize]
    }

    pub fn taxonomy(&self, kind: TermKind) -> &Taxonomy {
        &self.taxonomies[kind as usize]
    }

    pub fn term(&self, kind: TermKind, ix: TermIx) -> &Term {
        self.taxonomy(kind).get(ix)
    }

    /// Returns the article with this id.
    pub fn find(&self, id: &str) -> Option<ArticleIx> {
        let at = self.by_id.binary_search_by(|&ix| (*self.article(ix).card.id).cmp(id)).ok()?;
        Some(self.by_id[at])
    }

    /// Returns a correction of an article by its index.
    pub fn correction(&self, (ix, at): (ArticleIx, u32)) -> &Correction {
        &self.article(ix).card.corrections[at as usize]
    }

    /// Returns the index of the standalone page at `path`.
    pub fn page(&self, path: &str) -> Option<usize> {
        self.pages.binary_search_by(|page| (*page.path).cmp(path)).ok()
    }

    /// Returns the file of an asset, given its path below `content/`.
    pub fn asset(&self, target: &str) -> Option<&Arc<str>> {
        let at = self.assets.binary_search_by(|(path, _)| (**path).cmp(target)).ok()?;
        Some(&self.assets[at].1)
    }

    /// Returns the picture at a path below `content/`.
    pub fn picture(&self, target: &str) -> Option<&Arc<Picture>> {
        let at = self.pictures.binary_search_by(|(path, _)| (**path).cmp(target)).ok()?;
        Some(&self.pictures[at].1)
    }

    /// Lists the articles and pages that are not published: the path of the file below `content/` without its
    /// extension, and the reason.
    pub fn left_out(&self) -> Vec<(String, SkipReason)> {
        let name = |file: &str| {
            let below = file.strip_prefix("content/").unwrap_or(file);
            below.strip_suffix(".md").unwrap_or(below).to_owned()
        };
        let articles = self.skipped.iter().map(|left| (name(&left.file), left.why));
        articles.chain(self.draft_pages.iter().map(|page| (name(&page.file), SkipReason::Draft))).collect()
    }

    /// Lists the files of siblings that have no article, sorted.
    pub fn orphans(&self) -> Vec<String> {
        self.orphans.iter().map(|file| file.to_string()).collect()
    }

    /// Returns why the article with this id is not published, if it exists and is skipped.
    pub fn skipped(&self, id: &str) -> Option<SkipReason> {
        let at = self.skipped.binary_search_by(|left| (*left.id).cmp(id)).ok()?;
        Some(self.skipped[at].why)
    }

    /// Returns where the pages of an article show its original: as the article says, else its source, else the site.
    pub fn layout(&self, placed: &IndexedArticle, config: &Config) -> Layout {
        let of = |ix: &TermIx| self.term(TermKind::Source, *ix).record.as_ref()?.layout;
        let of_source = || placed.terms(TermKind::Source).iter().find_map(of);
        placed.card.layout.or_else(of_source).unwrap_or(config.layout)
    }

    /// Returns whether the pages of an article print its original as a whole, with the ids of its blocks.
    pub fn prints_original(&self, placed: &IndexedArticle, config: &Config) -> bool {
        placed.publish(config) == Publish::Full && self.layout(placed, config) != Layout::Link
    }

    /// Returns whether the sibling at this index has a page of its own: every translation, and an original where the
    /// layout asks for it.
    pub fn has_page(&self, placed: &IndexedArticle, sibling: usize, config: &Config) -> bool {
        let of_original = || placed.publish(config) == Publish::Full && self.layout(placed, config) == Layout::Page;
        placed.original != Some(sibling) || of_original()
    }

    /// Iterates over the siblings that have a page of their own.
    pub fn pages_beside<'a>(
        &'a self,
        placed: &'a IndexedArticle,
        config: &'a Config,
    ) -> impl Iterator<Item = (usize, &'a Arc<Sibling>)> {
        placed.siblings.iter().enumerate().filter(|(at, _)| self.has_page(placed, *at, config))
    }

    /// Returns the articles of a listing, newest first: by `posted`, those of a date by `date`, then by `posted`. Empty
    /// for a date without articles.
    pub fn listing(&self, id: ListingId) -> &[ArticleIx] {
        let dated = match id {
            ListingId::Home => return &self.all,
            ListingId::Term(kind, ix) => return &self.term(kind, ix).articles,
            ListingId::Year(year) => self.years.get(&year),
            ListingId::Month(year, month) => self.months.get(&(year, month)),
            ListingId::Day(day) => self.days.get(&day),
        };
        dated.map_or(&[], Vec::as_slice)
    }

    /// Returns the address of a listing's root.
    pub fn address(&self, id: ListingId) -> String {
        match id {
            ListingId::Home => String::new(),
            ListingId::Term(kind, ix) => self.term(kind, ix).address(kind),
            ListingId::Year(year) => format!("{year:04}"),
            ListingId::Month(year, month) => format!("{year:04}/{month:02}"),
            ListingId::Day(day) => day_address(day),
        }
    }

    /// Iterates over all listings in a fixed order.
    pub fn listings(&self) -> impl Iterator<Item = ListingId> {
        let terms = TermKind::ALL
            .into_iter()
            .flat_map(|kind| (0..self.taxonomy(kind).terms.len()).map(move |ix| ListingId::Term(kind, ix as TermIx)));
        let years = self.years.keys().map(|y| ListingId::Year(*y));
        let months = self.months.keys().map(|(y, m)| ListingId::Month(*y, *m));
        let days = self.days.keys().map(|d| ListingId::Day(*d));
        std::iter::once(ListingId::Home).chain(terms).chain(years).chain(months).chain(days)
    }

    /// Iterates over the years that have articles.
    pub fn years(&self) -> impl DoubleEndedIterator<Item = i16> {
        self.years.keys().copied()
    }

    /// Iterates over the months that have articles, as year and month.
    pub fn months(&self) -> impl DoubleEndedIterator<Item = (i16, i8)> {
        self.months.keys().copied()
    }

    /// Iterates over the days that have articles.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = Day> {
        self.days.keys().copied()
    }

    /// Returns the nearest earlier and later date that has articles, for a date listing.
    pub fn neighbours(&self, id: ListingId) -> (Option<ListingId>, Option<ListingId>) {
        fn around<K: Ord + Copy>(map: &BTreeMap<K, Vec<ArticleIx>>, key: K) -> (Option<K>, Option<K>) {
            use std::ops::Bound::{Excluded, Unbounded};
            let before = map.range(..key).next_back().map(|(k, _)| *k);
            let after = map.range((Excluded(key), Unbounded)).next().map(|(k, _)| *k);
            (before, after)
        }
        let month = |(year, month)| ListingId::Month(year, month);
        match id {
            ListingId::Year(y) => {
                let (a, b) = around(&self.years, y);
                (a.map(ListingId::Year), b.map(ListingId::Year))
            }
            ListingId::Month(y, m) => {
                let (a, b) = around(&self.months, (y, m));
                (a.map(month), b.map(month))
            }
            ListingId::Day(d) => {
                let (a, b) = around(&self.days, d);
                (a.map(ListingId::Day), b.map(ListingId::Day))
            }
            ListingId::Home | ListingId::Term(..) => (None, None),
        }
    }

    /// Returns the next older and next newer article of the primary section.
    pub fn beside(&self, ix: ArticleIx) -> (Option<ArticleIx>, Option<ArticleIx>) {
        let placed = self.article(ix);
        let list = &self.primary[placed.section() as usize].articles;
        let at = placed.position as usize;
        (list.get(at + 1).copied(), at.checked_sub(1).map(|newer| list[newer]))
    }

    /// Returns at most three older articles of the same primary section that share a tag, out of the 64 nearest. Those
    /// that share most tags come first, then the nearest. Newer articles do not count, so that a new article never
    /// changes an old page.
    pub fn related(&self, ix: ArticleIx) -> Vec<ArticleIx> {
        let placed = self.article(ix);
        let row = &self.primary[placed.section() as usize];
        let at = placed.position as usize;
        let tags = row.tags.of(at);
        if tags.is_empty() {
            return Vec::new();
        }
        let older = at + 1..row.articles.len().min(at + 1 + RELATED_WINDOW);
        let shared = |other| row.tags.of(other).iter().filter(|tag| tags.contains(tag)).count();
        let mut best: Vec<(usize, ArticleIx)> =
            older.map(|other| (shared(other), row.articles[other])).filter(|(shared, _)| *shared > 0).collect();
        best.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
        best.truncate(RELATED);
        best.into_iter().map(|(_, other)| other).collect()
    }

    /// Counts the further translations of articles that are not published, among siblings sorted by article.
    pub(super) fn count_skipped_translations(&mut self, siblings: &[Arc<Sibling>], config: &Config) {
        for texts in siblings.chunk_by(|a, b| a.article == b.article) {
            if let Ok(at) = self.skipped.binary_search_by(|left| left.id.cmp(&texts[0].article)) {
                let mut languages: Vec<Box<str>> = texts.iter().map(|text| text.lang.clone()).collect();
                languages.sort();
                languages.dedup();
                languages.truncate(limits::SIBLINGS);
                self.skipped[at].count_translations(&languages, config);
            }
        }
    }

    /// Sets the positions within primary sections.
    pub(super) fn number_primary(&mut self) {
        let mut primary = vec![SectionRow::default(); self.taxonomy(TermKind::Section).terms.len()];
        for (ix, placed) in self.articles.iter_mut().enumerate() {
            let row = &mut primary[placed.section() as usize];
            placed.position = row.articles.len() as u32;
            row.articles.push(ix as ArticleIx);
            row.tags.push(placed.terms(TermKind::Tag).iter().copied());
        }
        self.primary = primary;
    }
}
