//! Active content from contributors: files that run when opened, drawings with scripts, and addresses that execute
//! code. All of it is an error, and none of it reaches a page.

use proptest::prelude::*;
use recto::base::diag::{Diagnostics, Severity};

use crate::support::{SITE_TOML, Site, article, recto};

fn site(config: &str, body: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{config}"));
    site.write("content/articles/one.md", &article("One", "2024-05-06", "", body));
    site
}

fn codes(problems: &Diagnostics) -> Vec<&str> {
    problems.iter().map(|found| &*found.code).collect()
}

const SHAPE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"2\" height=\"1\"><path d=\"M0 0h1\"/></svg>";
const SCRIPT: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\">\n<script>alert(1)</script></svg>";

#[test]
fn files_that_act_are_not_published() {
    for name in [
        "a.html",
        "a.HTM",
        "a.xhtml",
        "a.xml",
        "a.xsl",
        "a.js",
        "a.mjs",
        "a.php",
        "a.php.jpg",
        "a.phtml",
        "a.cgi",
        "a.swf",
        "a.svgz",
        "a.html.ja",
        "web.config",
        "x/a.html",
        "notes",
        "x.y/LICENSE",
    ] {
        let site = site("", &format!("[x]({name})"));
        site.write(&format!("content/articles/{name}"), "<p>SECRET7Fq</p>");
        let (summary, problems) = site.try_build();
        assert!(summary.is_none() && codes(&problems) == ["active-asset"], "{name}: {problems:#?}");
        // A file that nothing refers to is not published, so it is no error.
        site.write("content/articles/one.md", &article("One", "2024-05-06", "", "Nothing."));
        assert!(site.try_build().0.is_some(), "{name}");
        assert!(site.outputs().values().all(|bytes| !bytes.windows(9).any(|part| part == b"SECRET7Fq")), "{name}");
    }
    // Files that a page, a record or a sibling refers to are checked in the same way.
    for (file, head) in [
        ("content/pages/p.md", "title = \"P\""),
        ("content/sources/the-harbour-gazette.md", "label = \"The Harbour Gazette\""),
        ("content/articles/one.ja.md", "title = \"J\""),
    ] {
        let site = site("", "Nothing.");
        site.write(file, &format!("+++\n{head}\n+++\n[x](a.html)\n"));
        let folder = file.rsplit_once('/').expect("it has a folder").0;
        site.write(&format!("{folder}/a.html"), "x");
        assert_eq!(codes(&site.try_build().1), ["active-asset"], "{file}");
    }
}

#[test]
fn what_is_allowed_is_published() {
    let site = site("[assets]\nallow = [\".html\", \".svg\", \"*.JS\"]\n", "[x](a.html) ![y](b.svg) [z](c.js)");
    site.write("content/articles/a.html", "x")
        .write("content/articles/b.svg", SCRIPT)
        .write("content/articles/c.js", "x");
    site.build();
    assert!(site.outputs().contains_key("2024/05/06/one/b.svg"));
    // The setting changes no byte of a page.
    site.write("site.toml", &format!("{SITE_TOML}[assets]\nallow = [\".svg\", \".js\", \".html\", \".xml\"]\n"));
    assert_eq!(site.build().rendered, 0);
    // Disallowing a type again is an error at once, although no file has changed.
    site.write("site.toml", &format!("{SITE_TOML}[assets]\nallow = [\".html\", \".js\"]\n"));
    assert_eq!(codes(&site.try_build().1), ["active-asset"]);
    // A file without an extension is allowed by its name.
    site.write("site.toml", &format!("{SITE_TOML}[assets]\nallow = [\".html\", \".js\", \".svg\", \"Licence\"]\n"));
    let text = "[x](a.html) ![y](b.svg) [z](c.js) [w](LICENCE)";
    site.write("content/articles/one.md", &article("One", "2024-05-06", "", text));
    site.write("content/articles/LICENCE", "x").build();
    assert!(site.outputs().contains_key("2024/05/06/one/LICENCE"));
    for bad in ["html", "SVG", "", "*", "a/b.html", "**/*.html", ".jpg", "photo.png"] {
        site.write("site.toml", &format!("{SITE_TOML}[assets]\nallow = [{bad:?}]\n"));
        let ran = recto(site.root(), &["build"]);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(
            bad.is_empty() || (ran.status.code() != Some(0) && said.contains("[invalid-pattern]")),
            "{bad}: {said}"
        );
    }
}

