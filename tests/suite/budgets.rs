//! Budgets of the default theme: bytes of a page and of the style sheet, requests, scripts. A strict content
//! security policy forbids none of its requests.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::chrome::Tab;
use crate::kinds::{Findings, look_at, look_at_all, open, subjects};
use crate::support::{SITE_TOML, Site, article};

/// The most bytes of a page besides its text, and of its metadata on top of that.
const CHROME: usize = 4096;
const METADATA: usize = 4096;

/// The most bytes of the style sheet as a host sends it.
const STYLE: usize = 12 * 1024;

/// The most bytes of all scripts of a page: the print button, the view, further translations, the cited paragraph.
const SCRIPT: usize = 2560;

/// Splits a page into metadata and the rest.
fn parts(html: &str) -> (String, String) {
    let (mut metadata, mut chrome) = (String::new(), String::new());
    let mut rest = html;
    let starts = ["<meta", "<link", "<script type=\"application/ld+json\""];
    while let Some((at, start)) = starts.iter().filter_map(|start| Some((rest.find(start)?, start))).min() {
        let end = if start.starts_with("<script") { "</script>" } else { ">" };
        let length = rest[at..].find(end).expect("elements end") + end.len();
        let element = &rest[at..at + length];
        // What a browser itself needs is not metadata.
        let needed = ["stylesheet", "icon", "preload"].iter().any(|rel| element.contains(&format!("rel=\"{rel}")));
        chrome.push_str(&rest[..at]);
        if needed && *start == "<link" { &mut chrome } else { &mut metadata }.push_str(element);
        rest = &rest[at + length..];
    }
    chrome.push_str(rest);
    (chrome, metadata)
}

/// The cost of every page of an archive: an article page with an empty body and only the required keys.
#[test]
fn chrome_is_light() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A title", "2021-03-24", "", ""));
    site.build();
    let html = site.output("2021/03/24/a/index.html");
    let (chrome, metadata) = parts(&html);
    println!("{} bytes of chrome, {} of metadata", chrome.len(), metadata.len());
    assert!(metadata.len() > 1000, "the metadata is there: {metadata}");
    assert!(chrome.len() <= CHROME, "{} bytes of chrome:\n{chrome}", chrome.len());
    assert!(metadata.len() <= METADATA, "{} bytes of metadata:\n{metadata}", metadata.len());
}

/// The most bytes of the script of the search as a host sends it.
const SEARCH: usize = 12 * 1024;

fn sent(bytes: &[u8]) -> usize {
    let mut sent = Vec::new();
    let how = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &*bytes, &mut sent, &how).expect("memory takes every write");
    sent.len()
}

#[test]
fn the_script_of_the_search_is_light() {
    let script = &subjects()[0].outputs["search.js"];
    println!("{} bytes, {} as they are sent", script.len(), sent(script));
    assert!(sent(script) <= SEARCH, "{} bytes", sent(script));
}

/// Pages have one style sheet, and feeds one that no page asks for.
#[test]
fn the_style_sheet_is_one_and_light() {
    let outputs = &subjects()[0].outputs;
    let of_feeds = "feed.css";
    assert!(sent(&outputs[of_feeds]) <= 2048, "{} bytes", sent(&outputs[of_feeds]));
    let sheets: Vec<&String> = outputs.keys().filter(|path| path.ends_with(".css") && *path != of_feeds).collect();
    assert_eq!(sheets.len(), 1, "{sheets:?}");
    let css = &outputs[sheets[0]];
    println!("{} bytes of style, {} as they are sent", css.len(), sent(css));
    assert!(sent(css) <= STYLE, "{} bytes", sent(css));
}

/// Lists links and texts that are not visible. Texts of buttons and of the search's form, which need a script, collapsed
/// elements, and dates below the heading of their day are left out.
const UNSEEN: &str = "(() => {
    const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
    const all = [...document.body.querySelectorAll('*')].filter((e) => !e.closest('button, [data-index], details:not([open]), .by-day .cards time, script'));
    const told = (e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim() !== '');
    return all.filter((e) => (e.matches('a[href]') || told(e)) && !seen(e)).map(describe);
})()";

#[test]
fn everything_is_there_without_scripts() {
    let findings = Findings::default();
    look_at_all(|subject, chrome| {
        subject.measure(chrome, |tab, page, url| {
            let place = format!("{} {}", subject.language, page.kind);
            tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
            open(tab, url);
            for unseen in tab.eval(UNSEEN).as_array().expect("a list").iter().filter_map(Value::as_str) {
                findings.add(format!("{unseen} is seen only with a script"), &place);
            }
            tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": false }));
        });
    });
    findings.none();
}

