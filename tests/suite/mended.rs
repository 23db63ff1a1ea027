//! Regression tests for bugs that were found by reading and trying, each with the smallest site that showed it.

use std::fs;

use recto::base::diag::Diagnostics;
use recto::engine::build::{self, Build, BuildEnd};
use recto::engine::examine;
use recto::engine::write::{FolderClaim, OutputRefusal, OutputWriter};

use crate::support::{SITE_TOML, Site, article, recto};

fn site(files: &[(&str, &str)]) -> Site {
    let site = Site::new(SITE_TOML);
    files.iter().for_each(|(path, text)| {
        site.write(path, text);
    });
    site
}

fn codes(problems: &Diagnostics) -> Vec<&str> {
    problems.iter().map(|p| &*p.code).collect()
}

fn all(site: &Site) -> String {
    let outputs = site.outputs().into_iter();
    outputs.map(|(path, bytes)| format!("{path}\n{}\n", String::from_utf8_lossy(&bytes))).collect()
}

/// A lone sibling whose tag differs from `[original]` was published as a further translation.
#[test]
fn a_lone_sibling_is_the_original_whatever_its_tag() {
    for (lang, file) in [("zh-Hans", "zh"), ("ja-JP", "ja"), ("ko", "ja")] {
        let hidden = format!("[original]\nlang = {lang:?}\npublish = \"none\"");
        let site = site(&[("content/articles/a.md", &article("A", "2021-03-24", &hidden, "Body."))]);
        site.write(&format!("content/articles/a.{file}.md"), "+++\ntitle = \"秘題\"\n+++\n\n秘文である。\n");
        let (summary, problems) = site.try_build();
        assert!(summary.is_some(), "{problems:?}");
        assert_eq!(codes(&problems), ["original-language"]);
        let all = all(&site);
        assert!(!all.contains("秘題") && !all.contains("秘文"), "{lang} beside {file}");
    }
}

/// With several siblings, none is guessed to be the original: a guess could print one that must not be printed.
#[test]
fn several_siblings_and_none_of_the_language_named() {
    let hidden = "[original]\nlang = \"ko\"\npublish = \"none\"";
    let site = site(&[("content/articles/a.md", &article("A", "2021-03-24", hidden, "Body."))]);
    for lang in ["ja", "zh"] {
        site.write(&format!("content/articles/a.{lang}.md"), "+++\ntitle = \"秘題\"\n+++\n\n秘文。\n");
    }
    let (summary, problems) = site.try_build();
    assert!(summary.is_none());
    assert_eq!(codes(&problems), ["ambiguous-original"]);
}

/// Lists of blanks made an article vanish silently; a section of slashes alone caused a panic.
#[test]
fn blank_terms_are_named() {
    let front = |source: &str, translator: &str, section: &str| {
        format!(
            "+++\ntitle = \"A\"\ndate = 2021-03-24\nsource = {source}\ntranslator = {translator}\nsection = {section}\n+++\n"
        )
    };
    let cases = [
        (front("[\"\"]", "\"T\"", "\"World\""), "empty-value"),
        (front("\"S\"", "[\" \"]", "\"World\""), "empty-value"),
        (front("\"S\"", "\"T\"", "[\"\", \"\"]"), "empty-value"),
        (front("\"S\"", "\"T\"", "\"/\""), "bad-term"),
    ];
    for (text, code) in cases {
        let (summary, problems) = site(&[("content/articles/a.md", &text)]).try_build();
        assert!(summary.is_none() && codes(&problems).contains(&code), "{text}: {problems:?}");
    }
}

/// Two builds into one folder shared a staging folder.
#[test]
fn one_build_at_a_time_in_a_folder() {
    let site = site(&[("content/articles/a.md", &article("A", "2021-03-24", "", "Body."))]);
    site.build();
    let output = site.root().join("public");
    let claim = FolderClaim { adopt: true, ..FolderClaim::default() };
    let (_target, lock) = OutputWriter::open(&output, site.root(), &claim).unwrap_or_else(|e| panic!("{e}"));
    let build = Build { output: output.clone(), strict: false, verify: false, explain: true, adopt: false };
    let report = build::build(&site.options(), &build).unwrap_or_else(|e| panic!("{e}"));
    assert!(matches!(report.end, BuildEnd::Refused(OutputRefusal::Busy(..))));
    drop(lock);
    site.build();
}

