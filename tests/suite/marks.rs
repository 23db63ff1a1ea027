//! Marks, chosen ids and rubies on whole sites: what readers get, links to blocks, and moved anchors.

use std::fs;

use crate::support::{SITE_TOML, Site, article, recto};

fn check(site: &Site) -> String {
    String::from_utf8(recto(site.root(), &["check"]).stderr).expect("reports are UTF-8")
}

/// Returns the codes of a report.
fn codes(report: &str) -> Vec<&str> {
    let lines = report.lines().filter_map(|line| line.strip_prefix("warning[").or(line.strip_prefix("error[")));
    lines.filter_map(|line| line.split(']').next()).collect()
}

fn page(site: &Site) -> String {
    site.try_build();
    fs::read_to_string(site.root().join("public/2024/05/06/a/index.html")).expect("the page is there")
}

#[test]
fn readers_get_no_mark() {
    let site = Site::new(SITE_TOML);
    let body =
        "First. <!--^-->\n\nAdded. {+}\n\n## Part\n<!--+-->\n\n{漢字|かんじ} {#p2a}\n\n| a |\n|--|\n| b |\n{+}\n";
    site.write("content/articles/a.md", &article("A", "2024-05-06", "original.lang = \"ja\"", body));
    site.write("content/articles/a.ja.md", "+++\ntitle = \"題\"\n+++\n\n一。\n\n二。 <!--=-->\n\n三。 {-}\n");
    site.try_build();
    for (path, text) in site.outputs() {
        let text = String::from_utf8_lossy(&text);
        if path.ends_with(".html") || path.ends_with(".xml") || path.ends_with(".json") {
            let traces = ["<!--^", "<!--+", "<!--=", "{^}", "{+}", "{-}", "{#p", "#p2a}", "{漢"];
            assert!(traces.iter().all(|trace| !text.contains(trace)), "{path}: {text}");
        }
    }
    let page = page(&site);
    assert!(
        page.contains("id=\"p2a\"") && page.contains("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>"),
        "{page}"
    );
}

#[test]
fn marks_in_the_wrong_text_are_reported() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2024-05-06", "original.lang = \"ja\"", "^ {^}\n\nTwo. {-}\n"));
    site.write("content/articles/a.ja.md", "+++\ntitle = \"題\"\n+++\n\n一。 {+}\n\n二。\n");
    site.write("content/articles/b.md", &article("B", "2024-05-07", "", "One.\n\nTwo. {^}\n"));
    let report = check(&site);
    let of_marks = codes(&report).into_iter().filter(|code| *code == "misplaced-mark").count();
    assert_eq!(of_marks, 4, "{report}");
    for place in ["a.md:10:3", "a.md:12:6", "a.ja.md:5:4", "b.md:12:6"] {
        assert!(report.contains(&format!("{place}\n")), "{place}: {report}");
    }
}

#[test]
fn corrections_and_links_name_chosen_ids() {
    let site = Site::new(SITE_TOML);
    let more = "[[corrections]]\ndate = 2024-05-07\nnote = \"Wrong.\"\nparagraph = \"1a\"\n";
    let with = |paragraph: &str| {
        let more = more.replace("\"1a\"", paragraph);
        site.write("content/articles/a.md", &article("A", "2024-05-06", &more, "One.\n\nNew. {#p1a}\n\n[New](#p1a)\n"));
    };
    with("\"1a\"");
    assert_eq!(codes(&check(&site)), [""; 0]);
    assert!(page(&site).contains("href=\"#p1a\""));
    with("\"#p1b\"");
    let report = check(&site);
    assert!(codes(&report) == ["broken-link"] && report.contains("the text has no paragraph 1b"), "{report}");
    with("\"one\"");
    assert_eq!(codes(&check(&site)), ["wrong-type"]);
    with("\"1\"");
    assert!(check(&site).contains("write paragraph = 1, without quotes"));
}

#[test]
fn moved_anchors_are_reported_until_the_text_changes() {
    let site = Site::new(SITE_TOML);
    let write = |body: &str| site.write("content/articles/a.md", &article("A", "2024-05-06", "", body));
    write("One.\n\nTwo.\n");
    site.try_build();
    assert_eq!(codes(&check(&site)), [""; 0]);
    write("One.\n\nNew.\n\nTwo.\n");
    // Before the build, after it, and once more.
    let before = check(&site);
    assert_eq!(codes(&before), ["moved-anchor"]);
    assert!(before.contains("`<!--#p1a-->`"), "{before}");
    assert_eq!(check(&site), before);
    site.try_build();
    assert_eq!(check(&site), before);
    site.try_build();
    assert_eq!(check(&site), before);
    // The id is put back.
    write("One.\n\nNew. <!--#p1a-->\n\nTwo.\n");
    assert_eq!(codes(&check(&site)), [""; 0]);
    site.try_build();
    assert_eq!(codes(&check(&site)), [""; 0]);
    write("New. <!--#p1a-->\n\nTwo.\n");
    let report = check(&site);
    assert_eq!(codes(&report), ["moved-anchor", "bad-block-id"], "{report}");
}
