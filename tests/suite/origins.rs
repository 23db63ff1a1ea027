//! `recto serve` and pages of other origins in the same browser: such a page can read nothing of the site, whatever
//! it loads it as, but can link to it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::browser::Server;
use crate::chrome::{Chrome, OTHER, Tab};
use crate::served::Stand;
use crate::support::{SITE_TOML, Site, article};

/// Tries every way in which a page can load something from the origin `SITE`, and returns the results.
const PROBE: &str = r#"(async () => {
  const results = {};
  const attempt = async (name, act) => {
    const late = new Promise((done) => setTimeout(() => done("nothing"), 3000));
    results[name] = await Promise.race([act().catch(() => "refused"), late]);
  };
  const get = (path, init) => async () => (await fetch(SITE + path, init)).text();
  const element = (kind, set) => () => new Promise((done, fail) => {
    const made = document.createElement(kind);
    made.onload = () => done("loaded");
    made.onerror = fail;
    set(made);
    document.body.append(made);
  });
  const source = (path, init) => () => new Promise((done, fail) => {
    const opened = new EventSource(SITE + path, init);
    const end = (how, value) => { opened.close(); how(value); };
    opened.onopen = () => end(done, "opened");
    opened.onerror = () => end(fail);
  });
  // A page that runs sends a message to its frame's parent. The frame's load event also fires for a page that does
  // not run.
  const frame = (kind, key) => () => new Promise((done, fail) => {
    const made = document.createElement(kind);
    const heard = (event) => { if (event.source === made.contentWindow) done(event.data); };
    addEventListener("message", heard);
    made.onload = made.onerror = () => setTimeout(fail, 500);
    made[key] = SITE + "/framed.html";
    document.body.append(made);
  });
  const events = "/__recto/events?page=%2F";
  await Promise.all([
    attempt("page", get("/")),
    attempt("page, blindly", get("/", { mode: "no-cors" })),
    attempt("page, with credentials", get("/", { credentials: "include" })),
    attempt("feed", get("/feed.xml")),
    attempt("drafts", get("/__recto/unpublished")),
    attempt("events, as text", async () => (await fetch(SITE + events)).status),
    attempt("events, blindly", async () => (await fetch(SITE + events, { mode: "no-cors" })).type),
    attempt("events", source(events)),
    attempt("events, with credentials", source(events, { withCredentials: true })),
    attempt("script", element("script", (e) => { e.src = SITE + "/__recto/reload.js"; })),
    attempt("module", element("script", (e) => { e.type = "module"; e.src = SITE + "/__recto/reload.js"; })),
    attempt("sheet", element("link", (e) => { e.rel = "stylesheet"; e.href = SITE + "/recto.css"; })),
    attempt("image", element("img", (e) => { e.src = SITE + "/picture.svg"; })),
    attempt("frame", frame("iframe", "src")),
    attempt("object", frame("object", "data")),
    attempt("form", async () => (await fetch(SITE + "/", { method: "POST", mode: "no-cors", body: "x" })).type),
  ]);
  return results;
})()"#;

fn probe(tab: &Tab<'_>, site: &str) -> BTreeMap<String, Value> {
    let found = tab.eval(&PROBE.replace("SITE", &json!(site).to_string()));
    found.as_object().expect("results by name").clone().into_iter().collect()
}

fn stand() -> Stand {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("First", "2021-03-24", "", "Text."));
    site.write("content/articles/d.md", &article("Unready", "2021-03-25", "draft = true", "Text."));
    site.write("static/framed.html", "<!DOCTYPE html><title>x</title><script>parent.postMessage('ran', '*')</script>");
    site.write("static/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"></svg>");
    Stand::new(site)
}

/// A page of another origin.
fn foreign() -> Server {
    let page = "<!DOCTYPE html><html lang=en><title>Foreign</title><body></html>";
    Server::start(BTreeMap::from([("index.html".to_owned(), page.into())]), None).0
}

#[test]
fn a_page_of_another_origin_reads_nothing() {
    let Some(chrome) = Chrome::start() else { return };
    let (stand, foreign) = (stand(), foreign());
    let port = stand.serving.address().port();
    let own = format!("http://127.0.0.1:{port}");
    let tab = chrome.tab();
    // Control: the same probes succeed from the site's own origin.
    tab.navigate(&own);
    let may = probe(&tab, &own);
    let refused: Vec<&String> =
        may.iter().filter(|(_, value)| **value == "refused" || **value == "nothing").map(|(name, _)| name).collect();
    assert!(refused.is_empty(), "{refused:?} of its own origin: {may:#?}");
    assert!(may["drafts"].as_str().is_some_and(|page| page.contains("Unready")), "{may:#?}");
    assert_eq!((&may["frame"], &may["object"]), (&json!("ran"), &json!("ran")));
    // Another port is the same site and another origin. Another name is another site, although it leads to the same
    // server.
    let pages = [
        format!("http://127.0.0.1:{}/", foreign.port),
        format!("http://localhost:{}/", foreign.port),
        format!("http://{OTHER}:{}/", foreign.port),
        format!("http://localhost:{port}/"),
    ];
    for page in &pages {
        tab.navigate(page);
        let found = probe(&tab, &own);
        let read: BTreeMap<_, _> = found.iter().filter(|(_, value)| **value != "refused").collect();
        assert!(read.is_empty(), "{page} could load: {read:#?}");
    }
}

#[test]
fn a_page_of_another_origin_may_link_here() {
    let Some(chrome) = Chrome::start() else { return };
    let (stand, foreign) = (stand(), foreign());
    let tab = chrome.tab();
    for host in ["127.0.0.1", "localhost", OTHER] {
        tab.navigate(&format!("http://{host}:{}/", foreign.port));
        let link = stand.url("/2021/03/24/a/");
        tab.eval(&format!(
            "document.body.innerHTML = '<a href=\"{link}\">link</a>'; document.querySelector('a').click()"
        ));
        tab.wait_for(&format!("location.href === '{link}' && document.querySelector('h1')?.textContent === 'First'"));
        // The page lives there as if it had been opened by hand.
        let body = format!("From {host}.");
        stand.site.write("content/articles/a.md", &article("First", "2021-03-24", "", &body));
        tab.wait_for(&format!("document.querySelector('main')?.textContent.includes({body:?})"));
    }
}

/// A foreign name that resolves to this machine (DNS rebinding) is the same origin for a browser, but not an
/// allowed host of this server.
#[test]
fn another_name_for_this_machine_is_refused() {
    let Some(chrome) = Chrome::start() else { return };
    let stand = stand();
    let port = stand.serving.address().port();
    let tab = chrome.tab();
    tab.navigate(&format!("http://{OTHER}:{port}/"));
    let text = tab.eval("document.body.textContent");
    assert!(text.as_str().is_some_and(|text| text.contains("does not accept requests for that host")), "{text}");
    assert_eq!(tab.eval("fetch('/').then((answer) => answer.status)"), 403);
    tab.navigate(&format!("http://localhost:{port}/"));
    assert_eq!(tab.eval("document.title"), "Test");
}
