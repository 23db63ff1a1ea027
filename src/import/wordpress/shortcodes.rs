//! Replaces shortcodes, `[caption …]…[/caption]`, by the HTML that WordPress and common plug-ins show for them. What a
//! shortcode of an unknown plug-in encloses stays; one that encloses nothing stays as text. Both are named.

use std::collections::BTreeMap;

use super::media::{MediaFiles, escaped};
use crate::import::import_map::ImportMap;

/// What shortcodes of a post need.
pub(super) struct ShortcodeReader<'a> {
    pub(super) map: &'a ImportMap,
    pub(super) media: &'a MediaFiles<'a>,
    /// The id of the post, whose pictures a gallery without a list shows.
    pub(super) post: &'a str,
    /// Names of unknown shortcodes, and whether their markup was left as text.
    pub(super) unknown: Vec<(String, bool)>,
}

/// A shortcode in a text.
struct Shortcode<'t> {
    name: &'t str,
    arguments: &'t str,
    end: usize,
    closed: bool,
}

/// Shortcodes in shortcodes are read to this depth.
const DEPTH: usize = 12;
/// The most bytes of a shortcode's own brackets.
const LENGTH: usize = 4_000;
/// Names whose content is the text of a note.
const NOTES: [&str; 8] = ["ref", "mfn", "footnote", "fn", "efn_note", "note", "sidenote", "footnotes_note"];
/// Names of code with the language in an argument or in the name.
const CODE: [&str; 18] = [
    "code",
    "sourcecode",
    "source",
    "bash",
    "shell",
    "css",
    "html",
    "xml",
    "js",
    "javascript",
    "php",
    "python",
    "ruby",
    "sql",
    "java",
    "cpp",
    "csharp",
    "plain",
];
/// Names of which the first argument or the content is the address of what is embedded.
const EMBEDDED: [&str; 8] = ["embed", "youtube", "vimeo", "audio", "video", "soundcloud", "dailymotion", "tweet"];

impl ShortcodeReader<'_> {
    /// Returns the text with its shortcodes replaced.
    pub(super) fn replace(&mut self, text: &str) -> String {
        self.replace_at(text, 0)
    }

    fn replace_at(&mut self, text: &str, depth: usize) -> String {
        if depth > DEPTH || !text.contains('[') {
            return text.to_owned();
        }
        let closers = closers(text);
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(start) = text[at..].find('[').map(|found| at + found) {
            out.push_str(&text[at..start]);
            at = start + 1;
            if text[start..].starts_with("[[") && text[start + 2..].starts_with(|c: char| c.is_ascii_alphabetic()) {
                // `[[name]]` shows `[name]`.
                if let Some(end) = text[start..].find("]]").filter(|end| *end < LENGTH) {
                    out.push_str(&text[start + 1..start + end + 1]);
                    at = start + end + 2;
                    continue;
                }
            }
            let Some(code) = shortcode(&text[start..]) else {
                out.push('[');
                continue;
            };
            let open_end = start + code.end;
            let close = closers
                .get(code.name)
                .filter(|_| !code.closed)
                .and_then(|places| places.get(places.partition_point(|place| *place < open_end)).copied());
            let inner = close.map(|close| &text[open_end..close]);
            match self.html(&code, inner, depth) {
                Some(html) => {
                    out.push_str(&html);
                    at = close.map_or(open_end, |close| close + code.name.len() + 3);
                }
                None => out.push('['),
            }
        }
        out.push_str(&text[at..]);
        out
    }

    /// Returns the HTML of a shortcode, or `None` if it is none.
    fn html(&mut self, code: &Shortcode, inner: Option<&str>, depth: usize) -> Option<String> {
        let name = code.name.to_lowercase();
        let arguments = arguments(code.arguments);
        if let Some(template) = self.map.shortcode(&name) {
            let inner = inner.map(|inner| self.replace_at(inner, depth + 1)).unwrap_or_default();
            return Some(filled(template, &arguments, &inner));
        }
        let first = || named(&arguments, &["src", "mp3", "mp4", "m4v", "webm", "ogg", "wav", "m4a", "url", "id", "0"]);
        match name.as_str() {
            "caption" | "wp_caption" => {
                let inner = inner.map(|inner| self.replace_at(inner, depth + 1))?;
                return Some(caption(&inner, &arguments));
            }
            "gallery" => return Some(self.gallery(&arguments)),
            name if EMBEDDED.contains(&name) => {
                let address =
                    inner.map(str::trim).filter(|inner| !inner.is_empty()).map(str::to_owned).or_else(first)?;
                return Some(embedded(name, address.trim_start_matches('='), &arguments));
            }
            name if NOTES.contains(&name) && inner.is_some_and(|inner| !inner.trim().is_empty()) => {
                let inner = self.replace_at(inner.unwrap_or_default(), depth + 1);
                return Some(format!("<recto-note>{}</recto-note>", inner.trim()));
            }
            name if CODE.contains(&name) && inner.is_some() => {
                let language = named(&arguments, &["language", "lang"]).unwrap_or_else(|| name.to_owned());
                let language = if matches!(&*language, "code" | "sourcecode" | "source") { "" } else { &language };
                let code = inner.unwrap_or_default().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
                return Some(format!(
                    "<pre class=\"language-{}\">{}</pre>",
                    escaped(language),
                    escaped(code.trim_matches('\n'))
                ));
            }
            _ => {}
        }
        if let Some(inner) = inner {
            self.unknown.push((name, false));
            return Some(self.replace_at(inner, depth + 1));
        }
        if code.arguments.contains('=') || code.closed || name.contains(['-', '_']) && code.arguments.trim().is_empty()
        {
            self.unknown.push((name, true));
        }
        None
    }

    fn gallery(&self, arguments: &BTreeMap<String, String>) -> String {
        let listed = named(arguments, &["ids", "include"]);
        let ids: Vec<String> = match listed {
            Some(ids) => ids.split([',', ' ']).map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect(),
            None => self.media.of_post(named(arguments, &["id"]).as_deref().unwrap_or(self.post)),
        };
        ids.iter().filter_map(|id| self.media.figure(id)).collect::<Vec<_>>().join("\n")
    }
}

