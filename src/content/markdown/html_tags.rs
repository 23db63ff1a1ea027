//! Finds tags and attributes in raw HTML like an HTML tokenizer (WHATWG, 13.2.5), so that everything unchanged is kept
//! byte for byte. It does not provide safety; ammonia does.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

/// How many attributes of one tag are read. No real tag has as many, and each is compared with the earlier ones.
const ATTRIBUTES: usize = 64;
/// Elements whose content is text, not markup.
const TEXTUAL: [&str; 9] =
    ["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"];

#[derive(Debug, PartialEq, Eq)]
pub(super) enum HtmlPiece {
    /// Text between tags. A `<` in it does not start a tag.
    Text(Range<usize>),
    Tag(HtmlTag),
    /// The content of a script or a similar element.
    Content(Range<usize>),
    Comment(Range<usize>),
    /// A tag without an end.
    Broken(Range<usize>),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HtmlTag {
    pub(super) at: Range<usize>,
    /// In lower case.
    pub(super) name: String,
    pub(super) end: bool,
    pub(super) attributes: Vec<HtmlAttribute>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct HtmlAttribute {
    /// In lower case.
    pub(super) name: String,
    /// The range of the attribute with its value.
    pub(super) at: Range<usize>,
    /// The range of the value without quotes; empty if there is none.
    pub(super) value: Range<usize>,
    /// `"`, `'`, or a space for an unquoted value.
    pub(super) quote: char,
}

impl HtmlTag {
    pub(super) fn attribute(&self, name: &str) -> Option<&HtmlAttribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

pub(super) struct HtmlPieces<'h> {
    html: &'h str,
    at: usize,
    /// The current element with text content, if its start tag has been read.
    textual: Option<&'static str>,
    /// How many `svg` and `math` elements are open. Elements inside them never have text content.
    foreign: u32,
}

pub(super) fn pieces(html: &str) -> HtmlPieces<'_> {
    HtmlPieces { html, at: 0, textual: None, foreign: 0 }
}

impl Iterator for HtmlPieces<'_> {
    type Item = HtmlPiece;

    fn next(&mut self) -> Option<HtmlPiece> {
        if self.at >= self.html.len() {
            return None;
        }
        let (start, bytes) = (self.at, self.html.as_bytes());
        if let Some(name) = self.textual.take() {
            self.at = end_of_content(self.html, start, name);
            if self.at > start {
                return Some(HtmlPiece::Content(start..self.at));
            }
        }
        let begins = |at: usize| match bytes.get(at + 1) {
            Some(b'/') => at + 2 < bytes.len(),
            next => next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'!' | b'?')),
        };
        let markup = memchr::memchr_iter(b'<', &bytes[start..]).map(|found| start + found).find(|&at| begins(at));
        if markup != Some(start) {
            self.at = markup.unwrap_or(bytes.len());
            return Some(HtmlPiece::Text(start..self.at));
        }
        let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
        if is_letter(start + 1) || (bytes[start + 1] == b'/' && is_letter(start + 2)) {
            return Some(self.tag());
        }
        self.at = end_of_comment(self.html, start);
        Some(HtmlPiece::Comment(start..self.at))
    }
}

