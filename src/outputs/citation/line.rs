//! A line of a bibliography as HTML. It keeps track of what was written last, so that no point follows another. It
//! must not know what a reference is.

use crate::content::name_parts::is_unspaced;
use crate::outputs::head::escape;

/// A line in the making.
pub struct CitationLine<'a> {
    html: String,
    /// The language of names and headlines, if it is not that of the style.
    language: Option<&'a str>,
    /// The last visible character.
    last: char,
}

impl<'a> CitationLine<'a> {
    pub fn new(language: &'a str) -> CitationLine<'a> {
        let foreign = language.split('-').next() != Some("en");
        CitationLine { html: String::with_capacity(256), language: Some(language).filter(|_| foreign), last: ' ' }
    }

    /// Writes words of the style.
    pub fn words(&mut self, words: &str) {
        escape(words, &mut self.html);
        self.last = words.chars().next_back().unwrap_or(self.last);
    }

    /// Writes a value. A value in another language than the style, or from right to left, stands apart.
    pub fn value(&mut self, value: &str) {
        let apart = self.language.is_some() || is_right_to_left(value);
        if apart {
            self.html.push_str("<bdi");
            if let Some(language) = self.language {
                self.html.push_str(" lang=\"");
                escape(language, &mut self.html);
                self.html.push('"');
            }
            self.html.push('>');
        }
        self.words(value);
        if apart {
            self.html.push_str("</bdi>");
        }
    }

    /// Writes the name of a newspaper or of the archive. Scripts without italics have none.
    pub fn italic(&mut self, name: &str) {
        let italic = !name.contains(is_unspaced) && !is_right_to_left(name);
        if italic {
            self.html.push_str("<i>");
        }
        self.value(name);
        if italic {
            self.html.push_str("</i>");
        }
    }

    /// Ends a part with a point, if it does not end with a mark already.
    pub fn point(&mut self) {
        if !matches!(self.last, '.' | '!' | '?' | '。' | '！' | '？') {
            self.words(".");
        }
    }

    /// Writes a headline in quotation marks, with the point inside them. Quotation marks in it become single ones.
    pub fn quoted(&mut self, title: &str) {
        if !title.bytes().any(|byte| matches!(byte, b'"' | 0xe2)) {
            self.words("“");
            self.value(title);
            self.point();
            return self.words("”");
        }
        let mut text = String::with_capacity(title.len() + 8);
        let mut before = ' ';
        for c in title.chars() {
            text.push(match c {
                '“' => '‘',
                '”' => '’',
                '"' if before.is_whitespace() || matches!(before, '(' | '[' | '—' | '‘' | '“') => '‘',
                '"' => '’',
                c => c,
            });
            before = c;
        }
        self.words("“");
        let end = text.trim_end_matches('’').len();
        // The point stands inside quotations that end the headline, but not before an apostrophe.
        let (inner, after) = if text[..end].contains('‘') { text.split_at(end) } else { (&*text, "") };
        self.value(inner);
        self.point();
        self.words(after);
        self.words("”");
    }

    pub fn into_html(self) -> String {
        self.html
    }
}

/// Returns whether a text has a letter that is written from right to left.
fn is_right_to_left(text: &str) -> bool {
    !text.is_ascii()
        && text.contains(|c| {
            matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
        })
}
