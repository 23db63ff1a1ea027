//! The shortcodes of Zola in a body: `{{ name(a="b") }}` and `{% name() %} … {% end %}`. Those that the map or Recto
//! knows become Markdown; the others stay as text and are named. It must not know the site.

use std::ops::Range;

use super::bodies::BodyPlace;
use crate::import::import_map::ImportMap;
use crate::import::notes::{Note, NoteKind, Notes};

/// How deep shortcodes are read within others.
const DEPTH: usize = 16;

/// A tag of a shortcode in a body.
#[derive(Clone, Debug)]
struct CodeTag {
    at: Range<usize>,
    kind: TagKind,
    /// The index of the tag that closes it.
    end: Option<usize>,
}

#[derive(Clone, Debug)]
enum TagKind {
    Inline(Call),
    Open(Call),
    End,
    /// A shortcode that is shown, not used: what is shown.
    Shown(String),
}

/// A shortcode with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Call {
    name: String,
    arguments: Vec<(String, String)>,
}

impl Call {
    fn argument(&self, names: &[&str]) -> Option<&str> {
        let found = names.iter().find_map(|name| self.arguments.iter().find(|(key, _)| key == name));
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Replaces the shortcodes of a body.
pub fn expand(body: &str, place: &BodyPlace, map: &ImportMap, notes: &mut Notes) -> String {
    if !body.contains("{{") && !body.contains("{%") {
        return body.to_owned();
    }
    let tags = tags(body);
    let mut writer = Writer { body, tags: &tags, place, map, notes, line: place.body_line, counted: 0 };
    writer.stretch(0..body.len(), 0..tags.len(), 0)
}

/// Finds the tags of a body in one pass, and which tags belong together.
fn tags(body: &str) -> Vec<CodeTag> {
    let mut out: Vec<CodeTag> = Vec::new();
    let mut open = Vec::new();
    let last_shown = SHOWN.map(|(_, end, ..)| body.rfind(end));
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'{', &body.as_bytes()[at..]).map(|found| at + found) {
        let rest = &body[start..];
        let found = shown_at(rest, start, last_shown)
            .or_else(|| ["{{", "{%"].into_iter().find(|mark| rest.starts_with(mark)).and_then(tag_at(rest)));
        let Some((kind, length)) = found else {
            at = start + 1;
            continue;
        };
        let number = out.len();
        match kind {
            TagKind::Open(_) => open.push(number),
            TagKind::End => {
                if let Some(opened) = open.pop() {
                    out[opened].end = Some(number);
                }
            }
            _ => {}
        }
        at = start + length;
        out.push(CodeTag { at: start..at, kind, end: None });
    }
    out
}

/// How a shortcode is shown: start, end, and what stands in their place.
const SHOWN: [(&str, &str, &str, &str); 2] = [("{{/*", "*/}}", "{{", "}}"), ("{%/*", "*/%}", "{%", "%}")];

/// Reads a shown shortcode at the start of a text. `last` says where in the body the last ones end, so that the ends of
/// those that have none are not searched again and again.
fn shown_at(rest: &str, start: usize, last: [Option<usize>; 2]) -> Option<(TagKind, usize)> {
    let ((opens, closes, before, after), last) =
        SHOWN.into_iter().zip(last).find(|((opens, ..), _)| rest.starts_with(opens))?;
    if last? < start + opens.len() {
        return None;
    }
    let end = opens.len() + rest[opens.len()..].find(closes)?;
    Some((TagKind::Shown(format!("{before}{}{after}", &rest[opens.len()..end])), end + closes.len()))
}

/// Reads the tag at the start of a text: its kind and its length.
fn tag_at(rest: &str) -> impl Fn(&str) -> Option<(TagKind, usize)> + '_ {
    move |mark| {
        let close = if mark == "{{" { "}}" } else { "%}" };
        // A tag is short; text without an end must not be searched again and again.
        let window = &rest[..rest.floor_char_boundary(4096.min(rest.len()))];
        let inside = window.get(2..)?;
        let (call, used) = match call(inside) {
            Some(call) => call,
            None => {
                let word = inside.trim_start_matches([' ', '-']);
                let used = inside.len() - word.len() + "end".len();
                let rest = word.strip_prefix("end").filter(|_| mark == "{%")?;
                let gap = rest.len() - rest.trim_start_matches([' ', '-']).len();
                return rest[gap..].starts_with(close).then(|| (TagKind::End, 2 + used + gap + 2));
            }
        };
        let after = &inside[used..];
        let gap = after.len() - after.trim_start().trim_start_matches('-').len();
        let kind = if mark == "{{" { TagKind::Inline(call) } else { TagKind::Open(call) };
        after[gap..].starts_with(close).then_some((kind, 2 + used + gap + 2))
    }
}

/// Reads `name(a="b", c=1)`: the shortcode, and how many bytes it takes.
fn call(text: &str) -> Option<(Call, usize)> {
    let start = text.trim_start_matches('-').trim_start();
    let end = start.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-')))?;
    let name = &start[..end];
    let mut rest = start[end..].trim_start().strip_prefix('(')?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return None;
    }
    let mut arguments = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if let Some(after) = rest.strip_prefix(')') {
            let call = Call { name: name.to_owned(), arguments };
            return Some((call, text.len() - after.len()));
        }
        let (key, after) = rest.split_once('=')?;
        let (value, after) = value(after.trim_start())?;
        arguments.push((key.trim().to_owned(), value));
        rest = after;
    }
}

/// Reads the value of an argument, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
        let (inside, after) = text[1..].split_once(quote)?;
        return Some((inside.to_owned(), after));
    }
    let end = match text.starts_with('[') {
        true => text.find(']')? + 1,
        false => text.find([',', ')'])?,
    };
    Some((text[..end].trim().to_owned(), &text[end..]))
}

