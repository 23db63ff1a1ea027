//! Object stores: S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.
//!
//! Every object is put under a condition, so that the store itself, and not a look before, decides whether it is written over
//! something else. What stands there is known by a digest of Recto's own in the object's metadata: an ETag is a digest of
//! the content in some stores and for some objects, and a random name in others.
//!
//! Credentials come from the environment, by the names that each provider's own tools use, or from the machine's identity.

use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path as Key;
use object_store::{
    Attribute, Attributes, BackoffConfig, Error, GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    PutPayload, PutResult, RetryConfig, UpdateVersion,
};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::address::Store;
use super::manifest;
use super::redact::Secrets;
use super::target::{Claim, Held, Judged, Over, Put, Removal, Target, Told, Trouble, Upload};
use super::wanted::Headers;
use crate::base::deploys::Deploy;

/// Requests at one time: a store answers one in some 50 ms, and takes thousands a second.
const PARALLEL: usize = 32;

/// Metadata of an object: the digest of its bytes as Recto put them.
const DIGEST: &str = "rectodigest";

/// How many requests were sent, of each kind.
#[derive(Debug, Default)]
struct Requests {
    reads: AtomicUsize,
    heads: AtomicUsize,
    lists: AtomicUsize,
    writes: AtomicUsize,
    deletes: AtomicUsize,
}

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// A folder of a bucket or container.
pub struct Objects {
    address: String,
    runtime: Runtime,
    secrets: Secrets,
    shared: Arc<Shared>,
}

/// What tasks share.
struct Shared {
    store: Arc<dyn ObjectStore>,
    folder: String,
    requests: Requests,
}

/// What stands at a key.
struct There {
    version: String,
    /// Of an object that Recto put.
    digest: Option<String>,
}

impl Objects {
    /// Opens a store; nothing is asked of it yet.
    pub fn open(
        store: Store,
        bucket: &str,
        folder: &str,
        settings: Option<&Deploy>,
        secrets: Secrets,
    ) -> Result<Objects, Trouble> {
        // A program that has one already may have chosen it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let endpoint = settings.and_then(|settings| settings.endpoint.as_deref());
        let plain = endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"));
        if plain && !endpoint.is_some_and(is_of_this_machine) {
            return Err(Trouble::Refused(
                "the endpoint has no TLS: what is signed would be readable on the way".to_owned(),
            ));
        }
        let region = settings.and_then(|settings| settings.region.as_deref());
        let opened = match store {
            Store::S3 => s3(bucket, endpoint, region, plain),
            Store::Google => google(bucket, endpoint, plain),
            Store::Azure => azure(bucket, endpoint, plain),
        };
        let opened = opened.map_err(|error| {
            Trouble::Refused(format!("the target cannot be used: {}", secrets.redact(&chain(&error))))
        })?;
        let scheme = ["s3", "gs", "az"][store as usize];
        Objects::over(opened, &format!("{scheme}://{bucket}/{folder}"), folder, secrets)
    }

    /// A folder of a store that is open.
    pub fn over(
        store: Arc<dyn ObjectStore>,
        address: &str,
        folder: &str,
        secrets: Secrets,
    ) -> Result<Objects, Trouble> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| Trouble::Network(format!("no network can be used: {error}")))?;
        let shared = Shared { store, folder: folder.to_owned(), requests: Requests::default() };
        Ok(Objects { address: address.trim_end_matches('/').to_owned(), runtime, secrets, shared: Arc::new(shared) })
    }

    fn trouble(&self, what: &str, error: &Error) -> Trouble {
        Trouble::Network(format!("{what} at {}: {}", self.address, self.secrets.redact(&chain(error))))
    }

    /// Runs a task for each of `count` items, and tells of each as it ends. The first error ends the starting of others; those
    /// on their way are waited for, since what they do is done.
    fn each<T: Send + 'static, F>(
        &self,
        count: usize,
        start: impl Fn(usize) -> Result<F, Trouble>,
        told: Told<T>,
    ) -> Result<(), Trouble>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.runtime.block_on(async {
            let mut tasks: JoinSet<(usize, Result<T, Error>)> = JoinSet::new();
            let mut next = 0;
            let mut trouble = None;
            loop {
                while trouble.is_none() && next < count && tasks.len() < PARALLEL {
                    let at = next;
                    next += 1;
                    match start(at) {
                        Ok(task) => drop(tasks.spawn(async move { (at, task.await) })),
                        Err(why) => trouble = Some(why),
                    }
                }
                match tasks.join_next().await {
                    None => break,
                    Some(Ok((at, Ok(done)))) => told(at, done),
                    Some(Ok((_, Err(error)))) => {
                        trouble.get_or_insert(self.trouble("a request failed", &error));
                    }
                    Some(Err(error)) => {
                        trouble.get_or_insert(Trouble::Network(format!("a request was lost: {error}")));
                    }
                }
            }
            trouble.map_or(Ok(()), Err)
        })
    }

    fn key(&self, path: &str) -> Result<Key, Trouble> {
        self.shared.key(path).map_err(|error| {
            Trouble::Refused(format!("{path} cannot be the name of an object: {}", self.secrets.redact(&chain(&error))))
        })
    }
}

