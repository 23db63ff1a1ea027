//! Facing pages: aligns a translation with its original while the translation's page is made, and writes their rows.
//! It must not read the archive, and renders no body itself.
//!
//! Every cell is a stretch of a rendered body, copied once. A row takes the id of its first block of the translation,
//! so that a link to the block shows the whole row, and the cell of the original takes that of its first block. All
//! other ids stay where they are.

use std::ops::Range;
use std::sync::Arc;

use super::aligned_texts::{AlignedText, AlignedTexts};
use super::alignment_report;
use super::article_page::ArticleFacts;
use super::body::BodySource;
use super::document::{Body, Document, Printable};
use super::facing_html::FacingHtml;
use super::head::escape;
use super::kept_rows::{CompactRows, KeptRows, RowCache};
use super::mark_messages;
use super::world::Common;
use crate::base::config::{Layout, RawHtml};
use crate::base::diag::{Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::problem;
use crate::content::align::block::{self, Block, BlockKind, Numbers};
use crate::content::align::marks::{align_texts, align_texts_with, mark_problems};
use crate::content::align::row::{Alignment, Row};
use crate::content::article::{ArticleKind, Extent};
use crate::content::glossary::pair::PairTerms;
use crate::content::markdown::{self, RenderedBody, UnitKind};

/// What a page shows of its original.
pub struct Facing {
    pub layout: Layout,
    /// The rows, unless the layout is another.
    pub html: Option<String>,
    /// The original for below the translation, if the layout is that.
    pub below: Option<String>,
    pub counts: RowCounts,
}

/// How many rows two texts have, without titles and summaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    pub rows: usize,
    pub aligned: usize,
    pub untranslated: usize,
    pub added: usize,
}

/// An original and its translation on the page of the translation.
pub struct TextPair<'a> {
    pub original: FacingText<'a>,
    pub translation: FacingText<'a>,
    kind: ArticleKind,
    extent: Option<Extent>,
    terms: Option<&'a PairTerms>,
    /// What both bodies show of other files: a picture that is missing is another kind of block.
    shown: [&'a BodySource<'a>; 2],
}

/// A text of a facing page: its file, its head, and its rendered body.
pub struct FacingText<'a> {
    file: &'a Arc<str>,
    body: &'a Body,
    title: &'a str,
    title_at: Range<usize>,
    summary: Option<&'a str>,
    pub lang: &'a str,
    pub rendered: &'a RenderedBody,
}

