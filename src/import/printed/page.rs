//! One printed page: what stands at its head, its body, and what stands at its foot. It must not know files.

use super::credits::{self, PageCredits};
use super::lines::{breadcrumb, bullet, is_control, is_rule, is_section};
use super::paragraphs;
use crate::content::byline_words;
use crate::import::dates::{self, DayOrder};
use crate::import::imported::ImportedPerson;
use crate::import::names;

/// A page, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintedPage {
    pub title: String,
    /// The line of its title in the file, from 1.
    pub line: usize,
    pub sections: Vec<String>,
    pub summary: Option<String>,
    pub credits: PageCredits,
    pub authors: Vec<ImportedPerson>,
    pub dateline: Option<String>,
    pub genre: Option<&'static str>,
    pub paragraphs: Vec<String>,
    /// The links of the site's topic bar.
    pub topics: Vec<String>,
    pub body_line: usize,
}

/// The most lines before the credits of a page.
const HEAD: usize = 24;

/// Reads a page. `offset` is the number of lines before it in its file. `None`: nothing is on it.
pub fn read(lines: &[&str], offset: usize) -> Option<PrintedPage> {
    let mut page = PrintedPage::default();
    let mut start = lines.iter().position(|line| !is_blank(line))?;
    start += mail_head(&lines[start..], &mut page);
    start += lines[start..].iter().position(|line| !is_blank(line)).unwrap_or(lines.len() - start);
    let credits = credits_at(lines, start);
    let body = head(lines, start, credits, offset, &mut page);
    let body = match credits {
        Some(at) => take_credits(lines, at, &mut page.credits),
        None => body,
    };
    let end = body + without_topics(&lines[body..], &mut page.topics);
    page.body_line = offset + 1 + (body..end).find(|&at| !is_blank(lines[at])).unwrap_or(body);
    page.paragraphs = paragraphs::join(&lines[body..end]);
    of_title(&mut page);
    of_body(&mut page);
    (!page.title.is_empty()).then_some(page)
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || is_rule(line) || is_control(line)
}

/// Reads the head of a message: `Subject: …`. Returns the number of its lines.
fn mail_head(lines: &[&str], page: &mut PrintedPage) -> usize {
    let names = ["subject", "from", "to", "cc", "date", "sent", "reply-to", "件名", "差出人", "宛先", "日時"];
    let field = |line: &str| {
        let (name, value) = line.split_once([':', '：'])?;
        names
            .contains(&name.trim().to_lowercase().as_str())
            .then(|| (name.trim().to_lowercase(), value.trim().to_owned()))
    };
    let fields: Vec<(String, String)> = lines.iter().map_while(|line| field(line)).collect();
    if fields.len() < 2 {
        return 0;
    }
    for (name, value) in &fields {
        match name.as_str() {
            "subject" | "件名" => page.title = value.clone(),
            "date" | "sent" | "日時" => {
                page.credits.date = dates::read(value, DayOrder::Unknown).map(|mut date| {
                    date.date.truncate(10);
                    date
                });
            }
            _ => {}
        }
    }
    fields.len()
}

/// Finds the first line of the credits: a bullet with a date, a source or a kind; or a line that is nothing else.
fn credits_at(lines: &[&str], start: usize) -> Option<usize> {
    let at = (start..lines.len().min(start + HEAD)).find(|&at| match bullet(lines[at]) {
        Some(text) => text.starts_with(',') || parts(text).iter().any(|part| PageCredits::default().take(part)),
        None => at > start && PageCredits::is_certain(lines[at]),
    })?;
    // A list in the middle of a text is none.
    let paragraph = |line: &&str| line.trim().ends_with(['.', '。']) && line.len() > 100;
    (!lines[start..at].iter().any(paragraph)).then_some(at)
}

