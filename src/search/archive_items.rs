//! The items of an archive: what a search may find on the pages of articles and of their further translations.
//!
//! The rules of what a page shows of an original are those of its page (`outputs/document.rs`, `outputs/facing.rs`):
//! nothing else of it may get into the index.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::collection::{Collection, Place, SearchItem};
use super::stored_terms::{PublishedPart, StoredTerms};
use super::term_merge::TermMerge;
use crate::archive::archive::{Archive, ArticleIx, IndexedArticle};
use crate::archive::term::TermIx;
use crate::base::config::{Config, Layout, Publish};
use crate::base::date::Instant;
use crate::base::digest::{Digest, HashBuffer};
use crate::content::article::{ArticleKind, Sibling};
use crate::content::content_path::TermKind;
use crate::content::search::text_terms::Strength;

/// Where the terms of texts come from.
pub trait TextSource: Sync {
    /// Returns the digest of a text's file.
    fn digest(&self, file: &Arc<str>) -> Digest;

    /// Returns the terms of a text. `None` if it cannot be read.
    fn terms(&self, file: &Arc<str>) -> Option<StoredTerms>;
}

/// A part of a text that an item shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextUse<'a> {
    pub file: &'a Arc<str>,
    pub part: PublishedPart,
    pub place: Place,
}

/// The place of an item in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ItemPlace {
    /// The article, or its sibling at an index.
    Page(ArticleIx, Option<u16>),
    /// The number belongs to an article that is not published.
    Reserved,
}

/// The facet of a term, and a number for it.
struct TermFacet {
    text: Box<str>,
    number: u64,
}

/// All items of an archive.
pub struct ArchiveItems<'a> {
    archive: &'a Archive,
    config: &'a Config,
    source: &'a dyn TextSource,
    places: Vec<ItemPlace>,
    /// The facets of terms, by kind.
    facets: [Vec<TermFacet>; 4],
    /// A digest of what all items depend on.
    shared: Digest,
}

/// The prefixes of facets, by kind of term.
fn prefix(kind: TermKind) -> &'static str {
    match kind {
        TermKind::Section => "sec",
        TermKind::Tag => "tag",
        TermKind::Source => "src",
        TermKind::Translator => "tr",
    }
}

/// Returns the facet of a term, without its first character, as in `src:asahi`.
pub fn facet_of(kind: TermKind, id: &str) -> String {
    format!("{}:{id}", prefix(kind))
}

/// Lists the items: oldest first, then by id, over published articles and others.
fn places(archive: &Archive, config: &Config) -> Vec<ItemPlace> {
    let mut places = Vec::with_capacity(archive.articles.len() + archive.articles.len() / 8);
    let mut skipped: Vec<(Instant, &str, usize)> = archive
        .skipped
        .iter()
        .filter_map(|left| Some((left.card.as_ref()?.posted, &*left.id, left.translations)))
        .collect();
    skipped.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let mut skipped = skipped.into_iter().peekable();
    let reserve = |places: &mut Vec<ItemPlace>, translations: usize| {
        places.extend(std::iter::repeat_n(ItemPlace::Reserved, 1 + translations));
    };
    // The archive has the newest first, but those of the same time by id.
    let mut end = archive.articles.len();
    while end > 0 {
        let posted = archive.articles[end - 1].card.posted;
        let start = archive.articles[..end].partition_point(|placed| placed.card.posted > posted);
        for ix in start..end {
            let placed = &archive.articles[ix];
            let own = (posted, &*placed.card.id);
            while let Some((.., translations)) = skipped.next_if(|(posted, id, _)| (*posted, *id) < own) {
                reserve(&mut places, translations);
            }
            places.push(ItemPlace::Page(ix as ArticleIx, None));
            let beside = archive.pages_beside(placed, config).filter(|(at, _)| Some(*at) != placed.original);
            places.extend(beside.map(|(at, _)| ItemPlace::Page(ix as ArticleIx, Some(at as u16))));
        }
        end = start;
    }
    skipped.for_each(|(.., translations)| reserve(&mut places, translations));
    places
}

