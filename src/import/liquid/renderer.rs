//! Renders the tags and values of a text. It must not know how a source is laid out.

use super::arguments::{TagArguments, fill};
use super::blocks;
use super::link_names::{LinkNames, source_link};
use super::tokens::{LiquidToken, TokenKind, tokens};
use super::values::{LiquidScope, quoted};
use crate::base::path;
use crate::import::import_map::ImportMap;
use crate::import::imported::ExtraValue;
use crate::import::notes::{Note, NoteKind, Notes};
use crate::import::source::Source;

/// Whose tags they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiquidDialect {
    Jekyll,
    Hexo,
}

/// What all texts of a source have in common.
pub struct LiquidSource<'a> {
    pub dialect: LiquidDialect,
    pub source: &'a Source<'a>,
    pub map: &'a ImportMap,
    pub names: &'a LinkNames,
    /// The folder in which the site stands in the source: empty, or `docs/`.
    pub root: &'a str,
}

/// The text in which tags stand.
#[derive(Clone, Copy, Debug)]
pub struct LiquidPlace<'a> {
    pub file: &'a str,
    /// The line on which the text starts, from 1.
    pub line: usize,
    pub is_html: bool,
}

/// How deep tags stand within tags, and includes within includes.
const DEPTH: usize = 12;
const INCLUDES: usize = 3;

/// The bytes that the includes of one text may have together, so that a few lines do not become a library.
const INCLUDED: usize = 256 * 1024;

/// Renders a text.
pub fn render(text: &str, source: &LiquidSource, scope: LiquidScope, place: LiquidPlace, notes: &mut Notes) -> String {
    if !text.contains("{%") && !text.contains("{{") {
        return text.to_owned();
    }
    let mut renderer = LiquidRenderer { source, scope, place, notes, included: 0, depth: 0, includes: 0 };
    renderer.text(text)
}

struct LiquidRenderer<'a, 'n> {
    source: &'a LiquidSource<'a>,
    scope: LiquidScope<'a>,
    place: LiquidPlace<'a>,
    notes: &'n mut Notes,
    included: usize,
    depth: usize,
    includes: usize,
}

impl LiquidRenderer<'_, '_> {
    fn text(&mut self, text: &str) -> String {
        let found = tokens(text, self.source.dialect == LiquidDialect::Hexo);
        let mut out = String::with_capacity(text.len());
        self.between(text, &found, 0..found.len(), 0..text.len(), &mut out);
        out
    }

    /// Renders a part of a text, and the tokens in it.
    fn between(
        &mut self,
        text: &str,
        found: &[LiquidToken],
        range: std::ops::Range<usize>,
        bytes: std::ops::Range<usize>,
        out: &mut String,
    ) {
        let (mut from, mut at) = (bytes.start, range.start);
        while at < range.end {
            let token = &found[at];
            out.push_str(text.get(from..token.at.start).unwrap_or_default());
            from = token.at.end;
            let close = token.close.filter(|close| *close < range.end);
            let space = if token.trims.0 { out.split_off(out.trim_end().len()) } else { String::new() };
            let length = out.len();
            match (token.kind, close) {
                (TokenKind::Value, _) => match self.scope.printed(token.rest) {
                    Some(value) => out.push_str(&value),
                    None => self.left(token, text, out),
                },
                (TokenKind::Tag, Some(close)) if self.depth < DEPTH => {
                    let end = &found[close];
                    let raw = &text[token.at.end..end.at.start];
                    self.depth += 1;
                    let taken = self.block(token, raw, out, &mut |renderer| {
                        let mut inner = String::new();
                        renderer.between(text, found, at + 1..close, token.at.end..end.at.start, &mut inner);
                        inner
                    });
                    self.depth -= 1;
                    if taken {
                        from = end.at.end;
                        at = close;
                    } else {
                        self.left(token, text, out);
                    }
                }
                (TokenKind::Tag, _) => {
                    if !self.tag(token, out) {
                        self.left(token, text, out);
                    }
                }
            }
            let is_rendered = out.get(length..) != Some(&text[token.at.clone()]);
            if !is_rendered {
                out.insert_str(length, &space);
            }
            if token.trims.1 && is_rendered {
                from += text[from..bytes.end].len() - text[from..bytes.end].trim_start().len();
            }
            at += 1;
        }
        out.push_str(text.get(from..bytes.end).unwrap_or_default());
    }

