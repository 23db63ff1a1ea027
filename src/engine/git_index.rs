//! Finds out whether git tracks `.recto/` of a site. Nobody commits that folder on purpose: what comes with a clone
//! is another person's claim about a build, and pages would be made from it unread.
//!
//! The answer comes from git's index, which every clone writes; no program is run. The index is read as git's
//! `index-format` describes it, versions 2 to 4, of a repository, a worktree or a submodule. An index that cannot
//! be understood counts as tracking the folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::base::path::fold;
use crate::base::reserved;
use crate::system::beneath::EntryKind;
use crate::system::disk;
use crate::system::root::Root;

/// The most bytes of an index to read: enough for some ten million files.
const MOST: u64 = 1 << 30;

/// Bytes of an entry before its object id.
const STAT: usize = 40;

/// Returns whether git tracks anything in `.recto/` of a site, or that cannot be determined. Without a repository
/// it does not.
pub fn is_tracked(site: &Path) -> bool {
    let Ok(Some(top)) = disk::find_repository(site) else { return false };
    let Some(folder) = repository(&top) else { return false };
    let Ok(repository) = Root::open(&folder) else { return false };
    let below = site.strip_prefix(&top).unwrap_or(Path::new(""));
    let above: Vec<String> = below.iter().map(|name| fold(&name.to_string_lossy())).collect();
    let id = id_length(&repository);
    let own = |path: &[u8]| is_own(path, &above);
    match read(&repository, "index", id, |_, path| own(path)) {
        // A split index names the shared half, and which entries of that are no longer valid.
        IndexLookup::No(Some(SharedIndex { name, gone })) => {
            let held = |at: usize, path: &[u8]| own(path) && !gone.contains(&at);
            !matches!(read(&repository, &format!("sharedindex.{name}"), id, held), IndexLookup::No(_))
        }
        IndexLookup::No(None) => false,
        IndexLookup::Yes => true,
    }
}

/// The result of a search in an index.
enum IndexLookup {
    /// The index has the entry, or cannot be understood.
    Yes,
    No(Option<SharedIndex>),
}

/// The shared half of a split index.
struct SharedIndex {
    name: String,
    /// The numbers of its deleted entries.
    gone: BTreeSet<usize>,
}

/// Searches an index for an entry. An index that does not exist has none.
fn read(repository: &Root, name: &str, id: usize, is_it: impl Fn(usize, &[u8]) -> bool) -> IndexLookup {
    let bytes = match repository.stat(name) {
        Ok(Some(stat)) if stat.size > MOST => return IndexLookup::Yes,
        _ => repository.read_if_there(name),
    };
    let bytes = match bytes {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return IndexLookup::No(None),
        Err(_) => return IndexLookup::Yes,
    };
    let (mut at, mut found) = (0, false);
    let shared = entries(&bytes, id, |path| {
        found = found || is_it(at, path);
        at += 1;
    });
    match shared {
        Some(shared) if !found => IndexLookup::No(shared),
        _ => IndexLookup::Yes,
    }
}

/// Returns the folder of a repository: `.git`, or the folder that a file of this name points to.
fn repository(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    if disk::is_dir(&git).ok()? {
        return Some(git);
    }
    let root = Root::open(top).ok()?;
    if root.kind(".git").ok()? != Some(EntryKind::File) || root.stat(".git").ok()??.size > 1 << 16 {
        return None;
    }
    let text = String::from_utf8(root.read(".git").ok()?.0).ok()?;
    Some(top.join(text.strip_prefix("gitdir:")?.trim()))
}

/// Returns the length of an object id in bytes.
fn id_length(repository: &Root) -> usize {
    let text = |root: &Root, name: &str| {
        let bytes = root.read_if_there(name).ok().flatten().unwrap_or_default();
        String::from_utf8_lossy(&bytes).to_lowercase()
    };
    // A worktree keeps its settings elsewhere.
    let common = text(repository, "commondir");
    let config = match common.trim() {
        "" => text(repository, "config"),
        common => Root::open(&repository.path().join(common)).map(|root| text(&root, "config")).unwrap_or_default(),
    };
    let line = config.lines().map(str::trim).find(|line| line.starts_with("objectformat"));
    if line.is_some_and(|line| line.contains("sha256")) { 32 } else { 20 }
}

/// Reads the paths of an index, and returns its shared half if it has one; `None` if it is not an index.
fn entries(bytes: &[u8], id: usize, mut take: impl FnMut(&[u8])) -> Option<Option<SharedIndex>> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let version = number(4)?;
    if !bytes.starts_with(b"DIRC") || !(2..=4).contains(&version) {
        return None;
    }
    let mut at = 12;
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..number(8)? {
        let flags = at + STAT + id;
        let extended = bytes.get(flags)? & 0x40 != 0;
        let mut name = flags + if extended { 4 } else { 2 };
        if version == 4 {
            let (gone, behind) = offset(bytes, name)?;
            path.truncate(path.len().checked_sub(gone)?);
            name = behind;
        } else {
            path.clear();
        }
        let rest = bytes.get(name..)?;
        let length = memchr::memchr(0, rest)?;
        path.extend_from_slice(&rest[..length]);
        take(&path);
        let end = name + length;
        // One to eight zero bytes pad the entry.
        at = if version == 4 { end + 1 } else { at + ((end - at) / 8 + 1) * 8 };
    }
    let end = bytes.len().checked_sub(id)?;
    let mut shared = None;
    while at < end {
        let size = usize::try_from(number(at + 4)?).ok()?;
        let extension = bytes.get(at + 8..(at + 8).checked_add(size)?)?;
        if &bytes[at..at + 4] == b"link" {
            let name: String = extension.get(..id)?.iter().map(|byte| format!("{byte:02x}")).collect();
            let gone = extension.get(id..).filter(|rest| !rest.is_empty()).map_or(Some(BTreeSet::new()), bits)?;
            shared = name.contains(|c| c != '0').then_some(SharedIndex { name, gone });
        }
        at += 8 + size;
    }
    (at == end).then_some(shared)
}

