//! Opens a socket, and runs the threads that answer requests. It must not know the answers.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs, UdpSocket};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use tokio::runtime::{Builder, Runtime};

use super::connections::ConnectionLimiter;
use super::request_guard::{AllowedHosts, HEADERS};
use crate::system::pool;

/// Deeply nested Markdown recurses in the parser and in the templates, as in a build.
const STACK: usize = 32 << 20;

/// The most pages to render at once.
const HANDS: usize = 16;

/// How many ports to try if none was requested.
const PORTS: u16 = 20;

/// Where to listen.
#[derive(Clone, Debug, Default)]
pub struct ListenOptions {
    /// A name or an address; default: 127.0.0.1.
    pub host: Option<String>,
    /// The port to use; default: the first free one of several.
    pub port: Option<u16>,
    /// Listen on every address of this machine.
    pub lan: bool,
}

/// A listening socket, and the hosts that it accepts requests for.
pub struct ListeningSocket {
    pub listener: TcpListener,
    pub hosts: AllowedHosts,
    /// The addresses to type into a browser: here, and on other machines.
    pub urls: Vec<String>,
}

impl ListenOptions {
    /// Starts to listen. `Err` says in words why that is not possible.
    pub fn open(&self, first_port: u16) -> Result<ListeningSocket, String> {
        let address = self.address()?;
        let ports = match self.port {
            Some(port) => port..=port,
            None => first_port..=first_port + PORTS,
        };
        let mut failure = String::new();
        for port in ports {
            match TcpListener::bind((address, port)) {
                Ok(listener) => return self.opened(listener).map_err(|e| format!("cannot listen: {e}")),
                Err(error) => failure = self.refused(address, port, &error),
            }
        }
        Err(failure)
    }

    fn address(&self) -> Result<IpAddr, String> {
        match &self.host {
            _ if self.lan => Ok(Ipv4Addr::UNSPECIFIED.into()),
            None => Ok(Ipv4Addr::LOCALHOST.into()),
            Some(host) => {
                let found = (host.trim_matches(['[', ']']), 0).to_socket_addrs().ok().and_then(|mut all| all.next());
                found.map(|address| address.ip()).ok_or_else(|| format!("--host `{host}`: unknown host"))
            }
        }
    }

    fn refused(&self, address: IpAddr, port: u16, error: &io::Error) -> String {
        let place = SocketAddr::new(address, port);
        match (error.kind(), self.port) {
            (io::ErrorKind::AddrInUse, Some(_)) => {
                format!("port {port} is in use\nhelp: choose another with --port, or omit --port to use a free one")
            }
            (io::ErrorKind::AddrInUse, None) => {
                format!("all ports up to {port} are in use\nhelp: choose one with --port")
            }
            (io::ErrorKind::AddrNotAvailable, _) => format!("{address} is not an address of this machine"),
            _ => format!("cannot listen on {place}: {error}"),
        }
    }

    fn opened(&self, listener: TcpListener) -> io::Result<ListeningSocket> {
        let address = listener.local_addr()?;
        let port = address.port();
        let own = address.ip();
        let named = self.host.as_ref().filter(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().is_err());
        let mut urls = match (named, own.is_unspecified()) {
            (Some(name), _) => vec![format!("http://{name}:{port}")],
            (None, true) => vec![format!("http://127.0.0.1:{port}")],
            (None, false) => vec![format!("http://{address}")],
        };
        if own.is_unspecified() {
            urls.extend(outward().map(|address| format!("http://{}", SocketAddr::new(address, port))));
        }
        let hosts = AllowedHosts { any_address: !own.is_loopback(), name: named.map(|name| name.to_ascii_lowercase()) };
        Ok(ListeningSocket { listener, hosts, urls })
    }
}

/// Returns the address by which other machines reach this one. Sends nothing: the system only reports its route.
fn outward() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // TEST-NET-1 of RFC 5737.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|address| !address.is_loopback())
}

/// Threads that answer requests until this is dropped.
pub struct Server {
    runtime: Option<Runtime>,
    pub address: SocketAddr,
}

impl Server {
    /// Answers every request to an allowed host.
    pub fn start<A, F>(open: ListeningSocket, answer: A) -> io::Result<Server>
    where
        A: Fn(Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        Server::start_within(open, answer, |router| router)
    }

    /// Like [`Server::start`], with layers around the answers.
    pub fn start_within<A, F>(
        open: ListeningSocket,
        answer: A,
        layers: impl FnOnce(Router) -> Router,
    ) -> io::Result<Server>
    where
        A: Fn(Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        let ListeningSocket { listener, hosts, urls: _ } = open;
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        // The runtime panics where one of its threads does not start.
        pool::check_spare(2, Some(STACK))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(HANDS.min(pool::most_workers()))
            .thread_stack_size(STACK)
            .thread_name("recto-web")
            .enable_all()
            .build()?;
        let hosts = Arc::new(hosts);
        let guarded = move |request: Request| {
            let (hosts, answer) = (hosts.clone(), answer.clone());
            async move {
                let checked = hosts.check(request.method(), request.uri(), request.headers());
                let response = match checked {
                    Ok(()) => answer(request).await,
                    Err(refusal) => {
                        let mut response = plain(refusal.status(), refusal.reason());
                        if refusal.status() == 405 {
                            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
                        }
                        response
                    }
                };
                with_headers(response)
            }
        };
        let router = layers(Router::new().fallback(guarded));
        runtime.spawn(async move {
            let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
            let _ = axum::serve(ConnectionLimiter::new(listener), router).await;
        });
        Ok(Server { runtime: Some(runtime), address })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Returns a plain-text response.
pub fn plain(status: u16, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn with_headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}
