//! Gzip and Brotli encoders. The same text gives the same bytes on every machine. It must not know which files are
//! compressed.

use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression as Level;
use flate2::write::GzEncoder;

use crate::base::deploy_settings::Compression;

/// At these levels a text takes a few milliseconds. The highest levels take ten times as long and save only a few
/// hundredths more.
const GZIP: u32 = 6;
const BROTLI: i32 = 5;

/// Returns the name of an encoder with its settings. Change the name whenever the encoder's output changes; the
/// test below checks this.
pub fn name(how: Compression) -> &'static str {
    match how {
        Compression::Gzip => "gzip 6.1",
        Compression::Brotli => "br 5.1",
    }
}

/// Compresses a text.
pub fn encode(how: Compression, bytes: &[u8]) -> Vec<u8> {
    match how {
        Compression::Gzip => {
            // The gzip header contains neither a time nor a file name.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::Digest;

    /// Targets keep an old copy as long as its text and this name are the same.
    #[test]
    fn other_bytes_have_another_name() {
        let words = ["fog", "harbour", "ferry", "tide", "mayor", "vote", "\u{6e2f}", "\u{9727}"];
        let mut seed = 7_u32;
        let mut text = String::new();
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(words[(seed >> 24) as usize % words.len()]);
            text.push(if seed & (1 << 20) == 0 { ' ' } else { '\n' });
        }
        let made = [Compression::Gzip, Compression::Brotli]
            .map(|how| format!("{}: {}", name(how), Digest::of(&encode(how, text.as_bytes())).short()));
        assert_eq!(made, ["gzip 6.1: d2d1d8c2c751ff31", "br 5.1: 626e48b93daeb0c7"]);
    }
}
