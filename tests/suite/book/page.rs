//! Pages of the book as tests read them: fenced blocks, and the file that each block is.
//!
//! A paragraph such as `` `site.toml`: `` before a block names its file, for readers and for this test.

use std::fs;
use std::ops::Range;

use crate::support::{project, tree};

/// A fenced block of a Markdown file.
pub struct Block<'a> {
    /// The info string, split at commas: the language, then options.
    pub info: Vec<&'a str>,
    pub text: &'a str,
    /// The range of its text.
    pub at: Range<usize>,
    /// The path of its file, if the line before names one.
    pub path: Option<&'a str>,
}

impl Block<'_> {
    pub fn is(&self, language: &str) -> bool {
        self.info[0] == language
    }

    pub fn has(&self, option: &str) -> bool {
        self.info[1..].contains(&option)
    }

    /// Returns the value of an option `NAME=VALUE`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.info[1..].iter().find_map(|option| option.strip_prefix(name)?.strip_prefix('='))
    }
}

pub fn blocks(source: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &str, usize, Option<&str>)> = None;
    let (mut at, mut before) = (0, "");
    for line in source.split_inclusive('\n') {
        let ticks = line.bytes().take_while(|b| *b == b'`').count();
        match open {
            None if ticks >= 3 => open = Some((ticks, line[ticks..].trim(), at + line.len(), path(before))),
            Some((fence, info, start, path)) if ticks >= fence && line[ticks..].trim().is_empty() => {
                blocks.push(Block { info: info.split(',').collect(), text: &source[start..at], at: start..at, path });
                open = None;
            }
            _ => {}
        }
        at += line.len();
        if !line.trim().is_empty() {
            before = line.trim();
        }
    }
    assert!(open.is_none(), "a block does not end");
    blocks
}

/// Returns the path in a line such as `` `static/site.css`: `` or `` `static/a.txt`, a symbolic link to: ``.
fn path(line: &str) -> Option<&str> {
    let (path, rest) = line.strip_prefix('`')?.strip_suffix(':')?.split_once('`')?;
    (path.contains('.') || path.contains('/')).then_some(path).filter(|_| rest.is_empty() || rest.starts_with(','))
}

/// Returns every page of the book, by its path below `docs/src`.
pub fn pages() -> Vec<(String, String)> {
    let pages = tree(&project().join("docs/src")).into_iter().filter(|(path, _)| path.ends_with(".md"));
    pages.map(|(path, bytes)| (path, String::from_utf8(bytes).expect("pages are UTF-8"))).collect()
}

/// Returns the pages in the order of `SUMMARY.md`, without that file.
pub fn in_order() -> Vec<String> {
    let summary = fs::read_to_string(project().join("docs/src/SUMMARY.md")).expect("the book has a summary");
    let links = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.map(str::to_owned).collect()
}
