//! The state of one rendering, and what the writing of blocks and inlines shares. It must not know the parser's
//! options or the site.

use super::cjk;
use super::escape;
use super::footnotes::Footnotes;
use super::foreign_syntax;
use super::highlight;
use super::html_links::HtmlSource;
use super::ids::Ids;
use super::link_target::DisplayedImage;
use super::options::{CreditLine, MarkdownOptions};
use super::problem::{MarkdownProblem, ProblemKind};
use super::ruby::Gloss;
use super::sanitize::{MARK, TagDepth};
use super::unit::{BlockNumber, Heading, Name, Unit, UnitKind};
use crate::base::config::RawHtml;
use crate::base::limits;
use pulldown_cmark::Alignment;
use std::collections::BTreeSet;
use std::ops::Range;

/// The maximum printed levels of lists and quotes, and of emphasis. Deeper ones are flattened.
pub(super) const BLOCK_DEPTH: u32 = limits::BLOCK_DEPTH as u32;
pub(super) const INLINE_DEPTH: u32 = limits::INLINE_DEPTH as u32;
/// A low estimate of a unit's bytes, to allocate the units of most bodies once.
const UNIT: usize = 200;
/// The maximum number of problems reported for one body.
pub(super) const PROBLEMS: usize = 200;

pub(super) struct Writer<'a> {
    pub(super) body: &'a str,
    /// The body as written, with its comments.
    pub(super) written: &'a str,
    pub(super) options: &'a MarkdownOptions<'a>,
    pub(super) out: String,
    /// The bytes of notes already written.
    pub(super) noted: usize,
    /// The mark before each of Recto's own ids and classes, if raw HTML is sanitized.
    pub(super) mark: &'static str,
    pub(super) problems: Vec<MarkdownProblem>,
    pub(super) headings: Vec<Heading>,
    /// All units so far, and the open one. Only blocks at the top level or in an item are units, never those in a
    /// pending note.
    pub(super) units: Vec<Unit>,
    unit: Option<usize>,
    pub(super) credited: Vec<usize>,
    /// The level as written of the first heading, which is printed as h2.
    pub(super) top_heading: Option<u8>,
    pub(super) ids: Ids,
    pub(super) notes: Footnotes,
    pub(super) blocks: u32,
    pub(super) tables: u32,

    /// The open lists, quotes and notes; how many of them are items; and how many have no numbered content.
    pub(super) depth: u32,
    pub(super) items: u32,
    pub(super) closed_units: u32,
    pub(super) emphasis: u32,
    /// For each open link, whether it was printed.
    pub(super) links: Vec<bool>,
    pub(super) heading: Option<OpenHeading>,
    pub(super) figure: Option<Figure<'a>>,
    pub(super) image: Option<OpenImage<'a>>,
    pub(super) code: Option<OpenCode>,
    pub(super) html: Option<OpenHtml>,
    pub(super) gloss: Gloss,
    /// The place of the bracket that ends inserted words.
    pub(super) inserted: Option<usize>,
    pub(super) table: Option<OpenTable>,
    /// A table that just ended, and a caption being read.
    pub(super) captionable: Option<FinishedTable>,
    pub(super) caption: Option<OpenCaption>,
    /// For each open footnote, its label, its place, and the suspended text around it.
    pub(super) outer: Vec<(String, Range<usize>, String)>,
    pub(super) found_html: bool,
    pub(super) raw_depth: TagDepth,
    /// An element in the paragraph that is removed with its content, and its start in `out`.
    pub(super) skipping: Option<(&'static str, usize)>,
    /// What the sanitizer removed, and where.
    pub(super) removed: Vec<(Range<usize>, String)>,
    pub(super) removed_tags: BTreeSet<String>,
    /// Whether an id yields to a heading's.
    pub(super) soft_ids: bool,

    /// Candidates for foreign syntax; whether a table may be among them; and the place up to which they are reported.
    pub(super) foreign: Vec<foreign_syntax::ForeignMatch>,
    pub(super) pipes: bool,
    pub(super) covered: usize,
    /// The bytes of code that may still be highlighted.
    pub(super) highlightable: usize,

    /// Whether the body has wide characters, the last character of text, and a pending line end.
    pub(super) cjk: bool,
    pub(super) last: char,
    pub(super) soft_break: bool,
}

