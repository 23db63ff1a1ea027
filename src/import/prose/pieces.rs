//! Inlines as a sequence of pieces: texts, and the marks that open and close around them. White space is collapsed and
//! moved out of marks, marks within marks of their kind are dropped, and neighbours of one kind are joined.

use super::escape::{self, Surroundings};
use super::model::{Inline, Style};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Not escaped. A piece is either a single space or has none at its ends that Markdown would drop.
    Text(String),
    Space,
    Break,
    Mark {
        opens: bool,
        style: Style,
    },
    /// The start of a link or element: Markdown.
    Start(String),
    /// Its end.
    End(String),
    Code(String),
    /// A ruby, in braces if they cannot be taken for anything else, and as HTML.
    Ruby {
        braces: Option<String>,
        html: String,
    },
    /// Finished Markdown: a picture, the mark of a note.
    Raw(String),
}

/// What surrounds a piece on its way.
#[derive(Clone, Copy, Default)]
struct OpenMarks {
    strong: bool,
    emphasis: bool,
    struck: bool,
    link: bool,
}

pub(super) fn pieces(inlines: &[Inline], place: Surroundings) -> Vec<Piece> {
    let mut list = PieceList { pieces: Vec::with_capacity(inlines.len() * 2), place };
    list.flatten(inlines, OpenMarks { link: place.link, ..OpenMarks::default() });
    list.pieces
}

struct PieceList {
    pieces: Vec<Piece>,
    place: Surroundings,
}

