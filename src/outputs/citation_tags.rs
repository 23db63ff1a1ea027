//! The tags in the head of an article's page that reference managers read: Zotero and Google Scholar.
//!
//! How Zotero's Embedded Metadata translator treats each tag was read in its code, and `tests/suite/zotero.rs` runs
//! it. It divides a name at its last space unless the name has a comma; so a name that must stay whole ends with one,
//! which Zotero drops. Of ranges of pages, it keeps only the first hyphen's two sides, so a list has en dashes.

use std::borrow::Cow;

use super::article_page::ArticlePage;
use super::head::PageHead;
use super::world::Common;
use crate::base::date;
use crate::content::name_parts::NameParts;

/// Adds the tags.
pub fn add(head: &mut PageHead, common: &Common, page: &ArticlePage) {
    let (facts, details, config) = (page.facts, page.details(), common.config);
    head.name("DC.type", "newspaperArticle");
    head.name("DC.title", page.title);
    head.name("DC.language", page.lang);
    for translator in page.translators(common) {
        head.name("z:translators", &for_zotero(&translator.parts()));
    }
    let authors = page.authors().0;
    for author in authors {
        head.name("DC.creator", &author.parts().inverted());
    }
    // Zotero prefers these to the others.
    let names: Vec<_> = authors.iter().map(|author| for_zotero(&author.parts()).into_owned()).collect();
    if names.iter().any(|name| name.ends_with(',')) {
        names.iter().for_each(|name| head.name("bib:authors", name));
    }
    let sources: Vec<&str> = facts.sources.iter().map(|term| &*term.label).collect();
    let day = page.source_date().to_string();
    head.name("prism.publicationName", &sources.join(", "));
    head.name("prism.publicationDate", &day);
    if let Some(edition) = &details.edition {
        head.name("prism.edition", edition);
    }
    head.name("citation_title", page.title);
    head.name("citation_publication_date", &day.replace('-', "/"));
    head.name("citation_language", page.lang);
    if let Some(url) = config.urls.absolute(page.url) {
        head.name("citation_public_url", &url);
    }
    if let Some(pages) = page.source_page().and_then(Pages::of) {
        pages.add(head);
    }
    for tag in &facts.tags {
        head.name("DC.subject", &tag.label);
    }
    if let Some(rights) = page.rights() {
        head.name("DC.rights", rights);
    }
    let extra = extra(common, page, &day);
    if !extra.is_empty() {
        head.name("z:extra", &extra);
    }
}

/// Returns lines for the field Extra, with variables of CSL: the original's title, and the day of the translation.
fn extra(common: &Common, page: &ArticlePage, day: &str) -> String {
    let title = page.original().and_then(|original| original.title.as_deref());
    let posted = date::day_of(page.card().posted, &common.config.zone).to_string();
    let lines = [
        title.map(|title| format!("Original Title: {title}")),
        (posted != day).then(|| format!("Available Date: {posted}")),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Returns a name as Zotero divides it rightly.
fn for_zotero<'a>(parts: &NameParts<'a>) -> Cow<'a, str> {
    match parts {
        NameParts::Whole(name) if name.contains([' ', ',', '،']) => {
            Cow::Owned(format!("{},", name.replace([',', '،'], "")))
        }
        parts => parts.inverted(),
    }
}

/// Numbers of pages in a source.
#[derive(Debug, PartialEq, Eq)]
struct Pages<'a> {
    first: &'a str,
    /// The last page of a single range.
    last: Option<&'a str>,
    /// All pages, if there is more than one range: `1, 4–7`.
    list: Option<String>,
}

impl<'a> Pages<'a> {
    /// Reads the numbers in `pp. 1, 4-7`, `p. A5` or `27面`.
    fn of(text: &'a str) -> Option<Pages<'a>> {
        let digit = text.find(|c: char| c.is_ascii_digit())?;
        // A letter directly before a number is part of it, unless it is the `p` of `p27`.
        let before = text[..digit].chars().next_back().filter(char::is_ascii_uppercase);
        let mut rest = &text[digit - before.map_or(0, char::len_utf8)..];
        let mut numbers: Vec<(bool, &str)> = Vec::new();
        let mut range = false;
        while let Some(end) = Some(rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())) {
            let number = &rest[..end];
            if !number.contains(|c: char| c.is_ascii_digit()) {
                break;
            }
            numbers.push((range, number));
            rest = rest[end..].trim_start_matches(['面', '頁', '页', '版', '쪽', '면', ' ']);
            let separator = rest
                .chars()
                .next()
                .filter(|c| matches!(c, '-' | '–' | '—' | '〜' | '～' | ',' | '、' | '・' | '&' | ';'));
            let Some(separator) = separator else { break };
            range = matches!(separator, '-' | '–' | '—' | '〜' | '～');
            rest = rest[separator.len_utf8()..].trim_start();
        }
        let (_, first) = *numbers.first()?;
        let is_range = matches!(numbers.as_slice(), [_, (true, _)]);
        let list = (numbers.len() > 1 && !is_range).then(|| {
            let joined = |(at, (range, number)): (usize, &(bool, &str))| match (at, range) {
                (0, _) => (*number).to_owned(),
                (_, true) => format!("–{number}"),
                (_, false) => format!(", {number}"),
            };
            numbers.iter().enumerate().map(joined).collect()
        });
        Some(Pages { first, last: is_range.then(|| numbers[1].1), list })
    }

    fn add(&self, head: &mut PageHead) {
        if let Some(list) = &self.list {
            return head.name("bib:pages", list);
        }
        head.name("citation_firstpage", self.first);
        if let Some(last) = self.last {
            head.name("citation_lastpage", last);
            head.name("bib:pages", &format!("{}-{last}", self.first));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pages;

    #[test]
    fn pages() {
        let read = |text| {
            let pages = Pages::of(text)?;
            Some(pages.list.unwrap_or_else(|| match pages.last {
                Some(last) => format!("{}-{last}", pages.first),
                None => pages.first.to_owned(),
            }))
        };
        for (text, expected) in [
            ("p. 27", "27"),
            ("p27", "27"),
            ("p. A5", "A5"),
            ("pp. 4-7", "4-7"),
            ("pp. 4 – 7", "4-7"),
            ("pp. 1, 4-7", "1, 4–7"),
            ("1-2, 4-7", "1–2, 4–7"),
            ("B1 & B4", "B1, B4"),
            ("27面", "27"),
            ("3面、5〜6面", "3, 5–6"),
            ("p. 27, evening", "27"),
            ("2nd section, p. 3", "2nd"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(Pages::of("front page"), None);
    }
}
