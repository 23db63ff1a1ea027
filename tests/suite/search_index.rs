//! The search index: patching the last one gives the same bytes as making it from all terms, and writes few files.
//!
//! `RECTO_INDEXES=1000` plays that many scripts of edits instead of a few. A failure names the `RECTO_SEED` that
//! repeats it.

pub mod collection;

use std::collections::BTreeMap;

use recto::search::collection::{Collection, Place};
use recto::search::entry;
use recto::search::index::{Before, Index, TermSource, update};
use recto::search::kept::KeptIndex;
use recto::search::shape::{Shape, Tier, Tiers};
use recto::search::words::WordGroup;

use self::collection::{Library, Random};
use crate::support::seed;

/// A shape with many small pieces.
const SMALL: Shape = Shape { base_unit: 64, middle_unit: 8, least_fresh: 8, target: 300, items_per_file: 16 };

/// A shape with pieces of so many terms that an edit moves few boundaries.
const LARGER: Shape = Shape { target: 1200, ..SMALL };

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs `script` with some seeds.
fn scripts(count: u64, script: impl Fn(&mut Random)) {
    let first = seed();
    let count = if std::env::var_os("RECTO_SEED").is_some_and(|seed| seed != "new") {
        1
    } else {
        number("RECTO_INDEXES").unwrap_or(count)
    };
    for seed in first..first + count {
        let run = || script(&mut Random(seed));
        if let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
            eprintln!("RECTO_SEED={seed} repeats this");
            std::panic::resume_unwind(panic);
        }
    }
}

/// An index as it is on the disk, and what the state keeps.
struct Disk {
    files: BTreeMap<String, Vec<u8>>,
    kept: KeptIndex,
}

fn words() -> Vec<WordGroup> {
    vec![WordGroup { facet: "src:fog".into(), forms: vec!["The Fog".into(), "霧".into()] }]
}

fn from_scratch(library: &Library, shape: Shape) -> Index {
    let kept = KeptIndex::default();
    let before = Before { kept: &kept, read: &|_| None, old_terms: &|_, _| false };
    update(TermSource { collection: library, language: "en", words: &words() }, before, shape)
}

impl Disk {
    fn new(library: &Library, shape: Shape) -> Disk {
        let index = from_scratch(library, shape);
        let files = index.files.into_iter().map(|file| (file.path.into(), file.bytes.expect("it is new").to_vec()));
        Disk { files: files.collect(), kept: index.kept }
    }

    /// Updates the index and compares it with one from scratch. Returns the paths of the files that were written.
    fn update(&mut self, old: &Library, new: &Library, shape: Shape) -> Vec<String> {
        let old_terms = |item: u32, each: &mut dyn FnMut(&str, _, Place)| {
            old.terms(item, each);
            true
        };
        let read = |path: &str| self.files.get(path).cloned();
        let before = Before { kept: &self.kept, read: &read, old_terms: &old_terms };
        let updated = update(TermSource { collection: new, language: "en", words: &words() }, before, shape);
        let mut files = BTreeMap::new();
        for file in &updated.files {
            let bytes = match &file.bytes {
                Some(bytes) => bytes.to_vec(),
                None => self.files[&*file.path].clone(),
            };
            files.insert(file.path.to_string(), bytes);
        }
        let expected: BTreeMap<String, Vec<u8>> = from_scratch(new, shape)
            .files
            .into_iter()
            .map(|file| (file.path.into(), file.bytes.expect("it is new").to_vec()))
            .collect();
        assert!(files.keys().eq(expected.keys()), "{:?}\n{:?}", files.keys(), expected.keys());
        for (path, bytes) in &expected {
            assert!(files[path] == *bytes, "{path} differs");
        }
        let written = files.iter().filter(|(path, bytes)| self.files.get(*path) != Some(bytes));
        let written = written.map(|(path, _)| path.clone()).collect();
        *self = Disk { files, kept: through_the_state(updated.kept) };
        written
    }
}

/// Returns what the state would read.
fn through_the_state(kept: KeptIndex) -> KeptIndex {
    let json = serde_json::to_string(&kept).expect("it can be written");
    let read: KeptIndex = serde_json::from_str(&json).expect("it can be read");
    assert!(read == kept);
    read
}

#[test]
fn patched_is_made() {
    scripts(6, |random| {
        let mut library = Library::random(random, 150);
        let mut disk = Disk::new(&library, SMALL);
        for _ in 0..12 {
            let old = library.clone();
            library.edit(random);
            disk.update(&old, &library, SMALL);
        }
    });
}

