//! Builds the archive from cards, always from scratch. Every order is total. It must not read a body.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::archive::{Archive, ArticleIx, IndexedArticle, SkipReason, SkippedArticle, TermLists};
use super::failed::{UnreadableFiles, below_content};
use super::listings;
use super::series_parts;
use super::siblings::{attach, original, set_apart};
use super::term::{self, Taxonomy, TaxonomyBuilder, TermIx};
use crate::base::config::{self, Config, Permalink, PermalinkPart, Topic};
use crate::base::date::{self, Instant};
use crate::base::diag::{Diagnostics, Span};
use crate::base::join::join;
use crate::base::locale::Locale;
use crate::base::problem;
use crate::content::article::{Article, Sibling, section_steps};
use crate::content::content_path::TermKind;
use crate::content::glossary::file::GlossaryFile;
use crate::content::glossary::glossary::Glossary;
use crate::content::picture::Picture;
use crate::content::record::{Record, StandalonePage};

/// Decides which articles are published. The clock matters only for future and expired articles.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    pub drafts: bool,
    pub future: bool,
    pub expired: bool,
    pub now: Instant,
}

impl Selection {
    /// Returns the half-open range of times `[start, end)` at which the same cards would be selected.
    fn window(&self, cards: &[Arc<Article>]) -> (Instant, Instant) {
        let turns = cards.iter().flat_map(|card| [Some(card.posted), card.expires]).flatten();
        turns.fold((Instant::MIN, Instant::MAX), |(from, until), turn| match turn <= self.now {
            true => (from.max(turn), until),
            false => (from, until.min(turn)),
        })
    }

    fn skip(&self, card: &Article) -> Option<SkipReason> {
        if card.draft && !self.drafts {
            Some(SkipReason::Draft)
        } else if card.posted > self.now && !self.future {
            Some(SkipReason::Future)
        } else if card.expires.is_some_and(|e| e <= self.now) && !self.expired {
            Some(SkipReason::Expired)
        } else {
            None
        }
    }
}

/// All parsed content files.
#[derive(Debug, Default)]
pub struct ParsedContent {
    pub articles: Vec<Arc<Article>>,
    pub siblings: Vec<Arc<Sibling>>,
    pub records: Vec<Arc<Record>>,
    pub pages: Vec<Arc<StandalonePage>>,
    pub glossary: Vec<Arc<GlossaryFile>>,
    /// Files that are not Markdown: path below `content/`, path below the site's root.
    pub assets: Vec<(Box<str>, Arc<str>)>,
    /// The assets that are pictures, by path below `content/`.
    pub pictures: Vec<(Box<str>, Arc<Picture>)>,
    /// Drafts that cannot be parsed as articles yet: id and file.
    pub unfinished: Vec<(Box<str>, Arc<str>)>,
    /// Texts that could not be read, by path below `content/` in NFC.
    pub failed: Vec<Box<str>>,
}

