//! `recto serve`: shows a site in the browser while it is written. It must not write to `public/`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Builder, JoinHandle};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;

use super::events;
use super::listen::{ListenOptions, Server, plain};
use super::request_path::RequestPath;
use super::response::OWN;
use super::send_file;
use super::served_site::{ServedSite, SiteSnapshot};
use super::watch::{ChangedPaths, SiteWatcher};
use crate::base::date::WrittenDate;
use crate::base::diag::Diagnostics;
use crate::engine::live::{Live, SiteChange};
use crate::engine::site::LoadOptions;
use crate::hosting::content_types::HTML;
use crate::shell::report::{ReportStyle, Reporter};
use crate::system::disk::{DiskError, DiskResult};

/// The first port to try.
pub const PORT: u16 = 3131;

/// How often to check the clock, since an article may have become due.
const BEAT: Duration = Duration::from_secs(1);

/// How long to wait between checks of files with other names, as a multiple of the time that a check takes.
const REST: u32 = 20;

/// How often, and after which pause, a refresh is retried if files change during it.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(100);

/// What to serve.
pub struct ServeOptions {
    pub options: LoadOptions,
    /// Treat warnings as errors.
    pub strict: bool,
    /// The output folder whose state has the cards. Nothing is written to it.
    pub output: PathBuf,
    pub door: ListenOptions,
    /// Poll for changes instead of using file notifications.
    pub poll: bool,
    pub style: ReportStyle,
    /// Returns the current time.
    pub now: Box<dyn Fn() -> WrittenDate + Send>,
    /// Returns unused memory to the system.
    pub give_back: fn(),
}

/// Why nothing is served.
pub enum ServeError {
    Disk(DiskError),
    /// The configuration is unusable.
    Configuration(Diagnostics),
    /// The socket could not be opened.
    Door(String),
}

/// A site that is served until this is dropped.
pub struct LiveServer {
    server: Server,
    pub desk: Arc<ServedSite>,
    /// The addresses to type into a browser.
    pub urls: Vec<String>,
    stop: Arc<AtomicBool>,
    follower: Option<JoinHandle<()>>,
}

impl ServeOptions {
    /// Loads the site and starts to answer requests.
    pub fn start(self) -> Result<LiveServer, ServeError> {
        let clock = Instant::now();
        let root = self.options.root.path().to_owned();
        let mut open = self.door.open(PORT).map_err(ServeError::Door)?;
        let (live, laps) = match Live::open(self.options, self.strict, &self.output).map_err(ServeError::Disk)? {
            Ok(opened) => opened,
            Err(problems) => return Err(ServeError::Configuration(problems)),
        };
        let reporter = Reporter::new(self.style, root.clone());
        reporter.problems(live.problems(), self.strict);
        let desk = Arc::new(ServedSite::new(live, self.strict, self.style, root.clone()));
        let base = desk.view().config.urls.base_path.clone();
        let urls: Vec<String> = std::mem::take(&mut open.urls).into_iter().map(|url| format!("{url}{base}/")).collect();
        let shown = desk.clone();
        let answer = move |request: Request| respond(shown.clone(), request);
        let server = Server::start(open, answer).map_err(|e| ServeError::Door(format!("cannot listen: {e}")))?;
        let stop = Arc::new(AtomicBool::new(false));
        let follower = Follower {
            desk: desk.clone(),
            ears: SiteWatcher::new(&root, self.poll),
            reporter,
            now: self.now,
            give_back: self.give_back,
            stop: stop.clone(),
            failed: false,
            look: Instant::now(),
        };
        follower.announce(&urls, self.door.lan, clock.elapsed());
        if self.style.verbose {
            follower.reporter.timings(&laps.laps);
        }
        let follower = Builder::new().spawn(move || follower.run());
        let follower = follower.map_err(|e| ServeError::Door(format!("cannot start a thread: {e}")))?;
        Ok(LiveServer { server, desk, urls, stop, follower: Some(follower) })
    }
}

impl LiveServer {
    /// Returns the address of the socket.
    pub fn address(&self) -> std::net::SocketAddr {
        self.server.address
    }

    /// Serves until the program is ended.
    pub fn wait(mut self) {
        if let Some(follower) = self.follower.take() {
            let _ = follower.join();
        }
    }
}

impl Drop for LiveServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(follower) = self.follower.take() {
            let _ = follower.join();
        }
    }
}

/// Answers a request that passed the guard.
async fn respond(desk: Arc<ServedSite>, request: Request) -> Response {
    let uri = request.uri();
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    if uri.path() == format!("/{OWN}events") {
        let last = request.headers().get("last-event-id").and_then(text);
        return events::stream(desk, uri.query().unwrap_or_default(), last.as_deref());
    }
    let target = RequestPath::parse(uri.path());
    let (method, asks) = (request.method().clone(), request.headers().clone());
    let made = tokio::task::spawn_blocking(move || {
        let view: Arc<SiteSnapshot> = desk.view();
        let shown = desk.show(&view, target.as_ref());
        let stamp = desk.stamp(&view, &shown.digest).text();
        (shown, stamp)
    });
    let Ok((shown, stamp)) = made.await else { return plain(500, "The page could not be rendered.") };
    if let Some(file) = shown.file {
        let mut response = send_file::send(file, &method, asks).await;
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        return response;
    }
    let page = shown.answer.kind == HTML;
    let mut response = shown.answer.into_response(&method, &asks);
    if page && let Ok(value) = HeaderValue::from_str(&format!("recto;desc=\"{stamp}\"")) {
        // The one header of its own page that a script can read.
        response.headers_mut().insert("server-timing", value);
    }
    response
}

