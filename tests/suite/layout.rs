//! What readers see where it matters: wide tables, the top of an article on a phone, its links to the original, the
//! foot of every page, and paper.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::browser::Server;
use crate::chrome::{Chrome, Tab};
use crate::kinds::{Findings, look_at_all, open};
use crate::support::{SITE_TOML, Site, article};

/// A poll with five columns, so wide that a phone cannot show it.
const POLL: &str = "| Question and answer | Aosaki harbour | Byeolpo harbour | Linden Quay | Marsa Nur |\n\
                    |:--|--:|--:|--:|--:|\n\
                    | **Should the ferries run by one sea time, whatever the ports think?** | | | | |\n\
                    | Yes | 38 | 44 | 71 | 29 |\n| No | 49 | 43 | 17 | 61 |\n\
                    | **Have you missed a boat?** | | | | |\n\
                    | Once or more | 21 | 26 | 48 | 19 |\n| Never | 79 | 74 | 52 | 81 |\n\n: The ports, in percent\n\n\
                    | a | b |\n|--|--|\n| x | 1 |\n";

/// Waits until a frame was drawn: with it, timelines begin and media queries follow the width.
const FRAME: &str = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))";

/// A site with the poll, alone and beside its original.
fn polls(language: &str) -> BTreeMap<String, Vec<u8>> {
    let site = Site::new(&format!("{SITE_TOML}language = {language:?}\n"));
    site.write("content/articles/poll.md", &article("Poll", "2021-03-24", "", POLL));
    site.write("content/articles/pair.md", &article("Pair", "2021-03-24", "", POLL));
    site.write("content/articles/pair.ja.md", &format!("+++\ntitle = \"調査\"\n+++\n\n{POLL}"));
    site.build();
    site.outputs()
}

/// What a wide table shows of itself: that it scrolls, where its edges are, and where the keyboard stops.
const TABLES: &str = r#"[...document.querySelectorAll(".scroll")].map((box) => {
  const rtl = getComputedStyle(box).direction === "rtl";
  const start = (e) => { const b = e.getBoundingClientRect(); return Math.round(rtl ? -b.right : b.left); };
  const headers = [...box.querySelectorAll("[scope=row], [colspan] > span, caption")];
  const before = headers.map(start);
  box.scrollLeft = rtl ? -60 : 60;
  const moved = Math.abs(box.scrollLeft);
  const stays = headers.every((e, at) => start(e) === before[at]);
  const wide = headers.some((e) => e.getBoundingClientRect().width > box.clientWidth);
  box.scrollLeft = 0;
  const style = getComputedStyle(box);
  box.focus();
  return {
    scrolls: box.scrollWidth > box.clientWidth, moved: moved > 0, stays, wide,
    shadow: style.visibility === "visible" && style.backgroundImage !== "none", stop: document.activeElement === box,
    lines: style.visibility === "visible" && style.borderInlineEndStyle === "double",
  };
})"#;

/// No column is hidden without a cue, the first one stays, and the keyboard stops only where something scrolls.
#[test]
fn wide_tables_show_that_they_scroll() {
    let Some(chrome) = Chrome::start() else { return };
    for language in ["en", "ar"] {
        let (server, _told) = Server::start(polls(language), None);
        let tab = chrome.tab();
        for page in ["poll", "pair"] {
            for (width, scheme) in [(360, "light"), (360, "dark"), (1280, "light")] {
                tab.width(width);
                tab.medium("screen", scheme);
                open(&tab, &format!("http://127.0.0.1:{}/2021/03/24/{page}/", server.port));
                // A timeline begins with a frame.
                tab.eval(FRAME);
                let found = tab.eval(TABLES);
                let tables = found.as_array().expect("a list");
                assert_eq!(tables.len(), if page == "poll" { 2 } else { 4 });
                for (at, table) in tables.iter().enumerate() {
                    // Beside each other stand the two polls, then the two small tables.
                    let scrolls = width == 360 && at < tables.len() / 2;
                    let is = |key: &str| table[key] == true;
                    let place = format!("{language} {page} {width} {at}: {table}");
                    assert_eq!([is("scrolls"), is("moved"), is("shadow"), is("stop")], [scrolls; 4], "{place}");
                    assert!(is("stays") && !is("wide"), "{place}");
                }
            }
        }
        tab.width(360);
        let forced = json!([{ "name": "forced-colors", "value": "active" }]);
        tab.call("Emulation.setEmulatedMedia", json!({ "media": "", "features": forced }));
        open(&tab, &format!("http://127.0.0.1:{}/2021/03/24/poll/", server.port));
        tab.eval(FRAME);
        let lines = tab.eval(&format!("{TABLES}.map((table) => table.lines)"));
        assert_eq!(lines, json!([true, false]));
    }
}

