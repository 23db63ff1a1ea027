//! Compressed copies for hosts that want them: as `.gz` and `.br` files beside each text, or instead of the text in
//! a store that keeps a `Content-Encoding` with every object.

use std::path::Path;

use super::desired_files::{self, DesiredFile, FileSource};
use super::encoders;
use super::manifest::TargetManifest;
use crate::base::deploy_settings::Compression;
use crate::base::digest::Digest;
use crate::hosting::content_types;
use crate::system::disk::DiskResult;
use crate::system::pool::{self, ItemLimit, Outcome};
use crate::system::root::Root;

/// Smaller files fit into one packet without compression.
const SMALLEST: u64 = 1024;

fn is_worth_it(file: &DesiredFile) -> bool {
    file.size >= SMALLEST && file.source == FileSource::Output && content_types::is_text(file.headers.content_type)
}

fn word(how: Compression) -> (&'static str, &'static str) {
    match how {
        Compression::Gzip => ("gzip", "gz"),
        Compression::Brotli => ("br", "br"),
    }
}

/// Marks texts to be stored in the first of these encodings instead of as they are. Every browser accepts both.
pub fn in_place(wanted: &mut [DesiredFile], how: &[Compression]) {
    let Some(&how) = how.first() else { return };
    for file in wanted.iter_mut().filter(|file| is_worth_it(file)) {
        file.source = FileSource::Encoded { of: file.path.clone(), digest: file.digest, how };
        file.headers.content_encoding = Some(word(how).0);
    }
}

/// A text, and the encodings for which the target has no copy.
struct UncompressedText {
    path: String,
    digest: Digest,
    rank: u8,
    how: Vec<Compression>,
}

/// Adds a compressed copy beside each text, in each of these encodings. A copy is not made again if the target's
/// manifest already lists it.
pub fn beside(
    wanted: &mut Vec<DesiredFile>,
    how: &[Compression],
    there: Option<&TargetManifest>,
    output: &Path,
    threads: usize,
) -> DiskResult<()> {
    let mut texts = Vec::new();
    let mut known = Vec::new();
    for file in wanted.iter().filter(|file| is_worth_it(file)) {
        let mut text =
            UncompressedText { path: file.path.clone(), digest: file.digest, rank: file.rank, how: Vec::new() };
        for &how in how {
            match there.and_then(|there| standing(&text, how, there)) {
                Some(copy) => known.push(copy),
                None => text.how.push(how),
            }
        }
        if !text.how.is_empty() {
            texts.push(text);
        }
    }
    wanted.extend(known);
    if texts.is_empty() {
        return Ok(());
    }
    let (count, folder) = (texts.len(), Root::open(output)?);
    let make = move |at: usize| copies(&folder, &texts[at]);
    let limit = ItemLimit { applies: &|_| false, ..ItemLimit::ALL };
    for outcome in pool::run(count, threads, limit, make) {
        match outcome {
            Outcome::Done(copies) => wanted.extend(copies?),
            Outcome::Panicked(why) => return Err(desired_files::failed(output, why)),
            Outcome::TooSlow => return Err(desired_files::failed(output, "it took too long".to_owned())),
        }
    }
    Ok(())
}

fn copy(text: &UncompressedText, how: Compression, digest: Digest, size: u64) -> DesiredFile {
    let source = FileSource::Encoded { of: text.path.clone(), digest: text.digest, how };
    DesiredFile::new(format!("{}.{}", text.path, word(how).1), digest, size, text.rank, false, source)
}

/// Returns the copy at the target if it was made from this text.
fn standing(text: &UncompressedText, how: Compression, there: &TargetManifest) -> Option<DesiredFile> {
    let mut copy = copy(text, how, Digest::default(), 0);
    let entry = there.files.get(&copy.path).filter(|entry| entry.headers == copy.marks())?;
    // An interrupted deploy may have written something else here.
    if there.coming.contains_key(&copy.path) {
        return None;
    }
    (copy.digest, copy.size) = (Digest::parse(&entry.digest)?, entry.size);
    Some(copy)
}

fn copies(folder: &Root, text: &UncompressedText) -> DiskResult<Vec<DesiredFile>> {
    let (bytes, _) = folder.read(&text.path)?;
    if Digest::of(&bytes) != text.digest {
        return Err(desired_files::changed(&folder.place(&text.path)));
    }
    let made = |how: &Compression| {
        let encoded = encoders::encode(*how, &bytes);
        copy(text, *how, Digest::of(&encoded), encoded.len() as u64)
    };
    Ok(text.how.iter().map(made).collect())
}