/// Builds an archive and appends problems.
pub fn index(
    parsed: ParsedContent,
    config: &Config,
    locale: &Locale,
    selection: &Selection,
    problems: &mut Diagnostics,
) -> Archive {
    let window = selection.window(&parsed.articles);
    let (cards, mut skipped) = select(parsed.articles, selection, problems);
    let unfinished = |(id, file)| SkippedArticle { id, why: SkipReason::Draft, file, card: None, translations: 0 };
    skipped.extend(parsed.unfinished.into_iter().map(unfinished));
    skipped.sort_by(|a, b| a.id.cmp(&b.id));
    let mut terms = TermCollectors::new(parsed.records, config, problems);
    let mut failed = parsed.failed;
    let mut placed = terms.resolve_all(cards, config, &mut failed, problems);
    let mut siblings = parsed.siblings;
    siblings.sort_by(|a, b| (&a.article, &a.lang).cmp(&(&b.article, &b.lang)));
    terms.resolve_siblings(&mut placed, &siblings, config, problems);
    let topics = topics(config, &mut terms, problems);
    let (taxonomies, topics) = terms.finish(locale, &mut placed, topics);
    // The sort is stable: articles posted at the same time stay sorted by id.
    placed.sort_by_cached_key(|placed| std::cmp::Reverse(placed.card.posted));
    let mut pages = parsed.pages;
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    let same = |a: &StandalonePage, b: &StandalonePage| {
        (a.path == b.path).then(|| (Span::file(b.file.clone()), a.file.clone()))
    };
    set_apart(&mut pages, "page", same, problems);
    let (drafts, pages): (Vec<_>, Vec<_>) = pages.into_iter().partition(|p| p.draft && !selection.drafts);
    let mut assets = parsed.assets;
    assets.sort();
    let mut pictures = parsed.pictures;
    pictures.sort_by(|a, b| a.0.cmp(&b.0));
    let mut archive = Archive {
        all: (0..placed.len() as ArticleIx).collect(),
        by_id: Vec::new(),
        articles: placed,
        taxonomies,
        primary: Vec::new(),
        years: BTreeMap::new(),
        months: BTreeMap::new(),
        days: BTreeMap::new(),
        corrections: Vec::new(),
        series: Vec::new(),
        pages,
        assets,
        pictures,
        skipped,
        topics,
        draft_pages: drafts,
        glossary: Glossary::new(parsed.glossary, &config.language, problems),
        orphans: Vec::new(),
        failed: UnreadableFiles::default(),
        window,
    };
    listings::fill(&mut archive);
    archive.series = series_parts::collect(&archive.articles);
    archive.number_primary();
    archive.failed = UnreadableFiles::new(failed);
    attach(&mut archive, siblings, config, problems);
    archive
}

/// Returns the terms of the topic bar, creating tags that no article has. Call it after the articles are resolved, so
/// that their spelling of a label wins.
fn topics(config: &Config, terms: &mut TermCollectors, problems: &mut Diagnostics) -> Vec<Option<TermIx>> {
    let mut resolve = |topic: &Topic| {
        let Topic::Tag(name) = topic else { return None };
        let at = Span::file(config::FILE);
        let tags = &mut terms.0[TermKind::Tag as usize];
        let tag = tags.find(name, || at).map(|found| tags.resolved[found].term);
        tag.map_err(|why| problems.push(problem::bad_term(Span::file(config::FILE), "topic", name, &why))).ok()
    };
    config.topics.iter().map(&mut resolve).collect()
}

/// Splits the articles into published ones, oldest first, each with its rank by id, and skipped ones.
fn select(
    articles: Vec<Arc<Article>>,
    selection: &Selection,
    problems: &mut Diagnostics,
) -> (Vec<(u32, Arc<Article>)>, Vec<SkippedArticle>) {
    let mut skipped = Vec::new();
    let mut kept = Vec::with_capacity(articles.len());
    let mut articles = articles;
    // The input is sorted by file, which is almost the order of ids.
    articles.sort_by(|a, b| a.id.cmp(&b.id));
    let same = |a: &Article, b: &Article| (a.id == b.id).then(|| (b.span(), a.file.clone()));
    set_apart(&mut articles, "article", same, problems);
    for card in articles {
        match selection.skip(&card) {
            Some(why) => {
                let (id, file) = (card.id.clone(), card.file.clone());
                skipped.push(SkippedArticle { id, why, file, card: Some(card), translations: 0 });
            }
            None => kept.push((kept.len() as u32, card)),
        }
    }
    // Articles define terms in this order: oldest first, then by id. The stable sort saves comparing ids again.
    kept.sort_by_cached_key(|(_, card)| card.posted);
    (kept, skipped)
}

/// The terms of one kind, collected from the articles.
struct TermCollector {
    kind: TermKind,
    builder: TaxonomyBuilder,
    /// The result for each spelling. A hundred thousand articles use only a few thousand of them.
    resolved: Vec<term::ResolvedName>,
    /// The index in `resolved` of each spelling.
    seen: HashMap<Box<str>, usize, RandomState>,
}

