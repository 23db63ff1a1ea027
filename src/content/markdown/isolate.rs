//! Sanitizes a body with raw HTML unit by unit: elements that an author leaves open end with their unit, and a unit
//! cannot close elements around it.
//!
//! Every unit is parsed alone. A unit that contains others (a list, an item, the notes, HTML around Markdown) is
//! parsed with a hole in place of each. The result is well-formed, and so are the units that fill the holes. HTML can
//! contain Markdown only if one block opens an element and a later block closes it.

use super::html_tags::{HtmlPiece, pieces};
use super::sanitize::{Cleaner, VOID, unmark};
use super::unit::{Name, Unit, UnitKind, inside};

/// How many open elements are searched for the one that an end tag closes.
const DEPTH: usize = 256;
/// If one of these is open, the content of a hole could close it.
const FULL: [&str; 6] = ["a", "h2", "h3", "h4", "h5", "h6"];
/// Elements that cannot contain blocks.
#[rustfmt::skip]
const ALONE: [&str; 12] = ["br", "col", "hr", "img", "input", "p", "rp", "rt", "source", "summary", "track", "wbr"];
/// Groups of elements that the next one of the same group closes.
const KINDS: [&[&str]; 4] = [&["li"], &["dd", "dt"], &["td", "th"], &["tr"]];
const ITEM_END: &str = "</li>\n";

/// Returns the finished HTML of a body, and its units.
pub(super) fn sanitized(html: &str, units: &[Unit]) -> (String, Vec<Unit>) {
    let out = String::with_capacity(html.len());
    let mut body =
        IsolatedBody { html, old: units, cleaner: Cleaner::new(), out, units: Vec::with_capacity(units.len()) };
    body.fill();
    // `&#13;` decodes to a line end.
    (body.out.replace('\r', "\n"), body.units)
}

/// Returns the units of a body whose HTML is not changed. Units enclosed by HTML get it as their parent.
pub(super) fn enclosed(html: &str, units: Vec<Unit>) -> Vec<Unit> {
    let tops = tops(&units);
    let links = LinkedBlocks::find(&html_blocks(html, &units, &tops));
    let mut done: Vec<Unit> = Vec::with_capacity(units.len());
    let mut spans = links.spans.iter().peekable();
    let mut holder: Option<(usize, usize)> = None;
    for (place, &top) in tops.iter().enumerate() {
        holder = holder.filter(|(_, last)| place <= *last);
        if let Some(&(first, last)) = spans.next_if(|(first, _)| *first == place) {
            holder = Some((done.len(), last));
            done.push(joined(&units[tops[first]], &units[tops[last]]));
        }
        if links.linked[place] {
            continue;
        }
        let next = tops.get(place + 1).copied().unwrap_or(units.len());
        let moved = done.len();
        done.extend(units[top..next].iter().map(|unit| Unit {
            parent: unit.parent.map(|parent| parent - top + moved).or(holder.map(|(at, _)| at)),
            ..unit.clone()
        }));
    }
    done
}

fn tops(units: &[Unit]) -> Vec<usize> {
    (0..units.len()).filter(|&at| units[at].parent.is_none()).collect()
}

/// Returns the HTML of blocks that may enclose others, and nothing for other units.
fn html_blocks<'a>(html: &'a str, units: &[Unit], tops: &[usize]) -> Vec<&'a str> {
    let block = |&top: &usize| if units[top].kind == UnitKind::Html { &html[units[top].html.clone()] } else { "" };
    tops.iter().map(block).collect()
}

/// Returns the unit for HTML that opens in one block and closes in another.
fn joined(first: &Unit, last: &Unit) -> Unit {
    Unit {
        kind: UnitKind::Html,
        name: Name::None,
        html: first.html.start..last.html.end,
        source: first.source.start..last.source.end,
        parent: None,
        mark: last.mark,
    }
}

/// Stretches of HTML that belong together, because one opens an element and another closes it.
struct LinkedBlocks {
    linked: Vec<bool>,
    /// The first and last stretch of each group, in order, without overlaps.
    spans: Vec<(usize, usize)>,
}

