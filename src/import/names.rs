//! Splits what a source says of people into persons: several in one text, names with links, handles, roles. Pure; it
//! must not know what the people did.

use std::collections::BTreeMap;

use super::imported::ImportedPerson;
use crate::base::weburl;
use crate::content::{byline, byline_words};

/// Addresses of Markdown references, by label in lower case.
pub type Definitions = BTreeMap<String, String>;

/// How a text names people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CommaMeaning {
    /// A comma may also stand within a name: `Marram, Ida`.
    #[default]
    Either,
    /// It stands between people, and before their roles.
    Between,
}

/// Reads the people of a text.
pub fn people(text: &str) -> Vec<ImportedPerson> {
    people_with(text, CommaMeaning::Either, &Definitions::new())
}

/// Reads the people of a text with references to addresses.
pub fn people_with(text: &str, comma: CommaMeaning, definitions: &Definitions) -> Vec<ImportedPerson> {
    let pieces = pieces(&unescaped(without_lead(text)), definitions);
    let mut out: Vec<ImportedPerson> = Vec::new();
    for group in groups(pieces) {
        for person in of_group(&group, comma) {
            if !out.iter().any(|known| known.name == person.name && known.url == person.url) {
                out.push(person);
            }
        }
    }
    out
}

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq)]
enum NamePiece {
    Text(String),
    /// A label, and an address unless the link leads nowhere.
    Link(String, Option<String>),
    Separator,
}

/// Words that introduce a byline, in lower case.
const LEADS: [&str; 14] = [
    "translated by ",
    "written by ",
    "reviewed by ",
    "edited by ",
    "by ",
    "von ",
    "par ",
    "por ",
    "文/",
    "文／",
    "译者:",
    "译者：",
    "作者:",
    "作者：",
];

fn without_lead(text: &str) -> &str {
    let text = text.trim();
    let starts = |lead: &&&str| text.get(..lead.len()).is_some_and(|start| start.to_lowercase() == **lead);
    LEADS.iter().find(starts).map_or(text, |lead| text[lead.len()..].trim_start())
}

/// Resolves the character references that names have.
fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let pairs = [("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">")];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)).replace("&amp;", "&")
}

/// Words that stand between two people.
const ANDS: [&str; 14] = ["and", "und", "et", "y", "e", "og", "och", "en", "и", "і", "ve", "with", "avec", "mit"];

/// Divides a text into links, separators and what is between them. Within brackets nothing separates.
fn pieces(text: &str, definitions: &Definitions) -> Vec<NamePiece> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((piece, length)) = link(rest, definitions) {
            flush(&mut plain, &mut out);
            out.push(piece);
            rest = &rest[length..];
            continue;
        }
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let length = if depth == 0 { separator(rest, &plain) } else { 0 };
        if length > 0 {
            flush(&mut plain, &mut out);
            out.push(NamePiece::Separator);
            rest = &rest[length..];
        } else {
            plain.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    flush(&mut plain, &mut out);
    out
}

fn flush(plain: &mut String, out: &mut Vec<NamePiece>) {
    let text = std::mem::take(plain);
    if !text.trim().is_empty() {
        out.push(NamePiece::Text(text.trim().to_owned()));
    }
}

/// Returns the length of a separator at the start of a text, 0 without one. An ASCII comma is none here, because it
/// may stand within a name; nor is a slash before a role.
fn separator(text: &str, before: &str) -> usize {
    let mut chars = text.chars();
    match chars.next() {
        Some(c @ ('、' | ';' | '；' | '&' | '＆' | '|' | '｜' | '\n')) => c.len_utf8(),
        Some(c @ ('/' | '／')) => {
            let next = chars.as_str().split(['/', '／', '、', ',']).next().unwrap_or_default();
            if byline_words::is_role(next) || next.starts_with('/') || before.ends_with(':') { 0 } else { c.len_utf8() }
        }
        Some(c @ ('和' | '与' | '與' | '及' | 'と'))
            if (before.is_empty() || before.ends_with(' ')) && chars.as_str().starts_with([' ', '[']) =>
        {
            c.len_utf8()
        }
        Some(c) if before.ends_with(char::is_whitespace) || before.is_empty() => {
            let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
            let word = &text[..end];
            let known = c.is_lowercase() && ANDS.contains(&word);
            if known && text[end..].starts_with([' ', '[']) { end } else { 0 }
        }
        _ => 0,
    }
}

/// Reads a link at the start of a text: `[name](url)`, `[name][label]`, `[name][]`, `<a href="url">name</a>`, `<url>`
/// or a bare address. Returns it with its length.
fn link(text: &str, definitions: &Definitions) -> Option<(NamePiece, usize)> {
    match text.as_bytes().first()? {
        b'[' => markdown_link(text, definitions),
        b'<' => html_link(text),
        b'h' | b'H' if text.get(..4)?.eq_ignore_ascii_case("http") && weburl::is_web(bare_url(text)) => {
            let url = bare_url(text);
            Some((NamePiece::Link(String::new(), address(url)), url.len()))
        }
        _ => None,
    }
}

fn bare_url(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || "，、；（）()<>\"'".contains(c)).unwrap_or(text.len());
    text[..end].trim_end_matches([',', '.', ';'])
}