    /// Leaves markup as text, with a note.
    fn left(&mut self, token: &LiquidToken, text: &str, out: &mut String) {
        let written = &text[token.at.clone()];
        out.push_str(written);
        if token.name.starts_with("end") && self.source.dialect == LiquidDialect::Jekyll {
            return;
        }
        let subject = match (token.kind, self.source.dialect) {
            (TokenKind::Value, LiquidDialect::Jekyll) => "Liquid value".to_owned(),
            (TokenKind::Value, LiquidDialect::Hexo) => "value in `{{ }}`".to_owned(),
            (TokenKind::Tag, LiquidDialect::Jekyll) => format!("Liquid tag `{}`", token.name),
            (TokenKind::Tag, LiquidDialect::Hexo) => format!("Hexo tag `{}`", token.name),
        };
        self.note(NoteKind::LeftAsText, &subject, token, written);
    }

    fn note(&mut self, kind: NoteKind, subject: &str, token: &LiquidToken, value: &str) {
        let value: String = value.lines().next().unwrap_or_default().chars().take(200).collect();
        let (subject, file) = (subject.to_owned(), self.place.file.to_owned());
        let line = if self.includes == 0 { Some(self.place.line + token.line) } else { None };
        self.notes.add(Note { kind, subject, file, line, value });
    }

    /// Renders a tag with what it encloses. Returns whether it did.
    fn block(
        &mut self,
        token: &LiquidToken,
        raw: &str,
        out: &mut String,
        inner: &mut dyn FnMut(&mut Self) -> String,
    ) -> bool {
        let arguments = TagArguments::read(token.rest);
        if let Some(template) = self.source.map.shortcode(token.name).map(str::to_owned) {
            let inner = inner(self);
            out.push_str(&fill(&template, &arguments, &inner));
            return true;
        }
        match token.name {
            "raw" => out.push_str(raw),
            "comment" => {}
            "highlight" | "prism" => {
                let language = arguments.words.first().map_or("", String::as_str);
                self.push_code(raw, language, out);
            }
            "codeblock" | "code" => self.code_block(raw, &arguments, out),
            "blockquote" | "quote" | "pullquote" | "centerquote" | "cq" => {
                let inner = inner(self);
                let credit = if token.name == "pullquote" { String::new() } else { credit(token.rest) };
                blocks::push_block(out, &blocks::quote(&inner, &credit));
            }
            "note" | "alert" => {
                let inner = inner(self);
                blocks::push_block(out, &blocks::quote(&format!("[!NOTE]\n{}", inner.trim()), ""));
            }
            "capture" => {
                let value = inner(self);
                self.scope.variables.insert(token.rest.to_owned(), ExtraValue::Text(value));
            }
            _ => return false,
        }
        true
    }

    fn push_code(&mut self, raw: &str, language: &str, out: &mut String) {
        blocks::push_block(out, &blocks::code(raw, language, self.place.is_html));
    }

    /// `{% codeblock [title] [lang:language] [url] [link text] %}`
    fn code_block(&mut self, raw: &str, arguments: &TagArguments, out: &mut String) {
        let (mut language, mut title, mut url, mut label) = ("", Vec::new(), None, Vec::new());
        for word in &arguments.words {
            match word.split_once(':') {
                Some(("lang", name)) => language = name,
                Some(("line_number" | "highlight" | "first_line" | "mark" | "wrap" | "start" | "linenos", _)) => {}
                _ if word.contains("://") => url = Some(word.as_str()),
                _ if url.is_some() => label.push(word.as_str()),
                _ => title.push(word.as_str()),
            }
        }
        let mut head = title.join(" ");
        if let Some(url) = url {
            let label = if label.is_empty() { "link".to_owned() } else { label.join(" ") };
            head = format!("{head} [{label}]({url})").trim_start().to_owned();
        }
        if !head.is_empty() {
            blocks::push_block(out, &head);
            out.push_str("\n\n");
        }
        self.push_code(raw, language, out);
    }

