//! Blast radius: exactly the expected outputs are written after an edit.
//!
//! For edits of articles the expectation is computed: [`shown`] returns what every output shows, and an output must
//! be written if that differs. For other edits it is read from the outputs: changing a label must rewrite every
//! output that prints it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::SystemTime;

use recto::engine::build::BuildSummary;
use recto::engine::write::OutputChange;

use crate::support::{Site, tree};

const CONFIG: &str = "title = \"Blast Gazette\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n\
                      [pagination]\nper_page = 5\n[feeds]\nlimit = 5\n\
                      [topics]\nbar = [{ label = \"Topic One\", url = \"/about/\" }]\n";
const PER_PAGE: usize = 5;
const IN_FEEDS: usize = 5;

/// An article as the test knows it.
#[derive(Clone)]
struct Sketch {
    id: String,
    title: String,
    date: String,
    section: &'static str,
    tags: Vec<&'static str>,
    source: &'static str,
    translator: &'static str,
    body: String,
    /// Links to the article at this index.
    links: Option<usize>,
    /// Whether it has a further translation.
    french: bool,
}

impl Sketch {
    /// Returns article number `n`: one on every second day of three months, with varying terms.
    fn new(n: usize) -> Sketch {
        let mut tags = vec![if n.is_multiple_of(2) { "Trade" } else { "Weather" }];
        tags.extend(n.is_multiple_of(5).then_some("Elections"));
        Sketch {
            id: format!("report-{n:02}"),
            title: format!("Report {n:02}"),
            date: format!("2024-{:02}-{:02}", 1 + ((n - 1) / 10).min(2), 1 + 2 * (n - 1 - 10 * ((n - 1) / 10).min(2))),
            section: ["World", "World > Asia", "Economy"][n % 3],
            tags,
            source: if n % 4 < 2 { "The Harbour Gazette" } else { "Evening Star" },
            translator: if n.is_multiple_of(3) { "A. Person" } else { "B. Person" },
            body: format!("Body of {n}."),
            links: (n == 13).then_some(8),
            french: n == 20,
        }
    }

    fn address(&self) -> String {
        format!("{}/{}", self.date.replace('-', "/"), self.id)
    }

    fn text(&self, all: &[Sketch]) -> String {
        let tags: Vec<String> = self.tags.iter().map(|tag| format!("{tag:?}")).collect();
        let link = self.links.map(|at| format!("\n\nMore [there]({}.md).", all[at].id)).unwrap_or_default();
        let original = if self.french { "original = { lang = \"ja\" }\n" } else { "" };
        format!(
            "+++\ntitle = {:?}\ndate = {}\nsection = {:?}\ntags = [{}]\nsource = {:?}\ntranslator = {:?}\n\
             summary = \"As it was.\"\n{original}+++\n\n{}{link}\n",
            self.title,
            self.date,
            self.section,
            tags.join(", "),
            self.source,
            self.translator,
            self.body
        )
    }

    /// Returns what listings show of it.
    fn card(&self) -> String {
        format!("{} {} {} {} {}", self.title, self.address(), self.section, self.source, self.translator)
    }

    /// Returns the addresses of the terms of a kind and of their ancestors, each with its label.
    fn terms(&self, kind: &str) -> Vec<String> {
        let names: Vec<&str> = match kind {
            "sections" => self.section.split(" > ").collect(),
            "tags" => self.tags.clone(),
            "sources" => vec![self.source],
            _ => vec![self.translator],
        };
        let slug = |name: &str| name.to_lowercase().replace(". ", "-").replace(' ', "-");
        let slugs: Vec<String> = names.into_iter().map(slug).collect();
        match kind {
            "sections" => (1..=slugs.len()).map(|n| format!("sections/{}", slugs[..n].join("/"))).collect(),
            _ => slugs.into_iter().map(|slug| format!("{kind}/{slug}")).collect(),
        }
    }
}

/// The file that a search reads first.
const ENTRY: &str = "search/entry.bin";

const KINDS: [&str; 4] = ["sections", "tags", "sources", "translators"];

type Shown = BTreeMap<String, String>;

