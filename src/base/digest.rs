//! The digests of the program, of bytes and of values, all made with BLAKE3. It must not know what is hashed or why.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// The first 128 bits of a BLAKE3 digest. Among a billion files, the probability of a collision is below 10⁻²⁰.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(pub [u8; 16]);

impl Digest {
    /// Digests bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest::cut(blake3::hash(bytes))
    }

    /// Digests a value with its `derive(Hash)`, which covers every field, so that a new field cannot be forgotten.
    pub fn of_value(value: &impl Hash) -> Digest {
        let mut bytes = HashBuffer::default();
        value.hash(&mut bytes);
        bytes.digest()
    }

    /// Digests a value that is not `Hash`, by its `derive(Debug)` output.
    pub fn of_debug(value: &impl Debug) -> Digest {
        Digest::of(format!("{value:?}").as_bytes())
    }

    fn cut(hash: blake3::Hash) -> Digest {
        let mut digest = Digest::default();
        digest.0.copy_from_slice(&hash.as_bytes()[..16]);
        digest
    }

    /// Returns the first 16 hexadecimal digits, which are enough for file names.
    pub fn short(&self) -> String {
        hexadecimal(&self.0[..8])
    }

    /// Returns the first 64 bits.
    pub fn number(&self) -> u64 {
        self.0[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Returns all hexadecimal digits.
    pub fn long(&self) -> String {
        hexadecimal(&self.0)
    }

    /// Returns all hexadecimal digits as ASCII, without allocating.
    pub fn ascii(&self) -> [u8; 32] {
        let mut digits = [0; 32];
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [HEXADECIMAL[usize::from(byte >> 4)], HEXADECIMAL[usize::from(byte & 15)]];
        }
        digits
    }

    /// Parses the output of [`Digest::long`].
    pub fn parse(text: &str) -> Option<Digest> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut digest = Digest::default();
        if pairs.len() != digest.0.len() || !rest.is_empty() {
            return None;
        }
        let value = |digit: u8| HEXADECIMAL.iter().position(|known| *known == digit);
        for (byte, [high, low]) in digest.0.iter_mut().zip(pairs) {
            *byte = u8::try_from(value(*high)? << 4 | value(*low)?).ok()?;
        }
        Some(digest)
    }
}

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(HEXADECIMAL[usize::from(value & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// A digest of bytes that arrive in pieces.
#[derive(Default)]
pub struct DigestStream(blake3::Hasher);

impl DigestStream {
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn digest(&self) -> Digest {
        Digest::cut(self.0.finalize())
    }
}

/// Collects the bytes of a value and hashes them at once, which for small values is several times faster than hashing
/// each piece. `std::hash` ends strings with a byte and starts lists with their length, so two different values never
/// produce the same bytes.
#[derive(Default)]
pub struct HashBuffer(Vec<u8>);

impl HashBuffer {
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl Hasher for HashBuffer {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        u64::from_le_bytes(self.digest().0[..8].try_into().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let digest = Digest::of(b"x");
        assert_eq!(digest.long().len(), 32);
        assert!(digest.long().starts_with(&digest.short()) && digest.short().len() == 16);
        assert_eq!(Digest::parse(&digest.long()), Some(digest));
        assert_eq!(digest.ascii(), digest.long().as_bytes());
        for text in
            ["", "0", &digest.short(), &digest.long().to_uppercase(), &format!("{}0", digest.long()), &"x".repeat(32)]
        {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
    }
}
