//! The rest of an article's front matter, which only its own page prints. It must not know other articles.
//!
//! It is read together with the card when a site is indexed, to find problems early, and then dropped. It is read
//! again when the article's page is rendered. Keeping it would cost more memory than the second reading costs time.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use super::correction::{self, WrittenCorrection};
use super::front_matter;
use super::person::{self, Person};
use super::printed_url;
use crate::base::date::Day;
use crate::base::diag::Diagnostics;
use crate::base::reader::Reader;
use crate::base::{locale, problem, weburl};

/// The values that only the article's own page shows.
#[derive(Clone, Debug, Default)]
pub struct Details {
    pub summary: Option<Box<str>>,
    pub authors: Box<[Person]>,
    /// The translators, if one of them has more than a name.
    pub translators: Box<[Person]>,
    pub editors: Box<[Person]>,
    pub reviewers: Box<[Person]>,
    /// Who found the original and proposed it for translation.
    pub collectors: Box<[Person]>,
    pub dateline: Option<Box<str>>,
    pub page: Option<Box<str>>,
    pub time: Option<Box<str>>,
    pub issue: Option<Box<str>>,
    pub edition: Option<Box<str>>,
    pub original: Option<OriginalDetails>,
    pub rights: Option<Rights>,
    pub corrections: Vec<WrittenCorrection>,
    pub images: Vec<ImageCredit>,
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// The table `[original]`.
#[derive(Clone, Debug, Default)]
pub struct OriginalDetails {
    pub lang: Option<Box<str>>,
    pub title: Option<Box<str>>,
    pub url: Option<Box<str>>,
    pub archive_url: Option<Box<str>>,
    /// The version that was translated: a commit, a number, a date.
    pub revision: Option<Box<str>>,
    pub page: Option<Box<str>>,
    pub date: Option<Day>,
}

impl OriginalDetails {
    /// Returns whether only the language is given.
    pub fn is_language_alone(&self) -> bool {
        let OriginalDetails { lang: _, title, url, archive_url, revision, page, date } = self;
        [title, url, archive_url, revision, page].into_iter().all(Option::is_none) && date.is_none()
    }
}

/// The table `[rights]`. Each value is an SPDX id, a URL or text.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    pub translation: Option<Box<str>>,
    pub original: Option<Box<str>>,
    pub note: Option<Box<str>>,
}

/// One of `[[images]]`.
#[derive(Clone, Debug)]
pub struct ImageCredit {
    /// The destination as written in the text.
    pub src: Box<str>,
    pub at: Range<usize>,
    pub credit: Box<str>,
    /// An SPDX id, a URL or text.
    pub rights: Option<Box<str>>,
}

/// Reads all keys except the card's.
pub fn read(r: &mut Reader) -> Details {
    let mut authors = person::people(r, "author");
    let original = original(r, &mut authors);
    Details {
        summary: r.text("summary"),
        authors,
        translators: person::in_tables(r, "translator"),
        editors: person::helpers(r, "editor"),
        reviewers: person::helpers(r, "reviewer"),
        collectors: person::helpers(r, "collector"),
        dateline: dateline(r),
        page: r.text("page"),
        time: r.text("time"),
        issue: r.text("issue"),
        edition: r.text("edition"),
        original,
        rights: rights(r),
        corrections: correction::read(r),
        images: images(r),
        extra: r.extra("extra"),
    }
}

/// Returns the details and the body of a file that was read before without errors. If it has changed since, reports
/// its problems now.
pub fn load<'a>(file: &Arc<str>, text: &'a str) -> Result<(Details, &'a str, usize), Diagnostics> {
    let parts = front_matter::split(file, text)?;
    let problems = RefCell::new(Diagnostics::new());
    let details = read(&mut front_matter::reader(file, &parts, &problems));
    Ok((details, parts.body, parts.body_at))
}

/// Reads a dateline. An array is joined to one string.
fn dateline(r: &mut Reader) -> Option<Box<str>> {
    let parts = r.texts("dateline");
    (!parts.is_empty()).then(|| parts.join(", ").into())
}

/// Reads the table `[original]`. Its `author_url` is the page of the first author who has none.
fn original(r: &mut Reader, authors: &mut [Person]) -> Option<OriginalDetails> {
    let mut table = r.table("original")?;
    let author_url = printed_url::read(&mut table, "author_url");
    if let Some(author) = authors.iter_mut().find(|author| author.url.is_none()) {
        author.url = author_url;
    }
    // The card has read these keys.
    table.node("publish");
    table.node("layout");
    let original = OriginalDetails {
        lang: table.text("lang").and_then(|l| locale::canonical_tag(&l)).map(Into::into),
        title: table.text("title"),
        url: printed_url::read(&mut table, "url"),
        archive_url: printed_url::read(&mut table, "archive_url"),
        revision: table.text("revision"),
        page: table.text("page"),
        date: table.date("date").map(|d| d.value.day()),
    };
    table.finish();
    Some(original)
}

fn rights(r: &mut Reader) -> Option<Rights> {
    let mut table = r.table("rights")?;
    let rights = Rights {
        translation: licence(&mut table, "translation"),
        original: licence(&mut table, "original"),
        note: licence(&mut table, "note"),
    };
    table.finish();
    Some(rights)
}

/// Reads a text that may be a URL.
fn licence(r: &mut Reader, key: &'static str) -> Option<Box<str>> {
    let text = r.string(key)?;
    let secret = weburl::looks_secret(text.value);
    if secret {
        r.problems.borrow_mut().push(problem::secret_in_url(r.span(&text.at), key));
    }
    (!secret).then(|| text.value.into())
}

fn images(r: &mut Reader) -> Vec<ImageCredit> {
    let mut out = Vec::new();
    for mut table in r.tables("images") {
        let src = table.string("src");
        if src.is_none() {
            table.missing("src", "src = \"harbour.jpg\"");
        }
        let credit = licence(&mut table, "credit");
        if credit.is_none() {
            table.missing("credit", "credit = \"A. Person / The Harbour Gazette\"");
        }
        let rights = licence(&mut table, "rights");
        table.finish();
        if let (Some(src), Some(credit)) = (src, credit) {
            out.push(ImageCredit { src: src.value.into(), at: src.at, credit, rights });
        }
    }
    out
}

/// The keys that a sibling may set itself. The others come from the article.
#[derive(Clone, Debug, Default)]
pub struct SiblingDetails {
    pub title: Option<Box<str>>,
    pub authors: Box<[Person]>,
    pub translators: Box<[Person]>,
    pub summary: Option<Box<str>>,
}

/// Reads everything of a sibling except its card's keys.
pub fn read_sibling(r: &mut Reader) -> SiblingDetails {
    let (authors, translators) = (person::people(r, "author"), person::in_tables(r, "translator"));
    SiblingDetails { title: r.text("title"), authors, translators, summary: r.text("summary") }
}

/// Like [`load`], for a sibling.
pub fn load_sibling<'a>(file: &Arc<str>, text: &'a str) -> Result<(SiblingDetails, &'a str, usize), Diagnostics> {
    let parts = front_matter::split(file, text)?;
    let problems = RefCell::new(Diagnostics::new());
    let details = read_sibling(&mut front_matter::reader(file, &parts, &problems));
    Ok((details, parts.body, parts.body_at))
}
