//! What Zotero saves of a page: its own Embedded Metadata translator, run over pages of every kind, and every field
//! compared. `tests/tools/zotero.mjs` runs it.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

#[cfg(feature = "serve")]
use crate::kinds;
use crate::support::{Site, png, project};
use crate::tools;

const SITE: &str = "title = \"Harbour Desk\"\nbase_url = \"https://desk.example\"\ntimezone = \"UTC\"\n\
    [search]\nenable = false\n[original]\npublish = \"full\"\nlayout = \"page\"\n";

/// Runs jobs of the script in node, and returns what each found.
pub fn run(jobs: &Value) -> Option<Vec<Value>> {
    let node = tools::program("node")?;
    if std::env::var_os("RECTO_ZOTERO").is_none() {
        tools::installed("zotero-translators/package.json")?;
    }
    let script = project().join("tests/tools/zotero.mjs");
    let mut child =
        Command::new(node).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("node starts");
    let text = jobs.to_string();
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("node reads");
    let output = child.wait_with_output().expect("node ends");
    Some(serde_json::from_slice(&output.stdout).expect("the script prints JSON"))
}

/// Returns the only item that Zotero saves of each page, without what differs in every run.
fn saved(site: &Site, pages: &[&str]) -> Option<Vec<Value>> {
    let job = |page: &&str| {
        let html = site.output(&format!("{page}index.html"));
        json!({ "translator": "Embedded Metadata", "html": html, "url": format!("https://desk.example/{page}") })
    };
    let found = run(&pages.iter().map(job).collect())?;
    let one = |items: Value| {
        let Some([item]) = items.as_array().map(Vec::as_slice) else { panic!("not one item: {items}") };
        let mut item = item.clone();
        for gone in ["key", "version", "accessDate", "attachments", "notes", "seeAlso", "relations", "collections"] {
            item.as_object_mut().expect("an item").remove(gone);
        }
        item
    };
    Some(found.into_iter().map(one).collect())
}

fn person(kind: &str, family: &str, given: &str) -> Value {
    json!({ "creatorType": kind, "firstName": given, "lastName": family })
}

fn whole(kind: &str, name: &str) -> Value {
    json!({ "creatorType": kind, "name": name })
}

/// Returns the text of an article from the Harbour Gazette of 24 March 2021, with these keys.
fn text(title: &str, keys: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\ndate = 2021-03-24\nsource = \"The Harbour Gazette\"\n{keys}\n+++\n\nIt left at noon.\n"
    )
}

#[test]
fn every_field_of_an_article_arrives() {
    let site = Site::new(SITE);
    let keys = "posted = 2021-03-25T09:00:00Z\ntranslator = [\"Tanaka Mio\", \"Halcyon Desk\"]\n\
        section = \"World > East Asia\"\ntags = [\"Ferries\", \"Fog\"]\nsummary = \"Fog held the ferry.\"\n\
        edition = \"evening\"\npage = \"pp. 4-7\"\n\
        author = { name = \"Onizuka Sae\", family = \"Onizuka\", role = \"staff writer\" }\n\
        [original]\ntitle = \"霧で\u{2060}欠航 <1>\"\nlang = \"ja\"\nurl = \"https://gazette.example/1\"\n\
        [rights]\ntranslation = \"CC-BY-4.0\"";
    site.write("content/articles/ferry.md", &text("Fog delays “the ferry” & more", keys));
    site.write("content/translators/tanaka-mio.md", "+++\nlabel = \"Tanaka Mio\"\nfamily = \"Tanaka\"\n+++\n");
    site.write("content/translators/halcyon-desk.md", "+++\nlabel = \"Halcyon Desk\"\nteam = true\n+++\n");
    site.build();
    let Some(items) = saved(&site, &["2021/03/24/ferry/"]) else { return };
    let item = &items[0];
    // The translator itself drops all tags, because those of most pages are wrong.
    let expected = json!({
        "itemType": "newspaperArticle",
        "title": "Fog delays “the ferry” & more",
        "creators": [
            person("author", "Onizuka", "Sae"),
            person("translator", "Tanaka", "Mio"),
            whole("translator", "Halcyon Desk"),
        ],
        "tags": [],
        "abstractNote": "Fog held the ferry.",
        "publicationTitle": "The Harbour Gazette",
        "edition": "evening",
        "date": "2021/03/24",
        "section": "World > East Asia",
        "pages": "4-7",
        "language": "en",
        "url": "https://desk.example/2021/03/24/ferry/",
        "rights": "CC-BY-4.0",
        "libraryCatalog": "desk.example",
        "extra": "Original Title: 霧で\u{2060}欠航 <1>\nAvailable Date: 2021-03-25",
    });
    assert_eq!(*item, expected, "{item:#}");
}

