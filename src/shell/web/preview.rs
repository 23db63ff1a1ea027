//! `recto preview`: the built site in the browser, as a host would serve it. Nothing is written, and nothing is built.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::guest::{Given, Guest};
use super::listen::{Door, Server, plain};
use super::send::{self, Wanted};
use super::target::Target;
use crate::base::config;
use crate::base::path::{RESERVED, check_output_path, decode_percent, encode_path};
use crate::base::shown;
use crate::engine::site::Options;
use crate::hosting::fields::ALWAYS;
use crate::hosting::files;
use crate::hosting::hosts::{Encodings, Found, Rules};
use crate::hosting::redirects::Led;
use crate::hosting::types;
use crate::shell::report::{Reporter, Style};
use crate::system::beneath::Entry;
use crate::system::disk::{self, DiskError, DiskResult};
use crate::system::root::Root;

/// The first port that is tried.
pub const PORT: u16 = 4141;

/// What to show.
pub struct Preview {
    /// The site's folder.
    pub root: PathBuf,
    /// The output folder.
    pub output: PathBuf,
    pub rules: &'static Rules,
    /// How the site is loaded, of whose aliases the host is told.
    pub options: Options,
    pub door: Door,
    pub style: Style,
}

/// Why nothing is shown.
pub enum Failure {
    Disk(DiskError),
    /// There is no built site.
    Nothing(String),
    /// No socket.
    Door(String),
}

/// A site that is being shown, until this is dropped.
pub struct Previewing {
    server: Server,
    /// What to type into a browser.
    pub urls: Vec<String>,
}

impl Preview {
    /// Starts to answer.
    pub fn start(self) -> Result<Previewing, Failure> {
        let folder = shown::path(&self.output);
        let visible = |entry: &Entry| entry.name.to_str().is_none_or(|name| !name.starts_with(RESERVED));
        let opened = match disk::is_dir(&self.output).map_err(Failure::Disk)? {
            true => Some(Root::shared(&self.output).map_err(Failure::Disk)?),
            false => None,
        };
        let built = |root: &Arc<Root>| root.list("").is_ok_and(|all| all.iter().any(visible));
        let Some(root) = opened.filter(built) else {
            return Err(Failure::Nothing(format!("there is no built site in {folder}\nhelp: `recto build` makes one")));
        };
        let reporter = Reporter::new(self.style, self.root.clone());
        let host = Arc::new(Host {
            guest: Guest::new(&self.options, root.clone(), self.rules, &reporter),
            root,
            base: self.base().map_err(Failure::Disk)?,
            rules: self.rules,
            reporter,
        });
        let mut open = self.door.open(PORT).map_err(Failure::Door)?;
        let home = host.url("");
        let urls: Vec<String> = std::mem::take(&mut open.urls).into_iter().map(|url| format!("{url}{home}")).collect();
        // What the host would not follow is said at once.
        host.given();
        let shown = host.clone();
        let answer = move |request: Request| respond(shown.clone(), request);
        let compression = self.rules.compression;
        let server = Server::start_within(open, answer, |router| send::compressing(router, compression));
        let server = server.map_err(|error| Failure::Door(format!("cannot listen: {error}")))?;
        host.reporter.previewing(&urls, &folder.to_string(), self.rules.name);
        if self.door.lan {
            host.reporter.warn("everybody on this network can read the site now");
        }
        Ok(Previewing { server, urls })
    }

    /// The path of the site's base URL, decoded: empty or `/sub`. The site is shown whatever else is wrong with its
    /// configuration.
    fn base(&self) -> DiskResult<String> {
        let text = self.options.root.read_if_there(config::FILE)?.unwrap_or_default();
        let (config, _) = config::parse(&String::from_utf8_lossy(&text));
        Ok(config.and_then(|config| decode_percent(&config.urls.base_path)).unwrap_or_default())
    }
}

impl Previewing {
    pub fn address(&self) -> std::net::SocketAddr {
        self.server.address
    }

    /// Shows the site until the program is ended.
    pub fn wait(self) -> ! {
        loop {
            thread::park();
        }
    }
}

/// A host with the site on it.
struct Host {
    /// The output folder.
    root: Arc<Root>,
    base: String,
    rules: &'static Rules,
    guest: Guest,
    reporter: Reporter,
}

/// What a request is answered with.
enum Reply {
    Redirect { status: u16, location: String },
    File(Wanted),
    Nothing,
}

impl Host {
    /// The address of a path of the site.
    fn url(&self, path: &str) -> String {
        let mut url = String::new();
        encode_path(&format!("{}/{path}", self.base), &mut url);
        url
    }

    fn given(&self) -> Arc<Given> {
        self.guest.given(&self.reporter)
    }

    /// Whether this is a file that the host would have, and may be served.
    fn is_file(&self, given: &Given, path: &str) -> bool {
        let own = files::NAMES.contains(&path) && self.guest.reads(path);
        !own && !given.overlay.leaves_out.contains(path) && check_output_path(path).is_ok() && self.root.has_file(path)
    }

