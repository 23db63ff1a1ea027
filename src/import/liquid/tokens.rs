//! Finds tags and values in a text, and which tag closes which. In linear time. It must not know what tags mean.

use std::collections::BTreeMap;
use std::ops::Range;

/// `{% … %}` or `{{ … }}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Tag,
    Value,
}

/// A tag or a value in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiquidToken<'t> {
    pub kind: TokenKind,
    /// Its bytes, with the braces.
    pub at: Range<usize>,
    /// The name of a tag.
    pub name: &'t str,
    /// What follows the name; of a value, all of it.
    pub rest: &'t str,
    /// The line, from 0.
    pub line: usize,
    /// The index of the tag `end…` that closes this one.
    pub close: Option<usize>,
    /// Whether dashes take away the white space before and after.
    pub trims: (bool, bool),
}

/// The most bytes of one tag.
const LONGEST: usize = 4000;

/// The positions of a mark, which a reader asks for in ascending order.
struct Marks<'t> {
    positions: std::iter::Peekable<std::str::MatchIndices<'t, &'static str>>,
}

impl<'t> Marks<'t> {
    fn of(text: &'t str, mark: &'static str) -> Marks<'t> {
        Marks { positions: text.match_indices(mark).peekable() }
    }

    fn after(&mut self, at: usize) -> Option<usize> {
        while self.positions.next_if(|(found, _)| *found < at).is_some() {}
        self.positions.peek().map(|(found, _)| *found)
    }
}

/// Finds the tokens of a text. With `code_is_plain`, there are none in code.
pub fn tokens(text: &str, code_is_plain: bool) -> Vec<LiquidToken<'_>> {
    let code = if code_is_plain { code(text) } else { Vec::new() };
    let mut code = code.into_iter().peekable();
    let (mut tag_ends, mut value_ends) = (Marks::of(text, "%}"), Marks::of(text, "}}"));
    let mut raw_ends = Marks::of(text, "endraw");
    let mut out: Vec<LiquidToken> = Vec::new();
    let (mut from, mut line, mut counted) = (0, 0, 0);
    while let Some(at) = memchr::memchr(b'{', &text.as_bytes()[from..]).map(|at| from + at) {
        from = at + 1;
        while code.next_if(|range| range.end <= at).is_some() {}
        if code.peek().is_some_and(|range| range.contains(&at)) {
            continue;
        }
        let (kind, end) = match text.as_bytes().get(at + 1) {
            Some(b'%') => (TokenKind::Tag, tag_ends.after(at + 2)),
            Some(b'{') => (TokenKind::Value, value_ends.after(at + 2)),
            _ => continue,
        };
        let Some(end) = end.filter(|end| end - at < LONGEST) else { continue };
        let inner = &text[at + 2..end];
        if inner.contains("\n\n") {
            continue;
        }
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..at]).count();
        counted = at;
        out.push(token(kind, at..end + 2, inner, line));
        from = end + 2;
        if out.last().is_some_and(|token| token.name == "raw")
            && let Some(end) = raw_end(text, &mut raw_ends, from)
        {
            line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..end.start]).count();
            counted = end.start;
            from = end.end;
            let inner = &text[end.start + 2..end.end - 2];
            out.push(token(TokenKind::Tag, end, inner, line));
        }
    }
    close(&mut out);
    out
}

fn token(kind: TokenKind, at: Range<usize>, inner: &str, line: usize) -> LiquidToken<'_> {
    let trims = (inner.starts_with('-'), inner.ends_with('-'));
    let inner = inner.strip_prefix('-').unwrap_or(inner);
    let bare = inner.strip_suffix('-').unwrap_or(inner).trim();
    let end = bare.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(bare.len());
    let (name, rest) = match kind {
        TokenKind::Tag => (&bare[..end], bare[end..].trim()),
        TokenKind::Value => ("", bare),
    };
    LiquidToken { kind, at, name, rest, line, close: None, trims }
}

/// Finds the tag `endraw`.
fn raw_end(text: &str, marks: &mut Marks, mut from: usize) -> Option<Range<usize>> {
    while let Some(at) = marks.after(from) {
        let before = text[..at].trim_end_matches([' ', '-', '\t']);
        let after = text[at + "endraw".len()..].trim_start_matches([' ', '-', '\t']);
        if before.ends_with("{%") && after.starts_with("%}") {
            return Some(before.len() - 2..text.len() - after.len() + 2);
        }
        from = at + 1;
    }
    None
}

/// Matches tags with those that close them.
fn close(tokens: &mut [LiquidToken]) {
    let mut open: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for at in 0..tokens.len() {
        if tokens[at].kind == TokenKind::Value {
            continue;
        }
        let name = tokens[at].name;
        match name.strip_prefix("end") {
            Some(opened) => {
                if let Some(start) = open.get_mut(opened).and_then(Vec::pop) {
                    tokens[start].close = Some(at);
                }
            }
            None => open.entry(name.to_owned()).or_default().push(at),
        }
    }
}

/// The ranges of code: fences, and backticks within a line.
fn code(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut at, mut fence): (usize, Option<(&str, usize)>) = (0, None);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches([' ', '\t', '>']);
        let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some((mark, at)),
            (Some((open, start)), Some(mark))
                if open == mark && bare.trim_end().trim_matches(['`', '~']).is_empty() =>
            {
                out.push(start..at + line.len());
                fence = None;
            }
            (None, None) => spans(line, at, &mut out),
            _ => {}
        }
        at += line.len();
    }
    if let Some((_, start)) = fence {
        out.push(start..text.len());
    }
    out
}

fn spans(line: &str, offset: usize, out: &mut Vec<Range<usize>>) {
    let mut marks = line.match_indices('`').map(|(at, _)| at);
    while let (Some(start), Some(end)) = (marks.next(), marks.next()) {
        out.push(offset + start..offset + end + 1);
    }
}
