//! The state: what the last build of one output folder read and wrote. Content never depends on it: without the
//! state a build makes the same output and takes longer. It must not know where it is kept.
//!
//! Extracts stay on the disk until one is needed (`extracts.rs`).
//!
//! The state is one file. Every build that changed something writes it again and renames it into place: some 100 MB
//! for a hundred thousand articles, written while the build goes on. A header names the engine, and each section
//! has a digest. A file that is damaged, or was written by another engine, is ignored.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::extracts::{self, ExtractBlock, PendingExtracts, StoredExtracts};
use super::log_mark::LogMark;
use crate::archive::archive::SkipReason;
use crate::base::diag::Diagnostics;
use crate::base::digest::{Digest, DigestStream};
use crate::base::join::join;
use crate::content::extract::Link;
use crate::system::disk::{DiskResult, InFile, OutFile, Stat};
use crate::system::root::Root;

/// A digest of what made this program: sources, built-in theme, dependencies (`build.rs`).
const ENGINE: &str = env!("RECTO_ENGINE");
const MAGIC: &str = "recto-state 1 ";

/// What affects a build as a whole, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StateMeta {
    /// Digest of the options that decide which articles are selected and how addresses begin.
    pub options: Digest,
    /// Digest of what cards depend on besides their files.
    pub parsing: Digest,
    /// The times between which the same articles are selected: from, until (nanoseconds since 1970).
    pub window: (i128, i128),
    /// The site's identity.
    pub maker: String,
    /// Digest of what all pages share.
    pub site: Digest,
    /// Digests of templates, each with everything that it includes.
    pub templates: BTreeMap<String, Digest>,
    /// The file system's time before the first input was read, and after the last output was written.
    pub read_at: i64,
    pub written_at: i64,
    /// What the build reported.
    pub articles: usize,
    pub outputs: BTreeMap<String, usize>,
    pub skipped: Vec<(String, SkipReason)>,
    pub orphans: Vec<String>,
    /// Problems that were known before anything was parsed, encoded.
    pub found: Vec<u8>,
    /// All problems, encoded: a build has them once already. Those of outputs that it did not report are only in the
    /// records of the outputs.
    pub problems: Vec<u8>,
    /// Findings that only `check` reports.
    pub advice: Diagnostics,
    /// The log of terms, if there is one.
    pub terms: LogMark,
}

/// Where the state keeps what was read from an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputPlaces {
    /// The card with its problems, as a range among the cards; empty if none is kept.
    pub card: Range<u64>,
    /// The extract, as a range among the extracts; empty if there is none.
    pub extract: Range<u64>,
    /// The terms, as a range of their log; empty if none are kept.
    pub terms: Range<u64>,
}

/// An input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputRecord<'a> {
    /// Path below the site's root.
    pub file: &'a str,
    pub stat: Stat,
    pub digest: Digest,
    pub kept: InputPlaces,
}

/// An output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputRecord<'a> {
    pub path: &'a str,
    pub made: OutputDigests,
    /// What a deploy needs to know of it (`Job::rank`, `Output::lasts`).
    pub rank: u8,
    pub lasts: bool,
    /// What is kept of its rendering, encoded: the warnings, which are repeated as long as the output stays fresh, and
    /// the rows of a facing page.
    #[serde(borrow)]
    pub kept: &'a [u8],
}

/// Digests of what an output was made from, and of its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutputDigests {
    /// Digest of its view.
    pub view: Digest,
    /// Digest of the files that it read.
    pub files: Digest,
    /// Digest of its bytes.
    pub bytes: Digest,
    pub stat: Stat,
}

/// Sections of the file, in their order.
#[derive(Clone, Copy)]
enum StateSection {
    /// Cards, with the blocks of extracts between them.
    Cards,
    /// Where the blocks of extracts are.
    Pieces,
    Inputs,
    Outputs,
    Answers,
    /// What the next build needs to know of the search index (`index_record.rs`).
    Search,
    Meta,
}

const SECTIONS: usize = 7;
/// Length of the head, with length and digest of every section.
const HEAD: usize = MAGIC.len() + ENGINE.len() + SECTIONS * 24;

/// A state in memory as it was read, without the cards. Records are decoded on demand.
#[derive(Debug)]
pub struct State {
    /// Everything behind the cards.
    bytes: Vec<u8>,
    sections: [Range<usize>; SECTIONS],
    pub meta: StateMeta,
}

/// The cards of a state, encoded. They are most of it, and are not needed after the texts have been parsed.
#[derive(Debug, Default)]
pub struct StoredCards {
    bytes: Vec<u8>,
    extracts: Option<StoredExtracts>,
}

