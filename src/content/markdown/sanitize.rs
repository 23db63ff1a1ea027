//! Filters raw HTML by an allow list.
//!
//! Tags arrive in pieces (`<b>` and `</b>` are two events), so finished units are cleaned, not pieces (see `isolate`).
//! The cleaner must distinguish Recto's own ids and classes from an author's. So the writer puts `MARK`, a
//! noncharacter that it removes from authors' texts, before each of its own, and before each choice of images, which
//! is a list of addresses. The cleaner removes the mark from marked values, and drops unmarked ones.
//!
//! What an author's tags may not have is already dropped tag by tag (see `raw_html`), while its place is known. This
//! file is the safety net after that, and closes open elements.

use super::highlight;
use super::link_target::LinkUse;
use super::url::{UrlKind, kind};
use ammonia::Builder;
use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) const MARK: char = '\u{fdd0}';
/// Marks an id that yields to a heading's (see `ids`).
pub(super) const SOFT: char = '\u{fdd1}';

#[rustfmt::skip]
const TAGS: [&str; 74] = [
    "a", "abbr", "aside", "audio", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "img", "input", "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "q", "rb",
    "rp", "rt", "rtc", "ruby", "s", "samp", "section", "small", "source", "span", "strike", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "track", "tt", "u", "ul", "var",
    "video", "wbr",
];
const GENERIC: [&str; 9] = ["aria-label", "aria-labelledby", "class", "dir", "id", "lang", "role", "tabindex", "title"];
const ATTRIBUTES: [(&str, &[&str]); 18] = [
    ("a", &["href", "rel"]),
    ("audio", &["controls", "loop", "muted", "preload", "src"]),
    ("blockquote", &["cite"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("data", &["value"]),
    ("details", &["open"]),
    ("img", &["alt", "decoding", "height", "loading", "sizes", "src", "srcset", "width"]),
    ("input", &["checked", "disabled", "type"]),
    ("li", &["value"]),
    ("ol", &["reversed", "start"]),
    ("q", &["cite"]),
    ("source", &["height", "media", "sizes", "src", "srcset", "type", "width"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
    ("track", &["default", "kind", "label", "src", "srclang"]),
    ("video", &["controls", "height", "loop", "muted", "playsinline", "poster", "preload", "src", "width"]),
];
/// Elements that are removed with their content.
const DROPPED: [&str; 8] = ["script", "style", "template", "noscript", "title", "textarea", "xmp", "iframe"];
const ROLES: [&str; 5] = ["doc-backlink", "doc-endnotes", "doc-noteref", "note", "region"];

/// Cleans HTML, one unit at a time.
pub(super) struct Cleaner(Builder<'static>);

impl Cleaner {
    pub(super) fn new() -> Cleaner {
        let mut builder = Builder::default();
        builder
            .tags(TAGS.into())
            .tag_attributes(ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect())
            .generic_attributes(GENERIC.into())
            .clean_content_tags(DROPPED.into())
            .add_url_schemes(["http", "https", "mailto", "tel", "data"])
            .set_tag_attribute_value("input", "type", "checkbox")
            .set_tag_attribute_value("input", "disabled", "")
            .link_rel(None)
            .attribute_filter(attribute);
        Cleaner(builder)
    }

    /// Returns the harmless part, well-formed.
    pub(super) fn clean(&self, html: &str) -> String {
        let clean = self.marked(html);
        if !clean.contains(MARK) {
            return clean;
        }
        let mut bare = String::with_capacity(clean.len());
        unmark(&mut bare, &clean);
        bare
    }

    /// Cleans several stretches as one, with holes between them, which `parts` finds again. Marks are kept.
    pub(super) fn clean_with_holes(&self, stretches: &[&str]) -> String {
        self.marked(&stretches.join(HOLE))
    }

    fn marked(&self, html: &str) -> String {
        // A parser drops a leading byte order mark.
        let rest = html.trim_start_matches('\u{feff}');
        let clean = self.0.clean(rest).to_string();
        if rest.len() == html.len() { clean } else { html[..html.len() - rest.len()].to_owned() + &clean }
    }

    /// Returns the parts between the holes.
    pub(super) fn parts<'h>(&self, html: &'h str) -> Vec<&'h str> {
        html.split(CLEAN_HOLE).collect()
    }
}

/// The placeholder for blocks. It affects the elements around it like a block. No author can write it.
const HOLE: &str = "<hr class=\"\u{fdd0}\u{fdd0}\">";
/// The placeholder after cleaning.
const CLEAN_HOLE: &str = "<hr class=\"\u{fdd0}\">";

/// Copies HTML without its marks.
pub(super) fn unmark(out: &mut String, html: &str) {
    html.split(MARK).for_each(|part| out.push_str(part));
}

/// Returns the name if an author's element is removed with its content.
pub(super) fn dropped(element: &str) -> Option<&'static str> {
    DROPPED.into_iter().find(|name| *name == element)
}

/// Returns whether an author's tag is kept.
pub(super) fn keeps_tag(element: &str) -> bool {
    TAGS.contains(&element)
}

/// Returns whether an attribute of an author's tag may be kept.
pub(super) fn keeps(element: &str, name: &str) -> bool {
    let own = ATTRIBUTES.iter().find(|(tag, _)| *tag == element);
    (GENERIC.contains(&name) && name != "aria-labelledby")
        || (element == "a" && name == "name")
        || own.is_some_and(|(_, names)| names.contains(&name))
}

/// Returns whether an attribute is kept with this value, which is neither an id nor an address.
pub(super) fn keeps_value(element: &str, name: &str, value: &str) -> bool {
    attribute(element, name, value).is_some()
}

fn attribute<'a>(element: &str, name: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let keep = match name {
        "id" | "aria-labelledby" | "srcset" => return value.strip_prefix(MARK).map(Cow::Borrowed),
        "class" => match value.strip_prefix(MARK) {
            Some(own) => return Some(Cow::Borrowed(own)),
            None => element == "span" && value.split(' ').all(|class| class.starts_with(highlight::PREFIX)),
        },
        "href" | "cite" => !matches!(kind(value, LinkUse::Link), UrlKind::Bad(_)),
        "src" | "poster" => !matches!(kind(value, LinkUse::Image), UrlKind::Bad(_)),
        "role" => ROLES.contains(&value),
        "tabindex" => value == "0",
        "rel" => matches!(value, "external" | "license"),
        _ => true,
    };
    keep.then_some(Cow::Borrowed(value))
}

