//! The page of the search in a browser: what typing, filters, keys, the history and a copied address do; what is said,
//! and to whom; what it looks like in three languages; and that nothing of what it finds runs.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::axe;
use crate::browser::Server;
use crate::chrome::{Chrome, Tab};
use crate::kinds::{Findings, open};
use crate::support::{SITE_TOML, Site, article};

/// A site in this language with a search, built once. Its texts are made up.
fn outputs(language: &str) -> &'static BTreeMap<String, Vec<u8>> {
    static SITES: [OnceLock<BTreeMap<String, Vec<u8>>>; 3] = [const { OnceLock::new() }; 3];
    let at = ["en", "ja", "ar"].iter().position(|tag| *tag == language).expect("one of three");
    SITES[at].get_or_init(|| {
        let site = Site::new(&format!("{SITE_TOML}language = {language:?}\n"));
        let original = |title: &str, body: &str| format!("+++\ntitle = {title:?}\n+++\n\n{body}\n");
        let write = |name: &str, text: String| site.write(&format!("content/articles/{name}.md"), &text);
        match language {
            "en" => english(&site),
            "ja" => {
                write("bell", article("港の鐘", "2024-03-02", "", "港の鐘が三度鳴った。\n\n船は霧を待たなかった。"));
                write("bell.en", original("The bell", "The harbor bell rang three times.\n\nThe boat did not wait."));
                write("fog", article("霧の朝", "2024-03-03", "", "港は一日じゅう霧の中だった。"));
            }
            _ => {
                write(
                    "bell",
                    article("جرس الميناء", "2024-03-02", "", "دق جرس الميناء ثلاث مرات.\n\nلم تنتظر السفينة."),
                );
                write("bell.ja", original("港の鐘", "港の鐘が三度鳴った。\n\n船は霧を待たなかった。"));
                write("fog", article("صباح الضباب", "2024-03-03", "", "بقي الميناء في الضباب طوال اليوم."));
            }
        }
        let (summary, problems) = site.try_build();
        assert!(summary.is_some(), "{problems:#?}");
        site.outputs()
    })
}

/// Texts of five languages, and one of each kind of thing that a filter asks for.
fn english(site: &Site) {
    let original = |title: &str, body: &str| format!("+++\ntitle = {title:?}\n+++\n\n{body}\n");
    let write = |name: &str, text: String| site.write(&format!("content/articles/{name}.md"), &text);
    let bell = "The harbor bell rang three times.\n\nThe boat did not wait for the fog to lift.";
    write("bell", article("The bell", "2024-03-02", "summary = \"A boat leaves.\"", bell));
    write("bell.ja", original("港の鐘", "港の鐘が三度鳴った。\n\n船は霧を待たなかった。"));
    let quay = article("On the quay", "2023-05-14", "", "Forty boats lie in the harbor.\n\nNobody asked.");
    write("quay", quay.replace("The Harbour Gazette", "Nordic Times").replace("A. Person", "B. Writer"));
    write("quay.ar", original("الرصيف", "أربعون قاربا في الميناء.\n\nلم يسأل أحد."));
    let council = article("The council meets", "2024-06-14", "kind = \"summary\"", "It will talk about the harbor.");
    write("council", council.replace("\"World\"", "\"City/Politics\""));
    write("council.ru", original("Совет", "Совет обсудит гавань."));
    let run = "document.documentElement.dataset.pwned=1";
    let hostile = format!("<img src=x onerror={run}> & <script>{run}</script>");
    let tag = format!("tags = [{hostile:?}]\nsummary = {hostile:?}");
    let text = article(&format!("Hostile {hostile}"), "2022-01-01", &tag, &format!("Hostile words: {hostile}."));
    write("hostile", text.replace("The Harbour Gazette", &format!("Evil {hostile}")));
    for day in 1..=25 {
        let text = article(&format!("Tide {day}"), &format!("2021-07-{day:02}"), "", "The tide came in and went out.");
        write(&format!("tide{day:02}"), text);
    }
}

/// Records what the page requests, and which requests it gives up.
const LOG: &str = "globalThis.log = []; {
    const real = fetch;
    globalThis.fetch = (address, options) => {
        const entry = { path: new URL(address, location).pathname, state: 'open' };
        log.push(entry);
        const end = (state) => { entry.state = state; };
        return real(address, options).then((answer) => (end('done'), answer), (error) => { end(error.name); throw error; });
    };
}
globalThis.said = [];
addEventListener('DOMContentLoaded', () => {
    const status = document.querySelector('[role=status]');
    if (status) new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
});";

