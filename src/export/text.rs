//! What an export says of a text, before it is put into a format: values, links as addresses, files beside it. It must
//! not know formats.

use std::cell::RefCell;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::body;
use super::front::own_value;
use super::site;
use crate::archive::archive::{ArticleIx, IndexedArticle};
use crate::archive::links::{self, Destination};
use crate::base::date;
use crate::base::diag::Diagnostics;
use crate::base::path;
use crate::content::article::{self, ContentRef};
use crate::content::content_path::TermKind;
use crate::content::front_matter;
use crate::content::markdown::{self, LinkTarget, LinkUse};
use crate::content::person;
use crate::content::record::StandalonePage;
use crate::outputs::body::target;
use crate::outputs::output_content::ReadText;
use crate::outputs::world::World;

/// What a text is in Recto.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRole {
    Article,
    Original,
    Translation,
    Page,
}

impl TextRole {
    /// Returns the word that stands in the export.
    pub fn word(self) -> &'static str {
        ["article", "original", "translation", "page"][self as usize]
    }
}

/// A text with everything that formats write of it.
#[derive(Clone, Debug)]
pub struct ExportedText {
    pub role: TextRole,
    /// The path of its file below `content/`.
    pub file: String,
    /// That path without the extension and the language: `articles/2021/03/ferry`.
    pub id: String,
    /// BCP 47.
    pub language: String,
    pub title: String,
    /// The address of its page, decoded, without slashes at its ends. The address of an original that has no page is
    /// where one would be.
    pub address: String,
    /// Whether readers may see it on a page of its own.
    pub shown: bool,
    /// As the front matter says it. Originals and translations have the dates of their article.
    pub date: Option<String>,
    /// RFC 3339.
    pub posted: Option<String>,
    pub updated: Option<String>,
    pub expires: Option<String>,
    pub draft: bool,
    pub summary: Option<String>,
    /// Addresses on this site with a slash at the start.
    pub aliases: Vec<String>,
    pub tags: Vec<String>,
    /// Labels from the top: `["International", "Asia"]`.
    pub sections: Vec<Vec<String>>,
    /// The ids of the sections: `international/asia`.
    pub section_ids: Vec<String>,
    pub sources: Vec<String>,
    pub translators: Vec<String>,
    pub authors: Vec<String>,
    /// The front matter that other programs have no place for.
    pub own: Map<String, Value>,
    pub body: String,
    /// The files that it shows or links: the path below the site's root, and the name beside the page.
    pub files: Vec<(String, String)>,
    /// Files of a text that readers may not see, by their paths below the site's root.
    pub hidden_files: Vec<String>,
}

impl ExportedText {
    /// Returns the table `recto`, from which an import makes the same file again.
    pub fn recto(&self) -> Map<String, Value> {
        let mut table = Map::new();
        table.insert("file".into(), self.file.as_str().into());
        table.insert("role".into(), self.role.word().into());
        table.insert("language".into(), self.language.as_str().into());
        if !self.own.is_empty() {
            table.insert("keys".into(), Value::Object(self.own.clone()));
        }
        table
    }

    /// Returns the address as a path without the base path: `/2021/03/24/ferry/`, or `.html` in that style.
    pub fn path(&self, world: &World) -> String {
        site::path(world, &self.address)
    }
}

/// The keys for which every format has a place. An import takes them from there.
const SHARED: [&str; 7] = ["title", "date", "updated", "draft", "aliases", "tags", "summary"];

