//! Extensions of CommonMark for Chinese and Japanese: emphasis beside full-width punctuation, and line ends that are
//! not spaces.
//!
//! By CommonMark's rule `これは**「重要」**です。` is not emphasis, because `**` between 」 and で can neither open nor close;
//! worse, in `**「甲」**と**「乙」**` the wrong pair closes. The CJK-friendly amendment lets punctuation block a delimiter
//! only if it is not CJK punctuation and has no CJK character on the other side. So this file takes a stretch of
//! inline events with CJK characters and delimiters, splits it into its delimiter runs (those that the parser paired
//! and those that it left as text), and pairs them again. It never touches escaped delimiters, code, addresses and raw
//! HTML. It knows events and their source, not HTML.
//!
//! No release of pulldown-cmark knows the amendment yet (0.13.6 is the newest). When one does, its pairing replaces this
//! one, and the tests below stay.

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// An event and its byte range in the body.
pub(super) type SpannedEvent<'a> = (Event<'a>, Range<usize>);

/// Returns whether a body may need these rules. Checks only lead bytes; a false positive only costs time.
pub(super) fn has_cjk(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, &byte)| match byte {
        0xe3..=0xed | 0xef => true,
        0xe1 => matches!(bytes.get(at + 1), Some(0x84..=0x87)),
        0xe2 => matches!(bytes.get(at + 1), Some(0xba..)),
        0xf0 => matches!(bytes.get(at + 1), Some(0x96..=0x9b | 0xa0..=0xbf)),
        _ => false,
    })
}

/// Returns whether a character has East Asian width W, F or H and is not an emoji, or is Hangul.
fn is_cjk(c: char) -> bool {
    c >= '\u{1100}'
        && matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ffee}' | '\u{16fe0}'..='\u{18dff}' | '\u{1aff0}'..='\u{1b2ff}' | '\u{20000}'..='\u{3fffd}')
        && !matches!(c, '\u{4dc0}'..='\u{4dff}')
}

/// Returns whether a line end beside this character is not a space: Han, kana, bopomofo, full-width forms; not Hangul.
pub(super) fn is_wide(c: char) -> bool {
    is_cjk(c)
        && !matches!(c,
            '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{3200}'..='\u{321e}' | '\u{3260}'..='\u{327f}'
            | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{ffa0}'..='\u{ffdc}')
}

/// Returns whether a line end between `before` and the text at `at` disappears.
pub(super) fn joins(before: char, body: &str, at: usize) -> bool {
    is_wide(before)
        && body.get(at..).is_some_and(|rest| rest.chars().find(|c| !"*_~[!\\".contains(*c)).is_some_and(is_wide))
}

/// Returns whether a character is Unicode punctuation or a symbol, as far as these occur in news.
pub(super) fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c,
            '\u{a1}'..='\u{a9}' | '\u{ab}'..='\u{ac}' | '\u{ae}'..='\u{b1}' | '\u{b4}' | '\u{b6}'..='\u{b8}' | '\u{bb}'
            | '\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2c2}'..='\u{2c5}' | '\u{37e}' | '\u{387}' | '\u{55a}'..='\u{55f}'
            | '\u{589}' | '\u{58a}' | '\u{5be}' | '\u{5c0}' | '\u{5c3}' | '\u{5c6}' | '\u{5f3}' | '\u{5f4}'
            | '\u{606}'..='\u{60f}' | '\u{61b}' | '\u{61d}'..='\u{61f}' | '\u{66a}'..='\u{66d}' | '\u{6d4}'
            | '\u{964}' | '\u{965}' | '\u{970}' | '\u{e3f}' | '\u{e4f}' | '\u{e5a}' | '\u{e5b}'
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20c0}' | '\u{2100}'..='\u{2101}'
            | '\u{2116}'..='\u{2118}' | '\u{2122}' | '\u{2190}'..='\u{245f}' | '\u{249c}'..='\u{24e9}'
            | '\u{2500}'..='\u{2775}' | '\u{2794}'..='\u{2bff}' | '\u{2e00}'..='\u{2e5d}' | '\u{3001}'..='\u{3004}'
            | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{3036}' | '\u{303d}' | '\u{30a0}' | '\u{30fb}'
            | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6b}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}'
            | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f000}'..='\u{1faff}')
}

/// One run of `*`, `_` or `~~`.
struct DelimiterRun {
    byte: u8,
    at: Range<usize>,
    opens: bool,
    closes: bool,
    /// The number of unused delimiters.
    left: usize,
    /// What the run opens, innermost first, and what it closes, in order: 1 is emphasis, 2 is strong.
    opened: Vec<usize>,
    closed: Vec<usize>,
}

enum StretchPart<'a> {
    Event(SpannedEvent<'a>),
    Run(usize),
}

