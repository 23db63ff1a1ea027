//! The links of a body of Zola: `@/news/a.md` and files beside the page. It must not know heads.

use super::addresses;
use super::settings::ZolaSettings;
use crate::import::body_destinations;
use crate::import::notes::{Note, NoteKind, Notes};
use crate::import::source::Source;

/// Where a body stands.
pub struct BodyPlace<'a> {
    pub source: &'a Source<'a>,
    pub settings: &'a ZolaSettings,
    /// The path of the file in the source.
    pub file: &'a str,
    pub body_line: usize,
}

impl BodyPlace<'_> {
    /// Finds the file that a page names without saying from where: beside the page, below `content`, or below `static`.
    pub fn file_of(&self, written: &str) -> Option<String> {
        if written.contains("://") || written.starts_with("source:") {
            return None;
        }
        let written = written.trim_start_matches("@/").trim_start_matches('/');
        let written = crate::base::path::decoded(written);
        let folder = self.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = [folder, "content", "static"]
            .into_iter()
            .find_map(|folder| crate::base::path::join(folder, &written).filter(|path| self.source.has(path)))?;
        Some(format!("source:{}", body_destinations::encoded(&path)))
    }
}

/// Makes relative links to files of the source `source:PATH`, and takes out the mark after which lists stop.
pub fn linked(body: &str, place: &BodyPlace) -> String {
    let marked = body.contains("<!--").then(|| without_mark(body));
    body_destinations::internal(marked.as_deref().unwrap_or(body), place.file, place.source, None)
}

fn without_mark(body: &str) -> String {
    ["<!-- more -->", "<!--more-->"].iter().fold(body.to_owned(), |body, mark| body.replace(mark, ""))
}

/// Replaces destinations that start with `@/`, outside of fenced code. It keeps every line where it is.
pub fn internal(body: &str, place: &BodyPlace, notes: &mut Notes) -> String {
    if !body.contains("@/") {
        return body.to_owned();
    }
    let mut out = String::with_capacity(body.len());
    let mut fence: Option<&str> = None;
    for (number, line) in body.split_inclusive('\n').enumerate() {
        let bare = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        if fence.is_some() || !line.contains("@/") {
            out.push_str(line);
        } else {
            out.push_str(&of_line(line, place.body_line + number, place, notes));
        }
    }
    out
}

fn of_line(line: &str, number: usize, place: &BodyPlace, notes: &mut Notes) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("@/") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let starts = before.ends_with(['(', '<', '"', '\'']) || before.trim_end().ends_with("]:");
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"' | '\'')).unwrap_or(after.len());
        let written = &after[..end];
        rest = &after[end..];
        match starts.then(|| target(written, place)).flatten() {
            Some((target, is_there)) => {
                if !is_there {
                    let subject = "link to a page that the source does not have";
                    notes.add(Note::new(NoteKind::LeftAsText, subject, place.file, written).at_line(number));
                }
                out.push_str(&target);
            }
            None => out.push_str(written),
        }
    }
    out.push_str(rest);
    out
}

/// Where `@/news/a.md#part` leads, and whether the source has it. A section, and a page that is gone, have only their
/// addresses on the old site.
fn target(written: &str, place: &BodyPlace) -> Option<(String, bool)> {
    let (path, fragment) = written.split_once('#').map_or((written, None), |(path, part)| (path, Some(part)));
    let path = path.strip_prefix("@/")?;
    let path = crate::base::path::decoded(path);
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    let file = format!("content/{path}");
    let is_there = place.source.has(&file);
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let address = match name.starts_with("_index.") {
        true => addresses::of_section(folder, place.settings),
        false if is_there => return Some((format!("source:{}{fragment}", body_destinations::encoded(&file)), true)),
        false => addresses::of_page(&addresses::place(&path, place.settings), None, None, place.settings),
    };
    let base = place.settings.site.base_url.as_deref().unwrap_or_default().trim_end_matches('/');
    Some((format!("{base}{address}{fragment}"), is_there))
}
