//! Feeds with whole texts, JSON Feed 1.1, and what an independent parser reads in both.
//!
//! `schemas.rs` holds every feed to RFC 4287.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::schemas::Xml;
use crate::support::{SITE_TOML, Site, article, project};

const FULL: &str = "[feeds]\ntext = \"full\"\njson = true\nlimit = 3\n";

/// An article with all that a feed could get wrong.
const BODY: &str = "First with [another](b.md#p1), [here](#p2) and [away](https://x.example/?a=1&b=2).[^n]\n\n\
                    ![A map](map.png \"The harbour\")\n\n## Heading {#own}\n\n| a | b |\n|--|--:|\n| 1 | 2 |\n\n\
                    \\<b>raw\\</b> & {漢字|かんじ}\n\n[^n]: A note.\n";

fn site(config: &str) -> Site {
    let site = Site::new(&format!("{}{config}", SITE_TOML.replace("https://example.org", "https://example.org/sub")));
    let more = "page = \"p. 27\"\nauthor = \"Onizuka Sae\"\ndateline = \"MITO, Oct. 24\"\nsummary = \"In short & plain.\"\n\
                tags = [\"Fish & chips\"]\n[original]\nurl = \"https://paper.example/1?a=1&b=2\"\npublish = \"none\"\n\
                [rights]\ntranslation = \"CC-BY-4.0\"\n[[corrections]]\ndate = 2021-04-02\nnote = \"A <year>.\"\nparagraph = 1\n";
    site.write("content/articles/a.md", &article("A & \"B\"", "2021-03-24", more, BODY));
    site.write("content/articles/a.ja.md", "+++\ntitle = \"秘密の題\"\n+++\n\n秘密の本文。\n");
    site.write("content/articles/b.md", &article("B", "2021-03-23", "tags = [\"Other\"]", "Text of B."));
    site.write("content/articles/c.md", &article("C", "2021-03-22", "", "Text of C."));
    site.write("content/articles/d.md", &article("D", "2021-03-21", "", "Text of D."));
    site.write_bytes("content/articles/map.png", &crate::support::png());
    site
}

