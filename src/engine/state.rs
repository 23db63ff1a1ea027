//! The state: what the last build of one output folder read and wrote. Not a source of truth about content: without it a
//! build makes the same output and takes longer.
//!
//! One file, written anew and renamed into place by every build that changed something: a hundred thousand articles make
//! some 100 MB of it, written while the build goes on. A header names the engine, each section has a digest. What cannot be
//! read whole, or was written by another engine, is no state.

use std::collections::BTreeMap;
use std::ops::Range;
use std::thread;

use serde::{Deserialize, Serialize};

use crate::archive::archive::Skip;
use crate::base::diag::Diagnostics;
use crate::base::digest::{Digest, Stream};
use crate::system::disk::{DiskResult, OutFile, Stat};
use crate::system::root::Root;

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
    /// What the site was known by.
    pub maker: String,
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
    pub orphans: Vec<String>,
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
    /// Where in the first section the card stands that was made of it, with its problems; empty where none is kept.
    pub card: Range<u64>,
}

/// An output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputRecord<'a> {
    pub path: &'a str,
    pub made: Made,
    /// What a deploy has to know of it (`Job::rank`, `Output::lasts`).
    pub rank: u8,
    pub lasts: bool,
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

/// Sections of the file, in their order.
#[derive(Clone, Copy)]
enum Section {
    Cards,
    Inputs,
    Outputs,
    Meta,
}

const SECTIONS: usize = 4;
/// Length and digest of every section.
const HEAD: usize = MAGIC.len() + ENGINE.len() + SECTIONS * 24;

/// A state in memory, as it was read, but for the cards. Records are decoded when they are asked for.
#[derive(Debug)]
pub struct State {
    /// Everything behind the cards.
    bytes: Vec<u8>,
    sections: [Range<usize>; SECTIONS],
    pub meta: Meta,
}

/// The cards of a state, encoded. They are most of it, and of no use any more when the texts have been parsed.
#[derive(Debug, Default)]
pub struct Cards(Vec<u8>);

impl Cards {
    /// The card that an input record names.
    pub fn get(&self, card: &Range<u64>) -> &[u8] {
        let place = |at: u64| usize::try_from(at).ok()?.checked_add(HEAD);
        let range = place(card.start).zip(place(card.end)).map(|(start, end)| start..end);
        range.and_then(|range| self.0.get(range)).unwrap_or_default()
    }
}