/// Follows changes of a site's files.
struct Follower {
    desk: Arc<ServedSite>,
    ears: SiteWatcher,
    reporter: Reporter,
    now: Box<dyn Fn() -> WrittenDate + Send>,
    give_back: fn(),
    stop: Arc<AtomicBool>,
    /// Whether the last refresh ended in a panic.
    failed: bool,
    /// When to check the files with other names next.
    look: Instant,
}

impl Follower {
    fn announce(&self, urls: &[String], lan: bool, time: Duration) {
        let view = self.desk.view();
        let articles = view.site.as_ref().map_or(0, |site| site.archive.articles.len());
        let left_out = view.site.as_ref().map_or(0, |site| site.archive.left_out().len());
        self.reporter.serving(urls, articles, left_out, time.as_secs_f64());
        if lan {
            self.reporter.warn("everyone on this network can read the site, including what is not published yet");
        }
    }

    /// Follows changes until it is stopped. A panic in a refresh is reported, and following goes on.
    fn run(mut self) {
        (self.give_back)();
        self.ears.follow(&self.desk.folders());
        // Refresh once for changes before the watch began.
        let mut heard = Some(ChangedPaths::Everywhere);
        let mut told = false;
        while !self.stop.load(Ordering::SeqCst) {
            let places = heard.take();
            let step = catch_unwind(AssertUnwindSafe(|| self.step(places, &mut told)));
            heard = step.unwrap_or_else(|panic| {
                self.desk.failed("looked at what has changed", &*panic);
                self.ears.took(Duration::ZERO);
                thread::sleep(BEAT);
                // The failure may be temporary: retry once, and then whenever something changes.
                let again = !std::mem::replace(&mut self.failed, true);
                again.then_some(ChangedPaths::Everywhere)
            });
        }
    }

    /// Refreshes the site for the given changes, or waits for some. Returns the changes for the next step.
    fn step(&mut self, heard: Option<ChangedPaths>, told: &mut bool) -> Option<ChangedPaths> {
        if let Some(why) = self.ears.deaf.as_ref().filter(|_| !*told) {
            let text = format!("polling for changes: file notifications are unavailable ({why})");
            self.reporter.warn(&text);
            *told = true;
        }
        let places = match heard {
            // The changes that led to a failed refresh are lost, so refresh everything.
            Some(ChangedPaths::At(places)) if !self.failed => Some(places),
            Some(_) => None,
            None if self.is_due() || self.is_moved() => Some(Vec::new()),
            None => return self.ears.wait(BEAT),
        };
        self.follow(places);
        self.failed = false;
        // A new folder may already have files.
        let new = self.ears.follow(&self.desk.folders());
        if new.is_empty() { None } else { Some(ChangedPaths::At(new)) }
    }

    /// Returns whether an article has become due or expired.
    fn is_due(&self) -> bool {
        let view = self.desk.view();
        (self.now)().instant(&view.config.zone) >= self.desk.until()
    }

    /// Returns whether a file was written under another name, which is not watched. The check takes a small part of
    /// the time.
    fn is_moved(&mut self) -> bool {
        if Instant::now() < self.look {
            return false;
        }
        let clock = Instant::now();
        let moved = self.desk.is_moved();
        self.look = Instant::now() + BEAT.max(clock.elapsed() * REST);
        moved
    }

    fn follow(&mut self, places: Option<Vec<String>>) {
        let clock = Instant::now();
        let mut changed = self.desk.refresh(places.as_deref(), (self.now)());
        for _ in 0..TRIES {
            if changed.is_ok() || self.stop.load(Ordering::SeqCst) {
                break;
            }
            thread::sleep(PAUSE);
            changed = self.desk.refresh(None, (self.now)());
        }
        self.ears.took(clock.elapsed());
        // The previous site, or a list of all files, has been freed.
        if places.is_none() || matches!(changed, Ok(SiteChange::Site)) {
            (self.give_back)();
        }
        self.tell(changed, clock.elapsed());
    }

    fn tell(&self, changed: DiskResult<SiteChange>, time: Duration) {
        match changed {
            Ok(SiteChange::Nothing) => {}
            Ok(SiteChange::Files(files)) => {
                let files: Vec<&str> = files.iter().map(|file| &**file).collect();
                self.reporter.changed(&files, time.as_secs_f64());
            }
            Ok(SiteChange::Site) => self.reporter.changed(&[], time.as_secs_f64()),
            Err(error) => self.reporter.fail(&error.to_string()),
        }
    }
}