impl TermCollector {
    /// Resolves the terms of every article. The indices are those of this collector; `finish` replaces them.
    fn resolve_all(&mut self, cards: &[(u32, Arc<Article>)]) -> (TermLists, Diagnostics) {
        let mut problems = Diagnostics::new();
        let mut all = TermLists::default();
        let kind = self.kind;
        for (article, (_, card)) in (0..).zip(cards) {
            let names = card.names[kind as usize].iter();
            all.push(names.filter_map(|name| {
                let at = || Span::new(&card.file, name.at.clone());
                match self.find(&name.value, at) {
                    Ok(found) => {
                        let named = &self.resolved[found];
                        self.builder.count(named, article);
                        Some(named.term)
                    }
                    Err(why) => {
                        problems.push(problem::bad_term(at(), kind.name(), &name.value, &why));
                        None
                    }
                }
            }));
        }
        (all, problems)
    }

    /// Returns the id of the first of these terms.
    fn first_id(&self, terms: &[TermIx]) -> Option<&str> {
        terms.first().map(|&at| self.builder.id(at as usize))
    }

    /// Returns the index of a name in `resolved`, resolving it if it is new. `at` gives its place; `Err` says why the
    /// name cannot be an id.
    fn find(&mut self, name: &str, at: impl FnOnce() -> Span) -> Result<usize, String> {
        if let Some(&found) = self.seen.get(name) {
            return Ok(found);
        }
        let steps: Vec<&str> = match self.kind {
            TermKind::Section => section_steps(name).collect(),
            _ => vec![name],
        };
        self.resolved.push(self.builder.resolve(&steps, &at())?);
        self.seen.insert(name.into(), self.resolved.len() - 1);
        Ok(self.resolved.len() - 1)
    }
}

/// The collectors of all kinds, indexed by [`TermKind`]. They are independent of each other.
struct TermCollectors([TermCollector; 4]);

impl TermCollectors {
    fn new(records: Vec<Arc<Record>>, config: &Config, problems: &mut Diagnostics) -> TermCollectors {
        let mut by_kind: [Vec<Arc<Record>>; 4] = Default::default();
        for record in records {
            by_kind[record.kind as usize].push(record);
        }
        let mut kinds = TermKind::ALL.into_iter();
        TermCollectors(by_kind.map(|mut records| {
            records.sort_by(|a, b| a.id.cmp(&b.id));
            let same = |a: &Record, b: &Record| (a.id == b.id).then(|| (Span::file(b.file.clone()), a.file.clone()));
            set_apart(&mut records, "record", same, problems);
            let kind = kinds.next().expect("invariant: four kinds, four arrays");
            TermCollector {
                kind,
                builder: TaxonomyBuilder::new(kind, config.letters(), records, problems),
                resolved: Vec::new(),
                seen: HashMap::default(),
            }
        }))
    }

    /// Gives every article its terms and its address.
    fn resolve_all(
        &mut self,
        cards: Vec<(u32, Arc<Article>)>,
        config: &Config,
        failed: &mut Vec<Box<str>>,
        problems: &mut Diagnostics,
    ) -> Vec<IndexedArticle> {
        let TermCollectors([section, tag, source, translator]) = self;
        let all = |a: &mut TermCollector, b: &mut TermCollector| (a.resolve_all(&cards), b.resolve_all(&cards));
        let ((sections, translators), (tags, sources)) = join(|| all(section, translator), || all(tag, source));
        let named = [sections, tags, sources, translators].map(|(terms, found)| {
            problems.extend(found);
            terms
        });
        let (section, source) = (&*section, &*source);
        let place = |first: usize, cards: Vec<(u32, Arc<Article>)>| {
            let (mut placed, mut nowhere) = (Vec::with_capacity(cards.len()), Vec::new());
            for (at, (rank, mut card)) in (first..).zip(cards) {
                let terms = named.each_ref().map(|kind| kind.of(at));
                let Some(primary) = section.first_id(terms[TermKind::Section as usize]) else {
                    // The reason was already reported.
                    nowhere.push(below_content(&card.file));
                    continue;
                };
                let newspaper = source.first_id(terms[TermKind::Source as usize]).unwrap_or_default();
                let address = address(&config.permalink, &card, primary, newspaper, config);
                // The names are resolved now. Drop them, unless another owner keeps the card.
                if let Some(card) = Arc::get_mut(&mut card) {
                    card.names = Default::default();
                }
                placed.push(IndexedArticle::new(card, address.into(), terms, rank));
            }
            (placed, nowhere)
        };
        let mut first = cards;
        let half = first.len() / 2;
        let rest = first.split_off(half);
        let ((mut placed, nowhere), (rest, more)) = join(|| place(0, first), || place(half, rest));
        placed.extend(rest);
        failed.extend(nowhere.into_iter().chain(more));
        placed
    }