/// Estimates how deep an author's own tags are nested. For some tags, an HTML parser searches all open elements, so
/// thousands of them would take quadratic time.
#[derive(Default)]
pub(super) struct TagDepth {
    open: BTreeMap<String, u32>,
    total: u32,
}

/// The maximum number of an author's open tags.
const DEPTH: u32 = 256;
/// Elements without an end tag, or that the next one of their kind closes.
#[rustfmt::skip]
const ENDLESS: [&str; 18] = [
    "br", "col", "dd", "dt", "hr", "img", "input", "li", "option", "p", "rp", "rt", "source", "td", "th", "tr", "track",
    "wbr",
];

/// Elements without an end tag.
pub(super) const VOID: [&str; 8] = ["br", "col", "hr", "img", "input", "source", "track", "wbr"];

impl TagDepth {
    /// Counts the tags of a piece. Returns false if they would be nested too deep.
    pub(super) fn take(&mut self, html: &str) -> bool {
        for tag in html.split('<').skip(1) {
            let (end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
            let length = tag.bytes().take(16).take_while(|b| b.is_ascii_alphanumeric()).count();
            let name = tag[..length].to_ascii_lowercase();
            if name.is_empty() || ENDLESS.contains(&name.as_str()) {
                continue;
            }
            let open = self.open.entry(name).or_default();
            if !end {
                *open += 1;
                self.total += 1;
            } else if *open > 0 {
                *open -= 1;
                self.total -= 1;
            }
        }
        self.total <= DEPTH
    }
}