/// The site's owner is responsible for `static/`.
#[test]
fn static_files_are_as_they_are() {
    let site = site("", "[x](/a.html)");
    site.write("static/a.html", "x")
        .write("static/b.svg", SCRIPT)
        .write("static/.htaccess", "x")
        .write("static/c.php", "x");
    let (summary, problems) = site.try_build();
    assert!(summary.is_some(), "{problems:#?}");
    assert!([".htaccess", "a.html", "b.svg", "c.php"].iter().all(|path| site.outputs().contains_key(*path)));
}

#[test]
fn drawings_are_looked_into() {
    for (body, hidden) in [("![x](map.svg)", false), ("[x](map.svg)", false), ("Nothing.", true)] {
        let site = site("", body);
        site.write("content/articles/map.svg", SHAPE);
        let (summary, problems) = site.try_build();
        assert!(summary.is_some() && problems.is_empty(), "{problems:#?}");
        for act in
            [SCRIPT, "<svg onload='x'/>", "<svg><a href='javascript:x'/></svg>", "<svg", "\u{FEFF}<svg><script/></svg>"]
        {
            site.write("content/articles/map.svg", act);
            let (summary, problems) = site.try_build();
            assert_eq!(summary.is_some(), hidden, "{act}: {problems:#?}");
            assert!(hidden || codes(&problems).iter().all(|code| *code == "active-asset"), "{act}: {problems:#?}");
            // The card is kept, and its problems with it.
            assert_eq!(site.try_build().0.is_some(), hidden, "{act}");
        }
        for odd in [b"\xFF\xFE<\0s\0v\0g\0".as_slice(), b"<svg>\xE9</svg>"] {
            site.write_bytes("content/articles/map.svg", odd);
            assert_eq!(site.try_build().0.is_some(), hidden || !odd.contains(&0));
        }
    }
    let site = site("", "![x](map.svg)");
    site.write("content/articles/map.svg", &SCRIPT.replace('\n', "\r\n"));
    let (_, problems) = site.try_build();
    let at = problems[0].at.as_ref().expect("it has a place");
    assert_eq!((&*at.file, at.range.end - at.range.start), ("content/articles/map.svg", "<script".len()));
    let ran = recto(site.root(), &["check"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(said.contains("map.svg:2:1") && said.contains("one.md:"), "{said}");
}

/// Fields of the site or of a text that may be printed as an address.
const FIELDS: [(&str, &str); 16] = [
    ("site.toml", "[extra]\ncontact = \"URL\"\n"),
    ("site.toml", "[extra]\na = { b = [\"x\", { c = \"URL\" }] }\n"),
    ("site.toml", "[topics]\nbar = [{ label = \"X\", url = \"URL\" }]\n"),
    ("article", "[original]\nurl = \"URL\"\n"),
    ("article", "[original]\narchive_url = \"URL\"\n"),
    ("article", "[extra]\nlink = \"URL\"\n"),
    ("article", "[extra.deep]\nlink = [\"URL\"]\n"),
    ("content/pages/p.md", "title = \"P\"\n[extra]\nlink = \"URL\"\n"),
    ("content/sources/the-harbour-gazette.md", "label = \"The Harbour Gazette\"\nurl = \"URL\"\n"),
    ("content/sources/the-harbour-gazette.md", "label = \"The Harbour Gazette\"\n[extra]\nlink = \"URL\"\n"),
    ("content/translators/a-person.md", "label = \"A. Person\"\nurl = \"URL\"\n"),
    ("content/translators/a-person.md", "label = \"A. Person\"\n[extra]\nlink = \"URL\"\n"),
    ("content/tags/x.md", "label = \"X\"\nurl = \"URL\"\n"),
    ("content/sections/world.md", "label = \"World\"\nurl = \"URL\"\n"),
    ("content/sections/world.md", "label = \"World\"\n[extra]\nlink = \"URL\"\n"),
    ("article", "[rights]\ntranslation = \"URL\"\n"),
];

/// A site with an address in one of the fields. The theme prints `extra` as links.
fn with(field: (&str, &str), url: &str) -> Site {
    let escaped: String = url.chars().map(|c| format!("\\U{:08X}", c as u32)).collect();
    let text = field.1.replace("URL", &escaped);
    let (config, more) = match field.0 {
        "site.toml" => (&*text, ""),
        "article" => ("", &*text),
        _ => ("", ""),
    };
    let site = Site::new(&format!("{SITE_TOML}{config}"));
    site.write("content/articles/one.md", &article("One", "2024-05-06", more, "Body."));
    if field.0.starts_with("content/") {
        site.write(field.0, &format!("+++\n{text}+++\n\nBody.\n"));
    }
    site
}

#[test]
fn no_address_acts_wherever_it_stands() {
    for field in FIELDS {
        for url in ["javascript:alert(1)", " java\tscript:alert(1)", "VBSCRIPT:x", "data:text/html,<script>x</script>"]
        {
            let site = with(field, url);
            let ran = recto(site.root(), &["build"]);
            // A rights statement that is not an address is printed as text.
            if field.1.starts_with("[rights]") {
                assert!(!site.output("2024/05/06/one/index.html").to_lowercase().contains("href=\"javascript"));
                continue;
            }
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert!(
                matches!(ran.status.code(), Some(1 | 3)) && said.contains("[invalid-url]"),
                "{field:?} {url}: {said}"
            );
        }
        for url in ["https://canary:canary@x.example/", "https://canary@x.example/"] {
            let site = with(field, url);
            let ran = recto(site.root(), &["check"]);
            let said = format!("{}{}", String::from_utf8_lossy(&ran.stderr), String::from_utf8_lossy(&ran.stdout));
            assert!(
                matches!(ran.status.code(), Some(1 | 3)) && said.contains("[secret-in-"),
                "{field:?} {url}: {said}"
            );
            assert!(!said.contains("canary"), "{field:?}: {said}");
        }
        let site = with(field, "https://x.example/a?b=c#d");
        let ran = recto(site.root(), &["build"]);
        assert_eq!(ran.status.code(), Some(0), "{field:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

/// Returns all addresses of a page.
fn addresses(html: &str) -> Vec<String> {
    let names = [" href=\"", " src=\"", " action=\"", " poster=\"", " srcset=\"", "url="];
    let after = |name: &&str| -> Vec<String> {
        html.match_indices(*name)
            .map(|(at, _)| html[at + name.len()..].split('"').next().unwrap_or_default().to_owned())
            .collect()
    };
    names.iter().flat_map(after).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if std::env::var_os("RECTO_SCRIPTS").is_some() { 600 } else { 30 }, failure_persistence: None, ..ProptestConfig::default() })]

    /// For any value, either the site is rejected or no page has an address that executes code.
    #[test]
    fn every_printed_address_is_harmless(
        field in prop::sample::select(FIELDS.to_vec()),
        scheme in prop::sample::select(vec!["javascript", "vbscript", "data", "https", "mailto", "feed:javascript", "Data"]),
        hidden in prop::collection::vec((0usize..12, prop::sample::select(vec!["\t", "\n", "\r", " ", "\u{ad}", "\u{200b}", "&Tab;", "%0a"])), 0..3),
        colon in prop::sample::select(vec![":", "&colon;", "&#58;", "%3A", "：", " :"]),
        rest in prop::sample::select(vec!["alert(1)", "//host/%0Aalert(1)", "text/html,x", "image/svg+xml,x", " Reuters, 2021", "/x"]),
    ) {
        let mut spelled: Vec<String> = scheme.chars().map(String::from).collect();
        for (at, what) in hidden {
            spelled.insert(at.min(spelled.len()), what.to_owned());
        }
        let url = format!("{}{colon}{rest}", spelled.concat());
        let site = with(field, &url);
        site.write("templates/partials/footer.html", "<a href=\"{{ site.extra.contact }}\">x</a>");
        let ran = recto(site.root(), &["build"]);
        if ran.status.code() != Some(0) {
            return Ok(());
        }
        for (path, bytes) in site.outputs().into_iter().filter(|(path, _)| path.ends_with(".html")) {
            for address in addresses(&String::from_utf8_lossy(&bytes)) {
                let plain = address.replace("&amp;", "&").replace("&#x2F;", "/").replace("&#39;", "'");
                let bare: String = plain.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
                let bare = bare.trim_start_matches(|c: char| c <= ' ').to_lowercase();
                for bad in ["javascript:", "vbscript:", "data:text/html", "data:image/svg"] {
                    prop_assert!(!bare.starts_with(bad), "{path}: {address:?} of {url:?} in {field:?}");
                }
            }
        }
    }
}

/// Bidirectional controls are reported in every field that may contain them.
#[test]
fn escaped_bidi_controls_are_named_everywhere() {
    let base = article("One", "2024-05-06", "MORE", "Body.");
    for (file, text) in [
        ("site.toml", "description = \"a\\u202Eb\"\n"),
        ("site.toml", "[extra]\nx = [\"a\\u2066b\"]\n"),
        ("site.toml", "[extra]\n\"a\\u2066b\" = 1\n"),
        ("site.toml", "[topics]\nbar = [{ label = \"a\\u202Eb\", url = \"/x/\" }]\n"),
        ("content/articles/one.md", "author = \"a\\u202Eb\""),
        ("content/articles/one.md", "summary = \"a\\u202Eb\""),
        ("content/articles/one.md", "tags = [\"a\\u202Eb\"]"),
        ("content/articles/one.md", "issue = \"a\\u202Db\""),
        ("content/articles/one.md", "[original]\ntitle = \"a\\u202Eb\""),
        ("content/articles/one.md", "[rights]\nnote = \"a\\u202Eb\""),
        ("content/articles/one.md", "[[corrections]]\ndate = 2024-05-07\nnote = \"a\\u202Eb\""),
        ("content/articles/one.md", "[extra]\nx = { y = \"a\\u202Eb\" }"),
        ("content/articles/one.ja.md", "+++\ntitle = \"a\\u202Eb\"\n+++\n"),
        ("content/articles/one.ja.md", "+++\ntitle = \"J\"\ntranslator = \"a\\u202Eb\"\n+++\n"),
        ("content/pages/p.md", "+++\ntitle = \"P\"\nsummary = \"a\\u202Eb\"\n+++\n"),
        ("content/sources/the-harbour-gazette.md", "+++\nnative = \"a\\u202Eb\"\n+++\n"),
        ("i18n/en.toml", "home = \"a\\u202Eb\"\n"),
    ] {
        let site = Site::new(&format!("{SITE_TOML}{}", if file == "site.toml" { text } else { "" }));
        let own = file == "content/articles/one.md";
        site.write("content/articles/one.md", &base.replace("MORE", if own { text } else { "" }));
        if !own && file != "site.toml" {
            site.write(file, text);
        }
        let problems = site.try_build().1;
        let named: Vec<_> = problems.iter().filter(|found| found.code == "bidi-control").collect();
        assert_eq!(named.len(), 1, "{file}: {text}: {problems:#?}");
        assert_eq!(
            (&*named[0].at.as_ref().expect("a place").file, named[0].severity),
            (file, Severity::Warning),
            "{text}"
        );
    }
}
