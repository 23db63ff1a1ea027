//! Links of the book and of other documents: files, and anchors as mdBook makes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::page::{in_order, pages};
use crate::support::project;

/// Documents outside of the book that link into it.
const BESIDE: [&str; 3] = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"];

/// Returns everything that is wrong with links and with the summary.
pub fn faults() -> Vec<String> {
    let pages = pages();
    let listed: Vec<String> = in_order();
    let mut faults: Vec<String> = pages
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| *path != "SUMMARY.md" && listed.iter().filter(|listed| listed == path).count() != 1)
        .map(|path| format!("{path} is not in SUMMARY.md, or twice"))
        .collect();
    for (path, text) in &pages {
        faults.extend(of_page(path, text));
    }
    for path in BESIDE {
        let text = fs::read_to_string(project().join(path)).expect("the project has it");
        faults.extend(of_text(&project().join(path), path, &text));
    }
    faults
}

/// Returns what is wrong with the links of a page.
pub fn of_page(path: &str, text: &str) -> Vec<String> {
    of_text(&project().join("docs/src").join(path), path, text)
}

fn of_text(file: &Path, name: &str, text: &str) -> Vec<String> {
    let (ids, links) = read(text);
    let mut faults = Vec::new();
    for link in links {
        if link.contains("://") || link.starts_with("mailto:") {
            continue;
        }
        let (path, anchor) = link.split_once('#').map_or((&*link, None), |(path, anchor)| (path, Some(anchor)));
        let target = if path.is_empty() { file.to_owned() } else { plain(&file.with_file_name(path)) };
        let whole = name.ends_with("README.md") || path.contains('.');
        let found = path.is_empty() || target.is_file() || target.is_dir() && whole;
        if !found {
            faults.push(format!("{name}: the link `{link}` leads nowhere"));
            continue;
        }
        let Some(anchor) = anchor else { continue };
        let there = match path.is_empty() {
            true => ids.contains(anchor),
            false => fs::read_to_string(&target).is_ok_and(|text| read(&text).0.contains(anchor)),
        };
        if !there {
            faults.push(format!("{name}: the link `{link}` leads to no heading"));
        }
    }
    faults
}

/// Removes `..` from a path.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut out, part| {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
        out
    })
}

/// Returns the ids of a text's headings, and its links and pictures.
fn read(text: &str) -> (BTreeSet<String>, Vec<String>) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_FOOTNOTES;
    let (mut ids, mut links) = (BTreeSet::new(), Vec::new());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut heading: Option<(Option<String>, String)> = None;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Heading { id, .. }) => heading = Some((id.map(|id| id.to_string()), String::new())),
            Event::Text(words) | Event::Code(words) => {
                if let Some((_, text)) = &mut heading {
                    text.push_str(&words);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let (own, words) = heading.take().expect("a heading has begun");
                let id = own.unwrap_or_else(|| slug(&words));
                let times = seen.entry(id.clone()).and_modify(|n| *n += 1).or_insert(0);
                ids.insert(if *times == 0 { id } else { format!("{id}-{times}") });
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => links.push(dest_url.to_string()),
            _ => {}
        }
    }
    (ids, links)
}

/// Returns the id that mdBook gives to a heading.
fn slug(words: &str) -> String {
    let kept = words.chars().filter_map(|c| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_lowercase().next().unwrap_or(c)),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.collect()
}
