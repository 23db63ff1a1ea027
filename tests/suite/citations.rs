//! References: files of references of listings, and the box on an article's page. The formats are in `formats`.

mod formats;

use std::collections::BTreeMap;
#[cfg(feature = "serve")]
use std::time::{Duration, Instant};

use recto::engine::load;
use serde_json::{Value, json};

use formats::text_of;

#[cfg(feature = "serve")]
use crate::browser::Server;
#[cfg(feature = "serve")]
use crate::chrome::Chrome;
use crate::html::dom;
#[cfg(feature = "serve")]
use crate::kinds::open;
#[cfg(feature = "serve")]
use crate::support::temporary;
use crate::support::{SITE_TOML, Site, article};

const CITED: &str = "[citations]\nfor = [\"months\", \"sections\", \"tags\", \"sources\", \"translators\"]\n";

/// A site whose articles say everything that a reference has.
fn site(config: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{config}"));
    let more = "tags = [\"Ports\"]\nauthor = { name = \"Onizuka Sae\", family = \"Onizuka\", role = \"staff writer\" }\n\
                page = \"pp. 1, 4-7\"\nedition = \"evening\"\n[original]\nlang = \"ja\"\ntitle = \"港の料金\"\ndate = 2021-03-23";
    site.write("content/articles/a.md", &article("Fees rise", "2021-03-24", more, "One.\n\n- Two.\n\n> Three."));
    site.write("content/articles/b.md", &article("Plain & “simple”", "2021-03-25", "", "One."));
    site.write("content/articles/b.ja.md", "+++\ntitle = \"簡単\"\n+++\n\n一。\n");
    site.write("content/articles/c.md", &article("A summary", "2022-05-06", "kind = \"summary\"", "One."));
    site
}

/// Returns the three downloads of a page by their file names.
fn downloads(html: &str) -> BTreeMap<String, String> {
    let document = dom::parse(html);
    let links = document.all("a").filter_map(|link| Some((link.get("download")?, link.get("href")?)));
    links.map(|(name, url)| (name.to_owned(), text_of(url))).collect()
}

/// A file of a listing says the same of an article as its own page, and every listing that asks has its files.
#[test]
fn files_of_listings_say_what_pages_say() {
    let site = site(CITED);
    site.build();
    let outputs = site.outputs();
    let files: Vec<&str> = outputs.keys().filter(|path| path.contains("/cite")).map(String::as_str).collect();
    let listings =
        ["2021/03", "2022/05", "sections/world", "sources/the-harbour-gazette", "tags/ports", "translators/a-person"];
    let expected: Vec<String> =
        listings.iter().flat_map(|listing| [format!("{listing}/cite.json"), format!("{listing}/cite.ris")]).collect();
    assert_eq!(files, expected);
    let (ris, csl) = (site.output("sections/world/cite.ris"), site.output("sections/world/cite.json"));
    let items: Vec<Value> = serde_json::from_str(&csl).expect("JSON");
    assert_eq!(items.len(), 3);
    let mut joined = String::new();
    for (n, (page, name)) in
        [("2022/05/06/c", "c"), ("2021/03/25/b", "b"), ("2021/03/24/a", "a")].into_iter().enumerate()
    {
        let downloads = downloads(&site.output(&format!("{page}/index.html")));
        joined.push_str(&downloads[&format!("{name}.ris")]);
        let own: Vec<Value> = serde_json::from_str(&downloads[&format!("{name}.json")]).expect("JSON");
        assert_eq!(own, [items[n].clone()]);
        assert!(downloads[&format!("{name}.bib")].starts_with(&format!("@article{{{name}-202")));
    }
    assert_eq!(ris, joined);
    assert_eq!((&items[1]["original-title"], &items[2]["original-title"]), (&json!("簡単"), &json!("港の料金")));
    assert_eq!(items[2]["issued"], json!({ "date-parts": [[2021, 3, 23]] }));
    let listing = site.output("sections/world/index.html");
    assert!(listing.contains("href=\"/sections/world/cite.ris\"") && !site.output("index.html").contains("cite.ris"));
    // A listing has no such file unless the site asks for it.
    let without = self::site("[citations]\nfor = [\"tags\"]\n");
    without.build();
    let files: Vec<String> = without.outputs().into_keys().filter(|path| path.contains("/cite")).collect();
    assert_eq!(files, ["tags/ports/cite.json", "tags/ports/cite.ris"]);
}

