//! What an article can say of its original, its pictures, its series and the people who worked on it: on its page, in
//! its metadata, on the pages of series, and what an edit of it makes stale.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{SITE_TOML, Site, article, png, recto};

/// Returns the metadata of the article on a page.
fn metadata(page: &str) -> Value {
    let start = page.find("<script type=\"application/ld+json\">").expect("metadata") + 35;
    let end = page[start..].find("</script>").expect("an end") + start;
    serde_json::from_str(&page[start..end]).unwrap_or_else(|e| panic!("{e}: {}", &page[start..end]))
}

fn page(site: &Site, path: &str) -> String {
    std::fs::read_to_string(site.root().join("public").join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn an_original_has_a_revision_and_its_author_an_address() {
    let site = Site::new(SITE_TOML);
    let more = "author = [\"Mori Ryo\", \"Sato Ai\"]\n[original]\nlang = \"ja\"\nauthor_url = \"https://news.example/mori\"\n\
                revision = \"4f2c9e1\"";
    site.write("content/articles/a.md", &article("A", "2024-05-06", more, "Text."));
    site.build();
    let html = page(&site, "2024/05/06/a/index.html");
    assert!(html.contains("<a href=\"https://news.example/mori\" rel=\"external\"><bdi>Mori Ryo</bdi></a>"), "{html}");
    assert!(html.contains("<bdi>Sato Ai</bdi>") && html.contains("<li>Revision: 4f2c9e1</li>"), "{html}");
    let work = &metadata(&html)["translationOfWork"];
    assert_eq!((&work["version"], &work["author"][0]["url"]), (&json!("4f2c9e1"), &json!("https://news.example/mori")));
}

#[test]
fn people_have_roles_and_addresses() {
    let site = Site::new(SITE_TOML);
    let more = "editor = \"E. Ditor\"\nreviewer = [{ name = \"R. Viewer\", url = \"https://example.org/r\" }, \"Plain\"]\n\
                collector = { name = \"C. Ollector\", role = \"intern\" }";
    site.write("content/articles/a.md", &article("A", "2024-05-06", more, "Text."));
    site.build();
    let html = page(&site, "2024/05/06/a/index.html");
    for part in [
        "<li>Edited by <bdi>E. Ditor</bdi></li>",
        "<li>Reviewed by <a href=\"https://example.org/r\" rel=\"external\"><bdi>R. Viewer</bdi></a>, <bdi>Plain</bdi></li>",
        "<li>Found by <bdi>C. Ollector (intern)</bdi></li>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let metadata = metadata(&html);
    assert_eq!(metadata["editor"]["name"], "E. Ditor");
    assert_eq!(metadata["contributor"]["jobTitle"], "intern");
}

#[test]
fn a_translator_may_have_more_than_a_name() {
    let site = Site::new(SITE_TOML);
    let person = "{ name = \"Onizuka Sae\", family = \"Onizuka\", role = \"intern\" }";
    let text = article("A", "2024-05-06", "", "Text.").replace("\"A. Person\"", &format!("[{person}, \"B. Other\"]"));
    site.write("content/articles/a.md", &text);
    site.build();
    let html = page(&site, "2024/05/06/a/index.html");
    assert!(html.contains("<a href=\"/translators/onizuka-sae/\"><bdi>Onizuka Sae</bdi></a>"), "{html}");
    assert!(html.contains("(S. Onizuka &amp; B. Other, Trans.)"), "{html}");
    assert!(site.root().join("public/translators/b-other/index.html").is_file());
    let translators = &metadata(&html)["translator"];
    assert_eq!((&translators[0]["familyName"], &translators[0]["jobTitle"]), (&json!("Onizuka"), &json!("intern")));
    assert_eq!((&translators[1]["name"], translators[1].get("jobTitle")), (&json!("B. Other"), None));
    for (wrong, code) in [("{ family = \"X\" }", "missing-key"), ("{ name = \"X\", nme = \"Y\" }", "unknown-key")] {
        site.write("content/articles/a.md", &text.replace(person, wrong));
        let (_, problems) = site.try_build();
        let codes: Vec<&str> = problems.iter().map(|found| &*found.code).collect();
        assert_eq!(codes, [code], "{wrong}");
    }
}

#[test]
fn notes_of_the_translator_are_set_apart() {
    let site = Site::new(SITE_TOML);
    let body = "One.[^a] Two.[^b]\n\n[^a]: Translator's note: a *word*.\n\n[^b]: The author's.";
    site.write("content/articles/a.md", &article("A", "2024-05-06", "", body));
    site.build();
    let html = page(&site, "2024/05/06/a/index.html");
    assert!(html.contains("<li id=\"fn-1\" class=\"tn\">") && html.contains("<li id=\"fn-2\">"), "{html}");
}

#[test]
fn a_cover_stands_for_the_article() {
    let site = Site::new(SITE_TOML);
    site.write_bytes("content/articles/pics/cover.png", &png());
    site.write_bytes("content/articles/first.png", &png());
    let more = "cover = \"pics/cover.png\"\n[[images]]\nsrc = \"pics/cover.png\"\ncredit = \"A. Person\"";
    site.write("content/articles/a.md", &article("A", "2024-05-06", more, "Text. ![first](first.png)"));
    let (_, problems) = site.try_build();
    assert_eq!(problems.len(), 0, "{problems:?}");
    let html = page(&site, "2024/05/06/a/index.html");
    let address = "https://example.org/2024/05/06/a/pics/cover.png";
    assert!(html.contains(&format!("<meta property=\"og:image\" content=\"{address}\"")), "{html}");
    assert_eq!(metadata(&html)["image"], address);
    assert!(site.root().join("public/2024/05/06/a/pics/cover.png").is_file());
    assert_eq!(html.matches("<img").count(), 1, "the page prints its text only");

    for (cover, code) in [("none.png", "missing-asset"), ("https://example.org/x.png", "missing-asset")] {
        site.write("content/articles/a.md", &article("A", "2024-05-06", &format!("cover = \"{cover}\""), "Text."));
        let (_, problems) = site.try_build();
        let codes: Vec<&str> = problems.iter().map(|found| &*found.code).collect();
        assert_eq!(codes, [code], "{cover}");
    }
}

/// A site with a series of three parts, which are not in the order of their dates, and an article that is in none.
fn series() -> Site {
    let site = Site::new(SITE_TOML);
    let part = |n: usize| format!("series = {{ name = \"The Harbour Papers\", part = {n} }}");
    site.write("content/articles/one.md", &article("One", "2024-05-08", &part(1), "Text."));
    site.write("content/articles/two.md", &article("Two", "2024-05-06", &part(2), "Text."));
    site.write("content/articles/three.md", &article("Three", "2024-05-07", &part(3), "Text."));
    site.write("content/articles/alone.md", &article("Alone", "2024-05-05", "", "Text."));
    site
}

#[test]
fn a_series_has_a_page_and_its_parts_lead_to_each_other() {
    let site = series();
    site.build();
    let list = page(&site, "series/the-harbour-papers/index.html");
    assert!(list.contains("<h1>The Harbour Papers</h1>"), "{list}");
    let at = |title: &str| list.find(&format!(">{title}</a></h2>")).unwrap_or_else(|| panic!("{title} in {list}"));
    assert!(at("One") < at("Two") && at("Two") < at("Three"));
    assert!(list.contains("<p class=\"k\">Part 2</p>"));
    let html = page(&site, "2024/05/06/two/index.html");
    let nav = html.split("aria-label=\"In this series\"").nth(1).and_then(|rest| rest.split("</nav>").next());
    let nav = nav.unwrap_or_else(|| panic!("{html}"));
    for part in [
        "<a href=\"/series/the-harbour-papers/\">The Harbour Papers</a> · Part 2",
        "<a href=\"/2024/05/08/one/\"><span>Previous</span> One</a>",
        "<a href=\"/2024/05/07/three/\"><span>Next</span> Three</a>",
    ] {
        assert!(nav.contains(part), "{part} in {nav}");
    }
    let expected = json!({"@type": "CreativeWorkSeries", "name": "The Harbour Papers",
        "url": "https://example.org/series/the-harbour-papers/"});
    assert_eq!((&metadata(&html)["isPartOf"], &metadata(&html)["position"]), (&expected, &json!(2)));
    let alone = page(&site, "2024/05/05/alone/index.html");
    assert!(!alone.contains("series"), "{alone}");
    assert!(page(&site, "sitemap-pages.xml").contains("/series/the-harbour-papers/"));
}

/// A new part makes stale the part before it and the page of the series, and no other part.
#[test]
fn a_new_part_changes_its_neighbour_only() {
    let site = series();
    site.build();
    let before = site.outputs();
    let more = "series = { name = \"The harbour papers\", part = 4 }";
    site.write("content/articles/four.md", &article("Four", "2024-05-09", more, "Text."));
    site.build();
    let changed = |path: &str| site.outputs().get(path) != before.get(path);
    assert!(changed("series/the-harbour-papers/index.html") && changed("2024/05/07/three/index.html"));
    assert!(!changed("2024/05/06/two/index.html") && !changed("2024/05/05/alone/index.html"));
    let list = page(&site, "series/the-harbour-papers/index.html");
    assert!(list.contains("Four") && list.contains("<h1>The Harbour Papers</h1>"), "{list}");
    std::fs::remove_file(site.root().join("content/articles/four.md")).expect("it can be removed");
    site.build();
    assert_eq!(site.outputs(), before);
}

#[test]
fn a_series_must_have_one_name() {
    let site = Site::new(SITE_TOML);
    for (series, code) in [
        ("\"…\"", Some("bad-term")),
        ("[\"One\", \"Two\"]", Some("bad-term")),
        ("{ part = 2 }", Some("missing-key")),
        ("{ name = \"X\", part = 0 }", Some("out-of-range")),
        ("\"Plain\"", None),
    ] {
        site.write("content/articles/a.md", &article("A", "2024-05-06", &format!("series = {series}"), "Text."));
        let (_, problems) = site.try_build();
        let codes: Vec<&str> = problems.iter().map(|found| &*found.code).collect();
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{series}");
    }
}

/// Commits everything, as of a day.
fn commit(root: &Path, day: &str) -> String {
    let git = |args: &[&str]| {
        let date = format!("{day}T12:00:00Z");
        let run = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
            .args(args)
            .current_dir(root)
            .env("GIT_COMMITTER_DATE", &date)
            .env("GIT_AUTHOR_DATE", &date)
            .output()
            .expect("git runs");
        assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8_lossy(&run.stdout).trim().to_owned()
    };
    if !root.join(".git").exists() {
        git(&["init", "-q"]);
    }
    git(&["add", "content", "site.toml"]);
    git(&["commit", "-q", "-m", "An edit"]);
    git(&["rev-parse", "HEAD"])
}

#[test]
fn a_check_lists_translations_behind_their_originals() {
    if Command::new("git").arg("--version").output().is_err() {
        return;
    }
    let site = Site::new(SITE_TOML);
    let write = |more: &str| site.write("content/articles/a.md", &article("A", "2024-05-06", more, "Text."));
    write("");
    site.write("content/articles/a.ja.md", "+++\ntitle = \"い\"\n+++\n\n一。\n");
    commit(site.root(), "2024-06-01");
    let check = || {
        let ran = recto(site.root(), &["check", "--stale"]);
        (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned())
    };
    let (code, said) = check();
    assert_eq!((code, said.contains("stale-original")), (Some(0), false), "{said}");
    site.write("content/articles/a.ja.md", "+++\ntitle = \"い\"\n+++\n\n一。二。\n");
    let edit = commit(site.root(), "2024-06-02");
    let (code, said) = check();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("warning[stale-original]: the original has changed once since"), "{said}");
    assert!(said.contains("content/articles/a.ja.md changed last on 2024-06-02"), "{said}");
    // The article says that it translates the new version.
    write(&format!("[original]\nrevision = \"{}\"", &edit[..10]));
    let (_, said) = check();
    assert!(!said.contains("stale-original"), "{said}");
    site.write("content/articles/a.ja.md", "+++\ntitle = \"い\"\n+++\n\n一。二。三。\n");
    commit(site.root(), "2024-06-03");
    // The commit of both is newer than the version that the article names.
    let (_, said) = check();
    assert!(said.contains("has changed once since") && said.contains("2024-06-03"), "{said}");
}
