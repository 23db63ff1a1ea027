//! One page of every kind, in three languages, for the tests of the default theme.
//!
//! The kinds come from the plan of a site, so that none is forgotten. For each kind the page with the most content
//! is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

use recto::archive::archive::ListingId;
use recto::content::content_path::TermKind;
use recto::engine::load;
use recto::engine::site::Site as Loaded;
use recto::outputs::job::{Job, Output};

use crate::browser::Server;
use crate::chrome::{Chrome, Tab};
use crate::html::{built, demonstration};
use crate::serve::url;
use crate::support::{Site, project, tree};

/// Describes an element as a path of tags and classes, the same on every page: `describe(element)`.
const DESCRIBE: &str = include_str!("kinds/describe.js");

/// A right-to-left language, one without spaces, and that of the demonstration archive.
pub const LANGUAGES: [&str; 3] = ["en", "ja", "ar"];

/// Kinds of pages that a site in every language has.
const EVERYWHERE: [&str; 22] = [
    "404",
    "archive",
    "article",
    "article-with-original",
    "corrections",
    "day",
    "home",
    "home-numbered",
    "month",
    "page",
    "search",
    "section",
    "section-leaf",
    "section-index",
    "source",
    "source-index",
    "tag",
    "tag-index",
    "translator",
    "translator-index",
    "year",
    "section-numbered",
];

/// A page that represents its kind.
#[derive(Clone, Debug)]
pub struct Page {
    pub kind: String,
    /// The path of the output.
    pub path: String,
}

/// A built site, and its page of each kind.
pub struct Subject {
    pub language: &'static str,
    pub outputs: BTreeMap<String, Vec<u8>>,
    pub pages: Vec<Page>,
    /// Articles whose originals are printed, one in each language.
    pub originals: Vec<Page>,
}

/// Returns the demonstration archive in three languages, built once.
pub fn subjects() -> &'static [Subject] {
    static BUILT: OnceLock<Vec<Subject>> = OnceLock::new();
    BUILT.get_or_init(|| LANGUAGES.map(|language| Subject::new(language, &site(language))).into())
}

/// Combines the demonstration archive with the small site in this language, so that every kind of page exists, with
/// real text.
fn site(language: &str) -> Site {
    let site = demonstration();
    if language != "en" {
        let original = format!(".{language}.md");
        for path in tree(site.root()).into_keys().filter(|path| path.ends_with(&original)) {
            std::fs::remove_file(site.root().join(path)).expect("it was listed");
        }
        for (path, bytes) in tree(&project().join("tests/interface").join(language)) {
            site.write_bytes(&path, &bytes);
        }
    }
    site
}

impl Subject {
    fn new(language: &'static str, site: &Site) -> Subject {
        let outputs = if language == "en" {
            built().clone()
        } else {
            let (summary, problems) = site.try_build();
            assert!(summary.is_some(), "{language}: {problems:#?}");
            site.outputs()
        };
        let loaded = load::load(&site.options()).unwrap_or_else(|e| panic!("{e}")).made.expect("it was built").0;
        let mut kinds: BTreeMap<String, Page> = BTreeMap::new();
        let mut originals: BTreeMap<String, Page> = BTreeMap::new();
        let choose = |chosen: &mut BTreeMap<String, Page>, kind: String, output: &Output| {
            let page = Page { kind: kind.clone(), path: output.path.to_string() };
            let best = chosen.entry(kind).or_insert_with(|| page.clone());
            if shows(&outputs, &page.path) > shows(&outputs, &best.path) {
                *best = page;
            }
        };
        for output in &loaded.plan.outputs {
            if let Some(kind) = kind(&loaded, output) {
                choose(&mut kinds, kind, output);
            }
            if let Some(language) = language_of_original(&loaded, output) {
                choose(&mut originals, format!("original-{language}"), output);
            }
        }
        let known: BTreeSet<&str> = kinds.keys().map(String::as_str).collect();
        let lost: Vec<&&str> = EVERYWHERE.iter().filter(|kind| !known.contains(**kind)).collect();
        assert!(lost.is_empty(), "{language}: no page of the kinds {lost:?}");
        Subject { language, outputs, pages: into_pages(kinds), originals: into_pages(originals) }
    }

    pub fn page(&self, kind: &str) -> &Page {
        self.pages.iter().find(|page| page.kind == kind).unwrap_or_else(|| panic!("{}: no {kind}", self.language))
    }

    /// Serves it, and goes through its page of every kind in one tab that is never painted: what counts is what the browser
    /// computes, and where it puts it.
    pub fn measure(&self, chrome: &Chrome, visit: impl FnMut(&Tab, &Page, &str)) {
        self.go(&self.pages, &chrome.unpainted(), None, visit);
    }

    /// Serves it, and goes through its page of every kind in one window.
    pub fn visit(&self, chrome: &Chrome, policy: Option<&'static str>, visit: impl FnMut(&Tab, &Page, &str)) {
        self.go(&self.pages, &chrome.tab(), policy, visit);
    }

    /// Serves it, and goes through some pages in one window.
    pub fn visit_these(&self, pages: &[Page], chrome: &Chrome, visit: impl FnMut(&Tab, &Page, &str)) {
        self.go(pages, &chrome.tab(), None, visit);
    }

