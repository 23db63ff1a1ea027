//! Blast radius: exactly the expected outputs are written after an edit.
//!
//! For edits of articles the expectation is computed: [`model::shown`] returns what every output shows, and an output must
//! be written if that differs. For other edits it is read from the outputs: changing a label must rewrite every
//! output that prints it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::SystemTime;

use recto::engine::build::BuildSummary;
use recto::engine::write::OutputChange;

use self::model::{ENTRY, Shown, Sketch, shown};
use crate::support::{Site, tree};

mod model;

const CONFIG: &str = "title = \"Blast Gazette\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n\
                      [pagination]\nper_page = 5\n[feeds]\nlimit = 5\n\
                      [topics]\nbar = [{ label = \"Topic One\", url = \"/about/\" }]\n";

type Changes = Vec<(String, OutputChange)>;

/// Returns the outputs that must be written when the articles change.
fn expected(before: &Shown, after: &Shown) -> Changes {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |path: &&String| match (before.get(*path), after.get(*path)) {
        (None, _) => Some(OutputChange::New),
        (_, None) => Some(OutputChange::Removed),
        (a, b) => (a != b).then_some(OutputChange::Changed),
    };
    paths.into_iter().filter_map(|path| change(&path).map(|change| (path.clone(), change))).collect()
}

/// Returns the site with articles 1 to 30, and their list.
fn site() -> (Site, Vec<Sketch>) {
    let site = Site::new(CONFIG);
    let articles: Vec<Sketch> = (1..=30).map(Sketch::new).collect();
    write(&site, &articles);
    site.write("content/articles/report-10.ja.md", "+++\ntitle = \"十\"\n+++\n\n一。\n");
    site.write("content/articles/report-20.ja.md", "+++\ntitle = \"二十\"\n+++\n\n一。\n");
    site.write("content/articles/report-20.fr.md", "+++\ntitle = \"Vingt\"\n+++\n\nUn.\n");
    site.write("content/pages/about.md", "+++\ntitle = \"About\"\naliases = [\"/old/\"]\n+++\n\nAbout this.\n");
    site.write("content/tags/trade.md", "+++\nlabel = \"Trade\"\n+++\n\nWhat trade is.\n");
    site.write("content/sources/evening-star.md", "+++\nlabel = \"Evening Star\"\n+++\n\nA paper.\n");
    site.write("static/own.css", "p { margin: 0 }\n");
    site.build();
    (site, articles)
}

/// Writes articles that differ from their files, and removes obsolete files.
fn write(site: &Site, articles: &[Sketch]) {
    let folder = site.root().join("content/articles");
    let there = if folder.is_dir() { tree(&folder) } else { BTreeMap::new() };
    for article in articles {
        let (name, text) = (format!("{}.md", article.id), article.text(articles));
        if there.get(&name).is_none_or(|bytes| *bytes != text.as_bytes()) {
            site.write(&format!("content/articles/{name}"), &text);
        }
    }
    for name in there.keys().filter(|name| name.matches('.').count() == 1) {
        if !articles.iter().any(|a| format!("{}.md", a.id) == *name) {
            fs::remove_file(folder.join(name)).expect("an article can be removed");
        }
    }
}

/// Edits the articles, builds, and compares the changes with the expected ones. Returns the summary.
fn edit(site: &Site, articles: &mut Vec<Sketch>, edit: impl FnOnce(&mut Vec<Sketch>)) -> BuildSummary {
    let before = shown(articles);
    edit(articles);
    write(site, articles);
    let summary = site.build();
    same(&summary.changes, &expected(&before, &shown(articles)));
    summary
}

fn same(found: &Changes, wanted: &Changes) {
    let missing: Changes = wanted.iter().filter(|change| !found.contains(change)).cloned().collect();
    let more: Changes = found.iter().filter(|change| !wanted.contains(change)).cloned().collect();
    assert!(missing.is_empty() && more.is_empty(), "not written: {missing:#?}\nwritten in vain: {more:#?}");
}

fn paths(summary: &BuildSummary) -> Vec<&str> {
    summary.changes.iter().map(|(path, _)| path.as_str()).collect()
}