/// Opens pages of a site in one tab: `look` gets the address of the site.
fn with_site(language: &str, look: impl FnOnce(&Tab, &str)) {
    serve(&Server::start(outputs(language).clone(), Some("default-src 'self'")).0, look);
}

/// A site of so many articles that its index has pieces, and its folder, which is served.
fn with_folder(look: impl FnOnce(&Site, &Tab, &str)) {
    let site = Site::new(SITE_TOML);
    for n in 1..=100 {
        site.write(&format!("content/articles/a{n:03}.md"), &numbered(n, "The tide came in."));
    }
    site.build_with(&site.options_in_pieces());
    serve(&Server::of_folder(&site.root().join("public")), |tab, at| look(&site, tab, at));
}

/// With words that no other article has, so that the index has many pieces.
fn numbered(n: u32, body: &str) -> String {
    let words: Vec<String> = (0..150u8).map(|k| format!("{}q{n}z{k}", char::from(b'a' + k % 26))).collect();
    let body = format!("{body}\n\n{}", words.join(" "));
    article(&format!("Tide {n}"), &format!("2021-{:02}-{:02}", n / 28 + 1, n % 28 + 1), "", &body)
}

fn serve(server: &Server, look: impl FnOnce(&Tab, &str)) {
    let Some(chrome) = Chrome::start() else { return };
    let tab = chrome.unpainted();
    tab.medium("screen", "light");
    tab.call("Page.enable", json!({}));
    tab.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LOG }));
    look(&tab, &format!("http://127.0.0.1:{}", server.port));
}

fn write(tab: &Tab<'_>, text: &str) {
    tab.call("Input.insertText", json!({ "text": text }));
}

/// Types into the empty box, and waits for this many results.
fn look_for(tab: &Tab<'_>, text: &str, results: usize) {
    tab.eval("document.querySelector('#q').focus(); document.querySelector('#q').value = ''");
    write(tab, text);
    tab.wait_for(&format!("document.querySelector('[role=status]').textContent.includes({text:?})"));
    wait(tab, results);
}

/// Waits until there are so many results, each with its credits.
fn wait(tab: &Tab<'_>, results: usize) {
    tab.wait_for(&format!(
        "document.querySelectorAll('.list time[datetime]').length === {results} && document.querySelectorAll('.list li').length === {results}"
    ));
}

fn text(tab: &Tab<'_>, js: &str) -> String {
    tab.eval(js).as_str().unwrap_or_else(|| panic!("{js} is no text")).to_owned()
}

fn texts(tab: &Tab<'_>, selector: &str) -> Vec<String> {
    let list = tab.eval(&format!("[...document.querySelectorAll({selector:?})].map((e) => e.textContent)"));
    list.as_array().expect("a list").iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn status(tab: &Tab<'_>) -> String {
    text(tab, "document.querySelector('[role=status]').textContent")
}

fn address(tab: &Tab<'_>) -> String {
    text(tab, "decodeURIComponent(location.search)")
}

/// The requests for files of the index.
const OF_INDEX: &str = "log.filter((entry) => entry.path.startsWith('/search/')).length";

#[test]
fn typing_finds() {
    with_site("en", |tab, site| {
        open(tab, &format!("{site}/search/"));
        tab.eval("document.querySelector('#q').focus()");
        write(tab, "h");
        write(tab, "a");
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert_eq!(status(tab), "Type a longer word.");
        write(tab, "rbor");
        wait(tab, 3);
        assert_eq!(status(tab), "Results for “harbor”: 3");
        assert_eq!(address(tab), "?q=harbor");
        assert_eq!(tab.eval("document.activeElement.id"), "q", "the focus stays");
        assert_eq!(tab.eval("document.title"), "harbor | Search | Test");
        let mut titles = texts(tab, ".list h3");
        titles.sort();
        assert_eq!(titles, ["On the quay", "The bell", "The council meets"]);
        let card = "(() => { const card = [...document.querySelectorAll('.list li')].find((li) => li.querySelector('h3').textContent === 'The bell');
            const x = card.querySelector('.x a');
            return [card.querySelector('time').textContent, card.querySelector('.k').textContent, card.querySelector('.m').textContent,
                x.textContent, x.hash, x.querySelector('mark').textContent, card.querySelector('.m a').pathname, x.pathname]; })()";
        let expected = [
            "Saturday, March 2, 2024",
            "The Harbour Gazette",
            "World · Translated by A. Person · Translation",
            "The harbor bell rang three times.",
            "#p1",
            "harbor",
            "/sections/world/",
            "/2024/03/02/bell/",
        ];
        assert_eq!(tab.eval(card), json!(expected));
        look_for(tab, "船は霧", 1);
        let original = "(() => { const x = document.querySelector('.list .x');
            return [x.querySelector('.k').textContent, x.dir, x.querySelector('a').lang, x.querySelector('a').hash, x.querySelector('mark').textContent]; })()";
        assert_eq!(tab.eval(original), json!(["Original", "ltr", "ja", "#o-p2", "船は霧"]));
        look_for(tab, "الميناء", 1);
        assert_eq!(
            tab.eval("[document.querySelector('.list .x').dir, document.querySelector('.list .x a').lang]"),
            json!(["rtl", "ar"])
        );
        tab.eval("document.querySelector('.list .x a').click()");
        tab.wait_for("document.querySelector(':target')?.id === 'o-p1'");
    });
}