/// `..` after a folder that does not exist led into the sources.
#[test]
fn an_output_path_is_resolved_before_it_is_judged() {
    let site = site(&[("content/articles/a.md", &article("A", "2021-03-24", "", "Body."))]);
    let ran = recto(site.root(), &["build", "-o", "nn/../content/zz"]);
    assert_eq!(ran.status.code(), Some(4), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(!site.root().join("content/zz").exists());
}

/// A file with one of Recto's own names in `static/` overwrote the manifest.
#[test]
fn names_of_our_own_are_no_outputs() {
    for path in ["static/.recto-manifest", "static/.recto-staging/0"] {
        let (summary, problems) = site(&[(path, "x")]).try_build();
        assert!(summary.is_some());
        assert_eq!(codes(&problems), ["no-articles", "left-out"], "{path}");
    }
}

/// Links as people type them did not find decomposed file names, which archives from a Mac have.
#[test]
fn decomposed_file_names_are_found() {
    let link = article("A", "2021-03-24", "", "[x](e\u{301}te\u{301}.md) and [y](\u{e9}t\u{e9}.md) ![m](\u{e9}.svg)");
    let site = site(&[("content/articles/a.md", &link)]);
    site.write("content/articles/e\u{301}te\u{301}.md", &article("B", "2021-03-24", "", "Body."));
    site.write("content/articles/e\u{301}.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.build();
    let page = site.output("2021/03/24/a/index.html");
    for text in ["x", "y"] {
        assert!(page.contains(&format!("<a href=\"/2021/03/24/%C3%A9t%C3%A9/\">{text}</a>")), "{text}");
    }
    assert!(site.outputs().contains_key("2021/03/24/a/\u{e9}.svg"));
}

/// `X.MD` was taken for an asset; a draft page was left out without being counted.
#[test]
fn nothing_is_left_out_in_silence() {
    let text = article("A", "2021-03-24", "", "Body.");
    let (_, problems) = site(&[("content/articles/A.MD", &text)]).try_build();
    assert_eq!(codes(&problems), ["no-articles", "stray-file"]);
    let summary = site(&[("content/pages/p.md", "+++\ntitle = \"P\"\ndraft = true\n+++\n")]).try_build().0;
    let summary = summary.expect("a site without an article is one");
    assert_eq!(summary.skipped.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["pages/p"]);
}

/// Windows line ends and byte order marks reached the output, or broke templates.
#[test]
fn a_windows_checkout_makes_the_same_site() {
    let front = "summary = \"\"\"\nTwo\nlines\"\"\"";
    let text = article("A", "2021-03-24", front, "One\ntwo\n\n```\ncode\nmore\n```");
    let template = "{% extends \"themes/default/article.html\" %}\n{% block after %}\n<p>x</p>\n{% endblock after %}\n";
    let unix = site(&[("content/articles/a.md", &text), ("templates/article.html", template)]);
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let other = site(&[("content/articles/a.md", &windows(&text)), ("templates/article.html", &windows(template))]);
    unix.build();
    other.build();
    assert!(unix.outputs() == other.outputs());
}

/// In file style a root-relative link led to a folder that does not exist; fragments of assets and originals were
/// lost.
#[test]
fn links_keep_what_they_mean() {
    let config = format!("{SITE_TOML}[permalinks]\nstyle = \"file\"\n");
    let body = "[t](/tags/) [p](doc.pdf#page=3) [o](a.ja.md#p2)";
    let site = Site::new(&config);
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", body));
    site.write("content/articles/a.ja.md", "+++\ntitle = \"あ\"\n+++\n\n一。[上](#p2)\n\n二。\n");
    site.write("content/articles/doc.pdf", "%PDF");
    site.build();
    let page = site.output("2021/03/24/a.html");
    for href in ["/tags.html", "/2021/03/24/a/doc.pdf#page=3", "/2021/03/24/a.html#o-p2", "#o-p2"] {
        assert!(page.contains(&format!("href=\"{href}\"")), "{href}");
    }
}

/// A file that could not be read ended the run and hid every other error. Here both files are removed once the site
/// is loaded.
#[test]
fn an_unreadable_article_hides_nothing() {
    let text = |title: &str| article(title, "2021-03-24", "", "Body.");
    let site = site(&[("content/articles/a.md", &text("A")), ("content/articles/b.md", &text("B"))]);
    let loaded = recto::engine::load::load(&site.options()).unwrap_or_else(|e| panic!("{e}"));
    let loaded = loaded.made.expect("the site loads");
    for file in ["a", "b"] {
        fs::remove_file(site.root().join(format!("content/articles/{file}.md"))).expect("it can be removed");
    }
    let mut problems = Diagnostics::new();
    assert!(examine::examine(loaded, None, 2, false, &mut problems).is_ok());
    assert_eq!(codes(&problems), ["unreadable", "unreadable"]);
}

/// `--quiet` and `--strict` together failed without a message.
#[test]
fn strict_says_why_even_when_quiet() {
    let site = site(&[("content/articles/a.md", &article("A", "2021-03-24", "colour = \"red\"", "Body."))]);
    let ran = recto(site.root(), &["build", "--strict", "-q"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("unknown-key"));
}