impl PieceList {
    fn flatten(&mut self, inlines: &[Inline], open: OpenMarks) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.text(text),
                Inline::Break => self.blank(Piece::Break),
                // A bracket and a colon in it would make the start of a link a reference.
                Inline::Code(text) if open.link && text.contains("]:") => self.text(text),
                Inline::Code(text) => self.code(text),
                Inline::Styled(style, content) => self.styled(*style, content, open),
                Inline::Link { address, content } if open.link || address.trim().is_empty() => {
                    self.flatten(content, open);
                }
                Inline::Link { address, content } => {
                    let end = format!("]({})", escape::destination(address));
                    self.between("[".to_owned(), end, content, OpenMarks { link: true, ..open });
                }
                Inline::Image { address, alt, caption } => self.image(address, alt, caption),
                Inline::Ruby(pairs) => self.ruby(pairs),
                Inline::NoteMark(label) => self.pieces.push(Piece::Raw(format!("[^{label}]"))),
                Inline::Element { name, attributes, content } => {
                    let mut start = format!("<{name}");
                    for (key, value) in attributes {
                        start.push_str(&format!(" {key}=\""));
                        escape::html(&mut start, value);
                        start.push('"');
                    }
                    start.push('>');
                    self.between(start, format!("</{name}>"), content, open);
                }
                Inline::More => self.pieces.push(Piece::Raw("<!--more-->".to_owned())),
            }
        }
    }

    /// Appends a text, with white space collapsed. A line end between wide characters disappears.
    fn text(&mut self, text: &str) {
        let mut word = String::new();
        let mut chars = text.chars().filter(|c| !is_unwanted(*c)).peekable();
        while let Some(c) = chars.next() {
            if !c.is_ascii_whitespace() {
                word.push(c);
                continue;
            }
            let mut line_end = c == '\n';
            while let Some(c) = chars.next_if(char::is_ascii_whitespace) {
                line_end |= c == '\n';
            }
            let before = word.chars().next_back().or_else(|| self.last_char());
            let joins = line_end && before.is_some_and(is_wide) && chars.peek().copied().is_some_and(is_wide);
            if !joins {
                self.word(&mut word);
                self.blank(Piece::Space);
            }
        }
        self.word(&mut word);
    }

    fn last_char(&self) -> Option<char> {
        match self.pieces.last() {
            Some(Piece::Text(text)) => text.chars().next_back(),
            _ => None,
        }
    }

    /// Appends a word, with the white space at its ends that is not ASCII as pieces of its own.
    fn word(&mut self, word: &mut String) {
        if word.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(Piece::Text(text)) => text.push_str(word),
            _ => self.pieces.push(Piece::Text(word.clone())),
        }
        word.clear();
    }

    /// Appends a space or break, before marks that open here. Of several, the strongest stays.
    fn blank(&mut self, blank: Piece) {
        let opened = self.pieces.iter().rev().take_while(|piece| opens(piece)).count();
        let at = self.pieces.len() - opened;
        match self.pieces[..at].last() {
            None => {}
            Some(Piece::Break) if blank == Piece::Space => {}
            Some(Piece::Space) if blank == Piece::Space => {}
            Some(Piece::Space) => self.pieces[at - 1] = blank,
            Some(_) => self.pieces.insert(at, blank),
        }
    }

    fn styled(&mut self, style: Style, content: &[Inline], open: OpenMarks) {
        let (nested, inside) = match style {
            Style::Strong => (open.strong, OpenMarks { strong: true, ..open }),
            Style::Emphasis => (open.emphasis, OpenMarks { emphasis: true, ..open }),
            Style::Struck => (open.struck, OpenMarks { struck: true, ..open }),
        };
        if nested {
            return self.flatten(content, open);
        }
        if self.pieces.last() == Some(&(Piece::Mark { opens: false, style })) {
            self.pieces.pop();
        } else {
            self.pieces.push(Piece::Mark { opens: true, style });
        }
        self.flatten(content, inside);
        self.close(Piece::Mark { opens: false, style });
    }

    fn between(&mut self, start: String, end: String, content: &[Inline], open: OpenMarks) {
        self.pieces.push(Piece::Start(start));
        self.flatten(content, open);
        self.close(Piece::End(end));
    }

    /// Closes a mark, before the space at the end of its content. What encloses nothing is dropped.
    fn close(&mut self, end: Piece) {
        let mut blanks = Vec::new();
        while let Some(blank) = self.pieces.pop_if(|piece| matches!(piece, Piece::Space | Piece::Break)) {
            blanks.push(blank);
        }
        if self.pieces.last().is_some_and(opens) {
            self.pieces.pop();
        } else {
            self.pieces.push(end);
        }
        for blank in blanks.into_iter().rev() {
            self.blank(blank);
        }
    }

    fn code(&mut self, text: &str) {
        let text: String = text.chars().filter(|c| !is_unwanted(*c)).collect();
        if text.trim().is_empty() {
            return self.text(&text);
        }
        // Two neighbours would be one, with the marks between them as text.
        match self.pieces.last_mut() {
            Some(Piece::Code(last)) => last.push_str(&text),
            _ => self.pieces.push(Piece::Code(text)),
        }
    }

    fn image(&mut self, address: &str, alt: &str, caption: &str) {
        let mut markdown = String::from("![");
        let alt: String = alt.chars().filter(|c| !is_unwanted(*c)).collect();
        let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
        escape::text(&mut markdown, &alt, Some(']'), Surroundings { link: true, heading: true, ..self.place });
        markdown.push_str(&format!("]({}", escape::destination(address)));
        if !caption.trim().is_empty() {
            markdown.push_str(&format!(" {}", escape::caption(caption)));
        }
        markdown.push(')');
        self.pieces.push(Piece::Raw(markdown));
    }

    fn ruby(&mut self, pairs: &[(String, String)]) {
        let bar = if self.place.table { "\\|" } else { "|" };
        let plain = |pair: &(String, String)| is_han(&pair.0) && is_kana(&pair.1);
        let braces = pairs.iter().all(plain).then(|| {
            if pairs.iter().all(|(word, _)| word.chars().count() == 1) {
                let word: String = pairs.iter().map(|(word, _)| word.as_str()).collect();
                let readings: Vec<&str> = pairs.iter().map(|(_, reading)| reading.as_str()).collect();
                return format!("{{{word}{bar}{}}}", readings.join(bar));
            }
            pairs.iter().map(|(word, reading)| format!("{{{word}{bar}{reading}}}")).collect()
        });
        let mut html = String::from("<ruby>");
        let place = Surroundings { heading: true, ..self.place };
        for (word, reading) in pairs {
            escape::text(&mut html, word, Some('<'), place);
            html.push_str("<rt>");
            escape::text(&mut html, reading, Some('<'), place);
            html.push_str("</rt>");
        }
        html.push_str("</ruby>");
        if !pairs.is_empty() {
            self.pieces.push(Piece::Ruby { braces, html });
        }
    }
}

/// Writes code within a line.
pub(super) fn write_code(text: &str, table: bool) -> String {
    let mut text = text.replace(['\n', '\t'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if table {
        text = text.replace('|', "\\|");
    }
    let (fence, text) = ("`".repeat(longest + 1), text.trim());
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn opens(piece: &Piece) -> bool {
    matches!(piece, Piece::Mark { opens: true, .. } | Piece::Start(_))
}

/// Returns whether no text may have a character: control characters, byte order marks, noncharacters.
pub(super) fn is_unwanted(c: char) -> bool {
    (c.is_control() && !c.is_ascii_whitespace())
        || matches!(c, '\u{feff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}'..='\u{ffff}')
}

/// Returns whether a line end beside this character is no space: Han, kana and full-width forms.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{312f}' | '\u{3190}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}' | '\u{20000}'..='\u{3fffd}')
}

fn is_han(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '々' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3fffd}'))
}

fn is_kana(text: &str) -> bool {
    !text.is_empty()
        && text.len() < 100
        && text.chars().all(|c| matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | 'ー'))
}