/// Returns the places of all ends of shortcodes, by name.
fn closers(text: &str) -> BTreeMap<&str, Vec<usize>> {
    let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, _) in text.match_indices("[/") {
        let rest = &text[at + 2..];
        let length = rest.find(|c: char| !is_of_name(c)).unwrap_or(rest.len());
        if length > 0 && rest[length..].starts_with(']') {
            found.entry(&rest[..length]).or_default().push(at);
        }
    }
    found
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Reads the shortcode at the start of a text.
fn shortcode(text: &str) -> Option<Shortcode<'_>> {
    let inside = &text[1..text.floor_char_boundary(LENGTH)];
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name = &inside[..inside.find(|c: char| !is_of_name(c)).unwrap_or(inside.len())];
    let mut quote = None;
    for (at, c) in inside.char_indices().skip(name.len()) {
        match (quote, c) {
            (Some(mark), _) if c == mark => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if inside[..at].ends_with('=') => quote = Some(c),
            (None, '[' | '<') => return None,
            (None, ']') => {
                let arguments = &inside[name.len()..at];
                if !arguments.is_empty() && !arguments.starts_with([' ', '/', '\n', '\t', '=', '\u{a0}']) {
                    return None;
                }
                let closed = arguments.trim_end().ends_with('/');
                return Some(Shortcode { name, arguments: arguments.trim_end_matches('/'), end: at + 2, closed });
            }
            _ => {}
        }
    }
    None
}

/// Reads arguments: `a="b" c=d e`. Those without a name get their number.
fn arguments(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = text.trim();
    let mut number = 0;
    while !rest.is_empty() && found.len() < 100 {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..end].to_lowercase();
        if end > 0 && rest[end..].starts_with('=') {
            let value = &rest[end + 1..];
            let (value, after) = value_of(value);
            found.insert(key, value.to_owned());
            rest = after.trim_start();
        } else {
            let (value, after) = value_of(rest);
            found.insert(number.to_string(), value.to_owned());
            number += 1;
            rest = after.trim_start();
        }
    }
    found
}

/// Returns a value at the start of a text, in quotation marks or up to a space, and what follows.
fn value_of(text: &str) -> (&str, &str) {
    if let Some(mark @ ('"' | '\'')) = text.chars().next()
        && let Some(end) = text[1..].find(mark)
    {
        return (&text[1..end + 1], &text[end + 2..]);
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

fn named(arguments: &BTreeMap<String, String>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| arguments.get(*key)).filter(|value| !value.is_empty()).cloned()
}

/// Fills the template that a map has for a shortcode.
fn filled(template: &str, arguments: &BTreeMap<String, String>, inner: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let Some(end) = rest[start..].find('}').map(|end| start + end) else { break };
        match &rest[start + 1..end] {
            "inner" => out.push_str(inner),
            key => out.push_str(&escaped(arguments.get(&key.to_lowercase()).map_or("", String::as_str))),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

/// Divides the content of a caption into the picture, with the link around it, and the words.
fn caption(inner: &str, arguments: &BTreeMap<String, String>) -> String {
    let lower = inner.to_ascii_lowercase();
    let image = lower.find("<img").and_then(|start| Some(start + lower[start..].find('>')? + 1));
    let end = image.map_or(0, |end| match lower[end..].find("</a>") {
        Some(link) if lower[end..end + link].trim().is_empty() => end + link + 4,
        _ => end,
    });
    let words = named(arguments, &["caption"]).unwrap_or_else(|| inner[end..].trim().to_owned());
    let picture = if end == 0 { inner } else { &inner[..end] };
    format!("<figure>{}<figcaption>{}</figcaption></figure>", picture.trim(), words.replace('\n', " "))
}

fn embedded(name: &str, address: &str, arguments: &BTreeMap<String, String>) -> String {
    let address = match name {
        "youtube" if !address.contains('/') => format!("https://www.youtube.com/watch?v={address}"),
        "vimeo" if !address.contains('/') => format!("https://vimeo.com/{address}"),
        _ => address.replace("&amp;", "&"),
    };
    let title = named(arguments, &["title"]).map(|title| format!(" title=\"{}\"", escaped(&title))).unwrap_or_default();
    format!("\n\n<iframe src=\"{}\"{title}></iframe>\n\n", escaped(&address))
}