fn is_of_this_machine(url: &str) -> bool {
    let host = url.trim_start_matches("http://").split(['/', ':']).next().unwrap_or_default();
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

type Opened = Result<Arc<dyn ObjectStore>, Error>;

fn s3(bucket: &str, endpoint: Option<&str>, region: Option<&str>, plain: bool) -> Opened {
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry());
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(plain);
    }
    if let Some(region) = region {
        builder = builder.with_region(region);
    }
    Ok(Arc::new(builder.build()?))
}

fn google(bucket: &str, endpoint: Option<&str>, plain: bool) -> Opened {
    let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(retry());
    if let Some(endpoint) = endpoint {
        builder = builder.with_base_url(endpoint);
        builder = builder.with_client_options(object_store::ClientOptions::new().with_allow_http(plain));
    }
    Ok(Arc::new(builder.build()?))
}

fn azure(container: &str, endpoint: Option<&str>, plain: bool) -> Opened {
    let mut builder = MicrosoftAzureBuilder::from_env().with_container_name(container).with_retry(retry());
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint.to_owned()).with_allow_http(plain);
    }
    Ok(Arc::new(builder.build()?))
}

/// A store that is busy is asked again; one that is away is not waited for.
fn retry() -> RetryConfig {
    let backoff =
        BackoffConfig { init_backoff: Duration::from_millis(200), max_backoff: Duration::from_secs(3), base: 2.0 };
    RetryConfig { backoff, max_retries: 4, retry_timeout: Duration::from_secs(60) }
}

/// An error with what caused it.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let why = error.to_string();
        if !text.contains(&why) {
            text = format!("{text}: {why}");
        }
        cause = error.source();
    }
    text
}

/// The name of a state: ETag and version, either of which may be missing.
fn version_of(e_tag: Option<&str>, version: Option<&str>) -> String {
    format!("{}\n{}", e_tag.unwrap_or_default(), version.unwrap_or_default())
}

fn update(version: &str) -> PutMode {
    let (e_tag, version) = version.split_once('\n').unwrap_or((version, ""));
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    PutMode::Update(UpdateVersion { e_tag: some(e_tag), version: some(version) })
}

fn is_condition(error: &Error) -> bool {
    // A store that is to write over something that is gone says that it is not found.
    matches!(error, Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotFound { .. })
}

fn attributes(headers: &Headers, digest: String) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, headers.content_type.into());
    attributes.insert(Attribute::CacheControl, headers.cache_control.into());
    if let Some(encoding) = headers.content_encoding {
        attributes.insert(Attribute::ContentEncoding, encoding.into());
    }
    attributes.insert(Attribute::Metadata(DIGEST.into()), digest.into());
    attributes
}

