//! Compressed texts: the same bytes from the same text, on every machine.

use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression as Level;
use flate2::write::GzEncoder;

use crate::base::deploys::Compression;

/// Levels at which a text costs some milliseconds; the highest take ten times as long for a few hundredths less.
const GZIP: u32 = 6;
const BROTLI: i32 = 5;

/// Compresses a text.
pub fn encode(how: Compression, bytes: &[u8]) -> Vec<u8> {
    match how {
        Compression::Gzip => {
            // Without a time or a name in its head.
            let mut encoder = GzEncoder::new(Vec::new(), Level::new(GZIP));
            let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
            written.expect("invariant: memory takes what it is given")
        }
        Compression::Brotli => {
            let mut out = Vec::new();
            let how = BrotliEncoderParams { quality: BROTLI, ..BrotliEncoderParams::default() };
            brotli::BrotliCompress(&mut &bytes[..], &mut out, &how).expect("invariant: memory takes what it is given");
            out
        }
    }
}
