//! Deploys: what is sent, what is left alone, and what a reader finds when one is cut off.

mod gcs;
mod proxy;
mod scene;
mod servers;
mod stores;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use recto::base::deploys::Compression;
use recto::deploy::compress;
use recto::deploy::folder::Folder;
use recto::deploy::manifest;
use recto::deploy::target::{Target, Trouble};
use recto::engine::disk::lock_file;

use crate::support::{temporary, tree};
use scene::{Version, is_just, is_whole};

/// A folder's files; without the lock of whoever works in it.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(root);
    files.remove(".recto/lock");
    files
}

#[test]
fn a_folder_becomes_the_site() {
    let (old, new) = (Version::new(40, None), Version::new(40, Some("me")));
    let folder = temporary();
    let root = folder.path().join("site");
    let open = || Folder::open(&root, None).expect("it can be opened");
    let done = old.deploy(&open(), "a", None).expect("it is empty");
    assert_eq!((done.new, done.sent, done.changed, done.removed), (old.files.len(), old.files.len(), 0, 0));
    is_just(&files(&root), &old, "first");
    let before = std::fs::metadata(root.join("index.html")).and_then(|m| m.modified()).expect("it is there");
    let done = old.deploy(&open(), "b", None).expect("nothing is to do");
    assert_eq!((done.new, done.changed, done.removed, done.unchanged), (0, 0, 0, old.files.len()));
    assert_eq!(std::fs::metadata(root.join("index.html")).and_then(|m| m.modified()).expect("it is there"), before);
    let done = new.deploy(&open(), "c", None).expect("it has changed");
    assert!(done.new > 5 && done.changed > 5 && done.removed > 1 && done.unchanged > 50, "{done:?}");
    is_just(&files(&root), &new, "second");
    // No folder is left that has nothing in it.
    let empty = walkdir::WalkDir::new(&root).into_iter().flatten().filter(|e| e.file_type().is_dir());
    assert_eq!(empty.filter(|e| std::fs::read_dir(e.path()).is_ok_and(|mut d| d.next().is_none())).count(), 0);
}

#[test]
fn a_link_switches_releases() {
    let (old, new) = (Version::new(40, None), Version::new(40, Some("me")));
    let folder = temporary();
    let root = folder.path().join("site");
    let current = root.join("current");
    let open = || Folder::open(&root, Some(2)).expect("it can be opened");
    for (n, version) in [&old, &new, &old, &new].into_iter().enumerate() {
        let done = version.deploy(&open(), "a", None).unwrap_or_else(|why| panic!("{why:?}"));
        is_just(&files(&current), version, &format!("release {n}"));
        let link = std::fs::read_link(&current).expect("it is a link");
        assert_eq!(link, Path::new("releases").join((n + 1).to_string()));
        assert!(n == 0 || done.sent < version.files.len() / 2, "what is the same is not written again: {done:?}");
    }
    let mut kept: Vec<_> =
        std::fs::read_dir(root.join("releases")).expect("a folder").flatten().map(|e| e.file_name()).collect();
    kept.sort();
    assert_eq!(kept, ["3", "4"]);
    assert_eq!(old.deploy(&open(), "a", None).map(|done| done.new > 0).ok(), Some(true));
    // A release that was begun and never ended is of no account.
    std::fs::create_dir_all(root.join("releases/6.new")).expect("a folder");
    new.deploy(&open(), "a", None).expect("it goes on");
    is_just(&files(&current), &new, "after a release that did not end");
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let (old, new) = (Version::new(40, None), Version::new(40, Some("me")));
    let folder = temporary();
    let root = folder.path();
    let open = || Folder::open(root, None).expect("it can be opened");
    std::fs::write(root.join("theirs.txt"), "theirs").expect("a file");
    std::fs::write(root.join("index.html"), "theirs").expect("a file");
    let refused = old.deploy(&open(), "a", None);
    assert!(matches!(&refused, Err(Trouble::Refused(why)) if why.contains("--adopt")), "{refused:?}");
    assert_eq!(files(root).len(), 2);
    old.deploy_with(&open(), |deploy| deploy.adopt = true).expect("it is taken over");
    let mut there = files(root);
    assert_eq!(there.remove("theirs.txt").as_deref(), Some(&b"theirs"[..]));
    is_just(&there, &old, "adopted");
    // Changed by hand: a page that the new site changes, and one that it has no more.
    let gone =
        old.files.keys().find(|path| !new.files.contains_key(*path) && path.ends_with("html")).expect("one has gone");
    std::fs::write(root.join(gone), "by hand").expect("a file");
    let done = new.deploy(&open(), "a", None).expect("what has gone is no conflict");
    assert_eq!(done.kept, 1);
    assert_eq!(files(root)[gone], b"by hand");
    std::fs::remove_file(root.join(gone)).expect("it is there");
    std::fs::write(root.join("index.html"), "by hand").expect("a file");
    let foreign = old.deploy(&open(), "a", None);
    assert!(matches!(&foreign, Err(Trouble::Foreign(paths)) if paths == &["index.html"]), "{foreign:?}");
    assert_eq!(files(root)["index.html"], b"by hand");
    old.deploy_with(&open(), |deploy| deploy.force = true).expect("by force");
    let mut there = files(root);
    there.remove("theirs.txt");
    is_just(&there, &old, "by force");
}