/// Lists every request of a page except the page itself, with address, kind and size. Browsers request the icon at
/// any time, without an initiator.
const REQUESTS: &str = "performance.getEntriesByType('resource').map((e) => [e.name,
    document.querySelector(`link[rel='icon'][href='${new URL(e.name).pathname}']`) ? 'link' : e.initiatorType,
    e.decodedBodySize])";

/// A page is itself, one style sheet, its icons, perhaps one small script, and the pictures of its text.
fn requests(tab: &Tab<'_>, mut found: impl FnMut(String)) {
    let origin = tab.eval("location.origin + '/'");
    let origin = origin.as_str().expect("a text");
    let (mut sheets, mut scripts) = (BTreeSet::new(), 0);
    let requests = tab.eval(REQUESTS);
    for request in requests.as_array().expect("a list") {
        let (name, from) = (request[0].as_str().expect("a text"), request[1].as_str().expect("a text"));
        let Some(path) = name.strip_prefix(origin) else {
            found(format!("a request leaves for {name}"));
            continue;
        };
        match path.rsplit('.').next().unwrap_or_default() {
            "css" => drop(sheets.insert(path.to_owned())),
            // The script of the search has its own budget, and is on its page only.
            "js" if path == "search.js" && tab.eval("document.querySelector('[data-index]') !== null") == true => {}
            "js" => scripts += request[2].as_u64().unwrap_or_default() as usize,
            "ico" | "webmanifest" => {}
            _ if from == "img" || from == "link" || from == "input" => {}
            _ => found(format!("{path} is asked for by {from}")),
        }
    }
    if sheets.len() != 1 {
        found(format!("style sheets: {sheets:?}"));
    }
    if scripts > SCRIPT {
        found(format!("{scripts} bytes of scripts"));
    }
}

/// Records violations of the policy from before the page begins.
const WATCH: &str = "globalThis.violations = []; addEventListener('securitypolicyviolation', (event) => \
                     violations.push(`${event.violatedDirective} ${event.blockedURI} line ${event.lineNumber}`))";

/// What the policy forbade on an open page, in the scheme that it was opened in and in the other.
fn violations(tab: &Tab<'_>, url: &str, found: impl FnMut(&str)) {
    // What only the other scheme needs is asked for now.
    tab.medium("screen", "dark");
    // One violation that the test makes itself: the watch works, and has told of all that came before.
    let probe = "new Promise((done) => { addEventListener('securitypolicyviolation', () => \
                 setTimeout(() => done(violations)), { once: true }); \
                 document.body.setAttribute('style', 'color: red'); setTimeout(() => done([]), 5000) })";
    let mut seen = tab.eval(probe);
    let seen = seen.as_array_mut().expect("a list");
    let own = |what: &Value| what.as_str().is_some_and(|what| what.starts_with("style-src-attr inline"));
    match seen.iter().rposition(own) {
        Some(at) => drop(seen.remove(at)),
        None => assert!(!seen.is_empty(), "{url} has no policy"),
    }
    seen.iter().filter_map(Value::as_str).for_each(found);
}

/// What a page asks for is at home, and is what a strict policy allows: a request that it stops is a violation.
#[test]
fn pages_ask_for_little_and_keep_a_strict_policy() {
    let findings = Findings::default();
    look_at_all(|subject, chrome| {
        let mut first = true;
        subject.visit(chrome, Some("default-src 'self'"), |tab, page, url| {
            if std::mem::take(&mut first) {
                tab.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
            }
            tab.medium("screen", "light");
            open(tab, url);
            let place = format!("{} {}", subject.language, page.kind);
            requests(tab, |what| findings.add(what, &place));
            violations(tab, url, |what| findings.add(what, &place));
        });
    });
    findings.none();
}

#[test]
fn what_a_script_shows_is_found() {
    let html = "<p hidden id=p>x</p><button hidden>y</button><script>document.body.id = 'ran'</script>";
    look_at(html, |tab, url| {
        open(tab, url);
        assert_eq!(tab.eval("document.body.id"), "ran");
        tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        open(tab, url);
        assert_eq!(tab.eval("document.body.id"), "");
        assert_eq!(tab.eval(UNSEEN), json!(["p#p"]));
    });
}

#[test]
fn parts_are_told_apart() {
    let html = "<html><meta charset=x><link rel=\"icon\" href=i><link rel=\"canonical\" href=c>\
                <script type=\"application/ld+json\">{}</script><script src=s></script>";
    let (chrome, metadata) = parts(html);
    assert_eq!(chrome, "<html><link rel=\"icon\" href=i><script src=s></script>");
    let expected = "<meta charset=x><link rel=\"canonical\" href=c><script type=\"application/ld+json\">{}</script>";
    assert_eq!(metadata, expected);
}
