//! Compressed copies, where the host wants them: beside each text as `.gz` and `.br`, or, in a store that says with every
//! object how it is encoded, in its place.

use std::path::Path;
use std::sync::Arc;

use super::encode;
use super::wanted::{self, Source, Wanted};
use crate::base::deploys::Compression;
use crate::base::digest::Digest;
use crate::hosting::types;
use crate::system::disk::DiskResult;
use crate::system::pool::{self, Limit, Outcome};
use crate::system::root::Root;

/// Smaller files fit one packet as they are.
const SMALLEST: u64 = 1024;

fn is_worth_it(file: &Wanted) -> bool {
    file.size >= SMALLEST && file.source == Source::Output && types::is_text(file.headers.content_type)
}

fn word(how: Compression) -> (&'static str, &'static str) {
    match how {
        Compression::Gzip => ("gzip", "gz"),
        Compression::Brotli => ("br", "br"),
    }
}

/// Has texts encoded in their place by the first of these encodings: every browser takes both.
pub fn in_place(wanted: &mut [Wanted], how: &[Compression]) {
    let Some(&how) = how.first() else { return };
    for file in wanted.iter_mut().filter(|file| is_worth_it(file)) {
        file.source = Source::Encoded { of: file.path.clone(), how };
        file.headers.content_encoding = Some(word(how).0);
    }
}

/// Adds a compressed copy beside each text, in each of these encodings.
pub fn beside(wanted: &mut Vec<Wanted>, how: &[Compression], output: &Path, threads: usize) -> DiskResult<()> {
    let texts: Vec<(String, u8)> =
        wanted.iter().filter(|file| is_worth_it(file)).map(|file| (file.path.clone(), file.rank)).collect();
    let (texts, how, folder) = (Arc::new(texts), how.to_owned(), output.to_owned());
    let count = texts.len();
    let make = move |at: usize| copies(&folder, &texts[at], &how);
    let limit = Limit { applies: &|_| false, ..Limit::ALL };
    for outcome in pool::run(count, threads, limit, make) {
        match outcome {
            Outcome::Done(copies) => wanted.extend(copies?),
            Outcome::Panicked(why) => return Err(wanted::failed(output, why)),
            Outcome::TooSlow => return Err(wanted::failed(output, "it takes too long".to_owned())),
        }
    }
    Ok(())
}

fn copies(folder: &Path, (path, rank): &(String, u8), how: &[Compression]) -> DiskResult<Vec<Wanted>> {
    let (bytes, _) = Root::open(folder)?.read(path)?;
    let copy = |how: &Compression| {
        let encoded = encode::encode(*how, &bytes);
        let (digest, size) = (Digest::of(&encoded), encoded.len() as u64);
        let source = Source::Encoded { of: path.clone(), how: *how };
        Wanted::new(format!("{path}.{}", word(*how).1), digest, size, *rank, false, source)
    };
    Ok(how.iter().map(copy).collect())
}
