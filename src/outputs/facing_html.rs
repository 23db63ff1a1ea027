//! The HTML of the rows of a facing page. It must not decide which rows there are.

use std::ops::Range;

use super::head::escape;
use crate::base::locale::direction;
use crate::content::align::block;
use crate::content::align::row::{Alignment, Row};
use crate::content::markdown::{Name, RenderedBody, UnitKind};
use crate::theme::strings::Strings;

/// The bytes of a row's markup, for one allocation.
const ROW: usize = 128;

/// Writes rows. Cells are stretches of rendered bodies.
pub struct FacingHtml<'a> {
    strings: &'a Strings,
    /// The language of the interface.
    language: &'a str,
    html: String,
    original: Cells<'a>,
    translation: Cells<'a>,
    /// How many blocks of either text stand in front of its body. They are not printed.
    heads: usize,
}

/// The blocks of one text.
struct Cells<'a> {
    rendered: &'a RenderedBody,
    lang: &'a str,
    /// The units of its body that are blocks.
    units: Vec<usize>,
    /// The last item that was written, and its number in its list from 0.
    last_item: Option<(usize, u64)>,
}

/// The id of a unit as an attribute, with the space before it, and its place in the HTML.
struct IdAttribute {
    text: String,
    at: usize,
}

impl<'a> Cells<'a> {
    fn new(rendered: &'a RenderedBody, lang: &'a str) -> Cells<'a> {
        Cells { rendered, lang, units: block::units(rendered).collect(), last_item: None }
    }

    /// Returns the range in `units` of a range of blocks.
    fn range(&self, blocks: &Range<u32>, heads: usize) -> Range<usize> {
        let at = |block: u32| (block as usize).saturating_sub(heads).min(self.units.len());
        at(blocks.start)..at(blocks.end).max(at(blocks.start))
    }

    /// Returns the id of a unit, if its markup has it.
    fn id(&self, unit: usize) -> Option<IdAttribute> {
        let mut text = String::with_capacity(16);
        text.push_str(" id=\"");
        escape(&self.rendered.id(unit)?, &mut text);
        text.push('"');
        // Nothing that an author wrote stands before it.
        let html = self.rendered.units[unit].html.clone();
        let at = html.start + self.rendered.html[html].find(&text)?;
        Some(IdAttribute { text, at })
    }

    /// Returns the first id of these units.
    fn first_id(&self, units: Range<usize>) -> Option<IdAttribute> {
        self.units[units].iter().find_map(|&unit| self.id(unit))
    }

    /// Returns the ids of the first and the last of these units that have a number.
    fn numbers(&self, units: Range<usize>) -> Option<(String, Option<String>)> {
        let number = |unit: &usize| match self.rendered.units[*unit].name {
            Name::None | Name::Heading(_) | Name::Note(_) => None,
            _ => self.rendered.id(*unit),
        };
        let units = &self.units[units];
        let first = units.iter().find_map(number)?;
        let last = units.iter().rev().find_map(number).filter(|last| *last != first);
        Some((first, last))
    }

    /// Writes units, without the id that moved to the row.
    fn write(&mut self, units: Range<usize>, moved: Option<&IdAttribute>, html: &mut String) {
        let mut list = None;
        for at in units {
            let unit = self.units[at];
            let parent = self.rendered.units[unit].parent;
            if list != parent {
                self.end_list(list, html);
                self.start_list(parent, unit, html);
                list = parent;
            }
            self.copy(self.rendered.units[unit].html.clone(), moved, html);
        }
        self.end_list(list, html);
    }

    fn copy(&self, range: Range<usize>, moved: Option<&IdAttribute>, html: &mut String) {
        let source = &self.rendered.html;
        match moved.filter(|id| range.contains(&id.at)) {
            Some(id) => {
                html.push_str(&source[range.start..id.at]);
                html.push_str(source[id.at + id.text.len()..range.end].trim_end_matches('\n'));
            }
            None => html.push_str(source[range].trim_end_matches('\n')),
        }
    }

    /// Starts the list that an item belongs to. An ordered list continues where the row before it ended.
    fn start_list(&mut self, list: Option<usize>, item: usize, html: &mut String) {
        let Some(list) = list else { return };
        match self.rendered.units[list].kind {
            UnitKind::List(Some(first)) => {
                let number = first.saturating_add(self.number_in_list(list, item));
                html.push_str("<ol");
                if number != 1 {
                    html.push_str(" start=\"");
                    html.push_str(&number.to_string());
                    html.push('"');
                }
                html.push('>');
            }
            _ => html.push_str("<ul>"),
        }
    }

    fn end_list(&self, list: Option<usize>, html: &mut String) {
        let Some(list) = list else { return };
        let ordered = matches!(self.rendered.units[list].kind, UnitKind::List(Some(_)));
        html.push_str(if ordered { "</ol>" } else { "</ul>" });
    }

    /// Returns the number of an item in its list, from 0. Counts on from the last item.
    fn number_in_list(&mut self, list: usize, item: usize) -> u64 {
        let units = &self.rendered.units;
        let (from, number) = self.last_item.filter(|(last, _)| *last > list).unwrap_or((list, 0));
        let between = units[from + 1..=item].iter().filter(|unit| unit.parent == Some(list)).count() as u64;
        let number = if from == list { between.saturating_sub(1) } else { number + between };
        self.last_item = Some((item, number));
        number
    }

    /// Returns whether there are units, and all are wide.
    fn are_wide(&self, units: Range<usize>) -> bool {
        let wide = |unit: &usize| {
            matches!(self.rendered.units[*unit].kind, UnitKind::Figure | UnitKind::Table | UnitKind::Code)
        };
        !units.is_empty() && self.units[units].iter().all(wide)
    }

    /// Returns the address of a picture that is all there is of these units.
    fn only_picture(&self, units: Range<usize>) -> Option<&'a str> {
        const IMAGE: &str = "<img src=\"";
        let [unit] = self.units[units] else { return None };
        let unit = &self.rendered.units[unit];
        let html = &self.rendered.html[unit.html.clone()];
        let mut images = html.split(IMAGE).skip(1);
        let address = images.next()?.split('"').next()?;
        (unit.kind == UnitKind::Figure && images.next().is_none()).then_some(address)
    }

    /// Returns the section of notes.
    fn notes(&self) -> Option<&'a str> {
        let notes = self.rendered.units.iter().rfind(|unit| unit.kind == UnitKind::Notes)?;
        Some(&self.rendered.html[notes.html.clone()])
    }
}