impl<'a> ArchiveItems<'a> {
    pub fn new(archive: &'a Archive, config: &'a Config, source: &'a dyn TextSource) -> ArchiveItems<'a> {
        let facet = |kind: TermKind, id: &str| {
            let text = format!("\u{1}{}", facet_of(kind, id)).into();
            TermFacet { text, number: Digest::of(id.as_bytes()).number() }
        };
        let facets =
            TermKind::ALL.map(|kind| archive.taxonomy(kind).terms.iter().map(|term| facet(kind, &term.id)).collect());
        let urls = (&config.urls.base_path, config.urls.page("x"));
        let search =
            (config.search.originals, config.search.languages.iter().map(|tag| &*tag.value).collect::<Vec<_>>());
        let shared = Digest::of_value(&(urls, search, &config.language));
        ArchiveItems { archive, config, source, places: places(archive, config), facets, shared }
    }

    fn page(&self, number: u32) -> Option<(&'a IndexedArticle, Option<&'a Sibling>)> {
        match self.places.get(number as usize)? {
            ItemPlace::Page(ix, sibling) => {
                let placed = self.archive.article(*ix);
                Some((placed, sibling.map(|at| &*placed.siblings[usize::from(at)])))
            }
            ItemPlace::Reserved => None,
        }
    }

    /// Passes the parts of texts that an item shows to `each`. None if its number is only reserved.
    pub fn uses(&self, number: u32, mut each: impl FnMut(TextUse<'a>)) {
        let Some((placed, sibling)) = self.page(number) else { return };
        let (search, article) = (&self.config.search, &placed.card.file);
        let (file, language) = match sibling {
            Some(sibling) => (&sibling.file, &*sibling.lang),
            None => (article, &*self.config.language),
        };
        if search.finds(language) {
            each(TextUse { file, part: PublishedPart::Full, place: Place::Text });
        }
        let itself = sibling.is_none() && placed.card.is_original(&self.config.language);
        let of_original = self.original_language(placed, sibling);
        let finds_original = of_original.map_or(search.languages.is_empty(), |lang| search.finds(lang));
        if itself && search.finds(language) {
            each(TextUse { file: article, part: PublishedPart::Original, place: Place::Text });
        } else if !itself && search.originals && finds_original {
            each(TextUse { file: article, part: PublishedPart::Original, place: Place::Original });
        }
        if let Some((file, _, part)) = self.original(placed, sibling) {
            each(TextUse { file, part, place: Place::Original });
        }
    }

    /// Returns the file and the language of the original, and what the page shows of it.
    fn original(
        &self,
        placed: &'a IndexedArticle,
        sibling: Option<&'a Sibling>,
    ) -> Option<(&'a Arc<str>, &'a str, PublishedPart)> {
        let search = &self.config.search;
        let is_original = placed.card.is_original(&self.config.language);
        let (file, language, publish) = match placed.original() {
            _ if is_original && sibling.is_some() => (&placed.card.file, &*self.config.language, Publish::Full),
            Some(original) => (&original.file, &*original.lang, placed.publish(self.config)),
            None => return None,
        };
        let part = match (publish, self.archive.layout(placed, self.config)) {
            (Publish::None, _) => return None,
            (_, Layout::Link) => PublishedPart::Title,
            (Publish::Excerpt, _) => PublishedPart::Excerpt,
            (Publish::Full, _) => PublishedPart::Full,
        };
        (search.originals && search.finds(language)).then_some((file, language, part))
    }

    /// Returns the language of the original, if it is known.
    fn original_language(&self, placed: &'a IndexedArticle, sibling: Option<&'a Sibling>) -> Option<&'a str> {
        match placed.original() {
            _ if sibling.is_some() && placed.card.is_original(&self.config.language) => Some(&self.config.language),
            Some(original) => Some(&original.lang),
            None => placed.card.original_lang.as_deref(),
        }
    }

    /// Passes the terms of a kind, with the sections above each section.
    fn each_term(&self, placed: &IndexedArticle, sibling: Option<&Sibling>, each: &mut dyn FnMut(&TermFacet)) {
        let at = sibling.and_then(|sibling| placed.siblings.iter().position(|text| text.lang == sibling.lang));
        let translators = at.map(|at| placed.translators(Some(at), &self.config.language));
        for kind in TermKind::ALL {
            let own = translators.as_deref().filter(|_| kind == TermKind::Translator);
            for &ix in own.unwrap_or(placed.terms(kind)) {
                let mut at: Option<TermIx> = Some(ix);
                while let Some(ix) = at {
                    each(&self.facets[kind as usize][ix as usize]);
                    at = self.archive.term(kind, ix).parent;
                }
            }
        }
    }

    fn kind(&self, placed: &IndexedArticle, sibling: Option<&Sibling>) -> ArticleKind {
        match sibling.is_some() && placed.card.is_original(&self.config.language) {
            true => ArticleKind::Translation,
            false => placed.card.kind,
        }
    }

    /// Returns the address of a page without slashes around it.
    fn address(placed: &IndexedArticle, sibling: Option<&Sibling>) -> String {
        match sibling {
            Some(sibling) => format!("{}/{}", placed.address, sibling.lang),
            None => placed.address.to_string(),
        }
    }
}

impl Collection for ArchiveItems<'_> {
    fn count(&self) -> u32 {
        self.places.len() as u32
    }

