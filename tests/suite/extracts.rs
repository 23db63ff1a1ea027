//! Extracts, and what `check` takes from the state: the report is the same with a state, with a state of other
//! texts, and without one; nothing is written; ids are those of the pages.

use std::fs;
use std::path::Path;

use crate::model::Rng;
use crate::support::{SITE_TOML, Site, article, recto, tree};

/// Links in articles, valid and broken.
const LINKS: [&str; 18] = [
    "[x](#p1)",
    "[x](#p3)",
    "[x](#h-more)",
    "[x](#own)",
    "[x](#top)",
    "[x](a1.md#p1)",
    "[x](a2.md#p2)",
    "[x](a3.md#own)",
    "[x](a2.ja.md#p2)",
    "[x](a4.md#original)",
    "[x](a2.md#:~:text=a)",
    "[x](/tags/x/#main)",
    "[x](/tags/x/#nothing)",
    "[x](/2021/03/24/a1/#p2)",
    "[x](/old/a3/#own)",
    "[x](/old/a3/#p9)",
    "[x](/nowhere/)",
    "a note[^1]\n\n[^1]: see [x](#fnref-1)",
];

const BLOCKS: [&str; 5] = ["Plain.", "More words.", "## More", "## Other {#own}", "> Quoted."];

fn random_article(n: usize, r: &mut Rng) -> String {
    let body: Vec<&str> =
        (0..1 + r.below(5)).map(|_| if r.chance(40) { *r.pick(&LINKS) } else { *r.pick(&BLOCKS) }).collect();
    let mut more =
        format!("tags = [\"x\", \"{}\"]\naliases = [\"old/a{n}\"]\n", r.pick(&["Harbours", "Harbour", "harbors"]));
    if r.chance(30) {
        let paragraph = 1 + r.below(4);
        more += &format!("[[corrections]]\ndate = 2021-04-01\nnote = \"paragraph\"\nparagraph = {paragraph}\n");
    }
    article(&format!("Report {n}"), "2021-03-24", &more, &body.join("\n\n"))
}

/// Returns the output of `recto check`, and checks that it wrote nothing.
fn check(root: &Path) -> String {
    let before = tree(root);
    let ran = recto(root, &["check", "-v"]);
    assert!(tree(root) == before, "check wrote something");
    String::from_utf8(ran.stderr).expect("reports are UTF-8") + &format!("exit code {:?}", ran.status.code())
}

/// Like `check`, for a copy of the site without a state.
fn clean_check(site: &Site) -> String {
    let clean = Site::copy(site.root());
    for folder in ["public", ".recto"] {
        let _ = fs::remove_dir_all(clean.root().join(folder));
    }
    check(clean.root())
}

#[test]
fn a_check_says_the_same_with_and_without_a_state() {
    let rounds = std::env::var("RECTO_SCRIPTS").map_or(12, |n| n.parse().expect("a number"));
    let mut r = Rng::new(20_261_126);
    // Moved anchors are found only with a state.
    let site = Site::new(&format!("{SITE_TOML}[pagination]\nper_page = 2\n[check]\nmoved-anchor = \"off\"\n"));
    let sibling =
        |r: &mut Rng| format!("+++\ntitle = \"題\"\n+++\n\n一。{}\n\n二。\n", r.pick(&["", "[上](#p1)", "[上](#p9)"]));
    for n in 1..=6 {
        site.write(&format!("content/articles/a{n}.md"), &random_article(n, &mut r));
    }
    site.write("content/articles/a2.ja.md", &sibling(&mut r));
    site.write(
        "content/pages/about.md",
        "+++\ntitle = \"About\"\n+++\n\n[x](#p1) [y](#p9) [z](../articles/a1.md#p2)\n",
    );
    for round in 0..rounds {
        site.try_build();
        let expected = clean_check(&site);
        assert_eq!(check(site.root()), expected, "round {round}: as built");
        // After a build from scratch, the problems of the build are the same, too.
        let again = site.try_build().1;
        let clean = Site::copy(site.root());
        fs::remove_dir_all(clean.root().join(".recto")).expect("it can be removed");
        assert_eq!(again, clean.try_build().1, "round {round}: builds");
        for _ in 0..1 + r.below(2) {
            match r.below(8) {
                0 => drop(site.write("content/articles/a2.ja.md", &sibling(&mut r))),
                1 => drop(site.write("content/tags/x.md", "+++\nlabel = \"x\"\n+++\n\n[y](#p1) [z](#p4)\n")),
                _ => {
                    let n = 1 + r.below(6);
                    site.write(&format!("content/articles/a{n}.md"), &random_article(n, &mut r));
                }
            }
        }
        assert_eq!(check(site.root()), clean_check(&site), "round {round}: after an edit");
    }
}

/// Returns the problems with links, by first place.
fn broken(site: &Site) -> Vec<String> {
    let report = check(site.root());
    let lines: Vec<&str> = report.lines().collect();
    let places = lines.windows(2).filter(|pair| pair[0].starts_with("error[broken-link]"));
    places.map(|pair| pair[1].trim().trim_start_matches("--> content/articles/").to_owned()).collect()
}

/// Regression: a report pointed at the first word "paragraph" of the file.
#[test]
fn a_correction_is_told_at_its_value() {
    let site = Site::new(SITE_TOML);
    let toml = "summary = \"A paragraph\"\n[[corrections]]\ndate = 2021-04-01\nnote = \"The first paragraph.\"\n\
                paragraph = 1\n[[corrections]]\ndate = 2021-04-02\nnote = \"x\"\nparagraph = 12\n";
    site.write("content/articles/a.md", &article("A", "2021-03-24", toml, "One."));
    let yaml = "---\ntitle: B\ndate: 2021-03-24\nsection: x\nsource: x\ntranslator: x\nsummary: A paragraph\n\
                corrections:\n  - date: 2021-04-01\n    note: The paragraph.\n    paragraph: 7\n---\n\nOne.\n";
    site.write("content/articles/b.md", yaml);
    let text = fs::read_to_string(site.root().join("content/articles/a.md")).expect("it can be read");
    let line = text.lines().position(|line| line == "paragraph = 12").expect("there is one") + 1;
    assert_eq!(broken(&site), [format!("a.md:{line}:13"), "b.md:11:16".to_owned()]);
}

/// A browser keeps the fragment when it follows a redirect.
#[test]
fn an_alias_has_the_ids_of_its_page() {
    for style in ["directory", "file"] {
        let site = Site::new(&format!("{SITE_TOML}[permalinks]\nstyle = {style:?}\n"));
        site.write("content/articles/a.md", &article("A", "2021-03-24", "aliases = [\"old/a.html\"]\n", "One."));
        let body = "[x](/old/a.html#p1) [y](/old/a.html#p2) [z](/old/a.html#main)";
        site.write("content/articles/b.md", &article("B", "2021-03-24", "", body));
        assert_eq!(broken(&site).len(), 1, "{:?}", broken(&site));
    }
}

/// An id that a theme gives to its own part of the page counts; an id that it does not print does not.
#[test]
fn ids_are_those_of_the_page_as_it_is_rendered() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "One. [x](#corrections) [y](#mine) [z](#p1)"));
    assert_eq!(broken(&site).len(), 2);
    site.write(
        "templates/article.html",
        "{% extends \"base.html\" %}{% block main %}<p id=\"mine\">{{ article.title }}</p>{% endblock %}",
    );
    assert_eq!(broken(&site).len(), 2, "no paragraph is printed");
}