impl<'a> FacingHtml<'a> {
    /// Starts with nothing. The interface and each text come with their language.
    pub fn new(
        (strings, language): (&'a Strings, &'a str),
        original: (&'a RenderedBody, &'a str),
        translation: (&'a RenderedBody, &'a str),
        heads: usize,
    ) -> FacingHtml<'a> {
        let (original, translation) = (Cells::new(original.0, original.1), Cells::new(translation.0, translation.1));
        let bodies = original.rendered.html.len() + translation.rendered.html.len();
        let rows = original.units.len().max(translation.units.len());
        FacingHtml {
            strings,
            language,
            html: String::with_capacity(bodies + rows * ROW + 256),
            original,
            translation,
            heads,
        }
    }

    /// Writes all rows, then the notes of both texts.
    pub fn rows(mut self, alignment: &Alignment) -> String {
        self.html.push_str("<div class=\"fx\">\n");
        alignment.rows.iter().for_each(|row| self.row(row));
        self.html.push_str("</div>\n");
        self.html.push_str(self.translation.notes().unwrap_or_default());
        if let Some(notes) = self.original.notes() {
            self.html.push_str("<div class=\"on\"");
            self.language_of(self.original.lang);
            self.html.push_str(">\n");
            self.html.push_str(notes);
            self.html.push_str("</div>\n");
        }
        self.html
    }

    /// Writes one row with the excerpt of an original that is not published as a whole, and with the link to it. The
    /// rest of the translation follows.
    pub fn excerpt(mut self, alignment: &Alignment, text: &str, url: Option<&str>) -> String {
        let is_paragraph = |unit: &usize| self.original.rendered.units[*unit].kind == UnitKind::Paragraph;
        let quoted = self.original.units.iter().position(is_paragraph).unwrap_or(0) + self.heads;
        let beside = alignment.rows.iter().find(|row| row.original.end as usize > quoted);
        let end = beside.map_or(0, |row| self.translation.range(&row.translation, self.heads).end).max(1);
        let id = self.translation.first_id(0..end);
        self.html.push_str("<div class=\"fx\">\n");
        self.start_row("ex", id.as_ref());
        self.html.push_str("<div class=\"o\"");
        self.language_of(self.original.lang);
        self.html.push_str("><p>");
        escape(text, &mut self.html);
        self.html.push_str("</p>");
        self.said("original_excerpt", self.original.lang, url);
        self.html.push_str("</div>");
        self.number(0..end);
        self.html.push_str("<div class=\"t\">");
        self.translation.write(0..end, id.as_ref(), &mut self.html);
        self.html.push_str("</div></div>\n</div>\n");
        let rest = end.min(self.translation.units.len())..self.translation.units.len();
        self.translation.write(rest, None, &mut self.html);
        self.html.push_str(self.translation.notes().unwrap_or_default());
        self.html
    }

    fn row(&mut self, row: &Row) {
        let original = self.original.range(&row.original, self.heads);
        let translation = self.translation.range(&row.translation, self.heads);
        if original.is_empty() && translation.is_empty() {
            return;
        }
        let (omitted, added) = (row.translation.is_empty(), row.original.is_empty());
        let wide = self.original.are_wide(original.clone()) && self.translation.are_wide(translation.clone());
        // The style sheet shows it once.
        let one = || {
            let picture = self.translation.only_picture(translation.clone());
            picture.is_some() && picture == self.original.only_picture(original.clone())
        };
        let class = match () {
            _ if omitted => "om",
            _ if added => "ad",
            _ if wide && one() => "w one",
            _ if wide => "w",
            _ => "",
        };
        let id = self.translation.first_id(translation.clone());
        self.start_row(class, id.as_ref());
        let original_id = self.original.first_id(original.clone());
        self.html.push_str("<div class=\"o\"");
        if added {
            self.html.push('>');
            self.said("added_by_translator", self.translation.lang, None);
        } else {
            self.html.push_str(original_id.as_ref().map_or("", |id| &id.text));
            self.language_of(self.original.lang);
            self.html.push('>');
            self.original.write(original, original_id.as_ref(), &mut self.html);
        }
        self.html.push_str("</div>");
        self.number(translation.clone());
        self.html.push_str("<div class=\"t\">");
        if omitted {
            self.said("not_translated", self.translation.lang, None);
        } else {
            self.translation.write(translation, id.as_ref(), &mut self.html);
        }
        self.html.push_str("</div></div>\n");
    }

    fn start_row(&mut self, class: &str, id: Option<&IdAttribute>) {
        self.html.push_str("<div class=\"r");
        if !class.is_empty() {
            self.html.push(' ');
            self.html.push_str(class);
        }
        self.html.push('"');
        self.html.push_str(id.map_or("", |id| &id.text));
        self.html.push('>');
    }

    /// Writes the number of a row, which links to it: `3`, or `4–5` for several blocks.
    fn number(&mut self, units: Range<usize>) {
        let Some((first, last)) = self.translation.numbers(units) else {
            self.html.push_str("<span class=\"n\"></span>");
            return;
        };
        let shown = |id: &str| id.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
        self.html.push_str("<a class=\"n\" href=\"#");
        self.html.push_str(&first);
        self.html.push_str("\">");
        self.html.push_str(&shown(&first));
        if let Some(last) = last {
            self.html.push('–');
            self.html.push_str(&shown(&last));
        }
        self.html.push_str("</a>");
    }

    /// Writes an interface string among text in the language `around`, and the link to the original.
    fn said(&mut self, key: &str, around: &str, url: Option<&str>) {
        self.html.push_str("<p class=\"no\"");
        if around != self.language {
            self.language_of(self.language);
        }
        self.html.push('>');
        escape(&self.strings.plain(key), &mut self.html);
        if let Some(url) = url {
            self.html.push_str(" <a href=\"");
            escape(url, &mut self.html);
            self.html.push_str("\">");
            escape(&self.strings.plain("read_original"), &mut self.html);
            self.html.push_str("</a>");
        }
        self.html.push_str("</p>");
    }

    /// Writes the attributes of a language.
    fn language_of(&mut self, lang: &str) {
        self.html.push_str(" lang=\"");
        escape(lang, &mut self.html);
        self.html.push_str("\" dir=\"");
        self.html.push_str(direction(lang));
        self.html.push('"');
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::base::diag::Diagnostics;
    use crate::base::locale::Locale;
    use crate::content::markdown::{self, LinkTarget, MarkdownLabels, MarkdownOptions, RawHtml};

    const BLOCKS: &[&str] = &[
        "Words @.",
        "Words @.",
        "## Heading @",
        "> Quotation @",
        "- item @\n- item @\n  1. inside @\n- item @",
        "7. one @\n\n   more @\n8. two @\n9. three @",
        "| @ | b |\n|--|--|\n| @ | c |",
        "```\n@\n```",
        "***",
        "![@](https://images.example/x.png)",
        "A note[^n#].\n\n[^n#]: Text @.",
        "id=\"p1\" @",
    ];

    /// Renders blocks. Each `@` becomes a word between two of `letter` that occurs nowhere else.
    fn body(blocks: &[&str], letter: char, prefix: &'static str) -> RenderedBody {
        let mut text = String::new();
        for (at, block) in blocks.iter().enumerate() {
            for (n, piece) in block.replace("n#", &format!("n{at}")).split('@').enumerate() {
                if n > 0 {
                    text.push_str(&format!("{letter}{at}x{n}{letter}"));
                }
                text.push_str(piece);
            }
            text.push_str("\n\n");
        }
        let keep = |_: &str, _| LinkTarget::Keep;
        let labels = &MarkdownLabels::default();
        let options = MarkdownOptions { html: RawHtml::Escape, prefix, labels, resolve: &keep, credits: &[] };
        markdown::render(&text, &options)
    }

    /// Cuts two texts of these lengths into rows.
    fn alignment(cuts: &[(u32, u32)], (n, m): (u32, u32)) -> Alignment {
        let (mut at, mut rows) = ((0, 0), Vec::new());
        for (a, b) in cuts.iter().copied().chain([(n, m)]) {
            let to = ((at.0 + a).min(n), (at.1 + b).min(m));
            if to != at {
                rows.push(Row { original: at.0..to.0, translation: at.1..to.1, confidence: 50, marked: false });
            }
            at = to;
        }
        Alignment { rows, refused: None }
    }

    fn written(a: &RenderedBody, b: &RenderedBody, rows: &Alignment, heads: usize) -> String {
        let locale = Arc::new(Locale::new("en").expect("a locale"));
        let strings = Strings::load(&[], locale, &mut Diagnostics::new());
        FacingHtml::new((&strings, "en"), (a, "ja"), (b, "en"), heads).rows(rows)
    }

    fn words(html: &str, letter: char) -> Vec<&str> {
        html.split(letter).skip(1).step_by(2).collect()
    }

    #[test]
    fn a_picture_on_both_sides_is_marked() {
        let figure = |file: &str| body(&[&format!("![@]({file} \"Caption @\")")], 'q', "");
        let row = Alignment {
            rows: vec![Row { original: 0..1, translation: 0..1, confidence: 90, marked: false }],
            refused: None,
        };
        let both = |a: &str, b: &str| written(&figure(a), &figure(b), &row, 0);
        assert!(both("x.png", "x.png").contains("<div class=\"r w one\""));
        assert!(both("x.png", "y.png").contains("<div class=\"r w\""));
    }

    fn ids(bodies: &[&str]) -> Vec<String> {
        let mut ids: Vec<String> = bodies.iter().flat_map(|html| markdown::anchors(html)).collect();
        ids.sort();
        ids
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn rows_hold_every_block_and_id_once(
            original in prop::collection::vec(prop::sample::select(BLOCKS), 0..8),
            translation in prop::collection::vec(prop::sample::select(BLOCKS), 0..8),
            cuts in prop::collection::vec((0u32..4, 0u32..4), 0..20),
            heads in 1usize..3,
        ) {
            let (a, b) = (body(&original, 'X', "o-"), body(&translation, 'Z', ""));
            let count = |body: &RenderedBody| block::units(body).count() + heads;
            let rows = alignment(&cuts, (count(&a) as u32, count(&b) as u32));
            prop_assert!(rows.covers(count(&a), count(&b)));
            let html = written(&a, &b, &rows, heads);
            prop_assert_eq!(words(&html, 'X'), words(&a.html, 'X'), "{}", html);
            prop_assert_eq!(words(&html, 'Z'), words(&b.html, 'Z'), "{}", html);
            prop_assert_eq!(ids(&[&html]), ids(&[&a.html, &b.html]), "{}", html);
            prop_assert!(markdown::is_balanced(&html), "{}", html);
        }
    }

    #[test]
    fn a_list_goes_on_in_the_next_row() {
        let (a, b) = (body(&[BLOCKS[5]], 'X', "o-"), body(&[BLOCKS[5]], 'Z', ""));
        let rows = alignment(&[(1, 1), (1, 2), (2, 1)], (4, 4));
        let html = written(&a, &b, &rows, 1);
        let starts: Vec<&str> = html.match_indices("<ol start=\"").map(|(at, _)| &html[at + 11..at + 12]).collect();
        assert_eq!(starts, ["7", "7", "8", "9"], "{html}");
        assert!(html.contains("href=\"#p1\">1–2</a>"), "{html}");
    }
}