impl<'a> TextPair<'a> {
    /// Collects both texts. Returns `None` if the page has no original.
    pub fn new(
        common: &'a Common,
        facts: &'a ArticleFacts<'a>,
        document: &'a Document,
        translation: &'a RenderedBody,
        original: Option<&'a RenderedBody>,
    ) -> Option<TextPair<'a>> {
        let (files, text) = (&facts.files, facts.original.as_ref()?);
        let shown = [text, &facts.text];
        let (card, own) = (files.article, files.original);
        let translated = files.sibling.is_some() && files.is_original;
        let summary = document.sibling_details().map_or(&document.details.summary, |own| &own.summary);
        Some(TextPair {
            original: FacingText {
                file: text.file,
                body: document.original_to_check()?,
                title: own.map_or(&card.title, |own| &own.title),
                title_at: own.map_or(&card.title_at, |own| &own.title_at).clone(),
                summary: document.original.as_ref()?.summary_to_check(),
                lang: own.map_or(&common.config.language, |own| &own.lang),
                rendered: original?,
            },
            translation: FacingText {
                file: facts.text.file,
                body: document.body(),
                title: facts.title(),
                title_at: files.sibling.map_or(&card.title_at, |sibling| &sibling.title_at).clone(),
                summary: summary.as_deref(),
                lang: facts.lang(common),
                rendered: translation,
            },
            kind: if translated { ArticleKind::Translation } else { card.kind },
            extent: card.extent,
            terms: facts.glossary.as_deref(),
            shown,
        })
    }

    /// Returns a digest of everything that rows and findings depend on.
    fn digest(&self, common: &Common) -> Digest {
        let text = |text: &FacingText<'a>| (text.file.clone(), text.body.file(), text.lang);
        let extent = self.extent.map(Extent::word);
        let raw_html = common.config.raw_html as u8;
        let texts = (text(&self.original), text(&self.translation));
        Digest::of_value(&(texts, self.shown, self.kind.word(), extent, raw_html, self.terms))
    }

    /// How many blocks stand in front of the bodies: the titles, and the summaries if both texts have one.
    fn heads(&self) -> usize {
        1 + usize::from(self.original.summary.is_some() && self.translation.summary.is_some())
    }

    /// Aligns the texts and reports what that finds, unless the rows of the last rendering are of the same texts. An
    /// original that is not published is aligned all the same.
    pub fn align(&self, common: &Common, cache: &mut RowCache, problems: &mut Diagnostics) -> Alignment {
        let (of, heads) = (self.digest(common), self.heads());
        let count = |text: &FacingText| heads + block::units(text.rendered).count();
        let (start, known) = (problems.len(), cache.take(of, (count(&self.original), count(&self.translation))));
        let is_known = known.is_some();
        let alignment = match known {
            Some((alignment, found)) => {
                problems.extend(found);
                alignment
            }
            None => {
                let texts = self.aligned();
                self.report_marks(&texts, problems);
                alignment_report::report(common, &texts, problems);
                texts.alignment
            }
        };
        let found = start as u32..problems.len() as u32;
        cache.keep(KeptRows { of, rows: CompactRows::new(&alignment), found }, !is_known);
        alignment
    }

    /// Reports marks that contradict the rows or the other text.
    fn report_marks(&self, texts: &AlignedTexts, found: &mut Diagnostics) {
        for problem in mark_problems(&texts.original.blocks, &texts.translation.blocks) {
            let (text, blocks) = match problem.in_original {
                true => (&self.original, &texts.original.blocks),
                false => (&self.translation, &texts.translation.blocks),
            };
            let at = blocks[problem.block].unit.and_then(|unit| text.rendered.mark_place(unit));
            let Some(at) = at else { continue };
            found.push(mark_messages::conflict(text.file, (text.body.markdown(), text.body.at), at, problem.conflict));
        }
    }

    /// Aligns the texts.
    pub fn aligned(&self) -> AlignedTexts<'a> {
        let heads = self.heads();
        let mut texts = AlignedTexts {
            original: self.original.to_align(heads),
            translation: self.translation.to_align(heads),
            alignment: Alignment::default(),
            extent: self.extent,
            kind: self.kind,
            terms: self.terms,
        };
        texts.alignment = match self.terms {
            Some(terms) => align_texts_with(texts.original.side(), texts.translation.side(), terms.lexicon()),
            None => align_texts(texts.original.side(), texts.translation.side(), &[]),
        };
        texts
    }

    /// Counts the rows that have a block of a body.
    fn counts(&self, alignment: &Alignment) -> RowCounts {
        let heads = self.heads() as u32;
        let mut counts = RowCounts::default();
        for Row { original, translation, .. } in &alignment.rows {
            if original.end.max(translation.end) <= heads {
                continue;
            }
            counts.rows += 1;
            match (original.is_empty(), translation.is_empty()) {
                (false, false) => counts.aligned += 1,
                (false, true) => counts.untranslated += 1,
                _ => counts.added += 1,
            }
        }
        counts
    }

    /// Decides how the page shows the original, and writes it. Returns `None` if nothing of its body is published.
    pub fn show(
        &self,
        common: &Common,
        facts: &ArticleFacts,
        document: &Document,
        url: Option<&str>,
        alignment: &Alignment,
        problems: &mut Diagnostics,
    ) -> Option<Facing> {
        let printable = document.printable();
        if matches!(printable, Printable::Nothing) {
            return None;
        }
        let asked = facts.files.layout;
        let beside =
            matches!(asked, Layout::Facing | Layout::Page) && self.suits(facts) && self.is_closed(common, problems);
        let html = beside.then(|| {
            let [original, translation] = [&self.original, &self.translation].map(|text| (text.rendered, text.lang));
            let writer =
                FacingHtml::new((common.strings, &common.config.language), original, translation, self.heads());
            match &printable {
                Printable::Excerpt(text) => writer.excerpt(alignment, text, url),
                _ => writer.rows(alignment),
            }
        });
        let layout = if beside || asked == Layout::Link { asked } else { Layout::Below };
        let below = (layout == Layout::Below).then(|| match printable {
            Printable::Excerpt(text) => {
                let mut html = String::from("<p>");
                escape(&text, &mut html);
                html.push_str("</p>\n");
                html
            }
            _ => self.original.rendered.html.clone(),
        });
        Some(Facing { layout, html, below, counts: self.counts(alignment) })
    }

    /// Returns whether the texts can stand side by side. A summary has no rows with its original, unless the article
    /// itself asks for them, and neither has a text without a body.
    fn suits(&self, facts: &ArticleFacts) -> bool {
        let is_summary = matches!(self.kind, ArticleKind::Summary | ArticleKind::Digest);
        let short = is_summary || self.extent == Some(Extent::Gist);
        let blocks = [&self.original, &self.translation].map(|text| block::units(text.rendered).next());
        blocks.iter().all(Option::is_some) && (!short || facts.files.article.layout.is_some())
    }

    /// Returns whether the markup of every block is complete. Authors who are trusted with HTML may leave an element
    /// open, which would take the cells after it along.
    fn is_closed(&self, common: &Common, problems: &mut Diagnostics) -> bool {
        if common.config.raw_html != RawHtml::Allow {
            return true;
        }
        let mut closed = true;
        for text in [&self.original, &self.translation] {
            let units = &text.rendered.units;
            let notes = (0..units.len()).filter(|&unit| units[unit].kind == UnitKind::Notes);
            for unit in block::units(text.rendered).chain(notes) {
                if !markdown::is_balanced(&text.rendered.html[units[unit].html.clone()]) {
                    let source = &units[unit].source;
                    let at = text.body.at + source.start..text.body.at + source.end;
                    problems.push(problem::unbalanced_html(Span::new(text.file, at)));
                    closed = false;
                }
            }
        }
        closed
    }
}

impl<'a> FacingText<'a> {
    /// Returns the text as the alignment sees it, with `heads` blocks in front of its body.
    fn to_align(&self, heads: usize) -> AlignedText<'a> {
        let head = |kind, text: &str| Block {
            kind,
            text: text.to_owned(),
            urls: Vec::new(),
            mark: None,
            unit: None,
            source: 0..0,
            numbers: Numbers::default(),
        };
        let summary = self.summary.filter(|_| heads > 1).map(|summary| head(BlockKind::Summary, summary));
        let mut blocks = vec![head(BlockKind::Title, self.title)];
        blocks.extend(summary);
        blocks.extend(block::blocks(self.rendered));
        AlignedText {
            file: self.file,
            at: self.body.at,
            body: self.body.markdown(),
            title_at: self.title_at.clone(),
            lang: self.lang,
            blocks,
        }
    }
}