    fn go(&self, pages: &[Page], tab: &Tab, policy: Option<&'static str>, mut visit: impl FnMut(&Tab, &Page, &str)) {
        let (server, _told) = Server::start(self.outputs.clone(), policy);
        tab.call("Emulation.setFocusEmulationEnabled", serde_json::json!({ "enabled": true }));
        tab.call("Page.enable", serde_json::json!({}));
        for page in pages {
            visit(tab, page, &format!("http://127.0.0.1:{}{}", server.port, url(&page.path)));
        }
    }
}

fn into_pages(chosen: BTreeMap<String, Page>) -> Vec<Page> {
    chosen.into_values().collect()
}

/// Estimates how much a page shows, by its bytes. Scripts other than Latin count for more, since they are harder to
/// lay out.
fn shows(outputs: &BTreeMap<String, Vec<u8>>, path: &str) -> usize {
    let bytes = &outputs[path];
    bytes.len() + 4 * bytes.iter().filter(|byte| !byte.is_ascii()).count()
}

/// Returns the kind of a page; `None` for outputs that nobody reads.
fn kind(site: &Loaded, output: &Output) -> Option<String> {
    let term = |kind: TermKind| ["section", "tag", "source", "translator"][kind as usize];
    let of_listing = |id: &ListingId| match *id {
        ListingId::Home => "home",
        ListingId::Term(TermKind::Section, ix) if site.archive.term(TermKind::Section, ix).children.is_empty() => {
            "section-leaf"
        }
        ListingId::Term(kind, _) => term(kind),
        ListingId::Year(_) => "year",
        ListingId::Month(..) => "month",
        ListingId::Day(_) => "day",
    };
    Some(match &output.job {
        Job::Article(_) if language_of_original(site, output).is_some() => "article-with-original".to_owned(),
        Job::Article(_) => "article".to_owned(),
        Job::Translation(..) => "translation".to_owned(),
        Job::Original(..) => "original".to_owned(),
        Job::Page(_) => "page".to_owned(),
        Job::Listing(id, None) => of_listing(id).to_owned(),
        Job::Listing(ListingId::Term(kind, _), Some(_)) => format!("{}-numbered", term(*kind)),
        Job::Listing(id, Some(_)) => format!("{}-numbered", of_listing(id)),
        Job::Terms(kind, None) => format!("{}-index", term(*kind)),
        Job::Terms(kind, Some(_)) => format!("{}-letter", term(*kind)),
        Job::Archive => "archive".to_owned(),
        Job::NotFound => "404".to_owned(),
        Job::Search => "search".to_owned(),
        Job::Corrections(None) => "corrections".to_owned(),
        Job::Series(_) => "series".to_owned(),
        Job::Corrections(Some(_)) => "corrections-numbered".to_owned(),
        _ => return None,
    })
}

/// Returns the language of the original that an article prints.
fn language_of_original(site: &Loaded, output: &Output) -> Option<String> {
    let Job::Article(ix) = output.job else { return None };
    Some(site.archive.article(ix).original()?.lang.to_string())
}

/// Waits for fonts and pictures, and defines `describe`.
pub fn open(tab: &Tab<'_>, url: &str) {
    tab.navigate(url);
    tab.eval(&format!("{DESCRIBE}; document.fonts.ready.then(() => true)"));
}

// ---- findings --------------------------------------------------------------------------------------------------------

/// What is wrong, and on which pages. All findings are reported together, since one mistake of a theme shows on
/// many pages.
#[derive(Default)]
pub struct Findings(Mutex<BTreeMap<String, BTreeSet<String>>>);

impl Findings {
    pub fn add(&self, what: impl Into<String>, place: impl Into<String>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(what.into()).or_default().insert(place.into());
    }

    /// Panics if there are findings, those on most pages first.
    pub fn none(self) {
        let all = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<(String, BTreeSet<String>)> = all.into_iter().collect();
        all.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
        let mut text = String::new();
        for (what, places) in &all {
            let shown: Vec<&str> = places.iter().take(6).map(String::as_str).collect();
            let more = if places.len() > shown.len() { ", …" } else { "" };
            let _ = writeln!(text, "{what}\n  on {}: {}{more}", places.len(), shown.join(", "));
        }
        assert!(all.is_empty(), "{} findings\n{text}", all.len());
    }
}

/// Tests all subjects, each in a thread of its own. Returns `false` with a message if there is no browser.
pub fn look_at_all(look: impl Fn(&Subject, &Chrome) + Sync) -> bool {
    if crate::chrome::browser().is_none() {
        return false;
    }
    std::thread::scope(|scope| {
        for subject in subjects() {
            let look = &look;
            scope.spawn(move || {
                let chrome = Chrome::start().expect("it was found");
                look(subject, &chrome);
            });
        }
    });
    true
}

/// Tests a made-up page, to show that the test finds what is wrong. `None` if there is no browser.
pub fn look_at(html: &str, look: impl FnOnce(&Tab, &str)) {
    let Some(chrome) = Chrome::start() else { return };
    let head = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>x</title>";
    let files = BTreeMap::from([("index.html".to_owned(), format!("{head}{html}").into_bytes())]);
    let (server, _told) = Server::start(files, None);
    look(&chrome.unpainted(), &format!("http://127.0.0.1:{}/", server.port));
}

#[test]
fn every_kind_of_page_is_chosen() {
    for subject in subjects() {
        let pages: Vec<String> = subject.pages.iter().map(|page| format!("{}: {}", page.kind, page.path)).collect();
        println!("{} {pages:#?}", subject.language);
        assert!(subject.originals.len() > 1, "{}: {:?}", subject.language, subject.originals);
    }
}
