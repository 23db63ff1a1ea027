//! Raw deflate, the only compression that browsers unpack for a script. The same bytes give the same bytes
//! everywhere. It must not know what is packed.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// Higher levels take longer and save less than a hundredth.
const LEVEL: u32 = 6;

/// For bytes in which little is repeated. Higher levels take four times as long and save a hundredth more.
const LEVEL_OF_DENSE: u32 = 1;

/// Compresses bytes.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    pack_at(bytes, LEVEL)
}

/// Compresses bytes that are nearly as few as can be. What is left is that some bytes are more frequent than others.
pub fn pack_dense(bytes: &[u8]) -> Vec<u8> {
    pack_at(bytes, LEVEL_OF_DENSE)
}

fn pack_at(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::new(level));
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("invariant: memory takes what it is given")
}

/// Decompresses bytes. Returns `None` if they are damaged or yield more than `most` bytes.
pub fn unpack(bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut decoder = DeflateDecoder::new(bytes).take(most as u64 + 1);
    decoder.read_to_end(&mut out).ok()?;
    (out.len() <= most && decoder.into_inner().total_in() == bytes.len() as u64).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_bombs_do_not() {
        for bytes in [&b""[..], b"x", &[7; 100_000]] {
            let packed = pack(bytes);
            assert_eq!(unpack(&packed, bytes.len()).as_deref(), Some(bytes));
            assert_eq!(unpack(&packed[..packed.len() - 1], 1 << 20), None);
        }
        assert_eq!(unpack(&pack(&[7; 100_000]), 99_999), None);
        assert_eq!(unpack(&[0xff; 20], 1 << 20), None);
        let mut longer = pack(b"fog");
        longer.push(0);
        assert_eq!(unpack(&longer, 100), None);
    }
}
