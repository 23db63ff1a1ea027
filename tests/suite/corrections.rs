//! Corrections: the mark at a corrected paragraph and the way back, the page of all corrections with its feed, and the
//! links with which readers report a mistake.

use recto::engine::write::OutputChange;

use crate::support::{SITE_TOML, Site, article, recto};

const HOME: &str = "corrections/index.html";

fn corrected(corrections: &[(&str, &str, &str)]) -> String {
    let one = |(date, note, more): &(&str, &str, &str)| {
        format!("[[corrections]]\ndate = {date}\nnote = {note:?}\n{}", if more.is_empty() { "" } else { more })
    };
    corrections.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn page(site: &Site, name: &str) -> String {
    site.output(&format!("2021/03/24/{name}/index.html"))
}

fn check(site: &Site) -> String {
    String::from_utf8_lossy(&recto(site.root(), &["check"]).stderr).into_owned()
}

/// Returns the part of a text between two others.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start:?} in {text}")) + start.len();
    &text[from..from + text[from..].find(end).unwrap_or_else(|| panic!("no {end:?} in {text}"))]
}

#[test]
fn a_mark_leads_to_the_note_and_back() {
    let site = Site::new(SITE_TOML);
    let more = corrected(&[
        ("2021-04-02", "A wrong year & a <name>.", "paragraph = \"p2\"\nkind = \"clarification\"\n"),
        ("2021-04-03", "A letter.", "paragraph = \"1a\"\n"),
        ("2021-04-04", "Again.", "paragraph = 2\n"),
        ("2021-04-05", "The whole.", ""),
    ]);
    let body = "One.\n\nNew. {#p1a}\n\n- item\n  - inner\n- last\n\n## Fn c1\n";
    site.write("content/articles/a.md", &article("A", "2021-03-24", &more, body));
    site.build();
    let html = page(&site, "a");
    let mark = |n: usize, kind: &str, day: &str| {
        format!(" <a class=\"cm\" role=\"doc-noteref\" href=\"#fn-c{n}\">{kind}<span class=\"vh\"> {day}</span></a>")
    };
    let (first, third) = (mark(1, "Clarification", "April 2, 2021"), mark(3, "Correction", "April 4, 2021"));
    assert!(html.contains(&format!("item{first}{third}")), "{html}");
    assert!(html.contains(&format!("New.{}</p>", mark(2, "Correction", "April 3, 2021"))), "{html}");
    let notes = between(&html, "<section id=\"corrections\">", "</section>");
    for (n, link) in [(1, "<a href=\"#p2\">Paragraph 2</a>"), (2, "<a href=\"#p1a\">Paragraph 1a</a>")] {
        assert!(between(notes, &format!("<li id=\"fn-c{n}\">"), "</li>").contains(link), "{notes}");
    }
    assert!(!between(notes, "<li id=\"fn-c4\">", "</li>").contains("<a"), "{notes}");
    assert!(notes.contains("<a href=\"/corrections/\">All corrections</a>"), "{notes}");
    assert_eq!(html.matches("class=\"cm\"").count(), 3);
    // No heading can take the id of a note.
    assert_eq!(html.matches("id=\"fn-c1\"").count(), 1, "{html}");
    assert!(html.contains("id=\"h-fn-c1\""), "{html}");
    // What others read of the article has no marks.
    for output in ["feed.xml", "index.html", "sources/the-harbour-gazette/index.html"] {
        assert!(!site.output(output).contains("class=\"cm\""), "{output}");
    }
}

#[test]
fn a_facing_page_has_the_mark_in_its_row() {
    let site = Site::new(SITE_TOML);
    let more = corrected(&[("2021-04-02", "Wrong.", "paragraph = 2\n")]);
    site.write(
        "content/articles/a.md",
        &article("A", "2021-03-24", &more, "First text.\n\nSecond text.\n\nThird text."),
    );
    site.write(
        "content/articles/a.ja.md",
        "+++\ntitle = \"題\"\n+++\n\n一番目の文。\n\n二番目の文。\n\n三番目の文。\n",
    );
    site.build();
    let html = page(&site, "a");
    let row = between(&html, "<div class=\"r\" id=\"p2\">", "<div class=\"r\"");
    let (original, translation) = row.split_once("<div class=\"t\">").expect("a cell of the translation");
    assert!(translation.contains("Second text. <a class=\"cm\"") && !original.contains("class=\"cm\""), "{row}");
    assert_eq!(html.matches("class=\"cm\"").count(), 1);
    // A further translation lists the corrections of the article, which has the paragraph.
    site.write(
        "content/articles/b.md",
        &article("B", "2021-03-24", &format!("kind = \"original\"\n{more}"), "One.\n\nTwo.")
            .replace("translator = \"A. Person\"\n", ""),
    );
    site.write("content/articles/b.fr.md", "+++\ntitle = \"B\"\ntranslator = \"Une personne\"\n+++\n\nUn.\n");
    site.build();
    let html = site.output("2021/03/24/b/fr/index.html");
    assert!(html.contains("<a href=\"/2021/03/24/b/#p2\">Paragraph 2</a>") && !html.contains("class=\"cm\""), "{html}");
}

