//! The state: what the last build of one output folder read and wrote. Not a source of truth about content: without it a
//! build makes the same output and takes longer.
//!
//! One file, written anew and renamed into place by every build that changed something: a hundred thousand articles make
//! some 80 MB of it, which the system takes in a tenth of a second. (A database of pages was slower to fill by far and
//! bought nothing: every build reads the whole state.) A header names the engine, each section has a digest. What cannot
//! be read whole, or was written by another engine, is no state.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::disk::Stat;
use crate::archive::archive::Skip;
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;

/// What made this program: sources, built-in theme, dependencies (`build.rs`).
const ENGINE: &str = env!("RECTO_ENGINE");
const MAGIC: &str = "recto-state 1 ";

/// What a build as a whole was made with, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// The options that decide what is selected and how addresses begin.
    pub options: Digest,
    /// What cards depend on beside their files.
    pub parsing: Digest,
    /// The times at which the same articles are selected: from, until (nanoseconds since 1970).
    pub window: (i128, i128),
    /// What all pages share.
    pub site: Digest,
    /// Templates with all that they are made of.
    pub templates: BTreeMap<String, Digest>,
    /// The file system's time before the first input was read, and after the last output was written.
    pub read_at: i64,
    pub written_at: i64,
    /// What the build reported.
    pub articles: usize,
    pub outputs: BTreeMap<String, usize>,
    pub skipped: Vec<(String, Skip)>,
    pub orphans: usize,
    /// The problems that were known before anything was parsed, encoded.
    pub found: Vec<u8>,
    pub problems: Diagnostics,
}

/// An input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputRecord<'a> {
    /// Path below the site's root.
    pub file: &'a str,
    pub stat: Stat,
    pub digest: Digest,
    /// The card that was made of it and its problems, encoded; empty where none is kept.
    pub card: &'a [u8],
}

/// An output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputRecord<'a> {
    pub path: &'a str,
    pub made: Made,
    /// The warnings of its making: they are said again as long as it stands.
    #[serde(borrow)]
    pub problems: &'a [u8],
}

/// What an output was made of, and what stands in the folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Its view.
    pub view: Digest,
    /// The files that it read.
    pub files: Digest,
    /// Its bytes.
    pub bytes: Digest,
    pub stat: Stat,
}

/// A state in memory, as it was read. Records are decoded when they are asked for.
#[derive(Debug)]
pub struct State {
    bytes: Vec<u8>,
    inputs: Range<usize>,
    outputs: Range<usize>,
    pub meta: Meta,
}

impl State {
    /// Reads a state; says in words why there is none.
    pub fn decode(bytes: Vec<u8>) -> Result<State, &'static str> {
        let rest = bytes.strip_prefix(MAGIC.as_bytes()).ok_or("it is no state")?;
        let rest = rest.strip_prefix(ENGINE.as_bytes()).ok_or("another version of Recto wrote it")?;
        let mut at = bytes.len() - rest.len();
        let mut sections = [0..0, 0..0, 0..0];
        for section in &mut sections {
            let (range, next) = section_at(&bytes, at).ok_or("it is damaged")?;
            *section = range;
            at = next;
        }
        let [meta, inputs, outputs] = sections;
        let meta = postcard::from_bytes(&bytes[meta]).map_err(|_| "it is damaged")?;
        Ok(State { bytes, inputs, outputs, meta })
    }

    /// None where they cannot be decoded, which the digests rule out.
    pub fn inputs(&self) -> Vec<InputRecord<'_>> {
        decode_one(&self.bytes[self.inputs.clone()]).unwrap_or_default()
    }

    /// Sorted by path.
    pub fn outputs(&self) -> Vec<OutputRecord<'_>> {
        decode_one(&self.bytes[self.outputs.clone()]).unwrap_or_default()
    }

    /// Where a part of a record stands.
    pub fn range_of(&self, part: &[u8]) -> Range<usize> {
        let start = (part.as_ptr() as usize).wrapping_sub(self.bytes.as_ptr() as usize);
        if start.checked_add(part.len()).is_some_and(|end| end <= self.bytes.len()) {
            start..start + part.len()
        } else {
            0..0
        }
    }

    /// What stands there.
    pub fn part(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

/// The payload of the section at `at`, if its digest is right, and where the next starts.
fn section_at(bytes: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let (length, digest) = (at..at + 8, at + 8..at + 24);
    let length = u64::from_le_bytes(bytes.get(length)?.try_into().ok()?);
    let start = digest.end;
    let payload = start..start.checked_add(usize::try_from(length).ok()?)?;
    let whole = Digest::of(bytes.get(payload.clone())?).0 == *bytes.get(digest)?;
    whole.then_some((payload.clone(), payload.end))
}

/// Encodes a state.
pub fn encode(meta: &Meta, inputs: &[InputRecord], outputs: &[OutputRecord]) -> Vec<u8> {
    let size = |record: usize, parts: usize| record * 80 + parts;
    let inputs_size = size(inputs.len(), inputs.iter().map(|i| i.file.len() + i.card.len()).sum());
    let outputs_size = size(outputs.len(), outputs.iter().map(|o| o.path.len() + o.problems.len()).sum());
    let mut out = Vec::with_capacity(1024 + inputs_size + outputs_size);
    out.extend_from_slice(MAGIC.as_bytes());
    out.extend_from_slice(ENGINE.as_bytes());
    section(&mut out, meta);
    section(&mut out, &inputs);
    section(&mut out, &outputs);
    out
}

fn section(out: &mut Vec<u8>, value: &impl Serialize) {
    let head = out.len();
    out.extend_from_slice(&[0; 24]);
    let start = out.len();
    *out = postcard::to_extend(value, std::mem::take(out)).expect("invariant: memory takes every write");
    let (length, digest) = ((out.len() - start) as u64, Digest::of(&out[start..]));
    out[head..head + 8].copy_from_slice(&length.to_le_bytes());
    out[head + 8..start].copy_from_slice(&digest.0);
}

/// A value by itself: a card, a list of problems.
pub fn encode_one(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).expect("invariant: memory takes every write")
}

/// The value that [`encode_one`] wrote.
pub fn decode_one<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded() -> Vec<u8> {
        let meta = Meta { articles: 7, window: (i128::MIN, 9), ..Meta::default() };
        let input = InputRecord { file: "a.md", stat: Stat::default(), digest: Digest::of(b"a"), card: b"card" };
        let output = OutputRecord { path: "a.html", made: Made::default(), problems: b"" };
        encode(&meta, &[input], &[output])
    }

    #[test]
    fn what_is_written_is_read() {
        let state = State::decode(encoded()).unwrap();
        assert_eq!((state.meta.articles, state.meta.window), (7, (i128::MIN, 9)));
        assert_eq!((state.inputs()[0].file, state.outputs()[0].path), ("a.md", "a.html"));
        let range = state.range_of(state.inputs()[0].card);
        assert_eq!(state.part(&range), b"card");
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let good = encoded();
        for at in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            assert!(State::decode(bad).is_err(), "bit {at}");
        }
        for length in 0..good.len() {
            assert!(State::decode(good[..length].to_vec()).is_err(), "{length} bytes");
        }
    }
}
