//! A file over HTTP: what the browser lacks of it, compressed where the host does that.
//!
//! Conditions and ranges are tower-http's. What it opens is looked at once more: it must be the regular file that stands at
//! that path, whatever became of the path between the look and the opening.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_RANGE, LAST_MODIFIED, RANGE,
};
use axum::http::{self, HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::map_response;
use axum::response::Response;
use tower_http::compression::{CompressionLayer, Predicate};
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, DefaultServeDirFallback, File, TokioBackend, TokioFile};

use super::listen::plain;
use super::ranges;
use crate::base::path::encode_path;
use crate::engine::disk::{self, Stat};
use crate::hosting::hosts::Encodings;
use crate::hosting::types;

/// Smaller texts are not compressed: it would make them longer.
const LEAST: u64 = 48;

/// A file that is to be sent.
pub struct Wanted {
    /// A folder without links.
    pub root: PathBuf,
    /// A path below it.
    pub path: String,
    /// What it is sent as.
    pub kind: &'static str,
    /// Which files beside it may be sent in its place.
    pub siblings: Encodings,
    pub status: u16,
}

/// Sends a file, or what the browser lacks of it. A page in the place of another has no ranges and is never unchanged.
pub async fn send(wanted: Wanted, method: &Method, mut headers: HeaderMap) -> Response {
    let Wanted { root, path, kind, siblings, status } = wanted;
    // What it makes of a range that means nothing is an error; it is to be ignored (RFC 9110, 14.2).
    let range = ranges::plain(method, &headers);
    headers.remove(RANGE);
    headers.extend(range.map(|range| (RANGE, range)));
    if status != 200 {
        let accepted = headers.remove(ACCEPT_ENCODING);
        headers = accepted.map(|accepted| (ACCEPT_ENCODING, accepted)).into_iter().collect();
    }
    let mut files = ServeDir::with_backend(root, Plain)
        .append_index_html_on_directories(false)
        .redirect_to_trailing_slash(false)
        .ignore_multi_range_requests(true);
    if siblings.gzip {
        files = files.precompressed_gzip();
    }
    if siblings.br {
        files = files.precompressed_br();
    }
    let mut url = String::from("/");
    encode_path(&path, &mut url);
    let Ok(url) = Uri::try_from(url) else { return plain(404, "That is no address.") };
    let mut response = ask(&mut files, &url, method, headers.clone()).await;
    if response.status() == StatusCode::PARTIAL_CONTENT && is_of_another(&headers, response.headers()) {
        headers.remove(RANGE);
        response = ask(&mut files, &url, method, headers).await;
    }
    if response.status().is_success() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    }
    response
}

/// Whether the browser asks for the rest of a file that is another now.
fn is_of_another(asks: &HeaderMap, own: &HeaderMap) -> bool {
    let known = asks.get(IF_RANGE);
    // Of bytes, a weak tag says nothing (13.1.5).
    let weak = known.is_some_and(|known| known.as_bytes().starts_with(b"W/"));
    weak || known.is_some() && known != own.get(ETAG) && known != own.get(LAST_MODIFIED)
}

async fn ask(
    files: &mut ServeDir<DefaultServeDirFallback, Plain>,
    url: &Uri,
    method: &Method,
    headers: HeaderMap,
) -> Response {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = url.clone();
    *request.method_mut() = method.clone();
    *request.headers_mut() = headers;
    match files.try_call(request).await {
        Ok(response) => response.map(Body::new),
        // It went away meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => plain(404, "There is no such file any more."),
        Err(_) => plain(500, "The file cannot be read."),
    }
}

/// Opens regular files to which no link leads.
#[derive(Clone)]
struct Plain;

type Later<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl Backend for Plain {
    type File = TokioFile;
    type Metadata = <TokioBackend as Backend>::Metadata;
    type OpenFuture = Later<TokioFile>;
    type MetadataFuture = Later<Self::Metadata>;

    fn open(&self, path: PathBuf) -> Later<TokioFile> {
        Box::pin(async move {
            let file = TokioBackend.open(path.clone()).await?;
            let opened = Stat::of(&file.metadata().await?);
            checked(path, opened).await.map(|()| file)
        })
    }

    fn metadata(&self, path: PathBuf) -> Later<Self::Metadata> {
        Box::pin(async move {
            let metadata = TokioBackend.metadata(path.clone()).await?;
            checked(path, Stat::of(&metadata)).await.map(|()| metadata)
        })
    }
}

/// Fails unless what was found is what stands at that very path, and is of a time for which HTTP has a date.
async fn checked(path: PathBuf, found: Stat) -> io::Result<()> {
    if found.modified < 0 || found.modified == i64::MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let stands = tokio::task::spawn_blocking(move || disk::is_at(&path, &found)).await;
    if stands.unwrap_or(false) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
}

/// Compresses texts on their way.
pub fn compressing(router: Router, Encodings { gzip, br }: Encodings) -> Router {
    if !gzip && !br {
        return router;
    }
    let layer = CompressionLayer::new().gzip(gzip).br(br).compress_when(Texts);
    router.layer(layer).layer(map_response(weaken))
}

/// What is worth compressing. The length is taken from the header, since the answer to HEAD has no body.
#[derive(Clone, Copy)]
struct Texts;

impl Predicate for Texts {
    fn should_compress<B: HttpBody>(&self, response: &http::Response<B>) -> bool {
        let text = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let length = text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        text(CONTENT_TYPE).is_some_and(types::is_text) && length.is_some_and(|length| length >= LEAST)
    }
}

/// What was compressed on its way is not the same bytes (RFC 9110, 8.8.1); that which stands compressed has a tag of its own.
async fn weaken(mut response: Response) -> Response {
    let compressed =
        response.headers().contains_key(CONTENT_ENCODING) && !response.headers().contains_key(CONTENT_LENGTH);
    let tag = response.headers().get(ETAG).filter(|_| compressed).and_then(|tag| tag.to_str().ok());
    let weak = tag.filter(|tag| !tag.starts_with("W/")).map(|tag| HeaderValue::from_str(&format!("W/{tag}")));
    if let Some(weak) = weak.and_then(Result::ok) {
        response.headers_mut().insert(ETAG, weak);
    }
    response
}
