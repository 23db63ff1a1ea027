//! What a format makes of a source: texts with typed values. Addresses and paths are still those of the source.

use std::collections::BTreeMap;

use super::notes::Notes;

/// A whole source, read.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    pub site: ImportedSite,
    pub texts: Vec<ImportedText>,
    /// Files that articles show or link, by their path in the source, with the old addresses under which they were
    /// served (`/img/a.png`). Those that nothing uses are not copied.
    pub assets: BTreeMap<String, Vec<String>>,
    pub notes: Notes,
}

/// What the source says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedSite {
    pub title: Option<String>,
    pub description: Option<String>,
    pub base_url: Option<String>,
    /// As the source names it; `finish/languages.rs` makes a tag of it.
    pub language: Option<String>,
    pub timezone: Option<String>,
}

/// Which text of an article it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextRole {
    /// The format does not know. With other texts in its group, the site's language decides.
    #[default]
    Unknown,
    Translation,
    Original,
}

/// What becomes of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Publication {
    #[default]
    Article,
    Draft,
    /// A standalone page, such as "About".
    Page,
}

/// A text: one article in one language.
#[derive(Clone, Debug, Default)]
pub struct ImportedText {
    /// The path of its file in the source; for a post of an export or a page among many, with `#` and its number.
    pub from: String,
    /// Texts of one group are one article in several languages. Empty: it is alone.
    pub group: String,
    /// As the source names it; `None`: the language of the source.
    pub language: Option<String>,
    pub role: TextRole,
    pub publication: Publication,
    pub title: String,
    /// Dates as `2021-03-24` or RFC 3339 (`import/dates.rs` reads what people write). `date` is the day of the source.
    pub date: Option<String>,
    pub posted: Option<String>,
    pub updated: Option<String>,
    pub expires: Option<String>,
    pub summary: Option<String>,
    /// Paths from the top: `["International", "Asia"]`. The first is the primary section.
    pub sections: Vec<Vec<String>>,
    pub tags: Vec<String>,
    pub sources: Vec<String>,
    pub credits: Vec<ImportedCredit>,
    pub original: ImportedOriginal,
    pub slug: Option<String>,
    /// Every address under which it was served, as paths: `/2021/03/24/ministers/`. The first is the main one.
    pub addresses: Vec<String>,
    /// `kind`, `extent`, `genre`, `issue`, `edition`, `page`, `time`, `dateline`: keys of front matter whose values are
    /// plain texts.
    pub fields: BTreeMap<&'static str, String>,
    /// The licence of the translation.
    pub rights: Option<String>,
    /// The picture that stands for the article: an address or, with `source:`, a path in the source.
    pub cover: Option<String>,
    /// What no field holds, by key.
    pub extra: BTreeMap<String, ExtraValue>,
    /// What an export by Recto says of the text (`own.rs` reads it).
    pub own: Option<OwnFrontMatter>,
    /// Markdown. A link or picture to a file of the source is `source:PATH`, percent-encoded, with its `#fragment`.
    pub body: String,
    /// The line of the file on which the body starts, from 1, for notes.
    pub body_line: usize,
}

/// What an export by Recto says of a text. Its keys go into the front matter as they are, in the place of any others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnFrontMatter {
    /// The path below `content/`: `articles/2021/03/a.ja.md`.
    pub file: String,
    /// Whether it is an original or a further translation beside an article, which takes most keys from the article.
    pub is_sibling: bool,
    pub keys: BTreeMap<String, ExtraValue>,
}

/// What is known of the original.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedOriginal {
    pub language: Option<String>,
    pub title: Option<String>,
    pub url: Option<String>,
    pub archive_url: Option<String>,
    pub date: Option<String>,
    pub page: Option<String>,
    pub author_url: Option<String>,
    pub revision: Option<String>,
}

/// Who did what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportedCredit {
    pub role: CreditRole,
    pub person: ImportedPerson,
}

/// The part that a person has in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CreditRole {
    Author,
    Translator,
    Reviewer,
    Editor,
    Collector,
}

/// A person as a source names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportedPerson {
    pub name: String,
    pub family: Option<String>,
    /// "staff writer".
    pub role: Option<String>,
    /// Their profile. Persons with the same one are one record.
    pub url: Option<String>,
}

/// A value of `extra`.
#[derive(Clone, Debug, PartialEq)]
pub enum ExtraValue {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    List(Vec<ExtraValue>),
    Table(BTreeMap<String, ExtraValue>),
}