/// Returns what every output shows that depends on articles, computed independently of Recto.
fn shown(articles: &[Sketch]) -> Shown {
    let mut order: Vec<&Sketch> = articles.iter().collect();
    order.sort_by(|a, b| (&b.date, &a.id).cmp(&(&a.date, &b.id)));
    let mut out = Shown::new();
    pages(&order, articles, &mut out);
    let mut listings: BTreeMap<String, Vec<&Sketch>> = BTreeMap::from([(String::new(), order.clone())]);
    for article in &order {
        for kind in KINDS {
            article.terms(kind).into_iter().for_each(|term| listings.entry(term).or_default().push(article));
        }
        for length in [4, 7, 10] {
            listings.entry(article.date[..length].replace('-', "/")).or_default().push(article);
        }
    }
    let counts = |start: &str| -> Vec<(String, usize)> {
        let all = listings.iter().filter(|(address, _)| address.starts_with(start) && address.len() > start.len());
        all.map(|(address, list)| (address.clone(), list.len())).collect()
    };
    for (address, list) in &listings {
        let extras = match address.as_str() {
            "" => counts("sections/"),
            term if term.starts_with("sections/") => counts(&format!("{term}/")),
            term if term.contains(char::is_alphabetic) => Vec::new(),
            date => {
                let mut below = counts(&format!("{date}/"));
                below.retain(|(other, _)| other.len() == date.len() + 3);
                [below, beside(&listings, date)].concat()
            }
        };
        listing(address, list, &format!("{extras:?}"), &mut out);
        if !address.starts_with('2') {
            let feed = if address.is_empty() { "feed.xml".to_owned() } else { format!("{address}/feed.xml") };
            let entries: Vec<String> =
                list.iter().take(IN_FEEDS).map(|a| format!("{} {:?} {}", a.card(), a.tags, a.date)).collect();
            out.insert(feed, entries.join("\n"));
        }
        if address.starts_with('2') && address.len() == 7 {
            let entries: Vec<String> =
                list.iter().map(|a| format!("{} {} {}", a.address(), a.date, a.french)).collect();
            out.insert(format!("sitemap-{}.xml", address.replace('/', "-")), entries.join("\n"));
        }
    }
    for kind in KINDS {
        out.insert(format!("{kind}/index.html"), format!("{:?}", counts(&format!("{kind}/"))));
    }
    let months: Vec<(String, usize)> = counts("2").into_iter().filter(|(address, _)| address.len() <= 7).collect();
    out.insert("archive/index.html".to_owned(), format!("{months:?}"));
    let last: Vec<String> = months.iter().map(|(month, _)| format!("{month} {}", listings[month][0].date)).collect();
    out.insert("sitemap.xml".to_owned(), last.join("\n"));
    // All of these articles are among the newest, whose words are in one file.
    let searched: Vec<String> = order.iter().map(|article| article.text(articles)).collect();
    out.insert(ENTRY.to_owned(), searched.join("\n"));
    out
}

/// Adds the pages of articles. `order` is newest first.
fn pages(order: &[&Sketch], articles: &[Sketch], out: &mut Shown) {
    for article in order {
        let section: Vec<&&Sketch> = order.iter().filter(|a| a.section == article.section).collect();
        let at = section.iter().position(|a| a.id == article.id).expect("it is in its section");
        let name =
            |at: Option<usize>| at.and_then(|at| section.get(at)).map(|a| format!("{} {}", a.title, a.address()));
        let shared = |a: &Sketch| a.tags.iter().filter(|tag| article.tags.contains(tag)).count();
        let mut related: Vec<&&&Sketch> = section[at + 1..].iter().filter(|a| shared(a) > 0).collect();
        related.sort_by_key(|a| std::cmp::Reverse(shared(a)));
        let related: Vec<String> = related.iter().take(3).map(|a| a.card()).collect();
        let beside = [name(Some(at + 1)), name(at.checked_sub(1))];
        let own = format!("{} {:?} {beside:?} {related:?}", article.card(), article.tags);
        let link = article.links.map(|at| articles[at].address());
        out.insert(format!("{}/index.html", article.address()), format!("{own} {} {link:?}", article.body));
        if article.french {
            out.insert(format!("{}/fr/index.html", article.address()), own);
        }
    }
}

/// Returns the dates before and after a date of the same precision.
fn beside(listings: &BTreeMap<String, Vec<&Sketch>>, date: &str) -> Vec<(String, usize)> {
    let dates: Vec<&String> = listings.keys().filter(|a| a.starts_with('2') && a.len() == date.len()).collect();
    let at = dates.iter().position(|other| *other == date).expect("it is one of them");
    let beside = [at.checked_sub(1), Some(at + 1)].map(|at| at.and_then(|at| dates.get(at)));
    beside.into_iter().map(|date| (date.map(|d| d.to_string()).unwrap_or_default(), 0)).collect()
}

/// Adds the pages of a listing as the manual describes them: numbered from the oldest, with a small page numbered
/// after the last.
fn listing(address: &str, newest_first: &[&Sketch], extras: &str, out: &mut Shown) {
    let page = |number: usize| format!("{address}/page/{number}/index.html").trim_start_matches('/').to_owned();
    let cards: Vec<String> = newest_first.iter().rev().map(|a| a.card()).collect();
    let numbered = (cards.len() / PER_PAGE).saturating_sub(1);
    for number in 1..=numbered {
        let shown = &cards[(number - 1) * PER_PAGE..number * PER_PAGE];
        out.insert(page(number), shown.join("\n"));
    }
    if numbered > 0 {
        out.insert(page(numbered + 1), "a stub".to_owned());
    }
    let root = format!("{address}/index.html").trim_start_matches('/').to_owned();
    let rest = cards[numbered * PER_PAGE..].join("\n");
    out.insert(root, format!("{} articles, {numbered} pages, {extras}\n{rest}", cards.len()));
}

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
