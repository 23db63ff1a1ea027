//! From cards to the archive. From scratch every time; every order is total.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::archive::{Archive, ArticleIx, Placed, Skip};
use super::term::{Builder, Taxonomy, TermIx};
use crate::base::config::{self, Config, Permalink, Piece, Topic};
use crate::base::date::{self, Instant};
use crate::base::diag::{Diagnostics, Span};
use crate::base::locale::Locale;
use crate::base::problem;
use crate::content::article::{Article, Sibling, section_steps};
use crate::content::place::TermKind;
use crate::content::record::{Page, Record};

/// Which articles are published. The clock decides only what is future or expired.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    pub drafts: bool,
    pub future: bool,
    pub expired: bool,
    pub now: Instant,
}

impl Selection {
    /// The times, from the first up to but without the second, at which the same cards would be selected.
    fn window(&self, cards: &[Arc<Article>]) -> (Instant, Instant) {
        let turns = cards.iter().flat_map(|card| [Some(card.posted), card.expires]).flatten();
        turns.fold((Instant::MIN, Instant::MAX), |(from, until), turn| match turn <= self.now {
            true => (from.max(turn), until),
            false => (from, until.min(turn)),
        })
    }

    fn skip(&self, card: &Article) -> Option<Skip> {
        if card.draft && !self.drafts {
            Some(Skip::Draft)
        } else if card.posted > self.now && !self.future {
            Some(Skip::Future)
        } else if card.expires.is_some_and(|e| e <= self.now) && !self.expired {
            Some(Skip::Expired)
        } else {
            None
        }
    }
}

/// All that was parsed.
#[derive(Debug, Default)]
pub struct Parsed {
    pub articles: Vec<Arc<Article>>,
    pub siblings: Vec<Arc<Sibling>>,
    pub records: Vec<Arc<Record>>,
    pub pages: Vec<Arc<Page>>,
    /// Files that are not Markdown: path below `content/`, and below the site's root.
    pub assets: Vec<(Box<str>, Arc<str>)>,
    /// Ids of drafts that are not yet articles.
    pub unfinished: Vec<Box<str>>,
}

/// Indexes an archive; problems are appended.
pub fn index(
    parsed: Parsed,
    config: &Config,
    locale: &Locale,
    selection: &Selection,
    problems: &mut Diagnostics,
) -> Archive {
    let window = selection.window(&parsed.articles);
    let (cards, mut skipped) = select(parsed.articles, selection);
    skipped.extend(parsed.unfinished.into_iter().map(|id| (id, Skip::Draft)));
    skipped.sort();
    let mut terms = Terms::new(parsed.records, problems);
    let (mut placed, resolved) = resolve_all(cards, config, &mut terms, problems);
    let topics = topics(config, &mut terms, problems);
    let (taxonomies, topics) = terms.finish(locale, &mut placed, resolved, topics);
    // Stable: the articles of one moment keep the order of their ids, which the reversal of their moments leaves alone.
    placed.sort_by_cached_key(|placed| std::cmp::Reverse(placed.card.posted));
    let mut pages = parsed.pages;
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    let (drafts, pages): (Vec<_>, Vec<_>) = pages.into_iter().partition(|p| p.draft && !selection.drafts);
    let mut assets = parsed.assets;
    assets.sort();
    let mut archive = Archive {
        all: (0..placed.len() as ArticleIx).collect(),
        by_id: Vec::new(),
        articles: placed,
        taxonomies,
        primary: Vec::new(),
        years: BTreeMap::new(),
        months: BTreeMap::new(),
        days: BTreeMap::new(),
        pages,
        assets,
        skipped,
        topics,
        draft_pages: drafts.into_iter().map(|p| p.path.clone()).collect(),
        orphans: 0,
        window,
    };
    archive.by_id = by_id(&archive.articles);
    archive.number_primary();
    list(&mut archive);
    attach(&mut archive, parsed.siblings, config, problems);
    archive
}

/// The builder indices of the tags that the topic bar names: each has a page, empty if need be. After the articles, so
/// that an article's label comes first.
fn topics(config: &Config, terms: &mut Terms, problems: &mut Diagnostics) -> Vec<Option<usize>> {
    let mut resolve = |topic: &Topic| {
        let Topic::Tag(name) = topic else { return None };
        let tag = terms.find(TermKind::Tag, name);
        tag.map_err(|why| problems.push(problem::bad_term(Span::file(config::FILE), "topic", name, &why))).ok()
    };
    config.topics.iter().map(&mut resolve).collect()
}

