//! Requests to an object store. Every upload has a precondition, so that the store itself prevents overwriting; an
//! earlier check could be out of date.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use object_store::path::Path as Key;
use object_store::{
    Attribute, Attributes, Error, GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, PutResult,
    UpdateVersion,
};

use super::desired_files::FileHeaders;
use super::store_client::{is_interrupted, repeated, within};
use super::target::{OverwriteRule, Precondition, PutDecision, PutOutcome, Removal};

/// Pauses before an upload is retried after the connection was lost. Its precondition shows whether the first
/// attempt succeeded.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

/// Metadata keys of an object: the digest of the bytes that Recto uploaded, and the digest of its headers.
const DIGEST: &str = "rectodigest";
const HEADERS: &str = "rectoheaders";

/// The number of requests of each kind.
#[derive(Debug, Default)]
pub struct RequestCounts {
    pub reads: AtomicUsize,
    pub heads: AtomicUsize,
    pub lists: AtomicUsize,
    pub writes: AtomicUsize,
    pub deletes: AtomicUsize,
}

pub fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What tasks share.
pub struct StoreAccess {
    pub store: Arc<dyn ObjectStore>,
    pub folder: String,
    pub requests: RequestCounts,
}

/// The object at a key.
pub struct StoredObject {
    pub version: String,
    /// The digest, if Recto uploaded the object.
    pub digest: Option<String>,
    pub headers: Option<String>,
}

/// Returns the name of a version, made of ETag and version id. Either may be missing.
pub fn version_of(e_tag: Option<&str>, version: Option<&str>) -> String {
    format!("{}\n{}", e_tag.unwrap_or_default(), version.unwrap_or_default())
}

pub fn update(version: &str) -> PutMode {
    let (e_tag, version) = version.split_once('\n').unwrap_or((version, ""));
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    PutMode::Update(UpdateVersion { e_tag: some(e_tag), version: some(version) })
}

pub fn is_condition(error: &Error) -> bool {
    // A store that should overwrite an object which no longer exists answers "not found".
    matches!(error, Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotFound { .. })
}

pub fn attributes(headers: &FileHeaders, digest: String) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, headers.content_type.into());
    attributes.insert(Attribute::CacheControl, headers.cache_control.into());
    if let Some(encoding) = headers.content_encoding {
        attributes.insert(Attribute::ContentEncoding, encoding.into());
    }
    attributes.insert(Attribute::Metadata(DIGEST.into()), digest.into());
    attributes.insert(Attribute::Metadata(HEADERS.into()), headers.digest().into());
    attributes
}

impl StoreAccess {
    pub fn key(&self, path: &str) -> Result<Key, Error> {
        let full = if self.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.folder) };
        Ok(Key::parse(full.trim_end_matches('/'))?)
    }

    pub async fn there(&self, key: &Key) -> Result<Option<StoredObject>, Error> {
        count(&self.requests.heads);
        let options = GetOptions { head: true, ..GetOptions::default() };
        match within(0, self.store.get_opts(key, options)).await {
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
            Ok(found) => {
                let said = |name: &'static str| {
                    found.attributes.get(&Attribute::Metadata(name.into())).map(|value| value.to_string())
                };
                let version = version_of(found.meta.e_tag.as_deref(), found.meta.version.as_deref());
                Ok(Some(StoredObject { version, digest: said(DIGEST), headers: said(HEADERS) }))
            }
        }
    }

    pub async fn write(
        &self,
        key: &Key,
        bytes: Bytes,
        mode: PutMode,
        attributes: Attributes,
    ) -> Result<PutResult, Error> {
        let mut pauses = PAUSES.iter();
        loop {
            count(&self.requests.writes);
            let options = PutOptions { mode: mode.clone(), attributes: attributes.clone(), ..PutOptions::default() };
            let put = self.store.put_opts(key, PutPayload::from_bytes(bytes.clone()), options);
            match within(bytes.len() as u64, put).await {
                Err(error) if is_interrupted(&error) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return Err(repeated(PAUSES.len() + 1, error)),
                },
                end => return end,
            }
        }
    }

    /// Uploads an object. If its precondition fails, looks at what is there and decides again.
    pub async fn put(self: Arc<StoreAccess>, sending: ObjectUpload) -> Result<PutOutcome, Error> {
        let over = &sending.claim.over;
        let mut mode = match over {
            Precondition::Anything => Some(PutMode::Overwrite),
            // An interrupted deploy may have sent this object. Checking costs less than sending it again.
            _ if sending.claim.may_have_come() => None,
            Precondition::Nothing => Some(PutMode::Create),
            Precondition::Known { version, .. } => version.as_deref().map(update),
        };
        // Somebody may write between a check and an upload, but not every time.
        for _ in 0..4 {
            let mut missing = None;
            if let Some(mode) = mode {
                let sent = self.write(&sending.key, sending.bytes.clone(), mode, sending.attributes.clone()).await;
                match sent {
                    Ok(put) => {
                        let version = Some(version_of(put.e_tag.as_deref(), put.version.as_deref()));
                        return Ok(PutOutcome::Done { version, sent: true });
                    }
                    // The object is to be new, so it is the bucket that is missing.
                    Err(error @ Error::NotFound { .. }) if *over == Precondition::Nothing => missing = Some(error),
                    Err(error) if is_condition(&error) => {}
                    Err(error) => return Err(error),
                }
            }
            mode = Some(match (self.there(&sending.key).await?, missing) {
                (None, Some(error)) => return Err(error),
                (None, None) => PutMode::Create,
                // An object without a digest belongs to somebody else.
                (Some(there), _) if there.digest.is_none() && *over != Precondition::Anything => {
                    return Ok(PutOutcome::Foreign);
                }
                (Some(there), _) => match sending.claim.judge(there.digest.as_deref()) {
                    PutDecision::Foreign => return Ok(PutOutcome::Foreign),
                    PutDecision::Stands if there.headers.as_deref() == Some(&sending.headers) => {
                        return Ok(PutOutcome::Done { version: Some(there.version), sent: false });
                    }
                    PutDecision::Stands | PutDecision::Put => update(&there.version),
                },
            });
        }
        Ok(PutOutcome::Foreign)
    }

    /// Removes an object. Returns `false` if it is not the object that was to be removed.
    pub async fn remove(self: Arc<StoreAccess>, key: Key, file: Removal, force: bool) -> Result<bool, Error> {
        if !force {
            match self.there(&key).await? {
                None => return Ok(true),
                Some(there) => {
                    let same = file.version.as_ref().is_some_and(|version| *version == there.version);
                    if !same && !there.digest.is_some_and(|digest| file.digests.contains(&digest)) {
                        return Ok(false);
                    }
                }
            }
        }
        count(&self.requests.deletes);
        match within(0, self.store.delete(&key)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// An object to upload.
pub struct ObjectUpload {
    pub key: Key,
    pub bytes: Bytes,
    pub attributes: Attributes,
    /// The digest of its headers.
    pub headers: String,
    pub claim: OverwriteRule,
}
