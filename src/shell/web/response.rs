//! Responses, and what `serve` adds to a site: the script, the ribbon, error pages, the list of what is left out. It
//! must not know how a page is made.

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, LOCATION,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;

use super::ranges::{self, RequestedRange, part};
use crate::base::path::encode_path;
use crate::engine::live::UnpublishedPage;
use crate::hosting::content_types::{self, HTML};

/// What is added to a page before `</body>`, and nothing else.
pub const SCRIPT: &str = "<script src=\"/__recto/reload.js\" defer></script>";

/// Where what is no part of the site is found.
pub const OWN: &str = "__recto/";

const RELOAD: &str = include_str!("reload.js");
const STYLE: &str = include_str!("style.css");

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageResponse {
    pub status: u16,
    pub kind: &'static str,
    /// Of a redirect.
    pub location: Option<String>,
    pub body: Vec<u8>,
    /// For an output that is no page: the browser may keep it and ask whether it is still the same.
    pub tag: Option<String>,
}

impl PageResponse {
    pub fn new(status: u16, kind: &'static str, body: Vec<u8>) -> PageResponse {
        PageResponse { status, kind, location: None, body, tag: None }
    }

    /// A redirect. Temporary: browsers remember the others, and tomorrow another site is served here.
    pub fn redirect(location: String) -> PageResponse {
        PageResponse { location: Some(location), ..PageResponse::new(302, HTML, Vec::new()) }
    }

    /// A file of Recto's own.
    pub fn own(name: &str) -> Option<PageResponse> {
        let text = match name {
            "reload.js" => RELOAD,
            "style.css" => STYLE,
            _ => return None,
        };
        Some(PageResponse::new(200, content_types::of(name), text.as_bytes().to_vec()))
    }

    /// The answer to a request with this method and these headers. A page has no parts: it is made anew for every request, and
    /// has a script in it that no file has.
    pub fn into_response(mut self, method: &Method, asks: &HeaderMap) -> Response {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        if let Some(location) = self.location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            headers.insert(LOCATION, location);
        }
        let mut status = self.status;
        match self.tag.and_then(|tag| HeaderValue::from_str(&format!("\"{tag}\"")).ok()) {
            Some(tag) => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
                if status == 200 && asks.get(IF_NONE_MATCH) == Some(&tag) {
                    status = 304;
                }
                // The rest of what the browser has, unless that was another file.
                let same = asks.get(IF_RANGE).is_none_or(|known| *known == tag);
                let range = ranges::plain(method, asks).filter(|_| status == 200 && same);
                let length = self.body.len();
                match range
                    .as_ref()
                    .and_then(|range| range.to_str().ok())
                    .map_or(RequestedRange::Whole, |range| part(range, length))
                {
                    RequestedRange::Whole => {}
                    RequestedRange::Bytes(of) => {
                        status = 206;
                        let said = format!("bytes {}-{}/{length}", of.start, of.end - 1);
                        headers.extend(HeaderValue::from_str(&said).ok().map(|said| (CONTENT_RANGE, said)));
                        self.body.truncate(of.end);
                        self.body.drain(..of.start);
                    }
                    RequestedRange::Nothing => {
                        status = 416;
                        let said = HeaderValue::from_str(&format!("bytes */{length}"));
                        headers.extend(said.ok().map(|said| (CONTENT_RANGE, said)));
                        self.body.clear();
                    }
                }
                headers.insert(ETAG, tag);
            }
            None => drop(headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"))),
        }
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status != 304 {
            *response.body_mut() = Body::from(self.body);
        }
        response
    }
}

/// Puts something before the last `</body>`, or at the end.
pub fn inject(page: &mut Vec<u8>, text: &str) {
    let at = memchr::memmem::rfind(page, b"</body>").unwrap_or(page.len());
    page.splice(at..at, text.bytes());
}

/// What stands on a page that is not published.
pub fn ribbon(page: &UnpublishedPage) -> String {
    let why = page.why.word();
    format!(
        "<link rel=\"stylesheet\" href=\"/__recto/style.css\"><div class=\"recto-ribbon\" role=\"note\" lang=\"en\" \
         dir=\"ltr\"><strong>{why}</strong> <a href=\"/__recto/unpublished\">not published</a></div>"
    )
}

/// A page of Recto's own; it reloads like any other.
fn page(title: &str, content: &str) -> Vec<u8> {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"/__recto/style.css\">\n</head>\n<body class=\"recto-own\">\n<main>\n\
         <h1>{title}</h1>\n{content}</main>\n{SCRIPT}</body>\n</html>\n"
    );
    page.into_bytes()
}

/// The page in the place of one that cannot be made. `texts` are the diagnostics as people read them.
pub fn failed(texts: &[String]) -> PageResponse {
    let texts: String = texts.iter().map(|text| format!("<pre>{}</pre>\n", escape(text))).collect();
    PageResponse::new(500, HTML, page("This page cannot be rendered", &texts))
}

/// The page where a site has none of its own to say that there is nothing.
pub fn nothing() -> PageResponse {
    PageResponse::new(404, HTML, page("Page not found", "<p><a href=\"/\">Home</a></p>\n"))
}

/// What is left out of the site. `url` makes the address of an output.
pub fn unpublished(pages: &[UnpublishedPage], base: &str) -> PageResponse {
    let mut rows = String::new();
    for entry in pages {
        let name = match &entry.page {
            Some((title, path)) => {
                let mut url = format!("{base}/");
                encode_path(path.strip_suffix("index.html").unwrap_or(path), &mut url);
                format!("<a href=\"{url}\">{}</a>", escape(title))
            }
            None => "incomplete: run <code>recto check</code> to see what is missing".to_owned(),
        };
        let (why, file) = (entry.why.word(), escape(&entry.file));
        rows.push_str(&format!("<tr><td>{why}</td><td>{name}</td><td><code>{file}</code></td></tr>\n"));
    }
    let content = match rows.is_empty() {
        true => "<p>Everything is published.</p>\n".to_owned(),
        false => format!(
            "<p>Drafts, expired articles and articles posted in the future. They have pages at their own addresses, but \
             no listing shows them.</p>\n<table>\n<thead><tr><th>Why</th><th>Page</th><th>File</th></tr></thead>\n<tbody>\n{rows}\
             </tbody>\n</table>\n"
        ),
    };
    PageResponse::new(200, HTML, page("Not published", &content))
}

/// Text as it stands in HTML, in an element or between double quotes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stands_before_the_end_of_the_body() {
        for (page, expected) in [
            ("<body>a</body>b", "<body>a|</body>b"),
            ("</body></body>", "</body>|</body>"),
            ("no body", "no body|"),
            ("", "|"),
        ] {
            let mut bytes = page.as_bytes().to_vec();
            inject(&mut bytes, "|");
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
    }
}
