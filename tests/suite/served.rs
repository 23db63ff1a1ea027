//! `recto serve` in a real browser: an open page follows the files without a manual reload.
//!
//! A mark is left in the page's window. A page that has reloaded has lost it.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use recto::shell::report::ReportStyle;
use recto::shell::web::listen::ListenOptions;
use recto::shell::web::serve::{LiveServer, ServeError, ServeOptions};

use crate::chrome::{Chrome, Tab};
use crate::support::{SITE_TOML, Site, article};

/// How long a page that must not reload is watched. A change is visible within a tenth of that time.
const CALM: Duration = Duration::from_millis(700);

const A: &str = "content/articles/a.md";
const B: &str = "content/articles/b.md";
const DRAFT: &str = "content/articles/d.md";

/// A site that is served until this is dropped. The site is dropped last.
pub struct Stand {
    pub serving: LiveServer,
    pub site: Site,
}

impl Stand {
    pub fn new(site: Site) -> Stand {
        let options = site.options();
        let now = options.now;
        let serve = ServeOptions {
            options,
            strict: false,
            output: site.root().join("public"),
            door: ListenOptions { host: None, port: Some(0), lan: false },
            poll: false,
            style: ReportStyle { quiet: true, verbose: false, json: false, colour: false },
            give_back: || (),
            now: Box::new(move || now),
        };
        let serving = serve.start().unwrap_or_else(|failure| match failure {
            ServeError::Disk(error) => panic!("{error}"),
            ServeError::Configuration(problems) => panic!("{problems:#?}"),
            ServeError::Door(why) => panic!("{why}"),
        });
        Stand { serving, site }
    }

    /// Two articles and the browser; `None` if there is none.
    fn start() -> Option<(Stand, Chrome)> {
        let chrome = Chrome::start()?;
        let site = Site::new(SITE_TOML);
        site.write(A, &first("")).write(B, &article("Second", "2021-03-25", "", &long("")));
        Some((Stand::new(site), chrome))
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.serving.address())
    }

    /// Opens a page and leaves a mark in it.
    fn open<'c>(&self, chrome: &'c Chrome, path: &str) -> Tab<'c> {
        let tab = chrome.tab();
        tab.navigate(&self.url(path));
        mark(&tab);
        tab
    }
}

/// A text longer than a listing's excerpt.
fn long(end: &str) -> String {
    format!("{}\n\n{}\n\n{end}", "word ".repeat(200), "A paragraph.\n\n".repeat(80))
}

fn first(end: &str) -> String {
    article("First", "2021-03-24", "", &long(end))
}

fn mark(tab: &Tab<'_>) {
    tab.eval("window.mark = 1");
}

/// Waits for a page that has reloaded, and for a condition.
fn reloaded(tab: &Tab<'_>, condition: &str) {
    tab.wait_for(&format!("window.mark === undefined && ({condition})"));
}

/// Waits for a condition in a page that has not reloaded.
fn kept(tab: &Tab<'_>, condition: &str) {
    tab.wait_for(condition);
    assert_eq!(tab.eval("window.mark"), 1, "it has reloaded: {condition}");
}

fn says(text: &str) -> String {
    format!("document.querySelector('main').textContent.includes({text:?})")
}

/// Returns a condition: the problems are shown, with these texts.
fn problems(texts: &[&str]) -> String {
    let all = serde_json::to_string(texts).expect("strings are JSON");
    format!("{all}.every((text) => document.querySelector('recto-problems')?.shadowRoot.textContent.includes(text))")
}

const NO_PROBLEMS: &str = "document.querySelector('recto-problems') === null";

/// Requests a path without a browser. Returns the status and the body.
pub fn get(address: SocketAddr, path: &str) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket can have a limit");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap_or_else(|e| panic!("{path}: {e}"));
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| panic!("{path}: no answer"));
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{path}: {head}")), answer.split_off(end + 4))
}

#[test]
fn a_save_shows_at_once_and_where_one_was_reading() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let tab = stand.open(&chrome, "/2021/03/24/a/");
    tab.eval("scrollTo(0, 700)");
    tab.wait_for("scrollY === 700");
    stand.site.write(A, &first("It has happened."));
    reloaded(&tab, &says("It has happened."));
    tab.wait_for("scrollY === 700");
    // The reloaded page follows the files, too.
    mark(&tab);
    stand.site.write(A, &first("It was undone."));
    reloaded(&tab, &says("It was undone."));
    tab.wait_for("scrollY === 700");
}