impl StoredCards {
    /// Returns the card that an input record names.
    pub fn get(&self, card: &Range<u64>) -> &[u8] {
        let place = |at: u64| usize::try_from(at).ok();
        let range = place(card.start).zip(place(card.end)).map(|(start, end)| start..end);
        range.and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }

    /// Returns the extract that an input record names, encoded, and its links. `None` if it cannot be read.
    pub fn extract(&self, place: &Range<u64>) -> Option<(Vec<u8>, Box<[Link]>)> {
        if place.is_empty() {
            return Some(Default::default());
        }
        let bytes = self.extracts.as_ref()?.get(place)?;
        let links = extracts::decode(&bytes)?.links;
        Some((bytes, links))
    }

    /// Returns an extract's bytes without decoding them, to copy them; empty if they cannot be read.
    pub fn raw_extract(&self, place: &Range<u64>) -> Vec<u8> {
        let stored = self.extracts.as_ref().filter(|_| !place.is_empty());
        stored.and_then(|stored| stored.get(place)).unwrap_or_default()
    }
}

impl State {
    /// Reads a state. `Err` says in words why it cannot be used.
    pub fn read(file: InFile) -> Result<(State, StoredCards), &'static str> {
        const DAMAGED: &str = "it is damaged";
        let start = file.read_at(0, file.size.min(HEAD as u64)).map_err(|_| "it cannot be read")?;
        let rest = start.strip_prefix(MAGIC.as_bytes()).ok_or("it is not a state file")?;
        let head = rest.strip_prefix(ENGINE.as_bytes()).ok_or("it was written by another version of Recto")?;
        let sections = sections(head, file.size).ok_or(DAMAGED)?;
        let digest = |section: usize| &head[section * 24 + 8..section * 24 + 24];
        let behind = sections[StateSection::Cards as usize].end;
        let bytes = file.read_at(behind, file.size - behind).map_err(|_| DAMAGED)?;
        let sections =
            sections.map(|section| (section.start.saturating_sub(behind)) as usize..(section.end - behind) as usize);
        let whole = |at: usize| Digest::of(&bytes[sections[at].clone()]).0 == digest(at);
        if !whole(StateSection::Pieces as usize) {
            return Err(DAMAGED);
        }
        let pieces: Vec<ExtractBlock> =
            decode_one(&bytes[sections[StateSection::Pieces as usize].clone()]).ok_or(DAMAGED)?;
        let cards = cards(&file, behind, &pieces).ok_or(DAMAGED)?;
        // The cards are most of it, so another thread verifies them.
        let (cards_whole, rest_whole) = join(
            || Digest::of(&cards).0 == digest(StateSection::Cards as usize),
            || (StateSection::Inputs as usize..SECTIONS).all(whole),
        );
        if !(cards_whole && rest_whole) {
            return Err(DAMAGED);
        }
        let meta = decode_one(&bytes[sections[StateSection::Meta as usize].clone()]).ok_or(DAMAGED)?;
        let extracts = (!pieces.is_empty()).then(|| StoredExtracts::new(file, HEAD as u64, pieces));
        Ok((State { bytes, sections, meta }, StoredCards { bytes: cards, extracts }))
    }

    fn section(&self, section: StateSection) -> Range<usize> {
        self.sections[section as usize].clone()
    }

    /// Returns all inputs. Empty if they cannot be decoded, which the digests rule out.
    pub fn inputs(&self) -> Vec<InputRecord<'_>> {
        decode_one(&self.bytes[self.section(StateSection::Inputs)]).unwrap_or_default()
    }

    /// Returns all outputs, sorted by path.
    pub fn outputs(&self) -> Vec<OutputRecord<'_>> {
        decode_one(&self.bytes[self.section(StateSection::Outputs)]).unwrap_or_default()
    }

    /// Returns whether a page had all ids that links expect, by the digest of page and ids.
    pub fn has_answered(&self, asked: Digest) -> bool {
        let (answers, _) = self.bytes[self.section(StateSection::Answers)].as_chunks();
        answers.binary_search(&asked.0).is_ok()
    }

    /// Returns all such digests, sorted.
    pub fn answers(&self) -> Vec<Digest> {
        let (answers, _) = self.bytes[self.section(StateSection::Answers)].as_chunks();
        answers.iter().map(|digest| Digest(*digest)).collect()
    }

    /// Returns the record of the search index, encoded; empty if there is none.
    pub fn search(&self) -> &[u8] {
        &self.bytes[self.section(StateSection::Search)]
    }

    /// Returns the range of a part of a record.
    pub fn range_of(&self, part: &[u8]) -> Range<usize> {
        let start = (part.as_ptr() as usize).wrapping_sub(self.bytes.as_ptr() as usize);
        let end = start.checked_add(part.len()).filter(|end| *end <= self.bytes.len());
        end.map_or(0..0, |end| start..end)
    }

    /// Returns the bytes of a range.
    pub fn part(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

/// Returns the sections that a head describes. They follow one another to the end of the file.
fn sections(head: &[u8], length: u64) -> Option<[Range<u64>; SECTIONS]> {
    let mut start = HEAD as u64;
    let mut sections = [const { 0..0 }; SECTIONS];
    for (at, section) in sections.iter_mut().enumerate() {
        let size = u64::from_le_bytes(head.get(at * 24..at * 24 + 8)?.try_into().ok()?);
        let end = start.checked_add(size)?;
        *section = start..end;
        start = end;
    }
    (start == length).then_some(sections)
}

/// Reads the cards, which lie around the blocks of extracts, up to `end`.
fn cards(file: &InFile, end: u64, pieces: &[ExtractBlock]) -> Option<Vec<u8>> {
    let mut cards = Vec::new();
    let mut start = HEAD as u64;
    for piece in pieces.iter().copied().chain([ExtractBlock { at: end - HEAD as u64, length: 0 }]) {
        let at = piece.at.checked_add(HEAD as u64)?;
        let part = file.read_at(start, at.checked_sub(start)?).ok()?;
        if cards.is_empty() {
            cards = part
        } else {
            cards.extend(part)
        }
        start = at.checked_add(piece.length)?;
    }
    (start == end).then_some(cards)
}

/// A state that is being written, section by section, so that memory never holds the whole.
pub struct StateWriter {
    file: OutFile,
    head: Vec<u8>,
    /// Bytes that are not digested and written yet. Digesting many small pieces takes five times as long as one
    /// large piece.
    buffer: Vec<u8>,
    /// Digest of the present section, without the bytes in the buffer.
    stream: DigestStream,
    length: u64,
    extracts: PendingExtracts,
}

impl StateWriter {
    /// The most bytes in the buffer.
    const PIECE: usize = 256 << 10;

    pub fn new(folder: &Root, name: &str) -> DiskResult<StateWriter> {
        let mut head = Vec::with_capacity(HEAD);
        head.extend_from_slice(MAGIC.as_bytes());
        head.extend_from_slice(ENGINE.as_bytes());
        let buffer = Vec::with_capacity(StateWriter::PIECE * 2);
        Ok(StateWriter {
            file: folder.out_file(name, HEAD)?,
            head,
            buffer,
            stream: DigestStream::default(),
            length: 0,
            extracts: PendingExtracts::default(),
        })
    }

    fn flush(&mut self) -> DiskResult<()> {
        self.stream.add(&self.buffer);
        self.length += self.buffer.len() as u64;
        self.file.write(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    fn flush_if_full(&mut self) -> DiskResult<()> {
        if self.buffer.len() < StateWriter::PIECE { Ok(()) } else { self.flush() }
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
        self.stream = DigestStream::default();
        self.length = 0;
        Ok(())
    }

    /// Adds a card and returns its range. All cards come before anything else.
    pub fn card(&mut self, bytes: &[u8]) -> DiskResult<Range<u64>> {
        let start = self.length + self.buffer.len() as u64;
        self.buffer.extend_from_slice(bytes);
        self.flush_if_full()?;
        Ok(start..start + bytes.len() as u64)
    }

    /// Adds an extract and returns its range. It comes before anything but cards.
    pub fn extract(&mut self, bytes: &[u8]) -> DiskResult<Range<u64>> {
        let place = self.extracts.add(bytes);
        if self.extracts.buffer.len() >= StateWriter::PIECE {
            self.flush()?;
            self.write_extracts()?;
        }
        Ok(place)
    }

    /// Writes the pending extracts as a block of their own. No card may be pending.
    fn write_extracts(&mut self) -> DiskResult<()> {
        let PendingExtracts { buffer, pieces, .. } = &mut self.extracts;
        if !buffer.is_empty() {
            let before: u64 = pieces.iter().map(|piece| piece.length).sum();
            pieces.push(ExtractBlock { at: self.length + before, length: buffer.len() as u64 });
            self.file.write(buffer)?;
            buffer.clear();
        }
        Ok(())
    }

    /// Writes the rest. Each list comes with its length.
    pub fn finish<'r>(
        mut self,
        meta: &StateMeta,
        inputs: (usize, impl Iterator<Item = InputRecord<'r>>),
        outputs: (usize, impl Iterator<Item = OutputRecord<'r>>),
        answers: &[Digest],
        search: &[u8],
    ) -> DiskResult<()> {
        self.flush()?;
        self.write_extracts()?;
        let PendingExtracts { pieces, .. } = std::mem::take(&mut self.extracts);
        // The section's length includes the extracts, but its digest covers only the cards.
        self.length += pieces.iter().map(|piece| piece.length).sum::<u64>();
        self.end_section()?;
        self.encode(&pieces)?;
        self.end_section()?;
        self.records(inputs)?;
        self.records(outputs)?;
        answers.iter().for_each(|answer| self.buffer.extend_from_slice(&answer.0));
        self.end_section()?;
        self.buffer.extend_from_slice(search);
        self.end_section()?;
        self.encode(meta)?;
        self.end_section()?;
        let StateWriter { file, head, .. } = self;
        file.finish(&head)
    }

    /// Writes a list as a single value would be encoded: its length, then its items.
    fn records(&mut self, (count, records): (usize, impl Iterator<Item = impl Serialize>)) -> DiskResult<()> {
        self.encode(&count)?;
        for record in records {
            self.encode(&record)?;
        }
        self.end_section()
    }
}

/// Encodes a single value: a card, or a list of problems.
pub fn encode_one(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).expect("invariant: memory takes every write")
}

/// Decodes the value that [`encode_one`] wrote.
pub fn decode_one<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

/// Decodes the first field of a value that [`encode_one`] wrote.
pub fn decode_start<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    postcard::take_from_bytes(bytes).ok().map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::extract::Extract;

    const ANSWER: Digest = Digest([7; 16]);

    fn extract() -> Vec<u8> {
        extracts::encode(&Extract { links: Link::of_body("#p1", &(3..8)).into_iter().collect() })
    }

    /// A state with extracts between the cards.
    fn written() -> (tempfile::TempDir, Root) {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let meta = StateMeta { articles: 7, window: (i128::MIN, 9), ..StateMeta::default() };
        let mut draft = StateWriter::new(&root, "state").unwrap();
        let first = InputPlaces {
            card: draft.card(b"other").unwrap(),
            extract: draft.extract(&extract()).unwrap(),
            terms: 3..9,
        };
        draft.flush().unwrap();
        draft.write_extracts().unwrap();
        let second = InputPlaces {
            card: draft.card(b"card").unwrap(),
            extract: draft.extract(&extract()).unwrap(),
            terms: 3..9,
        };
        let third =
            InputPlaces { card: draft.card(b"last").unwrap(), extract: draft.extract(b"").unwrap(), terms: 0..0 };
        let input = |file, kept| InputRecord { file, stat: Stat::default(), digest: Digest::of(b"a"), kept };
        let inputs = [input("a.md", first), input("b.md", second), input("c.md", third)];
        let output =
            OutputRecord { path: "a.html", made: OutputDigests::default(), rank: 1, lasts: false, kept: b"said" };
        let answers = [Digest([1; 16]), ANSWER];
        draft.finish(&meta, (3, inputs.into_iter()), (1, [output].into_iter()), &answers, b"index").unwrap();
        (folder, root)
    }

    fn read(root: &Root) -> Result<(State, StoredCards), &'static str> {
        State::read(root.in_file_if_there("state").unwrap().unwrap())
    }

    #[test]
    fn what_is_written_is_read() {
        let (_folder, root) = written();
        let (state, cards) = read(&root).unwrap();
        assert_eq!((state.meta.articles, state.meta.window), (7, (i128::MIN, 9)));
        let inputs = state.inputs();
        assert_eq!((inputs[0].file, state.outputs()[0].path), ("a.md", "a.html"));
        let found: Vec<&[u8]> = inputs.iter().map(|input| cards.get(&input.kept.card)).collect();
        assert_eq!(found, [&b"other"[..], b"card", b"last"]);
        for (input, links) in inputs.iter().zip([1, 1, 0]) {
            let (bytes, found) = cards.extract(&input.kept.extract).unwrap();
            assert_eq!((found.len(), cards.raw_extract(&input.kept.extract)), (links, bytes));
        }
        assert_eq!(state.part(&state.range_of(state.outputs()[0].kept)), b"said");
        assert!(state.has_answered(ANSWER) && !state.has_answered(Digest::default()));
        assert_eq!(state.answers(), [Digest([1; 16]), ANSWER]);
        assert_eq!(state.search(), b"index");
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let (_folder, root) = written();
        let good = root.read("state").unwrap().0;
        for at in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            root.write("state", &bad).unwrap();
            // An extract is verified only when it is read.
            let whole = read(&root).is_ok_and(|(state, cards)| {
                state.inputs().iter().all(|input| cards.extract(&input.kept.extract).is_some())
            });
            assert!(!whole, "bit {at}");
        }
        for length in 0..good.len() {
            root.write("state", &good[..length]).unwrap();
            assert!(read(&root).is_err(), "{length} bytes");
        }
    }
}
