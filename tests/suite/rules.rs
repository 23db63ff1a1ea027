//! Rules of reports and of stopping a deploy: severities, links, one message for one cause, emptied sites.

use recto::base::diag::{Diagnostics, Severity};
use recto::base::problem::codes::CODES;
use recto::base::severity::{FREE, LOSS, SAFETY};

use crate::support::{SITE_TOML, Site, article, project, recto};

/// A site with an article that has this body.
fn site(check: &str, body: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{check}"));
    site.write("content/articles/a.md", &article("A", "2024-05-06", "", body));
    site
}

/// Returns the codes of problems, with errors marked.
fn codes(problems: &Diagnostics) -> Vec<String> {
    let mark = |severity| if severity == Severity::Error { "!" } else { "" };
    problems.iter().map(|found| format!("{}{}", found.code, mark(found.severity))).collect()
}

/// Runs `recto check`. Returns its codes, with errors marked, and the exit code.
fn check(site: &Site, more: &[&str]) -> (Vec<String>, i32) {
    let ran = recto(site.root(), &[&["check", "--format", "json"], more].concat());
    let lines = String::from_utf8(ran.stdout).expect("JSON is UTF-8");
    let lines = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let code = |line: serde_json::Value| {
        let mark = if line["severity"] == "error" { "!" } else { "" };
        (line["type"] == "problem").then(|| format!("{}{mark}", word(&line["code"])))
    };
    (lines.filter_map(code).collect(), ran.status.code().expect("the program is not killed"))
}

const BROKEN: &str = "See [it](there.md), [this](#nowhere), [that](/gone/) and [these](b.md#p9).\n\n\
                      ![The &quay](quay.png) and ![](gone.jpg)";

fn broken(check: &str) -> Site {
    let site = site(check, BROKEN);
    site.write("content/articles/b.md", &article("B", "2024-05-07", "", "Body."));
    site
}

#[test]
fn links_that_lead_nowhere_stop_no_publication() {
    let site = broken("");
    let (summary, problems) = site.try_build();
    let wanted = ["broken-link", "broken-link", "broken-link", "broken-link", "missing-asset", "missing-asset"]
        .map(str::to_owned);
    assert_eq!(codes(&problems), wanted);
    assert_eq!(summary.expect("it is built").articles, 2);
    let page = site.output("2024/05/06/a/index.html");
    assert!(page.contains("See it, <a href=\"#nowhere\">this</a>"), "{page}");
    assert!(page.contains("The &amp;quay and ") && !page.contains("quay.png") && !page.contains("gone.jpg"), "{page}");
    let (found, code) = check(&site, &[]);
    assert_eq!((found, code), (wanted.map(|code| format!("{code}!")).to_vec(), 1));
    for (table, built, checked) in [
        ("[check]\nlinks = \"error\"\n", false, 1),
        ("[check]\nlinks = \"warning\"\n", true, 0),
        ("[check]\nlinks = \"off\"\n", true, 0),
        ("[check]\nlinks = \"error\"\nbroken-link = \"off\"\nmissing-asset = \"warning\"\n", true, 0),
    ] {
        let site = broken(table);
        assert_eq!(site.try_build().0.is_some(), built, "{table}");
        assert_eq!(check(&site, &[]).1, checked, "{table}");
    }
    let strict = recto(broken("").root(), &["build", "--strict"]);
    assert_eq!(strict.status.code(), Some(1));
}

