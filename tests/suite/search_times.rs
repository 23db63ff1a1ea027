//! How long a search takes on a slow line, and what it fetches: on request, with a built site of any size.
//!
//! `RECTO_SEARCHED=FOLDER cargo test search_times -- --nocapture` serves the output folder to Chromium at 1.6 Mbit/s and
//! 150 ms, and prints a table of 50 queries: those of `queries.tsv` in the folder, else some made of the site's own words.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::browser::Server;
use crate::chrome::{Chrome, Tab};

/// Kinds of queries, and how many of each.
const KINDS: [(&str, usize); 5] =
    [("one word", 18), ("two words", 12), ("three words", 10), ("a prefix", 6), ("a word and a source", 4)];

/// What a page does to measure: it types a text, and resolves with the milliseconds until the first result.
const TYPE: &str = "globalThis.typeOnly = (text) => {
    const box = document.querySelector('#q');
    box.value = text;
    box.dispatchEvent(new Event('input', { bubbles: true }));
};
globalThis.typeText = (text) => new Promise((done) => {
    const list = document.querySelector('[role=status]').nextElementSibling;
    list.replaceChildren();
    const start = performance.now();
    const observer = new MutationObserver(() => {
        if (!list.querySelector('li h3')) return;
        observer.disconnect();
        done(performance.now() - start);
    });
    observer.observe(list, { childList: true, subtree: true });
    typeOnly(text);
    setTimeout(() => done(-1), 30000);
}); true";

/// The requests for the index since the last call, and their bytes.
const FETCHED: &str = "(() => {
    const all = performance.getEntriesByType('resource').filter((e) => /\\/search\\/.*\\.bin/.test(e.name) && e.responseEnd > 0);
    const bytes = all.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
    performance.clearResourceTimings();
    return [all.length, bytes];
})()";

/// Words of the texts of some pages, the same on every run.
fn words(root: &Path) -> Vec<Vec<String>> {
    let map = fs::read_to_string(root.join("sitemap.xml")).expect("the site has a base URL");
    let months: Vec<&str> = map.split("<loc>").skip(2).filter_map(|rest| rest.split("</loc>").next()).collect();
    let mut texts = Vec::new();
    for at in 0..60 {
        let month = months[at * 7 % months.len()].rsplit('/').next().expect("an address has a name");
        let month = fs::read_to_string(root.join(month)).expect("the sitemap of a month exists");
        let pages: Vec<&str> = month.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next()).collect();
        let page = pages[at * 31 % pages.len()];
        let path: Vec<&str> = page.trim_end_matches('/').rsplit('/').take(4).collect();
        let path: PathBuf = path.into_iter().rev().collect();
        let Ok(html) = fs::read_to_string(root.join(path).join("index.html")) else { continue };
        let Some((_, body)) = html.split_once("<div class=\"body\">") else { continue };
        let body = body.split("<footer").next().unwrap_or_default();
        let plain: String =
            body.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect::<Vec<_>>().join(" ");
        let long = |word: &&str| word.len() > 4 && word.len() < 14 && word.bytes().all(|b| b.is_ascii_alphabetic());
        let found: BTreeSet<&str> = plain.split_whitespace().filter(long).collect();
        if found.len() > 6 {
            texts.push(found.into_iter().map(str::to_owned).collect());
        }
    }
    texts
}

/// A kind of query, its words, and the source to which it is limited.
type Query = (String, String, Option<String>);

/// Returns the lines of `queries.tsv` in the folder, else queries made of its pages.
fn queries(root: &Path) -> Vec<Query> {
    if let Ok(text) = fs::read_to_string(root.join("queries.tsv")) {
        let read = |line: &str| {
            let mut fields = line.split('\t').map(str::to_owned);
            Some((fields.next()?, fields.next()?, fields.next().filter(|source| !source.is_empty())))
        };
        return text.lines().filter_map(read).collect();
    }
    let folders = fs::read_dir(root.join("sources")).expect("it has sources").filter_map(Result::ok);
    let folders =
        folders.filter(|entry| entry.path().is_dir()).filter_map(|entry| entry.file_name().into_string().ok());
    let source = folders.min();
    let texts = words(root);
    let kinds = KINDS.iter().flat_map(|(kind, count)| std::iter::repeat_n(*kind, *count));
    let make = |(at, kind): (usize, &'static str)| {
        let text = &texts[at % texts.len()];
        let word = |k: usize| text[(at * 5 + k * 3) % text.len()].as_str();
        let query = match kind {
            "two words" => format!("{} {}", word(0), word(1)),
            "three words" => format!("{} {} {}", word(0), word(1), word(2)),
            "a prefix" => word(0)[..4].to_owned(),
            _ => word(0).to_owned(),
        };
        (kind.to_owned(), query, source.clone().filter(|_| kind == "a word and a source"))
    };
    kinds.enumerate().map(make).collect()
}