/// Makes the texts of an article: its own, its original, and further translations. `None` if a file cannot be read;
/// then the problem is appended.
pub fn of_article(
    world: &World,
    ix: ArticleIx,
    read: ReadText,
    problems: &mut Diagnostics,
) -> Option<Vec<ExportedText>> {
    let placed = world.archive.article(ix);
    let card = &placed.card;
    let zone = &world.config.zone;
    let from = TextFile { role: TextRole::Article, file: &card.file, refs: &card.refs, shown: true };
    let mut own = base(world, &from, &placed.address, read, problems)?;
    own.id = format!("articles/{}", card.id);
    own.title = card.title.to_string();
    own.date = Some(own.date.unwrap_or_else(|| card.date.to_string()));
    // Without `posted`, it is the start of the day.
    own.posted = own.posted.map(|_| date::rfc3339(card.posted, zone));
    own.updated = card.updated.map(|at| date::rfc3339(at, zone));
    own.expires = card.expires.map(|at| date::rfc3339(at, zone));
    own.draft = card.draft;
    own.aliases = card.aliases.iter().map(|(alias, _)| format!("/{alias}")).collect();
    add_terms(world, placed, &mut own);
    own.translators = translators(world, placed, None);
    let mut texts = vec![own];
    for (at, sibling) in placed.siblings.iter().enumerate() {
        let original = placed.original == Some(at);
        let role = if original { TextRole::Original } else { TextRole::Translation };
        let address = format!("{}/{}", placed.address, sibling.lang);
        let shown = !original || world.archive.prints_original(placed, world.config);
        let from = TextFile { role, file: &sibling.file, refs: &sibling.refs, shown };
        let mut text = base(world, &from, &address, read, problems)?;
        let article = &texts[0];
        text.id = article.id.clone();
        text.language = sibling.lang.to_string();
        text.title = sibling.title.to_string();
        (text.date, text.posted) = (article.date.clone(), article.posted.clone());
        (text.updated, text.expires) = (article.updated.clone(), article.expires.clone());
        text.draft = article.draft;
        add_terms(world, placed, &mut text);
        text.translators = if original { Vec::new() } else { translators(world, placed, Some(at)) };
        texts.push(text);
    }
    Some(texts)
}

/// Makes the text of a standalone page.
pub fn of_page(
    world: &World,
    page: &StandalonePage,
    read: ReadText,
    problems: &mut Diagnostics,
) -> Option<ExportedText> {
    let from = TextFile { role: TextRole::Page, file: &page.file, refs: &page.refs, shown: true };
    let mut text = base(world, &from, &page.path, read, problems)?;
    text.id = format!("pages/{}", page.path);
    text.title = page.title.to_string();
    text.updated = page.updated.map(|at| date::rfc3339(at, &world.config.zone));
    text.draft = page.draft;
    text.aliases = page.aliases.iter().map(|(alias, _)| format!("/{alias}")).collect();
    Some(text)
}

/// Where a text comes from.
struct TextFile<'a> {
    role: TextRole,
    file: &'a Arc<str>,
    refs: &'a [ContentRef],
    shown: bool,
}

/// Reads a file: its front matter as it is written, and its body with links to addresses.
fn base(
    world: &World,
    &TextFile { role, file, refs, shown }: &TextFile,
    address: &str,
    read: ReadText,
    problems: &mut Diagnostics,
) -> Option<ExportedText> {
    let text = read(file, problems)?;
    let parts = front_matter::split(file, &text).map_err(|found| problems.extend(found)).ok()?;
    let sibling = matches!(role, TextRole::Original | TextRole::Translation);
    let shared = |key: &str| if sibling { matches!(key, "title" | "summary") } else { SHARED.contains(&key) };
    let all: Map<String, Value> =
        parts.entries.iter().map(|entry| (entry.key.to_string(), own_value(&entry.key, &entry.node))).collect();
    let word = |key: &str| all.get(key).and_then(Value::as_str).map(str::to_owned);
    let (date, posted, summary) = (word("date"), word("posted"), word("summary"));
    // Its problems are known.
    let found = RefCell::new(Diagnostics::new());
    let authors = person::people(&mut front_matter::reader(file, &parts, &found), "author");
    let mut own: Map<String, Value> = all.into_iter().filter(|(key, value)| !shared(key) && !value.is_null()).collect();
    let mut links = BodyLinks { world, file, refs, address, shown, files: Vec::new() };
    let references = markdown::references(parts.body, world.config.raw_html);
    let body = body::with_destinations(parts.body, &references, &mut |one| links.leads_to(&one.dest, one.usage));
    links.in_keys(&mut own);
    let mut files = links.files;
    files.sort();
    files.dedup();
    let hidden_files = if shown { Vec::new() } else { files.drain(..).map(|(from, _)| from).collect() };
    Some(ExportedText {
        role,
        file: file.strip_prefix("content/").unwrap_or(file).to_owned(),
        id: String::new(),
        language: world.config.language.clone(),
        title: String::new(),
        address: address.to_owned(),
        shown,
        date,
        posted,
        updated: None,
        expires: None,
        draft: false,
        summary,
        aliases: Vec::new(),
        tags: Vec::new(),
        sections: Vec::new(),
        section_ids: Vec::new(),
        sources: Vec::new(),
        translators: Vec::new(),
        authors: authors.iter().map(|author| author.name.to_string()).collect(),
        own,
        body,
        files,
        hidden_files,
    })
}

