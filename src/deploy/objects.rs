//! Target: an object store, that is S3 and compatible stores, Google Cloud Storage, or Azure Blob Storage.
//!
//! Every upload has a precondition (`requests.rs`). Objects are identified by a digest in their metadata that Recto
//! sets, since an ETag is a digest of the content only in some stores and for some objects.
//!
//! Credentials come from the environment, under the names that each provider's own tools use, or from the machine's
//! identity.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use object_store::path::Path as Key;
use object_store::{Attributes, Error, GetOptions, ObjectStore, ObjectStoreExt, PutMode};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio_stream::StreamExt;

use super::desired_files::{DesiredFile, FileHeaders};
use super::manifest::{self, ManifestEntry, TargetManifest};
use super::redact::Secrets;
use super::requests::{
    ObjectUpload, RequestCounts, StoreAccess, StoredObject, attributes, count, is_condition, update, version_of,
};
use super::store_client::{self, ON_THE_WAY, chain, within};
use super::target::{DeployError, ManifestText, OnItem, PathRules, PutOutcome, Removal, Target, Upload};
use super::verify::{FileStatus, TargetStatus, settled};
use crate::base::deploy_settings::DeploySettings;
use crate::base::limits::{MANIFEST_BYTES, STORE_FILES};
use crate::base::target_address::StoreKind;
use crate::system::pool;

/// The most parallel requests. A store answers one in some 50 ms and accepts thousands per second.
const PARALLEL: usize = 32;
/// Size for which requests with long answers are timed, in bytes: enough for a manifest of more than 100,000 files.
const LARGE: u64 = 16 << 20;

/// A folder in a bucket or container.
pub struct Objects {
    address: String,
    runtime: Runtime,
    secrets: Secrets,
    shared: Arc<StoreAccess>,
    /// The most files to list.
    pub most: usize,
}

impl Objects {
    /// Opens a folder of a store. Sends no request yet.
    pub fn open(
        store: StoreKind,
        bucket: &str,
        folder: &str,
        settings: Option<&DeploySettings>,
        secrets: Secrets,
    ) -> Result<Objects, DeployError> {
        let opened = store_client::open(store, bucket, settings, &secrets)?;
        let scheme = ["s3", "gs", "az"][store as usize];
        Objects::over(opened, &format!("{scheme}://{bucket}/{folder}"), folder, secrets)
    }

    /// Wraps a folder of a store that is already open.
    pub fn over(
        store: Arc<dyn ObjectStore>,
        address: &str,
        folder: &str,
        secrets: Secrets,
    ) -> Result<Objects, DeployError> {
        // The runtime panics where one of its threads does not start.
        let runtime = pool::check_spare(2, None)
            .and_then(|()| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build());
        let runtime = runtime.map_err(|error| DeployError::Network(format!("cannot use the network: {error}")))?;
        let shared = StoreAccess { store, folder: folder.to_owned(), requests: RequestCounts::default() };
        let (address, shared) = (address.trim_end_matches('/').to_owned(), Arc::new(shared));
        Ok(Objects { address, runtime, secrets, shared, most: STORE_FILES })
    }

    fn trouble(&self, what: &str, error: &Error) -> DeployError {
        DeployError::Network(format!("{what} at {}: {}", self.address, self.secrets.redact(&chain(error))))
    }