/// Returns the outputs that contain a text.
fn printing(site: &Site, text: &str) -> Changes {
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(text);
    let found = site.outputs().into_iter().filter(|(path, bytes)| !path.starts_with(".recto") && holds(bytes));
    found.map(|(path, _)| (path, OutputChange::Changed)).collect()
}

#[test]
fn a_body_is_its_page() {
    let (site, mut articles) = site();
    let summary = edit(&site, &mut articles, |all| all[6].body = "Other words.".to_owned());
    assert_eq!(paths(&summary), ["2024/01/13/report-07/index.html", ENTRY]);
    assert!(summary.rendered <= 2, "{}", summary.rendered);
    // A link shows nothing of its target, and the target shows nothing of the link.
    let summary = edit(&site, &mut articles, |all| all[6].links = Some(24));
    assert_eq!(paths(&summary), ["2024/01/13/report-07/index.html", ENTRY]);
    assert!(summary.rendered <= 2, "{}", summary.rendered);
    // The original is not shown anywhere else, either.
    site.write("content/articles/report-10.ja.md", "+++\ntitle = \"十\"\n+++\n\n二。\n");
    assert_eq!(paths(&site.build()), ["2024/01/19/report-10/index.html", ENTRY]);
    site.write("content/articles/report-20.fr.md", "+++\ntitle = \"Vingt\"\n+++\n\nDeux.\n");
    assert_eq!(paths(&site.build()), ["2024/02/19/report-20/fr/index.html", ENTRY]);
}

#[test]
fn a_title_is_where_it_is_printed() {
    for at in [6, 8, 22, 28] {
        let (site, mut articles) = site();
        let old = articles[at].title.clone();
        let mut printing = printing(&site, &old);
        printing.push((ENTRY.to_owned(), OutputChange::Changed));
        let summary = edit(&site, &mut articles, |all| all[at].title = "Renamed".to_owned());
        same(&summary.changes, &printing);
        let feeds = paths(&summary).iter().filter(|path| path.ends_with("feed.xml")).count();
        assert_eq!(feeds > 0, at >= 22, "feeds hold what is recent: {old}");
        // Article 13 links to article 9, but shows only the words of the link.
        assert!(at != 8 || !paths(&summary).contains(&"2024/02/05/report-13/index.html"));
        // The further translation of article 20 has neighbours, too.
        assert!(at != 22 || paths(&summary).contains(&"2024/02/19/report-20/fr/index.html"));
    }
}

#[test]
fn a_newest_article_moves_no_numbered_page() {
    let (site, mut articles) = site();
    let summary = edit(&site, &mut articles, |all| {
        all.push(Sketch { date: "2024-03-21".to_owned(), ..Sketch::new(31) });
    });
    let changed = paths(&summary);
    assert!(!changed.iter().any(|path| path.contains("page/")), "{changed:#?}");
    let articles_changed: Vec<&&str> = changed.iter().filter(|path| path.contains("report")).collect();
    assert_eq!(articles_changed, [&"2024/03/15/report-28/index.html", &"2024/03/21/report-31/index.html"]);
    assert_eq!(changed.iter().filter(|path| path.starts_with("sitemap")).count(), 2);
    // Add an article in a month of its own, and one that fills a small page, so that a new small page follows.
    edit(&site, &mut articles, |all| {
        let new = |n: usize| Sketch { date: format!("2024-04-{:02}", n - 30), ..Sketch::new(n) };
        all.extend((32..=34).map(new));
    });
    let summary = edit(&site, &mut articles, |all| {
        all.push(Sketch { date: "2024-04-30".to_owned(), ..Sketch::new(35) });
    });
    let home = summary.changes.iter().filter(|(path, _)| path.starts_with("page/"));
    let wanted =
        [("page/6/index.html".to_owned(), OutputChange::Changed), ("page/7/index.html".to_owned(), OutputChange::New)];
    assert!(home.eq(&wanted), "{:#?}", paths(&summary));
}

