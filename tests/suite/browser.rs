//! Opens the hostile site in a real browser, with and without a content security policy: no payload runs, no page
//! leads away, and the theme violates no policy.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use recto::base::path::{decode_percent, encode_path};

use crate::chrome::Chrome;
use crate::html;
use crate::support::{SITE_TOML, Site};
use crate::{hostile, support};

/// A run takes seconds; a busy machine may need more.
const LIMIT: Duration = Duration::from_secs(240);

// ---- server ----------------------------------------------------------------------------------------------------------

/// Serves files from memory on a free port of loopback until it is dropped.
pub struct Server {
    pub port: u16,
    stop: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

/// A strict policy in report-only mode. One run shows both what would run without a policy, and what violates it. A
/// page without violations behaves the same when the policy is enforced.
const TOLD: &str = "default-src 'self'; report-uri /__violation";

/// What the browser reported to the server.
pub enum Told {
    /// The result of the runner, as JSON.
    Report(String),
    /// A violation of the policy, as JSON.
    Violation(String),
}

struct Served {
    files: BTreeMap<String, Vec<u8>>,
    /// A folder with further files.
    folder: Option<PathBuf>,
    policy: Option<&'static str>,
    told: Mutex<Sender<Told>>,
}

impl Server {
    pub fn start(files: BTreeMap<String, Vec<u8>>, policy: Option<&'static str>) -> (Server, Receiver<Told>) {
        let (told, told_here) = channel();
        (Server::of(Served { files, folder: None, policy, told: Mutex::new(told) }), told_here)
    }

    /// Serves a folder, which may be larger than the memory.
    pub fn of_folder(folder: &Path) -> Server {
        let folder = Some(folder.to_owned());
        Server::of(Served { files: BTreeMap::new(), folder, policy: None, told: Mutex::new(channel().0) })
    }

    fn of(served: Served) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let stop = Arc::new(AtomicBool::new(false));
        let served = Arc::new(served);
        let stopped = stop.clone();
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let served = served.clone();
                // A browser opens connections that it never uses. Each waits in a thread of its own, for a short
                // time.
                std::thread::spawn(move || stream.map(|stream| served.answer(stream)));
            }
        });
        Server { port, stop, accepting: Some(accepting) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

impl Served {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let mut words = first.split_whitespace();
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let body = String::from_utf8_lossy(&body).into_owned();
        let told = match (method, target) {
            ("POST", "/__report") => Some(Told::Report(body)),
            ("POST", "/__violation") => Some(Told::Violation(body)),
            _ => None,
        };
        if let Some(told) = told {
            let _ = self.told.lock().expect("no thread panics with it").send(told);
        }
        let (status, kind, content) = self.find(target);
        let policy = self.policy.map(|p| {
            let only = if p == TOLD { "-Report-Only" } else { "" };
            format!("Content-Security-Policy{only}: {p}\r\n")
        });
        let policy = policy.unwrap_or_default();
        let length = content.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{policy}Cache-Control: max-age=600\r\n\
             X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        )?;
        stream.write_all(&content)?;
        stream.shutdown(Shutdown::Write)
    }

    fn find(&self, target: &str) -> (&'static str, &'static str, Cow<'_, [u8]>) {
        let path = target.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
        let mut path = decode_percent(path).unwrap_or_default();
        if path.is_empty() || path.ends_with('/') {
            path.push_str("index.html");
        }
        let kept = self.files.get(&path).map(|content| Cow::Borrowed(&**content));
        let read = || fs::read(self.folder.as_ref()?.join(&path)).ok().map(Cow::Owned);
        let Some(content) = kept.or_else(read) else {
            return ("404 Not Found", "text/plain", Cow::Borrowed(b"not found"));
        };
        let kind = match path.rsplit('.').next().unwrap_or_default() {
            "html" => "text/html",
            "css" => "text/css",
            "js" => "text/javascript",
            "json" => "application/json",
            "xml" => "application/xml",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "jpg" => "image/jpeg",
            "webp" => "image/webp",
            "avif" => "image/avif",
            "ico" => "image/x-icon",
            _ => "application/octet-stream",
        };
        ("200 OK", kind, content)
    }
}

// ---- browser ---------------------------------------------------------------------------------------------------------

