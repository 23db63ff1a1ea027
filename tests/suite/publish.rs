//! `[original] publish`: no byte of an original that must not be printed reaches any output.

use crate::support::{SITE_TOML, Site, article};

/// Words that only the sibling contains, by their place in it.
const TITLE: [&str; 2] = ["Quokkatitle", "鳳凰標題"];
const AUTHOR: [&str; 2] = ["Zephyrauthor", "鷺沼筆者"];
const FIRST: [&str; 2] = ["Opalfirst", "翡翠段落"];
const REST: [&str; 4] = ["Umberrest", "琥珀後段", "Cobaltnote", "Sienna-alt"];

/// A site with an original of canary words. `site_toml` is added to `site.toml`, `original` to the article.
fn site(site_toml: &str, original: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{site_toml}"));
    let more = format!("tags = [\"x\"]\n{original}");
    site.write(
        "content/articles/a.md",
        &article("Plain title", "2024-05-06", &more, "Plain body.\n\nIts second block."),
    );
    site.write("content/articles/b.md", &article("Neighbour", "2024-05-07", "tags = [\"x\"]", "See [it](a.md)."));
    let sibling = format!(
        "+++\ntitle = \"{} {}\"\nauthor = [\"{}\", \"{}\"]\nsummary = \"Ochresummary\"\n+++\n\n\
         **{}** {}、と述べた。\n\n{} {}[^n]\n\n![{}](figure.svg)\n\n[^n]: {}\n",
        TITLE[0], TITLE[1], AUTHOR[0], AUTHOR[1], FIRST[0], FIRST[1], REST[0], REST[1], REST[3], REST[2]
    );
    site.write("content/articles/a.ja.md", &sibling)
        .write("content/articles/figure.svg", "<svg id=\"Vermilionasset\"/>");
    site
}

/// Returns the outputs that contain a word in UTF-8, as an entity, percent-encoded or as a JSON escape, or in their
/// names.
fn leaks(site: &Site, word: &str) -> Vec<String> {
    let percent: String =
        word.bytes().map(|b| if b.is_ascii() { (b as char).to_string() } else { format!("%{b:02X}") }).collect();
    let written = |form: &dyn Fn(char) -> String| -> String {
        word.chars().map(|c| if c.is_ascii() { c.to_string() } else { form(c) }).collect()
    };
    let forms = [
        word.to_owned(),
        percent,
        written(&|c| format!("\\u{:04x}", c as u32)),
        written(&|c| format!("&#x{:x};", c as u32)),
        written(&|c| format!("&#{};", c as u32)),
    ];
    let folded: Vec<String> = forms.iter().map(|f| f.to_lowercase()).collect();
    let found = site.outputs().into_iter().filter(|(path, bytes)| {
        let text = format!("{path}\n{}", String::from_utf8_lossy(bytes)).to_lowercase();
        folded.iter().any(|form| text.contains(form.as_str()))
    });
    found.map(|(path, _)| path).collect()
}

fn none(site: &Site, words: &[&str]) {
    for word in words {
        assert_eq!(leaks(site, word), Vec::<String>::new(), "{word}");
    }
}

fn some(site: &Site, words: &[&str]) {
    for word in words {
        assert_eq!(leaks(site, word), ["2024/05/06/a/index.html"], "{word}");
    }
}

/// Checks that nothing of the sibling is printed in any mode of the site.
fn nothing_printed(site: &Site) {
    none(site, &TITLE);
    none(site, &AUTHOR);
    none(site, &FIRST);
    none(site, &REST);
    none(site, &["Ochresummary", "Vermilionasset", "figure.svg"]);
}

#[test]
fn full_prints_all() {
    let site = site("", "");
    site.build();
    some(&site, &TITLE);
    some(&site, &AUTHOR);
    some(&site, &FIRST);
    some(&site, &REST);
    assert!(site.outputs().contains_key("2024/05/06/a/figure.svg"));
}

#[test]
fn none_prints_nothing() {
    let site = site("", "[original]\npublish = \"none\"");
    site.build();
    nothing_printed(&site);
}

#[test]
fn none_prints_what_the_article_itself_says() {
    let site = site("", "[original]\npublish = \"none\"\ntitle = \"Saidtitle\"\nurl = \"https://said.example/1\"");
    site.build();
    nothing_printed(&site);
    assert!(!leaks(&site, "Saidtitle").is_empty());
    assert!(!leaks(&site, "https://said.example/1").is_empty());
}

#[test]
fn the_sites_default_is_kept() {
    let hidden = site("[original]\npublish = \"none\"\n", "");
    hidden.build();
    nothing_printed(&hidden);
    let hidden = site("[original]\npublish = \"none\"\n", "[original]\nlang = \"ja\"");
    hidden.build();
    nothing_printed(&hidden);
    // The article's setting overrides the site's, both ways.
    let shown = site("[original]\npublish = \"none\"\n", "[original]\npublish = \"full\"");
    shown.build();
    some(&shown, &FIRST);
    let hidden = site("[original]\npublish = \"full\"\n", "[original]\npublish = \"none\"");
    hidden.build();
    nothing_printed(&hidden);
}

#[test]
fn none_prints_nothing_in_any_mode() {
    for more in [
        "[permalinks]\nstyle = \"file\"\n",
        "[assets]\nnames = \"hashed\"\n",
        "[markdown]\nhtml = \"allow\"\n",
        "[pagination]\nper_page = 1\n",
    ] {
        let site = site(more, "[original]\npublish = \"none\"");
        site.build();
        nothing_printed(&site);
    }
}

#[test]
fn an_excerpt_is_the_first_block() {
    for (site_toml, original) in
        [("", "[original]\npublish = \"excerpt\""), ("[original]\npublish = \"excerpt\"\n", "")]
    {
        let site = site(site_toml, original);
        site.build();
        some(&site, &TITLE);
        some(&site, &FIRST);
        none(&site, &REST);
        none(&site, &["Vermilionasset", "figure.svg", "Ochresummary"]);
    }
}

#[test]
fn an_excerpt_has_at_most_200_characters() {
    let site = site("", "[original]\npublish = \"excerpt\"");
    let body = format!("{}{}", "段".repeat(200), "尾");
    site.write("content/articles/a.ja.md", &format!("+++\ntitle = \"題\"\n+++\n\n{body}\n"));
    site.build();
    let page = site.output("2024/05/06/a/index.html");
    let count = page.matches('段').count();
    assert!((1..=200).contains(&count) && !page.contains('尾'), "{count}");
}

#[test]
fn a_changed_mind_takes_the_words_back() {
    let site = site("", "");
    site.build();
    assert!(!leaks(&site, FIRST[1]).is_empty());
    let more = "tags = [\"x\"]\n[original]\npublish = \"none\"";
    site.write("content/articles/a.md", &article("Plain title", "2024-05-06", more, "Plain body."));
    site.build();
    nothing_printed(&site);
}
