//! Saved pages: a folder of HTML files as browsers save them, each with its pictures in a folder beside it. What a page
//! says of itself in its head gives the fields; the credit line under the title gives what the head does not say.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

use super::credit_line;
use super::dates;
use super::html::{self, HtmlOptions, PageParts};
use super::import_map::ImportMap;
use super::imported::{CreditRole, Imported, ImportedCredit, ImportedText};
use super::names;
use super::notes::{Note, NoteKind};
use super::source::{MEDIA, Source};
use crate::base::path::{decode_percent, encode_path};

/// Says whether a source is a folder of saved pages, and why.
pub fn recognise(source: &Source) -> Option<String> {
    let first = pages(source).next()?;
    let others = source
        .paths()
        .any(|path| path.ends_with(".md") || path.ends_with("config.toml") || path.ends_with("_config.yml"));
    (!others).then(|| format!("`{first}` is a page of HTML, and there is no Markdown"))
}

fn pages<'s>(source: &'s Source) -> impl Iterator<Item = &'s str> {
    source.paths().filter(|path| {
        let lower = path.to_lowercase();
        let page = [".html", ".htm", ".xhtml"].iter().any(|ending| lower.ends_with(ending));
        // Frames of a saved page are saved with its pictures.
        page && !path.starts_with(MEDIA)
            && !path.split('/').rev().skip(1).any(|folder| folder.ends_with("_files") || folder.ends_with(".files"))
    })
}

/// Reads all pages.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let mut imported = Imported::default();
    for path in pages(source) {
        let page = source.text(path)?.text;
        read_file(source, path, &page, map, &mut imported);
    }
    match imported.texts.is_empty() {
        true => Err("there is no page of HTML here".to_owned()),
        false => Ok(imported),
    }
}

fn read_file(source: &Source, path: &str, page: &str, map: &ImportMap, imported: &mut Imported) {
    let used = RefCell::new(BTreeSet::new());
    let resolve = |address: &str| {
        let file = file_of(source, path, address)?;
        used.borrow_mut().insert(file.clone());
        let mut link = String::from("source:");
        encode_path(&file, &mut link);
        Some(link)
    };
    let (parts, read) = html::read_page(page, &HtmlOptions { resolve: &resolve });
    let mut text = ImportedText { from: path.to_owned(), body: read.text, body_line: 1, ..ImportedText::default() };
    let mut notes = Vec::new();
    let mut note = |kind, subject: &str, value: &str| notes.push((kind, subject.to_owned(), value.to_owned()));
    fill(&parts, map, &mut text, &mut note);
    let stem = path.rsplit('/').next().unwrap_or(path);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    if text.title.is_empty() {
        text.title = stem.to_owned();
        note(NoteKind::Guessed, "`title` from the name of the file", stem);
    }
    if text.date.is_none() {
        text.date = dates::of_file_name(stem).map(|(date, _)| date);
    }
    for (what, words) in &parts.left_out {
        note(NoteKind::LeftOut, &format!("{what}, which stands beside the article"), words);
    }
    for found in &read.notes {
        note(found.kind, &found.subject, &found.value);
    }
    for (kind, subject, value) in notes {
        imported.notes.add(Note::new(kind, subject, path, value));
    }
    for file in used.into_inner() {
        imported.assets.entry(file).or_default();
    }
    imported.texts.push(text);
}

/// Returns the file of the source that an address of a page means.
fn file_of(source: &Source, page: &str, address: &str) -> Option<String> {
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    if bare.is_empty() || bare.contains("://") || bare.starts_with(['/', '#']) || bare.starts_with("mailto:") {
        return None;
    }
    let decoded = decode_percent(bare)?;
    let mut path: Vec<&str> = page.split('/').collect();
    path.pop();
    for step in decoded.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            step => path.push(step),
        }
    }
    let path = path.join("/");
    source.has(&path).then_some(path)
}

