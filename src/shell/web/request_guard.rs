//! Rejects requests from foreign hosts and origins, so that pages that the user has open elsewhere cannot read a
//! local server. Reads request heads only.
//!
//! - A page whose name was made to point here (DNS rebinding) is recognized by `Host`.
//! - A page of another origin is recognized by `Origin`, or by `Sec-Fetch-Site` (W3C Fetch Metadata), which
//!   browsers set on requests without `Origin`: scripts, images, frames. It may only follow links.
//! - No answer has a CORS header, and every answer forbids other origins to load it ([`HEADERS`]).

use std::net::IpAddr;

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, Uri};

/// Headers of every answer: no other origin may load it, and no browser may guess its type.
pub const HEADERS: [(&str, &str); 3] = [
    ("cross-origin-resource-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "SAMEORIGIN"),
];

/// The hosts for which a server answers.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts {
    /// Accept any IP address and not only loopback ones, since the server listens on others.
    pub any_address: bool,
    /// The name at which the server listens.
    pub name: Option<String>,
}

/// Why a request is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestRefusal {
    /// Neither GET nor HEAD.
    Method,
    /// It names no host, or several.
    Malformed,
    Host,
    Origin,
}

impl AllowedHosts {
    /// Checks whether a request may be answered.
    pub fn check(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), RequestRefusal> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok()).filter(|_| hosts.next().is_none());
        let host = uri.authority().map(|authority| authority.as_str()).or(host).ok_or(RequestRefusal::Malformed)?;
        if !self.allow(name_of(host).ok_or(RequestRefusal::Malformed)?) {
            return Err(RequestRefusal::Host);
        }
        let mut origins = headers.get_all(ORIGIN).iter();
        let own = |origin: &str| origin.strip_prefix("http://").is_some_and(|rest| rest.eq_ignore_ascii_case(host));
        if !origins.all(|origin| origin.to_str().is_ok_and(own)) {
            return Err(RequestRefusal::Origin);
        }
        let fetch = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let foreign = fetch("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
        let followed = fetch("sec-fetch-mode") == Some("navigate") && fetch("sec-fetch-dest") == Some("document");
        if foreign && !followed {
            return Err(RequestRefusal::Origin);
        }
        if !matches!(*method, Method::GET | Method::HEAD) { Err(RequestRefusal::Method) } else { Ok(()) }
    }

    fn allow(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        if let Ok(address) = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            return self.any_address || address.is_loopback();
        }
        // Browsers resolve these to loopback without DNS (RFC 6761, 6.3).
        name == "localhost" || name.ends_with(".localhost") || self.name.as_deref() == Some(&*name)
    }
}

/// Returns the host of `host:port`.
fn name_of(host: &str) -> Option<&str> {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (host, ""),
    };
    let bracketed = name.starts_with('[') && name.ends_with(']');
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    ((bracketed || plain) && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(name)
}

impl RequestRefusal {
    /// Returns the HTTP status of the response.
    pub fn status(self) -> u16 {
        match self {
            RequestRefusal::Method => 405,
            RequestRefusal::Malformed => 400,
            RequestRefusal::Host | RequestRefusal::Origin => 403,
        }
    }

    /// Returns the text of the response.
    pub fn reason(self) -> &'static str {
        match self {
            RequestRefusal::Method => "Only GET and HEAD are supported.",
            RequestRefusal::Malformed => "The request must name exactly one host.",
            RequestRefusal::Host => {
                "This server does not accept requests for that host.\n\
                 It serves only the machine that it runs on: open it as localhost, or start it with --host or --lan."
            }
            RequestRefusal::Origin => "Pages of other origins can link here, but cannot load anything from here.",
        }
    }
}
