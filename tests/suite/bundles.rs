//! A text in a folder of its own, `NAME/index.md`, is the article `NAME`. A date at the start of a file's name is
//! the article's date.

use recto::base::diag::{Diagnostic, Diagnostics, Severity};

use crate::support::{SITE_TOML, Site, article, recto};

fn site(files: &[(&str, &str)]) -> Site {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/always.md", &article("Always", "2020-01-02", "", "Body."));
    for (path, text) in files {
        site.write(path, text);
    }
    site
}

fn text(more: &str, body: &str) -> String {
    article("A", "2021-03-24", more, body)
}

fn found(problems: &Diagnostics) -> Vec<(String, String)> {
    let place = |found: &Diagnostic| found.at.as_ref().map_or(String::new(), |at| at.file.to_string());
    problems.iter().map(|found| (found.code.to_string(), place(found))).collect()
}

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
const SIBLING: &str = "+++\ntitle = \"題\"\n+++\n\n文。![図](map.svg)\n";

#[test]
fn a_folder_is_an_article() {
    let site = site(&[
        ("content/articles/2021/ferry/index.md", &text("", "One. ![Map](map.svg) ![Far](../far.svg)")),
        ("content/articles/2021/ferry/index.ja.md", SIBLING),
        ("content/articles/2021/ferry/map.svg", SVG),
        ("content/articles/2021/far.svg", SVG),
    ]);
    let links =
        "[a](2021/ferry/index.md#p1) [b](2021/ferry/) [c](2021/ferry.md) [d](2021/ferry) [o](2021/ferry/index.ja.md)";
    site.write("content/articles/other.md", &text("", links)).build();
    let page = site.output("2021/03/24/ferry/index.html");
    assert!(page.contains("id=\"original\"") && page.contains("文。"));
    let outputs = site.outputs();
    assert!(outputs.contains_key("2021/03/24/ferry/map.svg") && outputs.contains_key("2021/03/24/ferry/far.svg"));
    let other = site.output("2021/03/24/other/index.html");
    let ferry = "/2021/03/24/ferry/";
    for (fragment, text) in [("#p1", "a"), ("", "b"), ("", "c"), ("", "d"), ("#original", "o")] {
        assert!(other.contains(&format!("<a href=\"{ferry}{fragment}\">{text}</a>")), "{text}: {other}");
    }
    assert!(recto(site.root(), &["check"]).status.success());
}

#[test]
fn texts_in_a_folder_link_from_there() {
    let site = site(&[
        (
            "content/articles/x/index.md",
            &text("", "[y](../y.md) [self](./) [sub](note.md) [p](../../pages/p/index.md)"),
        ),
        ("content/articles/x/note.md", &text("", "[up](index.md)")),
        ("content/articles/y.md", &text("", "[x](x/)")),
        ("content/pages/p/index.md", "+++\ntitle = \"P\"\n+++\n\n![m](m.svg) [s](../../sections/world/index.md)\n"),
        ("content/pages/p/m.svg", SVG),
        ("content/sections/world/index.md", "+++\nlabel = \"World\"\n+++\n\n![m](w.svg)\n"),
        ("content/sections/world/w.svg", SVG),
        ("content/tags/x/index.md", "+++\nlabel = \"X\"\n+++\n"),
    ]);
    site.build();
    let page = site.output("2021/03/24/x/index.html");
    for href in ["/2021/03/24/y/", "/2021/03/24/x/", "/2021/03/24/note/", "/p/"] {
        assert!(page.contains(&format!("href=\"{href}\">")), "{href}");
    }
    assert!(site.output("p/index.html").contains("href=\"/sections/world/\""));
    for path in ["p/m.svg", "sections/world/w.svg", "tags/x/index.html"] {
        assert!(site.outputs().contains_key(path), "{path}");
    }
}