#[test]
fn nothing_much_goes_without_a_word() {
    let (large, small) = (Version::new(100, None), Version::new(1, None));
    let folder = temporary();
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    large.deploy(&open(), "a", None).expect("it is empty");
    let refused = small.deploy(&open(), "a", None);
    assert!(matches!(&refused, Err(Trouble::Refused(why)) if why.contains("--max-deletes")), "{refused:?}");
    is_just(&files(folder.path()), &large, "refused");
    let dry = small.deploy_with(&open(), |deploy| {
        deploy.dry_run = true;
        deploy.max_deletes = 1000;
    });
    assert!(dry.is_ok_and(|done| done.removed > 256));
    is_just(&files(folder.path()), &large, "a dry run");
    small.deploy_with(&open(), |deploy| deploy.max_deletes = 1000).expect("it was allowed");
    is_just(&files(folder.path()), &small, "allowed");
}

#[test]
fn a_dry_run_leaves_nothing() {
    let version = Version::new(4, None);
    let folder = temporary();
    for (name, releases) in [("site", None), ("releases", Some(2))] {
        let root = folder.path().join(name);
        let dry = |root: &Path| {
            let target = Folder::open(root, releases).expect("it can be looked at");
            version.deploy_with(&target, |deploy| deploy.dry_run = true).map(|done| done.new).ok()
        };
        assert_eq!(dry(&root), Some(version.files.len()));
        assert!(!root.exists());
        std::fs::create_dir(&root).expect("a folder");
        assert_eq!(dry(&root), Some(version.files.len()));
        assert_eq!(std::fs::read_dir(&root).expect("a folder").count(), 0);
    }
}