/// Pairs the delimiters of a stretch of inline events again.
pub(super) fn repair<'a>(body: &'a str, events: Vec<SpannedEvent<'a>>) -> Vec<SpannedEvent<'a>> {
    let mut taken =
        Stretch { body, pieces: Vec::with_capacity(events.len() + 8), runs: Vec::new(), consumed: 0, address: false };
    for event in events {
        taken.take(event);
    }
    let Stretch { pieces, mut runs, .. } = taken;
    flank(body, &pieces, &mut runs);
    pair(&pieces, &mut runs);
    rebuild(body, pieces, &runs)
}

/// The stretch of events being split.
struct Stretch<'a> {
    body: &'a str,
    pieces: Vec<StretchPart<'a>>,
    runs: Vec<DelimiterRun>,
    /// The end of the source that the pieces so far cover.
    consumed: usize,
    /// Whether this is inside an autolink, whose text is its address.
    address: bool,
}

impl<'a> Stretch<'a> {
    fn take(&mut self, (event, at): SpannedEvent<'a>) {
        match event {
            Event::Start(Tag::Emphasis) => self.delimiters(at.start..at.start + 1),
            Event::Start(Tag::Strong) => self.delimiters(at.start..at.start + 2),
            Event::Start(Tag::Strikethrough) => self.delimiters(at.start..at.start + self.tildes(at.start)),
            Event::End(TagEnd::Emphasis) => self.delimiters(at.end - 1..at.end),
            Event::End(TagEnd::Strong) => self.delimiters(at.end - 2..at.end),
            Event::End(TagEnd::Strikethrough) => self.delimiters(at.end - self.tildes(at.start)..at.end),
            Event::Text(text) if !self.address && self.body.get(at.clone()) == Some(&*text) => self.text(at),
            event => {
                self.consumed = match &event {
                    Event::Start(tag) => {
                        let (web, mail) = (LinkType::Autolink, LinkType::Email);
                        self.address = matches!(tag, Tag::Link { link_type, .. } if [web, mail].contains(link_type));
                        at.start + 1
                    }
                    Event::End(_) => {
                        self.address = false;
                        at.end
                    }
                    _ => at.end,
                };
                self.pieces.push(StretchPart::Event((event, at)));
            }
        }
    }

    fn tildes(&self, start: usize) -> usize {
        if self.body[start..].starts_with("~~") { 2 } else { 1 }
    }

    /// Splits a verbatim text at its delimiters.
    fn text(&mut self, at: Range<usize>) {
        let bytes = self.body.as_bytes();
        let escaped = at.start > self.consumed && bytes[at.start - 1] == b'\\';
        let mut from = at.start;
        let mut next = at.start + usize::from(escaped && bytes[at.start].is_ascii());
        while next < at.end {
            if !matches!(bytes[next], b'*' | b'_' | b'~') {
                next += 1;
                continue;
            }
            let run = bytes[next..at.end].iter().take_while(|&&b| b == bytes[next]).count();
            self.verbatim(from..next);
            self.delimiters(next..next + run);
            next += run;
            from = next;
        }
        self.verbatim(from..at.end);
        self.consumed = at.end;
    }

    fn verbatim(&mut self, at: Range<usize>) {
        if !at.is_empty() {
            self.pieces.push(StretchPart::Event((Event::Text(CowStr::Borrowed(&self.body[at.clone()])), at)));
        }
    }

    /// Adds delimiters to the current run, or starts a new one.
    fn delimiters(&mut self, at: Range<usize>) {
        self.consumed = at.end;
        let byte = self.body.as_bytes()[at.start];
        if let Some(StretchPart::Run(last)) = self.pieces.last() {
            let last = &mut self.runs[*last];
            if last.byte == byte && last.at.end == at.start {
                last.at.end = at.end;
                last.left += at.len();
                return;
            }
        }
        self.pieces.push(StretchPart::Run(self.runs.len()));
        let (opened, closed, left) = (Vec::new(), Vec::new(), at.len());
        self.runs.push(DelimiterRun { byte, at, opens: false, closes: false, left, opened, closed });
    }
}

/// Determines which runs can open and close.
fn flank(body: &str, pieces: &[StretchPart], runs: &mut [DelimiterRun]) {
    let ends = |piece: Option<&StretchPart>| match piece {
        None => true,
        Some(StretchPart::Event((event, _))) => matches!(event, Event::SoftBreak | Event::HardBreak),
        Some(StretchPart::Run(_)) => false,
    };
    for (i, piece) in pieces.iter().enumerate() {
        let &StretchPart::Run(run) = piece else { continue };
        let run = &mut runs[run];
        let before = if ends(i.checked_sub(1).and_then(|i| pieces.get(i))) { ' ' } else { last(&body[..run.at.start]) };
        let after = if ends(pieces.get(i + 1)) { ' ' } else { body[run.at.end..].chars().next().unwrap_or(' ') };
        let bars = |c: char| is_punctuation(c) && !is_cjk(c);
        let frees = |c: char| c.is_whitespace() || is_punctuation(c) || is_cjk(c);
        let left = !after.is_whitespace() && (!bars(after) || frees(before));
        let right = !before.is_whitespace() && (!bars(before) || frees(after));
        (run.opens, run.closes) = match run.byte {
            b'_' => (left && (!right || is_punctuation(before)), right && (!left || is_punctuation(after))),
            b'~' => (left && run.left == 2, right && run.left == 2),
            _ => (left, right),
        };
    }
}

