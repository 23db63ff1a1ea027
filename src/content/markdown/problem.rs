//! What is wrong with a body, and where. It must not know files or the wording of messages.

use std::ops::Range;

/// A problem that the author should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkdownProblem {
    /// The byte range in the body.
    pub at: Range<usize>,
    pub kind: ProblemKind,
}

/// The kind of a problem, with the text that a message quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The scheme is not allowed; only the text of the link is printed.
    BadScheme(String),
    /// A link contains a user or a password; only its text is printed.
    SecretInLink,
    /// A mark `[^label]` has no footnote.
    UnknownFootnote(String),
    /// A footnote has no mark. It is printed after the others.
    UnusedFootnote(String),
    /// Two footnotes have the same label. The second is printed after the others.
    DuplicateFootnote(String),
    /// `{#id}` is not a valid id, is taken, or is reserved. The heading gets a default id.
    BadHeadingId(String),
    /// A mark such as `<!--^-->` says nothing here: as written, and why.
    MisplacedMark(String, MarkMistake),
    /// An id such as `<!--#p3a-->` cannot be that of its block: as written, and why. The block gets the next number.
    BadBlockId(String, BlockIdMistake),
    /// Raw HTML is printed as text.
    EscapedHtml,
    ImageWithoutAlt,
    /// An `<img>` has no alternative text.
    TagWithoutAlt,
    /// The sanitizer removes tags and attributes of one line.
    RemovedHtml(Vec<String>),
    /// Syntax of another program is printed as text.
    Foreign(ForeignSyntax),
    /// Browsers do not show pictures of this type.
    UnshownPicture(&'static str),
    /// U+202A to U+202E make text read in another order than it is stored.
    BidiOverride,
    /// A reference such as `&#8;` to a character that no page or feed can contain: as written, and its number.
    BadReference(String, u32),
    /// `<!--` has no `-->`. The text after it is not printed.
    UnclosedComment,
    /// The body is larger than 4 MB. Nothing is rendered.
    TooLarge,
    /// The rendered HTML is too large.
    Swollen,
    /// A line opens too many blocks (see `parser_guard`). Nothing is rendered.
    TooComplex,
    /// Blocks or emphasis are nested too deep. The deeper levels are flattened.
    TooDeep,
    /// The parser failed. Nothing is rendered.
    Unreadable,
}

/// Why a mark of a block says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkMistake {
    /// No block is before it.
    First,
    /// Other text of its block follows.
    Within,
    /// It is in a list inside an item, which is part of the item.
    Nested,
    InNote,
    /// It is on a block inside HTML such as `<details>`, which is one block.
    Enclosed,
    /// Its block has another mark.
    Second,
}

/// Why a block cannot have an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockIdMistake {
    /// The mark is not at the end of a block with a number.
    NoBlock,
    /// The block is a heading.
    Heading,
    /// Another block or heading has the id, or the block has another id mark.
    Taken,
    /// The number is less than that of the block before it, which is this.
    Passed(u32),
    /// It has letters, and the block before it has this lower number.
    Ahead(u32),
}

/// Syntax of another program, as written.
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
    /// A table without the delimiter row below its head.
    Table,
    SpaceInAddress(String),
    /// `=300x200` after an address.
    PictureSize(String),
}
