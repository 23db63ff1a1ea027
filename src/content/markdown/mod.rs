//! Markdown: the body of one article becomes HTML, plain text or a list of its links.
//!
//! Why a room of its own: the body is the only text in the archive that others write freely, so all that makes it safe
//! is here, behind four functions. This room alone knows pulldown-cmark, syntect and ammonia. It must not know what a
//! site is: where a link leads is asked of `Options::resolve`, interface words come in `Options::labels`.
//!
//! What is promised of `render`: the same input gives the same bytes; every text, attribute and URL is escaped; every id
//! is unique in the page (given another prefix for a second body); no input panics, recurses or takes more than linear
//! time within the limits below.

// Characters, addresses, limits: each alone.
mod charrefs;
mod cjk;
mod escape;
mod guard;
mod highlight;
mod marks;
mod tags;
mod url;

// What is written otherwise than the parser reads it.
mod comments;
mod ruby;

// What a rendering is made of.
mod events;
mod sanitize;
mod ids;
mod notes;
mod permitted;
mod foreign;

// The two readings of a body: as plain text, and as HTML with the state that this needs.
mod plain;
mod writer;

// Writing inside a paragraph, images, and what stands at the end of the page.
mod endnotes;
mod inline;
mod figure;
mod raw;

// Writing blocks; the way through.
mod render;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub use crate::base::config::RawHtml;

/// How a destination is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Link,
    Image,
    /// A film, its poster, one of several pictures: shown as it is.
    Media,
}

/// The caller's answer to a destination.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// It stays as written.
    Keep,
    /// It is replaced by this address (not yet escaped).
    To(String),
    /// The same for an image, with what is known of it.
    Shown(Box<Shown>),
    /// The link's text, or the image's alternative text, is printed without a link.
    Drop,
}

/// An image as it is to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown {
    pub address: String,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
    /// Addresses and widths of all that browsers may choose from, the narrowest first; none where there is no choice.
    pub choice: Vec<(String, u32)>,
    /// How wide it is on the page, for that choice.
    pub sizes: &'static str,
}

/// Whose an image is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The image's destination as written.
    pub dest: Box<str>,
    pub text: String,
    /// What may be done with it, and where that is said.
    pub rights: Option<(String, Option<String>)>,
}

/// How a body is to be rendered.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    pub html: RawHtml,
    /// Put before every id: "" for the translation, "o-" for an original on the same page. Letters and hyphens only.
    pub prefix: &'a str,
    pub labels: &'a Labels,
    /// Asked for every destination whose scheme is allowed, e-mail autolinks excepted.
    pub resolve: &'a dyn Fn(&str, Use) -> Target,
    /// Whose images are.
    pub credits: &'a [Credit],
}

/// Interface words, in the language of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// Language tag and direction of these words, where they differ from the text's.
    pub language: Option<(String, &'static str)>,
    pub note: String,
    pub tip: String,
    pub important: String,
    pub warning: String,
    pub caution: String,
    /// Heading of the notes at the end.
    pub footnotes: String,
    /// Accessible name of a back-link; its number follows.
    pub back_to_text: String,
    /// Accessible name of a table's scroll region; its number follows.
    pub table: String,
    /// Accessible names of a task's box.
    pub task_done: String,
    pub task_open: String,
    /// Credit of an image, with `{credit}` in the place of who is credited.
    pub image_credit: String,
}

impl Default for Labels {
    fn default() -> Self {
        Labels {
            language: None,
            note: "Note".into(),
            tip: "Tip".into(),
            important: "Important".into(),
            warning: "Warning".into(),
            caution: "Caution".into(),
            footnotes: "Notes".into(),
            back_to_text: "Back to text".into(),
            table: "Table".into(),
            task_done: "Done".into(),
            task_open: "Not done".into(),
            image_credit: "Image: {credit}".into(),
        }
    }
}

/// A rendered body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    pub html: String,
    /// How many blocks carry an id `p1`, `p2`, …
    pub blocks: u32,
    pub headings: Vec<Heading>,
    /// The credits that were printed, by number.
    pub credited: Vec<usize>,
    pub problems: Vec<Problem>,
}

/// A heading as printed: the first is level 2, since the page's only h1 is the headline; the others follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub level: u8,
    pub id: String,
    pub text: String,
}