#[test]
fn one_deploy_at_a_time() {
    let (old, new) = (Version::new(20, None), Version::new(20, Some("me")));
    let folder = temporary();
    old.deploy(&Folder::open(folder.path(), None).expect("a folder"), "a", None).expect("it is empty");
    // Another works there from its first change on, and who looked before that finds what it has changed.
    let (first, second) = (Folder::open(folder.path(), None), Folder::open(folder.path(), None));
    let (first, second) = (first.expect("a folder"), second.expect("a folder"));
    let (held, seen) = (first.manifest().expect("it can be read"), second.manifest().expect("it can be read"));
    let other = manifest::Manifest::default().to_text();
    let whole = held.as_ref().map(|held| held.bytes.clone()).expect("it is there");
    let held = first.put_manifest(other.as_bytes(), held.as_ref()).expect("nobody else is at work");
    assert!(matches!(second.put_manifest(b"x", seen.as_ref()), Err(Trouble::Busy(_))));
    drop(first);
    assert!(matches!(second.put_manifest(b"x", seen.as_ref()), Err(Trouble::Busy(_))));
    second.put_manifest(&whole, Some(&held)).expect("nobody else is at work");
    drop(second);
    // The lease of a run that was killed: over when its time is, or when it is known to have ended.
    let path = folder.path().join(manifest::PATH);
    let mut manifest = manifest::Manifest::parse(&std::fs::read(&path).expect("it is there")).expect("it is whole");
    manifest.lease = Some(manifest::Lease { holder: "killed".to_owned(), until: 1_000_300 });
    std::fs::write(&path, manifest.to_text()).expect("a file");
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    let busy = new.deploy(&open(), "b", Some("another"));
    assert!(matches!(&busy, Err(Trouble::Busy(why)) if why.contains("6 min")), "{busy:?}");
    is_whole(&files(folder.path()), &[&old], "busy");
    new.deploy(&open(), "b", Some("killed")).expect("it has ended");
    is_just(&files(folder.path()), &new, "after a run that was killed");
}

/// A program that starts holds a copy of every open file for a moment, locks included.
#[test]
fn a_lock_that_was_let_go_is_free() {
    let folder = temporary();
    let path = folder.path().join("lock");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    Command::new("true").status().expect("it starts");
                }
            });
        }
        let taken = (0..20_000).filter(|_| lock_file(&path).expect("it can be opened").is_none()).count();
        over.store(true, Ordering::Relaxed);
        assert_eq!(taken, 0, "nobody held it");
    });
}

#[test]
fn half_a_manifest_is_not_believed() {
    let version = Version::new(20, None);
    let folder = temporary();
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    version.deploy(&open(), "a", None).expect("it is empty");
    let path = folder.path().join(manifest::PATH);
    let text = std::fs::read_to_string(&path).expect("it is there");
    std::fs::write(&path, &text[..text.len() / 2]).expect("a file");
    let refused = version.deploy(&open(), "b", None);
    assert!(matches!(&refused, Err(Trouble::Refused(why)) if why.contains("--force")), "{refused:?}");
    version.deploy_with(&open(), |deploy| deploy.force = true).expect("by force");
    is_just(&files(folder.path()), &version, "anew");
}

#[test]
fn compressed_copies_stand_beside_texts() {
    let mut version = Version::new(12, None);
    let plain = version.wanted.len();
    let both = [Compression::Gzip, Compression::Brotli];
    let output = version.output().to_owned();
    compress::beside(&mut version.wanted, &both, &output, 2).expect("it can be read");
    let folder = temporary();
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    version.deploy(&open(), "a", None).expect("it is empty");
    let there = files(folder.path());
    let copies = there.keys().filter(|path| path.ends_with(".gz")).count();
    assert!(copies > 20 && there.len() == plain + 2 * copies + 1, "{copies} copies of {plain} files");
    for (path, bytes) in &version.files {
        assert_eq!(&there[path], bytes, "{path}");
        let (Some(gz), Some(br)) = (there.get(&format!("{path}.gz")), there.get(&format!("{path}.br"))) else {
            continue;
        };
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&gz[..]).read_to_end(&mut unpacked).expect("it is gzip");
        assert_eq!(&unpacked, bytes, "{path}.gz");
        unpacked.clear();
        brotli::BrotliDecompress(&mut &br[..], &mut unpacked).expect("it is brotli");
        assert_eq!(&unpacked, bytes, "{path}.br");
        assert!(gz.len() < bytes.len() && br.len() < bytes.len());
    }
    let again = version.deploy(&open(), "b", None).expect("nothing is to do");
    assert_eq!((again.sent, again.unchanged), (0, version.wanted.len()));
}