    /// Runs a task for each item and reports each as it ends. `sizes` are the items' sizes in bytes. After the
    /// first error no more tasks start, but running ones are awaited, since their requests take effect.
    fn each<T: Send + 'static, F>(
        &self,
        sizes: &[u64],
        start: impl Fn(usize) -> Result<F, DeployError>,
        told: OnItem<T>,
    ) -> Result<(), DeployError>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.runtime.block_on(async {
            let mut tasks: JoinSet<(usize, Result<T, Error>)> = JoinSet::new();
            let mut next = 0;
            let mut trouble = None;
            let mut on_the_way = 0;
            loop {
                while trouble.is_none()
                    && tasks.len() < PARALLEL
                    && sizes.get(next).is_some_and(|size| on_the_way == 0 || on_the_way + size <= ON_THE_WAY)
                {
                    let at = next;
                    next += 1;
                    on_the_way += sizes[at];
                    match start(at) {
                        Ok(task) => drop(tasks.spawn(async move { (at, task.await) })),
                        Err(why) => trouble = Some(why),
                    }
                }
                match tasks.join_next().await {
                    None => break,
                    Some(Ok((at, Ok(done)))) => {
                        on_the_way -= sizes[at];
                        told(at, done);
                    }
                    Some(Ok((_, Err(error)))) => {
                        trouble.get_or_insert(self.trouble("a request failed", &error));
                    }
                    Some(Err(error)) => {
                        trouble.get_or_insert(DeployError::Network(format!("a request did not complete: {error}")));
                    }
                }
            }
            trouble.map_or(Ok(()), Err)
        })
    }

    /// Checks on a first deploy that the store honours preconditions. A store that does not know them overwrites
    /// everything without an error.
    fn probe(&self, key: &Key, manifest: &[u8]) -> Result<(), DeployError> {
        let none = "\"recto\"\n9000000000000000000";
        for mode in [PutMode::Create, update(none)] {
            let bytes = Bytes::copy_from_slice(manifest);
            match self.runtime.block_on(self.shared.write(key, bytes, mode, Attributes::new())) {
                Err(error) if is_condition(&error) => {}
                Ok(_) | Err(Error::NotImplemented { .. }) => {
                    let _ = self.runtime.block_on(within(0, self.shared.store.delete(key)));
                    return Err(no_conditions(&self.address));
                }
                Err(error) => return Err(self.trouble("cannot write the manifest", &error)),
            }
        }
        Ok(())
    }

    /// Returns the folder as a list request needs it, and the prefix of the paths in it.
    fn place(&self) -> Result<(Option<Key>, String), DeployError> {
        let folder = &self.shared.folder;
        Ok(if folder.is_empty() { (None, String::new()) } else { (Some(self.key("")?), format!("{folder}/")) })
    }

    /// Lists every object of the folder by path, with its ETag if the list has one.
    fn list(&self) -> Result<BTreeMap<String, Option<String>>, DeployError> {
        let (folder, above) = self.place()?;
        let mut all = BTreeMap::new();
        let listed = self.runtime.block_on(async {
            count(&self.shared.requests.lists);
            let mut objects = self.shared.store.list(folder.as_ref());
            // Each item may be the first of a page of a thousand.
            while let Some(object) = within(LARGE, async { objects.next().await.transpose() }).await? {
                if all.len() == self.most {
                    return Ok(false);
                }
                if let Some(path) = object.location.as_ref().strip_prefix(&above) {
                    all.insert(path.to_owned(), object.e_tag);
                }
            }
            Ok(true)
        });
        match listed {
            Ok(true) => Ok(all),
            Ok(false) => Err(DeployError::Network(format!("{} has more than {} files", self.address, self.most))),
            Err(error) => Err(self.trouble("cannot list the files", &error)),
        }
    }

    fn key(&self, path: &str) -> Result<Key, DeployError> {
        self.shared.key(path).map_err(|error| {
            DeployError::Refused(format!("{path} is not a valid object name: {}", self.secrets.redact(&chain(&error))))
        })
    }
}

/// Returns the error for a store that ignores preconditions, without which two deploys can overwrite each other.
fn no_conditions(address: &str) -> DeployError {
    DeployError::Refused(format!(
        "{address} does not support conditional requests (If-Match, If-None-Match), so two deploys could overwrite each \
         other; nothing was done\nhelp: use S3, Cloudflare R2, MinIO, Google Cloud Storage or Azure Blob Storage"
    ))
}

impl Target for Objects {
    fn address(&self) -> String {
        self.address.clone()
    }

    fn manifest(&self) -> Result<Option<ManifestText>, DeployError> {
        let key = self.key(manifest::PATH)?;
        count(&self.shared.requests.reads);
        let read = self.runtime.block_on(async {
            let found = within(0, self.shared.store.get_opts(&key, GetOptions::default())).await?;
            let version = version_of(found.meta.e_tag.as_deref(), found.meta.version.as_deref());
            let written = Some(found.meta.last_modified.timestamp());
            if found.meta.size > MANIFEST_BYTES as u64 {
                return Ok(None);
            }
            Ok(Some(ManifestText {
                bytes: within(LARGE, found.bytes()).await?.into(),
                version: Some(version),
                written,
            }))
        });
        match read {
            Ok(Some(held)) => Ok(Some(held)),
            Ok(None) => Err(DeployError::long_manifest(&self.address)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.trouble("cannot read the manifest", &error)),
        }
    }

    fn put_manifest(&self, bytes: &[u8], over: Option<&ManifestText>) -> Result<ManifestText, DeployError> {
        let key = self.key(manifest::PATH)?;
        let mode = over.and_then(|held| held.version.as_deref()).map_or(PutMode::Create, update);
        let headers = FileHeaders {
            content_type: "text/plain; charset=utf-8",
            cache_control: "no-store",
            content_encoding: None,
        };
        let attributes = attributes(&headers, String::from("manifest"));
        let write = self.shared.write(&key, Bytes::copy_from_slice(bytes), mode, attributes);
        match self.runtime.block_on(write) {
            Ok(put) => {
                let version = Some(version_of(put.e_tag.as_deref(), put.version.as_deref()));
                if over.is_none() {
                    self.probe(&key, bytes)?;
                }
                Ok(ManifestText { bytes: bytes.to_owned(), version, written: None })
            }
            Err(Error::NotImplemented { .. }) => Err(no_conditions(&self.address)),
            // The bucket does not exist.
            Err(error @ Error::NotFound { .. }) if over.is_none() => {
                Err(self.trouble("cannot write the manifest", &error))
            }
            Err(error) if is_condition(&error) => match self.manifest()? {
                // The write succeeded, but the answer was lost.
                Some(held) if held.bytes == bytes => {
                    if over.is_none() {
                        self.probe(&key, bytes)?;
                    }
                    Ok(held)
                }
                _ => Err(DeployError::Busy(format!("another deploy to {} came first", self.address))),
            },
            Err(error) => Err(self.trouble("cannot write the manifest", &error)),
        }
    }