impl State {
    /// Reads a state; says in words why there is none.
    pub fn decode(mut bytes: Vec<u8>) -> Result<(State, Cards), &'static str> {
        let rest = bytes.strip_prefix(MAGIC.as_bytes()).ok_or("it is no state")?;
        let rest = rest.strip_prefix(ENGINE.as_bytes()).ok_or("another version of Recto wrote it")?;
        let sections = sections(rest, bytes.len()).ok_or("it is damaged")?;
        let whole = |at: usize| Digest::of(&bytes[sections[at].clone()]).0 == rest[at * 24 + 8..at * 24 + 24];
        // The cards are most of it: another thread looks at them.
        let all = thread::scope(|scope| {
            let cards = scope.spawn(|| whole(Section::Cards as usize));
            (1..SECTIONS).all(whole) && cards.join().unwrap_or(false)
        });
        if !all {
            return Err("it is damaged");
        }
        let meta = decode_one(&bytes[sections[Section::Meta as usize].clone()]).ok_or("it is damaged")?;
        let behind = sections[Section::Cards as usize].end;
        let rest = bytes.split_off(behind);
        let sections = sections.map(|section| section.start.saturating_sub(behind)..section.end - behind);
        Ok((State { bytes: rest, sections, meta }, Cards(bytes)))
    }

    fn section(&self, section: Section) -> Range<usize> {
        self.sections[section as usize].clone()
    }

    /// None where they cannot be decoded, which the digests rule out.
    pub fn inputs(&self) -> Vec<InputRecord<'_>> {
        decode_one(&self.bytes[self.section(Section::Inputs)]).unwrap_or_default()
    }

    /// Sorted by path.
    pub fn outputs(&self) -> Vec<OutputRecord<'_>> {
        decode_one(&self.bytes[self.section(Section::Outputs)]).unwrap_or_default()
    }

    /// Where a part of a record stands.
    pub fn range_of(&self, part: &[u8]) -> Range<usize> {
        let start = (part.as_ptr() as usize).wrapping_sub(self.bytes.as_ptr() as usize);
        let end = start.checked_add(part.len()).filter(|end| *end <= self.bytes.len());
        end.map_or(0..0, |end| start..end)
    }

    /// What stands there.
    pub fn part(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

/// The sections that a head names: one after the other, to the end of the file.
fn sections(head: &[u8], length: usize) -> Option<[Range<usize>; SECTIONS]> {
    let mut start = HEAD;
    let mut sections = [0..0, 0..0, 0..0, 0..0];
    for (at, section) in sections.iter_mut().enumerate() {
        let size = u64::from_le_bytes(head.get(at * 24..at * 24 + 8)?.try_into().ok()?);
        let end = start.checked_add(usize::try_from(size).ok()?)?;
        *section = start..end;
        start = end;
    }
    (start == length).then_some(sections)
}

/// A state that is being written: section by section, so that it is never whole in memory.
pub struct Draft {
    file: OutFile,
    head: Vec<u8>,
    /// What waits to be digested and written: a digest of many small pieces takes five times as long as of one.
    buffer: Vec<u8>,
    /// Of the section that is being written, as far as it does not wait.
    stream: Stream,
    length: u64,
}

impl Draft {
    /// Bytes that may wait.
    const PIECE: usize = 256 << 10;

    pub fn new(folder: &Root, name: &str) -> DiskResult<Draft> {
        let mut head = Vec::with_capacity(HEAD);
        head.extend_from_slice(MAGIC.as_bytes());
        head.extend_from_slice(ENGINE.as_bytes());
        let buffer = Vec::with_capacity(Draft::PIECE * 2);
        Ok(Draft { file: folder.out_file(name, HEAD)?, head, buffer, stream: Stream::default(), length: 0 })
    }

    fn flush(&mut self) -> DiskResult<()> {
        self.stream.add(&self.buffer);
        self.length += self.buffer.len() as u64;
        self.file.write(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    fn flush_if_full(&mut self) -> DiskResult<()> {
        if self.buffer.len() < Draft::PIECE { Ok(()) } else { self.flush() }
    }

    fn encode(&mut self, value: &impl Serialize) -> DiskResult<()> {
        let buffer = std::mem::take(&mut self.buffer);
        self.buffer = postcard::to_extend(value, buffer).expect("invariant: memory takes every write");
        self.flush_if_full()
    }

    fn end_section(&mut self) -> DiskResult<()> {
        self.flush()?;
        self.head.extend_from_slice(&self.length.to_le_bytes());
        self.head.extend_from_slice(&self.stream.digest().0);
        self.stream = Stream::default();
        self.length = 0;
        Ok(())
    }

    /// Adds a card; says where it stands. All cards come before anything else.
    pub fn card(&mut self, bytes: &[u8]) -> DiskResult<Range<u64>> {
        let start = self.length + self.buffer.len() as u64;
        self.buffer.extend_from_slice(bytes);
        self.flush_if_full()?;
        Ok(start..start + bytes.len() as u64)
    }

    /// Writes the rest; the lists with their lengths.
    pub fn finish<'r>(
        mut self,
        meta: &Meta,
        inputs: (usize, impl Iterator<Item = InputRecord<'r>>),
        outputs: (usize, impl Iterator<Item = OutputRecord<'r>>),
    ) -> DiskResult<()> {
        self.end_section()?;
        self.records(inputs)?;
        self.records(outputs)?;
        self.encode(meta)?;
        self.end_section()?;
        let Draft { file, head, .. } = self;
        file.finish(&head)
    }

    /// A list, as one value would encode it: its length, and one after the other.
    fn records(&mut self, (count, records): (usize, impl Iterator<Item = impl Serialize>)) -> DiskResult<()> {
        self.encode(&count)?;
        for record in records {
            self.encode(&record)?;
        }
        self.end_section()
    }
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
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let meta = Meta { articles: 7, window: (i128::MIN, 9), ..Meta::default() };
        let mut draft = Draft::new(&root, "state").unwrap();
        draft.card(b"other").unwrap();
        let card = draft.card(b"card").unwrap();
        let input = InputRecord { file: "a.md", stat: Stat::default(), digest: Digest::of(b"a"), card };
        let output = OutputRecord { path: "a.html", made: Made::default(), rank: 1, lasts: false, problems: b"said" };
        draft.finish(&meta, (1, [input].into_iter()), (1, [output].into_iter())).unwrap();
        root.read("state").unwrap().0
    }

    #[test]
    fn what_is_written_is_read() {
        let (state, cards) = State::decode(encoded()).unwrap();
        assert_eq!((state.meta.articles, state.meta.window), (7, (i128::MIN, 9)));
        assert_eq!((state.inputs()[0].file, state.outputs()[0].path), ("a.md", "a.html"));
        assert_eq!(cards.get(&state.inputs()[0].card), b"card");
        assert_eq!(state.part(&state.range_of(state.outputs()[0].problems)), b"said");
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
