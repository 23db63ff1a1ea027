//! The links of a Markdown body to files of its own source: relative ones, and those to the source's repository on a
//! web site. It must not know texts.

use std::ops::Range;

use super::source::Source;
use crate::base::path;

/// Makes links to files of the source `source:PATH`. `path` is that of the file, `repository` the address of the source
/// on a web site.
pub fn internal(body: &str, path: &str, source: &Source, repository: Option<&str>) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    replaced(body, &|written| target(written, folder, source, repository))
}

/// Gives links and pictures new destinations. `None`: the destination stays.
pub fn replaced(body: &str, target: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    for range in destinations(body) {
        let Some(target) = target(&body[range.clone()]) else { continue };
        out.push_str(&body[done..range.start]);
        out.push_str(&target);
        done = range.end;
    }
    out.push_str(&body[done..]);
    out
}

/// Returns where a link leads within the source.
fn target(written: &str, folder: &str, source: &Source, repository: Option<&str>) -> Option<String> {
    let (dest, fragment) = written.split_once('#').map_or((written, None), |(dest, end)| (dest, Some(end)));
    let dest = dest.split('?').next()?;
    let (start, rest) = match repository.and_then(|home| in_repository(dest, home)) {
        Some(rest) => ("", rest),
        None if dest.is_empty() || dest.starts_with('/') || dest.contains("://") || dest.starts_with("mailto:") => {
            return None;
        }
        None => (folder, dest),
    };
    let found = path::join(start, &path::decoded(rest))?;
    let found = [found.clone(), format!("{found}.md")].into_iter().find(|path| source.has(path))?;
    let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
    Some(format!("source:{}{fragment}", encoded(&found)))
}

/// Returns the path of a file within a repository: `…/blob/BRANCH/PATH`, `…/raw/BRANCH/PATH`, and the host of raw files.
fn in_repository<'d>(dest: &'d str, home: &str) -> Option<&'d str> {
    let name = home.split_once("://")?.1;
    let after = dest.split_once("://")?.1;
    let (kind, rest) = match after.strip_prefix(name) {
        Some(rest) => rest.strip_prefix('/')?.split_once('/')?,
        None => {
            let project = name.split_once('/')?.1;
            let raw = after.strip_prefix("raw.githubusercontent.com/")?.strip_prefix(project)?;
            ("raw", raw.strip_prefix('/')?)
        }
    };
    matches!(kind, "blob" | "raw" | "tree").then(|| rest.split_once('/').map(|(_, path)| path))?
}

/// Encodes what would end a destination.
pub fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            ' ' | '(' | ')' | '<' | '>' | '%' | '#' | '?' | '"' | '\\' => {
                out.push_str(&format!("%{:02X}", u32::from(c)))
            }
            c => out.push(c),
        }
    }
    out
}

/// Finds the destinations of links, pictures and definitions, outside of code.
fn destinations(body: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut at, mut fence) = (0, None);
    for line in body.split_inclusive('\n') {
        let bare = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) if !line.starts_with("    ") && !line.starts_with('\t') => of_line(line, at, &mut out),
            _ => {}
        }
        at += line.len();
    }
    out
}

fn of_line(line: &str, offset: usize, out: &mut Vec<Range<usize>>) {
    let is_end = |c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"');
    if let Some((label, rest)) = line.split_once("]:").filter(|(label, _)| label.trim_start().starts_with('[')) {
        let start = label.len() + 2 + rest.len() - rest.trim_start().len();
        let end = line[start..].find(is_end).map_or(line.len(), |end| start + end);
        out.push(offset + start..offset + end);
        return;
    }
    let mut code = false;
    let mut last = 0;
    let mut found: Vec<usize> = line.match_indices("](").map(|(at, _)| at + 2).collect();
    found.extend(line.match_indices("src=\"").map(|(at, _)| at + 5));
    found.extend(line.match_indices("href=\"").map(|(at, _)| at + 6));
    found.sort_unstable();
    for start in found {
        code ^= line[last..start].matches('`').count() % 2 == 1;
        last = start;
        let start = start + usize::from(line[start..].starts_with('<'));
        let end = line[start..].find(is_end).map_or(line.len(), |end| start + end);
        if !code && end > start {
            out.push(offset + start..offset + end);
        }
    }
}
