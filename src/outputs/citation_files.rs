//! Files of references: all articles of a listing for a reference manager. It must not read a body, nor any other
//! file: the cards have what a reference says.
//!
//! A file is stale if a reference in it changes, or if an article comes to the listing or leaves it. Its digest is that
//! of the digests of its references, so that an edit of one article makes no reference to another.

use std::borrow::Cow;

use super::addresses::CitationFormat;
use super::citation::reference::{PlaceInSource, Reference, Work};
use super::citation::{csl_json, ris};
use super::cite_box::joined;
use super::kept_rows::RowCache;
use super::output_content::{OutputContent, ReadText};
use super::recipe::{BoxedRecipe, Recipe};
use super::world::World;
use crate::archive::archive::{ArticleIx, ListingId};
use crate::base::config::Publish;
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::content::article::ArticleKind;
use crate::content::cited::CitedDetails;
use crate::content::content_path::TermKind;

/// A file of references: a listing, a year, and a format.
pub struct CitationFile<'w> {
    world: &'w World<'w>,
    id: ListingId,
    year: Option<i16>,
    format: CitationFormat,
}

impl<'w> CitationFile<'w> {
    pub fn boxed(world: &'w World<'w>, id: ListingId, year: Option<i16>, format: CitationFormat) -> BoxedRecipe<'w> {
        Box::new(CitationFile { world, id, year, format })
    }

    fn articles(&self) -> impl Iterator<Item = ArticleIx> + use<'w> {
        let (world, year) = (self.world, self.year);
        let dated = move |ix: &ArticleIx| year.is_none_or(|year| world.archive.article(*ix).card.date.year() == year);
        world.archive.listing(self.id).iter().copied().filter(dated)
    }

    /// Returns the text of a reference in the file's format.
    fn text(&self, ix: ArticleIx) -> &'w str {
        let cell = &self.world.leaves.references[ix as usize];
        cell.texts[self.format as usize].get_or_init(|| {
            let (reference, mut text) = (reference(self.world, ix), String::with_capacity(512));
            match self.format {
                CitationFormat::Ris => ris::write(&reference, &mut text),
                CitationFormat::CslJson => csl_json::write(&reference, &mut text),
            }
            text.into()
        })
    }
}

impl Recipe for CitationFile<'_> {
    fn digest(&self) -> Digest {
        let cells = &self.world.leaves.references;
        let digest = |ix| cells[ix as usize].digest.get_or_init(|| Digest::of_value(&reference(self.world, ix)));
        Digest::of_value(&(self.format, self.articles().map(digest).collect::<Vec<_>>()))
    }

    fn make(self: Box<Self>, _: ReadText, _: &mut RowCache, _: &mut Diagnostics) -> Option<OutputContent> {
        let (start, between, end) = match self.format {
            CitationFormat::Ris => ("", "", ""),
            CitationFormat::CslJson => ("[\n", ",\n", "\n]\n"),
        };
        let length: usize = self.articles().map(|ix| self.text(ix).len() + between.len()).sum();
        let mut file = String::with_capacity(length + start.len() + end.len());
        file.push_str(start);
        for (at, ix) in self.articles().enumerate() {
            if at > 0 {
                file.push_str(between);
            }
            file.push_str(self.text(ix));
        }
        file.push_str(end);
        Some(OutputContent::Bytes(file.into_bytes()))
    }
}

/// Returns the reference to an article. It says the same as the article's own page.
fn reference<'w>(world: &'w World<'w>, ix: ArticleIx) -> Reference<'w> {
    let placed = world.archive.article(ix);
    let card = &placed.card;
    let config = world.config;
    let cited = card.cited.as_deref();
    let said = |value: fn(&CitedDetails) -> Option<&str>| cited.and_then(value);
    let original = placed.original();
    let headline = original.filter(|_| placed.publish(config) != Publish::None).map(|original| &*original.title);
    let people = cited.map_or(&[][..], |cited| &cited.translators);
    let translators = world.terms(TermKind::Translator, placed.terms(TermKind::Translator));
    Reference {
        id: Cow::Borrowed(&card.id),
        title: &card.title,
        authors: cited.iter().flat_map(|cited| &cited.authors).map(|author| author.parts()).collect(),
        translators: translators.map(|t| t.parts(people)).collect(),
        work: Work::of(card.kind),
        newspaper: joined(world.terms(TermKind::Source, placed.terms(TermKind::Source)), ", "),
        date: cited.and_then(|cited| cited.original_date).unwrap_or(card.date),
        place: PlaceInSource::new(
            said(|c| c.page.as_deref()),
            said(|c| c.issue.as_deref()),
            said(|c| c.edition.as_deref()),
        ),
        section: joined(world.trail(placed.section()), " > "),
        language: &config.language,
        original_title: said(|c| c.original_title.as_deref())
            .or(headline)
            .filter(|_| card.kind != ArticleKind::Original),
        original_language: card.original_lang.as_deref().or(original.map(|original| &*original.lang)),
        archive: &config.title,
        url: config.urls.absolute(&config.urls.page(&placed.address)),
    }
}
