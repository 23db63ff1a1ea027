//! Decodes texts in any encoding that archives are in: UTF-8, UTF-16, Shift_JIS, GB18030, EUC and the WHATWG's others.

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8};

/// A text and the encoding that it was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedText {
    /// Without a byte order mark, with `\n` as line ends, without control characters.
    pub text: String,
    /// The label of the encoding, if it is not UTF-8: `Shift_JIS`.
    pub encoding: Option<&'static str>,
    /// Whether the encoding is a guess of which the detector is not sure, or some bytes did not fit it.
    pub uncertain: bool,
}

/// Decodes a text: by its byte order mark, as UTF-8 if it is valid, otherwise as what the detector finds.
pub fn decode(bytes: &[u8]) -> DecodedText {
    let (encoding, uncertain) = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => (encoding, false),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, false),
        None => {
            let mut detector = EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
            detector.feed(bytes, true);
            let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
            // Every byte is a letter in most encodings of one byte, so nothing can contradict a guess.
            (encoding, encoding.is_single_byte())
        }
    };
    let (text, malformed) = encoding.decode_with_bom_removal(bytes);
    DecodedText {
        text: clean(&text),
        encoding: (encoding != UTF_8).then(|| encoding.name()),
        uncertain: uncertain || malformed,
    }
}

/// Makes line ends `\n` and takes out control characters, which no article may have.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' | '\t' => out.push(c),
            '\u{feff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