    fn occupied(&self) -> Result<bool, DeployError> {
        count(&self.shared.requests.lists);
        let (folder, above) = self.place()?;
        let own = manifest::PATH.split_inclusive('/').next().unwrap_or_default();
        let found = self.runtime.block_on(async {
            let mut objects = self.shared.store.list(folder.as_ref());
            for _ in 0..self.most {
                let Some(object) = within(LARGE, async { objects.next().await.transpose() }).await? else {
                    return Ok(false);
                };
                if object.location.as_ref().strip_prefix(&above).is_some_and(|path| !path.starts_with(own)) {
                    return Ok(true);
                }
            }
            Ok(true)
        });
        found.map_err(|error: Error| self.trouble("cannot list the files", &error))
    }

    fn upload(&self, uploads: &[Upload], output: &Path, told: OnItem<PutOutcome>) -> Result<(), DeployError> {
        let start = |at: usize| {
            let upload = &uploads[at];
            let file = upload.file;
            let sending = ObjectUpload {
                key: self.key(&file.path)?,
                bytes: Bytes::from_owner(file.read(output)?),
                attributes: attributes(&file.headers, file.digest.long()),
                headers: file.headers.digest(),
                claim: upload.claim(),
            };
            Ok(self.shared.clone().put(sending))
        };
        let sizes: Vec<u64> = uploads.iter().map(|upload| upload.file.size).collect();
        self.each(&sizes, start, told)
    }

    fn remove(&self, files: &[&Removal], force: bool, told: OnItem<bool>) -> Result<(), DeployError> {
        let start = |at: usize| {
            let file = &files[at];
            Ok(self.shared.clone().remove(self.key(&file.path)?, (*file).clone(), force))
        };
        self.each(&vec![0; files.len()], start, told)
    }

    /// Compares the objects with the manifest. An object is unchanged while its ETag is, since every write changes
    /// that. If the list has no ETag or writes it in another form, the object itself is requested.
    fn audit(&self, manifest: &TargetManifest, _: &[DesiredFile], _: &Path) -> Result<TargetStatus, DeployError> {
        let there = self.list()?;
        let mut standing = TargetStatus::of(manifest, there.keys().map(String::as_str));
        let mut doubtful: Vec<(&String, &ManifestEntry)> = Vec::new();
        for (path, entry) in settled(manifest) {
            match there.get(path) {
                None => standing.add(path, FileStatus::Missing),
                Some(Some(tag))
                    if entry.version.as_ref().is_some_and(|version| version.split('\n').next() == Some(tag)) =>
                {
                    standing.add(path, FileStatus::Same);
                }
                Some(_) => doubtful.push((path, entry)),
            }
        }
        let looked: Mutex<Vec<(usize, Option<StoredObject>)>> = Mutex::default();
        let start = |at: usize| {
            let (shared, key) = (self.shared.clone(), self.key(doubtful[at].0)?);
            Ok(async move { shared.there(&key).await })
        };
        let told = |at, there| looked.lock().unwrap_or_else(PoisonError::into_inner).push((at, there));
        self.each(&vec![0; doubtful.len()], start, &told)?;
        for (at, there) in looked.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let (path, entry) = doubtful[at];
            let stand = match there {
                None => FileStatus::Missing,
                Some(there) => match &entry.version {
                    Some(version) if *version == there.version => FileStatus::Same,
                    None if there.digest.as_ref() == Some(&entry.digest) => FileStatus::Same,
                    _ => FileStatus::Changed,
                },
            };
            standing.add(path, stand);
        }
        Ok(standing)
    }

    fn names(&self) -> PathRules {
        PathRules::Free
    }

    fn requests(&self) -> Vec<(&'static str, usize)> {
        let RequestCounts { reads, heads, lists, writes, deletes } = &self.shared.requests;
        let kinds = [("reads", reads), ("heads", heads), ("lists", lists), ("writes", writes), ("deletes", deletes)];
        kinds.map(|(kind, count)| (kind, count.load(Ordering::Relaxed))).into()
    }
}
