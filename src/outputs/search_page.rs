//! The page of the search: what its filters offer, and where the index is.
//!
//! It has no counts and no dates, so that a new article changes it only if it brings a term, a kind or a language.

use std::collections::BTreeSet;

use super::head::PageHead;
use super::output_content::ReadText;
use super::page::own;
use super::recipe::View;
use super::world::World;
use crate::base::diag::Diagnostics;
use crate::base::limits;
use crate::content::article::ArticleKind;
use crate::content::content_path::TermKind;
use crate::theme::view::Sink;

/// The address of the page. The files of the index are below it.
pub const ADDRESS: &str = "search";

/// What the script says to readers: the keys of its messages, and the interface strings.
const MESSAGES: [(&str, &str); 19] = [
    ("separator", "list_separator"),
    ("original", "view_original"),
    ("heading", "search_heading"),
    ("loading", "search_loading"),
    ("short", "search_short"),
    ("results", "search_results"),
    ("results-all", "search_results_all"),
    ("shown", "search_shown"),
    ("looked", "search_looked"),
    ("including", "search_including"),
    ("none", "search_none"),
    ("none-all", "search_none_all"),
    ("none-help", "search_none_help"),
    ("meant", "search_meant"),
    ("some", "search_some"),
    ("more", "search_more"),
    ("offline", "search_offline"),
    ("damaged", "search_damaged"),
    ("browser", "search_old"),
];

/// The page of the search.
pub struct SearchPage<'w> {
    pub world: &'w World<'w>,
}

/// A value that a filter offers.
struct Choice<'w> {
    /// What follows the colon in a query and in the index.
    value: &'w str,
    label: String,
    /// How deep a section is: 0 at the top.
    depth: usize,
}

impl View for SearchPage<'_> {
    fn walk(&self, s: &mut impl Sink, _: ReadText, _: &mut Diagnostics) {
        let world = self.world;
        let title = world.strings.plain("nav_search");
        let url = world.config.urls.page(ADDRESS);
        let mut head = PageHead::new(world, &title, &url, None);
        head.property("og:type", "website");
        own(world, "search", &title, &url, &head).walk(s);
        s.text("index", &world.config.urls.file("search/"));
        s.tables("messages", MESSAGES, |s, (key, string)| {
            s.text("key", key);
            s.text("text", &world.strings.plain(string));
        });
        let (kinds, languages) = kinds_and_languages(world);
        let of_terms = [TermKind::Section, TermKind::Source, TermKind::Translator];
        let terms = of_terms.map(|kind| (kind.name(), Some(kind), terms(world, kind)));
        let rest = [("kind", None, kinds), ("lang", None, languages)];
        s.tables("filters", terms.into_iter().chain(rest), |s, (key, kind, choices)| {
            let many = choices.len() > limits::CHOICES;
            s.text("key", key);
            s.text("label", &world.strings.plain(&format!("search_{key}")));
            s.flag("many", many);
            s.maybe_text("url", kind.map(|kind| world.config.urls.page(kind.plural())).as_deref());
            s.tables("choices", choices.iter().filter(|_| !many), |s, choice| {
                s.text("value", choice.value);
                s.text("label", &choice.label);
                s.number("depth", choice.depth as i64);
            });
        });
    }
}

/// Lists the terms of a kind in the order of menus.
fn terms<'w>(world: &'w World, kind: TermKind) -> Vec<Choice<'w>> {
    let taxonomy = world.archive.taxonomy(kind);
    let choice = |&ix| {
        let term = taxonomy.get(ix);
        Choice { value: &term.id, label: term.label.to_string(), depth: term.depth() }
    };
    // A page that offers none of them needs no labels.
    taxonomy.in_order.iter().take(limits::CHOICES + 1).map(choice).collect()
}

/// Lists the kinds of the articles, and the languages of all texts that pages print, by their names.
fn kinds_and_languages<'w>(world: &'w World) -> (Vec<Choice<'w>>, Vec<Choice<'w>>) {
    let mut kinds: BTreeSet<ArticleKind> = BTreeSet::new();
    let mut tags: BTreeSet<&str> = BTreeSet::from([&*world.config.language]);
    // Thousands of articles in a row have the same.
    let mut last = "";
    for placed in &world.archive.articles {
        kinds.insert(placed.card.kind);
        for (at, sibling) in placed.siblings.iter().enumerate() {
            let printed = placed.original != Some(at) || world.archive.prints_original(placed, world.config);
            if printed && *sibling.lang != *last {
                last = &sibling.lang;
                tags.insert(last);
            }
        }
    }
    let kind = |kind: ArticleKind| Choice { value: kind.word(), label: world.kind_label(kind), depth: 0 };
    let mut languages: Vec<Choice> =
        tags.into_iter().map(|tag| Choice { value: tag, label: world.language(tag), depth: 0 }).collect();
    languages.sort_by(|a, b| world.locale().compare(&a.label, &b.label).then_with(|| a.value.cmp(b.value)));
    (kinds.into_iter().map(kind).collect(), languages)
}
