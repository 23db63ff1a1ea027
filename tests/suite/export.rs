//! `recto export`: what search engines get is what the pages print, and an error leaves everything as it was.

use std::fs;

use serde_json::Value;

use crate::support::{SITE_TOML, Site, article, project, recto, temporary};

/// Exports a site and returns its records.
fn records(site: &Site, more: &[&str]) -> Vec<Value> {
    let args = [&["export", "--to", "search-jsonl"], more].concat();
    let ran = recto(site.root(), &args);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    parsed(&String::from_utf8(ran.stdout).expect("records are UTF-8"))
}

fn parsed(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

const ORIGINAL: &str = "+++\ntitle = \"Canarytitle\"\nauthor = \"Canaryauthor\"\nsummary = \"Canarysummary\"\n+++\n\n\
                        Canaryfirst **one**.\n\nCanaryrest[^n] <!-- Canarycomment -->\n\n[^n]: Canarynote\n";

/// A site whose article has an original of canary words. `original` is added to the article's front matter.
fn canaries(original: &str) -> Site {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2024-05-06", original, "Body <!-- Canarymark -->."));
    site.write("content/articles/a.ja.md", ORIGINAL);
    site.write("content/articles/d.md", &article("D", "2024-05-06", "draft = true", "Canarydraft"));
    site.write("content/articles/f.md", &article("F", "2030-05-06", "", "Canaryfuture"));
    site
}

#[test]
fn only_what_is_published_is_exported() {
    let rest = ["Canaryfirst", "Canaryrest", "Canarynote"];
    for (front, shown) in [
        ("", &["Canarytitle", "Canaryfirst", "Canaryrest", "Canarynote"][..]),
        ("[original]\npublish = \"excerpt\"", &["Canarytitle", "Canaryfirst"]),
        ("[original]\npublish = \"none\"", &[]),
        ("[original]\nlayout = \"link\"", &["Canarytitle"]),
        ("[original]\nlayout = \"page\"", &["Canarytitle", "Canaryfirst", "Canaryrest", "Canarynote"]),
    ] {
        let site = canaries(front);
        let found = records(&site, &[]);
        assert_eq!(found.len(), 1, "an original has no record of its own: {front}");
        let text = found[0].to_string();
        for word in ["Canarytitle"].into_iter().chain(rest) {
            assert_eq!(text.contains(word), shown.contains(&word), "{front}: {word} in {text}");
        }
        for word in ["Canarysummary", "Canarycomment", "Canarymark", "Canarydraft", "Canaryfuture"] {
            assert!(!text.contains(word), "{front}: {word} in {text}");
        }
        assert_eq!(records(&site, &["--drafts", "--future"]).len(), 3, "{front}");
    }
}

/// The records of the demonstration archive have the words of the pages, at places that the pages have.
#[test]
fn records_agree_with_the_pages() {
    let built = temporary();
    let folder = built.path().to_str().expect("UTF-8");
    let copy = Site::new(&fs::read_to_string(project().join("site.toml")).expect("the archive has a site.toml"));
    for (path, bytes) in crate::support::tree(&project().join("content")) {
        // Pictures have no words, and take long to resize.
        if !path.ends_with(".jpg") && !path.ends_with(".png") {
            copy.write_bytes(&format!("content/{path}"), &bytes);
        }
    }
    let ran = recto(copy.root(), &["build", "-o", folder, "-q"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let found = records(&copy, &[]);
    let mut ids: Vec<&str> = found.iter().filter_map(|record| record["id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), found.len());
    assert!(found.len() > 70, "{}", found.len());
    let posted: Vec<i64> = found.iter().filter_map(|record| record["posted_at"].as_i64()).collect();
    assert!(posted.is_sorted() && posted.len() == found.len());
    for record in &found {
        let path = record["path"].as_str().expect("a path");
        let page =
            fs::read_to_string(built.path().join(path).join("index.html")).unwrap_or_else(|e| panic!("{path}: {e}"));
        assert!(record["url"].as_str().is_some_and(|url| url.starts_with("https://") && url.contains(path)), "{path}");
        assert!(record["title"].as_str().is_some_and(|title| !title.is_empty()), "{path}");
        let paragraphs = record["paragraphs"].as_array().expect("paragraphs");
        let texts: Vec<&str> = paragraphs.iter().filter_map(|one| one["text"].as_str()).collect();
        assert_eq!(record["text"], texts.join("\n"), "{path}");
        for one in paragraphs {
            if let Some(id) = one["id"].as_str() {
                assert!(page.contains(&format!(" id=\"{id}\"")), "{path}: {id}");
            }
        }
    }
}

#[test]
fn fields_are_those_of_the_article() {
    let site = Site::new("title = \"T\"\ntimezone = \"Asia/Tokyo\"\n");
    let more = "tags = [\"Fog\"]\nupdated = 2024-05-07\nposted = 2024-05-06T10:00:00\nsummary = \"Short\"\npage = \"p. 3\"\n\
                author = \"Mori\"\n[original]\ntitle = \"霧\"\nlang = \"ja\"\nurl = \"https://news.example/1\"";
    let text = article("Fog", "2024-05-05", more, "One.\n\n> Two.\n\n- three\n- four").replace("World", "World > Sea");
    site.write("content/articles/fog.md", &text);
    site.write("content/articles/fog.ja.md", "+++\ntitle = \"霧の朝\"\n+++\n\n一。\n");
    let fr = "+++\ntitle = \"Brume\"\ntranslator = \"B. Autre\"\n+++\n\nUn.\n";
    site.write("content/articles/fog.fr.md", fr);
    let found = records(&site, &[]);
    assert_eq!(found.len(), 2);
    let [own, further] = [&found[0], &found[1]];
    for (key, value) in [
        ("article", "fog"),
        ("url", "/2024/05/05/fog/"),
        ("path", "2024/05/05/fog"),
        ("title", "Fog"),
        ("summary", "Short"),
        ("date", "2024-05-05"),
        ("posted", "2024-05-06T10:00:00+09:00"),
        ("updated", "2024-05-07T00:00:00+09:00"),
        ("language", "en"),
        ("kind", "translation"),
        ("section", "world/sea"),
        ("locator", "p. 3"),
        ("text", "One.\nTwo.\nthree\nfour"),
    ] {
        assert_eq!(own[key], value, "{key}");
    }
    assert_eq!((own["day"].as_i64(), own["posted_at"].as_i64()), (Some(20240505), Some(1714957200)));
    let json = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    assert_eq!(own["sections"], json(r#"[{"id":"world","label":"World"},{"id":"world/sea","label":"Sea"}]"#));
    assert_eq!(own["sources"], json(r#"[{"id":"the-harbour-gazette","label":"The Harbour Gazette"}]"#));
    assert_eq!(own["tags"], json(r#"[{"id":"fog","label":"Fog"}]"#));
    assert_eq!(own["authors"], json(r#"["Mori"]"#));
    let original = r#"{"language":"ja","title":"霧","url":"https://news.example/1","text":"一。"}"#;
    assert_eq!(own["original"], json(original));
    assert_eq!((&further["article"], &further["path"]), (&own["article"], &"2024/05/05/fog/fr".into()));
    assert_eq!((&further["language"], &further["text"]), (&"fr".into(), &"Un.".into()));
    assert_eq!(further["translators"], json(r#"[{"id":"b-autre","label":"B. Autre"}]"#));
    assert_ne!(further["id"], own["id"]);
    let absolute = records(&site, &["--base-url", "https://host.example/below"]);
    assert_eq!(absolute[0]["url"], "https://host.example/below/2024/05/05/fog/");
    assert_eq!(absolute[0]["path"], own["path"]);
    assert_eq!(absolute[0]["id"], own["id"]);
}

#[test]
fn an_error_leaves_everything_as_it_was() {
    let site = canaries("");
    let root = site.root();
    let run = |args: &[&str]| recto(root, &[&["export", "--to", "search-jsonl"], args].concat());
    assert!(run(&["-o", "out.jsonl"]).status.success());
    let before = fs::read_to_string(root.join("out.jsonl")).expect("the file is there");
    assert_eq!(parsed(&before).len(), 1);
    // One error is found when the site is loaded, the other when a text is rendered.
    let deep = ">".repeat(5000);
    for broken in [article("B", "2024-99-06", "", "Body"), article("B", "2024-05-06", "", &format!("{deep} Body"))] {
        site.write("content/articles/b.md", &broken);
        for args in [&["-o", "out.jsonl"][..], &[]] {
            let ran = run(args);
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert_eq!(ran.status.code(), Some(1), "{said}");
            assert!(ran.stdout.is_empty() && said.contains("Nothing was exported: 1 error"), "{said}");
            assert_eq!(fs::read_to_string(root.join("out.jsonl")).expect("the file is there"), before);
        }
    }
    fs::remove_file(root.join("content/articles/b.md")).expect("it can be removed");
    for path in [".", "content", "/dev/null", "nowhere/out.jsonl"] {
        let code = run(&["-o", path]).status.code();
        assert_eq!(code, Some(if path.starts_with("nowhere") { 4 } else { 2 }), "{path}");
    }
    let names: Vec<String> = crate::support::tree(root).into_keys().filter(|path| path.contains(".part")).collect();
    assert_eq!(names, Vec::<String>::new());
    assert_eq!(parsed(&String::from_utf8(run(&["-o", "-"]).stdout).expect("UTF-8")).len(), 1);
}