/// Links by name alone are a habit from other programs. They work for texts with and without a folder.
#[test]
fn a_text_is_linked_by_its_name() {
    for file in ["x.md", "x/index.md"] {
        let links = "[a](x.md) [b](x/index.md) [c](x/) [d](x) [e](./x/) [f](x/#p1) [g](../pages/p/) [h](x#p1)";
        let site = site(&[
            (&format!("content/articles/{file}"), &text("", "Body.")),
            ("content/pages/p.md", "+++\ntitle = \"P\"\n+++\n\n[x](../articles/x/)\n"),
            ("content/articles/y.md", &text("", links)),
        ]);
        site.build();
        let page = site.output("2021/03/24/y/index.html");
        assert_eq!(page.matches("href=\"/2021/03/24/x/\">").count(), 5, "{page}");
        assert_eq!(page.matches("href=\"/2021/03/24/x/#p1\">").count(), 2, "{page}");
        assert!(page.contains("href=\"/p/\">"), "{page}");
        assert!(recto(site.root(), &["check"]).status.success());
        // A link to an article that is left out is reported as such.
        site.write("content/articles/y.md", &text("", "[c](x/) [z](z/)"));
        site.write(&format!("content/articles/{file}"), &text("draft = true", "Body."));
        let (_, problems) = site.try_build();
        let codes: Vec<&str> = problems.iter().map(|found| &*found.code).collect();
        assert!(codes.contains(&"unpublished-link") && codes.contains(&"missing-asset"), "{codes:?}");
        // If an article cannot be read, only that is reported, and not the links to it.
        site.write("content/articles/y.md", &text("", "[a](x.md) [b](x/index.md) [c](x/) [d](x)"));
        site.write(&format!("content/articles/{file}"), &text("genre = 5", "Body."));
        let (_, problems) = site.try_build();
        assert_eq!(found(&problems), [("wrong-type".to_owned(), format!("content/articles/{file}"))]);
    }
}

#[test]
fn a_name_is_taken_once() {
    let page = "+++\ntitle = \"P\"\n+++\n";
    for (first, second, text) in [
        ("content/articles/x.md", "content/articles/x/index.md", text("", "Body.")),
        ("content/pages/x.md", "content/pages/x/index.md", page.to_owned()),
        ("content/sections/world.md", "content/sections/world/index.md", "+++\nlabel = \"World\"\n+++\n".to_owned()),
        ("content/tags/t.md", "content/tags/t/index.md", "+++\nlabel = \"T\"\n+++\n".to_owned()),
    ] {
        let (summary, problems) = site(&[(first, &text), (second, &text)]).try_build();
        assert!(summary.is_none());
        assert_eq!(found(&problems), [("duplicate-file".to_owned(), second.to_owned())]);
        assert!(problems[0].message.contains(first), "{}", problems[0].message);
    }
    let (_, problems) = site(&[
        ("content/articles/x.md", &text("", "Body.")),
        ("content/articles/x.ja.md", SIBLING.split("![").next().expect("a start")),
        ("content/articles/x/index.ja.md", SIBLING.split("![").next().expect("a start")),
    ])
    .try_build();
    assert_eq!(found(&problems), [("duplicate-file".to_owned(), "content/articles/x/index.ja.md".to_owned())]);
}

#[test]
fn an_index_without_a_folder_says_what_to_do() {
    let text = text("", "Body.");
    for path in
        ["content/articles/index.md", "content/articles/index.ja.md", "content/pages/index.md", "content/tags/index.md"]
    {
        let (summary, problems) = site(&[(path, &text)]).try_build();
        assert!(summary.is_none());
        assert_eq!(found(&problems), [("bad-file-name".to_owned(), path.to_owned())]);
        assert!(problems[0].help.as_ref().is_some_and(|help| help.contains("/NAME/index.md")), "{problems:?}");
    }
    for (path, record) in [
        ("content/articles/_index.md", "content/sections/NAME.md"),
        ("content/articles/x/_index.md", "content/sections/NAME.md"),
        ("content/sections/world/asia/_index.md", "content/sections/world/asia.md"),
    ] {
        let (summary, problems) = site(&[(path, &text)]).try_build();
        assert!(summary.is_some());
        assert_eq!(found(&problems), [("stray-file".to_owned(), path.to_owned())]);
        assert!(problems[0].help.as_ref().is_some_and(|help| help.contains(record)), "{problems:?}");
    }
}

#[test]
fn a_day_in_the_name_is_no_part_of_the_slug() {
    let site = site(&[
        ("content/articles/2021-03-24-ministers-meet.md", &text("", "Body. [x](2021-03-24-port/)")),
        ("content/articles/2021-03-24-port/index.md", &text("", "Body.")),
        ("content/articles/2021-03-24-外相.md", &text("", "Body.")),
        ("content/articles/2021-03-24.md", &text("", "Body.")),
        ("content/articles/2020-01-01-told-by-its-slug.md", &text("slug = \"told\"", "Body.")),
        ("content/articles/2021_03_25_under.md", &text("", "Body.")),
        ("content/articles/２０２１-03-25-wide.md", &text("", "Body.")),
        ("content/articles/2021-03-24-2.md", &text("", "Body.")),
    ]);
    site.build();
    let outputs = site.outputs();
    let slugs =
        ["ministers-meet", "port", "外相", "2021-03-24", "told", "2021_03_25_under", "２０２１-03-25-wide", "2"];
    for slug in slugs {
        assert!(outputs.contains_key(&format!("2021/03/24/{slug}/index.html")), "{slug}: {:?}", outputs.keys());
    }
}

