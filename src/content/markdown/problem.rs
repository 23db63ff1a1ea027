//! What is wrong with a body, and where.

use std::ops::Range;

/// Something that the author should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkdownProblem {
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
    Foreign(ForeignSyntax),
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
pub enum ForeignSyntax {
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
