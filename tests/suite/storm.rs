//! `recto serve` during a thousand saves, renames and deletions within a few seconds: it stays alive, and after
//! that it serves, and open pages show, what a clean build gives.
//!
//! `RECTO_SEED` repeats the edits of a failure, but not their timing.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use recto::base::path::encode_path;
use recto::shell::web::response::SCRIPT;

use crate::chrome::{Chrome, Tab};
use crate::model::Rng;
use crate::served::{Stand, get};
use crate::support::{SITE_TOML, Site, article, seed};

const EDITS: usize = 1000;
const ARTICLES: usize = 30;
/// Slightly more and slightly less than the quiet time after which a batch ends.
const BETWEEN: [u64; 4] = [0, 5, 12, 20];
/// How long nothing must happen, and how long waiting for that and the checks may take.
const QUIET: Duration = Duration::from_millis(500);
const MOST: Duration = Duration::from_secs(120);

/// The article that stays, since a page shows it.
const READ: &str = "content/articles/read.md";
const SHEET: &str = "static/recto.css";
const PICTURE: &str = "content/articles/picture.svg";
const TEMPLATE: &str = "templates/partials/footer.html";
/// The folder that is added and removed as a whole, and its name while it is away.
const MANY: &str = "content/articles/many";
const AWAY: &str = "aside";

/// The site on the disk, and the edits.
struct Storm<'s> {
    site: &'s Site,
    r: Rng,
    articles: BTreeSet<String>,
    number: usize,
}

