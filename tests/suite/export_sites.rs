//! `recto export` of whole sites: every value of every text is in the form of the other program, at the same address,
//! and an error leaves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use recto::base::doc::{self, KeyValue, Value as Written};
use recto::base::doc_values::to_json;
use recto::engine::load;
use recto::outputs::job::Output;
use serde_json::{Value, json};

use crate::support::{Site, article, png, project, recto, temporary, tree};

const FORMATS: [&str; 5] = ["hugo", "zola", "jekyll", "jsonl", "csv"];

/// A site with everything that an export must carry.
fn sample() -> Site {
    let site = Site::new(
        "title = \"The Reader\"\nbase_url = \"https://reader.example\"\nlanguage = \"en\"\ntimezone = \"Asia/Tokyo\"\n\
         [original]\npublish = \"full\"\n",
    );
    let more = "tags = [\"Fog\", \"Sea: \\\"east\\\"\"]\nposted = 2024-05-06T10:00:00\nupdated = 2024-05-08\n\
                summary = \"Short\"\npage = \"p. 3\"\naliases = [\"/old/1.html\", \"/old/two/\"]\ngenre = \"report\"\n\
                author = [{ name = \"Mori Ryo\", family = \"Mori\", url = \"https://example.org/mori\" }]\n\
                cover = \"../pics/cover.png\"\nseries = { name = \"Weather\", part = 2 }\ncollector = \"C. Ollector\"\n\
                [original]\nlang = \"ja\"\nurl = \"https://news.example/1\"\nrevision = \"2\"\n[[images]]\nsrc = \"../pics/fog.png\"\ncredit = \"A. Person\"\n[extra]\nweight = 27";
    let body = "A [link](../04/tide.md#end), [home](/about/) and ![fog](../pics/fog.png).\n\n{{ x }} {{< y >}} {% z %}";
    site.write("content/articles/05/fog.md", &article("Fog", "2024-05-05", more, body).replace("World", "World > Sea"));
    site.write("content/articles/05/fog.ja.md", "+++\ntitle = \"霧\"\n+++\n\n一。![](../pics/fog.png)\n");
    let fr = "+++\ntitle = \"Brume\"\ntranslator = \"B. Autre\"\n+++\n\nUn [lien](fog.md).\n";
    site.write("content/articles/05/fog.fr.md", fr);
    site.write_bytes("content/articles/pics/fog.png", &png());
    site.write_bytes("content/articles/pics/cover.png", &png());
    let hidden = "[original]\nlang = \"ja\"\npublish = \"none\"";
    site.write("content/articles/04/tide.md", &article("Tide", "2024-04-01", hidden, "## End\n\nText."));
    site.write("content/articles/04/tide.ja.md", "+++\ntitle = \"潮\"\n+++\n\n秘密。![](secret.png)\n");
    site.write_bytes("content/articles/04/secret.png", &png());
    site.write("content/articles/04/draft.md", &article("Draft", "2024-04-02", "draft = true", "Not yet."));
    site.write(
        "content/pages/about.md",
        "+++\ntitle = \"About\"\norder = 1\n+++\n\nAbout [the fog](../articles/05/fog.md).\n",
    );
    site.write("content/translators/b-autre.md", "+++\nlabel = \"B. Autre\"\n+++\n\nA person.\n");
    site.write("static/CNAME", "reader.example\n");
    site
}