/// Returns the rows of the first table as a screen reader gets them: the roles and names of their cells.
fn heard(tab: &Tab<'_>) -> Vec<Vec<(String, String)>> {
    let tree = tab.call("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().expect("a tree has nodes");
    let by_id: BTreeMap<&str, &Value> =
        nodes.iter().filter_map(|node| Some((node["nodeId"].as_str()?, node))).collect();
    let text = |node: &Value, key: &str| node[key]["value"].as_str().unwrap_or_default().to_owned();
    let table = nodes
        .iter()
        .find(|node| text(node, "role") == "table" && !text(node, "name").is_empty())
        .expect("a table with a caption");
    let (mut rows, mut left) = (vec![vec![("table".to_owned(), text(table, "name"))]], vec![table]);
    while let Some(node) = left.pop() {
        let role = text(node, "role");
        match &*role {
            "row" => rows.push(Vec::new()),
            "rowheader" | "columnheader" | "cell" => {
                rows.last_mut().expect("a cell is in a row").push((role, text(node, "name")));
                continue;
            }
            _ => {}
        }
        let children = node["childIds"].as_array().into_iter().flatten().rev();
        left.extend(children.filter_map(|id| by_id.get(id.as_str()?).copied()));
    }
    rows
}

#[test]
fn a_screen_reader_hears_every_question_with_its_rows() {
    let Some(chrome) = Chrome::start() else { return };
    let (server, _told) = Server::start(polls("en"), None);
    let tab = chrome.tab();
    for width in [1280, 360] {
        tab.width(width);
        open(&tab, &format!("http://127.0.0.1:{}/2021/03/24/poll/", server.port));
        let rows = heard(&tab);
        let told: Vec<String> = rows
            .iter()
            .map(|row| row.iter().map(|(role, name)| format!("{role} {name}")).collect::<Vec<_>>().join(", "))
            .collect();
        let expected = [
            "table The ports, in percent",
            "columnheader Question and answer, columnheader Aosaki harbour, columnheader Byeolpo harbour, \
             columnheader Linden Quay, columnheader Marsa Nur",
            "rowheader Should the ferries run by one sea time, whatever the ports think?",
            "rowheader Yes, cell 38, cell 44, cell 71, cell 29",
            "rowheader No, cell 49, cell 43, cell 17, cell 61",
            "rowheader Have you missed a boat?",
            "rowheader Once or more, cell 21, cell 26, cell 48, cell 19",
            "rowheader Never, cell 79, cell 74, cell 52, cell 81",
        ];
        assert_eq!(told, expected, "{width}");
    }
}

/// Where the first text of an article begins; whether the print button, which a script shows, moves anything; and how
/// high links to related articles are.
const TOPS: &str = r#"(() => {
  const text = document.querySelector(".art > .sum, .art .fx .t, .art > .body");
  if (!text || !document.querySelector("div.credit")) return null;
  const button = document.querySelector("[data-print]");
  const all = [...document.querySelectorAll(".art *")].filter((e) => e !== button);
  const places = () => all.map((e) => e.getBoundingClientRect().top);
  const shown = places();
  button.hidden = true;
  const now = places();
  const moves = all.filter((e, at) => now[at] !== shown[at]).map((e) => e.localName);
  button.hidden = false;
  const low = [...document.querySelectorAll(".rel h3 a")].some((a) => a.getBoundingClientRect().height < 24);
  return { top: Math.round(text.getBoundingClientRect().top + scrollY), moves, low };
})()"#;

#[test]
fn a_phone_shows_the_text_and_the_print_button_moves_nothing() {
    let findings = Findings::default();
    look_at_all(|subject, chrome| {
        let articles = ["article", "article-with-original", "translation", "original"];
        let pages = subject.pages.iter().filter(|page| articles.contains(&&*page.kind)).chain(&subject.originals);
        let pages: Vec<_> = pages.cloned().collect();
        subject.visit_these(&pages, chrome, |tab, page, url| {
            let place = format!("{} {} {}", subject.language, page.kind, page.path);
            tab.medium("screen", "light");
            for width in [390, 1280] {
                // A page that is open keeps its scroll bar for a while.
                tab.width(width);
                open(tab, url);
                let found = tab.eval(TOPS);
                let top = found["top"].as_i64().expect("an article has a text");
                if width == 390 && top >= 500 {
                    findings.add("the first text begins too low on a phone", format!("{place}: {top}"));
                }
                if found["moves"] != json!([]) {
                    findings.add("the print button moves something", format!("{place} {width}: {}", found["moves"]));
                }
                if found["low"] == true {
                    findings.add("a related headline is too low a target", format!("{place} {width}"));
                }
            }
        });
    });
    findings.none();
}