/// Takes the fields from what the page says of itself.
fn fill(parts: &PageParts, map: &ImportMap, text: &mut ImportedText, note: &mut dyn FnMut(NoteKind, &str, &str)) {
    let data = LinkedData::new(&parts.linked_data);
    let meta = |keys: &[&str]| keys.iter().find_map(|key| parts.meta.get(*key).cloned());
    let site = meta(&["og:site_name", "application-name", "dc.publisher"]).or_else(|| data.name("publisher"));
    let title = Some(parts.headline.clone()).filter(|headline| !headline.is_empty());
    let title = title.or_else(|| data.word("headline")).or_else(|| meta(&["og:title", "twitter:title", "dc.title"]));
    text.title = title.unwrap_or_else(|| without_site(&parts.title, site.as_deref()));
    let date = meta(&[
        "article:published_time",
        "datepublished",
        "date",
        "dc.date",
        "dc.date.issued",
        "pubdate",
        "parsely-pub-date",
        "citation_date",
    ]);
    let date = date.or_else(|| data.word("datePublished")).or_else(|| parts.time.clone());
    if let Some(read) = date.as_deref().and_then(|date| dates::read(date, Default::default())) {
        text.date = Some(read.date.chars().take(10).collect());
        text.posted = Some(read.date).filter(|date| date.len() > 10);
    }
    let updated = meta(&["article:modified_time", "datemodified"]).or_else(|| data.word("dateModified"));
    text.updated = updated.and_then(|date| dates::read(&date, Default::default())).map(|read| read.date);
    let author = meta(&["author", "article:author", "dc.creator", "parsely-author", "byl"])
        .filter(|author| !author.contains("://"));
    if let Some(author) = author.or_else(|| data.name("author")) {
        let people = names::people(&author).into_iter();
        text.credits.extend(people.map(|person| ImportedCredit { role: CreditRole::Author, person }));
    }
    let language = parts.language.clone().or_else(|| meta(&["og:locale", "content-language"]));
    text.language =
        language.map(|language| map.language(&language).map_or_else(|| language.replace('_', "-"), str::to_owned));
    text.summary = meta(&["og:description", "description", "twitter:description"]);
    text.sources.extend(site);
    text.sections.extend(meta(&["article:section"]).map(|section| vec![section]));
    text.tags.extend(
        meta(&["keywords", "news_keywords"])
            .iter()
            .flat_map(|words| words.split([',', '、']))
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty()),
    );
    text.original.url = parts.canonical.clone().or_else(|| meta(&["og:url"])).filter(|url| url.contains("://"));
    take_credit_line(text, note);
}

/// Reads a short first paragraph with a date or a byline: "By Ida Marram | March 24, 2021".
fn take_credit_line(text: &mut ImportedText, note: &mut dyn FnMut(NoteKind, &str, &str)) {
    let Some((line, rest)) = text.body.split_once("\n\n") else { return };
    if line.starts_with(['#', '!', '>', '-', '|', '`']) {
        return;
    }
    let Some(found) = credit_line::read(line) else { return };
    if found.date.is_none() && found.authors.is_empty() {
        return;
    }
    note(NoteKind::Guessed, "credit line under the title", line);
    text.date = text.date.take().or(found.date);
    if text.credits.is_empty() {
        text.credits = found.authors;
    }
    text.body = rest.to_owned();
}

/// Takes the name of the site from the title of a page.
fn without_site(title: &str, site: Option<&str>) -> String {
    for mark in [" | ", " - ", " – ", " — ", " « ", "｜", "_"] {
        if let Some((title, end)) = title.rsplit_once(mark)
            && (site.is_some_and(|site| site == end.trim()) || matches!(mark, " | " | "｜"))
        {
            return title.trim().to_owned();
        }
    }
    title.trim().to_owned()
}

/// The first article in the linked data of a page.
struct LinkedData(Option<Value>);

