//! Tables. The tags of a cell depend on the whole table, so cells are written without tags and get them at its end.
//!
//! A first column whose cells name their rows consists of row headers. A row of which only the first cell is filled,
//! such as a question of a poll, heads the rows after it: it spans the table and starts a group of rows. Screen readers
//! announce the header of a row with each of its cells, and a question before its answers.

use super::captions;
use super::escape;
use super::unit::UnitKind;
use super::writer::{FinishedTable, OpenCaption, OpenTable, Writer};
use pulldown_cmark::Alignment;
use std::collections::BTreeSet;
use std::ops::Range;

/// What a row of the body is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TableRow {
    /// Cells of data.
    Data,
    /// Heads the rows after it.
    Head,
    /// Spans the table, and heads nothing.
    Note,
}

impl Writer<'_> {
    pub(super) fn start_table(&mut self, columns: Vec<Alignment>, at: &Range<usize>) {
        if self.is_top() {
            self.open_unit(UnitKind::Table, at);
        }
        self.tables += 1;
        // Not every browser lets the keyboard scroll a region that takes no focus.
        self.out.push_str("<div");
        self.class("scroll");
        self.out.push_str(" role=\"region\" tabindex=\"0\" aria-label=\"");
        escape::attribute(&mut self.out, &self.options.labels.table);
        self.out.push(' ');
        escape::number(&mut self.out, u64::from(self.tables));
        self.out.push_str("\"><table");
        self.unit_id();
        self.out.push_str(">\n");
        self.table = Some(OpenTable { columns, start: self.out.len(), cells: Vec::new() });
    }

    pub(super) fn start_cell(&mut self) {
        let start = self.out.len();
        if let Some(table) = &mut self.table {
            table.cells.push(start..start);
        }
        self.last = ' ';
    }

    pub(super) fn end_cell(&mut self) {
        self.soft_break = false;
        let end = self.out.len();
        if let Some(cell) = self.table.as_mut().and_then(|table| table.cells.last_mut()) {
            cell.end = end;
        }
    }

    pub(super) fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let written = self.out.split_off(table.start);
        let contents = table.cells.iter().map(|cell| written[cell.start - table.start..cell.end - table.start].trim());
        let contents: Vec<&str> = contents.collect();
        let rows: Vec<&[&str]> = contents.chunks(table.columns.len().max(1)).collect();
        if let Some((head, body)) = rows.split_first() {
            let (caption, body) = match body.split_last() {
                Some((last, rest)) => match caption_row(last) {
                    Some(caption) => (Some(caption), rest),
                    None => (None, body),
                },
                None => (None, body),
            };
            self.write_caption(caption);
            self.write_head(head, &table.columns);
            self.write_body(body, &table.columns);
            self.captionable = caption.is_none().then_some(FinishedTable { caption: table.start, end: 0, unit: None });
        }
        self.out.push_str("</table></div>\n");
        let unit = self.is_top().then(|| self.units.len() - 1);
        if unit.is_some() {
            self.close_unit();
        }
        let end = self.out.len();
        self.captionable = self.captionable.take().map(|table| FinishedTable { end, unit, ..table });
    }

    fn write_caption(&mut self, caption: Option<&str>) {
        if let Some(caption) = caption {
            self.out.push_str("<caption>");
            self.out.push_str(caption);
            self.out.push_str("</caption>\n");
        }
    }

    fn write_head(&mut self, cells: &[&str], columns: &[Alignment]) {
        self.out.push_str("<thead><tr>");
        for (cell, alignment) in cells.iter().zip(columns) {
            // A header without text names nothing.
            let (tag, end) = if cell.is_empty() { ("<td", "</td>") } else { ("<th scope=\"col\"", "</th>") };
            self.write_cell(tag, *alignment, cell, end);
        }
        self.out.push_str("</tr></thead>\n");
    }

    fn write_body(&mut self, rows: &[&[&str]], columns: &[Alignment]) {
        let kinds = kinds(rows);
        let named = names_rows(rows, &kinds, columns);
        let mut before = None;
        for (row, kind) in rows.iter().zip(&kinds) {
            if before.is_none() || *kind == TableRow::Head && before != Some(TableRow::Head) {
                self.out.push_str(if before.is_none() { "<tbody>\n" } else { "</tbody>\n<tbody>\n" });
            }
            before = Some(*kind);
            self.out.push_str("<tr>");
            if *kind == TableRow::Data {
                for (at, (cell, alignment)) in row.iter().zip(columns).enumerate() {
                    let header = named && at == 0;
                    let (tag, end) = if header { ("<th scope=\"row\"", "</th>") } else { ("<td", "</td>") };
                    self.write_cell(tag, *alignment, cell, end);
                }
            } else {
                self.write_spanning(row[0], columns.len(), *kind == TableRow::Head);
            }
            self.out.push_str("</tr>\n");
        }
        if before.is_some() {
            self.out.push_str("</tbody>\n");
        }
    }

    fn write_cell(&mut self, tag: &str, alignment: Alignment, content: &str, end: &str) {
        self.out.push_str(tag);
        match alignment {
            Alignment::Center => self.class("a-c"),
            Alignment::Right => self.class("a-r"),
            Alignment::Left | Alignment::None => {}
        }
        self.out.push('>');
        self.out.push_str(content);
        self.out.push_str(end);
    }

    /// Writes the only cell of a row. The element inside it is for style sheets: a cell that spans the table cannot stay
    /// in view when the table scrolls, its content can.
    fn write_spanning(&mut self, content: &str, columns: usize, heads: bool) {
        self.out.push_str(if heads { "<th" } else { "<td" });
        self.out.push_str(" colspan=\"");
        escape::number(&mut self.out, columns as u64);
        self.out.push_str(if heads { "\" scope=\"rowgroup\"><span>" } else { "\"><span>" });
        self.out.push_str(content);
        self.out.push_str(if heads { "</span></th>" } else { "</span></td>" });
    }

    /// Starts a paragraph, if it is the caption of the table that just ended: `: Caption`.
    pub(super) fn start_caption(&mut self, at: &Range<usize>) -> bool {
        let Some(table) = self.captionable.take().filter(|table| table.end == self.out.len()) else { return false };
        if captions::caption(&self.body[at.start..]).is_none() {
            return false;
        }
        self.caption = Some(OpenCaption { table, start: self.out.len() });
        self.last = ' ';
        true
    }

    /// Moves the caption that was written into its table.
    pub(super) fn end_caption(&mut self, caption: OpenCaption, at: &Range<usize>) {
        let text = self.out.split_off(caption.start);
        let html = format!("<caption>{}</caption>\n", captions::caption(&text).unwrap_or(&text));
        self.out.insert_str(caption.table.caption, &html);
        if let Some(unit) = caption.table.unit {
            self.units[unit].html.end += html.len();
            self.units[unit].source.end = at.end;
        }
    }
}