    /// Gives every article the translators that its further translations name. They come after all articles, so that
    /// the spelling of an article wins. `siblings` are sorted by article and language.
    fn resolve_siblings(
        &mut self,
        placed: &mut [IndexedArticle],
        siblings: &[Arc<Sibling>],
        config: &Config,
        problems: &mut Diagnostics,
    ) {
        if siblings.is_empty() {
            return;
        }
        let names = &mut self.0[TermKind::Translator as usize];
        for (article, placed) in (0..).zip(placed) {
            let id = &placed.card.id;
            let first = siblings.partition_point(|sibling| sibling.article < *id);
            let texts = &siblings[first..];
            let texts = &texts[..texts.partition_point(|sibling| sibling.article == *id)];
            let original = original(&placed.card, texts, config);
            let mut found: Vec<(u32, TermIx)> = Vec::new();
            for (at, text) in texts.iter().enumerate().filter(|(at, _)| Some(*at) != original) {
                let said = text.translators.iter().map(|name| (&name.value, Span::new(&text.file, name.at.clone())));
                let of_site = || {
                    let name = config.credits.translator.as_ref().filter(|_| placed.card.is_original(&config.language));
                    name.map(|name| (name, Span::file(config::FILE)))
                };
                let default = if text.translators.is_empty() { of_site() } else { None };
                for (name, span) in said.chain(default) {
                    match names.find(name, || span.clone()) {
                        Ok(known) => {
                            let named = &names.resolved[known];
                            names.builder.count(named, article);
                            if !found.contains(&(at as u32, named.term)) {
                                found.push((at as u32, named.term));
                            }
                        }
                        Err(why) => problems.push(problem::bad_term(span, names.kind.name(), name, &why)),
                    }
                }
            }
            placed.translated = found.into();
        }
    }

    /// Finishes the taxonomies and the topic bar.
    fn finish(
        self,
        locale: &Locale,
        placed: &mut [IndexedArticle],
        topics: Vec<Option<TermIx>>,
    ) -> ([Taxonomy; 4], Vec<Option<TermIx>>) {
        let mut moves: Vec<Vec<TermIx>> = Vec::with_capacity(4);
        let taxonomies = self.0.map(|named| {
            let (taxonomy, moved) = named.builder.finish(locale);
            moves.push(moved);
            taxonomy
        });
        for placed in placed {
            placed.rename_terms(|kind, term| moves[kind as usize][term as usize]);
        }
        let tags = &moves[TermKind::Tag as usize];
        (taxonomies, topics.into_iter().map(|at| at.map(|at| tags[at as usize])).collect())
    }
}

/// Returns the address of an article. It depends only on the article's front matter and the configuration, never on
/// other articles.
fn address(permalink: &Permalink, card: &Article, section: &str, source: &str, config: &Config) -> String {
    let mut out = String::with_capacity(64);
    for piece in &permalink.0 {
        let dated = |pattern: &str, at| date::strftime(pattern, at).unwrap_or_default();
        match piece {
            PermalinkPart::Text(text) => out.push_str(text),
            PermalinkPart::Date(pattern) if pattern == "%Y/%m/%d" => {
                use std::fmt::Write;
                let _ = write!(out, "{:04}/{:02}/{:02}", card.date.year(), card.date.month(), card.date.day());
            }
            PermalinkPart::Date(pattern) => out.push_str(&dated(pattern, card.date.at(0, 0, 0, 0))),
            PermalinkPart::Posted(pattern) => {
                let local = config.zone.to_offset(card.posted).to_datetime(card.posted);
                out.push_str(&dated(pattern, local));
            }
            PermalinkPart::Slug => out.push_str(&card.slug),
            PermalinkPart::Section => out.push_str(section),
            PermalinkPart::Source => out.push_str(source),
            PermalinkPart::Lang => out.push_str(&config.language),
        }
    }
    out
}