/// Writes a body with what its shortcodes become.
struct Writer<'a> {
    body: &'a str,
    tags: &'a [CodeTag],
    place: &'a BodyPlace<'a>,
    map: &'a ImportMap,
    notes: &'a mut Notes,
    line: usize,
    counted: usize,
}

impl Writer<'_> {
    fn stretch(&mut self, at: Range<usize>, tags: Range<usize>, depth: usize) -> String {
        let mut out = String::with_capacity(at.len());
        let (mut from, mut next) = (at.start, tags.start);
        while next < tags.end {
            let tag = &self.tags[next];
            out.push_str(&self.body[from..tag.at.start]);
            self.count_to(tag.at.start);
            let line = self.line;
            let (end, after, inner) = match tag.end {
                Some(close) if depth < DEPTH => {
                    let inside = tag.at.end..self.tags[close].at.start;
                    let inner = self.stretch(inside, next + 1..close, depth + 1);
                    (self.tags[close].at.end, close + 1, Some(inner))
                }
                _ => (tag.at.end, next + 1, None),
            };
            match &tag.kind {
                TagKind::Shown(shown) => out.push_str(shown),
                TagKind::End => self.keep(tag, "`end` without a start", line, &mut out),
                TagKind::Open(call) if inner.is_none() => {
                    self.keep(tag, &format!("shortcode `{}` without an end", call.name), line, &mut out);
                }
                TagKind::Inline(call) | TagKind::Open(call) => match self.written(call, inner.as_deref(), line) {
                    Some(markdown) => out.push_str(&markdown),
                    None => {
                        self.keep(tag, &format!("shortcode `{}`", call.name), line, &mut out);
                        if let (Some(inner), Some(close)) = (&inner, tag.end) {
                            out.push_str(inner);
                            out.push_str(&self.body[self.tags[close].at.clone()]);
                        }
                    }
                },
            }
            (from, next) = (end, after);
        }
        out.push_str(&self.body[from..at.end]);
        out
    }

    fn count_to(&mut self, at: usize) {
        if at > self.counted {
            self.line += memchr::memchr_iter(b'\n', &self.body.as_bytes()[self.counted..at]).count();
            self.counted = at;
        }
    }

    fn keep(&mut self, tag: &CodeTag, subject: &str, line: usize, out: &mut String) {
        let written = &self.body[tag.at.clone()];
        out.push_str(written);
        self.note(NoteKind::LeftAsText, subject, written, line);
    }

    fn note(&mut self, kind: NoteKind, subject: &str, value: &str, line: usize) {
        let value: String = value.lines().next().unwrap_or_default().chars().take(200).collect();
        self.notes.add(Note::new(kind, subject, self.place.file, value).at_line(line));
    }

    /// What a shortcode becomes; `None` if nobody knows it.
    fn written(&mut self, call: &Call, inner: Option<&str>, line: usize) -> Option<String> {
        if let Some(template) = self.map.shortcode(&call.name) {
            if template.is_empty() {
                self.note(NoteKind::LeftOut, &format!("shortcode `{}`, as the map says", call.name), "", line);
            }
            return Some(filled(template, call, inner.unwrap_or_default()));
        }
        let video = |start: &str| call.argument(&["id"]).map(|id| format!("<{start}{id}>"));
        match (call.name.as_str(), inner) {
            ("youtube", None) => video("https://www.youtube.com/watch?v="),
            ("vimeo", None) => video("https://vimeo.com/"),
            ("streamable", None) => video("https://streamable.com/"),
            ("bilibili", None) => video("https://www.bilibili.com/video/"),
            ("gist" | "tweet" | "toot", None) => call.argument(&["url"]).map(|url| format!("<{url}>")),
            ("figure" | "image" | "img" | "picture" | "photo" | "resize_image", _) => self.picture(call, inner),
            ("quote" | "blockquote", Some(inner)) => {
                let by = call.argument(&["author", "cite", "by"]).map(|by| format!("\n>\n> — {by}"));
                let quoted: Vec<String> = inner.trim().lines().map(|line| format!("> {line}")).collect();
                Some(format!("{}{}", quoted.join("\n"), by.unwrap_or_default()))
            }
            _ => None,
        }
    }

    fn picture(&self, call: &Call, inner: Option<&str>) -> Option<String> {
        let src = call.argument(&["src", "path", "url", "file", "link", "name"])?;
        let src =
            self.place.file_of(src).unwrap_or_else(|| src.replace(' ', "%20").replace('(', "%28").replace(')', "%29"));
        let inner = inner.map(str::trim).filter(|inner| !inner.is_empty() && !inner.contains('\n'));
        let caption = call.argument(&["caption", "title"]).or(inner);
        let alt = call.argument(&["alt"]).or(caption).unwrap_or_default().replace(['[', ']'], "");
        let caption = caption.map(|caption| format!(" \"{}\"", caption.replace('"', "\\\""))).unwrap_or_default();
        Some(format!("![{alt}]({src}{caption})"))
    }
}

/// Fills a template of the map: `{NAME}`, `{0}`, `{inner}`.
fn filled(template: &str, call: &Call, inner: &str) -> String {
    let inner = inner.trim();
    let mut out = String::with_capacity(template.len() + inner.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let name = after
            .split_once('}')
            .filter(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        match name {
            Some((name, tail)) => {
                let positional =
                    name.parse::<usize>().ok().and_then(|n| call.arguments.get(n)).map(|(_, value)| value.as_str());
                out.push_str(if name == "inner" {
                    inner
                } else {
                    positional.or(call.argument(&[name])).unwrap_or_default()
                });
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
