//! `cargo bench --bench serve`: how soon `recto serve` answers, how soon a saved edit is on the screen, and how
//! much memory it uses, on a generated archive. If Chromium is installed, the screen is the browser's: the time
//! runs from before the file is written until a page that reloaded by itself has the new text.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which makes files, starts programs and prints"
)]

/// The program's own allocator, since the memory of cards is measured with it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod shared;
#[path = "../tests/suite/chrome.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod chrome;
#[path = "../tests/suite/http.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod http;
#[path = "../tests/suite/tools.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod tools;
/// What the browser's file needs.
mod support {
    pub fn temporary() -> tempfile::TempDir {
        super::sites::folder(None).expect("a temporary folder can be made")
    }
}

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Parser;
use recto::content::{article, sibling};
use serde_json::Value;
use shared::sites::{self, Place};
use shared::{child, parallel, tree};

use crate::chrome::{Chrome, Tab};
use crate::http::Client;

/// Serve generated archives and measure it
#[derive(Parser)]
struct Args {
    /// Sizes of the archives, in articles
    #[arg(long, value_delimiter = ',', default_value = "1000,100000")]
    sizes: Vec<usize>,
    /// Where to put the archives (default: /dev/shm, else the folder for temporary files)
    #[arg(long, value_name = "DIR")]
    on: Option<PathBuf>,
    /// How often to start, and to edit in each way; the median counts
    #[arg(long, default_value_t = 15)]
    runs: usize,
    /// Edits after which the memory is looked at again
    #[arg(long, default_value_t = 1000)]
    edits: usize,
    /// Do not remove what was made
    #[arg(long)]
    keep: bool,
    /// Only hold the cards of this site, and say how large they are
    #[arg(long, hide = true)]
    cards: Option<PathBuf>,
    /// What cargo gives to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(site) = &args.cards {
        return hold_cards(site).map_or_else(
            |error| sites::fail(&error),
            |grown| {
                println!("{grown}");
                ExitCode::SUCCESS
            },
        );
    }
    match args.sizes.iter().try_for_each(|articles| run(&args, *articles)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => sites::fail(&error),
    }
}

fn run(args: &Args, articles: usize) -> io::Result<()> {
    let folder = sites::folder(args.on.as_deref())?;
    let site = folder.path().join("site");
    sites::generate(&site, articles, "directory")?;
    let place = Place { out: site.join("public"), site: site.clone(), threads: parallel::cores() };
    place.build()?;
    let page = Page::new(&site)?;
    println!("\n{articles} articles, {} threads, medians of {} runs", place.threads, args.runs);
    start(&place, args.runs)?;
    let mut serving = Serving::start(&site)?;
    let cards = cards(&site)?;
    let first = serving.memory();
    println!("  memory     cards {cards:.0} MiB, at rest {first:.0} MiB ({:.2} x)", first / cards);
    match Chrome::start() {
        Some(browser) => {
            let tab = browser.tab();
            let open = |url: &str| tab.navigate(&format!("http://{}{url}", serving.address));
            open(&page.url);
            page.measure(false, "in the article", args.runs, |words| see(&tab, words))?;
            page.measure(true, "in the article", args.runs, |words| see(&tab, words))?;
            open(&page.day);
            page.measure(true, "in the list of the day", args.runs, |words| see(&tab, words))?;
        }
        None => println!("  no browser: set RECTO_CHROMIUM"),
    }
    let address = serving.address;
    let before = serving.memory();
    for round in 0..args.edits {
        page.edit(round % 10 == 0, &format!("round {round}"))?;
        ask(address, &page.url, &format!("round {round}"));
    }
    let after = serving.memory();
    println!(
        "  memory     {before:.0} MiB, after {} edits {after:.0} MiB ({:.2} x the cards)",
        args.edits,
        after / cards
    );
    if args.keep {
        eprintln!("kept: {}", folder.keep().display());
    }
    Ok(())
}

