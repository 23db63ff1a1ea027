//! References as text, in three styles for readers of English: the notes and bibliography of the *Chicago Manual of
//! Style* (17th edition), *Publication Manual* of the APA (7th edition), and *MLA Handbook* (9th edition).
//!
//! Each is the entry of a bibliography for a translated article of a newspaper in an online archive, as citeproc makes
//! it with the styles of CSL, except where the manuals differ from those:
//!
//! - An article without a byline begins with the newspaper (Chicago 14.199) or with its headline (MLA), not with the
//!   translator.
//! - In MLA, the translator of an article follows the headline, and the archive stands before the address.
//! - The section is not printed: it is the archive's, not the newspaper's.
//! - The capitals of a headline stay as they are.

use super::line::CitationLine;
use super::names::{NameForm, NameList};
use super::reference::{Reference, Work};
use crate::base::date::Day;

const CHICAGO: NameList = NameList {
    first: NameForm::Inverted,
    others: NameForm::Natural,
    and: " and ",
    most: 10,
    kept: 7,
    keeps_last: false,
};
const APA: NameList = NameList {
    first: NameForm::InvertedInitials,
    others: NameForm::InvertedInitials,
    and: " & ",
    most: 20,
    kept: 19,
    keeps_last: true,
};
const MLA: NameList = NameList {
    first: NameForm::Inverted,
    others: NameForm::Natural,
    and: " and ",
    most: 2,
    kept: 1,
    keeps_last: false,
};

/// The names of months, and their short forms in MLA.
const MONTHS: [(&str, &str); 12] = [
    ("January", "Jan."),
    ("February", "Feb."),
    ("March", "Mar."),
    ("April", "Apr."),
    ("May", "May"),
    ("June", "June"),
    ("July", "July"),
    ("August", "Aug."),
    ("September", "Sept."),
    ("October", "Oct."),
    ("November", "Nov."),
    ("December", "Dec."),
];

fn month(date: Day) -> (&'static str, &'static str) {
    MONTHS[usize::from(date.month().unsigned_abs() - 1) % 12]
}

/// Writes an entry of a bibliography in the style of Chicago, as HTML.
pub fn chicago(reference: &Reference) -> String {
    let mut line = CitationLine::new(reference.language);
    let signed = !reference.authors.is_empty();
    if signed {
        CHICAGO.write(&reference.authors, &mut line);
    } else {
        line.italic(&reference.newspaper);
    }
    line.point();
    line.words(" ");
    line.quoted(reference.title);
    credit(reference, &CHICAGO, &mut line);
    line.words(" ");
    if signed {
        line.italic(&reference.newspaper);
        line.words(", ");
    }
    let date = reference.date;
    line.words(&format!("{} {}, {}", month(date).0, date.day(), date.year()));
    if let Some(edition) = reference.place.edition {
        line.words(", ");
        line.value(edition);
        line.words(" edition");
    }
    line.point();
    line.words(" ");
    line.value(reference.archive);
    line.point();
    if let Some(url) = &reference.url {
        line.words(&format!(" {url}."));
    }
    line.into_html()
}

/// Says who translated or summarised the article.
fn credit(reference: &Reference, style: &NameList, line: &mut CitationLine) {
    if reference.translators.is_empty() {
        return;
    }
    line.words(match reference.work {
        Work::Translation => " Translated by ",
        Work::Summary => " Summarized by ",
    });
    NameList { first: style.others, ..*style }.write(&reference.translators, line);
    line.point();
}

/// Writes an entry of a list of references in the style of the APA, as HTML.
pub fn apa(reference: &Reference) -> String {
    let mut line = CitationLine::new(reference.language);
    let date = reference.date;
    let dated = |line: &mut CitationLine| line.words(&format!(" ({}, {} {}).", date.year(), month(date).0, date.day()));
    if reference.authors.is_empty() {
        titled(reference, &mut line);
        dated(&mut line);
    } else {
        APA.write(&reference.authors, &mut line);
        line.point();
        dated(&mut line);
        line.words(" ");
        titled(reference, &mut line);
    }
    line.words(" ");
    line.italic(&reference.newspaper);
    if let Some(issue) = reference.place.issue {
        line.words(", (");
        line.value(issue);
        line.words(")");
    }
    if let Some(pages) = reference.place.pages {
        line.words(", ");
        line.value(&ranges(pages));
    }
    line.point();
    line.words(" ");
    line.value(reference.archive);
    line.point();
    if let Some(url) = &reference.url {
        line.words(&format!(" {url}"));
    }
    line.into_html()
}

/// Writes the headline, and who translated the article, as the APA has it.
fn titled(reference: &Reference, line: &mut CitationLine) {
    const OTHERS: NameList = NameList { first: NameForm::Initials, others: NameForm::Initials, ..APA };
    line.value(reference.title);
    let (open, close) = match reference.work {
        _ if reference.translators.is_empty() => return line.point(),
        Work::Translation => (" (", ", Trans.)."),
        Work::Summary => (" [Summary by ", "]."),
    };
    line.words(open);
    OTHERS.write(&reference.translators, line);
    line.words(close);
}

/// Writes an entry of a list of works cited in the style of the MLA, as HTML.
pub fn mla(reference: &Reference) -> String {
    let mut line = CitationLine::new(reference.language);
    if !reference.authors.is_empty() {
        MLA.write(&reference.authors, &mut line);
        line.point();
        line.words(" ");
    }
    line.quoted(reference.title);
    credit(reference, &MLA, &mut line);
    line.words(" ");
    line.italic(&reference.newspaper);
    if let Some(edition) = reference.place.edition {
        line.words(", ");
        line.value(edition);
        line.words(" ed.");
    }
    if let Some(issue) = reference.place.issue {
        line.words(", no. ");
        line.value(issue);
    }
    let date = reference.date;
    line.words(&format!(", {} {} {}", date.day(), month(date).1, date.year()));
    if let Some(pages) = reference.place.pages {
        let several = pages.contains(['-', '–', ',', '&']);
        line.words(if several { ", pp. " } else { ", p. " });
        line.value(&ranges(pages));
    }
    line.point();
    line.words(" ");
    line.italic(reference.archive);
    match &reference.url {
        Some(url) => line.words(&format!(", {url}.")),
        None => line.point(),
    }
    line.into_html()
}

/// Writes ranges of pages with a dash.
fn ranges(pages: &str) -> String {
    let mut out = String::with_capacity(pages.len() + 4);
    let mut before = ' ';
    let mut rest = pages.chars().peekable();
    while let Some(c) = rest.next() {
        let between = before.is_ascii_alphanumeric() && rest.peek().is_some_and(char::is_ascii_alphanumeric);
        out.push(if c == '-' && between { '–' } else { c });
        before = c;
    }
    out
}