#[test]
fn a_save_that_alters_nothing_visible_reloads_nothing() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let pages = [stand.open(&chrome, "/2021/03/24/a/"), stand.open(&chrome, "/")];
    let turn = stand.serving.desk.view().turn;
    let file = fs::File::options().append(true).open(stand.site.root().join(A)).expect("it is there");
    file.set_modified(std::time::UNIX_EPOCH).expect("a file can be touched");
    stand.site.write(A, &first(""));
    stand.site.write("content/articles/.a.md.swp", "an editor's");
    stand.site.write("notes.txt", "nobody's");
    stand.site.write(B, &article("Second", "2021-03-25", "", &long("Of the other article.")));
    let start = Instant::now();
    while stand.serving.desk.view().turn == turn {
        assert!(start.elapsed() < Duration::from_secs(60), "the edit of the other article is not seen");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(CALM);
    for page in &pages {
        assert_eq!(page.eval("window.mark"), 1);
    }
    // The same page follows every file that it shows.
    stand.site.write(A, &first("Of this article."));
    reloaded(&pages[0], &says("Of this article."));
    assert_eq!(pages[1].eval("window.mark"), 1);
}

#[test]
fn broken_front_matter_lies_over_the_page_until_it_is_mended() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let tab = stand.open(&chrome, "/2021/03/24/a/");
    let before = tab.screenshot();
    assert!(before.starts_with(b"\x89PNG"));
    stand.site.write(A, &article("Another", "2021-13-24", "", "Nobody sees this."));
    let broken = problems(&["content/articles/a.md:3", "date = 2021-13-24", "1 error"]);
    kept(&tab, &broken);
    assert_eq!(tab.eval("document.querySelector('h1').textContent"), "First", "the page stays as it was");
    assert!(tab.screenshot() != before, "the problems are seen");
    // Another page that is opened meanwhile, and one that is reloaded.
    let other = stand.open(&chrome, "/2021/03/25/b/");
    other.wait_for(&broken);
    other.press("Escape");
    other.wait_for(NO_PROBLEMS);
    stand.site.write(A, &first(""));
    kept(&tab, NO_PROBLEMS);
    assert!(tab.screenshot() == before, "and are seen no more");
    // Fix the error, with a visible change.
    stand.site.write(A, &article("Another", "2021-13-24", "", "x"));
    kept(&tab, &broken);
    stand.site.write(A, &first("Mended."));
    reloaded(&tab, &says("Mended."));
    tab.wait_for(NO_PROBLEMS);
}

#[test]
fn a_broken_configuration_lies_over_the_page_until_it_is_mended() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let tab = stand.open(&chrome, "/");
    stand.site.write("site.toml", &format!("{SITE_TOML}languages = 3\n"));
    kept(&tab, &problems(&["site.toml:4"]));
    stand.site.write("site.toml", SITE_TOML);
    kept(&tab, NO_PROBLEMS);
    stand.site.write("site.toml", &SITE_TOML.replace("Test", "Renamed"));
    reloaded(&tab, "document.title === 'Renamed'");
}

#[test]
fn a_broken_template_lies_over_the_page_until_it_is_mended() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let tab = stand.open(&chrome, "/2021/03/24/a/");
    let template = "templates/article.html";
    let make = |main: &str| format!("{{% extends \"base.html\" %}}\n{{% block main %}}{main}{{% endblock main %}}\n");
    let broken = [make("{{ article.title"), make("{{ nothing.at.all }}"), make("{{ article.title | no_such_filter }}")];
    for text in &broken {
        stand.site.write(template, text);
        kept(&tab, &problems(&[&format!("{template}:2")]));
        fs::remove_file(stand.site.root().join(template)).expect("it is there");
        kept(&tab, NO_PROBLEMS);
    }
    stand.site.write(template, &make("<p>A new form.</p>"));
    reloaded(&tab, &says("A new form."));
    mark(&tab);
    for text in &broken {
        stand.site.write(template, text);
        kept(&tab, &problems(&[&format!("{template}:2")]));
        assert_eq!(tab.eval(&says("A new form.")), true);
    }
    // Open the page while it has an error, then fix it.
    tab.navigate(&stand.url("/2021/03/24/a/"));
    mark(&tab);
    fs::remove_file(stand.site.root().join(template)).expect("it is there");
    reloaded(&tab, &format!("document.querySelector('h1').textContent === 'First' && {NO_PROBLEMS}"));
}

#[test]
fn a_style_sheet_is_exchanged_in_the_open_page() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let sheet = "static/recto.css";
    let colour = |n: u8| format!("getComputedStyle(document.querySelector('h1')).color === 'rgb({n}, 2, 3)'");
    let tab = stand.open(&chrome, "/2021/03/24/a/");
    // The site's own style sheet replaces the theme's.
    for n in [1, 50, 100] {
        stand.site.write(sheet, &format!("h1 {{ color: rgb({n}, 2, 3); }}"));
        kept(&tab, &colour(n));
        kept(&tab, "document.querySelectorAll('link[rel=stylesheet]').length === 1");
    }
    // Faster than the page loads.
    for n in 101..=140 {
        stand.site.write(sheet, &format!("h1 {{ color: rgb({n}, 2, 3); }}"));
        std::thread::sleep(Duration::from_millis(10));
    }
    kept(&tab, &format!("{} && document.querySelectorAll('link[rel=stylesheet]').length === 1", colour(140)));
    // Together with another change, as when a branch is checked out.
    stand.site.write(sheet, "h1 { color: rgb(150, 2, 3); }");
    stand.site.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nText.\n");
    kept(&tab, &colour(150));
    // While there is an error.
    stand.site.write("content/pages/about.md", "+++\ntitle = 3\n+++\n\nText.\n");
    kept(&tab, &problems(&["content/pages/about.md:2"]));
    stand.site.write(sheet, "h1 { color: rgb(200, 2, 3); }");
    kept(&tab, &colour(200));
    fs::remove_file(stand.site.root().join(sheet)).expect("it is there");
    stand.site.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nText.\n");
    kept(&tab, &format!("!({}) && {NO_PROBLEMS}", colour(200)));
}