/// Measures how soon the home page is answered, and a build that finds nothing changed: in turns, since a machine's
/// speed varies.
fn start(place: &Place, runs: usize) -> io::Result<()> {
    let (mut builds, mut starts) = (Vec::new(), Vec::new());
    place.build()?;
    for _ in 0..runs {
        builds.push(place.build()?.0.wall);
        starts.push(Serving::start(&place.site)?.ready);
    }
    let (build, ready) = (median(&mut builds), median(&mut starts));
    println!("  ready      {ready:.3} s, a build with nothing changed {build:.3} s: {:.2} x", ready / build);
    Ok(())
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The program, serving a site until this is dropped.
struct Serving {
    child: Child,
    address: SocketAddr,
    /// Seconds from its start to the end of its first answer.
    ready: f64,
}

impl Serving {
    fn start(site: &Path) -> io::Result<Serving> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
        command.arg("-C").arg(site).args(["serve", "--format", "json", "-p", "0", "--now", sites::NOW]);
        let clock = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?).lines();
        let serving = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let line: Value = serde_json::from_str(&line).ok().filter(|line: &Value| line["type"] == "serving")?;
            line["url"].as_str()?.trim_start_matches("http://").trim_end_matches('/').parse().ok()
        });
        // Read the rest of its output, or it would block.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let address: SocketAddr = serving.ok_or_else(|| io::Error::other("it does not serve"))?;
        let mut serving = Serving { child, address, ready: 0.0 };
        let reply = Client::new(address).get("/");
        serving.ready = clock.elapsed().as_secs_f64();
        if reply.status == 200 { Ok(serving) } else { Err(io::Error::other(format!("status {}", reply.status))) }
    }

    /// Returns its resident memory in MiB.
    fn memory(&mut self) -> f64 {
        // After the first answer it checks all files once more, and returns freed memory after a moment.
        std::thread::sleep(Duration::from_secs(3));
        resident(&self.child.id().to_string())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The article to edit, and its page.
struct Page {
    file: PathBuf,
    url: String,
    /// The listing of its day.
    day: String,
    text: String,
    title: String,
}

impl Page {
    /// Finds one in the middle of the archive.
    fn new(root: &Path) -> io::Result<Page> {
        let site = sites::load(root, parallel::cores(), sites::NOW)?;
        let later = &site.archive.articles[site.archive.articles.len() / 2..];
        let toml = later.iter().find_map(|placed| {
            let file = root.join(&*placed.card.file);
            let text = fs::read_to_string(&file).ok().filter(|text| text.starts_with("+++\n"))?;
            let title = text.lines().find(|line| line.starts_with("title = "))?.to_owned();
            Some((placed, file, text, title))
        });
        let (placed, file, text, title) = toml.ok_or_else(|| io::Error::other("no article can be edited"))?;
        let day = site.config.urls.page(&recto::archive::archive::day_address(placed.card.date));
        Ok(Page { file, url: site.config.urls.page(&placed.address), day, text, title })
    }

    /// Saves an edit: another last paragraph and, with `title`, another title.
    fn edit(&self, title: bool, words: &str) -> io::Result<()> {
        let mut text = format!("{}\n\nThe last paragraph: {words}.\n", self.text);
        if title {
            text = text.replacen(&self.title, &format!("title = \"A headline of {words}\""), 1);
        }
        fs::write(&self.file, text)
    }

    /// Edits, and waits each time until the open page shows the new words.
    fn measure(&self, title: bool, place: &str, runs: usize, seen: impl Fn(&str) -> f64) -> io::Result<()> {
        let name = if title { "title" } else { "body" };
        let mut times = Vec::new();
        for round in 0..runs {
            let words = format!("{place} {name} {round}");
            std::thread::sleep(Duration::from_millis(300));
            let saved = now();
            self.edit(title, &words)?;
            times.push(seen(&words) - saved);
        }
        let most = times.iter().copied().fold(0.0, f64::max);
        let half = median(&mut times);
        println!("  {name:<6}     {place} after {:.0} ms (at most {:.0} ms)", half * 1000.0, most * 1000.0);
        Ok(())
    }
}

/// Returns seconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// Waits until the browser shows the words. Returns when its page was complete.
fn see(tab: &Tab, words: &str) -> f64 {
    let loaded = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd";
    tab.wait_for(&format!("{loaded} > 0 && document.body.textContent.includes({words:?})"));
    tab.eval(&format!("performance.timeOrigin + {loaded}")).as_f64().unwrap_or(f64::NAN) / 1000.0
}

/// Waits until the server answers with the words. Returns when.
fn ask(address: SocketAddr, url: &str, words: &str) -> f64 {
    let mut client = Client::new(address);
    while !client.get(url).text().contains(words) {
        std::thread::sleep(Duration::from_millis(2));
    }
    now()
}

/// Returns the memory of a site's cards in MiB: the growth of a program that holds only them.
fn cards(site: &Path) -> io::Result<f64> {
    let mut command = Command::new(std::env::current_exe()?);
    let out = child::run(command.arg("--cards").arg(site))?.out;
    out.trim().parse().map_err(io::Error::other)
}

/// Reads all cards of a site, one after another, and returns by how many MiB this program grew.
fn hold_cards(root: &Path) -> io::Result<f64> {
    let files = tree::walk(&root.join("content/articles"), parallel::cores())?.sorted().files;
    let config = recto::base::config::parse(&fs::read_to_string(root.join("site.toml"))?);
    let config = config.0.ok_or_else(|| io::Error::other("the site has no configuration"))?;
    let (mut articles, mut siblings) = (Vec::with_capacity(files.len()), Vec::with_capacity(files.len() / 4));
    let before = resident("self");
    for path in &files {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
        let id = name.trim_start_matches("content/articles/").trim_end_matches(".md").to_owned();
        let (file, text) = (name.into(), fs::read_to_string(path).unwrap_or_default());
        match id.rsplit_once('.') {
            Some((of, lang)) => siblings
                .extend(sibling::read(&file, of, lang, &text, config.raw_html).0.map(|(card, _)| Arc::new(card))),
            None => articles.extend(article::read(&file, &id, &text, &config).0.map(|(card, _)| Arc::new(card))),
        }
    }
    let grown = resident("self") - before;
    if articles.is_empty() { Err(io::Error::other("no article is a card")) } else { Ok(grown) }
}

/// Returns the resident memory of a process in MiB, without its program file, which the system can read again at
/// any time.
fn resident(process: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(f64::NAN) / 1024.0
}