    /// Renders a tag that encloses nothing. Returns whether it did.
    fn tag(&mut self, token: &LiquidToken, out: &mut String) -> bool {
        let arguments = TagArguments::read(token.rest);
        if let Some(template) = self.source.map.shortcode(token.name).map(str::to_owned) {
            out.push_str(&fill(&template, &arguments, ""));
            return true;
        }
        let is_hexo = self.source.dialect == LiquidDialect::Hexo;
        match token.name {
            "post_url" | "post_path" => self.push_link(self.named_post(token.rest), out),
            "link" if !is_hexo => self.push_link(self.linked_file(token.rest), out),
            "link" => self.hexo_link(&arguments, out),
            "post_link" => self.post_link(&arguments, out),
            "asset_path" | "asset_link" | "asset_img" => self.asset(token.name, &arguments, out),
            "img" | "image" => self.picture(&arguments, out),
            "assign" => self.assign(token.rest),
            "include" | "include_relative" | "include_cached" if !is_hexo => self.include(token, &arguments, out),
            "more" | "readmore" => {
                out.push_str("<!--more-->");
                true
            }
            "gist" | "youtube" | "vimeo" | "iframe" | "tweet" | "twitter" => self.embedded(token, &arguments, out),
            _ => false,
        }
    }

    fn push_link(&self, file: Option<String>, out: &mut String) -> bool {
        let Some(file) = file else { return false };
        // `{{ site.url }}` and `{{ site.baseurl }}` before it are part of the address.
        for start in [self.scope.base_url, self.scope.base_path] {
            if !start.is_empty() && out.ends_with(start) {
                out.truncate(out.len() - start.len());
            }
        }
        let host = self.scope.base_url.strip_suffix(self.scope.base_path).unwrap_or(self.scope.base_url);
        if !host.is_empty() && out.ends_with(host) {
            out.truncate(out.len() - host.len());
        }
        out.push_str(&source_link(&file));
        true
    }

    fn named_post(&self, name: &str) -> Option<String> {
        let name = quoted(name).unwrap_or(name);
        self.source.names.find(name, self.place.file).map(str::to_owned)
    }

    fn linked_file(&self, written: &str) -> Option<String> {
        let path = format!("{}{}", self.source.root, quoted(written).unwrap_or(written).trim_start_matches('/'));
        self.source.source.has(&path).then_some(path)
    }

    /// `{% link text url [external] [title] %}`
    fn hexo_link(&self, arguments: &TagArguments, out: &mut String) -> bool {
        let words = &arguments.words;
        let Some(at) = words.iter().position(|word| word.contains("://") || word.starts_with('/')) else {
            return false;
        };
        let label = if at == 0 { words[at].clone() } else { words[..at].join(" ") };
        out.push_str(&format!("[{label}]({})", words[at]));
        true
    }

    /// `{% post_link name [title] [escape] %}`
    fn post_link(&self, arguments: &TagArguments, out: &mut String) -> bool {
        let mut words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
        if words.len() > 1 && matches!(words.last(), Some(&("true" | "false"))) {
            words.pop();
        }
        let Some(name) = words.first() else { return false };
        let (name, fragment) = name.split_once('#').map_or((*name, None), |(name, end)| (name, Some(end)));
        let Some(file) = self.named_post(name) else { return false };
        let label = match words.get(1) {
            Some(_) => words[1..].join(" "),
            None => self.source.names.title(&file).unwrap_or(name).to_owned(),
        };
        let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
        out.push_str(&format!("[{}]({}{fragment})", in_label(&label), source_link(&file)));
        true
    }

    /// A file of the folder that belongs to the post.
    fn asset(&self, tag: &str, arguments: &TagArguments, out: &mut String) -> bool {
        let Some(at) = arguments.words.iter().position(|word| is_file_name(word)) else { return false };
        let name = &arguments.words[at];
        let folder = self.place.file.rsplit_once('.').map_or(self.place.file, |(stem, _)| stem);
        let dest = match path::join(folder, name).filter(|path| self.source.source.has(path)) {
            Some(path) => source_link(&path),
            None => name.replace(' ', "%20"),
        };
        let words = described(&arguments.words[at + 1..]);
        match tag {
            "asset_path" => out.push_str(&dest),
            "asset_link" => {
                let label = words.first().map_or(name.as_str(), String::as_str);
                out.push_str(&format!("[{}]({dest})", in_label(label)));
            }
            _ => push_picture(&words, &dest, out),
        }
        true
    }

    /// `{% img [class] /path [width] [height] "title" "alt" %}`
    fn picture(&self, arguments: &TagArguments, out: &mut String) -> bool {
        let is_address = |word: &String| word.contains('/') || is_file_name(word);
        let Some(at) = arguments.words.iter().position(is_address) else { return false };
        let dest = arguments.words[at].replace(' ', "%20");
        push_picture(&described(&arguments.words[at + 1..]), &dest, out);
        true
    }