/// Opens every page in a frame, uses every element as a reader might, and reports the result.
const RUNNER: &str = r#"
const results = {};
async function visit(address) {
  const frame = document.createElement("iframe");
  const loaded = new Promise((done) => { frame.onload = done; setTimeout(done, 20000); });
  // Wide enough for what the theme leaves out on a phone.
  frame.width = 1000;
  frame.src = address;
  document.body.append(frame);
  await loaded;
  const result = {};
  try {
    const page = frame.contentDocument;
    const root = page.documentElement;
    const refresh = page.querySelector("meta[http-equiv]") !== null;
    result.elements = page.querySelectorAll("*").length;
    if (!refresh) {
      for (const element of page.querySelectorAll("*")) {
        for (const kind of ["mouseover", "focus", "error", "load", "toggle", "animationstart", "pointerenter"]) {
          element.dispatchEvent(new Event(kind));
        }
      }
    }
    await new Promise((done) => setTimeout(done, 20));
    result.pwned = root.dataset.pwned ?? null;
    result.title = page.title;
    result.path = frame.contentWindow.location.pathname;
    result.origin = frame.contentWindow.location.origin;
    result.redirect = refresh;
    // References that a browser only saves stand in the page itself.
    const saved = (e) => e.matches("a[download]") && e.getAttribute("href").startsWith("data:;charset=utf-8,");
    const odd = [...page.querySelectorAll("a[href], area[href], link[href], [src]")].filter((e) => !saved(e));
    const schemes = odd.map((e) => new URL(e.href ?? e.src, page.baseURI).protocol);
    result.schemes = [...new Set(schemes)].sort();
    result.print = [...page.querySelectorAll("[data-print]")].map((b) => !b.hidden && b.getClientRects().length > 0);
    result.styled = page.styleSheets.length > 0 && [...page.styleSheets].every((s) => s.cssRules.length > 0);
  } catch (error) {
    result.error = String(error);
  }
  results[address] = result;
  frame.remove();
}
async function run() {
  const addresses = await (await fetch("/__pages.json")).json();
  const next = async () => { while (addresses.length > 0) await visit(addresses.pop()); };
  await Promise.all([next(), next(), next(), next()]);
  const own = document.documentElement.dataset.pwned ?? null;
  await fetch("/__report", { method: "POST", body: JSON.stringify({ own, results }) });
}
run();
"#;

/// The result of a page.
type Page = serde_json::Value;

/// Opens pages of a site, given their output paths. Returns the results by output path, and violations of the
/// policy.
fn visit(
    chrome: &Chrome,
    outputs: &BTreeMap<String, Vec<u8>>,
    paths: &[&str],
) -> (BTreeMap<String, Page>, Vec<String>) {
    let address = |path: &str| {
        let mut url = String::from("/");
        encode_path(path.strip_suffix("index.html").unwrap_or(path), &mut url);
        url
    };
    let addresses: Vec<String> = paths.iter().map(|path| address(path)).collect();
    let mut files = outputs.clone();
    let runner = "<!DOCTYPE html><html lang=en><title>runner</title><body><script src=/__run.js></script></html>";
    files.insert("__run.html".to_owned(), runner.into());
    files.insert("__run.js".to_owned(), RUNNER.into());
    files.insert("__pages.json".to_owned(), serde_json::to_vec(&addresses).expect("strings are JSON"));
    let (server, told) = Server::start(files, Some(TOLD));
    let url = format!("http://127.0.0.1:{}/__run.html", server.port);
    let tab = chrome.tab();
    // Do not use `navigate`, which would wait until the runner has opened all pages.
    tab.call("Page.navigate", serde_json::json!({ "url": url }));
    let mut violations = Vec::new();
    let report = loop {
        match told.recv_timeout(LIMIT) {
            Ok(Told::Report(report)) => break report,
            Ok(Told::Violation(violation)) => violations.push(violation),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                panic!("the browser did not report within {LIMIT:?}")
            }
        }
    };
    // Reports of violations arrive later.
    while let Ok(Told::Violation(violation)) = told.recv_timeout(Duration::from_millis(500)) {
        violations.push(violation);
    }
    let report: serde_json::Value = serde_json::from_str(&report).expect("the runner reports JSON");
    assert_eq!(report["own"], serde_json::Value::Null, "a page ran something in the page around it");
    let origin = format!("http://127.0.0.1:{}", server.port);
    let mut pages = BTreeMap::new();
    for (path, address) in paths.iter().zip(&addresses) {
        let page = report["results"][address].clone();
        assert_eq!(page["origin"], origin.as_str(), "{path}: {page}");
        pages.insert((*path).to_owned(), page);
    }
    (pages, violations)
}

