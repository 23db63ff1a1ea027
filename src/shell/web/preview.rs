//! `recto preview`: shows the built site in the browser as a host would serve it. It builds and writes nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::host_overlay::{GivenRules, HostOverlay};
use super::listen::{ListenOptions, Server, plain};
use super::request_path::RequestPath;
use super::send_file::{self, FileToSend};
use crate::base::config;
use crate::base::path::{RESERVED, check_output_path, decode_percent, encode_path};
use crate::base::printable;
use crate::engine::site::LoadOptions;
use crate::hosting::content_types;
use crate::hosting::default_headers::ALWAYS;
use crate::hosting::hosts::{Encodings, HostRules, Lookup};
use crate::hosting::redirects::RuleMatch;
use crate::hosting::rule_files;
use crate::shell::report::{ReportStyle, Reporter};
use crate::system::beneath::DirEntry;
use crate::system::disk::{self, DiskError, DiskResult};
use crate::system::root::Root;

/// The first port to try.
pub const PORT: u16 = 4141;

/// What to show.
pub struct PreviewOptions {
    /// The site's folder.
    pub root: PathBuf,
    /// The output folder.
    pub output: PathBuf,
    pub rules: &'static HostRules,
    /// How to load the site, whose aliases are part of the host's overlay.
    pub options: LoadOptions,
    pub door: ListenOptions,
    pub style: ReportStyle,
}

/// Why nothing is shown.
pub enum PreviewError {
    Disk(DiskError),
    /// There is no built site.
    Nothing(String),
    /// The socket could not be opened.
    Door(String),
}

/// A site that is shown until this is dropped.
pub struct PreviewServer {
    server: Server,
    /// The addresses to type into a browser.
    pub urls: Vec<String>,
}

impl PreviewOptions {
    /// Starts to answer requests.
    pub fn start(self) -> Result<PreviewServer, PreviewError> {
        let folder = printable::path(&self.output);
        let visible = |entry: &DirEntry| entry.name.to_str().is_none_or(|name| !name.starts_with(RESERVED));
        let opened = match disk::is_dir(&self.output).map_err(PreviewError::Disk)? {
            true => Some(Root::shared(&self.output).map_err(PreviewError::Disk)?),
            false => None,
        };
        let built = |root: &Arc<Root>| root.list("").is_ok_and(|all| all.iter().any(visible));
        let Some(root) = opened.filter(built) else {
            return Err(PreviewError::Nothing(format!("no built site in {folder}\nhelp: run `recto build`")));
        };
        let reporter = Reporter::new(self.style, self.root.clone());
        let host = Arc::new(PreviewedHost {
            guest: HostOverlay::new(&self.options, root.clone(), self.rules, &reporter),
            root,
            base: self.base().map_err(PreviewError::Disk)?,
            rules: self.rules,
            reporter,
        });
        let mut open = self.door.open(PORT).map_err(PreviewError::Door)?;
        let home = host.url("");
        let urls: Vec<String> = std::mem::take(&mut open.urls).into_iter().map(|url| format!("{url}{home}")).collect();
        // Report at once what the host would not follow.
        host.given();
        let shown = host.clone();
        let answer = move |request: Request| respond(shown.clone(), request);
        let compression = self.rules.compression;
        let server = Server::start_within(open, answer, |router| send_file::compressing(router, compression));
        let server = server.map_err(|error| PreviewError::Door(format!("cannot listen: {error}")))?;
        host.reporter.previewing(&urls, &folder.to_string(), self.rules.name);
        if self.door.lan {
            host.reporter.warn("everyone on this network can read the site");
        }
        Ok(PreviewServer { server, urls })
    }

    /// Returns the decoded path of the site's base URL: empty or `/sub`. Other errors in the configuration do not
    /// matter here.
    fn base(&self) -> DiskResult<String> {
        let text = self.options.root.read_if_there(config::FILE)?.unwrap_or_default();
        let (config, _) = config::parse(&String::from_utf8_lossy(&text));
        Ok(config.and_then(|config| decode_percent(&config.urls.base_path)).unwrap_or_default())
    }
}

impl PreviewServer {
    /// Returns the address of the socket.
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
struct PreviewedHost {
    /// The output folder.
    root: Arc<Root>,
    base: String,
    rules: &'static HostRules,
    guest: HostOverlay,
    reporter: Reporter,
}

/// The answer to a request.
enum Reply {
    Redirect { status: u16, location: String },
    File(FileToSend),
    Nothing,
}

impl PreviewedHost {
    /// Returns the address of a path of the site.
    fn url(&self, path: &str) -> String {
        let mut url = String::new();
        encode_path(&format!("{}/{path}", self.base), &mut url);
        url
    }

    fn given(&self) -> Arc<GivenRules> {
        self.guest.given(&self.reporter)
    }

    /// Returns whether the host would have this file and may serve it.
    fn is_file(&self, given: &GivenRules, path: &str) -> bool {
        let own = rule_files::NAMES.contains(&path) && self.guest.reads(path);
        !own && !given.overlay.leaves_out.contains(path) && check_output_path(path).is_ok() && self.root.has_file(path)
    }