#[test]
fn an_old_article_moves_what_is_newer() {
    let old = ["page/1/", "2024/page/1/"];
    let (site, mut articles) = site();
    // Another day between the same neighbours moves no article to another page.
    edit(&site, &mut articles, |all| all[6].date = "2024-01-14".to_owned());
    // A move past other articles changes the pages between both positions.
    let summary = edit(&site, &mut articles, |all| all[6].date = "2024-03-02".to_owned());
    let changed = paths(&summary);
    assert!(changed.contains(&"page/2/index.html") && changed.contains(&"page/4/index.html"));
    assert!(!changed.iter().any(|path| old.iter().any(|old| path.starts_with(old))), "{changed:#?}");
    // A deleted article moves all newer articles up.
    let (site, mut articles) = self::site();
    let summary = edit(&site, &mut articles, |all| drop(all.remove(29)));
    assert!(paths(&summary).contains(&"page/5/index.html") && !paths(&summary).contains(&"page/4/index.html"));
    let summary = edit(&site, &mut articles, |all| {
        // Article 13 links to article 9 by its index.
        all[12].links = None;
        drop(all.remove(6));
    });
    let changed = paths(&summary);
    for (page, written) in [(1, false), (2, true), (3, true), (4, true)] {
        assert_eq!(changed.contains(&format!("page/{page}/index.html").as_str()), written, "{page}: {changed:#?}");
    }
    assert!(!changed.iter().any(|path| old.iter().any(|old| path.starts_with(old))), "{changed:#?}");
}

/// An article of a past day that is posted now is the newest of its terms, and an old one of its dates.
#[test]
fn a_past_day_is_its_dates() {
    let dated = |summary: &BuildSummary| -> Vec<String> {
        let date = |path: &&str| path.starts_with("2024/") && !path.contains("report");
        let found = paths(summary).into_iter().filter(date).map(|path| path.replace("/index.html", ""));
        found.collect::<BTreeSet<String>>().into_iter().collect()
    };
    let past = |n: usize, date: &str| Sketch {
        date: date.to_owned(),
        posted: Some(format!("2024-03-{:02}", n - 10)),
        ..Sketch::new(n)
    };
    let (site, mut articles) = site();
    // January has ten articles, of which the oldest five are on page 1; the year has them on its first two pages.
    let summary = edit(&site, &mut articles, |all| all.push(past(31, "2024-01-19")));
    assert_eq!(dated(&summary), ["2024", "2024/01", "2024/01/19", "2024/page/3", "2024/page/4", "2024/page/5"]);
    let of_others: Vec<&str> = paths(&summary).into_iter().filter(|path| path.contains("page/")).collect();
    assert!(of_others.iter().all(|path| path.starts_with("2024/page/")), "{of_others:?}");
    // The days before and after a new day link it.
    let summary = edit(&site, &mut articles, |all| all.push(past(32, "2024-02-10")));
    let wanted =
        ["2024", "2024/02", "2024/02/09", "2024/02/10", "2024/02/11", "2024/page/4", "2024/page/5"].map(str::to_owned);
    assert_eq!(dated(&summary), wanted);
    // Posted at another time, it moves in all listings but those of dates.
    let summary = edit(&site, &mut articles, |all| all[30].posted = Some("2024-01-25".to_owned()));
    assert_eq!(dated(&summary), [""; 0]);
    assert!(paths(&summary).contains(&"page/4/index.html"));
    // Its page still begins and ends with the same days, so that the year's own page is as before.
    let summary = edit(&site, &mut articles, |all| all[31].date = "2024-02-12".to_owned());
    let days = ["09", "10", "11", "12", "13"].map(|day| format!("2024/02/{day}"));
    let wanted: BTreeSet<String> = days.into_iter().chain(["2024/02", "2024/page/4"].map(str::to_owned)).collect();
    assert_eq!(dated(&summary), wanted.into_iter().collect::<Vec<_>>());
    edit(&site, &mut articles, |all| drop(all.remove(31)));
}

#[test]
fn tags_are_on_their_pages() {
    let (site, mut articles) = site();
    let summary = edit(&site, &mut articles, |all| all[17].tags = vec!["Elections"]);
    // Cards show no tags, so the home page and the months do not change.
    assert!(paths(&summary).iter().all(|path| !path.starts_with("page/") && *path != "index.html"));
    edit(&site, &mut articles, |all| all[17].tags.push("Fish"));
    edit(&site, &mut articles, |all| all[17].tags.truncate(1));
}