    fn item(&self, number: u32) -> Option<SearchItem<'_>> {
        let (placed, sibling) = self.page(number)?;
        let mut found = false;
        self.uses(number, |_| found = true);
        found.then(|| SearchItem {
            address: self.config.urls.page(&ArchiveItems::address(placed, sibling)),
            title: sibling.map_or(&placed.card.title, |sibling| &sibling.title),
            language: sibling.map_or(&self.config.language, |sibling| &sibling.lang),
            original_language: self.original_language(placed, sibling),
        })
    }

    fn digest(&self, number: u32) -> Digest {
        let Some((placed, sibling)) = self.page(number) else { return Digest::default() };
        let mut bytes = HashBuffer::default();
        self.shared.hash(&mut bytes);
        // The title is that of the text's own file, which may be shown although its terms are not.
        self.source.digest(sibling.map_or(&placed.card.file, |sibling| &sibling.file)).hash(&mut bytes);
        self.uses(number, |TextUse { file, part, place }| {
            (self.source.digest(file), part, place as u8).hash(&mut bytes);
        });
        self.each_term(placed, sibling, &mut |facet| bytes.write_u64(facet.number));
        let date = placed.card.date;
        (self.kind(placed, sibling).word(), date.year(), date.month(), date.day()).hash(&mut bytes);
        let languages = (sibling.map(|sibling| &sibling.lang), self.original_language(placed, sibling));
        (&placed.address, languages).hash(&mut bytes);
        bytes.digest()
    }

    fn facets(&self, number: u32, each: &mut dyn FnMut(&str)) {
        let Some((placed, sibling)) = self.page(number) else { return };
        let mut facets: Vec<String> = Vec::with_capacity(16);
        self.each_term(placed, sibling, &mut |facet| facets.push(facet.text.to_string()));
        let date = placed.card.date;
        facets.push(format!("\u{1}y:{:04}", date.year()));
        facets.push(format!("\u{1}m:{:04}-{:02}", date.year(), date.month()));
        facets.push(format!("\u{1}d:{:04}-{:02}-{:02}", date.year(), date.month(), date.day()));
        facets.push(format!("\u{1}kind:{}", self.kind(placed, sibling).word()));
        let own = sibling.map_or(&*self.config.language, |sibling| &*sibling.lang);
        let original = self.original(placed, sibling).filter(|(.., part)| *part != PublishedPart::Title);
        let languages = [Some(own).filter(|own| self.config.search.finds(own)), original.map(|(_, lang, _)| lang)];
        facets.extend(languages.into_iter().flatten().map(|lang| format!("\u{1}lang:{lang}")));
        facets.sort_unstable();
        facets.dedup();
        facets.iter().for_each(|facet| each(facet));
    }

    fn terms(&self, number: u32, each: &mut dyn FnMut(&str, Strength, Place)) {
        let mut uses: Vec<TextUse> = Vec::with_capacity(4);
        self.uses(number, |text| uses.push(text));
        // Most articles stand in two uses: their text, and what they say of the original.
        let mut files: Vec<(&Arc<str>, Option<StoredTerms>)> = Vec::with_capacity(uses.len());
        for text in &uses {
            if !files.iter().any(|(file, _)| *file == text.file) {
                files.push((text.file, self.source.terms(text.file)));
            }
        }
        let terms = |text: &TextUse| files.iter().find(|(file, _)| *file == text.file)?.1.as_ref();
        let mut merge = TermMerge::default();
        for text in &uses {
            if let Some(terms) = terms(text) {
                merge.add(terms, text.part, text.place);
            }
        }
        merge.each(each);
    }
}