#[test]
fn a_paragraph_that_is_not_there_is_said() {
    let site = Site::new(SITE_TOML);
    for (paragraph, body, help) in [
        ("7", "One.\n\nTwo.", "the last paragraph of the text is 2"),
        ("\"2b\"", "One.\n\nTwo.", "did you mean `2`?"),
        ("\"p9\"", "", "the text has no paragraphs: leave `paragraph` out"),
    ] {
        let more = corrected(&[("2021-04-02", "Wrong.", &format!("paragraph = {paragraph}\n"))]);
        site.write("content/articles/a.md", &article("A", "2021-03-24", &more, body));
        let report = check(&site);
        assert!(report.contains("broken-link") && report.contains(help), "{paragraph}: {report}");
        assert!(report.contains("content/articles/a.md:10:13\n"), "{report}");
        site.try_build();
        let html = page(&site, "a");
        assert!(!html.contains("class=\"cm\"") && !html.contains("<a href=\"#p"), "{html}");
    }
}

#[test]
fn all_corrections_are_on_one_page() {
    let config = |more: &str| format!("{SITE_TOML}[pagination]\nper_page = 2\n{more}");
    let site = Site::new(&config(""));
    let write = |name: &str, corrections: &[(&str, &str, &str)]| {
        site.write(
            &format!("content/articles/{name}.md"),
            &article(name, "2021-03-24", &corrected(corrections), "One."),
        );
    };
    write("a", &[]);
    site.build();
    let of_log = |site: &Site| site.outputs().into_keys().filter(|p| p.starts_with("corrections/")).collect::<Vec<_>>();
    assert!(of_log(&site).is_empty() && !site.output("sitemap-pages.xml").contains("/corrections/"));
    write(
        "a",
        &[("2021-04-05", "a five", ""), ("2021-04-01", "a one", "paragraph = 1\n"), ("2021-04-05", "a six", "")],
    );
    write("b", &[("2021-04-03", "b three", "kind = \"retraction\"\n"), ("2021-04-05", "b seven", "")]);
    site.build();
    let pages = ["corrections/feed.xml", HOME, "corrections/page/1/index.html", "corrections/page/2/index.html"];
    assert_eq!(of_log(&site), pages);
    let order = |page: &str, notes: &[&str]| {
        let html = site.output(page);
        let places: Vec<usize> =
            notes.iter().map(|note| html.find(note).unwrap_or_else(|| panic!("{note}: {html}"))).collect();
        assert!(places.is_sorted(), "{page}: {html}");
        html
    };
    order(HOME, &["a five", "a six", "b seven"]);
    let old = order("corrections/page/1/index.html", &["b three", "a one"]);
    assert!(old.contains("<a href=\"/2021/03/24/a/#fn-c2\">a</a>") && old.contains("Paragraph 1"), "{old}");
    assert!(site.output("corrections/page/2/index.html").contains("http-equiv=\"refresh\""));
    let feed = order("corrections/feed.xml", &["a five", "a six", "b seven", "b three", "a one"]);
    assert!(feed.contains("<title>Retraction: b</title>"), "{feed}");
    assert!(feed.contains("<id>https://example.org/2021/03/24/a/#fn-c2</id>"), "{feed}");
    for page in ["index.html", "archive/index.html", "2021/03/24/a/index.html"] {
        assert!(site.output(page).contains("href=\"/corrections/\""), "{page}");
    }
    assert!(!site.output("tags/index.html").contains("href=\"/corrections/\""));
    assert!(site.output("sitemap-pages.xml").contains("/corrections/</loc>"));
    // The site decides.
    site.write("site.toml", &config("[corrections]\npage = true\n[feeds]\nfor = [\"site\"]\n")).build();
    assert!(site.output("tags/index.html").contains("href=\"/corrections/\">Corrections</a>"));
    assert!(!of_log(&site).contains(&"corrections/feed.xml".to_owned()));
    site.write("site.toml", &config("[corrections]\npage = false\n")).build();
    assert!(of_log(&site).is_empty() && !page(&site, "a").contains("/corrections/"));
    site.write("site.toml", &config(""));
    // A page of the site's own keeps its address.
    site.write("content/pages/corrections.md", "+++\ntitle = \"Errata\"\n+++\n\nOur own list.\n").build();
    assert!(site.output(HOME).contains("Our own list.") && of_log(&site).len() == 1);
}