/// How many ems a printed line has, and what has no room kept for it.
const PAPER: &str = r#"(() => {
  const ems = (e) => e.getBoundingClientRect().width / parseFloat(getComputedStyle(e).fontSize);
  const after = (e) => getComputedStyle(e).breakAfter === "avoid";
  const whole = (e) => getComputedStyle(e).breakInside === "avoid";
  const all = (what) => [...document.querySelectorAll(what)];
  return {
    line: Math.max(...all(".art:not(.fc) > .body > p").map(ems)),
    stranded: all(".body :is(h2, h3, h4, h5, h6)").filter((e) => !after(e) && !after(e.closest(".r") ?? e)).length,
    cut: all(":is(figure, .scroll, .r)").filter((e) => !whole(e)).length,
  };
})()"#;

#[test]
fn paper_has_short_lines_and_whole_figures() {
    let site = Site::new(SITE_TOML);
    let long = "The council meets on the fourteenth, and the boat did not wait. ".repeat(30);
    let body = format!("{long}\n\n## The quay\n\n{long}\n\n{POLL}\n\n{long}\n");
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", &body));
    site.write("content/articles/b.md", &article("B", "2021-03-24", "", &body));
    site.write("content/articles/b.ja.md", &format!("+++\ntitle = \"調査\"\n+++\n\n{body}"));
    site.build();
    let Some(chrome) = Chrome::start() else { return };
    let (server, _told) = Server::start(site.outputs(), None);
    let tab = chrome.tab();
    tab.width(794);
    tab.medium("print", "light");
    for page in ["a", "b"] {
        open(&tab, &format!("http://127.0.0.1:{}/2021/03/24/{page}/", server.port));
        let found = tab.eval(PAPER);
        assert_eq!((&found["stranded"], &found["cut"]), (&json!(0), &json!(0)), "{page}");
        let line = found["line"].as_f64().unwrap_or(38.0);
        assert!((34.0..40.0).contains(&line), "{page}: {line} em");
    }
}

/// What a page says of an original that it does not print as a whole, and where its head leads.
#[test]
fn pages_say_how_much_of_an_original_they_print() {
    let site = Site::new(SITE_TOML);
    let texts = [
        ("full", "publish = \"full\"", true, "href=\"#original\"", ""),
        ("opening", "publish = \"excerpt\"", true, "href=\"#original\"", "Opening only"),
        ("withheld", "publish = \"none\"", true, "href=\"https://paper.example/1\"", "Not reproduced here"),
        ("link", "layout = \"link\"", true, "href=\"https://paper.example/1\"", "Not reproduced here"),
        ("below", "publish = \"excerpt\"\nlayout = \"below\"", true, "href=\"#original\"", "Opening only"),
        ("elsewhere", "", false, "href=\"https://paper.example/1\"", ""),
    ];
    for (name, original, beside, _, _) in texts {
        let more = format!("[original]\nlang = \"ja\"\nurl = \"https://paper.example/1\"\n{original}\n");
        site.write(&format!("content/articles/{name}.md"), &article("A title", "2021-03-24", &more, "One.\n\nTwo."));
        if beside {
            site.write(&format!("content/articles/{name}.ja.md"), "+++\ntitle = \"題\"\n+++\n\n一。\n\n二。\n");
        }
    }
    site.build();
    for (name, _, _, link, words) in texts {
        let html = site.output(&format!("2021/03/24/{name}/index.html"));
        let head = &html[html.find("<header>").expect("a head")..html.find("</header>\n<").expect("its end")];
        let all = ["Opening only", "Not reproduced here"];
        let after = &html[html.find("id=\"original\"").unwrap_or(html.len())..];
        assert!(head.contains(link), "{name}: {head}");
        for said in all {
            assert_eq!(head.contains(said), said == words, "{name}: {head}");
            assert_eq!(after.contains(said), said == words, "{name}: {after}");
        }
    }
}

#[test]
fn the_foot_links_pages_by_their_order() {
    let site = Site::new(&format!("{SITE_TOML}description = \"News in translation.\"\nrights = \"CC-BY-4.0\"\n"));
    site.write("content/articles/a.md", &article("A title", "2021-03-24", "", "One."));
    for (name, order) in [("about", "order = 2"), ("contact", "order = 1"), ("other", ""), ("policy", "order = 2")] {
        site.write(
            &format!("content/pages/{name}.md"),
            &format!("+++\ntitle = \"The {name}\"\n{order}\n+++\n\nText.\n"),
        );
    }
    site.build();
    let html = site.output("2021/03/24/a/index.html");
    let foot = &html[html.find("<footer class=\"foot\"").expect("a foot")..];
    let places = ["The contact", "The about", "The policy", "CC-BY-4.0</a>"].map(|what| foot.find(what));
    assert!(places.is_sorted() && places[0].is_some() && !foot.contains("The other"), "{foot}");
    assert!(foot.contains("News in translation.") && foot.contains("licenses/by/4.0/"), "{foot}");
    let home = site.output("index.html");
    assert!(!home[home.find("<footer class=\"foot\"").expect("a foot")..].contains("News in translation."));
}