/// Makes every answer wait, and its bytes trickle.
fn slow_down(tab: &Tab<'_>) {
    tab.call("Network.enable", json!({}));
    let line = json!({ "offline": false, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750 });
    tab.call("Network.emulateNetworkConditions", line);
}

/// The middle and the ninth of ten of some numbers.
fn middle_and_most(mut all: Vec<f64>) -> (f64, f64) {
    all.sort_by(f64::total_cmp);
    let at =
        |share: usize| all.get((all.len() * share / 100).min(all.len().saturating_sub(1))).copied().unwrap_or(f64::NAN);
    (at(50), at(90))
}

#[test]
fn searches_on_a_slow_line() {
    let Some(root) = std::env::var_os("RECTO_SEARCHED").map(PathBuf::from) else { return };
    let Some(chrome) = Chrome::start() else { return };
    let server = Server::of_folder(&root);
    let site = format!("http://127.0.0.1:{}/search/", server.port);
    let mut rows: Vec<(String, [f64; 3], [u64; 4])> = Vec::new();
    for (kind, query, source) in queries(&root) {
        let tab = chrome.unpainted();
        tab.call("Network.enable", json!({}));
        tab.call("Network.clearBrowserCache", json!({}));
        tab.navigate(&site);
        if let Some(source) = source {
            let option = format!("new Option({source:?}, {source:?}, true, true)");
            tab.eval(&format!("document.forms[0].elements.source.add({option})"));
        }
        slow_down(&tab);
        tab.eval(TYPE);
        let time = |text: &str| {
            let took = tab.eval(&format!("typeText({text:?})")).as_f64().unwrap_or(-1.0);
            let fetched: [u64; 2] = serde_json::from_value(tab.eval(FETCHED)).expect("two numbers");
            (took, fetched)
        };
        let start: String = query.chars().take(3).collect();
        // A quick typist needs as long for a letter.
        for letters in 1..3 {
            let part: String = query.chars().take(letters).collect();
            tab.eval(&format!("typeOnly({part:?})"));
            std::thread::sleep(std::time::Duration::from_millis(150));
        }
        let (cold, of_cold) = time(&start);
        // What the third letter asked for may still come.
        std::thread::sleep(std::time::Duration::from_secs(2));
        tab.eval("performance.clearResourceTimings()");
        let (new, of_new) = time(&query);
        let (known, _) = time(&query);
        println!("{kind:20} {query:40} {cold:6.0} {new:6.0} {known:6.0} ms; {of_cold:?} {of_new:?}");
        rows.push((kind, [cold, new, known], [of_cold[0], of_cold[1], of_new[0], of_new[1]]));
    }
    println!(
        "| query | n | third letter, cold | a new word | a known word | requests and kB of the first | of the new word |"
    );
    println!("|--|--|--|--|--|--|--|");
    for (kind, _) in KINDS.iter().chain(&[("all", 0)]) {
        let of_kind: Vec<_> = rows.iter().filter(|row| *kind == "all" || row.0 == *kind).collect();
        let times = [0, 1, 2].map(|at| middle_and_most(of_kind.iter().map(|row| row.1[at]).collect()));
        let sizes = [0, 1, 2, 3].map(|at| middle_and_most(of_kind.iter().map(|row| row.2[at] as f64).collect()));
        let time = |(middle, most): (f64, f64)| format!("{middle:.0} / {most:.0} ms");
        let size = |at: usize| {
            format!(
                "{:.0} / {:.0}, {:.0} / {:.0} kB",
                sizes[at].0,
                sizes[at].1,
                sizes[at + 1].0 / 1e3,
                sizes[at + 1].1 / 1e3
            )
        };
        println!(
            "| {kind} | {} | {} | {} | {} | {} | {} |",
            of_kind.len(),
            time(times[0]),
            time(times[1]),
            time(times[2]),
            size(0),
            size(2)
        );
    }
    assert!(rows.iter().all(|row| row.1.iter().all(|took| *took >= 0.0)), "a query found nothing");
}