impl HtmlPieces<'_> {
    fn tag(&mut self) -> HtmlPiece {
        let (start, bytes) = (self.at, self.html.as_bytes());
        let end = bytes[start + 1] == b'/';
        let named = start + 1 + usize::from(end);
        let is_space = |b: u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
        let until = |from: usize, stop: &dyn Fn(u8) -> bool| {
            bytes[from..].iter().position(|&b| stop(b)).map_or(bytes.len(), |n| from + n)
        };
        let mut at = until(named, &|b| is_space(b) || matches!(b, b'/' | b'>'));
        let mut tag = HtmlTag { name: self.html[named..at].to_ascii_lowercase(), end, ..HtmlTag::default() };
        loop {
            let from = until(at, &|b| !is_space(b) && b != b'/');
            let Some(&first) = bytes.get(from) else {
                self.at = bytes.len();
                return HtmlPiece::Broken(start..bytes.len());
            };
            if first == b'>' {
                let closed = bytes[from - 1] == b'/';
                self.at = from + 1;
                tag.at = start..self.at;
                self.entered(&tag, closed);
                return HtmlPiece::Tag(tag);
            }
            // The name of an attribute may start with `=`.
            let name_end = until(from + 1, &|b| is_space(b) || matches!(b, b'/' | b'>' | b'='));
            let equals = until(name_end, &|b| !is_space(b));
            let (mut value, mut quote) = (name_end..name_end, ' ');
            at = name_end;
            if bytes.get(equals) == Some(&b'=') {
                let begin = until(equals + 1, &|b| !is_space(b));
                (value, quote, at) = match bytes.get(begin) {
                    Some(&mark @ (b'"' | b'\'')) => {
                        let close = until(begin + 1, &|b| b == mark);
                        (begin + 1..close, char::from(mark), (close + 1).min(bytes.len()))
                    }
                    Some(b'>') | None => (begin..begin, ' ', begin),
                    Some(_) => {
                        let close = until(begin, &|b| is_space(b) || b == b'>');
                        (begin..close, ' ', close)
                    }
                };
            }
            let name = self.html[from..name_end].to_ascii_lowercase();
            // Of two equal attributes, the first counts.
            if tag.attributes.len() < ATTRIBUTES && tag.attribute(&name).is_none() {
                tag.attributes.push(HtmlAttribute { name, at: from..at, value, quote });
            }
        }
    }

    fn entered(&mut self, tag: &HtmlTag, closed: bool) {
        if matches!(&*tag.name, "svg" | "math") {
            match tag.end {
                true => self.foreign = self.foreign.saturating_sub(1),
                false => self.foreign += u32::from(!closed),
            }
        } else if !tag.end && self.foreign == 0 {
            self.textual = TEXTUAL.into_iter().find(|name| *name == tag.name);
        }
    }
}

/// Returns the start of an element's end tag, or the end of the text.
fn end_of_content(html: &str, from: usize, name: &str) -> usize {
    let bytes = html.as_bytes();
    for found in memchr::memmem::find_iter(&bytes[from..], b"</") {
        let (start, end) = (from + found + 2, from + found + 2 + name.len());
        let named = bytes.get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
        if named && bytes.get(end).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')) {
            return start - 2;
        }
    }
    bytes.len()
}

/// Returns the end of a comment, a declaration or the like.
fn end_of_comment(html: &str, start: usize) -> usize {
    let rest = &html[start..];
    let Some(inside) = rest.strip_prefix("<!--") else {
        return rest.find('>').map_or(html.len(), |end| start + end + 1);
    };
    for short in [">", "->"] {
        if inside.starts_with(short) {
            return start + 4 + short.len();
        }
    }
    let ends = [("-->", 3), ("--!>", 4)].into_iter();
    let end = ends.filter_map(|(end, length)| Some(inside.find(end)? + length)).min();
    end.map_or(html.len(), |end| start + 4 + end)
}

/// Returns the value of an attribute as a browser reads it, with references decoded.
pub(super) fn decode(value: &str) -> Cow<'_, str> {
    if !value.contains(['&', '\r', '\0']) {
        return Cow::Borrowed(value);
    }
    let input = BufferQueue::default();
    let quoted = format!("<a a=\"{}\">", value.replace('"', "&quot;"));
    input.push_back(StrTendril::from_slice(&quoted));
    let tokenizer = Tokenizer::new(ValueSink::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    Cow::Owned(tokenizer.sink.0.take())
}

/// Returns text between tags as a browser reads it.
pub(super) fn decode_text(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'&', b'\r', b'\0', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(text));
    let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(PlainText::default(), options);
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    Cow::Owned(tokenizer.sink.0.take())
}

/// Collects all text.
#[derive(Default)]
struct PlainText(RefCell<String>);

impl TokenSink for PlainText {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::CharacterTokens(text) = token {
            self.0.borrow_mut().push_str(&text);
        }
        TokenSinkResult::Continue
    }
}

/// Collects the value of the only attribute of the only tag.
#[derive(Default)]
struct ValueSink(RefCell<String>);

impl TokenSink for ValueSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token
            && let Some(attribute) = tag.attrs.first()
        {
            *self.0.borrow_mut() = attribute.value.to_string();
        }
        TokenSinkResult::Continue
    }
}

/// Returns all ids and anchor names in HTML.
pub(super) fn ids(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(html) {
        let HtmlPiece::Tag(tag) = piece else { continue };
        let names = if tag.name == "a" { &["id", "name"][..] } else { &["id"] };
        for attribute in names.iter().filter_map(|name| tag.attribute(name)) {
            found.push(decode(&html[attribute.value.clone()]).into_owned());
        }
    }
    found
}

