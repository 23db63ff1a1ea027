//! The parts of a whole page that somebody saved: what its head says, and the element with the article. Navigation, site
//! headers and the like are no part of it.

use std::collections::BTreeMap;

use super::markdown_text::{self, MarkdownText};
use super::reader::HtmlOptions;
use super::tree::{self, Handle, attribute, filled, key, name};

/// What a page says of its article, and the article itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageParts {
    /// `og:title`, `author`, `article:published_time`, …: the first value of each name, in lower case.
    pub meta: BTreeMap<String, String>,
    /// Texts of `<script type="application/ld+json">`.
    pub linked_data: Vec<String>,
    /// The text of `<title>`, and of the first `<h1>`.
    pub title: String,
    pub headline: String,
    pub language: Option<String>,
    pub canonical: Option<String>,
    /// The first `<time datetime>` of the article.
    pub time: Option<String>,
    /// What was left out around the article, with its first words.
    pub left_out: Vec<(String, String)>,
}

/// Elements beside an article.
const BESIDE: [&str; 6] = ["nav", "aside", "footer", "header", "form", "menu"];
/// Words in classes and ids of what stands beside an article or below it.
const BESIDE_WORDS: [&str; 18] = [
    "breadcrumb",
    "sidebar",
    "share",
    "sharing",
    "social",
    "related",
    "comments",
    "comment-respond",
    "cookie",
    "navigation",
    "navbar",
    "site-footer",
    "site-header",
    "newsletter",
    "advert",
    "pagination",
    "skip-link",
    "post-navigation",
];

/// Reads a saved page: its parts, and its article as Markdown.
pub fn read_page(html: &str, options: &HtmlOptions) -> (PageParts, MarkdownText) {
    let tree = tree::page(html);
    let mut parts = PageParts::default();
    head(&tree.document, &mut parts);
    let article = article(&tree.document);
    parts.time = tree::find(&article, |node| name(node) == "time" && filled(node, "datetime").is_some())
        .and_then(|node| filled(&node, "datetime"));
    take_away(&article, &mut parts);
    let headline = tree::find(&article, |node| name(node) == "h1")
        .or_else(|| tree::find(&tree.document, |node| name(node) == "h1"));
    if let Some(node) = headline {
        parts.headline = one_line(&tree::text_of(&node));
        remove(&node);
    }
    let text = markdown_text::from_node(&article, tree.flattened, options);
    (parts, text)
}

fn head(document: &Handle, parts: &mut PageParts) {
    for node in tree::descendants(document) {
        match name(&node) {
            "html" => parts.language = filled(&node, "lang").or_else(|| filled(&node, "xml:lang")),
            "title" if parts.title.is_empty() => parts.title = one_line(&tree::text_of(&node)),
            "meta" => {
                let key = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|key| filled(&node, key));
                if let (Some(key), Some(value)) = (key, filled(&node, "content")) {
                    parts.meta.entry(key.to_lowercase()).or_insert(value);
                }
            }
            "link" if filled(&node, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                parts.canonical = parts.canonical.take().or_else(|| filled(&node, "href"));
            }
            "script" if filled(&node, "type").is_some_and(|kind| kind.contains("ld+json")) => {
                parts.linked_data.push(tree::text_of(&node));
            }
            _ => {}
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the element of the article: the only `<article>`, what a page marks as its text, or the element that most text
/// stands in directly.
fn article(document: &Handle) -> Handle {
    let nodes = tree::descendants(document);
    let articles: Vec<&Handle> = nodes.iter().filter(|node| name(node) == "article").collect();
    if let [only] = articles.as_slice() {
        return (*only).clone();
    }
    let marked = |node: &&Handle| {
        attribute(node, "itemprop").as_deref() == Some("articleBody")
            || ["entry-content", "post-content", "article-body", "article__body"]
                .iter()
                .any(|class| tree::has_class(node, class))
    };
    if let Some(found) = nodes.iter().find(marked) {
        return found.clone();
    }
    if let Some(main) =
        nodes.iter().find(|node| name(node) == "main" || attribute(node, "role").as_deref() == Some("main"))
    {
        return main.clone();
    }
    // The text of every paragraph counts for what it stands in.
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for node in nodes.iter().filter(|node| matches!(name(node), "p" | "pre" | "blockquote")) {
        if let Some(parent) = tree::parent(node) {
            *sizes.entry(key(&parent)).or_default() += tree::text_of(node).chars().count();
        }
    }
    let best = nodes.iter().filter(|node| sizes.contains_key(&key(node))).max_by_key(|node| sizes[&key(node)]);
    let body = || nodes.iter().find(|node| name(node) == "body");
    best.or_else(body).cloned().unwrap_or_else(|| document.clone())
}

/// Takes away what stands beside an article but within its element, and names it.
fn take_away(article: &Handle, parts: &mut PageParts) {
    for node in tree::descendants(article) {
        let classes = ["class", "id"].iter().filter_map(|key| attribute(&node, key)).collect::<Vec<_>>().join(" ");
        let classes = classes.to_lowercase();
        let beside = BESIDE.contains(&name(&node)) && !(name(&node) == "header" && holds_heading(&node))
            || BESIDE_WORDS.iter().any(|word| classes.split([' ', '_']).any(|class| class.starts_with(word)));
        if !beside || matches!(name(&node), "body" | "html" | "main" | "article") {
            continue;
        }
        let text = one_line(&tree::text_of(&node));
        if tree::parent(&node).is_some() {
            remove(&node);
            let what = if BESIDE.contains(&name(&node)) {
                format!("`<{}>`", name(&node))
            } else {
                "part beside the article".to_owned()
            };
            parts.left_out.push((what, text.chars().take(80).collect()));
        }
    }
}

fn holds_heading(node: &Handle) -> bool {
    tree::find(node, |inner| name(inner) == "h1").is_some()
}

/// Takes a node out of its tree.
fn remove(node: &Handle) {
    if let Some(parent) = tree::parent(node) {
        parent.children.borrow_mut().retain(|child| key(child) != key(node));
        node.parent.set(None);
    }
}