#[test]
fn an_image_of_the_page_reloads_it() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let picture =
        |size: u8| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\"></svg>");
    let shown = |size: u8| format!("document.querySelector('main img')?.naturalWidth === {size}");
    stand.site.write("content/articles/pic.svg", &picture(10));
    stand.site.write(A, &article("First", "2021-03-24", "", "![A square](pic.svg)"));
    let tab = stand.open(&chrome, "/2021/03/24/a/");
    let other = stand.open(&chrome, "/2021/03/25/b/");
    tab.wait_for(&shown(10));
    mark(&tab);
    stand.site.write("content/articles/pic.svg", &picture(20));
    reloaded(&tab, &shown(20));
    assert_eq!(other.eval("window.mark"), 1, "a page that does not show it stays");
}

#[test]
fn a_listing_follows_what_it_lists() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let tab = stand.open(&chrome, "/");
    stand.site.write(B, &article("Retitled", "2021-03-25", "", &long("")));
    reloaded(&tab, &says("Retitled"));
    assert_eq!(tab.eval(&says("Second")), false);
    mark(&tab);
    stand.site.write("content/articles/c.md", &article("Third", "2021-03-26", "", "x"));
    reloaded(&tab, &says("Third"));
}

#[test]
fn a_page_that_is_deleted_is_gone_and_comes_back() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let tab = stand.open(&chrome, "/2021/03/24/a/");
    let status = |status: u16| format!("performance.getEntriesByType('navigation')[0].responseStatus === {status}");
    fs::remove_file(stand.site.root().join(A)).expect("it is there");
    reloaded(&tab, &format!("{} && !({})", status(404), says("A paragraph.")));
    assert_eq!(tab.eval("location.pathname"), "/2021/03/24/a/");
    mark(&tab);
    stand.site.write(A, &first("Back."));
    reloaded(&tab, &format!("{} && {}", status(200), says("Back.")));
}

#[test]
fn a_draft_stands_at_its_own_address_and_says_so() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let draft = |more: &str, body: &str| article("Unready", "2021-03-26", more, body);
    let list = stand.open(&chrome, "/__recto/unpublished");
    stand.site.write(DRAFT, &draft("draft = true", "Not yet."));
    reloaded(&list, "document.querySelector('td a')?.textContent === 'Unready'");
    assert_eq!(list.eval("document.querySelector('td a').getAttribute('href')"), "/2021/03/26/d/");
    for listing in ["/", "/archive/", "/2021/", "/2021/03/26/"] {
        let (_, page) = get(stand.serving.address(), listing);
        assert!(!String::from_utf8_lossy(&page).contains("Unready"), "{listing} lists a draft");
    }
    let tab = stand.open(&chrome, "/2021/03/26/d/");
    let ribbon = "document.querySelector('.recto-ribbon')";
    assert_eq!(tab.eval(&format!("{ribbon}.textContent")), "draft not published");
    assert_eq!(tab.eval(&format!("getComputedStyle({ribbon}).position")), "fixed");
    assert_eq!(tab.eval(&says("Not yet.")), true);
    // It follows its file until it is published.
    stand.site.write(DRAFT, &draft("draft = true", "Almost."));
    reloaded(&tab, &says("Almost."));
    mark(&tab);
    stand.site.write(DRAFT, &draft("", "Almost."));
    reloaded(&tab, &format!("{} && {ribbon} === null", says("Almost.")));
    list.wait_for("document.querySelector('td') === null");
    mark(&tab);
    stand.site.write(DRAFT, &draft("draft = true", "Almost."));
    reloaded(&tab, &format!("{ribbon} !== null"));
}

/// A hidden tab has no connection, and catches up when it is shown.
#[test]
fn a_page_that_was_left_and_is_gone_back_to_is_as_the_files_are() {
    let Some((stand, chrome)) = Stand::start() else { return };
    let tab = stand.open(&chrome, "/2021/03/24/a/");
    tab.eval("location = '/2021/03/25/b/'");
    tab.wait_for("location.pathname === '/2021/03/25/b/' && document.readyState === 'complete'");
    stand.site.write(A, &first("Meanwhile."));
    stand.site.write(B, &article("Second", "2021-03-25", "", &long("Here too.")));
    tab.wait_for(&says("Here too."));
    tab.eval("history.back()");
    tab.wait_for(&format!("location.pathname === '/2021/03/24/a/' && {}", says("Meanwhile.")));
}