/// Returns the caption in the last row of a table: a caption without a blank line above it.
fn caption_row<'t>(row: &[&'t str]) -> Option<&'t str> {
    let (first, rest) = row.split_first()?;
    captions::caption(first).filter(|_| rest.iter().all(|cell| cell.is_empty()))
}

/// Tells rows of data from those that span the table.
fn kinds(rows: &[&[&str]]) -> Vec<TableRow> {
    let spans = |row: &&[&str]| row.len() > 1 && !row[0].is_empty() && row[1..].iter().all(|cell| cell.is_empty());
    let mut kinds = vec![TableRow::Data; rows.len()];
    // A form that readers fill in has no data at all.
    if rows.iter().all(spans) {
        return kinds;
    }
    let mut next = TableRow::Note;
    for (kind, row) in kinds.iter_mut().zip(rows).rev() {
        if spans(row) {
            *kind = if next == TableRow::Note { TableRow::Note } else { TableRow::Head };
        }
        next = *kind;
    }
    kinds
}

/// Decides whether the first column names the rows: it is not aligned like numbers, and in each group of rows its cells
/// are filled and differ from each other.
fn names_rows(rows: &[&[&str]], kinds: &[TableRow], columns: &[Alignment]) -> bool {
    if columns.len() < 2 || columns[0] == Alignment::Right {
        return false;
    }
    let mut known = BTreeSet::new();
    rows.iter().zip(kinds).all(|(row, kind)| {
        if *kind != TableRow::Data {
            known.clear();
            return true;
        }
        !row[0].is_empty() && known.insert(row[0])
    })
}

#[cfg(test)]
mod tests {
    use super::super::options::{MarkdownLabels, MarkdownOptions};
    use super::super::{LinkTarget, RawHtml, RenderedBody, render};

    fn page(body: &str, html: RawHtml) -> RenderedBody {
        let labels = MarkdownLabels::default();
        let resolve = |_: &str, _| LinkTarget::Keep;
        render(body, &MarkdownOptions { html, prefix: "", labels: &labels, resolve: &resolve, credits: &[] })
    }

    /// Returns the rows of a table, without the tags around it.
    fn rows(body: &str) -> String {
        let html = page(body, RawHtml::Escape).html;
        let start = html.find("<table id=\"p1\">\n").expect("a table") + 16;
        html[start..html.find("</table>").expect("an end")].replace('\n', "")
    }

    fn body_rows(table: &str) -> String {
        let rows = rows(table);
        let start = rows.find("</thead>").expect("a head") + 8;
        rows[start..].to_owned()
    }