/// Something that the author should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Bytes in the body.
    pub at: Range<usize>,
    pub kind: ProblemKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// This scheme is not allowed here; the link became its text.
    BadScheme(String),
    /// A link with a user or a password in it; it became its text.
    SecretInLink,
    /// A mark `[^label]` without a note.
    UnknownFootnote(String),
    /// A note without a mark; it is printed after the others.
    UnusedFootnote(String),
    /// A second note with the same label; it is printed after the others.
    DuplicateFootnote(String),
    /// `{#id}` is not a valid id, is taken, or is reserved; the heading has its own.
    BadHeadingId(String),
    /// Raw HTML was printed as text.
    EscapedHtml,
    ImageWithoutAlt,
    /// The same of an `<img>`.
    TagWithoutAlt,
    /// Tags and attributes in one line that the sanitiser does not let through.
    RemovedHtml(Vec<String>),
    /// What another program would read, and this one prints.
    Foreign(Foreign),
    /// A picture of a type that browsers do not show.
    UnshownPicture(&'static str),
    /// U+202A to U+202E: text that reads in another order than it is stored.
    BidiOverride,
    /// `&#8;`: what no page and no feed can hold, as it is written, and its number.
    BadReference(String, u32),
    /// `<!--` without `-->`: what follows is not printed.
    UnclosedComment,
    /// More than 4 MB: nothing was rendered.
    TooLarge,
    /// What is made of it is.
    Swollen,
    /// A line that opens more blocks than any text has (see `guard`): nothing was rendered.
    TooComplex,
    /// Blocks or emphasis nested deeper than any reader could follow: the rest was flattened.
    TooDeep,
    /// A fault of the parser: nothing was rendered.
    Unreadable,
}

/// A habit from another program, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foreign {
    EmptyLink,
    EmptyImage,
    /// `{{< figure >}}`
    Shortcode(String),
    /// `{{ site.url }}`, `{% include x %}`
    TemplateTag(String),
    /// `[[page]]`
    WikiLink(String),
    /// `![[picture.jpg]]`
    Embed(String),
    /// `{: .lead}`
    Attributes(String),
    /// A table without the row below its head.
    Table,
    SpaceInAddress(String),
    /// `=300x200` behind an address.
    PictureSize(String),
}

/// One destination in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// As written, entities and escapes decoded; `mailto:` put before an e-mail autolink.
    pub dest: String,
    pub at: Range<usize>,
    pub usage: Use,
}

/// The body as HTML.
pub fn render(body: &str, options: &Options) -> Rendered {
    if let Err(problem) = guard::admit(body) {
        return Rendered { problems: vec![problem], ..Rendered::default() };
    }
    guard::contain(|| render::render(body, options)).unwrap_or_else(|| Rendered {
        problems: vec![Problem { at: 0..body.len(), kind: ProblemKind::Unreadable }],
        ..Rendered::default()
    })
}

/// All link and image destinations, in order; those in raw HTML where it is printed as such. Costs nothing for a body that
/// can have none.
pub fn references(body: &str, html: RawHtml) -> Vec<Reference> {
    if !plain::may_refer(body) || guard::admit(body).is_err() {
        return Vec::new();
    }
    guard::contain(|| plain::references(body, html)).unwrap_or_default()
}

/// The ids that links to the body can name.
pub fn ids(body: &str, html: RawHtml) -> Vec<String> {
    let keep = |_: &str, _| Target::Keep;
    let labels = Labels::default();
    let options = Options { html, prefix: "", labels: &labels, resolve: &keep, credits: &[] };
    anchors(&render(body, &options).html)
}

/// The ids in a page of HTML.
pub fn anchors(html: &str) -> Vec<String> {
    tags::ids(html)
}

/// The id that a fragment of a link means: notes as other programs number them (`fn:1`, `fn1`) are ours (`fn-1`).
pub fn fragment(written: &str) -> Cow<'_, str> {
    for name in ["fnref", "fn"] {
        let number = written.strip_prefix(name).map(|rest| rest.strip_prefix(':').unwrap_or(rest));
        if let Some(number) = number.filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
            return Cow::Owned(format!("{name}-{number}"));
        }
    }
    Cow::Borrowed(written)
}

/// Whether a fragment names no id: the top of the page, or words in it.
pub fn is_no_id(fragment: &str) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case("top") || fragment.starts_with(":~:")
}

/// The first words of the body's paragraphs as plain text, with "…" where they were cut. In Chinese and Japanese a
/// character counts as two fifths of a word, in scripts without spaces as three tenths. `<!--more-->` ends it. Reads only
/// as much of the body as it needs.
pub fn excerpt(body: &str, words: usize) -> Option<String> {
    guard::contain(|| plain::excerpt(body, words)).flatten()
}

/// The first paragraph as plain text, at most `chars` characters, "…" included where it was cut.
pub fn first_block(body: &str, chars: usize) -> Option<String> {
    guard::contain(|| plain::first_block(body, chars)).flatten()
}
