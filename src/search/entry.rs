//! The entry: the file that a search reads first. It has the tables of all other files and the fresh items. It works
//! on bytes, and opens no file.

use super::coded_terms::CodedTerms;
use super::file_head::{Check, IndexFileKind, body_of, with_head};
use super::kept::{KeptFile, KeptPiece};
use super::numbers::{Bytes, counted, front_coded, number};
use super::packed;
use super::piece;
use super::shape::Tiers;
use crate::base::digest::Digest;

/// What the entry says.
#[derive(Debug)]
pub struct IndexEntry<'a> {
    pub tiers: Tiers,
    /// The language of the site.
    pub language: &'a str,
    /// The digest in the head of the file of words, if there is one.
    pub words: Option<Check>,
    /// The pieces of base and middle.
    pub pieces: [&'a [KeptPiece]; 2],
    pub item_files: &'a [KeptFile],
    /// The piece of the fresh tier, without a head.
    pub fresh: &'a [u8],
    /// The packed lines of the fresh items.
    pub fresh_lines: &'a [u8],
}

/// Makes the file of an entry.
pub fn make(entry: &IndexEntry) -> (KeptFile, Vec<u8>) {
    let mut body = Vec::new();
    let tiers = entry.tiers;
    [tiers.count, tiers.base_end, tiers.middle_end].iter().for_each(|end| number(&mut body, *end));
    counted(&mut body, entry.language.as_bytes());
    body.push(u8::from(entry.words.is_some()));
    body.extend(entry.words.iter().flatten());
    let largest = if tiers.base_end > 0 { entry.pieces[0] } else { entry.pieces[1] };
    let heavy: Vec<&str> = largest.iter().flat_map(|piece| &piece.heavy).map(|term| &**term).collect();
    number(&mut body, heavy.len() as u32);
    body.extend(all_front_coded(heavy.into_iter()));
    for pieces in entry.pieces {
        number(&mut body, pieces.len() as u32);
        counted(&mut body, &packed::pack(&all_front_coded(pieces.iter().map(|piece| &*piece.first))));
        body.extend(pieces.iter().flat_map(|piece| piece.file.check));
    }
    number(&mut body, entry.item_files.len() as u32);
    body.extend(entry.item_files.iter().flat_map(|file| file.check));
    counted(&mut body, entry.fresh);
    counted(&mut body, entry.fresh_lines);
    let (bytes, check) = with_head(IndexFileKind::Entry, &body);
    (KeptFile { digest: Digest::of(&bytes), check }, bytes)
}

fn all_front_coded<'a>(terms: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut before = "";
    for term in terms {
        front_coded(&mut out, term, before);
        before = term;
    }
    out
}

/// An entry that was read.
#[derive(Debug)]
pub struct ReadEntry {
    pub tiers: Tiers,
    pub language: String,
    pub words: Option<Check>,
    pub heavy: Vec<String>,
    /// The first term of each piece of base and middle, and the digest in its head.
    pub pieces: [Vec<(String, Check)>; 2],
    pub item_files: Vec<Check>,
    pub fresh: CodedTerms,
    /// A line for each fresh item.
    pub fresh_lines: String,
}

/// The most bytes that a packed part of an entry may yield.
const LARGEST: usize = 1 << 26;

/// Reads an entry. Returns `None` if it is damaged.
pub fn read(file: &[u8]) -> Option<ReadEntry> {
    let mut bytes = Bytes::new(body_of(IndexFileKind::Entry, file)?);
    let tiers = Tiers { count: bytes.number()?, base_end: bytes.number()?, middle_end: bytes.number()? };
    if tiers.base_end > tiers.middle_end || tiers.middle_end > tiers.count {
        return None;
    }
    let language = std::str::from_utf8(bytes.counted()?).ok()?.to_owned();
    let words = match bytes.byte()? {
        0 => None,
        1 => Some(check(&mut bytes)?),
        _ => return None,
    };
    let count = bytes.number()?;
    let heavy = read_terms(&mut bytes, count)?;
    let mut pieces = [Vec::new(), Vec::new()];
    for table in &mut pieces {
        let count = bytes.number()?;
        let unpacked = packed::unpack(bytes.counted()?, LARGEST)?;
        let mut unpacked = Bytes::new(&unpacked);
        let terms = read_terms(&mut unpacked, count)?;
        if !unpacked.rest.is_empty() {
            return None;
        }
        *table = terms.into_iter().map(|term| Some((term, check(&mut bytes)?))).collect::<Option<_>>()?;
    }
    let count = bytes.number()?;
    let item_files = (0..count).map(|_| check(&mut bytes)).collect::<Option<_>>()?;
    let mut fresh = CodedTerms::default();
    piece::decode(bytes.counted()?, tiers.fresh().len() as u32, &mut fresh)?;
    let fresh_lines = String::from_utf8(packed::unpack(bytes.counted()?, LARGEST)?).ok()?;
    let whole = bytes.rest.is_empty() && fresh_lines.lines().count() == tiers.fresh().len();
    whole.then_some(ReadEntry { tiers, language, words, heavy, pieces, item_files, fresh, fresh_lines })
}

fn check(bytes: &mut Bytes) -> Option<Check> {
    bytes.take(5)?.try_into().ok()
}

/// Reads terms, which must be in order.
fn read_terms(bytes: &mut Bytes, count: u32) -> Option<Vec<String>> {
    let mut text = Vec::new();
    let mut terms: Vec<String> = Vec::new();
    for _ in 0..count {
        bytes.front_coded(&mut text)?;
        let term = std::str::from_utf8(&text).ok()?;
        if terms.last().is_some_and(|before| **before >= *term) {
            return None;
        }
        terms.push(term.to_owned());
    }
    Some(terms)
}
