//! The log of terms: the terms of every text, in a file beside the state that only grows. A build appends the terms of
//! the texts that it reads, and the state says how much of the log belongs to it and where each text's terms are. It
//! must not know what an index is.
//!
//! What a build appended that ended without a state is cut off by the next build. Every entry has a digest over its
//! bytes and over the digest of its text, so that an entry of a damaged log, or of a log from elsewhere, is never taken
//! for the terms of a text: the text is read again. When more than half of the log belongs to no text any more, the
//! build writes the rest to the other of two files. The file without a state is removed when the state is in place.

use std::ops::Range;

use super::log_mark::LogMark;
use crate::base::digest::{Digest, DigestStream};
use crate::content::search::text_terms::{TermList, TextTerms};
use crate::search::stored_terms::StoredTerms;
use crate::system::append_file::AppendFile;
use crate::system::disk::DiskResult;
use crate::system::root::Root;

/// The files of a log.
pub const FILES: [&str; 2] = ["terms.a", "terms.b"];

const MAGIC: &str = "recto-terms 1 ";
/// A digest of what made this program. Other programs find other terms.
const ENGINE: &str = env!("RECTO_ENGINE");
const HEAD: usize = MAGIC.len() + ENGINE.len();

/// Length of an entry's digest and of the lengths of its first two lists.
const FRONT: usize = 16 + 8;

/// A log below this length is not compacted.
const SMALL: u64 = 64 << 10;

/// The most bytes that wait to be written.
const PIECE: usize = 1 << 20;

/// A log that is being written.
#[derive(Debug)]
pub struct TermLog {
    which: u8,
    file: AppendFile,
    /// Bytes that are not written yet.
    buffer: Vec<u8>,
    /// The log of the last build, if this one takes over only its entries.
    old: Option<AppendFile>,
    /// The bytes of the last build.
    logged: u64,
    /// The bytes of entries that a text has.
    live: u64,
}

fn encode(bytes: &mut Vec<u8>, text: Digest, terms: &TextTerms) {
    let TextTerms { full, excerpt, original } = terms;
    let start = bytes.len();
    bytes.extend([0; 16]);
    for list in [full, excerpt] {
        bytes.extend((list.as_bytes().len() as u32).to_le_bytes());
    }
    for list in [full, excerpt, original] {
        bytes.extend(TermList::as_bytes(list));
    }
    let digest = digest(text, &bytes[start + 16..]);
    bytes[start..start + 16].copy_from_slice(&digest.0);
}

fn digest(text: Digest, rest: &[u8]) -> Digest {
    let mut stream = DigestStream::default();
    stream.add(&text.0);
    stream.add(rest);
    stream.digest()
}

/// Returns the bounds of the lists of an entry.
fn bounds(bytes: &[u8]) -> Option<[usize; 4]> {
    let length = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
    let first = FRONT.checked_add(length(16)?)?;
    Some([FRONT, first, first.checked_add(length(20)?)?, bytes.len()])
}

/// Reads an entry. `None` if it is not that of a text with this digest. An entry of this build needs no comparison.
fn read(file: &AppendFile, place: &Range<u64>, text: Option<Digest>) -> Option<StoredTerms> {
    let bytes = file.read_at(place.start, place.end.checked_sub(place.start)?).ok()?;
    let bounds = bounds(&bytes)?;
    let whole = text.is_none_or(|text| bytes[..16] == digest(text, &bytes[16..]).0);
    whole.then(|| StoredTerms::new(bytes, bounds)).flatten()
}

impl TermLog {
    /// Opens the log that the last state names, or begins an empty one if there is none or it cannot be used.
    pub fn open(folder: &Root, last: LogMark) -> DiskResult<TermLog> {
        match known(folder, last)? {
            None => TermLog::anew(folder, last),
            Some(old) if last.length > SMALL && last.live < last.length / 2 => {
                TermLog::begin(folder, 1 - last.file, Some(old))
            }
            Some(file) => {
                Ok(TermLog { which: last.file, file, buffer: Vec::new(), old: None, logged: last.length, live: 0 })
            }
        }
    }

    /// Begins an empty log. That of the last state stays until this one belongs to a state.
    pub fn anew(folder: &Root, last: LogMark) -> DiskResult<TermLog> {
        let which = if last.length == 0 { 0 } else { 1 - last.file.min(1) };
        TermLog::begin(folder, which, None)
    }

    fn begin(folder: &Root, which: u8, old: Option<AppendFile>) -> DiskResult<TermLog> {
        let name = FILES[usize::from(which)];
        let mut file = AppendFile::new(&folder.place(name), folder.read_write(name)?, 0)?;
        file.append(&[MAGIC.as_bytes(), ENGINE.as_bytes()].concat())?;
        let logged = old.as_ref().map_or(0, AppendFile::length);
        Ok(TermLog { which, file, buffer: Vec::new(), old, logged, live: 0 })
    }

