//! Reads an export: what it says of the site, its terms, its authors, and its items. Elements are known by their names
//! without the name space, whose address differs between versions.

use std::collections::BTreeMap;

use crate::import::xml::{XmlElement, XmlEvent, XmlReader};

/// An export as it stands.
#[derive(Debug, Default)]
pub(super) struct Export {
    /// `title`, `link`, `description`, `language`, `base_blog_url`.
    pub(super) site: BTreeMap<String, String>,
    /// Logins and what they are called.
    pub(super) authors: BTreeMap<String, String>,
    /// Categories by their slugs: the parent's slug and the name.
    pub(super) categories: BTreeMap<String, (String, String)>,
    pub(super) items: Vec<ExportItem>,
    /// Why the rest of the file could not be read.
    pub(super) broken: Option<String>,
}

/// A post, page, attachment or anything else.
#[derive(Debug, Default)]
pub(super) struct ExportItem {
    /// Its elements by name: `title`, `post_name`, `content`, `excerpt`, …
    fields: BTreeMap<String, String>,
    pub(super) terms: Vec<ExportTerm>,
    pub(super) meta: Vec<(String, String)>,
    pub(super) comments: usize,
}

/// A term of an item.
#[derive(Debug, Default)]
pub(super) struct ExportTerm {
    /// `category`, `post_tag`, `language`, …
    pub(super) domain: String,
    pub(super) slug: String,
    pub(super) name: String,
}

impl ExportItem {
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }

    /// The text of the post, with its white space.
    pub(super) fn content(&self) -> &str {
        self.fields.get("content").map_or("", String::as_str)
    }

    pub(super) fn meta(&self, key: &str) -> Option<&str> {
        self.meta.iter().find(|(name, _)| name == key).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }
}

/// Reads an export. A file that ends early gives what was read of it.
pub(super) fn read(text: &str) -> Export {
    let mut reading = ExportReading::default();
    let mut reader = XmlReader::new(text);
    loop {
        match reader.next() {
            Ok(Some(XmlEvent::Start(element))) => reading.start(element),
            Ok(Some(XmlEvent::Text(text))) => reading.text.push_str(&text),
            Ok(Some(XmlEvent::End(name))) => reading.end(&name),
            Ok(None) => {
                if !reading.path.is_empty() {
                    reading.export.broken = Some("the file ends before its end tags".to_owned());
                }
                return reading.export;
            }
            Err(why) => {
                reading.export.broken = Some(why);
                return reading.export;
            }
        }
    }
}

#[derive(Default)]
struct ExportReading {
    export: Export,
    path: Vec<XmlElement>,
    text: String,
    item: ExportItem,
    /// The fields of an author, category, term or custom field.
    part: BTreeMap<String, String>,
}

/// Elements with fields of their own, below the channel or an item.
const PARTS: [&str; 5] = ["author", "category", "tag", "term", "postmeta"];

impl ExportReading {
    fn start(&mut self, element: XmlElement) {
        self.text.clear();
        if element.name == "item" {
            self.item = ExportItem::default();
        } else if PARTS.contains(&element.name.as_str()) {
            self.part.clear();
        }
        self.path.push(element);
    }

    fn end(&mut self, name: &str) {
        let Some(element) = self.path.pop() else { return };
        let text = std::mem::take(&mut self.text);
        let names: Vec<&str> = self.path.iter().map(|element| element.name.as_str()).collect();
        match (names.as_slice(), name) {
            ([.., "channel"], "item") => self.export.items.push(std::mem::take(&mut self.item)),
            ([.., "channel"], "author") => self.author(),
            ([.., "channel"], "category") => self.category(),
            ([.., "channel"], "tag" | "term") => {}
            ([.., "channel"], _) => {
                self.export.site.entry(name.to_owned()).or_insert(text);
            }
            ([.., "channel", part], _) if PARTS.contains(part) => {
                self.part.insert(name.to_owned(), text);
            }
            ([.., "item"], "category") => self.item.terms.push(ExportTerm {
                domain: element.attribute("domain").unwrap_or("category").to_owned(),
                slug: element.attribute("nicename").unwrap_or_default().to_owned(),
                name: text.trim().to_owned(),
            }),
            ([.., "item"], "postmeta") => {
                let mut take = |key: &str| self.part.remove(key).unwrap_or_default();
                let (key, value) = (take("meta_key"), take("meta_value"));
                self.item.meta.push((key.trim().to_owned(), value));
            }
            ([.., "item", "postmeta"], _) => {
                self.part.insert(name.to_owned(), text);
            }
            ([.., "item"], "comment") => self.item.comments += 1,
            ([.., "item"], "encoded") => {
                let key = if element.prefix == "excerpt" { "excerpt" } else { "content" };
                self.item.fields.insert(key.to_owned(), text);
            }
            ([.., "item"], _) => {
                self.item.fields.entry(name.to_owned()).or_insert(text);
            }
            _ => {}
        }
    }

    fn author(&mut self) {
        let take =
            |key: &str| self.part.get(key).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let Some(login) = take("author_login") else { return };
        let full = [take("author_first_name"), take("author_last_name")];
        let full = full.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = take("author_display_name").unwrap_or(if full.is_empty() { login.clone() } else { full });
        self.export.authors.insert(login, name);
    }

    fn category(&mut self) {
        let take = |key: &str| self.part.get(key).map(|value| value.trim().to_owned()).unwrap_or_default();
        let (slug, name) = (take("category_nicename"), take("cat_name"));
        if !slug.is_empty() && !name.is_empty() {
            self.export.categories.insert(slug, (take("category_parent"), name));
        }
    }
}
