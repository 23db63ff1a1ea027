//! A digest in plain text: a numbered index, and the items below it under the same numbers and headings. It must not
//! know files.

use super::credits::PageCredits;
use super::page::{self, PrintedPage};
use crate::import::dates::{self, DayOrder};

/// An item of an index.
struct IndexItem {
    title: String,
    source: Option<String>,
    group: Option<String>,
}

/// Reads a digest. `None`: it has no index.
pub fn read(lines: &[&str], offset: usize) -> Option<Vec<PrintedPage>> {
    let index = lines.iter().position(|line| is_index(line))?;
    let (items, end) = index_items(lines, index + 1);
    let starts = item_starts(lines, end, items.len());
    if items.len() < 2 || starts.len() < 2 {
        return None;
    }
    let head = lines[..index].iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    let head: Vec<&str> = head.collect();
    let issue = head.iter().find_map(|line| {
        let at = line.find(|c: char| c.is_ascii_digit())?;
        let words = line.split_whitespace().count();
        let date = |text: &str| {
            dates::read(text, DayOrder::MonthFirst)
                .filter(|date| date.guess.as_deref().is_none_or(|g| g.contains("two digits")))
        };
        date(line).or_else(|| date(&line[at..])).filter(|_| words < 14)
    });
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([lines.len()]);
    let mut pages = Vec::new();
    for ((start, number), end) in starts.iter().zip(ends) {
        let Some(item) = items.get(number - 1) else { continue };
        let mut page = item_page(&lines[*start..end], offset + start, item);
        page.credits.date = page.credits.date.take().or_else(|| issue.clone());
        pages.push(page);
    }
    Some(pages)
}

fn is_index(line: &str) -> bool {
    let line = line.trim().trim_end_matches([':', '：']).to_lowercase();
    matches!(line.as_str(), "index" | "contents" | "table of contents" | "目次" | "目录" | "目錄")
}

/// Reads the number of an item: `(1) Title`, `1) Title`, `1. Title`.
fn numbered(line: &str) -> Option<(usize, &str)> {
    let bare = line.trim().trim_start_matches('(');
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let number = bare[..digits].parse().ok().filter(|number| (1..=200).contains(number))?;
    let rest = bare[digits..].strip_prefix([')', '.'])?;
    rest.starts_with(' ').then(|| (number, rest.trim()))
}

/// Reads the index. Returns its items and the line after it: where the numbers begin again.
fn index_items(lines: &[&str], start: usize) -> (Vec<IndexItem>, usize) {
    let mut items: Vec<IndexItem> = Vec::new();
    let mut group = None;
    let mut open = false;
    for (at, line) in lines.iter().enumerate().skip(start) {
        match numbered(line) {
            Some((number, title)) if number == items.len() + 1 => {
                items.push(IndexItem { title: title.to_owned(), source: None, group: group.clone() });
                open = true;
            }
            Some((1, _)) => return (items.into_iter().map(with_source).collect(), at),
            _ if line.trim().is_empty() => open = false,
            _ => {
                let text = line.trim();
                let name = text.strip_suffix([':', '：']);
                match items.last_mut().filter(|_| open) {
                    Some(last) if name.is_none() => last.title = format!("{} {text}", last.title),
                    _ => {
                        group = name.filter(|name| !is_heading(name)).map(str::to_owned);
                        open = false;
                    }
                }
            }
        }
    }
    (items.into_iter().map(with_source).collect(), lines.len())
}

/// Returns whether a line with a colon begins the items instead of naming a group.
fn is_heading(text: &str) -> bool {
    ["articles", "items", "記事"].contains(&text.to_lowercase().as_str())
}

/// Takes the source in brackets off the title of an item.
fn with_source(mut item: IndexItem) -> IndexItem {
    if let Some((title, source)) = item.title.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("))
        && source.split_whitespace().count() < 6
    {
        item.source = Some(source.trim().to_owned());
        item.title = title.trim().to_owned();
    }
    item
}

/// Finds the first line of each item, with its number.
fn item_starts(lines: &[&str], from: usize, count: usize) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(from) {
        let expected = out.len() + 1;
        let is_start = at == 0 || lines[at - 1].trim().is_empty() || at == from;
        if is_start && numbered(line).is_some_and(|(number, _)| number == expected && number <= count) {
            out.push((at, expected));
        }
    }
    out
}

/// Makes a page of an item: its heading, its credits, its text.
fn item_page(lines: &[&str], offset: usize, item: &IndexItem) -> PrintedPage {
    // The heading may be broken in several lines; the credits begin after it.
    let is_credit = |line: &&str| !line.trim().is_empty() && PageCredits::is_certain(line);
    let credits = lines.iter().skip(1).take(6).position(is_credit).map(|at| at + 1);
    let blank = lines.iter().position(|line| line.trim().is_empty()).unwrap_or(lines.len());
    let start = credits.unwrap_or(blank);
    let mut body: Vec<&str> = vec![&item.title, ""];
    body.extend(&lines[start..]);
    let shift = (offset + start).saturating_sub(2);
    let mut page = page::read(&body, shift).unwrap_or_default();
    page.title.clone_from(&item.title);
    page.line = offset + 1;
    page.sections = item.group.iter().cloned().collect();
    if page.credits.sources.is_empty() {
        page.credits.sources.extend(item.source.clone());
    }
    // `(Washington, September 27, Ann Sample)` alone in its line.
    if let Some(place) = page.paragraphs.first().and_then(|first| first.strip_prefix('(')?.strip_suffix(')'))
        && place.split_whitespace().count() < 10
    {
        page.dateline = Some(place.to_owned());
        page.paragraphs.remove(0);
    }
    page
}

#[cfg(test)]
mod tests;