impl Storm<'_> {
    fn at(&self, path: &str) -> PathBuf {
        self.site.root().join(path)
    }

    fn next(&mut self) -> usize {
        self.number += 1;
        self.number
    }

    fn new_name(&mut self) -> String {
        let folder = *self.r.pick(&["", "one/", "two/", "two/three/"]);
        format!("content/articles/{folder}n{}.md", self.next())
    }

    /// Returns a new text for an article, with one or several changes.
    fn text(&mut self) -> String {
        let (title, day) = (format!("Title {}", self.r.below(4)), format!("2021-03-{:02}", 1 + self.r.below(5)));
        let more = *self.r.pick(&["", "", "tags = [\"a\"]", "tags = [\"a\", \"b\"]", "draft = true"]);
        let picture = if self.r.chance(30) { "\n\n![A picture](/articles/picture.svg)" } else { "" };
        article(&title, &day, more, &format!("{} {}{picture}", "word ".repeat(self.r.below(80)), self.next()))
    }

    /// Saves a file in one of the ways that programs do.
    fn save(&mut self, path: &str, text: &str) {
        let file = self.at(path);
        match self.r.below(3) {
            0 => {
                let aside = file.with_file_name(format!(".{}.tmp", self.next()));
                fs::write(&aside, text).expect("a file can be written");
                fs::rename(aside, file).expect("a file can be renamed");
            }
            1 => {
                let (start, end) = text.split_at(text.len() / 2);
                let mut open = fs::File::create(file).expect("a file can be made");
                open.write_all(start.as_bytes()).expect("a file can be written");
                sleep(Duration::from_millis(self.r.below(4) as u64));
                open.write_all(end.as_bytes()).expect("a file can be written");
            }
            _ => drop(self.site.write(path, text)),
        }
    }

    fn any(&mut self) -> String {
        let at = self.r.below(self.articles.len());
        self.articles.iter().nth(at).expect("there are always some").clone()
    }

    fn edit(&mut self) {
        match self.r.below(100) {
            0..40 => {
                let path = if self.r.chance(20) { READ.to_owned() } else { self.any() };
                let text = self.text().replace("draft = true", if path == READ { "" } else { "draft = true" });
                self.save(&path, &text);
            }
            40..55 => {
                let (from, to) = (self.any(), self.new_name());
                self.move_to(&from, &to);
            }
            55..75 => self.come_or_go(),
            75..80 => self.site_itself(),
            80..88 => {
                let colour = self.r.below(200);
                self.save(SHEET, &format!("h1 {{ color: rgb({colour}, 2, 3); }}"));
            }
            88..92 => {
                let size = 1 + self.r.below(50);
                self.save(PICTURE, &format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\"></svg>"));
            }
            92..95 => {
                let path = self.any();
                self.break_it(&path, "+++\ntitle = \"Broken\"\ndate = 2021-13-24\n+++\n");
            }
            95..97 => {
                let file = fs::File::options().append(true).open(self.at(READ)).expect("it is there");
                let time = Duration::from_secs(self.next() as u64);
                file.set_modified(std::time::UNIX_EPOCH + time).expect("a file can be touched");
            }
            _ => self.rename_folder(),
        }
    }

    fn move_to(&mut self, from: &str, to: &str) {
        let target = self.at(to);
        fs::create_dir_all(target.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::rename(self.at(from), target).expect("a file can be renamed");
        self.articles.remove(from);
        self.articles.insert(to.to_owned());
    }

    fn come_or_go(&mut self) {
        if self.articles.len() < ARTICLES - 5 || (self.articles.len() < ARTICLES + 5 && self.r.chance(50)) {
            let (path, text) = (self.new_name(), self.text());
            self.site.write(&path, &text);
            self.articles.insert(path);
        } else {
            let path = self.any();
            fs::remove_file(self.at(&path)).expect("it is there");
            self.articles.remove(&path);
        }
    }

    fn site_itself(&mut self) {
        let number = self.next();
        match self.r.below(4) {
            0 => self.save("site.toml", &SITE_TOML.replace("Test", &format!("Test {number}"))),
            1 => self.save(TEMPLATE, &format!("<footer>{number} {{{{ site.title }}}}</footer>")),
            2 => drop(fs::remove_file(self.at(TEMPLATE))),
            _ => self.break_it(TEMPLATE, "<footer>{{ site.title"),
        }
    }

    /// Saves an error. It is fixed soon, or with all others: a site that stays broken tests little.
    fn break_it(&mut self, path: &str, text: &str) {
        self.save(path, text);
        if self.r.chance(80) {
            sleep(Duration::from_millis(30));
            let text = if path == TEMPLATE { "<footer>Mended</footer>".to_owned() } else { self.text() };
            self.save(path, &text);
        }
    }

    /// Renames the folder of some articles.
    fn rename_folder(&mut self) {
        let folder = format!("content/articles/f{}", self.next());
        let from = *self.r.pick(&["content/articles/one", "content/articles/two", "content/articles/two/three"]);
        if !self.at(from).is_dir() {
            return;
        }
        fs::rename(self.at(from), self.at(&folder)).expect("a folder can be renamed");
        let below = format!("{from}/");
        let rename = |path: String| path.strip_prefix(&below).map(|name| format!("{folder}/{name}")).unwrap_or(path);
        self.articles = std::mem::take(&mut self.articles).into_iter().map(rename).collect();
    }

    /// Checks out a branch with two hundred more files, and leaves it again.
    fn many(&mut self, step: usize) {
        match step {
            200 => {
                for n in 0..200 {
                    let text = article("One of many", "2021-04-01", "", &format!("Text {n}."));
                    self.site.write(&format!("{MANY}/{}/m{n}.md", n % 3), &text);
                }
            }
            450 | 900 => fs::rename(self.at(MANY), self.at(AWAY)).expect("a folder can be renamed"),
            700 => fs::rename(self.at(AWAY), self.at(MANY)).expect("a folder can be renamed"),
            950 => {
                fs::rename(self.at(AWAY), self.at(MANY)).expect("a folder can be renamed");
                fs::remove_dir_all(self.at(&format!("{MANY}/1"))).expect("a folder can be removed");
            }
            _ => {}
        }
    }

    /// Fixes all errors.
    fn mend(&mut self) {
        for path in self.articles.clone() {
            let text = self.text();
            self.site.write(&path, &text);
        }
        self.site.write(READ, &article("Read", "2021-03-02", "", "The end.")).write("site.toml", SITE_TOML);
        self.site.write(TEMPLATE, "<footer>{{ site.title }}</footer>").write(SHEET, "h1 { color: rgb(200, 2, 3); }");
    }
}

/// Waits until the site has no errors: an edit that mends everything is seen, whatever came before it.
fn whole(stand: &Stand) {
    let start = Instant::now();
    while !stand.serving.desk.view().problems.is_empty() {
        assert!(start.elapsed() < MOST, "{:#?}", stand.serving.desk.view().problems);
        sleep(Duration::from_millis(5));
    }
}

/// Waits until nothing happens any more.
fn settle(stand: &Stand) {
    let start = Instant::now();
    let (mut turn, mut since) = (0, start);
    while since.elapsed() < QUIET {
        assert!(start.elapsed() < MOST, "it does not become quiet");
        sleep(Duration::from_millis(20));
        let now = stand.serving.desk.view().turn;
        if now != turn {
            (turn, since) = (now, Instant::now());
        }
    }
}

