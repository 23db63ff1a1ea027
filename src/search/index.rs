//! The index: all files below `/search/` but the page and the script. It must not know the archive or the disk.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use super::build_tier::{self, TierSource};
use super::changes;
use super::coded_terms::CodedTerms;
use super::collection::{Collection, OldTerms};
use super::entry::{self, IndexEntry};
use super::file_head::HEAD;
use super::items_file;
use super::kept::{self, KeptFile, KeptIndex, KeptItems, KeptPiece};
use super::list;
use super::patch_tier;
use super::piece::{self, TierItems};
use super::pieces::MadePiece;
use super::run::{AT_END, Run, RunReader};
use super::shape::{Shape, Tier, Tiers};
use super::words::{self, WordGroup};
use crate::base::digest::Digest;
use crate::base::join::join;

/// The file that a search reads first. It is written after all files that it names.
pub const ENTRY: &str = "entry.bin";
/// The file of the words that mean the same. There is none if the site has no such words.
pub const WORDS: &str = "words.bin";

/// A file of the index.
#[derive(Clone, Debug)]
pub struct IndexFile {
    /// Its path below `search/`.
    pub path: Box<str>,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its bytes. `None` if the last build wrote the same file, so that nobody needed them.
    pub bytes: Option<Arc<[u8]>>,
}

/// What an index is made from.
#[derive(Clone, Copy)]
pub struct TermSource<'a> {
    pub collection: &'a dyn Collection,
    /// The language of the site.
    pub language: &'a str,
    /// The groups of words that mean the same, in any order.
    pub words: &'a [WordGroup],
}

/// An index: a pure function of its [`TermSource`].
#[derive(Debug)]
pub struct Index {
    /// All files, sorted by path.
    pub files: Vec<IndexFile>,
    /// What the next build needs to know of it.
    pub kept: KeptIndex,
}

/// The index of the last build.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    pub kept: &'a KeptIndex,
    /// Reads a file of the last build, given its path below `search/`. A file with other bytes is as good as none.
    pub read: &'a (dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    /// The number is that of the last build.
    pub old_terms: &'a OldTerms<'a>,
}

/// Makes an index from all terms.
pub fn build(source: TermSource, shape: Shape) -> Index {
    let kept = KeptIndex::default();
    update(source, Before { kept: &kept, read: &|_| None, old_terms: &|_, _| false }, shape)
}

/// Makes the same index as [`build`], byte for byte, from the last one, which must have had the same shape, or be empty:
/// only the pieces that a changed item touches are read and coded again. The files that stay as they are have no bytes.
pub fn update(source: TermSource, before: Before, shape: Shape) -> Index {
    let tiers = Tiers::of(source.collection.count(), shape);
    let digests = kept::digests(source.collection, tiers.middle_end);
    let same = tiers.middle_end.min(before.kept.middle_end);
    let changed = before.kept.items.changed(&digests, same);
    let items = KeptItems::read(source.collection, digests, &before.kept.items);
    let making = Making { source, before, shape, tiers, items: &items, changed: &changed };
    let (item_files, [base, middle]) = join(|| making.item_files(), || Tier::ALL.map(|tier| making.pieces(tier)));
    let (fresh, fresh_lines) = making.fresh();
    let mut files = Vec::with_capacity(base.len() + middle.len() + item_files.len() + 2);
    let tiers_kept = [take_pieces(Tier::Base, base, &mut files), take_pieces(Tier::Middle, middle, &mut files)];
    let mut kept_files = Vec::with_capacity(item_files.len());
    for (number, (file, bytes)) in item_files.into_iter().enumerate() {
        kept_files.push(file);
        files.push(IndexFile { path: format!("d/{number}.bin").into(), digest: file.digest, bytes });
    }
    let words = words::make(source.words);
    let entry = entry::make(&IndexEntry {
        tiers,
        language: source.language,
        words: words.as_ref().map(|(file, _)| file.check),
        pieces: [&tiers_kept[0], &tiers_kept[1]],
        item_files: &kept_files,
        fresh: &fresh,
        fresh_lines: &fresh_lines,
    });
    for (path, made) in [(ENTRY, Some(entry)), (WORDS, words)] {
        let file = |(file, bytes): (KeptFile, Vec<u8>)| IndexFile {
            path: path.into(),
            digest: file.digest,
            bytes: Some(bytes.into()),
        };
        files.extend(made.map(file));
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let kept = KeptIndex {
        language: source.language.into(),
        base_end: tiers.base_end,
        middle_end: tiers.middle_end,
        tiers: tiers_kept,
        items,
        item_files: kept_files,
    };
    Index { files, kept }
}

type ItemFile = (KeptFile, Option<Arc<[u8]>>);

/// What the parts of an index are made from.
struct Making<'a> {
    source: TermSource<'a>,
    before: Before<'a>,
    shape: Shape,
    tiers: Tiers,
    items: &'a KeptItems,
    /// The items below the old and the new end of the middle tier that have changed.
    changed: &'a [u32],
}

