//! Opens the client of an object store: its address, timeouts and error messages. It must not know files.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::client::{HttpError, HttpErrorKind};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{BackoffConfig, ClientConfigKey, Error, ObjectStore, RetryConfig};

use super::credentials;
use super::http_limits::{BoundedConnector, time_for};
use super::redact::Secrets;
use super::target::DeployError;
use crate::base::deploy_settings::DeploySettings;
use crate::base::limits::STORE_SECONDS;
use crate::base::target_address::StoreKind;

/// The most bytes in flight, unless one file alone is larger: enough for a fast connection, and not too much for a
/// slow one.
pub const ON_THE_WAY: u64 = 8 << 20;

/// How long to retry a store that is busy.
const AGAIN: Duration = Duration::from_secs(60);

/// Opens a bucket or container. Sends no request yet.
pub fn open(
    store: StoreKind,
    bucket: &str,
    settings: Option<&DeploySettings>,
    secrets: &Secrets,
) -> Result<Arc<dyn ObjectStore>, DeployError> {
    // If this process already has a provider, keep it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let endpoint = settings.and_then(|settings| settings.endpoint.as_deref());
    let plain = endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"));
    if plain && !endpoint.is_some_and(is_of_this_machine) {
        return Err(DeployError::Refused(
            "the endpoint does not use TLS, so others could read the requests\nhelp: use an https:// endpoint"
                .to_owned(),
        ));
    }
    let region = settings.and_then(|settings| settings.region.as_deref());
    let opened = match store {
        StoreKind::S3 => s3(bucket, endpoint, region, plain),
        StoreKind::Google => google(bucket, endpoint, plain),
        StoreKind::Azure => azure(bucket, endpoint, plain),
    };
    opened.map_err(|error| DeployError::Refused(format!("cannot use the target: {}", secrets.redact(&chain(&error)))))
}

fn is_of_this_machine(url: &str) -> bool {
    let authority = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let (host, port) = authority.rsplit_once(':').filter(|_| !authority.ends_with(']')).unwrap_or((authority, "0"));
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") && port.parse::<u16>().is_ok()
}

/// Whole requests are timed by their size ([`within`]). The library's default of 30 seconds suits only small ones.
const NO_LIMIT: &str = "1 day";

type OpenedStore = Result<Arc<dyn ObjectStore>, Error>;

fn s3(bucket: &str, endpoint: Option<&str>, region: Option<&str>, plain: bool) -> OpenedStore {
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry());
    builder = builder.with_http_connector(BoundedConnector::default());
    builder = builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), NO_LIMIT);
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(plain);
    }
    if let Some(region) = region {
        builder = builder.with_region(region);
    }
    Ok(Arc::new(builder.build()?))
}

fn google(bucket: &str, endpoint: Option<&str>, plain: bool) -> OpenedStore {
    let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(retry());
    builder = builder.with_http_connector(BoundedConnector::default());
    builder = builder.with_config(GoogleConfigKey::Client(ClientConfigKey::Timeout), NO_LIMIT);
    if let Some(endpoint) = endpoint {
        builder = builder.with_base_url(endpoint);
        builder = builder.with_config(GoogleConfigKey::Client(ClientConfigKey::AllowHttp), plain.to_string());
    }
    Ok(Arc::new(builder.build()?))
}

fn azure(container: &str, endpoint: Option<&str>, plain: bool) -> OpenedStore {
    let mut builder = MicrosoftAzureBuilder::from_env().with_container_name(container).with_retry(retry());
    builder = builder.with_http_connector(BoundedConnector::default());
    builder = builder.with_config(AzureConfigKey::Client(ClientConfigKey::Timeout), NO_LIMIT);
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint.to_owned()).with_allow_http(plain);
    }
    Ok(Arc::new(builder.build()?))
}

/// Returns how to retry: again while a store is busy, but not while it is unreachable.
fn retry() -> RetryConfig {
    let backoff =
        BackoffConfig { init_backoff: Duration::from_millis(200), max_backoff: Duration::from_secs(3), base: 2.0 };
    RetryConfig { backoff, max_retries: 4, retry_timeout: AGAIN }
}

/// Returns an error with its causes and, if credentials are missing, what to do.
pub fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let why = error.to_string();
        if !text.contains(&why) {
            text = format!("{text}: {why}");
        }
        cause = error.source();
    }
    credentials::missing(&text).unwrap_or(text)
}

/// A request that took too long.
#[derive(Debug)]
struct RequestTimeout(Duration);

impl std::fmt::Display for RequestTimeout {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "no response within {} s", self.0.as_secs())
    }
}

impl std::error::Error for RequestTimeout {}

/// A request that failed in the same way every time.
#[derive(Debug)]
struct RepeatedFailure(usize, Error);

/// Returns the error of a request that failed this many times.
pub fn repeated(times: usize, error: Error) -> Error {
    Error::Generic { store: "store", source: Box::new(RepeatedFailure(times, error)) }
}

impl std::fmt::Display for RepeatedFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{} (tried {} times)", chain(&self.1), self.0)
    }
}

impl std::error::Error for RepeatedFailure {}

/// Waits for a request that carries `size` bytes, with all its attempts. Each attempt has its own limit
/// ([`BoundedConnector`]).
pub async fn within<T>(size: u64, request: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let limit = AGAIN + Duration::from_secs(STORE_SECONDS) + time_for(size.max(ON_THE_WAY));
    let late = |_| Err(Error::Generic { store: "store", source: Box::new(RequestTimeout(limit)) });
    tokio::time::timeout(limit, request).await.unwrap_or_else(late)
}

/// Returns whether the connection was lost, so that the request may or may not have been carried out.
pub fn is_interrupted(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        let kind = error.downcast_ref::<HttpError>().map(HttpError::kind);
        if error.is::<RequestTimeout>() || matches!(kind, Some(HttpErrorKind::Interrupted | HttpErrorKind::Timeout)) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_only_this_machine_is_spoken_to() {
        for url in
            ["http://localhost", "http://localhost:9000/x", "http://127.0.0.1:1", "http://[::1]", "http://[::1]:9000/x"]
        {
            assert!(is_of_this_machine(url), "{url}");
        }
        for url in [
            "http://h",
            "http://localhost.h",
            "http://localhost:x@h/",
            "http://[::2]:1",
            "http://h/localhost",
            "http://[::1",
        ] {
            assert!(!is_of_this_machine(url), "{url}");
        }
    }
}