/// A heading being read. Its tag is inserted before its content when its id is known.
pub(super) struct OpenHeading {
    pub(super) start: usize,
    pub(super) id: Option<String>,
    pub(super) text: String,
}

/// A paragraph that starts with an image, and may be nothing else.
pub(super) struct Figure<'a> {
    pub(super) start: usize,
    pub(super) content: usize,
    pub(super) images: u32,
    pub(super) others: bool,
    /// The caption.
    pub(super) title: String,
    pub(super) credit: Option<&'a CreditLine>,
    /// The range of the image's own title, which a caption replaces.
    pub(super) title_at: Range<usize>,
}

/// The result of resolving a destination.
pub(super) struct ResolvedLink {
    pub(super) to: String,
    /// Whether it is another site.
    pub(super) web: bool,
    /// The properties of an image there.
    pub(super) shown: Option<Box<DisplayedImage>>,
}

pub(super) struct OpenImage<'a> {
    pub(super) depth: u32,
    /// The resolved link, or `None` if it is dropped.
    pub(super) led: Option<ResolvedLink>,
    pub(super) title: String,
    pub(super) credit: Option<&'a CreditLine>,
    pub(super) alt: String,
}

pub(super) struct OpenCode {
    pub(super) language: Option<String>,
    pub(super) text: String,
}

pub(super) struct OpenHtml {
    pub(super) at: Range<usize>,
    pub(super) source: HtmlSource,
}

/// A table being read.
pub(super) struct OpenTable {
    pub(super) columns: Vec<Alignment>,
    /// Where its cells start in the output.
    pub(super) start: usize,
    /// The content of every cell, row by row, in the output.
    pub(super) cells: Vec<Range<usize>>,
}

/// A finished table that a caption may follow.
pub(super) struct FinishedTable {
    /// Where its caption belongs in the output.
    pub(super) caption: usize,
    /// Where it ends in the output.
    pub(super) end: usize,
    /// Its unit, if it is one.
    pub(super) unit: Option<usize>,
}

/// A paragraph below a table that is its caption.
pub(super) struct OpenCaption {
    pub(super) table: FinishedTable,
    /// Where its text starts in the output.
    pub(super) start: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(body: &'a str, options: &'a MarkdownOptions<'a>, cjk: bool) -> Self {
        Writer {
            body,
            written: body,
            options,
            out: String::with_capacity(body.len() + body.len() / 4 + 64),
            noted: 0,
            mark: if options.html == RawHtml::Sanitize { const { marker() } } else { "" },
            problems: Vec::new(),
            headings: Vec::new(),
            units: Vec::with_capacity(body.len() / UNIT + 4),
            unit: None,
            credited: Vec::new(),
            top_heading: None,
            ids: Ids::default(),
            notes: Footnotes::default(),
            blocks: 0,
            tables: 0,
            depth: 0,
            items: 0,
            closed_units: 0,
            emphasis: 0,
            links: Vec::new(),
            heading: None,
            figure: None,
            image: None,
            code: None,
            html: None,
            gloss: Gloss::default(),
            inserted: None,
            table: None,
            captionable: None,
            caption: None,
            outer: Vec::new(),
            found_html: false,
            raw_depth: TagDepth::default(),
            skipping: None,
            removed: Vec::new(),
            removed_tags: BTreeSet::new(),
            soft_ids: false,
            foreign: foreign_syntax::look(body),
            pipes: memchr::memchr(b'|', body.as_bytes()).is_some(),
            covered: 0,
            highlightable: highlight::SIZE,
            cjk,
            last: ' ',
            soft_break: false,
        }
    }

    pub(super) fn problem(&mut self, at: &Range<usize>, kind: ProblemKind) {
        if self.problems.len() < PROBLEMS {
            self.problems.push(MarkdownProblem { at: at.clone(), kind });
        }
    }

    /// Reports a kind of problem once per body.
    pub(super) fn problem_once(&mut self, at: &Range<usize>, kind: ProblemKind) {
        if !self.problems.iter().any(|p| p.kind == kind) {
            self.problem(at, kind);
        }
    }