fn atom(site: &Site, path: &str) -> Xml {
    Xml::parse(site.output(path).as_bytes()).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn json(site: &Site, path: &str) -> Value {
    serde_json::from_str(&site.output(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn an_entry_carries_the_text() {
    let site = site(FULL);
    site.build();
    let feed = atom(&site, "feed.xml");
    let entries: Vec<&Xml> = feed.all("entry").collect();
    assert_eq!(entries.len(), 3);
    let content = entries[0].all("content").next().expect("the text is there");
    assert_eq!((content.get("type"), content.get("xml:lang")), (Some("html"), Some("en")));
    let html = &content.text;
    for part in [
        "<div lang=\"en\" dir=\"ltr\">",
        "<a href=\"https://example.org/sub/sources/the-harbour-gazette/\"><bdi>The Harbour Gazette</bdi></a>",
        "<bdi>March 24, 2021</bdi> · <bdi>p. 27</bdi>",
        "Translated by <a href=\"https://example.org/sub/translators/a-person/\"><bdi>A. Person</bdi></a> · Translation",
        "By <bdi>Onizuka Sae</bdi> · <bdi>MITO, Oct. 24</bdi>",
        "<p>In short &amp; plain.</p>",
        "<a href=\"https://example.org/sub/2021/03/23/b/#p1\">another</a>",
        "<a href=\"https://example.org/sub/2021/03/24/a/#p2\">here</a>",
        "<a href=\"https://x.example/?a=1&amp;b=2\">away</a>",
        "src=\"https://example.org/sub/2021/03/24/a/map.png\"",
        "<figcaption>The harbour</figcaption>",
        "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>",
        "&lt;b&gt;raw&lt;/b&gt; &amp;",
        "<strong>Correction</strong> <strong>April 2, 2021</strong> A &lt;year&gt;.",
        "<a href=\"https://paper.example/1?a=1&amp;b=2\"><bdi>Read the original</bdi></a>",
        "CC-BY-4.0",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    for part in [" id=", " class=", " role=", "tabindex", "srcset", "秘密", "href=\"#", "href=\"/", "src=\"/"] {
        assert!(!html.contains(part), "{part}: {html}");
    }
    assert_eq!(entries[0].only("summary"), Some("In short & plain."));
    // No word of an original that may not be published is in any feed, and of none that may.
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "One."));
    site.build();
    let outputs = site.outputs();
    let feeds: Vec<&String> = outputs.keys().filter(|p| p.ends_with("feed.xml") || p.ends_with("feed.json")).collect();
    assert!(feeds.len() >= 10, "{feeds:?}");
    assert!(feeds.iter().all(|path| !String::from_utf8_lossy(&outputs[*path]).contains("秘密")));
}

#[test]
fn a_feed_runs_in_its_direction() {
    let site = Site::new(&format!("{SITE_TOML}language = \"ar\"\n{FULL}"));
    site.write("content/articles/a.md", &article("عنوان", "2021-03-24", "", "نص المقال."));
    site.build();
    assert!(site.output("feed.xml").contains("&lt;div lang=&quot;ar&quot; dir=&quot;rtl&quot;&gt;"));
    assert_eq!(json(&site, "feed.json")["language"], "ar");
}

/// A feed with whole texts reads them, so an edited body makes it stale, and nothing else of other articles.
#[test]
fn a_body_is_in_the_feeds_that_carry_it() {
    let feeds = |summary: &recto::engine::build::BuildSummary| -> Vec<String> {
        summary.changes.iter().map(|(path, _)| path.clone()).filter(|path| !path.starts_with("search/")).collect()
    };
    let full = site(FULL);
    full.build();
    let edit = |site: &Site, name: &str, date: &str, body: &str| {
        let front = "summary = \"x\"\ntags = [\"Other\"]";
        site.write(&format!("content/articles/{name}.md"), &article("B", date, front, body));
        feeds(&site.build())
    };
    edit(&full, "b", "2021-03-23", "As it was.");
    assert_eq!(
        edit(&full, "b", "2021-03-23", "Other words."),
        [
            "2021/03/23/b/index.html",
            "feed.json",
            "feed.xml",
            "sections/world/feed.json",
            "sections/world/feed.xml",
            "sources/the-harbour-gazette/feed.json",
            "sources/the-harbour-gazette/feed.xml",
            "tags/other/feed.json",
            "tags/other/feed.xml",
            "translators/a-person/feed.json",
            "translators/a-person/feed.xml",
        ]
    );
    // The fourth article is in no feed.
    full.write("content/articles/d.md", &article("D", "2021-03-21", "summary = \"x\"", "One.")).build();
    full.write("content/articles/d.md", &article("D", "2021-03-21", "summary = \"x\"", "Other words."));
    assert_eq!(feeds(&full.build()), ["2021/03/21/d/index.html"]);
    // Without texts, a feed does not change.
    let excerpts = site("");
    excerpts.write("content/articles/b.md", &article("B", "2021-03-23", "summary = \"x\"", "One."));
    excerpts.build();
    excerpts.write("content/articles/b.md", &article("B", "2021-03-23", "summary = \"x\"", "Two."));
    assert_eq!(feeds(&excerpts.build()), ["2021/03/23/b/index.html"]);
    assert!(!excerpts.output("feed.xml").contains("<content") && !excerpts.outputs().contains_key("feed.json"));
    // A label of the interface that only texts print.
    full.write("i18n/en.toml", "footnotes = \"Remarks\"\n").build();
    assert!(full.output("feed.xml").contains("Remarks"));
}

/// Returns what is wrong with a JSON feed by version 1.1.
fn faults(feed: &Value, own: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let absolute = |v: &Value| v.as_str().is_some_and(|v| v.starts_with("https://example.org/"));
    let only = |value: &Value, known: &[&str]| -> Vec<String> {
        let keys = value.as_object().into_iter().flat_map(|all| all.keys());
        keys.filter(|key| !known.contains(&key.as_str())).map(|key| format!("the key {key}")).collect()
    };
    let top = ["version", "title", "home_page_url", "feed_url", "description", "authors", "language", "items"];
    faults.extend(only(feed, &top));
    if feed["version"] != "https://jsonfeed.org/version/1.1"
        || feed["feed_url"] != own
        || !absolute(&feed["home_page_url"])
    {
        faults.push(format!("{} {} {}", feed["version"], feed["feed_url"], feed["home_page_url"]));
    }
    let named = |people: &Value| {
        people
            .as_array()
            .is_some_and(|all| all.iter().all(|one| one["name"].as_str().is_some_and(|name| !name.is_empty())))
    };
    if !feed["title"].is_string() || !feed["language"].is_string() || !named(&feed["authors"]) {
        faults.push("title, language or authors".to_owned());
    }
    let mut ids = std::collections::BTreeSet::new();
    for item in feed["items"].as_array().map(Vec::as_slice).unwrap_or_default() {
        faults.extend(only(
            item,
            &[
                "id",
                "url",
                "title",
                "content_html",
                "content_text",
                "summary",
                "date_published",
                "date_modified",
                "authors",
                "tags",
                "language",
                "external_url",
            ],
        ));
        if !absolute(&item["id"]) || item["id"] != item["url"] || !ids.insert(item["id"].to_string()) {
            faults.push(format!("the id {}", item["id"]));
        }
        if item["content_html"].is_string() == item["content_text"].is_string() {
            faults.push(format!("{} has no content, or two", item["id"]));
        }
        let time = |v: &Value| v.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok());
        if !time(&item["date_modified"]) || !(item["date_published"].is_null() || time(&item["date_published"])) {
            faults.push(format!("{}: {} {}", item["id"], item["date_published"], item["date_modified"]));
        }
        if !item["authors"].is_null() && !named(&item["authors"]) {
            faults.push(format!("authors {}", item["authors"]));
        }
    }
    faults
}

#[test]
fn json_feeds_are_valid() {
    for config in [FULL, "[feeds]\njson = true\n"] {
        let site = site(config);
        site.build();
        let outputs = site.outputs();
        let feeds: Vec<&String> = outputs.keys().filter(|path| path.ends_with("feed.json")).collect();
        assert_eq!(feeds.len(), outputs.keys().filter(|path| path.ends_with("feed.xml")).count());
        for path in feeds {
            let found = faults(&json(&site, path), &format!("https://example.org/sub/{path}"));
            assert!(found.is_empty(), "{path}: {found:#?}");
        }
        let feed = json(&site, "feed.json");
        let item = &feed["items"][0];
        let mut names = item["authors"].as_array().into_iter().flatten().map(|author| &author["name"]);
        assert!(names.any(|name| name == "Translated by A. Person"), "{item}");
        assert_eq!(item["tags"][0], "Fish & chips");
        // Both formats say the same.
        let entry = atom(&site, "feed.xml");
        let entry = entry.all("entry").next().expect("an entry");
        assert_eq!(entry.only("content"), item["content_html"].as_str());
        assert_eq!(entry.only("summary"), item["summary"].as_str().or(item["content_text"].as_str()));
        let head = site.output("tags/other/index.html");
        let link = "<link rel=\"alternate\" type=\"application/feed+json\" title=\"Other\" href=\"/sub/tags/other/feed.json\">";
        assert!(head.contains(link), "{head}");
    }
}

#[test]
fn a_browser_finds_the_style_sheet() {
    let site = site("[assets]\nnames = \"hashed\"\n");
    site.build();
    let feed = site.output("feed.xml");
    let sheet =
        feed.split("<?xml-stylesheet href=\"/sub/").nth(1).and_then(|rest| rest.split('"').next()).expect("a sheet");
    assert!(
        sheet.starts_with("feed.") && sheet.ends_with(".css") && site.output(sheet).contains("entry > title"),
        "{sheet}"
    );
    // A theme without one has plain feeds.
    site.write("themes/plain/theme.toml", "");
    site.write("site.toml", &format!("theme = \"plain\"\n{SITE_TOML}"));
    site.build();
    assert!(site.output("feed.xml").contains("<feed"));
}

/// What feedparser reads: it is what many readers are built on, and sanitises by its own rules.
const READ: &str = "import feedparser, json, sys\n\
                    f = feedparser.parse(sys.stdin.buffer.read(), response_headers={'content-type': 'application/atom+xml'})\n\
                    e = f.entries[0]\n\
                    print(json.dumps({'bozo': bool(f.bozo), 'version': f.version, 'title': f.feed.title,\n\
                    'language': f.feed.language, 'entries': len(f.entries), 'entry': e.title, 'link': e.link, 'id': e.id,\n\
                    'author': e.author, 'contributor': e.contributors[0].name, 'tag': e.tags[0].label,\n\
                    'published': list(e.published_parsed)[:3], 'summary': e.summary, 'content': e.content[0].value,\n\
                    'type': e.content[0].type, 'content_language': e.content[0].language}))\n";

#[test]
fn another_program_reads_them() {
    let python = project().join("tests/tools/venv/bin/python");
    let has_it = Command::new(&python).args(["-c", "import feedparser"]).output().is_ok_and(|out| out.status.success());
    if !has_it {
        assert!(std::env::var_os("CI").is_none(), "feedparser (tests/tools/requirements.txt)");
        let _ = writeln!(std::io::stderr(), "skipped: no feedparser in tests/tools/venv");
        return;
    }
    let site = site(FULL);
    site.build();
    let mut child = Command::new(&python)
        .args(["-c", READ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(site.output("feed.xml").as_bytes()).expect("Python reads");
    drop(input);
    let read = child.wait_with_output().expect("Python ends");
    let read: Value = serde_json::from_slice(&read.stdout).expect("JSON");
    for (key, want) in [
        ("bozo", Value::from(false)),
        ("version", "atom10".into()),
        ("title", "Test".into()),
        ("language", "en".into()),
        ("entries", 3.into()),
        ("entry", "A & \"B\"".into()),
        ("link", "https://example.org/sub/2021/03/24/a/".into()),
        ("id", "https://example.org/sub/2021/03/24/a/".into()),
        ("contributor", "A. Person".into()),
        ("tag", "Fish & chips".into()),
        ("published", serde_json::json!([2021, 3, 24])),
        ("summary", "In short & plain.".into()),
        ("type", "text/html".into()),
        ("content_language", "en".into()),
    ] {
        assert_eq!(read[key], want, "{key}: {read}");
    }
    let content = read["content"].as_str().expect("a text");
    for part in
        ["Onizuka Sae", "src=\"https://example.org/sub/2021/03/24/a/map.png\"", "#p1\">another</a>", "<th", "A note."]
    {
        assert!(content.contains(part), "{part}: {content}");
    }
}
