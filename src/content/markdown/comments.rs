//! Removes HTML comments: they are not content, and readers never get them.
//!
//! CommonMark has two kinds of comments, and authors expect neither. A comment at the start of a line starts a block
//! of HTML that includes the rest of its last line, so text after `-->` would lose its Markdown. Inside a paragraph,
//! `<!--` is plain text if a blank line or the end of the block comes before `-->`. Before parsing, such comments are
//! overwritten with a tag of the same length that cannot occur in a text. All others are removed from the parser's
//! events. Places in the body do not move.

use super::marks;
use super::parser_guard;
use super::problem::{MarkdownProblem, ProblemKind::UnclosedComment};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;

const START: &str = "<!--";
/// The start of the tag that replaces a comment. It cannot occur in a body, because files with form feeds are
/// rejected.
const HIDDEN: &str = "<c\u{c}";
const HIDDEN_MORE: &str = "<m\u{c}";
/// The same for a mark. Text follows it, so it belongs to no block.
pub(super) const HIDDEN_MARK: &str = "<k\u{c}";
/// How many bytes are examined where a line, a tag or white space could be as long as the text.
const SHORT: usize = 1_000;
/// How often a text is scanned again, because hiding a comment may change how the rest is parsed.
const ROUNDS: usize = 4;
/// Elements whose content is not markup.
pub(super) const RAW: [&str; 6] = ["script", "style", "textarea", "title", "xmp", "iframe"];

/// A body that can be parsed.
pub(super) struct UncommentedBody<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) problems: Vec<MarkdownProblem>,
}

/// Finds each `<!--`. Searching for `<` is fastest, because most texts have none.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'<', text.as_bytes()).filter(|&at| text[at..].starts_with(START))
}

/// Returns the end of the comment at `start`, by the rules of HTML.
fn end(text: &str, start: usize) -> Option<usize> {
    let inside = start + START.len();
    let rest = &text[inside..];
    if rest.starts_with('>') {
        return Some(inside + 1);
    }
    if rest.starts_with("->") {
        return Some(inside + 2);
    }
    let mut ends = memchr::memmem::find_iter(rest.as_bytes(), b"--");
    ends.find_map(|at| {
        let after = &rest[at + 2..];
        let length = if after.starts_with('>') { 3 } else { 4 };
        (length == 3 || after.starts_with("!>")).then_some(inside + at + length)
    })
}

/// Returns whether a comment is `<!--more-->`, which ends the excerpt.
fn says_more(comment: &str) -> bool {
    let inside = comment.strip_prefix(START).unwrap_or_default();
    let inside = inside.strip_suffix("-->").or_else(|| inside.strip_suffix("--!>")).unwrap_or_default();
    let word = |text: &str| text.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("more"));
    (word(inside.trim()) && inside.trim().len() == 4)
        || (word(inside) && inside[4..].starts_with(|c: char| c.is_whitespace()))
}

/// Returns whether a body may have a `<!--more-->`, even in code.
pub(super) fn may_say_more(body: &str) -> bool {
    starts(body).any(|at| {
        let inside = &body.as_bytes()[at + START.len()..];
        let blank = inside.iter().take(SHORT).take_while(|b| b.is_ascii_whitespace()).count();
        inside[blank..].get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"more"))
    })
}

/// Returns `None` if an inline piece of HTML is not a comment, else whether it ends the excerpt.
pub(super) fn is_comment(html: &str) -> Option<bool> {
    let more = html.starts_with(HIDDEN_MORE);
    let is_one = more || [HIDDEN, HIDDEN_MARK, START].iter().any(|start| html.starts_with(start));
    is_one.then(|| more || says_more(html))
}

/// Returns the parts of a piece of HTML outside comments, and whether a comment ends the excerpt; `None` without
/// comments. With `scripts`, comments inside scripts and styles are kept.
pub(super) fn strip(html: &str, scripts: bool) -> Option<(Vec<Range<usize>>, bool)> {
    if !may_have(html) {
        return None;
    }
    let (mut kept, mut more, mut from, mut at) = (Vec::new(), false, 0, 0);
    while let Some(open) = memchr::memchr(b'<', &html.as_bytes()[at..]).map(|open| at + open) {
        let hidden = [HIDDEN, HIDDEN_MORE, HIDDEN_MARK].iter().any(|start| html[open..].starts_with(start));
        if hidden || html[open..].starts_with(START) {
            let end = if hidden { html[open..].find('>').map(|at| open + at + 1) } else { end(html, open) };
            at = end.unwrap_or(html.len());
            more |= is_comment(&html[open..at]) == Some(true);
            kept.push(from..open);
            from = at;
        } else {
            at = open + if scripts { element(&html[open..]) } else { 1 };
        }
    }
    kept.push(from..html.len());
    kept.retain(|range| !range.is_empty());
    Some((kept, more))
}

