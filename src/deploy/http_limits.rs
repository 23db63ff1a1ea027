//! The HTTP client of object stores, with limits: it reads answers only up to a length, and gives up an endpoint
//! that is silent or too slow. It does not know what requests are for.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};
use tokio::time::{Instant, timeout_at};
use tokio_stream::StreamExt;

use super::manifest;
use crate::base::limits::{MANIFEST_BYTES, STORE_ANSWER, STORE_RATE, STORE_SECONDS};

/// Makes clients with these limits.
#[derive(Clone, Copy, Debug)]
pub struct BoundedConnector {
    /// How long an endpoint may be silent, in addition to the time that the bytes in flight need.
    pub patience: Duration,
}

impl Default for BoundedConnector {
    fn default() -> BoundedConnector {
        BoundedConnector { patience: Duration::from_secs(STORE_SECONDS) }
    }
}

impl HttpConnector for BoundedConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let inner = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(BoundedClient { inner, patience: self.patience, on_the_way: Arc::default() }))
    }
}

#[derive(Debug)]
struct BoundedClient {
    inner: HttpClient,
    patience: Duration,
    /// Bytes of all requests without an answer yet, which share the connection.
    on_the_way: Arc<AtomicU64>,
}

/// Counts bytes as in flight until it is dropped.
struct BytesInFlight<'a>(&'a AtomicU64, u64);

impl Drop for BytesInFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(self.1, Ordering::Relaxed);
    }
}

/// Why a request was given up.
#[derive(Debug)]
pub enum ResponseExcess {
    /// There was no answer within this time.
    Silent(Duration),
    /// The answer was slower than this many bytes per second.
    Slow(u64),
    /// The answer was longer than this many bytes.
    Long(usize),
}

impl fmt::Display for ResponseExcess {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ResponseExcess::Silent(time) => write!(f, "no response within {} s", time.as_secs()),
            ResponseExcess::Slow(rate) => write!(f, "the response was slower than {rate} bytes per second"),
            ResponseExcess::Long(most) => write!(f, "the response is larger than {most} bytes"),
        }
    }
}

impl std::error::Error for ResponseExcess {}

impl ResponseExcess {
    fn error(self) -> HttpError {
        let kind = if let ResponseExcess::Long(_) = self { HttpErrorKind::Decode } else { HttpErrorKind::Timeout };
        HttpError::new(kind, self)
    }
}

/// Returns the time that these bytes take at the slowest rate that is accepted.
pub fn time_for(bytes: u64) -> Duration {
    Duration::from_secs(bytes / STORE_RATE)
}

impl HttpService for BoundedClient {
    fn call<'s, 'f>(&'s self, request: HttpRequest) -> ResponseFuture<'f>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(self.answer(request))
    }
}

type ResponseFuture<'f> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'f>>;

impl BoundedClient {
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let own = request.body().content_length() as u64;
        let others = self.on_the_way.fetch_add(own, Ordering::Relaxed);
        let _way = BytesInFlight(&self.on_the_way, own);
        let head = request.method() == http::Method::HEAD;
        let is_manifest = is_manifest(&request);
        let patience = self.patience + time_for(own + others);
        let answer = tokio::time::timeout(patience, self.inner.execute(request)).await;
        let (parts, body) = answer.map_err(|_| ResponseExcess::Silent(patience).error())??.into_parts();
        if head {
            return Ok(HttpResponse::from_parts(parts, Bytes::new().into()));
        }
        let announced = parts.headers.get(http::header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let announced = announced.and_then(|length| length.parse::<usize>().ok());
        // Stores announce an object's length. Without it, the store's client rejects the answer, however much of it
        // was read.
        let most = if is_manifest && announced.is_some() { MANIFEST_BYTES } else { STORE_ANSWER };
        if announced.is_some_and(|length| length > most) {
            return Err(ResponseExcess::Long(most).error());
        }
        let begun = Instant::now();
        let mut stream = body.bytes_stream();
        // A buffer that grows is copied, and for a moment takes twice the memory.
        let mut all = BytesMut::with_capacity(announced.unwrap_or_default());
        loop {
            // Other requests share the same connection.
            let due = begun + patience + time_for(all.len() as u64 + self.on_the_way.load(Ordering::Relaxed));
            match timeout_at(due, stream.next()).await {
                Err(_) => return Err(ResponseExcess::Slow(STORE_RATE).error()),
                Ok(None) => return Ok(HttpResponse::from_parts(parts, all.freeze().into())),
                Ok(Some(part)) => all.extend_from_slice(&part?),
            }
            if all.len() > most {
                return Err(ResponseExcess::Long(most).error());
            }
        }
    }
}

/// Returns whether a request reads a manifest, whose answer may be longer than others.
fn is_manifest(request: &HttpRequest) -> bool {
    let name = manifest::PATH.rsplit('/').next().unwrap_or_default();
    request.method() == http::Method::GET && request.uri().path().ends_with(name)
}