impl LinkedBlocks {
    fn find(stretches: &[&str]) -> LinkedBlocks {
        let mut linked = vec![false; stretches.len()];
        let mut open: Vec<(String, usize)> = Vec::new();
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (at, html) in stretches.iter().enumerate() {
            for piece in pieces(html) {
                let HtmlPiece::Tag(tag) = piece else { continue };
                if ALONE.contains(&&*tag.name) {
                    continue;
                }
                if !tag.end {
                    // The next element of its group closes it.
                    if let Some((_, from)) = open.pop_if(|(name, _)| ends(&tag.name, name))
                        && from < at
                    {
                        (linked[from], linked[at]) = (true, true);
                        found.push((from, at));
                    }
                    open.push((tag.name, at));
                    continue;
                }
                let meant = open.iter().rev().take(DEPTH).position(|(name, _)| *name == tag.name);
                let Some(meant) = meant.map(|n| open.len() - 1 - n) else { continue };
                let from = open[meant].1;
                open.truncate(meant);
                if from < at {
                    (linked[from], linked[at]) = (true, true);
                    found.push((from, at));
                }
            }
        }
        found.sort_unstable();
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for (first, last) in found {
            match spans.last_mut().filter(|span| first <= span.1) {
                Some(span) => span.1 = span.1.max(last),
                None => spans.push((first, last)),
            }
        }
        LinkedBlocks { linked, spans }
    }
}

/// Returns whether an element ends where another starts.
fn ends(next: &str, open: &str) -> bool {
    KINDS.iter().any(|kind| kind.contains(&next) && kind.contains(&open))
}

/// What fills the holes between stretches of HTML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    /// Other blocks.
    Blocks,
    /// The lists in an item. No other item may start there.
    Lists,
    /// Items or notes. Recto wrote this HTML.
    Items,
}

struct IsolatedBody<'a> {
    html: &'a str,
    old: &'a [Unit],
    cleaner: Cleaner,
    out: String,
    units: Vec<Unit>,
}

impl IsolatedBody<'_> {
    fn fill(&mut self) {
        let tops = tops(self.old);
        let blocks = html_blocks(self.html, self.old, &tops);
        let links = LinkedBlocks::find(&blocks);
        let mut spans = links.spans.iter().peekable();
        let (mut place, mut written) = (0, 0);
        while let Some(&top) = tops.get(place) {
            let between = &self.html[written..self.old[top].html.start];
            if !between.is_empty() {
                self.out.push_str(&self.cleaner.clean(between));
            }
            let mut last = place;
            if let Some(&(_, end)) = spans.next_if(|(first, _)| *first == place)
                && let Some(parts) = self.parts(&linked(&blocks, &links, place, end), Container::Blocks)
            {
                last = end;
                self.enclosing(&tops[place..=last], &links.linked[place..=last], parts);
            } else {
                self.unit(top, None);
            }
            written = self.old[tops[last]].html.end;
            place = last + 1;
        }
        let rest = &self.html[written..];
        if !rest.is_empty() {
            self.out.push_str(&self.cleaner.clean(rest));
        }
    }

    /// Makes one unit of blocks of HTML and the units between them.
    fn enclosing(&mut self, tops: &[usize], linked: &[bool], parts: Vec<String>) {
        let (Some(&first), Some(&last)) = (tops.first(), tops.last()) else { return };
        let at = self.units.len();
        self.units.push(joined(&self.old[first], &self.old[last]));
        self.units[at].html.start = self.out.len();
        let mut parts = parts.into_iter();
        for (&top, &linked) in tops.iter().zip(linked) {
            match linked {
                true => self.out.push_str(&parts.next().unwrap_or_default()),
                false => self.unit(top, Some(at)),
            }
        }
        self.units[at].html.end = self.out.len();
    }

    fn unit(&mut self, old: usize, parent: Option<usize>) {
        let unit = &self.old[old];
        match unit.kind {
            UnitKind::List(_) | UnitKind::Notes => self.holder(old, parent, Container::Items),
            UnitKind::Item | UnitKind::Note => self.holder(old, parent, Container::Lists),
            kind => {
                let (start, mut clean) = (self.out.len(), self.cleaner.clean(&self.html[unit.html.clone()]));
                if parent.is_some() {
                    clean = without_items(clean);
                }
                self.out.push_str(&clean);
                // A script leaves nothing.
                if kind != UnitKind::Html || !clean.trim().is_empty() {
                    self.units.push(Unit { html: start..self.out.len(), parent, ..unit.clone() });
                }
            }
        }
    }

    fn holder(&mut self, old: usize, parent: Option<usize>, around: Container) {
        let (html, unit, at) = (self.html, &self.old[old], self.units.len());
        let mut own = unit.html.clone();
        self.units.push(Unit { html: self.out.len()..self.out.len(), parent, ..unit.clone() });
        if around == Container::Lists {
            // Recto writes the tags of an item, so nothing inside may refer to them.
            let tag = html[own.clone()].find('>').map_or(own.start, |end| own.start + end + 1);
            unmark(&mut self.out, &html[own.start..tag]);
            own = tag..own.end - ITEM_END.len();
        }
        let holes: Vec<usize> = inside(self.old, old).collect();
        let starts = holes.iter().map(|&hole| self.old[hole].html.end);
        let ends = holes.iter().map(|&hole| self.old[hole].html.start).chain([own.end]);
        let stretches: Vec<&str> = [own.start].into_iter().chain(starts).zip(ends).map(|(a, b)| &html[a..b]).collect();
        let mut woven = self.weave(&stretches, around).into_iter();
        self.out.push_str(&woven.next().unwrap_or_default());
        for (hole, stretch) in holes.into_iter().zip(woven) {
            self.unit(hole, Some(at));
            self.out.push_str(&stretch);
        }
        if around == Container::Lists {
            self.out.push_str(ITEM_END);
        }
        self.units[at].html.end = self.out.len();
    }

    /// Sanitizes stretches of HTML with holes between them: groups that belong together as one, all others alone.
    fn weave(&mut self, stretches: &[&str], around: Container) -> Vec<String> {
        let links = LinkedBlocks::find(stretches);
        let mut woven: Vec<(usize, String)> = Vec::new();
        for &(first, last) in &links.spans {
            let places = (first..=last).filter(|&place| links.linked[place]);
            if let Some(parts) = self.parts(&linked(stretches, &links, first, last), around) {
                woven.extend(places.zip(parts));
            }
        }
        let (mut done, mut woven) = (Vec::with_capacity(stretches.len()), woven.into_iter().peekable());
        for (place, stretch) in stretches.iter().enumerate() {
            match woven.next_if(|(first, _)| *first == place) {
                Some((_, part)) => done.push(part),
                None => done.push(self.alone(stretch, around)),
            }
        }
        done
    }

    fn alone(&mut self, html: &str, around: Container) -> String {
        let clean = self.cleaner.clean(html);
        if around == Container::Lists { without_items(clean) } else { clean }
    }

    /// Sanitizes stretches that belong together as one. Returns nothing if their holes cannot hold blocks.
    fn parts(&mut self, stretches: &[&str], around: Container) -> Option<Vec<String>> {
        let mut clean = self.cleaner.clean_with_holes(stretches);
        if around == Container::Lists {
            clean = without_items(clean);
        }
        let parts = self.cleaner.parts(&clean);
        let fits = parts.len() == stretches.len() && (around == Container::Items || are_roomy(&parts));
        fits.then(|| {
            let mut bare = vec![String::new(); parts.len()];
            parts.iter().zip(&mut bare).for_each(|(part, bare)| unmark(bare, part));
            bare
        })
    }
}

