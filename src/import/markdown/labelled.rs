//! Heads and tails of labels and values: finds them in a file, and what is left as its title and body. It must not know
//! what a label means for an article.

use super::description::{Description, HeadKind};
use crate::import::names::Definitions;

/// A value with its label, as a file has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledValue {
    pub label: String,
    pub value: String,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// A file, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkdownFile {
    pub values: Vec<LabelledValue>,
    pub title: Option<String>,
    pub body: String,
    /// The line on which the body starts, from 1.
    pub body_line: usize,
    pub definitions: Definitions,
}

/// The most lines at the end of a file among which a tail is looked for, not counting definitions and empty lines.
const TAIL: usize = 60;
/// The most lines between two labels of a tail.
const GAP: usize = 12;

/// Takes a file apart.
pub fn read(text: &str, description: &Description) -> MarkdownFile {
    let lines: Vec<&str> = text.lines().collect();
    let mut values = Vec::new();
    let mut start = match description.head {
        HeadKind::FrontMatter => 0,
        HeadKind::Comments => comments(&lines, &mut values),
        HeadKind::List => list(&lines, description, &mut values),
    };
    let definitions = lines.iter().filter_map(|line| definition(line)).map(|(k, url)| (k, url.to_owned())).collect();
    let (title, after) = title(&lines, start);
    start = after;
    // A list may also follow the title.
    if description.head == HeadKind::List && values.is_empty() {
        let used = list(&lines[start..], description, &mut values);
        values.iter_mut().for_each(|value| value.line += start);
        start += used;
    }
    let kept = tail(&lines[start..], start, description, &mut values);
    let first = kept.iter().position(|line| !is_blank_or_rule(line)).unwrap_or(kept.len());
    let last = kept.iter().rposition(|line| !is_blank_or_rule(line)).map_or(first, |last| last + 1);
    let body = spaced_headings(&kept[first..last]);
    MarkdownFile { values, title, body, body_line: start + first + 1, definitions }
}

fn is_blank_or_rule(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ']).trim();
    line.is_empty() || (line.len() > 2 && line.chars().all(|c| matches!(c, '-' | '*' | '_' | ' ' | '—' | '\u{3000}')))
}

/// Reads `[#]: key: (value)` lines. Returns the number of lines that are not the text's.
fn comments(lines: &[&str], values: &mut Vec<LabelledValue>) -> usize {
    let mut end = 0;
    for (at, line) in lines.iter().enumerate() {
        let Some(rest) = line.trim_start().strip_prefix("[#]:") else {
            if line.trim().is_empty() {
                continue;
            }
            break;
        };
        end = at + 1;
        let Some((label, value)) = rest.split_once(':') else { continue };
        let value = value.trim();
        let value = [('(', ')'), ('"', '"'), ('\'', '\'')]
            .iter()
            .find_map(|(open, close)| value.strip_prefix(*open)?.strip_suffix(*close))
            .unwrap_or(value);
        values.push(LabelledValue { label: label.trim().to_owned(), value: value.trim().to_owned(), line: at + 1 });
    }
    end
}

/// Reads a list or quote of labels and values. Returns the number of its lines.
fn list(lines: &[&str], description: &Description, values: &mut Vec<LabelledValue>) -> usize {
    let mut end = 0;
    for (at, line) in lines.iter().enumerate() {
        let bare =
            line.trim().trim_start_matches(|c: char| c == '>' || c == '*' || c == '-' || c == '+' || c.is_whitespace());
        if bare.is_empty() {
            continue;
        }
        let Some((label, value)) = labelled(bare, description) else { break };
        values.push(LabelledValue { label, value: value.to_owned(), line: at + 1 });
        end = at + 1;
    }
    end
}

/// Splits a line into a label of the description and its value.
fn labelled<'l>(line: &'l str, description: &Description) -> Option<(String, &'l str)> {
    let line = line.trim().trim_start_matches(['*', '_', '[']);
    let colon = line.find([':', '：']);
    // `via http://…`
    let (label, rest) = match colon.filter(|at| !line[..*at].contains("http")) {
        Some(at) => (&line[..at], line[at..].trim_start_matches([':', '：'])),
        None => line.split_once(' ').filter(|(_, rest)| rest.trim_start().starts_with("http"))?,
    };
    let bare = label.trim().trim_matches(['*', '_', '`']);
    // `原文[title](address)`
    let linked =
        line.split_once('[').filter(|(label, _)| description.key(bare).is_none() && description.key(label).is_some());
    let (label, rest) = linked.map_or((bare, rest), |(label, _)| (label, &line[label.len()..]));
    description.key(label).map(|_| (label.to_owned(), rest.trim().trim_start_matches(['*', '_']).trim()))
}

/// Finds the title: `# title`, `title` over `===`, or `##title`. Returns it, and the line after it.
fn title(lines: &[&str], start: usize) -> (Option<String>, usize) {
    let Some(at) = (start..lines.len()).find(|&at| !is_blank_or_rule(lines[at])) else { return (None, start) };
    let line = lines[at].trim();
    let next = lines.get(at + 1).map_or("", |line| line.trim());
    if next.len() > 1 && (next.bytes().all(|b| b == b'=') || (next.len() > 3 && next.bytes().all(|b| b == b'-'))) {
        return (Some(clean_title(line)).filter(|title| !title.is_empty()), at + 2);
    }
    let bare = line.trim_start_matches('#');
    let level = line.len() - bare.len();
    // Without a space only where it cannot be a tag.
    let is_heading = (1..=3).contains(&level)
        && (bare.starts_with([' ', '\t', '\u{3000}'])
            || (level > 1 && !bare.is_empty())
            || bare.starts_with(|c: char| !c.is_ascii()));
    if is_heading {
        let title = clean_title(bare);
        // Some repeat the line of `===` below a heading.
        let used = usize::from(next.len() > 1 && next.bytes().all(|b| b == b'='));
        return (Some(title).filter(|title| !title.is_empty()), at + 1 + used);
    }
    (None, start)
}