/// Returns whether a piece of HTML may have comments. One that was written over before parsing can stand alone in a
/// block of HTML: then it looks like any tag.
pub(super) fn may_have(html: &str) -> bool {
    html.contains(START) || html.contains('\u{c}')
}

/// Returns the length of the tag at the start of a text, or of the whole element if its content is raw.
fn element(html: &str) -> usize {
    let name = html[1..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    if name == 0 {
        return 1;
    }
    let mut quote = None;
    let end = html.bytes().take(SHORT).position(|b| match quote {
        Some(open) => {
            quote = quote.filter(|_| b != open);
            false
        }
        None => {
            quote = Some(b).filter(|b| matches!(b, b'"' | b'\''));
            b == b'>'
        }
    });
    let Some(end) = end.map(|at| at + 1) else { return 1 };
    let name = html[1..=name].to_ascii_lowercase();
    if !RAW.contains(&name.as_str()) {
        return end;
    }
    let mut ends = memchr::memmem::find_iter(&html.as_bytes()[end..], b"</").map(|at| end + at);
    let closes = |at: &usize| {
        html.as_bytes()[at + 2..].get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
    };
    ends.find(closes).unwrap_or(html.len())
}

/// Overwrites comments that the parser would not recognize, or would extend too far.
pub(super) fn hide(body: &str, options: Options) -> UncommentedBody<'_> {
    let mut text = Cow::Borrowed(body);
    let mut problems = Vec::new();
    if memchr::memchr(b'<', body.as_bytes()).is_none() {
        return UncommentedBody { text, problems };
    }
    for _ in 0..ROUNDS {
        let starts: Vec<usize> = starts(&text).collect();
        let opens = opens_ruby(&text);
        if !opens && are_simple(&text, &starts) || parser_guard::admit(&text).is_err() {
            break;
        }
        let mut search = CommentSearch {
            text: &text,
            starts,
            over: Vec::new(),
            done: 0,
            ends: Vec::new(),
            ruby: opens,
            endless: false,
        };
        let unclosed = search.run(options);
        if problems.is_empty() {
            problems.extend(unclosed.map(|at| MarkdownProblem { at, kind: UnclosedComment }));
        }
        if search.over.is_empty() {
            break;
        }
        text = Cow::Owned(write_over(&text, &search.over));
    }
    UncommentedBody { text, problems }
}

/// Returns whether the parser certainly agrees about all comments: each is closed, is on one line or starts one, and
/// only markup follows a comment that starts a block. One linear pass.
fn are_simple(text: &str, starts: &[usize]) -> bool {
    let (mut line, mut from) = (0, 0);
    for &start in starts {
        if start < from {
            continue;
        }
        line = text[from..start].rfind('\n').map_or(line, |at| from + at + 1);
        let Some(end) = end(text, start) else { return false };
        let (before, comment) = (&text[line..start], &text[start..end]);
        let blank = comment.lines().skip(1).any(|line| line.trim().is_empty());
        let first = text[..line].ends_with("\n\n") || line == 0;
        if !comment.ends_with("-->") || (comment.contains('\n') && !before.is_empty()) || (blank && !first) {
            return false;
        }
        let markers = |b: u8| b.is_ascii_digit() || b" \t>-*+.)".contains(&b);
        if before.len() > SHORT && before.as_bytes()[..SHORT].iter().all(|b| markers(*b)) {
            return false;
        }
        if before.bytes().all(markers) {
            let rest = text.as_bytes()[end..].iter().take(SHORT).find(|b| !matches!(b, b' ' | b'\t'));
            if !matches!(rest, None | Some(b'\n' | b'<')) {
                return false;
            }
        }
        if let Some(at) = comment.rfind('\n') {
            line = start + at + 1;
        }
        from = end;
    }
    true
}