/// The same with what a state may have lost: the terms of texts, or files of the index.
#[test]
fn what_is_lost_is_made_again() {
    scripts(3, |random| {
        let mut library = Library::random(random, 140);
        let mut disk = Disk::new(&library, SMALL);
        for _ in 0..6 {
            let old = library.clone();
            library.edit(random);
            let gone = random.below(disk.files.len() as u32) as usize;
            let path = disk.files.keys().nth(gone).unwrap().clone();
            let file = disk.files.get_mut(&path).unwrap();
            let kept = file.clone();
            let at = random.below(file.len() as u32) as usize;
            file[at] ^= 1;
            let before_kept = disk.kept.clone();
            let read = |path: &str| disk.files.get(path).cloned();
            let old_terms = |item: u32, each: &mut dyn FnMut(&str, _, Place)| {
                old.terms(item, each);
                !item.is_multiple_of(3)
            };
            let before = Before { kept: &before_kept, read: &read, old_terms: &old_terms };
            let updated = update(TermSource { collection: &library, language: "en", words: &words() }, before, SMALL);
            let expected = from_scratch(&library, SMALL);
            assert_eq!(updated.files.len(), expected.files.len());
            for (file, expected) in updated.files.iter().zip(&expected.files) {
                assert_eq!((&file.path, file.digest), (&expected.path, expected.digest));
            }
            *disk.files.get_mut(&path).unwrap() = kept;
            library = old;
        }
    });
}

/// Everything that the collection says comes back from the files.
#[test]
fn an_index_says_what_is_in_it() {
    scripts(4, |random| {
        let size = random.below(200);
        let library = Library::random(random, size);
        let disk = Disk::new(&library, SMALL);
        let read = entry::read(&disk.files["entry.bin"]).expect("the entry can be read");
        assert_eq!(read.tiers, Tiers::of(library.count(), SMALL));
        let found = collection::read_index(&disk.files, &read);
        let mut expected: BTreeMap<String, Vec<(u32, u8)>> = BTreeMap::new();
        library.each_posting(|term, posting| expected.entry(term.to_owned()).or_default().push(posting));
        assert!(found == expected, "{found:?}\n{expected:?}");
        for tier in Tier::ALL {
            assert!(read.pieces[tier as usize].is_sorted());
        }
        assert_eq!(collection::lines(&disk.files, &read), library.lines());
    });
}

/// The files that an edit writes, as the reference has them.
#[test]
fn an_edit_writes_few_files() {
    let mut counts = Vec::new();
    for seed in 0..8 {
        let mut random = Random(seed);
        let mut library = Library::random(&mut random, 190);
        (0..190).for_each(|item| library.publish(item, true));
        let mut disk = Disk::new(&library, LARGER);
        let tiers = Tiers::of(library.count(), LARGER);
        let mut step = |library: &mut Library, edit: &mut dyn FnMut(&mut Library)| {
            let old = library.clone();
            edit(library);
            disk.update(&old, library, LARGER)
        };
        // One of the newest items, and a further one: the entry alone.
        for item in [tiers.middle_end, tiers.count - 1] {
            let written = step(&mut library, &mut |library| library.replace_words(&mut random, item, 5));
            assert_eq!(written, ["entry.bin"]);
        }
        // A title that has no other words: the entry and the file of its items.
        let written = step(&mut library, &mut |library| library.title(5, "\u{201c}Fog\u{201d}"));
        assert_eq!(written, ["d/0.bin", "entry.bin"]);
        // An old item: its words' pieces, and where a boundary moves, the one beside.
        for item in [3, 40, 70, 100, 130] {
            let words = 1 + item % 2;
            let written = step(&mut library, &mut |library| library.replace_words(&mut random, item, words));
            let folder = if item < tiers.base_end { "b/" } else { "m/" };
            assert!(written.iter().all(|path| path.starts_with(folder) || path == "entry.bin"), "{written:?}");
            // A word that goes and one that comes.
            counts.push((written.len() as u32 - 1, 2 * words));
        }
        // A place that nobody has yet, at the end.
        while library.count() % LARGER.middle_unit != LARGER.middle_unit - 1 {
            let written = step(&mut library, &mut |library| library.append(&mut random));
            assert_eq!(written, ["entry.bin"]);
        }
        let written = step(&mut library, &mut |library| library.append(&mut random));
        assert!(written.iter().all(|path| !path.starts_with("b/")), "{written:?}");
        // An article that is published later keeps its number.
        let written = step(&mut library, &mut |library| library.publish(20, false));
        assert!(written.contains(&"d/1.bin".into()) && !written.iter().any(|path| path.starts_with("m/")));
    }
    let pieces: u32 = counts.iter().map(|(pieces, _)| pieces).sum();
    let words: u32 = counts.iter().map(|(_, words)| words).sum();
    // With pieces of some dozen terms, boundaries move more often than with those of a site.
    assert!(pieces <= words * 3 / 2, "{pieces} pieces for {words} words");
    assert!(counts.iter().all(|(pieces, words)| *pieces <= words * 2 + 2), "{counts:?}");
}

/// Bytes that are not an index are refused.
#[test]
fn damaged_files_are_refused() {
    scripts(2, |random| {
        let library = Library::random(random, 100);
        let disk = Disk::new(&library, SMALL);
        let file = &disk.files["entry.bin"];
        for _ in 0..200 {
            let mut damaged = file.clone();
            let at = random.below(file.len() as u32) as usize;
            damaged[at] ^= 1 << random.below(8);
            assert!(entry::read(&damaged).is_none());
            assert!(entry::read(&file[..at]).is_none());
            // With a head that fits, it is read or refused; it neither panics nor takes long.
            let (rebuilt, _) =
                recto::search::file_head::with_head(recto::search::file_head::IndexFileKind::Entry, &damaged[13..]);
            entry::read(&rebuilt);
        }
    });
}