/// Returns the range of each address in a `srcset`. The text after it, up to a comma, describes it.
pub(super) fn candidates(srcset: &str) -> Vec<Range<usize>> {
    let bytes = srcset.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    loop {
        while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b',') {
            at += 1;
        }
        if at >= bytes.len() {
            return found;
        }
        let start = at;
        while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace()) {
            at += 1;
        }
        let address = srcset[start..at].trim_end_matches(',');
        found.push(start..start + address.len());
        if address.len() < at - start {
            continue;
        }
        let mut inside = false;
        while let Some(&byte) = bytes.get(at).filter(|b| inside || **b != b',') {
            inside = byte == b'(' || (inside && byte != b')');
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use html5ever::tokenizer::TagKind;
    use proptest::prelude::*;

    /// Name and attributes with values of all start tags.
    type Found = Vec<(String, Vec<(String, String)>)>;

    fn ours(html: &str) -> Found {
        let tags = pieces(html).filter_map(|piece| match piece {
            HtmlPiece::Tag(tag) if !tag.end => Some(tag),
            _ => None,
        });
        let value = |a: &HtmlAttribute| (a.name.clone(), decode(&html[a.value.clone()]).into_owned());
        tags.map(|tag| (tag.name.clone(), tag.attributes.iter().map(value).collect())).collect()
    }

    #[derive(Default)]
    struct Tags(RefCell<Found>);

    impl TokenSink for Tags {
        type Handle = ();
        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            if let Token::TagToken(tag) = token
                && tag.kind == TagKind::StartTag
            {
                let value = |a: &html5ever::Attribute| (a.name.local.to_string(), a.value.to_string());
                self.0.borrow_mut().push((tag.name.to_string(), tag.attrs.iter().map(value).collect()));
            }
            TokenSinkResult::Continue
        }
    }

    fn theirs(html: &str) -> Found {
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(html));
        let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts::default());
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.take()
    }

    const PIECES: &[&str] = &[
        "<", ">", "/", "=", "\"", "'", " ", "\n", "\t", "a", "b", "<a", "</a>", "<img ", "href=", "src='x'", "X=Y",
        "<!--", "-->", "--!>", "<!", "<?", "</", "</ ", "-", "!", "&amp;", "&colon", "&#106;", "&notit;", "日", "<b>",
        "checked", "=x", "a=\"", "<A HREF=",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Finds exactly the tags that a browser finds, and neither loses nor repeats text.
        #[test]
        fn as_a_browser_reads(parts in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
            let html = parts.concat();
            prop_assert_eq!(ours(&html), theirs(&html), "{}", html);
            let mut at = 0;
            for piece in pieces(&html) {
                let range = match piece {
                    HtmlPiece::Text(at) | HtmlPiece::Content(at) | HtmlPiece::Comment(at) | HtmlPiece::Broken(at) => at,
                    HtmlPiece::Tag(tag) => tag.at,
                };
                prop_assert_eq!(range.start, at, "{}", &html);
                at = range.end;
            }
            prop_assert_eq!(at, html.len());
        }

        #[test]
        fn any_string_has_pieces(html in any::<String>()) {
            let end = pieces(&html).count();
            prop_assert!(end <= html.len());
        }
    }

    #[test]
    fn content_is_no_markup() {
        for (html, want) in [
            ("<script>a('<b>')</script><i>", vec!["script", "i"]),
            ("<STYLE><b></sTyLe ><i>", vec!["style", "i"]),
            ("<title><b></titles></title><i>", vec!["title", "i"]),
            ("<svg><title><a></title><style/><b></svg>", vec!["svg", "title", "a", "style", "b"]),
            ("<script/><b>", vec!["script"]),
        ] {
            let names: Vec<_> = ours(html).into_iter().map(|(name, _)| name).collect();
            assert_eq!(names, want, "{html}");
        }
    }

    #[test]
    fn srcsets() {
        for (srcset, want) in [
            ("a.jpg 1x, b.jpg 2x", vec!["a.jpg", "b.jpg"]),
            (" a,b.jpg , c.jpg 480w,d", vec!["a,b.jpg", "c.jpg", "d"]),
            ("a.jpg,, b.jpg foo(1, 2), c", vec!["a.jpg", "b.jpg", "c"]),
            ("data:image/png;base64,AA 1x", vec!["data:image/png;base64,AA"]),
            ("", vec![]),
        ] {
            let got: Vec<_> = candidates(srcset).into_iter().map(|at| &srcset[at]).collect();
            assert_eq!(got, want, "{srcset}");
        }
    }

    #[test]
    fn ids_and_names() {
        assert_eq!(ids("<p id=a><A NAME='b&amp;c' id=d><input name=e>"), ["a", "d", "b&c"]);
    }
}