    /// Adds the terms of a text, and returns their place.
    pub fn add(&mut self, text: Digest, terms: &TextTerms) -> DiskResult<Range<u64>> {
        let start = self.file.length() + self.buffer.len() as u64;
        encode(&mut self.buffer, text, terms);
        self.added(start)
    }

    fn added(&mut self, start: u64) -> DiskResult<Range<u64>> {
        let end = self.file.length() + self.buffer.len() as u64;
        self.live += end - start;
        if self.buffer.len() >= PIECE {
            self.flush()?;
        }
        Ok(start..end)
    }

    /// Returns the length of the log with the terms of the last build; 0 if there is none.
    pub fn logged(&self) -> u64 {
        self.logged
    }

    /// Returns whether terms of the last build have a place here.
    pub fn has(&self, place: &Range<u64>) -> bool {
        !place.is_empty() && place.end <= self.logged
    }

    /// Takes over the terms that a text had in the last build, and returns their place; empty if they cannot be read.
    pub fn keep(&mut self, place: &Range<u64>, text: Digest) -> DiskResult<Range<u64>> {
        let Some(old) = &self.old else {
            self.live += place.end - place.start;
            return Ok(place.clone());
        };
        let Some(terms) = read(old, place, Some(text)) else { return Ok(0..0) };
        let start = self.file.length() + self.buffer.len() as u64;
        self.buffer.extend(terms.as_bytes());
        self.added(start)
    }