/// The links of a text.
struct BodyLinks<'a> {
    world: &'a World<'a>,
    file: &'a str,
    refs: &'a [ContentRef],
    address: &'a str,
    /// Files of other texts must not get an address.
    shown: bool,
    files: Vec<(String, String)>,
}

impl BodyLinks<'_> {
    /// Returns what a destination becomes: the address of a text, or the name of a file beside the page.
    fn leads_to(&mut self, dest: &str, usage: LinkUse) -> Option<String> {
        if dest.starts_with('/') && !dest.starts_with("//") {
            return Some(self.world.config.urls.resolve(dest));
        }
        let image = usage == LinkUse::Image;
        let known = |one: &&ContentRef| *one.dest == *dest;
        let reference =
            self.refs.iter().find(|one| known(one) && one.image == image).or_else(|| self.refs.iter().find(known))?;
        match links::destination(self.world.archive, &reference.target) {
            Destination::Asset => self.beside(reference),
            _ => match target(self.world, self.file, self.address, reference) {
                LinkTarget::To(address) => Some(address),
                _ => None,
            },
        }
    }

    fn beside(&mut self, reference: &ContentRef) -> Option<String> {
        let from = self.world.archive.asset(&reference.target)?;
        let name = links::asset_name(article::folder(self.file), &reference.target);
        let mut written = String::new();
        path::encode_path(name, &mut written);
        if let Some(fragment) = &reference.fragment {
            written.push('#');
            written.push_str(fragment);
        }
        self.files.push((from.to_string(), name.to_owned()));
        self.shown.then_some(written)
    }

    /// Renames the cover, and the pictures that `[[images]]` credits, as in the body.
    fn in_keys(&mut self, own: &mut Map<String, Value>) {
        if let Some(Value::String(cover)) = own.get_mut("cover")
            && let Some(name) = self.leads_to(cover, LinkUse::Image)
        {
            *cover = name;
        }
        let Some(Value::Array(images)) = own.get_mut("images") else { return };
        for image in images {
            if let Some(Value::String(src)) = image.get_mut("src")
                && let Some(name) = self.leads_to(src, LinkUse::Image)
            {
                *src = name;
            }
        }
    }
}

fn labels(world: &World, kind: TermKind, terms: &[u32]) -> Vec<String> {
    terms.iter().map(|&ix| world.archive.term(kind, ix).label.to_string()).collect()
}

fn translators(world: &World, placed: &IndexedArticle, sibling: Option<usize>) -> Vec<String> {
    labels(world, TermKind::Translator, &placed.translators(sibling, &world.config.language))
}

fn add_terms(world: &World, placed: &IndexedArticle, text: &mut ExportedText) {
    let sections = placed.terms(TermKind::Section);
    let taxonomy = world.archive.taxonomy(TermKind::Section);
    text.sections = sections.iter().map(|&ix| labels(world, TermKind::Section, &taxonomy.trail(ix))).collect();
    text.section_ids = sections.iter().map(|&ix| taxonomy.get(ix).id.to_string()).collect();
    text.tags = labels(world, TermKind::Tag, placed.terms(TermKind::Tag));
    text.sources = labels(world, TermKind::Source, placed.terms(TermKind::Source));
}