/// Returns what is served differently than it should be.
fn faults(stand: &Stand, clean: &Site) -> Vec<String> {
    let outputs = clean.outputs();
    let mut faults: Vec<String> = stand.serving.desk.view().problems.to_vec();
    let site = stand.serving.desk.view().site.clone().expect("there is a site");
    let planned: BTreeSet<&str> = site.plan.outputs.iter().map(|output| &*output.path).collect();
    // While a site is served, its plan has only the first file of the index, which is made on request.
    let indexed = |path: &str| path.starts_with("search/") && path.ends_with(".bin");
    let built: BTreeSet<&str> = outputs.keys().map(String::as_str).filter(|path| !path.starts_with('.')).collect();
    let other = planned.symmetric_difference(&built).filter(|path| planned.contains(**path) || !indexed(path));
    faults.extend(other.map(|path| format!("{path} is there for one of them")));
    for (path, bytes) in outputs.iter().filter(|(path, _)| built.contains(path.as_str())) {
        let mut url = String::from("/");
        encode_path(path.strip_suffix("index.html").unwrap_or(path), &mut url);
        let (status, mut body) = get(stand.serving.address(), &url);
        if path.ends_with(".html") {
            let at = memchr::memmem::rfind(&body, SCRIPT.as_bytes());
            at.map(|at| body.drain(at..at + SCRIPT.len()));
        }
        if status != 200 || body != *bytes {
            faults.push(format!("{path} ({status}) is not what a build makes"));
        }
    }
    faults
}

/// Compares a page in the browser with the build's, without the script and the new addresses of style sheets.
fn shows(tab: &Tab<'_>, bytes: &[u8]) {
    let text = serde_json::to_string(std::str::from_utf8(bytes).expect("pages are UTF-8")).expect("texts are JSON");
    tab.wait_for(&format!(
        "(() => {{
          const plain = (page) => {{
            const copy = page.documentElement.cloneNode(true);
            copy.querySelector('script[src^=\"/__recto/\"]')?.remove();
            for (const link of copy.querySelectorAll('link[rel=stylesheet]')) {{
              link.setAttribute('href', new URL(link.getAttribute('href'), location.href).pathname);
            }}
            for (const button of copy.querySelectorAll('[data-print]')) button.hidden = false;
            return copy.outerHTML;
          }};
          return plain(document) === plain(new DOMParser().parseFromString({text}, 'text/html'))
            && getComputedStyle(document.querySelector('h1')).color === 'rgb(200, 2, 3)';
        }})()"
    ));
}

#[test]
fn a_thousand_edits_end_in_the_site_that_they_made() {
    let Some(chrome) = Chrome::start() else { return };
    let seed = seed();
    let site = Site::new(SITE_TOML);
    let mut storm = Storm { site: &site, r: Rng::new(seed), articles: BTreeSet::new(), number: 0 };
    for _ in 0..ARTICLES {
        let (path, text) = (storm.new_name(), storm.text());
        storm.site.write(&path, &text);
        storm.articles.insert(path);
    }
    site.write("templates/.keep", "").write(PICTURE, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\"></svg>");
    storm.mend();
    let Storm { r, articles, number, .. } = storm;
    let stand = Stand::new(site);
    let mut storm = Storm { site: &stand.site, r, articles, number };
    let tabs = ["/", "/2021/03/02/read/"].map(|path| {
        let tab = chrome.tab();
        tab.navigate(&stand.url(path));
        tab
    });
    for step in 0..EDITS {
        storm.many(step);
        if step % 100 == 99 {
            storm.mend();
            whole(&stand);
        }
        storm.edit();
        sleep(Duration::from_millis(*storm.r.pick(&BETWEEN)));
        if step % 50 == 0 {
            let (status, _) = get(stand.serving.address(), "/");
            assert!(matches!(status, 200 | 500), "seed {seed}, edit {step}: {status}");
        }
    }
    storm.mend();
    let clean = Site::copy(stand.site.root());
    let (summary, problems) = clean.try_build();
    assert!(summary.is_some(), "seed {seed}: {problems:#?}");
    let start = Instant::now();
    loop {
        // On a busy machine it may be quiet before the last change was seen.
        settle(&stand);
        let faults = faults(&stand, &clean);
        if faults.is_empty() {
            break;
        }
        assert!(start.elapsed() < MOST, "seed {seed}: {faults:#?}");
    }
    let outputs = clean.outputs();
    for (tab, path) in tabs.iter().zip(["index.html", "2021/03/02/read/index.html"]) {
        shows(tab, &outputs[path]);
    }
}