/// Takes marks, links and outer hashes off a title.
pub fn clean_title(text: &str) -> String {
    let text = text.trim().trim_end_matches('#').trim().trim_matches(['*', '_']);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let link = rest[at..].find("](").and_then(|middle| {
            let close = rest[at + middle..].find(')')?;
            Some((&rest[at + 1..at + middle], at + middle + close + 1))
        });
        let Some((label, end)) = link else { break };
        out.push_str(rest[..at].trim_end_matches('!'));
        out.push_str(label);
        rest = &rest[end..];
    }
    out.push_str(rest);
    let out = out.replace("**", "").replace('`', "");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads `[label]: address`.
fn definition(line: &str) -> Option<(String, &str)> {
    let (label, rest) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    let url = rest.split_whitespace().next()?.trim_matches(['<', '>']);
    (!label.contains('[') && label != "#").then(|| (label.trim().to_lowercase(), url))
}

/// Takes the labels and values at the end off. Returns the lines that are the text's, with their definitions.
fn tail<'l>(
    lines: &[&'l str],
    offset: usize,
    description: &Description,
    values: &mut Vec<LabelledValue>,
) -> Vec<&'l str> {
    let is_tail = |line: &str| {
        let bare = line.trim().trim_start_matches(['>', ' ']);
        description.drops(line) || (description.head != HeadKind::List && labelled(bare, description).is_some())
    };
    let (mut start, mut seen, mut gap) = (lines.len(), 0, 0);
    for (at, line) in lines.iter().enumerate().rev() {
        if is_tail(line) {
            (start, gap) = (at, 0);
        } else if !is_blank_or_rule(line) && definition(line).is_none() {
            (seen, gap) = (seen + 1, gap + 1);
            if seen > TAIL || gap > GAP {
                break;
            }
        }
    }
    let mut kept: Vec<&str> = lines[..start].to_vec();
    let end = kept.iter().rposition(|line| !is_blank_or_rule(line)).map_or(0, |last| last + 1);
    kept.truncate(end);
    let mut found: Vec<LabelledValue> = Vec::new();
    let mut used = String::new();
    for (at, line) in lines.iter().enumerate().skip(start) {
        let of_line = if description.drops(line) { Vec::new() } else { several(line, description) };
        if is_tail(line) {
            let line = offset + at + 1;
            found.extend(of_line.into_iter().map(|(label, value)| LabelledValue { label, value, line }));
            used.push_str(lines[at]);
        } else if definition(line).is_some()
            || !is_blank_or_rule(line)
            || !kept.last().is_some_and(|last| last.is_empty())
        {
            kept.push(if is_blank_or_rule(line) { "" } else { line });
        }
    }
    values.extend(found);
    without_unused(kept, start.min(end))
}

/// Reads the labels of one line: `译者：[a](b) 校对：[c](d)`.
fn several(line: &str, description: &Description) -> Vec<(String, String)> {
    let line = line.trim().trim_start_matches(['>', ' ']).trim_start_matches('[');
    let mut starts: Vec<usize> = vec![0];
    for (at, c) in line.char_indices() {
        if (c.is_whitespace() || c == '\u{3000}')
            && labelled(line[at..].trim_start(), description).is_some()
            && is_label(line[at..].trim_start(), description)
        {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([line.len()]);
    let parts = starts.iter().zip(ends).filter_map(|(start, end)| labelled(&line[*start..end], description));
    parts.map(|(label, value)| (label, value.trim_matches(['　', ' ']).to_owned())).collect()
}

/// Returns whether a text starts with a whole label, before any space.
fn is_label(text: &str, description: &Description) -> bool {
    let end = text.find([':', '：']).unwrap_or(0);
    !text[..end].contains(char::is_whitespace) && description.key(&text[..end]).is_some()
}

/// Leaves out definitions after the body that the body does not use.
fn without_unused(lines: Vec<&str>, body: usize) -> Vec<&str> {
    let text = lines[..body.min(lines.len())].join("\n").to_lowercase();
    let used = |line: &str| definition(line).is_none_or(|(label, _)| text.contains(&format!("[{label}]")));
    lines.iter().enumerate().filter(|(at, line)| *at < body || used(line)).map(|(_, line)| *line).collect()
}

/// Joins lines, with the space after `##` that old Markdown did without. Blocks of code stay.
fn spaced_headings(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut fence: Option<char> = None;
    for line in lines {
        let bare = line.trim_start();
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~') && bare.starts_with(&c.to_string().repeat(3)));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        let hashes = line.bytes().take_while(|b| *b == b'#').count();
        let after = &line[hashes..];
        if fence.is_none() && (2..=6).contains(&hashes) && after.starts_with(char::is_alphanumeric) {
            out.push_str(&line[..hashes]);
            out.push(' ');
            out.push_str(after);
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}