    /// Returns whether the host would have this folder, which needs at least one file. Links are not followed.
    fn is_folder(&self, given: &GivenRules, path: &str) -> bool {
        if check_output_path(path).is_err() || !self.root.has_folder(path) {
            return false;
        }
        self.root.list(path).unwrap_or_default().into_iter().any(|entry| {
            let below = format!("{path}/{}", entry.name.to_string_lossy());
            self.is_file(given, &below) || self.is_folder(given, &below)
        })
    }

    /// Returns the answer for a request path.
    fn reply(&self, given: &GivenRules, target: Option<&RequestPath>, query: Option<&str>) -> Reply {
        let Some(target) = target else { return self.found(given, self.missing(given, ""), 200, query) };
        let path = format!("/{}", target.path);
        if let Some((status, to)) = given.overlay.server.as_ref().and_then(|server| server.moves.get(&path)) {
            return Reply::Redirect { status: *status, location: with_query(to, query) };
        }
        if let Some(led) = given.redirects.lead(&path, true) {
            return self.follow(given, led, query);
        }
        match self.find(given, &path) {
            Lookup::Missing(page) => match given.redirects.lead(&path, false) {
                Some(led) => self.follow(given, led, query),
                None => self.found(given, Lookup::Missing(page), 200, query),
            },
            found => self.found(given, found, 200, query),
        }
    }

    /// Resolves a path of the host.
    fn find(&self, given: &GivenRules, path: &str) -> Lookup {
        match path.strip_prefix(&*self.base).and_then(|below| below.strip_prefix('/')) {
            Some(below) => {
                self.rules.find(below, |file| self.is_file(given, file), |folder| self.is_folder(given, folder))
            }
            // Redirect the root to the site.
            None if path == "/" || path == self.base => Lookup::Moved(302, String::new()),
            None => self.missing(given, ""),
        }
    }

    fn missing(&self, given: &GivenRules, path: &str) -> Lookup {
        self.rules.missing(path, |file| self.is_file(given, file))
    }

    /// Carries out a rule that matched.
    fn follow(&self, given: &GivenRules, led: RuleMatch, query: Option<&str>) -> Reply {
        if led.is_redirect() {
            return Reply::Redirect { status: led.status, location: with_query(&led.to, query) };
        }
        let to = RequestPath::parse(&led.to);
        let found = to.map_or_else(|| self.missing(given, ""), |to| self.find(given, &format!("/{}", to.path)));
        self.found(given, found, led.status, query)
    }

    fn found(&self, given: &GivenRules, found: Lookup, status: u16, query: Option<&str>) -> Reply {
        let (path, status) = match found {
            Lookup::Moved(status, to) => {
                return Reply::Redirect { status, location: with_query(&self.url(&to), query) };
            }
            Lookup::File(path) => (path, status),
            Lookup::Missing(Some((status, page))) => (page, status),
            Lookup::Missing(None) => return Reply::Nothing,
        };
        let has = |wanted: bool, end: &str| wanted && self.is_file(given, &format!("{path}.{end}"));
        let siblings = Encodings { gzip: has(self.rules.siblings.gzip, "gz"), br: has(self.rules.siblings.br, "br") };
        let kind = content_types::of(&path);
        Reply::File(FileToSend { root: self.root.clone(), path, kind, siblings, status })
    }
}

/// Adds the request's query to an address, unless it has one of its own.
fn with_query(url: &str, query: Option<&str>) -> String {
    let (path, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    match query.filter(|query| !query.is_empty() && !path.contains('?')) {
        Some(query) => format!("{path}?{query}{fragment}"),
        None => url.to_owned(),
    }
}

/// Answers a request that passed the guard.
async fn respond(host: Arc<PreviewedHost>, request: Request) -> Response {
    let (Parts { method, uri, headers: asks, .. }, _) = request.into_parts();
    let asked = tokio::task::spawn_blocking(move || {
        let target = RequestPath::parse(uri.path());
        let given = host.given();
        let reply = host.reply(&given, target.as_ref(), uri.query());
        let path = format!("/{}", target.map(|target| target.path).unwrap_or_default());
        (reply, path, given, host.rules.cache)
    });
    let Ok((reply, path, given, cache)) = asked.await else {
        return plain(500, "The server could not answer the request.");
    };
    let mut response = match reply {
        Reply::Redirect { status, location } => return redirect(status, &location),
        Reply::Nothing => plain(404, "Page not found, and the site has no 404 page."),
        Reply::File(wanted) => send_file::send(wanted, &method, asks).await,
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

/// Returns a redirect that the browser must not cache: tomorrow another site is shown at this address.
fn redirect(status: u16, location: &str) -> Response {
    let mut response = plain(status, "");
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match HeaderValue::from_str(location) {
        Ok(location) => drop(response.headers_mut().insert(LOCATION, location)),
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}