fn markdown_link(text: &str, definitions: &Definitions) -> Option<(NamePiece, usize)> {
    let end = closing(text, '[', ']')?;
    let label = &text[1..end];
    let after = &text[end + 1..];
    if after.starts_with('(') {
        let close = closing(after, '(', ')')?;
        let url = after[1..close].split_whitespace().next().unwrap_or_default();
        return Some((NamePiece::Link(label.to_owned(), address(url)), end + 1 + close + 1));
    }
    let lookup = |key: &str| definitions.get(&key.trim().to_lowercase()).and_then(|url| address(url));
    if after.starts_with('[') {
        let close = closing(after, '[', ']')?;
        let key = if close == 1 { label } else { &after[1..close] };
        return Some((NamePiece::Link(label.to_owned(), lookup(key)), end + 1 + close + 1));
    }
    lookup(label).map(|url| (NamePiece::Link(label.to_owned(), Some(url)), end + 1))
}

/// Returns where the bracket that a text starts with closes.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

fn html_link(text: &str) -> Option<(NamePiece, usize)> {
    let end = text.find('>')?;
    let inside = &text[1..end];
    if weburl::is_web(inside) || inside.starts_with("mailto:") || inside.contains('@') {
        return Some((NamePiece::Link(String::new(), address(inside)), end + 1));
    }
    let lower = text.to_ascii_lowercase();
    if !lower.starts_with("<a ") {
        return None;
    }
    let close = lower.find("</a>")?;
    let url = inside.split(['"', '\'']).nth(1).unwrap_or_default();
    let label = text.get(end + 1..close)?;
    Some((NamePiece::Link(label.to_owned(), address(url)), close + 4))
}

/// Returns an address if it is one that a profile may have.
fn address(url: &str) -> Option<String> {
    let url = url.trim().trim_matches(['<', '>']);
    weburl::is_web(url).then(|| url.to_owned())
}

/// Divides pieces at separators, and where one link follows another.
fn groups(pieces: Vec<NamePiece>) -> Vec<Vec<NamePiece>> {
    let mut out: Vec<Vec<NamePiece>> = vec![Vec::new()];
    let is_named = |piece: &NamePiece| matches!(piece, NamePiece::Link(label, _) if !label.trim().is_empty());
    for piece in pieces {
        let fresh = match &piece {
            NamePiece::Separator => true,
            NamePiece::Link(..) => {
                let full = out.last().is_some_and(|group| group.iter().any(is_named));
                full && is_named(&piece)
            }
            NamePiece::Text(_) => false,
        };
        if fresh {
            out.push(Vec::new());
        }
        if piece != NamePiece::Separator
            && let Some(group) = out.last_mut()
        {
            group.push(piece);
        }
    }
    out
}

/// Reads the persons of a stretch between two separators: one link, or texts with commas.
fn of_group(group: &[NamePiece], comma: CommaMeaning) -> Vec<ImportedPerson> {
    let url = group.iter().find_map(|piece| if let NamePiece::Link(_, url) = piece { url.clone() } else { None });
    let label = group.iter().find_map(|piece| match piece {
        NamePiece::Link(label, _) if !label.trim().is_empty() => Some(label.as_str()),
        _ => None,
    });
    let texts: Vec<&str> = group
        .iter()
        .filter_map(|piece| if let NamePiece::Text(text) = piece { Some(text.as_str()) } else { None })
        .collect();
    let Some(label) = label else {
        let mut found: Vec<ImportedPerson> = texts.iter().flat_map(|text| of_text(text, comma)).collect();
        if let Some(last) = found.last_mut() {
            last.url = url.or_else(|| last.url.take());
        } else if let Some(url) = url {
            found.extend(of_profile(&url));
        }
        return found;
    };
    // Text beside a named link: other people before a comma, or a role in brackets.
    let mut out = Vec::new();
    let mut role = None;
    for text in texts {
        let bare = text.trim_matches(|c: char| c.is_whitespace() || ",，.。:：".contains(c));
        let inner = bare.strip_prefix(['(', '（']).and_then(|bare| bare.strip_suffix([')', '）'])).unwrap_or(bare);
        if byline_words::is_role(inner) || inner.len() < bare.len() {
            role = Some(inner.trim().to_owned()).filter(|role| !role.is_empty());
        } else if text.contains([',', '，']) {
            out.extend(of_text(bare, comma));
        }
    }
    let named = one(label, url).map(|person| ImportedPerson { role: person.role.clone().or(role), ..person });
    out.extend(named);
    out
}