    /// Writes what is not written yet. Only then can it be read.
    pub fn flush(&mut self) -> DiskResult<()> {
        self.file.append(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Reads the terms of a text with this digest. `None` if they are damaged.
    pub fn read(&self, place: &Range<u64>, text: Digest) -> Option<StoredTerms> {
        let is_new = self.old.is_some() || place.start >= self.logged;
        read(&self.file, place, Some(text).filter(|_| !is_new))
    }

    /// The same of a text and a place of the last build.
    pub fn read_old(&self, place: &Range<u64>, text: Digest) -> Option<StoredTerms> {
        read(self.before(), place, Some(text))
    }

    fn before(&self) -> &AppendFile {
        self.old.as_ref().unwrap_or(&self.file)
    }

    /// Returns what the next state is to say of it.
    pub fn mark(&self) -> LogMark {
        LogMark { file: self.which, length: self.file.length(), live: self.live }
    }
}

/// Removes the files that do not belong to the state with this mark. Call it when the state is in place.
pub fn sweep(folder: &Root, mark: LogMark) -> DiskResult<()> {
    let others = (0..).zip(FILES).filter(|(which, _)| mark.length == 0 || *which != mark.file);
    others.map(|(_, name)| name).try_for_each(|name| folder.remove_file(name))
}

/// Opens the log of a state, and cuts off what does not belong to it. `None` if it cannot be used.
fn known(folder: &Root, mark: LogMark) -> DiskResult<Option<AppendFile>> {
    let Some(name) = FILES.get(usize::from(mark.file)) else { return Ok(None) };
    let there = folder.stat(name)?.is_some_and(|stat| stat.size >= mark.length);
    if !there || mark.length < HEAD as u64 {
        return Ok(None);
    }
    let file = AppendFile::new(&folder.place(name), folder.read_write(name)?, mark.length)?;
    let head = file.read_at(0, HEAD as u64).ok();
    Ok(head.is_some_and(|head| head == [MAGIC.as_bytes(), ENGINE.as_bytes()].concat()).then_some(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::search::text_terms::Strength;
    use crate::search::stored_terms::PublishedPart;

    fn terms(word: &str) -> TextTerms {
        let list = |words: &[&str]| TermList::of(words.iter().map(|word| (*word, Strength::Few)));
        TextTerms { full: list(&["a", word]), excerpt: list(&[word]), original: list(&[]) }
    }

    fn words(terms: &StoredTerms) -> [Vec<String>; 3] {
        [PublishedPart::Full, PublishedPart::Excerpt, PublishedPart::Original].map(|part| {
            let (mut found, mut cursor) = (Vec::new(), terms.part(part));
            while cursor.advance() {
                found.push(cursor.term().to_owned());
            }
            found
        })
    }

    fn text(number: usize) -> Digest {
        Digest::of(&number.to_le_bytes())
    }

    fn folder() -> (tempfile::TempDir, Root) {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        (folder, root)
    }

    /// Writes a log of some texts, and returns the places of their terms.
    fn written(root: &Root, words: usize) -> (LogMark, Vec<Range<u64>>) {
        let mut log = TermLog::open(root, LogMark::default()).unwrap();
        let places = (0..words).map(|at| log.add(text(at), &terms(&format!("w{at}"))).unwrap()).collect();
        log.flush().unwrap();
        sweep(root, log.mark()).unwrap();
        (log.mark(), places)
    }

    #[test]
    fn what_is_written_is_read() {
        let (_folder, root) = folder();
        let (mark, places) = written(&root, 3);
        let mut log = TermLog::open(&root, mark).unwrap();
        let more = log.add(text(3), &terms("new")).unwrap();
        assert!(places.iter().all(|place| log.has(place) && log.keep(place, text(0)).unwrap() == *place));
        log.flush().unwrap();
        for (at, place) in places.iter().enumerate() {
            let read = log.read(place, text(at)).unwrap();
            assert_eq!(read, log.read_old(place, text(at)).unwrap());
            assert_eq!(words(&read), words(&StoredTerms::of(&terms(&format!("w{at}")))));
            assert_eq!(log.read(place, text(at + 1)), None, "the terms of another text");
        }
        assert_eq!(words(&log.read(&more, text(3)).unwrap()), [vec!["a", "new"], vec!["new"], vec![]]);
        assert!(log.mark().length > mark.length && log.mark().live > mark.live);
    }

    #[test]
    fn what_no_state_names_is_cut_off() {
        let (_folder, root) = folder();
        let (mark, places) = written(&root, 3);
        // A build that is killed: the first entry is written whole, the second one in part.
        let mut killed = TermLog::open(&root, mark).unwrap();
        killed.add(text(7), &terms("killed")).unwrap();
        killed.buffer.extend(b"part of an entry");
        killed.flush().unwrap();
        assert!(root.stat(FILES[0]).unwrap().unwrap().size > mark.length);
        let log = TermLog::open(&root, mark).unwrap();
        assert_eq!(root.stat(FILES[0]).unwrap().unwrap().size, mark.length);
        assert!(log.read(&places[2], text(2)).is_some());
    }

    #[test]
    fn a_log_that_is_damaged_or_foreign_has_no_terms() {
        let (_folder, root) = folder();
        let (mark, places) = written(&root, 3);
        let good = root.read(FILES[0]).unwrap().0;
        for at in HEAD * 8..good.len() * 8 {
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            root.write(FILES[0], &bad).unwrap();
            let log = TermLog::open(&root, mark).unwrap();
            let read = places.iter().enumerate().filter(|(at, place)| log.read(place, text(*at)).is_some()).count();
            assert_eq!(read, 2, "bit {at}");
        }
        // One that is too short, one with another head, one that is missing.
        for bad in [Some(&good[..good.len() - 1]), Some(&[0; 4096][..]), None] {
            match bad {
                Some(bad) => drop(root.write(FILES[0], bad).unwrap()),
                None => root.remove_file(FILES[0]).unwrap(),
            }
            let log = TermLog::open(&root, mark).unwrap();
            assert!(log.which == 1 && !log.has(&places[2]) && log.read(&places[2], text(2)).is_none());
        }
        // One of another site, whose entries lie in the same places.
        let mut foreign = TermLog::open(&root, LogMark::default()).unwrap();
        let same: Vec<_> = (0..3).map(|at| foreign.add(text(at + 10), &terms(&format!("x{at}"))).unwrap()).collect();
        foreign.flush().unwrap();
        let log = TermLog::open(&root, mark).unwrap();
        assert_eq!(same, places);
        assert!(log.has(&places[0]) && log.read(&places[0], text(0)).is_none());
    }

    #[test]
    fn a_log_does_not_grow_with_edits() {
        let (_folder, root) = folder();
        let (mut mark, mut places) = written(&root, 2000);
        let whole = mark.length;
        let mut most = 0;
        for turn in 0..8 {
            let mut log = TermLog::open(&root, mark).unwrap();
            for (at, place) in places.iter_mut().enumerate() {
                *place = match at % 2 == turn % 2 {
                    true => log.add(text(at), &terms(&format!("w{at}"))).unwrap(),
                    false => log.keep(place, text(at)).unwrap(),
                };
            }
            log.flush().unwrap();
            assert!(places.iter().enumerate().all(|(at, place)| log.read(place, text(at)).is_some()));
            sweep(&root, log.mark()).unwrap();
            mark = log.mark();
            let sizes = FILES.iter().filter_map(|name| root.stat(name).unwrap());
            most = most.max(sizes.map(|stat| stat.size).sum());
        }
        assert!(most < whole * 3, "{most} bytes for {whole}");
    }

    #[test]
    fn terms_that_cannot_be_kept_have_no_place() {
        let (_folder, root) = folder();
        let (mark, places) = written(&root, 3000);
        let mut log = TermLog::open(&root, LogMark { live: 1, ..mark }).unwrap();
        assert!(log.old.is_some());
        assert!(log.keep(&places[0], text(5)).unwrap().is_empty());
        let kept = log.keep(&places[1], text(1)).unwrap();
        log.flush().unwrap();
        assert_eq!(log.read(&kept, text(1)), log.read_old(&places[1], text(1)));
        assert!(log.read(&kept, text(1)).is_some());
    }
}
