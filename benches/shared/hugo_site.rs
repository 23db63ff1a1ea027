//! Converts a site for Hugo, so that both programs make the same pages from the same texts.
//!
//! Differences in Hugo's favour: it gets only selected articles, with excerpts, ids of sections, related articles,
//! neighbours and labels computed; no block has an id; nothing is checked, and links between articles stay as they
//! are written; there is one sitemap instead of one for each month; there is no page with the calendar of the
//! archive; pages of years, months and days have no groups and do not link to their neighbours; an original of which only an excerpt
//! may be shown is left out. Differences in Recto's favour: for Hugo, an article with an original is a folder with
//! two files and not two files; Hugo numbers pages from the newest, which makes a few more of them, though it
//! writes no stubs; it has three more indexes (of years, months and days) and a page for the section that contains
//! all articles.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use recto::archive::archive::{ArticleIx, IndexedArticle};
use recto::base::config::Publish;
use recto::base::date;
use recto::base::locale::DateLength;
use recto::content::content_path::TermKind;
use recto::content::details::{self, Details};
use recto::content::front_matter;
use recto::engine::site::Site;
use serde_json::{Map, Value, json};

use super::{parallel, sites, tree};

/// Writes the site as a Hugo site.
pub fn convert(from: &Path, to: &Path, threads: usize) -> io::Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&project.join("benches/hugo"), to, threads)?;
    copy(&project.join("themes/default/static"), &to.join("static"), threads)?;
    let site = sites::load(from, threads, sites::NOW)?;
    let converted = parallel::map(site.archive.articles.len(), threads, |ix| article(&site, ix as ArticleIx, to)).0;
    converted.into_iter().collect::<io::Result<()>>()?;
    for page in &site.archive.pages {
        let (text, body) = (read(&site, &page.file)?, page.path.replace('/', "-"));
        let front = json!({"title": page.title, "url": address(&page.path)});
        put(&to.join(format!("content/{body}.md")), &front, body_of(&page.file, &text)?)?;
    }
    for (target, file) in &site.archive.assets {
        let place = to.join("static").join(&**target);
        fs::create_dir_all(place.parent().unwrap_or(to))?;
        fs::copy(from.join(&**file), place)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path, threads: usize) -> io::Result<()> {
    for file in tree::walk(from, threads)?.files {
        let place = to.join(file.strip_prefix(from).map_err(io::Error::other)?);
        fs::create_dir_all(place.parent().unwrap_or(to))?;
        fs::copy(&file, place)?;
    }
    Ok(())
}

/// Writes an article with its original, and a page of its own for each further translation.
fn article(site: &Site, ix: ArticleIx, to: &Path) -> io::Result<()> {
    let placed = site.archive.article(ix);
    let text = read(site, &placed.card.file)?;
    let (details, body, _) = details::load(&placed.card.file, &text).map_err(|_| wrong(&placed.card.file))?;
    let mut front = front(site, ix, &details);
    let shown = placed.original().filter(|_| placed.publish(&site.config) == Publish::Full);
    let folder = to.join("content/articles").join(&*placed.card.id);
    if let Some(original) = shown {
        front.insert("original_title".to_owned(), json!(original.title));
        front.insert("original_lang".to_owned(), json!(original.lang));
        let text = read(site, &original.file)?;
        put(&folder.join("original.md"), &json!({"title": original.title}), body_of(&original.file, &text)?)?;
        put(&folder.join("index.md"), &Value::Object(front), body)?;
    } else {
        put(&folder.with_added_extension("md"), &Value::Object(front), body)?;
    }
    for (_, sibling) in placed.translations() {
        let text = read(site, &sibling.file)?;
        let url = format!("/{}/{}/", placed.address, sibling.lang);
        let name = format!("content/translations/{}.{}.md", placed.card.id.replace('/', "-"), sibling.lang);
        put(&to.join(name), &json!({"title": sibling.title, "url": url}), body_of(&sibling.file, &text)?)?;
    }
    Ok(())
}

fn front(site: &Site, ix: ArticleIx, details: &Details) -> Map<String, Value> {
    let (world, archive) = (site.world(), &site.archive);
    let placed = archive.article(ix);
    let card = &placed.card;
    let labels = |kind: TermKind| -> Vec<&str> {
        placed.terms(kind).iter().map(|&term| &*archive.term(kind, term).label).collect()
    };
    let path = |ix: ArticleIx| format!("/articles/{}", archive.article(ix).card.id);
    let sections = archive.taxonomy(TermKind::Section);
    let trail = sections.trail(placed.section()).into_iter().map(|ix| sections.get(ix));
    let trail: Vec<Value> = trail.map(|s| json!({"url": format!("/sections/{}/", s.id), "label": s.label})).collect();
    let (older, newer) = archive.beside(ix);
    let related: Vec<String> = archive.related(ix).into_iter().map(path).collect();
    let day = card.date.to_string();
    let aliases: Vec<String> = card.aliases.iter().map(|(alias, _)| format!("/{alias}")).collect();
    let value = json!({
        "title": card.title,
        "date": date::rfc3339(card.posted, &site.config.zone),
        "url": address(&placed.address),
        "aliases": aliases,
        "tags": labels(TermKind::Tag),
        "sources": labels(TermKind::Source),
        "translators": labels(TermKind::Translator),
        "sections": section_ids(site, placed),
        "years": [day[..4]],
        "months": [day[..7]],
        "days": [day],
        "day": day,
        "day_label": world.locale().day(card.date, DateLength::Long),
        "trail": trail,
        "description": card.excerpt,
        "locator": card.locator,
        "label": world.label(card),
        "extent": world.extent_label(card),
        "genre": world.genre(card),
        "authors": details.authors,
        "reviewers": details.reviewers,
        "dateline": details.dateline,
        "original_url": details.original.as_ref().and_then(|original| original.url.as_deref()),
        "older": older.map(path),
        "newer": newer.map(path),
        "related": related,
    });
    let Value::Object(fields) = value else { return Map::new() };
    // TOML has no null.
    fields.into_iter().filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|a| !a.is_empty())).collect()
}

/// Returns the article's sections with all of their ancestors, since Hugo's terms have no levels.
fn section_ids<'s>(site: &'s Site, placed: &IndexedArticle) -> Vec<&'s str> {
    let sections = site.archive.taxonomy(TermKind::Section);
    let mut ids: Vec<&str> = Vec::new();
    for &section in placed.terms(TermKind::Section) {
        for ix in sections.trail(section) {
            let id = &*sections.get(ix).id;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids
}

fn address(path: &str) -> String {
    format!("/{}/", path.trim_matches('/'))
}

fn wrong(file: &str) -> io::Error {
    io::Error::other(format!("{file} has errors; `recto check` names them"))
}

fn read(site: &Site, file: &str) -> io::Result<String> {
    fs::read_to_string(site.root.place(file))
}

fn body_of<'t>(file: &Arc<str>, text: &'t str) -> io::Result<&'t str> {
    front_matter::split(file, text).map(|parts| parts.body).map_err(|_| wrong(file))
}

fn put(path: &Path, front: &Value, body: &str) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let front = toml::to_string(front).map_err(io::Error::other)?;
    fs::write(path, format!("+++\n{front}+++\n\n{body}"))
}