/// Returns those stretches that belong to the group.
fn linked<'a>(stretches: &[&'a str], links: &LinkedBlocks, first: usize, last: usize) -> Vec<&'a str> {
    (first..=last).filter(|&place| links.linked[place]).map(|place| stretches[place]).collect()
}

/// Returns whether any block may be placed between the parts.
fn are_roomy(parts: &[&str]) -> bool {
    let mut open: Vec<String> = Vec::new();
    let holes = parts.len().saturating_sub(1);
    parts[..holes].iter().all(|part| {
        for piece in pieces(part) {
            let HtmlPiece::Tag(tag) = piece else { continue };
            if tag.end {
                open.pop();
            } else if !VOID.contains(&&*tag.name) {
                open.push(tag.name);
            }
        }
        !open.iter().any(|name| FULL.contains(&&**name))
    })
}

/// Removes items outside a list from well-formed HTML: they would end the surrounding item.
fn without_items(html: String) -> String {
    if !["<li", "<dd", "<dt"].iter().any(|item| html.contains(item)) {
        return html;
    }
    let (mut done, mut from) = (String::with_capacity(html.len()), 0);
    let (mut lists, mut terms) = (0_u32, 0_u32);
    let count = |open: u32, end: bool| if end { open.saturating_sub(1) } else { open + 1 };
    for piece in pieces(&html) {
        let HtmlPiece::Tag(tag) = piece else { continue };
        let stray = match &*tag.name {
            "ol" | "ul" => {
                lists = count(lists, tag.end);
                false
            }
            "dl" => {
                terms = count(terms, tag.end);
                false
            }
            "li" => lists == 0,
            "dd" | "dt" => terms == 0,
            _ => false,
        };
        if stray {
            done.push_str(&html[from..tag.at.start]);
            from = tag.at.end;
        }
    }
    done.push_str(&html[from..]);
    done
}