#[test]
fn a_record_is_where_it_is_printed() {
    let (site, _) = site();
    site.write("content/tags/trade.md", "+++\nlabel = \"Trade\"\n+++\n\nWhat trade was.\n");
    let summary = site.build();
    assert_eq!(paths(&summary), ["tags/trade/index.html"]);
    assert!(summary.rendered <= 1, "{}", summary.rendered);
    for (file, old, new) in [
        ("content/tags/trade.md", "Trade", "Commerce"),
        ("content/sources/evening-star.md", "Evening Star", "Evening Sun"),
    ] {
        let mut printing = printing(&site, old);
        // The words that mean the same, and the file that names this one.
        printing.extend([ENTRY, "search/words.bin"].map(|path| (path.to_owned(), OutputChange::Changed)));
        let alias = format!("+++\nlabel = {new:?}\naliases = [{old:?}]\n+++\n\nAs it was.\n");
        // Change the body first, so that only the label is left.
        site.write(file, &alias.replacen(new, old, 1).replace(&format!("aliases = [{old:?}]\n"), "")).build();
        let summary = site.write(file, &alias).build();
        same(&summary.changes, &printing);
        let cards = paths(&summary).contains(&"page/1/index.html");
        assert_eq!(cards, old == "Evening Star", "cards print sources, and no tags");
    }
}

#[test]
fn a_template_is_its_pages() {
    let all_of = |site: &Site, of: &dyn Fn(&str) -> bool| -> Vec<String> {
        site.outputs().into_keys().filter(|path| path.ends_with(".html") && of(path)).collect()
    };
    let (site, _) = site();
    let stub = |path: &str| path == "old/index.html" || site.output(path).contains("http-equiv=\"refresh\"");
    let tags = all_of(&site, &|path| path.starts_with("tags/") && path != "tags/index.html" && !stub(path));
    let own =
        "{% extends \"base.html\" %}{% block main %}<p>1</p>{% include \"partials/term.html\" %}{% endblock main %}";
    let summary = site.write("templates/tag.html", own).build();
    assert_eq!(paths(&summary), tags);
    assert!(tags.len() > 6, "{tags:?}");
    let summary = site.write("templates/tag.html", &own.replace("<p>1", "<p>2")).build();
    assert_eq!(paths(&summary), tags);
    fs::remove_file(site.root().join("templates/tag.html")).expect("a template can be removed");
    assert_eq!(paths(&site.build()), tags);
    // A partial that others include: only the root pages of months show the calendar.
    let months: Vec<String> = ["01", "02", "03"].map(|month| format!("2024/{month}/index.html")).into();
    let summary = site.write("templates/partials/calendar.html", "<table class=\"cal\"></table>\n").build();
    assert_eq!(paths(&summary), months);
    let summary = site.write("templates/partials/calendar.html", "<table class=\"own\"></table>\n").build();
    assert_eq!(paths(&summary), months);
    // A template that nothing uses.
    let summary = site.write("templates/unused.html", "<p>x</p>").build();
    assert_eq!((paths(&summary), summary.rendered), (vec![], 0));
}

/// Returns every output that is made by a template, except redirect pages.
fn made_by_templates(site: &Site) -> Changes {
    printing(site, "</html>")
        .into_iter()
        .filter(|(path, _)| !site.output(path).contains("http-equiv=\"refresh\""))
        .collect()
}

#[test]
fn what_stands_on_every_page_is_every_page() {
    let (site, _) = site();
    let made = made_by_templates(&site);
    assert!(made.len() > 60);
    let summary = site.write("site.toml", &CONFIG.replace("Topic One", "Topic Two")).build();
    same(&summary.changes, &made);
    // Feeds contain the title, too.
    let printing = printing(&site, "Blast Gazette");
    let summary = site.write("site.toml", &CONFIG.replace("Topic One", "Topic Two").replace("Blast", "Bang")).build();
    same(&summary.changes, &printing);
    let feeds = printing.iter().filter(|(path, _)| path.ends_with("feed.xml")).count();
    assert!(feeds > 8);
    let pages: Changes = printing.into_iter().filter(|(path, _)| !path.ends_with("feed.xml")).collect();
    same(&pages, &made);
    let summary = site.write("i18n/en.toml", "skip_to_content = \"Skip all that\"\n").build();
    same(&summary.changes, &made);
    // A string that only a few pages print.
    let printing = self::printing(&site, ">Related articles<");
    let strings = "skip_to_content = \"Skip all that\"\nrelated = \"See too\"\n";
    let summary = site.write("i18n/en.toml", strings).build();
    assert!(printing.len() > 10 && printing.iter().all(|(path, _)| path.contains("report")), "{printing:?}");
    same(&summary.changes, &printing);
}