/// Divides a line with several bullets.
fn parts(text: &str) -> Vec<&str> {
    text.split(['•', '|', '●']).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Reads breadcrumb, title and what stands below it. Returns the line after them.
fn head(lines: &[&str], start: usize, credits: Option<usize>, offset: usize, page: &mut PrintedPage) -> usize {
    let end = credits.unwrap_or(lines.len());
    let mut at = start;
    let next = |from: usize| (from..end).find(|&at| !is_blank(lines[at]));
    if let Some(line) = next(at) {
        let after = next(line + 1);
        let sections = breadcrumb(lines[line])
            .or_else(|| (after.is_some() && is_section(lines[line])).then(|| vec![lines[line].trim().to_owned()]));
        if let Some(sections) = sections.filter(|_| after.is_some()) {
            page.sections = sections;
            at = line + 1;
        }
    }
    if !page.title.is_empty() {
        page.line = offset + start;
        return credits.unwrap_or(at);
    }
    let Some(first) = next(at) else { return end };
    page.line = offset + first + 1;
    let mut last = first;
    // A title may be broken in two lines; a paragraph below it is none.
    while last + 1 < end
        && last < first + 3
        && !is_blank(lines[last + 1])
        && (credits.is_some() || lines[first].len() > 50)
        && lines[last + 1].trim().len() < 120
        && bullet(lines[last + 1]).is_none()
    {
        last += 1;
    }
    page.title = lines[first..=last].iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    if let Some(end) = credits {
        let deck: Vec<&str> = (last + 1..end).map(|at| lines[at]).collect();
        page.summary = Some(paragraphs::join(&deck).join(" ")).filter(|deck| !deck.is_empty());
    }
    last + 1
}

/// Reads the credits from a line on. Returns the line after them.
fn take_credits(lines: &[&str], start: usize, credits: &mut PageCredits) -> usize {
    let is_list = bullet(lines[start]).is_some();
    let (mut at, mut end, mut gap) = (start, start, false);
    while at < lines.len() {
        let line = lines[at];
        if line.trim().is_empty() {
            gap = true;
            at += 1;
            continue;
        }
        let text = if is_list { bullet(line) } else { Some(line.trim()).filter(|line| PageCredits::is_certain(line)) };
        let Some(text) = text else { break };
        let is_empty = text.is_empty();
        let mut taken = is_empty;
        for part in parts(text) {
            let mut next = credits.clone();
            let known = next.take(part);
            // The name of a source alone counts directly below the date.
            let is_source = part.starts_with(',')
                || (credits.sources.is_empty() && credits.date.is_some() && credits.kind.is_none() && !gap);
            if known || is_source {
                *credits = next;
                taken = true;
            }
        }
        if !taken || (gap && is_list && credits.kind.is_some() && !is_empty && !text.starts_with(',')) {
            break;
        }
        gap = false;
        at += 1;
        end = at;
    }
    end
}

/// Finds the topic bar: a list of short names at the end of a page. Returns the number of lines before it.
fn without_topics(lines: &[&str], topics: &mut Vec<String>) -> usize {
    let end = lines.iter().rposition(|line| !is_blank(line)).map_or(0, |last| last + 1);
    let mut start = end;
    let mut found = Vec::new();
    while start > 0 {
        let line = lines[start - 1];
        match bullet(line) {
            Some(text) => found.push(text.to_owned()),
            None if !is_blank(line) => break,
            None => {}
        }
        start -= 1;
    }
    found.reverse();
    let is_name = |text: &String| {
        let words = text.split_whitespace().count();
        (1..=5).contains(&words)
            && text.chars().count() <= 40
            && !text.contains(['%', ':', '：', '%', '。'])
            && !text.ends_with(['.', ',', '?', ';'])
            && text.chars().next().is_some_and(|c| !c.is_lowercase() && !c.is_ascii_digit())
    };
    if found.len() < 2 || !found.iter().all(is_name) {
        return end;
    }
    *topics = found;
    start
}

/// Genres that a title names before a colon.
const GENRES: [(&str, &str); 14] = [
    ("editorial", "editorial"),
    ("opinion", "opinion"),
    ("op-ed", "opinion"),
    ("column", "column"),
    ("commentary", "opinion"),
    ("analysis", "analysis"),
    ("exclusive", "exclusive"),
    ("feature", "feature"),
    ("interview", "interview"),
    ("infographic", "infographic"),
    ("cartoon", "cartoon"),
    ("社説", "editorial"),
    ("社论", "editorial"),
    ("사설", "editorial"),
];

/// Reads what a title says beside its words: a genre, the date of a digest, an extent.
fn of_title(page: &mut PrintedPage) {
    page.title = page.title.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((before, inside)) = page.title.strip_suffix(')').and_then(|rest| rest.rsplit_once('('))
        && let Some(extent) = credits::extent(inside)
    {
        page.credits.extent = Some(extent);
        page.title = before.trim().to_owned();
    }
    if let Some((lead, rest)) = page.title.split_once([':', '：']) {
        let lead = lead.trim().to_lowercase();
        if let Some((_, genre)) = GENRES.iter().find(|(name, _)| *name == lead && !rest.trim().is_empty()) {
            page.genre = Some(genre);
            page.title = rest.trim().to_owned();
        }
    }
    let lower = page.title.to_lowercase();
    if page.genre.is_none() {
        page.genre = match () {
            () if lower.ends_with(" poll") || lower.starts_with("opinion poll") => Some("poll"),
            () if lower.starts_with("prime minister's schedule") || lower.starts_with("prime minister’s schedule") => {
                Some("schedule")
            }
            () if lower.starts_with("interview with ") => Some("interview"),
            () => None,
        };
    }
    let is_digest = ["alert", "daily summary", "press highlights", "morning news", "noon news", "news digest"];
    if page.credits.date.is_none()
        && let Some((start, _)) =
            page.title.char_indices().find(|(at, c)| c.is_ascii_digit() || page.title[*at..].starts_with("- "))
    {
        let start = page.title[..start].trim_end().len();
        let tail = page.title[start..].trim_start_matches([' ', '-', '–', '—', ',']);
        page.credits.date = dates::read(tail, DayOrder::MonthFirst)
            .filter(|date| date.guess.as_deref().is_none_or(|g| g.contains("two digits")));
    }
    if page.credits.kind.is_none() && is_digest.iter().any(|word| lower.contains(word)) && page.credits.date.is_some() {
        page.credits.kind = Some("digest");
    }
}

/// Reads what a body says beside its text: a byline and a dateline at its start, an extent at its end.
fn of_body(page: &mut PrintedPage) {
    if let Some(last) = page.paragraphs.last_mut() {
        if let Some(extent) = credits::extent(last).filter(|_| last.starts_with(['(', '（', '['])) {
            page.credits.extent = Some(extent);
            page.paragraphs.pop();
        } else if let Some((text, inside)) = last.strip_suffix(')').and_then(|rest| rest.rsplit_once('('))
            && let Some(extent) = credits::extent(inside)
        {
            page.credits.extent = Some(extent);
            *last = text.trim().to_owned();
        }
    }
    if let Some(first) = page.paragraphs.first().filter(|first| is_byline(first)) {
        page.authors = names::people(first);
        page.paragraphs.remove(0);
    }
    if let Some(first) = page.paragraphs.first_mut()
        && let Some((dateline, rest)) = dateline(first)
    {
        page.dateline = Some(dateline.to_owned());
        *first = rest.to_owned();
    }
}

/// Returns whether a paragraph is a byline: `By Kamata Yu`, `YUKI NAKAMURA, Nikkei staff writer`.
fn is_byline(text: &str) -> bool {
    let start = text.get(..3).is_some_and(|by| by.eq_ignore_ascii_case("by "));
    let short = text.len() < 130 && !text.ends_with(['.', '?', '!', ':']) && !text.starts_with("- ");
    let named = text.split_once(',').is_some_and(|(name, role)| {
        byline_words::is_role(role) && !byline_words::is_role(name) && name.split_whitespace().count() < 5
    });
    let words = text.split_whitespace().count();
    short && words > 1 && ((start && words < 18 && text[3..].starts_with(char::is_uppercase)) || (named && words < 12))
}

/// Splits off a dateline: `KURUME, Fukuoka - …`, `Tokyo, Oct. 24 (Jiji Press)-…`.
fn dateline(text: &str) -> Option<(&str, &str)> {
    let (at, dash) = text.char_indices().find(|(_, c)| matches!(c, '-' | '–' | '—' | '―'))?;
    let before = text[..at].trim();
    let rest = text[at + dash.len_utf8()..].trim_start_matches(['-', '–', '—', '―', ' ']);
    let place = before.split([',', '(', ' ']).next()?;
    let upper = place.chars().count() > 2 && place.chars().all(|c| c.is_uppercase() || c == '.' || c == '\'');
    let agency = before.ends_with(')') && before.contains('(') && place.starts_with(char::is_uppercase);
    let words = before.split_whitespace().count();
    let spaced =
        text[..at].ends_with(' ') || agency || (upper && !place.contains('.') && rest.starts_with(char::is_uppercase));
    ((upper || agency) && spaced && words < 9 && before.len() < 70 && !rest.is_empty()).then_some((before, rest))
}

#[cfg(test)]
mod tests;