/// A reader goes back to the searches that were submitted, not to every letter.
#[test]
fn the_address_holds_the_search() {
    with_site("en", |tab, site| {
        open(tab, &format!("{site}/archive/"));
        tab.eval("document.querySelector('#q').focus()");
        write(tab, "harbor");
        tab.press("Enter");
        tab.wait_for("location.pathname === '/search/'");
        wait(tab, 3);
        let choose = |name: &str, value: &str| {
            let change = "dispatchEvent(new Event('change', { bubbles: true }))";
            tab.eval(&format!(
                "{{ const f = document.forms[0].elements[{name:?}]; f.value = {value:?}; f.{change}; }}"
            ));
        };
        choose("source", "nordic-times");
        wait(tab, 1);
        assert_eq!(address(tab), "?q=harbor&source=nordic-times");
        choose("source", "");
        wait(tab, 3);
        choose("from", "2024-01-01");
        wait(tab, 2);
        choose("kind", "summary");
        wait(tab, 1);
        assert_eq!(address(tab), "?q=harbor&kind=summary&from=2024-01-01");
        assert_eq!(texts(tab, ".list h3"), ["The council meets"]);
        for (steps, results, query) in [
            (1, 2, "?q=harbor&from=2024-01-01"),
            (1, 3, "?q=harbor"),
            (1, 1, "?q=harbor&source=nordic-times"),
            (1, 3, "?q=harbor"),
        ] {
            tab.eval(&format!("history.go(-{steps})"));
            wait(tab, results);
            assert_eq!(address(tab), query);
        }
        assert_eq!(tab.eval("document.forms[0].elements.source.value"), "");
        // Typing adds no entry, and submitting adds one.
        look_for(tab, "tide", 10);
        tab.press("Enter");
        look_for(tab, "council", 1);
        look_for(tab, "boat", 2);
        tab.press("Enter");
        tab.wait_for("location.search === '?q=boat'");
        tab.eval("history.back()");
        wait(tab, 10);
        assert_eq!(address(tab), "?q=tide");
        // The same address shows the same, also with a filter that no list offers.
        open(tab, &format!("{site}/search/?q=harbor&section=city&sort=date"));
        wait(tab, 1);
        assert_eq!(
            text(tab, "document.forms[0].elements.section.value + document.forms[0].elements.sort.value"),
            "citydate"
        );
        open(tab, &format!("{site}/search/?q=harbor&source=gone"));
        tab.wait_for("document.querySelector('[role=status]').textContent.startsWith('Nothing found')");
        assert_eq!(text(tab, "document.forms[0].elements.source.value"), "gone");
        // Filters alone list articles.
        open(tab, &format!("{site}/search/?source=nordic-times&sort=date"));
        wait(tab, 1);
        assert_eq!(status(tab), "Results: 1");
    });
}

#[test]
fn nothing_of_the_index_is_asked_for_before_it_is_used() {
    with_site("en", |tab, site| {
        open(tab, &format!("{site}/search/"));
        tab.press("/");
        std::thread::sleep(std::time::Duration::from_millis(400));
        assert_eq!(tab.eval("document.activeElement.id"), "q");
        assert_eq!(tab.eval("log.length"), 0);
        write(tab, "harbor");
        wait(tab, 3);
        assert!(tab.eval(OF_INDEX).as_u64() > Some(0));
    });
}

