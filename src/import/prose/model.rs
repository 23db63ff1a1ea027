//! The blocks and inlines of a text.

/// A text: its blocks, and its notes by label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    pub blocks: Vec<Block>,
    pub notes: Vec<(String, Vec<Block>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Paragraph(Vec<Inline>),
    Heading {
        level: u8,
        /// An id that links use.
        id: Option<String>,
        content: Vec<Inline>,
    },
    Quote(Vec<Block>),
    List {
        /// The first number, if it is a numbered list.
        start: Option<u64>,
        items: Vec<ListItem>,
    },
    Code {
        language: Option<String>,
        text: String,
    },
    Rule,
    Table(Table),
    /// Permitted HTML. It starts with the tag of a block.
    Html(String),
    /// `<!--more-->`.
    More,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListItem {
    /// Whether a task is done, if it is one.
    pub task: Option<bool>,
    pub blocks: Vec<Block>,
}

/// A table. All rows may have different lengths; missing cells are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub caption: Vec<Inline>,
    /// May be empty: then the columns have no headers.
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub alignments: Vec<ColumnAlignment>,
}

pub type Cell = Vec<Inline>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnAlignment {
    #[default]
    Unset,
    Left,
    Center,
    Right,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Text as it is, not escaped. White space in it collapses as in HTML.
    Text(String),
    Break,
    Code(String),
    Styled(Style, Vec<Inline>),
    Link {
        address: String,
        content: Vec<Inline>,
    },
    Image {
        address: String,
        alt: String,
        caption: String,
    },
    /// Words with their readings.
    Ruby(Vec<(String, String)>),
    /// The mark of a note, by its label.
    NoteMark(String),
    /// A permitted element without Markdown, such as `<sup>`.
    Element {
        name: &'static str,
        attributes: Vec<(&'static str, String)>,
        content: Vec<Inline>,
    },
    More,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Strong,
    Emphasis,
    Struck,
}

/// Returns the text of inlines, with white space collapsed and without marks of notes.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    collect(inlines, &mut text);
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn collect(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(words) | Inline::Code(words) => text.push_str(words),
            Inline::Break => text.push(' '),
            Inline::Styled(_, content) | Inline::Link { content, .. } | Inline::Element { content, .. } => {
                collect(content, text);
            }
            Inline::Image { alt, .. } => text.push_str(alt),
            Inline::Ruby(pairs) => pairs.iter().for_each(|(word, _)| text.push_str(word)),
            Inline::NoteMark(_) | Inline::More => {}
        }
    }
}

/// Returns whether inlines print nothing.
pub fn is_blank(inlines: &[Inline]) -> bool {
    inlines.iter().all(|inline| match inline {
        Inline::Text(text) => text.chars().all(char::is_whitespace),
        Inline::Code(text) => text.is_empty(),
        Inline::Break => true,
        Inline::Styled(_, content) | Inline::Link { content, .. } | Inline::Element { content, .. } => {
            is_blank(content)
        }
        Inline::Image { .. } | Inline::NoteMark(_) | Inline::More => false,
        Inline::Ruby(pairs) => pairs.is_empty(),
    })
}

/// Returns a block as inlines, where no block can be: in a heading or a caption.
pub fn as_inlines(block: Block) -> Vec<Inline> {
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => content,
        Block::Code { text, .. } => vec![Inline::Code(text)],
        Block::Quote(blocks) => lines(blocks),
        Block::List { items, .. } => lines(items.into_iter().flat_map(|item| item.blocks)),
        Block::Table(table) => {
            let cells = table.head.into_iter().chain(table.rows.into_iter().flatten());
            lines([table.caption].into_iter().chain(cells).map(Block::Paragraph))
        }
        Block::Html(html) => vec![Inline::Text(text_of_html(&html))],
        Block::Rule | Block::More => Vec::new(),
    }
}

/// Returns blocks as lines.
pub fn lines(blocks: impl IntoIterator<Item = Block>) -> Vec<Inline> {
    let mut out = Vec::new();
    for content in blocks.into_iter().map(as_inlines).filter(|content| !content.is_empty()) {
        if !out.is_empty() {
            out.push(Inline::Break);
        }
        out.extend(content);
    }
    out
}

/// Returns the text of permitted HTML, which is well-formed.
fn text_of_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut pieces = html.split('<');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        text.push(' ');
        text.push_str(piece.split_once('>').map_or("", |(_, rest)| rest));
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#123;", "{").replace("&#10;", "\n").replace("&amp;", "&")
}