#[test]
fn pages_say_what_links_to_them_may_show() {
    let site = Site::new(SITE);
    let text = text("Fog", "translator = \"JMH\"\nsection = \"World > East Asia\"") + "\n![The ferry](ferry.png)\n";
    site.write("content/articles/ferry.md", &text).write_bytes("content/articles/ferry.png", &png());
    site.build();
    let page = site.output("2021/03/24/ferry/index.html");
    for part in [
        "<meta property=\"og:image\" content=\"https://desk.example/2021/03/24/ferry/ferry.png\">",
        "\"image\":\"https://desk.example/2021/03/24/ferry/ferry.png\"",
        "<meta property=\"og:locale\" content=\"en_US\">",
        "\"author\":{\"@type\":\"NewsMediaOrganization\",\"name\":\"The Harbour Gazette\"}",
        "title=\"Harbour Desk\" href=\"/feed.xml\">",
        "title=\"East Asia\" href=\"/sections/world/east-asia/feed.xml\">",
        "{\"@type\":\"ListItem\",\"position\":2,\"name\":\"East Asia\",\
         \"item\":\"https://desk.example/sections/world/east-asia/\"},\
         {\"@type\":\"ListItem\",\"position\":3,\"name\":\"Fog\"}",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(site.output("index.html").contains("\"@type\":\"WebSite\",\"name\":\"Harbour Desk\""));
    assert!(!site.output("sections/world/index.html").contains("\"@type\":\"WebSite\""));
}

#[test]
fn people_desks_and_pages_are_whole() {
    let site = Site::new(SITE);
    let author = |kind| move |name: &str| whole(kind, name);
    let one = author("author");
    let cases: [(&str, &str, Vec<Value>, Value); 12] = [
        ("plain", "author = \"John Smith\"\npage = \"p. 27\"", vec![person("author", "Smith", "John")], json!("27")),
        ("inverted", "author = \"Fujita, Hiromichi\"", vec![person("author", "Fujita", "Hiromichi")], Value::Null),
        ("desk", "author = \"Yomiuri Political Desk\"", vec![one("Yomiuri Political Desk")], Value::Null),
        ("agency", "author = \"Reuters\"\npage = \"A5\"", vec![one("Reuters")], json!("A5")),
        (
            "team",
            "author = { name = \"Toyo Keizai\", team = true }\npage = \"pp. 1, 4-7\"",
            vec![one("Toyo Keizai")],
            json!("1, 4–7"),
        ),
        ("comma", "author = [\"Harbour Press, Inc.\"]", vec![one("Harbour Press Inc")], Value::Null),
        (
            "role",
            "author = \"BY TOMOHIRO OSAKI, STAFF WRITER\"",
            vec![person("author", "OSAKI", "TOMOHIRO")],
            Value::Null,
        ),
        ("particle", "author = \"Ludwig van der Berg\"", vec![person("author", "van der Berg", "Ludwig")], Value::Null),
        ("kanji", "author = \"鬼塚佐江\"\npage = \"3面、5〜6面\"", vec![one("鬼塚佐江")], json!("3, 5–6")),
        (
            "family",
            "author = { name = \"鬼塚佐江\", family = \"鬼塚\" }\npage = \"1-2, 4-7\"",
            vec![person("author", "鬼塚", "佐江")],
            json!("1–2, 4–7"),
        ),
        ("arabic", "author = \"محمد علي\"", vec![one("محمد علي")], Value::Null),
        (
            "two",
            "author = [{ name = \"Onizuka Sae\", family = \"Onizuka\" }, \"Halcyon Desk\"]",
            vec![person("author", "Onizuka", "Sae"), one("Halcyon Desk")],
            Value::Null,
        ),
    ];
    for (name, keys, _, _) in &cases {
        let keys = format!("translator = \"JMH\"\nsection = \"World\"\n{keys}");
        site.write(&format!("content/articles/{name}.md"), &text(name, &keys));
    }
    // A byline with a role is warned of.
    site.try_build().0.expect("the site is built");
    let pages = cases.each_ref().map(|(name, ..)| format!("2021/03/24/{name}/"));
    let Some(items) = saved(&site, &pages.each_ref().map(String::as_str)) else { return };
    for ((name, _, mut creators, pages), item) in cases.into_iter().zip(items) {
        creators.push(whole("translator", "JMH"));
        assert_eq!((&item["creators"], &item["pages"]), (&json!(creators), &pages), "{name}: {item:#}");
        assert_eq!(item["extra"], Value::Null, "{name}");
    }
}

#[test]
fn every_text_of_an_article_is_an_item_of_its_own() {
    let site = Site::new(SITE);
    let keys = "kind = \"original\"\nsection = \"World\"\nauthor = \"John Smith\"";
    site.write("content/articles/own.md", &text("Our ferry", keys));
    let translation = "+++\ntitle = \"Notre bac\"\ntranslator = \"Blanche Verdoncq\"\n+++\n\nIl est parti à midi.\n";
    site.write("content/articles/own.fr.md", translation);
    site.write("content/articles/fog.md", &text("Fog", "translator = \"John Smith\"\nsection = \"World\""));
    let original = "+++\ntitle = \"霧\"\nauthor = { name = \"鬼塚佐江\", family = \"鬼塚\" }\n+++\n\n正午に出た。\n";
    site.write("content/articles/fog.ja.md", original);
    site.build();
    let Some(items) = saved(&site, &["2021/03/24/own/", "2021/03/24/own/fr/", "2021/03/24/fog/", "2021/03/24/fog/ja/"])
    else {
        return;
    };
    let of = |item: &Value| {
        assert_eq!((&item["itemType"], &item["date"]), (&json!("newspaperArticle"), &json!("2021/03/24")), "{item:#}");
        assert_eq!(item["publicationTitle"], "The Harbour Gazette");
        json!([item["title"], item["language"], item["creators"], item["extra"]])
    };
    let said: Vec<Value> = items.iter().map(of).collect();
    let expected = json!([
        ["Our ferry", "en", [person("author", "Smith", "John")], null],
        [
            "Notre bac",
            "fr",
            [person("author", "Smith", "John"), person("translator", "Verdoncq", "Blanche")],
            "Original Title: Our ferry"
        ],
        ["Fog", "en", [person("translator", "Smith", "John")], "Original Title: 霧"],
        ["霧", "ja", [person("author", "鬼塚", "佐江")], null],
    ]);
    assert_eq!(json!(said), expected);
}

/// Of other pages, Zotero saves a web page.
#[cfg(feature = "serve")]
#[test]
fn zotero_recognizes_a_page_of_every_kind() {
    let subject = &kinds::subjects()[0];
    let pages: Vec<_> = subject.pages.iter().filter(|page| !matches!(page.kind.as_str(), "404" | "redirect")).collect();
    let job = |page: &&kinds::Page| {
        let html = String::from_utf8_lossy(&subject.outputs[&page.path]).into_owned();
        json!({ "html": html, "url": format!("https://desk.example/{}", page.path) })
    };
    let Some(found) = run(&pages.iter().map(job).collect()) else { return };
    for (page, found) in pages.iter().zip(found) {
        let is_text = ["article", "translation", "original"].iter().any(|kind| page.kind.starts_with(kind));
        let first = &found[0];
        let expected = if is_text { "newspaperArticle" } else { "webpage" };
        assert_eq!(
            (&first["label"], &first["itemType"]),
            (&json!("Embedded Metadata"), &json!(expected)),
            "{}: {found}",
            page.kind
        );
    }
}