#[test]
fn a_day_in_the_name_agrees_with_the_date() {
    for (path, date) in [
        ("content/articles/2021-03-25-x.md", "2021-03-24"),
        ("content/articles/2021-03-25-x/index.md", "2021-03-24"),
        ("content/articles/2021-13-45-x.md", "2021-03-24"),
        ("content/articles/2021-03-25-x.md", "2021-03-24T23:30:00-09:00"),
    ] {
        let (summary, problems) = site(&[(path, &article("A", date, "", "Body."))]).try_build();
        assert!(summary.is_none());
        assert_eq!(found(&problems), [("name-date".to_owned(), path.to_owned())]);
    }
    // The civil day as it is written, in any zone.
    let text = article("A", "2021-03-25T23:30:00-09:00", "", "Body.");
    site(&[("content/articles/2021-03-25-x.md", &text)]).build();
}

#[test]
fn problems_name_the_real_file() {
    let site = site(&[
        ("content/articles/x/index.md", &text("draft = true", "Body.")),
        ("content/articles/unfinished/index.md", "+++\ndraft = true\n+++\n"),
        ("content/articles/y.md", &text("", "[x](x/) [y](x/index.md)")),
        ("content/pages/p/index.md", "+++\ntitle = \"P\"\ndraft = true\n+++\n"),
        ("content/articles/lost/index.ja.md", "+++\ntitle = \"題\"\n+++\n"),
    ]);
    let (summary, problems) = site.try_build();
    let summary = summary.expect("warnings alone");
    let left: Vec<&str> = summary.skipped.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(left, ["articles/unfinished/index", "articles/x/index", "pages/p/index"]);
    assert!(problems.iter().all(|found| found.severity == Severity::Warning), "{problems:#?}");
    let codes = |code: &str| problems.iter().filter(|found| found.code == code).count();
    assert_eq!(codes("unpublished-link"), 2);
    let orphan = problems.iter().find(|found| found.code == "orphan-sibling").expect("an orphan");
    assert!(orphan.message.contains("content/articles/lost/index.md"), "{}", orphan.message);
    // With drafts included, they have their addresses.
    let options = recto::engine::site::LoadOptions { drafts: true, ..site.options() };
    site.write("content/articles/unfinished/index.md", &text("draft = true", "Body."));
    site.build_with(&options).0.expect("it builds");
    assert!(site.outputs().contains_key("2021/03/24/x/index.html") && site.outputs().contains_key("p/index.html"));
    // A link that is nearly right gets the correct file as a suggestion.
    site.write("content/articles/x/index.md", &text("", "Body."))
        .write("content/articles/y.md", &text("", "[x](xx/index.md)"));
    let (_, problems) = site.try_build();
    let help: Vec<&str> = problems.iter().filter_map(|found| found.help.as_deref()).collect();
    assert!(help.iter().any(|help| help.contains("content/articles/x/index.md")), "{problems:#?}");
}

#[test]
fn a_day_that_is_none_is_never_asked_for() {
    for name in ["2021-02-30-ferry.md", "2021-13-01-ferry/index.md", "0000-00-00-ferry.md"] {
        let site = site(&[(&format!("content/articles/{name}"), &text("", ""))]);
        let ran = recto(site.root(), &["check"]);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(said.contains("error[name-date]") && said.contains("which is not a date"), "{said}");
        assert!(said.contains("begins with 2021-03-24"), "{said}");
    }
}

#[test]
fn an_index_in_capitals_is_no_article_of_that_name() {
    let files =
        ["articles/ferry/Index.md", "articles/ferry/INDEX.ja.md", "pages/about/Index.md", "sections/world/Index.md"];
    for file in files {
        let site = site(&[(&format!("content/{file}"), &text("", ""))]);
        let ran = recto(site.root(), &["check"]);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(1), "{said}");
        assert!(said.contains("error[bad-file-name]") && said.contains("rename it to `index."), "{said}");
    }
}