#[test]
fn a_site_may_promise_the_page() {
    let site = Site::new(&format!("{SITE_TOML}[corrections]\npage = true\n"));
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "[Ours](/corrections/)"));
    assert!(!check(&site).contains("broken-link"));
    site.build();
    assert!(site.output(HOME).contains("No corrections so far."));
}

/// The page of an article, the pages that list the correction, and the search, which finds the notes.
#[test]
fn a_correction_is_where_it_is_printed() {
    let site = Site::new(&format!("{SITE_TOML}[pagination]\nper_page = 2\n[feeds]\nlimit = 2\n"));
    let write = |n: usize, date: &str, note: &str| {
        let more = corrected(&[(date, note, "paragraph = 1\n")]);
        site.write(&format!("content/articles/a{n}.md"), &article(&format!("A{n}"), "2021-03-24", &more, "One."));
    };
    (1..=6).for_each(|n| write(n, &format!("2021-04-0{n}"), "Old."));
    site.build();
    let edit = |n: usize, date: &str, note: &str| {
        write(n, date, note);
        let summary = site.build();
        assert!(summary.rendered <= summary.changes.len() + 8, "{}", summary.rendered);
        summary.changes.into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    let entry =
        |paths: Vec<String>| -> Vec<String> { paths.into_iter().filter(|path| !path.starts_with("search/")).collect() };
    assert_eq!(entry(edit(1, "2021-04-01", "New.")), ["2021/03/24/a1/index.html", "corrections/page/1/index.html"]);
    assert_eq!(
        entry(edit(6, "2021-04-06", "New.")),
        ["2021/03/24/a6/index.html", "corrections/feed.xml", "corrections/index.html"]
    );
    // A new one: only the root, until a page is full.
    assert_eq!(
        entry(edit(7, "2021-04-07", "First.")).iter().filter(|path| path.starts_with("corrections/")).count(),
        2
    );
    // An older one moves those after it. The root says which dates the pages hold.
    let moved = entry(edit(1, "2021-04-04", "New."));
    let log: Vec<&String> = moved.iter().filter(|path| path.starts_with("corrections/")).collect();
    assert_eq!(log, ["corrections/index.html", "corrections/page/1/index.html", "corrections/page/2/index.html"]);
    // The words of a body are on no page of corrections.
    let text = std::fs::read_to_string(site.root().join("content/articles/a3.md")).expect("it was written");
    site.write("content/articles/a3.md", &text.replace("One.", "Other."));
    let summary = site.build();
    assert!(
        summary
            .changes
            .iter()
            .all(|(path, change)| !path.starts_with("corrections/") && *change == OutputChange::Changed)
    );
}

#[test]
fn readers_report_a_mistake() {
    let config = |report: &str| format!("{SITE_TOML}[contact]\nreport = {report:?}\n");
    let site = Site::new(&config("desk@archive.example"));
    let title = "A & B?bcc=x@y.example \"quoted\" <script>";
    let text = article(title, "2021-03-24", "slug = \"a\"", "One.\n\nNew. {#p1a}\n\nTwo.");
    site.write("content/articles/a.md", &text);
    site.build();
    let html = page(&site, "a");
    let block = between(&html, "<details class=\"report\">", "</details>");
    let links: Vec<&str> = block.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(links.len(), 4, "the article, and three paragraphs: {block}");
    assert_eq!(
        links[2],
        "mailto:desk@archive.example?subject=Mistake%3A%20A%20%26%20B%3Fbcc%3Dx%40y.example%20%22quoted%22%20%3Cscript%3E\
         &amp;body=Paragraph%201a%0D%0Ahttps%3A%2F%2Fexample.org%2F2021%2F03%2F24%2Fa%2F%23p1a%0D%0A%0D%0A"
    );
    for link in links {
        let query = link.split_once('?').expect("a query").1.replace("&amp;", "\n");
        assert!(query.lines().count() == 2 && !query.contains(['&', '?', '#', '<', ' ']), "{link}");
    }
    site.write("site.toml", &config("https://git.example/o/r/issues/new?labels=typo")).build();
    assert!(
        page(&site, "a").contains("href=\"https://git.example/o/r/issues/new?labels=typo&amp;title=Mistake%3A%20A%20")
    );
    site.write("site.toml", SITE_TOML).build();
    assert!(!page(&site, "a").contains("class=\"report\""));
    for bad in ["javascript:alert(1)", "desk@x.example?bcc=y@z.example", "https://me:pw@git.example/new", "/contact/"] {
        site.write("site.toml", &config(bad));
        assert!(site.try_build().0.is_none(), "{bad}");
    }
}