/// Returns the last character, ignoring variation selectors.
fn last(text: &str) -> char {
    let selector = |c: &char| matches!(c, '\u{fe00}'..='\u{fe0e}' | '\u{e0100}'..='\u{e01ef}');
    text.chars().rev().take(2).find(|c| !selector(c)).unwrap_or(' ')
}

/// The open runs of one scope (the stretch, or the text of a link or image). For each kind of closer, it also records
/// how deep no opener matches.
#[derive(Default)]
struct Scope {
    open: Vec<usize>,
    barren: [usize; 18],
}

/// Applies CommonMark's pairing to each scope.
fn pair(pieces: &[StretchPart], runs: &mut [DelimiterRun]) {
    let mut scope = Scope::default();
    let mut outer = Vec::new();
    for piece in pieces {
        match piece {
            StretchPart::Event((Event::Start(Tag::Link { .. } | Tag::Image { .. }), _)) => {
                outer.push(std::mem::take(&mut scope));
            }
            StretchPart::Event((Event::End(TagEnd::Link | TagEnd::Image), _)) => {
                scope = outer.pop().unwrap_or_default()
            }
            StretchPart::Event(_) => {}
            &StretchPart::Run(run) => {
                if runs[run].closes {
                    scope.close(run, runs);
                }
                if runs[run].opens && runs[run].left > 0 {
                    scope.open.push(run);
                }
            }
        }
    }
}

impl Scope {
    /// Pairs the delimiters of `closer` with all available openers.
    fn close(&mut self, closer: usize, runs: &mut [DelimiterRun]) {
        let length = runs[closer].at.len();
        let kind = match runs[closer].byte {
            b'*' => 0,
            b'_' => 6,
            _ => 12,
        } + 3 * usize::from(runs[closer].opens)
            + length % 3;
        while runs[closer].left > 0 {
            let floor = self.barren[kind];
            let found = self.open[floor..].iter().rposition(|&open| matches(&runs[open], &runs[closer]));
            let Some(at) = found.map(|at| at + floor) else {
                self.barren[kind] = self.open.len();
                return;
            };
            let open = self.open[at];
            let used = if runs[open].left >= 2 && runs[closer].left >= 2 { 2 } else { 1 };
            runs[open].left -= used;
            runs[closer].left -= used;
            runs[open].opened.push(used);
            runs[closer].closed.push(used);
            self.open.truncate(if runs[open].left > 0 { at + 1 } else { at });
            let height = self.open.len();
            for bound in &mut self.barren {
                *bound = height.min(*bound);
            }
        }
    }
}

fn matches(opener: &DelimiterRun, closer: &DelimiterRun) -> bool {
    if opener.byte != closer.byte {
        return false;
    }
    let (a, b) = (opener.at.len(), closer.at.len());
    let both = opener.closes || closer.opens;
    opener.byte == b'~' || !both || !(a + b).is_multiple_of(3) || a.is_multiple_of(3)
}

fn rebuild<'a>(body: &'a str, pieces: Vec<StretchPart<'a>>, runs: &[DelimiterRun]) -> Vec<SpannedEvent<'a>> {
    let mut events = Vec::with_capacity(pieces.len() + runs.len());
    for piece in pieces {
        let run = match piece {
            StretchPart::Event(event) => {
                events.push(event);
                continue;
            }
            StretchPart::Run(run) => &runs[run],
        };
        let mut at = run.at.start;
        for &used in &run.closed {
            let tag = match (run.byte, used) {
                (b'~', _) => TagEnd::Strikethrough,
                (_, 2) => TagEnd::Strong,
                _ => TagEnd::Emphasis,
            };
            events.push((Event::End(tag), at..at + used));
            at += used;
        }
        if run.left > 0 {
            events.push((Event::Text(CowStr::Borrowed(&body[at..at + run.left])), at..at + run.left));
            at += run.left;
        }
        for &used in run.opened.iter().rev() {
            let tag = match (run.byte, used) {
                (b'~', _) => Tag::Strikethrough,
                (_, 2) => Tag::Strong,
                _ => Tag::Emphasis,
            };
            events.push((Event::Start(tag), at..at + used));
            at += used;
        }
    }
    events
}
