//! The glossary of a site: its files are inputs, what is wrong with them is reported, and an edit makes no other page
//! again than those that it can change.

use recto::engine::live::{Live, SiteChange};

use crate::support::{SITE_TOML, Site, article, recto};

const GLOSSARY: &str =
    "[[term]]\nja = \"参議院\"\nen = \"Upper House\"\n\n[[term]]\nko = \"국회\"\nen = \"National Assembly\"\n";

/// A site with articles from Japanese, from Korean, and without an original.
fn site(glossary: &str) -> Site {
    let site = Site::new(SITE_TOML);
    for (name, lang) in [("tokyo", "ja"), ("seoul", "ko"), ("here", "")] {
        let text = article(name, "2024-05-06", "", "The Upper House passed the budget.\n\nIt was late.");
        site.write(&format!("content/articles/{name}.md"), &text);
        if !lang.is_empty() {
            let original = "+++\ntitle = \"予算\"\n+++\n\n参議院は予算を可決した。\n\n夜遅くだった。\n";
            site.write(&format!("content/articles/{name}.{lang}.md"), original);
        }
    }
    site.write("content/glossary/politics.toml", glossary);
    site
}

/// Returns the codes of all problems of a load.
fn codes(site: &Site) -> Vec<String> {
    let loaded = recto::engine::load::load(&site.options()).expect("the disk works");
    loaded.problems.iter().map(|found| found.code.to_string()).collect()
}

#[test]
fn a_glossary_is_loaded_and_not_published() {
    let site = site(GLOSSARY);
    site.build();
    assert_eq!(codes(&site), [""; 0]);
    let loaded = recto::engine::load::load(&site.options()).expect("the disk works");
    let (made, _) = loaded.made.expect("the site is sound");
    let terms = made.archive.glossary.pair("ja", "en").expect("there is a term");
    assert_eq!((made.archive.glossary.len(), terms.terms.len(), &*terms.terms[0].preferred), (2, 1, "Upper House"));
    assert!(!site.outputs().keys().any(|path| path.contains("glossary") || path.ends_with(".toml")));
}

#[test]
fn files_that_are_no_glossary_are_named() {
    let site = site(GLOSSARY);
    for file in ["glossary.toml", "glossary/a/b.toml", "glossary/Terms.TOML", "glossary/terms.csv", "glossary/a.md"] {
        site.write(&format!("content/{file}"), "x");
    }
    assert_eq!(codes(&site), ["stray-file"; 5]);
}

#[test]
fn a_term_that_two_files_have_is_named_in_both() {
    let site = site(GLOSSARY);
    site.write("content/glossary/z.toml", "[[term]]\nja = [\"参院\", \"参議院\"]\nen = \"House of Councillors\"\n");
    let loaded = recto::engine::load::load(&site.options()).expect("the disk works");
    let [found] = loaded.problems.as_slice() else { panic!("{:#?}", loaded.problems) };
    let files = [found.at.as_ref(), found.notes.first().and_then(|(at, _)| at.as_ref())];
    let files = files.map(|at| at.map_or("", |at| &*at.file));
    assert_eq!(
        (&*found.code, files),
        ("duplicate-term", ["content/glossary/z.toml", "content/glossary/politics.toml"])
    );
}

#[test]
fn an_error_in_a_glossary_stops_a_build() {
    let site = site("[[term]]\nja = \"参議院\nen = \"Upper House\"\n");
    assert!(codes(&site).contains(&"invalid-toml".to_owned()));
}

#[test]
fn a_live_site_follows_a_glossary() {
    let site = site(GLOSSARY);
    let options = site.options();
    let opened = Live::open(options.clone(), false, &options.root.place("public")).expect("the disk works");
    let (mut live, _) = opened.expect("the site is sound");
    let terms = |live: &Live| {
        let site = live.site().expect("there is a site");
        site.archive.glossary.pair("ja", "en").map(|terms| terms.terms[0].preferred.to_string())
    };
    assert_eq!(terms(&live).as_deref(), Some("Upper House"));
    let file = "content/glossary/politics.toml".to_owned();
    site.write(&file, &GLOSSARY.replace("Upper House", "House of Councillors"));
    let change = live.refresh(Some(std::slice::from_ref(&file)), options.now).expect("the disk works");
    assert_eq!((change, terms(&live).as_deref()), (SiteChange::Site, Some("House of Councillors")));
    assert_eq!(
        live.refresh(Some(std::slice::from_ref(&file)), options.now).expect("the disk works"),
        SiteChange::Nothing
    );
    std::fs::remove_file(site.root().join(&file)).expect("it is there");
    let change = live.refresh(None, options.now).expect("the disk works");
    assert_eq!((change, terms(&live)), (SiteChange::Site, None));
}

#[test]
fn an_edit_makes_only_pages_of_its_languages() {
    // The search knows the words that mean the same: a file of them, and the one that names it.
    const SEARCH: usize = 2;
    let site = site(GLOSSARY);
    site.build();
    let rendered = |glossary: &str| {
        site.write("content/glossary/politics.toml", glossary);
        site.build().rendered
    };
    assert_eq!(rendered(GLOSSARY), 0);
    assert_eq!(rendered(&format!("# A comment.\n{GLOSSARY}")), 0);
    assert_eq!(rendered(&GLOSSARY.replace("Upper House", "House of Councillors")), 1 + SEARCH, "Japanese");
    assert_eq!(rendered(GLOSSARY), 1 + SEARCH);
    assert_eq!(rendered(&GLOSSARY.replace("국회", "의회")), 1 + SEARCH, "Korean");
    assert_eq!(
        rendered(&format!("{GLOSSARY}[[term]]\nfr = \"Sénat\"\nen = \"Senate\"\n")),
        1 + SEARCH,
        "Korean, as it was"
    );
    assert_eq!(
        rendered(&format!("{GLOSSARY}[[term]]\nen = {{ preferred = \"Kyiv\", avoid = [\"Kiev\"] }}\n")),
        2 + SEARCH
    );
    std::fs::remove_file(site.root().join("content/glossary/politics.toml")).expect("it is there");
    assert_eq!(site.build().rendered, 2 + 1, "no words mean the same");
}

/// Returns the reports of `recto check` with these codes.
fn checked(site: &Site) -> String {
    let ran = recto(site.root(), &["check", "--only", "avoided-term", "--only", "unrendered-term", "--format", "json"]);
    String::from_utf8(ran.stdout).expect("reports are UTF-8")
}

#[test]
fn a_check_after_a_build_reports_the_same() {
    let site = site(GLOSSARY);
    let other =
        GLOSSARY.replace("\"Upper House\"", "{ preferred = \"House of Councillors\", avoid = [\"Upper House\"] }");
    for (glossary, count) in [(GLOSSARY, 0), (&other, 1), (&GLOSSARY.replace("Upper House", "Diet"), 1), (GLOSSARY, 0)]
    {
        site.write("content/glossary/politics.toml", glossary);
        let without = checked(&site);
        assert_eq!(without.matches("tokyo.md").count(), count, "{without}");
        let (_, problems) = site.try_build();
        assert!(!problems.iter().any(|found| found.code.ends_with("d-term")), "a build is silent: {problems:#?}");
        assert_eq!(checked(&site), without);
    }
    site.write("site.toml", &format!("{SITE_TOML}[check]\nunrendered-term = \"error\"\n"));
    site.write("content/glossary/politics.toml", &GLOSSARY.replace("Upper House", "Diet"));
    let (built, problems) = site.try_build();
    assert!(built.is_none() && problems.iter().any(|found| found.code == "unrendered-term"));
}