    /// `{% assign name = value %}`
    fn assign(&mut self, rest: &str) -> bool {
        let Some((name, expression)) = rest.split_once('=') else { return false };
        let Some(value) = self.scope.value(expression.trim()).map(|value| value.into_owned()) else { return false };
        self.scope.variables.insert(name.trim().to_owned(), value);
        true
    }

    /// `{% include file.md name="value" %}`
    fn include(&mut self, token: &LiquidToken, arguments: &TagArguments, out: &mut String) -> bool {
        let Some(name) = arguments.words.first() else { return false };
        if let Some(template) = self.source.map.shortcode(name).map(str::to_owned) {
            out.push_str(&fill(&template, arguments, ""));
            return true;
        }
        let is_markdown = [".md", ".markdown", ".txt"].iter().any(|ending| name.ends_with(ending));
        let folder = match token.name {
            "include_relative" => self.place.file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.into()),
            _ => format!("{}_includes", self.source.root),
        };
        let path = path::join(&folder, name).filter(|path| is_markdown && self.source.source.has(path));
        let (Some(path), true) = (path, self.includes < INCLUDES) else { return false };
        let length = usize::try_from(self.source.source.length(&path).unwrap_or(0)).unwrap_or(usize::MAX);
        if length > INCLUDED.saturating_sub(self.included) {
            return false;
        }
        let Ok(text) = self.source.source.text(&path) else { return false };
        self.included += length.max(64);
        let named = arguments.named.iter().map(|(name, value)| (name.clone(), ExtraValue::Text(value.clone())));
        let before = self.scope.variables.insert("include".to_owned(), ExtraValue::Table(named.collect()));
        self.includes += 1;
        let rendered = self.text(text.text.trim_end_matches('\n'));
        self.includes -= 1;
        match before {
            Some(before) => self.scope.variables.insert("include".to_owned(), before),
            None => self.scope.variables.remove("include"),
        };
        out.push_str(&rendered);
        true
    }

    /// Something of another site that a page would embed: a link to it.
    fn embedded(&mut self, token: &LiquidToken, arguments: &TagArguments, out: &mut String) -> bool {
        let Some(id) = arguments.words.first() else { return false };
        let url = match token.name {
            _ if id.contains("://") => id.clone(),
            "gist" => format!("https://gist.github.com/{id}"),
            "youtube" => format!("https://www.youtube.com/watch?v={id}"),
            "vimeo" => format!("https://vimeo.com/{id}"),
            _ => return false,
        };
        out.push_str(&format!("<{url}>"));
        self.note(NoteKind::LeftOut, &format!("what `{}` embeds, now a link", token.name), token, &url);
        true
    }
}

/// `author[, source] [link] [title of the link]`, as Markdown.
fn credit(rest: &str) -> String {
    let rest = quoted(rest).unwrap_or(rest).trim();
    let Some(at) = rest.find("http://").or_else(|| rest.find("https://")) else { return rest.to_owned() };
    let (before, link) = rest.split_at(at);
    let (url, title) = link.split_once(char::is_whitespace).unwrap_or((link, ""));
    let label = if title.trim().is_empty() { url } else { title.trim() };
    format!("{} [{}]({url})", before.trim(), in_label(label)).trim_start().to_owned()
}

fn is_file_name(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && (1..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
    }) && word.parse::<f64>().is_err()
}

/// Returns the texts after a picture without its size: its title and its description.
fn described(words: &[String]) -> Vec<String> {
    let is_size = |word: &&String| word.trim_end_matches(['%', 'p', 'x']).parse::<f64>().is_ok();
    let rest: Vec<&String> = words.iter().skip_while(is_size).collect();
    // `'"title" "alt"'` is one word with two in it.
    match rest[..] {
        [one] if one.contains('"') => TagArguments::read(one).words,
        _ => rest.into_iter().cloned().collect(),
    }
}

fn push_picture(words: &[String], dest: &str, out: &mut String) {
    let (title, alt) = match words {
        [] => ("", ""),
        [one] => ("", one.as_str()),
        [title, alt, ..] => (title.as_str(), alt.as_str()),
    };
    let title = if title.is_empty() { String::new() } else { format!(" \"{}\"", title.replace('"', "'")) };
    out.push_str(&format!("![{}]({dest}{title})", in_label(alt)));
}

fn in_label(text: &str) -> String {
    text.replace('[', "\\[").replace(']', "\\]")
}
