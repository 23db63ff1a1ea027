//! Writes footnotes: their marks in the text, and the section at the end. `footnotes.rs` numbers them and keeps them
//! until the body ends.

use super::escape;
use super::footnotes;
use super::problem::ProblemKind;
use super::translator_notes;
use super::unit::{Name, UnitKind};
use super::writer::Writer;
use std::ops::Range;

/// The maximum length of a label after `[^`.
const LABEL: usize = 80;

impl Writer<'_> {
    pub(super) fn note_mark(&mut self, label: &str, at: &Range<usize>) {
        self.settle(at.start);
        if self.image.is_some() {
            return;
        }
        let (number, mark) = self.notes.mark(label, at.clone());
        let linked = !self.links.contains(&true);
        self.out.push_str(if linked { "<sup><a href=\"#" } else { "<sup" });
        if linked {
            footnotes::note_id(&mut self.out, self.options.prefix, number);
            self.out.push('"');
        }
        self.out.push_str(" id=\"");
        self.out.push_str(self.mark);
        footnotes::mark_id(&mut self.out, self.options.prefix, number, mark);
        self.out.push_str(if linked { "\" role=\"doc-noteref\">" } else { "\">" });
        escape::number(&mut self.out, number as u64);
        self.out.push_str(if linked { "</a></sup>" } else { "</sup>" });
        if let Some(figure) = &mut self.figure {
            figure.others = true;
        }
    }

    /// Reports `[^label]` that remained text: a mark without a footnote.
    pub(super) fn look_for_mark(&mut self, text: &str, at: &Range<usize>) {
        if text != "[" || self.code.is_some() {
            return;
        }
        let Some(rest) = self.body[at.start..].strip_prefix("[^") else {
            return;
        };
        let label: &str = &rest[..rest.floor_char_boundary(LABEL)];
        if let Some((label, _)) = label.split_once(']')
            && !label.is_empty()
            && !label.contains(|c: char| c.is_whitespace() || c == '[')
        {
            let at = at.start..at.start + label.len() + 3;
            self.problem(&at, ProblemKind::UnknownFootnote(label.to_owned()));
        }
    }

    pub(super) fn write_notes(&mut self) {
        let notes = std::mem::take(&mut self.notes).finish();
        if notes.is_empty() {
            return;
        }
        let prefix = self.options.prefix;
        self.open_unit(UnitKind::Notes, &(self.body.len()..self.body.len()));
        self.out.push_str("<section");
        self.class("footnotes");
        for attribute in [" role=\"doc-endnotes\" aria-labelledby=\"", ">\n<h2 id=\""] {
            self.out.push_str(attribute);
            self.out.push_str(self.mark);
            self.out.push_str(prefix);
            self.out.push_str("fn-heading\"");
        }
        self.label_language();
        self.out.push('>');
        escape::text(&mut self.out, &self.options.labels.footnotes);
        self.out.push_str("</h2>\n<ol>\n");
        for (i, note) in notes.into_iter().enumerate() {
            self.write_note(i + 1, note);
        }
        self.out.push_str("</ol>\n</section>\n");
        self.close_unit();
    }

    fn write_note(&mut self, number: usize, note: footnotes::Footnote) {
        self.open_unit(UnitKind::Note, &note.source);
        self.name_unit(Name::Note(number));
        self.out.push_str("<li id=\"");
        self.out.push_str(self.mark);
        footnotes::note_id(&mut self.out, self.options.prefix, number);
        self.out.push('"');
        if note.html.as_deref().is_some_and(translator_notes::is_one) {
            self.class(translator_notes::CLASS);
        }
        self.out.push('>');
        if note.duplicate {
            self.problem(&note.at, ProblemKind::DuplicateFootnote(note.label));
        } else if note.marks == 0 {
            self.problem(&note.at, ProblemKind::UnusedFootnote(note.label));
        } else if note.html.is_none() {
            self.problem(&note.at, ProblemKind::UnknownFootnote(note.label));
        }
        let html = note.html.unwrap_or_default();
        let (inside, end) = match html.strip_suffix("</p>\n") {
            Some(inside) => (inside, "</p>\n"),
            None => (html.as_str(), ""),
        };
        self.out.push_str(inside);
        for mark in 1..=note.marks {
            self.out.push_str(" <a href=\"#");
            footnotes::mark_id(&mut self.out, self.options.prefix, number, mark);
            self.out.push_str("\" role=\"doc-backlink\"");
            self.label_language();
            self.out.push_str(" aria-label=\"");
            escape::attribute(&mut self.out, &self.options.labels.back_to_text);
            self.out.push(' ');
            escape::number(&mut self.out, number as u64);
            if mark > 1 {
                self.out.push('-');
                escape::number(&mut self.out, u64::from(mark));
            }
            self.out.push_str("\">\u{21a9}\u{fe0e}</a>");
        }
        self.out.push_str(end);
        self.out.push_str("</li>\n");
        self.close_unit();
    }
}