/// Returns whether a line is only `<ruby>`, which makes the line and those below a block of HTML.
fn opens_ruby(text: &str) -> bool {
    let mut tags = memchr::memchr_iter(b'<', text.as_bytes());
    tags.any(|at| {
        if !text[at..].starts_with("<ruby") {
            return false;
        }
        let mut rest = text.as_bytes()[at..].iter().take(SHORT).skip_while(|b| **b != b'>').skip(1);
        rest.find(|b| !matches!(b, b' ' | b'\t')) == Some(&b'\n')
    })
}

fn write_over(text: &str, over: &[(Range<usize>, Fill)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, fill) in over {
        if range.start < at {
            continue;
        }
        out.push_str(&text[at..range.start]);
        let tag = match fill {
            Fill::Space => "",
            Fill::Comment if says_more(&text[range.clone()]) => HIDDEN_MORE,
            Fill::Comment if marks::of_comment(&text[range.clone()]).is_some() => HIDDEN_MARK,
            Fill::Comment => HIDDEN,
        };
        out.push_str(tag);
        let (filler, last) = if tag.is_empty() { (" ", "") } else { ("\u{c}", ">") };
        out.push_str(&filler.repeat(range.len() - tag.len() - last.len()));
        out.push_str(last);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

enum Fill {
    Comment,
    Space,
}

/// One pass over a body.
struct CommentSearch<'a> {
    text: &'a str,
    /// The places of all `<!--`, in order.
    starts: Vec<usize>,
    /// The ranges to overwrite.
    over: Vec<(Range<usize>, Fill)>,
    /// The end of the part that is done.
    done: usize,
    /// The ends of open paragraphs, headings, cells and items.
    ends: Vec<usize>,
    ruby: bool,
    /// Whether no `-->` follows.
    endless: bool,
}

impl CommentSearch<'_> {
    /// Returns the first comment without an end.
    fn run(&mut self, options: Options) -> Option<Range<usize>> {
        let mut unclosed = None;
        // The open block of HTML, and the end of its first line.
        let mut block: Option<(Range<usize>, Option<usize>)> = None;
        // The end of the last cell.
        let mut cells = 0;
        for (event, at) in Parser::new_ext(self.text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(_)) | Event::Code(_) | Event::InlineHtml(_) => {
                    self.done = self.done.max(at.end);
                }
                Event::Start(Tag::HtmlBlock) => {
                    let found = self.html(&at);
                    unclosed = unclosed.or(found);
                    block = Some((at, None));
                }
                Event::Html(_) => {
                    if let Some((whole, first)) = &mut block {
                        match *first {
                            None => *first = Some(at.end),
                            Some(end) if end > 0 => {
                                self.join_ruby(whole.start, end, at.start);
                                *first = Some(0);
                            }
                            Some(_) => {}
                        }
                    }
                }
                Event::End(TagEnd::HtmlBlock) => block = None,
                Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell | Tag::Item) => {
                    self.ends.push(at.end)
                }
                Event::End(TagEnd::TableRow | TagEnd::TableHead) => {
                    // The parser drops the cells of a row that are more than its table has columns.
                    self.ends.push(at.end);
                    let found = self.words(&(cells..at.end));
                    unclosed = unclosed.or(found);
                    self.ends.pop();
                }
                Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::Item) => {
                    self.ends.pop();
                    cells = at.end;
                }
                Event::Text(_) => {
                    let found = self.words(&at);
                    unclosed = unclosed.or(found);
                }
                _ => {}
            }
        }
        self.over.sort_by_key(|(range, _)| range.start);
        unclosed
    }

    /// Returns the next unprocessed start within a range.
    fn within(&self, at: &Range<usize>) -> Option<usize> {
        let from = at.start.max(self.done);
        let next = self.starts.partition_point(|&start| start < from);
        self.starts.get(next).copied().filter(|&start| start < at.end)
    }

    fn end(&mut self, start: usize) -> Option<usize> {
        let inside = &self.text[start + START.len()..];
        if self.endless && !inside.starts_with('>') && !inside.starts_with("->") {
            return None;
        }
        let end = end(self.text, start);
        self.endless |= end.is_none();
        end
    }

    fn cover(&mut self, at: Range<usize>) {
        self.done = at.end;
        self.over.push((at, Fill::Comment));
    }

    /// Handles comments in a block of HTML.
    fn html(&mut self, block: &Range<usize>) -> Option<Range<usize>> {
        let source = &self.text[block.clone()];
        let name: String =
            source.trim_start().bytes().skip(1).take(8).map(|b| b.to_ascii_lowercase() as char).collect();
        if ["script", "style", "pre", "textarea"].iter().any(|raw| name.starts_with(raw)) {
            self.done = self.done.max(block.end);
            return None;
        }
        while let Some(start) = self.within(block) {
            let Some(end) = self.end(start) else {
                self.done = block.end;
                return Some(start..start + START.len());
            };
            let rest = self.text[end..block.end.max(end)].trim_start();
            let opens = self.text[block.start..start].trim().is_empty();
            if end > block.end || (opens && !rest.is_empty() && !rest.starts_with('<')) {
                self.cover(start..end);
            } else {
                self.done = end;
            }
        }
        None
    }

    /// Handles comments that the parser took for text.
    fn words(&mut self, at: &Range<usize>) -> Option<Range<usize>> {
        let mut unclosed = None;
        while let Some(start) = self.within(at) {
            let slashes = self.text[..start].bytes().rev().take_while(|&b| b == b'\\').count();
            if slashes % 2 == 1 {
                self.done = start + START.len();
            } else if let Some(end) = self.end(start) {
                self.cover(start..end);
            } else {
                let line = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
                let block = self.ends.last().copied().unwrap_or(line).max(start + START.len());
                let end = start + self.text[start..block].trim_end().len().max(START.len());
                unclosed = unclosed.or(Some(start..start + START.len()));
                self.cover(start..end);
            }
        }
        unclosed
    }

    /// Joins a line that is only `<ruby>` with the next, so that they become a paragraph.
    fn join_ruby(&mut self, start: usize, end: usize, next: usize) {
        let line = self.text[start..end].trim_end();
        if self.ruby && line.trim_start().starts_with("<ruby") && start + line.len() < next {
            self.over.push((start + line.len()..next, Fill::Space));
            self.done = self.done.max(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::events::options;
    use super::*;

    #[test]
    fn comments_end_as_in_html() {
        for (text, want) in [
            ("<!-- a --> b", 10),
            ("<!-->b", 5),
            ("<!--->b", 6),
            ("<!---->b", 7),
            ("<!-- a --!> b", 11),
            ("<!-- a -- > --> b", 15),
        ] {
            assert_eq!(end(text, 0), Some(want), "{text}");
        }
        assert_eq!(end("<!-- a --", 0), None);
    }

    #[test]
    fn more() {
        for yes in ["<!--more-->", "<!-- more -->", "<!-- MORE\t-->", "<!--More Read on-->"] {
            assert_eq!(is_comment(yes), Some(true), "{yes}");
        }
        for no in ["<!-- more on this -->", "<!--moreover-->", "<!--nextpage-->", "<!-->"] {
            assert_eq!(is_comment(no), Some(false), "{no}");
        }
        assert_eq!(is_comment("<b>"), None);
    }

    #[test]
    fn stripped() {
        for (html, scripts, want) in [
            ("<p><!-- a -->b</p>", false, "<p>b</p>"),
            ("<script><!-- a --></script><!-- b -->", true, "<script><!-- a --></script>"),
            ("<script><!-- a --></script>", false, "<script></script>"),
            ("<a title=\"<!-- a -->\">b</a>", true, "<a title=\"<!-- a -->\">b</a>"),
            ("a<!-- b", false, "a"),
        ] {
            let kept = strip(html, scripts).map(|(kept, _)| kept).unwrap_or_default();
            assert_eq!(kept.into_iter().map(|range| &html[range]).collect::<String>(), want, "{html}");
        }
    }

    #[test]
    fn only_what_the_parser_misreads_is_written_over() {
        for same in
            ["a <!-- b --> c", "<!-- a -->\n\nb", "`<!-- a`", "    <!-- a\n\n    b", "\\<!-- a", "<!-- a\n\nb -->\n"]
        {
            assert_eq!(hide(same, options()).text, same);
        }
        for (body, want) in [
            ("<!-- a --> b *c*", "<c\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}> b *c*"),
            ("a <!-- b\n\nc --> d", "a <c\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}> d"),
            ("a <!--\n\nb", "a <c\u{c}>\n\nb"),
            ("> <ruby>\n> a", "> <ruby>   a"),
        ] {
            assert_eq!(hide(body, options()).text, want);
        }
    }
}