impl Shared {
    fn key(&self, path: &str) -> Result<Key, Error> {
        let full = if self.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.folder) };
        Ok(Key::parse(full)?)
    }

    async fn there(&self, key: &Key) -> Result<Option<There>, Error> {
        count(&self.requests.heads);
        let options = GetOptions { head: true, ..GetOptions::default() };
        match self.store.get_opts(key, options).await {
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
            Ok(found) => {
                let digest = found.attributes.get(&Attribute::Metadata(DIGEST.into())).map(|value| value.to_string());
                let version = version_of(found.meta.e_tag.as_deref(), found.meta.version.as_deref());
                Ok(Some(There { version, digest }))
            }
        }
    }

    async fn write(&self, key: &Key, bytes: Bytes, mode: PutMode, attributes: Attributes) -> Result<PutResult, Error> {
        count(&self.requests.writes);
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        self.store.put_opts(key, PutPayload::from_bytes(bytes), options).await
    }

    /// Puts an object; where its condition fails, looks at what stands there, and decides again.
    async fn put(self: Arc<Shared>, sending: Sending) -> Result<Put, Error> {
        let over = &sending.claim.over;
        let mut mode = match over {
            Over::Nothing => PutMode::Create,
            Over::Known { version: Some(version), .. } => update(version),
            Over::Known { version: None, .. } | Over::Anything => PutMode::Overwrite,
        };
        // Somebody may write between a look and a put, but not for ever.
        for _ in 0..4 {
            let sent = self.write(&sending.key, sending.bytes.clone(), mode, sending.attributes.clone()).await;
            let error = match sent {
                Ok(put) => {
                    let version = Some(version_of(put.e_tag.as_deref(), put.version.as_deref()));
                    return Ok(Put::Done { version, sent: true });
                }
                Err(error) if is_condition(&error) => error,
                Err(error) => return Err(error),
            };
            mode = match self.there(&sending.key).await? {
                None if matches!(error, Error::NotFound { .. }) && *over == Over::Nothing => return Err(error),
                None => PutMode::Create,
                // An object without a digest is somebody else's.
                Some(there) if there.digest.is_none() && *over != Over::Anything => return Ok(Put::Foreign),
                Some(there) => match sending.claim.judge(there.digest.as_deref()) {
                    Judged::Foreign => return Ok(Put::Foreign),
                    Judged::Stands => return Ok(Put::Done { version: Some(there.version), sent: false }),
                    Judged::Put => update(&there.version),
                },
            };
        }
        Ok(Put::Foreign)
    }

    /// Removes an object; `false` where it is not the one that was to go.
    async fn remove(self: Arc<Shared>, key: Key, file: Removal, force: bool) -> Result<bool, Error> {
        if !force {
            match self.there(&key).await? {
                None => return Ok(true),
                Some(there) => {
                    let same = file.version.as_ref().is_some_and(|version| *version == there.version);
                    if !same && (file.version.is_some() || there.digest.is_none() || there.digest != file.digest) {
                        return Ok(false);
                    }
                }
            }
        }
        count(&self.requests.deletes);
        match self.store.delete(&key).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// An object on its way.
struct Sending {
    key: Key,
    bytes: Bytes,
    attributes: Attributes,
    claim: Claim,
}

impl Target for Objects {
    fn address(&self) -> String {
        self.address.clone()
    }

    fn manifest(&self) -> Result<Option<Held>, Trouble> {
        let key = self.key(manifest::PATH)?;
        count(&self.shared.requests.reads);
        let read = self.runtime.block_on(async {
            let found = self.shared.store.get_opts(&key, GetOptions::default()).await?;
            let version = version_of(found.meta.e_tag.as_deref(), found.meta.version.as_deref());
            Ok(Held { bytes: found.bytes().await?.to_vec(), version: Some(version) })
        });
        match read {
            Ok(held) => Ok(Some(held)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.trouble("the manifest cannot be read", &error)),
        }
    }

    fn put_manifest(&self, bytes: &[u8], over: Option<&Held>) -> Result<Held, Trouble> {
        let key = self.key(manifest::PATH)?;
        let mode = over.and_then(|held| held.version.as_deref()).map_or(PutMode::Create, update);
        let headers =
            Headers { content_type: "text/plain; charset=utf-8", cache_control: "no-store", content_encoding: None };
        let attributes = attributes(&headers, String::from("manifest"));
        let write = self.shared.write(&key, Bytes::copy_from_slice(bytes), mode, attributes);
        match self.runtime.block_on(write) {
            Ok(put) => {
                let version = Some(version_of(put.e_tag.as_deref(), put.version.as_deref()));
                Ok(Held { bytes: bytes.to_owned(), version })
            }
            Err(error) if is_condition(&error) => match self.manifest()? {
                // It was written, and the answer was lost on the way.
                Some(held) if held.bytes == bytes => Ok(held),
                _ => Err(Trouble::Busy(format!("another deploy to {} was quicker", self.address))),
            },
            Err(error) => Err(self.trouble("the manifest cannot be written", &error)),
        }
    }

    fn occupied(&self) -> Result<bool, Trouble> {
        count(&self.shared.requests.lists);
        let folder = Some(Key::from(self.shared.folder.as_str())).filter(|folder| !folder.as_ref().is_empty());
        let listed = self.runtime.block_on(self.shared.store.list_with_delimiter(folder.as_ref()));
        let listed = listed.map_err(|error| self.trouble("the target cannot be listed", &error))?;
        let own = manifest::PATH.split('/').next();
        Ok(!listed.objects.is_empty() || listed.common_prefixes.iter().any(|folder| folder.filename() != own))
    }

    fn upload(&self, uploads: &[Upload], output: &Path, told: Told<Put>) -> Result<(), Trouble> {
        let start = |at: usize| {
            let upload = &uploads[at];
            let file = upload.file;
            let sending = Sending {
                key: self.key(&file.path)?,
                bytes: Bytes::from_owner(file.read(output)?),
                attributes: attributes(&file.headers, file.digest.long()),
                claim: upload.claim(),
            };
            Ok(self.shared.clone().put(sending))
        };
        self.each(uploads.len(), start, told)
    }

    fn remove(&self, files: &[&Removal], force: bool, told: Told<bool>) -> Result<(), Trouble> {
        let start = |at: usize| {
            let file = &files[at];
            Ok(self.shared.clone().remove(self.key(&file.path)?, (*file).clone(), force))
        };
        self.each(files.len(), start, told)
    }

    fn has_folders(&self) -> bool {
        false
    }

    fn requests(&self) -> Vec<(&'static str, usize)> {
        let Requests { reads, heads, lists, writes, deletes } = &self.shared.requests;
        let kinds = [("reads", reads), ("heads", heads), ("lists", lists), ("writes", writes), ("deletes", deletes)];
        kinds.map(|(kind, count)| (kind, count.load(Ordering::Relaxed))).into()
    }
}