    #[test]
    fn the_first_column_names_rows() {
        let named = |table: &str| body_rows(table).contains("scope=\"row\"");
        assert_eq!(
            body_rows("|a|b|\n|-|-:|\n|x|1|\n|y|2|"),
            "<tbody><tr><th scope=\"row\">x</th><td class=\"a-r\">1</td></tr>\
             <tr><th scope=\"row\">y</th><td class=\"a-r\">2</td></tr></tbody>"
        );
        assert!(named("||b|\n|-|-|\n|x|1|"));
        // Equal or empty cells name nothing, and neither do numbers, or the only column.
        assert!(!named("|a|b|\n|-|-|\n|x|1|\n|x|2|"));
        assert!(!named("|a|b|\n|-|-|\n|x|1|\n||2|"));
        assert!(!named("|a|b|\n|-:|-|\n|1|x|\n|2|y|"));
        assert!(!named("|a|\n|-|\n|x|\n|y|"));
        // In another group, they may be the same.
        assert!(named("|a|b|\n|-|-|\n|Q||\n|x|1|\n|R||\n|x|2|"));
    }

    #[test]
    fn a_row_with_only_its_first_cell_heads_a_group() {
        assert_eq!(
            body_rows("|a|b|\n|-|-|\n|z|0|\n|**Q**||\n|x|1|\n|R||\n|S||\n|x|2|\n|end||"),
            "<tbody><tr><th scope=\"row\">z</th><td>0</td></tr></tbody>\
             <tbody><tr><th colspan=\"2\" scope=\"rowgroup\"><span><strong>Q</strong></span></th></tr>\
             <tr><th scope=\"row\">x</th><td>1</td></tr></tbody>\
             <tbody><tr><th colspan=\"2\" scope=\"rowgroup\"><span>R</span></th></tr>\
             <tr><th colspan=\"2\" scope=\"rowgroup\"><span>S</span></th></tr>\
             <tr><th scope=\"row\">x</th><td>2</td></tr>\
             <tr><td colspan=\"2\"><span>end</span></td></tr></tbody>"
        );
        let form =
            "<tbody><tr><th scope=\"row\">x</th><td></td></tr><tr><th scope=\"row\">y</th><td></td></tr></tbody>";
        assert_eq!(body_rows("|a|b|\n|-|-|\n|x||\n|y||"), form);
        assert_eq!(rows("||\n|-|"), "<thead><tr><td></td></tr></thead>");
    }

    #[test]
    fn captions() {
        let table = "|a|b|\n|-|-|\n|x|1|\n";
        let captioned = |below: &str| {
            let rows = rows(&format!("{table}{below}"));
            rows.strip_prefix("<caption>").and_then(|rows| rows.split("</caption>").next()).map(str::to_owned)
        };
        assert_eq!(captioned("\n: Results, *in percent*\n").as_deref(), Some("Results, <em>in percent</em>"));
        assert_eq!(captioned("\n\n\n:  Two\nlines\n").as_deref(), Some("Twolines"));
        assert_eq!(captioned(": No blank line\n").as_deref(), Some("No blank line"));
        assert_eq!(captioned("\n：調査結果\n").as_deref(), Some("調査結果"));
        assert_eq!(captioned("<!--+-->\n\n: Results\n").as_deref(), Some("Results"));
        for other in ["\n:smile: no\n", "\n:\n", "\nText\n\n: Late\n", "\n:: no\n", "\n- : no\n", "\n\\: no\n"] {
            assert_eq!(captioned(other), None, "{other:?}");
        }
        // Only one, and it is no block of its own.
        let body = page(&format!("{table}\n: One\n\n: Two\n\nText\n"), RawHtml::Escape);
        assert!(
            body.html.ends_with("</table></div>\n<p id=\"p2\">: Two</p>\n<p id=\"p3\">Text</p>\n"),
            "{}",
            body.html
        );
        assert_eq!((body.units.len(), body.blocks), (3, 3));
        assert_eq!(&body.html[body.units[0].html.clone()], &body.html[..body.units[1].html.start]);
        assert_eq!(body.text(0), "One\na\tb\nx\t1");
        // A table in a note or an item, and one that ends where another stretch of the page would.
        let noted = page(
            &format!("Text[^1].\n\n[^1]: Note\n\n    {}\n\n: No\n", table.replace('\n', "\n    ")),
            RawHtml::Escape,
        );
        assert!(noted.html.contains("<p id=\"p2\">: No</p>"), "{}", noted.html);
        let item = page(&format!("- Text\n\n  {}\n  : Yes\n", table.replace('\n', "\n  ")), RawHtml::Escape);
        assert!(item.html.contains("<caption>Yes</caption>"), "{}", item.html);
    }

    #[test]
    fn the_sanitizer_keeps_every_attribute() {
        let table = "|a|b|\n|-|-:|\n|**Q**||\n|x|1|\n|<b>y</b>|2|\n\n: Caption\n";
        let plain = page(table, RawHtml::Allow).html;
        let sanitized = page(table, RawHtml::Sanitize).html;
        assert_eq!(sanitized.replace('\n', ""), plain.replace('\n', ""));
    }
}