#[test]
fn when_the_target_appears_the_page_is_made_anew() {
    let site = broken("");
    site.try_build();
    site.write("content/articles/there.md", &article("There", "2024-05-08", "", "Body."));
    site.write_bytes("content/articles/quay.png", &super::support::png());
    let (summary, problems) = site.try_build();
    assert_eq!(codes(&problems).iter().filter(|code| *code == "missing-asset").count(), 1);
    let rendered = summary.expect("it is built").reasons;
    assert!(rendered.iter().any(|(path, _)| path == "2024/05/06/a/index.html"), "{rendered:?}");
    let page = site.output("2024/05/06/a/index.html");
    assert!(page.contains("<a href=\"/2024/05/08/there/\">it</a>") && page.contains("src=\"/2024/05/06/a/quay.png\""));
    // A text gets the id that a link needs, and loses it.
    let nine: Vec<String> = (1..=9).map(|n| format!("Block {n}.")).collect();
    site.write("content/articles/b.md", &article("B", "2024-05-07", "", &nine.join("\n\n")));
    let (_, problems) = site.try_build();
    assert_eq!(problems.iter().filter(|found| found.message.contains("b.md#p9")).count(), 0);
    site.write("content/articles/b.md", &article("B", "2024-05-07", "", &nine[1..].join("\n\n")));
    let (_, problems) = site.try_build();
    assert_eq!(problems.iter().filter(|found| found.message.contains("b.md#p9")).count(), 1);
}

#[test]
fn another_severity_makes_no_page_anew_and_holds_at_once() {
    let body = "![](quay.png) <br>";
    let site = site("", body);
    site.write_bytes("content/articles/quay.png", &super::support::png());
    let (_, problems) = site.try_build();
    assert_eq!(codes(&problems), ["missing-alt", "escaped-html"]);
    for (table, wanted) in [
        ("[check]\nmissing-alt = \"off\"\n", Some(&["escaped-html"][..])),
        ("[check]\nmissing-alt = \"error\"\n", None),
        ("[check]\nmissing-alt = \"off\"\nescaped-html = \"off\"\n", Some(&[])),
        ("", Some(&["missing-alt", "escaped-html"])),
    ] {
        site.write("site.toml", &format!("{SITE_TOML}{table}"));
        for _ in 0..2 {
            let (summary, problems) = site.try_build();
            match (summary, wanted) {
                (Some(summary), Some(wanted)) => {
                    assert_eq!((summary.rendered, summary.changes.len()), (0, 0), "{table}");
                    assert_eq!(codes(&problems), wanted, "{table}");
                }
                (summary, wanted) => {
                    assert!(summary.is_none() && wanted.is_none(), "{table}");
                    assert_eq!(codes(&problems), ["missing-alt!", "escaped-html"], "{table}");
                }
            }
        }
        let (found, code) = check(&site, &[]);
        let errors = found.iter().any(|code| code.ends_with('!'));
        assert_eq!(i32::from(errors), code, "{table}");
        assert_eq!(code, i32::from(!table.contains("off")), "{table}");
    }
}

#[test]
fn check_is_never_milder_than_build() {
    let site = broken("[check]\nunused-footnote = \"error\"\n");
    site.write("content/articles/c.md", &article("C", "2024-05-06", "colour = 1", "<b>x</b> ![](a b)\n\n[^1]: Note."));
    site.write("content/articles/d.ja.md", "+++\ntitle = \"D\"\n+++\n");
    let (summary, built) = site.try_build();
    assert!(summary.is_none());
    let (checked, _) = check(&site, &[]);
    for code in codes(&built) {
        let worse = format!("{code}!");
        assert!(checked.contains(&code) || checked.contains(&worse), "{code} is not in {checked:?}");
    }
}