impl<'a> Making<'a> {
    /// Makes the files of items that have changed, and keeps the others.
    fn item_files(&self) -> Vec<ItemFile> {
        let stride = self.shape.items_per_file;
        let make = |number: u32| {
            let range = number * stride..self.tiers.middle_end.min((number + 1) * stride);
            self.same_items(number, &range).map(|file| (file, None)).unwrap_or_else(|| {
                let (file, bytes) = items_file::make(self.source.collection, range, self.source.language);
                (file, Some(bytes.into()))
            })
        };
        (0..self.tiers.middle_end.div_ceil(stride)).map(make).collect()
    }

    /// Returns the old file with these items, if none of them has changed.
    fn same_items(&self, number: u32, range: &Range<u32>) -> Option<KeptFile> {
        let old = self.before.kept;
        let old_end = old.middle_end.min((number + 1) * self.shape.items_per_file);
        let next = self.changed.get(self.changed.partition_point(|item| *item < range.start));
        let same = old_end == range.end && next.is_none_or(|next| *next >= range.end);
        old.item_files.get(number as usize).filter(|_| same && *old.language == *self.source.language).copied()
    }

    /// Makes the pieces of a tier from the old ones, or from all terms if its items have other numbers now.
    fn pieces(&self, tier: Tier) -> Vec<MadePiece> {
        let Range { start, end } = self.tiers.items(tier);
        let size = self.shape.piece_size(tier, self.tiers);
        let collection = self.source.collection;
        let source = TierSource { collection, tier, items: self.items, start, end, size };
        self.patched(source).unwrap_or_else(|| build_tier::build(source))
    }

    fn patched(&self, source: TierSource) -> Option<Vec<MadePiece>> {
        let old = self.before.kept;
        let old_tiers = Tiers { count: old.middle_end, base_end: old.base_end, middle_end: old.middle_end };
        if old_tiers.items(source.tier) != source.range() {
            return None;
        }
        let at = |item: u32| self.changed.partition_point(|changed| *changed < item);
        let changed = &self.changed[at(source.start)..at(source.end)];
        if changed.len() > source.range().len() / 4 {
            return None;
        }
        let items = (&old.items, source.items);
        let changes = changes::find(source.collection, changed, source.start, items, self.before.old_terms)?;
        let read = |piece: &KeptPiece| {
            let mut bytes = (self.before.read)(&piece_path(source.tier, &piece.first))?;
            if Digest::of(&bytes) != piece.file.digest || bytes.len() < HEAD {
                return None;
            }
            bytes.drain(..HEAD);
            Some(bytes)
        };
        patch_tier::patch(&old.tiers[source.tier as usize], &changes, &read, source)
    }

    /// Makes the piece and the lines of the fresh items.
    fn fresh(&self) -> (Vec<u8>, Vec<u8>) {
        let Range { start, end } = self.tiers.fresh();
        let collection = self.source.collection;
        let items = KeptItems::read_range(collection, start..end);
        let tier = TierItems { size: end - start, languages: items.languages() };
        let run = Run::take(collection, &items, start, &mut (start..end), start, usize::MAX);
        let mut reader = RunReader::new(run, b"");
        let mut terms = CodedTerms::default();
        let mut postings = Vec::new();
        while reader.prefix() != AT_END {
            let term = std::str::from_utf8(reader.term()).expect("invariant: runs have terms").to_owned();
            postings.clear();
            reader.postings(&mut postings);
            let languages = Some(tier.languages_of(&term, &postings));
            terms.push(&term, postings.len() as u32, languages, |out| list::encode(&postings, tier.size, out));
        }
        let mut piece = Vec::new();
        piece::encode(&terms, terms.len(), tier, &mut piece);
        (piece, items_file::lines(collection, start..end, self.source.language))
    }
}

/// Returns the path of a piece: its first term in hexadecimal digits, so that an edit keeps it.
fn piece_path(tier: Tier, first: &str) -> String {
    let mut path = String::with_capacity(first.len() * 2 + 6);
    path.push_str(match tier {
        Tier::Base => "b/",
        Tier::Middle => "m/",
    });
    for byte in first.bytes() {
        write!(path, "{byte:02x}").expect("invariant: a string takes what it is given");
    }
    path.push_str(".bin");
    path
}

fn take_pieces(tier: Tier, pieces: Vec<MadePiece>, files: &mut Vec<IndexFile>) -> Vec<KeptPiece> {
    let take = |piece: MadePiece| {
        let path = piece_path(tier, &piece.kept.first).into();
        files.push(IndexFile { path, digest: piece.kept.file.digest, bytes: piece.bytes });
        piece.kept
    };
    pieces.into_iter().map(take).collect()
}