/// Decodes a bitmap as git compresses it (EWAH): 64-bit words, with a marker before each run of them.
fn bits(bytes: &[u8]) -> Option<BTreeSet<usize>> {
    let count = u32::from_be_bytes(bytes.get(4..8)?.try_into().ok()?) as usize;
    let mut words = bytes.get(8..)?.chunks_exact(8).take(count).filter_map(|word| word.try_into().ok());
    let mut words = std::iter::from_fn(|| words.next().map(u64::from_be_bytes));
    let (mut at, mut set) = (0_usize, BTreeSet::new());
    while let Some(marker) = words.next() {
        let (run, plain) = ((marker >> 1) as u32 as usize, (marker >> 33) as usize);
        let end = at.checked_add(run.checked_mul(64)?)?;
        if marker & 1 == 1 {
            // No index has more entries than this.
            set.extend((end < 1 << 25).then_some(at..end)?);
        }
        at = end;
        for _ in 0..plain {
            let word = words.next()?;
            set.extend((0..64).filter(|bit| word >> bit & 1 == 1).map(|bit| at + bit));
            at += 64;
        }
    }
    Some(set)
}

/// Decodes a number as git writes offsets. Returns it and the position behind it.
fn offset(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut number = usize::from(byte & 127);
    while byte & 128 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        number = number.checked_add(1)?.checked_mul(128)? + usize::from(byte & 127);
    }
    Some((number, at + 1))
}

/// Returns whether a path is `.recto` in the folder `above`, or below it, on any system.
fn is_own(path: &[u8], above: &[String]) -> bool {
    let mut start = 0;
    for _ in above {
        let Some(slash) = memchr::memchr(b'/', &path[start..]) else { return false };
        start += slash + 1;
    }
    let rest = &path[start..];
    let name = memchr::memchr(b'/', rest).map_or(rest, |end| &rest[..end]);
    let may_be = name.first().is_some_and(|first| *first == b'.' || *first >= 0x80) || name.contains(&b'~');
    if !may_be {
        return false;
    }
    let Ok(name) = std::str::from_utf8(name) else { return false };
    let lower = name.to_ascii_lowercase();
    let own = lower == ".recto" || !lower.starts_with(".recto-") && reserved::name(name) == Some(reserved::OWN);
    let folders = |path: &[u8]| fold(&String::from_utf8_lossy(path));
    own && above.iter().map(String::as_str).eq(folders(&path[..start]).split_terminator('/'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An index of version 2 or 3, as git would write it.
    fn index(paths: &[&str], id: usize) -> Vec<u8> {
        let mut bytes = [&b"DIRC\0\0\0\x02"[..], &(paths.len() as u32).to_be_bytes()].concat();
        for path in paths {
            let start = bytes.len();
            bytes.extend(std::iter::repeat_n(7, STAT + id));
            bytes.extend((path.len().min(0xFFF) as u16).to_be_bytes());
            bytes.extend(path.as_bytes());
            bytes.resize(start + ((bytes.len() - start) / 8 + 1) * 8, 0);
        }
        bytes.extend(b"TREE\0\0\0\x03abc");
        bytes.extend(vec![9; id]);
        bytes
    }

    fn paths(bytes: &[u8], id: usize) -> Option<Vec<String>> {
        let mut all = Vec::new();
        entries(bytes, id, |path| all.push(String::from_utf8_lossy(path).into_owned()))?;
        Some(all)
    }

    #[test]
    fn every_spelling_is_the_folder() {
        let none: &[String] = &[];
        for path in [".recto/a/state", ".RECTO/x", ".recto", ".rec\u{200c}to/x", "recto~1/x", ".recto./x"] {
            assert!(is_own(path.as_bytes(), none), "{path}");
        }
        for path in ["recto/a", ".rectory/x", "a/.recto/x", ".recto-staging/x", ".git", "", "/", "~"] {
            assert!(!is_own(path.as_bytes(), none), "{path}");
        }
        let above = ["sites".to_owned(), "caf\u{e9}".to_owned()];
        assert!(is_own("Sites/cafe\u{301}/.recto/x".as_bytes(), &above));
        assert!(!is_own(b"sites/.recto/x", &above) && !is_own(b"sites/other/.recto/x", &above));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            paths_in in prop::collection::vec("[a-z./]{1,20}|a{4090,4100}", 0..8),
            id in prop::sample::select(vec![20, 32]),
        ) {
            let given: Vec<&str> = paths_in.iter().map(String::as_str).collect();
            prop_assert_eq!(paths(&index(&given, id), id), Some(paths_in.clone()));
        }

        #[test]
        fn damage_is_survived(
            at in prop::collection::vec((0..400_usize, any::<u8>()), 1..6),
            version in 2..=4_u8,
            end in 0..400_usize,
        ) {
            let mut bytes = index(&[".recto/x", "content/a.md", "content/b.md"], 20);
            bytes[7] = version;
            for (at, byte) in at {
                let place = at % bytes.len();
                bytes[place] = byte;
            }
            let _ = paths(&bytes, 20);
            let _ = paths(&bytes[..end.min(bytes.len())], 20);
        }
    }
}