type Skipped = Vec<(Box<str>, Skip)>;

/// What is published, oldest first, each with its rank by id; and what is not.
fn select(articles: Vec<Arc<Article>>, selection: &Selection) -> (Vec<(u32, Arc<Article>)>, Skipped) {
    let mut skipped = Vec::new();
    let mut kept = Vec::with_capacity(articles.len());
    let mut articles = articles;
    // They come in the order of their files, which is nearly that of their ids.
    articles.sort_by(|a, b| a.id.cmp(&b.id));
    for card in articles {
        match selection.skip(&card) {
            Some(why) => skipped.push((card.id.clone(), why)),
            None => kept.push((kept.len() as u32, card)),
        }
    }
    // Oldest first, then by id: the order in which articles name terms. Stable, so that no id is compared again.
    kept.sort_by_cached_key(|(_, card)| card.posted);
    (kept, skipped)
}

/// The articles sorted by id.
fn by_id(articles: &[Placed]) -> Vec<ArticleIx> {
    let mut order: Vec<ArticleIx> = (0..articles.len() as ArticleIx).collect();
    order.sort_by_cached_key(|&ix| articles[ix as usize].rank);
    order
}

struct Terms {
    builders: [Builder; 4],
    /// What names as written have been resolved to: a hundred thousand articles name a few thousand terms.
    seen: [HashMap<Box<str>, usize>; 4],
}

/// Builder indices of an article's terms, to be replaced by final ones.
type Unfinished = [Vec<usize>; 4];

impl Terms {
    fn new(records: Vec<Arc<Record>>, problems: &mut Diagnostics) -> Terms {
        let mut by_kind: [Vec<Arc<Record>>; 4] = Default::default();
        for record in records {
            by_kind[record.kind as usize].push(record);
        }
        let mut kinds = TermKind::ALL.into_iter();
        let builders = by_kind.map(|records| {
            let kind = kinds.next().expect("invariant: four kinds, four arrays");
            Builder::new(kind, records, problems)
        });
        Terms { builders, seen: Default::default() }
    }

    fn resolve(&mut self, card: &Article, problems: &mut Diagnostics) -> Unfinished {
        let mut out: Unfinished = Default::default();
        for kind in TermKind::ALL {
            for name in &card.names[kind as usize] {
                match self.find(kind, &name.value) {
                    Ok(at) if !out[kind as usize].contains(&at) => out[kind as usize].push(at),
                    Ok(_) => {}
                    Err(why) => {
                        let at = Span::new(&card.file.clone(), name.at.clone());
                        problems.push(problem::bad_term(at, kind.name(), &name.value, &why));
                    }
                }
            }
        }
        out
    }

    fn find(&mut self, kind: TermKind, name: &str) -> Result<usize, String> {
        if let Some(&at) = self.seen[kind as usize].get(name) {
            return Ok(at);
        }
        let steps: Vec<&str> = match kind {
            TermKind::Section => section_steps(name).collect(),
            _ => vec![name],
        };
        let at = self.builders[kind as usize].resolve(&steps)?;
        self.seen[kind as usize].insert(name.into(), at);
        Ok(at)
    }

    /// The taxonomies, and the topics in them.
    fn finish(
        self,
        locale: &Locale,
        placed: &mut [Placed],
        resolved: Vec<Unfinished>,
        topics: Vec<Option<usize>>,
    ) -> ([Taxonomy; 4], Vec<Option<TermIx>>) {
        let mut moves: Vec<Vec<TermIx>> = Vec::with_capacity(4);
        let taxonomies = self.builders.map(|builder| {
            let (taxonomy, moved) = builder.finish(locale);
            moves.push(moved);
            taxonomy
        });
        for (placed, unfinished) in placed.iter_mut().zip(resolved) {
            for (kind, list) in unfinished.into_iter().enumerate() {
                placed.terms[kind] = list.into_iter().map(|at| moves[kind][at]).collect();
            }
        }
        let tags = &moves[TermKind::Tag as usize];
        (taxonomies, topics.into_iter().map(|at| at.map(|at| tags[at])).collect())
    }
}

