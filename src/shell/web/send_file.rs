//! Sends a file over HTTP: only the part that the browser lacks, compressed if the host does that. It must not know
//! which file a path means.
//!
//! tower-http handles conditions and ranges. Files are opened below the given folder; only regular files without a
//! link in their path are sent.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_RANGE, LAST_MODIFIED, RANGE,
};
use axum::http::{self, HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::map_response;
use axum::response::Response;
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::compression::{CompressionLayer, Predicate};
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, DefaultServeDirFallback, File, TokioBackend};

use super::listen::plain;
use super::ranges;
use crate::base::path::encode_path;
use crate::engine::discover::relative;
use crate::hosting::content_types;
use crate::hosting::hosts::Encodings;
use crate::system::root::Root;

/// Smaller texts are not compressed, since they would become longer.
const LEAST: u64 = 48;

/// A file to send.
pub struct FileToSend {
    pub root: Arc<Root>,
    /// A path below the folder.
    pub path: String,
    /// Its content type.
    pub kind: &'static str,
    /// Which compressed copies beside it may be sent instead.
    pub siblings: Encodings,
    pub status: u16,
}

/// Sends a file, or the part that the browser lacks. A page that replaces another has no ranges, and is never "not
/// modified".
pub async fn send(wanted: FileToSend, method: &Method, mut headers: HeaderMap) -> Response {
    let FileToSend { root, path, kind, siblings, status } = wanted;
    // The library treats an invalid range as an error, but it must be ignored (RFC 9110, 14.2).
    let range = ranges::plain(method, &headers);
    headers.remove(RANGE);
    headers.extend(range.map(|range| (RANGE, range)));
    if status != 200 {
        let accepted = headers.remove(ACCEPT_ENCODING);
        headers = accepted.map(|accepted| (ACCEPT_ENCODING, accepted)).into_iter().collect();
    }
    let mut files = ServeDir::with_backend(PathBuf::new(), PlainFiles(root))
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
    let Ok(url) = Uri::try_from(url) else { return plain(404, "Invalid address.") };
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

/// Returns whether the browser requests the rest of another version of the file.
fn is_of_another(asks: &HeaderMap, own: &HeaderMap) -> bool {
    let known = asks.get(IF_RANGE);
    // A weak tag does not identify bytes (13.1.5).
    let weak = known.is_some_and(|known| known.as_bytes().starts_with(b"W/"));
    weak || known.is_some() && known != own.get(ETAG) && known != own.get(LAST_MODIFIED)
}

async fn ask(
    files: &mut ServeDir<DefaultServeDirFallback, PlainFiles>,
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
        // The file has been removed meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => plain(404, "The file no longer exists."),
        Err(_) => plain(500, "The file cannot be read."),
    }
}

/// Opens regular files below a folder.
#[derive(Clone)]
struct PlainFiles(Arc<Root>);

type BoxedFuture<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl PlainFiles {
    /// Opens a file whose time can be written as an HTTP date.
    async fn opened(&self, path: PathBuf) -> io::Result<tokio::fs::File> {
        let root = self.0.clone();
        let open = move || {
            let path = relative(&path, Path::new("")).ok_or(io::ErrorKind::NotFound)?;
            let (file, stat) = root.reader(&path).map_err(|_| io::ErrorKind::NotFound)?;
            match stat.modified < 0 || stat.modified == i64::MAX {
                true => Err(io::ErrorKind::InvalidData.into()),
                false => Ok(file),
            }
        };
        let opened = tokio::task::spawn_blocking(open).await;
        opened.map_err(|_| io::ErrorKind::NotFound)?.map(tokio::fs::File::from_std)
    }
}

impl Backend for PlainFiles {
    type File = OpenedFile;
    type Metadata = <TokioBackend as Backend>::Metadata;
    type OpenFuture = BoxedFuture<OpenedFile>;
    type MetadataFuture = BoxedFuture<Self::Metadata>;

    fn open(&self, path: PathBuf) -> BoxedFuture<OpenedFile> {
        let own = self.clone();
        Box::pin(async move { own.opened(path).await.map(OpenedFile) })
    }

    fn metadata(&self, path: PathBuf) -> BoxedFuture<Self::Metadata> {
        let own = self.clone();
        Box::pin(async move { own.opened(path).await?.metadata().await })
    }
}

/// A file that is being sent.
struct OpenedFile(tokio::fs::File);

impl AsyncRead for OpenedFile {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncSeek for OpenedFile {
    fn start_seek(mut self: Pin<&mut Self>, position: io::SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.0).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.0).poll_complete(cx)
    }
}

impl File for OpenedFile {
    type Metadata = <TokioBackend as Backend>::Metadata;
    type MetadataFuture<'a> = Pin<Box<dyn Future<Output = io::Result<Self::Metadata>> + Send + 'a>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        Box::pin(self.0.metadata())
    }
}

/// Compresses texts while they are sent.
pub fn compressing(router: Router, Encodings { gzip, br }: Encodings) -> Router {
    if !gzip && !br {
        return router;
    }
    let layer = CompressionLayer::new().gzip(gzip).br(br).compress_when(CompressibleTypes);
    router.layer(layer).layer(map_response(weaken))
}

/// Selects the types and sizes worth compressing. The size comes from the header, since the answer to HEAD has no
/// body.
#[derive(Clone, Copy)]
struct CompressibleTypes;

impl Predicate for CompressibleTypes {
    fn should_compress<B: HttpBody>(&self, response: &http::Response<B>) -> bool {
        let text = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let length = text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        text(CONTENT_TYPE).is_some_and(content_types::is_text) && length.is_some_and(|length| length >= LEAST)
    }
}

/// Weakens the ETag of a response that was compressed while sending, since its bytes may differ (RFC 9110, 8.8.1).
/// A stored compressed copy has a tag of its own.
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