#[test]
fn one_cause_has_one_message() {
    let link = "See [it](bad.md), [it](bad.ja.md#p1), [it](/2024/05/06/bad/) and [her](../pages/about.md).";
    for (file, text, code) in [
        ("content/articles/bad.md", "No front matter.\n\n![A map](map.svg)\n".to_owned(), "no-front-matter!"),
        ("content/articles/bad.md", article("Bad", "2024-13-06", "", "![A map](map.svg)"), "invalid-date!"),
        ("content/articles/bad.md", article("Bad", "2024-05-06", "", "").replace("title", "titel"), "missing-key!"),
        ("content/articles/bad.md", article("Bad", "2024-05-06", "", "").replace("World", "!!!"), "bad-term!"),
    ] {
        let site = site("", link);
        site.write("content/articles/bad.ja.md", "+++\ntitle = \"題\"\n+++\n\n本文。\n");
        site.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n");
        if text.contains("map.svg") {
            site.write("content/articles/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"/>");
        }
        site.write(file, &text);
        let (_, built) = site.try_build();
        let (mut checked, exit) = check(&site, &[]);
        // The suggestion for `titel` is a separate problem.
        let of_build: Vec<String> = codes(&built).into_iter().filter(|code| code != "unknown-key").collect();
        checked.retain(|code| code != "unknown-key");
        assert_eq!((of_build, checked, exit), (vec![code.to_owned()], vec![code.to_owned()], 1), "{text}");
    }
    // A page, a record and a sibling that cannot be read.
    let site = site("", "See [her](../pages/about.md), [them](../tags/trade.md) and [it](two.ja.md).");
    site.write("content/pages/about.md", "+++\n+++\n").write("content/tags/trade.md", "+++\nlabel = 7\nx\n+++\n");
    let two = article("Two", "2024-05-07", "original = { lang = \"ja\" }", "Body.");
    site.write("content/articles/two.md", &two).write("content/articles/two.ja.md", "Nothing.\n");
    site.write("content/articles/two.fr.md", "+++\ntitle = \"Deux\"\n+++\n");
    let wanted = ["no-front-matter!", "missing-key!", "invalid-toml!"];
    assert_eq!(
        (codes(&site.try_build().1), check(&site, &[]).0),
        (wanted.map(String::from).to_vec(), wanted.map(String::from).to_vec())
    );
}

#[test]
fn an_article_whose_name_ends_in_a_language_is_one_error() {
    let site = site("", "See [it](interview.abe.md).");
    let own = "colour = 1";
    site.write("content/articles/interview.abe.md", &article("Interview", "2024-05-06", own, "[x](none.md)"));
    site.write("content/articles/interview.abe.ja.md", "+++\ntitle = \"題\"\n+++\n");
    let (summary, problems) = site.try_build();
    assert!(summary.is_none());
    assert_eq!(codes(&problems), ["misnamed-article!"]);
    let help = problems[0].help.as_deref().unwrap_or_default();
    assert!(help.contains("rename it to content/articles/interview-abe.md"), "{help}");
    assert_eq!(check(&site, &[]).0, ["misnamed-article!"]);
    // A text in another language is still an orphan.
    site.write("content/articles/interview.abe.md", "+++\ntitle = \"X\"\n+++\n");
    let (summary, problems) = site.try_build();
    assert_eq!(codes(&problems), ["broken-link", "orphan-sibling", "orphan-sibling"]);
    assert_eq!(summary.expect("it is built").orphans.len(), 2);
}

#[test]
fn a_site_without_an_article_says_so() {
    let said = |site: &Site, args: &[&str]| {
        let ran = recto(site.root(), args);
        (String::from_utf8(ran.stderr).expect("UTF-8"), ran.status.code())
    };
    let site = Site::new(SITE_TOML);
    for command in ["check", "build"] {
        let (text, code) = said(&site, &[command]);
        assert!(code == Some(0) && text.contains("content/ is missing or empty"), "{text}");
    }
    // Content in a wrong folder is not the same as no content.
    for file in ["content/_index.md", "content/posts/a.md", "content/Articles/a.md"] {
        let strayed = Site::new(SITE_TOML);
        strayed.write(file, &article("A", "2024-05-06", "", "Body."));
        for command in ["check", "build", "build"] {
            let (text, _) = said(&strayed, &[command]);
            assert!(text.contains("no-articles") && !text.contains("missing or empty"), "{file}: {text}");
        }
    }
    site.write("content/articles/a.md", &article("A", "2024-05-06", "", "Body."));
    site.write("content/articles/b.md", &article("B", "2024-05-06", "draft = true", "Body."));
    let early = ["--now", "1970-01-01"];
    for command in ["check", "build"] {
        let (text, code) = said(&site, &[&[command][..], &early].concat());
        for part in ["warning[no-articles]", "(1 draft, 1 future)", "1970-01-01", "SOURCE_DATE_EPOCH", "-F includes"] {
            assert!(code == Some(0) && text.contains(part), "{part}: {text}");
        }
        assert_eq!(said(&site, &[&[command, "--strict"][..], &early].concat()).1, Some(1));
    }
    // The date is that of this run, even if nothing else has changed.
    let (text, _) = said(&site, &["build", "--now", "1999-09-09"]);
    assert!(text.contains("the date of the build is 1999-09-09") && text.contains("0 rendered"), "{text}");
    let (text, _) = said(&site, &["build"]);
    assert!(!text.contains("no-articles"), "{text}");
    // If something could not be read, do not report that there is no content.
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", "Nothing.\n");
    assert_eq!(codes(&site.try_build().1), ["no-front-matter!"]);
}

#[test]
fn the_manual_names_every_code_that_can_be_chosen() {
    let manual =
        std::fs::read_to_string(project().join("docs/src/reference/diagnostics.md")).expect("the manual can be read");
    for (row, codes) in [
        ("| may be `\"error\"`, `\"warning\"` or `\"off\"` |", FREE),
        ("| only `\"error\"`: they keep out", SAFETY),
        ("| only `\"error\"`: a file would be lost |", LOSS),
    ] {
        let line = manual.lines().find(|line| line.starts_with(row)).unwrap_or_else(|| panic!("no row {row}"));
        let named =
            line.rsplit_once("| `").map_or("", |(_, named)| named).split('`').filter(|word| CODES.contains(word));
        assert_eq!(named.collect::<Vec<_>>(), codes, "{row}");
    }
}

/// An unknown language has no strings, which is not a second problem. Of many missing strings only a dozen are
/// listed.
#[test]
fn missing_strings_are_said_once_and_in_short() {
    let said = |language: &str| {
        let site = Site::new(&format!("language = \"{language}\"\n{SITE_TOML}"));
        site.write("content/articles/a.md", &article("A", "2024-05-06", "", "Body."));
        String::from_utf8(recto(site.root(), &["check"]).stderr).expect("UTF-8")
    };
    let text = said("jp");
    assert!(text.contains("unknown-language") && !text.contains("untranslated-strings"), "{text}");
    let text = said("th");
    let note = text.lines().find(|line| line.contains("note: ")).expect("what is missing");
    assert!(note.contains(" more") && note.len() < 300, "{note}");
}

/// `list` shows the file and the title of a draft in a bundle, and only the file if it is unfinished.
#[test]
fn drafts_in_bundles_are_listed() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/whole/index.md", &article("Whole", "2024-05-06", "draft = true", "Body."));
    site.write("content/articles/begun/index.md", "+++\ntitle = \"Begun\"\ndraft = true\n+++\n");
    let text = String::from_utf8(recto(site.root(), &["list", "drafts"]).stdout).expect("UTF-8");
    assert!(text.contains("content/articles/whole/index.md  Whole"), "{text}");
    assert!(text.contains("content/articles/begun/index.md"), "{text}");
}

/// `--only` accepts several codes as they are copied from a report.
#[test]
fn only_takes_codes_as_they_are_copied() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2024-05-06", "colour = 1", "[x](no.md) ![p](no.png)"));
    let ran = recto(site.root(), &["check", "--only", "Broken-Link,warning[unknown-key]"]);
    let text = String::from_utf8(ran.stderr).expect("UTF-8");
    assert!(text.contains("[broken-link]") && text.contains("[unknown-key]"), "{text}");
    assert!(!text.contains("[missing-asset]") && ran.status.code() == Some(1), "{text}");
}

/// `init` accepts the same language tags and time zones as `check`.
#[test]
fn init_asks_about_odd_languages_and_zones() {
    let empty = Site::new(SITE_TOML);
    for (option, value, meant) in
        [("--language", "jp", "ja"), ("--language", "en_US", "en-US"), ("--timezone", "JST", "Asia/Tokyo")]
    {
        let ran = recto(empty.root(), &["init", "new", option, value]);
        let text = String::from_utf8(ran.stderr).expect("UTF-8");
        assert!(ran.status.code() == Some(2) && text.contains(&format!("did you mean `{meant}`?")), "{value}: {text}");
    }
}