    /// Whether the host would have a folder of that path: one with any file in it. Links are not followed.
    fn is_folder(&self, given: &Given, path: &str) -> bool {
        if check_output_path(path).is_err() || !self.root.has_folder(path) {
            return false;
        }
        self.root.list(path).unwrap_or_default().into_iter().any(|entry| {
            let below = format!("{path}/{}", entry.name.to_string_lossy());
            self.is_file(given, &below) || self.is_folder(given, &below)
        })
    }

    /// What a target is answered with.
    fn reply(&self, given: &Given, target: Option<&Target>, query: Option<&str>) -> Reply {
        let Some(target) = target else { return self.found(given, self.missing(given, ""), 200, query) };
        let path = format!("/{}", target.path);
        if let Some((status, to)) = given.overlay.server.as_ref().and_then(|server| server.moves.get(&path)) {
            return Reply::Redirect { status: *status, location: with_query(to, query) };
        }
        if let Some(led) = given.redirects.lead(&path, true) {
            return self.follow(given, led, query);
        }
        match self.find(given, &path) {
            Found::Missing(page) => match given.redirects.lead(&path, false) {
                Some(led) => self.follow(given, led, query),
                None => self.found(given, Found::Missing(page), 200, query),
            },
            found => self.found(given, found, 200, query),
        }
    }

    /// What stands at a path of the host.
    fn find(&self, given: &Given, path: &str) -> Found {
        match path.strip_prefix(&*self.base).and_then(|below| below.strip_prefix('/')) {
            Some(below) => {
                self.rules.find(below, |file| self.is_file(given, file), |folder| self.is_folder(given, folder))
            }
            // Whoever opens the root wants the site.
            None if path == "/" || path == self.base => Found::Moved(302, String::new()),
            None => self.missing(given, ""),
        }
    }

    fn missing(&self, given: &Given, path: &str) -> Found {
        self.rules.missing(path, |file| self.is_file(given, file))
    }

    /// The way of a rule.
    fn follow(&self, given: &Given, led: Led, query: Option<&str>) -> Reply {
        if led.is_redirect() {
            return Reply::Redirect { status: led.status, location: with_query(&led.to, query) };
        }
        let to = Target::parse(&led.to);
        let found = to.map_or_else(|| self.missing(given, ""), |to| self.find(given, &format!("/{}", to.path)));
        self.found(given, found, led.status, query)
    }

    fn found(&self, given: &Given, found: Found, status: u16, query: Option<&str>) -> Reply {
        let (path, status) = match found {
            Found::Moved(status, to) => {
                return Reply::Redirect { status, location: with_query(&self.url(&to), query) };
            }
            Found::File(path) => (path, status),
            Found::Missing(Some((status, page))) => (page, status),
            Found::Missing(None) => return Reply::Nothing,
        };
        let has = |wanted: bool, end: &str| wanted && self.is_file(given, &format!("{path}.{end}"));
        let siblings = Encodings { gzip: has(self.rules.siblings.gzip, "gz"), br: has(self.rules.siblings.br, "br") };
        let kind = types::of(&path);
        Reply::File(Wanted { root: self.root.clone(), path, kind, siblings, status })
    }
}

/// An address with the query of the request, unless it has one of its own.
fn with_query(url: &str, query: Option<&str>) -> String {
    let (path, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    match query.filter(|query| !query.is_empty() && !path.contains('?')) {
        Some(query) => format!("{path}?{query}{fragment}"),
        None => url.to_owned(),
    }
}

/// Answers a request that may be answered.
async fn respond(host: Arc<Host>, request: Request) -> Response {
    let (Parts { method, uri, headers: asks, .. }, _) = request.into_parts();
    let asked = tokio::task::spawn_blocking(move || {
        let target = Target::parse(uri.path());
        let given = host.given();
        let reply = host.reply(&given, target.as_ref(), uri.query());
        let path = format!("/{}", target.map(|target| target.path).unwrap_or_default());
        (reply, path, given, host.rules.cache)
    });
    let Ok((reply, path, given, cache)) = asked.await else { return plain(500, "The answer could not be made.") };
    let mut response = match reply {
        Reply::Redirect { status, location } => return redirect(status, &location),
        Reply::Nothing => plain(404, "There is no such page, and the site has none to say so."),
        Reply::File(wanted) => send::send(wanted, &method, asks).await,
    };
    let server = given.overlay.server.as_ref();
    let cache = server.map(|server| server.cache_control(&path)).or(cache);
    if let Some(cache) = cache.filter(|_| !response.status().is_client_error()) {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    for (name, value) in ALWAYS.iter().filter(|_| server.is_some()) {
        response.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    given.headers.apply(&path, response.headers_mut());
    response
}

/// A redirect. The browser must not remember it: tomorrow another site is shown here.
fn redirect(status: u16, location: &str) -> Response {
    let mut response = plain(status, "");
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match HeaderValue::from_str(location) {
        Ok(location) => drop(response.headers_mut().insert(LOCATION, location)),
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}