#[test]
fn keys_alone_are_enough() {
    with_site("en", |tab, site| {
        open(tab, &format!("{site}/search/"));
        tab.press("/");
        assert_eq!(tab.eval("document.activeElement.id"), "q");
        write(tab, "tide");
        wait(tab, 10);
        // From the box to the first result, past the button and the filters.
        for _ in 0..30 {
            tab.press("Tab");
            if tab.eval("document.activeElement.closest('.list') !== null") == true {
                break;
            }
        }
        assert_eq!(tab.eval("document.activeElement.closest('li') === document.querySelector('.list li')"), true);
        assert_ne!(tab.eval("getComputedStyle(document.activeElement).outlineStyle"), "none");
        assert!(status(tab).contains("Shown: 10 of 25"), "{}", status(tab));
        tab.eval("document.querySelector('.more').focus()");
        tab.press("Enter");
        wait(tab, 20);
        assert_eq!(
            tab.eval("document.activeElement.closest('li') === document.querySelectorAll('.list li')[10]"),
            true
        );
        // A slash in the box is a letter.
        tab.press("/");
        assert_eq!(tab.eval("document.activeElement.id"), "q");
        tab.press("Escape");
        assert_eq!(
            tab.eval(
                "[document.querySelector('#q').value, location.search, document.querySelectorAll('.list *').length]"
            ),
            json!(["", "", 0])
        );
        assert_eq!(status(tab), "");
        assert_eq!(tab.eval("document.activeElement.id"), "q");
    });
}

/// What a screen reader reads: a form of the role, fields with names, a status, a list of results below a heading.
#[test]
fn the_accessibility_tree_is_complete() {
    with_site("en", |tab, site| {
        open(tab, &format!("{site}/search/"));
        look_for(tab, "harbor", 3);
        let tree = tab.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().expect("a list").iter().filter(|node| node["ignored"] == false);
        let named: Vec<String> = nodes
            .map(|node| {
                format!(
                    "{} {}",
                    node["role"]["value"].as_str().unwrap_or_default(),
                    node["name"]["value"].as_str().unwrap_or_default()
                )
            })
            .collect();
        for expected in [
            "searchbox Search",
            "button Search",
            "combobox Section",
            "combobox Source",
            "combobox Translator",
            "combobox Kind",
            "combobox Language",
            "Date Dated from",
            "combobox Sort by",
            "heading Results",
            "mark ",
        ] {
            assert!(named.iter().any(|name| name == expected), "{expected} is not in {named:#?}");
        }
        assert!(named.iter().any(|name| name.starts_with("search")), "{named:#?}");
        assert!(named.iter().any(|name| name.starts_with("status")), "{named:#?}");
        let said = texts(tab, "[role=status]");
        assert_eq!(said, ["Results for “harbor”: 3"]);
        assert_eq!(tab.eval("said.filter((text) => text.includes('harbor')).length"), 1, "the count is said once");
    });
}

#[test]
fn composed_text_is_searched_for_when_it_is_finished() {
    with_site("ja", |tab, site| {
        open(tab, &format!("{site}/search/"));
        tab.eval("document.querySelector('#q').focus()");
        for part in ["み", "みな", "みなと"] {
            let at = part.chars().count();
            tab.call("Input.imeSetComposition", json!({ "text": part, "selectionStart": at, "selectionEnd": at }));
        }
        std::thread::sleep(std::time::Duration::from_millis(400));
        assert_eq!(tab.eval("[location.search, log.length]"), json!(["", 0]));
        write(tab, "港の");
        wait(tab, 1);
        assert_eq!(address(tab), "?q=港の");
    });
}

#[test]
fn nothing_that_is_found_runs() {
    with_site("en", |tab, site| {
        open(tab, &format!("{site}/search/?q=hostile"));
        wait(tab, 1);
        assert!(texts(tab, ".list h3")[0].contains("<img src=x onerror="));
        assert!(texts(tab, ".list li > div")[0].contains("<script>"));
        let elements = "document.querySelectorAll('main :is(img, script, iframe, [onerror])').length";
        assert_eq!(tab.eval(elements), 0);
        open(tab, &format!("{site}/search/?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&source=%22%3E%3Cscript%3E"));
        tab.wait_for("document.querySelector('[role=status]').textContent !== ''");
        assert_eq!(tab.eval(elements), 0);
        assert_eq!(tab.eval("document.documentElement.dataset.pwned ?? null"), Value::Null);
    });
}

/// A page that was opened before a build meets the files of after it.
#[test]
fn an_open_page_meets_a_new_index() {
    with_folder(|site, tab, at| {
        open(tab, &format!("{at}/search/"));
        look_for(tab, "tide", 10);
        assert_eq!(status(tab), "Results for “tide”: 100 · Shown: 10 of 100");
        site.write("content/articles/a003.md", &numbered(3, "The flood came in."));
        site.build_with(&site.options_in_pieces());
        look_for(tab, "flood", 1);
        assert_eq!(texts(tab, ".list h3"), ["Tide 3"]);
        assert!(tab.eval("log.filter((entry) => entry.path.endsWith('entry.bin')).length").as_u64() > Some(1));
    });
}