/// Returns the faults of the pages of a site.
fn faults(outputs: &BTreeMap<String, Vec<u8>>, pages: &BTreeMap<String, Page>) -> Vec<String> {
    let parsed = html::pages(outputs);
    let mut faults = Vec::new();
    for (path, page) in pages {
        let expected = &parsed[path.as_str()];
        let mut fault = |what: &str, value: &serde_json::Value| faults.push(format!("{path}: {what} {value}"));
        if !page["error"].is_null() || page["elements"].as_u64().is_none_or(|n| n < 5) {
            fault("did not load:", page);
        }
        if !page["pwned"].is_null() {
            fault("something ran:", &page["pwned"]);
        }
        let here = page["path"].as_str().and_then(decode_percent).unwrap_or_default();
        let own = format!("/{}", path.strip_suffix("index.html").unwrap_or(path));
        if here != own && !expected.is_redirect() {
            fault("led away:", &page["path"]);
        }
        let title = expected.all("title").next().map(|t| t.text.split_whitespace().collect::<Vec<_>>().join(" "));
        let shown = page["title"].as_str().map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "));
        if shown != title && !expected.is_redirect() {
            fault("another title:", &page["title"]);
        }
        let schemes = page["schemes"].as_array().map(Vec::as_slice).unwrap_or_default();
        if schemes.iter().any(|s| !matches!(s.as_str(), Some("http:" | "https:" | "mailto:" | "tel:"))) {
            fault("a link of scheme", &page["schemes"]);
        }
        let article = expected.metas("og:type").any(|t| t == "article");
        let buttons = page["print"].as_array().map(Vec::as_slice).unwrap_or_default();
        if article && buttons != [serde_json::Value::Bool(true)] {
            fault("the print button:", &page["print"]);
        }
        if page["styled"] != true && !expected.is_redirect() {
            fault("no style sheet:", &page["styled"]);
        }
    }
    faults
}

/// Leaves out pages whose fields another page shows in the same way: three of four listings of terms without a
/// record, and of days.
fn of_every_kind<'p>(paths: &[&'p str]) -> Vec<&'p str> {
    let listing = |path: &str| {
        let named = ["tags/", "sources/", "translators/", "sections/"].iter().any(|k| path.starts_with(k));
        let day = path.strip_suffix("/index.html").is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit() || b == b'/'));
        (named && !path.contains("/record-")) || day
    };
    let many = paths.len() > 150;
    paths.iter().enumerate().filter(|(n, path)| !many || n % 4 == 0 || !listing(path)).map(|(_, path)| *path).collect()
}

fn check(outputs: &BTreeMap<String, Vec<u8>>) {
    let Some(chrome) = Chrome::start() else { return };
    let paths: Vec<&str> = outputs.keys().filter(|p| p.ends_with(".html")).map(String::as_str).collect();
    let paths = of_every_kind(&paths);
    let (pages, violations) = visit(&chrome, outputs, &paths);
    assert_eq!(pages.len(), paths.len());
    html::none(faults(outputs, &pages));
    html::none(violations);
}

#[test]
fn nothing_runs_in_a_browser() {
    check(&hostile::built().1);
}

#[test]
fn the_theme_keeps_the_policy() {
    check(html::built());
}

/// The test detects a script that runs, a page that leads away and a violated policy.
#[test]
fn the_browser_test_sees_what_runs() {
    let Some(chrome) = Chrome::start() else { return };
    let site = Site::new(&format!("{SITE_TOML}[markdown]\nhtml = \"allow\"\n"));
    let run = "document.documentElement.dataset.pwned=1";
    let bodies = [
        format!("<script>{run}</script>"),
        format!("<img src=\"/none.png\" onerror=\"{run}\">"),
        format!("<b onmouseover=\"{run}\">x</b>"),
        "<meta http-equiv=refresh content=\"0;url=/archive/\">".to_owned(),
        "<script>location = \"/archive/\"</script>".to_owned(),
        "<a href=\"javascript:x\">x</a>".to_owned(),
    ];
    for (k, body) in bodies.iter().enumerate() {
        site.write(&format!("content/articles/a{k}.md"), &support::article("A", "2021-03-24", "", body));
    }
    hostile::build(&site);
    let outputs = site.outputs();
    let paths: Vec<String> = (0..bodies.len()).map(|k| format!("2021/03/24/a{k}/index.html")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let (pages, violations) = visit(&chrome, &outputs, &paths);
    let seen = |pages: &BTreeMap<String, Page>| -> BTreeSet<String> {
        let faults = faults(&outputs, pages).into_iter();
        faults.filter_map(|f| f.split_once(": ").map(|(path, _)| path.to_owned())).collect()
    };
    // A `refresh` in the body makes the page a redirect for this test.
    let missed: Vec<&&str> = paths.iter().filter(|p| !seen(&pages).contains(**p) && !p.contains("a3")).collect();
    assert!(missed.is_empty(), "not seen: {missed:?} in {pages:#?}");
    assert!(violations.len() >= 4, "{violations:#?}");
}