/// Reads the persons of a text without links.
fn of_text(text: &str, comma: CommaMeaning) -> Vec<ImportedPerson> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || ",，:：".contains(c));
    let parts: Vec<&str> = text.split([',', '，']).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return one(text, None).into_iter().collect();
    }
    if comma == CommaMeaning::Either && !text.contains('，') && parts.iter().all(|part| is_titled(part)) {
        let read = byline::read(text);
        if read.family.is_some() {
            let person = ImportedPerson { name: read.name, family: read.family, role: read.role, url: None };
            return vec![person];
        }
    }
    let mut out: Vec<ImportedPerson> = Vec::new();
    for part in parts {
        match out.last_mut() {
            Some(last) if byline_words::is_suffix(part) => last.name = format!("{}, {part}", last.name),
            Some(last) if byline_words::is_role(part) => {
                last.role = Some(last.role.take().map_or_else(|| part.to_owned(), |role| format!("{role}, {part}")));
            }
            _ => out.extend(one(part, None)),
        }
    }
    out
}

/// Returns whether each word starts with its only capital letter, so that a text may be a part of a person's name.
/// Handles such as `ZavierTang` are none.
fn is_titled(text: &str) -> bool {
    text.split_whitespace().all(|word| {
        let letters = || word.chars().filter(|c| c.is_alphabetic());
        let rest: Vec<char> = letters().skip(1).collect();
        let small = rest.iter().all(|c| !c.is_uppercase());
        let large = rest.iter().all(|c| !c.is_lowercase());
        !word.contains(|c: char| c.is_numeric() || c == '_')
            && (byline_words::is_particle(word)
                || letters().next().is_some_and(|c| !c.is_lowercase()) && (small || large))
    })
}

/// Texts that stand where nobody has been named yet.
const NOBODY: [&str; 18] = [
    "",
    "-",
    "--",
    "—",
    "tbd",
    "tba",
    "todo",
    "none",
    "n/a",
    "na",
    "null",
    "nil",
    "无",
    "無",
    "暂无",
    "なし",
    "译者id",
    "校对者id",
];

/// Reads one person: a name, a handle or a mail address, and a role in brackets.
fn one(text: &str, url: Option<String>) -> Option<ImportedPerson> {
    let marks = |c: char| c.is_whitespace() || "*_`\"“”,，、:：;；.。".contains(c);
    let bare = text.trim().trim_start_matches(marks);
    let end = bare.trim_end_matches(|c: char| marks(c) && c != '.');
    let bare = if end.ends_with('.') && !byline_words::is_suffix(end.rsplit(' ').next().unwrap_or_default()) {
        end.trim_end_matches('.')
    } else {
        end
    };
    if NOBODY.contains(&bare.to_lowercase().as_str()) || !bare.contains(char::is_alphanumeric) {
        return url.and_then(|url| of_profile(&url));
    }
    let (name, role) = without_role(bare);
    let (name, role) = match name.split_once(['/', '／']) {
        Some((name, after)) if byline_words::is_role(after) => (name.trim(), Some(after.trim())),
        _ => (name, role),
    };
    let person = |name: &str, url: Option<String>| ImportedPerson {
        name: name.to_owned(),
        role: role.map(str::to_owned),
        url,
        family: None,
    };
    if let Some(handle) = name.strip_prefix('@').filter(|handle| is_handle(handle)) {
        return Some(person(handle, url.or_else(|| Some(format!("https://github.com/{handle}")))));
    }
    if let Some((local, _)) = name.split_once('@').filter(|_| weburl::is_mail(name)) {
        return Some(person(local, url));
    }
    Some(person(name, url))
}

/// Returns whether this may be the name of an account.
fn is_handle(text: &str) -> bool {
    !text.is_empty() && text.len() < 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Splits off a role or a desk in brackets: `Oki Seima (China Bureau)`. Another name in brackets stays.
fn without_role(text: &str) -> (&str, Option<&str>) {
    let split = text.strip_suffix([')', '）']).and_then(|inside| inside.rsplit_once(['(', '（']));
    match split {
        Some((name, role))
            if !name.trim().is_empty() && (byline_words::is_role(role) || byline_words::is_team(role)) =>
        {
            (name.trim(), Some(role.trim()))
        }
        _ => (text, None),
    }
}

/// Names a person by the last part of a profile's address, if nothing else does.
fn of_profile(url: &str) -> Option<ImportedPerson> {
    let path = url.split_once("//")?.1.trim_end_matches('/');
    let name = path.rsplit_once('/').map_or(path, |(_, last)| last).trim_start_matches('@');
    is_handle(name).then(|| ImportedPerson {
        name: name.to_owned(),
        url: Some(url.to_owned()),
        ..ImportedPerson::default()
    })
}

#[cfg(test)]
mod tests;