#[test]
fn a_damaged_index_and_a_lost_connection_are_said() {
    with_folder(|site, tab, at| {
        let folder = site.root().join("public/search");
        let whole = std::fs::read(folder.join("entry.bin")).expect("there is an index");
        let damages: [Option<&[u8]>; 3] = [None, Some(&whole[..whole.len() / 2]), Some(b"<!DOCTYPE html><p>Not found")];
        for damage in damages {
            match damage {
                Some(bytes) => std::fs::write(folder.join("entry.bin"), bytes),
                None => std::fs::remove_file(folder.join("entry.bin")),
            }
            .expect("the folder can be written");
            open(tab, &format!("{at}/search/?q=tide"));
            tab.wait_for(
                "document.querySelector('[role=status]').textContent.startsWith('The search index cannot be read')",
            );
            assert_eq!(tab.eval("document.querySelectorAll('.list li').length"), 0);
        }
        std::fs::write(folder.join("entry.bin"), &whole).expect("the folder can be written");
        tab.eval("document.querySelector('.box button').click()");
        wait(tab, 10);

        open(tab, &format!("{at}/search/"));
        let connect = |offline: bool| {
            let line = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
            tab.call("Network.emulateNetworkConditions", line);
        };
        tab.call("Network.enable", json!({}));
        connect(true);
        tab.eval("document.querySelector('#q').focus()");
        write(tab, "tide");
        tab.wait_for("document.querySelector('[role=status]').textContent.startsWith('You seem to be offline')");
        connect(false);
        wait(tab, 10);
    });
}

/// Requests that nobody waits for any more are given up.
#[test]
fn what_is_no_longer_wanted_is_aborted() {
    with_folder(|_, tab, at| {
        open(tab, &format!("{at}/search/"));
        tab.call("Network.enable", json!({}));
        let line = json!({ "offline": false, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1 });
        tab.call("Network.emulateNetworkConditions", line);
        tab.eval("document.querySelector('#q').focus()");
        write(tab, "tid");
        tab.wait_for("log.length > 0");
        tab.wait_for("document.querySelector('[role=status]').textContent === 'Searching…'");
        tab.wait_for("log.some((entry) => !entry.path.endsWith('entry.bin'))");
        write(tab, "e 99");
        tab.wait_for("log.some((entry) => entry.state === 'AbortError')");
        tab.wait_for("document.querySelector('[role=status]').textContent.startsWith('Results for “tide 99”: 1')");
    });
}

#[test]
fn without_scripts_the_page_says_so_and_leads_on() {
    with_site("en", |tab, site| {
        tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        open(tab, &format!("{site}/search/"));
        let shown = text(tab, "document.querySelector('main').innerText");
        assert!(shown.contains("The search needs JavaScript."), "{shown}");
        let links = tab
            .eval("[...document.querySelectorAll('main a')].filter((a) => a.checkVisibility()).map((a) => a.pathname)");
        assert_eq!(links, json!(["/archive/", "/sections/", "/tags/", "/sources/", "/translators/"]));
        tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": false }));
    });
}

/// The query, the count and the headlines.
#[test]
fn it_is_printed_as_a_list_of_headlines() {
    with_site("en", |tab, site| {
        open(tab, &format!("{site}/search/?q=harbor"));
        wait(tab, 3);
        tab.medium("print", "light");
        let shown = text(tab, "document.querySelector('main').innerText");
        assert!(shown.contains("Results for “harbor”: 3") && shown.contains("On the quay"), "{shown}");
        assert!(!shown.contains("rang three times") && !shown.contains("Sort by"), "{shown}");
    });
}

/// Measurements of what overflows and what is too small to touch.
const MEASURES: &str = include_str!("reflow/measures.js");

#[test]
fn nothing_overflows_and_axe_finds_nothing() {
    let findings = Findings::default();
    let source = axe::source();
    for (language, query, results) in [("en", "harbor", 3), ("ja", "った", 2), ("ar", "الميناء", 2)] {
        with_site(language, |tab, site| {
            open(tab, &format!("{site}/search/?q={query}&sort=date"));
            wait(tab, results);
            if language == "ja" {
                look_for(tab, "言語：en", 1); // A filter, as the form calls it.
            }
            tab.eval(MEASURES);
            tab.width(320);
            for what in ["overflow()", "small()"] {
                for what in tab.eval(what).as_array().expect("a list").iter().filter_map(Value::as_str) {
                    findings.add(what, language);
                }
            }
            let Some(axe) = &source else { return };
            tab.eval(axe);
            axe::run(tab, &axe::WAYS, |what, how| findings.add(what, format!("{language} {how}")));
        });
    }
    findings.none();
}
