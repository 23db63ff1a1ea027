//! Responses, and what `serve` adds to a site: the script, the ribbon, error pages, the list of unpublished pages.
//! It must not know how a page is made.

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

/// The only addition to a page, before `</body>`.
pub const SCRIPT: &str = "<script src=\"/__recto/reload.js\" defer></script>";

/// Prefix of the paths that are not part of the site.
pub const OWN: &str = "__recto/";

const RELOAD: &str = include_str!("reload.js");
const STYLE: &str = include_str!("style.css");

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageResponse {
    pub status: u16,
    pub kind: &'static str,
    /// The target of a redirect.
    pub location: Option<String>,
    pub body: Vec<u8>,
    /// An ETag for an output that is not a page: the browser may keep it and revalidate it.
    pub tag: Option<String>,
}

impl PageResponse {
    pub fn new(status: u16, kind: &'static str, body: Vec<u8>) -> PageResponse {
        PageResponse { status, kind, location: None, body, tag: None }
    }

    /// Returns a temporary redirect. Browsers cache permanent ones, and tomorrow another site is served here.
    pub fn redirect(location: String) -> PageResponse {
        PageResponse { location: Some(location), ..PageResponse::new(302, HTML, Vec::new()) }
    }

    /// Returns one of Recto's own files.
    pub fn own(name: &str) -> Option<PageResponse> {
        let text = match name {
            "reload.js" => RELOAD,
            "style.css" => STYLE,
            _ => return None,
        };
        Some(PageResponse::new(200, content_types::of(name), text.as_bytes().to_vec()))
    }

    /// Turns it into a response to a request with this method and these headers. Pages do not support ranges: a
    /// page is rendered for every request, and contains a script that its file does not.
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
                // Send the rest of a file unless the browser's part is of another version.
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

/// Inserts a text before the last `</body>`, or at the end.
pub fn inject(page: &mut Vec<u8>, text: &str) {
    let at = memchr::memmem::rfind(page, b"</body>").unwrap_or(page.len());
    page.splice(at..at, text.bytes());
}

/// Returns the ribbon of an unpublished page.
pub fn ribbon(page: &UnpublishedPage) -> String {
    let why = page.why.word();
    format!(
        "<link rel=\"stylesheet\" href=\"/__recto/style.css\"><div class=\"recto-ribbon\" role=\"note\" lang=\"en\" \
         dir=\"ltr\"><strong>{why}</strong> <a href=\"/__recto/unpublished\">not published</a></div>"
    )
}

/// Returns a page of Recto's own. It reloads like any other.
fn page(title: &str, content: &str) -> Vec<u8> {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"/__recto/style.css\">\n</head>\n<body class=\"recto-own\">\n<main>\n\
         <h1>{title}</h1>\n{content}</main>\n{SCRIPT}</body>\n</html>\n"
    );
    page.into_bytes()
}

/// Returns the page that replaces one with errors. `texts` are the formatted diagnostics.
pub fn failed(texts: &[String]) -> PageResponse {
    let texts: String = texts.iter().map(|text| format!("<pre>{}</pre>\n", escape(text))).collect();
    PageResponse::new(500, HTML, page("This page cannot be rendered", &texts))
}

/// Returns the "not found" page of a site that has none.
pub fn nothing() -> PageResponse {
    PageResponse::new(404, HTML, page("Page not found", "<p><a href=\"/\">Home</a></p>\n"))
}

/// Returns the list of unpublished pages. `base` is the path of the site.
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

/// Escapes a text for HTML, for an element or a double-quoted attribute.
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
