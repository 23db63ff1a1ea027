//! The files that a target should hold: those of the output folder and those of the host's overlay. This file does
//! not know what the target holds now.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::encoders;
use crate::base::deploy_settings::Compression;
use crate::base::digest::Digest;
use crate::engine::build_result::BuildResult;
use crate::hosting::default_headers;
use crate::system::disk::{DiskError, DiskResult};
use crate::system::pool::{self, ItemLimit, Outcome};
use crate::system::root::Root;

/// Where to read the bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileSource {
    /// In the output folder, at the file's own path.
    Output,
    Bytes(Arc<[u8]>),
    /// Compressed from a file of the output folder. `digest` is that file's digest.
    Encoded {
        of: String,
        digest: Digest,
        how: Compression,
    },
}

/// Headers that some targets store with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileHeaders {
    pub content_type: &'static str,
    pub cache_control: &'static str,
    pub content_encoding: Option<&'static str>,
}

impl FileHeaders {
    /// Returns 16 hexadecimal digits that change when any header changes.
    pub fn digest(&self) -> String {
        let FileHeaders { content_type, cache_control, content_encoding } = self;
        Digest::of(format!("{content_type}\n{cache_control}\n{content_encoding:?}").as_bytes()).short()
    }
}

/// A file that the target should hold.
#[derive(Clone, Debug)]
pub struct DesiredFile {
    /// Path in the output folder.
    pub path: String,
    pub digest: Digest,
    /// Size in bytes.
    pub size: u64,
    /// Position in the order of uploads: assets before the pages that show them, those before listings, and feeds
    /// last (`Job::rank`).
    pub rank: u8,
    pub headers: FileHeaders,
    pub source: FileSource,
}

impl DesiredFile {
    /// Describes a file of the site. `lasting` means that its name changes whenever its content does.
    pub fn new(path: String, digest: Digest, size: u64, rank: u8, lasting: bool, source: FileSource) -> DesiredFile {
        let cache_control = default_headers::cache_control(lasting);
        let content_type = crate::hosting::content_types::of(&path);
        DesiredFile {
            headers: FileHeaders { content_type, cache_control, content_encoding: None },
            path,
            digest,
            size,
            rank,
            source,
        }
    }

    /// Describes a file that is made in memory and is not in the output folder.
    pub fn made(path: &str, bytes: Vec<u8>) -> DesiredFile {
        let (digest, size) = (Digest::of(&bytes), bytes.len() as u64);
        DesiredFile::new(path.to_owned(), digest, size, 0, false, FileSource::Bytes(bytes.into()))
    }

    /// Returns the `HEADERS` field of the file's manifest entry: 16 hexadecimal digits that change when any header
    /// changes. For a compressed copy beside a text, they also change with the text, so that an up-to-date copy is
    /// recognized without compressing the text again.
    pub fn marks(&self) -> String {
        match &self.source {
            FileSource::Encoded { of, digest, how } if *of != self.path => copy_marks(&self.headers, digest, *how),
            _ => self.headers.digest(),
        }
    }

    /// Reads the file's bytes; `output` is the output folder. Fails if they no longer match the digest, which the
    /// manifest would record.
    pub fn read(&self, output: &Path) -> Result<Arc<[u8]>, DiskError> {
        let bytes_of = |path: &str| Root::open(output).and_then(|root| root.read(path)).map(|(bytes, _)| bytes);
        let looked_at = |bytes: Vec<u8>| match Digest::of(&bytes) == self.digest {
            true => Ok(bytes),
            false => Err(changed(&output.join(&self.path))),
        };
        let bytes = match &self.source {
            FileSource::Bytes(bytes) => return Ok(bytes.clone()),
            FileSource::Output => looked_at(bytes_of(&self.path)?)?,
            // A text that is stored compressed is identified by the digest of the uncompressed bytes.
            FileSource::Encoded { of, how, .. } if *of == self.path => {
                encoders::encode(*how, &looked_at(bytes_of(of)?)?)
            }
            FileSource::Encoded { of, how, .. } => looked_at(encoders::encode(*how, &bytes_of(of)?))?,
        };
        Ok(bytes.into())
    }
}

/// A file of the output folder.
pub struct ListedFile {
    pub path: String,
    /// Its job's position in the order of uploads.
    pub rank: u8,
    pub lasting: bool,
}

/// Returns the marks of a compressed copy, given the digest of its text.
pub fn copy_marks(headers: &FileHeaders, text: &Digest, how: Compression) -> String {
    let how = encoders::name(how);
    Digest::of(format!("{}\n{}\n{how}", headers.digest(), text.long()).as_bytes()).short()
}

/// Returns every file of a built site, sorted by path. Reads only files whose digest the build does not know.
pub fn of_built(built: &BuildResult, output: &Path, threads: usize) -> DiskResult<Vec<DesiredFile>> {
    let files = built.files();
    let unknown = files.iter().filter(|file| file.digest.is_none());
    let unknown = unknown.map(|file| ListedFile { path: file.path.to_owned(), rank: file.rank, lasting: file.lasts });
    let unknown: Vec<ListedFile> = unknown.collect();
    let mut read = BTreeMap::new();
    if !unknown.is_empty() {
        read.extend(of_output(output, unknown, threads)?.into_iter().map(|file| (file.path.clone(), file)));
    }
    let wanted = files.into_iter().filter_map(|file| match file.digest {
        Some(digest) => {
            let path = file.path.to_owned();
            Some(DesiredFile::new(path, digest, file.size, file.rank, file.lasts, FileSource::Output))
        }
        None => read.remove(file.path),
    });
    Ok(wanted.collect())
}

/// Reads and digests the files of the output folder.
pub fn of_output(output: &Path, files: Vec<ListedFile>, threads: usize) -> DiskResult<Vec<DesiredFile>> {
    let (folder, count) = (Root::open(output)?, files.len());
    let look = move |at: usize| {
        let ListedFile { path, rank, lasting } = &files[at];
        let (bytes, _) = folder.read(path)?;
        Ok(DesiredFile::new(path.clone(), Digest::of(&bytes), bytes.len() as u64, *rank, *lasting, FileSource::Output))
    };
    let limit = ItemLimit { applies: &|_| false, ..ItemLimit::ALL };
    let looked = pool::run(count, threads, limit, look);
    looked
        .map(|outcome| match outcome {
            Outcome::Done(wanted) => wanted,
            Outcome::Panicked(why) => Err(failed(output, why)),
            Outcome::TooSlow => Err(failed(output, "it took too long".to_owned())),
        })
        .collect()
}

/// Returns the error for a file of the output folder that has changed since the deploy began.
pub fn changed(file: &Path) -> DiskError {
    failed(file, "it changed during the deploy".to_owned())
}

pub fn failed(output: &Path, why: String) -> DiskError {
    DiskError { action: "read", path: output.to_owned(), source: std::io::Error::other(why) }
}