/// An original that must not be printed keeps its headline to itself.
#[test]
fn a_headline_that_is_not_published_is_in_no_reference() {
    let site = site(&format!("{CITED}[original]\npublish = \"none\"\n"));
    site.build();
    for (path, bytes) in site.outputs() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("簡単") && !text.contains("%E7%B0%A1"), "{path}");
    }
}

/// Only what a reference says makes a file of references stale, and only those with the article.
#[test]
fn an_edit_writes_the_files_of_its_listings() {
    let site = site(CITED);
    site.build();
    let cited = |site: &Site| {
        let changes = site.build().changes;
        changes.into_iter().map(|(path, _)| path).filter(|path| path.contains("/cite")).collect::<Vec<_>>()
    };
    site.write("content/articles/b.md", &article("Plain & “simple”", "2021-03-25", "", "Other words."));
    assert_eq!(cited(&site), Vec::<String>::new());
    site.write(
        "content/articles/b.md",
        &article("Plain & “simple”", "2021-03-25", "author = \"Ann Roe\"", "Other words."),
    );
    let listings = ["2021/03", "sections/world", "sources/the-harbour-gazette", "translators/a-person"];
    let files: Vec<String> =
        listings.iter().flat_map(|listing| [format!("{listing}/cite.json"), format!("{listing}/cite.ris")]).collect();
    assert_eq!(cited(&site), files);
    site.write("content/articles/b.ja.md", "+++\ntitle = \"平易\"\n+++\n\n一。\n");
    assert_eq!(cited(&site), files);
    site.write("content/translators/a-person.md", "+++\nlabel = \"A. Person\"\nteam = true\n+++\n");
    assert_eq!(cited(&site).len(), 12);
    assert!(cited(&site).is_empty());
}

/// Beyond a thousand articles, a listing has a file for each year.
#[test]
fn a_long_listing_is_cited_by_year() {
    let plan = |count: usize| {
        let site = Site::new(&format!("{SITE_TOML}[citations]\nfor = [\"months\", \"sections\"]\n"));
        for n in 0..count {
            let date = if n < 10 { "2020-02-03" } else { "2021-03-24" };
            site.write(&format!("content/articles/a{n}.md"), &article("A", date, &format!("slug = \"s{n}\""), ""));
        }
        let loaded = load::load(&site.options()).expect("the disk works").made.expect("a site").0;
        let paths = loaded.plan.outputs.iter().map(|output| output.path.to_string());
        paths.filter(|path| path.ends_with(".ris")).collect::<Vec<_>>()
    };
    assert_eq!(plan(1000), ["2020/02/cite.ris", "2021/03/cite.ris", "sections/world/cite.ris"]);
    let by_year = ["sections/world/cite-2020.ris", "sections/world/cite-2021.ris"];
    assert_eq!(plan(1001), [&["2020/02/cite.ris", "2021/03/cite.ris"][..], &by_year[..]].concat());
}

/// Every block of a text that stands alone has a number, which leads to it.
#[test]
fn paragraphs_have_numbers() {
    let site = site("");
    site.build();
    let html = site.output("2021/03/24/a/index.html");
    for part in [
        "<p id=\"p1\"><a class=\"n\" href=\"#p1\">1</a>One.",
        "<li id=\"p2\"><a class=\"n\" href=\"#p2\">2</a>Two.",
        "<blockquote id=\"p3\"><a class=\"n\" href=\"#p3\">3</a>",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    // A facing page has one number for both texts.
    assert_eq!(site.output("2021/03/25/b/index.html").matches("href=\"#p1\"").count(), 1);
}

/// The box opens by keyboard, and its links save what they hold, under a strict policy and without a request.
#[cfg(feature = "serve")]
#[test]
fn a_reference_is_saved_from_the_page_itself() {
    let Some(chrome) = Chrome::start() else { return };
    let site = site("");
    site.build();
    let expected = &downloads(&site.output("2021/03/24/a/index.html"))["a.ris"];
    let (server, _told) = Server::start(site.outputs(), Some("default-src 'self'"));
    let (tab, folder) = (chrome.tab(), temporary());
    tab.call("Page.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder.path() }));
    open(&tab, &format!("http://127.0.0.1:{}/2021/03/24/a/", server.port));
    tab.eval("document.querySelector('.cite summary').focus()");
    tab.press("Enter");
    tab.wait_for("document.querySelector('.cite').open");
    tab.eval("document.querySelector('.cite [download$=ris]').click()");
    let saved = folder.path().join("a.ris");
    let until = Instant::now() + Duration::from_secs(20);
    while !saved.is_file() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(&std::fs::read_to_string(saved).expect("the file is saved"), expected);
}