fn resolve_all(
    cards: Vec<(u32, Arc<Article>)>,
    config: &Config,
    terms: &mut Terms,
    problems: &mut Diagnostics,
) -> (Vec<Placed>, Vec<Unfinished>) {
    let mut placed = Vec::with_capacity(cards.len());
    let mut resolved = Vec::with_capacity(cards.len());
    for (rank, mut card) in cards {
        let unfinished = terms.resolve(&card, problems);
        let Some(&section) = unfinished[TermKind::Section as usize].first() else { continue };
        let section = terms.builders[TermKind::Section as usize].id(section);
        let source = unfinished[TermKind::Source as usize].first();
        let source = source.map(|&at| terms.builders[TermKind::Source as usize].id(at)).unwrap_or_default();
        let address = address(&config.permalink, &card, section, source, config);
        // The names have become terms; a hundred thousand copies of them are of use only to whoever keeps the cards.
        if let Some(card) = Arc::get_mut(&mut card) {
            card.names = Default::default();
        }
        placed.push(Placed::new(card, address.into(), rank));
        resolved.push(unfinished);
    }
    (placed, resolved)
}

/// The address of an article: a function of its own front matter and the configuration, never of other articles.
fn address(permalink: &Permalink, card: &Article, section: &str, source: &str, config: &Config) -> String {
    let mut out = String::with_capacity(64);
    for piece in &permalink.0 {
        let dated = |pattern: &str, at| date::strftime(pattern, at).unwrap_or_default();
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Date(pattern) if pattern == "%Y/%m/%d" => {
                use std::fmt::Write;
                let _ = write!(out, "{:04}/{:02}/{:02}", card.date.year(), card.date.month(), card.date.day());
            }
            Piece::Date(pattern) => out.push_str(&dated(pattern, card.date.at(0, 0, 0, 0))),
            Piece::Posted(pattern) => {
                let local = config.zone.to_offset(card.posted).to_datetime(card.posted);
                out.push_str(&dated(pattern, local));
            }
            Piece::Slug => out.push_str(&card.slug),
            Piece::Section => out.push_str(section),
            Piece::Source => out.push_str(source),
            Piece::Lang => out.push_str(&config.language),
        }
    }
    out
}

/// Fills the lists of terms and dates, newest first.
fn list(archive: &mut Archive) {
    for ix in 0..archive.articles.len() {
        let placed = &archive.articles[ix];
        let ix = ix as ArticleIx;
        let date = placed.card.date;
        archive.years.entry(date.year()).or_default().push(ix);
        archive.months.entry((date.year(), date.month())).or_default().push(ix);
        archive.days.entry(date).or_default().push(ix);
        for kind in TermKind::ALL {
            let taxonomy = &mut archive.taxonomies[kind as usize];
            for &term in placed.terms(kind) {
                let mut at = Some(term);
                while let Some(term) = at {
                    let term = &mut taxonomy.terms[term as usize];
                    // An article that is in two sections counts once in what stands above both.
                    if term.articles.last() != Some(&ix) {
                        term.articles.push(ix);
                    }
                    at = term.parent;
                }
            }
        }
    }
}

/// Gives every sibling to its article and decides which one is the original.
fn attach(archive: &mut Archive, siblings: Vec<Arc<Sibling>>, config: &Config, problems: &mut Diagnostics) {
    let mut by_article: HashMap<ArticleIx, Vec<Arc<Sibling>>> = HashMap::new();
    for sibling in siblings {
        match archive.find(&sibling.article) {
            Some(ix) => by_article.entry(ix).or_default().push(sibling),
            None if archive.skipped(&sibling.article).is_some() => {}
            None => {
                archive.orphans += 1;
                let name = format!("content/articles/{}.md", sibling.article);
                problems.push(problem::orphan_sibling(Span::file(sibling.file.clone()), &name));
            }
        }
    }
    for ix in 0..archive.articles.len() {
        let Some(mut texts) = by_article.remove(&(ix as ArticleIx)) else { continue };
        texts.sort_by(|a, b| a.lang.cmp(&b.lang));
        let placed = &mut archive.articles[ix];
        let said = &placed.card.original_lang;
        placed.original = match texts.as_slice() {
            [only] => {
                if said.as_ref().is_some_and(|lang| *lang != only.lang) {
                    let lang = said.as_deref().unwrap_or_default();
                    problems.push(problem::original_language(placed.card.span(), lang, &only.lang));
                }
                Some(0)
            }
            several => several.iter().position(|text| said.as_ref() == Some(&text.lang)),
        };
        if placed.original.is_none() {
            // A guess could print an original that must not be printed.
            let tags: Vec<&str> = texts.iter().map(|t| &*t.lang).collect();
            problems.push(problem::ambiguous_original(placed.card.span(), &tags.join(", ")));
        }
        for text in texts.iter().filter(|t| *t.lang == *config.language) {
            let found = problem::sibling_in_site_language(Span::file(text.file.clone()), &config.language);
            problems.push(found);
        }
        placed.siblings = texts.into();
    }
}