    /// Starts a unit at the end of the output.
    pub(super) fn open_unit(&mut self, kind: UnitKind, at: &Range<usize>) {
        let start = self.out.len();
        self.units.push(Unit {
            kind,
            name: Name::None,
            html: start..start,
            source: at.clone(),
            parent: self.unit,
            mark: None,
        });
        self.unit = Some(self.units.len() - 1);
    }

    /// Sets the name of the open unit.
    pub(super) fn name_unit(&mut self, name: Name) {
        if let Some(open) = self.unit {
            self.units[open].name = name;
        }
    }

    /// Changes the kind of the open unit.
    pub(super) fn turn_unit(&mut self, kind: UnitKind) {
        if let Some(open) = self.unit {
            self.units[open].kind = kind;
        }
    }

    pub(super) fn close_unit(&mut self) {
        if let Some(open) = self.unit {
            self.units[open].html.end = self.out.len();
            self.unit = self.units[open].parent;
        }
    }

    /// Returns whether a block is at the top level, outside lists, quotations and notes.
    pub(super) fn is_top(&self) -> bool {
        self.items == 0 && self.closed_units == 0
    }

    /// Returns whether a list and its items are printed and numbered.
    pub(super) fn is_numbered(&self) -> bool {
        self.depth <= BLOCK_DEPTH && self.closed_units == 0
    }

    /// Writes ` id="p7"` for the next numbered block.
    pub(super) fn block_id(&mut self) {
        self.blocks += 1;
        self.name_unit(Name::Block(BlockNumber::plain(self.blocks)));
        self.out.push_str(" id=\"");
        self.out.push_str(self.mark);
        self.out.push_str(self.options.prefix);
        self.out.push('p');
        escape::number(&mut self.out, u64::from(self.blocks));
        self.out.push('"');
    }

    /// Writes the same for a block that is numbered only at the top level.
    pub(super) fn unit_id(&mut self) {
        if self.is_top() {
            self.block_id();
        }
    }

    /// Marks an interface string as being in another language than the text around it.
    pub(super) fn label_language(&mut self) {
        if let Some((lang, dir)) = &self.options.labels.language {
            self.attribute("lang", lang);
            self.attribute("dir", dir);
        }
    }

    /// Writes ` class="…"` with one of Recto's own classes.
    pub(super) fn class(&mut self, class: &str) {
        self.out.push_str(" class=\"");
        self.out.push_str(self.mark);
        self.out.push_str(class);
        self.out.push('"');
    }

    /// Writes ` name="value"`.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape::attribute(&mut self.out, value);
        self.out.push('"');
    }

    /// Adds text of the article to the current output.
    pub(super) fn text(&mut self, text: &str, at: &Range<usize>) {
        if let Some(code) = &mut self.code {
            code.text.push_str(text);
            return;
        }
        self.settle(at.start);
        let aside = self.gloss.takes(text);
        if self.cjk && !aside {
            self.last = text.chars().next_back().unwrap_or(self.last);
        }
        if let Some(heading) = self.heading.as_mut().filter(|_| !aside) {
            heading.text.push_str(text);
        }
        if let Some(image) = &mut self.image {
            if !aside {
                image.alt.push_str(text);
            }
            return;
        }
        if let Some(figure) = &mut self.figure {
            figure.others |= !text.trim().is_empty();
        }
        escape::text(&mut self.out, text);
    }

    /// Writes a pending line end, unless it is between two wide characters.
    pub(super) fn settle(&mut self, next: usize) {
        if !self.soft_break {
            return;
        }
        self.soft_break = false;
        if !cjk::joins(self.last, self.body, next) {
            self.space();
        }
    }

    pub(super) fn soft_break(&mut self) {
        if self.cjk {
            self.soft_break = true;
        } else {
            self.space();
        }
    }

    fn space(&mut self) {
        if let Some(heading) = &mut self.heading {
            heading.text.push(' ');
        }
        match &mut self.image {
            Some(image) => image.alt.push(' '),
            None => self.out.push('\n'),
        }
    }
}

const fn marker() -> &'static str {
    const BYTES: [u8; 3] = {
        let mut bytes = [0; 3];
        MARK.encode_utf8(&mut bytes);
        bytes
    };
    match std::str::from_utf8(&BYTES) {
        Ok(mark) => mark,
        Err(_) => "",
    }
}