/// Exports a site. Returns the files.
fn exported(site: &Site, format: &str, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = temporary();
    let out = folder.path().join("out");
    let out = out.to_str().expect("UTF-8");
    let ran = recto(site.root(), &[&["export", "--to", format, "-o", out], more].concat());
    assert!(ran.status.success(), "{format}: {}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(fs::read_dir(folder.path()).expect("it can be listed").count(), 1, "nothing else is left");
    tree(Path::new(out))
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    let bytes = files.get(path).unwrap_or_else(|| panic!("no {path}: {:#?}", files.keys()));
    String::from_utf8(bytes.clone()).expect("UTF-8")
}

/// Returns the front matter of a text as JSON, and its body.
fn parts(files: &BTreeMap<String, Vec<u8>>, path: &str) -> (Value, String) {
    let text = text(files, path);
    let fence = &text[..4];
    let end = text[4..].find(&format!("\n{fence}")).expect("a fence") + 5;
    let head = &text[4..end];
    let entries: Vec<KeyValue> = if fence == "+++\n" {
        doc::parse_toml(head, 0).unwrap_or_else(|e| panic!("{path}: {e:?}\n{head}"))
    } else {
        doc::parse_yaml(head, 0).unwrap_or_else(|e| panic!("{path}: {e:?}\n{head}"))
    };
    (to_json(&Written::Table(entries)), text[end + 4..].to_owned())
}

/// What `recto` says of the article, in every format.
fn recto_of_fog() -> Value {
    json!({
        "file": "articles/05/fog.md", "role": "article", "language": "en",
        "keys": {
            "source": "The Harbour Gazette", "translator": "A. Person", "section": "World > Sea",
            "posted": "2024-05-06T10:00:00", "page": "p. 3", "genre": "report",
            "author": [{"name": "Mori Ryo", "family": "Mori", "url": "https://example.org/mori"}],
            "original": {"lang": "ja", "url": "https://news.example/1", "revision": "2"},
            "images": [{"src": "fog.png", "credit": "A. Person"}],
            "extra": {"weight": 27}, "cover": "cover.png", "collector": "C. Ollector",
            "series": {"name": "Weather", "part": 2},
        },
    })
}

fn check(front: &Value, expected: &[(&str, Value)]) {
    for (path, value) in expected {
        assert_eq!(front.pointer(path), Some(value), "{path} in {front:#}");
    }
}

const BODY: &str = "\nA [link](/2024/04/01/tide/#end), [home](/about/) and ![fog](fog.png).\n\n";

#[test]
fn hugo_gets_bundles() {
    let files = exported(&sample(), "hugo", &[]);
    let (front, body) = parts(&files, "content/articles/05/fog/index.md");
    check(
        &front,
        &[
            ("/title", "Fog".into()),
            ("/date", "2024-05-05".into()),
            ("/publishDate", "2024-05-06T10:00:00+09:00".into()),
            ("/lastmod", "2024-05-08T00:00:00+09:00".into()),
            ("/url", "/2024/05/05/fog/".into()),
            ("/aliases", json!(["/old/1.html", "/old/two/"])),
            ("/summary", "Short".into()),
            ("/tags", json!(["Fog", "Sea: \"east\""])),
            ("/sections", json!(["world/sea"])),
            ("/sources", json!(["The Harbour Gazette"])),
            ("/translators", json!(["A. Person"])),
            ("/params/recto", recto_of_fog()),
        ],
    );
    assert_eq!(body, format!("{BODY}{{{{ x }}}} {{{{</* y */>}}}} {{% z %}}\n"));
    assert_eq!(files["content/articles/05/fog/fog.png"], png());
    let (original, body) = parts(&files, "content/articles/05/fog/index.ja.md");
    check(&original, &[("/title", "霧".into()), ("/url", "/2024/05/05/fog/ja/".into())]);
    check(&original, &[("/params/recto/role", "original".into()), ("/date", "2024-05-05".into())]);
    assert_eq!((original.get("build"), &*body), (None, "\n一。![](fog.png)\n"));
    let (further, body) = parts(&files, "content/articles/05/fog/index.fr.md");
    check(&further, &[("/translators", json!(["B. Autre"])), ("/params/recto/keys/translator", "B. Autre".into())]);
    assert_eq!(body, "\nUn [lien](/2024/05/05/fog/).\n");
    let (page, body) = parts(&files, "content/pages/about.md");
    check(&page, &[("/url", "/about/".into()), ("/params/recto/keys/order", 1.into())]);
    assert_eq!(body, "\nAbout [the fog](/2024/05/05/fog/).\n");
    let (term, _) = parts(&files, "content/sections/world/sea/_index.md");
    check(&term, &[("/title", "Sea".into()), ("/url", "/sections/world/sea/".into())]);
    let config = to_json(&Written::Table(doc::parse_toml(&text(&files, "hugo.toml"), 0).expect("TOML")));
    check(
        &config,
        &[
            ("/baseURL", "https://reader.example/".into()),
            ("/defaultContentLanguage", "en".into()),
            ("/timeZone", "Asia/Tokyo".into()),
            ("/languages/ja/locale", "ja".into()),
            ("/languages/fr/weight", 2.into()),
            ("/taxonomies/translator", "translators".into()),
            ("/permalinks/page/articles", "/:year/:month/:day/:slugorcontentbasename/".into()),
        ],
    );
    assert_eq!(text(&files, "static/CNAME"), "reader.example\n");
}

#[test]
fn zola_gets_paths_and_taxonomies() {
    let files = exported(&sample(), "zola", &[]);
    let (front, body) = parts(&files, "content/articles/05/fog/index.md");
    check(
        &front,
        &[
            ("/title", "Fog".into()),
            ("/date", "2024-05-05".into()),
            ("/updated", "2024-05-08T00:00:00+09:00".into()),
            ("/path", "2024/05/05/fog".into()),
            ("/aliases", json!(["/old/1.html", "/old/two/"])),
            ("/description", "Short".into()),
            ("/authors", json!(["Mori Ryo"])),
            ("/taxonomies/tags", json!(["Fog", "Sea: \"east\""])),
            ("/taxonomies/sections", json!(["World > Sea"])),
            ("/taxonomies/translators", json!(["A. Person"])),
            ("/extra/recto", recto_of_fog()),
        ],
    );
    assert_eq!(body, format!("{BODY}{{{{/* x */}}}} {{{{/*< y >*/}}}} {{%/* z */%}}\n"));
    let (further, _) = parts(&files, "content/articles/05/fog/index.fr.md");
    check(&further, &[("/path", "2024/05/05/fog/fr".into())]);
    let config = to_json(&Written::Table(doc::parse_toml(&text(&files, "config.toml"), 0).expect("TOML")));
    check(
        &config,
        &[
            ("/base_url", "https://reader.example".into()),
            ("/default_language", "en".into()),
            ("/languages/ja/title", "The Reader".into()),
            ("/taxonomies/0/name", "sections".into()),
        ],
    );
    assert!(files.contains_key("content/articles/05/_index.md") && files.contains_key("content/articles/_index.md"));
}

#[test]
fn jekyll_gets_posts_and_pictures_at_their_addresses() {
    let files = exported(&sample(), "jekyll", &[]);
    let (front, body) = parts(&files, "_posts/05/2024-05-05-fog.md");
    check(
        &front,
        &[
            ("/title", "Fog".into()),
            ("/date", "2024-05-05".into()),
            ("/last_modified_at", "2024-05-08T00:00:00+09:00".into()),
            ("/permalink", "/2024/05/05/fog/".into()),
            ("/redirect_from", json!(["/old/1.html", "/old/two/"])),
            ("/lang", "en".into()),
            ("/tags", json!(["Fog", "Sea: \"east\""])),
            ("/categories", json!(["world/sea"])),
            ("/recto", recto_of_fog()),
        ],
    );
    assert_eq!(body, format!("{{% raw %}}{BODY}{{{{ x }}}} {{{{< y >}}}} {{% z %}}\n{{% endraw %}}"));
    assert_eq!(files["2024/05/05/fog/fog.png"], png());
    let (original, _) = parts(&files, "_texts/05/fog.ja.md");
    check(&original, &[("/permalink", "/2024/05/05/fog/ja/".into()), ("/lang", "ja".into())]);
    let entries = text(&files, "_config.yml");
    let config = to_json(&Written::Table(doc::parse_yaml(&entries, 0).expect("YAML")));
    check(
        &config,
        &[
            ("/url", "https://reader.example".into()),
            ("/permalink", "/:year/:month/:day/:title/".into()),
            ("/collections/texts/output", true.into()),
            ("/plugins", json!(["jekyll-redirect-from"])),
        ],
    );
    assert_eq!(text(&files, "CNAME"), "reader.example\n");
}

#[test]
fn rows_have_every_text() {
    let site = sample();
    let files = exported(&site, "jsonl", &[]);
    let rows: Vec<Value> =
        text(&files, "articles.jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(
        rows.iter().map(|row| row["id"].as_str()).collect::<Vec<_>>(),
        [Some("articles/04/tide"), Some("articles/05/fog")]
    );
    check(
        &rows[1],
        &[
            ("/url", "/2024/05/05/fog/".into()),
            ("/date", "2024-05-05".into()),
            ("/posted", "2024-05-06T10:00:00+09:00".into()),
            ("/sections", json!(["World > Sea"])),
            ("/authors", json!(["Mori Ryo"])),
            (
                "/files",
                json!({"cover.png": "files/articles/05/fog/cover.png", "fog.png": "files/articles/05/fog/fog.png"}),
            ),
            ("/recto", recto_of_fog()),
            ("/texts/0/language", "fr".into()),
            ("/texts/0/role", "translation".into()),
            ("/texts/1/title", "霧".into()),
            ("/texts/1/body", "\n一。![](fog.png)\n".into()),
        ],
    );
    assert!(files.contains_key("files/articles/05/fog/fog.png"));
    let page: Value = serde_json::from_str(&text(&files, "pages.jsonl")).expect("one page");
    check(&page, &[("/role", "page".into()), ("/url", "/about/".into())]);

    let files = exported(&site, "csv", &[]);
    let table = text(&files, "articles.csv");
    let lines: Vec<&str> = table.split("\r\n").collect();
    assert!(lines[0].starts_with("id,url,title,language,date,"), "{table}");
    let row = "articles/05/fog,https://reader.example/2024/05/05/fog/,Fog,en,2024-05-05,2024-05-06T10:00:00+09:00,\
               2024-05-08T00:00:00+09:00,,World > Sea,The Harbour Gazette,A. Person,Mori Ryo,\
               \"Fog; Sea: \"\"east\"\"\",Short,,report,p. 3,,/old/1.html; /old/two/,ja,霧,https://news.example/1,,\
               一。![](fog.png),fr; ja,";
    assert!(lines[2].starts_with(row), "{}", lines[2]);
    assert_eq!(lines.len(), 4);
}

/// Nothing of an original that readers must not see is published by the other program.
#[test]
fn hidden_originals_stay_hidden() {
    let site = sample();
    for (format, path, mark) in [
        ("hugo", "content/articles/04/tide/index.ja.md", ("/build/render", json!("never"))),
        ("zola", "content/articles/04/tide/index.ja.md", ("/render", json!(false))),
        ("jekyll", "_texts/04/tide.ja.md", ("/published", json!(false))),
    ] {
        let files = exported(&site, format, &[]);
        let (front, body) = parts(&files, path);
        check(&front, &[mark]);
        assert_eq!(body, "\n秘密。![](secret.png)\n");
        let secret: Vec<&String> = files.keys().filter(|path| path.ends_with("secret.png")).collect();
        assert_eq!(secret, ["recto/content/articles/04/secret.png"], "{format}");
    }
    let files = exported(&site, "jsonl", &[]);
    let first = text(&files, "articles.jsonl").lines().next().map(serde_json::from_str::<Value>);
    let row = first.expect("a row").expect("JSON");
    assert_eq!((row.pointer("/texts/0/url"), &row["url"]), (None, &json!("/2024/04/01/tide/")));
}

#[test]
fn only_what_is_published_is_exported() {
    let site = sample();
    for format in FORMATS {
        let has = |more: &[&str]| {
            exported(&site, format, more).values().any(|bytes| String::from_utf8_lossy(bytes).contains("Not yet."))
        };
        assert_eq!((has(&[]), has(&["--drafts"])), (false, true), "{format}");
        let files = exported(&site, format, &[]);
        assert_eq!(files["recto/site.toml"], fs::read(site.root().join("site.toml")).expect("it is there"));
        assert!(files.contains_key("recto/content/translators/b-autre.md"), "{format}");
    }
}

#[test]
fn nothing_is_overwritten_and_an_error_leaves_nothing() {
    let site = sample();
    let folder = temporary();
    let at = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let code = |args: &[&str]| recto(site.root(), &[&["export", "--to"], args].concat()).status.code();
    fs::create_dir(at("full")).expect("a folder");
    fs::write(at("full/a"), "a").expect("a file");
    fs::create_dir(at("empty")).expect("a folder");
    for format in FORMATS {
        assert_eq!(code(&[format]), Some(2), "{format} needs --output");
        assert_eq!(code(&[format, "-o", &at("full")]), Some(2), "{format}");
        assert_eq!(code(&[format, "-o", &at("full/a")]), Some(2), "{format}");
        assert_eq!(code(&[format, "-o", &at("none/out")]), Some(4), "{format}");
    }
    assert_eq!(code(&["hugo", "-o", &at("empty")]), Some(0), "an empty folder is filled");
    assert!(Path::new(&at("empty/hugo.toml")).exists());
    site.write("content/articles/05/bad.md", &article("Bad", "2024-99-01", "", "Text."));
    assert_eq!(code(&["zola", "-o", &at("new")]), Some(1));
    let left: Vec<String> = fs::read_dir(folder.path())
        .expect("it can be listed")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert_eq!(fs::read(at("full/a")).expect("it is there"), b"a");
}

/// Renders every page of a site.
fn pages(site: &Site) -> BTreeMap<String, String> {
    let loaded = load::load(&site.options()).unwrap_or_else(|e| panic!("{e}"));
    let (loaded, _) = loaded.made.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    let outputs = loaded.plan.outputs.iter().filter(|output| output.job.template().is_some());
    let page = |output: &Output| {
        let rendered = loaded.render(output);
        let bytes = rendered.bytes.unwrap_or_else(|| panic!("{}: {:#?}", output.path, rendered.problems));
        (output.path.to_string(), String::from_utf8(bytes).expect("UTF-8"))
    };
    outputs.map(page).collect()
}

/// Exports a site and imports it again. The files of all texts must be in the same places, and all pages the same.
fn comes_back(site: &Site, format: &str) {
    let folder = temporary();
    let out = folder.path().join("out").to_str().expect("UTF-8").to_owned();
    let ran = recto(site.root(), &["export", "--to", format, "-o", &out, "--drafts", "--future", "--expired"]);
    assert!(ran.status.success(), "{format}: {}", String::from_utf8_lossy(&ran.stderr));
    let back = Site { folder: temporary() };
    let ran = recto(folder.path(), &["import", &out, "--init", back.root().to_str().expect("UTF-8")]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{format}: {said}");
    let texts = |site: &Site| -> BTreeSet<String> {
        tree(&site.root().join("content")).into_keys().filter(|path| path.ends_with(".md")).collect()
    };
    let (there, here) = (texts(site), texts(&back));
    let odd: Vec<&String> = there.symmetric_difference(&here).collect();
    assert!(odd.is_empty(), "{format}: {odd:#?}\n{said}");
    let (before, after) = (pages(site), pages(&back));
    let odd: Vec<&String> = before
        .keys()
        .chain(after.keys())
        .filter(|path| !(before.contains_key(*path) && after.contains_key(*path)))
        .collect();
    assert!(odd.is_empty(), "{format}: {odd:#?}\n{said}");
    let other: Vec<&String> =
        before.iter().filter(|(path, page)| after[*path] != **page).map(|(path, _)| path).collect();
    let lines = |path: &&String| {
        let pair = before[*path].lines().zip(after[*path].lines()).find(|(a, b)| a != b);
        format!("{path}: {pair:#?}")
    };
    let some: Vec<String> = other.iter().take(5).map(lines).collect();
    assert!(other.is_empty(), "{format}: {} of {} pages differ: {}", other.len(), before.len(), some.join("\n"));
}

#[test]
fn an_export_comes_back_as_the_same_site() {
    let archive = Site::new(&fs::read_to_string(project().join("site.toml")).expect("the archive has a site.toml"));
    for (path, bytes) in tree(&project().join("content")) {
        archive.write_bytes(&format!("content/{path}"), &bytes);
    }
    for format in ["hugo", "zola", "jekyll", "jsonl"] {
        comes_back(&sample(), format);
        comes_back(&archive, format);
    }
}