impl LinkedData {
    fn new(texts: &[String]) -> LinkedData {
        let values = texts.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
        let all = values.flat_map(|value| match value {
            Value::Array(list) => list,
            Value::Object(mut object) => match object.remove("@graph") {
                Some(Value::Array(list)) => list,
                _ => vec![Value::Object(object)],
            },
            _ => Vec::new(),
        });
        let is_article = |value: &Value| {
            let kinds = value.get("@type").map(|kind| kind.to_string()).unwrap_or_default();
            ["Article", "BlogPosting", "Report"].iter().any(|kind| kinds.contains(kind))
        };
        LinkedData(all.into_iter().find(is_article))
    }

    fn word(&self, key: &str) -> Option<String> {
        let text = self.0.as_ref()?.get(key)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The names of people or of an organization.
    fn name(&self, key: &str) -> Option<String> {
        let name = |value: &Value| value.get("name").unwrap_or(value).as_str().map(str::to_owned);
        match self.0.as_ref()?.get(key)? {
            Value::Array(list) => {
                Some(list.iter().filter_map(name).collect::<Vec<_>>().join("、")).filter(|names| !names.is_empty())
            }
            value => name(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn import(page: &str, files: &[&str]) -> Imported {
        let mut paths: BTreeMap<String, u64> = files.iter().map(|file| (file.to_string(), 1)).collect();
        paths.insert("saved/Page.html".to_owned(), 1);
        let load = |_: &str| Ok(page.as_bytes().to_vec());
        let source = Source::new("saved", paths, &load);
        assert!(recognise(&source).is_some());
        read(&source, &ImportMap::default()).unwrap()
    }

    const PAGE: &str = "<!DOCTYPE html><html lang=ja><head><title>見出し | 港新聞</title><link rel=canonical href='https://port.example/a'>\
        <meta property='og:site_name' content='港新聞'><meta property='article:published_time' content='2021-03-24T09:00:00+09:00'>\
        <script type='application/ld+json'>{\"@graph\":[{\"@type\":\"NewsArticle\",\"author\":[{\"name\":\"Ida Marram\"}]}]}</script></head>\
        <body><nav>Home</nav><header>Site</header><article><h1>港の灯台</h1><p>本文<img src='Page_files/a%20b.jpg'></p>\
        <div class='share-buttons'>Tweet</div><aside>Related</aside></article><footer>(c)</footer></body></html>";

    #[test]
    fn a_saved_page_has_its_fields() {
        let imported = import(PAGE, &["saved/Page_files/a b.jpg", "saved/Page_files/frame.html"]);
        let [text] = imported.texts.as_slice() else { panic!("one text") };
        assert_eq!((text.title.as_str(), text.language.as_deref()), ("港の灯台", Some("ja")));
        assert_eq!(text.posted.as_deref(), Some("2021-03-24T09:00:00+09:00"));
        assert_eq!(text.date.as_deref(), Some("2021-03-24"));
        assert_eq!(text.sources, ["港新聞"]);
        assert_eq!(text.original.url.as_deref(), Some("https://port.example/a"));
        assert_eq!(text.credits[0].person.name, "Ida Marram");
        assert_eq!(text.body, "本文![](source:saved/Page_files/a%20b.jpg)\n");
        assert!(imported.assets.contains_key("saved/Page_files/a b.jpg"));
        let left: Vec<&str> = imported.notes.iter().map(|note| note.value.as_str()).collect();
        assert_eq!(left, ["Tweet", "Related"]);
    }

    #[test]
    fn the_most_text_is_the_article_and_the_line_below_the_title_its_credits() {
        let page = "<title>A title - x</title><div><p>Menu</p></div><div><h1>Lighthouse</h1><p>By Ida Marram | March 24, 2021</p>\
                    <p>A long text of many words about the lighthouse.</p></div>";
        let text = &import(page, &[]).texts[0];
        assert_eq!((text.title.as_str(), text.date.as_deref()), ("Lighthouse", Some("2021-03-24")));
        assert_eq!(text.credits[0].person.name, "Ida Marram");
        assert_eq!(text.body, "A long text of many words about the lighthouse.\n");
    }

    #[test]
    fn cut_pages_are_read() {
        for end in 0..PAGE.len() {
            if PAGE.is_char_boundary(end) {
                import(&PAGE[..end], &[]);
            }
        }
    }
}