#[test]
fn a_search_is_its_files() {
    let (site, _) = site();
    let build = |more: &str| site.write("site.toml", &format!("{CONFIG}{more}")).build();
    for more in ["[search]\n", "[search]\nenable = true\n"] {
        let summary = build(more);
        assert_eq!((summary.rendered, summary.written.written, summary.written.removed), (0, 0, 0), "{more:?}");
        assert!(summary.changes.is_empty() && summary.reasons.is_empty(), "{more:?}");
    }
    // Pages do not show what the search finds.
    for more in ["[search]\noriginals = false\n", "[search]\nlanguages = [\"en\"]\n", ""] {
        let summary = build(more);
        let found = (summary.rendered, &summary.changes);
        assert_eq!(found, (1, &vec![(ENTRY.to_owned(), OutputChange::Changed)]), "{more:?}");
    }
    let files = |site: &Site| site.outputs().into_keys().filter(|path| path.starts_with("search/")).count();
    assert!(files(&site) > 1);
    build("[search]\nenable = false\n");
    assert_eq!(files(&site), 0);
}

#[test]
fn a_static_file_is_itself() {
    let (site, _) = site();
    let summary = site.write("static/own.css", "p { margin: 1em }\n").build();
    assert_eq!(summary.changes, [("own.css".to_owned(), OutputChange::Changed)]);
    assert!(summary.rendered <= 1, "{}", summary.rendered);
    let summary = site.write("static/recto.css", "p { margin: 1em }\n").build();
    assert_eq!(summary.changes, [("recto.css".to_owned(), OutputChange::Changed)]);
    assert!(summary.rendered <= 1, "{}", summary.rendered);
}

#[test]
fn a_touch_is_nothing() {
    let (site, _) = site();
    for path in tree(site.root()).keys().filter(|path| !path.starts_with("public/") && !path.starts_with(".recto")) {
        let file = fs::File::options().append(true).open(site.root().join(path));
        file.and_then(|f| f.set_modified(SystemTime::now())).expect("an mtime can be set");
    }
    let summary = site.build();
    assert_eq!((summary.rendered, summary.written.written, summary.written.removed), (0, 0, 0));
    assert!(summary.changes.is_empty());
}

/// A term without a record gets the spelling that most articles use. When that changes, every output that prints it
/// is stale.
#[test]
fn a_majority_is_where_its_label_is_printed() {
    let (site, mut articles) = site();
    let rename =
        |all: &mut Vec<Sketch>, numbers: &[usize]| numbers.iter().for_each(|n| all[*n].source = "The Harbour GAZETTE");
    // Sixteen articles use The Harbour Gazette. If half of them change, there is no majority, and the first article
    // still decides.
    let of: Vec<usize> = (0..30).filter(|n| articles[*n].source == "The Harbour Gazette").collect();
    let most = of.len() / 2;
    rename(&mut articles, &of[of.len() - most..]);
    write(&site, &articles);
    let summary = site.build();
    assert!(summary.changes.is_empty(), "{:#?}", summary.changes);
    let printing = printing(&site, "The Harbour Gazette");
    rename(&mut articles, &of[..1]);
    write(&site, &articles);
    let summary = site.build();
    same(&summary.changes, &printing);
    let numbered = paths(&summary).iter().filter(|path| path.contains("page/")).count();
    let pages = paths(&summary).iter().filter(|path| path.contains("report-")).count();
    assert!(numbered > 5 && pages > of.len(), "{:#?}", paths(&summary));
}
