//! What the shortcodes of a text become: those of the map's table, those that Hugo has, and those that most themes
//! share. It must not know how calls are found.

use super::content_tree::ContentFile;
use super::references::ReferenceIndex;
use super::shortcodes::{ShortcodeCall, ShortcodeReader, fill};
use crate::import::fields;
use crate::import::head::Head;
use crate::import::import_map::ImportMap;
use crate::import::notes::{Note, NoteKind, Notes};

/// Replaces the shortcodes of one text.
pub struct HugoShortcodes<'a> {
    pub map: &'a ImportMap,
    pub index: &'a ReferenceIndex<'a>,
    pub file: &'a ContentFile,
    pub head: &'a Head,
    pub notes: &'a mut Notes,
}

impl ShortcodeReader for HugoShortcodes<'_> {
    fn expand(&mut self, call: &ShortcodeCall) -> Option<String> {
        if let Some(template) = self.map.shortcode(call.name) {
            return Some(fill(template, call));
        }
        let arguments = &call.arguments;
        Some(match call.name {
            "ref" | "relref" => return self.reference(call),
            "figure" | "img" | "image" => figure(call)?,
            "highlight" | "code" => code(call)?,
            "comment" => String::new(),
            "param" => self.param(arguments.get("name", 0)?)?,
            "details" => details(call)?,
            "gist" => {
                let (user, id) = (arguments.get("user", 0)?, arguments.get("id", 1)?);
                self.embedded(call, &format!("https://gist.github.com/{user}/{id}"))
            }
            "tweet" | "twitter" | "twitter_simple" | "x" | "x_simple" => {
                let id = arguments.named("id").or_else(|| arguments.listed.last().map(String::as_str))?;
                let user = arguments.named("user").or_else(|| arguments.listed.get(1).and(arguments.get("", 0)));
                self.embedded(call, &format!("https://twitter.com/{}/status/{id}", user.unwrap_or("i")))
            }
            "youtube" => {
                let id = arguments.get("id", 0).filter(|id| is_id(id))?;
                self.embedded(call, &format!("https://www.youtube.com/watch?v={id}"))
            }
            "vimeo" | "vimeo_simple" => {
                let id = arguments.get("id", 0).filter(|id| is_id(id))?;
                self.embedded(call, &format!("https://vimeo.com/{id}"))
            }
            "instagram" | "instagram_simple" => {
                let id = arguments.get("id", 0).filter(|id| is_id(id))?;
                self.embedded(call, &format!("https://www.instagram.com/p/{id}/"))
            }
            _ => return None,
        })
    }

    fn left(&mut self, name: &str, line: usize, markup: &str) {
        self.note(NoteKind::LeftAsText, &format!("shortcode `{name}`"), line, markup);
    }
}

impl HugoShortcodes<'_> {
    fn note(&mut self, kind: NoteKind, subject: &str, line: usize, value: &str) {
        let value: String = value.lines().next().unwrap_or_default().chars().take(160).collect();
        self.notes.add(Note::new(kind, subject, &self.file.path, value).at_line(line));
    }

    fn reference(&mut self, call: &ShortcodeCall) -> Option<String> {
        let reference = call.arguments.get("path", 0)?;
        if let Some(found) = self.index.find(reference, self.file) {
            return Some(found);
        }
        self.note(NoteKind::LeftOut, &format!("`{}` to a page that does not exist", call.name), call.line, reference);
        // Within a link, the braces would break it; a path says as much.
        let path = reference.split('#').next().unwrap_or_default().trim_end_matches(".md").trim_matches('/');
        Some(format!("/{}", path.replace(' ', "%20")))
    }

    /// A link in the place of something that a page would load from elsewhere.
    fn embedded(&mut self, call: &ShortcodeCall, url: &str) -> String {
        self.note(NoteKind::LeftOut, &format!("what `{}` embeds; a link is in its place", call.name), call.line, url);
        format!("<{}>", url.replace(['<', '>', ' '], ""))
    }

    fn param(&self, name: &str) -> Option<String> {
        let own = |value| fields::plain(value);
        let params = self.head.get("params");
        let inner = params.and_then(|params| match params {
            crate::import::imported::ExtraValue::Table(table) => table.get(name),
            _ => None,
        });
        self.head.get(name).or(inner).and_then(own)
    }
}

fn is_id(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Makes a picture, with its caption as the title and a link around it.
fn figure(call: &ShortcodeCall) -> Option<String> {
    let arguments = &call.arguments;
    let src = arguments.get("src", 0)?;
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let caption = arguments.named("caption").or_else(|| arguments.named("title")).map(one_line);
    let credit = arguments.named("attr").map(one_line);
    let caption = match (caption, credit) {
        (Some(caption), Some(credit)) => Some(format!("{caption} ({credit})")),
        (caption, credit) => caption.or(credit),
    };
    let alt = arguments.named("alt").map(one_line).or_else(|| caption.clone()).unwrap_or_default();
    let title = caption.map_or_else(String::new, |caption| format!(" \"{}\"", caption.replace('"', "\\\"")));
    let alt = alt.replace(['[', ']'], "");
    let picture = format!("![{alt}]({}{title})", destination(src));
    Some(match arguments.named("link").filter(|link| *link != src) {
        Some(link) => format!("[{picture}]({})", destination(link)),
        None => picture,
    })
}

fn destination(address: &str) -> String {
    let plain = !address.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>'));
    if plain { address.to_owned() } else { format!("<{}>", address.replace(['<', '>', '\n'], "")) }
}

/// Makes a fenced block of code, longer than any fence in it.
fn code(call: &ShortcodeCall) -> Option<String> {
    let written = call.written?.trim_matches('\n');
    let language = call.arguments.get("lang", 0).or_else(|| call.arguments.named("language")).unwrap_or_default();
    let language: String = language.chars().filter(|c| !c.is_whitespace() && *c != '`').collect();
    let mut longest = 2;
    for line in written.lines() {
        longest = longest.max(line.trim_start().bytes().take_while(|b| *b == b'`').count());
    }
    let fence = "`".repeat(longest + 1);
    Some(format!("{fence}{language}\n{written}\n{fence}"))
}

fn details(call: &ShortcodeCall) -> Option<String> {
    let summary = call.arguments.get("summary", 0).or_else(|| call.arguments.named("title")).unwrap_or("Details");
    let summary = summary.replace('&', "&amp;").replace('<', "&lt;");
    let inner = call.inner.as_deref()?.trim();
    Some(format!("<details>\n<summary>{summary}</summary>\n\n{inner}\n\n</details>"))
}
