//! Extracts in the state. They lie between the cards in blocks of their own, and stay on the disk when a state is
//! loaded.
//!
//! Each extract begins with a digest of the rest, so that it can be verified by itself. Extracts are written while
//! texts are parsed, and copied from the last state one by one, so memory never holds all of them. If an extract is
//! missing or damaged, its text is read again. Extracts of another version never get here, since a state of another
//! engine is dropped as a whole.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::base::digest::Digest;
use crate::content::extract::Extract;
use crate::system::disk::InFile;

/// A block of the state's file that holds extracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtractBlock {
    /// Its offset in the file, counted from the end of the head.
    pub at: u64,
    pub length: u64,
}

const DIGEST: usize = size_of::<Digest>();

/// Encodes an extract for the state. An empty extract gives no bytes.
pub fn encode(extract: &Extract) -> Vec<u8> {
    if *extract == Extract::default() {
        return Vec::new();
    }
    let bytes = postcard::to_extend(extract, vec![0; DIGEST]);
    let mut bytes = bytes.expect("invariant: memory takes every write");
    let digest = Digest::of(&bytes[DIGEST..]);
    bytes[..DIGEST].copy_from_slice(&digest.0);
    bytes
}

/// Decodes the bytes that [`encode`] wrote; `None` if they are damaged.
pub fn decode(bytes: &[u8]) -> Option<Extract> {
    if bytes.is_empty() {
        return Some(Extract::default());
    }
    let (digest, rest) = bytes.split_at_checked(DIGEST)?;
    (Digest::of(rest).0 == *digest).then(|| postcard::from_bytes(rest).ok()).flatten()
}

/// The extracts of a state on the disk.
#[derive(Debug)]
pub struct StoredExtracts {
    file: InFile,
    /// Length of the file's head.
    head: u64,
    pieces: Vec<ExtractBlock>,
}

impl StoredExtracts {
    pub fn new(file: InFile, head: u64, pieces: Vec<ExtractBlock>) -> StoredExtracts {
        StoredExtracts { file, head, pieces }
    }

    /// Reads the bytes of an extract, by its range among the extracts. No extract spans two blocks.
    pub fn get(&self, place: &Range<u64>) -> Option<Vec<u8>> {
        let mut before = 0;
        for piece in &self.pieces {
            let within = place.start.checked_sub(before)?;
            if within < piece.length {
                let length = place.end.checked_sub(place.start).filter(|length| within + length <= piece.length)?;
                return self.file.read_at(self.head + piece.at + within, length).ok();
            }
            before += piece.length;
        }
        None
    }
}

/// Extracts that are not written yet.
#[derive(Default)]
pub struct PendingExtracts {
    pub buffer: Vec<u8>,
    /// The blocks that were written.
    pub pieces: Vec<ExtractBlock>,
    length: u64,
}

impl PendingExtracts {
    /// Adds an extract and returns its range.
    pub fn add(&mut self, extract: &[u8]) -> Range<u64> {
        if extract.is_empty() {
            return 0..0;
        }
        let start = self.length;
        self.buffer.extend_from_slice(extract);
        self.length += extract.len() as u64;
        start..self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::extract::Link;

    #[test]
    fn an_extract_is_read_as_it_was_written_or_not_at_all() {
        assert!(encode(&Extract::default()).is_empty());
        let extract = Extract { links: Link::of_body("#p1", &(3..8)).into_iter().collect() };
        let good = encode(&extract);
        assert_eq!(decode(&good), Some(extract));
        assert_eq!(decode(&[]), Some(Extract::default()));
        for at in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            assert_eq!(decode(&bad), None, "bit {at}");
        }
        (1..good.len()).for_each(|length| assert_eq!(decode(&good[..length]), None, "{length} bytes"));
    }
}
